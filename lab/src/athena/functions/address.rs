//! IP addresses and prefixes: sixteen bytes, IPv4 within IPv6 (`::ffff:10.0.0.1`), so that they sort as Trino sorts them.

use std::net::IpAddr;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, FixedSizeBinaryArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::cast::{IPADDRESS, IPPREFIX};
use super::scalar::invalid;

/// `contains('10.0.0.0/8', address)` is another function than `contains(array, value)`; the rewriting tells them apart
/// by the text.
pub(crate) const CONTAINS: &str = "$contains address";

/// The address of sixteen bytes.
pub(crate) fn address_text(bytes: &[u8]) -> String {
    <[u8; 16]>::try_from(bytes).map(|bytes| IpAddr::from(bytes).to_canonical().to_string()).unwrap_or_default()
}

/// The prefix of an address's bytes and its length.
pub(crate) fn prefix_text(bytes: &[u8]) -> String {
    let (address, length) = bytes.split_at(bytes.len().min(16));
    format!("{}/{}", address_text(address), length.first().copied().unwrap_or_default())
}

fn address(text: &str) -> Option<[u8; 16]> {
    Some(match text.parse().ok()? {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    })
}

/// The bits of a network's prefix in sixteen bytes.
fn mask(address: &[u8; 16], length: u8) -> Option<u128> {
    let bits = if is_v4(address) { u32::from(length).checked_add(96)? } else { u32::from(length) };
    (bits <= 128).then(|| if bits == 0 { 0 } else { u128::MAX << (128 - bits) })
}

fn is_v4(address: &[u8; 16]) -> bool {
    address[..12] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
}

/// `10.0.0.0/8` with its host bits cleared.
fn prefix(text: &str) -> Option<[u8; 17]> {
    let (start, length) = text.split_once('/')?;
    of(address(start)?, length.parse().ok()?)
}

fn of(start: [u8; 16], length: u8) -> Option<[u8; 17]> {
    let mut out = [0; 17];
    out[..16].copy_from_slice(&(u128::from_be_bytes(start) & mask(&start, length)?).to_be_bytes());
    out[16] = length;
    Some(out)
}

/// The first and the last address of a network.
type Ends = ([u8; 16], [u8; 16]);

/// Where a network begins and ends.
fn range(prefix: &[u8]) -> Option<Ends> {
    let (start, length) = prefix.split_at_checked(16)?;
    let start = <[u8; 16]>::try_from(start).ok()?;
    let mask = mask(&start, *length.first()?)?;
    let first = u128::from_be_bytes(start) & mask;
    Some((first.to_be_bytes(), (first | !mask).to_be_bytes()))
}

fn parsed<const N: usize>(array: &ArrayRef, kind: &str, parse: fn(&str) -> Option<[u8; N]>) -> Result<ArrayRef> {
    let values = array.as_string::<i32>().iter().map(|text| {
        let Some(text) = text else { return Ok(None) };
        let refuse = || {
            let what = format!("INVALID_CAST_ARGUMENT: Cannot cast value to {kind}: {text}");
            datafusion::common::DataFusionError::Execution(what)
        };
        parse(text.trim()).map(Some).ok_or_else(refuse)
    });
    let values = values.collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(values.into_iter(), N as i32)?))
}

/// Texts as addresses.
pub(super) fn parse(array: &ArrayRef) -> Result<ArrayRef> {
    parsed(array, "IPADDRESS", address)
}

