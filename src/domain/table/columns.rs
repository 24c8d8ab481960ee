//! The columns and the SerDe of each format that AWS documents a table of; everything else is lines.
//!
//! Format: "Querying AWS service logs" in the Amazon Athena User Guide, "Using Amazon S3 server access logs" in the
//! Amazon S3 User Guide.

use crate::domain::Source;

/// What a table of a format is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Names and types of its columns.
    pub columns: Vec<(&'static str, &'static str)>,
    /// `ROW FORMAT` and `STORED AS`.
    pub stored: &'static str,
    /// Table properties.
    pub properties: &'static [(&'static str, &'static str)],
    /// The format, where it is one that AWS documents a table of.
    documented: Option<&'static str>,
}

impl Shape {
    /// The shape of a source's table, by its format.
    pub fn of(source: &Source) -> Self {
        match source.format.as_deref().unwrap_or(&source.name) {
            "cloudtrail" => Self::documented("CloudTrail logs", CLOUDTRAIL, CLOUDTRAIL_STORED, &[]),
            "vpcflow" => Self::documented(
                "VPC flow logs; columns are read by their place, so a custom format needs its own",
                VPC_FLOW,
                "ROW FORMAT DELIMITED\nFIELDS TERMINATED BY ' '",
                &[("skip.header.line.count", "1")],
            ),
            "alb" => Self::documented("ALB access logs", ALB, ALB_STORED, &[]),
            "waf" => Self::documented("AWS WAF logs", WAF, OPENX, &[]),
            "s3access" => Self::documented("S3 server access logs", S3_ACCESS, S3_ACCESS_STORED, &[]),
            "cloudfront" => Self::documented(
                "CloudFront standard logs",
                CLOUDFRONT,
                "ROW FORMAT DELIMITED\nFIELDS TERMINATED BY '\\t'",
                &[("skip.header.line.count", "2")],
            ),
            _ => Self { columns: vec![("line", "string")], stored: LINES, properties: &[], documented: None },
        }
    }

    fn documented(
        about: &'static str,
        columns: &'static str,
        stored: &'static str,
        properties: &'static [(&'static str, &'static str)],
    ) -> Self {
        let columns = columns.lines().filter_map(|line| line.trim().split_once(' '));
        Self { columns: columns.collect(), stored, properties, documented: Some(about) }
    }

    /// Names of its columns.
    pub fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|(name, _)| *name).collect()
    }

    /// What the table is, for its comment.
    pub fn about(&self, source: &Source) -> String {
        match self.documented {
            Some(about) => format!("{}: {about}", source.name),
            None => format!("{}: a row a line; JSON is read by json_extract_scalar(line, '$.name')", source.name),
        }
    }
}

const CLOUDTRAIL: &str = "eventversion string
useridentity struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,username:string,onbehalfof:struct<userid:string,identitystorearn:string>,sessioncontext:struct<attributes:struct<mfaauthenticated:string,creationdate:string>,sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,username:string>,ec2roledelivery:string,webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>>
eventtime string
eventsource string
eventname string
awsregion string
sourceipaddress string
useragent string
errorcode string
errormessage string
requestparameters string
responseelements string
additionaleventdata string
requestid string
eventid string
readonly string
resources array<struct<arn:string,accountid:string,type:string>>
eventtype string
apiversion string
recipientaccountid string
serviceeventdetails string
sharedeventid string
vpcendpointid string
vpcendpointaccountid string
eventcategory string
addendum struct<reason:string,updatedfields:string,originalrequestid:string,originaleventid:string>
sessioncredentialfromconsole string
edgedevicedetails string
tlsdetails struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>";

const CLOUDTRAIL_STORED: &str = "ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'";

const VPC_FLOW: &str = "version int
account_id string
interface_id string
srcaddr string
dstaddr string
srcport int
dstport int
protocol bigint
packets bigint
bytes bigint
start bigint
end bigint
action string
log_status string
vpc_id string
subnet_id string
instance_id string
tcp_flags int
type string
pkt_srcaddr string
pkt_dstaddr string
az_id string
sublocation_type string
sublocation_id string
pkt_src_aws_service string
pkt_dst_aws_service string
flow_direction string
traffic_path int";

