//! What an account does with the objects of its buckets, gathered by requests that only read. Whatever is not allowed is
//! noted with the action that is missing, and the rest is asked all the same.

mod buckets;
mod functions;
mod keys;
mod queues;
mod tables;
mod topics;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use futures::stream::{self, StreamExt as _};
use scops_parser::Formats;

use super::{Aws, AwsError, Connection, Inner, Kind};
use crate::domain::discovery::{Denied, account, region, service, short};
use crate::domain::{Discovered, Profile};

/// Buckets that are looked at at the same time.
const AT_ONCE: usize = 4;
/// Topics, queues and functions that are looked at at most.
const PLACES: usize = 500;

/// What is to be looked at.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The buckets; all of them where none is named.
    pub buckets: Option<Vec<String>>,
    /// The formats that samples of their keys' objects may have; no keys are listed without.
    pub formats: Option<Formats>,
    /// Whether Athena is asked for its tables.
    pub tables: bool,
    /// Queues, by their URLs, and functions that are looked at whether or not a bucket's events reach them.
    pub besides: Vec<String>,
}

impl Wanted {
    /// The buckets of a profile, and its consumers' queues and functions.
    pub fn of(profile: &Profile) -> Self {
        let mut buckets: Vec<String> = profile.sources.iter().map(|source| source.bucket.clone()).collect();
        buckets.sort();
        buckets.dedup();
        let besides = profile.consumers.iter().flat_map(|consumer| {
            let input = consumer.input.place().to_owned();
            [Some(input), consumer.dead_letter_url.clone(), consumer.parked_url.clone()].into_iter().flatten()
        });
        Self { buckets: Some(buckets), besides: besides.collect(), ..Self::default() }
    }
}

impl Aws {
    /// Looks at what is wanted; `tell` gets a word on what is looked at. Fails only where nobody may ask at all, or nothing
    /// answers.
    pub async fn discover(&self, wanted: &Wanted, tell: impl Fn(&str) + Sync) -> Result<Discovered, AwsError> {
        let before = self.usage().session.total();
        let walk = Walk::new(self, &tell).await;
        let mut found = Discovered { region: walk.region.clone(), ..Discovered::default() };
        if wanted.tables {
            tell("the tables of Athena");
            tables::look(&walk, &mut found).await?;
        }
        let buckets = buckets::names(&walk, wanted.buckets.as_deref()).await?;
        let index = found.index.as_ref().map(|index| index.location.clone());
        let look = |(name, region)| buckets::look(&walk, name, region, wanted.formats.as_ref(), index.as_ref());
        let looked: Vec<_> = stream::iter(buckets.into_iter().map(look)).buffered(AT_ONCE).collect().await;
        for bucket in looked {
            found.buckets.extend(bucket?);
        }
        walk.behind(&mut found, &wanted.besides).await?;
        let arns = found.queues.iter().map(|queue| &queue.arn).chain(found.topics.iter().map(|topic| &topic.arn));
        found.account = arns.clone().find_map(|arn| account(arn)).map(str::to_owned);
        let notes = walk.notes.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.denied = notes.denied.into_iter().collect();
        found.untold.extend(notes.untold);
        found.missing = notes.missing.into_iter().collect();
        found.requests = self.usage().session.total().saturating_sub(before);
        Ok(found)
    }

    /// The same account and credentials in another region; requests count together.
    fn in_region(&self, region: &str) -> Self {
        let connection = Connection { region: region.to_owned(), ..self.inner.connection.clone() };
        let Inner { network, meter, codes, .. } = &*self.inner;
        Self::metered(connection, network.clone(), meter.clone(), Arc::clone(codes))
    }
}

/// What all parts of a discovery share.
struct Walk<'a> {
    aws: &'a Aws,
    region: String,
    elsewhere: Mutex<HashMap<String, Aws>>,
    notes: Mutex<Notes>,
    tell: &'a (dyn Fn(&str) + Sync),
}

#[derive(Default)]
struct Notes {
    denied: BTreeSet<Denied>,
    untold: BTreeSet<String>,
    missing: BTreeSet<String>,
    /// Whether anything has answered: until then, silence is the end.
    is_answered: bool,
}

impl<'a> Walk<'a> {
    async fn new(aws: &'a Aws, tell: &'a (dyn Fn(&str) + Sync)) -> Self {
        let region = aws.region().await.unwrap_or_default();
        Self { aws, region, elsewhere: Mutex::default(), notes: Mutex::default(), tell }
    }

