use super::*;
use crate::app::fixture::{NOW, Night, at};
use crate::app::request::{Reply, Ticket};
use crate::app::{Msg, Topic};
use crate::domain::table::{TableColumn, Weight};
use crate::domain::{ByteSize, Execution, QueryPhase, QueryStatus, ResultPage, ResultTable, Statement};

pub(crate) fn tables() -> Vec<Table> {
    let column = |(name, kind): &(&str, &str)| TableColumn { name: (*name).into(), kind: (*kind).into() };
    let table = |name: &str, columns: &[(&str, &str)], partitions: &[(&str, &str)]| Table {
        database: "scops".into(),
        name: name.into(),
        columns: columns.iter().map(column).collect(),
        partitions: partitions.iter().map(column).collect(),
        location: Some(format!("s3://acme-lake/index/{name}/")),
        is_projected: true,
    };
    vec![
        table(
            "records",
            &[("ts", "timestamp"), ("object", "string"), ("line", "bigint"), ("message", "string")],
            &[("source", "string"), ("dt", "string")],
        ),
        table("small", &[("id", "int")], &[]),
    ]
}

pub(crate) fn execution(phase: QueryPhase) -> Execution {
    Execution {
        status: QueryStatus {
            id: "4b1c".into(),
            phase,
            reason: None,
            scanned: ByteSize::mib(12),
            queued_ms: 140,
            total_ms: 1_900,
        },
        engine_ms: 1_600,
        sql: "SELECT 1".into(),
        values: Vec::new(),
        place: Place::default(),
        submitted: Some(at(NOW)),
        is_retryable: None,
        is_reused: false,
        has_names: true,
    }
}

pub(crate) fn page(first: usize, count: usize, next: Option<&str>) -> ResultPage {
    let row = |number: usize| {
        vec![
            Some(format!("s3://acme-security-logs/falcon/2026/11/23/01/{number:04}.jsonl")),
            Some((number % 40 + 1).to_string()),
            (!number.is_multiple_of(3)).then(|| format!("login of o'neill {number} \u{1b}[31mred")),
        ]
    };
    ResultPage {
        id: "4b1c".into(),
        table: ResultTable {
            columns: ["object", "line", "message"].map(str::to_owned).to_vec(),
            types: ["varchar", "bigint", "varchar"].map(str::to_owned).to_vec(),
            rows: (first..first + count).map(row).collect(),
        },
        next: next.map(str::to_owned),
    }
}

pub(crate) fn opened(width: u16, height: u16) -> Night {
    let mut night = Night::new(width, height).surveyed();
    night.press(";");
    answer(&mut night, |ask| matches!(ask, SqlAsk::Tables { .. }), vec![SqlAnswer::Tables(tables())]);
    night
}

pub(crate) fn asked(night: &Night, wanted: impl Fn(&SqlAsk) -> bool) -> Option<(Ticket, SqlAsk)> {
    let found = night.asked(|request| matches!(request, Request::Sql(ask) if wanted(ask)))?;
    match found {
        (ticket, Request::Sql(ask)) => Some((ticket, *ask)),
        _ => None,
    }
}

pub(crate) fn answer(night: &mut Night, wanted: impl Fn(&SqlAsk) -> bool, answers: Vec<SqlAnswer>) {
    let replies = answers.into_iter().map(|answer| Reply::Sql(Box::new(answer))).collect();
    night.answer(|request| matches!(request, Request::Sql(ask) if wanted(ask)), replies);
}

fn is_run(ask: &SqlAsk) -> bool {
    matches!(ask, SqlAsk::Run { .. })
}

fn statement(night: &Night) -> Option<Statement> {
    match asked(night, is_run)?.1 {
        SqlAsk::Run { statement, .. } => Some(statement),
        _ => None,
    }
}

pub(crate) fn ran(width: u16, height: u16) -> Night {
    let mut night = opened(width, height);
    night.tell(Msg::Paste(
        "SELECT object, line, message\nFROM records -- all of them\nWHERE dt = '2026-11-23-01'\n".into(),
    ));
    night.press("f5");
    let answers =
        vec![SqlAnswer::Execution(execution(QueryPhase::Succeeded)), SqlAnswer::Page(page(0, 200, Some("next")))];
    answer(&mut night, is_run, answers);
    night
}

