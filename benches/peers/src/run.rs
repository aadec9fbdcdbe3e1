//! Runs all work for every size and peer. The peers take turns, and each run begins with another
//! peer.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::child::{Answers, Job, Parsed, Read, Took};
use crate::figures::{Figures, median};
use crate::given::{Plan, Questions};
use crate::options::Options;
use crate::peers::{Imported, Kind, Res};
use crate::process::{command, done, drop_cache, sizes, timed};
use crate::program::Program;
use crate::works::Work;
use crate::{program, readers, revisions};

/// Maximum number of versions with which earlier code is measured, because its time was quadratic
/// in the versions of one election.
const BEFORE: u64 = 100_000;
/// Number of times that a store is opened in a run.
const OPENINGS: usize = 5;
/// Number of texts parsed from memory.
const PARSED: usize = 2_000;
/// Number of versions of the archive whose elections are listed.
const LISTED: u64 = 200_000;
/// Number of texts written as wiki pages, for peers that read only these.
pub(crate) const PAGES: usize = 2_000;

pub(crate) struct Run<'a> {
    options: &'a Options,
    shuffled: bool,
    scratch: PathBuf,
    program: Option<&'a Program>,
    pub(crate) figures: Figures,
    /// The first answer to each query, and the peer that gave it.
    answers: BTreeMap<(u64, String), (String, String)>,
}

