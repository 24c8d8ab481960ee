//! The tables that the Amazon Athena User Guide gives for the logs of AWS services, word for word but for the bucket, over
//! real objects where the corpus is at hand.

use std::path::PathBuf;

use super::*;

/// Puts a file of the corpus as an object; `None` where there is no corpus.
fn put(lab: &Lab, file: &str, key: &str) -> Option<()> {
    let folder = std::env::var_os("SCOPS_CORPUS")
        .map_or_else(|| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"), PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: no corpus in {}", folder.display());
        return None;
    }
    let text = std::fs::read(folder.join(file)).unwrap();
    lab.put("logs", key, text);
    Some(())
}

async fn lab() -> Lab {
    let lab = Lab::new();
    lab.run("CREATE DATABASE scops", &[]).await;
    lab
}

/// "Create the table for CloudTrail logs in Athena using partition projection".
const CLOUDTRAIL: &str = "CREATE EXTERNAL TABLE cloudtrail_logs_pp(
    eventversion STRING,
    useridentity STRUCT<
        type: STRING, principalid: STRING, arn: STRING, accountid: STRING, invokedby: STRING, accesskeyid: STRING,
        username: STRING,
        onbehalfof: STRUCT<userid: STRING, identitystorearn: STRING>,
        sessioncontext: STRUCT<
            attributes: STRUCT<mfaauthenticated: STRING, creationdate: STRING>,
            sessionissuer: STRUCT<type: STRING, principalid: STRING, arn: STRING, accountid: STRING, username: STRING>,
            ec2roledelivery:string,
            webidfederationdata: STRUCT<federatedprovider: STRING, attributes: map<string,string>>
        >
    >,
    eventtime STRING, eventsource STRING, eventname STRING, awsregion STRING, sourceipaddress STRING,
    useragent STRING, errorcode STRING, errormessage STRING, requestparameters STRING, responseelements STRING,
    additionaleventdata STRING, requestid STRING, eventid STRING, readonly STRING,
    resources ARRAY<STRUCT<arn: STRING, accountid: STRING, type: STRING>>,
    eventtype STRING, apiversion STRING, recipientaccountid STRING, serviceeventdetails STRING,
    sharedeventid STRING, vpcendpointid STRING, vpcendpointaccountid STRING, eventcategory STRING,
    addendum STRUCT<reason:STRING, updatedfields:STRING, originalrequestid:STRING, originaleventid:STRING>,
    sessioncredentialfromconsole STRING, edgedevicedetails STRING,
    tlsdetails STRUCT<tlsversion:STRING, ciphersuite:STRING, clientprovidedhostheader:STRING>
  )
PARTITIONED BY (
   `timestamp` string)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION
  's3://logs/AWSLogs/111122223333/CloudTrail/us-east-1'
TBLPROPERTIES (
  'projection.enabled'='true',
  'projection.timestamp.format'='yyyy/MM/dd',
  'projection.timestamp.interval'='1',
  'projection.timestamp.interval.unit'='DAYS',
  'projection.timestamp.range'='2020/01/01,NOW',
  'projection.timestamp.type'='date',
  'storage.location.template'='s3://logs/AWSLogs/111122223333/CloudTrail/us-east-1/${timestamp}')";

#[tokio::test]
async fn the_documented_table_of_cloudtrail() {
    let lab = lab().await;
    lab.run(CLOUDTRAIL, &[]).await;
    let key = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/23/a.json.gz";
    let Some(()) = put(&lab, "aws_cloudtrail/beats-awss3-aws-cloudtrail.json.gz", key) else { return };
    let sql = "SELECT count(*), count(eventname), min(length(eventid)), min(\"timestamp\") FROM cloudtrail_logs_pp";
    // Fourteen are of CloudTrail Insights, which name no event.
    assert_eq!(lab.rows(sql).await, ["63|49|36|2026/11/23"]);
    let sql = "SELECT count(*) FROM cloudtrail_logs_pp WHERE \"timestamp\" = '2026/11/23' \
               AND date_diff('day', from_iso8601_timestamp(eventtime), now()) > 0 AND useridentity.type IS NOT NULL";
    assert_eq!(lab.rows(sql).await, ["49"]);
    assert!(lab.rows("SELECT eventname FROM cloudtrail_logs_pp WHERE \"timestamp\" = '2026/11/22'").await.is_empty());
}

