//! The ordinary calls of a company that works and sleeps.

use super::super::cast::{
    BROWSERS, PROD, ROLES, Role, TERMINAL, USERS, VIRGINIA, access_key, fixture, office_address, session_key,
};
use super::super::dice::Dice;
use super::super::plan::Stream;
use super::{Call, Caller};

/// A kind of call: its share, and its parameters with `#` for a number, `@` for an id of EC2 and `%%` for region and
/// account.
struct Sort {
    service: &'static str,
    name: &'static str,
    is_read: bool,
    share: u64,
    parameters: &'static str,
    response: &'static str,
}

const fn read(service: &'static str, name: &'static str, share: u64, parameters: &'static str) -> Sort {
    Sort { service, name, is_read: true, share, parameters, response: "null" }
}

const fn write(
    service: &'static str,
    name: &'static str,
    share: u64,
    parameters: &'static str,
    response: &'static str,
) -> Sort {
    Sort { service, name, is_read: false, share, parameters, response }
}

/// Shares add up to 100.
const SORTS: [Sort; 22] = [
    read(
        "s3",
        "GetObject",
        17,
        r#"{"bucketName":"acme-artifacts","key":"builds/#/app.tar.zst","Host":"acme-artifacts.s3.amazonaws.com"}"#,
    ),
    write(
        "s3",
        "PutObject",
        8,
        r#"{"bucketName":"acme-lake-raw","key":"orders/part-#.parquet","x-amz-server-side-encryption":"aws:kms"}"#,
        r#"{"x-amz-server-side-encryption":"aws:kms"}"#,
    ),
    read(
        "kms",
        "Decrypt",
        14,
        r#"{"encryptionContext":{"PARAMETER_ARN":"arn:aws:ssm:%%:parameter/payments/#"},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}"#,
    ),
    write(
        "kms",
        "GenerateDataKey",
        5,
        r#"{"keySpec":"AES_256","keyId":"arn:aws:kms:%%:key/1234abcd-12ab-34cd-56ef-1234567890ab"}"#,
        "null",
    ),
    read(
        "ec2",
        "DescribeInstances",
        9,
        r#"{"maxResults":#,"instancesSet":{},"filterSet":{"items":[{"name":"instance-state-name","valueSet":{"items":[{"value":"running"}]}}]}}"#,
    ),
    read(
        "ec2",
        "DescribeNetworkInterfaces",
        3,
        r#"{"networkInterfaceIdSet":{"items":[{"networkInterfaceId":"eni@"}]},"filterSet":{}}"#,
    ),
    read("sts", "GetCallerIdentity", 4, "null"),
    write(
        "logs",
        "CreateLogStream",
        5,
        r#"{"logGroupName":"/ecs/payments-api","logStreamName":"ecs/payments-api/#"}"#,
        "null",
    ),
    read("logs", "DescribeLogGroups", 2, r#"{"logGroupNamePrefix":"/ecs/","limit":50}"#),
    read("secretsmanager", "GetSecretValue", 6, r#"{"secretId":"prod/payments/db-#"}"#),
    read("ssm", "GetParametersByPath", 4, r#"{"path":"/payments/","recursive":true,"withDecryption":true}"#),
    write(
        "ssm",
        "UpdateInstanceInformation",
        3,
        r#"{"instanceId":"i@","agentVersion":"3.3.2958.0","agentStatus":"Active","platformType":"Linux"}"#,
        "null",
    ),
    read("ecs", "DescribeTasks", 3, r#"{"cluster":"prod","tasks":["arn:aws:ecs:%%:task/prod/#"]}"#),
    read(
        "elasticloadbalancing",
        "DescribeTargetHealth",
        4,
        r#"{"targetGroupArn":"arn:aws:elasticloadbalancing:%%:targetgroup/acme-shop/9f8e7d6c5b4a0000"}"#,
    ),
    read("rds", "DescribeDBInstances", 2, r#"{"dBInstanceIdentifier":"payments-db-#"}"#),
    read("dynamodb", "DescribeTable", 2, r#"{"tableName":"sessions"}"#),
    read("iam", "GetRole", 2, r#"{"roleName":"payments-api-task"}"#),
    read("lambda", "ListFunctions20150331", 2, r#"{"maxItems":50}"#),
    write(
        "ecr",
        "BatchGetImage",
        2,
        r#"{"repositoryName":"payments-api","imageIds":[{"imageTag":"build-#"}]}"#,
        "null",
    ),
    read("cloudwatch", "DescribeAlarms", 1, r#"{"maxRecords":100}"#),
    write(
        "ec2",
        "CreateTags",
        1,
        r##"{"resourcesSet":{"items":[{"resourceId":"i@"}]},"tagSet":{"items":[{"key":"build","value":"#"}]}}"##,
        r#"{"_return":true}"#,
    ),
    write(
        "autoscaling",
        "SetInstanceProtection",
        1,
        r#"{"autoScalingGroupName":"web","protectedFromScaleIn":true}"#,
        "null",
    ),
];

const SERVICES: [&str; 5] = [
    "ecs-tasks.amazonaws.com",
    "ec2.amazonaws.com",
    "lambda.amazonaws.com",
    "config.amazonaws.com",
    "eks.amazonaws.com",
];

/// An ordinary call in an account and region.
pub(super) fn background(stream: &Stream, dice: &mut Dice) -> Call {
    match dice.below(1_000) {
        0..=99 => assumed_by_service(stream, dice),
        100..=106 if stream.region == VIRGINIA && stream.account == PROD => console_sign_in(dice),
        _ => api_call(stream, dice),
    }
}

fn api_call(stream: &Stream, dice: &mut Dice) -> Call {
    let mut draw = dice.below(100);
    let drawn = SORTS.iter().find(|sort| {
        let is_drawn = draw < sort.share;
        draw = draw.saturating_sub(sort.share);
        is_drawn
    });
    // IAM is global, and its calls are recorded in one region.
    let sort = drawn.filter(|sort| sort.service != "iam" || stream.region == VIRGINIA).unwrap_or(&SORTS[0]);
    let is_person = stream.account == PROD && dice.chance(14);
    let (caller, agent, address) = if is_person { person(dice) } else { machine(stream, dice) };
    let mut call = Call {
        error: fault(sort, stream, &caller, dice),
        caller,
        address,
        agent: agent.to_owned(),
        service: sort.service,
        name: sort.name,
        is_read: sort.is_read,
        parameters: fill(sort.parameters, stream, dice),
        response: sort.response.to_owned(),
        additional: None,
        bucket: None,
    };
    if sort.service == "s3" {
        call.bucket = Some(if sort.is_read { "acme-artifacts" } else { "acme-lake-raw" });
        let bytes = dice.skewed(900, 9_000_000);
        let (inward, outward) = if sort.is_read { (0, bytes) } else { (bytes, 0) };
        call.additional = Some(format!(
            r#"{{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":{inward},"AuthenticationMethod":"AuthHeader","bytesTransferredOut":{outward}}}"#,
        ));
    }
    if call.error.is_some() {
        "null".clone_into(&mut call.response);
    }
    call
}

/// What goes wrong in a healthy company; machines that lack a permission try again all night.
fn fault(sort: &Sort, stream: &Stream, caller: &Caller, dice: &mut Dice) -> Option<(&'static str, String)> {
    match dice.below(1_000) {
        0..=11 => {
            let account = stream.account;
            let who = match caller {
                Caller::User { name, .. } => format!("arn:aws:iam::{account}:user/{name}"),
                Caller::Role { role, session, .. } => format!("arn:aws:sts::{account}:assumed-role/{role}/{session}"),
                Caller::Service(service) => (*service).to_owned(),
            };
            let action = format!("{}:{}", sort.service, sort.name);
            let reason = format!("because no identity-based policy allows the {action} action");
            Some(("AccessDenied", format!("User: {who} is not authorized to perform: {action} {reason}")))
        }
        12..=16 => Some(("ThrottlingException", "Rate exceeded".to_owned())),
        17..=20 if sort.service == "s3" => Some(("NoSuchKey", "The specified key does not exist.".to_owned())),
        _ => None,
    }
}

/// A colleague at a terminal: who, with what, from where.
fn person(dice: &mut Dice) -> (Caller, &'static str, String) {
    let number = dice.below(USERS.len() as u64);
    // Everybody keeps one key.
    let key = access_key(&mut Dice::new(0xacce_55ed ^ number));
    let caller = Caller::User { name: USERS[number as usize].to_owned(), key: Some(key) };
    (caller, TERMINAL, office_address(dice))
}

/// A machine of the account: who, with what, from where.
fn machine(stream: &Stream, dice: &mut Dice) -> (Caller, &'static str, String) {
    let Role { name, session, agent } = dice.pick(&ROLES);
    // A session's key lives for hours: four of each role are in use.
    let number = dice.below(4) ^ ((name.len() as u64) << 8) ^ ((session.len() as u64) << 16);
    let key = session_key(&mut Dice::new(number));
    let caller =
        Caller::Role { account: stream.account, role: (*name).to_owned(), session: (*session).to_owned(), key };
    (caller, agent, format!("10.0.{}.{}", 8 + 16 * dice.below(3), dice.range(11, 240)))
}

fn assumed_by_service(stream: &Stream, dice: &mut Dice) -> Call {
    let service = *dice.pick(&SERVICES);
    let Role { name: role, session, .. } = dice.pick(&ROLES);
    let account = stream.account;
    let key = session_key(dice);
    Call {
        caller: Caller::Service(service),
        address: service.to_owned(),
        agent: service.to_owned(),
        service: "sts",
        name: "AssumeRole",
        is_read: true,
        parameters: format!(
            r#"{{"roleArn":"arn:aws:iam::{account}:role/{role}","roleSessionName":"{session}","durationSeconds":3600}}"#
        ),
        response: format!(
            r#"{{"credentials":{{"accessKeyId":"{key}"}},"assumedRoleUser":{{"arn":"arn:aws:sts::{account}:assumed-role/{role}/{session}"}}}}"#
        ),
        error: None,
        additional: None,
        bucket: None,
    }
}

/// People sign in from the office, with MFA; some mistype.
fn console_sign_in(dice: &mut Dice) -> Call {
    let is_refused = dice.chance(12);
    let outcome = if is_refused { "Failure" } else { "Success" };
    Call {
        caller: Caller::User { name: (*dice.pick(&USERS)).to_owned(), key: None },
        address: office_address(dice),
        agent: (*dice.pick(&BROWSERS)).to_owned(),
        service: "signin",
        name: "ConsoleLogin",
        is_read: false,
        parameters: "null".to_owned(),
        response: format!(r#"{{"ConsoleLogin":"{outcome}"}}"#),
        error: is_refused.then(|| ("", "Failed authentication".to_owned())),
        additional: Some(
            r#"{"LoginTo":"https://console.aws.amazon.com/console/home","MobileVersion":"No","MFAUsed":"Yes"}"#
                .to_owned(),
        ),
        bucket: None,
    }
}

fn fill(template: &str, stream: &Stream, dice: &mut Dice) -> String {
    let mut filled = template.replace("%%", &format!("{}:{}", stream.region, stream.account));
    if filled.contains('#') {
        filled = filled.replace('#', &dice.range(10, 99_999).to_string());
    }
    if filled.contains('@') {
        filled = filled.replace('@', &fixture("", 20_000 + dice.below(24)));
    }
    filled
}
