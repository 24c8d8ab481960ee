//! A generated night of security logs: what `scops demo` opens.
//!
//! The fictional company Acme keeps six kinds of logs in one bucket. Its on-call engineer is paged at 02:14 and looks
//! back over the twelve hours before. Times are told before the pager, for the usual twelve hours; other lengths move
//! the theft in proportion.
//!
//! | when | what | where it shows |
//! |---|---|---|
//! | −4 h 48 m | one address tries passwords on the shop's login page: 401s, then a 200 | `alb`, `payments` |
//! | −4 h 30 m | seven failed console sign-ins, four minutes later one succeeds without MFA: [`Story::leaked_at`] | `cloudtrail` |
//! | −4 h 22 m | `CreateAccessKey`; the new key asks who it is and lists buckets, users and roles | `cloudtrail` |
//! | −4 h 16 m | the new key empties `acme-customer-exports` by `GetObject` | `cloudtrail` |
//! | −4 h 14 m | the same address signs in to the bastion | `bastion`, `vpcflow`, `kestrel` |
//! | −4 h 09 m | `sudo systemctl stop rsyslog`: the bastion is silent for 45 minutes: [`Story::gap`] | nothing in `bastion` |
//! | −4 h 00 m | `AssumeRole` into the data account; `StopLogging` is denied | `cloudtrail` |
//! | −3 h 55 m | gigabytes leave through the bastion | `vpcflow`, `kestrel` |
//! | −2 h 50 m | payments arrive 15 to 40 minutes late: [`Story::late_keys`] | `payments` |
//! | −2 h | the settlement, 8 MiB in one object: [`Story::large_key`] | `payments` |
//! | −1 h 40 m | 37 objects carry records that a consumer does not know: [`Story::failing_keys`] | `cloudtrail` |
//!
//! Beside it four objects are broken ([`Story::damaged_keys`]), and the sensor `kestrel` writes what no parser knows:
//! its events are parked until somebody writes one, and hold what the bastion did not tell.
//!
//! Equal options give equal bytes on one machine: there is no clock here, and no randomness but the seed's. (Compressed
//! bytes may differ between processor families, whose deflate implementations hash differently; what they inflate to
//! does not.)

mod alb;
mod bastion;
mod cast;
mod cloudtrail;
mod dice;
mod json;
mod kestrel;
mod pack;
mod payments;
mod plan;
mod stamp;
mod story;
#[cfg(test)]
mod tests;
mod vpcflow;

use bytes::Bytes;
use jiff::Timestamp;

use dice::Dice;
use plan::{Kind, Planned};
use stamp::timestamp;
use story::Script;

pub use story::{Gap, Story};

/// The six sources; the order is part of the seed's meaning.
static SOURCES: [&Kind; 6] =
    [&cloudtrail::KIND, &vpcflow::KIND, &alb::KIND, &payments::KIND, &bastion::KIND, &kestrel::KIND];

/// What night to make.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NightOptions {
    /// Another seed is another night: other names, numbers and sizes, the same story.
    pub seed: u64,
    /// The moment the pager rings. Nothing arrives after it.
    pub end: Timestamp,
    /// The hours before it; taken as at least 6, which the story needs, and at most 168.
    pub hours: u32,
    /// 1.0 gives about three thousand objects in twelve hours. Thinner nights keep the story and have fewer failing
    /// objects.
    pub density: f64,
}

impl NightOptions {
    /// Twelve hours at the usual density.
    pub fn new(seed: u64, end: Timestamp) -> Self {
        Self { seed, end, hours: 12, density: 1.0 }
    }
}

/// An object as a sensor delivered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NightObject {
    /// The name of its source.
    pub source: &'static str,
    /// Its bucket.
    pub bucket: &'static str,
    /// Its key, without any encoding.
    pub key: String,
    /// Its bytes: gzip, four objects excepted that are not quite.
    pub body: Bytes,
    /// When it arrived in the bucket.
    pub arrived: Timestamp,
}

