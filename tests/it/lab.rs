//! The lab at the wire: AWS's own SDK against it.

mod archive;
mod messages;
mod objects;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::Credentials;
use scops_lab::{Lab, LabError, LabOptions};

/// A running lab with a client for each service.
struct World {
    lab: Lab,
    s3: aws_sdk_s3::Client,
    sns: aws_sdk_sns::Client,
    sqs: aws_sdk_sqs::Client,
    folder: tempfile::TempDir,
}

impl World {
    async fn new() -> World {
        World::over(tempfile::tempdir().expect("a temporary folder")).await
    }

    async fn over(folder: tempfile::TempDir) -> World {
        let lab = Lab::start(LabOptions::new(folder.path())).await.expect("the lab starts");
        let config = config(&lab, lab.access_key_id(), lab.secret_access_key());
        World {
            s3: s3(&config),
            sns: aws_sdk_sns::Client::new(&config),
            sqs: aws_sdk_sqs::Client::new(&config),
            lab,
            folder,
        }
    }

    /// Stops the lab and starts another over the same folder.
    async fn restarted(self) -> World {
        self.lab.stop().await;
        World::over(self.folder).await
    }

    async fn put(&self, bucket: &str, key: &str, body: &str) {
        let body = body.as_bytes().to_vec().into();
        self.s3.put_object().bucket(bucket).key(key).body(body).send().await.expect("put");
    }

    async fn read(&self, bucket: &str, key: &str) -> Vec<u8> {
        let got = self.s3.get_object().bucket(bucket).key(key).send().await.expect("get");
        got.body.collect().await.expect("the whole body").to_vec()
    }
}

fn config(lab: &Lab, access_key: &str, secret: &str) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .endpoint_url(lab.endpoint())
        .region(Region::new(lab.region().to_owned()))
        .credentials_provider(aws_sdk_s3::config::SharedCredentialsProvider::new(Credentials::new(
            access_key, secret, None, None, "test",
        )))
        .build()
}

fn s3(config: &SdkConfig) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::config::Builder::from(config).force_path_style(true).build();
    aws_sdk_s3::Client::from_conf(config)
}

#[tokio::test]
async fn wrong_credentials_are_refused_by_every_service() {
    let world = World::new().await;
    let lab = &world.lab;
    for (access_key, secret, codes) in [
        (lab.access_key_id(), "wrong", ["SignatureDoesNotMatch", "SignatureDoesNotMatch", "InvalidSignatureException"]),
        (
            "AKIAUNKNOWN",
            lab.secret_access_key(),
            ["InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"],
        ),
    ] {
        let config = config(lab, access_key, secret);
        let refusals = [
            code(s3(&config).list_buckets().send().await),
            code(aws_sdk_sns::Client::new(&config).list_topics().send().await),
            code(aws_sdk_sqs::Client::new(&config).list_queues().send().await),
        ];
        assert_eq!(refusals, codes.map(|code| Some(code.to_owned())));
    }
}

/// The service's error code; none where it did not refuse.
fn code<T, E, R>(result: Result<T, aws_sdk_s3::error::SdkError<E, R>>) -> Option<String>
where
    E: aws_sdk_s3::error::ProvideErrorMetadata,
{
    result.err()?.as_service_error()?.code().map(str::to_owned)
}

#[tokio::test]
async fn h15_only_loopback_is_listened_on_and_no_real_account_has_the_labs_id() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = LabOptions { folder: folder.path().to_owned(), listen: "0.0.0.0:0".parse().expect("an address") };
    assert!(matches!(Lab::start(options).await, Err(LabError::NotLoopback { .. })));
    assert_eq!(World::new().await.lab.account_id(), "000000000000");
}

#[tokio::test]
async fn a_second_lab_over_the_folder_is_refused() {
    let world = World::new().await;
    let second = Lab::start(LabOptions::new(world.folder.path())).await;
    assert!(second.is_err());
}

#[tokio::test]
async fn credentials_objects_and_messages_survive_a_restart() {
    let world = World::new().await;
    let keys = (world.lab.access_key_id().to_owned(), world.lab.secret_access_key().to_owned());
    world.s3.create_bucket().bucket("logs").send().await.expect("bucket");
    world.put("logs", "k", "kept").await;
    let queue = world.sqs.create_queue().queue_name("q").send().await.expect("queue");
    let url = queue.queue_url().expect("a URL").to_owned();
    world.sqs.send_message().queue_url(&url).message_body("kept").send().await.expect("send");

    let world = world.restarted().await;
    assert_eq!((world.lab.access_key_id(), world.lab.secret_access_key()), (keys.0.as_str(), keys.1.as_str()));
    assert_eq!(world.read("logs", "k").await, b"kept");
    // The URL of before still names the queue, whatever the port is.
    let received = world.sqs.receive_message().queue_url(&url).send().await.expect("receive");
    assert_eq!(received.messages()[0].body(), Some("kept"));
}
