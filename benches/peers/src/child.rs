//! One piece of work for one peer, in a separate process. The process prints its measurements as
//! one line of JSON.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hustings::formats::{Format, parse};
use hustings::model::Election;
use serde::{Deserialize, Serialize};

use crate::given::{self, Given, Plan, Questions, Texts};
use crate::peers::{Imported, Kind, Peer, Res, differences};
use crate::split::split;
use crate::{memory, readers, revisions};

/// One piece of work.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Job {
    /// Writes the texts.
    Write { texts: PathBuf, versions: u64, shuffled: bool, pages: usize },
    /// Reads the texts, and does nothing with them.
    Read { texts: PathBuf },
    /// Parses the first texts, from memory.
    Parse { texts: PathBuf, count: usize },
    /// Writes each text to a separate file.
    Files { texts: PathBuf, folder: PathBuf },
    /// Starts and exits.
    Nothing,
    /// Imports the texts.
    Import { peer: String, folder: PathBuf, texts: PathBuf, changed: bool },
    /// Opens a store and answers one query.
    Open { peer: String, folder: PathBuf, title: String },
    /// Answers all queries.
    Ask { peer: String, folder: PathBuf, versions: u64, import: u64 },
    /// Imports a page with `count` revisions, then verifies, checks, rebuilds and reads it; hustings only.
    Revisions { peer: String, folder: PathBuf, count: u64 },
    /// Reads with several threads, first without and then during an import; hustings only.
    Readers { peer: String, folder: PathBuf, texts: PathBuf, versions: u64 },
    /// Imports texts, with changes and without, until the process is killed; hustings only.
    Busy { folder: PathBuf, texts: PathBuf },
    /// Imports wiki pages with hustings.
    Pages { folder: PathBuf, texts: PathBuf },
}

/// The time, result and memory of an import.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Took {
    pub(crate) seconds: f64,
    pub(crate) imported: Imported,
    /// Peak memory in MiB.
    pub(crate) peak: Option<f64>,
}

/// The time to read the texts, and their number and size.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Read {
    pub(crate) seconds: f64,
    pub(crate) texts: u64,
    pub(crate) bytes: u64,
}

/// The time to parse and to split an article, in microseconds, and the mean size of an article.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Parsed {
    pub(crate) parse: f64,
    pub(crate) split: f64,
    pub(crate) bytes: f64,
}

/// The time of one kind of query, in microseconds, and a digest of the answers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// Median time of the first execution of each query.
    pub(crate) first: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) total: f64,
    pub(crate) questions: usize,
    pub(crate) digest: String,
}

pub(crate) type Answers = BTreeMap<String, Asked>;

impl Job {
    /// Runs the job and prints its result.
    pub(crate) fn run(&self) -> Res<()> {
        let said = match self {
            Self::Write { texts, versions, shuffled, pages } => {
                given::write(&Plan::new(*versions), *shuffled, *pages, &Texts(texts.clone()))?;
                serde_json::Value::Null
            }
            Self::Read { texts } => serde_json::to_value(read(texts)?)?,
            Self::Parse { texts, count } => serde_json::to_value(parsing(texts, *count)?)?,
            Self::Files { texts, folder } => {
                files(texts, folder)?;
                serde_json::Value::Null
            }
            Self::Nothing => serde_json::Value::Null,
            Self::Import { peer, folder, texts, changed } => {
                let given = if *changed { Given::Changed } else { Given::First };
                serde_json::to_value(import(peer, folder, texts, given)?)?
            }
            Self::Busy { folder, texts } => loop {
                for given in [Given::Changed, Given::First] {
                    import(Kind::Hustings.name(), folder, texts, given)?;
                }
            },
            Self::Open { peer, folder, title } => {
                let opened = kind(peer)?.open(folder)?;
                let digest = digest([text(&opened.titled(title)?)?]);
                say(&serde_json::to_value(digest)?)?;
                // The query is answered. The time to close the store is not measured.
                std::process::exit(0);
            }
            Self::Ask { peer, folder, versions, import } => {
                let questions = Questions::of(&Plan::new(*versions));
                serde_json::to_value(ask(&*kind(peer)?.open(folder)?, &questions, *import)?)?
            }
            Self::Revisions { folder, count, .. } => {
                serde_json::to_value(revisions::measure(folder, *count)?)?
            }
            Self::Readers { folder, texts, versions, .. } => {
                serde_json::to_value(readers::measure(folder, texts, *versions)?)?
            }
            Self::Pages { folder, texts } => serde_json::to_value(pages(folder, texts)?)?,
        };
        say(&said)
    }
}

