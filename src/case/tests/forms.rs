//! What is exported, as its readers read it.

use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::*;
use crate::case::{Bundle, html, markdown, text};

/// Texts that break out of what does not expect them.
const HOSTILE: [&str; 14] = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "</style></title></svg></textarea><h1>",
    "&lt;script&gt;&#60;b&#62;",
    "` `` ``` ~~~ x",
    "a | b \\| c \\",
    "[link](javascript:alert(1)) ![image](http://evil.example/x.png) <http://evil.example>",
    "http://evil.example www.evil.example WWW.evil.example",
    "# h\n\n- l\n1. x\n\n    code\n---\n<b>",
    "*em* _em_ ~~gone~~ **strong** $x$",
    "\u{1b}[2J\u{0}\u{7}\u{9b}31m",
    "\u{202e}gpj.exe\u{2066}\u{200b}\u{2028}",
    "{{7*7}} ${7*7} <!-- -->",
    "]]> <![CDATA[ <?php",
];

fn bundle(text: &str) -> Bundle {
    Bundle::of(&case(text), "aya", at("2026-11-23T02:30:00Z")).expect("a bundle")
}

#[test]
fn a_bundle_is_read_back_to_the_byte() {
    for text in HOSTILE.iter().chain(&["", "18446744073709551616", "é日本🦉"]) {
        let bundle = bundle(text);
        let written = bundle.to_text();
        let read = Bundle::read(written.as_bytes(), Path::new("x.json")).expect("is whole");
        assert_eq!(read, bundle);
        // Laid out anew it is the same content, with the same hash.
        let value: serde_json::Value = serde_json::from_str(&written).expect("JSON");
        let pretty = serde_json::to_string_pretty(&value).expect("JSON");
        assert_eq!(Bundle::read(pretty.as_bytes(), Path::new("x.json")).expect("is whole"), bundle);
        // As docs/case.md says: the hash is that of the second line.
        let line = written.lines().nth(1).expect("a line");
        assert_eq!(crate::case::pin::sha256(line.as_bytes()), bundle.sha256);
    }
}

#[test]
fn a_bundle_that_was_changed_is_told() {
    let written = bundle("").to_text();
    let read =
        |text: &str| Bundle::read(text.as_bytes(), Path::new("x.json")).map(drop).map_err(|error| error.to_string());
    assert_eq!(read(&written), Ok(()));
    for (from, to, told) in [
        ("203.0.113.7", "203.0.113.8", "it was changed"),
        ("\"line\":1", "\"line\":2", "it was changed"),
        ("recovered", "unconfirmed", "it was changed"),
        ("\"limit\":1000", "\"limit\":1000,\"x\":1", "unknown field `x`"),
        ("\"bucket\":\"acme-security-logs\"", "\"bucket\":\"acme-security-logs\",\"x\":1", "does not know"),
        ("scops.case/1", "scops.case/2", "its schema is \"scops.case/2\""),
        ("\"sha256\":\"", "\"sha256\":\"0", "it was changed"),
        ("}\n}", "}", "EOF"),
    ] {
        let changed = written.replacen(from, to, 1);
        assert_ne!(changed, written, "{from}");
        let error = read(&changed).expect_err(to);
        assert!(error.contains(told) && error.starts_with("x.json is not a bundle"), "{to}: {error}");
    }
    for cut in (0..written.len() - 2).step_by(97) {
        assert!(read(&written[..cut]).is_err(), "cut at {cut}");
    }
    assert!(read("[]").is_err() && read("{}").is_err());
}

#[test]
fn the_example_in_the_documentation_is_a_bundle() {
    let document = include_str!("../../../docs/case.md");
    let example = document.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let bundle = Bundle::read(example.as_bytes(), Path::new("docs/case.md")).expect("is whole");
    assert_eq!(bundle.content.notes.len(), 3);
}

/// Tags and attributes of a page, without its texts: what a browser obeys.
fn skeleton(page: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        // A quoted value may hold `>`, and nothing in it is obeyed.
        let mut quote = None;
        let end = rest[at..].char_indices().find_map(|(place, character)| match (quote, character) {
            (None, '"' | '\'') => {
                quote = Some(character);
                None
            }
            (Some(open), _) if open == character => {
                quote = None;
                None
            }
            (None, '>') => Some(at + place),
            _ => None,
        });
        let end = end.expect("every tag is closed");
        tags.push(rest[at..=end].to_owned());
        rest = &rest[end + 1..];
    }
    tags
}

/// A tag without what it says, only what it is.
fn bare(tag: &str) -> String {
    let mut is_quoted = false;
    tag.chars()
        .filter(|character| {
            is_quoted ^= *character == '"';
            !is_quoted || *character == '"'
        })
        .collect()
}

