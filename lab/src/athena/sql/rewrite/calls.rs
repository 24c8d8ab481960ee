//! Functions of Athena in the words of the engine.

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, DataType, ExactNumberInfo, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArgumentClause, FunctionArgumentList, FunctionArguments, Ident, LambdaFunction, ObjectName, ObjectNamePart,
    OrderByExpr, OrderByOptions, UnaryOperator, Value,
};

use datafusion::sql::sqlparser::tokenizer::Span;

use crate::athena::functions::{self, Known};

/// The call as DataFusion has it; `None` where it is the same there.
pub(super) fn rewritten(function: &mut Function) -> Result<Option<Expr>, String> {
    let name = function.name.to_string().trim_matches('"').to_lowercase();
    let place = place(function);
    let span = function.name.0.first().and_then(|part| part.as_ident()).map(|name| name.span);
    let Some(known) = functions::known(&name) else {
        return Err(if functions::is_elsewhere(&name) {
            format!("NOT_SUPPORTED: {place}Function '{name}' is not supported here")
        } else {
            format!("FUNCTION_NOT_FOUND: {place}Function '{name}' not registered")
        });
    };
    if let Known::Renamed(other) = known {
        set_name(function, other);
        return Ok(None);
    }
    if known == Known::Same {
        return Ok(None);
    }
    let Some(args) = plain_args(function) else {
        return Err(format!("NOT_SUPPORTED: {place}{name} with these arguments is not supported here"));
    };
    let count = args.len();
    let outcome = aggregate(&name, function, args.clone())
        .or_else(|| conditional(&name, args.clone()))
        .or_else(|| time(&name, args.clone()))
        .or_else(|| number(&name, args.clone()))
        .or_else(|| text(&name, args.clone()))
        .or_else(|| array(&name, args));
    match outcome {
        Some(mut expr) => {
            keep_place(&mut expr, span);
            Ok(Some(expr))
        }
        None => Err(format!("NOT_SUPPORTED: {place}{name} with {count} arguments is not supported here")),
    }
}

/// `line 1:8: `, where the text tells it.
fn place(function: &Function) -> String {
    let first = function.name.0.first().and_then(|part| part.as_ident());
    let start = first.map(|name| name.span.start).filter(|start| start.line > 0);
    start.map(|start| format!("line {}:{}: ", start.line, start.column)).unwrap_or_default()
}

/// The place of the call in the text, for errors.
fn keep_place(expr: &mut Expr, span: Option<Span>) {
    if let (Expr::Function(function), Some(span)) = (expr, span)
        && let Some(ObjectNamePart::Identifier(name)) = function.name.0.first_mut()
    {
        name.span = span;
    }
}

fn aggregate(name: &str, function: &mut Function, mut args: Vec<Expr>) -> Option<Expr> {
    let count = args.len();
    match (name, count) {
        ("count_if", 1) => {
            set_name(function, "count");
            set_args(function, vec![case(args.pop()?, int(1), None)]);
        }
        ("arbitrary" | "any_value", 1) => {
            let value = args.pop()?;
            set_name(function, "first_value");
            function.filter = Some(and_filter(function, Expr::IsNotNull(Box::new(value.clone()))));
            set_args(function, vec![value]);
        }
        ("max_by" | "min_by", 2) => {
            let by = args.pop()?;
            set_name(function, "first_value");
            function.filter = Some(and_filter(function, Expr::IsNotNull(Box::new(by.clone()))));
            let order = OrderByExpr {
                expr: by,
                options: OrderByOptions { asc: Some(name == "min_by"), nulls_first: Some(false) },
                with_fill: None,
            };
            set_args(function, args);
            add_order(function, vec![order]);
        }
        ("listagg", 1 | 2) => {
            if count == 1 {
                args.push(string(""));
            }
            set_name(function, "string_agg");
            set_args(function, args);
            let order = std::mem::take(&mut function.within_group);
            if !order.is_empty() {
                add_order(function, order);
            }
        }
        // The standard error that is asked for is met by the engine's own.
        ("approx_distinct", 1 | 2) => {
            args.truncate(1);
            set_args(function, args);
        }
        ("approx_percentile", 2 | 3) if !args.iter().any(|arg| matches!(arg, Expr::Array(_))) => {
            let percentile = native_cast(args.pop()?, DataType::Double(ExactNumberInfo::None));
            args.push(percentile);
            set_name(
                function,
                if count == 2 { "approx_percentile_cont" } else { "approx_percentile_cont_with_weight" },
            );
            set_args(function, args);
        }
        _ => return None,
    }
    Some(Expr::Function(function.clone()))
}

fn conditional(name: &str, mut args: Vec<Expr>) -> Option<Expr> {
    Some(match (name, args.len()) {
        ("if", 2 | 3) => {
            let otherwise = if args.len() == 3 { args.pop() } else { None };
            let result = args.pop()?;
            case(args.pop()?, result, otherwise)
        }
        // Its argument was rewritten to what fails with NULL.
        ("try", 1) => args.pop()?,
        // Trino: unknown as soon as one is.
        ("greatest" | "least", 1..) => {
            let is_null = args.iter().map(|arg| Expr::IsNull(Box::new(arg.clone())));
            let any = is_null.reduce(|left, right| binary(left, BinaryOperator::Or, right))?;
            case(any, null(), Some(call(name, args)))
        }
        _ => return None,
    })
}

