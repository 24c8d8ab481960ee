//! A minerva database (github.com/m-mizutani/minerva): `indices` has a row for each term of each record, `messages` the
//! record as JSON; both are partitioned by the hour of the record, `dt=YYYY-MM-DD-HH`.
//!
//! Neither names the object that a record came from. So a statement tells the minutes of the records that may match, and
//! the objects whose keys tell of those are read and tested here. minerva splits terms at more characters than others
//! do, keeps IPv4 addresses whole, and writes `&`, `<` and `>` as `\u0026` and so on: nothing of that is relied upon. A
//! term with characters that nobody sees may be any.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use jiff::{SignedDuration, Timestamp};

use super::estimate::{price, sum};
use super::narrow::{self, Narrow, narrow};
use super::run::query_telling;
use super::scan::{Place, Target, texts_of};
use super::sql::{self, Identifier, Literal, Unsayable};
use super::{SearchError, candidates};
use crate::aws::Aws;
use crate::domain::expression::{Is, Test};
use crate::domain::{Estimate, Index, Location, Profile, Query, QueryStatus, Source};

/// The statement that gives the minutes (`minute`, since the epoch) of the records that may match.
pub fn statement(minerva: &Index, query: &Query, formats: &scops_parser::Formats) -> Result<Option<String>, Unaskable> {
    let mut flags = Vec::new();
    let mut has_text = false;
    let condition = narrow(&query.expression, None, &mut |test| {
        let Some(texts) = texts_of(test, formats) else { return Ok(Narrow::All) };
        let held = texts.iter().map(|text| on_record(test, text));
        let held = held.collect::<Result<Vec<_>, Unsayable>>()?.join(" OR ");
        if matches!(test.is, Is::Holding(_)) {
            has_text = true;
            return Ok(Narrow::Rows(held));
        }
        flags.push(format!("{held} OR {}", narrow::hides("\"term\"")));
        Ok(Narrow::Rows(format!("COALESCE(i.\"f{}\", FALSE)", flags.len() - 1)))
    })?;
    let condition = match condition {
        Narrow::None => return Ok(None),
        Narrow::All => return Err(Unaskable::Unnarrowed),
        Narrow::Rows(sql) => sql,
    };
    let within = within(query)?;
    let table = |name: &str| format!("{}.{}", Identifier::new(&minerva.database), Identifier::new(name));
    let terms = (!flags.is_empty()).then(|| {
        let told = flags.iter().enumerate().map(|(number, is)| format!("bool_or({is}) AS \"f{number}\""));
        let any: Vec<String> = flags.iter().map(|is| format!("({is})")).collect();
        format!(
            "(\n  SELECT \"dt\", \"object_id\", \"seq\", \"timestamp\", {}\n  FROM {}\n  WHERE {within}\n    AND ({})\n  \
             GROUP BY \"dt\", \"object_id\", \"seq\", \"timestamp\"\n) i",
            told.collect::<Vec<_>>().join(", "),
            table("indices"),
            any.join(" OR "),
        )
    });
    let minute = |of: &str| format!("SELECT DISTINCT {of}.\"timestamp\" / 60 AS \"minute\"");
    Ok(Some(match (terms, has_text) {
        (Some(terms), false) => format!("{}\nFROM {terms}\nWHERE {condition}", minute("i")),
        (terms, _) => {
            let on = ["dt", "object_id", "seq"].map(|name| format!("m.\"{name}\" = i.\"{name}\"")).join(" AND ");
            let join = terms.map_or(String::new(), |terms| format!("\nLEFT JOIN {terms} ON {on}"));
            format!(
                "{}\nFROM (SELECT * FROM {} WHERE {within}) m{join}\nWHERE {condition}",
                minute("m"),
                table("messages")
            )
        }
    }))
}

/// Why the database cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unaskable {
    /// Nothing in the expression narrows its records.
    #[error("every record of the minerva database may match; a scan reads them for less")]
    Unnarrowed,
    /// The expression cannot be said.
    #[error(transparent)]
    Unsayable(#[from] Unsayable),
}

