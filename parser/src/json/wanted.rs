//! Which fields of a record are wanted, so that the rest is passed over.

/// Names of fields, as a tree: of `userIdentity.arn` and `eventName` it has the branches `userIdentity` (with the leaf
/// `arn`) and the leaf `eventName`. A leaf is wanted with all that is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted(Vec<(String, Wanted)>);

impl Wanted {
    /// The tree of dotted paths.
    pub(crate) fn of(paths: &[String]) -> Self {
        let mut root = Wanted::default();
        for path in paths {
            root.add(path);
        }
        root
    }

    fn add(&mut self, path: &str) {
        let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
        let at = self.0.iter().position(|(known, _)| known == name);
        match (at, rest) {
            // All of it is wanted, whatever was asked for before.
            (Some(at), None) => self.0[at].1.0.clear(),
            (Some(at), Some(rest)) if !self.0[at].1.is_leaf() => self.0[at].1.add(rest),
            (Some(_), Some(_)) => {}
            (None, _) => {
                let mut inner = Wanted::default();
                if let Some(rest) = rest {
                    inner.add(rest);
                }
                self.0.push((name.to_owned(), inner));
            }
        }
    }

    /// The branch of this name, if anything of it is wanted.
    pub(super) fn branch(&self, name: &str) -> Option<&Wanted> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, branch)| branch)
    }

    /// Whether everything is wanted.
    pub(super) fn is_leaf(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use crate::json::{Wanted, parse_wanted};

    fn read(paths: &[&str], json: &str) -> String {
        let paths: Vec<_> = paths.iter().map(|path| (*path).to_owned()).collect();
        parse_wanted(json.as_bytes(), 9, &Wanted::of(&paths))
            .map_or_else(|error| error.to_string(), |parsed| parsed.value.to_json())
    }

    const RECORD: &str = r#"{"a":{"b":[1,{"c":"}\""}],"d":2},"e":"x","f":[[]],"a.b":true,"g":-1.5e3 ,"h":null}"#;

    #[test]
    fn only_what_is_wanted_is_read_and_all_that_is_in_it() {
        assert_eq!(read(&["a.d", "g"], RECORD), r#"{"a":{"d":2},"g":-1.5e3}"#);
        assert_eq!(read(&["a.b"], RECORD), r#"{"a":{"b":[1,{"c":"}\""}]}}"#);
        assert_eq!(read(&["a.d", "a"], RECORD), r#"{"a":{"b":[1,{"c":"}\""}],"d":2}}"#);
        assert_eq!(read(&["a", "a.d"], RECORD), read(&["a"], RECORD));
        assert_eq!(read(&["none"], RECORD), "{}");
        assert_eq!(read(&["e"], "[1,2]"), "[1,2]");
    }

    #[test]
    fn what_is_passed_over_still_has_to_end() {
        for (json, reason) in [
            (r#"{"a":{"b":1,"e":2}"#, "the JSON object is cut off"),
            (r#"{"a":{"b":1,"e":2"#, "the JSON value is cut off"),
            (r#"{"a":"b,"e":2}"#, "expected ',' or '}' in an object"),
            (r#"{"a":,"e":2}"#, "expected a JSON value"),
            (r#"{"a":[1},"e":2}"#, "the brackets of the JSON value do not match"),
            (r#"{"a":tru,"e":2}"#, "expected a JSON value"),
        ] {
            assert_eq!(read(&["e"], json), reason, "{json}");
        }
    }
}
