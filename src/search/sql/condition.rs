//! What an [`Expression`] asks, in SQL.
//!
//! The index tells of each [`Test`] by two tables. A record has a row in `terms` for each of its terms, so that a test
//! holds where one of them is such; and in `records` a column for some ECS fields, whose values need not stand in the
//! log at all. What neither can tell exactly is bounded: an expression is never less than what SQL lets through, and
//! its rows are tested again when they are here.

use std::fmt::Write as _;

use super::{Identifier, Literal, Unsayable};
use crate::domain::expression::{Bound, Expression, Is, Test};
use crate::worker::columns::{Origin, RECORDS};

/// The field sets of the Elastic Common Schema that formats fill beyond what they copy from the log ("ECS field
/// reference").
const FIELD_SETS: [&str; 31] = [
    "agent",
    "client",
    "cloud",
    "container",
    "destination",
    "device",
    "dns",
    "email",
    "error",
    "event",
    "file",
    "group",
    "host",
    "http",
    "log",
    "network",
    "observer",
    "orchestrator",
    "organization",
    "process",
    "registry",
    "related",
    "rule",
    "server",
    "service",
    "source",
    "threat",
    "tls",
    "url",
    "user",
    "user_agent",
];

/// A test of an expression, and what the index has for it.
pub(super) struct Told<'e> {
    pub(super) test: &'e Test,
    /// The column of `records` that holds its field's ECS value.
    pub(super) column: Option<&'static str>,
}

impl Told<'_> {
    /// Whether rows of `terms` tell of it.
    pub(super) fn has_terms(&self) -> bool {
        !self.is_text()
    }

    /// Whether it is about the text of whole fields.
    pub(super) fn is_text(&self) -> bool {
        matches!(self.test.is, Is::Holding(_))
    }

    /// Whether `terms` alone tell it.
    fn is_of_terms_alone(&self) -> bool {
        self.has_terms() && self.column.is_none()
    }
}

/// The tests of an expression, by what the index has for each.
pub(super) fn told(expression: &Expression) -> Result<Vec<Told<'_>>, Unsayable> {
    expression
        .tests()
        .into_iter()
        .map(|test| {
            let column = test.field.as_deref().and_then(column_of);
            let unindexed = test.field.as_ref().filter(|field| {
                let set = field.split_once('.').map(|(set, _)| set);
                column.is_none() && set.is_some_and(|set| FIELD_SETS.contains(&set))
            });
            match unindexed {
                _ if test.is == Is::Term(String::new()) => Err(Unsayable::Empty),
                Some(field) => Err(Unsayable::Unindexed(field.clone())),
                None => Ok(Told { test, column }),
            }
        })
        .collect()
}

pub(super) fn column_of(path: &str) -> Option<&'static str> {
    RECORDS.iter().find(|column| matches!(column.from, Origin::Ecs(known) if known == path)).map(|column| column.name)
}

/// Which of the tables a statement reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// `terms`, a record's rows as one group.
    Terms,
    /// `records` as `r`, joined with what `terms` tell as `t`.
    Records,
}

