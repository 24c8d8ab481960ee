//! Lets a running query be stopped: an operator that computes for long between two rows asks now and then.
//!
//! DataFusion yields to other tasks where a plan reads. A join of two large inputs reads little and computes for
//! minutes, so a query that was stopped would keep its thread, and with it every query that waits for one.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::datatypes::{FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::joins::utils::JoinFilter;
use datafusion::physical_plan::joins::{CrossJoinExec, NestedLoopJoinExec, NestedLoopJoinExecBuilder};
use tokio_util::sync::CancellationToken;

/// The same plan, whose joins without equal keys end soon after `cancel`.
pub(super) fn stoppable(plan: Arc<dyn ExecutionPlan>, cancel: &CancellationToken) -> Result<Arc<dyn ExecutionPlan>> {
    plan.transform_up(|plan| {
        let join = if plan.downcast_ref::<CrossJoinExec>().is_some() {
            plan
        } else if let Some(join) = plan.downcast_ref::<NestedLoopJoinExec>() {
            Arc::new(checked(join, cancel)?) as Arc<dyn ExecutionPlan>
        } else {
            return Ok(Transformed::no(plan));
        };
        Ok(Transformed::yes(Arc::new(CooperativeExec::new(join)) as Arc<dyn ExecutionPlan>))
    })
    .data()
}

/// The join with a condition that fails once the query is stopped.
fn checked(join: &NestedLoopJoinExec, cancel: &CancellationToken) -> Result<NestedLoopJoinExec> {
    let filter = join.filter().map(|filter| {
        let condition = Checked { condition: Arc::clone(filter.expression()), cancel: cancel.clone() };
        JoinFilter::new(Arc::new(condition), filter.column_indices().to_vec(), Arc::clone(filter.schema()))
    });
    NestedLoopJoinExecBuilder::new(Arc::clone(join.left()), Arc::clone(join.right()), *join.join_type())
        .with_filter(filter)
        .with_projection_ref(join.projection().clone())
        .build()
}

/// A condition that is evaluated only as long as its query is wanted.
#[derive(Debug)]
struct Checked {
    condition: Arc<dyn PhysicalExpr>,
    cancel: CancellationToken,
}

impl PhysicalExpr for Checked {
    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        if self.cancel.is_cancelled() {
            return Err(DataFusionError::Execution("the query was stopped".to_owned()));
        }
        self.condition.evaluate(batch)
    }

    fn return_field(&self, input: &Schema) -> Result<FieldRef> {
        self.condition.return_field(input)
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.condition]
    }

    fn with_new_children(self: Arc<Self>, mut children: Vec<Arc<dyn PhysicalExpr>>) -> Result<Arc<dyn PhysicalExpr>> {
        let condition = children.pop().unwrap_or_else(|| Arc::clone(&self.condition));
        Ok(Arc::new(Checked { condition, cancel: self.cancel.clone() }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.condition.fmt_sql(f)
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.condition.fmt(f)
    }
}

impl PartialEq for Checked {
    fn eq(&self, other: &Self) -> bool {
        self.condition.eq(&other.condition)
    }
}

impl Eq for Checked {}

impl Hash for Checked {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.condition.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use datafusion::physical_plan::collect;
    use datafusion::prelude::SessionContext;

    use super::*;

    async fn rows(sql: &str, cancel: &CancellationToken) -> Result<usize> {
        let context = SessionContext::new();
        let plan = context.sql(sql).await?.create_physical_plan().await?;
        let batches = collect(stoppable(plan, cancel)?, context.task_ctx()).await?;
        Ok(batches.iter().map(RecordBatch::num_rows).sum())
    }

    const JOIN: &str =
        "SELECT a.x, b.y FROM (VALUES (1), (2), (3)) AS a(x) JOIN (VALUES (1), (2)) AS b(y) ON a.x > b.y";

    #[tokio::test]
    async fn a_join_computes_as_long_as_its_query_is_wanted() {
        let cancel = CancellationToken::new();
        assert_eq!(rows(JOIN, &cancel).await.unwrap(), 3);
        assert_eq!(
            rows("SELECT 1 FROM (VALUES (1), (2)) AS a(x), (VALUES (1), (2)) AS b(y)", &cancel).await.unwrap(),
            4
        );
        cancel.cancel();
        assert!(rows(JOIN, &cancel).await.unwrap_err().to_string().contains("the query was stopped"));
    }
}
