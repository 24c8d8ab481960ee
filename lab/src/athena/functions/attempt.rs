//! TRY: a function whose errors are NULL. Each function has such a twin, which the rewriting of TRY(…) calls.

use std::sync::Arc;

use arrow::array::{ArrayRef, new_null_array};
use arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

/// Before the name of a function whose errors are NULL.
pub(crate) const TRY: &str = "$try ";

/// The twin of a function.
pub(super) fn twin(function: ScalarUDF) -> ScalarUDF {
    let name = format!("{TRY}{}", function.name());
    ScalarUDF::new_from_impl(Attempt { name, function: Arc::new(function) })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Attempt {
    name: String,
    function: Arc<ScalarUDF>,
}

impl ScalarUDFImpl for Attempt {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        self.function.signature()
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        self.function.coerce_types(kinds)
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        self.function.return_type(kinds)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let field = self.function.return_field_from_args(args)?;
        Ok(Arc::new(field.as_ref().clone().with_nullable(true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let outcome = self.function.invoke_with_args(args.clone());
        let is_scalar = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        match outcome {
            Ok(value) => Ok(value),
            Err(_) if is_scalar => Ok(ColumnarValue::Scalar(ScalarValue::try_from(args.return_field.data_type())?)),
            // One row or several fail; the others have their values.
            Err(_) => {
                let rows = (0..args.number_rows).map(|row| self.one(&args, row)).collect::<Result<Vec<ArrayRef>>>()?;
                let rows: Vec<&dyn arrow::array::Array> = rows.iter().map(AsRef::as_ref).collect();
                Ok(ColumnarValue::Array(arrow::compute::concat(&rows)?))
            }
        }
    }
}

impl Attempt {
    fn one(&self, args: &ScalarFunctionArgs, row: usize) -> Result<ArrayRef> {
        let mut one = args.clone();
        one.number_rows = 1;
        for arg in &mut one.args {
            if let ColumnarValue::Array(array) = arg {
                *array = array.slice(row, 1);
            }
        }
        match self.function.invoke_with_args(one) {
            Ok(value) => value.to_array(1),
            Err(_) => Ok(new_null_array(args.return_field.data_type(), 1)),
        }
    }
}
