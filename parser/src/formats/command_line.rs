//! The arguments of a process, as Windows takes its command line apart.
//!
//! Source: Microsoft Learn, "Parsing C command-line arguments" and `CommandLineToArgvW`.

use crate::value::Value;

/// Arguments of one process that are taken up; a command line has at most 32,767 characters.
const LIMIT: usize = 1024;

/// The arguments as a list of ECS; nothing for an empty line.
pub(super) fn arguments(line: &str) -> Option<Value<'static>> {
    let mut characters = line.chars().peekable();
    let mut list = Vec::new();
    while list.len() < LIMIT {
        while characters.next_if(|next| matches!(next, ' ' | '\t')).is_some() {}
        if characters.peek().is_none() {
            break;
        }
        list.push(Value::from(argument(&mut characters, list.is_empty())));
    }
    (!list.is_empty()).then_some(Value::Array(list))
}

/// The next argument. In the first, the name of the program, a backslash is always one.
fn argument(characters: &mut std::iter::Peekable<std::str::Chars<'_>>, is_program: bool) -> String {
    let mut text = String::new();
    let mut is_quoted = false;
    while let Some(next) = characters.next_if(|next| is_quoted || !matches!(next, ' ' | '\t')) {
        match next {
            '"' if is_quoted && !is_program && characters.next_if_eq(&'"').is_some() => text.push('"'),
            '"' => is_quoted = !is_quoted,
            '\\' if !is_program => {
                let mut count = 1;
                while characters.next_if_eq(&'\\').is_some() {
                    count += 1;
                }
                // Before a quote two stand for one, and one more makes the quote a character.
                let is_before_quote = characters.peek() == Some(&'"');
                text.extend(std::iter::repeat_n('\\', if is_before_quote { count / 2 } else { count }));
                if is_before_quote && count % 2 == 1 {
                    text.extend(characters.next());
                }
            }
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn quotes_and_backslashes_are_read_as_windows_reads_them() {
        let read = |line| super::arguments(line).map(|list| list.to_json()).unwrap_or_default();
        assert_eq!(read(r#""C:\Program Files\a.exe" -x "b c"  d"#), r#"["C:\\Program Files\\a.exe","-x","b c","d"]"#);
        assert_eq!(read(r#"a.exe "b\"c" d\\e "f\\" g""#), r#"["a.exe","b\"c","d\\\\e","f\\","g"]"#);
        assert_eq!(read(r#"x "a""b" "unclosed "#), r#"["x","a\"b","unclosed "]"#);
        assert_eq!(read("  "), "");
    }
}
