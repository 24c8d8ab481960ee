//! The one operation of STS that tells clients who they are.

use crate::credentials::Credentials;
use crate::names::ACCOUNT;
use crate::refusal::Refusal;
use crate::sns::{Xml, xml_response};

/// The namespace of STS's answers.
pub(crate) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// Answers GetCallerIdentity.
pub(crate) fn answer(body: &[u8], credentials: &Credentials) -> Result<String, Refusal> {
    let action = url::form_urlencoded::parse(body)
        .find(|(name, _)| name == "Action")
        .map(|(_, action)| action.into_owned())
        .unwrap_or_default();
    if action != "GetCallerIdentity" {
        return Err(Refusal::new("InvalidAction", format!("The lab's STS has no action {action:?}.")));
    }
    let mut identity = Xml::default();
    identity
        .text("Arn", &format!("arn:aws:iam::{ACCOUNT}:user/lab"))
        .text("UserId", &credentials.access_key_id)
        .text("Account", ACCOUNT);
    Ok(xml_response(NAMESPACE, &action, Some(identity)))
}
