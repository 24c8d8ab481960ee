//! How fast a needle is found in 2,000 gzip files of 300 MB, by `scops grep` and by other programs:
//! `cargo build --release && cargo run --release --example grep_speed -- DIR`.
//!
//! It makes the files (the same for everybody), serves them as objects of a lab too, and runs each program five times
//! in turn. The best time of each counts. What is not installed is left out.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use flate2::Compression;
use flate2::write::GzEncoder;
use scops::aws::{Aws, Connection};
use scops_lab::{Lab, LabOptions};

const FILES: usize = 2_000;
const BYTES: usize = 150_000;
const RUNS: usize = 5;

/// In one record of each hundredth file, the newest among them.
const NEEDLE: &str = "203.0.113.77";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).context("usage: grep_speed DIR")?);
    let logs = folder.join("logs");
    if !logs.is_dir() {
        write_files(&logs)?;
    }
    let logs = logs.canonicalize()?;
    let config = folder.join("config.toml");
    let lab = serve(&folder, &logs, &config).await?;
    let scops = std::env::current_exe()?.with_file_name("../scops");
    let (scops, config, logs) = (scops.display(), config.display(), logs.display());
    let commands = [
        ("scops grep", format!("{scops} grep {NEEDLE} {logs}")),
        ("scops grep -o ndjson", format!("{scops} grep {NEEDLE} {logs} -o ndjson")),
        ("scops grep, from the lab's S3", format!("{scops} --config {config} grep {NEEDLE} s3://logs/")),
        ("ugrep -z", format!("ugrep -z -r -F {NEEDLE} {logs}")),
        ("rg -z", format!("rg -z -F {NEEDLE} {logs}")),
        ("zcat | grep", format!("find {logs} -name '*.gz' -print0 | xargs -0 zcat | grep -F {NEEDLE}")),
    ];
    let mut best = vec![None::<(f64, f64)>; commands.len()];
    for _ in 0..RUNS {
        for ((_, command), best) in commands.iter().zip(&mut best) {
            if let Some((wall, cpu)) = tokio::task::block_in_place(|| timed(command))? {
                *best =
                    Some(best.map_or((wall, cpu), |(wall_best, cpu_best)| (wall_best.min(wall), cpu_best.min(cpu))));
            }
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "| program | wall s | CPU s |\n|---|---:|---:|")?;
    for ((name, _), best) in commands.iter().zip(best) {
        if let Some((wall, cpu)) = best {
            writeln!(out, "| {name} | {wall:.2} | {cpu:.2} |")?;
        }
    }
    let first =
        tokio::task::block_in_place(|| first_hit(&format!("{scops} --config {config} grep {NEEDLE} s3://logs/")))?;
    writeln!(out, "\nFirst hit, in the newest object of S3: {} ms", first.as_millis())?;
    lab.stop().await;
    Ok(())
}

