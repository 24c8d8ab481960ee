//! Objects that become files: what their names may be, and how far it is.

use std::path::PathBuf;

use super::{ByteSize, Shown};

/// The longest name that file systems take is 255 bytes; the rest is for a number.
const LONGEST: usize = 240;
/// How much of a name's end is kept where it is cut: its extensions.
const ENDING: usize = 24;
/// Names that Windows keeps for devices, with any extension.
const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];

/// How far a download is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Download {
    /// The folder, as an absolute path.
    pub folder: PathBuf,
    /// How many objects.
    pub of: usize,
    /// How many of them are files now.
    pub done: usize,
    /// How many bytes have come.
    pub bytes: ByteSize,
    /// The file that was written last.
    pub last: Option<PathBuf>,
    /// What failed, each with its cause.
    pub failed: Vec<String>,
}

/// The name of the file that an object becomes: the last part of its key, with `_` for whatever a file system, a shell
/// or a reader might take for something else. It is never empty, a path, hidden, an option, or a device.
pub fn file_name(key: &str) -> String {
    let last = key.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let mut name: String = last.chars().map(|character| if is_safe(character) { character } else { '_' }).collect();
    if name.starts_with(['.', '-', '~']) {
        name.replace_range(..1, "_");
    }
    if name.ends_with(['.', ' ']) {
        name.pop();
        name.push('_');
    }
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let is_numbered = |port: &str| stem.strip_prefix(port).is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']));
    if DEVICES.contains(&stem.as_str()) || is_numbered("COM") || is_numbered("LPT") {
        name.insert(0, '_');
    }
    if name.is_empty() {
        name.push_str("object");
    }
    cut(name)
}

fn is_safe(character: char) -> bool {
    let mut buffer = [0; 4];
    let text: &str = character.encode_utf8(&mut buffer);
    !matches!(character, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') && !Shown::new(text).differs_from(text)
}

/// Cuts a name that is too long in its middle.
fn cut(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let mut tail = name.len() - ENDING;
    while !name.is_char_boundary(tail) {
        tail += 1;
    }
    let mut head = LONGEST - ENDING - 1;
    while !name.is_char_boundary(head) {
        head -= 1;
    }
    format!("{}~{}", &name[..head], &name[tail..])
}

/// A name with a number before its last extension: `a.json-2.gz`.
pub fn numbered(name: &str, number: u32) -> String {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => format!("{stem}-{number}.{extension}"),
        _ => format!("{name}-{number}"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use super::*;

    #[test]
    fn a_name_is_the_end_of_the_key_where_that_is_harmless() {
        for (key, name) in [
            ("AWSLogs/1/T0131Z_kP2x.json.gz", "T0131Z_kP2x.json.gz"),
            ("日本語 ログ.gz", "日本語 ログ.gz"),
            ("a/..", "__"),
            ("a/../../etc/passwd", "passwd"),
            ("/", "object"),
            ("", "object"),
            ("dt=1/", "dt=1"),
            (".ssh", "_ssh"),
            ("-rf", "_rf"),
            ("~root", "_root"),
            ("a\\..\\b:c", "a_.._b_c"),
            ("con.json", "_con.json"),
            ("COM1", "_COM1"),
            ("COM10.gz", "COM10.gz"),
            ("a\u{1b}[2J\n\0b", "a_[2J__b"),
            ("gz.\u{202e}exe", "gz._exe"),
            ("end. ", "end._"),
        ] {
            assert_eq!(file_name(key), name, "{key:?}");
        }
        assert_eq!(numbered("a.json.gz", 2), "a.json-2.gz");
        assert_eq!(numbered("a", 3), "a-3");
    }

    #[test]
    fn no_key_leaves_the_folder() {
        let parts = ["..", ".", "/", "\\", "\0", "\u{2215}", "é", "con", " ", ":", "\u{301}", "x.gz", "🦉"];
        for a in parts {
            for b in parts {
                for c in parts {
                    let key = format!("{a}{b}{c}").repeat(60);
                    for name in [file_name(&key), numbered(&file_name(&key), 9_999)] {
                        let components: Vec<_> = Path::new(&name).components().collect();
                        assert!(matches!(components.as_slice(), [Component::Normal(_)]), "{key:?}: {name:?}");
                        assert!(name.len() <= 255 && !name.starts_with('.'), "{name}");
                    }
                }
            }
        }
    }
}
