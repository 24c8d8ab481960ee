//! Whether the text of fields can be looked for in the bytes of a log, without reading it.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::hidden;

/// What begins the time of every record of the Linux audit system, which writes texts in hexadecimal digits.
static AUDIT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("audit("));

/// Whether the values of all fields that may be read from these bytes stand in them as they are, as far as they are
/// letters and digits of ASCII, dots, dashes behind the first character, and underscores.
///
/// Then bytes that hold no `203.0.113.7` hold no record of which a field has that in its value, whatever their format.
/// Other characters may be spelled in many ways: a quote doubled, a slash or a line's end behind a backslash. `true` and
/// `false` are never sure: a log may write `T` or `yes` for them. Times and names of ECS are no fields of the log.
///
/// The bytes are those of the text: inflated, in UTF-8, and no [table](crate::Container).
///
/// What may hide a letter is looked for: `\u0041` of JSON, `\x41` of Zeek, `&#65;` of XML, where also a comment or a
/// section of CDATA may part a word, and the strings of the Linux audit system. All of them come through a second time
/// where a log carries another, for a backslash that is escaped is still one before a `u`. So are characters that nobody
/// sees ([`IGNORABLE`](crate::IGNORABLE)): a record has its terms without them too.
pub fn is_spelled_out(bytes: &[u8]) -> bool {
    let hides = |at: usize| match (bytes[at], bytes.get(at + 1)) {
        (b'\\', Some(next)) => matches!(next, b'u' | b'x'),
        (b'&', Some(next)) => *next == b'#',
        (b'<', Some(next)) => matches!(next, b'!' | b'?'),
        _ => false,
    };
    !memchr::memchr3_iter(b'\\', b'&', b'<', bytes).any(hides) && AUDIT.find(bytes).is_none() && !hidden::is_in(bytes)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{Options, Reader};

    fn runs(text: &str) -> impl Iterator<Item = &str> {
        let is_stable = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
        let bare = |run: &str| run.len() > run.trim_start_matches('-').len();
        text.split(move |character| !is_stable(character))
            .map(|run| run.trim_start_matches('-'))
            .filter(move |run| !bare(run) && !"true".contains(run) && !"false".contains(run))
    }

    fn holds(bytes: &[u8], text: &str) -> bool {
        memchr::memmem::find(bytes, text.as_bytes()).is_some()
    }

    /// Every value of every record of every sample is found in the record's bytes, or in the heads before it.
    #[test]
    fn the_values_of_all_samples_stand_in_their_bytes() {
        let (mut values, mut hidden) = (0, 0);
        for folder in ["src/formats", "formats"] {
            for path in samples(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) {
                let bytes = std::fs::read(&path).unwrap();
                let mut reader = Reader::new(&bytes[..], Options::default());
                while let Some(record) = reader.next_record() {
                    let Ok(event) = &record.outcome else { continue };
                    if !is_spelled_out(record.raw) {
                        hidden += 1;
                        continue;
                    }
                    let head = if has_head(event) { &bytes[..] } else { &[] };
                    event.terms(&mut |field, term| {
                        for run in runs(term) {
                            values += 1;
                            let is_told = holds(record.raw, run) || holds(head, run);
                            assert!(is_told, "{}: {field} = {term}: {run}", path.display());
                        }
                    });
                }
            }
        }
        assert!(values > 10_000 && hidden > 0, "{values} values, {hidden} records that hide some");
    }

    /// Whether something before its records says values of theirs: `#path` of Zeek, `logGroup` of CloudWatch Logs.
    fn has_head(event: &crate::Event<'_>) -> bool {
        let carrier = event.carrier.as_ref().map_or(event.format, |carrier| carrier.format);
        matches!(carrier, "zeek" | "cloudwatch")
    }

    fn samples(folder: &Path) -> Vec<std::path::PathBuf> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() {
                found.extend(samples(&entry));
            } else if entry.extension().is_some_and(|kind| kind == "log") {
                found.push(entry);
            }
        }
        found
    }

    #[test]
    fn what_hides_a_letter_is_found() {
        for text in [
            r#"{"a":"\u0041"}"#,
            r#"{"m":"{\"a\":\"\\u0041\"}"}"#,
            r"a\x41",
            "&#65;",
            "A<!-- -->B",
            "msg=audit(1:1)",
            "203.0.\u{200b}113.7",
        ] {
            assert!(!is_spelled_out(text.as_bytes()), "{text}");
        }
        for text in ["", "a", "\\", "&", "<", r#"{"a":"x\"y\\","b":"\n&amp;<b>"}"#] {
            assert!(is_spelled_out(text.as_bytes()), "{text}");
        }
    }
}
