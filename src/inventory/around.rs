//! The records before and after one, by event time: those of its own object and of the objects of its source around it.
//!
//! The object is read up to the record and a stretch further. Then the objects around it are read one by one, the nearest
//! first by the time that keys tell: two on each side, since writers overlap, and further ones for as long as records
//! are missing or the last one still had some. Only the records that are told are held.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::merge::{Clock, Place, reader};
use super::{AROUND, Inventory, Known, objects};
use crate::app::request::Trouble;
use crate::domain::{ByteSize, Object, ObjectId, ObjectRow, Part, Placed, Row, Seek, Surroundings, TimeRange};

/// Records beyond those that are wanted which are read to find some that stand behind their time.
const SLACK: usize = 500;
/// Objects that are read on each side at least, and at most.
const SIDE: (usize, usize) = (2, 12);
/// The largest object that is read through for its last records.
const WHOLE: ByteSize = ByteSize::mib(16);
/// Rows that are asked of a reader at a time.
const PAGE: usize = 500;
/// How far around the record's object is looked for others, in minutes: ever wider, for as long as records are missing.
const MARGINS: [i64; 3] = [15, 2 * 60, 26 * 60];
/// Prefixes that are listed at most.
const PREFIXES: usize = 500;

/// The records nearest to one place in an order, so many on each side.
#[derive(Debug)]
struct Nearest {
    center: Place,
    most: (usize, usize),
    rows: BTreeMap<Place, Row>,
    before: usize,
    after: usize,
}

impl Nearest {
    fn new(center: Place, most: (usize, usize)) -> Self {
        Self { center, most, rows: BTreeMap::new(), before: 0, after: 0 }
    }

    /// Takes a record in where it is among the nearest. Returns whether it is.
    fn add(&mut self, place: Place, row: Row) -> bool {
        if self.rows.contains_key(&place) {
            return false;
        }
        self.rows.insert(place, row);
        if place < self.center {
            self.before += 1;
            if self.before > self.most.0 {
                self.before -= 1;
                return self.rows.pop_first().is_some_and(|(dropped, _)| dropped != place);
            }
        } else if place > self.center {
            self.after += 1;
            if self.after > self.most.1 {
                self.after -= 1;
                return self.rows.pop_last().is_some_and(|(dropped, _)| dropped != place);
            }
        }
        true
    }

    fn is_full(&self, is_before: bool) -> bool {
        if is_before { self.before >= self.most.0 } else { self.after >= self.most.1 }
    }
}

/// One side of a record, and how far its objects are read.
#[derive(Debug, Clone, Copy, Default)]
struct Side {
    is_before: bool,
    read: usize,
    is_done: bool,
}

impl Side {
    fn wants_more(&self) -> bool {
        !self.is_done && self.read < SIDE.1
    }
}

impl Inventory {
    /// The records around one, so many before and after it.
    pub async fn around(
        &self,
        object: Object,
        center: Seek,
        before: usize,
        after: usize,
    ) -> Result<Surroundings, Trouble> {
        let (part, mut nearest) = self.around_in(object, center, before, after).await?;
        let own = part.object.clone();
        let mut parts = vec![part];
        let mut sides = [Side { is_before: true, ..Side::default() }, Side::default()];
        for minutes in MARGINS {
            let margin = SignedDuration::from_mins(minutes);
            let Some(lists) = self.neighbours(&own, nearest.center.0, margin).await? else { break };
            for (side, objects) in sides.iter_mut().zip(lists) {
                while side.wants_more()
                    && let Some(object) = objects.get(side.read)
                {
                    let number = u32::try_from(parts.len()).unwrap_or(u32::MAX);
                    let (part, has_some) = self.add_of(object.clone(), number, side.is_before, &mut nearest).await;
                    parts.push(part);
                    side.read += 1;
                    side.is_done = side.read >= SIDE.0 && nearest.is_full(side.is_before) && !has_some;
                }
            }
            if !sides.iter().any(Side::wants_more) {
                break;
            }
        }
        let [earlier, later] = sides;
        let is_begin = !nearest.is_full(true) && earlier.wants_more();
        let is_end = !nearest.is_full(false) && later.wants_more();
        let told = format!("objects read around it: {} before, {} after", earlier.read, later.read);
        Ok(surroundings(nearest, parts, is_begin, is_end, told))
    }

