//! Hashes texts on a separate thread while earlier texts are parsed. Output order is input order.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::{mem, thread, vec};

use super::document::SourceText;
use crate::model::text_digest;
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
    sender: SyncSender<Batch<SourceText>>,
    receiver: Receiver<Batch<HashedText>>,
}

/// Texts that are waiting for the thread, being hashed, or ready.
#[derive(Default)]
pub(super) struct HashStage {
    waiting: Batch<SourceText>,
    /// Size of the waiting texts, in bytes.
    waiting_bytes: usize,
    worker: Option<HashWorker>,
    /// Number of batches sent and not yet received back.
    in_flight: usize,
    hashed: vec::IntoIter<Result<HashedText, ParseError>>,
}

impl HashStage {
    /// Adds a text, or the error that occurred in its place.
    pub(super) fn push(
        &mut self,
        source_text: Result<SourceText, ParseError>,
    ) -> crate::Result<()> {
        self.waiting_bytes +=
            source_text.as_ref().map_or(ERROR_BYTES, |source_text| source_text.text.len());
        self.waiting.push(source_text);
        if self.waiting_bytes < BATCH_BYTES {
            return Ok(());
        }
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None => spawn_worker()?,
        };
        let sent = worker.sender.send(mem::take(&mut self.waiting));
        self.worker = Some(worker);
        sent.map_err(|_| worker_stopped())?;
        (self.waiting_bytes, self.in_flight) = (0, self.in_flight + 1);
        Ok(())
    }

    /// Returns the next result, or `None` while the stage can accept more texts.
    pub(super) fn next(&mut self) -> crate::Result<Option<Result<HashedText, ParseError>>> {
        if self.hashed.len() == 0 && self.in_flight == MAX_BATCHES {
            self.receive()?;
        }
        Ok(self.hashed.next())
    }

    /// Returns the next result after the last text was added, or `None` when nothing is left.
    pub(super) fn next_remaining(
        &mut self,
    ) -> crate::Result<Option<Result<HashedText, ParseError>>> {
        if self.hashed.len() == 0 && self.in_flight > 0 {
            self.receive()?;
        } else if self.hashed.len() == 0 {
            self.waiting_bytes = 0;
            self.hashed = hash_batch(mem::take(&mut self.waiting)).into_iter();
        }
        Ok(self.hashed.next())
    }

    fn receive(&mut self) -> crate::Result<()> {
        let Some(worker) = &self.worker else { return Ok(()) };
        self.hashed = worker.receiver.recv().map_err(|_| worker_stopped())?.into_iter();
        self.in_flight -= 1;
        Ok(())
    }
}

fn hash_batch(batch: Batch<SourceText>) -> Batch<HashedText> {
    let hashed = |source_text: SourceText| {
        let digest = text_digest(&source_text.text);
        (source_text, digest)
    };
    batch.into_iter().map(|source_text| source_text.map(hashed)).collect()
}

fn spawn_worker() -> crate::Result<HashWorker> {
    let (sender, batches) = sync_channel(MAX_BATCHES);
    let (results, receiver) = sync_channel(MAX_BATCHES);
    // The thread ends when either channel is closed.
    let hash = move || batches.iter().try_for_each(|batch| results.send(hash_batch(batch)));
    thread::Builder::new().spawn(hash).map_err(Error::spawn_failed("hashing texts"))?;
    Ok(HashWorker { sender, receiver })
}

fn worker_stopped() -> Error {
    Error::worker_exited("hash", Path::new(INPUT_NAME))
}
