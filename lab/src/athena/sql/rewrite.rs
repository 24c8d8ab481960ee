//! What Athena says in one way and DataFusion in another.

use std::collections::{BTreeSet, HashSet};
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, CastKind, DataType, ExactNumberInfo, ExcludeSelectItem, Expr, Ident, ObjectName,
    ObjectNamePart, OneOrManyWithParens, Query, Select, SelectItem, Statement, Subscript, TableFactor, Value,
    VisitorMut,
};

use super::{Hidden, is_table, lower, unnest};
use crate::athena::functions;
use calls::{call, string};

mod calls;

/// Rewrites a statement in place; breaks with a message where something is not Athena's.
pub(super) struct Rewriter {
    hidden: BTreeSet<Hidden>,
    /// How many TRY(…) are open around the expression that is visited.
    tries: usize,
    /// The parameters of the lambdas around it.
    lambdas: Vec<Vec<String>>,
}

impl Rewriter {
    pub(super) fn new(hidden: BTreeSet<Hidden>) -> Self {
        Self { hidden, tries: 0, lambdas: Vec::new() }
    }
}

type Flow = ControlFlow<Box<String>>;

fn refuse(what: impl Into<String>) -> Flow {
    ControlFlow::Break(Box::new(what.into()))
}

impl VisitorMut for Rewriter {
    type Break = Box<String>;