/// Texts as prefixes.
pub(super) fn parse_prefix(array: &ArrayRef) -> Result<ArrayRef> {
    parsed(array, "IPPREFIX", prefix)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Contains,
    Prefix,
    Min,
    Max,
    Range,
    IsSubnetOf,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct AddressFunction {
    kind: Kind,
    signature: Signature,
}

pub(super) fn all() -> Vec<ScalarUDF> {
    [Kind::Contains, Kind::Prefix, Kind::Min, Kind::Max, Kind::Range, Kind::IsSubnetOf]
        .into_iter()
        .map(|kind| {
            let signature = Signature::user_defined(Volatility::Immutable);
            ScalarUDF::new_from_impl(AddressFunction { kind, signature })
        })
        .collect()
}

impl ScalarUDFImpl for AddressFunction {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Contains => CONTAINS,
            Kind::Prefix => "ip_prefix",
            Kind::Min => "ip_subnet_min",
            Kind::Max => "ip_subnet_max",
            Kind::Range => "ip_subnet_range",
            Kind::IsSubnetOf => "is_subnet_of",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        let is_text = |kind: &DataType| {
            matches!(kind, DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 | DataType::Null)
        };
        let fits = |kind: &DataType, wanted: &DataType| kind == wanted || *kind == DataType::Null;
        let coerced = match (self.kind, kinds) {
            (Kind::Contains, [network, value]) if is_text(network) && fits(value, &IPADDRESS) => {
                Some(vec![DataType::Utf8, IPADDRESS])
            }
            (Kind::Prefix, [value, length]) if length.is_integer() && (is_text(value) || *value == IPADDRESS) => {
                Some(vec![if *value == IPADDRESS { IPADDRESS } else { DataType::Utf8 }, DataType::Int64])
            }
            (Kind::Min | Kind::Max | Kind::Range, [network]) if fits(network, &IPPREFIX) => Some(vec![IPPREFIX]),
            (Kind::IsSubnetOf, [network, value])
                if fits(network, &IPPREFIX) && (fits(value, &IPADDRESS) || *value == IPPREFIX) =>
            {
                Some(vec![IPPREFIX, value.clone()])
            }
            _ => None,
        };
        let Some(coerced) = coerced else {
            let name = if self.kind == Kind::Contains { "contains" } else { self.name() };
            return plan_err!("{}", super::scalar::unexpected(name, kinds));
        };
        Ok(coerced)
    }

    fn return_type(&self, _kinds: &[DataType]) -> Result<DataType> {
        Ok(match self.kind {
            Kind::Contains | Kind::IsSubnetOf => DataType::Boolean,
            Kind::Prefix => IPPREFIX,
            Kind::Min | Kind::Max => IPADDRESS,
            Kind::Range => DataType::List(Arc::new(Field::new_list_field(IPADDRESS, true))),
        })
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let kinds: Vec<DataType> = args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        Ok(Arc::new(Field::new(self.name(), self.return_type(&kinds)?, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = args.args.iter().map(|arg| arg.to_array(args.number_rows)).collect::<Result<Vec<_>>>()?;
        let array: ArrayRef = match self.kind {
            Kind::Contains => contains(&arrays)?,
            Kind::Prefix => prefixes(&arrays)?,
            Kind::Min | Kind::Max | Kind::Range => {
                let ends = arrays[0].as_fixed_size_binary().iter().map(|network| range(network?));
                let ends: Vec<_> = ends.collect();
                let side = |pick: fn(&Ends) -> [u8; 16]| {
                    FixedSizeBinaryArray::try_from_sparse_iter_with_size(
                        ends.iter().map(|ends| ends.as_ref().map(pick)),
                        16,
                    )
                };
                match self.kind {
                    Kind::Min => Arc::new(side(|ends| ends.0)?),
                    Kind::Max => Arc::new(side(|ends| ends.1)?),
                    _ => ranges(&ends)?,
                }
            }
            Kind::IsSubnetOf => is_subnet_of(&arrays),
        };
        Ok(ColumnarValue::Array(array))
    }
}

fn contains(args: &[ArrayRef]) -> Result<ArrayRef> {
    let mut last: Option<(&str, Ends)> = None;
    let values = args[0].as_string::<i32>().iter().zip(args[1].as_fixed_size_binary().iter()).map(|pair| {
        let (Some(network), Some(value)) = pair else { return Ok(None) };
        let (first, end) = match last {
            Some((known, ends)) if known == network => ends,
            _ => {
                let ends = prefix(network).and_then(|prefix| range(&prefix)).ok_or_else(|| invalid("Invalid CIDR"))?;
                last = Some((network, ends));
                ends
            }
        };
        Ok(Some(first.as_slice() <= value && value <= end.as_slice()))
    });
    Ok(Arc::new(values.collect::<Result<arrow::array::BooleanArray>>()?))
}

fn prefixes(args: &[ArrayRef]) -> Result<ArrayRef> {
    let addresses = if *args[0].data_type() == DataType::Utf8 { parse(&args[0])? } else { Arc::clone(&args[0]) };
    let lengths: &arrow::array::Int64Array = super::scalar::typed(args, 1)?;
    let values = addresses.as_fixed_size_binary().iter().zip(lengths).map(|pair| {
        let (Some(start), Some(length)) = pair else { return Ok(None) };
        let prefix = <[u8; 16]>::try_from(start).ok().zip(u8::try_from(length).ok());
        prefix.and_then(|(start, length)| of(start, length)).map(Some).ok_or_else(|| invalid("Invalid prefix length"))
    });
    let values = values.collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(values.into_iter(), 17)?))
}

fn ranges(ends: &[Option<Ends>]) -> Result<ArrayRef> {
    let values = ends.iter().flatten().flat_map(|(first, last)| [Some(*first), Some(*last)]);
    let values = FixedSizeBinaryArray::try_from_sparse_iter_with_size(values, 16)?;
    let offsets = arrow::buffer::OffsetBuffer::from_lengths(ends.iter().map(|ends| if ends.is_some() { 2 } else { 0 }));
    let nulls = ends.iter().map(Option::is_some).collect::<arrow::buffer::NullBuffer>();
    let item = Arc::new(Field::new_list_field(IPADDRESS, true));
    Ok(Arc::new(arrow::array::ListArray::try_new(item, offsets, Arc::new(values), Some(nulls))?))
}

fn is_subnet_of(args: &[ArrayRef]) -> ArrayRef {
    let of = args[0].as_fixed_size_binary().iter().zip(args[1].as_fixed_size_binary().iter());
    let values = of.map(|(network, value)| {
        let (first, last) = range(network?)?;
        let value = value?;
        let (start, end) = match range(value) {
            Some(ends) => ends,
            None => <[u8; 16]>::try_from(value).map(|value| (value, value)).ok()?,
        };
        Some(first <= start && end <= last)
    });
    Arc::new(values.collect::<arrow::array::BooleanArray>())
}
