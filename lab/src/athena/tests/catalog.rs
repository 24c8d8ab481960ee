//! Statements of the catalog.

use super::*;

async fn lab() -> Lab {
    let lab = Lab::new();
    lab.run("CREATE DATABASE IF NOT EXISTS scops COMMENT 'night'", &[]).await;
    lab.run(
        "CREATE EXTERNAL TABLE t (a int COMMENT 'it''s', b struct<c:string,d:array<int>>) PARTITIONED BY (dt string, h int) \
         STORED AS TEXTFILE LOCATION 's3://logs/t' TBLPROPERTIES ('k'='v\\\\w')",
        &[],
    )
    .await;
    lab
}

async fn lines(lab: &Lab, sql: &str) -> Vec<String> {
    let (rows, _) = lab.run(sql, &[]).await;
    rows.iter().map(|row| joined(row)).collect()
}

#[tokio::test]
async fn what_show_create_table_shows_makes_the_same_table() {
    let lab = lab().await;
    let statement = lines(&lab, "SHOW CREATE TABLE t").await.join("\n");
    let before = lab
        .ok("GetTableMetadata", json!({ "CatalogName": "AwsDataCatalog", "DatabaseName": "scops", "TableName": "T" }))
        .await;
    lab.run("DROP TABLE t", &[]).await;
    lab.run(&statement, &[]).await;
    let mut after = lab
        .ok("GetTableMetadata", json!({ "CatalogName": "AwsDataCatalog", "DatabaseName": "scops", "TableName": "t" }))
        .await;
    after["TableMetadata"]["CreateTime"] = before["TableMetadata"]["CreateTime"].clone();
    assert_eq!(before, after);
    assert_eq!(before["TableMetadata"]["PartitionKeys"][1], json!({ "Name": "h", "Type": "int" }));
    assert_eq!(before["TableMetadata"]["Parameters"]["k"], "v\\w");
}

#[tokio::test]
async fn partitions_are_added_dropped_and_found() {
    let lab = lab().await;
    lab.run("ALTER TABLE t ADD IF NOT EXISTS PARTITION (dt='2026-11-23', h=1) PARTITION (h='2', dt='2026-11-23')", &[])
        .await;
    assert_eq!(lines(&lab, "SHOW PARTITIONS t").await, ["dt=2026-11-23/h=1", "dt=2026-11-23/h=2"]);
    lab.put("logs", "t/dt=2026-11-24/h=07/a.txt", "5\n".to_owned());
    lab.put("logs", "t/dt=2026-11-23/h=1/a.txt", "6\n".to_owned());
    lab.put("logs", "t/other/a.txt", "7\n".to_owned());
    let report = lines(&lab, "MSCK REPAIR TABLE t").await;
    assert_eq!(report[1], "Repair: Added partition to metastore t:dt=2026-11-24/h=07");
    assert_eq!(lab.rows("SELECT a, dt, h FROM t ORDER BY a").await, ["5|2026-11-24|7", "6|2026-11-23|1"]);
    assert_eq!(lab.rows("SELECT count(*) FROM t WHERE h > 1").await, ["1"]);
    lab.run("ALTER TABLE t DROP PARTITION (dt='2026-11-23')", &[]).await;
    assert_eq!(lines(&lab, "SHOW PARTITIONS t").await, ["dt=2026-11-24/h=07"]);
    assert!(lab.fails("ALTER TABLE t ADD PARTITION (dt='2026-11-24', h='07')").await.contains("already exists"));
    assert!(lab.fails("ALTER TABLE t ADD PARTITION (dt='x')").await.contains("without a value for h"));
    assert!(lab.fails("ALTER TABLE t DROP PARTITION (x='x')").await.contains("x is no partition column"));
}

#[tokio::test]
async fn views_follow_their_query() {
    let lab = lab().await;
    lab.put("logs", "t/x/a.txt", "5\n7\n".to_owned());
    lab.run("ALTER TABLE t ADD PARTITION (dt='x', h=0) LOCATION 's3://logs/t/x/'", &[]).await;
    lab.run("CREATE VIEW v AS SELECT a * 2 AS Doubled, dt, count(*) OVER () FROM t WHERE h = 0", &[]).await;
    lab.run("CREATE DATABASE other", &[]).await;
    lab.run("CREATE OR REPLACE VIEW other.w AS SELECT doubled + 1 AS more, _col2 FROM scops.v", &[]).await;
    assert_eq!(lab.rows("SELECT * FROM other.w WHERE more > 12").await, ["15|2"]);
    assert_eq!(lines(&lab, "SHOW VIEWS IN other").await, ["w"]);
    assert_eq!(
        lines(&lab, "SHOW COLUMNS IN v").await.iter().map(|line| line.trim()).collect::<Vec<_>>(),
        ["doubled", "dt", "_col2"]
    );
    assert!(lab.fails("CREATE VIEW v AS SELECT 1 AS x").await.contains("already exists"));
    assert!(lab.fails("CREATE VIEW u AS SELECT nothing FROM t").await.contains("COLUMN_NOT_FOUND"));
}

#[tokio::test]
async fn databases_and_tables_come_and_go() {
    let lab = lab().await;
    assert_eq!(lines(&lab, "SHOW DATABASES").await, ["default", "scops"]);
    assert_eq!(lines(&lab, "SHOW SCHEMAS LIKE 's*'").await, ["scops"]);
    assert_eq!(lines(&lab, "SHOW TABLES").await, ["t"]);
    assert!(lines(&lab, "SHOW TABLES IN scops 'x*|y'").await.is_empty());
    assert!(lines(&lab, "DESCRIBE t").await[1].starts_with('b'));
    assert!(lab.fails("CREATE DATABASE scops").await.contains("already exists"));
    assert!(lab.fails("DROP DATABASE scops").await.contains("not empty"));
    assert!(lab.fails("DROP TABLE nothing").await.contains("TABLE_NOT_FOUND"));
    assert!(lab.fails("SHOW TABLES IN nothing").await.contains("SCHEMA_NOT_FOUND"));
    lab.run("DROP TABLE IF EXISTS nothing", &[]).await;
    lab.run("DROP DATABASE scops CASCADE", &[]).await;
    assert_eq!(lines(&lab, "SHOW DATABASES").await, ["default"]);
}
