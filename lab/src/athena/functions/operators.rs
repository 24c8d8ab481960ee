//! Division and remainder as Trino has them: whole numbers stay whole, decimals have the larger scale of the two, and a
//! zero below is an error that says so.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Decimal128Array};
use arrow::compute::cast;
use arrow::compute::kernels::numeric;
use arrow::datatypes::{DataType, Decimal128Type};
use datafusion::common::{DataFusionError, Result, plan_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

/// `a / b` in a rewritten statement.
pub(crate) const DIVIDE: &str = "$divide";
/// `a % b` in a rewritten statement.
pub(crate) const REMAINDER: &str = "mod";

pub(super) fn all() -> Vec<ScalarUDF> {
    [DIVIDE, REMAINDER]
        .into_iter()
        .map(|name| {
            let signature = Signature::user_defined(Volatility::Immutable);
            ScalarUDF::new_from_impl(Division { name, signature })
        })
        .collect()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Division {
    name: &'static str,
    signature: Signature,
}

/// A whole number's type as a decimal.
fn decimal(kind: &DataType) -> Option<(u8, i8)> {
    Some(match kind {
        DataType::Decimal128(precision, scale) => (*precision, *scale),
        DataType::Int8 | DataType::UInt8 => (3, 0),
        DataType::Int16 | DataType::UInt16 => (5, 0),
        DataType::Int32 | DataType::UInt32 => (10, 0),
        DataType::Int64 | DataType::UInt64 => (19, 0),
        _ => return None,
    })
}

impl ScalarUDFImpl for Division {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        let wrong = || {
            let sign = if self.name == DIVIDE { '/' } else { '%' };
            let names: Vec<String> = kinds.iter().map(super::nested::kind_name).collect();
            DataFusionError::Plan(format!("TYPE_MISMATCH: Cannot apply operator: {}", names.join(&format!(" {sign} "))))
        };
        let [left, right] = kinds else { return Err(wrong()) };
        let both = |kind: DataType| Ok(vec![kind.clone(), kind]);
        match (left, right) {
            (DataType::Null, DataType::Null) => both(DataType::Int64),
            (DataType::Null, other) | (other, DataType::Null) if other.is_numeric() => both(other.clone()),
            (left, right) if !left.is_numeric() || !right.is_numeric() => Err(wrong()),
            (left, right) if left.is_floating() || right.is_floating() => both(DataType::Float64),
            (left, right) if left.is_integer() && right.is_integer() => {
                let width = |kind: &DataType| kind.primitive_width().unwrap_or(8);
                let widest = if width(left) >= width(right) { left } else { right };
                both(if widest.is_unsigned_integer() { DataType::Int64 } else { widest.clone() })
            }
            (left, right) => {
                let (Some(left), Some(right)) = (decimal(left), decimal(right)) else { return Err(wrong()) };
                Ok(vec![DataType::Decimal128(left.0, left.1), DataType::Decimal128(right.0, right.1)])
            }
        }
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        let [left, right] = kinds else { return plan_err!("an operator takes two values") };
        let (Some((precision, scale)), Some((other_precision, other_scale))) = (decimal(left), decimal(right)) else {
            return Ok(left.clone());
        };
        if left.is_integer() {
            return Ok(left.clone());
        }
        let larger = scale.max(other_scale);
        let precision = if self.name == DIVIDE {
            i16::from(precision) + i16::from(other_scale) + i16::from((other_scale - scale).max(0))
        } else {
            i16::from((precision as i8 - scale).min(other_precision as i8 - other_scale)) + i16::from(larger)
        };
        Ok(DataType::Decimal128(precision.clamp(1, 38) as u8, larger))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = args.args.iter().map(|arg| arg.to_array(args.number_rows)).collect::<Result<Vec<_>>>()?;
        let [left, right] = arrays.as_slice() else { return plan_err!("an operator takes two values") };
        let array = match args.return_field.data_type() {
            DataType::Decimal128(precision, scale) if self.name == DIVIDE => quotient(left, right, *precision, *scale)?,
            kind => {
                let values = if self.name == DIVIDE { numeric::div(left, right)? } else { numeric::rem(left, right)? };
                cast(&values, kind)?
            }
        };
        Ok(ColumnarValue::Array(array))
    }
}

/// Decimals divided, the last digit rounded half up.
fn quotient(left: &ArrayRef, right: &ArrayRef, precision: u8, scale: i8) -> Result<ArrayRef> {
    let (DataType::Decimal128(_, left_scale), DataType::Decimal128(_, right_scale)) =
        (left.data_type(), right.data_type())
    else {
        return plan_err!("decimals are divided by decimals");
    };
    let shift = u32::try_from(scale - left_scale + right_scale).unwrap_or(0);
    let factor = 10_i128.checked_pow(shift).unwrap_or(i128::MAX);
    let overflow = || DataFusionError::Execution("NUMERIC_VALUE_OUT_OF_RANGE: Decimal overflow".to_owned());
    let pairs = left.as_primitive::<Decimal128Type>().iter().zip(right.as_primitive::<Decimal128Type>().iter());
    let values = pairs.map(|pair| {
        let (Some(left), Some(right)) = pair else { return Ok(None) };
        if right == 0 {
            return Err(arrow::error::ArrowError::DivideByZero.into());
        }
        let left = left.checked_mul(factor).ok_or_else(overflow)?;
        let (whole, rest) = (left / right, left % right);
        let is_half = rest.unsigned_abs() >= right.unsigned_abs().div_ceil(2);
        let away = if (left < 0) == (right < 0) { 1 } else { -1 };
        Ok(Some(if is_half { whole + away } else { whole }))
    });
    let values = values.collect::<Result<Decimal128Array>>()?;
    Ok(Arc::new(values.with_precision_and_scale(precision, scale)?))
}
