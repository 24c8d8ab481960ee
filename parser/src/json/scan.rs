//! Where a value ends, without reading it: brackets and strings only, resumable between chunks.

use super::text;

/// Levels whose brackets are matched; no value that is nested deeper is read.
const MATCHED: usize = 512;

/// Follows brackets and strings from the first byte of an object or list. Feed it consecutive bytes.
#[derive(Debug, Default)]
pub(crate) struct Skipper {
    depth: u64,
    /// For each level whether it is a list, one bit each.
    lists: [u64; MATCHED / 64],
    is_unchecked: bool,
    in_string: bool,
    is_escaped: bool,
}

/// What the bytes of one [`Skipper::feed`] told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Scan {
    /// The value's last byte stands before this offset of the bytes that were fed.
    End(usize),
    /// At this offset a bracket closes that was not opened as its kind.
    Broken(usize),
    /// The value goes on after them.
    More,
}

impl Skipper {
    /// Begins `depth` levels into a value, and only counts brackets.
    pub(crate) fn unchecked(depth: u64) -> Self {
        Skipper { depth, is_unchecked: true, ..Skipper::default() }
    }

    /// Follows `bytes` until the value that was begun is closed.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Scan {
        let mut at = 0;
        while at < bytes.len() {
            if self.in_string {
                if self.is_escaped {
                    self.is_escaped = false;
                    at += 1;
                    continue;
                }
                at = text::special(bytes, at);
                match bytes.get(at) {
                    Some(b'"') => self.in_string = false,
                    Some(b'\\') => self.is_escaped = true,
                    // A raw control byte: the parser will refuse it, here it is only passed.
                    Some(_) => {}
                    None => return Scan::More,
                }
                at += 1;
                continue;
            }
            match bytes[at] {
                b'"' => self.in_string = true,
                bracket @ (b'{' | b'[') => {
                    self.mark(bracket == b'[');
                    self.depth += 1;
                }
                bracket @ (b'}' | b']') => {
                    self.depth = self.depth.saturating_sub(1);
                    if !self.is_marked(bracket == b']') {
                        return Scan::Broken(at);
                    }
                    if self.depth == 0 {
                        return Scan::End(at + 1);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        Scan::More
    }

    fn mark(&mut self, is_list: bool) {
        if let Some(word) = self.lists.get_mut((self.depth / 64) as usize) {
            let bit = 1 << (self.depth % 64);
            *word = if is_list { *word | bit } else { *word & !bit };
        }
    }

    /// Whether the level that closes was opened by the same kind of bracket, as far as that is known.
    fn is_marked(&self, is_list: bool) -> bool {
        let bit = |word: &u64| word >> (self.depth % 64) & 1 == u64::from(is_list);
        self.is_unchecked || self.lists.get((self.depth / 64) as usize).is_none_or(bit)
    }
}
