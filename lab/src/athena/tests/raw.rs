//! Raw logs as tables.

use std::fmt::Write as _;

use super::*;

/// The documented table, shortened to the columns that tests use ("Create a table for CloudTrail logs … using manual
/// partitioning").
const CLOUDTRAIL: &str = "CREATE EXTERNAL TABLE cloudtrail_logs (
    eventversion STRING,
    useridentity STRUCT<type:STRING, arn:STRING, username:STRING,
        sessioncontext:STRUCT<attributes:STRUCT<mfaauthenticated:STRING>>>,
    eventtime STRING, eventsource STRING, eventname STRING, sourceipaddress STRING,
    requestparameters STRING, responseelements STRING,
    resources ARRAY<STRUCT<arn:STRING, accountid:STRING, type:STRING>>)
  PARTITIONED BY (region string, year string)
  ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
  STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
  OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
  LOCATION 's3://logs/AWSLogs/1/CloudTrail/'";

fn event(name: &str, user: &str, extra: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.11","userIdentity":{{"type":"IAMUser","arn":"arn:{user}","userName":"{user}",
        "sessionContext":{{"attributes":{{"mfaAuthenticated":"false"}}}}}},"eventTime":"2026-11-23T01:02:03Z",
        "eventSource":"signin.amazonaws.com","eventName":"{name}","sourceIPAddress":"203.0.113.7"{extra}}}"#
    )
}

async fn lab() -> Lab {
    let lab = Lab::new();
    lab.run("CREATE DATABASE scops", &[]).await;
    lab
}

