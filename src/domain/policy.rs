//! The least IAM policy that grants a list of permissions.
//!
//! Sources: "IAM JSON policy elements reference" and "IAM and AWS STS quotas" in the IAM user guide.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Profile;
use super::permission::{Permission, Resource};

/// Characters of a managed policy at most; white space does not count.
pub const MANAGED: usize = 6_144;
/// Characters of all inline policies of a role at most.
pub const INLINE: usize = 10_240;

/// Where the resources of a profile live, as far as it tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    partition: &'static str,
    region: String,
    account: String,
}

impl Home {
    /// That of a profile. An account that nothing tells is `*`.
    pub fn of(profile: &Profile) -> Self {
        let region = profile.region.clone();
        let partition = match &region {
            region if region.starts_with("cn-") => "aws-cn",
            region if region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        let digits = |account: &String| account.chars().filter(char::is_ascii_digit).collect::<String>();
        let told = profile.account.as_ref().map(digits).filter(|account| account.len() == 12);
        let of_queues = || profile.consumers.iter().find_map(|consumer| queue(consumer.input.queue_url()?)?.1);
        Self { partition, region, account: told.or_else(of_queues).unwrap_or_else(|| "*".into()) }
    }

    /// The ARN of a resource.
    pub fn arn(&self, on: &Resource) -> String {
        let Self { partition, region, account } = self;
        match on {
            Resource::Bucket(bucket) | Resource::Listing(bucket, _) => format!("arn:{partition}:s3:::{bucket}"),
            Resource::Objects(bucket, prefix) => format!("arn:{partition}:s3:::{bucket}/{}*", literal(prefix)),
            Resource::Queue(url) => match queue(url) {
                Some((told, owner, name)) => format!(
                    "arn:{partition}:sqs:{}:{}:{name}",
                    told.as_ref().unwrap_or(region),
                    owner.as_ref().unwrap_or(account)
                ),
                None => format!("arn:{partition}:sqs:{region}:{account}:*"),
            },
            Resource::Topic(arn) => arn.clone(),
            Resource::Function(name) if name.starts_with("arn:") => name.clone(),
            Resource::Function(name) => format!("arn:{partition}:lambda:{region}:{account}:function:{name}"),
            Resource::Workgroup(name) => format!("arn:{partition}:athena:{region}:{account}:workgroup/{name}"),
            Resource::Catalog => format!("arn:{partition}:glue:{region}:{account}:catalog"),
            Resource::DataCatalog => format!("arn:{partition}:athena:{region}:{account}:datacatalog/AwsDataCatalog"),
            Resource::Database(name) => format!("arn:{partition}:glue:{region}:{account}:database/{name}"),
            Resource::Tables(name) => format!("arn:{partition}:glue:{region}:{account}:table/{name}/*"),
        }
    }
}

/// Region, account and name of a queue's URL; none where it names no queue. Endpoints of one's own tell no region.
fn queue(url: &str) -> Option<(Option<String>, Option<String>, String)> {
    let url = url::Url::parse(url).ok()?;
    let mut segments = url.path_segments()?.rev();
    let name = segments.next().filter(|name| !name.is_empty())?.to_owned();
    let is_account = |text: &&str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let account = segments.next().filter(is_account).map(str::to_owned);
    let host = url.host_str()?;
    let is_amazon = host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn");
    let region = host.strip_prefix("sqs.").and_then(|rest| rest.split('.').next()).filter(|_| is_amazon);
    Some((region.map(str::to_owned), account, name))
}

/// Text in which IAM finds no wildcard and no variable.
fn literal(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, character| {
        match character {
            '*' | '?' | '$' => escaped.extend(['$', '{', character, '}']),
            other => escaped.push(other),
        }
        escaped
    })
}

/// A policy that grants these permissions and no more: sorted, each action and resource once.
pub fn policy(permissions: &[Permission], home: &Home) -> Value {
    // Actions by resource, and of a bucket's listing by the prefixes that may be listed.
    let mut prefixes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for permission in permissions {
        if let Resource::Listing(_, prefix) = &permission.on {
            prefixes.entry(home.arn(&permission.on)).or_default().insert(format!("{}*", literal(prefix)));
        }
    }
    let mut actions: BTreeMap<(String, BTreeSet<String>), BTreeSet<&str>> = BTreeMap::new();
    for permission in permissions {
        let arn = home.arn(&permission.on);
        let below = match &permission.on {
            Resource::Listing(..) => prefixes.get(&arn).filter(|below| !below.contains("*")).cloned(),
            _ => None,
        };
        actions.entry((arn, below.unwrap_or_default())).or_default().insert(permission.action);
    }
    let mut statements: BTreeMap<(BTreeSet<&str>, BTreeSet<String>), BTreeSet<String>> = BTreeMap::new();
    for ((arn, below), actions) in actions {
        statements.entry((actions, below)).or_default().insert(arn);
    }
    let statements: Vec<Value> = statements
        .into_iter()
        .map(|((actions, below), all)| {
            // What lies below a resource that is granted already needs no words of its own.
            let is_granted = |arn: &&String| {
                let above = |other: &String| other.strip_suffix('*').is_some_and(|stem| arn.starts_with(stem));
                all.iter().any(|other| other != *arn && above(other))
            };
            let resources: Vec<&String> = all.iter().filter(|arn| !is_granted(arn)).collect();
            let mut statement = json!({ "Effect": "Allow", "Action": actions, "Resource": resources });
            if !below.is_empty() {
                statement["Condition"] = json!({ "StringLike": { "s3:prefix": below } });
            }
            statement
        })
        .collect();
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// The size of a policy as IAM counts it.
pub fn size(policy: &Value) -> usize {
    policy.to_string().chars().filter(|character| !character.is_whitespace()).count()
}

#[cfg(test)]
mod tests;
