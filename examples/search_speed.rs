//! How fast answers are read and leave scops: rows of a statement by pages and by its result file, exports in every form,
//! and their memory, by the real program against a lab.
//!
//! `cargo build --release && cargo run --release --example search_speed -- DIR 100000`
//!
//! DIR keeps the lab. `docs/performance.md` holds what came of it; `examples/grep_speed.rs` times a search without an index.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use scops::aws::{Aws, Connection};
use scops::domain::{Index, Location, QueryStatus};
use scops::search;
use scops::search::results::Rows;
use scops_lab::{Lab, LabOptions};

/// Times that each way is gone; the best counts.
const RUNS: usize = 3;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context("usage: search_speed DIR ROWS")?);
    let number: usize = arguments.next().context("usage: search_speed DIR ROWS")?.parse()?;
    fs::create_dir_all(&folder)?;
    let folder = fs::canonicalize(folder)?;
    let lab = Lab::start(LabOptions::new(folder.join("lab"))).await?;
    let keys = (lab.access_key_id().to_owned(), lab.secret_access_key().to_owned());
    let aws = Aws::new(Connection {
        region: lab.region().to_owned(),
        endpoint: Some(lab.endpoint().to_owned()),
        profile: None,
        keys: Some(keys.clone()),
    });
    aws.create_bucket("index").await?;
    let below = |prefix: &str| Location { bucket: "index".into(), prefix: prefix.into() };
    let index = Index {
        location: below("scops/"),
        database: "default".into(),
        workgroup: "primary".into(),
        output: Some(below("results/")),
        retention_days: None,
    };
    let config = folder.join("config.toml");
    let text = format!(
        "default_profile = \"lab\"\n[profiles.lab]\nregion = \"{}\"\nendpoint_url = \"{}\"\n\
         credentials = {{ access_key_id = \"{}\", secret_access_key = \"{}\" }}\n\
         [profiles.lab.index]\nlocation = \"s3://index/scops/\"\ndatabase = \"default\"\nworkgroup = \"primary\"\n\
         output = \"s3://index/results/\"\n",
        lab.region(),
        lab.endpoint(),
        keys.0,
        keys.1
    );
    fs::write(&config, text)?;

    let status = search::run::finish(&aws, &index, &statement(number), |_| {}).await?;
    let mut out = std::io::stdout();
    for _ in 0..RUNS {
        let (pages, file) = (by_pages(&aws, &status).await?, by_file(&aws, &status).await?);
        ensure!(pages.0 == number && file.0 == number, "{} and {} rows, not {number}", pages.0, file.0);
        writeln!(out, "{number} rows: {:.2} s by pages, {:.2} s by the result file", pages.1, file.1)?;
    }
    for form in ["table", "csv", "ndjson", "json", "markdown", "parquet"] {
        let run = || program(&config, &status.id, &["-o", form]);
        let (took, memory) = tokio::task::block_in_place(|| best(run))?;
        writeln!(out, "query --result -o {form}: {:.2} s, {memory} MiB at its peak", took.as_secs_f64())?;
    }
    let file = folder.join("rows.parquet");
    for name in ["rows.csv", "rows.parquet"] {
        let path = file.with_file_name(name).display().to_string();
        let run = || program(&config, &status.id, &["--to", &path, "--overwrite"]);
        let (took, memory) = tokio::task::block_in_place(|| best(run))?;
        let size = fs::metadata(&path)?.len() >> 10;
        writeln!(out, "query --result --to {name}: {:.2} s, {memory} MiB at its peak, {size} KiB", took.as_secs_f64())?;
    }
    lab.stop().await;
    Ok(())
}

/// Rows as a search of the index gives them.
fn statement(number: usize) -> String {
    let side = 1_000;
    let sides = number.div_ceil(side);
    format!(
        "SELECT a * {side} + b AS line, 'cloudtrail' AS source, \
         's3://logs/AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/23/' || CAST(a AS varchar) || '.json.gz' AS object, \
         '203.0.113.' || CAST(b % 256 AS varchar) AS address, \
         'AssumeRole sts.amazonaws.com ci 203.0.113.' || CAST(b % 256 AS varchar) AS message, \
         CAST(NULL AS varchar) AS version \
         FROM UNNEST(sequence(0, {})) AS x(a) CROSS JOIN UNNEST(sequence(0, {})) AS y(b) LIMIT {number}",
        sides.saturating_sub(1),
        side - 1
    )
}

async fn by_pages(aws: &Aws, status: &QueryStatus) -> anyhow::Result<(usize, f64)> {
    let began = Instant::now();
    let (mut count, mut token) = (0, None);
    loop {
        let (page, next) = aws.query_results(&status.id, token.as_deref()).await?;
        count += page.rows.len();
        if next.is_none() {
            return Ok((count, began.elapsed().as_secs_f64()));
        }
        token = next;
    }
}

async fn by_file(aws: &Aws, status: &QueryStatus) -> anyhow::Result<(usize, f64)> {
    let began = Instant::now();
    let table = Rows::open(aws, &status.id).await?.collect().await?;
    Ok((table.rows.len(), began.elapsed().as_secs_f64()))
}

/// The shortest time and the most memory of several runs.
fn best(run: impl Fn() -> anyhow::Result<(Duration, u64)>) -> anyhow::Result<(Duration, u64)> {
    let runs: Vec<(Duration, u64)> = (0..RUNS).map(|_| run()).collect::<anyhow::Result<_>>()?;
    let took = runs.iter().map(|(took, _)| *took).min().context("it ran")?;
    Ok((took, runs.iter().map(|(_, memory)| *memory).max().unwrap_or(0)))
}

/// Runs `scops query --result`; how long it took, and its memory at its peak in MiB.
fn program(config: &Path, id: &str, more: &[&str]) -> anyhow::Result<(Duration, u64)> {
    let scops = std::env::current_exe()?.with_file_name("../scops");
    let began = Instant::now();
    let mut child = Command::new(&scops)
        .arg("--config")
        .arg(config)
        .args(["query", "--result", id])
        .args(more)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let mut peak = 0;
    loop {
        // The kernel forgets it with the process.
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or(0_u64).max(peak);
        if let Some(ended) = child.try_wait()? {
            ensure!(ended.success(), "{ended}");
            return Ok((began.elapsed(), peak >> 10));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
