//! The XML of the query protocol.

use std::fmt::Write as _;

use uuid::Uuid;

use crate::refusal::Refusal;

/// A document under construction.
#[derive(Debug, Default)]
pub(crate) struct Xml(String);

impl Xml {
    /// Adds `<name>text</name>`.
    pub(crate) fn text(&mut self, name: &str, text: &str) -> &mut Xml {
        let _ = write!(self.0, "<{name}>{}</{name}>", escape(text));
        self
    }

    /// Adds `<name>…</name>` around what `content` adds.
    pub(crate) fn element(&mut self, name: &str, content: impl FnOnce(&mut Xml)) -> &mut Xml {
        let _ = write!(self.0, "<{name}>");
        content(self);
        let _ = write!(self.0, "</{name}>");
        self
    }
}

/// Text as XML: markup escaped, and what XML 1.0 cannot hold replaced.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#xD;"),
            '\t' | '\n' | ' '..='\u{FFFD}' | '\u{10000}'.. => escaped.push(character),
            _ => escaped.push('\u{FFFD}'),
        }
    }
    escaped
}

/// `<ActionResponse>` with its result, where the action has one, and a request id.
pub(crate) fn response(namespace: &str, action: &str, result: Option<Xml>) -> String {
    let mut xml = Xml(format!("<{action}Response xmlns=\"{namespace}\">"));
    if let Some(result) = result {
        xml.element(&format!("{action}Result"), |xml| xml.0.push_str(&result.0));
    }
    metadata(&mut xml);
    let _ = write!(xml.0, "</{action}Response>");
    xml.0
}

fn metadata(xml: &mut Xml) {
    xml.element("ResponseMetadata", |xml| {
        xml.text("RequestId", &Uuid::new_v4().to_string());
    });
}

/// `<ErrorResponse>`.
pub(crate) fn error(namespace: &str, refusal: &Refusal) -> String {
    let mut xml = Xml(format!("<ErrorResponse xmlns=\"{namespace}\">"));
    xml.element("Error", |xml| {
        let whose = if refusal.is_clients_fault() { "Sender" } else { "Receiver" };
        xml.text("Type", whose).text("Code", refusal.code).text("Message", &refusal.message);
    });
    xml.text("RequestId", &Uuid::new_v4().to_string());
    xml.0.push_str("</ErrorResponse>");
    xml.0
}
