//! What commands read: files, objects, standard input; and the formats to read them as.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use scops_parser::{Format, Formats};

use super::Context;
use super::exit::UsageError;
use crate::domain::ObjectId;

/// The format of that name.
pub fn format(formats: &Formats, name: &str) -> Result<Arc<dyn Format>, UsageError> {
    formats.get(name).ok_or_else(|| {
        let hint = crate::mistake::nearest(name, formats.names()).map_or_else(
            || format!("formats: {}", formats.names().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean \"{near}\"?"),
        );
        UsageError { what: format!("unknown format \"{name}\""), hint: Some(hint) }
    })
}

/// A file, an `s3://` URI, or `-` for standard input, as a stream of bytes.
pub fn open(context: &Context, input: &str) -> anyhow::Result<Box<dyn Read>> {
    if input == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    if input.starts_with("s3://") {
        let object: ObjectId = input.parse()?;
        return Ok(Box::new(remote::Object::open(context, &object)?));
    }
    if Path::new(input).is_dir() {
        let hint = Some(format!("browse it with `scops open {input}`, or name a file in it"));
        return Err(UsageError { what: format!("{input} is a folder"), hint }.into());
    }
    let file = File::open(Path::new(input)).with_context(|| format!("cannot read {input}"))?;
    Ok(Box::new(file))
}

/// Objects in S3 as a plain stream of bytes.
mod remote {
    use std::io::{self, Read};

    use super::super::{Context, connect, runtime};
    use super::ObjectId;
    use crate::aws::Body;

    pub struct Object {
        runtime: tokio::runtime::Runtime,
        body: Body,
        chunk: bytes::Bytes,
    }

    impl Object {
        pub fn open(context: &Context, object: &ObjectId) -> anyhow::Result<Self> {
            let settings = context.settings()?;
            let runtime = runtime()?;
            let aws = connect(&settings);
            let body = runtime.block_on(aws.get(object, None, None))?;
            Ok(Self { runtime, body, chunk: bytes::Bytes::new() })
        }
    }

    impl Read for Object {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            while self.chunk.is_empty() {
                match self.runtime.block_on(self.body.next()).map_err(io::Error::other)? {
                    Some(chunk) => self.chunk = chunk,
                    None => return Ok(0),
                }
            }
            let length = buffer.len().min(self.chunk.len());
            buffer[..length].copy_from_slice(&self.chunk.split_to(length));
            Ok(length)
        }
    }
}
