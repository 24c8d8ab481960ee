//! The schema of an Avro object.
//!
//! Source: Apache Avro, "Specification", "Schema Declaration", "Logical Types".

use std::collections::HashMap;

use super::super::flaw::Flaw;
use super::super::number::DECIMAL_DIGITS;
use super::super::text::Name;
use super::super::time::Unit;
use crate::json;
use crate::value::Value;

/// Bytes of a name with its namespace.
const NAME_LIMIT: usize = 512;

/// Types of a schema. They refer to each other by number, so that a type may hold itself.
#[derive(Debug, Default)]
pub(super) struct Schema {
    types: Vec<Type>,
    root: usize,
    /// Whether every row is a JSON object by itself.
    pub is_object: bool,
}

#[derive(Debug)]
pub(super) enum Type {
    Null,
    Boolean,
    /// Integers of 32 and 64 bits, which are stored alike.
    Long(Meaning),
    Float,
    Double,
    Bytes(Meaning),
    String,
    Fixed(u64, Meaning),
    /// The symbols, as JSON.
    Enum(Vec<Vec<u8>>),
    Array(usize),
    Map(usize),
    Union(Vec<usize>),
    /// The fields: their names and types.
    Record(Vec<(Name, usize)>),
}

/// What a value means beyond its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Plain,
    Date,
    Clock(Unit),
    Timestamp {
        unit: Unit,
        is_utc: bool,
    },
    /// With so many digits after the point.
    Decimal(usize),
    Uuid,
    Duration,
}

impl Schema {
    /// Reads a schema in JSON of at most `depth` levels.
    pub(super) fn read(bytes: &[u8], depth: usize) -> Result<Self, Flaw> {
        if bytes.is_empty() {
            return Err(Flaw::from("the header has no schema"));
        }
        let parsed = json::parse_whole(bytes, depth).map_err(|error| format!("the schema: {error}"))?;
        let mut builder = Builder::default();
        let root = builder.add(&parsed.value, "")?;
        let mut schema = Schema { types: builder.types, root, is_object: false };
        schema.is_object = match schema.get(root) {
            Some(Type::Union(branches)) => branches.iter().all(|branch| schema.is_object(*branch)),
            _ => schema.is_object(root),
        };
        Ok(schema)
    }

    /// The number of the type of rows.
    pub(super) fn root(&self) -> usize {
        self.root
    }

    pub(super) fn get(&self, number: usize) -> Option<&Type> {
        self.types.get(number)
    }

    fn is_object(&self, number: usize) -> bool {
        matches!(self.get(number), Some(Type::Record(_) | Type::Map(_)))
    }
}

#[derive(Default)]
struct Builder {
    types: Vec<Type>,
    /// Types that have a name, by that name with its namespace.
    named: HashMap<String, usize>,
}

impl Builder {
    fn push(&mut self, kind: Type) -> usize {
        self.types.push(kind);
        self.types.len() - 1
    }

    /// Adds the type that `schema` describes; names in it without a namespace are of `space`.
    fn add(&mut self, schema: &Value<'_>, space: &str) -> Result<usize, Flaw> {
        match schema {
            Value::String(name) => self.named_or_primitive(name, space),
            Value::Array(branches) => {
                let branches: Result<_, Flaw> = branches.iter().map(|branch| self.add(branch, space)).collect();
                let branches = branches?;
                Ok(self.push(Type::Union(branches)))
            }
            Value::Object(_) => self.complex(schema, space),
            _ => Err(Flaw::from("the schema has a type that is no name, list or object")),
        }
    }

    fn named_or_primitive(&mut self, name: &str, space: &str) -> Result<usize, Flaw> {
        if let Some(kind) = primitive(name, Meaning::Plain) {
            return Ok(self.push(kind));
        }
        let found = self.named.get(&full_name(name, space)).or_else(|| self.named.get(name));
        found.copied().ok_or_else(|| Flaw::from("the schema names a type that it does not describe"))
    }