#[test]
fn a_paste_of_many_lines_is_one_statement_and_runs_as_it_stands() {
    let mut night = opened(120, 40);
    night.tell(Msg::Paste("SELECT id\r\nFROM small; -- done\r\nSELECT 2".into()));
    night.press("alt-enter");
    let asked = statement(&night).expect("it runs");
    assert_eq!((asked.sql.as_str(), asked.place.database.as_deref()), ("SELECT 2", Some("scops")));
    night.press("ctrl-c");
    assert!(night.effects.iter().any(|effect| matches!(effect, Effect::Cancel(_))), "the world stops it");
    assert!(matches!(night.model.sql.phase, Phase::Stopped(_)));
    night.press("up up f5");
    assert_eq!(statement(&night).expect("the first").sql, "SELECT id\nFROM small");
}

#[test]
fn parameters_are_asked_for_and_sent_beside_the_statement() {
    let mut night = opened(120, 40);
    night.type_text("SELECT * FROM small WHERE id = :id AND name = :who OR id = :id");
    night.press("f5");
    assert_eq!(parameter(&night.model).as_deref(), Some("id"));
    night.type_text("7").press("enter");
    night.type_text("'open").press("enter");
    assert_eq!(parameter(&night.model).as_deref(), Some("who"), "a broken value is asked for again");
    night.press("ctrl-u");
    night.type_text("x'; DROP TABLE small --").press("enter");
    let asked = statement(&night).expect("it runs");
    assert_eq!(asked.sql, "SELECT * FROM small WHERE id = ? AND name = ? OR id = ?");
    assert_eq!(asked.values, ["7", "'x''; DROP TABLE small --'", "7"]);
}

#[test]
fn a_dropped_value_runs_nothing() {
    let mut night = opened(120, 40);
    night.type_text("SELECT ?");
    night.press("f5 esc");
    assert!(statement(&night).is_none() && parameter(&night.model).is_none());
}

#[test]
fn reading_every_partition_wants_a_second_press() {
    let mut night = opened(120, 40);
    night.type_text("SELECT dt FROM records GROUP BY dt");
    night.press("f5");
    assert!(statement(&night).is_none());
    answer(
        &mut night,
        |ask| matches!(ask, SqlAsk::Weigh { .. }),
        vec![SqlAnswer::Weight(Weight { objects: 10_000, bytes: ByteSize::mib(90_000), is_whole: false })],
    );
    let doubt = night.model.sql.doubt.clone().expect("told");
    assert!(doubt.what.contains("records (by source, dt)"), "{doubt:?}");
    assert!(doubt.size.as_deref().is_some_and(|size| size.starts_with("at least ")), "{doubt:?}");
    night.press("f5");
    assert!(statement(&night).is_some(), "pressed again, it runs");

    let mut night = opened(120, 40);
    night.type_text("SELECT dt FROM records ");
    night.press("f5");
    night.type_text("WHERE dt = 'x'");
    assert!(night.model.sql.doubt.is_none(), "what was said is of another statement");
    night.press("f5");
    assert!(statement(&night).is_some());
}

#[test]
fn a_statement_waits_until_its_tables_are_known() {
    let is_named = |ask: &SqlAsk| matches!(ask, SqlAsk::Named { .. });
    let name = |database: &str, table: &str| TableReference { database: Some(database.into()), table: table.into() };
    // Typed before the database has told of its tables, and tables of another one.
    for (sql, reference) in [("FROM records", name("scops", "records")), ("FROM lake.flow", name("lake", "flow"))] {
        let mut night = Night::new(120, 40).surveyed();
        night.press(";");
        night.type_text(&format!("SELECT count(*) {sql}"));
        night.press("f5");
        assert!(statement(&night).is_none(), "{sql}: not before they are known");
        let (_, asked) = asked(&night, is_named).expect("they are looked up");
        assert_eq!(asked, SqlAsk::Named { tables: vec![reference.clone()] });
        let table = Table {
            database: reference.database.clone().expect("named"),
            name: reference.table.clone(),
            ..tables()[0].clone()
        };
        answer(&mut night, is_named, vec![SqlAnswer::Named(vec![(reference, Some(table))])]);
        assert!(statement(&night).is_none() && night.model.sql.doubt.is_some(), "{sql}");
        night.press("f5");
        assert!(statement(&night).is_some(), "{sql}: asked for by name, it runs");
    }

    // A name of the statement's own is none of a table.
    let mut night = opened(120, 40);
    night.type_text("WITH mine AS (SELECT 1 a) SELECT a FROM mine");
    night.press("f5");
    answer(&mut night, is_named, vec![SqlAnswer::Named(vec![(name("scops", "mine"), None)])]);
    assert!(statement(&night).is_some(), "it runs by itself");
    night.press("ctrl-c f5");
    assert!(statement(&night).is_some(), "and is not looked up again");
}

