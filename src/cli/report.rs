//! What reading an object came to, for people.

use std::io::{self, Write};

use scops_parser::{Change, Detection, Report};

use super::output::show;

/// Prints how an object was read and why, what came of it, and what changed in its shape where that was asked.
pub fn print(
    input: &str,
    detection: &Detection,
    report: &Report,
    changes: Option<&[Change]>,
    out: &mut impl Write,
) -> io::Result<()> {
    let format = detection.format.as_ref();
    writeln!(out, "{}", show(input))?;
    let members = match report.members {
        0 | 1 => String::new(),
        members => format!(", {members} members"),
    };
    writeln!(out, "  codec      {}{members}: {} bytes stored", report.compression(), report.stored)?;
    if let Some(note) = &detection.codec_note {
        writeln!(out, "             {}", show(note))?;
    }
    if let Some(container) = report.container {
        writeln!(out, "  container  {container}: each row is read as a line of JSON")?;
    }
    writeln!(out, "  encoding   {}", report.encoding)?;
    writeln!(out, "  framing    {}", detection.framing)?;
    match format {
        Some(format) => writeln!(out, "  format     {}: {}", format.name(), format.title())?,
        None => writeln!(out, "  format     none: there is no parser for it")?,
    }
    writeln!(out, "  because    {}", show(&detection.reason))?;
    for candidate in detection.candidates.iter().skip(1).take(4) {
        let (name, matched, sampled) = (candidate.format.name(), candidate.matched, candidate.sampled);
        writeln!(out, "  runner-up  {name}: {matched} of {sampled}")?;
    }
    if !detection.expected_by_key.is_empty() {
        writeln!(out, "  by key     {}", detection.expected_by_key.join(", "))?;
    }
    writeln!(
        out,
        "  records    {} good, {} bad, {} without a time; {} bytes inflated, {:.1} % covered",
        report.records,
        report.faults,
        report.untimed,
        report.bytes,
        report.coverage()
    )?;
    if let (Some(first), Some(last)) = (report.first_time, report.last_time) {
        writeln!(out, "  times      {first} to {last}")?;
    }
    for group in &report.groups {
        let (count, line, offset) = (group.count, group.first_line, group.first_offset);
        writeln!(out, "  error      {count} × {} (first at line {line}, byte {offset})", show(&group.reason))?;
    }
    if let Some(damage) = &report.damage {
        writeln!(out, "  damage     {} (at byte {})", show(&damage.reason), damage.offset)?;
    }
    match changes {
        Some([]) => writeln!(out, "  shape      as before")?,
        Some(changes) => {
            for change in changes {
                writeln!(out, "  shape      {}", show(&change.to_string()))?;
            }
        }
        None => {}
    }
    Ok(())
}
