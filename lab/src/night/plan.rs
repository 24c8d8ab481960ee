//! Which objects the night has: their keys and arrivals, and what is special about each. Bodies are written later, one
//! by one.

use super::cast::PROD;
use super::dice::{Dice, Seeds};
use super::stamp::{HOUR, MINUTE, Millis, SECOND, civil};
use super::story::Script;
use super::{SOURCES, SourceSeed};

/// The local time at which the pager rings, in minutes after midnight: 02:14. Volumes follow the working day that this
/// implies.
const PAGER: Millis = 134;

/// Objects of the new record shape at a density of 1 or more.
const FAILING: usize = 37;
/// Objects that arrive late.
const LATE: usize = 6;
/// The length of the settlement file before compression, at a density of 1 or more.
const SETTLEMENT_BYTES: f64 = 8.0 * 1024.0 * 1024.0;

/// One kind of log: how its objects are named and filled.
pub(super) struct Kind {
    pub seed: SourceSeed,
    pub streams: &'static [Stream],
    /// Activity by local hour, in percent of the source's usual.
    pub day: [u8; 24],
    /// The name after the partition's prefix; the time is the one the object is named by.
    pub file_name: fn(&Stream, Millis, &mut Dice) -> String,
    /// Where and when the story shows: the number of the stream, and the moment.
    pub scenes: fn(&Script) -> Vec<(usize, Millis)>,
    /// Appends the records of an object.
    pub body: fn(&Script, &Planned, &mut Dice, &mut String),
}

/// One writer of a source's objects: a region of an account, a node of a load balancer, a flow log, a host.
pub(super) struct Stream {
    pub account: &'static str,
    pub region: &'static str,
    pub name: &'static str,
    /// Objects a step, at usual activity and density 1.
    pub rate: f64,
    /// The time that one object covers.
    pub step: Millis,
    /// The longest time between the end of that and the time in the key.
    pub flush: Millis,
}

/// What is wrong with an object's gzip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Damage {
    Truncated,
    Corrupt,
}

impl Damage {
    pub fn name(self) -> &'static str {
        match self {
            Self::Truncated => "truncated gzip",
            Self::Corrupt => "corrupt gzip",
        }
    }
}

/// An object to be written.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    /// Index into the sources.
    pub source: usize,
    /// Index into the source's streams.
    pub stream: usize,
    /// The records' times: from, included, to, excluded.
    pub from: Millis,
    pub until: Millis,
    pub named_at: Millis,
    pub key: String,
    pub arrived: Millis,
    pub seed: u64,
    /// Activity at that time, 1 as usual.
    pub activity: f64,
    pub tells_story: bool,
    pub has_new_shape: bool,
    pub is_late: bool,
    /// The bytes to fill, for the one object that is large.
    pub fill: Option<usize>,
    pub damage: Option<Damage>,
}

/// All objects, by arrival, then key.
pub(super) fn plan(seed: u64, density: f64, script: &Script) -> Vec<Planned> {
    let mut all = Vec::new();
    for (source, kind) in SOURCES.iter().enumerate() {
        let mut seeds = Seeds::new(seed, 1 + source as u64);
        let mut planned = Vec::new();
        for stream in 0..kind.streams.len() {
            plan_stream(source, stream, density, script, &mut seeds, &mut planned);
        }
        match kind.seed.name {
            "cloudtrail" => change_shape(source, density, script, &mut seeds, &mut planned),
            "payments" => {
                delay(script, &mut seeds.dice(), &mut planned);
                settle(density, script, &mut planned);
            }
            "alb" | "vpcflow" => damage(script, &mut seeds.dice(), &mut planned),
            _ => {}
        }
        all.append(&mut planned);
    }
    all.retain(|object| object.arrived <= script.end);
    all.sort_by(|a, b| (a.arrived, &a.key).cmp(&(b.arrived, &b.key)));
    all
}