    fn notes(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was answered; nothing where it was not told, which is noted.
    fn told<T>(&self, action: &str, resource: &str, answer: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
        let mut notes = self.notes();
        let error = match answer {
            Ok(answer) => {
                notes.is_answered = true;
                return Ok(Some(answer));
            }
            Err(error) => error,
        };
        match error.kind {
            Kind::NoCredentials | Kind::CodeWanted | Kind::Expired | Kind::WrongCredentials => return Err(error),
            Kind::Unreachable | Kind::Timeout if !notes.is_answered => return Err(error),
            Kind::AccessDenied => {
                notes.denied.insert(Denied::of(action, resource, &error.cause));
            }
            _ => {
                notes.untold.insert(error.to_string());
            }
        }
        notes.is_answered |= error.status.is_some();
        Ok(None)
    }

    /// The same where what is asked for may not exist.
    fn told_of<T>(&self, action: &str, arn: &str, answer: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
        match answer {
            Err(error) if is_missing(&error) => {
                self.notes().missing.insert(arn.to_owned());
                Ok(None)
            }
            answer => self.told(action, arn, answer),
        }
    }

    /// Whether an endpoint of one's own answered in words that are none of AWS's: it has S3 and perhaps queues, and not
    /// this service, so that there is nothing of it to be found.
    fn has_no_such_service(&self, error: &AwsError) -> bool {
        self.aws.connection().endpoint.is_some() && error.kind == Kind::Malformed && error.status.is_some()
    }

    fn note(&self, what: String) {
        self.notes().untold.insert(what);
    }

    /// The way to where an ARN lies.
    fn at(&self, arn: &str) -> Aws {
        let region = region(arn);
        if region.is_empty() || region == self.region {
            return self.aws.clone();
        }
        let mut elsewhere = self.elsewhere.lock().unwrap_or_else(PoisonError::into_inner);
        elsewhere.entry(region.to_owned()).or_insert_with(|| self.aws.in_region(region)).clone()
    }

    /// Follows the buckets' notifications: topics, their queues and functions, who polls these, where failures go.
    async fn behind(&self, found: &mut Discovered, besides: &[String]) -> Result<(), AwsError> {
        let targets = found.buckets.iter().flat_map(|bucket| bucket.notifications.iter().flatten());
        let mut open: Vec<String> = targets.map(|told| told.target.clone()).collect();
        for place in besides {
            open.extend(if place.starts_with("arn:") {
                Some(place.clone())
            } else {
                queues::arn_of(place, &self.region)
            });
        }
        let mut seen = BTreeSet::new();
        while let Some(arn) = open.pop() {
            if !seen.insert(arn.clone()) {
                continue;
            }
            if seen.len() > PLACES {
                self.note(format!("more than {PLACES} topics, queues and functions; the rest is left out"));
                break;
            }
            (self.tell)(&format!("{} {}", service(&arn), short(&arn)));
            match service(&arn) {
                "sns" => {
                    let topic = topics::look(self, &arn).await?;
                    let told = topic.subscriptions.iter().flatten();
                    open.extend(
                        told.flat_map(|told| Some(told.endpoint.clone()).into_iter().chain(told.dead_letter.clone())),
                    );
                    found.topics.push(topic);
                }
                "sqs" => {
                    let Some(queue) = queues::look(self, &arn).await? else { continue };
                    open.extend(queue.dead_letter.clone());
                    let is_last = found.queues.iter().any(|before| before.dead_letter.as_ref() == Some(&arn));
                    if !is_last {
                        open.extend(queues::parked(self, &arn).await?);
                        for (function, mapping) in functions::pollers(self, &arn).await? {
                            let at = match found.function(&function) {
                                None => {
                                    seen.insert(function.clone());
                                    let looked = functions::look(self, &function).await?;
                                    open.extend(looked.on_failure.clone());
                                    found.functions.push(looked);
                                    found.functions.len() - 1
                                }
                                Some(known) => {
                                    let known = known.arn.clone();
                                    found.functions.iter().position(|function| function.arn == known).unwrap_or(0)
                                }
                            };
                            found.functions[at].mappings.push(mapping);
                        }
                    }
                    found.queues.push(queue);
                }
                "lambda" if found.function(&arn).is_none() => {
                    let function = functions::look(self, &arn).await?;
                    open.extend(function.on_failure.clone());
                    found.functions.push(function);
                }
                _ => {}
            }
        }
        found.topics.sort_by(|one, other| one.arn.cmp(&other.arn));
        found.queues.sort_by(|one, other| one.arn.cmp(&other.arn));
        found.functions.sort_by(|one, other| one.arn.cmp(&other.arn));
        Ok(())
    }
}

/// Whether what was asked for does not exist.
fn is_missing(error: &AwsError) -> bool {
    matches!(error.kind, Kind::NoSuchQueue | Kind::NoSuchKey | Kind::NoSuchBucket)
        || error.status == Some(404)
        || ["NotFound", "ResourceNotFoundException"].iter().any(|code| error.cause.starts_with(code))
}
