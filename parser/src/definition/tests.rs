use super::*;

#[test]
fn shipped_definitions_are_right_and_their_heads_plain() {
    let mut wrong: Vec<String> = Vec::new();
    for text in shipped::TEXTS {
        let head = shipped::Head::read(text);
        let place = format!("formats/{}.toml", head.name);
        let definition = match Definition::parse(text, &place) {
            Ok(definition) => definition,
            Err(mistakes) => {
                wrong.extend(mistakes.iter().map(ToString::to_string));
                continue;
            }
        };
        let plan = &definition.plan;
        let contains: Vec<_> = plan.contains.iter().map(|finder| finder.needle()).collect();
        assert_eq!((head.name, head.title, head.strictness), (&*plan.name, &*plan.title, plan.strictness));
        assert_eq!(head.keys, plan.keys, "{place}");
        assert_eq!(head.contains.iter().map(|text| text.as_bytes()).collect::<Vec<_>>(), contains, "{place}");
        assert_eq!(head.records == "json", definition.shape() == Shape::Json, "{place}");
        assert_eq!(head.envelope, definition.envelopes().first().copied(), "{place}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