fn plan_stream(
    source: usize,
    stream: usize,
    density: f64,
    script: &Script,
    seeds: &mut Seeds,
    planned: &mut Vec<Planned>,
) {
    let kind = SOURCES[source];
    let step = kind.streams[stream].step;
    let scenes = (kind.scenes)(script);
    let mut dice = seeds.dice();
    let mut due = dice.unit();
    let mut from = script.start.div_euclid(step) * step;
    while from < script.end {
        let slot = (from, from + step);
        from += step;
        let activity = activity(&kind.day, script.end - slot.0);
        due += kind.streams[stream].rate * activity * density * (0.6 + 0.8 * dice.unit());
        let mut count = due as usize;
        due -= count as f64;
        if is_silent(kind, script, slot.0) {
            continue;
        }
        let within = |at: Millis| slot.0 <= at && at < slot.1;
        let tells_story = scenes.iter().any(|&(number, at)| number == stream && within(at));
        if tells_story || is_wanted_late(kind, script, slot.0) {
            count = count.max(1);
        }
        for number in 0..count {
            let mut object = object(source, stream, slot, activity, &mut dice);
            object.tells_story = tells_story && number == 0;
            planned.push(object);
        }
    }
}

fn object(source: usize, stream: usize, slot: (Millis, Millis), activity: f64, dice: &mut Dice) -> Planned {
    let kind = SOURCES[source];
    let writer = &kind.streams[stream];
    let named_at = slot.1 + (dice.unit() * writer.flush as f64) as Millis;
    let key = format!("{}{}", prefix(kind.seed.layout, writer, named_at), (kind.file_name)(writer, named_at, dice));
    Planned {
        source,
        stream,
        from: slot.0,
        until: slot.1,
        named_at,
        key,
        arrived: named_at + lag(kind, dice),
        seed: dice.bits(),
        activity,
        tells_story: false,
        has_new_shape: false,
        is_late: false,
        fill: None,
        damage: None,
    }
}

/// The prefix of the partition that `at` lies in.
fn prefix(layout: &str, writer: &Stream, at: Millis) -> String {
    let t = civil(at);
    layout
        .replace("{account}", writer.account)
        .replace("{region}", writer.region)
        .replace("{yyyy}", &format!("{:04}", t.year()))
        .replace("{MM}", &format!("{:02}", t.month()))
        .replace("{dd}", &format!("{:02}", t.day()))
        .replace("{HH}", &format!("{:02}", t.hour()))
        .replace("{mm}", &format!("{:02}", t.minute()))
}

/// From the time in the key to arrival: one to two minutes as a rule; `CloudTrail` takes up to four in nineteen of
/// twenty cases.
fn lag(kind: &Kind, dice: &mut Dice) -> Millis {
    let usual = kind.seed.name != "cloudtrail";
    let seconds = match dice.below(100) {
        0..=69 => dice.range(60, 120),
        70..=94 if usual => dice.range(60, 140),
        95.. if usual => dice.range(120, 200),
        70..=92 => dice.range(120, 225),
        _ => dice.range(225, 290),
    };
    (seconds * 1_000 + dice.below(1_000)) as Millis
}

/// Activity at a time so long before the pager, 1 as usual, between two hours in proportion.
fn activity(day: &[u8; 24], before_pager: Millis) -> f64 {
    let minute = (PAGER - before_pager / MINUTE).rem_euclid(24 * 60);
    let hour = (minute / 60) as usize;
    let share = (minute % 60) as f64 / 60.0;
    let (this, next) = (f64::from(day[hour]), f64::from(day[(hour + 1) % 24]));
    (this + (next - this) * share) / 100.0
}

fn is_silent(kind: &Kind, script: &Script, from: Millis) -> bool {
    kind.seed.name == "bastion" && script.gap.0 <= from && from < script.gap.1
}

/// Late objects are part of the story, so that even a thin night has them.
fn is_wanted_late(kind: &Kind, script: &Script, from: Millis) -> bool {
    let within = script.late.0 <= from && from < script.late.1;
    kind.seed.name == "payments" && within && (from - script.late.0) % (6 * MINUTE) < 2 * MINUTE
}

