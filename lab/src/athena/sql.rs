//! A SELECT as Athena reads it: parsed, its parameters bound, and rewritten to what DataFusion plans.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectName, ObjectNamePart, SelectItem, SetExpr, Statement, TableFactor, Value, VisitMut, VisitorMut,
};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};

use super::table::Hidden;
use dialect::AthenaDialect;

mod dialect;
mod rewrite;
#[cfg(test)]
mod tests;
mod typed;
mod unnest;

/// Expressions nested deeper than this are refused before they exhaust a stack.
const DEPTH: usize = 50;
/// Operators of one statement: a chain of them is as deep as it is long, and is walked by recursion.
const OPERATORS: usize = 2_000;

/// A parsed statement that reads data.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    statement: Statement,
    parameters: usize,
    /// The values of an EXECUTE … USING, which go before those of the request.
    using: Vec<String>,
}

/// A query ready to be planned.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) statement: Statement,
    /// The hidden columns that it mentions.
    pub(crate) hidden: BTreeSet<Hidden>,
    /// What Athena calls the result's columns; `None` where the engine's name is right.
    pub(crate) names: Names,
}

/// Names of the result's columns: those before and after a `*`, which stands for any number.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Names {
    before: Vec<Option<String>>,
    after: Option<Vec<Option<String>>>,
}

impl Names {
    /// The name of column `index` of `count`, where it is not the engine's own.
    pub(crate) fn get(&self, index: usize, count: usize) -> Option<&str> {
        if let Some(name) = self.before.get(index) {
            return name.as_deref();
        }
        let after = self.after.as_ref()?;
        let from_end = count.checked_sub(index + 1)?;
        after.len().checked_sub(from_end + 1).and_then(|place| after[place].as_deref())
    }
}

impl Query {
    /// Parses one SELECT, WITH, VALUES or EXPLAIN. The message names line and column.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let tokens = Tokenizer::new(&AthenaDialect, text)
            .tokenize_with_location()
            .map_err(|error| message(&error.to_string()))?;
        let tokens = typed::rewrite(tokens);
        let operators = tokens.iter().filter(|token| is_operator(&token.token)).count();
        if operators > OPERATORS {
            return Err(format!(
                "the query has {operators} operators, {OPERATORS} are supported here; a list fits into IN (…)"
            ));
        }
        let mut statements = Parser::new(&AthenaDialect)
            .with_recursion_limit(DEPTH)
            .with_tokens_with_locations(tokens)
            .parse_statements()
            .map_err(|error| message(&error.to_string()))?;
        let statement = match (statements.pop(), statements.is_empty()) {
            (Some(statement), true) => statement,
            (None, _) => return Err("the query is empty".to_owned()),
            (Some(_), false) => return Err("only one SQL statement is allowed".to_owned()),
        };
        match &statement {
            Statement::Query(_) | Statement::Explain { .. } => {}
            other => {
                let text = other.to_string();
                let word = text.split_whitespace().next().unwrap_or_default().to_uppercase();
                return Err(format!("queries of this type are not supported: {word}"));
            }
        }
        let mut query = Self { statement, parameters: 0, using: Vec::new() };
        let mut counter = Placeholders::default();
        let _ = query.statement.visit(&mut counter);
        query.parameters = counter.count;
        Ok(query)
    }

    /// Athena's `SubstatementType`.
    pub(crate) fn kind(&self) -> &'static str {
        match self.statement {
            Statement::Explain { .. } => "EXPLAIN",
            _ => "SELECT",
        }
    }

    /// The query with the values of an EXECUTE … USING.
    pub(crate) fn using(mut self, values: Vec<String>) -> Self {
        self.using = values;
        self
    }

    /// Binds `ExecutionParameters` (SQL literals as text) to the `?` and rewrites what DataFusion says otherwise.
    pub(crate) fn prepare(mut self, parameters: &[String]) -> Result<Prepared, String> {
        let using = std::mem::take(&mut self.using);
        let parameters = if using.is_empty() { parameters } else { &using };
        if parameters.len() != self.parameters {
            return Err(format!(
                "Incorrect number of parameters: expected {} but found {}",
                self.parameters,
                parameters.len()
            ));
        }
        let values = parameters
            .iter()
            .enumerate()
            .map(|(index, text)| literal(text).map_err(|what| format!("parameter {} {text:?} {what}", index + 1)))
            .collect::<Result<Vec<_>, _>>()?;
        let mut placeholders = Placeholders { values, count: 0 };
        let _ = self.statement.visit(&mut placeholders);
        let mut hidden = Mentions::default();
        let _ = self.statement.visit(&mut hidden);
        let names = names(&self.statement);
        let mut rewriter = rewrite::Rewriter::new(hidden.found.clone());
        if let ControlFlow::Break(what) = self.statement.visit(&mut rewriter) {
            return Err(*what);
        }
        Ok(Prepared { statement: self.statement, hidden: hidden.found, names })
    }
}

/// The values of an EXECUTE … USING, each as it is written.
pub(crate) fn values(text: &str) -> Result<Vec<String>, String> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut parser = Parser::new(&AthenaDialect).try_with_sql(text).map_err(|error| message(&error.to_string()))?;
    let values = parser.parse_comma_separated(Parser::parse_expr).map_err(|error| message(&error.to_string()))?;
    if parser.peek_token().token != Token::EOF {
        return Err("USING takes values separated by commas".to_owned());
    }
    Ok(values.iter().map(ToString::to_string).collect())
}

