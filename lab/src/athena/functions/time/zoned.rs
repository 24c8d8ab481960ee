//! Functions whose result's type follows from an argument: `date_add`, `at_timezone`, `with_timezone`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, TimestampMillisecondArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{RoundMode, Span, Unit, ZonedDateTime, ZonedDateTimeRound};

use super::super::scalar::{Last, invalid, texts, typed, unexpected};
use super::{at, millis, unit, zone_named, zone_of};

pub(in crate::athena::functions) fn all() -> Vec<ScalarUDF> {
    [Kind::DateAdd, Kind::DateTrunc, Kind::AtTimezone, Kind::WithTimezone]
        .into_iter()
        .map(|kind| {
            let signature = Signature::user_defined(Volatility::Immutable);
            ScalarUDF::new_from_impl(ZonedFunction { kind, signature })
        })
        .collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    DateAdd,
    DateTrunc,
    AtTimezone,
    WithTimezone,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ZonedFunction {
    kind: Kind,
    signature: Signature,
}

impl ScalarUDFImpl for ZonedFunction {
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::DateAdd => "date_add",
            Kind::DateTrunc => "date_trunc",
            Kind::AtTimezone => "at_timezone",
            Kind::WithTimezone => "with_timezone",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, kinds: &[DataType]) -> Result<Vec<DataType>> {
        let time = |kind: &DataType| match kind {
            DataType::Timestamp(_, zone) => Some(millis(zone.as_deref())),
            DataType::Date32 if matches!(self.kind, Kind::DateAdd | Kind::DateTrunc) => Some(DataType::Date32),
            DataType::Date32 | DataType::Null => Some(millis(None)),
            _ => None,
        };
        let coerced = match (self.kind, kinds) {
            (Kind::DateAdd, [_, count, value]) if count.is_integer() => {
                time(value).map(|value| vec![DataType::Utf8, DataType::Int64, value])
            }
            (Kind::DateTrunc, [_, value]) => time(value).map(|value| vec![DataType::Utf8, value]),
            (Kind::AtTimezone | Kind::WithTimezone, [value, _]) => time(value).map(|value| vec![value, DataType::Utf8]),
            _ => None,
        };
        let Some(coerced) = coerced else { return plan_err!("{}", unexpected(self.name(), kinds)) };
        Ok(coerced)
    }

    fn return_type(&self, _kinds: &[DataType]) -> Result<DataType> {
        plan_err!("{} needs its arguments to know its type", self.name())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let kind = match self.kind {
            Kind::DateAdd => args.arg_fields[2].data_type().clone(),
            Kind::DateTrunc => args.arg_fields[1].data_type().clone(),
            Kind::AtTimezone | Kind::WithTimezone => {
                let Some(Some(ScalarValue::Utf8(Some(name)))) = args.scalar_arguments.get(1) else {
                    return plan_err!("{} needs a constant time zone here", self.name());
                };
                if zone_named(name).is_none() {
                    return plan_err!("'{name}' is not a valid time zone");
                }
                millis(Some(name))
            }
        };
        Ok(Arc::new(Field::new(self.name(), kind, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = args.args.iter().map(|arg| arg.to_array(args.number_rows)).collect::<Result<Vec<_>>>()?;
        let array = match self.kind {
            Kind::DateAdd => date_add(&arrays)?,
            Kind::DateTrunc => date_trunc(&arrays)?,
            Kind::AtTimezone => arrow::compute::cast(&arrays[0], args.return_field.data_type())?,
            Kind::WithTimezone => with_timezone(&arrays, args.return_field.data_type())?,
        };
        // A cast from a time without a zone would read it as local in the new zone; the millis are the same in UTC.
        let array = match (self.kind, arrays[0].data_type()) {
            (Kind::AtTimezone, DataType::Timestamp(_, None)) => {
                let utc = arrow::compute::cast(&arrays[0], &millis(Some("UTC")))?;
                arrow::compute::cast(&utc, args.return_field.data_type())?
            }
            _ => array,
        };
        Ok(ColumnarValue::Array(array))
    }
}

fn date_add(args: &[ArrayRef]) -> Result<ArrayRef> {
    let kind = args[2].data_type().clone();
    let is_date = kind == DataType::Date32;
    let times = if is_date { arrow::compute::cast(&args[2], &millis(None))? } else { Arc::clone(&args[2]) };
    let times: &TimestampMillisecondArray = typed(std::slice::from_ref(&times), 0)?;
    let (units, counts) = (texts(args, 0)?, typed::<Int64Array>(args, 1)?);
    let zone = zone_of(times);
    let mut last = Last::new();
    let values = (0..times.len()).map(|row| {
        if times.is_null(row) || units.is_null(row) || counts.is_null(row) {
            return Ok(None);
        }
        let (unit, factor) = *last.get(units.value(row), |name| unit(name, "TIMESTAMP"))?;
        let count = counts.value(row);
        let span = span(unit, count.saturating_mul(factor));
        let sum = span.and_then(|span| at(times.value(row), &zone).ok()?.checked_add(span).ok());
        let sum = sum.ok_or_else(|| invalid(format!("date_add of {count} is out of range")))?;
        Ok(Some(sum.timestamp().as_millisecond()))
    });
    let values = values.collect::<Result<TimestampMillisecondArray>>()?;
    if is_date {
        return Ok(arrow::compute::cast(&values, &kind)?);
    }
    let DataType::Timestamp(_, zone) = kind else { return Ok(Arc::new(values)) };
    Ok(Arc::new(values.with_timezone_opt(zone)))
}

/// The start of the unit that a time lies in, by the clock of its zone.
fn date_trunc(args: &[ArrayRef]) -> Result<ArrayRef> {
    let kind = args[1].data_type().clone();
    let is_date = kind == DataType::Date32;
    let times = if is_date { arrow::compute::cast(&args[1], &millis(None))? } else { Arc::clone(&args[1]) };
    let times: &TimestampMillisecondArray = typed(std::slice::from_ref(&times), 0)?;
    let zone = zone_of(times);
    let mut last = Last::new();
    let field = if is_date { "DATE" } else { "TIMESTAMP" };
    let values = times.iter().zip(texts(args, 0)?).map(|pair| {
        let (Some(time), Some(unit)) = pair else { return Ok(None) };
        let (unit, count) = *last.get(unit, |unit| super::unit(unit, field))?;
        let time = at(time, &zone)?;
        let start = start_of(&time, unit, count).ok_or_else(|| invalid("time is out of range"))?;
        Ok(Some(start.timestamp().as_millisecond()))
    });
    let values = values.collect::<Result<TimestampMillisecondArray>>()?;
    match kind {
        DataType::Timestamp(_, zone) => Ok(Arc::new(values.with_timezone_opt(zone))),
        _ => Ok(arrow::compute::cast(&values, &kind)?),
    }
}

fn start_of(time: &ZonedDateTime, unit: Unit, count: i64) -> Option<ZonedDateTime> {
    if matches!(unit, Unit::Hour | Unit::Minute | Unit::Second | Unit::Millisecond) {
        return time.round(ZonedDateTimeRound::new().smallest(unit).mode(RoundMode::Trunc)).ok();
    }
    let date = time.date();
    let day = match unit {
        Unit::Year => date.first_of_year(),
        Unit::Month if count == 3 => Date::new(date.year(), (date.month() - 1) / 3 * 3 + 1, 1).ok()?,
        Unit::Month => date.first_of_month(),
        Unit::Week => date.checked_sub(Span::new().days(date.weekday().to_monday_zero_offset())).ok()?,
        _ => date,
    };
    day.to_zoned_datetime(time.time_zone().clone()).ok()
}

fn span(unit: Unit, count: i64) -> Option<Span> {
    let span = Span::new();
    match unit {
        Unit::Year => span.try_years(count),
        Unit::Month => span.try_months(count),
        Unit::Week => span.try_weeks(count),
        Unit::Day => span.try_days(count),
        Unit::Hour => span.try_hours(count),
        Unit::Minute => span.try_minutes(count),
        Unit::Second => span.try_seconds(count),
        _ => span.try_milliseconds(count),
    }
    .ok()
}

/// The same wall clock in the zone.
fn with_timezone(args: &[ArrayRef], kind: &DataType) -> Result<ArrayRef> {
    let times: &TimestampMillisecondArray = typed(args, 0)?;
    let DataType::Timestamp(_, Some(name)) = kind else { return plan_err!("with_timezone without its zone") };
    let zone = zone_named(name).unwrap_or(TimeZone::UTC);
    let values = times.iter().map(|millis| {
        let Some(millis) = millis else { return Ok(None) };
        let moved = at(millis, &TimeZone::UTC)?.datetime().to_zoned_datetime(zone.clone());
        Ok(Some(moved.map_err(|_| invalid("time is out of range"))?.timestamp().as_millisecond()))
    });
    let values = values.collect::<Result<TimestampMillisecondArray>>()?;
    Ok(Arc::new(values.with_timezone(Arc::clone(name))))
}
