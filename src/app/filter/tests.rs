use jiff::SignedDuration;

use super::{Facts, Filter, FilterError};
use crate::app::Screen;
use crate::domain::{ByteSize, State};

const ROW: Facts<'_> = Facts {
    states: &[State::Failed],
    key: "AWSLogs/T0131Z kP2x.json.gz",
    reason: "no eventTime",
    source: "",
    consumer: "",
    class: "GLACIER",
    more: "",
    size: Some(ByteSize::mib(2)),
    lag: Some(SignedDuration::from_mins(6)),
    ecs: None,
};

fn passes(filter: &str) -> bool {
    Filter::parse(filter, Screen::Objects).expect("a filter").expect("not a blank one").passes(&ROW)
}

fn wrong(filter: &str, screen: Screen) -> FilterError {
    Filter::parse(filter, screen).expect_err("a mistake")
}

#[test]
fn every_word_must_hold() {
    assert!(passes("state:failed size:>1M lag:>5m key:~T01 class:GLACIER"));
    for word in ["state:parked", "size:>2M", "lag:>=7m", "key:~T02", "class:GLACIER_IR", "reason:timeout", "x.gz"] {
        assert!(!passes(word), "{word}");
        assert!(passes(&format!("!{word}")), "!{word}");
        assert!(passes(&format!("t01 -{word}")) == word.contains(':'), "a leading dash alone is text: -{word}");
    }
    assert_eq!(Filter::parse("  ! ", Screen::Objects), Ok(None));
}

#[test]
fn a_state_is_of_any_consumer_or_of_the_one_that_is_asked_for() {
    use crate::app::fixture::{NOW, at, object};
    use crate::domain::{ObjectRow, States};
    let row = |states: &[State]| {
        let row = ObjectRow::new(object(1, at(NOW)), None, State::Failed, None);
        ObjectRow { states: States::new(states.iter().copied()), ..row }
    };
    let (both, one) = (row(&[State::Processed, State::Failed]), row(&[State::Failed, State::Unobserved]));
    for (filter, passes) in [
        ("state:failed", [true, true]),
        ("consumer:indexer state:failed", [false, true]),
        ("consumer:alerts state:failed", [true, false]),
        ("consumer:alerts", [true, false]),
        ("!consumer:alerts state:processed", [true, false]),
        ("consumer:=indexer !state:failed", [true, false]),
        ("consumer:nobody", [false, false]),
    ] {
        let read = Filter::parse(filter, Screen::Objects).expect("a filter").expect("not a blank one");
        let read = read.over(["indexer", "alerts"].into_iter());
        assert_eq!([&both, &one].map(|row| read.passes_object(row)), passes, "{filter}");
    }
}

#[test]
fn fields_take_lists_quotes_parts_and_the_whole() {
    for word in [
        "state:parked,failed",
        "state:fail",
        "class:standard,glacier",
        "SIZE:=2MiB",
        "size:<2.5m",
        "lag:<=1h30m",
        "lag:>90s",
        "\"T0131Z kp2x\"",
        "key:\"Z k\"",
        "key:=\"awslogs/t0131z kp2x.json.gz\"",
        "!\"state:failed\"",
        "31Z eventtime",
    ] {
        assert!(passes(word), "{word}");
    }
}

#[test]
fn a_mistake_is_told_with_its_place_and_the_cure() {
    let told = |filter: &str| {
        let error = wrong(filter, Screen::Objects);
        format!("{error} — {}", error.hint.as_deref().unwrap_or_default())
    };
    let errors = [
        "gz sise:>1M",
        "arn:aws:s3",
        "é -state:faild",
        "size:1M",
        "size:>1X",
        "lag:>5",
        "state:",
        "key:\"a b",
        "source:alb",
    ]
    .map(|filter| format!("{filter}\n  {}", told(filter)));
    insta::assert_snapshot!(errors.join("\n"));
    assert!(Filter::parse("source:alb", Screen::Sources).is_ok());
    assert_eq!(wrong("class:GLACIER", Screen::Failures).column, 1);
}

#[test]
fn what_a_row_does_not_have_is_true_of_nothing() {
    let filter = |text| Filter::parse(text, Screen::Objects).expect("a filter").expect("not a blank one");
    let none = Facts::default();
    for word in ["lag:>0s", "lag:<1d", "size:<1K", "state:failed", "class:STANDARD"] {
        assert!(!filter(word).passes(&none), "{word}");
    }
}

#[test]
fn hostile_text_is_read_or_refused_and_never_more() {
    for text in [
        "size:>99999999999999999999T",
        "lag:>99999999999999999999d",
        "\u{202e}:",
        "size:>é",
        "-:",
        "!:\"",
        "key:\u{301}",
    ] {
        let _ = Filter::parse(text, Screen::Objects);
    }
}