/// Runs a command of the shell; seconds by the clock, and of all cores. Nothing where it finds nothing.
fn timed(command: &str) -> anyhow::Result<Option<(f64, f64)>> {
    let script = format!("TIMEFORMAT='%R %U %S'; time {{ {command} > /dev/null; }}");
    let output = Command::new("bash").args(["-c", &script]).output()?;
    if !output.status.success() {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let times: Vec<f64> =
        text.lines().last().unwrap_or_default().split(' ').filter_map(|time| time.parse().ok()).collect();
    let [wall, user, system] = times[..] else { anyhow::bail!("bash told no times: {text}") };
    Ok(Some((wall, user + system)))
}

/// How long a command takes to its first line.
fn first_hit(command: &str) -> anyhow::Result<Duration> {
    let begin = Instant::now();
    let mut child = Command::new("bash").args(["-c", &format!("exec {command}")]).stdout(Stdio::piped()).spawn()?;
    let mut byte = [0];
    std::io::Read::read_exact(&mut child.stdout.take().context("no output")?, &mut byte)?;
    let took = begin.elapsed();
    child.wait()?;
    Ok(took)
}

/// Serves the files as objects.
async fn serve(folder: &Path, logs: &Path, config: &Path) -> anyhow::Result<Lab> {
    let lab = Lab::start(LabOptions::new(folder.join("lab"))).await?;
    let keys = (lab.access_key_id().to_owned(), lab.secret_access_key().to_owned());
    let aws = Aws::new(Connection {
        region: lab.region().to_owned(),
        endpoint: Some(lab.endpoint().to_owned()),
        profile: None,
        keys: Some(keys.clone()),
    });
    aws.create_bucket("logs").await?;
    for number in 0..FILES {
        let name = name(number);
        lab.store().link("logs", &name, &logs.join(&name))?;
    }
    let text = format!(
        "[profiles.lab]\nregion = \"{}\"\nendpoint_url = \"{}\"\ncredentials = {{ access_key_id = \"{}\", secret_access_key = \"{}\" }}\n",
        lab.region(),
        lab.endpoint(),
        keys.0,
        keys.1
    );
    fs::write(config, text)?;
    Ok(lab)
}

fn name(number: usize) -> String {
    format!("111122223333_CloudTrail_eu-west-1_20261123T{:02}{:02}Z_{number:04}.json.gz", number / 60 % 24, number % 60)
}

/// Events as CloudTrail writes them, a line each.
fn write_files(logs: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(logs)?;
    let mut random = Random(0x5c09_5000_0000_0001);
    for number in 0..FILES {
        let mut text = String::with_capacity(BYTES + 2_000);
        while text.len() < BYTES {
            let is_needle = number % 100 == 99 && text.is_empty();
            text.push_str(&event(&mut random, is_needle));
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes())?;
        fs::write(logs.join(name(number)), encoder.finish()?)?;
    }
    Ok(())
}

fn event(random: &mut Random, is_needle: bool) -> String {
    const NAMES: [(&str, &str); 8] = [
        ("sts", "AssumeRole"),
        ("s3", "GetObject"),
        ("s3", "PutObject"),
        ("ec2", "DescribeInstances"),
        ("kms", "Decrypt"),
        ("iam", "ListUsers"),
        ("logs", "CreateLogStream"),
        ("dynamodb", "DescribeTable"),
    ];
    let (service, name) = NAMES[random.below(NAMES.len() as u64)];
    let (user, role) = (random.below(200), random.below(40));
    let address = if is_needle {
        NEEDLE.to_owned()
    } else {
        format!("10.{}.{}.{}", random.below(4), random.below(256), random.below(256))
    };
    let (hour, minute, second) = (random.below(24), random.below(60), random.below(60));
    let (id, request, key) = (random.hex(), random.hex(), random.hex());
    format!(
        "{{\"eventVersion\":\"1.11\",\"userIdentity\":{{\"type\":\"AssumedRole\",\"principalId\":\"AROA{key:.16}:user{user}\",\
         \"arn\":\"arn:aws:sts::111122223333:assumed-role/role-{role}/user{user}\",\"accountId\":\"111122223333\",\
         \"accessKeyId\":\"ASIA{request:.16}\",\"sessionContext\":{{\"sessionIssuer\":{{\"type\":\"Role\",\"principalId\":\"AROA{key:.16}\",\
         \"arn\":\"arn:aws:iam::111122223333:role/role-{role}\",\"accountId\":\"111122223333\",\"userName\":\"role-{role}\"}},\
         \"attributes\":{{\"creationDate\":\"2026-11-23T{hour:02}:00:00Z\",\"mfaAuthenticated\":\"false\"}}}}}},\
         \"eventTime\":\"2026-11-23T{hour:02}:{minute:02}:{second:02}Z\",\"eventSource\":\"{service}.amazonaws.com\",\"eventName\":\"{name}\",\
         \"awsRegion\":\"eu-west-1\",\"sourceIPAddress\":\"{address}\",\
         \"userAgent\":\"aws-sdk-go-v2/1.41.0 os/linux lang/go#1.25.1 md/GOOS#linux md/GOARCH#arm64 api/{service}#1.9{role}.0\",\
         \"requestParameters\":{{\"bucketName\":\"acme-data-{role}\",\"key\":\"dt=2026-11-23/{key}.parquet\",\"Host\":\"acme-data-{role}.{service}.eu-west-1.amazonaws.com\"}},\
         \"responseElements\":null,\"additionalEventData\":{{\"SignatureVersion\":\"SigV4\",\"CipherSuite\":\"TLS_AES_128_GCM_SHA256\",\
         \"bytesTransferredIn\":0,\"AuthenticationMethod\":\"AuthHeader\",\"bytesTransferredOut\":{user}}},\
         \"requestID\":\"{request}\",\"eventID\":\"{id}\",\"readOnly\":true,\"resources\":[{{\"type\":\"AWS::S3::Object\",\
         \"ARN\":\"arn:aws:s3:::acme-data-{role}/dt=2026-11-23/{key}.parquet\"}}],\"eventType\":\"AwsApiCall\",\"managementEvent\":true,\
         \"recipientAccountId\":\"111122223333\",\"eventCategory\":\"Management\",\"tlsDetails\":{{\"tlsVersion\":\"TLSv1.3\",\
         \"cipherSuite\":\"TLS_AES_128_GCM_SHA256\",\"clientProvidedHostHeader\":\"{service}.eu-west-1.amazonaws.com\"}}}}\n"
    )
}

/// Xorshift64: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: u64) -> usize {
        usize::try_from((self.next() >> 33) % limit).unwrap_or(0)
    }

    fn hex(&mut self) -> String {
        format!("{:016x}", self.next())
    }
}
