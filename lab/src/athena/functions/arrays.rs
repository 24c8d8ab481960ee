//! What is asked of arrays beside DataFusion's own functions.

use std::sync::Arc;

use arrow::array::{Array, AsArray, BooleanArray};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

/// Whether an array holds a NULL, for the rewriting of functions that are then unknown.
pub(crate) const HAS_NULL: &str = "$has null";

pub(super) fn all() -> Vec<ScalarUDF> {
    vec![ScalarUDF::new_from_impl(HasNull { signature: Signature::any(1, Volatility::Immutable) })]
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct HasNull {
    signature: Signature,
}

impl ScalarUDFImpl for HasNull {
    fn name(&self) -> &'static str {
        HAS_NULL
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _kinds: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let array = args.args[0].to_array(args.number_rows)?;
        let values: BooleanArray = match array.data_type() {
            DataType::List(_) => {
                array.as_list::<i32>().iter().map(|list| list.map(|list| list.logical_null_count() > 0)).collect()
            }
            _ => BooleanArray::from(vec![Some(false); array.len()]),
        };
        Ok(ColumnarValue::Array(Arc::new(values)))
    }
}
