//! The parser against real logs. They lie outside the repository, in the folder that `SCOPS_CORPUS` names; where that is
//! absent these tests say so and pass.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests fail and talk as tests do")]

mod corpus {
    pub mod agreement;
    pub mod files;
    pub mod table;
}

use corpus::files::{Corpus, Object, read, read_content};
use corpus::table::{HOW, Table};
use scops_parser::{Framing, Options, Reader, Shape};
use serde_json::Value as Json;

/// Keys of lists that hold records.
const LISTS: [&str; 4] = ["Records", "findings", "configurationItems", "logEvents"];

/// The records of a JSON file, by another JSON library.
fn elements(bytes: &[u8]) -> usize {
    let count = |value: &Json| match value {
        Json::Array(items) => items.len(),
        object => LISTS.iter().find_map(|key| object.get(key)?.as_array()).map_or(1, Vec::len),
    };
    serde_json::Deserializer::from_slice(bytes).into_iter::<Json>().flatten().map(|value| count(&value)).sum()
}

#[test]
fn every_cloudtrail_event_is_one_record_with_its_time() {
    let Some(corpus) = Corpus::find() else { return };
    let mut total = 0;
    for file in corpus.files("aws_cloudtrail") {
        let object = read(&file);
        assert_eq!(object.format, "cloudtrail", "{file}");
        assert!(object.report.is_clean(), "{file}: {:?}", object.report);
        assert_eq!(object.events.len(), elements(&file.inflated()), "{file}");
        // A test event has names in the place of its values.
        let is_timed = file.name() != "streamalert-cloudtrail_events.json";
        assert!(!is_timed || object.report.untimed == 0, "{file}: {:?}", object.report);
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
fn application_json_and_syslog_files_have_a_record_for_each_line_that_begins_one() {
    let Some(corpus) = Corpus::find() else { return };
    for folder in ["json_app", "syslog"] {
        for file in corpus.files(folder) {
            let bytes = file.inflated();
            if file.name().starts_with("vrl-") || bytes.is_empty() {
                continue;
            }
            let object = read(&file);
            let lines = count(&object, &bytes);
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

#[test]
fn docs_tell_how_far_each_format_agrees_with_other_pipelines() {
    let Some(corpus) = Corpus::find() else { return };
    let table = Table::of(&corpus);
    assert_eq!(table.unexplained(), "", "each of these wants a line in tests/corpus/differences");
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/formats.md");
    if std::env::var_os("SCOPS_BLESS").is_some() {
        std::fs::write(&path, table.to_string()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    for (line, (found, written)) in table.to_string().lines().zip(written.lines()).enumerate() {
        assert_eq!(found, written, "docs/formats.md, line {}: {HOW}", line + 1);
    }
    assert_eq!(table.to_string(), written, "{HOW}");
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
        assert_eq!((&*object.format, object.events.len(), object.report.faults), ("vpcflow", lines.len(), 0), "{text}");
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

/// Rows of each Parquet object, as pyarrow 26 counts them, and what is wrong with it.
const PARQUET: [(&str, usize, &str); 14] = [
    ("clo-apigateway1.parquet", 12, ""),
    ("beats-cloudtrail.parquet", 1, ""),
    ("pqtest-alltypes_dictionary.parquet", 2, ""),
    ("pqtest-alltypes_plain.snappy.parquet", 2, ""),
    ("pqtest-binary_truncated_min_max.parquet", 12, ""),
    ("pqtest-byte_stream_split.zstd.parquet", 300, ""),
    ("pqtest-column_chunk_key_value_metadata.parquet", 0, ""),
    ("pqtest-data_index_bloom_encoding_stats.parquet", 14, ""),
    ("pqtest-datapage_v1-corrupt-checksum.parquet", 0, "the checksum of a page does not match"),
    ("pqtest-datapage_v1-uncompressed-checksum.parquet", 5120, ""),
    ("pqtest-datapage_v2_empty_datapage.snappy.parquet", 1, ""),
    ("pqtest-delta_encoding_required_column.parquet", 100, ""),
    ("pqtest-dict-page-offset-zero.parquet", 39, ""),
    ("pqtest-fixed_length_decimal.parquet", 24, ""),
];

#[test]
fn every_parquet_object_has_the_rows_that_others_find() {
    let Some(corpus) = Corpus::find().filter(|_| cfg!(feature = "parquet")) else { return };
    let folders = ["aws_apigateway", "parquet_ocsf"];
    let files: Vec<_> = folders.iter().flat_map(|folder| corpus.files(folder)).collect();
    let files: Vec<_> = files.into_iter().filter(|file| file.name().ends_with(".parquet")).collect();
    assert_eq!(files.len(), PARQUET.len());
    for file in files {
        let (_, rows, reason) = PARQUET.iter().find(|(name, ..)| *name == file.name()).unwrap();
        let object = read(&file);
        assert_eq!(object.events.len(), *rows, "{file}");
        let damage = object.report.damage.map(|fault| fault.reason).unwrap_or_default();
        assert!(damage.ends_with(reason) && damage.is_empty() == reason.is_empty(), "{file}: {damage}");
        if let Some(expected) = file.expected() {
            let found: Vec<_> = object.events.into_iter().map(|event| event.fields).collect();
            assert_eq!(found, expected.into_iter().map(without_entries).collect::<Vec<_>>(), "{file}");
        }
    }
}

/// Maps as objects, where another reader writes lists of their keys and values.
fn without_entries(value: Json) -> Json {
    match value {
        Json::Object(fields) => {
            Json::Object(fields.into_iter().map(|(key, value)| (key, without_entries(value))).collect())
        }
        Json::Array(items) => {
            let entry = |item: &Json| Some((item.get("key")?.as_str()?.to_owned(), item.get("value")?.clone()));
            let entries: Option<serde_json::Map<_, _>> = items.iter().map(entry).collect();
            match entries {
                Some(entries) if !items.is_empty() => Json::Object(entries),
                _ => Json::Array(items.into_iter().map(without_entries).collect()),
            }
        }
        other => other,
    }
}

#[test]
fn logs_of_other_vendors_are_recognised_by_their_content() {
    let Some(corpus) = Corpus::find() else { return };
    for (folder, wanted) in [
        ("suricata", &["suricata", "fast_alert"][..]),
        ("zeek", &["zeek", "zeek_json"]),
        ("crowdstrike", &["crowdstrike"]),
        ("windows", &["windows", "windows_xml"]),
        ("gsuite", &["google_workspace"]),
    ] {
        // One file is an event without what tells it from other JSON.
        for file in corpus.files(folder).into_iter().filter(|file| !file.name().contains("falcon-commandline")) {
            let object = read_content(&file);
            assert!(wanted.contains(&&*object.format), "{file} is read as {}", object.format);
            assert_eq!((object.report.faults, object.report.untimed), (0, 0), "{file}: {:?}", object.report);
        }
    }
}

#[test]
fn zeek_tells_the_same_in_columns_and_in_json() {
    let Some(corpus) = Corpus::find() else { return };
    let (mut records, mut fields) = (0, 0);
    let in_json = corpus.files("zeek/zed-zeek-json");
    for (columns, json) in corpus.files("zeek/zed-zeek-default").iter().zip(&in_json) {
        assert_eq!(columns.name().split('.').next(), json.name().split('.').next());
        let (columns, json) = (read(columns), read(json));
        assert_eq!((&*columns.format, &*json.format), ("zeek", "zeek_json"));
        assert_eq!((columns.report.faults, json.report.faults), (0, 0));
        assert_eq!(
            (columns.report.first_time, columns.report.last_time),
            (json.report.first_time, json.report.last_time)
        );
        assert_eq!(columns.events.len(), json.events.len());
        for (columns, json) in columns.events.iter().zip(&json.events) {
            let mut wanted = json.fields.as_object().unwrap().clone();
            wanted.remove("_write_ts");
            assert!(same_but_for_digits(&columns.fields, &Json::Object(wanted)), "{}\n{}", columns.fields, json.fields);
            assert!(same_but_for_digits(&columns.ecs, &json.ecs), "{}\n{}", columns.ecs, json.ecs);
            fields += columns.fields.as_object().unwrap().len();
        }
        records += columns.events.len();
    }
    println!("zeek: {records} records, {fields} fields");
}

/// Equal but for the spelling of numbers and times: Zeek prints microseconds in columns, and whole floats in JSON.
fn same_but_for_digits(columns: &Json, json: &Json) -> bool {
    match (columns, json) {
        (Json::Object(columns), Json::Object(json)) => {
            columns.len() == json.len()
                && columns.iter().all(|(key, value)| json.get(key).is_some_and(|json| same_but_for_digits(value, json)))
        }
        (Json::Array(columns), Json::Array(json)) if columns.len() == json.len() => {
            columns.iter().zip(json).all(|(columns, json)| same_but_for_digits(columns, json))
        }
        (Json::Number(columns), Json::Number(json)) => {
            let (columns, json) = (columns.as_f64().unwrap(), json.as_f64().unwrap());
            (columns - json).abs() <= 1e-6_f64.max(json.abs() * 1e-9)
        }
        (Json::Number(columns), Json::String(json)) => {
            let micros = json.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_microsecond);
            micros.is_ok_and(|micros| (columns.as_f64().unwrap() * 1e6 - micros as f64).abs() < 2.0)
        }
        // Columns have one spelling for no item and for one that is empty.
        (Json::Array(columns), Json::Array(json)) if columns.is_empty() => json.iter().all(|item| item == ""),
        // In JSON, Zeek leaves the escape of a byte that is no text as it is.
        (Json::String(columns), Json::String(json)) => columns == &json.replace("\\x01", "\u{1}"),
        _ => columns == json,
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
        let wanted = count(&object, &content);
        let found = object.report.records + object.report.faults;
        assert_eq!(found, wanted as u64, "{file}, read as {}: {:?}", object.format, object.report);
        records += found;
    }
    println!("the manifest's files: {records} records");
}

/// The records of a file, counted from its bytes: JSON values, or lines that begin a record.
fn count(object: &Object, content: &[u8]) -> usize {
    if object.shape == Some(Shape::Json) {
        return elements(content);
    }
    let format = scops_parser::format(&object.format);
    let blocks = format.filter(|format| format.framing(content) == Framing::Blocks);
    let begins = |line: &str| blocks.as_ref().is_none_or(|format| format.begins(line.as_bytes()));
    let is_record = |line: &&str| !line.trim().is_empty() && begins(line) && !is_header(&object.format, line);
    String::from_utf8_lossy(content).lines().filter(is_record).count()
}

/// Whether a line names the columns, and tells no event.
fn is_header(format: &str, line: &str) -> bool {
    match format {
        "cloudfront" | "w3c" | "zeek" => line.starts_with('#'),
        "csv" => line.starts_with("id "),
        "mysql_slow" => line.starts_with("# Time"),
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
        ("plaso-syslog.bz2", ("bzip2", "utf-8"), (14, 0), None, "INFO No new content."),
        ("plaso-syslog.gz", ("gzip", "utf-8"), (14, 0), None, "INFO No new content."),
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
        ("beats-bom8.log", plain, (2, 0), None, "STOREDRIVER NOTIFYMAPI"),
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
