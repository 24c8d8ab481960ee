//! What a query demands of a partition column, read from its WHERE before anything is listed.

use std::collections::BTreeSet;

use arrow::datatypes::DataType;
use datafusion::common::{Column, ScalarValue};
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};

/// A necessary condition: each row that the query wants has a value that passes.
///
/// Values are compared as texts; for numbers see [`Constraint::admits_number`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Constraint {
    /// The value is one of these.
    pub(crate) among: Option<BTreeSet<String>>,
    /// The value is not less than this.
    pub(crate) from: Option<String>,
    /// The value is not greater than this.
    pub(crate) to: Option<String>,
}

impl Constraint {
    /// What all filters together demand of the column.
    pub(crate) fn of(column: &str, kind: &DataType, filters: &[Expr]) -> Self {
        filters.iter().map(|filter| read(column, kind, filter)).fold(Self::default(), |all, one| all.and(one, kind))
    }

    fn equal(value: String) -> Self {
        Self { among: Some(BTreeSet::from([value])), ..Self::default() }
    }

    fn and(self, other: Self, kind: &DataType) -> Self {
        let among = match (self.among, other.among) {
            (Some(a), Some(b)) => Some(a.intersection(&b).cloned().collect()),
            (a, b) => a.or(b),
        };
        let tighter = |a: Option<String>, b: Option<String>, wants_less: bool| match (a, b) {
            (Some(a), Some(b)) => Some(if is_less(&a, &b, kind) == wants_less { a } else { b }),
            (a, b) => a.or(b),
        };
        let from = tighter(self.from, other.from, false);
        let to = tighter(self.to, other.to, true);
        Self { among, from, to }
    }

    /// Only equalities survive an OR: `a = 1 OR a = 2` is `a IN (1, 2)`.
    fn or(self, other: Self) -> Self {
        match (self.among, other.among) {
            (Some(a), Some(b)) => Self { among: Some(a.union(&b).cloned().collect()), ..Self::default() },
            _ => Self::default(),
        }
    }

    /// Whether a text passes.
    pub(crate) fn admits(&self, value: &str) -> bool {
        self.among.as_ref().is_none_or(|among| among.contains(value))
            && self.from.as_deref().is_none_or(|from| from <= value)
            && self.to.as_deref().is_none_or(|to| value <= to)
    }

    /// Whether a number passes, whatever zeros its text is padded with.
    pub(crate) fn admits_number(&self, value: i64) -> bool {
        let number = |text: &String| text.parse::<i64>().ok();
        self.among.as_ref().is_none_or(|among| among.iter().any(|text| number(text) == Some(value)))
            && self.from.as_ref().and_then(number).is_none_or(|from| from <= value)
            && self.to.as_ref().and_then(number).is_none_or(|to| value <= to)
    }
}

fn is_less(a: &str, b: &str, kind: &DataType) -> bool {
    if kind.is_integer()
        && let (Ok(a), Ok(b)) = (a.parse::<i64>(), b.parse::<i64>())
    {
        return a < b;
    }
    a < b
}

fn read(column: &str, kind: &DataType, filter: &Expr) -> Constraint {
    match filter {
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => {
            read(column, kind, left).and(read(column, kind, right), kind)
        }
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => {
            read(column, kind, left).or(read(column, kind, right))
        }
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            let (op, value) = if is_column(left, column) {
                (*op, literal(right, kind))
            } else if is_column(right, column) {
                match op.swap() {
                    Some(op) => (op, literal(left, kind)),
                    None => return Constraint::default(),
                }
            } else {
                return Constraint::default();
            };
            match (op, value) {
                (Operator::Eq, Some(value)) => Constraint::equal(value),
                (Operator::Gt | Operator::GtEq, from @ Some(_)) => Constraint { from, ..Constraint::default() },
                (Operator::Lt | Operator::LtEq, to @ Some(_)) => Constraint { to, ..Constraint::default() },
                _ => Constraint::default(),
            }
        }
        Expr::InList(list) if !list.negated && is_column(&list.expr, column) => {
            let among: Option<BTreeSet<String>> = list.list.iter().map(|value| literal(value, kind)).collect();
            Constraint { among, ..Constraint::default() }
        }
        Expr::Between(between) if !between.negated && is_column(&between.expr, column) => {
            Constraint { among: None, from: literal(&between.low, kind), to: literal(&between.high, kind) }
        }
        _ => Constraint::default(),
    }
}

fn is_column(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::Column(Column { name: found, .. }) => found == name,
        // A cast between kinds of text changes no value.
        Expr::Cast(cast) => is_text(cast.field.data_type()) && is_column(&cast.expr, name),
        _ => false,
    }
}

fn is_text(kind: &DataType) -> bool {
    matches!(kind, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8)
}

/// A literal as the text that it has as a value of the column's type.
fn literal(expr: &Expr, kind: &DataType) -> Option<String> {
    let Expr::Literal(value, _) = expr else { return None };
    text(&value.cast_to(kind).ok()?)
}

/// A value as a folder's name shows it.
fn text(value: &ScalarValue) -> Option<String> {
    if value.is_null() { None } else { Some(value.to_string()) }
}
