//! What AWS refuses, each told by its cause, with the request's id and the next step: canned answers over a loopback
//! socket.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use scops::aws::{Aws, AwsError, Connection, Kind, ListFrom};
use scops::domain::{Location, Network, ObjectId};

use crate::aws::{response, serve};
use crate::program::Home;

const USER: &str = "User: arn:aws:sts::111122223333:assumed-role/oncall/aya is not authorized to perform: ";

/// An answer of S3.
fn refused(status: &str, headers: &str, code: &str, message: &str) -> Vec<u8> {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>");
    response(status, &format!("x-amz-request-id: REQ4711\r\nContent-Type: application/xml\r\n{headers}"), &body)
}

async fn get(answer: Vec<u8>) -> AwsError {
    let (aws, _) = serve(move |_| Some(answer.clone())).await;
    let read = aws.get(&ObjectId::new("b", "k"), None, None).await;
    read.expect_err("refused")
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one case a refusal, read as a table")]
async fn a15_each_refusal_has_its_own_words_request_id_and_next_step() {
    let forbidden = "403 Forbidden";
    let on = "on resource: &quot;arn:aws:s3:::b/k&quot;";
    let cases = [
        (
            refused(forbidden, "", "AccessDenied", "Access Denied: the bucket is requester pays"),
            Kind::AccessDenied,
            "the bucket bills whoever asks",
            "--request-payer requester",
        ),
        (
            refused(
                forbidden,
                "",
                "AccessDenied",
                &format!(
                    "{USER}kms:Decrypt on resource: arn:aws:kms:x because no identity-based policy allows the kms:Decrypt action"
                ),
            ),
            Kind::AccessDenied,
            "the key refuses it (KMS)",
            "allow kms:Decrypt",
        ),
        (
            refused(forbidden, "", "KMS.DisabledException", "arn:aws:kms:x is disabled."),
            Kind::AccessDenied,
            "the key refuses it (KMS)",
            "a key may be disabled",
        ),
        (
            refused(forbidden, "", "InvalidObjectState", "The operation is not valid for the object's storage class"),
            Kind::Archived,
            "the object lies in an archive",
            "restore the object first",
        ),
        (
            refused("404 Not Found", "x-amz-delete-marker: true\r\n", "NoSuchKey", "The specified key does not exist."),
            Kind::NoSuchKey,
            "its newest version is a delete marker",
            "--version-id",
        ),
        (
            refused(
                forbidden,
                "",
                "AccessDenied",
                &format!("{USER}s3:GetObject {on} with an explicit deny in a service control policy"),
            ),
            Kind::AccessDenied,
            "a service control policy denies it explicitly",
            "no Allow overrides a Deny",
        ),
        (
            refused(
                forbidden,
                "",
                "AccessDenied",
                &format!("{USER}s3:GetObject {on} because no VPC endpoint policy allows the s3:GetObject action"),
            ),
            Kind::AccessDenied,
            "the policy of a VPC endpoint refuses it",
            "from another network",
        ),
        (
            refused(
                forbidden,
                "",
                "AccessDenied",
                &format!("{USER}s3:GetObject {on} because no identity-based policy allows the s3:GetObject action"),
            ),
            Kind::AccessDenied,
            "AccessDenied",
            "allow s3:GetObject to this role",
        ),
        (
            refused(forbidden, "", "AccessDenied", "Access Denied"),
            Kind::AccessDenied,
            "AccessDenied: Access Denied",
            "without s3:ListBucket an object that is not there looks like this",
        ),
        (
            refused("400 Bad Request", "", "ExpiredToken", "The provided token has expired."),
            Kind::Expired,
            "the credentials have expired",
            "aws sso login",
        ),
        (
            refused(
                forbidden,
                "",
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            ),
            Kind::ClockSkew,
            "this machine's clock is off",
            "timedatectl",
        ),
        (
            refused(
                forbidden,
                "",
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            ),
            Kind::WrongCredentials,
            "InvalidAccessKeyId",
            "access key",
        ),
        (
            refused("503 Slow Down", "", "SlowDown", "Please reduce your request rate."),
            Kind::Throttled,
            "too many requests",
            "fewer requests",
        ),
    ];
    for (answer, kind, cause, hint) in cases {
        let error = get(answer).await;
        assert_eq!(error.kind, kind, "{error:?}");
        assert_eq!(error.subject, "cannot read s3://b/k");
        assert!(error.cause.contains(cause), "{cause}: {error:?}");
        assert!(error.cause.ends_with("(request REQ4711)"), "{error:?}");
        assert!(error.hint.as_ref().is_some_and(|told| told.contains(hint)), "{hint}: {error:?}");
    }
}

#[tokio::test]
async fn a_bucket_that_may_not_be_listed_is_told_so() {
    let (aws, _) = serve(|_| Some(refused("403 Forbidden", "", "AccessDenied", "Access Denied"))).await;
    let place = Location { bucket: "b".into(), prefix: "p/".into() };
    let error = aws.list(&place, &ListFrom::Start, 1).await.expect_err("refused");
    assert!(error.cause.starts_with("the bucket may not be listed: AccessDenied"), "{error:?}");
    assert!(error.hint.expect("a hint").contains("allow s3:ListBucket on the bucket itself"));
}

#[tokio::test]
async fn a_region_that_is_named_in_words_alone_is_followed_once_and_remembered() {
    let (aws, seen) = serve(|head| {
        if head.contains("/eu-west-1/s3/") {
            return Some(refused("404 Not Found", "", "NoSuchKey", "The specified key does not exist."));
        }
        let message = "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'";
        Some(refused("400 Bad Request", "", "AuthorizationHeaderMalformed", message))
    })
    .await;
    for _ in 0..2 {
        let error = aws.get(&ObjectId::new("b", "k"), None, None).await.expect_err("is not there");
        assert_eq!(error.kind, Kind::NoSuchKey, "{error:?}");
    }
    assert_eq!(seen.lock().expect("no panic").len(), 3);
}

#[tokio::test]
async fn the_region_of_a_bucket_is_told_also_to_those_who_are_refused() {
    let (aws, _) = serve(|_| Some(response("403 Forbidden", "x-amz-bucket-region: eu-west-1\r\n", ""))).await;
    assert_eq!(aws.bucket_region("b").await.expect("told").as_deref(), Some("eu-west-1"));
    let (aws, _) = serve(|_| Some(response("404 Not Found", "", ""))).await;
    assert_eq!(aws.bucket_region("b").await.expect_err("none").kind, Kind::NoSuchBucket);
}

#[tokio::test]
async fn the_clock_of_an_answer_is_compared() {
    let (aws, _) = serve(|_| Some(response("404 Not Found", "Date: Mon, 23 Nov 2020 02:14:07 GMT\r\n", ""))).await;
    assert_eq!(aws.clock_ahead(), None);
    let _ = aws.head(&ObjectId::new("b", "k")).await;
    assert!(aws.clock_ahead().expect("told").as_hours() > 24 * 365);
}

/// Answers every request with the same bytes, on a thread of its own. Gives the endpoint and the heads seen.
fn answering(answer: Vec<u8>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heads = Arc::clone(&seen);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).is_ok_and(|read| read > 0) {}
            heads.lock().expect("no panic").push(head);
            let _ = reader.get_mut().write_all(&answer);
        }
    });
    (endpoint, seen)
}

