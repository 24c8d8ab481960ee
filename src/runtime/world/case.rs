//! The case as the world keeps it: pins are completed with what S3, the journal and the index tell, then written.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use scops_parser::{Options, Reader};

use super::{Answers, Shared, blocking, detail};
use crate::app::case::{Ask, Seen, Wanted};
use crate::app::request::{Closed, Reply, Trouble};
use crate::case::store::Draft;
use crate::case::{self, CaseError, pin};
use crate::domain::case::{QueryPin, RecordPin};
use crate::domain::{ByteSize, Case, CaseName, Expression, Object, ObjectId, Pin, Query, ReplayId};
use crate::replay::{self, ReplayError};
use crate::search;
use crate::worker::digest;

/// Objects up to this size are read whole for their SHA-256 when they or a record of them are pinned.
const READ: ByteSize = ByteSize::mib(16);

impl Shared {
    pub(super) async fn case(self: &Arc<Self>, name: Option<CaseName>, ask: Ask, answers: &Answers) -> Closed {
        let now = Timestamp::now();
        let name = name.unwrap_or_else(|| CaseName::of_moment(now));
        let (cases, who) = (self.cases.clone(), self.who.clone());
        let (case, told) = match ask {
            Ask::Open(name) => (blocking(move || cases.open(&name, &who, now)).await??, String::new()),
            Ask::Change(change) => (blocking(move || cases.change(&name, &who, now, change)).await??, String::new()),
            Ask::Add { text, pin } => {
                let pin = match pin {
                    Some(wanted) => Some(self.complete(*wanted).await?),
                    None => None,
                };
                let told = told(&name, pin.as_ref());
                let draft = Draft { profile: Some(self.profile.name.clone()), text, pin };
                (blocking(move || cases.add(&name, &who, now, draft)).await??, told)
            }
            Ask::Export(to) => return self.export(name, to, answers).await,
        };
        answers.reply(Reply::Case { case: Box::new(case), told });
        Ok(())
    }

    async fn export(&self, name: CaseName, to: Option<PathBuf>, answers: &Answers) -> Closed {
        let (cases, who) = (self.cases.clone(), self.who.clone());
        let to = to.unwrap_or_else(|| PathBuf::from("."));
        let work = move || -> Result<(Case, case::Exported), CaseError> {
            let exported = case::export(&cases, &name, &to, &who, Timestamp::now())?;
            Ok((cases.read(&name)?, exported))
        };
        let (case, exported) = blocking(work).await??;
        answers.reply(Reply::Case { case: Box::new(case), told: exported.told() });
        match exported.missing.as_slice() {
            [] => Ok(()),
            missing => Err(Trouble {
                what: "not all that was saved is in the export".into(),
                cause: missing.join("; "),
                hint: None,
            }),
        }
    }

    async fn complete(&self, wanted: Wanted) -> Result<Pin, Trouble> {
        Ok(match wanted {
            Wanted::Record(seen) => Pin::Record(Box::new(self.record(*seen).await?)),
            Wanted::Object { id, known } => {
                let (object, bytes) = self.stored(&id, known).await?;
                let hash = blocking(move || bytes.map(|bytes| pin::sha256(&bytes))).await?;
                Pin::Object(pin::witness(&object, hash))
            }
            Wanted::Query(query) => Pin::Query(Box::new(self.priced(*query))),
            Wanted::Timeline(timeline) => Pin::Timeline(timeline),
            Wanted::Failures(failures) => Pin::Failures(failures),
            Wanted::Replay(id) => self.past(id).await?,
        })
    }

    /// The object as it is stored: its bytes, or why they were not all read. Where it was told before, it is only read
    /// as it was told; what cannot be read then is pinned as it was seen.
    async fn stored(&self, id: &ObjectId, known: Option<Object>) -> Result<(Object, Result<Bytes, String>), Trouble> {
        let too_long = |size: ByteSize| format!("it has {size}, and {READ} are read at most");
        if let Some(known) = known.as_ref().filter(|known| known.size > READ) {
            // A listing tells no version.
            let told = self.aws.head(id).await.map(|(object, _)| object).ok();
            let object = told.filter(|told| told.etag == known.etag).unwrap_or_else(|| known.clone());
            return Ok((object, Err(too_long(known.size))));
        }
        let etag = known.as_ref().map(|known| known.etag.as_str());
        match self.aws.get(id, None, etag).await {
            Ok(body) => {
                let object = body.object.clone();
                if object.size > READ {
                    return Ok((object.clone(), Err(too_long(object.size))));
                }
                let bytes = match body.collect(READ).await {
                    Ok((bytes, true)) => Ok(bytes),
                    Ok((_, false)) => Err(too_long(object.size)),
                    Err(error) => Err(error.to_string()),
                };
                Ok((object, bytes))
            }
            Err(error) => match known {
                Some(known) => Ok((known, Err(error.to_string()))),
                None => Err(error.into()),
            },
        }
    }

    async fn record(&self, seen: Seen) -> Result<RecordPin, Trouble> {
        let Seen { id, known, line, span, time, message, fault, raw, fields } = seen;
        let read = self.stored(&id, known).await;
        let hint = "pin-view pins the search with all its hits, as they were found";
        let (object, bytes) =
            read.map_err(|trouble| Trouble { hint: trouble.hint.or(Some(hint.into())), ..trouble })?;
        // The listing that the object is from may be older than its bytes.
        let options = Options { size: None, ..digest::options(&object, &self.profile) };
        let work = move || {
            let (hash, bytes) = match bytes {
                Ok(bytes) => (Ok(pin::sha256(&bytes)), Some(bytes)),
                Err(why) => (Err(why), None),
            };
            let witness = pin::witness(&object, hash);
            let mut record = RecordPin {
                witness,
                line,
                span,
                time,
                message,
                fault,
                sha256: None,
                raw: None,
                fields: Vec::new(),
                fields_left_out: 0,
            };
            let is_read = bytes
                .is_some_and(|bytes| pin::read_record(Reader::new(&bytes[..], options), &mut record, detail::node));
            if !is_read {
                // What the screen has of it is what there is.
                if let Some(raw) = raw {
                    pin::keep_raw(&mut record, &raw);
                }
                if let Some(fields) = fields {
                    pin::keep_fields(&mut record, &fields);
                }
            }
            record
        };
        blocking(work).await
    }

    /// The search with what it cost and its statement.
    fn priced(&self, pin: QueryPin) -> QueryPin {
        if pin.ids.is_empty() {
            // Objects were read as they lie: no statement ran.
            return pin;
        }
        let QueryPin { value, sources, range, limit, .. } = pin.clone();
        let query = Query { expression: Expression::read(&value), sources, range, limit };
        let index = self.profile.index.as_ref();
        let sql = index.and_then(|index| search::sql::find(index, &query).ok()).map(|finding| finding.sql);
        let micro_dollars = (search::estimate::price(pin.scanned) * 1e6).round() as u64;
        QueryPin { sql, micro_dollars, ..pin }
    }

    async fn past(&self, id: ReplayId) -> Result<Pin, Trouble> {
        let state = self.state.clone();
        let work = move || {
            let history = replay::history(&state)?;
            let past = history.get(&id).ok_or_else(|| ReplayError::Missing(id.clone()))?;
            Ok::<_, ReplayError>(pin::replay(&id, past))
        };
        Ok(Pin::Replay(Box::new(blocking(work).await??)))
    }
}

fn told(name: &CaseName, pin: Option<&Pin>) -> String {
    match pin {
        Some(pin) => format!("pinned in {name}: {} {}", pin.kind(), pin.title()),
        None => format!("noted in {name}"),
    }
}
