//! One record in full, as a tree that can be folded and walked.

use super::ObjectId;

/// One record in full.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// The object that holds it.
    pub object: ObjectId,
    /// Its number in the object, from 0.
    pub number: u64,
    /// Its fields, named and typed as in the log; `None` where it could not be parsed.
    pub fields: Option<Node>,
    /// The same as the Elastic Common Schema names it.
    pub ecs: Option<Node>,
}

/// A value of a record. Numbers keep the text of the log; objects keep the order of their keys, and every duplicate.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it is spelled.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Fields.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The text of a scalar, as it would be searched for; nothing for null, lists and maps.
    pub fn scalar(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(text),
            Self::Bool(true) => Some("true"),
            Self::Bool(false) => Some("false"),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// How many values lie directly below.
    pub fn len(&self) -> usize {
        match self {
            Self::List(items) => items.len(),
            Self::Map(fields) => fields.len(),
            _ => 0,
        }
    }

    /// Whether nothing lies below.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
