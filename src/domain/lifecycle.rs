//! What S3 does by itself with what a bucket keeps: moves it to other classes, and deletes it.

use serde::Serialize;

use super::Layout;

/// An enabled rule of a bucket's lifecycle configuration (S3 User Guide, "Managing the lifecycle of objects").
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LifecycleRule {
    /// Whose keys begin so.
    pub prefix: String,
    /// Whether it also asks for tags or sizes: then it may be true of some of them only.
    pub is_narrowed: bool,
    /// When objects go to which class.
    pub moves: Vec<(When, String)>,
    /// When they are deleted.
    pub expires: Option<When>,
    /// Days after which a version that is not the newest any more is deleted.
    pub old_versions: Option<i32>,
}

/// When a rule acts on an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// So many days after it came.
    Days(i32),
    /// On that day.
    Date(String),
}

impl When {
    fn told(&self) -> String {
        match self {
            Self::Days(days) => format!("after {days} d"),
            Self::Date(date) => format!("on {date}"),
        }
    }
}

impl LifecycleRule {
    /// Whether it is true of objects of a layout: of all, or of those below its longer prefix.
    pub fn applies_to(&self, layout: &Layout) -> bool {
        let root = layout.root();
        root.starts_with(&self.prefix) || self.prefix.starts_with(root)
    }

    /// What it does with the objects of a layout, in words; nothing where it does nothing to objects.
    pub fn told(&self, layout: &Layout) -> Option<String> {
        let mut acts: Vec<String> = self.moves.iter().map(|(when, class)| format!("{class} {}", when.told())).collect();
        acts.extend(self.expires.as_ref().map(|when| format!("deleted {}", when.told())));
        acts.extend(self.old_versions.map(|days| format!("older versions deleted after {days} d")));
        let below =
            if layout.root().starts_with(&self.prefix) { String::new() } else { format!(", below {}", self.prefix) };
        let some = if self.is_narrowed { ", by tag or size" } else { "" };
        (!acts.is_empty()).then(|| format!("{}{below}{some}", acts.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_told_of_the_prefixes_that_it_is_true_of() {
        let layout: Layout = "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/".parse().expect("a layout");
        let rule = |prefix: &str| LifecycleRule {
            prefix: prefix.into(),
            moves: vec![(When::Days(30), "GLACIER".into())],
            expires: Some(When::Days(365)),
            ..LifecycleRule::default()
        };
        for (prefix, told) in [
            ("", Some("GLACIER after 30 d, deleted after 365 d")),
            ("AWSLogs/", Some("GLACIER after 30 d, deleted after 365 d")),
            ("AWSLogs/1/", Some("GLACIER after 30 d, deleted after 365 d, below AWSLogs/1/")),
            ("falcon/", None),
        ] {
            let rule = rule(prefix);
            let words = rule.applies_to(&layout).then(|| rule.told(&layout)).flatten();
            assert_eq!(words.as_deref(), told, "{prefix:?}");
        }
        let narrowed = LifecycleRule {
            is_narrowed: true,
            expires: Some(When::Date("2027-01-01".into())),
            old_versions: Some(7),
            ..LifecycleRule::default()
        };
        let words = "deleted on 2027-01-01, older versions deleted after 7 d, by tag or size";
        assert_eq!(narrowed.told(&layout).as_deref(), Some(words));
        assert_eq!(LifecycleRule::default().told(&layout), None, "it ends uploads only");
    }
}
