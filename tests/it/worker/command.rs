//! `scops worker` and `scops index create`, as they are called.

use std::process::{Child, Command, Stdio};

use super::*;
use crate::program::{Ended, Home};

/// A home whose profile is the platform's.
fn home(platform: &Platform, more_sources: &str) -> Home {
    let (lab, consumer) = (&platform.lab, platform.consumer());
    let place = |place: &Option<Location>| place.as_ref().expect("a place").to_string();
    let home = Home::new();
    home.write(
        ".config/scops/config.toml",
        format!(
            "[profiles.lab]\nregion = \"us-east-1\"\nendpoint_url = \"{}\"\n\
             credentials = {{ access_key_id = \"{}\", secret_access_key = \"{}\" }}\n\
             index = {{ location = \"s3://index/scops/\", database = \"scops\", output = \"s3://index/results/\" }}\n\
             [[profiles.lab.sources]]\nname = \"falcon\"\nbucket = \"logs\"\nlayout = \"falcon/dt={{yyyy}}-{{MM}}-{{dd}}-{{HH}}/\"\n\
             {more_sources}\
             [[profiles.lab.consumers]]\nname = \"indexer\"\nqueue_url = \"{}\"\nenvelope = \"sns\"\n\
             dead_letter_url = \"{}\"\nreceipts = \"{}\"\nfailures = \"{}\"\n",
            lab.endpoint(),
            lab.access_key_id(),
            lab.secret_access_key(),
            consumer.input.place(),
            consumer.dead_letter_url.as_deref().expect("a queue"),
            place(&consumer.receipts),
            place(&consumer.failures),
        ),
    );
    home
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tables_of_an_index_are_made_once_and_learn_of_new_sources() {
    let platform = Platform::start().await;
    let home_of = |more: &str| home(&platform, more);
    let first = home_of("");
    let create = |home: &Home, flag: &[&str]| home.run(&[&["index", "create"], flag].concat());

    let printed = create(&first, &["--print"]);
    assert_eq!(printed.code(), 0, "{}", printed.stderr());
    let statements = printed.stdout().matches(";\n").count();
    assert_eq!((statements, printed.stdout().matches("CREATE EXTERNAL TABLE IF NOT EXISTS").count()), (3, 2));
    let doctor = first.run(&["doctor"]).stdout();
    assert!(doctor.contains("`scops index create` makes what is missing"), "{doctor}");

    let made = create(&first, &[]);
    assert_eq!(made.code(), 0, "{}", made.stderr());
    assert_eq!(made.stdout(), "database scops is made\nscops.records is made\nscops.terms is made\n");
    let again = create(&first, &[]);
    assert_eq!((again.code(), again.stdout().as_str()), (0, ""), "{}", again.stderr());
    assert!(again.stderr().contains("the tables of scops are as they should be"), "{}", again.stderr());
    let doctor = first.run(&["doctor"]).stdout();
    assert!(doctor.contains("the tables of scops are as they should be"), "{doctor}");

    let second =
        home_of("[[profiles.lab.sources]]\nname = \"alb\"\nbucket = \"logs\"\nlayout = \"alb/{yyyy}/{MM}/{dd}/\"\n");
    let learned = create(&second, &[]);
    assert_eq!((learned.code(), learned.stdout().as_str()), (0, "scops.records knows the sources alb\n"));
    let kept = create(&first, &[]);
    assert_eq!((kept.code(), kept.stdout().as_str()), (0, ""), "another profile's sources stay: {}", kept.stderr());
    let refused = create(&second, &["--read-only"]);
    assert_eq!(refused.code(), 2);
    assert!(refused.stderr().contains("is read-only"), "{}", refused.stderr());
    platform.lab.stop().await;
}

fn terminate(child: &Child) {
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_is_terminated_finishes_what_it_has_begun_and_gives_the_rest_back() {
    let platform = Platform::start().await;
    let home = home(&platform, "");
    for number in 0..60 {
        platform.put(&format!("falcon/dt=2026-11-23-01/{number:02}.json"), "{\"a\":1}\n".repeat(2_000)).await;
    }
    let mut command = home.command();
    let child = command.arg("worker").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("scops starts");
    let queue = platform.consumer().input.place();
    let since = Instant::now();
    loop {
        let state = platform.aws.queue_state(queue).await.expect("the queue");
        if state.visible + state.in_flight < 60 || since.elapsed() > Duration::from_mins(1) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    terminate(&child);
    let ended = tokio::task::spawn_blocking(|| Ended::from(child.wait_with_output().expect("scops ends")));
    let ended = ended.await.expect("no panic");
    assert_eq!(ended.code(), 0, "{}", ended.stderr());
    assert!(ended.stderr().contains("indexer: ended, "), "{}", ended.stderr());
    assert!(ended.stderr().contains("hint: scops index create"), "{}", ended.stderr());
    // Each object is proven, or waits for the next worker, who sees it at once.
    let state = platform.aws.queue_state(queue).await.expect("the queue");
    let receipts = platform.keys("index", "receipts/indexer/").await.len() as u64;
    assert_eq!((state.in_flight, state.visible + receipts), (0, 60), "{}", ended.stderr());
    platform.lab.stop().await;
}