fn say(said: &serde_json::Value) -> Res<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{said}")?;
    Ok(out.flush()?)
}

fn kind(name: &str) -> Res<Kind> {
    Ok(Kind::named(name).ok_or_else(|| format!("'{name}' is no peer"))?)
}

fn read(texts: &Path) -> Res<Read> {
    let start = Instant::now();
    let mut read = Read::default();
    for (name, text) in Texts(texts.to_owned()).read(Given::First)? {
        read.texts += 1;
        read.bytes += text.len() as u64;
        black_box(name);
    }
    read.seconds = start.elapsed().as_secs_f64();
    Ok(read)
}

/// Measures parsing and splitting, as the median of several passes.
fn parsing(texts: &Path, count: usize) -> Res<Parsed> {
    let texts: Vec<String> =
        Texts(texts.to_owned()).read(Given::First)?.take(count).map(|(_, text)| text).collect();
    let each = |read: &dyn Fn(&str)| {
        let mut passes: Vec<f64> = (0..9)
            .map(|_| {
                let start = Instant::now();
                texts.iter().for_each(|text| read(text));
                start.elapsed().as_secs_f64() * 1e6 / texts.len() as f64
            })
            .collect();
        passes.sort_by(f64::total_cmp);
        passes[4]
    };
    let bytes = texts.iter().map(String::len).sum::<usize>() as f64 / texts.len() as f64;
    Ok(Parsed {
        parse: each(&|text| drop(black_box(parse(Format::Article, black_box(text))))),
        split: each(&|text| {
            black_box(split(black_box(text)));
        }),
        bytes,
    })
}

fn files(texts: &Path, folder: &Path) -> Res<()> {
    for (number, (name, text)) in Texts(texts.to_owned()).read(Given::First)?.enumerate() {
        // File systems are slow with very many files in one folder.
        let within = folder.join(format!("{:04}", number / 1000));
        if number % 1000 == 0 {
            std::fs::create_dir_all(&within)?;
        }
        let name = name.replace('/', " ");
        std::fs::write(within.join(format!("{:03} {name}", number % 1000)), text)?;
    }
    Ok(())
}

fn import(peer: &str, folder: &Path, texts: &Path, given: Given) -> Res<Took> {
    let mut texts = Texts(texts.to_owned()).read(given)?;
    let start = Instant::now();
    let mut opened = kind(peer)?.open(folder)?;
    let imported = opened.import(&mut texts)?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(Took { seconds, imported, peak: memory::peak() })
}

fn pages(folder: &Path, texts: &Path) -> Res<Took> {
    let texts = Texts(texts.to_owned())
        .read(Given::Pages)?
        .map(|(name, text)| (format!("{}.wiki", name.trim_end_matches(".txt")), text));
    let start = Instant::now();
    let archive = hustings::Archive::create(folder)?;
    let report = archive.import_texts(texts, &Default::default())?;
    if let Some(unread) = report.errors.first() {
        return Err(unread.to_string().into());
    }
    let imported = Imported { added: report.added, ..Imported::default() };
    Ok(Took { seconds: start.elapsed().as_secs_f64(), imported, peak: memory::peak() })
}

