//! Hashes texts ahead, in a thread of its own, while those before are read. They come out in the order in which
//! they were given.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::{mem, thread, vec};

use super::ready::Given;
use crate::index::digest;
use crate::{Error, Unread};

/// So many bytes of texts go to a thread together.
const BATCH: usize = 64 * 1024;

/// An error counts for so many bytes, or very many would wait.
const ERROR: usize = 512;

/// So many batches are at the thread, or come back.
const WAITING: usize = 4;

/// What an error says was to be hashed.
const TEXTS: &str = "texts";

/// A text, and its digest.
pub(super) type Hashed = (Given, [u8; 32]);

/// Texts, or what is told in their place.
type Batch<T> = Vec<Result<T, Unread>>;

/// A thread that hashes batches of texts.
struct Hasher {
    to: SyncSender<Batch<Given>>,
    from: Receiver<Batch<Hashed>>,
}

/// Texts on their way.
#[derive(Default)]
pub(super) struct Ahead {
    waiting: Batch<Given>,
    /// Of the texts that wait.
    bytes: usize,
    hasher: Option<Hasher>,
    /// How many batches are at the thread.
    sent: usize,
    done: vec::IntoIter<Result<Hashed, Unread>>,
}

impl Ahead {
    /// Takes a text, or what is to be told in its place.
    pub(super) fn give(&mut self, given: Result<Given, Unread>) -> crate::Result<()> {
        self.bytes += given.as_ref().map_or(ERROR, |given| given.text.len());
        self.waiting.push(given);
        if self.bytes < BATCH {
            return Ok(());
        }
        let beside = match self.hasher.take() {
            Some(hasher) => hasher,
            None => beside()?,
        };
        let sent = beside.to.send(mem::take(&mut self.waiting));
        self.hasher = Some(beside);
        sent.map_err(|_| stopped())?;
        (self.bytes, self.sent) = (0, self.sent + 1);
        Ok(())
    }

    /// What comes out next, where more texts should not be given before.
    pub(super) fn next(&mut self) -> crate::Result<Option<Result<Hashed, Unread>>> {
        if self.done.len() == 0 && self.sent == WAITING {
            self.receive()?;
        }
        Ok(self.done.next())
    }

    /// What comes out next, also of what waits to be handed on: nothing more is given.
    pub(super) fn last(&mut self) -> crate::Result<Option<Result<Hashed, Unread>>> {
        if self.done.len() == 0 && self.sent > 0 {
            self.receive()?;
        } else if self.done.len() == 0 {
            self.bytes = 0;
            self.done = hashed(mem::take(&mut self.waiting)).into_iter();
        }
        Ok(self.done.next())
    }

    fn receive(&mut self) -> crate::Result<()> {
        let Some(hasher) = &self.hasher else { return Ok(()) };
        self.done = hasher.from.recv().map_err(|_| stopped())?.into_iter();
        self.sent -= 1;
        Ok(())
    }
}

fn hashed(batch: Batch<Given>) -> Batch<Hashed> {
    let hashed = |given: Given| {
        let digest = digest(&given.text);
        (given, digest)
    };
    batch.into_iter().map(|given| given.map(hashed)).collect()
}

fn beside() -> crate::Result<Hasher> {
    let (to, batches) = sync_channel(WAITING);
    let (back, from) = sync_channel(WAITING);
    // It ends when nobody gives, or nobody takes, anything any more.
    let hash = move || batches.iter().try_for_each(|batch| back.send(hashed(batch)));
    thread::Builder::new().spawn(hash).map_err(Error::no_thread("hashing texts"))?;
    Ok(Hasher { to, from })
}

fn stopped() -> Error {
    Error::stopped("hash", Path::new(TEXTS))
}
