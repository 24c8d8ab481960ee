//! Names of resources: ARNs and queue URLs of the lab's one account and region.

/// The account that owns everything in a lab: no real account has this id.
pub(crate) const ACCOUNT: &str = "000000000000";
/// The region that ARNs name. Requests may be signed for any.
pub(crate) const REGION: &str = "us-east-1";

pub(crate) fn queue_arn(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}

pub(crate) fn topic_arn(name: &str) -> String {
    format!("arn:aws:sns:{REGION}:{ACCOUNT}:{name}")
}

/// The queue that an ARN names; none where it is no ARN of a queue of this account.
pub(crate) fn queue_of_arn(arn: &str) -> Option<&str> {
    resource(arn, "sqs")
}

/// The topic that an ARN names; none where it is no ARN of a topic of this account.
pub(crate) fn topic_of_arn(arn: &str) -> Option<&str> {
    resource(arn, "sns")
}

fn resource<'a>(arn: &'a str, service: &str) -> Option<&'a str> {
    let mut parts = arn.splitn(6, ':');
    let is_ours = parts.next()? == "arn"
        && parts.next()? == "aws"
        && parts.next()? == service
        && parts.next().is_some()
        && parts.next()? == ACCOUNT;
    let name = parts.next()?;
    (is_ours && !name.is_empty() && !name.contains(':')).then_some(name)
}

/// Whether a queue or a topic may be called so: 1 to `limit` of letters, digits, `-` and `_`.
pub(crate) fn is_name(name: &str, limit: usize) -> bool {
    (1..=limit).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Whether the name asks for a FIFO queue or topic.
#[expect(clippy::case_sensitive_file_extension_comparisons, reason = "AWS's suffix is no file extension")]
pub(crate) fn is_fifo(name: &str) -> bool {
    name.ends_with(".fifo")
}