/// "Create a table for VPC flow logs … using partition projection".
const VPC_FLOW: &str = r#"CREATE EXTERNAL TABLE IF NOT EXISTS test_table_vpclogs (
  version int, account_id string, interface_id string, srcaddr string, dstaddr string, srcport int, dstport int,
  protocol bigint, packets bigint, bytes bigint, start bigint, `end` bigint, action string, log_status string,
  vpc_id string, subnet_id string, instance_id string, tcp_flags int, type string, pkt_srcaddr string,
  pkt_dstaddr string, az_id string, sublocation_type string, sublocation_id string, pkt_src_aws_service string,
  pkt_dst_aws_service string, flow_direction string, traffic_path int
)
PARTITIONED BY (accid string, region string, day string)
ROW FORMAT DELIMITED
FIELDS TERMINATED BY ' '
LOCATION 's3://logs/AWSLogs/'
TBLPROPERTIES
(
"skip.header.line.count"="1",
"projection.enabled" = "true",
"projection.accid.type" = "enum",
"projection.accid.values" = "111122223333,444455556666",
"projection.region.type" = "enum",
"projection.region.values" = "us-east-1,eu-west-1",
"projection.day.type" = "date",
"projection.day.range" = "2025/01/01,NOW",
"projection.day.format" = "yyyy/MM/dd",
"storage.location.template" = "s3://logs/AWSLogs/${accid}/vpcflowlogs/${region}/${day}"
)"#;

#[tokio::test]
async fn the_documented_table_of_vpc_flow_logs() {
    let lab = lab().await;
    lab.run(VPC_FLOW, &[]).await;
    let key = "AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/11/23/a.log";
    let Some(()) = put(&lab, "aws_vpcflow/beats-aws-vpcflow-accept-reject-traffic.log", key) else { return };
    let sql = "SELECT action, count(*), sum(bytes), max(from_unixtime(\"end\")) FROM test_table_vpclogs \
               WHERE day = '2026/11/23' AND accid = '111122223333' GROUP BY action ORDER BY action";
    assert_eq!(
        lab.rows(sql).await,
        ["ACCEPT|2|4585|2015-05-29 16:32:22.000 UTC", "REJECT|2|4585|2015-05-29 16:32:22.000 UTC"]
    );
    let sql =
        "SELECT DISTINCT srcaddr FROM test_table_vpclogs WHERE contains('172.16.0.0/12', CAST(srcaddr AS ipaddress))";
    assert_eq!(lab.rows(sql).await, ["172.31.16.139"]);
}

/// "Create the table for ALB access logs in Athena using partition projection".
const ALB: &str = r#"CREATE EXTERNAL TABLE IF NOT EXISTS alb_access_logs (
            type string, time string, elb string, client_ip string, client_port int, target_ip string,
            target_port int, request_processing_time double, target_processing_time double,
            response_processing_time double, elb_status_code int, target_status_code string, received_bytes bigint,
            sent_bytes bigint, request_verb string, request_url string, request_proto string, user_agent string,
            ssl_cipher string, ssl_protocol string, target_group_arn string, trace_id string, domain_name string,
            chosen_cert_arn string, matched_rule_priority string, request_creation_time string,
            actions_executed string, redirect_url string, lambda_error_reason string, target_port_list string,
            target_status_code_list string, classification string, classification_reason string, conn_trace_id string
            )
            PARTITIONED BY
            (
             day STRING
            )
            ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
            WITH SERDEPROPERTIES (
            'serialization.format' = '1',
            'input.regex' =
        '([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) ([^ ]*)[:-]([0-9]*) ([-.0-9]*) ([-.0-9]*) ([-.0-9]*) (|[-0-9]*) (-|[-0-9]*) ([-0-9]*) ([-0-9]*) \"([^ ]*) (.*) (- |[^ ]*)\" \"([^\"]*)\" ([A-Z0-9-_]+) ([A-Za-z0-9.-]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^\"]*)\" ([-.0-9]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^ ]*)\" \"([^\\s]+?)\" \"([^\\s]+)\" \"([^ ]*)\" \"([^ ]*)\" ?([^ ]*)?')
            LOCATION 's3://logs/AWSLogs/111122223333/elasticloadbalancing/us-east-1/'
            TBLPROPERTIES
            (
             "projection.enabled" = "true",
             "projection.day.type" = "date",
             "projection.day.range" = "2022/01/01,NOW",
             "projection.day.format" = "yyyy/MM/dd",
             "projection.day.interval" = "1",
             "projection.day.interval.unit" = "DAYS",
             "storage.location.template" = "s3://logs/AWSLogs/111122223333/elasticloadbalancing/us-east-1/${day}"
            )"#;