fn time(name: &str, mut args: Vec<Expr>) -> Option<Expr> {
    Some(match (name, args.len()) {
        ("date", 1) => call(functions::cast::CAST, vec![args.pop()?, string("date")]),
        ("localtimestamp", 0) => call(functions::cast::CAST, vec![call("now", Vec::new()), string("timestamp")]),
        ("current_timezone", 0) => string("UTC"),
        ("from_unixtime", 1) => call(name, args),
        ("from_unixtime", 2) => {
            let zone = args.pop()?;
            call("at_timezone", vec![call(name, args), zone])
        }
        // Sunday is 0 for the engine and 7 for Trino.
        ("day_of_week" | "dow", 1) => {
            let monday = binary(part("dow", args.pop()?), BinaryOperator::Plus, int(6));
            binary(binary(monday, BinaryOperator::Modulo, int(7)), BinaryOperator::Plus, int(1))
        }
        ("millisecond", 1) => binary(part("millisecond", args.pop()?), BinaryOperator::Modulo, int(1000)),
        (name, 1) => {
            let (_, known) = functions::DATE_PARTS.iter().find(|(part, _)| *part == name)?;
            part(known, args.pop()?)
        }
        _ => return None,
    })
}

/// A part of a date as bigint.
fn part(name: &str, value: Expr) -> Expr {
    native_cast(call("date_part", vec![string(name), value]), DataType::BigInt(None))
}

fn number(name: &str, mut args: Vec<Expr>) -> Option<Expr> {
    let double = || DataType::Double(ExactNumberInfo::None);
    Some(match (name, args.len()) {
        ("pow" | "power", 2) => {
            let args = args.into_iter().map(|arg| native_cast(arg, double())).collect();
            call("power", args)
        }
        ("rand" | "random", 0) => call("random", args),
        ("rand" | "random", 1) => {
            let below = binary(call("random", Vec::new()), BinaryOperator::Multiply, nested(args.pop()?));
            native_cast(call("floor", vec![below]), DataType::BigInt(None))
        }
        ("e", 0) => call("exp", vec![native_cast(int(1), double())]),
        ("nan", 0) => native_cast(string("NaN"), double()),
        ("infinity", 0) => native_cast(string("inf"), double()),
        ("bitwise_and" | "bitwise_or" | "bitwise_xor", 2) => {
            let right = nested(args.pop()?);
            let operator = match name {
                "bitwise_and" => BinaryOperator::BitwiseAnd,
                "bitwise_or" => BinaryOperator::BitwiseOr,
                _ => BinaryOperator::BitwiseXor,
            };
            binary(nested(args.pop()?), operator, right)
        }
        _ => return None,
    })
}

fn text(name: &str, mut args: Vec<Expr>) -> Option<Expr> {
    Some(match (name, args.len()) {
        // Unlike the engine's, unknown as soon as a part is; and it joins arrays too.
        ("concat", 1..) => args
            .into_iter()
            .map(nested)
            .reduce(|left, right| nested(binary(left, BinaryOperator::StringConcat, right)))?,
        ("replace", 2) => {
            args.push(string(""));
            call(name, args)
        }
        ("replace", 3) => call(name, args),
        ("regexp_replace", 2 | 3) => {
            if args.len() == 2 {
                args.push(string(""));
            }
            // Trino replaces every match, DataFusion only the first unless told.
            args.push(string("g"));
            call(name, args)
        }
        _ => return None,
    })
}

