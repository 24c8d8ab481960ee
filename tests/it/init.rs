//! `scops init` and `scops pipeline` against the lab: the demo's own topology is found again.

use std::path::Path;

use jiff::Timestamp;
use scops::config::{File, ProfileTable};
use scops::embedded::demo::{self, DemoOptions};
use scops_lab::night::NightOptions;
use scops_parser::Formats;

use crate::program::{Ended, Home};

fn profile(text: &str) -> ProfileTable {
    let file = File::parse(text, Path::new("config.toml"), Formats::default()).expect("a configuration");
    file.profiles.into_values().next().expect("a profile")
}

/// What a configuration says in substance: its sources, its consumers, its index.
fn substance(profile: &ProfileTable) -> (Vec<String>, Vec<String>, String) {
    let mut sources: Vec<String> = profile
        .sources
        .iter()
        .map(|source| format!("{} s3://{}/{} {:?}", source.name, source.bucket, source.layout, source.format))
        .collect();
    sources.sort();
    let consumers = profile.consumers.iter().map(|consumer| {
        format!(
            "{} {:?} {:?} {:?} {:?} {:?} {}",
            consumer.name,
            consumer.queue_url,
            consumer.dead_letter_url,
            consumer.parked_url,
            consumer.receipts,
            consumer.failures,
            consumer.idempotent
        )
    });
    (sources, consumers.collect(), format!("{:?}", profile.index))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_is_discovered_as_it_was_configured() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = DemoOptions {
        folder: folder.path().to_owned(),
        night: NightOptions { density: 0.05, ..NightOptions::new(7, Timestamp::now()) },
    };
    let (embedded, _) = demo::start(options, |_| {}).await.expect("the demo starts");
    let config = folder.path().join("config.toml");
    let looked = tokio::task::spawn_blocking(move || {
        let home = Home::new();
        let named = config.display().to_string();
        let run = |arguments: &[&str]| -> Ended { home.run(&[&["--config", &named], arguments].concat()) };
        let configured = std::fs::read_to_string(&config).expect("the demo's configuration");

        let refused = run(&["init"]);
        assert_eq!(refused.code(), 2, "{}", refused.stderr());
        let dry = run(&["init", "--dry-run"]);
        assert!(matches!(dry.code(), 0 | 3), "{}", dry.stderr());
        let (wanted, found) = (profile(&configured), profile(&dry.stdout()));
        let told = dry.stderr();
        assert_eq!(substance(&found), substance(&wanted), "{told}\n{}", dry.stdout());
        assert_eq!(
            (&found.region, &found.account, &found.endpoint_url),
            (&wanted.region, &wanted.account, &wanted.endpoint_url)
        );
        assert!(told.contains("source    cloudtrail"), "{told}");
        assert_eq!(std::fs::read_to_string(&config).expect("there"), configured, "nothing was written");

        let written = run(&["init", "--output", "mine.toml"]);
        assert!(written.stderr().contains("next: scops --config mine.toml --profile demo"), "{}", written.stderr());
        assert_eq!(written.stdout(), "mine.toml\n");
        let pipeline = home.run(&["--config", "mine.toml", "pipeline"]);
        let tree = pipeline.stdout();
        for word in
            ["object-created", "indexer-failed", "indexer-parked", "wrapped", "fails after 3 tries", "receipts s3://"]
        {
            assert!(tree.contains(word), "{word}\n{tree}{}", pipeline.stderr());
        }
    });
    looked.await.expect("no panic");
    embedded.stop().await;
}