    /// The record and those around it in its own object.
    async fn around_in(
        &self,
        object: Object,
        center: Seek,
        before: usize,
        after: usize,
    ) -> Result<(Part, Nearest), Trouble> {
        let mut reader = reader(&self.aws, &self.profile, object.clone());
        let mut clock = Clock::new(&object);
        let mut part = Part::new(object);
        let mut passed: VecDeque<(Place, Row)> = VecDeque::new();
        let mut nearest: Option<Nearest> = None;
        let mut left = after + SLACK;
        while left > 0 && !part.is_end {
            let page = reader.next(PAGE).await?;
            (part.object, part.format, part.columns) = (page.object, page.format, page.columns);
            (part.faults, part.fetched, part.is_end) = (page.faults, page.fetched, page.is_end);
            part.trouble = page.damage;
            let times = clock.times(&page.rows);
            for (row, time) in page.rows.into_iter().zip(times) {
                let place = (time, 0, row.number);
                if let Some(nearest) = &mut nearest {
                    nearest.add(place, row);
                    left = left.saturating_sub(1);
                } else if center.is(&row) {
                    let mut found = Nearest::new(place, (before, after));
                    for (place, row) in passed.drain(..).chain([(place, row)]) {
                        found.add(place, row);
                    }
                    nearest = Some(found);
                } else if center.is_passed(&row) {
                    part.is_end = true;
                } else {
                    passed.push_back((place, row));
                    if passed.len() > before + SLACK {
                        passed.pop_front();
                    }
                }
            }
        }
        let nearest = nearest.ok_or_else(|| Trouble {
            what: format!("cannot show what lies around line {} of {}", center.line, part.object.id),
            cause: "no record begins there".into(),
            hint: Some("the object may have changed since it was indexed".into()),
        })?;
        Ok((part, nearest))
    }

    /// Takes in what an object around has of the nearest records. Returns whether it has any.
    async fn add_of(&self, object: Object, number: u32, is_before: bool, nearest: &mut Nearest) -> (Part, bool) {
        if object.is_archived() {
            return (Part::unread(object, "it is archived".into()), false);
        }
        if is_before && object.size > WHOLE {
            let why = format!("{} would have to be read for its last records", object.size);
            return (Part::unread(object, why), false);
        }
        let mut reader = reader(&self.aws, &self.profile, object.clone());
        let mut clock = Clock::new(&object);
        let mut part = Part::new(object);
        let (mut has_some, mut idle) = (false, 0);
        // Behind the last record that is wanted, a stretch more may hold one that stands behind its time.
        while !part.is_end && (is_before || idle < SLACK || !nearest.is_full(false)) {
            let page = match reader.next(PAGE).await {
                Ok(page) => page,
                Err(trouble) => {
                    part.trouble = Some(trouble.cause);
                    return (part, has_some);
                }
            };
            (part.object, part.format, part.columns) = (page.object, page.format, page.columns);
            (part.faults, part.fetched, part.is_end) = (page.faults, page.fetched, page.is_end);
            part.trouble = page.damage;
            let times = clock.times(&page.rows);
            for (row, time) in page.rows.into_iter().zip(times) {
                let record = row.number;
                if nearest.add((time, number, record), row) {
                    has_some = true;
                    idle = 0;
                } else {
                    idle += 1;
                }
            }
        }
        (part, has_some)
    }

    /// The objects of the same source around one, the nearest first: those before it, and those after it. None where it
    /// is of no source, or its source has too many places to look at.
    async fn neighbours(
        &self,
        own: &Object,
        time: Timestamp,
        margin: SignedDuration,
    ) -> Result<Option<[Vec<Object>; 2]>, Trouble> {
        let id = &own.id;
        let Some(source) = self.profile.source_of(&id.bucket, &id.key) else { return Ok(None) };
        // Where keys tell no time, objects lie beside each other by their arrival.
        let middle = source.layout.time_of(&id.key).map_or(own.arrived, |told| time.clamp(told.start, told.end));
        let (Ok(start), Ok(end)) = (middle.checked_sub(margin), middle.checked_add(margin)) else { return Ok(None) };
        let range = TimeRange::new(start, end);
        let prefixes = self.prefixes(source, range, AROUND).await?;
        if prefixes.len() > PREFIXES {
            return Ok(None);
        }
        let mut listed = Listed::new(id);
        let mut sink = |rows: Vec<ObjectRow>| {
            for row in rows {
                listed.add(row);
            }
            true
        };
        objects::stream(&self.aws, source, range, prefixes, &[], &Known::default(), &mut sink).await?;
        Ok(Some(listed.around(middle)))
    }
}

/// The objects of a listing by the time that keys tell, then by key: the nearest on each side of one.
#[derive(Debug)]
struct Listed<'i> {
    id: &'i ObjectId,
    own: Option<Timestamp>,
    rows: BTreeMap<(Timestamp, String), Object>,
}

