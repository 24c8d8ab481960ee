//! What the worker's rules find: written below a place of its own, twice the same, and gone when nothing is found.

use scops::detect::{Rules, Text};
use scops::domain::{Alert, RuleBook};
use scops_parser::Formats;

use super::*;

/// A rule for the new trails of the tests.
const RULE: &str = "title: A trail of the tests\nid: t-1\nlevel: high\ntags:\n  - attack.t1078\nlogsource:\n  product: aws\n  service: cloudtrail\ndetection:\n  s:\n    eventVersion: '1.11'\n  condition: s\n";

fn book(texts: &[&str]) -> RuleBook {
    let texts: Vec<Text> = texts.iter().map(|text| Text { name: "t.yml".into(), text: (*text).to_owned() }).collect();
    let rules = Rules::only(&texts, Formats::built_in());
    assert_eq!(rules.mistakes(), []);
    RuleBook::new(move || rules)
}

/// The platform with a place for alerts.
async fn detecting() -> Platform {
    let mut platform = Platform::start().await;
    platform.profile.consumers[0].alerts = Some("s3://index/alerts/indexer/".parse().expect("a place"));
    platform.profile.rules = book(&[RULE]);
    platform
}

async fn again(platform: &Platform, profile: &Profile, key: &str) {
    let object = platform.aws.head(&ObjectId::new("logs", key)).await.expect("it is there").0;
    platform.put(key, platform.aws.get_all(&object.id, scops::domain::ByteSize::mib(1)).await.expect("read").1).await;
    platform.work(profile, 1).await;
}

#[tokio::test]
async fn what_rules_find_is_written_once_however_often_and_goes_with_the_rule() {
    let platform = detecting().await;
    let key = trail_key(1, "good");
    platform.put(&key, gzip(&trail("1.11", 0..3))).await;
    platform.work(&platform.profile, 1).await;
    let place = format!("alerts/indexer/{key}.ndjson");
    let receipt = platform.receipt(&key).await.expect("a receipt");
    assert_eq!(receipt.alerts.as_deref(), Some(place.as_str()));
    assert_eq!(receipt.rules.as_deref(), Some(platform.profile.rules.get().version()));
    let id = ObjectId::new("index", &place);
    let (_, first) = platform.aws.get_all(&id, scops::domain::ByteSize::mib(1)).await.expect("alerts");
    let text = String::from_utf8(first.to_vec()).expect("text");
    let alerts: Vec<Alert> = text.lines().map(|line| Alert::read(line).expect("an alert")).collect();
    assert_eq!(alerts.len(), 3);
    assert!(alerts.iter().all(|alert| alert.object.key == key && alert.rule == "t-1" && alert.source == "cloudtrail"));
    let documents: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let schema = crate::schema::schema("alerts.json");
    assert_eq!(crate::schema::mistakes(&schema, &documents.into()), Vec::<String>::new());

    again(&platform, &platform.profile, &key).await;
    let (_, second) = platform.aws.get_all(&id, scops::domain::ByteSize::mib(1)).await.expect("alerts");
    assert_eq!(first, second);

    let other = Profile { rules: book(&[&RULE.replace("'1.11'", "'9.9'")]), ..platform.profile.clone() };
    again(&platform, &other, &key).await;
    assert_eq!(platform.keys("index", "alerts/").await, Vec::<String>::new(), "nothing is found any more");
    let receipt = platform.receipt(&key).await.expect("a receipt");
    assert_eq!((receipt.alerts, receipt.rules.as_deref()), (None, Some(other.rules.get().version())));
    platform.lab.stop().await;
}

#[tokio::test]
async fn alerts_of_a_range_are_found_by_few_listings_and_the_gravest_comes_first() {
    let mut platform = detecting().await;
    let low = RULE.replace("t-1", "t-2").replace("high", "low").replace("A trail", "Another trail");
    platform.profile.rules = book(&[RULE, &low]);
    for minute in [1, 30] {
        platform.put(&trail_key(minute, "x"), gzip(&trail("1.11", minute..minute + 1))).await;
    }
    platform.put(&trail_key(40, "quiet"), gzip(b"{\"Records\":[]}")).await;
    platform.work(&platform.profile, 3).await;
    let found = platform.inventory().alerts(None, night()).await.expect("listed");
    let told: Vec<&str> = found.all.iter().map(|alert| alert.rule.as_str()).collect();
    assert_eq!((told, found.is_whole), (vec!["t-1", "t-1", "t-2", "t-2"], true));
    assert!(found.all[0].time > found.all[1].time, "of one level the newest comes first");
    let none = platform.inventory().alerts(Some("falcon"), night()).await.expect("listed");
    assert!(none.all.is_empty());
    platform.lab.stop().await;
}

#[tokio::test]
async fn where_no_place_is_named_nothing_is_matched() {
    let mut platform = Platform::start().await;
    platform.profile.rules = book(&[RULE]);
    let key = trail_key(1, "good");
    platform.put(&key, gzip(&trail("1.11", 0..3))).await;
    platform.work(&platform.profile, 1).await;
    let receipt = platform.receipt(&key).await.expect("a receipt");
    assert_eq!((receipt.alerts, receipt.rules), (None, None));
    platform.lab.stop().await;
}