#[tokio::test]
async fn the_documented_table_of_load_balancer_logs() {
    let lab = lab().await;
    lab.run(ALB, &[]).await;
    let key = "AWSLogs/111122223333/elasticloadbalancing/us-east-1/2023/04/26/a.log";
    let Some(()) = put(&lab, "aws_elb/crowdsec-aws-alb-logs-aws-alb-logs.log", key) else { return };
    let sql = "SELECT client_ip, elb_status_code, request_verb, url_extract_path(request_url), user_agent \
               FROM alb_access_logs WHERE day = '2023/04/26' ORDER BY time LIMIT 2";
    assert_eq!(
        lab.rows(sql).await,
        ["192.168.1.10|200|GET|/|curl/7.46.0", "192.168.1.11|200|GET|/robots.txt|curl/7.46.0"]
    );
}

/// "Create a table for AWS WAF S3 logs in Athena using partition projection"; of the lists in lists, the first.
const WAF: &str = "CREATE EXTERNAL TABLE `waf_logs_partition_projection`(
  `timestamp` bigint, `formatversion` int, `webaclid` string, `terminatingruleid` string,
  `terminatingruletype` string, `action` string,
  `terminatingrulematchdetails` array <struct <
      conditiontype: string, sensitivitylevel: string, location: string, matcheddata: array < string > > >,
  `httpsourcename` string, `httpsourceid` string,
  `rulegrouplist` array <struct <
      rulegroupid: string,
      terminatingrule: struct <ruleid: string, action: string,
          rulematchdetails: array <struct <
              conditiontype: string, sensitivitylevel: string, location: string, matcheddata: array < string > > > >,
      nonterminatingmatchingrules: array <struct <ruleid: string, action: string, overriddenaction: string>>,
      excludedrules: string > >,
  `ratebasedrulelist` array <struct <ratebasedruleid: string, limitkey: string, maxrateallowed: int > >,
  `nonterminatingmatchingrules` array <struct <ruleid: string, action: string>>,
  `requestheadersinserted` array <struct <name: string, value: string > >,
  `responsecodesent` string,
  `httprequest` struct <
      clientip: string, country: string, headers: array <struct <name: string, value: string > >, uri: string,
      args: string, httpversion: string, httpmethod: string, requestid: string, fragment: string, scheme: string,
      host: string >,
  `labels` array <struct <name: string > >,
  `captcharesponse` struct <responsecode: string, solvetimestamp: string, failureReason: string >,
  `ja3fingerprint` string, `ja4fingerprint` string, `oversizefields` string, `requestbodysize` int,
  `requestbodysizeinspectedbywaf` int)
PARTITIONED BY (
   `log_time` string)
ROW FORMAT SERDE
  'org.openx.data.jsonserde.JsonSerDe'
STORED AS INPUTFORMAT
  'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT
  'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION
  's3://logs/AWSLogs/111122223333/WAFLogs/cloudfront/testui/'
TBLPROPERTIES (
 'projection.enabled'='true',
 'projection.log_time.format'='yyyy/MM/dd/HH/mm',
 'projection.log_time.interval'='1',
 'projection.log_time.interval.unit'='minutes',
 'projection.log_time.range'='2025/01/01/00/00,NOW',
 'projection.log_time.type'='date',
 'storage.location.template'='s3://logs/AWSLogs/111122223333/WAFLogs/cloudfront/testui/${log_time}')";

#[tokio::test]
async fn the_documented_table_of_waf_logs() {
    let lab = lab().await;
    lab.run(WAF, &[]).await;
    let key = "AWSLogs/111122223333/WAFLogs/cloudfront/testui/2026/11/23/01/05/a.log";
    let Some(()) = put(&lab, "aws_waf/clo-waf.log", key) else { return };
    let sql = "SELECT from_unixtime(\"timestamp\" / 1000e0), action, httprequest.clientip, httprequest.country, \
               rulegrouplist[1].rulegroupid, element_at(filter(httprequest.headers, h -> h.name = 'accept'), 1).value \
               FROM waf_logs_partition_projection WHERE log_time > '2026/11/23/01/00' AND log_time < '2026/11/23/01/59' \
               AND any_match(httprequest.headers, h -> h.name = 'accept-encoding') ORDER BY 1 LIMIT 1";
    assert_eq!(
        lab.rows(sql).await,
        ["2022-03-25 03:41:16.003 UTC|ALLOW|101.93.195.253|CN|AWS#AWSManagedRulesBotControlRuleSet|*/*"]
    );
}

