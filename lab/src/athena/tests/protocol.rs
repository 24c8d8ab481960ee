//! The operations.

use super::*;

const MANY: &str = "SELECT x FROM UNNEST(sequence(1, 2500)) AS t(x) ORDER BY x";

/// A query that runs for hours: the product of three large lists.
const LONG: &str = "SELECT count(*) FROM UNNEST(sequence(1, 100000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 100000)) AS b(y) \
                    WHERE (x * y) % 7919 = x + y";

async fn lab() -> Lab {
    let lab = Lab::new();
    lab.run("CREATE DATABASE scops", &[]).await;
    lab
}

#[tokio::test]
async fn results_come_by_pages_of_a_thousand_rows_with_the_header() {
    let lab = lab().await;
    let id = lab.start(MANY, &[]).await;
    lab.ended(&id).await;
    let mut body = json!({ "QueryExecutionId": id });
    let mut values = Vec::new();
    let mut sizes = Vec::new();
    loop {
        let page = lab.ok("GetQueryResults", body.clone()).await;
        sizes.push(rows(&page).len());
        values.extend(rows(&page).into_iter().flatten().flatten());
        let Some(token) = page.get("NextToken") else { break };
        body["NextToken"] = token.clone();
    }
    assert_eq!(sizes, [1000, 1000, 501]);
    assert_eq!(values[0], "x");
    assert!(values[1..].iter().zip(1..).all(|(value, number)| *value == number.to_string()));
    let wrong = lab.call("GetQueryResults", json!({ "QueryExecutionId": id, "NextToken": "elsewhere:7" })).await;
    assert_eq!(wrong.unwrap_err().kind(), "InvalidRequestException");
    let wrong = lab.call("GetQueryResults", json!({ "QueryExecutionId": id, "MaxResults": 1001 })).await;
    assert!(wrong.unwrap_err().to_string().contains("1001"));
}