#[test]
fn a_statement_whose_tables_cannot_be_known_wants_a_second_press() {
    let is_named = |ask: &SqlAsk| matches!(ask, SqlAsk::Named { .. });
    let mut night = opened(120, 40);
    night.type_text("SELECT 1 FROM lake.flow");
    night.press("f5");
    let (ticket, _) = asked(&night, is_named).expect("looked up");
    let trouble = Trouble { what: "cannot look at table lake.flow".into(), cause: "denied".into(), hint: None };
    night.tell(Msg::Closed(ticket, Err(trouble)));
    let doubt = night.model.sql.doubt.clone().expect("told");
    assert!(doubt.what.ends_with("cannot look at table lake.flow: denied"), "{doubt:?}");
    night.press("f5");
    assert!(statement(&night).is_some());

    // What was changed, left or stopped meanwhile does not run when the answer comes.
    for keys in ["space", "ctrl-c", "esc esc"] {
        let mut night = opened(120, 40);
        night.type_text("SELECT 1 FROM lake.flow");
        night.press("f5");
        let (ticket, _) = asked(&night, is_named).expect("looked up");
        night.press(keys);
        night.tell(Msg::Reply(ticket, Reply::Sql(Box::new(SqlAnswer::Named(Vec::new())))));
        night.tell(Msg::Closed(ticket, Ok(())));
        assert!(statement(&night).is_none(), "{keys}");
    }
}

#[test]
fn what_writes_is_refused_read_only_and_asked_for_otherwise() {
    for sql in ["DROP TABLE small", "DELETE FROM small", "CREATE TABLE x AS SELECT 1", "UNLOAD (SELECT 1) TO 's3://b/'"]
    {
        let mut night = opened(120, 40).read_only();
        night.type_text(sql);
        night.press("f5 f5");
        assert!(statement(&night).is_none(), "{sql}");
        let mut night = opened(120, 40);
        night.type_text(sql);
        night.press("f5");
        assert!(statement(&night).is_none(), "{sql}");
        night.press("f5");
        assert!(statement(&night).is_some(), "{sql}");
    }
}

#[test]
fn rows_are_read_as_they_are_scrolled_to() {
    let mut night = ran(120, 40);
    assert_eq!((night.model.sql.pane, night.model.sql.rows.len()), (Pane::Lower, 200));
    night.press("j");
    let is_page = |ask: &SqlAsk| matches!(ask, SqlAsk::Page { .. });
    assert!(asked(&night, is_page).is_none(), "what is not in sight is not read");
    night.press("G");
    let (_, ask) = asked(&night, is_page).expect("the next page");
    assert_eq!(ask, SqlAsk::Page { id: "4b1c".into(), token: Some("next".into()) });
    answer(&mut night, is_page, vec![SqlAnswer::Page(page(200, 50, None))]);
    assert_eq!((night.model.sql.rows.len(), night.model.sql.rows.has_more()), (250, false));
}

#[test]
fn cells_and_rows_are_copied_and_objects_opened() {
    let mut night = ran(120, 40);
    night.press("j right right y");
    assert!(
        night.effects.contains(&Effect::Copy("login of o'neill 1 \u{1b}[31mred".into())),
        "the bytes, not what is shown"
    );
    night.press("c");
    let row = "s3://acme-security-logs/falcon/2026/11/23/01/0001.jsonl\t2\tlogin of o'neill 1 \u{1b}[31mred";
    assert!(night.effects.contains(&Effect::Copy(row.into())));
    night.press("enter");
    assert_eq!(night.model.screen, Screen::Records);
    assert_eq!(night.model.records.seek.map(|seek| seek.line), Some(2));
    night.press("esc");
    assert_eq!((night.model.screen, night.model.sql.rows.len()), (Screen::Sql, 200), "the rows are there still");
}

