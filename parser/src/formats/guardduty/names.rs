//! The names that Elastic's AWS integration gives to the fields of findings, under `aws.guardduty`.

use crate::ecs::Ecs;
use crate::formats::copies::snake_case;
use crate::time::EventTime;
use crate::value::Value;

/// `value` of the field `parent`, with the names of its fields as the integration spells them; fields that say nothing
/// are left out.
pub(super) fn renamed<'e>(parent: &str, value: &'e Value<'_>) -> Value<'e> {
    match value {
        Value::Object(_) if is_kept(parent) => value.borrow(),
        Value::Object(fields) => {
            let mut object = Ecs::default();
            for (key, value) in fields.iter().filter(|(_, value)| !is_empty(value)) {
                let value = match (&**key, value) {
                    // Clusters and tasks tell their birth in seconds since 1970.
                    ("createdAt" | "startedAt", Value::Number(text)) => {
                        EventTime::epoch(text).map_or_else(|| value.borrow(), |time| time.at.to_string().into())
                    }
                    _ => renamed(key, value),
                };
                match special(parent, key) {
                    Some(path) => object.set(path, value),
                    None => object.push(snake_case(key), value),
                }
            }
            object.build()
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| renamed(parent, item)).collect()),
        other => other.borrow(),
    }
}

fn is_empty(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// Objects whose fields nobody knows in advance keep the names that they have.
fn is_kept(name: &str) -> bool {
    matches!(name, "additionalInfo" | "publicAccess" | "affectedResources")
}

/// The name of the field `key` of the object `parent`, where it is more than `key` in snake case.
fn special(parent: &str, key: &str) -> Option<&'static str> {
    Some(match (parent, key) {
        ("accessKeyDetails", "accessKeyId") => "accesskey_id",
        ("accessKeyDetails", "userName") => "user.name",
        ("accessKeyDetails", "userType") => "user.type",
        ("resource", "resourceType") | ("action", "actionType") => "type",
        ("resource", "rdsDbInstanceDetails") => "rdsdb_instance_details",
        ("resource", "rdsDbUserDetails") => "rdsdb_user_details",
        ("rdsDbInstanceDetails", "dbInstanceIdentifier") => "instance_identifier",
        ("rdsDbInstanceDetails", "dbClusterIdentifier") => "cluster_identifier",
        ("rdsDbInstanceDetails", "dbInstanceArn") => "instance_arn",
        ("instanceDetails", "iamInstanceProfile") => "iaminstance_profile",
        ("instanceDetails", "imageDescription") => "image.description",
        ("instanceDetails", "imageId") => "image.id",
        ("instanceDetails", "instanceId") => "instance.id",
        ("instanceDetails", "instanceState") => "instance.state",
        ("instanceDetails", "instanceType") => "instance.type",
        ("productCodes", "productCodeId") => "product_code.id",
        ("productCodes", "productCodeType") => "product_code.type",
        ("networkInterfaces" | "privateIpAddresses", "privateDnsName") => "private.dns_name",
        ("networkInterfaces" | "privateIpAddresses", "privateIpAddress") => "private.ip_address",
        ("networkInterfaces", "privateIpAddresses") => "private.ip_addresses",
        ("networkInterfaces", "publicDnsName") => "public.dns_name",
        ("networkInterfaces", "publicIp") => "public.ip",
        ("securityGroups", "groupId") => "group.id",
        ("securityGroups", "groupName") => "group.name",
        ("eksClusterDetails", "vpcId") => "vpcid",
        ("kubernetesUserDetails", "username") => "user_name",
        ("kubernetesWorkloadDetails", "namespace") => "name_space",
        ("containerDetails" | "containers", "image") => "image.value",
        ("containerDetails" | "containers", "imagePrefix") => "image.prefix",
        ("taskDetails", "definitionArn") => "definitionarn",
        ("defaultServerSideEncryption", "kmsMasterKeyArn") => "kms_masterkey_arn",
        ("scannedVolumeDetails" | "skippedVolumeDetails", "kmsKeyArn") => "kmskey_arn",
        ("scannedVolumeDetails" | "skippedVolumeDetails", "volumeArn") => "volume.arn",
        ("scannedVolumeDetails" | "skippedVolumeDetails", "volumeSizeInGB") => "volume.size_in_gb",
        ("scannedVolumeDetails" | "skippedVolumeDetails", "volumeType") => "volume.type",
        ("networkConnectionAction", "protocol") => "transport",
        ("localPortDetails" | "remotePortDetails", "port") => "port.value",
        ("localPortDetails" | "remotePortDetails", "portName") => "port.name",
        ("city", "cityName") | ("country", "countryName") => "name",
        ("country", "countryCode") => "code",
        ("organization", "asnOrg") => "asnorg",
        ("service", "eventFirstSeen") => "event.first_seen",
        ("service", "eventLastSeen") => "event.last_seen",
        ("threatIntelligenceDetails", "threatListName") => "threat.list_name",
        ("threatIntelligenceDetails", "threatNames") => "threat.names",
        ("ebsVolumeScanDetails", "scanId") => "scan.id",
        ("ebsVolumeScanDetails", "scanStartedAt") => "scan.started_at",
        ("ebsVolumeScanDetails", "scanCompletedAt") => "scan.completed_at",
        ("ebsVolumeScanDetails", "scanDetections") => "scan.detections",
        ("filePaths", "fileName") => "file.name",
        ("filePaths", "filePath") => "file.path",
        _ => return None,
    })
}
