//! Values as JSON.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;
use datafusion::common::Result;
use serde_json::Value;

use super::is_json;
use crate::athena::result::texts as printed;

/// Each value as a text of JSON; NULL stays NULL.
pub(crate) fn texts(array: &ArrayRef) -> Result<Vec<Option<String>>> {
    let values = values(array, false)?;
    Ok(values.into_iter().enumerate().map(|(row, value)| array.is_valid(row).then(|| value.to_string())).collect())
}

/// The values. `is_json_text`: texts are JSON already.
pub(crate) fn values(array: &ArrayRef, is_json_text: bool) -> Result<Vec<Value>> {
    let rows = 0..array.len();
    Ok(match array.data_type() {
        DataType::List(item) => {
            let list = array.as_list::<i32>();
            rows.map(|row| {
                if list.is_null(row) {
                    Ok(Value::Null)
                } else {
                    Ok(Value::Array(values(&list.value(row), is_json(item))?))
                }
            })
            .collect::<Result<_>>()?
        }
        DataType::Map(..) => {
            let map = array.as_map();
            rows.map(|row| {
                if map.is_null(row) {
                    return Ok(Value::Null);
                }
                let entries = map.value(row);
                let keys = printed(entries.column(0))?.into_iter().map(Option::unwrap_or_default);
                Ok(Value::Object(keys.zip(values(entries.column(1), false)?).collect()))
            })
            .collect::<Result<_>>()?
        }
        DataType::Struct(fields) => {
            let row_of = array.as_struct();
            let columns = fields.iter().zip(row_of.columns());
            let columns = columns.map(|(field, column)| Ok((field.name(), values(column, is_json(field))?)));
            let mut columns = columns.collect::<Result<Vec<_>>>()?;
            rows.map(|row| {
                if row_of.is_null(row) {
                    return Value::Null;
                }
                let fields = columns.iter_mut().map(|(name, values)| (name.clone(), values[row].take()));
                Value::Object(fields.collect())
            })
            .collect()
        }
        kind => {
            let is_bare = kind.is_numeric() || *kind == DataType::Boolean || is_json_text;
            let value = |text: Option<String>| match text {
                None => Value::Null,
                Some(text) if is_bare => serde_json::from_str(&text).unwrap_or(Value::String(text)),
                Some(text) => Value::String(text),
            };
            printed(array)?.into_iter().map(value).collect()
        }
    })
}
