//! CAST as Trino does it: numbers are rounded, times print with a space, JSON becomes arrays, maps and rows; and errors
//! name the value.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Int64Array, ListArray, MapArray, StringArray, StructArray,
    TimestampMillisecondArray,
};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Float64Type};
use datafusion::common::{DataFusionError, Result, ScalarValue, plan_err};
use datafusion::logical_expr::expr::Cast;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use serde_json::value::RawValue;

use super::scalar::{timestamp, typed};
use super::{address, nested, time};
use crate::athena::result::texts;
use crate::athena::table::{Cells, json_value};
use target::Target;
pub(crate) use target::{IPADDRESS, IPPREFIX, is_json};

pub(crate) mod encode;
pub(super) mod target;

/// The name that the rewriting of statements uses: `"$cast"(value, 'type')`.
pub(crate) const CAST: &str = "$cast";

pub(super) fn all() -> Vec<ScalarUDF> {
    vec![ScalarUDF::new_from_impl(CastTo { signature: Signature::user_defined(Volatility::Immutable) })]
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct CastTo {
    signature: Signature,
}

impl CastTo {
    fn target(name: Option<&ScalarValue>) -> Result<Target> {
        let Some(ScalarValue::Utf8(Some(name))) = name else { return plan_err!("CAST without its type") };
        Target::parse(name).map_err(|what| DataFusionError::Plan(format!("TYPE_NOT_FOUND: {what}")))
    }
}

impl ScalarUDFImpl for CastTo {
    fn name(&self) -> &'static str {
        CAST
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        Ok(kinds
            .iter()
            .map(|kind| match kind {
                DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
                DataType::Timestamp(_, zone) => timestamp(zone.as_deref()),
                other => other.clone(),
            })
            .collect())
    }

    fn return_type(&self, _kinds: &[DataType]) -> Result<DataType> {
        plan_err!("a CAST needs its type as a constant")
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let target = Self::target(args.scalar_arguments.get(1).copied().flatten())?;
        let Some(from) = args.arg_fields.first() else { return plan_err!("CAST without a value") };
        let is_nested = |kind: &DataType| matches!(kind, DataType::List(_) | DataType::Map(..) | DataType::Struct(_));
        if is_nested(from.data_type()) && !is_nested(&target.kind) && !target.is_json {
            return plan_err!("TYPE_MISMATCH: Cannot cast {} to {}", nested::name_of(from), target.name);
        }
        if target.is_json {
            return Ok(Arc::new(target::json_field(CAST)));
        }
        let kind = match (args.scalar_arguments.first(), &target.kind) {
            // The zone of a literal is known before it is read.
            (Some(Some(ScalarValue::Utf8(Some(text)))), DataType::Timestamp(_, Some(_))) => {
                timestamp(Some(time::zone_in(text).unwrap_or("UTC")))
            }
            (_, DataType::Timestamp(_, Some(_))) if matches!(from.data_type(), DataType::Timestamp(_, Some(_))) => {
                from.data_type().clone()
            }
            _ => target.kind,
        };
        Ok(Arc::new(Field::new(CAST, kind, true)))
    }

    fn simplify(&self, mut args: Vec<Expr>, context: &SimplifyContext) -> Result<ExprSimplifyResult> {
        let Some(Expr::Literal(name, _)) = args.get(1) else { return Ok(ExprSimplifyResult::Original(args)) };
        let target = Self::target(Some(name))?;
        let from = context.get_data_type(&args[0])?;
        // What the engine's own CAST does as well it may also push to where files are read.
        let is_plain = !target.is_json
            && target.length.is_none()
            && from.is_integer()
            && (target.kind == DataType::Float64 || target.kind == DataType::Int64);
        if is_plain {
            let value = args.swap_remove(0);
            return Ok(ExprSimplifyResult::Simplified(Expr::Cast(Cast::new(Box::new(value), target.kind))));
        }
        Ok(ExprSimplifyResult::Original(args))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let ScalarFunctionArgs { args: values, arg_fields, number_rows, return_field, .. } = args;
        let [value, ColumnarValue::Scalar(name)] = values.as_slice() else { return plan_err!("CAST without its type") };
        let target = Self::target(Some(name))?;
        let is_scalar = matches!(value, ColumnarValue::Scalar(_));
        let array = value.to_array(if is_scalar { 1 } else { number_rows })?;
        let is_json = arg_fields.first().is_some_and(|field| is_json(field));
        let array = cast_array(&array, is_json, &target, return_field.data_type())?;
        if is_scalar {
            return Ok(ColumnarValue::Scalar(scalar(&array)?));
        }
        Ok(ColumnarValue::Array(array))
    }
}