/// The input at one size.
struct Size {
    versions: u64,
    /// Number of texts, which is greater where one election has many versions.
    count: f64,
    texts: PathBuf,
    bytes: u64,
    /// The first query to a store that was just opened.
    first: String,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        options: &'a Options,
        shuffled: bool,
        scratch: &Path,
        program: Option<&'a Program>,
    ) -> Self {
        let (scratch, figures) = (scratch.to_owned(), Figures::default());
        Self { options, shuffled, scratch, program, figures, answers: BTreeMap::new() }
    }

    /// Measures everything at one size, this many times. The texts are kept for later measurements.
    pub(crate) fn size(&mut self, versions: u64, runs: usize) -> Res<PathBuf> {
        let texts = self.scratch.join(format!("texts-{versions}"));
        fs::create_dir_all(&texts)?;
        eprintln!("{versions} versions: writing the texts");
        let pages = PAGES.min(versions as usize);
        done::<()>(&Job::Write { texts: texts.clone(), versions, shuffled: self.shuffled, pages })?;
        let Read { bytes, .. } = done(&Job::Read { texts: texts.clone() })?;
        let plan = Plan::new(versions);
        let (first, count) = (Questions::of(&plan).first, plan.texts() as f64);
        let size = Size { versions, count, texts: texts.clone(), bytes, first };
        let files = match &self.program {
            // A million files would measure the file system.
            Some(_) if versions <= 100_000 => {
                let folder = self.scratch.join("files");
                done::<()>(&Job::Files { texts, folder: folder.clone() })?;
                Some(folder)
            }
            _ => None,
        };
        for run in 0..runs {
            self.reading(&size)?;
            let mut peers = self.options.peers.clone();
            peers.retain(|peer| *peer != Kind::Before || versions <= BEFORE);
            let turn = run % peers.len().max(1);
            peers.rotate_left(turn);
            for peer in peers {
                eprintln!("{versions} versions, run {}: {}", run + 1, peer.name());
                self.peer(peer, &size)?;
            }
            if let (Some(program), Some(files)) = (&self.program, &files) {
                eprintln!("{versions} versions, run {}: the program", run + 1);
                program.measure(&self.scratch, files, versions, &size.first, &mut self.figures)?;
            }
        }
        if versions <= 100_000 && self.options.peers.contains(&Kind::Hustings) {
            self.readers(&size)?;
        }
        if let Some(files) = files {
            fs::remove_dir_all(files)?;
        }
        Ok(size.texts)
    }

    /// Measures a page with many revisions once, because quadratic work takes long.
    pub(crate) fn revisions(&mut self) -> Res<()> {
        let counts = if self.options.smoke { [20, 160] } else { [5_000, 40_000] };
        for peer in self.options.peers.iter().copied().filter(|peer| peer.is_ours()) {
            let counts = if peer == Kind::Before { &counts[..1] } else { &counts[..] };
            for count in counts {
                eprintln!("{count} revisions of one page: {}", peer.name());
                let folder = self.scratch.join("revisions");
                let name = peer.name();
                let job =
                    Job::Revisions { peer: name.to_owned(), folder: folder.clone(), count: *count };
                let took: revisions::Took = match done(&job) {
                    Ok(took) => took,
                    // Earlier code may not know this work.
                    Err(error) if peer == Kind::Before => {
                        eprintln!("{error}");
                        continue;
                    }
                    Err(error) => return Err(error),
                };
                for (work, figure) in [
                    (Work::RevisionsImport, took.import * 1e3),
                    (Work::RevisionsRebuild, took.rebuild * 1e3),
                    (Work::RevisionsVerify, took.verify * 1e3),
                    (Work::RevisionsCheck, took.check * 1e3),
                    (Work::RevisionsShow, took.show * 1e3),
                ] {
                    self.figures.push(*count, work, name, figure);
                }
                fs::remove_dir_all(folder)?;
            }
        }
        Ok(())
    }

    /// Measures long answers of the program.
    pub(crate) fn lists(&mut self) -> Res<()> {
        let Some(program) = self.program else { return Ok(()) };
        let versions = if self.options.smoke { 480 } else { LISTED };
        let texts = self.scratch.join("texts-listed");
        fs::create_dir_all(&texts)?;
        eprintln!("{versions} versions: long answers");
        done::<()>(&Job::Write { texts: texts.clone(), versions, shuffled: false, pages: 0 })?;
        let ours = self.options.peers.iter().copied().filter(|peer| peer.is_ours());
        for peer in ours.collect::<Vec<_>>() {
            let before = self.options.before_program.as_ref();
            let (program, column) = match (peer, before) {
                (Kind::Before, Some(before)) => (&Program::ready(Some(before))?, peer.name()),
                (Kind::Before, None) => continue,
                _ => (program, program::NAME),
            };
            let folder = self.scratch.join("listed");
            let job = |changed: bool| Job::Import {
                peer: peer.name().to_owned(),
                folder: folder.clone(),
                texts: texts.clone(),
                changed,
            };
            done::<Took>(&job(false))?;
            let archive = folder.join("archive");
            // Earlier code takes minutes, and hours to check elections with many versions.
            let (runs, with_check) = match peer {
                Kind::Before => (1, false),
                _ => (self.options.runs.first().copied().unwrap_or(1), true),
            };
            for _ in 0..runs {
                program.lists(&archive, versions, column, with_check, &mut self.figures)?;
            }
            if peer == Kind::Hustings {
                let busy = Job::Busy { folder: folder.clone(), texts: texts.clone() };
                program.together(&archive, &busy, versions, &mut self.figures)?;
            }
            fs::remove_dir_all(folder)?;
        }
        Ok(fs::remove_dir_all(texts)?)
    }

    /// Measures the latency of readers during an import.
    fn readers(&mut self, size: &Size) -> Res<()> {
        let folder = self.scratch.join("readers");
        let name = Kind::Hustings.name();
        let import = Job::Import {
            peer: name.to_owned(),
            folder: folder.clone(),
            texts: size.texts.clone(),
            changed: false,
        };
        done::<Took>(&import)?;
        let job = Job::Readers {
            peer: name.to_owned(),
            folder: folder.clone(),
            texts: size.texts.clone(),
            versions: size.versions,
        };
        let [quiet, beside]: [readers::Waits; 2] = done(&job)?;
        self.figures.push(size.versions, Work::ReadersP99, name, beside.p99 / quiet.p99);
        self.figures.push(size.versions, Work::ReadersP999, name, beside.p999 / quiet.p999);
        Ok(fs::remove_dir_all(folder)?)
    }

    /// Measures work of no peer: reading the texts, and parsing them.
    fn reading(&mut self, size: &Size) -> Res<()> {
        let read: Read = done(&Job::Read { texts: size.texts.clone() })?;
        let each = read.seconds * 1e6 / size.count;
        let file = Kind::File.name();
        self.figures.push(size.versions, Work::Reading, file, each);
        let parsed: Parsed = done(&Job::Parse { texts: size.texts.clone(), count: PARSED })?;
        self.figures.push(size.versions, Work::Parse, Kind::Hustings.name(), parsed.parse);
        self.figures.push(size.versions, Work::Parse, file, parsed.split);
        Ok(())
    }

    fn peer(&mut self, peer: Kind, size: &Size) -> Res<()> {
        let folder = self.scratch.join("store");
        let name = peer.name();
        let import = |changed: bool| -> Res<Took> {
            let (peer, texts) = (name.to_owned(), size.texts.clone());
            done(&Job::Import { peer, folder: folder.clone(), texts, changed })
        };
        let first = import(false)?;
        self.size_on_disk(peer, size, &folder)?;
        let again = import(false)?;
        let changed = import(true)?;
        for (work, took) in
            [(Work::Import, &first), (Work::Again, &again), (Work::Changed, &changed)]
        {
            self.figures.push(size.versions, work, name, took.seconds * 1e6 / size.count);
            let Imported { added, unchanged, .. } = took.imported;
            self.same(size, peer, work.name(), format!("{added} added, {unchanged} unchanged"))?;
        }
        if let Some(peak) = first.peak {
            self.figures.push(size.versions, Work::Memory, name, peak);
        }
        self.open(peer, size, &folder)?;
        let job = Job::Ask {
            peer: name.to_owned(),
            folder: folder.clone(),
            versions: size.versions,
            import: first.imported.import,
        };
        let answers: Answers = done(&job)?;
        self.asked(peer, size, &answers)?;
        Ok(fs::remove_dir_all(&folder)?)
    }

    fn size_on_disk(&mut self, peer: Kind, size: &Size, folder: &Path) -> Res<()> {
        let (mut all, mut journal, mut store) = (0, 0, 0);
        for (path, bytes) in sizes(folder)? {
            all += bytes;
            journal += if path.starts_with("archive/journal") { bytes } else { 0 };
            store += if path.starts_with("archive/store") { bytes } else { 0 };
        }
        let mut push = |work: Work, bytes: u64| {
            self.figures.push(size.versions, work, peer.name(), bytes as f64 / size.bytes as f64);
        };
        push(Work::Size, all);
        if peer.is_ours() {
            push(Work::SizeJournal, journal);
            push(Work::SizeStore, store);
        }
        Ok(())
    }

    fn open(&mut self, peer: Kind, size: &Size, folder: &Path) -> Res<()> {
        let (name, title) = (peer.name().to_owned(), size.first.clone());
        let wanted = self.options.cold;
        let job = Job::Open { peer: name, folder: folder.to_owned(), title };
        let mut open = || -> Res<f64> {
            let (answer, seconds) = timed::<String>(&mut command(&job)?)?;
            self.same(size, peer, "open and first answer", answer)?;
            Ok(seconds * 1e3)
        };
        open()?;
        let warm: Vec<f64> = (0..OPENINGS).map(|_| open()).collect::<Res<_>>()?;
        let cold = if wanted && drop_cache() { Some(open()?) } else { None };
        let figures = [(Work::Open, median(&warm)), (Work::OpenCold, cold)];
        for (work, figure) in figures {
            if let Some(figure) = figure {
                self.figures.push(size.versions, work, peer.name(), figure);
            }
        }
        Ok(())
    }

    fn asked(&mut self, peer: Kind, size: &Size, answers: &Answers) -> Res<()> {
        for (question, asked) in answers {
            let digest = format!("{} of {} questions", asked.digest, asked.questions);
            self.same(size, peer, question, digest)?;
            let figures: &[(Work, f64)] = &match question.as_str() {
                "title" => vec![
                    (Work::TitleFirst, asked.first),
                    (Work::Title, asked.p50),
                    (Work::TitleWorst, asked.p99),
                ],
                "address" => vec![
                    (Work::AddressFirst, asked.first),
                    (Work::Address, asked.p50),
                    (Work::AddressWorst, asked.p99),
                ],
                "source" => vec![(Work::Source, asked.p50)],
                "territory" => vec![(Work::Territory, asked.p50)],
                "chain" => vec![(Work::ChainFirst, asked.first), (Work::Chain, asked.p50)],
                "diff" => vec![(Work::Diff, asked.p50)],
                "diffs" => vec![(Work::DiffsFirst, asked.first), (Work::Diffs, asked.p50)],
                "compare" => vec![(Work::Compare, asked.p50)],
                "as of" => vec![(Work::AsOf, asked.total / 1e3)],
                "scan" => vec![(Work::Scan, asked.total / 1e3)],
                "gallagher" => vec![(Work::ScanGallagher, asked.total / 1e3)],
                other => return Err(format!("'{other}' is nothing that is measured").into()),
            };
            for (work, figure) in figures {
                self.figures.push(size.versions, *work, peer.name(), *figure);
            }
        }
        Ok(())
    }

    /// Checks that all peers give the same answer; otherwise, they have not done the same work.
    fn same(&mut self, size: &Size, peer: Kind, question: &str, answer: String) -> Res<()> {
        let key = (size.versions, question.to_owned());
        let said =
            self.answers.entry(key).or_insert_with(|| (peer.name().to_owned(), answer.clone()));
        if said.1 != answer {
            let (other, said) = said;
            let peer = peer.name();
            return Err(format!(
                "to '{question}', {peer} does not answer what {other} does: '{answer}', not '{said}'"
            )
            .into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_with_a_different_answer_is_named() {
        let options = Options::read(&[]).unwrap();
        let mut run = Run::new(&options, false, Path::new("nowhere"), None);
        let size = Size {
            versions: 480,
            count: 480.0,
            texts: PathBuf::new(),
            bytes: 0,
            first: String::new(),
        };
        let mut says = |peer, answer: &str| run.same(&size, peer, "chain", answer.to_owned());
        says(Kind::Hustings, "40 steps").unwrap();
        says(Kind::Redb, "40 steps").unwrap();
        let error = says(Kind::Sqlite, "39 steps").unwrap_err().to_string();
        assert!(error.contains("SQLite") && error.contains("hustings"), "{error}");
    }
}
