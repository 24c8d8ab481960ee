//! The events of an activity, and their parameters.

use std::borrow::Cow;

use crate::value::Value;

/// Events of one activity that are looked at, and parameters of one event.
const EVENTS: usize = 64;
const PARAMETERS: usize = 256;

/// The events: a list, or the one that an agent left of it.
pub(super) fn events<'f, 'a>(activity: &'f Value<'a>) -> &'f [Value<'a>] {
    let events = activity.get("events").map_or(&[][..], |events| match events {
        Value::Array(list) => list,
        one => std::slice::from_ref(one),
    });
    &events[..events.len().min(EVENTS)]
}

/// The names of an event's parameters, and the parameters.
pub(super) fn parameters<'e>(event: &'e Value<'e>) -> impl Iterator<Item = (&'e str, &'e Value<'e>)> {
    named(event.get("parameters"))
}

fn named<'e>(list: Option<&'e Value<'e>>) -> impl Iterator<Item = (&'e str, &'e Value<'e>)> {
    let list = list.and_then(Value::as_array).unwrap_or_default().iter().take(PARAMETERS);
    list.filter_map(|parameter| Some((parameter.get("name")?.as_str()?, parameter)))
}

/// The fields that hold a parameter's value; which one, its type decides.
const VALUES: [&str; 6] = ["value", "intValue", "boolValue", "multiValue", "multiIntValue", "multiBoolValue"];

/// The value of a parameter that is a scalar or a list of them.
pub(super) fn plain<'e>(parameter: &'e Value<'e>) -> Option<&'e Value<'e>> {
    VALUES.iter().find_map(|name| parameter.get(name))
}

/// The value of any parameter. A message is again a list of parameters; messages in messages stay as they are.
pub(super) fn value<'e>(parameter: &'e Value<'e>) -> Option<Value<'e>> {
    let message = |message: &'e Value<'e>| {
        let fields = named(message.get("parameter"));
        let fields = fields.map(|(name, inner)| (Cow::Borrowed(name), plain(inner).unwrap_or(inner).borrow()));
        Value::Object(fields.collect())
    };
    if let Some(plain) = plain(parameter) {
        return Some(plain.borrow());
    }
    if let Some(one) = parameter.get("messageValue") {
        return Some(message(one));
    }
    let all = parameter.get("multiMessageValue")?.as_array()?.iter().take(PARAMETERS);
    Some(Value::Array(all.map(message).collect()))
}

/// Where Elastic's integration puts a parameter under its application's name, if not by the name itself.
pub(super) fn renamed(application: &str, name: &str) -> Option<&'static str> {
    let row = RENAMED.iter().find(|(of, known, _)| *of == application && *known == name)?;
    Some(row.2)
}

/// The name of another parameter: in small letters, and `login_type` of login is `login.type`, `rule_name` of rules is
/// `rules.name`.
pub(super) fn short<'e>(application: &str, name: &'e str) -> Cow<'e, str> {
    let one = application.strip_suffix('s').unwrap_or(application);
    let rest = [application, one].iter().find_map(|prefix| name.strip_prefix(prefix)?.strip_prefix('_'));
    match rest.unwrap_or(name) {
        name if name.bytes().any(|byte| byte.is_ascii_uppercase()) => Cow::Owned(name.to_ascii_lowercase()),
        name => Cow::Borrowed(name),
    }
}

/// An application, its parameter, and where Elastic's integration puts it.
const RENAMED: &[(&str, &str, &str)] = &[
    ("admin", "APPLICATION_EDITION", "application.edition"),
    ("admin", "APPLICATION_NAME", "application.name"),
    ("admin", "BIRTHDATE", "user.birthdate"),
    ("admin", "CHROME_LICENSES_ALLOWED", "chrome_licenses.allowed"),
    ("admin", "CHROME_LICENSES_ENABLED", "chrome_licenses.enabled"),
    ("admin", "DEVICE_ID", "device.id"),
    ("admin", "DEVICE_SERIAL_NUMBER", "device.serial_number"),
    ("admin", "DEVICE_TYPE", "device.type"),
    ("admin", "DOMAIN_ALIAS", "domain.alias"),
    ("admin", "DOMAIN_NAME", "domain.name"),
    ("admin", "EMAIL_LOG_SEARCH_END_DATE", "email.log_search_filter.end_date"),
    ("admin", "EMAIL_LOG_SEARCH_MSG_ID", "email.log_search_filter.message_id"),
    ("admin", "EMAIL_LOG_SEARCH_RECIPIENT", "email.log_search_filter.recipient.value"),
    ("admin", "EMAIL_LOG_SEARCH_SENDER", "email.log_search_filter.sender.value"),
    ("admin", "EMAIL_LOG_SEARCH_SMTP_RECIPIENT_IP", "email.log_search_filter.recipient.ip"),
    ("admin", "EMAIL_LOG_SEARCH_SMTP_SENDER_IP", "email.log_search_filter.sender.ip"),
    ("admin", "EMAIL_LOG_SEARCH_START_DATE", "email.log_search_filter.start_date"),
    ("admin", "FLASHLIGHT_EDU_NON_FEATURED_SERVICES_SELECTION", "non_featured_services_selection"),
    ("admin", "FULL_ORG_UNIT_PATH", "org_unit.full"),
    ("admin", "GATEWAY_NAME", "gateway.name"),
    ("admin", "GROUP_EMAIL", "group.email"),
    ("admin", "GROUP_PRIORITIES", "group.priorities"),
    ("admin", "INFO_TYPE", "info_type"),
    ("admin", "MANAGED_CONFIGURATION_NAME", "managed_configuration"),
    ("admin", "MOBILE_APP_PACKAGE_ID", "application.package_id"),
    ("admin", "OAUTH2_APP_ID", "oauth2.application.id"),
    ("admin", "OAUTH2_APP_NAME", "oauth2.application.name"),
    ("admin", "OAUTH2_APP_TYPE", "oauth2.application.type"),
    ("admin", "OAUTH2_SERVICE_NAME", "oauth2.service.name"),
    ("admin", "ORG_UNIT_NAME", "org_unit.name"),
    ("admin", "PRIVILEGE_NAME", "privilege.name"),
    ("admin", "PRODUCT_NAME", "product.name"),
    ("admin", "QUARANTINE_NAME", "email.quarantine_name"),
    ("admin", "ROLE_ID", "role.id"),
    ("admin", "ROLE_NAME", "role.name"),
    ("admin", "SERVICE_NAME", "service.name"),
    ("admin", "SETTING_DESCRIPTION", "setting.description"),
    ("admin", "SETTING_NAME", "setting.name"),
    ("admin", "SITE_NAME", "url.name"),
    ("admin", "SKU_NAME", "product.sku"),
    ("admin", "USER_DEFINED_SETTING_NAME", "user_defined_setting.name"),
    ("admin", "USER_EMAIL", "user.email"),
    ("admin", "USER_NICKNAME", "user.nickname"),
    ("rules", "resource_id", "resource.id"),
    ("rules", "resource_name", "resource.name"),
    ("rules", "resource_owner_email", "resource.owner_email"),
    ("rules", "resource_recipients", "resource.recipients"),
    ("rules", "resource_recipients_omitted_count", "resource.recipients_omitted_count"),
    ("rules", "resource_title", "resource.title"),
    ("rules", "resource_type", "resource.type"),
    ("token", "client_id", "client.id"),
    ("token", "client_type", "client.type"),
    ("token", "scope", "scope.value"),
    ("token", "scope_data", "scope.data"),
];
