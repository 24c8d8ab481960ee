use super::*;

fn log(key: &str) -> (String, String) {
    match read(key) {
        Reading::Log { template, name, is_dated: true } => (template, name),
        other => panic!("{key}: {other:?}"),
    }
}

/// Keys with the template and name that they must give.
const KNOWN: &[(&str, &str, &str)] = &[
    (
        "AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/23/111122223333_CloudTrail_us-east-1_20261123T0131Z_kP2xQy.json.gz",
        "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/",
        "cloudtrail",
    ),
    (
        "trail/AWSLogs/o-abc123/111122223333/CloudTrail/us-gov-west-1/2026/11/23/a.json.gz",
        "trail/AWSLogs/{organization}/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/",
        "cloudtrail",
    ),
    (
        "AWSLogs/111122223333/CloudTrail-Insight/us-east-1/2026/11/23/a.json.gz",
        "AWSLogs/{account}/CloudTrail-Insight/{region}/{yyyy}/{MM}/{dd}/",
        "cloudtrail-insight",
    ),
    (
        "AWSLogs/111122223333/elasticloadbalancing/us-east-1/2026/11/23/111122223333_elasticloadbalancing_us-east-1_app.web.0123456789abcdef_20261123T0135Z_203.0.113.7_4xyz.log.gz",
        "AWSLogs/{account}/elasticloadbalancing/{region}/{yyyy}/{MM}/{dd}/",
        "alb",
    ),
    (
        "AWSLogs/111122223333/elasticloadbalancing/us-east-1/2026/11/23/111122223333_elasticloadbalancing_us-east-1_net.web.0123456789abcdef_20261123T0135Z_a1b2c3d4.log.gz",
        "AWSLogs/{account}/elasticloadbalancing/{region}/{yyyy}/{MM}/{dd}/",
        "nlb",
    ),
    (
        "AWSLogs/111122223333/elasticloadbalancing/us-east-1/2026/11/23/111122223333_elasticloadbalancing_us-east-1_web_20261123T0135Z_203.0.113.7_4xyz.log",
        "AWSLogs/{account}/elasticloadbalancing/{region}/{yyyy}/{MM}/{dd}/",
        "clb",
    ),
    (
        "AWSLogs/111122223333/vpcflowlogs/ap-northeast-1/2026/11/23/111122223333_vpcflowlogs_ap-northeast-1_fl-1_20261123T0135Z_a1b2c3d4.log.gz",
        "AWSLogs/{account}/vpcflowlogs/{region}/{yyyy}/{MM}/{dd}/",
        "vpcflow",
    ),
    (
        "AWSLogs/111122223333/vpcflowlogs/ap-northeast-1/2026/11/23/01/a.log.gz",
        "AWSLogs/{account}/vpcflowlogs/{region}/{yyyy}/{MM}/{dd}/{HH}/",
        "vpcflow",
    ),
    (
        "f/AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=us-east-1/year=2026/month=11/day=23/hour=01/a.log.parquet",
        "f/AWSLogs/aws-account-id={account}/aws-service=vpcflowlogs/aws-region={region}/year={yyyy}/month={MM}/day={dd}/hour={HH}/",
        "vpcflow",
    ),
    (
        "AWSLogs/111122223333/WAFLogs/us-east-1/acl-1/2026/11/23/01/35/111122223333_waflogs_us-east-1_acl-1_20261123T0135Z_a1b2c3d4.log.gz",
        "AWSLogs/{account}/WAFLogs/{region}/{acl}/{yyyy}/{MM}/{dd}/{HH}/{mm}/",
        "waf",
    ),
    (
        "AWSLogs/111122223333/WAFLogs/cloudfront/acl/2026/11/23/01/35/a.log.gz",
        "AWSLogs/{account}/WAFLogs/{region}/{acl}/{yyyy}/{MM}/{dd}/{HH}/{mm}/",
        "waf",
    ),
    (
        "AWSLogs/111122223333/GuardDuty/us-east-1/2026/11/23/0f3a.jsonl.gz",
        "AWSLogs/{account}/GuardDuty/{region}/{yyyy}/{MM}/{dd}/",
        "guardduty",
    ),
    (
        "AWSLogs/111122223333/Config/us-east-1/2026/1/3/ConfigHistory/111122223333_Config_us-east-1_ConfigHistory_AWS::EC2::Instance_20260103T013507Z_20260103T013507Z_1.json.gz",
        "AWSLogs/{account}/Config/{region}/{yyyy}/",
        "config",
    ),
    (
        "AWSLogs/111122223333/network-firewall/alert/us-east-1/edge/2026/11/23/01/a.log.gz",
        "AWSLogs/{account}/network-firewall/alert/{region}/{firewall}/{yyyy}/{MM}/{dd}/{HH}/",
        "network-firewall-alert",
    ),
    ("access/2026-11-23-01-31-07-0123456789ABCDEF", "access/{yyyy}-{MM}-{dd}-{HH}-", "s3access"),
    ("2026-11-23-01-31-07-0123456789ABCDEF", "{yyyy}-{MM}-{dd}-{HH}-", "s3access"),
    (
        "logs/111122223333/us-east-1/site/2026/11/23/2026-11-23-01-31-07-0123456789ABCDEF",
        "logs/{account}/{region}/site/{yyyy}/{MM}/{dd}/",
        "site",
    ),
    ("cdn/EMLARXS9EXAMPLE.2026-11-23-01.a1b2c3d4.gz", "cdn/EMLARXS9EXAMPLE.{yyyy}-{MM}-{dd}-{HH}.", "cloudfront"),
    ("2026/11/23/01/falcon-1-2026-11-23-01-31-07-0f3a-4b5c.gz", "{yyyy}/{MM}/{dd}/{HH}/", "falcon"),
    ("falcon/2026/11/23/01/part-0.gz", "falcon/{yyyy}/{MM}/{dd}/{HH}/", "falcon"),
    ("app/dt=2026-11-23-01/part-0.json.gz", "app/dt={yyyy}-{MM}-{dd}-{HH}/", "app"),
    ("app/dt=20261123/hour=01/part-0.json.gz", "app/dt={yyyy}{MM}{dd}/hour={HH}/", "app"),
    ("app/date=2026-11-23/hour=01/x", "app/date={yyyy}-{MM}-{dd}/hour={HH}/", "app"),
    ("app/year=2026/month=11/day=23/hour=01/x", "app/year={yyyy}/month={MM}/day={dd}/hour={HH}/", "app"),
    ("edge/prefix--suffixdt=20261123/hour=01/x", "edge/prefix--suffixdt={yyyy}{MM}{dd}/hour={HH}/", "edge"),
    (
        "ext/okta/region=us-east-1/accountId=111122223333/eventDay=20261123/a.parquet",
        "ext/okta/region={region}/accountId={accountId}/eventDay={yyyy}{MM}{dd}/",
        "okta",
    ),
    ("bastion/2026-11-23/host.log", "bastion/{yyyy}-{MM}-{dd}/", "bastion"),
    ("audit/app-20261123.log", "audit/app-{yyyy}{MM}{dd}.", "app"),
];

