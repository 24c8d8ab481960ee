//! Why a search found nothing, found out over the wire.

use jiff::Timestamp;
use scops::domain::{Expression, Query};
use scops::search;

use super::{Platform, query};

/// What stands against a search, each with its cure.
async fn told(platform: &Platform, query: &Query, is_probed: bool) -> Vec<String> {
    let now: Timestamp = "2026-11-24T00:00:00Z".parse().expect("a time");
    let causes = search::why::why(&platform.aws, &platform.inventory, query, is_probed, now).await.expect("is told");
    causes.into_iter().map(|cause| format!("{} → {}", cause.what, cause.cure.unwrap_or_default())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_search_is_explained_with_a_line_to_type() {
    let platform = Platform::start().await;
    let probed = async |text: &str, sources: &[&str]| {
        let sources = sources.iter().map(|name| (*name).to_owned()).collect();
        let query = Query { expression: Expression::read(text), sources, ..query("") };
        told(&platform, &query, true).await
    };
    assert_eq!(probed("o'neill", &[]).await, [] as [&str; 0]);
    let told = probed("CONSOLELOGIN", &[]).await;
    assert_eq!(told, ["case counts, and source cloudtrail has it as ConsoleLogin → scops search 'ConsoleLogin'"]);
    let told = probed("onsoleLog", &[]).await;
    assert_eq!(
        told,
        ["it stands inside a longer term, ConsoleLogin in eventName of source cloudtrail → scops search '*onsoleLog*'"]
    );
    let told = probed("10.0.0.1", &["cloudtrail"]).await;
    assert_eq!(told, ["source app has it in the range, and was not searched → scops search '10.0.0.1'"]);
    let told = probed("peer:10.0.0.1", &[]).await;
    assert_eq!(told, ["it stands in the field client of source app → scops search 'client:10.0.0.1'"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_range_is_told_and_where_the_value_is_instead() {
    let platform = Platform::start().await;
    let mut later = query("ConsoleLogin");
    later.range.start = "2026-11-25T05:00:00Z".parse().expect("a time");
    later.range.end = "2026-11-25T06:00:00Z".parse().expect("a time");
    let plain = told(&platform, &later, false).await;
    assert_eq!(
        plain,
        [
            "source cloudtrail has no object in the range → scops search 'ConsoleLogin' --range 7d",
            "source app has no object in the range → scops search 'ConsoleLogin' --range 7d",
        ]
    );
    let probed = told(&platform, &later, true).await;
    assert_eq!(
        probed[0],
        "the index has it at another time: first 2026-11-23T01:31:07Z, last 2026-11-23T01:33:07Z → \
         scops search 'ConsoleLogin' --range '2026-11-23 01:31..2026-11-23 01:34'"
    );
}
