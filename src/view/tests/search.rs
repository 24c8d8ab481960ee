//! A search while it is priced, while it runs, and what it has come to.

use jiff::SignedDuration;

use super::*;
use crate::app::request::Ticket;

#[test]
fn search_over_a_limit_without_an_index() {
    check("search-forbidden", |night| {
        let mut night = night.surveyed();
        night.press("s").type_text("203.0.113.8").press("enter");
        let index = Err("profile \"prod\" names no index".into());
        let search = Limit { dollars: None, bytes: Some(ByteSize::mib(100)) };
        let limits = Limits { search, ..Limits::default() };
        priced_by(&mut night, Priced { limits, ..SearchPlan { index, ..both_means() }.chosen().into() });
        night
    });
}

#[test]
fn search_whose_newest_hours_are_read_directly() {
    check("search-recent", |night| {
        let mut night = night.surveyed();
        night.press("s").type_text("203.0.113.8").press("enter");
        let recent = ScanEstimate { objects: 412, bytes: ByteSize::mib(3), dollars: 0.000_2 };
        let recent = Some((at("2026-11-23T00:00:00Z"), recent));
        priced_by(&mut night, SearchPlan { recent, ..both_means() }.chosen().into());
        night
    });
}

/// A scan that has come so far, five seconds after it was begun, with two objects that could not be read.
fn scanning(night: Night, matches: u64) -> (Night, Ticket) {
    let mut night = night.surveyed();
    night.press("s").type_text("203.0.113.8").press("enter");
    priced_by(&mut night, both_means().into());
    night.press(":").type_text("means scan").press("enter enter");
    let (ticket, _) = night.asked(|request| matches!(request, Request::Search(_))).expect("runs");
    let scan = |objects, stored: ByteSize| {
        let stored = stored.bytes();
        let progress = ScanProgress { objects, of: 1_204, stored, matches, flawed: 2, ..ScanProgress::default() };
        Reply::SearchNews(SearchNews::Scan(progress))
    };
    night.tell(Msg::Reply(ticket, scan(0, ByteSize(0))));
    night.tell(Msg::Tick(at(NOW) + SignedDuration::from_secs(5)));
    let flaw = |object: &str, cause: &str| {
        Reply::SearchNews(SearchNews::Flaw(Flaw { object: object.into(), cause: cause.into() }))
    };
    let folder = "s3://acme-security-logs/AWSLogs/123456789012/CloudTrail/ap-northeast-1/2026/11/23";
    for reply in [
        Reply::Hits(hits()),
        flaw(&format!("{folder}/a.json.gz"), "the gzip stream is cut short after 12,288 bytes"),
        flaw(&format!("{folder}/\u{1b}[2Jb.json.gz"), "AccessDenied: the key policy denies kms:Decrypt"),
        scan(402, ByteSize::mib(103)),
    ] {
        night.tell(Msg::Reply(ticket, reply));
    }
    (night, ticket)
}

fn ended(is_cut: bool) -> Reply {
    let cost = Cost { dollars: 0.000_4, bytes: ByteSize::mib(298) };
    let took = std::time::Duration::from_millis(9_800);
    Reply::SearchNews(SearchNews::End(SearchEnd { took, cost, is_cut, can_go_on: is_cut }))
}

#[test]
fn search_while_it_runs() {
    check("search-running", |night| scanning(night, 30).0);
}

#[test]
fn search_that_was_stopped() {
    check("search-stopped", |night| {
        let mut night = scanning(night, 30).0;
        night.press("ctrl-c");
        night
    });
}

#[test]
fn search_that_reached_its_limit() {
    check("search-cut", |night| {
        let (mut night, ticket) = scanning(night, 1_000);
        night.tell(Msg::Reply(ticket, ended(true)));
        night.tell(Msg::Closed(ticket, Ok(())));
        night
    });
}

#[test]
fn what_a_search_could_not_read() {
    check("search-flaws", |night| {
        let mut night = scanning(night, 30).0;
        night.press("e");
        night
    });
}
