//! Message attributes, shared by SQS and SNS, and the MD5 that clients verify.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use md5::{Digest, Md5};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::refusal::Refusal;
use crate::store::hex;

/// Attributes by name.
pub(crate) type Attributes = BTreeMap<String, Attribute>;

/// One attribute: its type, as the sender named it, and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Attribute {
    pub(crate) data_type: String,
    #[serde(flatten)]
    pub(crate) value: AttributeValue,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum AttributeValue {
    /// Of the types String and Number.
    #[serde(rename = "StringValue")]
    Text(String),
    /// Of the type Binary.
    #[serde(rename = "BinaryValue", serialize_with = "to_base64", deserialize_with = "from_base64")]
    Binary(Vec<u8>),
}

fn to_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&BASE64_STANDARD.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    BASE64_STANDARD.decode(text).map_err(serde::de::Error::custom)
}

impl Attribute {
    fn bytes(&self) -> &[u8] {
        match &self.value {
            AttributeValue::Text(text) => text.as_bytes(),
            AttributeValue::Binary(bytes) => bytes,
        }
    }
}

/// Checks names, types and values as SQS does.
pub(crate) fn check(attributes: &Attributes) -> Result<(), Refusal> {
    let invalid = |message: String| Refusal::new("InvalidParameterValue", message);
    for (name, attribute) in attributes {
        let is_name = (1..=256).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            && !name.starts_with('.')
            && !name.ends_with('.')
            && !name.contains("..")
            && !["aws.", "amazon."].iter().any(|reserved| name.to_ascii_lowercase().starts_with(reserved));
        if !is_name {
            return Err(invalid(format!("The message attribute name {name:?} is invalid.")));
        }
        let base = attribute.data_type.split('.').next().unwrap_or_default();
        let fits = match (base, &attribute.value) {
            ("String", AttributeValue::Text(_)) | ("Binary", AttributeValue::Binary(_)) => true,
            ("Number", AttributeValue::Text(number)) => number.trim().parse::<f64>().is_ok(),
            _ => false,
        };
        if !fits || attribute.data_type.len() > 256 {
            return Err(invalid(format!(
                "The message attribute {name:?} has the invalid type {:?} or a value that is not of it.",
                attribute.data_type
            )));
        }
        if attribute.bytes().is_empty() {
            return Err(invalid(format!("The message attribute {name:?} must contain a non-empty value.")));
        }
    }
    Ok(())
}

/// Bytes that attributes add to a message's size: names, types and values.
pub(crate) fn size(attributes: &Attributes) -> usize {
    attributes.iter().map(|(name, attribute)| name.len() + attribute.data_type.len() + attribute.bytes().len()).sum()
}

/// The digest of the attributes, as the Amazon SQS developer guide defines it in "Calculating the MD5 message digest for
/// message attributes"; none where there are no attributes.
pub(crate) fn digest(attributes: &Attributes) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut md5 = Md5::new();
    for (name, attribute) in attributes {
        let transport = match attribute.value {
            AttributeValue::Text(_) => 1,
            AttributeValue::Binary(_) => 2,
        };
        field(&mut md5, name.as_bytes());
        field(&mut md5, attribute.data_type.as_bytes());
        // The transport type stands between type and value, without a length of its own.
        md5.update([transport]);
        field(&mut md5, attribute.bytes());
    }
    Some(hex(&md5.finalize()))
}

fn field(md5: &mut Md5, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    md5.update(length.to_be_bytes());
    md5.update(bytes);
}

/// The hex MD5 of a body.
pub(crate) fn body_digest(body: &str) -> String {
    hex(&Md5::digest(body))
}