#[test]
fn tab_completes_tables_columns_and_words() {
    let mut night = opened(120, 40);
    night.type_text("SELECT * FROM rec");
    night.press("tab");
    assert_eq!(night.model.sql.editor.text().trim_end(), "SELECT * FROM records");
    night.type_text(" r WHERE r.");
    night.press("tab");
    let words = night.model.sql.completing.as_ref().expect("several").words();
    assert_eq!(words[..3], ["r.source", "r.dt", "r.ts"], "partitions first");
    night.press("tab tab shift-tab");
    assert_eq!(night.model.sql.editor.text().trim_end(), "SELECT * FROM records r WHERE r.dt");
    night.type_text(" GRO");
    night.press("tab");
    assert!(night.model.sql.editor.text().trim_end().ends_with(" GROUP"));
    night.press("esc");
    assert!(night.model.sql.completing.is_none() && night.model.screen == Screen::Sql);
}

#[test]
fn statements_of_before_come_back_by_keys_and_nothing_is_lost() {
    let mut night = ran(120, 40);
    night.press("i ctrl-end");
    night.type_text("-- more");
    night.press("alt-up");
    assert!(night.model.sql.editor.text().trim_end().ends_with("'2026-11-23-01'"), "{}", night.model.sql.editor.text());
    night.press("alt-down");
    assert!(night.model.sql.editor.text().trim_end().ends_with("-- more"));
}

#[test]
fn a_result_of_before_is_opened_without_running_again() {
    let mut night = opened(120, 40);
    night.press("ctrl-r");
    let past = crate::domain::PastStatement {
        at: at(NOW),
        profile: "prod".into(),
        id: "4b1c".into(),
        sql: "SELECT 1".into(),
        workgroup: "primary".into(),
    };
    answer(&mut night, |ask| *ask == SqlAsk::Mine, vec![SqlAnswer::Past(vec![past])]);
    night.press("enter");
    let (_, ask) = asked(&night, |ask| !matches!(ask, SqlAsk::Tables { .. })).expect("asked");
    assert_eq!(ask, SqlAsk::Page { id: "4b1c".into(), token: None });
    assert!(statement(&night).is_none());
    answer(
        &mut night,
        |ask| matches!(ask, SqlAsk::Page { .. }),
        vec![SqlAnswer::Execution(execution(QueryPhase::Succeeded)), SqlAnswer::Page(page(0, 3, None))],
    );
    assert_eq!((night.model.sql.editor.text().trim_end(), night.model.sql.rows.len()), ("SELECT 1", 3));
}

#[test]
fn a_name_that_is_taken_is_replaced_on_a_second_try_alone() {
    let mut night = opened(120, 40);
    night.type_text("SELECT 1").press("ctrl-s");
    night.type_text("one").press("enter");
    let is_keep =
        |replaces: bool| move |ask: &SqlAsk| matches!(ask, SqlAsk::Keep { replaces: known, .. } if *known == replaces);
    answer(&mut night, is_keep(false), vec![SqlAnswer::Exists("one".into())]);
    night.press("enter");
    answer(&mut night, is_keep(true), vec![SqlAnswer::Saved("one".into())]);
}

#[test]
fn the_screen_has_an_address_and_keeps_what_is_written() {
    let mut night = opened(120, 40);
    night.type_text("SELECT 'a,b'");
    let address = night.model.address();
    assert_eq!(address.to_string().parse(), Ok(address.clone()));
    let mut other = opened(120, 40);
    other.type_text("SELECT 2");
    other.tell(Msg::Key(KeyEvent::from(KeyCode::Esc)));
    crate::app::visit::visit(&mut other.model, address);
    assert_eq!(other.model.sql.editor.text().trim_end(), "SELECT 'a,b'");
    other.press("ctrl-z");
    assert_eq!(other.model.sql.editor.text().trim_end(), "SELECT 2");
}

#[test]
fn a_text_for_the_editor_goes_behind_what_stands_there() {
    let mut night = opened(120, 40);
    night.type_text("SELECT 1");
    night.press("alt-m");
    night.type_text("falcon").press("enter");
    let is_create = |ask: &SqlAsk| matches!(ask, SqlAsk::Create { source, .. } if source == "falcon");
    let text = SqlAnswer::Text { sql: "CREATE EXTERNAL TABLE x (a int);\n".into(), told: "made".into() };
    answer(&mut night, is_create, vec![text]);
    assert_eq!(night.model.sql.editor.text().trim_end(), "SELECT 1;\n\nCREATE EXTERNAL TABLE x (a int);");
    assert_eq!(current(&night.model.sql).as_deref(), Some("CREATE EXTERNAL TABLE x (a int)"));
    assert!(!night.model.is_asking(Topic::Statement), "nothing runs by itself");
}