#[tokio::test]
async fn cloudtrail_is_queried_by_its_documented_table() {
    let lab = lab().await;
    let extra = r#","requestParameters":{"bucketName":"b","n":[1,2]},"responseElements":null,
        "resources":[{"ARN":"arn:r","accountId":"1","type":"AWS::S3::Bucket"}]"#;
    let first = format!(r#"{{"Records":[{},{}]}}"#, event("ConsoleLogin", "ann", ""), event("GetObject", "bob", extra));
    lab.put("logs", "AWSLogs/1/CloudTrail/us-east-1/2026/a.json.gz", gz(&first));
    let second = format!(r#"{{"Records":[{}]}}"#, event("AssumeRole", "cy", ""));
    lab.put("logs", "AWSLogs/1/CloudTrail/eu-west-1/2026/b.json.gz", gz(&second));
    lab.run(CLOUDTRAIL, &[]).await;
    lab.run(
        "ALTER TABLE cloudtrail_logs ADD PARTITION (region='us-east-1', year='2026') \
         LOCATION 's3://logs/AWSLogs/1/CloudTrail/us-east-1/2026/' \
         PARTITION (region='eu-west-1', year='2026') LOCATION 's3://logs/AWSLogs/1/CloudTrail/eu-west-1/2026/'",
        &[],
    )
    .await;
    let sql = "SELECT eventname, useridentity.username, useridentity.sessioncontext.attributes.mfaauthenticated, \
               requestparameters, json_extract_scalar(requestparameters, '$.n[1]'), responseelements, resources, region, \
               \"$path\" FROM cloudtrail_logs WHERE eventsource = 'signin.amazonaws.com' ORDER BY eventname";
    let path = "s3://logs/AWSLogs/1/CloudTrail";
    assert_eq!(
        lab.rows(sql).await,
        [
            format!("AssumeRole|cy|false|∅|∅|∅|∅|eu-west-1|{path}/eu-west-1/2026/b.json.gz"),
            format!("ConsoleLogin|ann|false|∅|∅|∅|∅|us-east-1|{path}/us-east-1/2026/a.json.gz"),
            format!(
                "GetObject|bob|false|{{\"bucketName\":\"b\",\"n\":[1,2]}}|2|∅|\
                 [{{arn=arn:r, accountid=1, type=AWS::S3::Bucket}}]|us-east-1|{path}/us-east-1/2026/a.json.gz"
            ),
        ]
    );
    let (_, pruned) = lab.run("SELECT count(*) FROM cloudtrail_logs WHERE region = 'eu-west-1'", &[]).await;
    let size = lab.store.head("logs", "AWSLogs/1/CloudTrail/eu-west-1/2026/b.json.gz", None).unwrap().size;
    assert_eq!(scanned(&pruned), size);
    let sql = "SELECT r.arn FROM cloudtrail_logs CROSS JOIN UNNEST(resources) AS t(r)";
    assert_eq!(lab.rows(sql).await, ["arn:r"]);
    let sql = "SELECT c.eventname, \"$path\", u.r.type, n FROM cloudtrail_logs c, UNNEST(c.resources) WITH ORDINALITY AS u(r, n) \
               WHERE region = 'us-east-1'";
    assert_eq!(lab.rows(sql).await, [format!("GetObject|{path}/us-east-1/2026/a.json.gz|AWS::S3::Bucket|1")]);
}

#[tokio::test]
async fn flow_logs_are_split_at_their_delimiter() {
    let lab = lab().await;
    let text = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n\
                2 123456789010 eni-1 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK\n\
                2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA\n";
    lab.put("logs", "flow/2026/11/23/a.log.gz", gz(text));
    lab.run(
        "CREATE EXTERNAL TABLE vpc_flow_logs (version int, account_id string, interface_id string, srcaddr string, \
         dstaddr string, srcport int, dstport int, protocol bigint, packets bigint, bytes bigint, `start` bigint, \
         `end` bigint, action string, log_status string) PARTITIONED BY (day string) \
         ROW FORMAT DELIMITED FIELDS TERMINATED BY ' ' LOCATION 's3://logs/flow/' \
         TBLPROPERTIES ('skip.header.line.count'='1', 'projection.enabled'='true', 'projection.day.type'='date', \
         'projection.day.range'='2020/01/01,NOW', 'projection.day.format'='yyyy/MM/dd', \
         'storage.location.template'='s3://logs/flow/${day}')",
        &[],
    )
    .await;
    let sql = "SELECT srcaddr, dstport, bytes, from_unixtime(start), log_status, day FROM vpc_flow_logs ORDER BY start";
    let expected = [
        "172.31.16.139|22|4249|2014-12-14 04:06:50.000 UTC|OK|2026/11/23",
        "-|∅|∅|2015-05-10 18:01:16.000 UTC|NODATA|2026/11/23",
    ];
    assert_eq!(lab.rows(sql).await, expected);
    assert_eq!(lab.rows(&sql.replace("ORDER", "WHERE day = '2026/11/23' ORDER")).await, expected);
    assert!(lab.rows(&sql.replace("ORDER", "WHERE day = '2026/11/22' ORDER")).await.is_empty());
}

#[tokio::test]
async fn load_balancer_logs_are_matched_by_the_documented_pattern() {
    let lab = lab().await;
    let line = r#"https 2026-11-23T01:02:03.186641Z app/my-lb/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/a?b=c HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/t/73e2d6bc24d8a067 "Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com" "arn:aws:acm:c" 1 2026-11-23T01:02:03.000000Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_1"#;
    lab.put("logs", "alb/a.log.gz", gz(&format!("{line}\nnot a log line\n")));
    let ddl = r#"CREATE EXTERNAL TABLE alb_logs (type string, time string, elb string, client_ip string, client_port int,
        target_ip string, target_port int, request_processing_time double, target_processing_time double,
        response_processing_time double, elb_status_code int, target_status_code string, received_bytes bigint,
        sent_bytes bigint, request_verb string, request_url string, request_proto string, user_agent string,
        ssl_cipher string, ssl_protocol string, target_group_arn string, trace_id string, domain_name string,
        chosen_cert_arn string, matched_rule_priority string, request_creation_time string, actions_executed string,
        redirect_url string, lambda_error_reason string, target_port_list string, target_status_code_list string,
        classification string, classification_reason string, conn_trace_id string)
      ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
      WITH SERDEPROPERTIES ('serialization.format' = '1', 'input.regex' =
      '([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) ([^ ]*)[:-]([0-9]*) ([-.0-9]*) ([-.0-9]*) ([-.0-9]*) (|[-0-9]*) (-|[-0-9]*) ([-0-9]*) ([-0-9]*) \"([^ ]*) (.*) (- |[^ ]*)\" \"([^\"]*)\" ([A-Z0-9-_]+) ([A-Za-z0-9.-]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^\"]*)\" ([-.0-9]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^ ]*)\" \"([^\\s]+?)\" \"([^\\s]+)\" \"([^ ]*)\" \"([^ ]*)\" ?([^ ]*)?')
      LOCATION 's3://logs/alb/'"#;
    lab.run(ddl, &[]).await;
    let sql = "SELECT client_ip, client_port, elb_status_code, request_verb, url_extract_host(request_url), \
               url_extract_parameter(request_url, 'b'), user_agent, conn_trace_id, target_processing_time FROM alb_logs";
    assert_eq!(lab.rows(sql).await, ["192.168.131.39|2817|200|GET|www.example.com|c|curl/7.46.0|TID_1|0.048"]);
}

#[tokio::test]
async fn any_source_of_the_parser_is_a_table_by_its_format() {
    let lab = lab().await;
    let text = "{\"time\":\"2026-11-23T01:02:03Z\",\"user\":{\"name\":\"ann\"},\"Level\":\"warn\",\"count\":7}\n\
                {broken\n\
                {\"time\":\"2026-11-23T01:02:04Z\",\"message\":\"own\",\"count\":\"8\"}\n";
    lab.put("logs", "app/a.ndjson", text.to_owned());
    lab.put("logs", "app/_SUCCESS", "marker".to_owned());
    lab.run(
        "CREATE EXTERNAL TABLE app (`user` struct<name:string>, level string, count bigint, fields string, \
         message string, ts timestamp, line bigint) LOCATION 's3://logs/app' TBLPROPERTIES ('scops.format'='json')",
        &[],
    )
    .await;
    let sql = "SELECT \"user\".name, level, count, ts, line, json_extract_scalar(fields, '$.user.name'), \"$path\" FROM app \
               ORDER BY line";
    assert_eq!(
        lab.rows(sql).await,
        [
            "ann|warn|7|2026-11-23 01:02:03.000|1|ann|s3://logs/app/a.ndjson",
            "∅|∅|8|2026-11-23 01:02:04.000|3|∅|s3://logs/app/a.ndjson",
        ]
    );
    assert_eq!(lab.rows("SELECT message FROM app WHERE line = 3").await, ["own"]);
    assert_eq!(lab.rows("SELECT count(*) FROM app").await, ["2"]);
    lab.run("ALTER TABLE app SET TBLPROPERTIES ('scops.format'='nonsense')", &[]).await;
    assert!(lab.fails("SELECT * FROM app").await.contains("unknown scops.format \"nonsense\""));
}

#[tokio::test]
async fn a_damaged_object_gives_what_it_holds() {
    let lab = lab().await;
    let mut text = String::new();
    for number in 0..2_000 {
        let _ = writeln!(text, "{{\"n\":{number},\"salt\":\"{}\"}}", number * 7_919 % 104_729);
    }
    let whole = gz(&text);
    lab.put("logs", "cut/a.json.gz", whole.slice(..whole.len() / 2));
    lab.put("logs", "cut/b.json.gz", gz("{\"n\":-1}\n"));
    lab.run("CREATE EXTERNAL TABLE cut (n int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://logs/cut/'", &[])
        .await;
    let rows = lab.rows("SELECT count(*) > 500, count(*) < 2000, min(n) FROM cut").await;
    assert_eq!(rows, ["true|true|-1"]);
}

#[tokio::test]
async fn what_is_read_at_once_is_what_the_parser_reads() {
    let lab = lab().await;
    let records = [
        event("ConsoleLogin", "ann", ""),
        event(
            "GetObject",
            "b\\u00f6b \\\"x\\\"",
            r#","requestParameters":{"k":"a\nb","n":1.50,"big":18446744073709551616,"l":[{"x":null}]},"readOnly":true"#,
        ),
        event("Twice", "cy", r#","eventName":"Again","requestParameters":null,"readOnly":"false""#),
        "{}".to_owned(),
    ];
    lab.put("logs", "trail/whole.json.gz", gz(&format!(r#"{{"Records":[{}]}}"#, records.join(","))));
    let cut = format!(r#"{{"Records":[{},{}"#, records[0], &records[1][..records[1].len() - 9]);
    lab.put("logs", "trail/cut.json.gz", gz(&cut));
    lab.run(
        "CREATE EXTERNAL TABLE trail (eventname string, requestparameters string, readonly boolean, line bigint, \
         useridentity struct<arn:string,username:string>) \
         ROW FORMAT SERDE 'com.amazon.emr.hive.serde.CloudTrailSerde' LOCATION 's3://logs/trail/'",
        &[],
    )
    .await;
    let columns = "\"$path\", eventname, requestparameters, readonly, useridentity";
    let at_once = lab.rows(&format!("SELECT {columns} FROM trail ORDER BY 1, 2")).await;
    // `line` is known to the parser alone.
    let parsed = lab.rows(&format!("SELECT {columns} FROM trail WHERE line >= 0 ORDER BY 1, 2")).await;
    assert_eq!(at_once, parsed);
    assert!(at_once.len() >= 5, "{at_once:?}");
}
