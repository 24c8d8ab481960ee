//! Audit events of Kubernetes, as Amazon EKS and every other API server write them.
//!
//! Source: Kubernetes documentation, "Auditing" and "kube-apiserver Audit Configuration (v1)". The event stays as it is
//! under `kubernetes.audit`, as in Elastic's integration.

use std::borrow::Cow;

use super::copies::full;
use super::json::{self, JsonDecoder};
use crate::ecs::Ecs;
use crate::format::{Decode, Format, Shape, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct KubernetesAudit;

impl Format for KubernetesAudit {
    fn name(&self) -> &str {
        "k8s_audit"
    }

    fn title(&self) -> &str {
        "Kubernetes audit (Amazon EKS and others)"
    }

    fn columns(&self) -> Vec<&str> {
        vec![
            "event.action",
            "orchestrator.resource.type",
            "orchestrator.namespace",
            "orchestrator.resource.name",
            "user.name",
            "source.ip",
            "event.outcome",
        ]
    }

    fn shape(&self) -> Shape {
        Shape::Json
    }

    fn envelopes(&self) -> Vec<&str> {
        // A webhook is sent lists of events.
        vec!["items"]
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        let Some(event) = unit.json() else { return false };
        let has = |name| event.get(name).is_some();
        // Within a list an event names neither its kind nor its version.
        let version = event.get("apiVersion").and_then(Value::as_str);
        version.is_none_or(|version| version.starts_with("audit.k8s.io/"))
            && ["auditID", "stage", "requestURI", "verb"].into_iter().all(has)
    }

    fn knows_key(&self, key: &str) -> bool {
        key.contains("kube-apiserver-audit") || key.contains("kube-audit")
    }

    fn decoder(&self, stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(JsonDecoder::objects(stream, |event| {
            json::told(event, "stageTimestamp", EventTime::iso_text)
                .or_else(|| json::told(event, "requestReceivedTimestamp", EventTime::iso_text))
        }))
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
        let mut ecs = Ecs::new("kubernetes.audit_logs", "event", event.time);
        ecs.set("kubernetes.audit", full(fields, name).unwrap_or(Value::Null));
        ecs.set("orchestrator.type", "kubernetes");
        ecs.copy(fields, COPIED);
        let kind = match text("verb") {
            Some("create") => Some("creation"),
            Some("update" | "patch") => Some("change"),
            Some("delete" | "deletecollection") => Some("deletion"),
            Some("get" | "list" | "watch") => Some("access"),
            _ => None,
        };
        if let Some(kind) = kind {
            ecs.add("event.type", kind);
        }
        let code = fields.get("responseStatus.code").and_then(Value::as_u64);
        let decision = text("annotations.authorization.k8s.io/decision");
        if code.is_some() || decision.is_some() {
            let is_failure = decision == Some("forbid") || code.is_some_and(|code| code >= 400);
            ecs.set("event.outcome", if is_failure { "failure" } else { "success" });
        }
        let time = |path| text(path).and_then(EventTime::iso_text).map(|time| time.at.to_string());
        ecs.set_some("event.start", time("requestReceivedTimestamp"));
        if text("stage") == Some("ResponseComplete") {
            ecs.set_some("event.end", time("stageTimestamp"));
        }
        // The first address is the client's, those after it are proxies'.
        for (index, address) in addresses(fields).enumerate() {
            if index == 0 {
                ecs.set("client.ip", address);
                ecs.set_address("source.address", "source.ip", address);
            }
            ecs.add("related.ip", address);
        }
        for path in ["user.uid", "user.username", "impersonatedUser.username"] {
            if let Some(user) = text(path) {
                ecs.add("related.user", user);
            }
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        let field = |path: &&str| event.fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
        let join = |paths: &[&str]| paths.iter().filter_map(field).collect::<Vec<_>>().join("/");
        let object = join(&["objectRef.namespace", "objectRef.resource", "objectRef.name", "objectRef.subresource"]);
        let object = if object.is_empty() { join(&["requestURI"]) } else { object };
        let (verb, user) = (join(&["verb"]), join(&["user.username"]));
        let address = addresses(&event.fields).next().unwrap_or_default();
        let code = join(&["responseStatus.code"]);
        let parts = [&*verb, &object, &user, address, &code];
        Cow::Owned(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "))
    }
}

const COPIED: &[(&str, &str)] = &[
    ("auditID", "event.id"),
    ("verb", "event.action"),
    ("user.username", "user.name"),
    ("user.uid", "user.id"),
    ("impersonatedUser.username", "user.effective.name"),
    ("userAgent", "user_agent.original"),
    ("requestURI", "url.original"),
    ("responseStatus.code", "http.response.status_code"),
    ("apiVersion", "orchestrator.api_version"),
    ("objectRef.namespace", "orchestrator.namespace"),
    ("objectRef.resource", "orchestrator.resource.type"),
    ("objectRef.name", "orchestrator.resource.name"),
];

/// Addresses of one request that are taken up.
const ADDRESSES: usize = 64;

fn addresses<'e>(fields: &'e Value<'_>) -> impl Iterator<Item = &'e str> {
    let list = fields.get("sourceIPs").and_then(Value::as_array).unwrap_or_default();
    list.iter().filter_map(Value::as_str).take(ADDRESSES)
}

/// The name of a field: that of a label or annotation without dots, which would lead into an object.
fn name(key: &str) -> Cow<'_, str> {
    if key.contains('.') { Cow::Owned(key.replace('.', "_")) } else { Cow::Borrowed(key) }
}
