//! Comparisons that Trino refuses and the engine would make by converting a side: `port = '443'`.

use arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, plan_err};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, Operator};

use crate::athena::functions::kind_name;

/// Refuses a plan that compares what Trino does not compare.
pub(super) fn check(plan: &LogicalPlan) -> Result<()> {
    plan.apply_with_subqueries(|node| {
        let mut schema = DFSchema::empty();
        for input in node.inputs() {
            schema.merge(input.schema());
        }
        // A join's condition, or a value of no table.
        if node.inputs().is_empty() {
            schema = node.schema().as_ref().clone();
        }
        node.apply_expressions(|expr| {
            expr.apply(|expr| {
                compared(expr, &schema)?;
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(())
}

fn compared(expr: &Expr, schema: &DFSchema) -> Result<()> {
    match expr {
        Expr::BinaryExpr(binary) if is_comparison(binary.op) => pair(&binary.left, binary.op, &binary.right, schema),
        Expr::Between(between) => {
            pair(&between.expr, Operator::GtEq, &between.low, schema)?;
            pair(&between.expr, Operator::LtEq, &between.high, schema)
        }
        Expr::InList(list) => list.list.iter().try_for_each(|item| pair(&list.expr, Operator::Eq, item, schema)),
        _ => Ok(()),
    }
}

fn is_comparison(operator: Operator) -> bool {
    use Operator::{Eq, Gt, GtEq, IsDistinctFrom, IsNotDistinctFrom, Lt, LtEq, NotEq};
    matches!(operator, Eq | NotEq | Lt | LtEq | Gt | GtEq | IsDistinctFrom | IsNotDistinctFrom)
}

fn pair(left: &Expr, operator: Operator, right: &Expr, schema: &DFSchema) -> Result<()> {
    // What has no type yet (of an outer query, of a lambda) is the engine's to judge.
    let (Ok(left), Ok(right)) = (left.get_type(schema), right.get_type(schema)) else { return Ok(()) };
    match (Class::of(&left), Class::of(&right)) {
        (Some(a), Some(b)) if a != b => {
            plan_err!("TYPE_MISMATCH: Cannot apply operator: {} {operator} {}", kind_name(&left), kind_name(&right))
        }
        _ => Ok(()),
    }
}

/// Types that are compared with each other. `None`: compared with anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Text,
    Number,
    Time,
    Bool,
    Bytes,
    Nested,
}

impl Class {
    fn of(kind: &DataType) -> Option<Self> {
        Some(match kind {
            DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => Self::Text,
            kind if kind.is_numeric() => Self::Number,
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => Self::Time,
            DataType::Boolean => Self::Bool,
            DataType::Binary | DataType::BinaryView | DataType::LargeBinary | DataType::FixedSizeBinary(_) => {
                Self::Bytes
            }
            DataType::List(_) | DataType::Map(..) | DataType::Struct(_) => Self::Nested,
            _ => return None,
        })
    }
}
