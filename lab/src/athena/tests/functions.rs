//! The functions that log queries use, each with a value that Trino's documentation or Athena's gives.

use super::*;

/// Expression and result, as the CSV has it; `∅` is NULL.
const CASES: &[(&str, &str)] = &[
    // Text
    ("length('日本')", "2"),
    ("substr('hello', 2, 3)", "ell"),
    ("split_part('a,b,c', ',', 2)", "b"),
    ("split('a.b.c', '.')", "[a, b, c]"),
    ("split('a.b.c', '.', 2)", "[a, b.c]"),
    ("strpos('hello', 'l')", "3"),
    ("'a' || 'b'", "ab"),
    ("concat('a', 'b', 'c')", "abc"),
    ("replace('hello', 'l', 'L')", "heLLo"),
    ("regexp_like('1a 2b 14m', '\\d+b')", "true"),
    ("regexp_extract('1a 2b 14m', '\\d+')", "1"),
    ("regexp_extract('1a 2b 14m', '(\\d+)([a-z]+)', 2)", "a"),
    ("regexp_extract('abc', '\\d+')", "∅"),
    ("regexp_extract_all('1a 2b 14m', '(\\d+)([a-z]+)', 2)", "[a, b, m]"),
    ("regexp_replace('1a 2b 14m', '\\d+[ab] ')", "14m"),
    ("regexp_replace('1a 2b', '(\\d+)([ab])', '3c$2')", "3ca 3cb"),
    ("starts_with('hello', 'he')", "true"),
    ("'it''s' LIKE 'it%'", "true"),
    ("'50%' LIKE '50\\%' ESCAPE '\\'", "true"),
    // JSON
    ("json_extract_scalar('{\"a\":{\"b\":[10,{\"c d\":\"x\"}]}}', '$.a.b[1][\"c d\"]')", "x"),
    ("json_extract_scalar('{\"a\":18446744073709551616}', '$.a')", "18446744073709551616"),
    ("json_extract_scalar('{\"a\":[1]}', '$.a')", "∅"),
    ("json_extract_scalar('not json', '$.a')", "∅"),
    ("json_extract('{\"a\":[1, 2]}', '$.a')", "[1,2]"),
    ("json_array_length('[1,2,3]')", "3"),
    ("json_array_get('[\"a\",7]', -1)", "7"),
    ("json_array_contains('[\"a\",7]', 'a')", "true"),
    ("json_size('{\"x\":{\"a\":1,\"b\":2}}', '$.x')", "2"),
    // URLs
    ("url_extract_host('https://user@example.com:8443/p/q?a=1&b=x%20y#f')", "example.com"),
    ("url_extract_port('https://example.com:8443/p')", "8443"),
    ("url_extract_path('https://example.com/p%20q?a=1')", "/p q"),
    ("url_extract_query('https://example.com/?a=1')", "a=1"),
    ("url_extract_parameter('https://example.com/?a=1&b=x%20y', 'b')", "x y"),
    ("url_extract_host('-')", "∅"),
    ("url_decode('a%2Fb+c')", "a/b c"),
    ("url_encode('a/b c')", "a%2Fb+c"),
    // Bytes
    ("to_hex(md5(to_utf8('')))", "D41D8CD98F00B204E9800998ECF8427E"),
    ("from_utf8(from_base64('aGk='))", "hi"),
    ("to_base64(to_utf8('hi'))", "aGk="),
    // Time
    ("from_iso8601_timestamp('2026-11-23T01:02:03Z')", "2026-11-23 01:02:03.000 UTC"),
    ("from_iso8601_timestamp('2026-11-23T10:02:03.5+09:00')", "2026-11-23 01:02:03.500 UTC"),
    ("from_iso8601_date('2026-11-23')", "2026-11-23"),
    ("to_iso8601(from_iso8601_timestamp('2026-11-23T01:02:03Z'))", "2026-11-23T01:02:03.000Z"),
    ("date_parse('23/Nov/2026:01:02:03', '%d/%b/%Y:%H:%i:%s')", "2026-11-23 01:02:03.000"),
    ("parse_datetime('2026-11-23T01:02:03 +0900', 'yyyy-MM-dd''T''HH:mm:ss Z')", "2026-11-22 16:02:03.000 UTC"),
    ("date_format(TIMESTAMP '2026-11-23 13:02:03', '%Y-%m-%d %h:%i %p %W')", "2026-11-23 01:02 PM Monday"),
    ("format_datetime(TIMESTAMP '2026-11-23 13:02:03', 'yyyy/MM/dd EEE HH')", "2026/11/23 Mon 13"),
    ("date_trunc('hour', TIMESTAMP '2026-11-23 13:02:03')", "2026-11-23 13:00:00.000"),
    ("date_diff('hour', TIMESTAMP '2026-11-22 23:30:00', TIMESTAMP '2026-11-23 02:00:00')", "2"),
    ("date_diff('day', DATE '2026-02-01', DATE '2026-03-01')", "28"),
    ("date_add('month', 1, DATE '2026-01-31')", "2026-02-28"),
    ("date_add('minute', -3, TIMESTAMP '2026-11-23 00:01:00')", "2026-11-22 23:58:00.000"),
    ("from_unixtime(1795395723)", "2026-11-23 01:02:03.000 UTC"),
    ("to_unixtime(TIMESTAMP '2026-11-23 01:02:03.500')", "1.7953957235E9"),
    ("at_timezone(from_iso8601_timestamp('2026-11-23T01:02:03Z'), 'Asia/Tokyo')", "2026-11-23 10:02:03.000 Asia/Tokyo"),
    ("date('2026-11-23')", "2026-11-23"),
    ("hour(TIMESTAMP '2026-11-23 13:02:03')", "13"),
    ("extract(year FROM DATE '2026-11-23')", "2026"),
    ("TIMESTAMP '2026-11-23 13:02:03' - INTERVAL '1' DAY", "2026-11-22 13:02:03.000"),
    ("CAST('2026-11-23 01:02:03' AS timestamp)", "2026-11-23 01:02:03.000"),
    // Conditions and types
    ("if(1 > 2, 'a')", "∅"),
    ("if(1 < 2, 'a', 'b')", "a"),
    ("try(CAST('x' AS integer))", "∅"),
    ("try_cast('7' AS bigint)", "7"),
    ("coalesce(NULL, 'x')", "x"),
    ("typeof(ARRAY['a'])", "array(varchar)"),
    ("typeof(1)", "bigint"),
    // Arrays and maps
    ("element_at(ARRAY[7, 8], 2)", "8"),
    ("element_at(ARRAY[7, 8], -1)", "8"),
    ("element_at(ARRAY[7, 8], 3)", "∅"),
    ("element_at(MAP(ARRAY['a', 'b'], ARRAY[1, 2]), 'b')", "2"),
    ("contains(ARRAY['a', 'b'], 'b')", "true"),
    ("cardinality(ARRAY[1, 2, 3])", "3"),
    ("array_join(ARRAY['a', 'b'], '-')", "a-b"),
    ("array_distinct(ARRAY[1, 1])", "[1]"),
    ("any_match(ARRAY[1, 5], x -> x > 4)", "true"),
    ("filter(ARRAY[1, 5], x -> x > 4)", "[5]"),
    ("transform(ARRAY[1, 5], x -> x * 2)", "[2, 10]"),
    ("MAP(ARRAY['a'], ARRAY[1])", "{a=1}"),
    // Numbers
    ("5 / 2", "2"),
    ("5.0e0 / 2", "2.5"),
    ("round(2.5e0)", "3.0"),
    ("greatest(1, 3, 2)", "3"),
];

