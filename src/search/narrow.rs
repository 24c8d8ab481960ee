//! What SQL leaves in where it cannot tell an expression exactly: never a record less than there are.

use scops_parser::IGNORABLE;

use super::sql::Unsayable;
use crate::domain::Expression;
use crate::domain::expression::Test;

/// The rows that a condition leaves in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Narrow {
    /// All of them.
    All,
    /// None of them.
    None,
    /// Those of which this holds.
    Rows(String),
}

/// That a text holds characters that nobody sees, which part what is looked for: a record has its terms without them
/// too, and no other program does.
///
/// Java and Rust read `\u200B` alike, but nothing alike for what lies beyond: that stands as it is.
pub(super) fn hides(text: &str) -> String {
    let code = |character: char| match u16::try_from(u32::from(character)) {
        Ok(code) => format!("\\u{code:04X}"),
        Err(_) => character.to_string(),
    };
    let class: Vec<String> =
        IGNORABLE.iter().map(|(first, last)| format!("{}-{}", code(*first), code(*last))).collect();
    let class = class.concat();
    format!("regexp_like({text}, '[{class}]')")
}

/// The rows of which an expression may hold; `test` tells it of each test. `source` is the source of all rows, where
/// they are of one.
pub(super) fn narrow(
    expression: &Expression,
    source: Option<&str>,
    test: &mut impl FnMut(&Test) -> Result<Narrow, Unsayable>,
) -> Result<Narrow, Unsayable> {
    let among = |names: &[String]| source.map(|source| names.iter().any(|name| name == source));
    Ok(match expression {
        Expression::All => Narrow::All,
        Expression::Test(one) => test(one)?,
        Expression::Source(names) => {
            if among(names) == Some(false) {
                Narrow::None
            } else {
                Narrow::All
            }
        }
        // Of what a row may hold nothing follows for what it does not.
        Expression::Not(inner) => match &**inner {
            Expression::Source(names) if among(names) == Some(true) => Narrow::None,
            _ => Narrow::All,
        },
        Expression::And(all) => {
            let mut rows = Vec::new();
            for inner in all {
                match narrow(inner, source, test)? {
                    Narrow::All => {}
                    Narrow::None => return Ok(Narrow::None),
                    Narrow::Rows(sql) => rows.push(format!("({sql})")),
                }
            }
            if rows.is_empty() { Narrow::All } else { Narrow::Rows(rows.join(" AND ")) }
        }
        Expression::Or(any) => {
            let mut rows = Vec::new();
            for inner in any {
                match narrow(inner, source, test)? {
                    Narrow::All => return Ok(Narrow::All),
                    Narrow::None => {}
                    Narrow::Rows(sql) => rows.push(format!("({sql})")),
                }
            }
            if rows.is_empty() { Narrow::None } else { Narrow::Rows(rows.join(" OR ")) }
        }
    })
}
