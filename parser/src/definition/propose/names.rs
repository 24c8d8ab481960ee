//! What fields most likely mean, by their names and values.

use std::net::IpAddr;

use super::{quoted, times};

/// What is known of one field.
pub(super) struct Field<'f> {
    /// Its path in the record.
    pub path: String,
    /// Values of it, as texts.
    pub values: Vec<&'f str>,
}

/// Names without separators, in small letters, and the rule that they suggest. `{}` is the field.
const RULES: &[(&[&str], &str)] = &[
    (
        &[
            "srcip",
            "sourceip",
            "clientip",
            "client",
            "src",
            "source",
            "sourceaddress",
            "srcaddr",
            "remoteaddr",
            "remoteip",
            "ipaddress",
            "ip",
            "sourceipaddress",
            "callerip",
            "actorip",
            "peer",
            "rhost",
            "from",
        ],
        "{ to = \"source\", from = {}, as = \"address\" }",
    ),
    (
        &[
            "dstip",
            "destip",
            "destinationip",
            "serverip",
            "dst",
            "destination",
            "destinationaddress",
            "dstaddr",
            "targetip",
        ],
        "{ to = \"destination\", from = {}, as = \"address\" }",
    ),
    (
        &["srcport", "sourceport", "sport", "clientport", "remoteport"],
        "{ to = \"source.port\", from = {}, type = \"int\" }",
    ),
    (
        &["dstport", "destport", "destinationport", "dport", "port", "serverport"],
        "{ to = \"destination.port\", from = {}, type = \"int\" }",
    ),
    (
        &[
            "user",
            "username",
            "userid",
            "login",
            "actor",
            "account",
            "accountname",
            "useremail",
            "email",
            "suser",
            "owner",
        ],
        "{ to = \"user.name\", from = {} }",
    ),
    (&["host", "hostname", "computer", "computername", "node", "devicename"], "{ to = \"host.hostname\", from = {} }"),
    (
        &["level", "loglevel", "lvl", "severity", "levelname", "priority"],
        "{ to = \"log.level\", from = {}, lowercase = true }",
    ),
    (&["logger", "loggername"], "{ to = \"log.logger\", from = {} }"),
    (&["message", "msg", "text", "description", "body"], "{ to = \"message\", from = {} }"),
    (
        &["action", "event", "eventtype", "eventname", "operation", "op", "activity"],
        "{ to = \"event.action\", from = {} }",
    ),
    (&["eventid", "requestid", "uuid", "id"], "{ to = \"event.id\", from = {} }"),
    (&["outcome"], "{ to = \"event.outcome\", from = {}, lowercase = true }"),
    (&["pid", "processid", "procid"], "{ to = \"process.pid\", from = {}, type = \"int\" }"),
    (
        &["process", "processname", "program", "appname", "application", "app", "command"],
        "{ to = \"process.name\", from = {} }",
    ),
    (&["image", "executable", "exe", "imagepath"], "{ to = \"process.executable\", from = {} }"),
    (&["commandline", "cmdline", "cmd"], "{ to = \"process.command_line\", from = {} }"),
    (&["sha256"], "{ to = \"process.hash.sha256\", from = {} }"),
    (&["sha1"], "{ to = \"process.hash.sha1\", from = {} }"),
    (&["md5"], "{ to = \"process.hash.md5\", from = {} }"),
    (&["thread", "threadname"], "{ to = \"process.thread.name\", from = {} }"),
    (&["protocol", "proto", "transport"], "{ to = \"network.transport\", from = {}, lowercase = true }"),
    (
        &["status", "statuscode", "httpstatus", "responsecode", "responsestatus"],
        "{ to = \"http.response.status_code\", from = {}, type = \"int\" }",
    ),
    (&["method", "httpmethod", "requestmethod", "verb"], "{ to = \"http.request.method\", from = {} }"),
    (&["url", "uri", "requesturi", "requesturl"], "{ from = {}, as = \"url\" }"),
    (&["useragent", "agent"], "{ to = \"user_agent.original\", from = {} }"),
    (&["referrer", "referer"], "{ to = \"http.request.referrer\", from = {} }"),
    (&["bytes", "size", "length", "bytessent"], "{ to = \"network.bytes\", from = {}, type = \"int\" }"),
    (&["durationms", "elapsedms", "latencyms"], "{ to = \"event.duration\", from = {}, unit = \"ms\" }"),
    (&["rule", "rulename", "signature", "policy"], "{ to = \"rule.name\", from = {} }"),
    (&["service", "servicename"], "{ to = \"service.name\", from = {} }"),
    (&["traceid"], "{ to = \"trace.id\", from = {} }"),
    (&["file", "filename", "filepath"], "{ to = \"file.path\", from = {} }"),
    (&["domain", "query", "qname"], "{ to = \"dns.question.name\", from = {} }"),
];

