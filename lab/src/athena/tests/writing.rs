//! Statements that write rows, and statements that are executed by their name.

use super::*;

async fn lab() -> Lab {
    let lab = Lab::new();
    lab.run("CREATE DATABASE scops", &[]).await;
    lab.put("logs", "t/a.txt", "1,x\n2,y\n3,x\n".to_owned());
    lab.run("CREATE EXTERNAL TABLE t (n int, s string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://logs/t/'", &[])
        .await;
    lab
}

fn keys(lab: &Lab, prefix: &str) -> Vec<String> {
    let query = crate::store::ListQuery { prefix: prefix.to_owned(), ..Default::default() };
    lab.store.list("logs", &query).unwrap().objects.into_iter().map(|object| object.key).collect()
}

#[tokio::test]
async fn create_table_as_makes_a_table_of_a_query() {
    let lab = lab().await;
    let (rows, execution) = lab.run("CREATE TABLE copy AS SELECT n * 2 AS twice, s FROM t", &[]).await;
    assert!(rows.is_empty());
    assert_eq!(execution["StatementType"], "DDL");
    assert_eq!(execution["SubstatementType"], "CREATE_TABLE_AS_SELECT");
    let id = execution["QueryExecutionId"].as_str().unwrap();
    let results = lab.ok("GetQueryResults", json!({ "QueryExecutionId": id })).await;
    assert_eq!(results["UpdateCount"], 3);
    let manifest = execution["Statistics"]["DataManifestLocation"].as_str().unwrap();
    let manifest = lab.store.get("results", manifest.strip_prefix("s3://results/").unwrap(), None, None).unwrap();
    assert!(manifest.starts_with(format!("s3://results/out/tables/{id}/{id}_").as_bytes()));
    assert_eq!(lab.rows("SELECT sum(twice), count(DISTINCT s) FROM copy").await, ["12|2"]);
    assert!(lab.fails("CREATE TABLE copy AS SELECT 1 AS x").await.contains("TABLE_ALREADY_EXISTS"));
    lab.run("CREATE TABLE IF NOT EXISTS copy AS SELECT 1 AS x", &[]).await;
    lab.run("CREATE TABLE bare AS SELECT n FROM t WITH NO DATA", &[]).await;
    assert!(lab.rows("SELECT * FROM bare").await.is_empty());
}

#[tokio::test]
async fn tables_are_written_by_partition_and_format() {
    let lab = lab().await;
    for (format, more) in
        [("PARQUET", "write_compression = 'ZSTD', "), ("JSON", ""), ("TEXTFILE", "field_delimiter = '|', ")]
    {
        let name = format.to_lowercase();
        let sql = format!(
            "CREATE TABLE {name} WITH (format = '{format}', {more}external_location = 's3://logs/out/{name}/', \
             partitioned_by = ARRAY['s']) AS SELECT n, n > 1 AS big, s FROM t"
        );
        lab.run(&sql, &[]).await;
        let keys = keys(&lab, &format!("out/{name}/"));
        assert!(keys[0].starts_with(&format!("out/{name}/s=x/")), "{keys:?}");
        assert_eq!(keys.len(), 2);
        assert_eq!(lab.rows(&format!("SELECT * FROM {name} ORDER BY n")).await, ["1|false|x", "2|true|y", "3|true|x"]);
        assert_eq!(lab.rows(&format!("SELECT n FROM {name} WHERE s = 'y'")).await, ["2"]);
        lab.run(&format!("INSERT INTO {name} SELECT 9, true, 'z'"), &[]).await;
        lab.run(&format!("INSERT INTO {name} (n, big, s) VALUES (10, false, 'z')"), &[]).await;
        assert_eq!(
            lab.rows(&format!("SELECT n, big FROM {name} WHERE s = 'z' ORDER BY n")).await,
            ["9|true", "10|false"]
        );
    }
    for (sql, expected) in [
        (
            "CREATE TABLE u WITH (external_location = 's3://logs/out/json/') AS SELECT 1 AS a",
            "HIVE_PATH_ALREADY_EXISTS",
        ),
        ("CREATE TABLE u WITH (format = 'ORC') AS SELECT 1 AS a", "format ORC is not supported here"),
        ("CREATE TABLE u WITH (bucket_count = 4) AS SELECT 1 AS a", "property bucket_count is not supported here"),
        ("CREATE TABLE u WITH (table_type = 'ICEBERG') AS SELECT 1 AS a", "Iceberg"),
        ("CREATE TABLE u WITH (partitioned_by = ARRAY['a']) AS SELECT 1 AS a, 2 AS b", "HIVE_COLUMN_ORDER_MISMATCH"),
        ("CREATE TABLE u AS SELECT 1 AS a, 2 AS a", "DUPLICATE_COLUMN_NAME"),
        ("CREATE TABLE u AS SELECT now() AS a", "Unsupported Hive type: timestamp(3) with time zone"),
        ("INSERT INTO t SELECT 1", "the table has 2 columns, the query 1"),
        ("INSERT INTO nothing SELECT 1", "TABLE_NOT_FOUND"),
    ] {
        let reason = lab.fails(sql).await;
        assert!(reason.contains(expected), "{sql}: {reason}");
    }
}

