//! Reads an object record by record.

use std::io::Read;
use std::sync::Arc;

use jiff::Timestamp;

use crate::codec;
use crate::detect::{self, Detection};
use crate::fault::{Fault, FaultKind};
use crate::format::{Decode, Format, Formats, Stream};
use crate::frame::{Frame, Framer};
use crate::json::Wanted;
use crate::limits::Limits;
use crate::record::{Event, Record};
use crate::report::Report;
use crate::sieve::Sieve;
use crate::window::Window;

/// How to read an object. The default finds out everything by itself.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The object's key. It helps where the content is not decisive, and its date completes times without a year.
    pub key: Option<String>,
    /// Read as this format, whatever the content looks like.
    pub format: Option<Arc<dyn Format>>,
    /// The formats to choose among.
    pub formats: Formats,
    /// Dotted paths of the fields that are wanted (`userIdentity.arn`), where it is not all of them. A format may leave
    /// out any other: JSON is read three times as fast so, and of what is passed over nothing is checked but that it
    /// ends. An event whose time is not among them tells none.
    pub fields: Option<Vec<String>>,
    /// Only the records that it lets through are decoded and handed out.
    pub sieve: Option<Sieve>,
    /// The input is a prefix of the object: its end is no damage, and a record that it cuts is dropped.
    pub partial: bool,
    /// The object's size. An input that ends before it is cut, though it may be cut between two members or lines.
    pub size: Option<u64>,
    /// When the object arrived; completes times without a year where the key has no date.
    pub arrived: Option<Timestamp>,
    /// The bounds.
    pub limits: Limits,
}

/// Reads records out of any bytes. See the [crate](crate) for an example.
pub struct Reader<R> {
    window: Window<R>,
    options: Options,
    state: Option<State>,
    report: Report,
    number: u64,
    /// Bytes to leave behind before the next record, and whether they count as covered.
    pending: (usize, bool),
    is_done: bool,
}

struct State {
    detection: Detection,
    framer: Framer,
    format: Arc<dyn Format>,
    decoder: Box<dyn Decode + Send>,
    /// The format of the log that the last record carried.
    carried: Option<Arc<dyn Format>>,
    /// What tells which records are wanted; nothing once all that follow are.
    sieve: Option<Sieve>,
}

impl State {
    /// Looks at bytes that say something of all records behind them.
    fn look_at_head(&mut self, head: &[u8]) {
        self.sieve = self.sieve.take().filter(|sieve| !sieve.lets_through(head));
    }
}

impl<R: Read> Reader<R> {
    /// Reads `input`; nothing happens before the first question.
    pub fn new(input: R, options: Options) -> Self {
        let size = options.size.filter(|_| !options.partial);
        let window = Window::of_object(input, options.key.as_deref(), size, options.limits.clone());
        let window = window.partial(options.partial);
        Reader {
            window,
            options,
            state: None,
            report: Report::default(),
            number: 0,
            pending: (0, true),
            is_done: false,
        }
    }

    /// How the object is read, decided on its first 64 KiB.
    pub fn detection(&mut self) -> &Detection {
        &self.state().detection
    }

