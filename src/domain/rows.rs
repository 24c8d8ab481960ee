//! The rows of a listing, packed: a million of them take some hundred bytes each.
//!
//! Keys of a partition differ in their last part, so a row keeps only what its key does not share with the first one of
//! its block. Buckets, storage classes and reasons are kept once; eTags are digests. A row that does not fit (a version,
//! an eTag that is no digest) is kept whole beside the others, so that nothing is lost.

use std::cmp::Ordering;
use std::collections::HashMap;

use data_encoding::HEXLOWER;
use indexmap::IndexSet;
use jiff::{SignedDuration, Timestamp};

use super::{ByteSize, Object, ObjectId, ObjectRow, State, States};

/// Rows of a block: enough that its first key weighs little, few enough that one is found quickly.
const BLOCK: usize = 128;

/// What stands for a time, or a lag, that is not known.
const NONE: i64 = i64::MIN;

/// What is counted of a row; made without any text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// When the object arrived.
    pub arrived: Timestamp,
    /// The time that its key tells, as in [`ObjectRow`].
    pub time: Option<Timestamp>,
    /// How long it was under way.
    pub lag: Option<SignedDuration>,
    /// How large it is.
    pub size: ByteSize,
    /// Its state.
    pub state: State,
}

impl From<&ObjectRow> for Figures {
    fn from(row: &ObjectRow) -> Self {
        let ObjectRow { object, time, lag, state, .. } = row;
        Self { arrived: object.arrived, time: *time, lag: *lag, size: object.size, state: *state }
    }
}

/// Rows in the order in which they came; a row is made when it is asked for.
#[derive(Debug, Clone, Default)]
pub struct ObjectRows {
    /// All but the last are full.
    blocks: Vec<Block>,
    len: usize,
    /// Buckets and storage classes.
    words: IndexSet<Box<str>>,
    reasons: IndexSet<Box<str>>,
    /// Rows that do not fit, by their index. State and reason are those of the packed row.
    whole: HashMap<usize, ObjectRow>,
}

/// Some rows and the text of their keys.
#[derive(Debug, Clone, Default)]
struct Block {
    /// The key of the first row.
    first: Box<str>,
    /// Of every row one after the other: what its key does not share with the first.
    rest: String,
    rows: Vec<Slim>,
    /// The rows with the least and the greatest key.
    least: usize,
    greatest: usize,
}

/// A row without its text. Times and durations are in nanoseconds, times since 1970.
#[derive(Debug, Clone, Copy)]
struct Slim {
    arrived: i64,
    time: i64,
    lag: i64,
    size: u64,
    etag: [u8; 16],
    /// Where the rest of its key begins.
    rest: u32,
    /// Bytes that its key shares with the first of the block.
    shared: u16,
    /// Parts of a multipart upload, which its eTag tells; 0 for none.
    parts: u16,
    bucket: u16,
    class: u16,
    /// One more than the place of its reason; 0 for none.
    reason: u32,
    state: State,
    states: States,
}

impl ObjectRows {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Takes all rows out.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Adds a row behind the others.
    pub fn push(&mut self, row: ObjectRow) {
        if self.blocks.last().is_none_or(|block| block.rows.len() == BLOCK) {
            self.blocks.push(Block::new(&row.object.id.key));
        }
        let Some(block) = self.blocks.last_mut() else { return };
        let (rest, shared, has_room) = block.add_key(&row.object.id.key);
        let slim = Slim::of(&row, &mut self.words);
        let fits = slim.is_some() && has_room && row.object.id.version.is_none();
        let slim = Slim {
            rest,
            shared,
            reason: row.reason.as_deref().map_or(0, |reason| place_in(&mut self.reasons, reason) as u32 + 1),
            ..slim.unwrap_or_else(|| Slim::about(&row))
        };
        block.add(slim);
        if !fits {
            self.whole.insert(self.len, row);
        }
        self.len += 1;
        if self.len.is_multiple_of(BLOCK)
            && let Some(block) = self.blocks.last_mut()
        {
            block.rest.shrink_to_fit();
        }
    }

    /// The row at a place. There must be one.
    pub fn get(&self, index: usize) -> ObjectRow {
        let (block, slim) = self.slim(index);
        let reason = (slim.reason > 0).then(|| self.reasons[slim.reason as usize - 1].to_string());
        if let Some(row) = self.whole.get(&index) {
            return ObjectRow { state: slim.state, states: slim.states, reason, ..row.clone() };
        }
        let Figures { arrived, time, lag, size, state } = slim.figures();
        let (shared, rest) = block.key(index % BLOCK);
        let object = Object {
            id: ObjectId::new(&*self.words[usize::from(slim.bucket)], [shared, rest].concat()),
            size,
            etag: slim.etag(),
            storage_class: self.words[usize::from(slim.class)].to_string(),
            arrived,
        };
        ObjectRow { object, time, lag, state, states: slim.states, reason }
    }

