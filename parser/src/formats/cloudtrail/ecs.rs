//! CloudTrail in ECS.

use super::actions;
use super::wrapped::event_of;
use crate::ecs::Ecs;
use crate::formats::copies;
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

/// Original fields that keep their meaning under `aws.cloudtrail`.
const COPIED: &[(&str, &str)] = &[
    ("apiVersion", "aws.cloudtrail.api_version"),
    ("errorCode", "aws.cloudtrail.error_code"),
    ("errorMessage", "aws.cloudtrail.error_message"),
    ("eventCategory", "aws.cloudtrail.event_category"),
    ("eventType", "aws.cloudtrail.event_type"),
    ("eventVersion", "aws.cloudtrail.event_version"),
    ("managementEvent", "aws.cloudtrail.management_event"),
    ("readOnly", "aws.cloudtrail.read_only"),
    ("recipientAccountId", "aws.cloudtrail.recipient_account_id"),
    ("requestID", "aws.cloudtrail.request_id"),
    ("sharedEventID", "aws.cloudtrail.shared_event_id"),
    ("vpcEndpointId", "aws.cloudtrail.vpc_endpoint_id"),
    ("userIdentity.accessKeyId", "aws.cloudtrail.user_identity.access_key_id"),
    ("userIdentity.arn", "aws.cloudtrail.user_identity.arn"),
    ("userIdentity.invokedBy", "aws.cloudtrail.user_identity.invoked_by"),
    ("userIdentity.type", "aws.cloudtrail.user_identity.type"),
    (
        "userIdentity.sessionContext.sessionIssuer.accountId",
        "aws.cloudtrail.user_identity.session_context.session_issuer.account_id",
    ),
    (
        "userIdentity.sessionContext.sessionIssuer.arn",
        "aws.cloudtrail.user_identity.session_context.session_issuer.arn",
    ),
    (
        "userIdentity.sessionContext.sessionIssuer.principalId",
        "aws.cloudtrail.user_identity.session_context.session_issuer.principal_id",
    ),
    (
        "userIdentity.sessionContext.sessionIssuer.type",
        "aws.cloudtrail.user_identity.session_context.session_issuer.type",
    ),
    (
        "userIdentity.sessionContext.attributes.mfaAuthenticated",
        "aws.cloudtrail.user_identity.session_context.mfa_authenticated",
    ),
    ("awsRegion", "cloud.region"),
    ("eventID", "event.id"),
    ("eventName", "event.action"),
    ("eventSource", "event.provider"),
    ("userAgent", "user_agent.original"),
    ("userIdentity.accountId", "cloud.account.id"),
    ("userIdentity.principalId", "user.id"),
];

/// The name that the caller goes by: the user's, else the role's, else `root`, the service's, or the type.
pub(super) fn actor<'e>(fields: &'e Value<'_>) -> Option<&'e str> {
    let identity = fields.get("userIdentity")?;
    let text = |path| identity.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
    text("userName")
        .or_else(|| text("sessionContext.sessionIssuer.userName"))
        .or_else(|| (text("type") == Some("Root")).then_some("root"))
        .or_else(|| text("invokedBy"))
        .or_else(|| text("principalId"))
        .or_else(|| text("type"))
}

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let record = &event.fields;
    let fields = event_of(record);
    let text = |path: &str| fields.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut ecs = Ecs::new("aws.cloudtrail", "event", event.time);
    ecs.set("cloud.provider", "aws");
    if !std::ptr::eq(fields, record) {
        // What is wrapped may leave its identifier and its account to the wrapping.
        ecs.copy(record, COPIED);
    }
    ecs.copy(fields, COPIED);
    if let Some(created) = text("userIdentity.sessionContext.attributes.creationDate") {
        let time = EventTime::iso(created.as_bytes());
        ecs.set_some(
            "aws.cloudtrail.user_identity.session_context.creation_date",
            time.map(|time| time.at.to_string()),
        );
    }
    if let Some(address) = text("sourceIPAddress") {
        ecs.set_address("source.address", "source.ip", address);
    }
    if let Some(action) = text("eventName") {
        let (category, kind) = actions::classify(action);
        if !category.is_empty() {
            ecs.set_words("event.category", category);
        }
        ecs.set_words("event.type", kind);
        let is_failure = text("errorCode").is_some()
            || text("errorMessage").is_some()
            || text("responseElements.ConsoleLogin") == Some("Failure");
        ecs.set("event.outcome", if is_failure { "failure" } else { "success" });
    } else {
        ecs.set_words("event.type", &["info"]);
    }
    rare(&mut ecs, fields);
    people(&mut ecs, fields);
    resources(&mut ecs, fields);
    console_login(&mut ecs, fields);
    ecs.build()
}

