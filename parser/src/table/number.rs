//! Numbers as JSON: integers and decimals to the last digit, floats as the shortest text that reads back the same.

use std::fmt::Write;

use super::text::Text;

/// Decimals of more bytes than this are no numbers that anybody reckons with; they are written in base 64.
const DECIMAL_BYTES: usize = 64;

/// Digits after the point that a decimal of [`DECIMAL_BYTES`] can have.
pub(super) const DECIMAL_DIGITS: usize = 154;

pub(super) fn integer(text: &mut Text, number: i64) {
    digits(text, number.unsigned_abs(), number < 0);
}

pub(super) fn unsigned(text: &mut Text, number: u64) {
    digits(text, number, false);
}

fn digits(text: &mut Text, mut rest: u64, is_negative: bool) {
    let mut buffer = [0; 20];
    let mut from = buffer.len();
    loop {
        from -= 1;
        buffer[from] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if is_negative {
        text.value(b"-");
    }
    text.value(&buffer[from..]);
}

/// JSON has no word for what is not finite; it is written as text: `"NaN"`, `"Infinity"`, `"-Infinity"`.
pub(super) fn double(text: &mut Text, number: f64) {
    if number.is_finite() {
        let _ = write!(text, "{number:?}");
    } else {
        not_finite(text, number.is_nan(), number > 0.0);
    }
}

/// As [`double`], with the digits that a float of 32 bits has.
pub(super) fn float(text: &mut Text, number: f32) {
    if number.is_finite() {
        let _ = write!(text, "{number:?}");
    } else {
        not_finite(text, number.is_nan(), number > 0.0);
    }
}

fn not_finite(text: &mut Text, is_nan: bool, is_positive: bool) {
    text.value(match (is_nan, is_positive) {
        (true, _) => b"\"NaN\"",
        (_, true) => b"\"Infinity\"",
        _ => b"\"-Infinity\"",
    });
}

/// A float of 16 bits, IEEE 754 binary16.
pub(super) fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let fraction = f32::from(bits & 0x3ff);
    match bits >> 10 & 0x1f {
        0 => sign * fraction / 16_777_216.0,
        0x1f if fraction == 0.0 => sign * f32::INFINITY,
        0x1f => f32::NAN,
        exponent => sign * (1.0 + fraction / 1024.0) * f32::from(exponent as i8 - 15).exp2(),
    }
}

/// A decimal of which `unscaled` are the digits, `scale` of them after the point.
pub(super) fn decimal(text: &mut Text, unscaled: i64, scale: usize) {
    let mut rest = unscaled.unsigned_abs();
    let next = || {
        let digit = (rest % 10) as u8;
        rest /= 10;
        (digit, rest == 0)
    };
    point(text, unscaled < 0, scale, next);
}

/// As [`decimal`], of a big-endian two's complement number of any length.
pub(super) fn big_decimal(text: &mut Text, unscaled: &[u8], scale: usize) {
    let is_negative = unscaled.first().is_some_and(|byte| byte >> 7 == 1);
    let sign = if is_negative { 0xff } else { 0 };
    let skip = unscaled.iter().take_while(|byte| **byte == sign).count();
    let significant = &unscaled[skip..];
    if significant.len() > DECIMAL_BYTES {
        return text.base64(unscaled);
    }
    if significant.len() < 8 {
        let number = significant
            .iter()
            .fold(if is_negative { -1 } else { 0 }, |number: i64, byte| number << 8 | i64::from(*byte));
        return decimal(text, number, scale);
    }
    let mut limbs = magnitude(significant, is_negative);
    let next = || {
        let digit = divide(&mut limbs, 10) as u8;
        (digit, limbs.iter().all(|limb| *limb == 0))
    };
    point(text, is_negative, scale, next);
}

/// Writes a decimal whose digits come from the last to the first, each with a word whether only zeros are left.
fn point(text: &mut Text, is_negative: bool, scale: usize, mut next: impl FnMut() -> (u8, bool)) {
    let mut number = [0; DECIMAL_DIGITS + 4];
    let mut from = number.len();
    let mut put = |byte: u8| {
        from -= 1;
        number[from] = byte;
        from
    };
    let mut count = 0;
    loop {
        let (digit, is_last) = next();
        put(b'0' + digit);
        count += 1;
        if count == scale {
            put(b'.');
        }
        if is_last && count > scale {
            break;
        }
    }
    if is_negative {
        put(b'-');
    }
    text.value(&number[from..]);
}