    fn complex(&mut self, schema: &Value<'_>, space: &str) -> Result<usize, Flaw> {
        let kind = match schema.get("type") {
            Some(Value::String(kind)) => &**kind,
            // A type within a type, as some writers nest them.
            Some(inner) => return self.add(inner, space),
            None => return Err(Flaw::from("the schema has a type without a name")),
        };
        match kind {
            "array" | "map" => {
                let inner = schema.get(if kind == "array" { "items" } else { "values" });
                let inner = self.add(inner.ok_or("the schema has a list or map of nothing")?, space)?;
                Ok(self.push(if kind == "array" { Type::Array(inner) } else { Type::Map(inner) }))
            }
            "record" | "error" => self.record(schema, space),
            "enum" => {
                let symbols = schema.get("symbols").and_then(Value::as_array);
                let symbols = symbols.ok_or("the schema has an enum without symbols")?;
                let symbols = symbols.iter().map(|symbol| symbol.to_json().into_bytes()).collect();
                Ok(self.define(schema, space, Type::Enum(symbols))?.0)
            }
            "fixed" => {
                let size = schema.get("size").and_then(Value::as_u64);
                let size = size.ok_or("the schema has a fixed type without a size")?;
                let kind = Type::Fixed(size, meaning(schema, "fixed")?);
                Ok(self.define(schema, space, kind)?.0)
            }
            name => match primitive(name, meaning(schema, name)?) {
                Some(kind) => Ok(self.push(kind)),
                None => self.named_or_primitive(name, space),
            },
        }
    }

    fn record(&mut self, schema: &Value<'_>, space: &str) -> Result<usize, Flaw> {
        // It is known by its name before its fields are, which may be of its own type.
        let (number, space) = self.define(schema, space, Type::Record(Vec::new()))?;
        let described = schema.get("fields").and_then(Value::as_array);
        let mut fields = Vec::new();
        for field in described.ok_or("the schema has a record without fields")? {
            let name = field.get("name").and_then(Value::as_str).ok_or("the schema has a field without a name")?;
            let kind = field.get("type").ok_or("the schema has a field without a type")?;
            let kind = match (kind, field.get("logicalType")) {
                // The logical type beside the type instead of in it: seen in the wild, and meant so.
                (Value::String(_), Some(_)) => self.complex(field, &space)?,
                _ => self.add(kind, &space)?,
            };
            fields.push((Name::new(name.as_bytes()), kind));
        }
        self.types[number] = Type::Record(fields);
        Ok(number)
    }

    /// Adds a type with a name; answers the namespace of what is in it too.
    fn define(&mut self, schema: &Value<'_>, space: &str, kind: Type) -> Result<(usize, String), Flaw> {
        let name = schema.get("name").and_then(Value::as_str).ok_or("the schema has a type without a name")?;
        let space = schema.get("namespace").and_then(Value::as_str).unwrap_or(space);
        // Each name in a namespace is held with all of it.
        if name.len() + space.len() > NAME_LIMIT {
            return Err(Flaw::from("the schema has a name that is too long"));
        }
        let name = full_name(name, space);
        let space = name.rsplit_once('.').map_or("", |(space, _)| space).to_owned();
        let number = self.push(kind);
        if self.named.insert(name, number).is_some() {
            return Err(Flaw::from("the schema describes a type twice"));
        }
        Ok((number, space))
    }
}

fn full_name(name: &str, space: &str) -> String {
    if name.contains('.') || space.is_empty() { name.to_owned() } else { format!("{space}.{name}") }
}

fn primitive(name: &str, meaning: Meaning) -> Option<Type> {
    Some(match name {
        "null" => Type::Null,
        "boolean" => Type::Boolean,
        "int" | "long" => Type::Long(meaning),
        "float" => Type::Float,
        "double" => Type::Double,
        "bytes" => Type::Bytes(meaning),
        "string" => Type::String,
        _ => return None,
    })
}

/// The logical type of `kind`. One that is not known, or does not fit, is passed over, as the specification wants it.
fn meaning(schema: &Value<'_>, kind: &str) -> Result<Meaning, Flaw> {
    let stamp = |unit, is_utc| Meaning::Timestamp { unit, is_utc };
    let logical = schema.get("logicalType").and_then(Value::as_str).unwrap_or_default();
    Ok(match (logical, kind) {
        ("date", "int") => Meaning::Date,
        ("time-millis", "int") => Meaning::Clock(Unit::Millis),
        ("time-micros", "long") => Meaning::Clock(Unit::Micros),
        ("timestamp-millis", "long") => stamp(Unit::Millis, true),
        ("timestamp-micros", "long") => stamp(Unit::Micros, true),
        ("timestamp-nanos", "long") => stamp(Unit::Nanos, true),
        ("local-timestamp-millis", "long") => stamp(Unit::Millis, false),
        ("local-timestamp-micros", "long") => stamp(Unit::Micros, false),
        ("local-timestamp-nanos", "long") => stamp(Unit::Nanos, false),
        ("decimal", "bytes" | "fixed") => {
            let scale = schema.get("scale").map_or(Some(0), Value::as_u64);
            let scale = scale.filter(|scale| *scale <= DECIMAL_DIGITS as u64);
            Meaning::Decimal(scale.ok_or("a decimal has an impossible scale")? as usize)
        }
        ("uuid", "fixed") => Meaning::Uuid,
        ("duration", "fixed") => Meaning::Duration,
        _ => Meaning::Plain,
    })
}
