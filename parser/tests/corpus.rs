//! The parser against real logs. They lie outside the repository, in the folder that `SCOPS_CORPUS` names; where that is
//! absent these tests say so and pass.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests fail and talk as tests do")]

mod corpus {
    pub mod agreement;
    pub mod files;
}

use corpus::agreement::Agreement;
use corpus::files::{Corpus, read};
use scops_parser::{Options, Reader, Shape};
use serde_json::Value as Json;

/// The objects of a CloudTrail file, by another JSON library.
fn elements(bytes: &[u8]) -> usize {
    match serde_json::from_slice::<Json>(bytes) {
        Ok(Json::Array(items)) => items.len(),
        Ok(Json::Object(fields)) => fields.get("Records").and_then(Json::as_array).map_or(1, Vec::len),
        _ => serde_json::Deserializer::from_slice(bytes).into_iter::<Json>().count(),
    }
}

#[test]
fn every_cloudtrail_event_is_one_record_with_its_time() {
    let Some(corpus) = Corpus::find() else { return };
    let mut total = 0;
    for file in corpus.files("aws_cloudtrail") {
        let object = read(&file);
        let is_wrapped = file.name().starts_with("streamalert");
        assert_eq!(object.format, if is_wrapped { "json" } else { "cloudtrail" }, "{file}");
        assert!(object.report.is_clean(), "{file}: {:?}", object.report);
        assert_eq!(object.events.len(), elements(&file.inflated()), "{file}");
        assert!(is_wrapped || object.report.untimed == 0, "{file}: {:?}", object.report);
        assert!((object.report.coverage() - 100.0).abs() < 1e-9, "{file}: {:?}", object.report);
        total += object.events.len();
    }
    // 2,900 records of attack simulations and 9,226 of console sessions, as the corpus counts them, and the small ones.
    assert!(total >= 2_900 + 9_226, "{total}");
    println!("aws_cloudtrail: {total} records");
}

#[test]
fn flow_logs_and_load_balancer_logs_are_recognised_and_counted() {
    let Some(corpus) = Corpus::find() else { return };
    for (folder, wanted) in [("aws_vpcflow", "vpcflow"), ("aws_elb", "alb")] {
        for file in corpus.files(folder) {
            let is_other =
                ["elb-http", "example-https", "example-tcp", "nlb"].iter().any(|name| file.name().contains(name));
            if file.name().starts_with("vrl-")
                || folder == "aws_elb" && is_other && !file.name().contains("application")
            {
                continue;
            }
            let object = read(&file);
            let text = String::from_utf8(file.inflated()).unwrap();
            let is_record = |line: &&str| !line.trim().is_empty() && !is_header(wanted, line);
            assert_eq!(object.format, wanted, "{file}");
            assert!(object.report.is_clean(), "{file}: {:?}", object.report);
            assert_eq!(object.events.len(), text.lines().filter(is_record).count(), "{file}");
        }
    }
}

#[test]
fn application_json_and_syslog_files_have_a_record_for_each_line() {
    let Some(corpus) = Corpus::find() else { return };
    for folder in ["json_app", "syslog"] {
        for file in corpus.files(folder) {
            let bytes = file.inflated();
            if file.name().starts_with("vrl-") || bytes.is_empty() {
                continue;
            }
            let object = read(&file);
            let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
            assert_eq!(object.events.len() as u64 + object.report.faults, lines as u64, "{file}: {:?}", object.report);
            if folder == "syslog" {
                assert_eq!(object.report.faults, 0, "{file}");
            }
            println!(
                "{file}: {} of {lines}, {} untimed, {:?}",
                object.format, object.report.untimed, object.report.groups
            );
        }
    }
}

/// Share of expected fields that the ECS view must agree with, in percent; each is a little under what was measured.
const FLOORS: [(&str, &str, f64); 9] = [
    ("aws_cloudtrail", "elastic-", 99.5),
    ("aws_vpcflow", "beats-", 100.0),
    ("aws_elb", "beats-", 100.0),
    ("aws_waf", "elastic-", 98.0),
    ("aws_s3_access", "elastic-", 97.0),
    ("aws_guardduty", "elastic-", 64.0),
    ("aws_cloudfront", "elastic-", 86.0),
    ("cef_leef", "beats-", 93.0),
    ("http_access", "elastic-nginx-access", 92.0),
];

