//! The line as a shell gives it, and the answer as the shell takes it.

use std::fmt::Write as _;

use clap_complete::CompletionCandidate;

/// A line up to the cursor.
pub struct Line {
    /// Its words without their quotes; the last one is being typed, and may be empty.
    pub words: Vec<String>,
    /// The quote that is open at the cursor.
    pub quote: Option<char>,
}

/// Splits a line as a shell would, but for quotes that are not closed yet.
pub fn read(line: &str) -> Line {
    let closed = [None, Some('\''), Some('"')].into_iter().find_map(|quote| {
        let closed = quote.map_or_else(|| line.to_owned(), |quote| format!("{line}{quote}"));
        Some((quote, shlex::split(&closed)?))
    });
    // What ends in a backslash alone is split no further.
    let (quote, mut words) = closed.unwrap_or_else(|| (None, line.split(' ').map(str::to_owned).collect()));
    if quote.is_none() && (line.ends_with([' ', '\t']) && !line.ends_with("\\ ") || words.is_empty()) {
        words.push(String::new());
    }
    Line { words, quote }
}

/// Lines of bash, which replaces the end of the word that it names with one of them. A space follows what is whole.
pub fn bash(found: &[CompletionCandidate], line: &Line, replaced: &str) -> String {
    let word = line.words.last().map_or("", String::as_str);
    let stays = word.strip_suffix(replaced).unwrap_or_default();
    let mut reply = String::new();
    for candidate in found {
        let value = candidate.get_value().to_string_lossy();
        let Some(rest) = value.strip_prefix(stays) else { continue };
        let text = if line.quote.is_some() { rest.to_owned() } else { escaped(rest) };
        let end = if goes_on(rest) || line.quote.is_some() { "" } else { " " };
        // Text in memory takes everything.
        let _ = writeln!(reply, "{text}{end}");
    }
    reply
}

/// Lines of zsh's `_describe`, before each a `=` for what is whole or a `+` for what goes on.
pub fn zsh(found: &[CompletionCandidate]) -> String {
    let mut reply = String::new();
    for candidate in found {
        let value = candidate.get_value().to_string_lossy();
        let mark = if goes_on(&value) { '+' } else { '=' };
        let _ = write!(reply, "{mark}{}", value.replace('\\', "\\\\").replace(':', "\\:"));
        if let Some(help) = help(candidate) {
            let _ = write!(reply, ":{}", help.replace('\\', "\\\\"));
        }
        reply.push('\n');
    }
    reply
}

/// Lines of fish: a value, a tab and what it is.
pub fn fish(found: &[CompletionCandidate]) -> String {
    let mut reply = String::new();
    for candidate in found {
        let help = help(candidate).map(|help| format!("\t{help}")).unwrap_or_default();
        let _ = writeln!(reply, "{}{help}", candidate.get_value().to_string_lossy());
    }
    reply
}

/// Whether more of the same word follows: a folder, a bucket, a flag with its value.
fn goes_on(value: &str) -> bool {
    value.ends_with(['/', ':', '='])
}

/// A value as it is typed: what means something to a shell has a backslash before it.
fn escaped(value: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./:=@%+,~".contains(c);
    value.chars().fold(String::new(), |mut text, c| {
        if !is_plain(c) {
            text.push('\\');
        }
        text.push(c);
        text
    })
}

/// The first line of what a candidate is, for people.
fn help(candidate: &CompletionCandidate) -> Option<String> {
    let text = candidate.get_help()?.to_string();
    let line: String = text.lines().next()?.chars().filter(|c| !c.is_control()).collect();
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(values: &[&str]) -> Vec<CompletionCandidate> {
        values.iter().map(|value| CompletionCandidate::new(*value)).collect()
    }

    #[test]
    fn a_line_is_split_as_a_shell_splits_it() {
        for (line, words, quote) in [
            ("scops", vec!["scops"], None),
            ("scops ", vec!["scops", ""], None),
            ("scops cat s3://ac", vec!["scops", "cat", "s3://ac"], None),
            ("scops --profile=pr", vec!["scops", "--profile=pr"], None),
            ("scops cat 'my f", vec!["scops", "cat", "my f"], Some('\'')),
            ("scops cat \"it's ", vec!["scops", "cat", "it's "], Some('"')),
            ("scops cat my\\ f", vec!["scops", "cat", "my f"], None),
            ("", vec![""], None),
        ] {
            let read = read(line);
            assert_eq!((read.words, read.quote), (words.into_iter().map(str::to_owned).collect(), quote), "{line}");
        }
        assert_eq!(read("scops cat a\\").words.len(), 3, "a backslash at the end is no mistake yet");
    }

    #[test]
    fn bash_replaces_the_end_of_a_word_that_it_has_split() {
        let reply = |line: &str, replaced: &str, values: &[&str]| bash(&found(values), &read(line), replaced);
        assert_eq!(reply("scops sources cl", "cl", &["cloudtrail"]), "cloudtrail \n");
        assert_eq!(reply("scops cat s3://ac", "//ac", &["s3://acme/", "s3://acme-2/"]), "//acme/\n//acme-2/\n");
        assert_eq!(reply("scops cat s3:", "", &["s3://acme/"]), "//acme/\n");
        assert_eq!(reply("scops --profile=p", "p", &["--profile=prod"]), "prod \n");
        assert_eq!(reply("scops cat my", "my", &["my file", "my$(x)"]), "my\\ file \nmy\\$\\(x\\) \n");
        assert_eq!(reply("scops cat 'my", "my", &["my file"]), "my file\n", "the open quote says it already");
    }

    #[test]
    fn zsh_and_fish_are_told_what_a_value_is() {
        let found = [
            CompletionCandidate::new("s3://acme/").help(Some("of: alb".into())),
            CompletionCandidate::new("prod").help(Some("eu\\x\nmore".into())),
            CompletionCandidate::new("plain"),
        ];
        assert_eq!(zsh(&found), "+s3\\://acme/:of: alb\n=prod:eu\\\\x\n=plain\n");
        assert_eq!(fish(&found), "s3://acme/\tof: alb\nprod\teu\\x\nplain\n");
    }
}