fn ask(peer: &dyn Peer, questions: &Questions, import: u64) -> Res<Answers> {
    let mut answers = Answers::new();
    let mut put = |name: &str, asked: Asked| {
        answers.insert(name.to_owned(), asked);
    };
    put("title", asked(&questions.titles, &|title| peer.titled(title), &text)?);
    put(
        "address",
        asked(
            &questions.addresses,
            &|address| {
                peer.at(address).map_err(|error| format!("{}: {error}", address.text()).into())
            },
            &text,
        )?,
    );
    put(
        "source",
        asked(&questions.titles, &|title| peer.source(title), &|source| Ok(source.clone()))?,
    );
    put(
        "territory",
        asked(&questions.countries, &|country| peer.territory(country), &|found| elections(found))?,
    );
    put(
        "chain",
        asked(&questions.chained, &|title| peer.chain(title), &|steps| Ok(format!("{steps:?}")))?,
    );
    put(
        "diff",
        asked(&questions.pairs, &|pair| peer.diff(pair), &|diff| Ok(serde_json::to_string(diff)?))?,
    );
    put(
        "diffs",
        asked(&questions.chained, &|title| peer.diffs(title), &|diffs| {
            Ok(serde_json::to_string(diffs)?)
        })?,
    );
    // The time of the comparisons alone, without reading: the same work for all peers.
    let records = |title: &String| -> Res<Vec<Arc<Election>>> {
        peer.chain(title)?.iter().map(|step| peer.titled(&step.title)).collect()
    };
    let chains: Vec<Vec<Arc<Election>>> =
        questions.chained.iter().map(records).collect::<Res<_>>()?;
    put(
        "compare",
        asked(&chains, &|chain| Ok(differences(chain)), &|diffs| {
            Ok(serde_json::to_string(diffs)?)
        })?,
    );
    put("as of", asked(&questions.titles, &|title| peer.as_of(title, import), &text)?);
    let rounded = |(count, sum): &(u64, f64)| Ok(format!("{count} {:.6}", sum / *count as f64));
    put("scan", asked(&[()], &|()| peer.turnout(&questions.all_countries), &rounded)?);
    put("gallagher", asked(&[()], &|()| peer.gallagher(&questions.all_countries), &rounded)?);
    Ok(answers)
}

/// Runs every query once for the answers and the first times, and again for the times of repeated
/// queries.
fn asked<Q, A>(
    questions: &[Q],
    ask: &dyn Fn(&Q) -> Res<A>,
    told: &dyn Fn(&A) -> Res<String>,
) -> Res<Asked> {
    let (mut firsts, mut times) = (Vec::new(), Vec::new());
    let timed = |question: &Q, times: &mut Vec<Duration>| -> Res<A> {
        let start = Instant::now();
        let answer = black_box(ask(black_box(question))?);
        times.push(start.elapsed());
        Ok(answer)
    };
    let answers = questions.iter().map(|question| told(&timed(question, &mut firsts)?));
    let digest = digest(answers.collect::<Res<Vec<_>>>()?);
    for question in questions {
        drop(timed(question, &mut times)?);
    }
    firsts.sort();
    times.sort();
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let at = |times: &[Duration], part: f64| {
        let at = (times.len().saturating_sub(1) as f64 * part).round() as usize;
        micros(times.get(at).copied().unwrap_or_default())
    };
    Ok(Asked {
        first: at(&firsts, 0.5),
        p50: at(&times, 0.5),
        p99: at(&times, 0.99),
        total: micros(times.iter().sum()),
        questions: times.len(),
        digest,
    })
}

/// Returns a record as JSON. The prose is in the source text and in no record.
fn text(election: &Arc<Election>) -> Res<String> {
    Ok(serde_json::to_string(&**election)?)
}

/// Returns records as JSON, sorted, because the order of elections of one day may differ.
fn elections(elections: &[Arc<Election>]) -> Res<String> {
    let mut texts = elections.iter().map(text).collect::<Res<Vec<_>>>()?;
    texts.sort();
    Ok(texts.join("\n"))
}

fn digest(answers: impl IntoIterator<Item = String>) -> String {
    let mut hasher = blake3::Hasher::new();
    for answer in answers {
        hasher.update(&(answer.len() as u64).to_le_bytes());
        hasher.update(answer.as_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}