#[test]
fn the_ecs_view_agrees_with_elastics_pipelines() {
    let Some(corpus) = Corpus::find() else { return };
    for (folder, prefix, floor) in FLOORS {
        let mut agreement = Agreement::default();
        for file in corpus.files(folder).into_iter().filter(|file| file.name().starts_with(prefix)) {
            let Some(expected) = file.expected() else { continue };
            let object = read(&file);
            // Elastic's own counts leave out what its pipelines drop.
            let is_filtered = ["aws_guardduty", "http_access"].contains(&folder);
            assert!(is_filtered || object.events.len() == expected.len(), "{file}: {:?}", object.report);
            for (event, expected) in object.events.iter().zip(&expected) {
                agreement.add(&event.ecs, expected);
            }
        }
        println!("{folder}: {agreement}");
        assert!(agreement.percent() >= floor, "{folder}: {agreement}");
    }
}

#[test]
fn fields_agree_with_vectors_functions() {
    let Some(corpus) = Corpus::find() else { return };
    let flows = corpus.json("aws_vpcflow/vrl-parse_aws_vpc_flow_log.cases.json");
    for case in flows.as_array().unwrap() {
        let header = case["args"]["format"].as_str().map(|format| format!("{format}\n")).unwrap_or_default();
        let events =
            corpus::files::read_bytes(format!("{header}{}\n", case["input"].as_str().unwrap()).as_bytes(), None).events;
        for (name, wanted) in case["expected"].as_object().unwrap() {
            assert_eq!(&events[0].fields[name.replace('_', "-")], wanted, "{name} of {}", case["name"]);
        }
    }
    let layouts = corpus.json("aws_vpcflow/vrl-docs-formats.json");
    for layout in layouts.as_array().unwrap() {
        let lines: Vec<&str> = layout["lines"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
        let text = format!("{}\n{}\n", layout["format"].as_str().unwrap(), lines.join("\n"));
        let object = corpus::files::read_bytes(text.as_bytes(), None);
        assert_eq!((object.format, object.events.len(), object.report.faults), ("vpcflow", lines.len(), 0), "{text}");
    }
    // The function's names for the fields, and those of the Athena table that ours follow.
    let names = [
        ("type", "type"),
        ("timestamp", "time"),
        ("elb", "elb"),
        ("request_processing_time", "request_processing_time"),
        ("target_processing_time", "target_processing_time"),
        ("response_processing_time", "response_processing_time"),
        ("received_bytes", "received_bytes"),
        ("sent_bytes", "sent_bytes"),
        ("request_method", "request_verb"),
        ("request_url", "request_url"),
        ("request_protocol", "request_proto"),
        ("user_agent", "user_agent"),
        ("ssl_cipher", "ssl_cipher"),
        ("ssl_protocol", "ssl_protocol"),
        ("target_group_arn", "target_group_arn"),
        ("trace_id", "trace_id"),
        ("domain_name", "domain_name"),
        ("chosen_cert_arn", "chosen_cert_arn"),
        ("request_creation_time", "request_creation_time"),
        ("actions_executed", "actions_executed"),
        ("redirect_url", "redirect_url"),
        ("error_reason", "error_reason"),
        ("classification", "classification"),
        ("classification_reason", "classification_reason"),
        ("traceability_id", "conn_trace_id"),
    ];
    for case in corpus.json("aws_elb/vrl-parse_aws_alb_log.cases.json").as_array().unwrap() {
        let object = corpus::files::read_bytes(format!("{}\n", case["input"].as_str().unwrap()).as_bytes(), None);
        let Some(expected) = case.get("expected") else { continue };
        let fields = &object.events.first().unwrap_or_else(|| panic!("{}: {:?}", case["name"], object.report)).fields;
        for (theirs, ours) in names {
            assert!(
                corpus::agreement::same(&fields[ours], &expected[theirs]),
                "{ours} of {}: {}",
                case["name"],
                fields[ours]
            );
        }
        let client = format!("{}:{}", fields["client_ip"].as_str().unwrap(), fields["client_port"]);
        assert_eq!(client, expected["client_host"]);
    }
}

#[test]
fn every_file_is_counted_as_the_manifest_counts_it() {
    let Some(corpus) = Corpus::find() else { return };
    let mut records = 0;
    for (file, lines) in corpus.manifest() {
        let content = file.inflated();
        let text = String::from_utf8_lossy(&content);
        assert_eq!(text.lines().count(), lines, "{file} is the file that the manifest means");
        let object = read(&file);
        let wanted = match object.shape {
            Some(Shape::Json { .. }) => elements(&content),
            _ => text.lines().filter(|line| !line.trim().is_empty() && !is_header(object.format, line)).count(),
        };
        let found = object.report.records + object.report.faults;
        assert_eq!(found, wanted as u64, "{file}, read as {}: {:?}", object.format, object.report);
        records += found;
    }
    println!("the manifest's files: {records} records");
}

/// Whether a line names the columns, and tells no event.
fn is_header(format: &str, line: &str) -> bool {
    match format {
        "cloudfront" => line.starts_with('#'),
        "vpcflow" => line.starts_with("version") || line.starts_with("instance-id"),
        _ => false,
    }
}

#[test]
fn no_file_of_the_corpus_stops_the_reader() {
    let Some(corpus) = Corpus::find() else { return };
    for file in corpus.all() {
        let (mut good, mut bad) = (0, 0);
        let options = Options { key: Some(file.name().to_owned()), ..Options::default() };
        let mut reader = Reader::new(file.open(), options);
        while let Some(record) = reader.next_record() {
            if record.outcome.is_ok() {
                good += 1;
            } else {
                bad += 1;
            }
            record.write_ndjson(&mut std::io::sink()).unwrap();
        }
        let report = reader.report();
        assert_eq!((good, bad), (report.records, report.faults), "{file}");
        assert!(report.covered <= report.bytes, "{file}: {report:?}");
        assert_eq!(report.is_clean(), report.faults == 0, "{file}: {report:?}");
    }
}

#[test]
fn files_of_other_codecs_and_encodings_are_read_as_what_they_are() {
    let Some(corpus) = Corpus::find() else { return };
    // Name, compression, encoding, records and faults, what is said of the name, and what the first record holds.
    let plain = ("plain", "utf-8");
    let files = [
        ("plaso-syslog.bz2", ("bzip2", "utf-8"), (15, 0), None, "INFO No new content."),
        ("plaso-syslog.gz", ("gzip", "utf-8"), (15, 0), None, "INFO No new content."),
        (
            "logstash-compressed.log.gee.zip",
            ("gzip", "utf-8"),
            (2, 0),
            Some("named .zip, but holds gzip"),
            "192.0.2.147",
        ),
        ("flate2-multi.gz", ("gzip", "utf-8"), (2, 0), None, "first"),
        ("beats-corrupted.gz", ("gzip", "utf-8"), (100, 1), None, "1st file"),
        ("plaso-sav.txt", ("plain", "utf-16le"), (9, 0), None, "belongs to virus/spyware 'LiveProtectTest'."),
        ("jsontestsuite/i_string_utf16LE_no_BOM.json", ("plain", "utf-16le"), (1, 0), None, "\u{e9}"),
        ("beats-bom8.log", plain, (7, 0), None, "#Software: Microsoft Exchange Server"),
        ("logstash-invalid_utf8.gbk.log", plain, (1, 0), None, "/utfmadness/\u{a1}\u{d6}4od"),
    ];
    for (name, (compression, encoding), counts, note, first) in files {
        if compression == "bzip2" && cfg!(not(feature = "bzip2")) {
            continue;
        }
        let options = Options { key: Some(name.to_owned()), ..Options::default() };
        let mut reader = Reader::new(corpus.file("nasty", name).open(), options);
        assert_eq!(reader.detection().codec_note.as_deref(), note, "{name}");
        let message = reader.next_record().unwrap().outcome.unwrap().message().into_owned();
        assert!(message.contains(first), "{name}: {message}");
        while reader.next_record().is_some() {}
        let report = reader.report();
        assert_eq!((report.compression().as_str(), report.encoding.name()), (compression, encoding), "{name}");
        assert_eq!((report.records, report.faults), counts, "{name}");
    }
}