/// The same over a table of four rows: x = 1, 2, 3, NULL and s = 'a', 'b', 'c', 'd'.
const AGGREGATES: &[(&str, &str)] = &[
    ("count(*)", "4"),
    ("count_if(x > 1)", "2"),
    ("arbitrary(x) IS NOT NULL", "true"),
    ("max_by(s, x)", "c"),
    ("min_by(s, x)", "a"),
    ("approx_distinct(s)", "4"),
    ("approx_percentile(CAST(x AS double), 0.5)", "2.0"),
    ("array_agg(s ORDER BY s)", "[a, b, c, d]"),
    ("bool_or(x > 2)", "true"),
    ("avg(x)", "2.0"),
    ("sum(x) FILTER (WHERE s <> 'a')", "5"),
    ("listagg(s, '-') WITHIN GROUP (ORDER BY s)", "a-b-c-d"),
];

#[tokio::test]
async fn scalar_functions_give_what_athena_gives() {
    let lab = Lab::new();
    let mut wrong = Vec::new();
    for (expression, expected) in CASES {
        let found = outcome(&lab, &format!("SELECT {expression}")).await;
        if found != *expected {
            wrong.push(format!("{expression}: {found}, expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn aggregates_give_what_athena_gives() {
    let lab = Lab::new();
    let mut wrong = Vec::new();
    for (expression, expected) in AGGREGATES {
        let sql = format!("SELECT {expression} FROM (VALUES (1, 'a'), (2, 'b'), (3, 'c'), (NULL, 'd')) AS t(x, s)");
        let found = outcome(&lab, &sql).await;
        if found != *expected {
            wrong.push(format!("{expression}: {found}, expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn outcome(lab: &Lab, sql: &str) -> String {
    let body = json!({ "QueryString": sql, "ResultConfiguration": { "OutputLocation": "s3://results/" } });
    let id = match lab.call("StartQueryExecution", body).await {
        Ok(answer) => answer["QueryExecutionId"].as_str().unwrap().to_owned(),
        Err(error) => return error.to_string(),
    };
    let execution = lab.ended(&id).await;
    if execution["Status"]["State"] != "SUCCEEDED" {
        return execution["Status"]["StateChangeReason"].to_string();
    }
    let results = lab.ok("GetQueryResults", json!({ "QueryExecutionId": id })).await;
    joined(&rows(&results)[1])
}
