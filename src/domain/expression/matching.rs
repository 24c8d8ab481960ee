//! Whether a record is what is searched for.

use std::net::IpAddr;

use scops_parser::{Event, Value};

use super::{Expression, Is, Test};

/// A record, made ready to be tested.
#[derive(Debug)]
pub struct Subject<'s> {
    source: &'s str,
    /// Paths and terms of the fields as the log has them.
    terms: Vec<(String, String)>,
    /// The fields themselves, and those of what carried them.
    fields: Vec<&'s Value<'s>>,
    /// Made when a test first needs it.
    ecs: Value<'s>,
}

impl<'s> Subject<'s> {
    /// A record of a source.
    pub fn new(source: &'s str, event: &'s Event<'_>) -> Self {
        let mut terms = Vec::new();
        event.terms(&mut |path, term| terms.push((path.to_owned(), term.to_owned())));
        let carrier = event.carrier.as_ref().map(|carrier| &carrier.fields);
        let fields = std::iter::once(&event.fields).chain(carrier).collect();
        Self { source, terms, fields, ecs: event.ecs() }
    }

    /// Whether an expression holds of it.
    pub fn satisfies(&self, expression: &Expression) -> bool {
        expression.holds(self.source, &mut |test| self.passes(test))
    }

    /// The fields whose terms are what a test wants, as the log names them; as ECS does where only that one knows it.
    pub fn fields_of(&self, test: &Test) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut add = |path: &str| {
            if !found.iter().any(|known| known == path) {
                found.push(path.to_owned());
            }
        };
        if let Is::Holding(text) = &test.is {
            self.scalars(test, &mut |path, scalar| {
                if scalar.contains(text.as_str()) {
                    add(path);
                }
            });
            return found;
        }
        for (path, term) in &self.terms {
            if test.field.as_ref().is_none_or(|field| field == path) && test.is.holds(term) {
                add(path);
            }
        }
        if let Some(field) = &test.field {
            self.ecs.scalars(&mut |path, value| {
                if path == field && value.scalar().is_some_and(|scalar| test.is.holds(scalar)) {
                    add(path);
                }
            });
        }
        found
    }

    fn passes(&self, test: &Test) -> bool {
        !self.fields_of(test).is_empty()
    }

    fn scalars(&self, test: &Test, each: &mut dyn FnMut(&str, &str)) {
        for fields in &self.fields {
            fields.scalars(&mut |path, value| {
                if let Some(scalar) = value.scalar()
                    && test.field.as_ref().is_none_or(|field| field == path)
                {
                    each(path, scalar);
                }
            });
        }
    }
}

impl Is {
    /// Whether a term is such.
    pub fn holds(&self, term: &str) -> bool {
        match self {
            Self::Term(wanted) => term == wanted,
            Self::Holding(text) => term.contains(text.as_str()),
            Self::Like(pattern) => pattern.matches(term),
            Self::Matching(expressed) => expressed.matches(term),
            Self::Within(network) => {
                term.parse::<IpAddr>().is_ok_and(|address| network.contains(&address.to_canonical()))
            }
            Self::Number(bound) => bound.holds(term),
            Self::Present => !term.is_empty(),
        }
    }
}
