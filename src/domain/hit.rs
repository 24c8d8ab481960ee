//! What a hit is looked at by: its fields, and the ECS values that it bears.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Hit;

/// The ECS fields that a hit bears where its record has them: those that the index keeps in columns of their own and by
/// which hits are told apart. Others are in the record.
pub const HIT_ECS: [&str; 12] = [
    "event.action",
    "event.outcome",
    "event.provider",
    "user.name",
    "source.ip",
    "destination.ip",
    "destination.port",
    "cloud.account.id",
    "cloud.region",
    "host.name",
    "http.response.status_code",
    "error.code",
];

/// The ECS fields that the index keeps in columns of their own.
pub const INDEXED_ECS: [&str; 27] = [
    "event.action",
    "event.outcome",
    "event.provider",
    "event.dataset",
    "user.name",
    "user.id",
    "aws.cloudtrail.user_identity.access_key_id",
    "source.ip",
    "source.address",
    "source.port",
    "destination.ip",
    "destination.address",
    "destination.domain",
    "destination.port",
    "network.bytes",
    "cloud.account.id",
    "cloud.region",
    "host.name",
    "host.hostname",
    "process.name",
    "http.request.method",
    "http.response.status_code",
    "url.domain",
    "url.path",
    "user_agent.original",
    "error.code",
    "aws.cloudtrail.error_code",
];

/// The longest value that a hit bears, in bytes; a longer one is cut.
const LONGEST: usize = 256;

/// The values of [`HIT_ECS`] that a hit bears.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EcsValues(Box<[(u8, Box<str>)]>);

impl EcsValues {
    /// What `value` tells of each field.
    pub fn of<'v>(mut value: impl FnMut(&'static str) -> Option<&'v str>) -> Self {
        let told = (0..).zip(HIT_ECS).filter_map(|(number, path)| {
            let text = value(path).filter(|text| !text.is_empty())?;
            Some((number, text[..text.floor_char_boundary(LONGEST)].into()))
        });
        Self(told.collect())
    }

    /// The value of a field.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == path).map(|(_, value)| value)
    }

    /// Its fields and their values, in the order of [`HIT_ECS`].
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().filter_map(|(number, value)| Some((*HIT_ECS.get(usize::from(*number))?, &**value)))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// `{"event.action": "ConsoleLogin", "user.name": "root"}`
impl Serialize for EcsValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// Fields of other versions are passed over.
impl<'de> Deserialize<'de> for EcsValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values = BTreeMap::<String, String>::deserialize(deserializer)?;
        Ok(Self::of(|path| values.get(path).map(String::as_str)))
    }
}

/// Something that a hit is told by: a column, an order, a group, a facet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HitField {
    /// The event time.
    Time,
    /// The source's name.
    Source,
    /// The fields that hold what was searched for.
    In,
    /// One of [`HIT_ECS`].
    Ecs(u8),
    /// One line that tells the record.
    Record,
    /// The object that holds it.
    Object,
}

impl HitField {
    /// Every field, in the order of the columns.
    pub fn all() -> impl Iterator<Item = Self> {
        let ecs = (0..).zip(HIT_ECS).map(|(number, _)| Self::Ecs(number));
        [Self::Time, Self::Source, Self::In].into_iter().chain(ecs).chain([Self::Record, Self::Object])
    }

    /// Those whose values are counted: all but the time and the record's line, which hardly repeat.
    pub fn counted() -> impl Iterator<Item = Self> {
        Self::all().filter(|field| !matches!(field, Self::Time | Self::Record))
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Source => "source",
            Self::In => "in",
            Self::Ecs(number) => HIT_ECS.get(usize::from(number)).copied().unwrap_or_default(),
            Self::Record => "record",
            Self::Object => "object",
        }
    }

    /// The field of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|field| field.name() == name)
    }

    /// What a hit has there, as text; several names of fields with a space between. Nothing where it has nothing.
    pub fn value(self, hit: &Hit) -> Option<String> {
        let value = match self {
            Self::Time => hit.time?.to_string(),
            Self::Source => hit.source.clone(),
            Self::In => hit.fields.join(" "),
            Self::Ecs(_) => hit.ecs.get(self.name())?.to_owned(),
            Self::Record => hit.message.clone(),
            Self::Object => hit.object.to_string(),
        };
        Some(value).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_names() {
        for field in HitField::all() {
            assert_eq!(HitField::named(field.name()), Some(field));
        }
        assert_eq!(HitField::counted().count(), HIT_ECS.len() + 3);
    }

    #[test]
    fn values_are_written_by_their_paths_and_read_again() {
        let known = [("user.name", "root"), ("event.action", ""), ("source.ip", "é".repeat(200).leak())];
        let values = EcsValues::of(|path| known.iter().find(|(field, _)| *field == path).map(|(_, value)| *value));
        assert_eq!(values.get("user.name"), Some("root"));
        assert_eq!(values.get("event.action"), None, "what is empty is no value");
        assert_eq!(values.get("source.ip").map(str::len), Some(256), "cut between characters");
        let text = serde_json::to_string(&values).expect("JSON");
        assert!(text.starts_with(r#"{"user.name":"root","source.ip":"é"#), "{text}");
        assert_eq!(serde_json::from_str::<EcsValues>(&text).expect("read"), values);
        let other = serde_json::from_str::<EcsValues>(r#"{"user.name":"a","of.later":"x"}"#).expect("read");
        assert_eq!(other.iter().collect::<Vec<_>>(), [("user.name", "a")]);
    }
}
