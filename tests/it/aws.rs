//! The adapters against servers that misbehave, each a few lines over a loopback socket.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use scops::aws::{Aws, AwsError, Connection, Kind, ListFrom, Wanted};
use scops::domain::{ByteSize, Location, Network, ObjectId};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const EMPTY_LISTING: &str = "<?xml version=\"1.0\"?><ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated>\
    <MaxKeys>1000</MaxKeys><KeyCount>0</KeyCount></ListBucketResult>";

/// Serves every request by `answer`, which gets the request's head and gives the whole response, or nothing to leave
/// the client waiting. Gives the way there and the heads seen.
pub async fn serve(answer: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static) -> (Aws, Arc<Mutex<Vec<String>>>) {
    let (endpoint, seen) = serve_at(answer).await;
    let aws = Aws::new(Connection {
        region: "us-east-1".into(),
        endpoint: Some(endpoint),
        profile: None,
        keys: Some(("AKIATEST".into(), "secret".into())),
    });
    (aws, seen)
}

/// The same with the endpoint alone.
pub async fn serve_at(
    answer: impl Fn(&str) -> Option<Vec<u8>> + Send + Sync + 'static,
) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heads = Arc::clone(&seen);
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (answer, heads) = (Arc::clone(&answer), Arc::clone(&heads));
            tokio::spawn(async move { converse(stream, &*answer, &heads).await });
        }
    });
    (endpoint, seen)
}

async fn converse(mut stream: TcpStream, answer: &impl Fn(&str) -> Option<Vec<u8>>, heads: &Mutex<Vec<String>>) {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read_u8().await {
                Ok(byte) => head.push(byte),
                Err(_) => return,
            }
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        heads.lock().expect("no panic").push(head.clone());
        // Without an answer the connection is held open: its end would end the wait.
        if let Some(response) = answer(&head) {
            let _ = stream.write_all(&response).await;
        }
    }
}

pub fn response(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n{body}").into_bytes()
}

async fn list(aws: &Aws) -> Result<usize, AwsError> {
    let place = Location { bucket: "b".into(), prefix: "p/".into() };
    Ok(aws.list(&place, &ListFrom::Start, 10).await?.objects.len())
}

#[tokio::test]
async fn a06_a_bucket_in_another_region_is_followed_once_and_remembered() {
    let (aws, seen) = serve(|head| {
        if head.contains("/eu-west-1/s3/") {
            return Some(response("200 OK", "", EMPTY_LISTING));
        }
        let body = "<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>";
        Some(response("301 Moved Permanently", "x-amz-bucket-region: eu-west-1\r\n", body))
    })
    .await;
    assert_eq!(list(&aws).await, Ok(0));
    assert_eq!(list(&aws).await, Ok(0));
    assert_eq!(seen.lock().expect("no panic").len(), 3, "the second listing goes there at once");
}

#[tokio::test]
async fn a06_regions_that_name_each_other_end() {
    let (aws, seen) = serve(|head| {
        let other = if head.contains("/eu-west-1/s3/") { "us-east-1" } else { "eu-west-1" };
        let body = "<Error><Code>PermanentRedirect</Code><Message>elsewhere</Message></Error>";
        Some(response("301 Moved Permanently", &format!("x-amz-bucket-region: {other}\r\n"), body))
    })
    .await;
    let error = list(&aws).await.expect_err("no end");
    assert_eq!(error.kind, Kind::WrongRegion);
    assert_eq!(error.hint.as_deref(), Some("the bucket lives in us-east-1"));
    assert_eq!(seen.lock().expect("no panic").len(), 2);
}

#[tokio::test]
async fn a05_a10_what_is_no_answer_of_aws_is_told_so() {
    let portal = "<html><body>Please sign in</body></html>";
    let late = "<Error><Code>InternalError</Code><Message>try again</Message></Error>";
    for (status, body, kind) in [
        ("200 OK", portal, Kind::Malformed),
        ("200 OK", late, Kind::Other),
        ("403 Forbidden", portal, Kind::AccessDenied),
    ] {
        let (aws, _) = serve(move |_| Some(response(status, "Content-Type: text/html\r\n", body))).await;
        let error = list(&aws).await.expect_err("no listing");
        assert_eq!(error.kind, kind, "{status} {body}: {error:?}");
        assert_eq!(error.subject, "cannot list s3://b/p/");
    }
}

