//! The columns of the search index: one list that schema, writer and DDL follow.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// A column of the table `records` or `terms`.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name, in lower case as Athena has it.
    pub name: &'static str,
    /// Where its values come from.
    pub from: Origin,
    /// Whether every row has one.
    pub is_required: bool,
}

/// Where a column's values come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The event time; in milliseconds, UTC.
    Time,
    /// The object's S3 URI.
    Object,
    /// The object's version id.
    Version,
    /// The record's line, from 1.
    Line,
    /// Where the record begins in the inflated object.
    SpanStart,
    /// Where it ends.
    SpanEnd,
    /// One line that tells the record.
    Message,
    /// The fields as in the log, JSON.
    Fields,
    /// The scalar at this ECS path.
    Ecs(&'static str),
    /// A searchable term.
    Term,
    /// The dotted path of the field that holds the term.
    TermField,
    /// The source's name.
    Source,
}

const fn required(name: &'static str, from: Origin) -> Column {
    Column { name, from, is_required: true }
}

const fn optional(name: &'static str, from: Origin) -> Column {
    Column { name, from, is_required: false }
}

const fn ecs(name: &'static str, path: &'static str) -> Column {
    optional(name, Origin::Ecs(path))
}

/// The table `records`, partitioned by source and hour: one row a record.
pub const RECORDS: &[Column] = &[
    optional("ts", Origin::Time),
    required("object", Origin::Object),
    optional("version", Origin::Version),
    required("line", Origin::Line),
    required("span_start", Origin::SpanStart),
    required("span_end", Origin::SpanEnd),
    required("message", Origin::Message),
    ecs("event_action", "event.action"),
    ecs("event_outcome", "event.outcome"),
    ecs("event_provider", "event.provider"),
    ecs("event_dataset", "event.dataset"),
    ecs("user_name", "user.name"),
    ecs("user_id", "user.id"),
    ecs("access_key_id", "aws.cloudtrail.user_identity.access_key_id"),
    ecs("source_ip", "source.ip"),
    ecs("source_address", "source.address"),
    ecs("source_port", "source.port"),
    ecs("destination_ip", "destination.ip"),
    ecs("destination_address", "destination.address"),
    ecs("destination_domain", "destination.domain"),
    ecs("destination_port", "destination.port"),
    ecs("network_bytes", "network.bytes"),
    ecs("cloud_account_id", "cloud.account.id"),
    ecs("cloud_region", "cloud.region"),
    ecs("host_name", "host.name"),
    ecs("host_hostname", "host.hostname"),
    ecs("process_name", "process.name"),
    ecs("http_method", "http.request.method"),
    ecs("http_status", "http.response.status_code"),
    ecs("url_domain", "url.domain"),
    ecs("url_path", "url.path"),
    ecs("user_agent", "user_agent.original"),
    ecs("error_code", "error.code"),
    ecs("cloudtrail_error_code", "aws.cloudtrail.error_code"),
    required("fields", Origin::Fields),
];

/// The table `terms`, partitioned by hour and sorted by term: one row for each term of each field of each record.
pub const TERMS: &[Column] = &[
    required("term", Origin::Term),
    required("field", Origin::TermField),
    required("source", Origin::Source),
    optional("ts", Origin::Time),
    required("object", Origin::Object),
    required("line", Origin::Line),
    // Tells records apart that share a line: CloudTrail writes all of an object's on one.
    required("span_start", Origin::SpanStart),
];

impl Column {
    fn data_type(&self) -> DataType {
        match self.from {
            // Without a zone, as Hive's and Athena's TIMESTAMP has none.
            Origin::Time => DataType::Timestamp(TimeUnit::Millisecond, None),
            Origin::Line | Origin::SpanStart | Origin::SpanEnd => DataType::Int64,
            _ => DataType::Utf8,
        }
    }

    /// The type's name in Hive's DDL.
    pub fn hive_type(&self) -> &'static str {
        match self.data_type() {
            DataType::Timestamp(..) => "timestamp",
            DataType::Int64 => "bigint",
            _ => "string",
        }
    }
}

/// The columns as an Arrow schema.
pub fn schema(columns: &[Column]) -> SchemaRef {
    let field = |column: &Column| Field::new(column.name, column.data_type(), !column.is_required);
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}
