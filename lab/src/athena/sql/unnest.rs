//! `FROM t CROSS JOIN UNNEST(t.items) AS u(item)`: DataFusion unnests in the SELECT list, not in a lateral join.
//!
//! It becomes `FROM (SELECT *, unnest(items) AS item FROM t WHERE cardinality(items) > 0) AS t`, and `u.item` becomes
//! `item`. An array of rows gives one column of rows, as Athena has it.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    ExcludeSelectItem, Expr, Ident, JoinOperator, Query, Select, SelectItem, SetExpr, Statement, TableAlias,
    TableFactor, TableWithJoins, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::parser::Parser;

use super::dialect::AthenaDialect;
use super::lower;

/// Rewrites the UNNESTs of one SELECT that speak of columns beside them.
pub(super) fn rewrite(select: &mut Select) -> Result<(), String> {
    let mut names = Vec::new();
    let mut tables: Vec<TableWithJoins> = Vec::new();
    for table in std::mem::take(&mut select.from) {
        match (&table.relation, tables.last_mut()) {
            // `FROM t, UNNEST(…)` is a cross join.
            (TableFactor::UNNEST { .. }, Some(before)) if is_lateral(&table.relation) => {
                attach(before, &table.relation, &mut names)?;
                before.joins.extend(table.joins);
            }
            _ => tables.push(table),
        }
    }
    for table in &mut tables {
        for join in std::mem::take(&mut table.joins) {
            if !is_lateral(&join.relation) {
                table.joins.push(join);
                continue;
            }
            if !matches!(join.join_operator, JoinOperator::CrossJoin(_)) {
                return Err("UNNEST of a column is supported with CROSS JOIN only here".to_owned());
            }
            attach(table, &join.relation, &mut names)?;
        }
        of_constants(&mut table.relation)?;
        for join in &mut table.joins {
            of_constants(&mut join.relation)?;
        }
    }
    select.from = tables;
    if !names.is_empty() {
        let _ = select.visit(&mut Unqualify(names));
    }
    Ok(())
}

/// Whether it unnests something of the tables before it, and not a list of its own.
fn is_lateral(factor: &TableFactor) -> bool {
    struct Columns;
    impl VisitorMut for Columns {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
            match expr {
                Expr::Identifier(_) | Expr::CompoundIdentifier(_) => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        }
    }
    let TableFactor::UNNEST { array_exprs, .. } = factor else { return false };
    array_exprs.clone().visit(&mut Columns).is_break()
}

/// Puts the unnested columns beside the table's own.
fn attach(table: &mut TableWithJoins, unnest: &TableFactor, names: &mut Vec<String>) -> Result<(), String> {
    if !table.joins.is_empty() {
        return Err("UNNEST of a column after a JOIN is not supported here: put the join into a subquery".to_owned());
    }
    let Items { name, columns, longest } = Items::of(unnest)?;
    // Made of parts that were parsed before, so this is not where a text could become something else.
    let template = format!("SELECT *, {} FROM t WHERE {longest} > 0", columns.join(", "));
    let mut subquery = parsed(&template)?;
    let SetExpr::Select(inner) = subquery.body.as_mut() else { return Err("UNNEST cannot be read here".to_owned()) };
    for item in &mut inner.projection {
        if let SelectItem::Wildcard(options) = item {
            // All columns, also the hidden ones: what the statement's own `*` stands for is decided outside.
            options.opt_exclude = Some(ExcludeSelectItem::Multiple(Vec::new()));
        }
    }
    let left = std::mem::replace(&mut table.relation, unnest.clone());
    let alias = name_of(&left);
    inner.from = vec![TableWithJoins { relation: left, joins: Vec::new() }];
    let alias = alias.map(|name| TableAlias { explicit: true, name, columns: Vec::new(), at: None });
    table.relation = TableFactor::Derived { lateral: false, subquery: Box::new(subquery), alias, sample: None };
    names.push(name.value.to_lowercase());
    Ok(())
}