/// A condition that holds of every record of which the expression holds.
pub(super) fn bound(expression: &Expression, told: &[Told<'_>], from: From) -> Result<String, Unsayable> {
    let mut tests = told.iter().enumerate();
    Ok(side(expression, &mut tests, from, true)?.unwrap_or_else(|| "TRUE".to_owned()))
}

/// Whether [`bound`] over `terms` leaves out records that have no row there of any of the tests.
pub(super) fn is_selective(expression: &Expression, told: &[Told<'_>]) -> bool {
    let is_true = |test: &Test| told.iter().any(|told| std::ptr::eq(told.test, test) && !told.is_of_terms_alone());
    !upper(expression, &is_true, true)
}

/// Whether an expression may hold where the tests of which `is_open` is true may, and no other does.
fn upper(expression: &Expression, is_open: &impl Fn(&Test) -> bool, is_upper: bool) -> bool {
    match expression {
        Expression::All => true,
        // It may be one of them, and it may be none.
        Expression::Source(_) => is_upper,
        Expression::And(all) => all.iter().all(|inner| upper(inner, is_open, is_upper)),
        Expression::Or(any) => any.iter().any(|inner| upper(inner, is_open, is_upper)),
        Expression::Not(inner) => !upper(inner, is_open, !is_upper),
        Expression::Test(test) => is_upper && is_open(test),
    }
}

/// Whether [`bound`] is exact.
pub(super) fn is_exact(told: &[Told<'_>], from: From) -> bool {
    told.iter().all(|told| !told.is_text() && (from == From::Records || told.column.is_none()))
}

/// The upper or the lower bound of an expression; nothing where it is TRUE or FALSE.
fn side<'t, 'e: 't>(
    expression: &Expression,
    tests: &mut impl Iterator<Item = (usize, &'t Told<'e>)>,
    from: From,
    is_upper: bool,
) -> Result<Option<String>, Unsayable> {
    Ok(match expression {
        Expression::All => Some("TRUE".to_owned()),
        Expression::Source(names) => {
            let column = if from == From::Records { "r.\"source\"" } else { "\"source\"" };
            let names = super::list(names.iter().map(String::as_str))?;
            Some(format!("{column} IN ({names})"))
        }
        Expression::And(all) | Expression::Or(all) => {
            let is_and = matches!(expression, Expression::And(_));
            let mut sides = Vec::new();
            // An open side of AND adds nothing; one of OR takes all the others with it.
            let mut is_open = false;
            for inner in all {
                match side(inner, tests, from, is_upper)? {
                    Some(side) => sides.push(side),
                    None => is_open = true,
                }
            }
            let is_lost = is_open && (is_and != is_upper);
            match (is_lost || sides.is_empty(), is_and) {
                (true, _) => None,
                (false, true) => Some(sides.iter().map(|side| format!("({side})")).collect::<Vec<_>>().join(" AND ")),
                (false, false) => Some(sides.iter().map(|side| format!("({side})")).collect::<Vec<_>>().join(" OR ")),
            }
        }
        Expression::Not(inner) => side(inner, tests, from, !is_upper)?.map(|inner| format!("NOT ({inner})")),
        Expression::Test(_) => {
            let Some((number, told)) = tests.next() else { return Ok(None) };
            match from {
                // What the column holds is not known here.
                From::Terms if told.is_text() || (told.column.is_some() && is_upper) => None,
                From::Terms => Some(Identifier::new(&flag(number)).to_string()),
                From::Records => match &told.test.is {
                    // Keys and other fields hold the text too: that it is there does not tell that the test holds.
                    Is::Holding(text) => {
                        if is_upper {
                            Some(format!("strpos(r.\"fields\", {}) > 0", as_json(text)?))
                        } else {
                            None
                        }
                    }
                    _ => Some(on_records(number, told)?),
                },
            }
        }
    })
}

/// The condition of a row of `terms` that makes the test hold.
pub(super) fn on_terms(test: &Test) -> Result<String, Unsayable> {
    let is = is(&test.is, "\"term\"")?;
    Ok(match &test.field {
        Some(field) => format!("\"field\" = {} AND {is}", Literal::new(field)?),
        None => is,
    })
}

/// The condition of a joined row of `records` that makes the test hold.
fn on_records(number: usize, told: &Told<'_>) -> Result<String, Unsayable> {
    let flag = format!("COALESCE(t.{}, FALSE)", Identifier::new(&flag(number)));
    Ok(match told.column {
        Some(column) => {
            let column = format!("r.{}", Identifier::new(column));
            // NULL is no value, and NOT of it would be NULL again.
            format!("{flag} OR ({column} IS NOT NULL AND {})", is(&told.test.is, &column)?)
        }
        None => flag,
    })
}

/// The name of the column that tells whether a test holds by `terms`.
pub fn flag(number: usize) -> String {
    format!("f{number}")
}

/// That a text is such; `text` is a column that is not NULL.
fn is(is: &Is, text: &str) -> Result<String, Unsayable> {
    Ok(match is {
        Is::Term(term) => format!("{text} = {}", Literal::new(term)?),
        Is::Like(pattern) => format!("{text} LIKE {} ESCAPE '\\'", Literal::new(&pattern.like())?),
        Is::Matching(expressed) => format!("regexp_like({text}, {})", Literal::new(expressed.as_str())?),
        Is::Holding(part) => format!("strpos({text}, {}) > 0", Literal::new(part)?),
        Is::Within(network) => {
            format!("contains({}, TRY_CAST({text} AS IPADDRESS))", Literal::new(&network.to_string())?)
        }
        Is::Number(bound) => number(bound, text),
        Is::Present => format!("{text} <> ''"),
    })
}

fn number(bound: &Bound, text: &str) -> String {
    // Without the first condition a cast would take what nobody would call a number, as `NaN` or `0x1p3`.
    let mut sql = format!("(regexp_like({text}, '^[-+.eE0-9]+$')");
    let mut limit = |limit: Option<(f64, bool)>, operator: char| {
        if let Some((number, is_in)) = limit {
            let equal = if is_in { "=" } else { "" };
            let _ = write!(sql, " AND TRY_CAST({text} AS DOUBLE) {operator}{equal} {number:E}");
        }
    };
    limit(bound.low, '>');
    limit(bound.high, '<');
    sql.push(')');
    sql
}

/// A text as it stands within a string of the JSON that `fields` are.
fn as_json(text: &str) -> Result<Literal, Unsayable> {
    let json = scops_parser::Value::from(text).to_json();
    Literal::new(&json[1..json.len() - 1])
}