#[tokio::test]
async fn unload_writes_objects_alone() {
    let lab = lab().await;
    let sql = "UNLOAD (SELECT n, ')' AS p, s FROM t) TO 's3://logs/unloaded/' \
               WITH (format = 'JSON', compression = 'NONE', partitioned_by = ARRAY['s'])";
    let (_, execution) = lab.run(sql, &[]).await;
    assert_eq!(execution["SubstatementType"], "UNLOAD");
    let keys = keys(&lab, "unloaded/");
    let text = lab.store.get("logs", &keys[0], None, None).unwrap();
    assert_eq!(&text[..], b"{\"n\":1,\"p\":\")\"}\n{\"n\":3,\"p\":\")\"}\n");
    assert!(lab.fails(sql).await.contains("HIVE_PATH_ALREADY_EXISTS"));
    assert!(lab.fails("UNLOAD SELECT 1 TO 's3://logs/u/'").await.contains("parentheses"));
    assert!(lab.fails("UNLOAD (SELECT 1) INTO 's3://logs/u/'").await.contains("line 1:19: unexpected \"INTO\""));
}

#[tokio::test]
async fn prepared_statements_are_executed_by_name() {
    let lab = lab().await;
    lab.run("PREPARE by_name FROM SELECT n FROM t WHERE s = ? AND n > ? ORDER BY n", &[]).await;
    let (rows, execution) = lab.run("EXECUTE by_name USING 'x', 0", &[]).await;
    assert_eq!(rows[1..].iter().map(|row| joined(row)).collect::<Vec<_>>(), ["1", "3"]);
    assert_eq!(execution["Query"], "EXECUTE by_name USING 'x', 0");
    let (rows, _) = lab.run("EXECUTE BY_NAME", &["'y'", "-1"]).await;
    assert_eq!(joined(&rows[1]), "2");
    assert!(lab.fails("EXECUTE by_name USING 'x'").await.contains("expected 2 but found 1"));
    assert!(lab.fails("EXECUTE by_name USING 'x', (SELECT 1)").await.contains("is not a SQL literal"));
    assert!(
        lab.fails("EXECUTE nothing").await.contains("PreparedStatement nothing was not found in workGroup primary")
    );
    assert!(lab.fails("PREPARE broken FROM SELEC 1").await.contains("line 1:1"));
    let ask = json!({ "StatementName": "by_api", "WorkGroup": "primary", "QueryStatement": "SELECT ? + 1" });
    lab.ok("CreatePreparedStatement", ask.clone()).await;
    assert!(lab.call("CreatePreparedStatement", ask).await.unwrap_err().to_string().contains("already exists"));
    let (rows, _) = lab.run("EXECUTE by_api USING 41", &[]).await;
    assert_eq!(joined(&rows[1]), "42");
    let ask = json!({ "StatementName": "by_api", "WorkGroup": "primary" });
    assert_eq!(
        lab.ok("GetPreparedStatement", ask.clone()).await["PreparedStatement"]["QueryStatement"],
        "SELECT ? + 1"
    );
    let list = lab.ok("ListPreparedStatements", json!({ "WorkGroup": "primary" })).await;
    assert_eq!(list["PreparedStatements"].as_array().unwrap().len(), 2);
    lab.ok("DeletePreparedStatement", ask.clone()).await;
    assert_eq!(lab.call("GetPreparedStatement", ask).await.unwrap_err().kind(), "ResourceNotFoundException");
    lab.run("DEALLOCATE PREPARE by_name", &[]).await;
    assert!(lab.fails("DEALLOCATE PREPARE by_name").await.contains("was not found"));
}