/// Gives the new record shape to objects of production, chosen at random from those of the last stretch.
fn change_shape(source: usize, density: f64, script: &Script, seeds: &mut Seeds, planned: &mut Vec<Planned>) {
    let kind = SOURCES[source];
    let mut dice = seeds.dice();
    let wanted = if density >= 1.0 { FAILING } else { ((FAILING as f64 * density) as usize).max(1) };
    // Some objects of the same stretch keep the old shape: the change reaches one service after the other.
    let needed = wanted + wanted / 4;
    let mut candidates: Vec<usize> = (0..planned.len())
        .filter(|&index| {
            let object = &planned[index];
            kind.streams[object.stream].account == PROD
                && object.from >= script.new_version_from
                && object.arrived <= script.end
        })
        .collect();
    let streams: Vec<usize> = (0..kind.streams.len()).filter(|&index| kind.streams[index].account == PROD).collect();
    let step = kind.streams[streams[0]].step;
    while candidates.len() < needed {
        let first = (script.new_version_from + step - 1).div_euclid(step) * step;
        // Ten minutes are enough for any object of the slot to arrive before the pager rings.
        let slots = (script.end - 15 * MINUTE - first) / step;
        let from = first + dice.below(slots as u64) as Millis * step;
        let stream = *dice.pick(&streams);
        let activity = activity(&kind.day, script.end - from);
        candidates.push(planned.len());
        planned.push(object(source, stream, (from, from + step), activity, &mut dice));
    }
    for _ in 0..wanted {
        let chosen = candidates.swap_remove(dice.below(candidates.len() as u64) as usize);
        planned[chosen].has_new_shape = true;
    }
}

fn delay(script: &Script, dice: &mut Dice, planned: &mut [Planned]) {
    let window = script.late.0..script.late.1;
    let late = planned.iter_mut().filter(|object| window.contains(&object.from) && !object.tells_story);
    for object in late.step_by(2).take(LATE) {
        object.is_late = true;
        object.arrived = object.named_at + dice.range(15 * 60 + 5, 40 * 60 - 5) as Millis * SECOND;
    }
}

/// Makes the object nearest to two hours before the pager the settlement of the day, some hundred times the usual.
fn settle(density: f64, script: &Script, planned: &mut [Planned]) {
    let wanted = script.end - 2 * HOUR;
    let nearest = planned
        .iter_mut()
        .filter(|object| !object.tells_story && !object.is_late)
        .min_by_key(|object| (object.from - wanted).abs());
    if let Some(object) = nearest {
        object.fill = Some((SETTLEMENT_BYTES * density.min(1.0)) as usize);
    }
}

fn damage(script: &Script, dice: &mut Dice, planned: &mut [Planned]) {
    let kinds = [Damage::Truncated, Damage::Corrupt];
    let spare: Vec<usize> = (planned.len() / 5..planned.len() * 4 / 5)
        .filter(|&index| !planned[index].tells_story && planned[index].arrived <= script.end)
        .collect();
    for (number, kind) in kinds.into_iter().enumerate() {
        let half = spare.len() / 2;
        if half > 0 {
            let chosen = spare[number * half + dice.below(half as u64) as usize];
            planned[chosen].damage = Some(kind);
        }
    }
}

/// The times of an object's records, sorted: `count` at random, and the story's where the object tells it.
pub(super) fn timeline<S>(
    object: &Planned,
    count: u64,
    scenes: impl FnOnce() -> Vec<(usize, Millis, S)>,
    dice: &mut Dice,
) -> Vec<(Millis, Option<S>)> {
    let length = (object.until - object.from) as u64;
    let mut times: Vec<(Millis, Option<S>)> =
        (0..count).map(|_| (object.from + dice.below(length) as Millis, None)).collect();
    if object.tells_story {
        let told = scenes()
            .into_iter()
            .filter(|(stream, at, _)| *stream == object.stream && object.from <= *at && *at < object.until);
        times.extend(told.map(|(_, at, scene)| (at, Some(scene))));
    }
    times.sort_by_key(|(at, _)| *at);
    times
}
