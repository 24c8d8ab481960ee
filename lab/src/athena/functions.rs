//! The functions of Athena's engine version 3 that the lab has: the allow-list, and those written here.
//!
//! A name that is not in [`KNOWN`] is refused, also where DataFusion has such a function: what runs in the lab has to
//! run on Athena.

use datafusion::logical_expr::ScalarUDF;

mod bytes;
mod json;
mod nested;
mod scalar;
mod text;
mod time;
mod web;

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// DataFusion's function, or one of this module, under Athena's name.
    Same,
    /// DataFusion has it under another name.
    Renamed(&'static str),
    /// The statement is rewritten.
    Rewritten,
}

use Known::{Renamed, Rewritten, Same};

/// Functions of a part of a date, and the part as DataFusion calls it.
pub(crate) const DATE_PARTS: [(&str, &str); 12] = [
    ("year", "year"),
    ("quarter", "quarter"),
    ("month", "month"),
    ("week", "week"),
    ("week_of_year", "week"),
    ("day", "day"),
    ("day_of_month", "day"),
    ("day_of_year", "doy"),
    ("doy", "doy"),
    ("hour", "hour"),
    ("minute", "minute"),
    ("second", "second"),
];

#[rustfmt::skip]
const KNOWN: &[(&str, Known)] = &[
    // Text
    ("chr", Same), ("concat", Same), ("concat_ws", Same), ("length", Renamed("character_length")), ("lower", Same),
    ("lpad", Same), ("ltrim", Same), ("replace", Same), ("reverse", Same), ("rpad", Same), ("rtrim", Same),
    ("split", Same), ("split_part", Same), ("starts_with", Same), ("strpos", Same), ("substr", Same),
    ("substring", Same), ("translate", Same), ("trim", Same), ("upper", Same), ("codepoint", Renamed("ascii")),
    ("levenshtein_distance", Renamed("levenshtein")), ("regexp_like", Same), ("regexp_extract", Same),
    ("regexp_extract_all", Same), ("regexp_replace", Rewritten), ("regexp_count", Same), ("position", Same),
    // Bytes
    ("to_utf8", Same), ("from_utf8", Same), ("to_base64", Same), ("from_base64", Same), ("to_hex", Same),
    ("from_hex", Same), ("md5", Same), ("sha256", Same), ("sha512", Same),
    // JSON
    ("json_extract", Same), ("json_extract_scalar", Same), ("json_parse", Same), ("json_format", Same),
    ("json_array_length", Same), ("json_array_get", Same), ("json_array_contains", Same), ("json_size", Same),
    // Web
    ("url_extract_host", Same), ("url_extract_path", Same), ("url_extract_port", Same),
    ("url_extract_protocol", Same), ("url_extract_query", Same), ("url_extract_fragment", Same),
    ("url_extract_parameter", Same), ("url_decode", Same), ("url_encode", Same),
    // Time
    ("now", Same), ("current_timestamp", Same), ("current_date", Same), ("date", Rewritten), ("date_trunc", Same),
    ("date_add", Same), ("date_diff", Same), ("date_format", Same), ("date_parse", Same), ("format_datetime", Same),
    ("parse_datetime", Same), ("from_iso8601_timestamp", Same), ("from_iso8601_date", Same), ("to_iso8601", Same),
    ("from_unixtime", Same), ("to_unixtime", Same), ("at_timezone", Same), ("with_timezone", Same),
    // Conditions and types
    ("if", Rewritten), ("try", Rewritten), ("coalesce", Same), ("nullif", Same), ("greatest", Same), ("least", Same),
    ("typeof", Same),
    // Numbers
    ("abs", Same), ("cbrt", Same), ("ceil", Same), ("ceiling", Renamed("ceil")), ("degrees", Same), ("exp", Same),
    ("floor", Same), ("ln", Same), ("log", Same), ("log10", Same), ("log2", Same), ("mod", Same), ("pi", Same),
    ("pow", Renamed("power")), ("power", Same), ("radians", Same), ("rand", Renamed("random")), ("random", Same),
    ("round", Same), ("sign", Renamed("signum")), ("sqrt", Same), ("truncate", Renamed("trunc")), ("sin", Same),
    ("cos", Same), ("tan", Same), ("is_nan", Renamed("isnan")),
    // Arrays and maps
    ("cardinality", Same), ("element_at", Same), ("contains", Renamed("array_has")),
    ("arrays_overlap", Renamed("array_has_any")), ("array_distinct", Same), ("array_except", Same),
    ("array_intersect", Same), ("array_union", Same), ("array_join", Renamed("array_to_string")),
    ("array_max", Same), ("array_min", Same), ("array_position", Same), ("array_remove", Renamed("array_remove_all")),
    ("array_sort", Same), ("flatten", Same), ("map", Same), ("map_keys", Same), ("map_values", Same),
    ("map_entries", Same), ("repeat", Renamed("array_repeat")), ("sequence", Renamed("generate_series")),
    ("unnest", Same),
    // Lambdas
    ("any_match", Renamed("array_any_match")), ("filter", Renamed("array_filter")),
    ("transform", Renamed("array_transform")),
    // Aggregates
    ("count", Same), ("sum", Same), ("avg", Same), ("min", Same), ("max", Same), ("count_if", Rewritten),
    ("arbitrary", Rewritten), ("any_value", Rewritten), ("max_by", Rewritten), ("min_by", Rewritten),
    ("approx_distinct", Same), ("approx_percentile", Renamed("approx_percentile_cont")), ("array_agg", Same),
    ("bool_and", Same), ("bool_or", Same), ("every", Renamed("bool_and")), ("listagg", Rewritten),
    ("stddev", Same), ("stddev_pop", Same), ("stddev_samp", Same), ("variance", Renamed("var_samp")),
    ("var_pop", Same), ("var_samp", Same), ("corr", Same), ("covar_pop", Same), ("covar_samp", Same),
    ("grouping", Same),
    // Windows
    ("row_number", Same), ("rank", Same), ("dense_rank", Same), ("percent_rank", Same), ("cume_dist", Same),
    ("ntile", Same), ("lag", Same), ("lead", Same), ("first_value", Same), ("last_value", Same), ("nth_value", Same),
];

/// What Athena has under this lower-case name, if anything.
pub(crate) fn known(name: &str) -> Option<Known> {
    if DATE_PARTS.iter().any(|(part, _)| *part == name) {
        return Some(Rewritten);
    }
    KNOWN.iter().find(|(known, _)| *known == name).map(|(_, known)| *known)
}

/// The functions to register over DataFusion's own.
pub(crate) fn scalars() -> Vec<ScalarUDF> {
    [json::ALL, text::ALL, time::ALL, web::ALL, bytes::ALL]
        .into_iter()
        .flatten()
        .map(|function| ScalarUDF::new_from_impl(scalar::Scalar::new(function)))
        .chain(nested::all())
        .chain(time::zoned())
        .collect()
}