#[test]
fn keys_of_services_and_of_habits_are_recognised() {
    for (key, template, name) in KNOWN {
        assert_eq!(log(key), ((*template).to_owned(), (*name).to_owned()), "{key}");
        let layout: Layout = template.parse().expect("a layout");
        assert!(layout.matches(key), "{key}");
    }
}

#[test]
fn what_is_no_log_is_left_out_and_counted() {
    let digest = "AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/11/23/a.json.gz";
    let keys = [
        digest,
        digest,
        "a/",
        "x{y}/z",
        "index/terms/dt=2026-11-23-01/a.parquet",
        "records/source=alb/dt=2026-11-23-01/a",
    ];
    let (found, left_out) = recognise(&keys);
    assert_eq!(found, []);
    assert_eq!(left_out.values().sum::<usize>(), keys.len());
    assert!(left_out.iter().any(|(why, count)| why.contains("digests") && *count == 2), "{left_out:?}");
}

#[test]
fn a_key_without_time_is_known_by_its_top_folder() {
    for (key, template) in [("exports/x/users.csv", "exports/"), ("readme.txt", ""), ("exports/20261399/x", "exports/")]
    {
        assert!(
            matches!(read(key), Reading::Log { template: told, is_dated: false, .. } if told == template),
            "{key}: {:?}",
            read(key)
        );
    }
}

#[test]
fn numbers_are_no_dates() {
    for key in ["job/111122223333/x", "a/20261123123/x", "a/1234/x", "2026/report.csv", "v/2026/13/x", "a/20260000/x"] {
        assert!(matches!(read(key), Reading::Log { is_dated: false, .. }), "{key}: {:?}", read(key));
    }
}

#[test]
fn load_balancers_of_several_kinds_are_one_source() {
    let key = |kind: &str| {
        format!(
            "AWSLogs/111122223333/elasticloadbalancing/us-east-1/2026/11/23/111122223333_elasticloadbalancing_us-east-1_{kind}.x_20261123T0135Z_1.log.gz"
        )
    };
    let keys = [key("app"), key("net")];
    let (found, _) = recognise(&keys.each_ref().map(String::as_str));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].name.as_str(), found[0].keys.len()), ("elb", 2));
}

#[test]
fn many_hosts_are_one_source_and_kinds_beside_each_other_are_not() {
    let hosts: Vec<String> = (0..9).map(|host| format!("syslog/host{host}x/2026/11/23/a.log")).collect();
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let (found, _) = recognise(&hosts);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].template.as_str(), found[0].name.as_str()), ("syslog/{name}/{yyyy}/{MM}/{dd}/", "syslog"));
    let kinds: Vec<String> = (b'a'..=b'j').map(|kind| format!("{}x/2026/11/23/a.log", char::from(kind))).collect();
    let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
    assert_eq!(recognise(&kinds).0.len(), 10);
}

#[test]
fn file_names_that_all_begin_differently_are_known_by_their_folder() {
    let files: Vec<String> = (b'a'..=b'h').map(|file| format!("drop/{}-20261123.log", char::from(file))).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let (found, _) = recognise(&files);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].template.as_str(), found[0].is_dated), ("drop/", false));
}

#[test]
fn a_region_is_told_from_a_name() {
    for region in ["us-east-1", "ap-southeast-3", "us-gov-west-1", "us-west-2-lax-1", "cn-north-1", "mx-central-1"] {
        assert!(is_region(region), "{region}");
    }
    for name in ["web-1", "us", "us-1", "eu-west", "us-east-12", "apple-pie-1", ""] {
        assert!(!is_region(name), "{name}");
    }
}

proptest::proptest! {
    #[test]
    fn any_key_is_survived_and_a_template_matches_what_it_was_made_of(key in "([a-zé0-9=._{-]{0,9}/?|2026|11|23|/|dt=|20261123|AWSLogs/111122223333/){0,9}") {
        if let Reading::Log { template, .. } = read(&key) {
            let layout: Layout = template.parse().expect("a layout");
            proptest::prop_assert!(layout.matches(&key), "{key} {template}");
        }
    }
}
