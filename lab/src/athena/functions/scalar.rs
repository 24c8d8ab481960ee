//! A scalar function as a row of a table: its name, its arguments, its result, its body.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, MapFieldNames, StringArray};
use arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};
use datafusion::common::{DataFusionError, Result, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

use super::cast::target::json_field;

/// What an argument may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arg {
    Text,
    Int,
    Double,
    Bytes,
    /// A timestamp, with or without a zone, or a date.
    Time,
}

/// What a function gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gives {
    Text,
    Texts,
    /// A map of texts to texts.
    TextMap,
    /// A text that is JSON.
    Json,
    Bool,
    Int,
    Double,
    Bytes,
    Date,
    Timestamp,
    /// A timestamp with the zone UTC.
    Instant,
}

/// One function: a row in its module's table.
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) args: &'static [Arg],
    /// How many of the arguments, from the end, may be left out.
    pub(super) optional: usize,
    pub(super) gives: Gives,
    pub(super) body: fn(&[ArrayRef]) -> Result<ArrayRef>,
}

/// Milliseconds, as all of Athena's timestamps here.
pub(super) fn timestamp(zone: Option<&str>) -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, zone.map(Into::into))
}

pub(super) const UTC: &str = "UTC";

impl Arg {
    fn coerce(self, kind: &DataType) -> Option<DataType> {
        let is_text = matches!(kind, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8);
        let is_null = *kind == DataType::Null;
        Some(match self {
            Self::Text if is_text || is_null => DataType::Utf8,
            Self::Int if kind.is_integer() || is_null => DataType::Int64,
            Self::Double if kind.is_numeric() || is_null => DataType::Float64,
            Self::Bytes if is_null => DataType::Binary,
            Self::Bytes if matches!(kind, DataType::Binary | DataType::BinaryView | DataType::LargeBinary) => {
                DataType::Binary
            }
            Self::Time => match kind {
                DataType::Timestamp(_, zone) => DataType::Timestamp(TimeUnit::Millisecond, zone.clone()),
                DataType::Date32 | DataType::Date64 | DataType::Null => timestamp(None),
                _ => return None,
            },
            _ => return None,
        })
    }
}

impl Gives {
    fn kind(self) -> DataType {
        match self {
            Self::Text | Self::Json => DataType::Utf8,
            Self::TextMap => map_of_texts(),
            Self::Texts => DataType::new_list(DataType::Utf8, true),
            Self::Bool => DataType::Boolean,
            Self::Int => DataType::Int64,
            Self::Double => DataType::Float64,
            Self::Bytes => DataType::Binary,
            Self::Date => DataType::Date32,
            Self::Timestamp => timestamp(None),
            Self::Instant => timestamp(Some(UTC)),
        }
    }
}

/// The names of a map's parts, as the columns of tables have them.
pub(super) fn map_names() -> MapFieldNames {
    MapFieldNames { entry: "entries".to_owned(), key: "key".to_owned(), value: "value".to_owned() }
}

fn map_of_texts() -> DataType {
    let entries = vec![Field::new("key", DataType::Utf8, false), Field::new("value", DataType::Utf8, true)];
    DataType::Map(Arc::new(Field::new("entries", DataType::Struct(entries.into()), false)), false)
}

/// A [`Function`] as DataFusion calls it.
pub(super) struct Scalar {
    function: &'static Function,
    signature: Signature,
}

impl Scalar {
    pub(super) fn new(function: &'static Function) -> Self {
        Self { function, signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl std::fmt::Debug for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.function.name)
    }
}

// A name is one function.
impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name
    }
}

impl Eq for Scalar {}

impl std::hash::Hash for Scalar {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
    }
}

impl ScalarUDFImpl for Scalar {
    fn name(&self) -> &str {
        self.function.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _args: &[DataType]) -> Result<DataType> {
        Ok(self.function.gives.kind())
    }