/// The absolute value, in limbs of 32 bits, the highest first.
fn magnitude(bytes: &[u8], is_negative: bool) -> [u32; DECIMAL_BYTES / 4 + 1] {
    let mut limbs = [0; DECIMAL_BYTES / 4 + 1];
    for (at, byte) in bytes.iter().rev().enumerate() {
        let byte = if is_negative { !byte } else { *byte };
        limbs[DECIMAL_BYTES / 4 - at / 4] |= u32::from(byte) << (8 * (at % 4));
    }
    if is_negative {
        for limb in limbs.iter_mut().rev() {
            let (sum, is_carried) = limb.overflowing_add(1);
            *limb = sum;
            if !is_carried {
                break;
            }
        }
    }
    limbs
}

/// Divides in place; answers the rest.
fn divide(limbs: &mut [u32], by: u32) -> u32 {
    limbs.iter_mut().fold(0, |rest, limb| {
        let part = u64::from(rest) << 32 | u64::from(*limb);
        *limb = (part / u64::from(by)) as u32;
        (part % u64::from(by)) as u32
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut Text)) -> String {
        let mut text = Text::new(1 << 10);
        text.begin();
        write(&mut text);
        String::from_utf8(text.bytes).unwrap()
    }

    #[test]
    fn integers_are_exact_to_their_ends() {
        assert_eq!(written(|text| integer(text, i64::MIN)), "-9223372036854775808");
        assert_eq!(written(|text| unsigned(text, u64::MAX)), "18446744073709551615");
        assert_eq!(written(|text| integer(text, 0)), "0");
    }

    #[test]
    fn decimals_keep_every_digit_and_their_trailing_zeros() {
        for (unscaled, scale, wanted) in [
            (110, 2, "1.10"),
            (-5, 3, "-0.005"),
            (0, 2, "0.00"),
            (42, 0, "42"),
            (i64::MIN, 18, "-9.223372036854775808"),
        ] {
            assert_eq!(written(|text| decimal(text, unscaled, scale)), wanted);
        }
        for (bytes, scale, wanted) in [
            (&[][..], 1, "0.0"),
            (&[0xff; 40], 2, "-0.01"),
            (&[0x80, 0, 0, 0], 0, "-2147483648"),
            (&[0x7f; 17], 5, "433853345620923581338087656345946983.95519"),
        ] {
            assert_eq!(written(|text| big_decimal(text, bytes, scale)), wanted);
        }
        let largest = [&[0x7f][..], &[0xff; 63]].concat();
        assert_eq!(written(|text| big_decimal(text, &largest, 0)).len(), DECIMAL_DIGITS);
        let smallest = [&[0x80][..], &[0; 63]].concat();
        assert_eq!(written(|text| big_decimal(text, &smallest, DECIMAL_DIGITS)).len(), DECIMAL_DIGITS + 3);
        assert!(written(|text| big_decimal(text, &[1; 65], 0)).starts_with('"'));
    }

    #[test]
    fn floats_read_back_the_same_and_stay_json() {
        for number in [0.0, -0.0, 1.0, 0.1, 1e16, 1e-7, f64::MAX, f64::MIN_POSITIVE, 5e-324] {
            let text = written(|text| double(text, number));
            assert_eq!(text.parse::<f64>().unwrap().to_bits(), number.to_bits(), "{text}");
            assert!(crate::json::parse_whole(text.as_bytes(), 1).is_ok(), "{text}");
        }
        assert_eq!(written(|text| float(text, 0.1)), "0.1");
        assert_eq!(written(|text| double(text, f64::NAN)), "\"NaN\"");
        assert_eq!(written(|text| float(text, f32::NEG_INFINITY)), "\"-Infinity\"");
    }

    #[test]
    fn halves_are_those_of_ieee_754() {
        for (bits, wanted) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x3555, 0.333_251_95),
            (0x7bff, 65504.0),
            (0x0001, 5.960_464_5e-8),
            (0x0400, 6.103_515_6e-5),
            (0xfc00, f32::NEG_INFINITY),
        ] {
            assert_eq!(half(bits).to_bits(), f32::to_bits(wanted), "{bits:x}");
        }
        assert!(half(0x7e00).is_nan());
    }
}
