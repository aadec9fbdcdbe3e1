//! The data that every other peer stores of a text. All peers use the parser of hustings, so that
//! parsing is the same work.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use hustings::formats;
use hustings::formats::Format;
use hustings::model::{Election, fold, slug};
use serde::Deserialize;

use super::entry::Entry;
use super::{Res, Texts, compact};

/// Digest of a text, by which it is recognised.
pub(super) type Digest = [u8; 16];

pub(super) struct Parsed {
    pub(super) source: String,
    pub(super) text: String,
    pub(super) digest: Digest,
    /// The entry, without versions.
    pub(super) entry: Entry,
    /// The typed record without prose, as JSON without absent values.
    pub(super) record: String,
}

pub(super) fn digest(text: &str) -> Digest {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] =
        *blake3::hash(text.as_bytes()).as_bytes();
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
}

impl Parsed {
    pub(super) fn of(source: String, text: String, digest: Digest) -> Res<Self> {
        let election = formats::parse_without_prose(Format::Article, &text)
            .map_err(|unread| unread.to_string())?;
        let titled = |link: &Option<hustings::model::Link>| {
            link.as_ref().and_then(|link| link.title.as_deref()).map(fold)
        };
        let record = compact::to_json(&election)?;
        let entry = Entry {
            folded: fold(&election.title),
            country: slug(election.country.as_deref().unwrap_or_default()),
            shown: election.country.clone(),
            year: election.year,
            kind: election.kind.as_ref().map_or(String::new(), |kind| slug(kind.as_str())),
            date: election.start().map(|date| date.to_string()),
            previous: titled(&election.previous),
            next: titled(&election.next),
            title: election.title,
            imports: Vec::new(),
        };
        Ok(Self { source, text, digest, entry, record })
    }
}

/// Parses a stored record.
pub(super) fn record(json: &str) -> Res<Arc<Election>> {
    Ok(Arc::new(serde_json::from_str(json)?))
}

/// Parses and stores unknown texts, one after the other. Returns the numbers of stored and of known
/// texts.
pub(super) fn each(
    texts: Texts<'_>,
    is_known: &dyn Fn(&Digest) -> Res<bool>,
    store: &mut dyn FnMut(Parsed) -> Res<bool>,
) -> Res<(u64, u64)> {
    let (mut added, mut unchanged) = (0, 0);
    for (source, text) in texts {
        let digest = digest(&text);
        if !is_known(&digest)? && store(Parsed::of(source, text, digest)?)? {
            added += 1;
        } else {
            unchanged += 1;
        }
    }
    Ok((added, unchanged))
}

/// Number of texts passed to the other thread at a time.
const CHUNK: usize = 256;

/// Like [`each`], but another thread parses the next texts.
pub(super) fn each_beside(
    texts: Texts<'_>,
    is_known: &dyn Fn(&Digest) -> Res<bool>,
    store: &mut dyn FnMut(Parsed) -> Res<bool>,
) -> Res<(u64, u64)> {
    type Texts = Vec<(String, String, Digest)>;
    let (mut added, mut unchanged) = (0, 0);
    std::thread::scope(|scope| {
        let (to, taken) = sync_channel::<Texts>(2);
        let (given, from) = sync_channel::<Result<Vec<Parsed>, String>>(2);
        scope.spawn(move || {
            for texts in taken {
                let parsed = texts
                    .into_iter()
                    .map(|(source, text, digest)| Parsed::of(source, text, digest));
                // If the receiver is gone, it has failed and reports the error itself.
                if given
                    .send(parsed.collect::<Res<_>>().map_err(|error| error.to_string()))
                    .is_err()
                {
                    return;
                }
            }
        });
        let (mut waiting, mut ended) = (0, false);
        while !ended || waiting > 0 {
            let mut chunk = Vec::with_capacity(CHUNK);
            while !ended && chunk.len() < CHUNK {
                let Some((source, text)) = texts.next() else {
                    ended = true;
                    break;
                };
                let digest = digest(&text);
                match is_known(&digest)? {
                    true => unchanged += 1,
                    false => chunk.push((source, text, digest)),
                }
            }
            if !chunk.is_empty() {
                to.send(chunk)?;
                waiting += 1;
            }
            if waiting > 2 || (ended && waiting > 0) {
                for parsed in from.recv()?? {
                    let stored = store(parsed)?;
                    added += u64::from(stored);
                    unchanged += u64::from(!stored);
                }
                waiting -= 1;
            }
        }
        drop(to);
        Ok((added, unchanged))
    })
}

/// Returns the turnout that a stored record states. Nothing else of the record is kept in memory.
pub(super) fn turnout(json: &[u8]) -> Res<Option<f64>> {
    #[derive(Deserialize)]
    struct Election<'a> {
        #[serde(default, borrow)]
        contests: Vec<Contest<'a>>,
    }
    #[derive(Deserialize)]
    struct Contest<'a> {
        #[serde(default, borrow)]
        rounds: Vec<Round<'a>>,
    }
    #[derive(Deserialize)]
    struct Round<'a> {
        turnout: Option<&'a str>,
    }
    let election: Election<'_> = serde_json::from_slice(json)?;
    let round = election.contests.first().and_then(|contest| contest.rounds.first());
    Ok(round.and_then(|round| round.turnout).map(str::parse).transpose()?)
}
