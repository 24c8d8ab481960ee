//! Objects as another library writes them.

use std::sync::Arc;

use ::parquet::column::writer::ColumnWriterImpl;
use ::parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, FloatType,
    Int32Type, Int64Type, Int96, Int96Type,
};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::parser::parse_message_type;
use ::parquet::schema::types::TypePtr;

/// The values of a column in a row group, and its levels where it has some.
#[derive(Clone, Copy)]
pub(super) enum Data<'a> {
    Boolean(&'a [bool]),
    Int32(&'a [i32]),
    Int64(&'a [i64]),
    Int96(&'a [[u32; 3]]),
    Float(&'a [f32]),
    Double(&'a [f64]),
    Bytes(&'a [&'a [u8]]),
    Fixed(&'a [&'a [u8]]),
    Levels(&'a Data<'a>, &'a [i16], &'a [i16]),
}

impl<'a> Data<'a> {
    /// The same values with definition and repetition levels.
    pub(super) fn levels(self, defined: &'a [i16], repeated: &'a [i16]) -> Data<'a> {
        Data::Levels(Box::leak(Box::new(self)), defined, repeated)
    }
}

/// The object of this schema with these row groups.
pub(super) fn write(schema: &str, properties: WriterProperties, groups: &[&[Data<'_>]]) -> Vec<u8> {
    write_schema(Arc::new(parse_message_type(schema).unwrap()), properties, groups)
}

pub(super) fn write_schema(schema: TypePtr, properties: WriterProperties, groups: &[&[Data<'_>]]) -> Vec<u8> {
    let mut object = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut object, schema, Arc::new(properties)).unwrap();
    for columns in groups {
        let mut group = writer.next_row_group().unwrap();
        for data in *columns {
            let mut column = group.next_column().unwrap().unwrap();
            let (values, defined, repeated) = match data {
                Data::Levels(values, defined, repeated) => (*values, Some(*defined), Some(*repeated)),
                values => (values, None, None),
            };
            let levels = (defined, repeated);
            match values {
                Data::Boolean(values) => batch(column.typed::<BoolType>(), values, levels),
                Data::Int32(values) => batch(column.typed::<Int32Type>(), values, levels),
                Data::Int64(values) => batch(column.typed::<Int64Type>(), values, levels),
                Data::Float(values) => batch(column.typed::<FloatType>(), values, levels),
                Data::Double(values) => batch(column.typed::<DoubleType>(), values, levels),
                Data::Int96(values) => {
                    let values: Vec<_> = values.iter().map(|value| Int96::from(value.to_vec())).collect();
                    batch(column.typed::<Int96Type>(), &values, levels);
                }
                Data::Bytes(values) => {
                    let values: Vec<_> = values.iter().map(|value| ByteArray::from(value.to_vec())).collect();
                    batch(column.typed::<ByteArrayType>(), &values, levels);
                }
                Data::Fixed(values) => {
                    let values: Vec<_> = values.iter().map(|value| FixedLenByteArray::from(value.to_vec())).collect();
                    batch(column.typed::<FixedLenByteArrayType>(), &values, levels);
                }
                Data::Levels(..) => unreachable!("levels are given once"),
            }
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
    object
}

fn batch<T: DataType>(
    column: &mut ColumnWriterImpl<'_, T>,
    values: &[T::T],
    (defined, repeated): (Option<&[i16]>, Option<&[i16]>),
) {
    column.write_batch(values, defined, repeated).unwrap();
}