/// An UNNEST of lists of its own, as a subquery: with a number for each row, or of a map.
fn of_constants(factor: &mut TableFactor) -> Result<(), String> {
    let TableFactor::UNNEST { array_exprs, with_ordinality, alias, .. } = &*factor else { return Ok(()) };
    let columns = alias.as_ref().map_or(0, |alias| alias.columns.len());
    if !with_ordinality && columns <= array_exprs.len() {
        return Ok(());
    }
    let alias = alias.clone();
    let Items { columns, .. } = Items::of(factor)?;
    let subquery = Box::new(parsed(&format!("SELECT {}", columns.join(", ")))?);
    let alias = alias.map(|alias| TableAlias { columns: Vec::new(), ..alias });
    *factor = TableFactor::Derived { lateral: false, subquery, alias, sample: None };
    Ok(())
}

/// What an UNNEST gives: its name, its columns as items of a SELECT, and how many rows.
struct Items {
    name: Ident,
    columns: Vec<String>,
    longest: String,
}

impl Items {
    fn of(unnest: &TableFactor) -> Result<Self, String> {
        let refuse = |what: &str| Err(what.to_owned());
        let TableFactor::UNNEST { alias, array_exprs, with_ordinality, .. } = unnest else {
            return refuse("UNNEST cannot be read here");
        };
        let Some(TableAlias { name, columns, .. }) = alias else {
            return refuse("UNNEST needs names for its columns: UNNEST(…) AS t(column)");
        };
        let mut columns: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
        let ordinality = if *with_ordinality { columns.pop() } else { None };
        let exprs: Vec<String> = array_exprs.iter().map(ToString::to_string).collect();
        let mut items: Vec<String> = match (exprs.as_slice(), columns.as_slice()) {
            (_, []) => return refuse("UNNEST needs names for its columns: UNNEST(…) AS t(column)"),
            ([map], [key, value]) => {
                vec![format!("unnest(map_keys({map})) AS {key}"), format!("unnest(map_values({map})) AS {value}")]
            }
            _ if exprs.len() == columns.len() => {
                exprs.iter().zip(&columns).map(|(expr, column)| format!("unnest({expr}) AS {column}")).collect()
            }
            _ => return refuse("UNNEST gives one column an array, and two for a map"),
        };
        let lengths: Vec<String> = exprs.iter().map(|expr| format!("coalesce(cardinality({expr}), 0)")).collect();
        let longest = match lengths.as_slice() {
            [length] => length.clone(),
            _ => format!("greatest({})", lengths.join(", ")),
        };
        if let Some(column) = ordinality {
            items.push(format!("unnest(sequence(1, CAST({longest} AS \"bigint\"))) AS {column}"));
        }
        Ok(Self { name: name.clone(), columns: items, longest })
    }
}

fn quoted(name: &Ident) -> String {
    Ident::with_quote('"', name.value.to_lowercase()).to_string()
}

fn parsed(text: &str) -> Result<Query, String> {
    let statement = Parser::parse_sql(&AthenaDialect, text).map_err(|error| error.to_string())?.pop();
    match statement {
        Some(Statement::Query(query)) => Ok(*query),
        _ => Err("UNNEST cannot be read here".to_owned()),
    }
}

/// The name by which the rest of the statement knows a table.
fn name_of(factor: &TableFactor) -> Option<Ident> {
    let mut name = match factor {
        TableFactor::Table { alias: Some(alias), .. } => alias.name.clone(),
        TableFactor::Table { name, .. } => name.0.last()?.as_ident()?.clone(),
        TableFactor::Derived { alias, .. } => alias.as_ref()?.name.clone(),
        _ => return None,
    };
    lower(&mut name);
    name.quote_style = Some('"');
    Some(name)
}

/// Takes the names of unnested tables from before their columns.
struct Unqualify(Vec<String>);

impl VisitorMut for Unqualify {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::CompoundIdentifier(parts) = expr
            && parts.len() > 1
            && self.0.contains(&parts[0].value.to_lowercase())
        {
            parts.remove(0);
            if let [name] = parts.as_slice() {
                *expr = Expr::Identifier(name.clone());
            }
        }
        ControlFlow::Continue(())
    }
}
