use super::{Ddl, parse};
use crate::athena::catalog::TableName;

fn accepted(text: &str) -> Ddl {
    parse(text, "scops").unwrap().unwrap()
}

fn refused(text: &str) -> String {
    parse(text, "scops").unwrap_err().to_string()
}

#[test]
fn documented_cloudtrail_table_is_accepted() {
    let Ddl::CreateTable(table) = accepted(
        "CREATE EXTERNAL TABLE cloudtrail_logs (
            eventversion STRING,
            useridentity STRUCT<
                type:STRING,
                sessioncontext: STRUCT<
                    attributes: STRUCT< mfaauthenticated: STRING, creationdate: STRING>,
                    sessionissuer: STRUCT< type: STRING, username: STRING>>>,
            resources ARRAY<STRUCT<arn: STRING, accountid: STRING>>,
            `eventtime` STRING COMMENT 'when', tags map<string,array<int>>
        )
        COMMENT 'CloudTrail table'
        PARTITIONED BY (region string)
        ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
        STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
        OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
        LOCATION 's3://logs/AWSLogs/1/CloudTrail'
        TBLPROPERTIES ('classification'='cloudtrail');",
    ) else {
        panic!("not a table")
    };
    assert_eq!(table.name, TableName { database: "scops".into(), table: "cloudtrail_logs".into() });
    assert_eq!(table.columns.len(), 5);
    assert_eq!(
        table.columns[1].kind.to_string(),
        "struct<type:string,sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,\
         sessionissuer:struct<type:string,username:string>>>"
    );
    assert_eq!(table.columns[4].kind.to_string(), "map<string,array<int>>");
    assert_eq!(table.storage.location, "s3://logs/AWSLogs/1/CloudTrail/");
    assert_eq!(table.properties["classification"], "cloudtrail");
}

#[test]
fn regular_expressions_of_a_serde_keep_their_backslashes() {
    let Ddl::CreateTable(table) = accepted(
        r#"CREATE EXTERNAL TABLE IF NOT EXISTS a.alb (type string, time string)
        ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
        WITH SERDEPROPERTIES ('serialization.format'='1', 'input.regex'='([^ ]*) \"([^ ]*) (- |[^ ]*)\" \d+')
        LOCATION 's3://b/alb/'"#,
    ) else {
        panic!("not a table")
    };
    assert!(table.if_not_exists);
    assert_eq!(table.storage.serde_properties["input.regex"], r#"([^ ]*) "([^ ]*) (- |[^ ]*)" \d+"#);
}

#[test]
fn delimited_rows_keep_their_delimiter() {
    let Ddl::CreateTable(table) = accepted(
        "CREATE EXTERNAL TABLE flow (version int) PARTITIONED BY (dt string) ROW FORMAT DELIMITED \
         FIELDS TERMINATED BY ' ' LOCATION 's3://b/flow/' TBLPROPERTIES (\"skip.header.line.count\"=\"1\")",
    ) else {
        panic!("not a table")
    };
    assert_eq!(table.storage.serde_properties["field.delim"], " ");
    assert_eq!(table.properties["skip.header.line.count"], "1");
}

#[test]
fn partitions_columns_and_views_are_read() {
    assert!(matches!(
        accepted("ALTER TABLE a.t ADD IF NOT EXISTS PARTITION (dt='x', h=4) LOCATION 's3://b/x' PARTITION (dt='y',h='5')"),
        Ddl::AddPartitions { if_not_exists: true, ref partitions, .. }
            if partitions[0].0 == [("dt".to_owned(), "x".to_owned()), ("h".to_owned(), "4".to_owned())]
                && partitions[1].1.is_none()
    ));
    assert!(matches!(accepted("alter table t drop partition (dt='x'), partition (dt='y')"),
        Ddl::DropPartitions { ref partitions, .. } if partitions.len() == 2));
    assert!(matches!(accepted("CREATE OR REPLACE VIEW v AS SELECT 1 AS \"A;b\" -- c"),
        Ddl::CreateView { or_replace: true, ref query, .. } if query.starts_with("SELECT 1")));
    assert!(matches!(accepted("SHOW COLUMNS IN t FROM other"),
        Ddl::ShowColumns { ref name } if name.database == "other"));
    assert!(matches!(accepted("SHOW TABLES IN `My-Db` 'a*'"),
        Ddl::ShowTables { ref database, like: Some(_) } if database == "my-db"));
    assert!(matches!(accepted("MSCK REPAIR TABLE `t`"), Ddl::Repair { .. }));
    assert!(matches!(accepted("DROP DATABASE IF EXISTS d CASCADE"), Ddl::DropDatabase { cascade: true, .. }));
    assert!(matches!(accepted("describe formatted d.t"), Ddl::Describe { is_extended: true, .. }));
}

#[test]
fn select_is_left_to_the_engine() {
    assert_eq!(parse("-- DROP\n SELECT 1", "d").unwrap(), None);
    assert_eq!(parse("WITH a AS (SELECT 1) SELECT * FROM a", "d").unwrap(), None);
}

#[test]
fn what_is_not_known_is_refused_by_name() {
    let cases = [
        ("CREATE EXTERNAL TABLE t (a strin) LOCATION 's3://b/'", "line 1:28: unknown column type \"strin\""),
        ("CREATE EXTERNAL TABLE t (a int, A int) LOCATION 's3://b/'", "column \"a\" is given twice"),
        ("CREATE EXTERNAL TABLE t (a int) STORED AS ORC LOCATION 's3://b/'", "STORED AS ORC is not supported"),
        ("CREATE EXTERNAL TABLE t (a int)", "expected LOCATION"),
        ("CREATE EXTERNAL TABLE t (a int) LOCATION '/tmp'", "is not of the form s3://"),
        ("CREATE EXTERNAL TABLE t (a int) PARTITIONED BY (a int) LOCATION 's3://b/'", "also a partition column"),
        ("CREATE TABLE t (a int) LOCATION 's3://b/'", "without EXTERNAL"),
        ("MERGE INTO t USING u", "MERGE is not supported"),
        ("DROP FUNCTION f", "unexpected \"FUNCTION\""),
        ("SHOW GRANTS", "unexpected \"GRANTS\""),
        ("SHOW TABLES extra garbage", "expected the end"),
        ("DROP TABLE 'a", "without its end"),
        ("CREATE OR REPLACE TABLE t", "expected VIEW"),
        ("CREATE EXTERNAL TABLE t (a decimal(50,2)) LOCATION 's3://b/'", "out of range"),
    ];
    for (text, expected) in cases {
        let message = refused(text);
        assert!(message.contains(expected), "{text}: {message}");
    }
}

#[test]
fn deeply_nested_type_does_not_exhaust_the_stack() {
    let text =
        format!("CREATE EXTERNAL TABLE t (a {}int{}) LOCATION 's3://b/'", "array<".repeat(5000), ">".repeat(5000));
    assert!(refused(&text).contains("nested deeper"));
}