/// What a profile says about one source of the night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceSeed {
    /// The source's name.
    pub name: &'static str,
    /// The template of its partitions' prefixes: `{account}`, `{region}`, `{yyyy}`, `{MM}`, `{dd}`, `{HH}` and `{mm}`
    /// stand for values, all else for itself. It ends with `/`, before the names of objects.
    pub layout: &'static str,
    /// The parser for it, if there is one.
    pub format: Option<&'static str>,
    /// The source in a few words.
    pub title: &'static str,
}

/// One planned night. Making it is cheap: the bodies are written as [`Night::objects`] is read.
#[derive(Debug)]
pub struct Night {
    /// What happens in it.
    pub story: Story,
    script: Script,
    sources: [SourceSeed; 6],
    planned: Vec<Planned>,
}

impl Night {
    /// Plans the night.
    pub fn new(options: NightOptions) -> Self {
        let hours = options.hours.clamp(6, 168);
        let density = if options.density.is_finite() { options.density.clamp(0.0, 100.0) } else { 1.0 };
        let script = Script::new(options.seed, options.end, hours);
        let planned = plan::plan(options.seed, density, &script);
        let story = tell(&script, &planned);
        Self { story, script, sources: SOURCES.map(|kind| kind.seed), planned }
    }

    /// The six sources.
    pub fn sources(&self) -> &[SourceSeed] {
        &self.sources
    }

    /// The bucket that all its objects arrive in.
    pub fn bucket(&self) -> &'static str {
        cast::BUCKET
    }

    /// How many objects [`Night::objects`] gives.
    pub fn len(&self) -> usize {
        self.planned.len()
    }

    /// True where the night has no object; the story alone makes some.
    pub fn is_empty(&self) -> bool {
        self.planned.is_empty()
    }

    /// The objects by arrival, each made when it is asked for.
    pub fn objects(&self) -> impl ExactSizeIterator<Item = NightObject> + '_ {
        self.planned.iter().map(|planned| self.object(planned))
    }

    /// Object number `index` by arrival. Objects do not depend on each other, so that several threads may make them.
    pub fn get(&self, index: usize) -> Option<NightObject> {
        self.planned.get(index).map(|planned| self.object(planned))
    }

    fn object(&self, planned: &Planned) -> NightObject {
        let mut body = pack::gzip(self.text(planned).as_bytes());
        if let Some(damage) = planned.damage {
            pack::damage(&mut body, damage);
        }
        NightObject {
            source: SOURCES[planned.source].seed.name,
            bucket: cast::BUCKET,
            key: planned.key.clone(),
            body: body.into(),
            arrived: timestamp(planned.arrived),
        }
    }

    /// The records of an object, before compression.
    fn text(&self, planned: &Planned) -> String {
        let mut out = String::with_capacity(planned.fill.unwrap_or(64 * 1024) + 4096);
        let mut dice = Dice::new(planned.seed);
        (SOURCES[planned.source].body)(&self.script, planned, &mut dice, &mut out);
        out
    }
}

fn tell(script: &Script, planned: &[Planned]) -> Story {
    let keys = |wanted: fn(&Planned) -> bool| -> Vec<String> {
        planned.iter().filter(|object| wanted(object)).map(|object| object.key.clone()).collect()
    };
    Story {
        attacker_ip: script.ip,
        access_key_id: script.key.clone(),
        user: script.user.to_owned(),
        opened_at: timestamp(script.after(0, 0)),
        leaked_at: timestamp(script.leaked_at()),
        new_version_from: timestamp(script.new_version_from),
        failing_keys: keys(|object| object.has_new_shape),
        damaged_keys: planned.iter().filter_map(|object| Some((object.key.clone(), object.damage?.name()))).collect(),
        gap: script.gap(bastion::KIND.seed.name),
        late_keys: keys(|object| object.is_late),
        large_key: keys(|object| object.fill.is_some()).pop(),
        parked_source: kestrel::KIND.seed.name,
    }
}