#[tokio::test]
async fn workgroups_have_defaults() {
    let lab = lab().await;
    let configuration = json!({ "ResultConfiguration": { "OutputLocation": "s3://results/team/" } });
    lab.ok("CreateWorkGroup", json!({ "Name": "team", "Configuration": configuration })).await;
    let body = json!({ "QueryString": "SELECT 1", "WorkGroup": "team" });
    let id = lab.ok("StartQueryExecution", body.clone()).await["QueryExecutionId"].as_str().unwrap().to_owned();
    let execution = lab.ended(&id).await;
    assert_eq!(execution["ResultConfiguration"]["OutputLocation"], format!("s3://results/team/{id}.csv"));
    assert_eq!(lab.ok("ListQueryExecutions", json!({ "WorkGroup": "team" })).await["QueryExecutionIds"], json!([id]));
    let enforce = json!({ "WorkGroup": "team", "ConfigurationUpdates": { "EnforceWorkGroupConfiguration": true } });
    lab.ok("UpdateWorkGroup", enforce).await;
    let own = json!({ "QueryString": "SELECT 1", "WorkGroup": "team", "ResultConfiguration": { "OutputLocation": "s3://logs/" } });
    let id = lab.ok("StartQueryExecution", own).await["QueryExecutionId"].as_str().unwrap().to_owned();
    let execution = lab.ended(&id).await;
    assert_eq!(execution["ResultConfiguration"]["OutputLocation"], format!("s3://results/team/{id}.csv"));
    lab.ok("UpdateWorkGroup", json!({ "WorkGroup": "team", "State": "DISABLED" })).await;
    assert!(lab.call("StartQueryExecution", body).await.unwrap_err().to_string().contains("team is disabled"));
    assert_eq!(lab.ok("GetWorkGroup", json!({ "WorkGroup": "team" })).await["WorkGroup"]["State"], "DISABLED");
    lab.ok("DeleteWorkGroup", json!({ "WorkGroup": "team" })).await;
    assert!(
        lab.call("GetWorkGroup", json!({ "WorkGroup": "team" })).await.unwrap_err().to_string().contains("not found")
    );
}

#[tokio::test]
async fn a_query_that_reads_more_than_its_workgroup_allows_is_cancelled() {
    let lab = lab().await;
    let line = format!("{}\n", "x".repeat(99));
    for number in 0..3 {
        lab.put("logs", &format!("much/{number}.csv"), line.repeat(50_000));
    }
    let table = "CREATE EXTERNAL TABLE scops.much (a string) ROW FORMAT DELIMITED LOCATION 's3://logs/much/'";
    lab.run(table, &[]).await;
    let least = json!({ "BytesScannedCutoffPerQuery": 9_999_999 });
    let refused = lab.call("CreateWorkGroup", json!({ "Name": "small", "Configuration": least })).await;
    assert!(refused.unwrap_err().to_string().contains("10000000"));
    let configuration = json!({
        "ResultConfiguration": { "OutputLocation": "s3://results/small/" }, "BytesScannedCutoffPerQuery": 10_000_000
    });
    lab.ok("CreateWorkGroup", json!({ "Name": "small", "Configuration": configuration })).await;
    let run = async |sql: &str| {
        let body = json!({ "QueryString": sql, "WorkGroup": "small" });
        let answer = lab.ok("StartQueryExecution", body).await;
        lab.ended(answer["QueryExecutionId"].as_str().unwrap()).await
    };
    let cut = run("SELECT count(*) FROM scops.much WHERE a <> ''").await;
    assert_eq!(
        (&cut["Status"]["State"], &cut["Status"]["StateChangeReason"]),
        (&json!("CANCELLED"), &json!("Bytes scanned limit was exceeded"))
    );
    assert!(scanned(&cut) > 10_000_000);
    assert_eq!(run("SELECT 1").await["Status"]["State"], "SUCCEEDED");
    let lifted = json!({ "WorkGroup": "small", "ConfigurationUpdates": { "RemoveBytesScannedCutoffPerQuery": true } });
    lab.ok("UpdateWorkGroup", lifted).await;
    assert_eq!(run("SELECT count(*) FROM scops.much WHERE a <> ''").await["Status"]["State"], "SUCCEEDED");
}
