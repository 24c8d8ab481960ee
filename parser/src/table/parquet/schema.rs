//! What the columns of a Parquet object are, and how they make up a row.
//!
//! Source: Apache Parquet, "parquet.thrift" and "LogicalTypes" (with its rules for lists and maps of older writers).

use super::super::flaw::Flaw;
use super::super::number::DECIMAL_DIGITS;
use super::super::text::Name;
use super::super::time::Unit;
use super::scalar::{Meaning, Physical};
use super::thrift::{Broken, Kind, Thrift};
use crate::json::DEPTH_LIMIT;

/// Fields of a schema, groups included. The widest real ones have some thousands.
const ELEMENTS: usize = 20_000;

/// A column: a leaf of the schema.
#[derive(Debug)]
pub(super) struct Column {
    /// Its own name, shortened and printable, for faults.
    pub name: String,
    pub physical: Physical,
    /// Bytes of a value of fixed length.
    pub length: usize,
    pub meaning: Meaning,
    /// Whether it holds the keys of a map.
    pub is_key: bool,
    /// The highest definition and repetition levels.
    pub defined: u32,
    pub repeated: u32,
}

/// A field of the rows.
#[derive(Debug)]
pub(super) struct Node {
    pub name: Name,
    /// The definition level from which it is not null; 0 where it never is.
    pub present: u32,
    /// Its columns, the first and the one behind the last.
    pub columns: (usize, usize),
    pub shape: Shape,
}

#[derive(Debug)]
pub(super) enum Shape {
    Scalar,
    Struct(Vec<Node>),
    List {
        item: Box<Node>,
        levels: Levels,
    },
    /// Keys and values; a map without values has nulls.
    Map {
        key: Box<Node>,
        value: Option<Box<Node>>,
        levels: Levels,
    },
}

/// From which definition level a list has items, and at which repetition level it has another one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Levels {
    pub defined: u32,
    pub repeated: u32,
}

/// One entry of the flat list that a footer has for its schema.
#[derive(Debug, Default)]
struct Element<'a> {
    physical: Option<i64>,
    length: i64,
    repetition: i64,
    name: &'a [u8],
    children: u64,
    converted: Option<i64>,
    scale: i64,
    logical: Option<Logical>,
}

/// A logical type, and what it says about itself.
#[derive(Clone, Copy, Debug, Default)]
struct Logical {
    id: i64,
    scale: i64,
    unit: i64,
    is_utc: bool,
    is_signed: bool,
}

const REQUIRED: i64 = 0;
const REPEATED: i64 = 2;

/// Reads the schema: the fields of a row, and the columns.
pub(super) fn read(thrift: &mut Thrift<'_>) -> Result<(Vec<Node>, Vec<Column>), Flaw> {
    let mut elements = Vec::new();
    thrift.structs(|thrift| {
        if elements.len() == ELEMENTS {
            return Err(Broken::Wrong("the schema has more than 20000 fields"));
        }
        elements.push(element(thrift)?);
        Ok(())
    })?;
    let mut builder = Builder { elements: elements.into_iter(), columns: Vec::new() };
    let root = builder.elements.next().ok_or("the schema is empty")?;
    let levels = Levels { defined: 0, repeated: 0 };
    let mut fields = Vec::new();
    for _ in 0..root.children {
        fields.push(builder.node(levels, 1, false)?);
    }
    if builder.elements.next().is_some() {
        return Err(Flaw::from("the schema has fields that belong to no group"));
    }
    Ok((fields, builder.columns))
}

