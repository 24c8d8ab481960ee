//! What a few typed letters were meant to find: names by their letters in order, then descriptions by their words.

use std::cmp::Reverse;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// The items that `typed` may mean, the likeliest first: a name that begins as typed goes before one that merely holds
/// the letters, and that before one whose description holds the words. With nothing typed, all in their order.
pub(super) fn rank<T>(typed: &str, items: Vec<T>, name_and_doc: impl Fn(&T) -> (String, String)) -> Vec<T> {
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = |kind| Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, kind);
    let (letters, words) = (pattern(AtomKind::Fuzzy), pattern(AtomKind::Substring));
    let mut buffer = Vec::new();
    let mut ranked: Vec<_> = items
        .into_iter()
        .filter_map(|item| {
            let (name, doc) = name_and_doc(&item);
            let in_name = letters.score(Utf32Str::new(&name, &mut buffer), &mut matcher);
            let found = in_name.map(|score| (u8::from(!name.starts_with(typed)), score));
            let found = found.or_else(|| Some((2, words.score(Utf32Str::new(&doc, &mut buffer), &mut matcher)?)));
            found.map(|(rank, score)| ((rank, Reverse(score)), item))
        })
        .collect();
    ranked.sort_by_key(|(order, _)| *order);
    ranked.into_iter().map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_before_descriptions() {
        let items = vec![("range", "Sets the time."), ("mark-range", "Marks rows."), ("sort", "Orders a range.")];
        let found = rank("range", items.clone(), |(name, doc)| ((*name).into(), (*doc).into()));
        assert_eq!(found.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["range", "mark-range", "sort"]);
        assert_eq!(rank("", items.clone(), |(name, _)| ((*name).into(), String::new())), items);
        assert_eq!(rank("mrg", items, |(name, _)| ((*name).into(), String::new())), [("mark-range", "Marks rows.")]);
    }
}
