//! Hashes texts on a separate thread while earlier texts are parsed. Output order is input order.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::{mem, thread, vec};

use super::parsed::SourceText;
use crate::index::digest;
use crate::{Error, ParseError};

/// Size of a batch of texts sent to the thread, in bytes.
const BATCH_BYTES: usize = 64 * 1024;

/// Size that an error counts for, in bytes. It limits the number of errors in a batch.
const ERROR_BYTES: usize = 512;

/// Maximum number of batches sent to the thread and not yet received back.
const MAX_BATCHES: usize = 4;

/// Name of the input in error messages.
const INPUT_NAME: &str = "texts";

/// A text and its digest.
pub(super) type HashedText = (SourceText, [u8; 32]);

/// Texts, or the errors that occurred in their place.
type Batch<T> = Vec<Result<T, ParseError>>;

/// A thread that hashes batches of texts.
struct HashWorker {
    to: SyncSender<Batch<SourceText>>,
    from: Receiver<Batch<HashedText>>,
}

/// Texts that are waiting for the thread, being hashed, or ready.
#[derive(Default)]
pub(super) struct HashStage {
    waiting: Batch<SourceText>,
    /// Size of the waiting texts, in bytes.
    bytes: usize,
    hasher: Option<HashWorker>,
    /// Number of batches sent and not yet received back.
    sent: usize,
    done: vec::IntoIter<Result<HashedText, ParseError>>,
}

impl HashStage {
    /// Adds a text, or the error that occurred in its place.
    pub(super) fn give(&mut self, given: Result<SourceText, ParseError>) -> crate::Result<()> {
        self.bytes += given.as_ref().map_or(ERROR_BYTES, |given| given.text.len());
        self.waiting.push(given);
        if self.bytes < BATCH_BYTES {
            return Ok(());
        }
        let beside = match self.hasher.take() {
            Some(hasher) => hasher,
            None => spawn_worker()?,
        };
        let sent = beside.to.send(mem::take(&mut self.waiting));
        self.hasher = Some(beside);
        sent.map_err(|_| worker_stopped())?;
        (self.bytes, self.sent) = (0, self.sent + 1);
        Ok(())
    }

    /// Returns the next result, or `None` while the stage can accept more texts.
    pub(super) fn next(&mut self) -> crate::Result<Option<Result<HashedText, ParseError>>> {
        if self.done.len() == 0 && self.sent == MAX_BATCHES {
            self.receive()?;
        }
        Ok(self.done.next())
    }

    /// Returns the next result after the last text was added, or `None` when nothing is left.
    pub(super) fn last(&mut self) -> crate::Result<Option<Result<HashedText, ParseError>>> {
        if self.done.len() == 0 && self.sent > 0 {
            self.receive()?;
        } else if self.done.len() == 0 {
            self.bytes = 0;
            self.done = hash_batch(mem::take(&mut self.waiting)).into_iter();
        }
        Ok(self.done.next())
    }

    fn receive(&mut self) -> crate::Result<()> {
        let Some(hasher) = &self.hasher else { return Ok(()) };
        self.done = hasher.from.recv().map_err(|_| worker_stopped())?.into_iter();
        self.sent -= 1;
        Ok(())
    }
}

fn hash_batch(batch: Batch<SourceText>) -> Batch<HashedText> {
    let hashed = |given: SourceText| {
        let digest = digest(&given.text);
        (given, digest)
    };
    batch.into_iter().map(|given| given.map(hashed)).collect()
}

fn spawn_worker() -> crate::Result<HashWorker> {
    let (to, batches) = sync_channel(MAX_BATCHES);
    let (back, from) = sync_channel(MAX_BATCHES);
    // The thread ends when either channel is closed.
    let hash = move || batches.iter().try_for_each(|batch| back.send(hash_batch(batch)));
    thread::Builder::new().spawn(hash).map_err(Error::no_thread("hashing texts"))?;
    Ok(HashWorker { to, from })
}

fn worker_stopped() -> Error {
    Error::stopped("hash", Path::new(INPUT_NAME))
}
