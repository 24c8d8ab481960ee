//! The functions of Athena's engine version 3 that the lab has: the allow-list, and those written here.
//!
//! A name that is not in [`KNOWN`] is refused, also where DataFusion has such a function: what runs in the lab has to
//! run on Athena.

use std::collections::HashSet;
use std::sync::LazyLock;

use datafusion::execution::SessionStateDefaults;
use datafusion::logical_expr::ScalarUDF;

mod address;
mod arrays;
mod attempt;
mod bytes;
pub(crate) mod cast;
mod json;
mod nested;
mod operators;
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

pub(crate) use address::{CONTAINS, address_text, prefix_text};
pub(crate) use arrays::HAS_NULL;
pub(crate) use attempt::TRY;
pub(crate) use nested::{SUBSCRIPT, kind_name};
pub(crate) use operators::{DIVIDE, REMAINDER};
pub(crate) use time::zone_in;

use Known::{Renamed, Rewritten, Same};

/// Functions of a part of a date, and the part as DataFusion calls it.
pub(crate) const DATE_PARTS: [(&str, &str); 13] = [
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
    ("year_of_week", "isoyear"),
];

#[rustfmt::skip]
const KNOWN: &[(&str, Known)] = &[
    // Text
    ("chr", Same), ("concat", Rewritten), ("concat_ws", Same), ("length", Renamed("character_length")), ("lower", Same),
    ("lpad", Same), ("ltrim", Same), ("replace", Rewritten), ("reverse", Same), ("rpad", Same), ("rtrim", Same),
    ("split", Same), ("split_part", Same), ("starts_with", Same), ("strpos", Same), ("substr", Same),
    ("substring", Same), ("translate", Same), ("trim", Same), ("upper", Same), ("codepoint", Renamed("ascii")),
    ("levenshtein_distance", Renamed("levenshtein")), ("regexp_like", Same), ("regexp_extract", Same),
    ("regexp_extract_all", Same), ("regexp_replace", Rewritten), ("regexp_count", Same), ("regexp_split", Same),
    ("regexp_position", Same), ("position", Same), ("split_to_map", Same), ("normalize", Rewritten),
    // Bytes
    ("to_utf8", Same), ("from_utf8", Same), ("to_base64", Same), ("from_base64", Same), ("to_hex", Same),
    ("from_hex", Same), ("md5", Same), ("sha256", Same), ("sha512", Same), ("crc32", Same),
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
    ("from_unixtime", Rewritten), ("to_unixtime", Same), ("at_timezone", Same), ("with_timezone", Same),
    ("day_of_week", Rewritten), ("dow", Rewritten), ("millisecond", Rewritten), ("last_day_of_month", Same),
    ("localtimestamp", Rewritten), ("current_timezone", Rewritten),
    // Addresses
    ("ip_prefix", Same), ("ip_subnet_min", Same), ("ip_subnet_max", Same), ("ip_subnet_range", Same),
    ("is_subnet_of", Same),
    // Conditions and types
    ("if", Rewritten), ("try", Rewritten), ("coalesce", Same), ("nullif", Same), ("greatest", Rewritten),
    ("least", Rewritten),
    ("typeof", Same),
    // Numbers
    ("abs", Same), ("cbrt", Same), ("ceil", Same), ("ceiling", Renamed("ceil")), ("degrees", Same), ("exp", Same),
    ("floor", Same), ("ln", Same), ("log", Same), ("log10", Same), ("log2", Same), ("mod", Same), ("pi", Same),
    ("pow", Rewritten), ("power", Rewritten), ("radians", Same), ("rand", Rewritten), ("random", Rewritten),
    ("round", Same), ("sign", Renamed("signum")), ("sqrt", Same), ("truncate", Renamed("trunc")), ("sin", Same),
    ("cos", Same), ("tan", Same), ("is_nan", Renamed("isnan")), ("e", Rewritten), ("nan", Rewritten), ("infinity", Rewritten),
    ("bitwise_and", Rewritten), ("bitwise_or", Rewritten), ("bitwise_xor", Rewritten),
    // Arrays and maps
    ("cardinality", Same), ("element_at", Same), ("contains", Rewritten),
    ("arrays_overlap", Rewritten), ("array_distinct", Same), ("array_except", Same),
    ("array_intersect", Same), ("array_union", Same), ("array_join", Renamed("array_to_string")),
    ("array_max", Rewritten), ("array_min", Rewritten), ("array_position", Rewritten), ("array_remove", Renamed("array_remove_all")),
    ("array_sort", Rewritten), ("flatten", Same), ("slice", Rewritten), ("row", Rewritten), ("map", Same), ("map_keys", Same), ("map_values", Same),
    ("map_entries", Same), ("repeat", Renamed("array_repeat")), ("sequence", Rewritten),
    ("unnest", Same),
    // Lambdas
    ("any_match", Renamed("array_any_match")), ("all_match", Rewritten), ("none_match", Rewritten), ("filter", Renamed("array_filter")),
    ("transform", Renamed("array_transform")),
    // Aggregates
    ("count", Same), ("sum", Same), ("avg", Same), ("min", Same), ("max", Same), ("count_if", Rewritten),
    ("arbitrary", Rewritten), ("any_value", Rewritten), ("max_by", Rewritten), ("min_by", Rewritten),
    ("approx_distinct", Rewritten), ("approx_percentile", Rewritten), ("array_agg", Same),
    ("bool_and", Same), ("bool_or", Same), ("every", Renamed("bool_and")), ("listagg", Rewritten),
    ("stddev", Same), ("stddev_pop", Same), ("stddev_samp", Same), ("variance", Renamed("var_samp")),
    ("var_pop", Same), ("var_samp", Same), ("corr", Same), ("covar_pop", Same), ("covar_samp", Same),
    ("grouping", Same),
    // Windows
    ("row_number", Same), ("rank", Same), ("dense_rank", Same), ("percent_rank", Same), ("cume_dist", Same),
    ("ntile", Same), ("lag", Same), ("lead", Same), ("first_value", Same), ("last_value", Same), ("nth_value", Same),
];