#[test]
fn no_text_from_the_world_makes_a_page_another_page() {
    let plain: Vec<String> = skeleton(&html::render(&bundle("x"))).iter().map(|tag| bare(tag)).collect();
    for text in HOSTILE {
        let page = html::render(&bundle(text));
        let tags: Vec<String> = skeleton(&page).iter().map(|tag| bare(tag)).collect();
        assert_eq!(tags, plain, "{text:?}");
        assert!(!page.chars().any(|character| character.is_control() && character != '\n'), "{text:?}");
        assert!(!page.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{2028}']), "{text:?}");
        let is_link = |tag: &String| tag.starts_with("<a ") && !tag.starts_with("<a href=\"#note-");
        assert!(!skeleton(&page).iter().any(is_link), "{text:?}");
    }
    let page = html::render(&bundle("x"));
    for nothing in ["<script", "javascript:", " on", " src=", "style=\"", "url(", "@import"] {
        assert!(!skeleton(&page).iter().any(|tag| tag.contains(nothing)), "{nothing}");
    }
    assert!(page.contains("default-src 'none'") && !page.contains("unsafe"), "a strict policy");
    assert!(page.contains("<svg") && page.contains("prefers-color-scheme: dark"));
}

#[test]
fn a_page_tells_what_the_world_wrote() {
    let page = html::render(&bundle("<script>alert(1)</script>"));
    assert!(page.contains("ConsoleLogin root 203.0.113.7 &lt;script&gt;alert(1)&lt;/script&gt;"));
    let page = html::render(&bundle("\u{1b}[2J"));
    assert!(page.contains("203.0.113.7 ␛[2J"));
}

/// What Markdown is read as, without its texts.
fn shape(text: &str) -> Vec<String> {
    let events = Parser::new_ext(text, Options::all() - Options::ENABLE_SMART_PUNCTUATION);
    events
        .filter_map(|event| match event {
            Event::Start(tag) => Some(format!("{:?}", std::mem::discriminant(&tag))),
            Event::End(tag) => Some(format!("{tag:?}")),
            Event::Code(_) | Event::Text(_) => None,
            other => Some(format!("{other:?}")),
        })
        .collect()
}

#[test]
fn no_text_from_the_world_makes_markdown_another_document() {
    let plain = shape(&markdown::render(&bundle("x")));
    for text in HOSTILE {
        let document = markdown::render(&bundle(text));
        // Free text keeps its lines: each is a paragraph.
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count().max(1);
        if lines == 1 {
            assert_eq!(shape(&document), plain, "{text:?}\n{document}");
        }
        for event in Parser::new_ext(&document, Options::all()) {
            let is_obeyed = match &event {
                Event::Start(tag) => matches!(tag, Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock),
                Event::Html(_) | Event::InlineHtml(_) | Event::InlineMath(_) | Event::DisplayMath(_) => true,
                event => matches!(event, Event::FootnoteReference(_)),
            };
            assert!(!is_obeyed, "{text:?}: {event:?}\n{document}");
        }
        assert!(!document.contains(['\u{1b}', '\u{202e}', '\u{2066}', '\u{2028}', '\u{0}']), "{text:?}");
        // GitHub makes links of bare addresses in plain text, as it stands in the file; not in code.
        let mut is_code = false;
        for (event, place) in Parser::new_ext(&document, Options::all()).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(_)) => is_code = true,
                Event::End(TagEnd::CodeBlock) => is_code = false,
                Event::Text(_) if !is_code => {
                    let source = document[place].to_lowercase();
                    assert!(!source.contains("www.") && !source.contains("://"), "{text:?}: {source}");
                }
                _ => {}
            }
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_is_read_in_markdown_as_it_is_shown(text in "[^\n\r]{1,40}") {
        let document = markdown::render(&bundle(&text));
        let mut code = String::new();
        for event in Parser::new_ext(&document, Options::all()) {
            if let Event::Code(span) = event {
                code.push_str(&span);
                code.push('\n');
            }
        }
        let wanted = format!("ConsoleLogin root 203.0.113.7 {}", Shown::new(&text));
        proptest::prop_assert!(code.contains(&wanted), "{:?} is not in {}", wanted, code);
    }
}

#[test]
fn text_for_a_terminal_holds_nothing_that_it_obeys() {
    for hostile in HOSTILE {
        let mut out = Vec::new();
        text::write(&case(hostile), &mut out).expect("memory");
        let out = String::from_utf8(out).expect("text");
        assert!(!out.chars().any(|character| character.is_control() && character != '\n'), "{hostile:?}");
    }
    let mut out = Vec::new();
    text::write(&case(" jdoe"), &mut out).expect("memory");
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!("text", String::from_utf8(out).expect("text"));
        insta::assert_snapshot!("markdown", markdown::render(&bundle(" jdoe")));
    });
}

#[test]
fn no_number_of_a_bundle_is_too_much() {
    let most = Bin { objects: u32::MAX, bytes: ByteSize(u64::MAX), failed: u32::MAX, parked: u32::MAX, late: u32::MAX };
    let ends = [Timestamp::MIN, Timestamp::MAX];
    for (start, end) in [(ends[0], ends[1]), (ends[1], ends[0]), (ends[0], ends[0])] {
        for bins in [Vec::new(), vec![most; 3]] {
            let range = TimeRange { start, end };
            let gaps = vec![Gap { range, kind: GapKind::Silent }];
            let timeline = TimelinePin { source: String::new(), range, bins, gaps };
            let mut case = case("");
            let note = Note {
                id: NoteId(u64::MAX),
                at: start,
                who: String::new(),
                profile: None,
                text: String::new(),
                pin: Some(Pin::Timeline(Box::new(timeline))),
            };
            let change = Change::Added { note: Box::new(note) };
            case.apply(Entry { at: end, who: String::new(), change }).expect("fits");
            let bundle = Bundle::of(&case, "aya", end).expect("a bundle");
            assert!(html::render(&bundle).contains("</html>") && !markdown::render(&bundle).is_empty());
            text::write(&case, &mut Vec::new()).expect("memory");

            // What is opened of it goes on.
            let home = tempfile::tempdir().expect("a folder");
            let cases = crate::case::Cases::new(home.path());
            let path = home.path().join("bundle.json");
            std::fs::write(&path, bundle.to_text()).expect("is written");
            let opened = crate::case::export::open(&cases, &path, "bo", end).expect("is opened");
            let draft = crate::case::store::Draft { profile: None, text: "on".into(), pin: None };
            let grown = cases.add(&opened.case.name, "bo", end, draft).expect("is added");
            assert_eq!(grown.len(), opened.case.len() + 1);
        }
    }
}