/// The one value of an array, with all that its type tells.
fn scalar(array: &ArrayRef) -> Result<ScalarValue> {
    Ok(match array.data_type() {
        DataType::List(_) => ScalarValue::List(Arc::new(array.as_list::<i32>().clone())),
        DataType::Map(..) => ScalarValue::Map(Arc::new(array.as_map().clone())),
        DataType::Struct(_) => ScalarValue::Struct(Arc::new(array.as_struct().clone())),
        _ => ScalarValue::try_from_array(array, 0)?,
    })
}

fn refused(what: impl std::fmt::Display) -> DataFusionError {
    DataFusionError::Execution(format!("INVALID_CAST_ARGUMENT: {what}"))
}

fn cast_array(array: &ArrayRef, is_json_value: bool, target: &Target, kind: &DataType) -> Result<ArrayRef> {
    use DataType::{Binary, Boolean, Date32, Decimal128, Float32, Float64, List, Map, Null, Struct, Timestamp, Utf8};
    let from = array.data_type();
    Ok(match (from, kind) {
        (Null, _) => arrow::array::new_null_array(kind, array.len()),
        (_, Utf8) if target.is_json => {
            if is_json_value {
                return Ok(Arc::clone(array));
            }
            let values = encode::texts(array)?;
            Arc::new(StringArray::from(values))
        }
        // Arrays, maps and rows are never made of plain text, so that text is JSON whose mark was lost on its way.
        (Utf8, List(_) | Map(..) | Struct(_)) => from_json(array, kind)?,
        (Utf8, _) if is_json_value && *kind != Utf8 => from_json(array, kind)?,
        (Utf8, Utf8) => {
            let values = array.as_string::<i32>().iter();
            if is_json_value {
                return Ok(Arc::new(values.map(|text| text.and_then(json_scalar)).collect::<StringArray>()));
            }
            cut(array, target.length)
        }
        (Utf8, _) if *kind == IPADDRESS => address::parse(array)?,
        (Utf8, _) if *kind == IPPREFIX => address::parse_prefix(array)?,
        (_, Utf8) => cut(&(Arc::new(StringArray::from(to_texts(array)?)) as ArrayRef), target.length),
        (Utf8, Date32) => {
            read(array, |text| time::date(text).ok_or_else(|| refused(format!("Value cannot be cast to date: {text}"))))
                .map(|days| Arc::new(arrow::array::Date32Array::from(days)) as ArrayRef)?
        }
        (Utf8, Timestamp(_, zone)) => {
            let is_zoned = zone.is_some();
            let millis = read(array, |text| {
                let value = time::sql_timestamp(text, is_zoned);
                value.ok_or_else(|| refused(format!("Value cannot be cast to {}: {text}", target.name)))
            })?;
            Arc::new(TimestampMillisecondArray::from(millis).with_timezone_opt(zone.clone()))
        }
        (Utf8, Boolean) => {
            let values = read(array, |text| match text.to_ascii_lowercase().as_str() {
                "true" | "t" | "1" => Ok(true),
                "false" | "f" | "0" => Ok(false),
                _ => Err(refused(format!("Cannot cast '{text}' to BOOLEAN"))),
            })?;
            Arc::new(arrow::array::BooleanArray::from(values))
        }
        (Utf8, Binary) => Arc::new(
            array.as_string::<i32>().iter().map(|text| text.map(str::as_bytes)).collect::<arrow::array::BinaryArray>(),
        ),
        (Float64 | Float32, kind) if kind.is_integer() => {
            let doubles = cast(array, &Float64)?;
            let doubles: &Float64Array = doubles.as_primitive::<Float64Type>();
            let whole = doubles.iter().map(|value| {
                let Some(value) = value else { return Ok(None) };
                // Half is rounded away from zero.
                let whole = value.round();
                if !(-9.223_372_036_854_776e18..9.223_372_036_854_776e18).contains(&whole) {
                    return Err(refused(format!(
                        "Cannot cast {} to {}",
                        crate::athena::result::double(value),
                        target.name
                    )));
                }
                Ok(Some(whole as i64))
            });
            let whole: ArrayRef = Arc::new(whole.collect::<Result<Int64Array>>()?);
            plain(&whole, kind, target)?
        }
        (Decimal128(..), kind) if kind.is_integer() => {
            // Between decimals the last digit is rounded, as Trino rounds it.
            let whole = cast(array, &Decimal128(38, 0))?;
            plain(&whole, kind, target)?
        }
        (Timestamp(_, Some(_)), Date32 | Timestamp(_, None)) => {
            let local = time::local(array)?;
            cast(&local, kind)?
        }
        (List(_), List(item)) => {
            let list: &ListArray = array.as_list::<i32>();
            let inner = Target {
                kind: item.data_type().clone(),
                is_json: is_json(item),
                length: None,
                name: target.name.clone(),
            };
            let values = cast_array(list.values(), false, &inner, item.data_type())?;
            Arc::new(ListArray::try_new(Arc::clone(item), list.offsets().clone(), values, list.nulls().cloned())?)
        }
        (Struct(_), Struct(fields)) => row(array.as_struct(), fields, target)?,
        (Map(..), Map(entries, sorted)) => {
            let map: &MapArray = array.as_map();
            let Struct(fields) = entries.data_type() else { return plan_err!("a map without entries") };
            let pairs = row(map.entries(), fields, target)?;
            Arc::new(MapArray::try_new(
                Arc::clone(entries),
                map.offsets().clone(),
                pairs.as_struct().clone(),
                map.nulls().cloned(),
                *sorted,
            )?)
        }
        _ => plain(array, kind, target)?,
    })
}