/// "Create a table for S3 server access logs in Athena" (Amazon S3 User Guide).
const S3_ACCESS: &str = r#"CREATE EXTERNAL TABLE `scops.mybucket_logs`(
  `bucketowner` STRING, `bucket_name` STRING, `requestdatetime` STRING, `remoteip` STRING, `requester` STRING,
  `requestid` STRING, `operation` STRING, `key` STRING, `request_uri` STRING, `httpstatus` STRING,
  `errorcode` STRING, `bytessent` BIGINT, `objectsize` BIGINT, `totaltime` STRING, `turnaroundtime` STRING,
  `referrer` STRING, `useragent` STRING, `versionid` STRING, `hostid` STRING, `sigv` STRING, `ciphersuite` STRING,
  `authtype` STRING, `endpoint` STRING, `tlsversion` STRING, `accesspointarn` STRING, `aclrequired` STRING)
ROW FORMAT SERDE
 'org.apache.hadoop.hive.serde2.RegexSerDe'
WITH SERDEPROPERTIES (
 'input.regex'='([^ ]*) ([^ ]*) \\[(.*?)\\] ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) (\"[^\"]*\"|-) (-|[0-9]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) (\"[^\"]*\"|-) ([^ ]*)(?: ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*))?.*$')
STORED AS INPUTFORMAT
 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT
 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION
 's3://logs/s3access/'"#;

#[tokio::test]
async fn the_documented_table_of_s3_access_logs() {
    let lab = lab().await;
    lab.run(S3_ACCESS, &[]).await;
    let Some(()) = put(&lab, "aws_s3_access/clo-s3.log", "s3access/2021-12-13-09-29-20-A") else { return };
    let sql = "SELECT parse_datetime(requestdatetime, 'dd/MMM/yyyy:HH:mm:ss Z'), operation, key, httpstatus, objectsize, \
               sigv, tlsversion FROM scops.mybucket_logs ORDER BY 1 LIMIT 1";
    assert_eq!(
        lab.rows(sql).await,
        ["2021-12-13 09:29:20.000 UTC|REST.PUT.OBJECT|static/js/25.6f6494d3.chunk.js.map|200|2900|SigV4|TLSv1.2"]
    );
}

/// "Create a table for CloudFront standard logs in Athena using manual partitioning".
const CLOUDFRONT: &str = "CREATE EXTERNAL TABLE IF NOT EXISTS cloudfront_standard_logs (
  `date` DATE, time STRING, x_edge_location STRING, sc_bytes BIGINT, c_ip STRING, cs_method STRING, cs_host STRING,
  cs_uri_stem STRING, sc_status INT, cs_referrer STRING, cs_user_agent STRING, cs_uri_query STRING,
  cs_cookie STRING, x_edge_result_type STRING, x_edge_request_id STRING, x_host_header STRING, cs_protocol STRING,
  cs_bytes BIGINT, time_taken FLOAT, x_forwarded_for STRING, ssl_protocol STRING, ssl_cipher STRING,
  x_edge_response_result_type STRING, cs_protocol_version STRING, fle_status STRING, fle_encrypted_fields INT,
  c_port INT, time_to_first_byte FLOAT, x_edge_detailed_result_type STRING, sc_content_type STRING,
  sc_content_len BIGINT, sc_range_start BIGINT, sc_range_end BIGINT
)
ROW FORMAT DELIMITED
FIELDS TERMINATED BY '\\t'
LOCATION 's3://logs/cloudfront/'
TBLPROPERTIES ( 'skip.header.line.count'='2' )";

#[tokio::test]
async fn the_documented_table_of_cloudfront_logs() {
    let lab = lab().await;
    lab.run(CLOUDFRONT, &[]).await;
    let file = "aws_cloudfront/elastic-aws-cloudfront_logs-test-cloudfront.log";
    let Some(()) = put(&lab, file, "cloudfront/E1.2019-12-04-21.a") else { return };
    let sql = "SELECT \"date\", time, sc_status, url_decode(cs_user_agent) LIKE 'Mozilla/5.0 (Windows%', time_taken, cs_protocol_version \
               FROM cloudfront_standard_logs WHERE \"date\" BETWEEN DATE '2019-12-01' AND DATE '2019-12-31' ORDER BY time LIMIT 1";
    assert_eq!(lab.rows(sql).await, ["2019-12-04|21:02:31|200|true|0.001|HTTP/2.0"]);
}
