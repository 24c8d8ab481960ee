//! A case as one page that stands alone: no script, nothing loaded from anywhere, light and dark by the reader's choice.
//!
//! Text from logs is hostile: all of it goes through [`Shown`] and is then escaped by the template. The page's policy
//! allows its own style, known by its hash, and nothing else.

mod chart;
mod style;

use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Bundle;
use crate::domain::Shown;
use crate::domain::case::{List, Note, Pin};

/// Rows up to which a list is unfolded.
const UNFOLDED: usize = 12;

/// The case of a bundle as a page.
pub fn render(bundle: &Bundle) -> String {
    let content = &bundle.content;
    let title = format!("Case {}", content.name);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(style::policy());
                meta name="referrer" content="no-referrer";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(style::SHEET)) }
            }
            body {
                header {
                    h1 { (title) }
                    dl {
                        (fact("opened", &format!("{:.0} by {}", content.opened, content.opened_by)))
                        (fact("exported", &format!("{:.0} by {}", content.exported, content.exported_by)))
                        (fact("bundle SHA-256", &bundle.sha256))
                        (fact("made by", &content.program))
                    }
                }
                (chart::overview(&content.notes))
                nav aria-label="notes" {
                    ol {
                        @for (number, note) in (1..).zip(&content.notes) {
                            li { a href=(format!("#{}", anchor(number))) { (kind(note)) " " (shown(&note.title())) } }
                        }
                    }
                }
                main {
                    @for (number, note) in (1..).zip(&content.notes) { (article(number, note)) }
                }
                footer { "times are UTC · " (shown(&content.program)) }
            }
        }
    };
    page.into_string()
}

/// The anchor of a note, by its place on the page.
fn anchor(number: usize) -> String {
    format!("note-{number}")
}

fn article(number: usize, note: &Note) -> Markup {
    html! {
        article id=(anchor(number)) {
            h2 { (number) " " (kind(note)) }
            p.meta {
                time datetime=(note.at) { (moment(note.at)) } " · " (shown(&note.who))
                @if let Some(profile) = &note.profile { " · profile " (shown(profile)) }
            }
            @if !note.text.trim().is_empty() {
                p.text { @for line in note.text.lines() { (shown(line)) "\n" } }
            }
            @if let Some(pin) = &note.pin { (self::pin(pin)) }
        }
    }
}

fn pin(pin: &Pin) -> Markup {
    html! {
        p.title { (shown(&pin.title())) }
        @if let Pin::Timeline(timeline) = pin { (chart::bars(timeline)) }
        dl { @for known in pin.facts() { (fact(known.label, &known.value)) } }
        @if let Pin::Record(record) = pin {
            @if let Some(raw) = &record.raw {
                details { summary { "the record as it stands in the log" } pre {
                    @for line in raw.split('\n') { (shown(line)) "\n" }
                } }
            }
        }
        @for list in pin.lists(usize::MAX) { (table(&list)) }
    }
}

fn table(list: &List) -> Markup {
    html! {
        details open[list.rows.len() <= UNFOLDED] {
            summary { (shown(&list.title)) " (" (list.rows.len()) ")" }
            div.wide { table {
                thead { tr { @for name in &list.head { th scope="col" { (name) } } } }
                tbody { @for row in &list.rows { tr { @for cell in row { td { (shown(cell)) } } } } }
            } }
            @if let Some(told) = &list.left_out { p.meta { (told) } }
        }
    }
}

fn fact(label: &str, value: &str) -> Markup {
    html! { dt { (label) } dd { (shown(value)) } }
}

fn kind(note: &Note) -> Markup {
    html! { span.kind.(note.kind()) { (note.kind()) } }
}

/// The one way for text from the world to the page; the template escapes what is left.
fn shown(text: &str) -> String {
    Shown::new(text).to_string()
}

fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}