/// Rows are cast by the place of their fields.
fn row(from: &StructArray, fields: &Fields, target: &Target) -> Result<ArrayRef> {
    if from.num_columns() != fields.len() {
        return plan_err!("TYPE_MISMATCH: Cannot cast row with {} fields to {}", from.num_columns(), target.name);
    }
    let columns = from.columns().iter().zip(fields).map(|(column, field)| {
        let inner = Target {
            kind: field.data_type().clone(),
            is_json: is_json(field),
            length: None,
            name: target.name.clone(),
        };
        cast_array(column, false, &inner, field.data_type())
    });
    Ok(Arc::new(StructArray::try_new(fields.clone(), columns.collect::<Result<_>>()?, from.nulls().cloned())?))
}

/// The engine's own CAST, with the value in its error.
fn plain(array: &ArrayRef, kind: &DataType, target: &Target) -> Result<ArrayRef> {
    let options = CastOptions { safe: false, ..CastOptions::default() };
    match cast_with_options(array, kind, &options) {
        Ok(array) => Ok(array),
        Err(error) => {
            // The kernels do not tell which value it was.
            let kept = cast(array, kind).map_err(|_| DataFusionError::Plan(format!("TYPE_MISMATCH: {error}")))?;
            let lost = (0..array.len()).find(|row| array.is_valid(*row) && kept.is_null(*row)).unwrap_or(0);
            let value = texts(&array.slice(lost, 1))?.pop().flatten().unwrap_or_default();
            Err(match array.data_type() {
                DataType::Utf8 => refused(format!("Cannot cast '{value}' to {}", target.title())),
                _ => DataFusionError::Execution(format!(
                    "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for {}: {value}",
                    target.name
                )),
            })
        }
    }
}

fn read<T>(array: &ArrayRef, each: impl Fn(&str) -> Result<T>) -> Result<Vec<Option<T>>> {
    typed::<StringArray>(std::slice::from_ref(array), 0)?
        .iter()
        .map(|text| text.map(|text| each(text.trim())).transpose())
        .collect()
}

/// Values as texts. Times have no zone but their own, and doubles are in scientific notation.
fn to_texts(array: &ArrayRef) -> Result<Vec<Option<String>>> {
    Ok(match array.data_type() {
        DataType::Float64 | DataType::Float32 => {
            let doubles = cast(array, &DataType::Float64)?;
            doubles.as_primitive::<Float64Type>().iter().map(|value| value.map(scientific)).collect()
        }
        _ => texts(array)?,
    })
}

/// `1.5E0`, as Trino casts a double.
fn scientific(value: f64) -> String {
    if !value.is_finite() {
        return if value.is_nan() {
            "NaN"
        } else if value > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .to_owned();
    }
    let text = format!("{value:E}");
    match text.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}

fn cut(array: &ArrayRef, length: Option<usize>) -> ArrayRef {
    let Some(length) = length else { return Arc::clone(array) };
    let first = |text: &str| text.chars().take(length).collect::<String>();
    Arc::new(array.as_string::<i32>().iter().map(|text| text.map(first)).collect::<StringArray>())
}

/// A string, number or boolean as text; `None` for null and what is nested.
fn json_scalar(text: &str) -> Option<String> {
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    json_value(raw).ok()?.scalar().map(str::to_owned)
}

fn from_json(array: &ArrayRef, kind: &DataType) -> Result<ArrayRef> {
    let mut cells = Cells::new(kind);
    for text in array.as_string::<i32>() {
        let raw: Option<&RawValue> = text.map(serde_json::from_str).transpose().map_err(|_| {
            refused(format!(
                "Cannot cast to {}: {}",
                nested::name_of(&Field::new("", kind.clone(), true)),
                text.unwrap_or_default()
            ))
        })?;
        let value = raw.map(json_value).transpose().map_err(|error| refused(error.to_string()))?;
        cells.push(value.as_ref());
    }
    cells.finish()
}