impl<'i> Listed<'i> {
    fn new(id: &'i ObjectId) -> Self {
        Self { id, own: None, rows: BTreeMap::new() }
    }

    fn add(&mut self, row: ObjectRow) {
        let time = row.time.unwrap_or(row.object.arrived);
        if row.object.id.key == self.id.key {
            self.own = Some(time);
        } else if row.object.size.bytes() > 0 {
            self.rows.insert((time, row.object.id.key.clone()), row.object);
        }
    }

    fn around(self, middle: Timestamp) -> [Vec<Object>; 2] {
        let own = (self.own.unwrap_or(middle), self.id.key.clone());
        let take = |objects: &mut dyn Iterator<Item = &Object>| objects.take(SIDE.1 + 1).cloned().collect();
        let earlier = take(&mut self.rows.range(..&own).rev().map(|(_, object)| object));
        let later = take(&mut self.rows.range(&own..).map(|(_, object)| object));
        [earlier, later]
    }
}

/// What is told: the record's own object, and those of which records are told or that could not be read.
fn surroundings(nearest: Nearest, parts: Vec<Part>, is_begin: bool, is_end: bool, told: String) -> Surroundings {
    let center = nearest.rows.range(..nearest.center).count();
    let mut counts = vec![0_u64; parts.len()];
    for (_, part, number) in nearest.rows.keys() {
        let count = &mut counts[*part as usize];
        *count = (*count).max(number + 1);
    }
    let mut places = vec![0; parts.len()];
    let mut kept = Vec::new();
    for (at, mut part) in parts.into_iter().enumerate() {
        if at == 0 || counts[at] > 0 || part.trouble.is_some() {
            places[at] = kept.len() as u32;
            part.records = counts[at];
            kept.push(part);
        }
    }
    let rows =
        nearest.rows.into_iter().map(|((_, part, _), row)| Placed { part: places[part as usize], is_late: false, row });
    Surroundings { parts: kept, rows: rows.collect(), center, is_begin, is_end, told }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(second: i64, part: u32, number: u64) -> Place {
        (Timestamp::new(1_800_000_000 + second, 0).expect("a timestamp"), part, number)
    }

    fn row(number: u64, line: u64, start: u64) -> Row {
        Row {
            number,
            line,
            span: start..start + 9,
            time: None,
            raw: [].into(),
            message: String::new(),
            cells: Vec::new(),
            fault: None,
        }
    }

    #[test]
    fn the_nearest_on_each_side_are_kept_whatever_order_they_come_in() {
        let mut nearest = Nearest::new(place(10, 0, 0), (2, 1));
        assert!(nearest.add(place(10, 0, 0), row(0, 1, 0)));
        for second in [1, 9, 3, 12, 8] {
            nearest.add(place(second, 1, 0), row(0, 1, 0));
        }
        assert!(!nearest.add(place(2, 1, 0), row(0, 1, 0)), "two nearer ones are there");
        assert!(nearest.add(place(11, 1, 0), row(0, 1, 0)), "nearer than the one that was");
        let seconds: Vec<i64> = nearest.rows.keys().map(|(time, ..)| time.as_second() - 1_800_000_000).collect();
        assert_eq!(seconds, [8, 9, 10, 11]);
        assert!(nearest.is_full(true) && nearest.is_full(false));
    }

    #[test]
    fn the_neighbours_come_by_the_time_of_their_keys_then_by_key() {
        use crate::domain::State;
        let at = |minute: i64| Timestamp::new(1_800_000_000 + minute * 60, 0).expect("a timestamp");
        let object = |key: &str| Object {
            id: ObjectId::new("logs", key),
            size: ByteSize(1),
            etag: "e".into(),
            storage_class: "STANDARD".into(),
            arrived: at(100),
        };
        let id = ObjectId::new("logs", "m");
        let mut listed = Listed::new(&id);
        for (key, minute) in [("a", 5), ("b", 4), ("m", 5), ("z", 5), ("c", 6)] {
            let told = TimeRange::new(at(minute), at(minute));
            listed.add(ObjectRow::new(object(key), Some(told), State::Arrived, None));
        }
        let [earlier, later] = listed.around(at(0));
        let keys = |objects: Vec<Object>| objects.into_iter().map(|object| object.id.key).collect::<Vec<_>>();
        assert_eq!((keys(earlier), keys(later)), (vec!["a".into(), "b".into()], vec!["z".into(), "c".into()]));
    }
}