/// The condition of a row that tells of a record with this text: of its message, or of one of its terms.
fn on_record(test: &Test, sought: &str) -> Result<String, Unsayable> {
    let held = |column: &str, text: &str| Ok(format!("strpos({column}, {}) > 0", Literal::new(text)?));
    match &test.is {
        Is::Holding(_) => held("m.\"message\"", sought),
        Is::Term(_) if sought.parse::<Ipv4Addr>().is_ok() => Ok(format!("\"term\" = {}", Literal::new(sought)?)),
        Is::Within(_) => held("\"term\"", sought),
        // It splits at each dot.
        _ => held("\"term\"", sought.split('.').max_by_key(|piece| piece.len()).unwrap_or(sought)),
    }
}

fn within(query: &Query) -> Result<String, Unsayable> {
    if query.range.start >= query.range.end {
        return Err(Unsayable::EmptyRange);
    }
    let (first, last) = sql::partitions(query.range);
    let (start, end) = (query.range.start.as_second(), query.range.end.as_second());
    Ok(format!("\"dt\" BETWEEN '{first}' AND '{last}' AND \"timestamp\" BETWEEN {start} AND {end}"))
}

/// What asking it costs, by a listing of its files in the range, and the statement; or why not.
pub(super) async fn offer(aws: &Aws, profile: &Profile, query: &Query) -> Result<Estimate, String> {
    let minerva = profile.tables.minerva.as_ref().ok_or("the profile names no minerva database")?;
    let sql = statement(minerva, query, &profile.formats.now()).map_err(|error| error.to_string())?;
    let sql = sql.ok_or("no record of the database can match")?;
    if sql.len() > sql::STATEMENT_LIMIT {
        return Err(Unsayable::TooLong(sql.len()).to_string());
    }
    let (first, last) = sql::partitions(query.range);
    let mut estimate = Estimate { objects: 0, bytes: crate::domain::ByteSize::default(), dollars: 0.0, sql };
    for table in ["indices", "messages"].into_iter().filter(|table| estimate.sql.contains(&format!("\"{table}\""))) {
        let prefix = format!("{}{table}/", minerva.location.prefix);
        let folder = Location { prefix, ..minerva.location.clone() };
        let (objects, bytes) = sum(aws, &folder, &first, &last).await.map_err(|error| error.to_string())?;
        estimate.objects += objects;
        estimate.bytes += bytes;
    }
    Ok(Estimate { dollars: price(estimate.bytes), ..estimate })
}

/// Runs the statement; gives those of the targets whose keys tell of a time at which a record may match.
pub(super) async fn candidates(
    aws: &Aws,
    profile: &Profile,
    sql: &str,
    targets: Vec<Target>,
    tell: impl FnMut(&QueryStatus),
) -> Result<(Vec<Target>, QueryStatus), SearchError> {
    let Some(minerva) = &profile.tables.minerva else { return Err(SearchError::Unsayable(Unsayable::Empty)) };
    let (table, status) = query_telling(aws, minerva, sql, tell).await?;
    let minutes =
        table.rows.iter().map(|row| candidates::number(row.first().and_then(|cell| cell.as_deref()), "minute"));
    let minutes = minutes.collect::<Result<BTreeSet<u64>, String>>();
    let minutes = minutes.map_err(|cause| SearchError::Malformed { query: status.id.clone(), cause })?;
    let is_near =
        |target: &Target| match (&target.place, target.source.as_deref().and_then(|name| profile.source(name))) {
            (Place::Object(object), Some(source)) => is_told(source, &object.id.key, &minutes),
            _ => false,
        };
    let found = targets.into_iter().filter(is_near).collect();
    Ok((found, status))
}

/// Whether an object of this key may hold a record of one of these minutes, as a scan of a range has it.
fn is_told(source: &Source, key: &str, minutes: &BTreeSet<u64>) -> bool {
    const HOUR: SignedDuration = SignedDuration::from_hours(1);
    let Some(time) = source.layout.time_of(key) else { return !minutes.is_empty() };
    let minute = |moment: Timestamp| u64::try_from(moment.as_second().div_euclid(60)).unwrap_or(0);
    let early = time.start.checked_sub(source.late_after + HOUR).unwrap_or(time.start);
    let late = time.end.checked_add(HOUR).unwrap_or(time.end);
    minutes.range(minute(early)..=minute(late)).next().is_some()
}

#[cfg(test)]
mod tests;