    fn return_field_from_args(&self, _args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::new(match self.function.gives {
            Gives::Json => json_field(self.function.name),
            gives => Field::new(self.function.name, gives.kind(), true),
        }))
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        let Function { name, args, optional, .. } = self.function;
        let is_count_right = (args.len() - optional..=args.len()).contains(&kinds.len());
        let coerced = args.iter().zip(kinds).map(|(arg, kind)| arg.coerce(kind)).collect::<Option<Vec<_>>>();
        match coerced {
            Some(coerced) if is_count_right => Ok(coerced),
            _ => plan_err!("{}", unexpected(name, kinds)),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let all_scalars = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let arrays = args.args.iter().map(|arg| arg.to_array(args.number_rows)).collect::<Result<Vec<_>>>()?;
        if all_scalars && args.number_rows > 0 {
            let arrays: Vec<ArrayRef> = arrays.iter().map(|array| array.slice(0, 1)).collect();
            let value = (self.function.body)(&arrays)?;
            return Ok(ColumnarValue::Scalar(datafusion::common::ScalarValue::try_from_array(&value, 0)?));
        }
        Ok(ColumnarValue::Array((self.function.body)(&arrays)?))
    }
}

/// An argument that was coerced to text.
pub(super) fn texts(args: &[ArrayRef], index: usize) -> Result<&StringArray> {
    typed(args, index)
}

/// An argument of another type.
pub(super) fn typed<T: Array + 'static>(args: &[ArrayRef], index: usize) -> Result<&T> {
    let Some(array) = args.get(index).and_then(|array| array.as_any().downcast_ref()) else {
        return exec_err!("argument {} is of another type than expected", index + 1);
    };
    Ok(array)
}

/// Applies a function of one text to each row that is not NULL.
pub(super) fn map_text<T, R: FromIterator<Option<T>> + Array + 'static>(
    args: &[ArrayRef],
    body: impl Fn(&str) -> Result<Option<T>>,
) -> Result<ArrayRef> {
    let texts = texts(args, 0)?;
    let values: R = texts
        .iter()
        .map(|text| text.map_or(Ok(None), &body))
        .collect::<Result<Vec<Option<T>>>>()?
        .into_iter()
        .collect();
    Ok(Arc::new(values))
}

/// Applies a function of two texts to each row where neither is NULL.
pub(super) fn map_texts<T, R: FromIterator<Option<T>> + Array + 'static>(
    args: &[ArrayRef],
    mut body: impl FnMut(&str, &str) -> Result<Option<T>>,
) -> Result<ArrayRef> {
    let (first, second) = (texts(args, 0)?, texts(args, 1)?);
    let values: R = first
        .iter()
        .zip(second)
        .map(|(first, second)| match (first, second) {
            (Some(first), Some(second)) => body(first, second),
            _ => Ok(None),
        })
        .collect::<Result<Vec<Option<T>>>>()?
        .into_iter()
        .collect();
    Ok(Arc::new(values))
}

/// Why a function cannot be called with arguments of these types.
pub(super) fn unexpected(name: &str, kinds: &[DataType]) -> String {
    let given: Vec<String> = kinds.iter().map(super::nested::kind_name).collect();
    format!("Unexpected parameters ({}) for function {name}", given.join(", "))
}

/// An error of the query's own data, in Athena's words: `INVALID_FUNCTION_ARGUMENT: …`.
pub(super) fn invalid(what: impl std::fmt::Display) -> DataFusionError {
    DataFusionError::Execution(format!("INVALID_FUNCTION_ARGUMENT: {what}"))
}

/// Keeps what was made of the last text: a pattern or path is nearly always a constant.
pub(super) struct Last<T> {
    made: Option<(String, T)>,
}

impl<T> Last<T> {
    pub(super) fn new() -> Self {
        Self { made: None }
    }

    pub(super) fn get(&mut self, text: &str, make: impl FnOnce(&str) -> Result<T>) -> Result<&T> {
        if self.made.as_ref().is_none_or(|(last, _)| last != text) {
            self.made = Some((text.to_owned(), make(text)?));
        }
        let Some((_, value)) = &self.made else { return exec_err!("nothing made of {text:?}") };
        Ok(value)
    }
}
