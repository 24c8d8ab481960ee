//! Definitions that come with the parser. They cost nothing before they are needed: of each only its head is looked at,
//! the rest is read when a record may be of it.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use memchr::memmem;

use super::mistake::Notes;
use super::{Definition, glob};
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::frame::Framing;
use crate::record::Event;
use crate::value::Value;

/// The files, strictest first where it matters.
pub(super) const TEXTS: &[&str] = &[
    include_str!("../../formats/apache_error.toml"),
    include_str!("../../formats/cisco_asa.toml"),
    include_str!("../../formats/cisco_umbrella_firewall.toml"),
    include_str!("../../formats/cisco_umbrella_ip.toml"),
    include_str!("../../formats/docker.toml"),
    include_str!("../../formats/falco.toml"),
    include_str!("../../formats/github.toml"),
    include_str!("../../formats/journald.toml"),
    include_str!("../../formats/kubernetes.toml"),
    include_str!("../../formats/logback.toml"),
    include_str!("../../formats/nginx_error.toml"),
    include_str!("../../formats/okta.toml"),
    include_str!("../../formats/osquery.toml"),
    include_str!("../../formats/panos.toml"),
    include_str!("../../formats/postfix.toml"),
    include_str!("../../formats/python.toml"),
    include_str!("../../formats/squid.toml"),
    include_str!("../../formats/symantec_endpoint.toml"),
];

/// All of them as formats.
pub(crate) fn all() -> impl Iterator<Item = Arc<dyn Format>> {
    TEXTS.iter().map(|text| Arc::new(Shipped::new(text)) as Arc<dyn Format>)
}

/// A definition that is read when it is needed.
struct Shipped {
    head: Head,
    text: &'static str,
    definition: OnceLock<Option<Definition>>,
}

/// What the first lines of a definition say. They are written plainly: a key, one line, and no escapes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub name: &'static str,
    pub title: &'static str,
    pub strictness: u8,
    pub records: &'static str,
    pub envelope: Option<&'static str>,
    pub contains: Vec<&'static str>,
    pub keys: Vec<&'static str>,
}

impl Head {
    pub(super) fn read(text: &'static str) -> Self {
        let mut head = Head { strictness: super::plan::STRICTNESS, ..Head::default() };
        for line in text.lines().take_while(|line| !line.starts_with('[')) {
            let Some((key, value)) = line.split_once(" = ") else { continue };
            let text = value.trim_matches(['"', '\'']);
            // Every second part between quotes is a text of the list.
            let list = || value.split('"').skip(1).step_by(2).collect();
            match key {
                "name" => head.name = text,
                "title" => head.title = text,
                "strictness" => head.strictness = text.parse().unwrap_or(head.strictness),
                "records" => head.records = text,
                "envelope" => head.envelope = Some(text),
                "contains" => head.contains = list(),
                "keys" => head.keys = list(),
                _ => {}
            }
        }
        head
    }
}

impl Shipped {
    fn new(text: &'static str) -> Self {
        Shipped { head: Head::read(text), text, definition: OnceLock::new() }
    }

    fn definition(&self) -> Option<&Definition> {
        // That it is right is shown by a test; nothing is tried again here.
        self.definition.get_or_init(|| Definition::read(self.text, &mut Notes::new("", self.text, false))).as_ref()
    }
}

impl Format for Shipped {
    fn name(&self) -> &str {
        self.head.name
    }

    fn title(&self) -> &str {
        self.head.title
    }

    fn columns(&self) -> Vec<&str> {
        self.definition().map_or_else(Vec::new, Format::columns)
    }

    fn shape(&self) -> Shape {
        if self.head.records == "json" { Shape::Json } else { Shape::Text }
    }

    fn envelopes(&self) -> Vec<&str> {
        self.head.envelope.into_iter().collect()
    }

    fn framing(&self, _head: &[u8]) -> Framing {
        match self.head.records {
            "blocks" => Framing::Blocks,
            "csv" => Framing::Quoted,
            _ => Framing::Lines,
        }
    }

    fn begins(&self, line: &[u8]) -> bool {
        self.definition().is_none_or(|definition| definition.begins(line))
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let contains = &self.head.contains;
        let is_possible = match (unit, self.shape()) {
            (Unit::Json(_), Shape::Json) => true,
            (Unit::Line(line), Shape::Text) => {
                contains.is_empty() || contains.iter().any(|text| memmem::find(line, text.as_bytes()).is_some())
            }
            _ => false,
        };
        is_possible && self.definition().is_some_and(|definition| definition.matches(unit))
    }

    fn knows_key(&self, key: &str) -> bool {
        self.head.keys.iter().any(|pattern| glob::is_match(pattern, key))
    }

    fn strictness(&self) -> u8 {
        self.head.strictness
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        match self.definition() {
            Some(definition) => definition.decoder(stream),
            None => crate::formats::fallback().decoder(stream),
        }
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        self.definition().map_or(Value::Null, |definition| definition.ecs(event))
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        self.definition().map_or(Cow::Borrowed(""), |definition| definition.message(event))
    }
}