#[tokio::test]
async fn a16_a_listing_that_repeats_its_token_ends() {
    let (aws, _) = serve(|_| {
        let body = "<ListBucketResult><IsTruncated>true</IsTruncated>\
            <NextContinuationToken>same</NextContinuationToken></ListBucketResult>";
        Some(response("200 OK", "", body))
    })
    .await;
    let place = Location { bucket: "b".into(), prefix: String::new() };
    let page = aws.list(&place, &ListFrom::Start, 10).await.expect("a page");
    let error = aws.list(&place, &page.next.expect("a token"), 10).await.expect_err("no progress");
    assert_eq!(error.kind, Kind::Malformed);
    let error = aws.prefixes("b", "", 10).await.expect_err("no progress");
    assert_eq!(error.kind, Kind::Malformed);
}

#[tokio::test]
async fn keys_are_decoded_only_where_the_server_encoded_them() {
    let listing = |encoding: &str| {
        format!(
            "<ListBucketResult>{encoding}<IsTruncated>false</IsTruncated><Contents><Key>a+b%20c</Key><Size>1</Size>\
             <LastModified>2026-11-23T01:31:07.000Z</LastModified><ETag>&quot;e&quot;</ETag></Contents></ListBucketResult>"
        )
    };
    for (encoding, key) in [("<EncodingType>url</EncodingType>", "a b c"), ("", "a+b%20c")] {
        let body = listing(encoding);
        let (aws, _) = serve(move |_| Some(response("200 OK", "", &body))).await;
        let place = Location { bucket: "b".into(), prefix: String::new() };
        let page = aws.list(&place, &ListFrom::Start, 10).await.expect("a page");
        assert_eq!((page.objects[0].id.key.as_str(), page.objects[0].etag.as_str()), (key, "e"));
    }
}

#[tokio::test]
async fn a01_a03_a_body_that_stands_still_and_a_server_that_never_answers_end_in_time() {
    let id = ObjectId::new("b", "k");
    let stalled = async {
        let (aws, _) =
            serve(|_| Some(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\nETag: \"e\"\r\n\r\n0123456789".to_vec())).await;
        let since = Instant::now();
        let error = aws.get_all(&id, ByteSize::kib(1)).await.expect_err("it stands still");
        (error.kind, since.elapsed())
    };
    let silent = async {
        let (aws, _) = serve(|_| None).await;
        let since = Instant::now();
        let error = aws.get_all(&id, ByteSize::kib(1)).await.expect_err("no answer");
        (error.kind, since.elapsed())
    };
    let (stalled, silent) = tokio::join!(stalled, silent);
    assert_eq!((stalled.0, silent.0), (Kind::Timeout, Kind::Timeout));
    assert!(stalled.1 < Duration::from_secs(12), "{:?}", stalled.1);
    assert!(silent.1 < Duration::from_secs(30), "{:?}", silent.1);
}

#[tokio::test]
async fn a11_a_page_with_a_raw_escape_fails_alone_and_keys_are_asked_for_encoded() {
    let (aws, seen) = serve(|head| {
        let raw = "<ListBucketResult><Contents><Key>p/\u{1b}[2J</Key></Contents></ListBucketResult>";
        Some(response("200 OK", "", if head.contains("start-after=p%2Fa") { EMPTY_LISTING } else { raw }))
    })
    .await;
    let error = list(&aws).await.expect_err("no XML");
    assert_eq!(error.kind, Kind::Malformed, "{error:?}");
    let place = Location { bucket: "b".into(), prefix: "p/".into() };
    let page = aws.list(&place, &ListFrom::After("p/a".into()), 10).await;
    assert_eq!(page.map(|page| page.objects.len()), Ok(0));
    assert!(seen.lock().expect("no panic").iter().all(|head| head.contains("encoding-type=url")));
}

/// The SDK does not compare checksums of checksums; scops shows the bytes and claims nothing of them.
#[tokio::test]
async fn a13_a_wrong_checksum_of_a_whole_object_is_told_and_a_composite_one_is_not_claimed_verified() {
    let answer = |checksum: &'static str| {
        move |_: &str| {
            let headers = format!("ETag: \"e-2\"\r\nx-amz-checksum-crc32: {checksum}\r\n");
            Some(response("200 OK", &headers, "0123456789"))
        }
    };
    let id = ObjectId::new("b", "k");
    let (aws, _) = serve(answer("AAAAAA==-2")).await;
    let (_, bytes) = aws.get_all(&id, ByteSize::kib(1)).await.expect("the bytes");
    assert_eq!(&bytes[..], b"0123456789");
    let (aws, _) = serve(answer("AAAAAA==")).await;
    let error = aws.get_all(&id, ByteSize::kib(1)).await.expect_err("another checksum");
    assert!(error.cause.contains("checksum"), "{error:?}");
}

#[tokio::test]
async fn a_bucket_that_asks_for_fewer_requests_is_asked_again_after_a_pause() {
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let (aws, _) = serve(move |_| {
        // As many as the attempts of one request.
        if asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < 3 {
            let body = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";
            return Some(response("503 Slow Down", "", body));
        }
        Some(response("200 OK", "", EMPTY_LISTING))
    })
    .await;
    assert_eq!(list(&aws).await, Ok(0));
}