/// What can chain expressions without parentheses.
fn is_operator(token: &Token) -> bool {
    match token {
        Token::Word(word) => matches!(word.keyword, Keyword::AND | Keyword::OR | Keyword::NOT | Keyword::UNION),
        Token::Plus | Token::Minus | Token::Mul | Token::Div | Token::Mod | Token::StringConcat | Token::LBracket => {
            true
        }
        other => matches!(other, Token::Eq | Token::Neq | Token::Lt | Token::Gt | Token::LtEq | Token::GtEq),
    }
}

/// sqlparser's text in Athena's form: `line 1:8: …`.
fn message(text: &str) -> String {
    let text = text.strip_prefix("sql parser error: ").unwrap_or(text);
    let place = text.rfind(" at Line: ").and_then(|at| {
        let (line, column) = text[at + " at Line: ".len()..].split_once(", Column: ")?;
        Some((line.parse::<usize>().ok()?, column.parse::<usize>().ok()?, &text[..at]))
    });
    match place {
        Some((line, column, what)) => format!("line {line}:{column}: {what}"),
        None => text.to_owned(),
    }
}

/// A parameter: one literal, so that its text can never become more than a value.
fn literal(text: &str) -> Result<Expr, String> {
    let refuse = || "is not a SQL literal (a string needs its own quotes: 'text')".to_owned();
    let mut parser = Parser::new(&AthenaDialect).try_with_sql(text).map_err(|_| refuse())?;
    let expr = parser.parse_expr().map_err(|_| refuse())?;
    let is_end = parser.peek_token().token == Token::EOF;
    let is_literal = match &expr {
        Expr::Value(value) => !matches!(value.value, Value::Placeholder(_)),
        Expr::TypedString(_) => true,
        Expr::UnaryOp { expr, .. } => {
            matches!(expr.as_ref(), Expr::Value(value) if matches!(value.value, Value::Number(..)))
        }
        _ => false,
    };
    if is_end && is_literal { Ok(Expr::Nested(Box::new(expr))) } else { Err(refuse()) }
}

/// Counts placeholders and, where there are values, puts them in.
#[derive(Default)]
struct Placeholders {
    values: Vec<Expr>,
    count: usize,
}

impl VisitorMut for Placeholders {
    type Break = ();

    // After its children, so that a value that was put in is not visited itself.
    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Value(value) = expr
            && matches!(value.value, Value::Placeholder(_))
        {
            if let Some(bound) = self.values.get(self.count) {
                *expr = bound.clone();
            }
            self.count += 1;
        }
        ControlFlow::Continue(())
    }
}

/// Finds the hidden columns that a statement speaks of.
#[derive(Default)]
struct Mentions {
    found: BTreeSet<Hidden>,
}

impl VisitorMut for Mentions {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let name = match expr {
            Expr::Identifier(name) => Some(name),
            Expr::CompoundIdentifier(names) => names.last_mut(),
            _ => None,
        };
        if let Some(hidden) = name.and_then(|name| Hidden::named(&name.value.to_lowercase())) {
            self.found.insert(hidden);
        }
        ControlFlow::Continue(())
    }
}

/// What Athena calls the columns of a result: aliases and names as written, and `_col0` for what has none.
fn names(statement: &Statement) -> Names {
    let Statement::Query(query) = statement else { return Names::default() };
    let mut body = query.body.as_ref();
    let select = loop {
        match body {
            SetExpr::Select(select) => break select,
            SetExpr::Query(query) => body = query.body.as_ref(),
            SetExpr::SetOperation { left, .. } => body = left.as_ref(),
            _ => return Names::default(),
        }
    };
    let mut names = Names::default();
    for (index, item) in select.projection.iter().enumerate() {
        let name = match item {
            SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name.value.clone()),
            SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last().map(|name| name.value.clone()),
            SelectItem::UnnamedExpr(_) => Some(format!("_col{index}")),
            SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
            SelectItem::ExprWithAliases { .. } => None,
            SelectItem::QualifiedWildcard(..) | SelectItem::Wildcard(_) if names.after.is_some() => {
                // With two wildcards nothing between them has a known place.
                return Names { before: names.before, after: None };
            }
            SelectItem::QualifiedWildcard(..) | SelectItem::Wildcard(_) => {
                names.after = Some(Vec::new());
                continue;
            }
        };
        names.after.as_mut().unwrap_or(&mut names.before).push(name);
    }
    names
}

/// The tables that a statement names, each as its parts in lower case.
pub(crate) fn relations(statement: &Statement) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let _ = datafusion::sql::sqlparser::ast::visit_relations(statement, |name: &ObjectName| {
        let parts = name.0.iter().filter_map(ObjectNamePart::as_ident).map(|part| part.value.to_lowercase());
        found.push(parts.collect());
        ControlFlow::<()>::Continue(())
    });
    found
}

fn lower(name: &mut Ident) {
    name.value = name.value.to_lowercase();
}

fn is_table(factor: &TableFactor) -> bool {
    matches!(factor, TableFactor::Table { .. })
}
