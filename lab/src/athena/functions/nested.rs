//! Functions over any type: `element_at` and `typeof`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, UInt64Array};
use arrow::datatypes::{DataType, Field};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::cast::is_json;
use super::scalar::{invalid, unexpected};
use crate::athena::types::column_info;

pub(super) fn all() -> Vec<ScalarUDF> {
    let signature = || Signature::user_defined(Volatility::Immutable);
    vec![
        ScalarUDF::new_from_impl(ElementAt { is_strict: false, signature: signature() }),
        ScalarUDF::new_from_impl(ElementAt { is_strict: true, signature: signature() }),
        ScalarUDF::new_from_impl(TypeOf { signature: Signature::any(1, Volatility::Immutable) }),
    ]
}

/// `array[index]` and `map[key]` in a rewritten statement.
pub(crate) const SUBSCRIPT: &str = "$subscript";

/// `element_at(array, index)` (from 1; negative from the end) and `element_at(map, key)`; NULL where there is none. The
/// strict one is the subscript, which fails there.
#[derive(Debug, PartialEq, Eq, Hash)]
struct ElementAt {
    is_strict: bool,
    signature: Signature,
}

impl ScalarUDFImpl for ElementAt {
    fn name(&self) -> &'static str {
        if self.is_strict { SUBSCRIPT } else { "element_at" }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        match kinds {
            [list @ DataType::List(_), index] if index.is_integer() => Ok(vec![list.clone(), DataType::Int64]),
            [DataType::LargeList(item) | DataType::FixedSizeList(item, _), index] if index.is_integer() => {
                Ok(vec![DataType::List(Arc::clone(item)), DataType::Int64])
            }
            [map @ DataType::Map(entries, _), _] => Ok(vec![map.clone(), entry(entries, 0)?]),
            _ => plan_err!("{}", unexpected("element_at", kinds)),
        }
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        match kinds.first() {
            Some(DataType::List(item)) => Ok(item.data_type().clone()),
            Some(DataType::Map(entries, _)) => entry(entries, 1),
            _ => plan_err!("Unexpected parameters for function element_at"),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = args.args.iter().map(|arg| arg.to_array(args.number_rows)).collect::<Result<Vec<_>>>()?;
        let array = match arrays[0].data_type() {
            DataType::List(_) => of_list(&arrays[0], &arrays[1], self.is_strict)?,
            DataType::Map(..) => of_map(&arrays[0], &arrays[1], self.is_strict)?,
            other => return exec_err!("element_at of {other}"),
        };
        Ok(ColumnarValue::Array(array))
    }
}

/// The type of a map's keys (0) or values (1).
fn entry(entries: &Field, place: usize) -> Result<DataType> {
    let DataType::Struct(fields) = entries.data_type() else { return plan_err!("a map without entries") };
    Ok(fields[place].data_type().clone())
}

fn of_list(lists: &ArrayRef, indexes: &ArrayRef, is_strict: bool) -> Result<ArrayRef> {
    let lists = lists.as_list::<i32>();
    let Some(indexes) = indexes.as_any().downcast_ref::<Int64Array>() else { return exec_err!("index is no number") };
    let places = (0..lists.len()).map(|row| {
        if lists.is_null(row) || indexes.is_null(row) {
            return Ok(None);
        }
        let index = indexes.value(row);
        if index == 0 {
            return Err(invalid("SQL array indices start at 1"));
        }
        let offsets = lists.value_offsets();
        let (start, end) = (i64::from(offsets[row]), i64::from(offsets[row + 1]));
        if is_strict && index < 0 {
            return Err(invalid(format!("Array subscript is negative: {index}")));
        }
        if is_strict && index > end - start {
            let length = end - start;
            return Err(invalid(format!(
                "Array subscript must be less than or equal to array length: {index} > {length}"
            )));
        }
        let place = if index > 0 { start + index - 1 } else { end + index };
        Ok((start..end).contains(&place).then_some(place as u64))
    });
    let places = places.collect::<Result<UInt64Array>>()?;
    Ok(arrow::compute::take(lists.values(), &places, None)?)
}

fn of_map(maps: &ArrayRef, keys: &ArrayRef, is_strict: bool) -> Result<ArrayRef> {
    let maps = maps.as_map();
    let mut places = Vec::with_capacity(maps.len());
    for row in 0..maps.len() {
        if maps.is_null(row) || keys.is_null(row) {
            places.push(None);
            continue;
        }
        let wanted = ScalarValue::try_from_array(keys, row)?;
        let offsets = maps.value_offsets();
        let mut found = None;
        for place in offsets[row]..offsets[row + 1] {
            if ScalarValue::try_from_array(maps.keys(), place as usize)? == wanted {
                found = Some(place as u64);
            }
        }
        if is_strict && found.is_none() {
            return Err(invalid(format!("Key not present in map: {wanted}")));
        }
        places.push(found);
    }
    Ok(arrow::compute::take(maps.values(), &UInt64Array::from(places), None)?)
}

/// The name of a value's type, as Athena writes it.
#[derive(Debug, PartialEq, Eq, Hash)]
struct TypeOf {
    signature: Signature,
}

impl ScalarUDFImpl for TypeOf {
    fn name(&self) -> &'static str {
        "typeof"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _kinds: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some(field) = args.arg_fields.first() else { return plan_err!("typeof takes one value") };
        Ok(ColumnarValue::Scalar(ScalarValue::Utf8(Some(name_of(field)))))
    }

    fn simplify(&self, args: Vec<Expr>, context: &SimplifyContext) -> Result<ExprSimplifyResult> {
        let (_, field) = args[0].to_field(context.schema())?;
        Ok(ExprSimplifyResult::Simplified(Expr::Literal(ScalarValue::Utf8(Some(name_of(&field))), None)))
    }
}

/// The type of a field, as Trino writes it.
pub(super) fn name_of(field: &Field) -> String {
    if is_json(field) { "json".to_owned() } else { kind_name(field.data_type()) }
}

/// A type, as Trino writes it.
pub(crate) fn kind_name(kind: &DataType) -> String {
    match kind {
        DataType::List(item) | DataType::LargeList(item) => format!("array({})", name_of(item)),
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(fields) => format!("map({}, {})", name_of(&fields[0]), name_of(&fields[1])),
            _ => "map".to_owned(),
        },
        DataType::Struct(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|field| format!("{} {}", field.name(), name_of(field))).collect();
            format!("row({})", fields.join(", "))
        }
        DataType::Timestamp(_, None) => "timestamp(3)".to_owned(),
        DataType::Timestamp(_, Some(_)) => "timestamp(3) with time zone".to_owned(),
        DataType::Float32 => "real".to_owned(),
        DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
        other => column_info(other).0.to_owned(),
    }
}
