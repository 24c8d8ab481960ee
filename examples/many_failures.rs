//! A lab with as many failed objects as are asked for, to see how a large replay behaves:
//! `cargo run --release --example many_failures -- DIR 100000`, then
//! `scops --config DIR/config.toml replay --from DIR/objects.txt --dry-run`.
//!
//! It serves until it is interrupted. Nobody processes what is sent: its objects stay unconfirmed.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;
use bytes::Bytes;
use jiff::SignedDuration;
use jiff::Timestamp;
use scops::aws::{Aws, BATCH, Connection, QueueSettings};
use scops::domain::{ByteSize, Object, ObjectId, QueuedMessage, event};
use scops_lab::store::Put;
use scops_lab::{Lab, LabOptions};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("usage: many_failures DIR NUMBER")?);
    let number: usize = arguments.next().context("usage: many_failures DIR NUMBER")?.parse()?;
    std::fs::create_dir_all(&folder)?;
    let lab = Lab::start(LabOptions::new(folder.join("lab"))).await?;
    let aws = Aws::new(Connection {
        region: lab.region().to_owned(),
        endpoint: Some(lab.endpoint().to_owned()),
        profile: None,
        keys: Some((lab.access_key_id().to_owned(), lab.secret_access_key().to_owned())),
    });
    aws.create_bucket("logs").await?;
    let settings = QueueSettings {
        visibility: SignedDuration::from_secs(30),
        retention: SignedDuration::from_hours(336),
        dead_letter: None,
    };
    let queue = aws.create_queue("indexer", &settings).await?;
    let failed = aws.create_queue("indexer-failed", &settings).await?;
    let body = Bytes::from_static(b"{\"time\":\"2026-11-23T02:14:07Z\",\"message\":\"a\"}\n");
    let mut objects = BufWriter::new(File::create(folder.join("objects.txt"))?);
    let mut messages = Vec::with_capacity(BATCH);
    for index in 0..number {
        let key = format!("AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/23/{index:06}_CloudTrail.json");
        let id = ObjectId::new("logs", key);
        let stored = lab.store().put("logs", &id.key, body.clone(), Put::default())?;
        let object = Object {
            id: id.clone(),
            size: ByteSize(body.len() as u64),
            etag: stored.etag.clone(),
            storage_class: "STANDARD".to_owned(),
            arrived: Timestamp::now(),
        };
        writeln!(objects, "{id}")?;
        messages
            .push(QueuedMessage { body: event::encode(&object, lab.region(), object.arrived), ..Default::default() });
        if messages.len() == BATCH || index + 1 == number {
            aws.send_batch(&failed, &messages).await?;
            messages.clear();
        }
    }
    objects.flush()?;
    let text = format!(
        "default_profile = \"many\"\n[profiles.many]\nregion = \"{}\"\nendpoint_url = \"{}\"\nstate = \"{}\"\n\
         credentials = {{ access_key_id = \"{}\", secret_access_key = \"{}\" }}\n\
         [[profiles.many.sources]]\nname = \"many\"\nbucket = \"logs\"\n\
         layout = \"AWSLogs/{{account}}/CloudTrail/{{region}}/{{yyyy}}/{{MM}}/{{dd}}/\"\nformat = \"json\"\n\
         [[profiles.many.consumers]]\nname = \"indexer\"\nqueue_url = \"{queue}\"\ndead_letter_url = \"{failed}\"\nidempotent = true\n",
        lab.region(),
        lab.endpoint(),
        folder.join("state").display(),
        lab.access_key_id(),
        lab.secret_access_key(),
    );
    std::fs::write(folder.join("config.toml"), text)?;
    writeln!(std::io::stdout(), "{number} objects failed; {}", folder.join("config.toml").display())?;
    tokio::signal::ctrl_c().await?;
    lab.stop().await;
    Ok(())
}