#[tokio::test]
async fn the_result_file_is_as_athena_writes_it() {
    let lab = lab().await;
    let sql = "SELECT 'a\"b' AS q, CAST(NULL AS varchar) AS n, '' AS e, 1 AS i, true AS b, DATE '2026-11-23' AS d, \
               TIMESTAMP '2026-11-23 01:02:03' AS t, ARRAY[1, NULL] AS l, 1.5e0 AS f";
    let (result, execution) = lab.run(sql, &[]).await;
    let output = execution["ResultConfiguration"]["OutputLocation"].as_str().unwrap().to_owned();
    let id = execution["QueryExecutionId"].as_str().unwrap();
    assert_eq!(output, format!("s3://results/out/{id}.csv"));
    let key = output.strip_prefix("s3://results/").unwrap();
    let csv = lab.store.get("results", key, None, None).unwrap();
    assert_eq!(
        String::from_utf8(csv.to_vec()).unwrap(),
        "\"q\",\"n\",\"e\",\"i\",\"b\",\"d\",\"t\",\"l\",\"f\"\n\
         \"a\"\"b\",,\"\",\"1\",\"true\",\"2026-11-23\",\"2026-11-23 01:02:03.000\",\"[1, null]\",\"1.5\"\n"
    );
    let metadata = lab.store.get("results", &format!("{key}.metadata"), None, None).unwrap();
    assert!(metadata.windows(id.len()).any(|window| window == id.as_bytes()));
    assert_eq!(joined(&result[1]), "a\"b|∅||1|true|2026-11-23|2026-11-23 01:02:03.000|[1, null]|1.5");
    let results = lab.ok("GetQueryResults", json!({ "QueryExecutionId": id })).await;
    let columns = results["ResultSet"]["ResultSetMetadata"]["ColumnInfo"].as_array().unwrap();
    let kinds: Vec<&str> = columns.iter().map(|column| column["Type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["varchar", "varchar", "varchar", "bigint", "boolean", "date", "timestamp", "array", "double"]);
    assert_eq!(results["ResultSet"]["Rows"][1]["Data"][1], json!({}));
}

#[tokio::test]
async fn running_queries_stop_when_they_are_stopped() {
    let lab = lab().await;
    // As many as run at once: whatever threads there are, all of them compute.
    let mut ids = Vec::new();
    for _ in 0..CONCURRENT {
        ids.push(lab.start(LONG, &[]).await);
    }
    for id in &ids {
        let state = lab.until(id, |state| state != "QUEUED").await["Status"]["State"].clone();
        assert_eq!(state, "RUNNING");
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    for id in &ids {
        assert_eq!(lab.ok("StopQueryExecution", json!({ "QueryExecutionId": id })).await, json!({}));
    }
    for id in &ids {
        let execution = lab.ended(id).await;
        assert_eq!(execution["Status"]["State"], "CANCELLED");
        let early = lab.call("GetQueryResults", json!({ "QueryExecutionId": id })).await.unwrap_err();
        assert!(early.to_string().contains("CANCELLED"));
    }
    // Their threads are free again.
    assert_eq!(lab.rows("SELECT 1").await, ["1"]);
    lab.ok("StopQueryExecution", json!({ "QueryExecutionId": ids[0] })).await;
}

#[tokio::test]
async fn parameters_are_literals_and_nothing_else() {
    let lab = lab().await;
    let (rows, _) =
        lab.run("SELECT ?, ?, ? || '!', ?", &["'it''s; DROP TABLE x --'", "42", "'%_'", "DATE '2026-11-23'"]).await;
    assert_eq!(joined(&rows[1]), "it's; DROP TABLE x --|42|%_!|2026-11-23");
    for (sql, parameters, expected) in [
        ("SELECT ?", vec!["abc"], "parameter 1 \"abc\" is not a SQL literal"),
        ("SELECT ?", vec!["'a' OR 1=1"], "is not a SQL literal"),
        ("SELECT ?", vec!["(SELECT 1)"], "is not a SQL literal"),
        ("SELECT ?, ?", vec!["1"], "expected 2 but found 1"),
        ("SELECT 1", vec!["1"], "expected 0 but found 1"),
    ] {
        let id = lab.start(sql, &parameters).await;
        let reason = lab.ended(&id).await["Status"]["StateChangeReason"].as_str().unwrap().to_owned();
        assert!(reason.contains(expected), "{sql} {parameters:?}: {reason}");
    }
}

#[tokio::test]
async fn the_same_token_is_the_same_query() {
    let lab = lab().await;
    let body = |sql: &str| {
        json!({
            "QueryString": sql,
            "ClientRequestToken": "0123456789abcdef0123456789abcdef",
            "ResultConfiguration": { "OutputLocation": "s3://results/" },
        })
    };
    let first = lab.ok("StartQueryExecution", body("SELECT 1")).await;
    let second = lab.ok("StartQueryExecution", body("SELECT 1")).await;
    assert_eq!(first, second);
    let other = lab.call("StartQueryExecution", body("SELECT 2")).await.unwrap_err();
    assert!(other.to_string().contains("Idempotent parameters do not match"));
}

#[tokio::test]
async fn history_and_catalog_survive_a_restart() {
    let lab = lab().await;
    lab.run("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://logs/t/'", &[]).await;
    let id = lab.start("SELECT 7 AS seven", &[]).await;
    lab.ended(&id).await;
    let unfinished = lab.start(LONG, &[]).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let Lab { athena, store, folder } = lab;
    drop(athena);
    let athena = Athena::open(store.clone(), folder.path()).unwrap();
    let lab = Lab { athena, store, folder };
    let results = lab.ok("GetQueryResults", json!({ "QueryExecutionId": id })).await;
    assert_eq!(joined(&rows(&results)[1]), "7");
    let orphan = lab.ended(&unfinished).await;
    assert_eq!(orphan["Status"]["State"], "FAILED");
    assert!(orphan["Status"]["StateChangeReason"].as_str().unwrap().contains("lab was stopped"));
    assert_eq!(orphan["Status"]["AthenaError"]["Retryable"], true);
    let tables = lab.ok("ListTableMetadata", json!({ "CatalogName": "AwsDataCatalog", "DatabaseName": "scops" })).await;
    assert_eq!(tables["TableMetadataList"][0]["Name"], "t");
    let list = lab.ok("ListQueryExecutions", json!({ "MaxResults": 2 })).await;
    assert_eq!(list["QueryExecutionIds"], json!([unfinished, id]));
    let next = lab.ok("ListQueryExecutions", json!({ "NextToken": list["NextToken"] })).await;
    assert_eq!(next["QueryExecutionIds"].as_array().unwrap().len(), 2);
    let batch = lab.ok("BatchGetQueryExecution", json!({ "QueryExecutionIds": [id, "none"] })).await;
    assert_eq!(batch["QueryExecutions"][0]["Status"]["State"], "SUCCEEDED");
    assert_eq!(batch["UnprocessedQueryExecutionIds"][0]["QueryExecutionId"], "none");
}

#[tokio::test]
async fn what_athena_refuses_at_once_is_refused_at_once() {
    let lab = lab().await;
    let location = json!({ "OutputLocation": "s3://results/" });
    for (body, expected) in [
        (json!({ "QueryString": "SELEC 1", "ResultConfiguration": location }), "line 1:1"),
        (json!({ "QueryString": "SELECT 1; SELECT 2", "ResultConfiguration": location }), "only one SQL statement"),
        (json!({ "QueryString": "  ", "ResultConfiguration": location }), "is empty"),
        (json!({ "QueryString": "SELECT 1" }), "No output location"),
        (json!({ "QueryString": "SELECT 1", "ResultConfiguration": { "OutputLocation": "s3://nowhere/" } }), "nowhere"),
        (
            json!({ "QueryString": "SELECT 1", "WorkGroup": "other", "ResultConfiguration": location }),
            "WorkGroup other",
        ),
        (
            json!({ "QueryString": format!("SELECT '{}'", "x".repeat(300_000)), "ResultConfiguration": location }),
            "262144",
        ),
        (json!({ "QueryString": "MERGE INTO t USING u", "ResultConfiguration": location }), "MERGE"),
        (json!({ "QueryString": "COPY t TO 's3://x'", "ResultConfiguration": location }), "COPY"),
    ] {
        let error = lab.call("StartQueryExecution", body.clone()).await.unwrap_err();
        assert_eq!(error.kind(), "InvalidRequestException");
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.to_json()["__type"], "InvalidRequestException");
    }
    let unknown = lab.call("CreateNotebook", json!({})).await.unwrap_err();
    assert!(unknown.to_string().contains("CreateNotebook"));
    let missing = lab.call("GetQueryExecution", json!({ "QueryExecutionId": "nope" })).await.unwrap_err();
    assert!(missing.to_string().contains("nope"));
}

#[tokio::test]
async fn what_fails_while_it_runs_says_why() {
    let lab = lab().await;
    lab.run("CREATE EXTERNAL TABLE t (a int) LOCATION 's3://logs/t/'", &[]).await;
    for (sql, expected) in [
        ("SELECT * FROM missing", "TABLE_NOT_FOUND"),
        ("SELECT b FROM t", "COLUMN_NOT_FOUND: line 1:8: Column 'b' cannot be resolved"),
        ("SELECT array_to_string(ARRAY['a'], ',')", "Function 'array_to_string' not registered"),
        ("SELECT from_iso8601_timestamp('yesterday')", "INVALID_FUNCTION_ARGUMENT"),
        ("SELECT json_extract_scalar(1, '$')", "Unexpected parameters (bigint, varchar)"),
        ("SELECT CAST('x' AS integer)", "x"),
    ] {
        let reason = lab.fails(sql).await;
        assert!(reason.contains(expected), "{sql}: {reason}");
    }
}

#[tokio::test]
async fn long_chains_and_lists_are_planned_without_exhausting_a_stack() {
    let lab = lab().await;
    let chain = "x <> 7 OR ".repeat(600);
    let list = "8, ".repeat(4_000);
    let sql = format!("SELECT count(*) FROM UNNEST(sequence(1, 9)) AS t(x) WHERE ({chain} x = 1) AND x IN ({list} 9)");
    assert_eq!(lab.rows(&sql).await, ["2"]);
}

#[tokio::test]
async fn a_query_that_needs_too_much_memory_fails_and_says_so() {
    let Lab { athena, store, folder } = lab().await;
    drop(athena);
    let athena = Athena::open_within(store.clone(), folder.path(), 8 << 20).unwrap();
    let lab = Lab { athena, store, folder };
    let sql = "SELECT count(*) FROM (SELECT array_agg(s) AS l FROM (SELECT x, rpad('', 4000, 'x') || CAST(x AS varchar) AS s \
               FROM UNNEST(sequence(1, 8000)) AS t(x)) GROUP BY x % 3) WHERE cardinality(l) > 0";
    let reason = lab.fails(sql).await;
    assert!(reason.contains("exhausted resources"), "{reason}");
}

#[tokio::test]
async fn the_workgroup_and_the_catalog_are_told() {
    let lab = lab().await;
    assert_eq!(lab.ok("ListWorkGroups", json!({})).await["WorkGroups"][0]["Name"], "primary");
    assert_eq!(lab.ok("GetWorkGroup", json!({ "WorkGroup": "primary" })).await["WorkGroup"]["State"], "ENABLED");
    assert_eq!(lab.ok("ListDataCatalogs", json!({})).await["DataCatalogsSummary"][0]["CatalogName"], "AwsDataCatalog");
    let databases = lab.ok("ListDatabases", json!({ "CatalogName": "AwsDataCatalog", "MaxResults": 1 })).await;
    assert_eq!(databases["DatabaseList"][0]["Name"], "default");
    let next = json!({ "CatalogName": "AwsDataCatalog", "NextToken": databases["NextToken"] });
    assert_eq!(lab.ok("ListDatabases", next).await["DatabaseList"][0]["Name"], "scops");
    let missing = lab.call("GetDatabase", json!({ "CatalogName": "AwsDataCatalog", "DatabaseName": "no" })).await;
    assert_eq!(missing.unwrap_err().kind(), "MetadataException");
    let id = lab.start("SELECT 1", &[]).await;
    lab.ended(&id).await;
    let statistics = lab.ok("GetQueryRuntimeStatistics", json!({ "QueryExecutionId": id })).await;
    assert_eq!(statistics["QueryRuntimeStatistics"]["Rows"]["OutputRows"], 1);
}

/// Starts a query that takes a result of up to so many minutes of age; gives its execution.
async fn again(lab: &Lab, minutes: u32, more: Value) -> Value {
    let mut body = json!({
        "QueryString": "SELECT count(*) AS n FROM scops.t WHERE a = ?",
        "ExecutionParameters": ["1"],
        "QueryExecutionContext": { "Database": "scops" },
        "ResultConfiguration": { "OutputLocation": "s3://results/out/" },
        "ResultReuseConfiguration": {
            "ResultReuseByAgeConfiguration": { "Enabled": true, "MaxAgeInMinutes": minutes }
        },
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let answer = lab.ok("StartQueryExecution", body).await;
    lab.ended(answer["QueryExecutionId"].as_str().unwrap()).await
}

fn is_reused(execution: &Value) -> bool {
    assert_eq!(execution["Status"]["State"], "SUCCEEDED", "{execution}");
    execution["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"].as_bool().unwrap()
}

async fn counted() -> Lab {
    let lab = lab().await;
    lab.put("logs", "t/1.csv", "1\n2\n1\n");
    let table = "CREATE EXTERNAL TABLE scops.t (a int) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' \
                 LOCATION 's3://logs/t/'";
    lab.run(table, &[]).await;
    lab
}

#[tokio::test]
async fn a_result_is_given_again_where_it_is_asked_for() {
    let lab = counted().await;
    let first = again(&lab, 60, json!({})).await;
    assert!(!is_reused(&first));
    assert!(scanned(&first) > 0);
    // Athena does not look whether the objects have changed.
    lab.put("logs", "t/2.csv", "1\n");
    let second = again(&lab, 60, json!({})).await;
    assert!(is_reused(&second));
    assert_eq!(scanned(&second), 0);
    assert_ne!(first["QueryExecutionId"], second["QueryExecutionId"]);
    assert_eq!(first["ResultConfiguration"], second["ResultConfiguration"]);
    let asked = &second["ResultReuseConfiguration"]["ResultReuseByAgeConfiguration"];
    assert_eq!(*asked, json!({ "Enabled": true, "MaxAgeInMinutes": 60 }));
    let page = lab.ok("GetQueryResults", json!({ "QueryExecutionId": second["QueryExecutionId"] })).await;
    assert_eq!(joined(&rows(&page)[1]), "2");
    // It is of the age of the run that found it.
    let third = again(&lab, 60, json!({})).await;
    assert_eq!((is_reused(&third), &third["ResultConfiguration"]), (true, &first["ResultConfiguration"]));
}

#[tokio::test]
async fn a_result_of_another_query_or_too_old_is_not_given_again() {
    let lab = counted().await;
    lab.ok("CreateWorkGroup", json!({ "Name": "other", "Configuration": { "EnforceWorkGroupConfiguration": false } }))
        .await;
    again(&lab, 60, json!({})).await;
    lab.put("logs", "t/2.csv", "1\n");
    for other in [
        json!({ "ExecutionParameters": ["2"] }),
        json!({ "QueryString": "SELECT count(*) AS m FROM scops.t WHERE a = ?" }),
        json!({ "QueryExecutionContext": { "Database": "default" } }),
        json!({ "ResultConfiguration": { "OutputLocation": "s3://results/elsewhere/" } }),
        json!({ "WorkGroup": "other" }),
        json!({ "ResultReuseConfiguration": { "ResultReuseByAgeConfiguration": { "Enabled": false } } }),
    ] {
        assert!(!is_reused(&again(&lab, 60, other.clone()).await), "{other}");
    }
    assert!(!is_reused(&again(&lab, 0, json!({})).await));
    // Now the newest run is the one that saw both objects; without its file it is run again.
    let last = again(&lab, 60, json!({})).await;
    assert!(is_reused(&last));
    let output = last["ResultConfiguration"]["OutputLocation"].as_str().unwrap();
    lab.store.delete("results", output.strip_prefix("s3://results/").unwrap(), None).unwrap();
    let rerun = again(&lab, 60, json!({})).await;
    assert!(!is_reused(&rerun));
    let limit = lab
        .call(
            "StartQueryExecution",
            json!({
                "QueryString": "SELECT 1",
                "ResultConfiguration": { "OutputLocation": "s3://results/out/" },
                "ResultReuseConfiguration": {
                    "ResultReuseByAgeConfiguration": { "Enabled": true, "MaxAgeInMinutes": 10_081 }
                },
            }),
        )
        .await;
    assert!(limit.unwrap_err().to_string().contains("10081"));
}

#[tokio::test]
async fn what_is_prepared_anew_is_run_anew() {
    let lab = counted().await;
    let execute = json!({ "QueryString": "EXECUTE counted USING 1", "ExecutionParameters": [] });
    lab.run("PREPARE counted FROM SELECT count(*) AS n FROM scops.t WHERE a = ?", &[]).await;
    assert!(!is_reused(&again(&lab, 60, execute.clone()).await));
    assert!(is_reused(&again(&lab, 60, execute.clone()).await));
    lab.run("DEALLOCATE PREPARE counted", &[]).await;
    lab.run("PREPARE counted FROM SELECT sum(a) AS n FROM scops.t WHERE a = ?", &[]).await;
    assert!(!is_reused(&again(&lab, 60, execute).await));
}