    fn pre_visit_statement(&mut self, statement: &mut Statement) -> Flow {
        if let Statement::Explain { statement, .. } = statement
            && !matches!(statement.as_ref(), Statement::Query(_))
        {
            return refuse("EXPLAIN is supported for SELECT only");
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, query: &mut Query) -> Flow {
        for cte in query.with.iter_mut().flat_map(|with| &mut with.cte_tables) {
            lower(&mut cte.alias.name);
            cte.alias.columns.iter_mut().for_each(|column| lower(&mut column.name));
        }
        if !query.pipe_operators.is_empty() {
            return refuse("pipe syntax is not supported");
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> Flow {
        if select.top.is_some() || select.qualify.is_some() || !select.lateral_views.is_empty() {
            return refuse("TOP, QUALIFY and LATERAL VIEW are not supported");
        }
        let reads_table = select
            .from
            .iter()
            .any(|from| is_table(&from.relation) || from.joins.iter().any(|join| is_table(&join.relation)));
        if let Err(what) = unnest::rewrite(select) {
            return refuse(what);
        }
        let mut seen = HashSet::new();
        for (index, item) in select.projection.iter_mut().enumerate() {
            distinct(item, index, &mut seen);
            match item {
                SelectItem::ExprWithAlias { alias, .. } => lower(alias),
                SelectItem::UnnamedExpr(Expr::Identifier(_) | Expr::CompoundIdentifier(_)) => {}
                SelectItem::UnnamedExpr(expr) => {
                    let alias = Ident::with_quote('"', format!("_col{index}"));
                    let expr = std::mem::replace(expr, Expr::Wildcard(AttachedToken::empty()));
                    *item = SelectItem::ExprWithAlias { expr, alias };
                }
                // `*` never stands for `"$path"`, also where the statement mentions it elsewhere.
                SelectItem::Wildcard(options) | SelectItem::QualifiedWildcard(_, options)
                    if reads_table && !self.hidden.is_empty() && options.opt_exclude.is_none() =>
                {
                    let names =
                        self.hidden.iter().map(|hidden| ObjectName::from(vec![Ident::with_quote('"', hidden.name())]));
                    options.opt_exclude = Some(ExcludeSelectItem::Multiple(names.collect()));
                }
                _ => {}
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &mut ObjectName) -> Flow {
        for part in &mut relation.0 {
            if let ObjectNamePart::Identifier(name) = part {
                lower(name);
            }
        }
        let is_own_catalog = |part: &ObjectNamePart| part.as_ident().is_some_and(|name| name.value == "awsdatacatalog");
        if relation.0.len() == 3 && relation.0.first().is_some_and(is_own_catalog) {
            relation.0.remove(0);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> Flow {
        match factor {
            TableFactor::Table { args: Some(_), .. } => return refuse("table functions in FROM are not supported"),
            TableFactor::Table { alias, sample, .. } => {
                if sample.is_some() {
                    return refuse("TABLESAMPLE is not supported here");
                }
                lower_alias(alias);
            }
            TableFactor::Derived { alias, .. } | TableFactor::NestedJoin { alias, .. } => lower_alias(alias),
            TableFactor::UNNEST { alias, with_ordinality, .. } => {
                if *with_ordinality {
                    return refuse("UNNEST of constants WITH ORDINALITY is not supported here");
                }
                lower_alias(alias);
            }
            _ => return refuse("this kind of table in FROM is not supported"),
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> Flow {
        match expr {
            Expr::Identifier(name) => lower(name),
            Expr::CompoundIdentifier(names) => names.iter_mut().for_each(lower),
            Expr::Lambda(lambda) => {
                let params = match &mut lambda.params {
                    OneOrManyWithParens::One(param) => std::slice::from_mut(param),
                    OneOrManyWithParens::Many(params) => params.as_mut_slice(),
                };
                for param in params.iter_mut() {
                    lower(&mut param.name);
                }
                self.lambdas.push(params.iter().map(|param| param.name.value.clone()).collect());
            }
            _ if is_try(expr) => self.tries += 1,
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> Flow {
        if is_try(expr) {
            self.tries -= 1;
        }
        if matches!(expr, Expr::Lambda(_)) {
            self.lambdas.pop();
        }
        match self.rewritten(expr) {
            Ok(Some(rewritten)) => *expr = rewritten,
            Ok(None) => {}
            Err(what) => return refuse(what),
        }
        ControlFlow::Continue(())
    }
}

impl Rewriter {
    fn rewritten(&self, expr: &mut Expr) -> Result<Option<Expr>, String> {
        let taken = |expr: &mut Expr| std::mem::replace(expr, Expr::Wildcard(AttachedToken::empty()));
        let mut rewritten = match expr {
            Expr::Cast { expr, data_type, kind, .. } => {
                let Some(name) = type_name(data_type) else { return Ok(None) };
                let cast = call(functions::cast::CAST, vec![taken(expr), string(&name)]);
                if *kind == CastKind::TryCast {
                    return Ok(Some(attempted(cast)));
                }
                cast
            }
            Expr::Function(function) => match calls::rewritten(function)? {
                Some(rewritten) => rewritten,
                None if self.tries > 0 => taken(expr),
                None => return Ok(None),
            },
            // A field of a lambda's parameter; elsewhere the engine tells tables, rows and fields apart.
            Expr::CompoundIdentifier(names) => {
                let Some((first, fields)) = names.split_first() else { return Ok(None) };
                if !self.is_parameter(first) {
                    return Ok(None);
                }
                let field = |row: Expr, field: &Ident| call("get_field", vec![row, string(&field.value)]);
                return Ok(Some(fields.iter().fold(Expr::Identifier(first.clone()), field)));
            }
            Expr::BinaryOp { left, op: op @ (BinaryOperator::Divide | BinaryOperator::Modulo), right } => {
                let name = if *op == BinaryOperator::Divide { functions::DIVIDE } else { functions::REMAINDER };
                call(name, vec![taken(left), taken(right)])
            }
            Expr::Substring { expr, substring_from, substring_for, .. } => {
                let mut args = vec![taken(expr)];
                args.push(substring_from.as_mut().map_or_else(|| calls::int(1), |from| taken(from)));
                args.extend(substring_for.as_mut().map(|length| taken(length)));
                call("substr", args)
            }
            Expr::AtTimeZone { timestamp, time_zone } => call("at_timezone", vec![taken(timestamp), taken(time_zone)]),
            Expr::Extract { field, expr, .. } => {
                let part = field.to_string().to_lowercase();
                let Expr::Function(mut function) = call(&part, vec![taken(expr)]) else { return Ok(None) };
                calls::rewritten(&mut function)?.unwrap_or(Expr::Function(function))
            }
            Expr::TypedString(literal) => match (&literal.data_type, literal.value.value.clone()) {
                (DataType::Timestamp(..), Value::SingleQuotedString(text)) if has_zone(&text) => {
                    call(functions::cast::CAST, vec![string(&text), string("timestamp with time zone")])
                }
                (DataType::Timestamp(None, zone), _) => {
                    literal.data_type = DataType::Timestamp(Some(3), *zone);
                    return Ok(None);
                }
                (DataType::Decimal(_), Value::SingleQuotedString(text)) => {
                    Expr::Value(Value::Number(text, false).into())
                }
                _ => return Ok(None),
            },
            Expr::CompoundFieldAccess { root, access_chain } => {
                self.subscripts(taken(root), std::mem::take(access_chain))?
            }
            Expr::Value(value) => match &value.value {
                // A number with an exponent is a double, one with a point alone a decimal.
                Value::Number(digits, _) if digits.contains(['e', 'E']) => {
                    calls::native_cast(string(digits), DataType::Double(ExactNumberInfo::None))
                }
                Value::UnicodeStringLiteral(text) => string(text),
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        if self.tries > 0 {
            rewritten = attempted(rewritten);
        }
        Ok(Some(rewritten))
    }
}

fn is_try(expr: &Expr) -> bool {
    matches!(expr, Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("try"))
}

/// The call with NULL instead of an error.
fn attempted(mut expr: Expr) -> Expr {
    if let Expr::Function(function) = &mut expr
        && let Some(name) = function.name.0.first().and_then(ObjectNamePart::as_ident)
        && functions::has_twin(&name.value)
    {
        let name = format!("{}{}", functions::TRY, name.value);
        calls::set_name(function, &name);
    }
    expr
}

/// Whether a time as SQL spells it ends in a zone.
fn has_zone(text: &str) -> bool {
    functions::zone_in(text).is_some()
}

/// Two columns of one name are two columns: what the result calls them was noted before.
fn distinct(item: &mut SelectItem, index: usize, seen: &mut HashSet<String>) {
    let name = match item {
        SelectItem::ExprWithAlias { alias, .. } | SelectItem::UnnamedExpr(Expr::Identifier(alias)) => {
            alias.value.to_lowercase()
        }
        SelectItem::UnnamedExpr(expr @ Expr::CompoundIdentifier(_)) => expr.to_string().to_lowercase(),
        _ => return,
    };
    if seen.insert(name.clone()) {
        return;
    }
    let alias = Ident::with_quote('"', format!("{name}${index}"));
    let (SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) = item else { return };
    let expr = std::mem::replace(expr, Expr::Wildcard(AttachedToken::empty()));
    *item = SelectItem::ExprWithAlias { expr, alias };
}

fn lower_alias(alias: &mut Option<datafusion::sql::sqlparser::ast::TableAlias>) {
    if let Some(alias) = alias {
        lower(&mut alias.name);
        alias.columns.iter_mut().for_each(|column| lower(&mut column.name));
    }
}

/// The type's text, as [`super::typed`] left it in a quoted name.
fn type_name(kind: &DataType) -> Option<String> {
    match kind {
        DataType::Custom(name, _) => Some(name.0.first()?.as_ident()?.value.clone()),
        _ => None,
    }
}

impl Rewriter {
    fn is_parameter(&self, name: &Ident) -> bool {
        self.lambdas.iter().flatten().any(|param| *param == name.value)
    }

    /// `root[1].b` with its subscripts as calls, which fail as Trino's do.
    fn subscripts(&self, root: Expr, chain: Vec<AccessExpr>) -> Result<Expr, String> {
        let mut chain = chain.into_iter().peekable();
        let mut expr = root;
        // What stands before the first subscript may be a table, a column and its fields.
        if let Expr::Identifier(first) = &expr
            && !self.is_parameter(first)
        {
            let mut names = vec![first.clone()];
            while let Some(AccessExpr::Dot(Expr::Identifier(name))) =
                chain.next_if(|access| matches!(access, AccessExpr::Dot(Expr::Identifier(_))))
            {
                names.push(name);
            }
            if names.len() > 1 {
                expr = Expr::CompoundIdentifier(names);
            }
        }
        for access in chain {
            match access {
                AccessExpr::Dot(Expr::Identifier(name)) => expr = call("get_field", vec![expr, string(&name.value)]),
                AccessExpr::Dot(other) => return Err(format!("no field of a row is called {other}")),
                AccessExpr::Subscript(Subscript::Index { index }) => {
                    expr = call(functions::SUBSCRIPT, vec![expr, index]);
                }
                AccessExpr::Subscript(Subscript::Slice { .. }) => {
                    return Err("array[from:to] is not Athena's: use slice(array, start, length)".to_owned());
                }
            }
        }
        Ok(expr)
    }
}
