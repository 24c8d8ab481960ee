//! Reads records as a definition says.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::Timestamp;

use super::kind::Kind;
use super::pattern::{Scratch, TEXT};
use super::plan::{Plan, Records};
use super::reader::{Means, Reader};
use crate::fault::{Fault, FaultKind};
use crate::format::{Decode, Decoded, Stream, part_of};
use crate::json::{self, Wanted};
use crate::value::Value;

pub(super) fn decoder(plan: &Arc<Plan>, stream: &Stream) -> Box<dyn Decode + Send> {
    let plan = Arc::clone(plan);
    match plan.records {
        Records::Json { .. } => Box::new(JsonRecords {
            // What is taken out of a field is not known by its path.
            wanted: stream.wanted.clone().filter(|_| plan.extracts.is_empty()),
            plan,
            near: stream.near,
            depth: stream.limits.depth,
            scratch: Vec::new(),
        }),
        _ => Box::new(TextRecords { plan, near: stream.near, scratch: Vec::new(), header: None }),
    }
}

/// The fields of a line, without those that are taken out of them.
pub(super) fn fields<'a>(plan: &Plan, line: &'a [u8]) -> Option<Value<'a>> {
    let mut fields = Vec::new();
    let mut means = Means { nulls: &plan.nulls, scratch: &mut Vec::new(), header: None };
    plan.lines.iter().any(|reader| reader.read(line, &mut means, &mut fields)).then_some(Value::Object(fields))
}

struct TextRecords {
    plan: Arc<Plan>,
    near: Option<Timestamp>,
    scratch: Scratch,
    header: Option<Header>,
}

/// The line that names the columns.
struct Header {
    line: Vec<u8>,
    names: Vec<(Cow<'static, str>, Kind)>,
}

impl Decode for TextRecords {
    fn is_header(&mut self, raw: &[u8]) -> bool {
        if self.plan.is_comment(raw) {
            return true;
        }
        let [Reader::Columns(columns)] = &self.plan.lines[..] else { return false };
        match &self.header {
            Some(header) => header.line == raw,
            None if columns.is_header(raw) => {
                self.header = Some(Header { line: raw.to_owned(), names: columns.header(raw) });
                true
            }
            None => false,
        }
    }

    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let plan = &*self.plan;
        let mut fields = Vec::with_capacity(16);
        let header = self.header.as_ref().map(|header| &header.names[..]);
        let mut means = Means { nulls: &plan.nulls, scratch: &mut self.scratch, header };
        if !plan.lines.iter().any(|reader| reader.read(raw, &mut means, &mut fields)) {
            if raw.len() > TEXT {
                return Err(Fault::new(FaultKind::TooLong, 0, format!("patterns are tried on {TEXT} bytes at most")));
            }
            return Err(Fault::syntax(0, format!("no pattern of {} matches", plan.name)));
        }
        Ok(finish(plan, raw, Value::Object(fields), self.near, &mut self.scratch))
    }
}

struct JsonRecords {
    plan: Arc<Plan>,
    near: Option<Timestamp>,
    depth: usize,
    wanted: Option<Wanted>,
    scratch: Scratch,
}

impl Decode for JsonRecords {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let parsed = match &self.wanted {
            None => json::parse_whole(raw, self.depth),
            Some(wanted) => json::parse_wanted(raw, self.depth, wanted),
        };
        let parsed = parsed.map_err(|error| Fault::syntax(error.offset, error.reason))?;
        if parsed.value.as_object().is_none() {
            return Err(Fault::syntax(0, "the record is not a JSON object"));
        }
        let decoded = finish(&self.plan, raw, parsed.value, self.near, &mut self.scratch);
        Ok(Decoded { duplicate_keys: parsed.duplicate_keys, ..decoded })
    }
}

/// Takes further fields out of those there are, and reads the time.
fn finish<'a>(
    plan: &Plan,
    raw: &'a [u8],
    mut fields: Value<'a>,
    near: Option<Timestamp>,
    scratch: &mut Scratch,
) -> Decoded<'a> {
    for extract in &plan.extracts {
        extract.apply(&mut fields, &plan.nulls, scratch);
    }
    let told = plan.clock.as_ref().and_then(|clock| clock.read(&fields, near));
    let told = told.map(|(time, text)| (time, part_of(raw, &text)));
    let (time, time_text) = told.unzip();
    Decoded { time, time_text, ..Decoded::new(fields) }
}
