//! The schemas of docs/schema, and what is printed by them. The few words of JSON Schema that they use are checked here;
//! another word fails.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// The schema of that name.
pub fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema").join(name);
    serde_json::from_str(&fs::read_to_string(path).expect("a schema")).expect("JSON")
}

/// What is wrong with a value, each with its place.
pub fn mistakes(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(schema, schema, value, "$", &mut found);
    found
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    for (word, told) in schema.as_object().expect("a schema is an object") {
        match word.as_str() {
            "$schema" | "$defs" | "title" | "description" | "required" | "properties" | "additionalProperties" => {}
            "$ref" => {
                let name = told.as_str().and_then(|name| name.strip_prefix("#/$defs/")).expect("a definition");
                check(root, &root["$defs"][name], value, at, found);
            }
            "type" => {
                let names = told.as_array().cloned().unwrap_or_else(|| vec![told.clone()]);
                if !names.iter().any(|name| is_of(name.as_str().expect("a type"), value)) {
                    found.push(format!("{at}: {value} is not of {told}"));
                }
            }
            "enum" if told.as_array().expect("values").contains(value) => {}
            "const" if told == value => {}
            "enum" | "const" => found.push(format!("{at}: {value} is none of {told}")),
            "minimum" => {
                if value.as_f64().zip(told.as_f64()).is_some_and(|(value, least)| value < least) {
                    found.push(format!("{at}: {value} is under {told}"));
                }
            }
            "format" => {
                assert_eq!(told, "date-time");
                if value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_err()) {
                    found.push(format!("{at}: {value} is no time"));
                }
            }
            "pattern" => {
                assert_eq!(told, "^s3://[^/]+");
                if value.as_str().is_some_and(|text| text.parse::<scops::domain::Location>().is_err()) {
                    found.push(format!("{at}: {value} is no place in S3"));
                }
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, told, item, &format!("{at}[{index}]"), found);
                }
            }
            other => panic!("the schemas use no \"{other}\" yet"),
        }
    }
    let Some(fields) = value.as_object() else { return };
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            found.push(format!("{at}: {name} is missing"));
        }
    }
    for (name, field) in fields {
        let place = format!("{at}.{name}");
        match (schema["properties"].get(name), &schema["additionalProperties"]) {
            (Some(told), _) | (None, told @ Value::Object(_)) => check(root, told, field, &place, found),
            (None, Value::Bool(false)) => found.push(format!("{place}: is no field")),
            (None, _) => {}
        }
    }
}

fn is_of(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the schemas use no type \"{other}\" yet"),
    }
}

#[test]
fn what_does_not_match_is_told_with_its_place() {
    let schema = schema("timeline.json");
    let row = serde_json::json!({ "source": 1, "start": "soon", "more": true });
    let found = mistakes(&schema, &serde_json::json!([row]));
    for words in
        ["$[0].source: 1 is not of", "$[0].start: \"soon\" is no time", "$[0].more: is no field", "end is missing"]
    {
        assert!(found.iter().any(|told| told.contains(words)), "{words}: {found:?}");
    }
}