fn element<'a>(thrift: &mut Thrift<'a>) -> Result<Element<'a>, Broken> {
    let mut element = Element::default();
    thrift.fields(|thrift, id, kind| {
        match (id, kind) {
            (1, Kind::Int) => element.physical = Some(thrift.int()?),
            (2, Kind::Int) => element.length = thrift.int()?,
            (3, Kind::Int) => element.repetition = thrift.int()?,
            (4, Kind::Binary) => element.name = thrift.binary()?,
            (5, Kind::Int) => element.children = thrift.count()?,
            (6, Kind::Int) => element.converted = Some(thrift.int()?),
            (7, Kind::Int) => element.scale = thrift.int()?,
            (10, Kind::Struct) => element.logical = logical(thrift)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(element)
}

fn logical(thrift: &mut Thrift<'_>) -> Result<Option<Logical>, Broken> {
    let mut found = None;
    thrift.fields(|thrift, id, kind| {
        if kind != Kind::Struct {
            return Ok(false);
        }
        let mut logical = Logical { id, ..Logical::default() };
        thrift.fields(|thrift, field, kind| {
            match (id, field, kind) {
                (5, 1, Kind::Int) => logical.scale = thrift.int()?,
                (7 | 8, 1, Kind::True) => logical.is_utc = true,
                (7 | 8, 2, Kind::Struct) => thrift.fields(|_, unit, _| {
                    logical.unit = unit;
                    Ok(false)
                })?,
                (10, 2, Kind::True) => logical.is_signed = true,
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        found = Some(logical);
        Ok(true)
    })?;
    Ok(found)
}

impl Element<'_> {
    fn is_list(&self) -> bool {
        self.logical.is_some_and(|logical| logical.id == 3) || self.converted == Some(3)
    }

    fn is_map(&self) -> bool {
        self.logical.is_some_and(|logical| logical.id == 2) || matches!(self.converted, Some(1 | 2))
    }

    /// What a leaf's values mean. What does not fit its bytes is passed over, as other readers do.
    fn meaning(&self, physical: Physical) -> Result<Meaning, Flaw> {
        use Physical::{ByteArray, Fixed, Int32, Int64};
        let unit = |id: i64| match id {
            1 => Unit::Millis,
            2 => Unit::Micros,
            _ => Unit::Nanos,
        };
        let scale = |scale: i64| {
            let scale = usize::try_from(scale).ok().filter(|scale| *scale <= DECIMAL_DIGITS);
            scale.map(Meaning::Decimal).ok_or_else(|| Flaw::from("a decimal has an impossible scale"))
        };
        if let Some(logical) = self.logical {
            return Ok(match (logical.id, physical) {
                (1 | 4, ByteArray | Fixed) => Meaning::Text,
                (5, Int32 | Int64 | ByteArray | Fixed) => scale(logical.scale)?,
                (6, Int32) => Meaning::Date,
                (7, Int32 | Int64) => Meaning::Clock(unit(logical.unit)),
                (8, Int64) => Meaning::Timestamp { unit: unit(logical.unit), is_utc: logical.is_utc },
                (10, Int32 | Int64) if !logical.is_signed => Meaning::Unsigned,
                (12, ByteArray) => Meaning::Json,
                (14, Fixed) if self.length == 16 => Meaning::Uuid,
                (15, Fixed) if self.length == 2 => Meaning::Half,
                (13 | 16..=18, ByteArray) => Meaning::Binary,
                _ => Meaning::natural(physical),
            });
        }
        Ok(match (self.converted, physical) {
            (Some(0 | 4), ByteArray | Fixed) => Meaning::Text,
            (Some(5), Int32 | Int64 | ByteArray | Fixed) => scale(self.scale)?,
            (Some(6), Int32) => Meaning::Date,
            (Some(7), Int32) => Meaning::Clock(Unit::Millis),
            (Some(8), Int64) => Meaning::Clock(Unit::Micros),
            (Some(9), Int64) => Meaning::Timestamp { unit: Unit::Millis, is_utc: true },
            (Some(10), Int64) => Meaning::Timestamp { unit: Unit::Micros, is_utc: true },
            (Some(11..=14), Int32 | Int64) => Meaning::Unsigned,
            (Some(19), ByteArray) => Meaning::Json,
            (Some(20), ByteArray) => Meaning::Binary,
            (Some(21), Fixed) if self.length == 12 => Meaning::Interval,
            _ => Meaning::natural(physical),
        })
    }
}

struct Builder<'a> {
    elements: std::vec::IntoIter<Element<'a>>,
    columns: Vec<Column>,
}

impl<'a> Builder<'a> {
    /// The next field, a list of its own where it is repeated without being in one.
    fn node(&mut self, levels: Levels, depth: usize, is_key: bool) -> Result<Node, Flaw> {
        let element = self.next(depth)?;
        if element.repetition != REPEATED {
            return self.field(&element, levels, depth, is_key);
        }
        let levels = Levels { defined: levels.defined + 1, repeated: levels.repeated + 1 };
        let item = self.inner(&element, levels, depth, is_key)?;
        let (name, columns) = (Name::new(element.name), item.columns);
        Ok(Node { name, present: 0, columns, shape: Shape::List { item: Box::new(item), levels } })
    }

    fn next(&mut self, depth: usize) -> Result<Element<'a>, Flaw> {
        if depth > DEPTH_LIMIT {
            return Err(Flaw::from("the schema is nested too deeply"));
        }
        self.elements.next().ok_or_else(|| Flaw::from("the schema ends too early"))
    }

    /// A field that is not repeated.
    fn field(&mut self, element: &Element<'_>, levels: Levels, depth: usize, is_key: bool) -> Result<Node, Flaw> {
        if element.repetition == REQUIRED {
            return self.inner(element, levels, depth, is_key);
        }
        let levels = Levels { defined: levels.defined + 1, ..levels };
        Ok(Node { present: levels.defined, ..self.inner(element, levels, depth, is_key)? })
    }

    /// What a field is when it is there.
    fn inner(&mut self, element: &Element<'_>, levels: Levels, depth: usize, is_key: bool) -> Result<Node, Flaw> {
        let from = self.columns.len();
        let shape = match element.physical {
            Some(physical) if element.children == 0 => {
                self.columns.push(column(element, physical, levels, is_key)?);
                Shape::Scalar
            }
            _ if element.children == 1 && element.is_list() => self.list(element, levels, depth)?,
            _ if element.children == 1 && element.is_map() => self.map(levels, depth)?,
            _ => self.group(element.children, levels, depth)?,
        };
        let columns = (from, self.columns.len());
        if columns.0 == columns.1 {
            return Err(Flaw::from("the schema has a group without fields"));
        }
        Ok(Node { name: Name::new(element.name), present: 0, columns, shape })
    }

    fn group(&mut self, children: u64, levels: Levels, depth: usize) -> Result<Shape, Flaw> {
        let mut fields = Vec::new();
        for _ in 0..children {
            fields.push(self.node(levels, depth + 1, false)?);
        }
        Ok(Shape::Struct(fields))
    }

    /// A group that is marked as a list. Its one child is repeated, and either is the item or holds it.
    fn list(&mut self, list: &Element<'_>, levels: Levels, depth: usize) -> Result<Shape, Flaw> {
        let next = self.elements.as_slice();
        let is_odd = next.first().is_none_or(|child| child.repetition != REPEATED);
        if is_odd {
            return self.group(1, levels, depth);
        }
        let repeated = self.next(depth + 1)?;
        let levels = Levels { defined: levels.defined + 1, repeated: levels.repeated + 1 };
        let is_tuple = repeated.name.strip_suffix(b"_tuple").is_some_and(|name| name == list.name);
        let holds_repeated = self.elements.as_slice().first().is_some_and(|item| item.repetition == REPEATED);
        let is_item = repeated.children != 1 || repeated.name == b"array" || is_tuple || holds_repeated;
        let item = if is_item {
            self.inner(&repeated, levels, depth + 1, false)?
        } else {
            self.node(levels, depth + 2, false)?
        };
        Ok(Shape::List { item: Box::new(item), levels })
    }

    /// A group that is marked as a map. Its one child is repeated, and holds a key and most often a value.
    fn map(&mut self, levels: Levels, depth: usize) -> Result<Shape, Flaw> {
        let is_entry = |entry: &Element<'_>| entry.repetition == REPEATED && matches!(entry.children, 1 | 2);
        let [entry, key, ..] = self.elements.as_slice() else {
            return Err(Flaw::from("the schema ends too early"));
        };
        // A key that is no scalar makes no JSON object.
        if !is_entry(entry) || key.children > 0 || key.repetition == REPEATED {
            return self.group(1, levels, depth);
        }
        let entry = self.next(depth + 1)?;
        let levels = Levels { defined: levels.defined + 1, repeated: levels.repeated + 1 };
        let key = Box::new(self.node(levels, depth + 2, true)?);
        let value = if entry.children == 2 { Some(Box::new(self.node(levels, depth + 2, false)?)) } else { None };
        Ok(Shape::Map { key, value, levels })
    }
}

fn column(element: &Element<'_>, physical: i64, levels: Levels, is_key: bool) -> Result<Column, Flaw> {
    let physical = Physical::of(physical).ok_or("the schema has a type that is not known")?;
    let length = match physical {
        Physical::Fixed => usize::try_from(element.length).map_err(|_| "a field has a negative length")?,
        other => other.width(),
    };
    if physical == Physical::Fixed && length == 0 {
        return Err(Flaw::from("a field has values of no bytes"));
    }
    Ok(Column {
        name: String::from_utf8_lossy(element.name).chars().take(64).flat_map(char::escape_debug).collect(),
        physical,
        length,
        meaning: element.meaning(physical)?,
        is_key,
        defined: levels.defined,
        repeated: levels.repeated,
    })
}
