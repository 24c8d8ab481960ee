//! A case as text for a terminal.

use std::io::{self, Write};

use crate::domain::case::{List, Note};
use crate::domain::size::plural;
use crate::domain::{Case, Shown};

/// Rows of a list that are printed; the bundle holds them all.
const ROWS: usize = 20;

/// Prints a case, note by note.
pub fn write(case: &Case, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "{}: {}, opened {:.0} by {}",
        case.name,
        plural(case.len(), "note"),
        case.opened,
        Shown::new(&case.who)
    )?;
    if let Some(bundle) = &case.bundle {
        writeln!(out, "  from a bundle with the SHA-256 {}", Shown::new(bundle))?;
    }
    (1..).zip(case.notes()).try_for_each(|(number, note)| self::note(number, note, out))
}

fn note(number: usize, note: &Note, out: &mut impl Write) -> io::Result<()> {
    let profile = note.profile.as_ref().map(|profile| format!(" · {}", Shown::new(profile))).unwrap_or_default();
    writeln!(out, "\n{number}  {}  {:.0}  {}{profile}", note.kind(), note.at, Shown::new(&note.who))?;
    for line in note.text.lines() {
        writeln!(out, "  {}", Shown::new(line))?;
    }
    let Some(pin) = &note.pin else { return Ok(()) };
    writeln!(out, "  {}", Shown::new(pin.title()))?;
    for fact in pin.facts() {
        writeln!(out, "    {:<16} {}", fact.label, Shown::new(&fact.value))?;
    }
    pin.lists(ROWS).iter().try_for_each(|list| self::list(list, out))
}

fn list(list: &List, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "    {} ({})", Shown::new(&list.title), list.total)?;
    for row in &list.rows {
        let cells: Vec<String> =
            row.iter().filter(|cell| !cell.is_empty()).map(|cell| Shown::new(cell).to_string()).collect();
        writeln!(out, "      {}", cells.join("  "))?;
    }
    if list.further() > 0 {
        writeln!(out, "      … {} more", list.further())?;
    }
    list.left_out.iter().try_for_each(|told| writeln!(out, "      {told}"))
}
