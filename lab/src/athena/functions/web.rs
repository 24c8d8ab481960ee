//! URLs, as logs hold them: what is no URL has no parts, and is no error.

use arrow::array::{ArrayRef, Int64Array, StringArray};
use datafusion::common::Result;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::Url;

use super::scalar::{Arg, Function, Gives, map_text, map_texts};

const ONE: &[Arg] = &[Arg::Text];

pub(super) const ALL: &[Function] = &[
    Function { name: "url_extract_host", args: ONE, optional: 0, gives: Gives::Text, body: host },
    Function { name: "url_extract_path", args: ONE, optional: 0, gives: Gives::Text, body: path },
    Function { name: "url_extract_port", args: ONE, optional: 0, gives: Gives::Int, body: port },
    Function { name: "url_extract_protocol", args: ONE, optional: 0, gives: Gives::Text, body: protocol },
    Function { name: "url_extract_query", args: ONE, optional: 0, gives: Gives::Text, body: query },
    Function { name: "url_extract_fragment", args: ONE, optional: 0, gives: Gives::Text, body: fragment },
    Function {
        name: "url_extract_parameter",
        args: &[Arg::Text, Arg::Text],
        optional: 0,
        gives: Gives::Text,
        body: parameter,
    },
    Function { name: "url_decode", args: ONE, optional: 0, gives: Gives::Text, body: decode },
    Function { name: "url_encode", args: ONE, optional: 0, gives: Gives::Text, body: encode },
];

fn part(args: &[ArrayRef], part: impl Fn(&Url) -> Option<String>) -> Result<ArrayRef> {
    map_text::<_, StringArray>(args, |text| Ok(Url::parse(text).ok().and_then(|url| part(&url))))
}

fn host(args: &[ArrayRef]) -> Result<ArrayRef> {
    part(args, |url| url.host_str().map(str::to_owned))
}

fn path(args: &[ArrayRef]) -> Result<ArrayRef> {
    part(args, |url| Some(percent_decode_str(url.path()).decode_utf8_lossy().into_owned()))
}

fn protocol(args: &[ArrayRef]) -> Result<ArrayRef> {
    part(args, |url| Some(url.scheme().to_owned()))
}

fn query(args: &[ArrayRef]) -> Result<ArrayRef> {
    part(args, |url| Some(url.query().unwrap_or_default().to_owned()))
}

fn fragment(args: &[ArrayRef]) -> Result<ArrayRef> {
    part(args, |url| Some(url.fragment().unwrap_or_default().to_owned()))
}

fn port(args: &[ArrayRef]) -> Result<ArrayRef> {
    map_text::<_, Int64Array>(args, |text| {
        // `url` leaves out a scheme's own port, Trino tells any that is written.
        let url = Url::parse(text).ok();
        let written = url.as_ref().and_then(|url| {
            let host = url.host_str()?;
            let (_, after) = text.split_once(host)?;
            let digits: String = after.strip_prefix(':')?.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok()
        });
        Ok(written)
    })
}

fn parameter(args: &[ArrayRef]) -> Result<ArrayRef> {
    map_texts::<_, StringArray>(args, |text, name| {
        let url = Url::parse(text).ok();
        Ok(url.and_then(|url| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())))
    })
}

fn decode(args: &[ArrayRef]) -> Result<ArrayRef> {
    map_text::<_, StringArray>(args, |text| {
        let spaced = text.replace('+', " ");
        Ok(Some(percent_decode_str(&spaced).decode_utf8_lossy().into_owned()))
    })
}

/// What Java's `URLEncoder` leaves as it is, beside letters and digits.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'*').remove(b'_').remove(b' ');

fn encode(args: &[ArrayRef]) -> Result<ArrayRef> {
    map_text::<_, StringArray>(args, |text| Ok(Some(utf8_percent_encode(text, FORM).to_string().replace(' ', "+"))))
}