/// Stores beside AWS: R2, GCS and older MinIO refuse what newer SDKs add to a PUT.
#[tokio::test]
async fn a_store_that_refuses_checksums_is_told_of_and_takes_a_put_without_them() {
    let (aws, _) = serve(|head| {
        let head = head.to_ascii_lowercase();
        let has_checksum = ["x-amz-checksum-", "x-amz-sdk-checksum", "x-amz-trailer", "aws-chunked"];
        if has_checksum.iter().any(|word| head.contains(word)) {
            let body = "<Error><Code>NotImplemented</Code>\
                <Message>A header you provided implies functionality that is not implemented.</Message></Error>";
            return Some(response("501 Not Implemented", "", body));
        }
        Some(response("200 OK", "ETag: \"e\"\r\n", ""))
    })
    .await;
    let id = ObjectId::new("b", "k");
    let put = |aws: Aws| {
        let id = id.clone();
        async move { aws.put(&id, bytes::Bytes::from_static(b"x"), scops::aws::Put::default()).await }
    };
    let error = put(aws.clone()).await.expect_err("refused");
    assert!(error.hint.as_ref().is_some_and(|hint| hint.contains("when_required")), "{error:?}");
    let network = Network { checks_only_required: true, ..Network::default() };
    put(Aws::over(aws.connection().clone(), network)).await.expect("is taken");
}

#[tokio::test]
async fn what_permissions_do_not_allow_is_named_with_its_action() {
    let body = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    let (aws, _) = serve(move |_| Some(response("403 Forbidden", "", body))).await;
    let wanted = Wanted {
        buckets: Some(vec!["b".into()]),
        formats: Some(scops_parser::Formats::default()),
        tables: false,
        besides: vec!["https://sqs.us-east-1.amazonaws.com/111122223333/q".into()],
    };
    let found = aws.discover(&wanted, |_| {}).await.expect("what is left");
    let denied: Vec<String> = found.denied.iter().map(ToString::to_string).collect();
    assert_eq!(
        denied,
        [
            "s3:GetBucketLocation on arn:aws:s3:::b",
            "s3:GetBucketNotification on arn:aws:s3:::b",
            "s3:GetLifecycleConfiguration on arn:aws:s3:::b",
            "s3:ListBucket on arn:aws:s3:::b",
            "sqs:GetQueueUrl on arn:aws:sqs:us-east-1:111122223333:q",
        ]
    );
    assert_eq!(found.buckets[0].notifications, None, "which is not to say that there are none");
}

#[tokio::test]
async fn a_bucket_of_endless_folders_costs_sixty_listings() {
    let folders = |head: &str| {
        let query = head.split_whitespace().nth(1).unwrap_or_default();
        let url = url::Url::parse(&format!("http://x{query}")).expect("a URL");
        let prefix = url.query_pairs().find(|(name, _)| name == "prefix").map(|(_, value)| value.into_owned());
        let prefix = prefix.unwrap_or_default();
        let folders: Vec<String> = (0..1000)
            .map(|n| format!("<CommonPrefixes><Prefix>{prefix}name{n:03}/</Prefix></CommonPrefixes>"))
            .collect();
        let folders = folders.concat();
        format!(
            "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>{folders}</ListBucketResult>"
        )
    };
    let (aws, seen) = serve(move |head| {
        let is_listing = head.contains("list-type=2");
        let body = if is_listing { folders(head) } else { "<Error><Code>AccessDenied</Code></Error>".into() };
        Some(response(if is_listing { "200 OK" } else { "403 Forbidden" }, "", &body))
    })
    .await;
    let wanted = Wanted {
        buckets: Some(vec!["b".into()]),
        formats: Some(scops_parser::Formats::default()),
        ..Wanted::default()
    };
    let found = aws.discover(&wanted, |_| {}).await.expect("found");
    let listings = seen.lock().expect("no panic").iter().filter(|head| head.contains("list-type=2")).count();
    assert_eq!(listings, 60);
    assert!(found.untold.iter().any(|told| told.contains("60 listings were made")), "{:?}", found.untold);
}

#[tokio::test]
async fn whoever_may_not_ask_at_all_is_told_at_once() {
    let body = "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>";
    let (aws, seen) = serve(move |_| Some(response("400 Bad Request", "", body))).await;
    let wanted = Wanted { buckets: Some(vec!["a".into(), "b".into()]), ..Wanted::default() };
    let error = aws.discover(&wanted, |_| {}).await.expect_err("expired");
    assert_eq!(error.kind, Kind::Expired);
    assert!(seen.lock().expect("no panic").len() <= 2);
}