/// What few events have, found in one walk over their fields.
fn rare<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    for (name, value) in fields.as_object().unwrap_or_default() {
        match (&**name, value) {
            ("vpcEndpointAccountId", Value::String(_)) => {
                ecs.set("aws.cloudtrail.vpc_endpoint_account_id", value.borrow());
            }
            ("sessionCredentialFromConsole", Value::String(_) | Value::Bool(_)) => {
                ecs.set("aws.cloudtrail.session_credential_from_console", value.borrow());
            }
            ("addendum", Value::Object(_)) => ecs.set("aws.cloudtrail.addendum", copies::snake(value)),
            ("edgeDeviceDetails", Value::Object(_)) => {
                ecs.set("aws.cloudtrail.edge_device_details", copies::snake(value));
            }
            ("eventContext", Value::Object(_)) => ecs.set("aws.cloudtrail.event_context", copies::snake(value)),
            ("insightDetails", Value::Object(_)) => {
                ecs.copy(value, &[("eventName", "event.action"), ("eventSource", "event.provider")]);
                ecs.set("aws.cloudtrail.flattened.insight_details", copies::plain(value));
            }
            ("tlsDetails", Value::Object(_)) => {
                let server = ("clientProvidedHostHeader", "tls.client.server_name");
                ecs.copy(value, &[("cipherSuite", "tls.cipher"), server]);
                let version = value.get("tlsVersion").and_then(Value::as_str);
                if let Some(version) = version.and_then(|version| version.strip_prefix("TLSv")) {
                    ecs.set("tls.version", version);
                    ecs.set("tls.version_protocol", "tls");
                }
            }
            ("userIdentity", Value::Object(identity)) => {
                for (name, value) in identity {
                    let path = match &**name {
                        "credentialId" => "aws.cloudtrail.user_identity.credential_id",
                        "identityProvider" => "aws.cloudtrail.user_identity.identity_provider",
                        "onBehalfOf" => "aws.cloudtrail.user_identity.on_behalf_of",
                        "inScopeOf" => "aws.cloudtrail.user_identity.in_scope_of",
                        _ => continue,
                    };
                    ecs.set(path, copies::snake(value));
                }
            }
            _ => {}
        }
    }
}

/// Who did it, and to whom.
fn people<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let text = |path: &str| fields.get(path).and_then(Value::as_str).filter(|text| !text.is_empty());
    let name = text("userIdentity.userName").or_else(|| text("userIdentity.sessionContext.sessionIssuer.userName"));
    if let Some(name) = name {
        ecs.set("user.name", name);
        ecs.add("related.user", name);
    } else if text("userIdentity.type") == Some("Root") {
        ecs.set("user.name", "root");
    }
    let is_iam = text("eventSource") == Some("iam.amazonaws.com");
    if !is_iam {
        return;
    }
    if let Some(target) = text("requestParameters.userName") {
        ecs.set("user.target.name", target);
        ecs.add("related.user", target);
    }
    if let Some(target) = text("responseElements.user.userId") {
        ecs.set("user.target.id", target);
    }
    if let Some(new) = text("requestParameters.newUserName") {
        ecs.set("user.changes.name", new);
        ecs.add("related.user", new);
    }
    ecs.set_some(
        "group.name",
        text("requestParameters.groupName").or_else(|| text("responseElements.group.groupName")),
    );
    ecs.set_some("group.id", text("responseElements.group.groupId"));
}

/// The ARNs and accounts that the call touched.
fn resources<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    let Some(resources) = fields.get("resources").and_then(Value::as_array) else { return };
    let list = resources.iter().filter_map(|resource| {
        let pairs = [("ARN", "arn"), ("accountId", "account_id"), ("type", "type")];
        let known = pairs.iter().filter_map(|(path, name)| Some(((*name).into(), resource.get(path)?.borrow())));
        let fields: Vec<_> = known.collect();
        (!fields.is_empty()).then_some(Value::Object(fields))
    });
    let list: Vec<_> = list.collect();
    if !list.is_empty() {
        ecs.set("aws.cloudtrail.resources", Value::Array(list));
    }
}

/// What the console tells of a sign-in.
fn console_login<'e>(ecs: &mut Ecs<'e>, fields: &'e Value<'_>) {
    if fields.get("eventName").and_then(Value::as_str) != Some("ConsoleLogin") {
        return;
    }
    let text = |path: &str| fields.get(path).and_then(Value::as_str);
    let yes = |path| text(path).map(|answer| answer == "Yes");
    ecs.set_some("aws.cloudtrail.console_login.additional_eventdata.login_to", text("additionalEventData.LoginTo"));
    ecs.set_some("aws.cloudtrail.console_login.additional_eventdata.mfa_used", yes("additionalEventData.MFAUsed"));
    ecs.set_some(
        "aws.cloudtrail.console_login.additional_eventdata.mobile_version",
        yes("additionalEventData.MobileVersion"),
    );
}