    /// Every row, in the order of their coming.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = ObjectRow> + ExactSizeIterator {
        (0..self.len).map(|index| self.get(index))
    }

    /// What is counted of a row, at a fraction of the price.
    pub fn figures(&self, index: usize) -> Figures {
        self.whole.get(&index).map_or_else(
            || self.slim(index).1.figures(),
            |row| Figures { state: self.state(index), ..Figures::from(row) },
        )
    }

    /// The state of a row.
    pub fn state(&self, index: usize) -> State {
        self.slim(index).1.state
    }

    /// The size of a row's object.
    pub fn size(&self, index: usize) -> ByteSize {
        ByteSize(self.slim(index).1.size)
    }

    /// The time that a row's key tells, else its arrival: nanoseconds since 1970, for its place among others.
    pub fn moment(&self, index: usize) -> i64 {
        let slim = self.slim(index).1;
        if slim.time == NONE { slim.arrived } else { slim.time }
    }

    /// How the keys of two rows are ordered.
    pub fn compare_keys(&self, left: usize, right: usize) -> Ordering {
        let key = |index: usize| self.blocks[index / BLOCK].key(index % BLOCK);
        compare(key(left), key(right))
    }

    /// Whether a row is of this object.
    pub fn is_of(&self, index: usize, id: &ObjectId) -> bool {
        let (block, slim) = self.slim(index);
        let (shared, rest) = block.key(index % BLOCK);
        let has_key = id.key.len() == shared.len() + rest.len() && id.key.ends_with(rest) && id.key.starts_with(shared);
        let version = self.whole.get(&index).map(|row| &row.object.id);
        has_key
            && version.map_or_else(
                || id.version.is_none() && *self.words[usize::from(slim.bucket)] == *id.bucket,
                |whole| whole == id,
            )
    }

    /// Where the row of an object is.
    pub fn find(&self, id: &ObjectId) -> Option<usize> {
        let key = (id.key.as_str(), "");
        self.blocks.iter().enumerate().find_map(|(place, block)| {
            let is_below = compare(key, block.key(block.least)) == Ordering::Less;
            if is_below || compare(key, block.key(block.greatest)) == Ordering::Greater {
                return None;
            }
            let begin = place * BLOCK;
            (begin..begin + block.rows.len()).find(|index| self.is_of(*index, id))
        })
    }

    /// Changes the state of a row with the consumer of this index; of one that is no failure any more the reason goes.
    /// Returns whether it was another.
    pub fn set_state(&mut self, index: usize, consumer: usize, state: State) -> bool {
        let slim = &mut self.blocks[index / BLOCK].rows[index % BLOCK];
        if slim.states.get(consumer) == Some(state) {
            return false;
        }
        slim.states.set(consumer, state);
        slim.state = slim.states.gravest().unwrap_or(state);
        if !matches!(slim.state, State::Failed | State::Parked) {
            slim.reason = 0;
        }
        true
    }

    fn slim(&self, index: usize) -> (&Block, &Slim) {
        let block = &self.blocks[index / BLOCK];
        (block, &block.rows[index % BLOCK])
    }
}

impl Extend<ObjectRow> for ObjectRows {
    fn extend<T: IntoIterator<Item = ObjectRow>>(&mut self, rows: T) {
        for row in rows {
            self.push(row);
        }
    }
}

impl FromIterator<ObjectRow> for ObjectRows {
    fn from_iter<T: IntoIterator<Item = ObjectRow>>(rows: T) -> Self {
        let mut packed = Self::default();
        packed.extend(rows);
        packed
    }
}

impl Block {
    fn new(first: &str) -> Self {
        Self { first: first.into(), rows: Vec::with_capacity(BLOCK), ..Self::default() }
    }

    /// Keeps what a key does not share with the first. Returns where that begins, how much is shared, and whether there
    /// was room for it.
    fn add_key(&mut self, key: &str) -> (u32, u16, bool) {
        let same = self.first.bytes().zip(key.bytes()).take_while(|(a, b)| a == b).count();
        let shared = key.floor_char_boundary(same.min(usize::from(u16::MAX)));
        let begin = self.rest.len();
        let has_room = u32::try_from(begin + key.len()).is_ok();
        if has_room {
            self.rest.push_str(&key[shared..]);
        }
        (begin as u32, shared as u16, has_room)
    }

