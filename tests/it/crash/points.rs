//! Every append of the journal: the program dies before it, in its middle, before and after it is synced; its disk is
//! full, or fails, from it on.

use super::*;

/// More appends than a replay makes: the last number leaves it as it is.
const APPENDS: usize = 20;

/// A fault, and the append at which it comes.
type Point = (&'static str, usize);

#[test]
fn at_any_append_of_the_journal_nothing_is_lost_and_the_program_tells_the_truth() {
    // What fails from one append on fails at all that follow: some of them do.
    let lasting = ["full", "sync-fails", "uncut"];
    let is_tried = |(kind, number): &Point| !lasting.contains(kind) || *number <= 4 || number % 4 == 0;
    let kinds = ["dies-before", "dies-torn", "dies-unsynced", "dies-after"].into_iter().chain(lasting);
    let points: Vec<Point> =
        kinds.flat_map(|kind| (1..=APPENDS).map(move |number| (kind, number))).filter(is_tried).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let stages = futures::future::join_all((0..AT_ONCE).map(|_| Stage::start())).await;
        let share = |share: usize| {
            let (stage, points) = (&stages[share], points.iter().enumerate().skip(share).step_by(stages.len()));
            async move {
                let objects = stage.objects(OBJECTS).await;
                let mut ends = Vec::new();
                for (case, point) in points {
                    let (kind, number) = *point;
                    let fault = |_: &Case<'_>| Fault {
                        point: Some(format!("{kind}:{number}")),
                        is_told: lasting.contains(&kind),
                        ..Fault::default()
                    };
                    ends.push((*point, survive(stage, &objects, case, fault).await));
                }
                ends
            }
        };
        let ends = futures::future::join_all((0..stages.len()).map(share)).await.concat();
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        for (word, count) in ends.iter().flat_map(|(_, (_, told))| told) {
            *told.entry(word.as_str()).or_default() += count;
        }
        // It died at each append that it makes, and of those there are no more.
        let died = |kind: &str| {
            let of_kind = ends.iter().filter(|((its, _), (code, _))| *its == kind && code.is_none());
            let mut numbers: Vec<usize> = of_kind.map(|((_, number), _)| *number).collect();
            numbers.sort_unstable();
            numbers
        };
        let appends = died("dies-before").len();
        eprintln!("{} faults at {appends} appends; objects after them: {told:?}", points.len());
        assert!((14..APPENDS).contains(&appends), "{appends} appends");
        for kind in ["dies-before", "dies-torn", "dies-unsynced", "dies-after"] {
            assert_eq!(died(kind), (1..=appends).collect::<Vec<_>>(), "{kind}");
        }
        for word in ["unbegun", "waiting", "unknown", "sent", "left behind", "unconfirmed"] {
            assert!(told.contains_key(word), "no fault left an object {word}: {told:?}");
        }
    });
}
