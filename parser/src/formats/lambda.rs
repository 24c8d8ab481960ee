//! AWS Lambda logs in plain text: the lines of the platform around an invocation, and those of a function that carry its
//! request's id, as the runtimes of Node.js, Python and others write them.
//!
//! Source: AWS Lambda Developer Guide, "Viewing CloudWatch logs for Lambda functions" and the pages on logging of each
//! runtime.

use std::borrow::Cow;

use super::columns;
use crate::ecs::Ecs;
use crate::fault::Fault;
use crate::format::{Decode, Decoded, Format, Stream, Unit};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

pub(super) struct Lambda;

/// Lines of the platform, by what they begin with.
const PLATFORM: [&str; 8] =
    ["START", "END", "REPORT", "INIT_START", "INIT_REPORT", "RESTORE_START", "RESTORE_REPORT", "XRAY"];

impl Format for Lambda {
    fn name(&self) -> &str {
        "lambda"
    }

    fn title(&self) -> &str {
        "AWS Lambda (text)"
    }

    fn columns(&self) -> Vec<&str> {
        vec!["log.level", "faas.execution", "event.action", "event.duration", "message"]
    }

    fn strictness(&self) -> u8 {
        3
    }

    fn matches(&self, unit: &Unit<'_>) -> bool {
        unit.line().and_then(|line| std::str::from_utf8(line).ok()).is_some_and(|line| Line::read(line).is_some())
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decode + Send> {
        Box::new(Lines)
    }

    fn ecs<'e>(&'e self, event: &'e Event<'_>) -> Value<'e> {
        let fields = &event.fields;
        let text = |path: &str| fields.get(path).and_then(Value::as_str);
        let mut ecs = Ecs::new("aws.lambda_logs", "event", event.time);
        ecs.set("cloud.provider", "aws");
        ecs.copy(
            fields,
            &[
                ("RequestId", "faas.execution"),
                ("Version", "faas.version"),
                ("level", "log.level"),
                ("message", "message"),
                ("TraceId", "trace.id"),
                ("XRAY TraceId", "trace.id"),
                ("Error Type", "error.type"),
                ("Status", "aws.lambda.status"),
                ("Runtime Version", "aws.lambda.runtime_version"),
                ("Runtime Version ARN", "aws.lambda.runtime_version_arn"),
            ],
        );
        ecs.set_some("event.action", text("type").map(str::to_ascii_lowercase));
        for (name, path) in [
            ("Billed Duration", "aws.lambda.billed_duration_ms"),
            ("Init Duration", "aws.lambda.init_duration_ms"),
            ("Restore Duration", "aws.lambda.restore_duration_ms"),
            ("Memory Size", "aws.lambda.memory_size_mb"),
            ("Max Memory Used", "aws.lambda.max_memory_used_mb"),
        ] {
            let number = text(name).and_then(|text| text.split(' ').next());
            let number = number.filter(|number| columns::is_number(number.as_bytes()));
            ecs.set_some(path, number.map(|number| Value::Number(Cow::Borrowed(number))));
        }
        if let Some(duration) = text("Duration").and_then(|text| text.strip_suffix(" ms")) {
            ecs.set_some("event.duration", columns::scaled(duration, 6));
        }
        if text("type") == Some("REPORT") {
            ecs.set("faas.coldstart", fields.get("Init Duration").is_some());
            let is_failure = fields.get("Error Type").is_some() || matches!(text("Status"), Some("timeout" | "error"));
            ecs.set("event.outcome", if is_failure { "failure" } else { "success" });
        }
        ecs.build()
    }

    fn message<'e>(&'e self, event: &'e Event<'_>) -> Cow<'e, str> {
        if let Some(message) = event.fields.get("message").and_then(Value::as_str) {
            return Cow::Borrowed(message);
        }
        let fields = event.fields.as_object().unwrap_or_default();
        let texts = fields.iter().filter_map(|(name, value)| match &**name {
            "type" => value.scalar().map(str::to_owned),
            name => Some(format!("{name}: {}", value.scalar()?)),
        });
        Cow::Owned(texts.collect::<Vec<_>>().join(" "))
    }
}

