//! An XML element as a value.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, escape};

use crate::formats::columns;
use crate::value::Value;

/// What stood wrong, and where.
#[derive(Debug)]
pub(super) struct Broken {
    pub offset: usize,
    pub reason: &'static str,
}

/// Levels of elements that are read, whatever the limit: events have about six.
const DEPTH: usize = 64;

/// Fields of one element among which one of the same name is looked for, to make a list of the two.
const FIELDS: usize = 1024;

type Fields<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

/// An element that is open.
#[derive(Default)]
struct Open<'a> {
    name: Cow<'a, str>,
    /// The attribute `Name` of an item of data.
    key: Option<Cow<'a, str>>,
    fields: Fields<'a>,
    text: Cow<'a, str>,
    has_elements: bool,
    /// Items of data without a name so far.
    unnamed: usize,
}

/// Reads the first element of `bytes`; what follows it is left. No entity is expanded but those that XML itself has.
pub(super) fn read(bytes: &[u8], depth: usize) -> Result<Value<'_>, Broken> {
    let mut reader = Reader::from_reader(bytes);
    // An ampersand that an agent left as it is does no harm.
    reader.config_mut().allow_dangling_amp = true;
    // The reader compares an end with the name that began; how deep elements nest is bounded here.
    let mut open: Vec<Open<'_>> = Vec::new();
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(bytes.len());
        let broken = |reason| Broken { offset, reason };
        let event = reader.read_event().map_err(|_| broken("the XML is malformed"))?;
        match event {
            Event::Start(start) => {
                if open.len() >= depth.min(DEPTH) {
                    return Err(broken("XML is nested too deeply"));
                }
                open.push(opened(&start));
            }
            Event::Empty(start) => {
                if let Some(value) = close(&mut open, opened(&start)) {
                    return Ok(value);
                }
            }
            Event::End(_) => {
                let element = open.pop().ok_or_else(|| broken("an element ends that did not begin"))?;
                if let Some(value) = close(&mut open, element) {
                    return Ok(value);
                }
            }
            Event::Text(text) => add_text(&mut open, plain(text.into_inner())),
            Event::CData(text) => add_text(&mut open, plain(text.into_inner())),
            Event::GeneralRef(name) => {
                let name = owned(&name);
                let character = escape::unescape(&format!("&{name};")).map(Cow::into_owned);
                // An entity of a document's own stays as it is written.
                add_text(&mut open, Cow::Owned(character.unwrap_or_else(|_| format!("&{name};"))));
            }
            Event::Eof => return Err(broken("the XML element is cut off")),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn owned(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn plain(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => columns::text(bytes),
        Cow::Owned(bytes) => Cow::Owned(owned(&bytes)),
    }
}

fn add_text<'a>(open: &mut [Open<'a>], text: Cow<'a, str>) {
    if let Some(element) = open.last_mut() {
        if element.text.is_empty() {
            element.text = text;
        } else {
            element.text.to_mut().push_str(&text);
        }
    }
}

/// An element with its attributes. Namespaces are left out, with their prefixes.
fn opened<'a>(start: &BytesStart<'_>) -> Open<'a> {
    let name = owned(start.local_name().as_ref());
    let mut element = Open { name: Cow::Owned(name), ..Open::default() };
    // Looking for duplicates would cost the square of their number.
    for attribute in start.attributes().with_checks(false).take(FIELDS).flatten() {
        let name = attribute.key.as_ref();
        if name == b"xmlns" || name.starts_with(b"xmlns:") {
            continue;
        }
        let value = columns::text(&attribute.value);
        let value = escape::unescape(&value).map_or_else(|_| value.clone().into_owned(), Cow::into_owned);
        if element.name == "Data" && name == b"Name" {
            element.key = Some(Cow::Owned(value));
        } else {
            let name = owned(attribute.key.local_name().as_ref());
            element.fields.push((Cow::Owned(name), Value::from(value)));
        }
    }
    element
}

/// Puts an element that has ended into the one around it; answers it where there is none.
fn close<'a>(open: &mut [Open<'a>], element: Open<'a>) -> Option<Value<'a>> {
    let is_data = element.name == "Data";
    let Open { name, key, mut fields, text, has_elements, .. } = element;
    let value = if fields.is_empty() {
        match text.trim() {
            // An item of data may be empty; of another element that says that there is nothing to say.
            "" if !is_data => Value::Null,
            "" => Value::from(""),
            _ => Value::String(text),
        }
    } else {
        // Between elements stands nothing that counts.
        if !has_elements && !text.trim().is_empty() {
            fields.push((Cow::Borrowed("#text"), Value::String(text)));
        }
        Value::Object(fields)
    };
    let Some(parent) = open.last_mut() else { return Some(value) };
    parent.has_elements = true;
    let name = match key {
        Some(key) => key,
        None if is_data => {
            parent.unnamed += 1;
            Cow::Owned(format!("param{}", parent.unnamed))
        }
        None => name,
    };
    let same =
        if parent.fields.len() <= FIELDS { parent.fields.iter_mut().find(|(known, _)| *known == name) } else { None };
    match same {
        None => parent.fields.push((name, value)),
        Some((_, Value::Array(items))) => items.push(value),
        Some((_, first)) => *first = Value::Array(vec![std::mem::replace(first, Value::Null), value]),
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> String {
        read(text.as_bytes(), 64).map_or_else(|error| error.reason.to_owned(), |value| value.to_json())
    }

    #[test]
    fn attributes_elements_and_items_of_data_become_fields() {
        assert_eq!(
            json(
                "<e:Event xmlns:e='x'>- <A b='1' e:c='&lt;2'/> <D q='0'>7</D><D>8</D><F> x&amp;&#x41;<![CDATA[<y>]]></F></e:Event>"
            ),
            r##"{"A":{"b":"1","c":"<2"},"D":[{"q":"0","#text":"7"},"8"],"F":" x&A<y>"}"##
        );
        assert_eq!(json("<E><T>a & b &unknown; &#x1;</T></E>"), r#"{"T":"a & b &unknown; \u0001"}"#);
        assert_eq!(
            json("<E><Data Name='a'>1</Data><Data>x</Data><Data/><Data Name='b'></Data><N/></E>"),
            r#"{"a":"1","param1":"x","param2":"","b":"","N":null}"#
        );
    }

    #[test]
    fn what_is_no_element_or_made_to_cost_is_refused() {
        assert_eq!(json("<A><B></A>"), "the XML is malformed");
        assert_eq!(json("<A>"), "the XML element is cut off");
        assert_eq!(json(&"<A>".repeat(1000)), "XML is nested too deeply");
        // An entity that a document defines is not expanded.
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><A>&b;</A>";
        assert_eq!(json(bomb), r#""&b;""#);
        let attributes: Vec<_> = (0..20_000).map(|at| format!("a{at}='1'")).collect();
        let many = format!("<A {}/>", attributes.join(" "));
        assert!(json(&many).len() < 20_000);
    }
}
