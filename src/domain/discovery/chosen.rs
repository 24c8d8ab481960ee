//! Which folders of a bucket are looked into for samples of its keys: of what stands for time, an account or a region a
//! few, of names all, up to a bound.

use super::is_account;
use super::layouts::{is_date, is_region};

/// Folders of one level that are looked into at most.
pub const FOLDERS: usize = 24;

/// The prefixes to look into, of those that a listing gave below `parent`, and whether others were left out that may
/// differ in kind.
pub fn chosen<'a>(parent: &str, prefixes: &'a [String]) -> (Vec<&'a str>, bool) {
    let mut kept: Vec<(String, Vec<&str>)> = Vec::new();
    for prefix in prefixes {
        let kind = kind(prefix.strip_prefix(parent).unwrap_or(prefix).trim_end_matches('/'));
        match kept.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, of_kind)) => of_kind.push(prefix),
            None => kept.push((kind, vec![prefix])),
        }
    }
    let mut chosen = Vec::new();
    for (kind, of_kind) in &kept {
        match kind.as_str() {
            // The newest time is the last: digits are in order.
            "{time}" => chosen.extend(of_kind.last()),
            "{account}" | "{region}" => {
                chosen.extend(of_kind.first());
                chosen.extend(of_kind.last().filter(|_| of_kind.len() > 1));
            }
            kind if kind.ends_with('=') => chosen.extend(of_kind.last()),
            _ => chosen.extend(of_kind),
        }
    }
    let is_cut = chosen.len() > FOLDERS;
    chosen.truncate(FOLDERS);
    (chosen, is_cut)
}

/// What a folder's name stands for; its own name where it stands for itself.
fn kind(name: &str) -> String {
    if is_account(name) {
        return "{account}".to_owned();
    }
    if is_region(name) {
        return "{region}".to_owned();
    }
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) || is_date(name) {
        return "{time}".to_owned();
    }
    match name.split_once('=') {
        Some((key, _)) => format!("{key}="),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> Vec<String> {
        let prefixes: Vec<String> = names.iter().map(|name| format!("p/{name}/")).collect();
        let (chosen, _) = chosen("p/", &prefixes);
        chosen.into_iter().map(|prefix| prefix["p/".len()..].trim_end_matches('/').to_owned()).collect()
    }

    #[test]
    fn the_newest_time_is_looked_into_and_every_name() {
        assert_eq!(of(&["2024", "2025", "2026"]), ["2026"]);
        assert_eq!(of(&["dt=2026-11-22", "dt=2026-11-23"]), ["dt=2026-11-23"]);
        assert_eq!(of(&["2026-11-22", "2026-11-23"]), ["2026-11-23"]);
        assert_eq!(of(&["alb", "falcon", "web-1", "web-2"]), ["alb", "falcon", "web-1", "web-2"]);
        assert_eq!(
            of(&["111122223333", "222233334444", "333344445555", "o-abc"]),
            ["111122223333", "333344445555", "o-abc"]
        );
        assert_eq!(
            of(&["ap-northeast-1", "eu-west-1", "us-east-1", "us-gov-west-1"]),
            ["ap-northeast-1", "us-gov-west-1"]
        );
    }

    #[test]
    fn names_are_bounded_and_that_is_told() {
        let prefixes: Vec<String> = (0..100).map(|number| format!("host-{number:03}/")).collect();
        let (chosen, is_cut) = chosen("", &prefixes);
        assert_eq!((chosen.len(), is_cut), (FOLDERS, true));
    }
}
