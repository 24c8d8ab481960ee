//! Where Trino and the engine differ: what a user of Athena sees here is what Athena shows. Each test is a row of
//! `docs/athena.md`.

use super::*;

/// Runs `SELECT expression` for each; the result is its values, or why it failed.
async fn check(cases: &[(&str, &str)]) {
    let lab = Lab::new();
    let mut wrong = Vec::new();
    for (expression, expected) in cases {
        let found = outcome(&lab, &format!("SELECT {expression}")).await;
        if !found.starts_with(expected) || (found != *expected && !expected.ends_with(':')) {
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
        return execution["Status"]["StateChangeReason"].as_str().unwrap().to_owned();
    }
    let results = lab.ok("GetQueryResults", json!({ "QueryExecutionId": id })).await;
    rows(&results)[1..].iter().map(|row| joined(row)).collect::<Vec<_>>().join(" ; ")
}

#[tokio::test]
async fn numbers_divide_as_trino_divides() {
    check(&[
        ("7 / 2, -7 / 2, -7 % 3, 7 % 2", "3|-3|-1|1"),
        ("1.0 / 3, 100.0 * 5 / 3, 7e0 / 2", "0.3|166.7|3.5"),
        ("1 / 0", "DIVISION_BY_ZERO: Division by zero"),
        ("1 % 0", "DIVISION_BY_ZERO: Division by zero"),
        ("1e0 / 0", "Infinity"),
        ("typeof(1.5), typeof(1.5e0), 1.50 * 2.5", "decimal(2,1)|double|3.750"),
        ("0.1 + 0.2, 1.5 + 1", "0.3|2.5"),
        ("'a' / 2", "TYPE_MISMATCH: Cannot apply operator: varchar / bigint"),
        ("power(2, 3), mod(7, 3), bitwise_and(6, 3), bitwise_xor(6, 3)", "8.0|1|2|5"),
        ("e(), is_nan(nan()), infinity()", "2.718281828459045|true|Infinity"),
        ("rand() < 1, random(10) < 10", "true|true"),
    ])
    .await;
}

#[tokio::test]
async fn casts_are_trinos() {
    check(&[
        ("CAST(1.7e0 AS integer), CAST(2.5e0 AS bigint), CAST(-2.5e0 AS bigint), CAST(1.5 AS integer)", "2|3|-3|2"),
        ("CAST('x' AS integer)", "INVALID_CAST_ARGUMENT: Cannot cast 'x' to INT"),
        ("CAST('abc' AS bigint)", "INVALID_CAST_ARGUMENT: Cannot cast 'abc' to BIGINT"),
        ("CAST('nope' AS date)", "INVALID_CAST_ARGUMENT: Value cannot be cast to date: nope"),
        ("CAST('2026-11-23T01:02:03Z' AS timestamp)", "INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp:"),
        ("CAST('maybe' AS boolean)", "INVALID_CAST_ARGUMENT: Cannot cast 'maybe' to BOOLEAN"),
        ("CAST(3000000000 AS integer)", "NUMERIC_VALUE_OUT_OF_RANGE: Out of range for integer: 3000000000"),
        ("CAST(1 AS colour)", "TYPE_NOT_FOUND: Unknown type: colour"),
        ("CAST(ARRAY[1] AS varchar)", "TYPE_MISMATCH: Cannot cast array(bigint) to varchar"),
        ("CAST('abc' AS varchar(2)), CAST(1.5e0 AS varchar), CAST(true AS varchar)", "ab|1.5E0|true"),
        ("CAST('1.555' AS decimal(10,2)), CAST('7' AS double), CAST('1' AS boolean)", "1.56|7.0|true"),
        (
            "CAST(TIMESTAMP '2026-11-23 01:02:03' AS varchar), CAST(DATE '2026-11-23' AS varchar)",
            "2026-11-23 01:02:03.000|2026-11-23",
        ),
        (
            "CAST(ROW(1, 'a') AS ROW(x integer, y varchar)), CAST(ROW(1, 'a') AS ROW(x integer, y varchar)).y",
            "{x=1, y=a}|a",
        ),
        ("CAST(ARRAY['1', '2'] AS array(integer)), typeof(CAST(NULL AS array(varchar)))", "[1, 2]|array(varchar)"),
    ])
    .await;
}

#[tokio::test]
async fn try_gives_null_where_its_argument_fails() {
    check(&[
        ("try(1 / 0), coalesce(try(1 / 0), 7)", "∅|7"),
        ("try(CAST('x' AS integer)), try(CAST('x' AS integer) + 1), try_cast('x' AS bigint)", "∅|∅|∅"),
        ("try(from_iso8601_timestamp('nope')), try(date_parse('x', '%Y')), try(json_parse('{'))", "∅|∅|∅"),
        ("try(ARRAY[1][5]), try(element_at(ARRAY[1], 0)), try(CAST('nope' AS ipaddress))", "∅|∅|∅"),
        ("try(ARRAY[1][1]), try_cast('7' AS integer)", "1|7"),
        ("try(10 / x) FROM (VALUES (1), (0), (5)) AS t(x)", "10 ; ∅ ; 2"),
    ])
    .await;
}

#[tokio::test]
async fn subscripts_count_from_one_and_fail_outside() {
    check(&[
        ("ARRAY[7, 8][1], element_at(ARRAY[7, 8], -1), element_at(ARRAY[7, 8], 3)", "7|8|∅"),
        (
            "ARRAY[7, 8][3]",
            "INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: 3 > 2",
        ),
        ("ARRAY[7, 8][0]", "INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1"),
        ("element_at(ARRAY[7], 0)", "INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1"),
        ("ARRAY[7, 8][-1]", "INVALID_FUNCTION_ARGUMENT: Array subscript is negative: -1"),
        ("MAP(ARRAY['a'], ARRAY[1])['a'], element_at(MAP(ARRAY['a'], ARRAY[1]), 'z')", "1|∅"),
        ("MAP(ARRAY['a'], ARRAY[1])['b']", "INVALID_FUNCTION_ARGUMENT: Key not present in map: b"),
        ("split('a/b/c', '/')[2], slice(ARRAY[1,2,3,4], 2, 2), slice(ARRAY[1,2,3,4], -2, 2)", "b|[2, 3]|[3, 4]"),
    ])
    .await;
}

#[tokio::test]
async fn null_is_unknown_as_in_trino() {
    check(&[
        ("'a' || NULL, concat('a', NULL), concat_ws('-', 'a', NULL, 'b')", "∅|∅|a-b"),
        ("greatest(1, NULL), least(3, NULL, 1), greatest(1, 3, 2)", "∅|∅|3"),
        ("contains(ARRAY[1, NULL], 2), contains(ARRAY[1, NULL], 1), contains(ARRAY['a'], 'b')", "∅|true|false"),
        ("array_max(ARRAY[1, NULL]), array_position(ARRAY[1, 2], 3), arrays_overlap(ARRAY[1], ARRAY[NULL])", "∅|0|∅"),
        ("1 IN (2, NULL), NULL = NULL, false AND NULL, 1 IS DISTINCT FROM NULL", "∅|∅|false|true"),
        (
            "array_sort(ARRAY[3, NULL, 1]), array_join(ARRAY['a', NULL], ','), array_join(ARRAY['a', NULL], ',', '?')",
            "[1, 3, null]|a|a,?",
        ),
        ("1 AS a, 2 AS a, 3", "1|2|3"),
        ("x FROM (VALUES (2), (NULL), (1)) AS t(x) ORDER BY x DESC", "2 ; 1 ; ∅"),
        ("count(x), count(*), sum(x), avg(x) FROM (VALUES (2), (NULL)) AS t(x)", "1|2|2|2.0"),
    ])
    .await;
}

#[tokio::test]
async fn text_functions_are_trinos() {
    check(&[
        ("substr('hello', 2), substr('hello', -3), substr('hello', -3, 2), substr('hello', 0)", "ello|llo|ll|"),
        ("substring('hello', 2, 2), substring('hello' FROM 2 FOR 2)", "el|el"),
        ("split_part('a,b,c', ',', 2), split_part('a,b,c', ',', 5)", "b|∅"),
        ("split_part('a', ',', 0)", "INVALID_FUNCTION_ARGUMENT: Index must be greater than zero"),
        ("strpos('hello', 'l'), strpos('hello', 'l', 2), strpos('hello', 'z'), strpos('hello', 'l', -1)", "3|4|0|4"),
        ("replace('abc', 'b'), lpad('7', 3, '0'), trim(LEADING '0' FROM '007'), reverse('abc')", "ac|007|7|cba"),
        ("regexp_like('GET /admin', '^GET\\s+/adm'), regexp_like('abc', NULL)", "true|∅"),
        ("regexp_extract('abc-123', '([a-z]+)-(\\d+)', 2), regexp_split('a1b2c', '\\d'), regexp_position('abc', 'c')", "123|[a, b, c]|3"),
        ("regexp_like('a', '(?=b)')", "INVALID_FUNCTION_ARGUMENT: regular expression (look-around and back-references are not supported here):"),
        ("split_to_map('a=1&b=2', '&', '='), split_to_map('a=1&b=2', '&', '=')['b']", "{a=1, b=2}|2"),
        ("U&'\\0041', X'65', crc32(to_utf8('a'))", "A|65|3904355907"),
    ])
    .await;
}

#[tokio::test]
async fn json_becomes_columns() {
    check(&[
        ("json_extract('{\"a\": {\"b\": [1, 2]}}', '$.a'), json_extract_scalar('{\"a\":\"x\"}', '$.a')", "{\"b\":[1,2]}|x"),
        ("json_extract_scalar('{\"a\":{}}', '$.a'), json_extract('{\"a\":null}', '$.a'), json_extract('x', '$.a')", "∅|null|∅"),
        ("json_extract_scalar('{\"a b\":[5]}', '$[\"a b\"][0]'), json_extract('{}', '$.a')", "5|∅"),
        ("json_extract('{}', 'a')", "INVALID_FUNCTION_ARGUMENT: Invalid JSON path: 'a'"),
        ("typeof(json_parse('1')), typeof(json_extract('{}', '$'))", "json|json"),
        ("CAST(json_extract('{\"a\":[\"x\",\"y\"]}', '$.a') AS array(varchar))", "[x, y]"),
        ("CAST(json_parse('{\"a\":1}') AS map(varchar, integer)), CAST(json_parse('{\"x\":1,\"y\":\"b\"}') AS row(x integer, y varchar))", "{a=1}|{x=1, y=b}"),
        ("CAST(json_extract('{\"s\":\"v\"}', '$.s') AS varchar), CAST(json_extract('{\"n\":5}', '$.n') AS integer)", "v|5"),
        ("CAST(ARRAY[1, 2] AS json), json_format(CAST(MAP(ARRAY['a'], ARRAY[true]) AS json)), JSON '{\"a\": 1}'", "[1,2]|{\"a\":true}|{\"a\":1}"),
        ("x FROM UNNEST(CAST(json_parse('[1,2]') AS array(bigint))) AS t(x)", "1 ; 2"),
        ("json_extract_scalar(i, '$.x') FROM (SELECT '{\"k\":[{\"x\":1}]}' AS j) t CROSS JOIN UNNEST(CAST(json_extract(j, '$.k') AS array(json))) AS u(i)", "1"),
        ("json_parse('{')", "INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '{'"),
        ("json_array_length('[1]'), json_array_get('[\"a\",7]', -1), json_size('{\"x\":{\"a\":1}}', '$.x')", "1|7|1"),
    ])
    .await;
}

#[tokio::test]
async fn times_keep_their_zone() {
    check(&[
        ("from_iso8601_timestamp('2026-11-23T01:02:03Z'), from_iso8601_timestamp('2026-11-23')", "2026-11-23 01:02:03.000 UTC|2026-11-23 00:00:00.000 UTC"),
        ("from_iso8601_timestamp('nope')", "INVALID_FUNCTION_ARGUMENT: Invalid format: \"nope\""),
        ("TIMESTAMP '2026-11-23 01:02:03 Asia/Tokyo', TIMESTAMP '2026-11-23 01:02:03'", "2026-11-23 01:02:03.000 Asia/Tokyo|2026-11-23 01:02:03.000"),
        ("at_timezone(from_iso8601_timestamp('2026-11-23T01:02:03Z'), 'America/New_York')", "2026-11-22 20:02:03.000 America/New_York"),
        ("from_iso8601_timestamp('2026-11-23T01:02:03Z') AT TIME ZONE 'Asia/Tokyo'", "2026-11-23 10:02:03.000 Asia/Tokyo"),
        ("hour(at_timezone(from_iso8601_timestamp('2026-11-23T01:02:03Z'), 'Asia/Tokyo'))", "10"),
        ("date_trunc('day', at_timezone(from_iso8601_timestamp('2026-11-23T20:02:03Z'), 'Asia/Tokyo'))", "2026-11-24 00:00:00.000 Asia/Tokyo"),
        ("CAST(at_timezone(from_iso8601_timestamp('2026-11-23T20:02:03Z'), 'Asia/Tokyo') AS timestamp)", "2026-11-24 05:02:03.000"),
        ("from_iso8601_timestamp('2026-11-23T01:02:03Z') = TIMESTAMP '2026-11-23 10:02:03 Asia/Tokyo'", "true"),
        ("with_timezone(TIMESTAMP '2026-11-23 01:02:03', 'Asia/Tokyo'), from_unixtime(0, 'Asia/Tokyo')", "2026-11-23 01:02:03.000 Asia/Tokyo|1970-01-01 09:00:00.000 Asia/Tokyo"),
        ("typeof(now()), typeof(current_date), date_trunc('hour', current_timestamp) <= now(), localtimestamp IS NULL", "timestamp(3) with time zone|date|true|false"),
    ])
    .await;
}

#[tokio::test]
async fn dates_are_read_cut_and_counted() {
    check(&[
        ("date_parse('2026-11-23T01:02:03.186641Z', '%Y-%m-%dT%H:%i:%s.%fZ'), date_parse('23/Nov/2026', '%d/%b/%Y')", "2026-11-23 01:02:03.186|2026-11-23 00:00:00.000"),
        ("date_parse('x', '%Y')", "INVALID_FUNCTION_ARGUMENT: Invalid format: \"x\""),
        ("parse_datetime('23/Nov/2026:01:02:03 +0900', 'dd/MMM/yyyy:HH:mm:ss Z')", "2026-11-22 16:02:03.000 UTC"),
        ("parse_datetime('2026-11-23T01:02:03Z', 'yyyy-MM-dd''T''HH:mm:ss''Z''')", "2026-11-23 01:02:03.000 UTC"),
        ("date_trunc('week', TIMESTAMP '2026-11-26 13:02:03'), date_trunc('month', DATE '2026-11-26')", "2026-11-23 00:00:00.000|2026-11-01"),
        ("date_trunc('quarter', DATE '2026-11-26'), date_trunc('minute', TIMESTAMP '2026-11-26 13:02:03.4')", "2026-10-01|2026-11-26 13:02:00.000"),
        ("date_trunc('nope', DATE '2026-11-26')", "INVALID_FUNCTION_ARGUMENT: 'nope' is not a valid DATE field"),
        ("day_of_week(DATE '2026-11-29'), dow(DATE '2026-11-23'), week(DATE '2026-11-23'), extract(dow FROM DATE '2026-11-29')", "7|1|48|7"),
        ("year_of_week(DATE '2027-01-01'), millisecond(TIMESTAMP '2026-11-23 01:02:03.456'), last_day_of_month(DATE '2026-02-03')", "2026|456|2026-02-28"),
        ("TIMESTAMP '2026-11-23 01:00:00' - TIMESTAMP '2026-11-22 00:00:00', INTERVAL '2' DAY, INTERVAL '14' MONTH", "1 01:00:00.000|2 00:00:00.000|1-2"),
        ("DATE '2026-01-31' + INTERVAL '1' MONTH, date_diff('second', TIMESTAMP '2026-11-23 01:02:03', TIMESTAMP '2026-11-23 01:03:03')", "2026-02-28|60"),
        ("date_format(TIMESTAMP '2026-11-23 13:02:03', '%Y-%m-%d %H:%i:%s'), format_datetime(DATE '2026-11-23', 'EEE dd')", "2026-11-23 13:02:03|Mon 23"),
    ])
    .await;
}

#[tokio::test]
async fn addresses_are_compared_and_found_in_networks() {
    check(&[
        ("CAST('10.0.0.1' AS IPADDRESS), IPADDRESS '2001:db8:0:0:0:0:0:1', typeof(IPADDRESS '::1')", "10.0.0.1|2001:db8::1|ipaddress"),
        ("IPADDRESS '10.0.0.2' < IPADDRESS '10.0.0.10', CAST(IPADDRESS '10.0.0.1' AS varchar)", "true|10.0.0.1"),
        ("CAST('nope' AS IPADDRESS)", "INVALID_CAST_ARGUMENT: Cannot cast value to IPADDRESS: nope"),
        ("try_cast('nope' AS IPADDRESS)", "∅"),
        ("contains('10.0.0.0/8', CAST('10.1.2.3' AS IPADDRESS)), contains('10.0.0.0/8', IPADDRESS '11.1.2.3')", "true|false"),
        ("contains('2001:db8::/32', IPADDRESS '2001:db8::1'), contains('0.0.0.0/0', IPADDRESS '::1')", "true|false"),
        ("contains('nope', IPADDRESS '11.1.2.3')", "INVALID_FUNCTION_ARGUMENT: Invalid CIDR"),
        ("contains('10.0.0.0/8', '10.1.2.3')", "FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters (varchar, varchar) for function contains"),
        ("ip_prefix(CAST('192.168.255.255' AS IPADDRESS), 9), ip_subnet_min(IPPREFIX '192.64.0.0/9')", "192.128.0.0/9|192.0.0.0"),
        ("ip_subnet_range(IPPREFIX '1.2.3.160/24'), is_subnet_of(IPPREFIX '1.2.3.128/26', IPADDRESS '1.2.3.129')", "[1.2.3.0, 1.2.3.255]|true"),
        ("ip FROM (VALUES ('10.9.9.9'), ('-'), ('192.0.2.1')) AS t(ip) WHERE contains('10.0.0.0/8', try_cast(ip AS ipaddress))", "10.9.9.9"),
    ])
    .await;
}

#[tokio::test]
async fn lambdas_go_over_arrays() {
    check(&[
        ("any_match(ARRAY['a','b'], x -> x = 'b'), all_match(ARRAY[1,2], x -> x > 0), none_match(ARRAY[1,2], x -> x > 5)", "true|true|true"),
        ("any_match(ARRAY[1,NULL], x -> x > 5), filter(ARRAY[5,-6,NULL,7], x -> x IS NOT NULL)", "∅|[5, -6, 7]"),
        ("transform(filter(ARRAY[1,2,3], x -> x > 1), x -> x * 10), transform(ARRAY[5,NULL], x -> coalesce(x, 0) + 1)", "[20, 30]|[6, 1]"),
        ("transform(ARRAY[ARRAY[1,2],ARRAY[3]], a -> filter(a, x -> x > 1))", "[[2], [3]]"),
        ("cardinality(filter(l, x -> x.k = 'v')) FROM (SELECT ARRAY[CAST(ROW('v', 1) AS ROW(k varchar, n integer))] AS l) t", "1"),
        ("t.r.l[1].k, filter(t.r.l, x -> x.k = 'v')[1].k FROM (SELECT CAST(ROW(ARRAY[ROW('v')]) AS ROW(l array(row(k varchar)))) AS r) t", "v|v"),
        ("reduce(ARRAY[1], 0, (s, x) -> s + x, s -> s)", "NOT_SUPPORTED: line 1:8: Function 'reduce' is not supported here"),
    ])
    .await;
}

#[tokio::test]
async fn unnest_gives_a_row_an_item() {
    check(&[
        ("x, n FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY AS t(x, n)", "a|1 ; b|2"),
        ("k, v FROM UNNEST(MAP(ARRAY['a', 'b'], ARRAY[1, 2])) AS t(k, v)", "a|1 ; b|2"),
        ("a, b FROM UNNEST(ARRAY[1, 2], ARRAY['x']) AS t(a, b)", "1|x ; 2|∅"),
        ("id, x, n FROM (VALUES (7, ARRAY['a', 'b']), (8, ARRAY[])) AS s(id, l) CROSS JOIN UNNEST(l) WITH ORDINALITY AS u(x, n)", "7|a|1 ; 7|b|2"),
        ("id, k, v FROM (SELECT 7 AS id, MAP(ARRAY['a'], ARRAY[1]) AS m) s, UNNEST(m) AS u(k, v)", "7|a|1"),
    ])
    .await;
}

#[tokio::test]
async fn sketches_and_aggregates_answer() {
    check(&[
        ("approx_distinct(x), approx_distinct(x, 0.02e0), approx_percentile(CAST(x AS double), 0.5) FROM (VALUES (1), (2), (3)) AS t(x)", "3|3|2.0"),
        ("max_by(s, x), min_by(s, x), count_if(x > 1), arbitrary(s) IS NULL FROM (VALUES (1, 'a'), (2, 'b')) AS t(x, s)", "b|a|1|false"),
        ("listagg(s, ',') WITHIN GROUP (ORDER BY s DESC), array_agg(DISTINCT s) FROM (VALUES ('a'), ('b'), ('b')) AS t(s) WHERE s > 'a'", "b,b|[b]"),
        ("approx_percentile(1, ARRAY[0.5])", "NOT_SUPPORTED: line 1:8: approx_percentile with 2 arguments is not supported here"),
        ("histogram(1)", "NOT_SUPPORTED: line 1:8: Function 'histogram' is not supported here"),
    ])
    .await;
}

#[tokio::test]
async fn errors_have_athenas_names_and_places() {
    let lab = Lab::new();
    lab.run("CREATE DATABASE scops", &[]).await;
    lab.run("CREATE EXTERNAL TABLE t (a int, s string) LOCATION 's3://logs/t/'", &[]).await;
    for (sql, expected) in [
        ("SELECT x FROM t", "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved"),
        ("SELECT a\nFROM t\nWHERE b = 1", "COLUMN_NOT_FOUND: line 3:7: Column 'b' cannot be resolved"),
        ("SELECT * FROM missing", "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.scops.missing' does not exist"),
        ("SELECT nosuch(a) FROM t", "FUNCTION_NOT_FOUND: line 1:8: Function 'nosuch' not registered"),
        (
            "SELECT a, lower(a) FROM t",
            "FUNCTION_NOT_FOUND: line 1:11: Unexpected parameters (integer) for function lower",
        ),
        ("SELECT a FROM t WHERE s = 1", "TYPE_MISMATCH: Cannot apply operator: varchar = bigint"),
        ("SELECT a FROM t WHERE a IN ('1')", "TYPE_MISMATCH: Cannot apply operator: integer = varchar"),
        ("SELECT a FROM t WHERE s > DATE '2026-11-23'", "TYPE_MISMATCH: Cannot apply operator: varchar > date"),
        ("SELECT 1 FROM t JOIN t AS u ON t.a = u.s", "TYPE_MISMATCH: Cannot apply operator: integer = varchar"),
        ("SELEC 1", "line 1:1: "),
    ] {
        let reason = lab.fails(sql).await;
        assert!(reason.starts_with(expected), "{sql}: {reason}");
    }
}