fn array(name: &str, mut args: Vec<Expr>) -> Option<Expr> {
    Some(match (name, args.len()) {
        ("contains", 2) if is_network(&args) => call(functions::CONTAINS, args),
        // What is not found among NULLs is unknown.
        ("contains", 2) => {
            let unknown = unknown_if(has_null(args.first()?));
            binary(call("array_has", args), BinaryOperator::Or, unknown)
        }
        ("arrays_overlap", 2) => {
            let either = binary(has_null(args.first()?), BinaryOperator::Or, has_null(args.last()?));
            binary(call("array_has_any", args), BinaryOperator::Or, unknown_if(either))
        }
        ("array_max" | "array_min", 1) => case(has_null(args.first()?), null(), Some(call(name, args))),
        ("array_position", 2) => {
            let is_null = args.iter().map(|arg| Expr::IsNull(Box::new(arg.clone())));
            let either = is_null.reduce(|left, right| binary(left, BinaryOperator::Or, right))?;
            let found = native_cast(call(name, args), DataType::BigInt(None));
            case(either, null(), Some(call("coalesce", vec![found, int(0)])))
        }
        ("array_sort", 1) => {
            args.extend([string("ASC"), string("NULLS LAST")]);
            call(name, args)
        }
        ("slice", 3) => {
            let (length, start) = (nested(args.pop()?), nested(args.pop()?));
            let sum = binary(start.clone(), BinaryOperator::Plus, length);
            let last = nested(binary(sum, BinaryOperator::Minus, int(1)));
            let is_before = binary(start.clone(), BinaryOperator::Lt, int(0));
            let is_after = binary(last.clone(), BinaryOperator::GtEq, int(0));
            let end = case(binary(is_before, BinaryOperator::And, is_after), int(-1), Some(last));
            args.extend([start, end]);
            call("array_slice", args)
        }
        ("sequence", 2 | 3) => {
            if let [Some(from), Some(to)] = [number_of(args.first()?), number_of(args.get(1)?)]
                && from > to
                && args.len() == 2
            {
                args.push(int(-1));
            }
            call("generate_series", args)
        }
        ("row", 1..) => {
            let fields = args.into_iter().enumerate().flat_map(|(index, arg)| [string(&format!("field{index}")), arg]);
            call("named_struct", fields.collect())
        }
        ("all_match" | "none_match", 2) => {
            let Expr::Lambda(lambda) = args.pop()? else { return None };
            let body = if name == "all_match" { Box::new(not(*lambda.body)) } else { lambda.body };
            args.push(Expr::Lambda(LambdaFunction { body, ..lambda }));
            not(call("array_any_match", args))
        }
        _ => return None,
    })
}

/// `contains('10.0.0.0/8', …)` and `contains(network, CAST(… AS IPADDRESS))`.
fn is_network(args: &[Expr]) -> bool {
    let is_text =
        |expr: &Expr| matches!(expr, Expr::Value(value) if matches!(value.value, Value::SingleQuotedString(_)));
    let is_address = |expr: &Expr| match expr {
        Expr::Function(function) => {
            let kind = plain_args(function).and_then(|args| args.last().cloned());
            function.name.to_string().contains(functions::cast::CAST)
                && matches!(kind, Some(Expr::Value(value)) if value.value == Value::SingleQuotedString("ipaddress".to_owned()))
        }
        _ => false,
    };
    args.first().is_some_and(is_text) || args.last().is_some_and(is_address)
}

fn has_null(array: &Expr) -> Expr {
    call(functions::HAS_NULL, vec![array.clone()])
}

/// NULL where the condition holds, else false.
fn unknown_if(condition: Expr) -> Expr {
    case(condition, null(), Some(Expr::Value(Value::Boolean(false).into())))
}

fn number_of(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok(),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => number_of(expr).map(|number| -number),
        _ => None,
    }
}

/// The arguments where all are plain expressions.
fn plain_args(function: &Function) -> Option<Vec<Expr>> {
    let list = match &function.args {
        FunctionArguments::List(list) => list,
        FunctionArguments::None => return Some(Vec::new()),
        FunctionArguments::Subquery(_) => return None,
    };
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

fn list(args: Vec<Expr>) -> FunctionArguments {
    let args = args.into_iter().map(|expr| FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))).collect();
    FunctionArguments::List(FunctionArgumentList { duplicate_treatment: None, args, clauses: Vec::new() })
}

fn set_args(function: &mut Function, args: Vec<Expr>) {
    function.args = list(args);
}

fn add_order(function: &mut Function, order: Vec<OrderByExpr>) {
    if let FunctionArguments::List(list) = &mut function.args {
        list.clauses.push(FunctionArgumentClause::OrderBy(order));
    }
}

fn object(name: &str) -> ObjectName {
    ObjectName::from(vec![Ident::with_quote('"', name)])
}

pub(super) fn set_name(function: &mut Function, name: &str) {
    let span = function.name.0.first().and_then(|part| part.as_ident()).map(|name| name.span);
    let mut ident = Ident::with_quote('"', name);
    ident.span = span.unwrap_or(ident.span);
    function.name = ObjectName::from(vec![ident]);
}

/// A call of an engine's function.
pub(super) fn call(name: &str, args: Vec<Expr>) -> Expr {
    Expr::Function(Function {
        name: object(name),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: list(args),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// The function's FILTER and one more condition.
fn and_filter(function: &Function, condition: Expr) -> Box<Expr> {
    match &function.filter {
        Some(filter) => Box::new(binary(Expr::Nested(filter.clone()), BinaryOperator::And, condition)),
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

/// The engine's own CAST.
pub(super) fn native_cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast { kind: CastKind::Cast, expr: Box::new(expr), data_type, array: false, format: None }
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::Nested(Box::new(Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }))
}

fn not(expr: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(nested(expr)) }
}

fn nested(expr: Expr) -> Expr {
    Expr::Nested(Box::new(expr))
}

pub(super) fn string(value: &str) -> Expr {
    Expr::Value(Value::SingleQuotedString(value.to_owned()).into())
}

pub(super) fn int(value: i64) -> Expr {
    let digits = Expr::Value(Value::Number(value.unsigned_abs().to_string(), false).into());
    if value < 0 { Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(digits) } } else { digits }
}

fn null() -> Expr {
    Expr::Value(Value::Null.into())
}
