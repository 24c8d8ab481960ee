//! What Athena says in one way and DataFusion in another.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, DataType, ExactNumberInfo, ExcludeSelectItem, Expr, Function, FunctionArg,
    FunctionArgExpr, FunctionArgumentClause, FunctionArgumentList, FunctionArguments, Ident, ObjectName,
    ObjectNamePart, OrderByExpr, OrderByOptions, Query, Select, SelectItem, Statement, TableFactor, Value, VisitorMut,
};

use super::{Hidden, is_table, lower, unnest};
use crate::athena::functions;

/// Rewrites a statement in place; breaks with a message where something is not Athena's.
pub(super) struct Rewriter {
    hidden: BTreeSet<Hidden>,
}

impl Rewriter {
    pub(super) fn new(hidden: BTreeSet<Hidden>) -> Self {
        Self { hidden }
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
        for (index, item) in select.projection.iter_mut().enumerate() {
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
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> Flow {
        match expr {
            Expr::Cast { data_type, .. } => athena_type(data_type),
            Expr::Function(function) => match rewrite_function(function) {
                Ok(Some(rewritten)) => *expr = rewritten,
                Ok(None) => {}
                Err(what) => return refuse(what),
            },
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

fn lower_alias(alias: &mut Option<datafusion::sql::sqlparser::ast::TableAlias>) {
    if let Some(alias) = alias {
        lower(&mut alias.name);
        alias.columns.iter_mut().for_each(|column| lower(&mut column.name));
    }
}

/// Types by Trino's names: a timestamp has milliseconds, a varchar's length does not bind.
fn athena_type(kind: &mut DataType) {
    match kind {
        DataType::Varchar(_) | DataType::Char(_) => *kind = DataType::Varchar(None),
        DataType::Timestamp(precision @ None, _) => *precision = Some(3),
        DataType::Decimal(info @ ExactNumberInfo::None) => *info = ExactNumberInfo::PrecisionAndScale(38, 0),
        _ => {}
    }
}

/// The function as DataFusion has it; `None` where it is the same there.
#[expect(clippy::too_many_lines, reason = "one arm per function, read as a table")]
fn rewrite_function(function: &mut Function) -> Result<Option<Expr>, String> {
    let name = function.name.to_string().trim_matches('"').to_lowercase();
    let Some(known) = functions::known(&name) else {
        return Err(format!("Function '{name}' not registered"));
    };
    if let functions::Known::Renamed(other) = known {
        set_name(function, other);
        return Ok(None);
    }
    if known == functions::Known::Same {
        return Ok(None);
    }
    let Some(mut args) = plain_args(function) else {
        return Err(format!("{name} with these arguments is not supported"));
    };
    let count = args.len();
    let wrong = || format!("Unexpected parameters for function {name}: {count} given");
    let rewritten = match name.as_str() {
        "if" => {
            if !(2..=3).contains(&count) {
                return Err(wrong());
            }
            let otherwise = (count == 3).then(|| args.pop()).flatten();
            let result = args.pop().ok_or_else(wrong)?;
            let condition = args.pop().ok_or_else(wrong)?;
            case(condition, result, otherwise)
        }
        "try" => try_of(args.pop().filter(|_| count == 1).ok_or_else(wrong)?),
        "count_if" => {
            let condition = args.pop().filter(|_| count == 1).ok_or_else(wrong)?;
            set_name(function, "count");
            set_args(function, vec![case(condition, number("1"), None)]);
            Expr::Function(function.clone())
        }
        "arbitrary" | "any_value" => {
            let value = args.pop().filter(|_| count == 1).ok_or_else(wrong)?;
            set_name(function, "first_value");
            function.filter = Some(and_filter(function, Expr::IsNotNull(Box::new(value.clone()))));
            set_args(function, vec![value]);
            Expr::Function(function.clone())
        }
        "max_by" | "min_by" => {
            let [value, by] = <[Expr; 2]>::try_from(args)
                .map_err(|args| format!("{name} with {} arguments is not supported here", args.len()))?;
            set_name(function, "first_value");
            function.filter = Some(and_filter(function, Expr::IsNotNull(Box::new(by.clone()))));
            let order = OrderByExpr {
                expr: by,
                options: OrderByOptions { asc: Some(name == "min_by"), nulls_first: Some(false) },
                with_fill: None,
            };
            set_args(function, vec![value]);
            if let FunctionArguments::List(list) = &mut function.args {
                list.clauses.push(FunctionArgumentClause::OrderBy(vec![order]));
            }
            Expr::Function(function.clone())
        }
        "listagg" => {
            set_name(function, "string_agg");
            set_args(function, args);
            let order = std::mem::take(&mut function.within_group);
            if let FunctionArguments::List(list) = &mut function.args
                && !order.is_empty()
            {
                list.clauses.push(FunctionArgumentClause::OrderBy(order));
            }
            Expr::Function(function.clone())
        }
        "regexp_replace" => {
            if count == 2 {
                args.push(text(""));
            }
            if args.len() != 3 {
                return Err(wrong());
            }
            // Trino replaces every match, DataFusion only the first unless told.
            args.push(text("g"));
            set_args(function, args);
            Expr::Function(function.clone())
        }
        "date" => Expr::Cast {
            kind: CastKind::Cast,
            expr: Box::new(args.pop().filter(|_| count == 1).ok_or_else(wrong)?),
            data_type: DataType::Date,
            array: false,
            format: None,
        },
        part if functions::DATE_PARTS.iter().any(|(known, _)| *known == part) => {
            let value = args.pop().filter(|_| count == 1).ok_or_else(wrong)?;
            let part = functions::DATE_PARTS.iter().find(|(known, _)| *known == part).map_or("", |(_, part)| part);
            set_name(function, "date_part");
            set_args(function, vec![text(part), value]);
            Expr::Cast {
                kind: CastKind::Cast,
                expr: Box::new(Expr::Function(function.clone())),
                data_type: DataType::BigInt(None),
                array: false,
                format: None,
            }
        }
        _ => return Err(format!("Function '{name}' not registered")),
    };
    Ok(Some(rewritten))
}

/// The arguments where all are plain expressions.
fn plain_args(function: &Function) -> Option<Vec<Expr>> {
    let FunctionArguments::List(list) = &function.args else { return None };
    if !list.clauses.is_empty() || list.duplicate_treatment.is_some() {
        return None;
    }
    list.args
        .iter()
        .map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
            _ => None,
        })
        .collect()
}

fn set_args(function: &mut Function, args: Vec<Expr>) {
    let args = args.into_iter().map(|expr| FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))).collect();
    function.args =
        FunctionArguments::List(FunctionArgumentList { duplicate_treatment: None, args, clauses: Vec::new() });
}

fn set_name(function: &mut Function, name: &str) {
    function.name = ObjectName::from(vec![Ident::new(name)]);
}

/// The function's FILTER and one more condition.
fn and_filter(function: &Function, condition: Expr) -> Box<Expr> {
    match &function.filter {
        Some(filter) => Box::new(Expr::BinaryOp {
            left: Box::new(Expr::Nested(filter.clone())),
            op: BinaryOperator::And,
            right: Box::new(condition),
        }),
        None => Box::new(condition),
    }
}

fn case(condition: Expr, result: Expr, otherwise: Option<Expr>) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition, result }],
        else_result: otherwise.map(Box::new),
    }
}

/// `TRY(CAST(…))` is `TRY_CAST`; other functions here give NULL where they fail, or do not fail.
fn try_of(expr: Expr) -> Expr {
    match expr {
        Expr::Cast { expr, data_type, array, format, .. } => {
            Expr::Cast { kind: CastKind::TryCast, expr, data_type, array, format }
        }
        other => other,
    }
}

fn text(value: &str) -> Expr {
    Expr::Value(Value::SingleQuotedString(value.to_owned()).into())
}

fn number(value: &str) -> Expr {
    Expr::Value(Value::Number(value.to_owned(), false).into())
}
