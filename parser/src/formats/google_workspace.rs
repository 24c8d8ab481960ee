//! Google Workspace: activities of the Admin SDK's Reports API, one record an activity.
//!
//! Source: Google Workspace Admin SDK, "Reports API: Activities", and its lists of events. Exports hold the API's lists
//! (`{"kind":"admin#reports#activities","items":[…]}`), lines of activities, or activities that an agent split by their
//! events. What ECS has no name for stays under `google_workspace`, as in Elastic's integration.

use std::borrow::Cow;

use super::json::{self, JsonDecoder};
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

mod ecs;
mod kinds;
mod parameters;

pub(super) struct GoogleWorkspace;

impl Format for GoogleWorkspace {
    fn name(&self) -> &str {
        "google_workspace"
    }

    fn title(&self) -> &str {
        "Google Workspace"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["event.provider", "event.action", "user.email", "source.ip", "user.target.email", "event.outcome"]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn envelopes(&self) -> Vec<&str> {
        vec!["items"]
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(activity) = unit.json() else { return false };
        activity.get("kind").and_then(Value::as_str) == Some("admin#reports#activity")
            && activity.get("id.applicationName").is_some()
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("google_workspace/") || key.contains("gsuite/")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |activity| json::told(activity, "id.time", EventTime::iso_text)))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        ecs::build(event)
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::scalar);
        let names = parameters::events(fields).iter().filter_map(|event| event.get("name").and_then(Value::as_str));
        let actor = text("actor.email").or_else(|| text("actor.key")).or_else(|| text("actor.profileId"));
        let parts = text("id.applicationName").into_iter().chain(names).chain(actor).chain(text("ipAddress"));
        Cow::Owned(parts.collect::<Vec<_>>().join(" "))
    }
}