    /// What has been read so far.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The next record; nothing at the end. A damaged object ends with one bad record that tells the damage.
    pub fn next_record(&mut self) -> Option<Record<'_>> {
        self.state();
        let frame = self.advance()?;
        let state = self.state.as_mut().expect("state() put it there");
        let passed = frame.fault.as_ref().and_then(|fault| fault.passed.clone());
        let member = self.window.member(passed.as_ref().map_or(self.window.offset(), |(span, _)| span.start));
        let (raw, span, line) = match passed {
            Some((span, line)) if span.start < span.end => (state.framer.kept(), span, line),
            Some((span, line)) => (&[][..], span, line),
            None => {
                let from = self.window.offset();
                (&self.window.bytes()[..frame.raw], from..from + frame.raw as u64, self.window.line())
            }
        };
        let outcome = match frame.fault {
            Some(fault) => Err(Fault::new(fault.kind, span.start, fault.reason)),
            None => match state.decoder.decode(raw) {
                Ok(mut decoded) => {
                    let (log, format) = decoded.carried.take().map(|carried| (carried.log, carried.format)).unzip();
                    state.carried = format;
                    Ok(Event::of(decoded, &*state.format, log.zip(state.carried.as_deref())))
                }
                Err(fault) => Err(Fault { offset: fault.offset + span.start, ..fault }),
            },
        };
        match &outcome {
            Ok(event) => {
                self.report.records += 1;
                self.report.duplicate_keys += u64::from(event.duplicate_keys);
                self.report.add_time(event.time.map(|time| time.at));
            }
            Err(fault) => self.report.add_fault(fault, line),
        }
        self.pending = (frame.consume, outcome.is_ok());
        let number = self.number;
        self.number += 1;
        Some(Record { number, line, member, span, raw, outcome })
    }

    /// Moves the window to the next frame that is a record, or to the damage at the end.
    fn advance(&mut self) -> Option<Frame> {
        loop {
            self.release();
            if self.is_done {
                return None;
            }
            let state = self.state.as_mut().expect("callers ask for state() first");
            let before = self.window.offset();
            let frame = state.framer.next(&mut self.window, self.options.partial);
            let is_passed = |frame: &Frame| frame.fault.as_ref().is_some_and(|fault| fault.passed.is_some());
            if !frame.as_ref().is_some_and(is_passed) {
                self.report.covered += self.window.offset() - before;
            }
            self.count();
            let Some(frame) = frame else { return self.finish() };
            let state = self.state.as_mut().expect("callers ask for state() first");
            if let Some(head) = state.framer.take_head() {
                state.look_at_head(&head);
                state.decoder.enter(&head);
            }
            if frame.fault.is_some() {
                return Some(frame);
            }
            let raw = &self.window.bytes()[..frame.raw];
            if state.decoder.is_header(raw) {
                state.look_at_head(raw);
                self.pending = (frame.consume, true);
                continue;
            }
            let is_held_back = |sieve: &Sieve| !state.decoder.looks_back() && !sieve.lets_through(raw);
            if state.sieve.as_ref().is_some_and(is_held_back) {
                self.report.passed_over += 1;
                self.number += 1;
                self.pending = (frame.consume, true);
                continue;
            }
            return Some(frame);
        }
    }

    /// Leaves the record behind that was handed out last.
    fn release(&mut self) {
        let (count, is_good) = std::mem::take(&mut self.pending);
        self.window.consume(count);
        if is_good {
            self.report.covered += count as u64;
        }
    }

    /// The last frame of a damaged object.
    fn finish(&mut self) -> Option<Frame> {
        self.is_done = true;
        let end = self.window.offset() + self.window.bytes().len() as u64;
        self.report.bytes = end;
        let damage = self.window.damage()?;
        if self.options.partial && damage.kind == FaultKind::Cut {
            return None;
        }
        self.report.damage = Some(damage.fault(end));
        let length = self.window.bytes().len();
        let fault = crate::frame::FrameFault { kind: damage.kind, reason: damage.reason.clone(), passed: None };
        Some(Frame { raw: length, consume: length, fault: Some(fault) })
    }

    fn count(&mut self) {
        let (stored, members) = self.window.counts();
        self.report.stored = stored;
        self.report.members = members;
        self.report.codec = self.window.codec();
        self.report.container = self.window.container();
        self.report.bytes = self.window.offset() + self.window.bytes().len() as u64;
    }

    fn state(&mut self) -> &mut State {
        if self.state.is_none() {
            let state = self.begin();
            self.state = Some(state);
        }
        self.state.as_mut().expect("it was just put there")
    }

    fn begin(&mut self) -> State {
        detect::head(&mut self.window, &self.options.formats);
        let Options { key, format, formats, sieve, arrived, limits, .. } = &self.options;
        self.report.codecs = self.window.codecs().to_vec();
        self.report.encoding = self.window.encoding();
        let (head, is_whole) = (self.window.bytes(), self.window.is_ended());
        let mut detection =
            detect::detect(head, is_whole, key.as_deref(), self.window.codec(), (formats, format.as_ref()), limits);
        if let Some(damage) = self.window.damage()
            && head.is_empty()
        {
            detection.reason.clone_from(&damage.reason);
            detection.is_empty = false;
        }
        let holds = match self.window.container() {
            Some(container) => Some(container.to_string()),
            None => (!head.is_empty()).then(|| "plain text".to_owned()),
        };
        detection.codec_note =
            key.as_deref().and_then(|key| codec::disagreement(key, detection.codec, holds.as_deref()));
        let reader = detection.format.clone().unwrap_or_else(crate::formats::fallback);
        let near = key.as_deref().and_then(crate::key::date).or(*arrived);
        let wanted = self.options.fields.as_deref().map(Wanted::of);
        let stream = Stream { key: key.clone(), near, limits: limits.clone(), formats: formats.clone(), wanted };
        let framer = Framer::new(detection.framing.clone(), Arc::clone(&reader), limits.clone());
        State {
            framer,
            decoder: reader.decoder(&stream),
            format: reader,
            detection,
            carried: None,
            sieve: sieve.clone(),
        }
    }
}
