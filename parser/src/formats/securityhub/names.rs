//! The names that Elastic's AWS integration gives to the fields of findings, under `aws.securityhub_findings`.

use std::borrow::Cow;

use crate::formats::copies::snake_case;
use crate::value::Value;

/// An object of more fields than this is no part of a finding, and keeps its names: each new one is compared with all.
const MOST: usize = 512;

/// `value` of the field `parent`, with the names of its fields as the integration spells them; fields that are null are
/// left out.
pub(super) fn renamed<'e>(parent: &str, value: &'e Value<'_>) -> Value<'e> {
    match value {
        // Objects whose fields nobody knows in advance keep the names that they have.
        Value::Object(_) | Value::Array(_) if matches!(parent, "ProductFields" | "UserDefinedFields" | "Resources") => {
            value.borrow()
        }
        Value::Object(fields) if fields.len() > MOST => value.borrow(),
        Value::Object(fields) => {
            let mut object = Value::Object(Vec::with_capacity(fields.len()));
            for (key, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                let path = special(parent, key).map_or_else(|| snake_case(key), Cow::Borrowed);
                object.complete(at(&path, renamed(key, value)));
            }
            object
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| renamed(parent, item)).collect()),
        other => other.borrow(),
    }
}

/// An object with `value` at a dotted path.
fn at<'e>(path: &str, value: Value<'e>) -> Value<'e> {
    path.rsplit('.').fold(value, |value, name| Value::Object(vec![(Cow::Owned(name.to_owned()), value)]))
}

/// The name of the field `key` of the object `parent`, where it is more than `key` in snake case.
fn special(parent: &str, key: &str) -> Option<&'static str> {
    Some(match (parent, key) {
        ("", "CompanyName") => "company.name",
        ("", "FindingProviderFields") => "provider_fields",
        ("", "GeneratorId") => "generator.id",
        (_, "ProductArn") => "product.arn",
        ("", "ProductFields") => "product.fields",
        ("", "ProductName") => "product.name",
        ("", "SchemaVersion") => "schema.version",
        ("", "WorkflowState") => "workflow.state",
        ("Action", "ActionType") => "type",
        ("Action", "AwsApiCallAction") => "aws_api_call",
        ("Action", "DnsRequestAction") => "dns_request",
        ("Action", "NetworkConnectionAction") => "network_connection",
        ("Action", "PortProbeAction") => "port_probe",
        ("PortProbeAction", "PortProbeDetails") => "details",
        (_, "LocalIpDetails") => "local.ip",
        (_, "LocalPortDetails") => "local.port",
        (_, "RemoteIpDetails") => "remote_ip",
        (_, "RemotePortDetails") => "remote_port",
        ("LocalPortDetails" | "RemotePortDetails", "Port") => "number",
        ("LocalIpDetails" | "RemoteIpDetails", "IpAddressV4") => "address_v4",
        ("City", "CityName") | ("Country", "CountryName") | ("LocalPortDetails" | "RemotePortDetails", "PortName") => {
            "name"
        }
        ("Country", "CountryCode") => "code",
        (_, "GeoLocation") => "geolocation",
        ("GeoLocation", "Lat") => "latitude",
        ("GeoLocation", "Lon") => "longitude",
        ("Organization", "AsnOrg") => "asn_organization",
        ("Organization", "Isp") => "internet_service_provider",
        ("Organization", "Org") => "internet_provider",
        ("Network", "DestinationDomain") => "destination.domain",
        ("Network", "DestinationIpV4") => "destination.ip.v4",
        ("Network", "DestinationIpV6") => "destination.ip.v6",
        ("Network", "DestinationPort") => "destination.port",
        ("Network", "SourceDomain") => "source.domain",
        ("Network", "SourceIpV4") => "source.ip.v4",
        ("Network", "SourceIpV6") => "source.ip.v6",
        ("Network", "SourceMac") => "source.mac",
        ("Network", "SourcePort") => "source.port",
        ("NetworkPath", "ComponentId") => "component.id",
        ("NetworkPath", "ComponentType") => "component.type",
        ("PatchSummary", "FailedCount") => "failed.count",
        ("PatchSummary", "InstalledCount") => "installed.count",
        ("PatchSummary", "InstalledOtherCount") => "installed.other.count",
        ("PatchSummary", "InstalledPendingReboot") => "installed.pending_reboot",
        ("PatchSummary", "InstalledRejectedCount") => "installed.rejected.count",
        ("PatchSummary", "MissingCount") => "missing.count",
        ("PatchSummary", "Operation") => "operation.type",
        ("PatchSummary", "OperationEndTime") => "operation.end_time",
        ("PatchSummary", "OperationStartTime") => "operation.start_time",
        ("Process", "ParentPid") => "parent.pid",
        ("Vendor", "VendorCreatedAt") => "created_at",
        ("Vendor", "VendorSeverity") => "severity",
        ("Vendor", "VendorUpdatedAt") => "updated_at",
        _ => return None,
    })
}
