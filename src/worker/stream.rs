//! Hands an object's bytes, as they arrive, to work that blocks: the parser reads as from a file.

use std::io::{self, Read};

use bytes::{Buf, Bytes};
use tokio::sync::mpsc;

use crate::aws::{AwsError, Body};

/// Chunks that wait for the work at most.
const CHUNKS: usize = 4;

/// Why nothing came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// The bytes did not all arrive.
    Transfer(AwsError),
    /// The work panicked.
    Work,
}

/// Runs `work` over a body's bytes on a thread that may block, holding a few chunks at most. Work that has seen
/// enough may end early. What it made of a body that broke off is dropped.
pub async fn read<T, F>(mut body: Body, work: F) -> Result<T, Broken>
where
    T: Send + 'static,
    F: FnOnce(Chunks) -> T + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(CHUNKS);
    let task = tokio::task::spawn_blocking(move || work(Chunks::new(receiver)));
    let mut broken = None;
    loop {
        match body.next().await {
            Ok(Some(chunk)) => {
                if sender.send(Ok(chunk)).await.is_err() {
                    break;
                }
            }
            Ok(None) => break,
            Err(error) => {
                let _ = sender.send(Err(io::Error::other(error.to_string()))).await;
                broken = Some(error);
                break;
            }
        }
    }
    drop(sender);
    let done = task.await;
    match broken {
        Some(error) => Err(Broken::Transfer(error)),
        None => done.map_err(|_| Broken::Work),
    }
}

/// Bytes that arrive on a channel, as a [`Read`] for a thread that may block. They end with the channel.
#[derive(Debug)]
pub struct Chunks {
    receiver: mpsc::Receiver<io::Result<Bytes>>,
    chunk: Bytes,
}

impl Chunks {
    /// Reads what arrives on `receiver`.
    pub fn new(receiver: mpsc::Receiver<io::Result<Bytes>>) -> Self {
        Self { receiver, chunk: Bytes::new() }
    }
}

impl Read for Chunks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.receiver.blocking_recv() {
                Some(chunk) => self.chunk = chunk?,
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.chunk.len());
        self.chunk.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}