/// Names that may hold an address or a name, and are an address only where their values are.
const ADDRESSES: [&str; 2] = ["source", "destination"];

/// Rules for fields; each place is given once.
pub(super) fn rules(fields: &[Field<'_>]) -> Vec<String> {
    let mut rules: Vec<String> = Vec::new();
    let mut given: Vec<&str> = Vec::new();
    let mut addresses: Vec<&str> = Vec::new();
    for field in fields {
        let last = field.path.rsplit('.').next().unwrap_or_default();
        let plain: String = last.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let is_address = !field.values.is_empty() && field.values.iter().all(|value| value.parse::<IpAddr>().is_ok());
        let rule = RULES.iter().find(|(names, _)| names.contains(&&*plain)).map(|(_, rule)| *rule);
        // Names that say too little are believed only of what their values show.
        let is_fitting = |rule: &&str| {
            let is_for_addresses = ADDRESSES.iter().any(|side| rule.contains(&format!("\"{side}\",")));
            let is_for_status = rule.contains("status_code");
            let is_status = || field.values.iter().all(|value| matches!(value.parse(), Ok(100..=599)));
            (!is_for_addresses || is_address) && (!is_for_status || is_status()) && (is_for_addresses || !is_address)
        };
        match rule.filter(is_fitting).filter(|rule| !given.contains(rule)) {
            Some(rule) => {
                given.push(rule);
                rules.push(rule.replacen("{}", &quoted(&field.path), 1));
            }
            None if is_address => addresses.push(&field.path),
            None => {}
        }
    }
    if !addresses.is_empty() {
        let list: Vec<String> = addresses.iter().take(16).map(|path| quoted(path)).collect();
        rules.push(format!("{{ to = \"related.ip\", from = [{}], type = \"ip\", list = true }}", list.join(", ")));
    }
    rules
}

/// The field that most likely holds the time: its values are times, and its name says so.
pub(super) fn time_of<'f>(fields: &'f [Field<'_>]) -> Option<(&'f str, &'static str)> {
    let candidates = fields.iter().enumerate().filter_map(|(index, field)| {
        let first = times::whole(field.values.first()?)?;
        let is_time =
            field.values.iter().all(|value| times::whole(value).is_some_and(|time| time.format == first.format));
        let name = field.path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let is_named =
            ["time", "date", "ts", "published", "created", "when", "@timestamp"].iter().any(|word| name.contains(word));
        // A bare count is a time only where its name says so.
        (is_time && (is_named || !first.format.starts_with("epoch"))).then_some((
            (is_named, std::cmp::Reverse(index)),
            &*field.path,
            first.format,
        ))
    });
    candidates.max_by_key(|(rank, ..)| *rank).map(|(_, path, format)| (path, format))
}

/// Columns that a table shows, by the rules.
pub(super) fn columns(rules: &[String]) -> Vec<&'static str> {
    let has = |place: &str| rules.iter().any(|rule| rule.contains(&format!("\"{place}\"")));
    let known = [
        ("host.hostname", "host.hostname"),
        ("log.level", "log.level"),
        ("user.name", "user.name"),
        ("event.action", "event.action"),
        ("source", "source.address"),
        ("destination", "destination.address"),
        ("http.response.status_code", "http.response.status_code"),
    ];
    let mut columns: Vec<_> =
        known.into_iter().filter(|(place, _)| has(place)).map(|(_, column)| column).take(4).collect();
    columns.push("message");
    columns
}