    fn add(&mut self, slim: Slim) {
        let at = self.rows.len();
        self.rows.push(slim);
        if compare(self.key(at), self.key(self.least)) == Ordering::Less {
            self.least = at;
        }
        if compare(self.key(at), self.key(self.greatest)) == Ordering::Greater {
            self.greatest = at;
        }
    }

    /// The key of a row, in two parts.
    fn key(&self, at: usize) -> (&str, &str) {
        let begin = self.rows[at].rest as usize;
        let end = self.rows.get(at + 1).map_or(self.rest.len(), |next| next.rest as usize);
        (&self.first[..usize::from(self.rows[at].shared)], &self.rest[begin..end])
    }
}

impl Slim {
    /// A row without its key and reason; none where it does not fit.
    fn of(row: &ObjectRow, words: &mut IndexSet<Box<str>>) -> Option<Self> {
        let Object { id, etag, storage_class, arrived, .. } = &row.object;
        let (etag, parts) = digest(etag)?;
        let nanoseconds = |time: Timestamp| i64::try_from(time.as_nanosecond()).ok().filter(|it| *it != NONE);
        let lag = |lag: SignedDuration| i64::try_from(lag.as_nanos()).ok().filter(|it| *it != NONE);
        Some(Self {
            arrived: nanoseconds(*arrived)?,
            time: row.time.map_or(Some(NONE), nanoseconds)?,
            lag: row.lag.map_or(Some(NONE), lag)?,
            etag,
            parts,
            bucket: u16::try_from(place_in(words, &id.bucket)).ok()?,
            class: u16::try_from(place_in(words, storage_class)).ok()?,
            ..Self::about(row)
        })
    }

    /// What a row that is kept whole is ordered by.
    fn about(row: &ObjectRow) -> Self {
        let moment = row.time.unwrap_or(row.object.arrived).as_nanosecond();
        Self {
            arrived: moment.clamp(i64::MIN.into(), i64::MAX.into()) as i64,
            time: NONE,
            lag: NONE,
            size: row.object.size.bytes(),
            etag: [0; 16],
            rest: 0,
            shared: 0,
            parts: 0,
            bucket: 0,
            class: 0,
            reason: 0,
            state: row.state,
            states: row.states,
        }
    }

    fn figures(&self) -> Figures {
        let time = |nanoseconds: i64| Timestamp::from_nanosecond(nanoseconds.into()).unwrap_or_default();
        Figures {
            arrived: time(self.arrived),
            time: (self.time != NONE).then(|| time(self.time)),
            lag: (self.lag != NONE).then(|| SignedDuration::from_nanos(self.lag)),
            size: ByteSize(self.size),
            state: self.state,
        }
    }

    fn etag(&self) -> String {
        let digest = HEXLOWER.encode(&self.etag);
        if self.parts == 0 { digest } else { format!("{digest}-{}", self.parts) }
    }
}

/// The digest that an eTag tells, and the parts of a multipart upload; none where it would not read the same.
fn digest(etag: &str) -> Option<([u8; 16], u16)> {
    let (text, parts) = match etag.split_once('-') {
        Some((text, count)) => {
            let parts = count.parse::<u16>().ok().filter(|parts| *parts > 0 && parts.to_string() == count)?;
            (text, parts)
        }
        None => (etag, 0),
    };
    let mut digest = [0; 16];
    let is_digest = text.len() == 32 && HEXLOWER.decode_mut(text.as_bytes(), &mut digest).is_ok();
    is_digest.then_some((digest, parts))
}

/// The place of a text in a set, which it is put into.
fn place_in(set: &mut IndexSet<Box<str>>, text: &str) -> usize {
    set.get_index_of(text).unwrap_or_else(|| set.insert_full(text.into()).0)
}

/// How two keys in two parts are ordered.
fn compare(left: (&str, &str), right: (&str, &str)) -> Ordering {
    let [mut left, mut right] = [left, right].map(|(first, rest)| (first.as_bytes(), rest.as_bytes()));
    loop {
        for key in [&mut left, &mut right] {
            if key.0.is_empty() {
                *key = (key.1, &[]);
            }
        }
        let same = left.0.len().min(right.0.len());
        if same == 0 {
            return left.0.len().cmp(&right.0.len());
        }
        let order = left.0[..same].cmp(&right.0[..same]);
        if order != Ordering::Equal {
            return order;
        }
        (left.0, right.0) = (&left.0[same..], &right.0[same..]);
    }
}

#[cfg(test)]
mod tests;