/// Functions of Athena that the lab cannot do, so that its refusal can tell them from a slip of the pen.
#[rustfmt::skip]
const ELSEWHERE: &[&str] = &[
    "approx_most_frequent", "approx_set", "array_histogram", "bit_count", "bitwise_and_agg", "bitwise_not",
    "bitwise_or_agg", "checksum", "combinations", "date_parse_nanos", "entropy", "format", "format_number",
    "from_base", "from_iso8601_timestamp_nanos", "geometric_mean", "hamming_distance", "histogram", "hmac_md5",
    "hmac_sha1", "hmac_sha256", "hmac_sha512", "human_readable_seconds", "is_json_scalar", "json_exists",
    "json_query", "json_value", "kurtosis", "map_agg", "map_concat", "map_filter", "map_from_entries", "map_union",
    "map_zip_with", "merge", "multimap_agg", "multimap_from_entries", "ngrams", "numeric_histogram",
    "parse_data_size", "parse_duration", "qdigest_agg", "reduce", "reduce_agg", "regr_intercept", "regr_slope",
    "set_agg", "set_union", "sha1", "shuffle", "skewness", "soundex", "spooky_hash_v2_64", "split_to_multimap",
    "tdigest_agg", "to_base", "to_base64url", "to_char", "to_date", "to_milliseconds", "to_timestamp",
    "transform_keys", "transform_values", "trim_array", "uuid", "version", "width_bucket", "word_stem", "xxhash64",
    "zip", "zip_with",
];

/// Whether Athena has a function of this lower-case name that the lab has not.
pub(crate) fn is_elsewhere(name: &str) -> bool {
    ELSEWHERE.contains(&name)
}

/// The names of all functions that run here.
#[cfg(test)]
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    DATE_PARTS.iter().map(|(name, _)| *name).chain(KNOWN.iter().map(|(name, _)| *name))
}

/// What Athena has under this lower-case name, if anything.
pub(crate) fn known(name: &str) -> Option<Known> {
    if DATE_PARTS.iter().any(|(part, _)| *part == name) {
        return Some(Rewritten);
    }
    KNOWN.iter().find(|(known, _)| *known == name).map(|(_, known)| *known)
}

/// Whether a function has a twin whose errors are NULL: those of ours have.
pub(crate) fn has_twin(name: &str) -> bool {
    static OWN: LazyLock<HashSet<String>> =
        LazyLock::new(|| own().iter().map(|function| function.name().to_owned()).collect());
    OWN.contains(name)
}

/// All scalar functions: ours, then DataFusion's where ours have no such name, and for each its twin for TRY.
pub(crate) fn scalars() -> Vec<ScalarUDF> {
    let own = own();
    let is_ours = |name: &str| own.iter().any(|function| function.name() == name);
    let mut all: Vec<ScalarUDF> = SessionStateDefaults::default_scalar_functions()
        .into_iter()
        // An alias would win over a function of ours or lose to it by the order in a map.
        .filter(|function| !is_ours(function.name()) && !function.aliases().iter().any(|alias| is_ours(alias)))
        .map(|function| function.as_ref().clone())
        .collect();
    all.extend(own.iter().cloned().map(attempt::twin));
    all.extend(own);
    all
}

fn own() -> Vec<ScalarUDF> {
    [json::ALL, text::ALL, time::ALL, web::ALL, bytes::ALL]
        .into_iter()
        .flatten()
        .map(|function| ScalarUDF::new_from_impl(scalar::Scalar::new(function)))
        .chain(nested::all())
        .chain(arrays::all())
        .chain(address::all())
        .chain(cast::all())
        .chain(operators::all())
        .chain(time::zoned())
        .collect()
}
