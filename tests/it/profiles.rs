//! Two profiles at once, each with a lab of its own: other endpoints, other keys, one of them read-only.

use bytes::Bytes;
use jiff::Timestamp;
use scops::aws::Put;
use scops::domain::ObjectId;
use serde_json::Value;

use crate::program::Home;
use crate::stage::Stage;
use crate::terminal::Program;

/// Two labs. Each has a source `trail` and one of its own, with so many objects of today.
struct Two {
    eu: Stage,
    us: Stage,
    day: String,
}

impl Two {
    async fn start() -> Self {
        let two = Self {
            eu: Stage::start().await,
            us: Stage::start().await,
            day: Timestamp::now().strftime("dt=%Y-%m-%d").to_string(),
        };
        two.put(&two.eu, "trail", 3).await;
        two.put(&two.eu, "eu", 1).await;
        two.put(&two.us, "trail", 5).await;
        two.put(&two.us, "us", 2).await;
        two
    }

    async fn put(&self, stage: &Stage, source: &str, count: usize) {
        for number in 0..count {
            let id = ObjectId::new("logs", format!("{source}/{}/{number:03}.json", self.day));
            stage.aws.put(&id, Bytes::from_static(b"{}\n"), Put::default()).await.expect("is put");
        }
    }

    /// A home whose configuration has both, `us` read-only, and a group of them.
    fn home(&self) -> Home {
        let profile = |stage: &Stage, name: &str, more: &str| {
            let source = |source: &str| {
                format!(
                    "\n[[profiles.{name}.sources]]\nname = \"{source}\"\nbucket = \"logs\"\n\
                     layout = \"{source}/dt={{yyyy}}-{{MM}}-{{dd}}/\"\n"
                )
            };
            let way = stage.config().replace("[profiles.lab]", &format!("[profiles.{name}]"));
            format!("{way}{more}{}{}", source("trail"), source(name))
        };
        let home = Home::new();
        let eu = profile(&self.eu, "eu", "account = \"111122223333\"\ncolor = \"bright-green\"\n");
        let us = profile(&self.us, "us", "account = \"444455556666\"\nread_only = true\n");
        home.write("config.toml", format!("groups = {{ both = [\"us\", \"eu\"] }}\n{eu}{us}"));
        home
    }
}

/// Profile, source and number of objects of each line.
fn told(ndjson: &str) -> Vec<(String, String, u64)> {
    let line = |line: &str| {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let text = |name: &str| row[name].as_str().expect("a text").to_owned();
        (text("profile"), text("source"), row["objects"].as_u64().expect("a number"))
    };
    ndjson.lines().map(line).collect()
}

fn row(profile: &str, source: &str, objects: u64) -> (String, String, u64) {
    (profile.to_owned(), source.to_owned(), objects)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sources_of_several_profiles_are_told_to_scripts() {
    let two = Two::start().await;
    let home = two.home();
    let words = |profile: &'static str, format: &'static str| {
        ["--config", "config.toml", "--profile", profile, "sources", "--range", "36h", "-o", format]
    };
    let all = home.run(&words("both", "ndjson"));
    assert_eq!(all.code(), 0, "{}", all.stderr());
    let rows = [row("us", "trail", 5), row("us", "us", 2), row("eu", "trail", 3), row("eu", "eu", 1)];
    assert_eq!(told(&all.stdout()), rows);
    let table = home.run(&words("eu,us", "table")).stdout();
    assert!(table.starts_with("profile"), "{table}");
    assert!(!home.run(&words("eu", "table")).stdout().contains("profile"));

    // The keys of the one do not open the other.
    let config = std::fs::read_to_string(home.path().join("config.toml")).expect("a file");
    let keys = |name: &str| {
        let (_, of) = config.split_once(&format!("[profiles.{name}]")).expect("a profile");
        of.lines().find(|line| line.starts_with("credentials")).expect("keys").to_owned()
    };
    home.write("config.toml", config.replace(&keys("us"), &keys("eu")));
    let part = home.run(&words("both", "ndjson"));
    assert_eq!(part.code(), 3, "{}", part.stderr());
    assert_eq!(told(&part.stdout()), rows[2..]);
    assert!(part.stderr().contains("us: "), "{}", part.stderr());

    let one = home.run(&["--config", "config.toml", "--profile", "both", "failures"]);
    assert_eq!(one.code(), 2);
    assert!(one.stderr().contains("choose with --profile one of us, eu"), "{}", one.stderr());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_console_shows_both_and_opens_each_with_its_own_keys() {
    let two = Two::start().await;
    let arguments = ["--config", "config.toml", "--profile", "eu,us", "--no-mouse"];
    let mut console = Program::start_in(two.home(), &arguments, 120, 40);
    let screen = console.wait_until("all are counted", |screen| screen.contains("  4 sources"));
    let line = |screen: &str, wanted: &str| screen.lines().position(|line| line.contains(wanted)).expect("a line");
    assert!(line(&screen, "1111-2222-3333") < line(&screen, "4444-5555-6666"), "{screen}");

    // The last row is of the read-only one.
    console.keys("G");
    console.wait_until("the header tells of us", |screen| {
        screen.lines().next().is_some_and(|header| header.contains(" us ") && header.contains("READ-ONLY"))
    });
    console.keys("\r");
    console.wait_for("objects 2");
    console.keys(":profile eu\r");
    console.wait_until("the header tells of eu", |screen| {
        screen.lines().next().is_some_and(|header| header.contains(" eu ") && !header.contains("READ-ONLY"))
    });
    console.keys("\r");
    console.wait_until("the objects of eu", |screen| screen.contains("objects 1") || screen.contains("objects 3"));
    // Back through both.
    console.keys("\x1b");
    console.wait_for("4 sources");
    console.keys("\x1b");
    console.wait_for("objects 2");
    console.keys("\x11");
    assert_eq!(console.wait_for_exit(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_cannot_be_reached_leaves_the_other_whole() {
    let two = Two::start().await;
    let home = two.home();
    let config = std::fs::read_to_string(home.path().join("config.toml")).expect("a file");
    let (eu, us) = config.split_once("[profiles.us]").expect("both");
    let key = us.split('"').find(|word| word.starts_with("AKIALOCAL")).expect("a key");
    home.write("config.toml", format!("{eu}[profiles.us]{}", us.replace(key, "AKIALOCALNOBODY00000")));
    let mut console = Program::start_in(home, &["--config", "config.toml", "--profile", "both"], 120, 40);
    console.wait_for("InvalidAccessKeyId");
    console.wait_for("2 of 4 sources");
    // On the line of the one that failed everything is told, and the other opens as ever.
    console.keys("g");
    console.wait_for("about");
    console.keys("G\r");
    console.wait_until("the objects of eu", |screen| screen.contains("objects 1") || screen.contains("objects 3"));
    console.keys("\x11");
    assert_eq!(console.wait_for_exit(), 0);
}