const ALB: &str = "type string
time string
elb string
client_ip string
client_port int
target_ip string
target_port int
request_processing_time double
target_processing_time double
response_processing_time double
elb_status_code int
target_status_code string
received_bytes bigint
sent_bytes bigint
request_verb string
request_url string
request_proto string
user_agent string
ssl_cipher string
ssl_protocol string
target_group_arn string
trace_id string
domain_name string
chosen_cert_arn string
matched_rule_priority string
request_creation_time string
actions_executed string
redirect_url string
lambda_error_reason string
target_port_list string
target_status_code_list string
classification string
classification_reason string
conn_trace_id string";

/// The guide's expression; what may follow the columns that it knows is let through.
const ALB_STORED: &str = r#"ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
WITH SERDEPROPERTIES (
  'serialization.format' = '1',
  'input.regex' = '([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*):([0-9]*) ([^ ]*)[:-]([0-9]*) ([-.0-9]*) ([-.0-9]*) ([-.0-9]*) (|[-0-9]*) (-|[-0-9]*) ([-0-9]*) ([-0-9]*) \"([^ ]*) (.*) (- |[^ ]*)\" \"([^\"]*)\" ([A-Z0-9-_]+) ([A-Za-z0-9.-]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^\"]*)\" ([-.0-9]*) ([^ ]*) \"([^\"]*)\" \"([^\"]*)\" \"([^ ]*)\" \"([^\\s]+?)\" \"([^\\s]+)\" \"([^ ]*)\" \"([^ ]*)\" ?([^ ]*)?(?: .*)?'
)"#;

const WAF: &str = "timestamp bigint
formatversion int
webaclid string
terminatingruleid string
terminatingruletype string
action string
terminatingrulematchdetails array<struct<conditiontype:string,sensitivitylevel:string,location:string,matcheddata:array<string>>>
httpsourcename string
httpsourceid string
rulegrouplist array<struct<rulegroupid:string,terminatingrule:struct<ruleid:string,action:string,rulematchdetails:array<struct<conditiontype:string,sensitivitylevel:string,location:string,matcheddata:array<string>>>>,nonterminatingmatchingrules:array<struct<ruleid:string,action:string,overriddenaction:string>>,excludedrules:string>>
ratebasedrulelist array<struct<ratebasedruleid:string,limitkey:string,maxrateallowed:int>>
nonterminatingmatchingrules array<struct<ruleid:string,action:string>>
requestheadersinserted array<struct<name:string,value:string>>
responsecodesent string
httprequest struct<clientip:string,country:string,headers:array<struct<name:string,value:string>>,uri:string,args:string,httpversion:string,httpmethod:string,requestid:string,fragment:string,scheme:string,host:string>
labels array<struct<name:string>>
captcharesponse struct<responsecode:string,solvetimestamp:string,failurereason:string>
ja3fingerprint string
ja4fingerprint string
oversizefields string
requestbodysize int
requestbodysizeinspectedbywaf int";

const OPENX: &str = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'";

const S3_ACCESS: &str = "bucketowner string
bucket_name string
requestdatetime string
remoteip string
requester string
requestid string
operation string
key string
request_uri string
httpstatus string
errorcode string
bytessent bigint
objectsize bigint
totaltime string
turnaroundtime string
referrer string
useragent string
versionid string
hostid string
sigv string
ciphersuite string
authtype string
endpoint string
tlsversion string
accesspointarn string
aclrequired string";

const S3_ACCESS_STORED: &str = r#"ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
WITH SERDEPROPERTIES (
  'input.regex' = '([^ ]*) ([^ ]*) \\[(.*?)\\] ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) (\"[^\"]*\"|-) (-|[0-9]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) (\"[^\"]*\"|-) ([^ ]*)(?: ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*) ([^ ]*))?.*$'
)
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'"#;

const CLOUDFRONT: &str = "date date
time string
x_edge_location string
sc_bytes bigint
c_ip string
cs_method string
cs_host string
cs_uri_stem string
sc_status int
cs_referrer string
cs_user_agent string
cs_uri_query string
cs_cookie string
x_edge_result_type string
x_edge_request_id string
x_host_header string
cs_protocol string
cs_bytes bigint
time_taken float
x_forwarded_for string
ssl_protocol string
ssl_cipher string
x_edge_response_result_type string
cs_protocol_version string
fle_status string
fle_encrypted_fields int
c_port int
time_to_first_byte float
x_edge_detailed_result_type string
sc_content_type string
sc_content_len bigint
sc_range_start bigint
sc_range_end bigint";

/// Every line is one column.
const LINES: &str = "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
WITH SERDEPROPERTIES ('input.regex' = '^(.*)$')
STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'";
