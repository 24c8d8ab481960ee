//! How far an ECS document agrees with an expected one.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value as Json;

/// Fields that a pipeline adds from elsewhere (geography, networks, a list of browsers, its own bookkeeping), or that are
/// copies of the original event in another spelling. They are not the parser's.
const NOT_OURS: &[&str] = &[
    ".geo.",
    ".as.",
    "user_agent.device.",
    "user_agent.name",
    "user_agent.os.",
    "user_agent.version",
    "event.created",
    "event.original",
    "event.ingested",
    "ecs.version",
    "tags",
    "input.type",
    "log.offset",
    "fileset.name",
    "service.type",
    "network.community_id",
    "aws.cloudtrail.flattened.",
    "aws.cloudtrail.request_parameters",
    "aws.cloudtrail.response_elements",
    "aws.cloudtrail.additional_eventdata",
    "aws.cloudtrail.service_event_details",
];

/// Expected fields that agree, and the others with an example each.
#[derive(Default)]
pub struct Agreement {
    agreed: usize,
    expected: usize,
    differences: BTreeMap<String, (usize, String)>,
}

impl Agreement {
    /// Compares each field of `expected` that is the parser's to give.
    pub fn add(&mut self, ours: &Json, expected: &Json) {
        let mut wanted = BTreeMap::new();
        flatten("", expected, &mut wanted);
        let mut found = BTreeMap::new();
        flatten("", ours, &mut found);
        for (path, wanted) in wanted {
            let padded = format!(".{path}.");
            if NOT_OURS.iter().any(|part| padded.contains(part) && (part.starts_with('.') || path.starts_with(part))) {
                continue;
            }
            self.expected += 1;
            let ours = found.get(&path);
            if ours.is_some_and(|ours| same(ours, wanted)) {
                self.agreed += 1;
            } else {
                let example =
                    || format!("{wanted} but {}", ours.map_or("nothing".to_owned(), |ours| (*ours).to_string()));
                self.differences.entry(path).or_insert_with(|| (0, example())).0 += 1;
            }
        }
    }

    pub fn percent(&self) -> f64 {
        self.agreed as f64 * 100.0 / self.expected.max(1) as f64
    }
}

fn flatten<'a>(path: &str, value: &'a Json, into: &mut BTreeMap<String, &'a Json>) {
    match value {
        Json::Object(fields) => {
            for (key, value) in fields {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                flatten(&path, value, into);
            }
        }
        Json::Null => {}
        _ => {
            into.insert(path.to_owned(), value);
        }
    }
}

/// Equal up to spelling: one item and a list of it, the order of a list, a number and its text, an instant's digits.
pub fn same(ours: &Json, wanted: &Json) -> bool {
    let list = |value: &Json| match value {
        Json::Array(items) => items.clone(),
        Json::Null => Vec::new(),
        other => vec![other.clone()],
    };
    let (ours, wanted) = (list(ours), list(wanted));
    ours.len() == wanted.len() && wanted.iter().all(|wanted| ours.iter().any(|ours| same_scalar(ours, wanted)))
}

fn same_scalar(ours: &Json, wanted: &Json) -> bool {
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (ours, wanted) = (text(ours), text(wanted));
    if ours == wanted {
        return true;
    }
    if let (Ok(ours), Ok(wanted)) = (ours.parse::<f64>(), wanted.parse::<f64>()) {
        return (ours - wanted).abs() < 1e-9;
    }
    let millisecond = |text: &str| text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond);
    millisecond(&ours).is_some_and(|ours| Some(ours) == millisecond(&wanted))
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} expected fields agree ({:.1} %)", self.agreed, self.expected, self.percent())?;
        for (path, (count, example)) in &self.differences {
            write!(f, "\n  {count} × {path}: {}", example.chars().take(200).collect::<String>())?;
        }
        Ok(())
    }
}
