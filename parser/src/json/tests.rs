use super::*;

fn accepts(text: &str) -> bool {
    parse_whole(text.as_bytes(), 200).is_ok()
}

#[test]
fn the_grammar_of_rfc_8259_is_accepted() {
    for text in [
        "null",
        " true ",
        "[]",
        "{}",
        "[[]]",
        "0",
        "-0",
        "10.5e-3",
        "1E+2",
        "\"\"",
        "\"\\u00e9\\/\\b\"",
        "[1 ,\n2\t,3\r]",
        r#"{"":0}"#,
        r#"{"a":{"b":[{}]}}"#,
        "\"\u{7f}\u{2028}\"",
        "[1,[2,[3]]]",
        "\"\\ud83e\\udd89\"",
        "123456789012345678901234567890",
    ] {
        assert!(accepts(text), "{text:?} is JSON");
    }
}

#[test]
fn what_the_grammar_refuses_is_refused_with_its_offset() {
    for (text, offset) in [
        ("[1,]", 3),
        ("{\"a\":1,}", 7),
        ("[1 2]", 3),
        ("01", 1),
        ("1.", 2),
        ("+1", 0),
        (".5", 0),
        ("1e", 2),
        ("nul", 3),
        ("nulx", 0),
        ("{a:1}", 1),
        ("{\"a\" 1}", 5),
        ("[", 1),
        ("\"a", 2),
        ("\"\\x\"", 2),
        ("\"\\u12g4\"", 5),
        ("\"a\nb\"", 2),
        ("[] x", 3),
        ("'a'", 0),
        ("[1}", 2),
        ("-", 1),
        ("1a", 1),
        ("", 0),
        ("NaN", 0),
        ("0x1", 1),
        ("1.5.2", 3),
        ("/**/1", 0),
    ] {
        let error = parse_whole(text.as_bytes(), 200).expect_err(text);
        assert_eq!(error.offset, offset, "{text:?}: {error}");
    }
}

#[test]
fn strings_unescape_and_keep_what_is_no_unicode() {
    let read = |text: &'static [u8]| match parse_whole(text, 8).unwrap().value {
        Value::String(text) => text,
        other => panic!("{other:?} is no string"),
    };
    assert_eq!(read(br#""\ud83e\udd89 \u00e9\n""#), "\u{1f989} é\n");
    assert_eq!(read(br#""a\ud800b""#), "a\\ud800b");
    assert_eq!(read(br#""\ud800\u0041""#), "\\ud800A");
    assert_eq!(read(b"\"caf\xe9\""), "café");
    assert_eq!(read(b"\"\xc3\xa9 \xff\""), "é \u{fffd}");
    assert!(matches!(read(br#""plain text of more than eight bytes""#), Cow::Borrowed(_)));
}

#[test]
fn a_bomb_of_brackets_is_an_error_and_no_crash() {
    let bomb = vec![b'['; 1_000_000];
    assert_eq!(parse(&bomb, 200).unwrap_err().offset, 200);
    assert_eq!(parse(&bomb, usize::MAX).unwrap_err().reason, "JSON is nested too deeply");
}

#[test]
fn duplicate_keys_are_counted_in_small_and_in_large_objects() {
    assert_eq!(parse(br#"{"a":1,"b":{"c":1,"c":2},"a":3}"#, 9).unwrap().duplicate_keys, 2);
    let many: Vec<String> = (0..1000).map(|index| format!("\"k{}\":1", index % 998)).collect();
    assert_eq!(parse(format!("{{{}}}", many.join(",")).as_bytes(), 9).unwrap().duplicate_keys, 2);
}

#[test]
fn a_value_is_skipped_however_its_bytes_are_cut() {
    let text = br#"{"a":"}\"]","b":[1,{"c":"\\"}]} tail"#;
    for cut in 0..text.len() {
        let mut skipper = Skipper::default();
        let end = match skipper.feed(&text[..cut]) {
            Scan::End(end) => end,
            _ => match skipper.feed(&text[cut..]) {
                Scan::End(end) => cut + end,
                _ => panic!("never ended when cut at {cut}"),
            },
        };
        assert_eq!(end, text.len() - 5);
    }
}

#[test]
fn special_bytes_are_found_at_every_alignment() {
    for special in [b'"', b'\\', 0x1f, b'\n'] {
        for at in 0..40 {
            let mut bytes = vec![b'\x80'; 40];
            bytes[at] = special;
            assert_eq!(text::special(&bytes, 0), at);
        }
    }
    assert_eq!(text::special(&[b' '; 20], 3), 20);
}

/// The public JSON test suite, where the folder of real logs holds it: `y_` must be accepted, `n_` refused.
#[test]
fn the_public_suite_is_judged_as_its_names_say() {
    let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let corpus = std::env::var_os("SCOPS_CORPUS").map_or(beside, std::path::PathBuf::from);
    let Ok(files) = std::fs::read_dir(corpus.join("nasty/jsontestsuite")) else {
        println!("skipped: no corpus at {} (set SCOPS_CORPUS)", corpus.display());
        return;
    };
    let mut judged = 0;
    for path in files.map(|file| file.unwrap().path()) {
        let accepts = parse_whole(&std::fs::read(&path).unwrap(), 200).is_ok();
        match path.file_name().unwrap().to_string_lossy().as_bytes() {
            [b'y', ..] => assert!(accepts, "{} is refused", path.display()),
            [b'n', ..] => assert!(!accepts, "{} is accepted", path.display()),
            _ => continue,
        }
        judged += 1;
    }
    assert!(judged > 100, "only {judged} files");
}

#[test]
fn a_member_is_found_without_reading_the_rest() {
    let object = br#" {"a":"b","detail": {"x":[1,"}"]} ,"b":7,"a":null}"#;
    let found = |name| member(object, name).map(|bytes| std::str::from_utf8(bytes).unwrap());
    assert_eq!(found("detail"), Some(r#"{"x":[1,"}"]}"#));
    assert_eq!(found("a"), Some("null"));
    assert_eq!(found("x"), None);
    assert_eq!(member(b"[1]", "a"), None);
    assert_eq!(member(br#"{"a":1,"b""#, "a"), None);
}
