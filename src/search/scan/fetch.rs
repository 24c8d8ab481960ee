//! Bytes of large objects, as they are parsed.

use std::io::{self, Read};

use bytes::{Buf as _, Bytes};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::aws::{Aws, Body};
use crate::domain::Object;

/// An object in S3 as a stream, for a thread that is none of the runtime's.
pub(super) struct Remote {
    aws: Aws,
    object: Object,
    runtime: Handle,
    cancelled: CancellationToken,
    body: Option<Body>,
    chunk: Bytes,
}

impl Remote {
    pub(super) fn new(aws: Aws, object: Object, runtime: Handle, cancelled: CancellationToken) -> Self {
        Self { aws, object, runtime, cancelled, body: None, chunk: Bytes::new() }
    }
}

impl Read for Remote {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            let (aws, object, body) = (&self.aws, &self.object, &mut self.body);
            let next = async {
                let body = match body {
                    Some(body) => body,
                    None => body.insert(aws.get(&object.id, None, Some(&object.etag)).await?),
                };
                body.next().await
            };
            let next = self.runtime.block_on(async {
                tokio::select! {
                    next = next => next.map_err(|error| io::Error::other(error.cause)),
                    () = self.cancelled.cancelled() => Err(io::Error::other("the scan was stopped")),
                }
            });
            match next? {
                Some(chunk) => self.chunk = chunk,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.chunk.len());
        self.chunk.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}

/// Bytes that end where the scan does.
pub(super) struct Stoppable<R> {
    pub(super) inner: R,
    pub(super) cancelled: CancellationToken,
}

impl<R: Read> Read for Stoppable<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.cancelled.is_cancelled() {
            return Err(io::Error::other("the scan was stopped"));
        }
        self.inner.read(buffer)
    }
}