const LISTING: &str = "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key><Size>1</Size>\
    <LastModified>2026-11-23T01:31:07.000Z</LastModified><ETag>&quot;e&quot;</ETag></Contents></ListBucketResult>";

#[test]
fn flags_of_the_aws_cli_reach_the_wire() {
    let (endpoint, seen) = answering(response("200 OK", "Connection: close\r\n", LISTING));
    let home = Home::new();
    let ended = home.run(&[
        "ls",
        "s3://bucket/",
        "--endpoint-url",
        &endpoint,
        "--no-sign-request",
        "--request-payer",
        "requester",
        "-o",
        "raw",
    ]);
    assert_eq!((ended.code(), ended.stdout().as_str()), (0, "s3://bucket/a\n"), "{}", ended.stderr());
    let head = seen.lock().expect("no panic").first().cloned().unwrap_or_default().to_ascii_lowercase();
    assert!(head.starts_with("get /bucket/?"), "{head}");
    assert!(head.contains("x-amz-request-payer: requester"), "{head}");
    assert!(!head.contains("authorization:"), "{head}");
}

#[test]
fn an_endpoint_of_one_service_comes_before_that_of_all() {
    let (s3, seen) = answering(response("200 OK", "Connection: close\r\n", LISTING));
    let home = Home::new();
    let mut command = home.command();
    command.args(["ls", "s3://bucket/", "-o", "raw"]);
    command.env("AWS_ENDPOINT_URL", "http://127.0.0.1:1").env("AWS_ENDPOINT_URL_S3", &s3);
    command.env("AWS_ACCESS_KEY_ID", "AKIATEST").env("AWS_SECRET_ACCESS_KEY", "secret");
    let ended = command.output().expect("scops ends");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let head = seen.lock().expect("no panic").first().cloned().unwrap_or_default();
    assert!(head.contains("GET /bucket/?") && head.to_ascii_lowercase().contains("authorization:"), "{head}");
}

#[test]
fn a_refusal_ends_with_its_hint() {
    let denied = refused("403 Forbidden", "Connection: close\r\n", "AccessDenied", "Access Denied");
    let (endpoint, _) = answering(denied);
    let home = Home::new();
    let ended = home.run(&["ls", "s3://bucket/", "--endpoint-url", &endpoint, "--no-sign-request"]);
    assert_eq!(ended.code(), 1);
    let told = ended.stderr();
    assert!(told.contains("error: cannot list s3://bucket/: the bucket may not be listed"), "{told}");
    assert!(told.contains("(request REQ4711)") && told.contains("hint: allow s3:ListBucket"), "{told}");
    assert!(ended.stdout().is_empty());
}

#[test]
fn certificates_that_are_none_are_refused_before_anything_is_asked() {
    let home = Home::new();
    home.write("ca.pem", "hello");
    let ended = home.run(&["ls", "s3://bucket/", "--ca-bundle", "ca.pem"]);
    assert_eq!(ended.code(), 2);
    assert!(ended.stderr().contains("ca.pem cannot be used as certificates"), "{}", ended.stderr());
}

#[tokio::test]
async fn whoever_pays_says_so_and_signs_it() {
    let (aws, _) = serve(|_| None).await;
    let (endpoint, seen) = answering(response("200 OK", "Connection: close\r\n", LISTING));
    let connection = Connection { endpoint: Some(endpoint), ..aws.connection().clone() };
    let aws = Aws::over(connection, Network { pays: true, ..Network::default() });
    let place = Location { bucket: "b".into(), prefix: String::new() };
    assert_eq!(aws.list(&place, &ListFrom::Start, 10).await.expect("a page").objects.len(), 1);
    let head = seen.lock().expect("no panic").first().cloned().unwrap_or_default().to_ascii_lowercase();
    let signed = head.split("signedheaders=").nth(1).unwrap_or_default();
    assert!(signed.split(',').next().is_some_and(|names| names.contains("x-amz-request-payer")), "{head}");
}