/// A line, taken apart.
enum Line<'a> {
    /// `REPORT RequestId: … Duration: 12.30 ms …`
    Platform(&'a str, &'a str),
    /// The time, the request's id, the level and the message of a function.
    Function { time: &'a str, id: &'a str, level: Option<&'a str>, message: &'a str },
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Option<Self> {
        if let Some((word, rest)) = line.split_once(' ')
            && PLATFORM.contains(&word)
            && ["RequestId: ", "Runtime Version: ", "TraceId: ", "Init Duration: ", "Restore Duration: "]
                .iter()
                .any(|name| rest.starts_with(name))
        {
            return Some(Line::Platform(word, rest));
        }
        Line::function(line)
    }

    fn function(line: &'a str) -> Option<Self> {
        let is_time = |time: &str| EventTime::iso_text(time).is_some();
        // Python: `[INFO]	2026-11-23T02:14:07.123Z	<id>	message`
        if let Some((level, rest)) = line.strip_prefix('[').and_then(|line| line.split_once("]\t")) {
            let (time, rest) = rest.split_once('\t')?;
            let (id, message) = rest.split_once('\t').unwrap_or((rest, ""));
            return (is_time(time) && is_id(id)).then_some(Line::Function { time, id, level: Some(level), message });
        }
        // Node.js: `2026-11-23T02:14:07.123Z <id> INFO message`, parted by tabs; the platform itself parts by spaces.
        let (time, rest) = line.split_at_checked(line.find(['\t', ' '])?)?;
        let (id, rest) = rest[1..].split_at_checked(ID)?;
        if !is_time(time) || !is_id(id) {
            return None;
        }
        if let Some((level, message)) = rest.strip_prefix('\t').and_then(|rest| rest.split_once('\t')) {
            let is_level = (4..=8).contains(&level.len()) && level.bytes().all(|byte| byte.is_ascii_uppercase());
            return is_level.then_some(Line::Function { time, id, level: Some(level), message });
        }
        let message = rest.strip_prefix(' ')?;
        let is_own = ["Task timed out", "Process exited", "Error:"].iter().any(|word| message.starts_with(word));
        is_own.then_some(Line::Function { time, id, level: None, message })
    }
}

/// Characters of a request's id: a UUID.
const ID: usize = 36;

pub(super) fn is_id(text: &str) -> bool {
    text.len() == ID
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

struct Lines;

impl Decode for Lines {
    fn decode<'a>(&mut self, raw: &'a [u8]) -> Result<Decoded<'a>, Fault> {
        let refuse = || Fault::syntax(0, "neither a line of the platform nor one with a request's id");
        match columns::text(raw) {
            Cow::Borrowed(line) => read(line).ok_or_else(refuse),
            Cow::Owned(line) => read(&line).map(Decoded::into_owned).ok_or_else(refuse),
        }
    }
}

fn read(line: &str) -> Option<Decoded<'_>> {
    let mut fields: Vec<(Cow<'_, str>, Value<'_>)> = Vec::with_capacity(8);
    let mut put = |name, value| fields.push((Cow::Borrowed(name), Value::from(value)));
    let time = match Line::read(line)? {
        Line::Platform(word, rest) => {
            put("type", word);
            // Of an invocation that is traced, the ids follow on a line of their own.
            for part in rest.split(['\t', '\n']).filter_map(|part| part.split_once(": ")) {
                match part {
                    // `START RequestId: <id> Version: $LATEST` parts its fields by a space.
                    (name, value) if value.contains(" Version: ") => {
                        let (id, version) = value.split_once(" Version: ").unwrap_or((value, ""));
                        put(name, id);
                        put("Version", version);
                    }
                    (name, value) => put(name, value.trim_end()),
                }
            }
            None
        }
        Line::Function { time, id, level, message } => {
            put("timestamp", time);
            put("RequestId", id);
            if let Some(level) = level {
                put("level", level);
            }
            put("message", message);
            Some(time)
        }
    };
    let decoded = Decoded::new(Value::Object(fields));
    Some(match time {
        Some(time) => decoded.at(EventTime::iso_text(time), time),
        None => decoded,
    })
}
