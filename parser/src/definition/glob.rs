//! Globs of object keys: `*` is any text, `?` any one character.

/// Whether the whole key is as the glob says.
pub(super) fn is_match(glob: &str, key: &str) -> bool {
    let (glob, key) = (glob.as_bytes(), key.as_bytes());
    let (mut at, mut from) = (0, 0);
    // Where the last star stands, and how much of the key it has taken.
    let mut star: Option<(usize, usize)> = None;
    while from < key.len() {
        match glob.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == key[from] => (at, from) = (at + 1, from + 1),
            _ => match star {
                Some((place, taken)) => {
                    star = Some((place, taken + 1));
                    (at, from) = (place + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    glob[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::is_match;

    #[test]
    fn stars_take_any_text_and_question_marks_one_character() {
        for (glob, key) in
            [("*okta*", "logs/okta/2026/x.gz"), ("a?c", "abc"), ("*", ""), ("*.gz*", "a.gz.gz"), ("a*b*c", "aXbYbZc")]
        {
            assert!(is_match(glob, key), "{glob} {key}");
        }
        for (glob, key) in [("okta", "logs/okta"), ("a?c", "ac"), ("*.gz", "a.gz.x"), ("a*b*c", "aXbYbZ")] {
            assert!(!is_match(glob, key), "{glob} {key}");
        }
    }
}
