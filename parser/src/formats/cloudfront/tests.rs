use crate::{Options, Reader};

fn read(text: &str) -> Vec<(String, Option<String>, String)> {
    let mut reader = Reader::new(text.as_bytes(), Options::default());
    let mut read = Vec::new();
    while let Some(record) = reader.next_record() {
        let event = record.outcome.expect("the sample is good");
        let time = event.time.map(|time| time.at.to_string());
        read.push((event.format.to_owned(), time, event.message().into_owned()));
    }
    read
}

#[test]
fn a_header_without_a_mark_tells_names_and_what_parts_them() {
    let text = "time-taken,sc-status,cs(Host),x-edge-location,timestamp(ms),cs-method\n0.1,200,a.example,LAX1,1795400047123,GET\n";
    let wanted = ("cloudfront".to_owned(), Some("2026-11-23T02:14:07.123Z".to_owned()), "GET 200".to_owned());
    assert_eq!(read(text), [wanted]);
}

#[test]
fn a_real_time_log_is_told_by_its_columns() {
    let line = "1795400047.123\t203.0.113.7\t0.002\t200\t16599\tGET\thttps\td111111abcdef8.cloudfront.net\t/a.png\t59\tYTO50-C2\tid==\twww.example.com\t0.002\tHTTP/2.0\tIPv4\tMozilla/5.0\t-\t-\t-\tHit\t-\tTLSv1.3\tTLS_AES_128_GCM_SHA256\tHit\t-\t-\timage/png\t16000\t-\t-\t443\tHit";
    let (format, time, message) = read(&format!("{line}\tCA\tgzip\n")).remove(0);
    assert_eq!((&*format, &*message), ("cloudfront", "GET www.example.com /a.png 200 203.0.113.7"));
    assert_eq!(time.as_deref(), Some("2026-11-23T02:14:07.123Z"));
}

#[test]
fn a_real_time_log_of_chosen_fields_stays_text() {
    assert_eq!(read("1795400047.123\t203.0.113.7\t200\tGET\t/a.png\n")[0].0, "text");
}

#[test]
fn the_keys_of_both_generations_are_known() {
    assert!(super::knows_key("logs/E1A2B3C4D5E6F7.2026-11-23-02.0a1b2c3d.gz"));
    assert!(super::knows_key("AWSLogs/111122223333/CloudFront/E1A2B3C4D5E6F7/2026/11/23/02/x.parquet"));
    assert!(!super::knows_key("E.2026-11-23-02.log") && !super::knows_key("app/2026-11-23.gz"));
}
