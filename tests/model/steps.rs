//! User actions, and the disk's failures during them.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

/// A user action. A number identifies an election, a text or a version.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Import(Vec<Document>, Fault),
    /// An import while other threads read.
    ImportWithReaders(Vec<Document>, Fault),
    Remove(u8),
    Revert(u8, u32),
    Alias(u8, u8),
    Reopen,
    LoseStore,
    /// A rebuild of an archive that is closed, as in the program, or open. `true` means closed.
    Rebuild(bool, Fault),
    Backup(Backup, Fault),
    Verify(bool),
    /// A query of another process, which a replica answers.
    QueryReplica,
    /// A query of another process after its replica was deleted.
    QueryNewReplica,
}

/// A document. A document with a time is a page of a dump with a revision of that time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Document {
    pub(super) election: u8,
    pub(super) variant: u8,
    pub(super) time: Option<u8>,
}

/// A failure of the disk during an action. Operations are counted from 0.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    None,
    /// Refuses operations from the first number on, as many as the second number. The archive stays
    /// open.
    Refused(usize, usize),
    /// Refuses all operations from this number on. The archive is then opened again.
    Killed(usize),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Backup {
    pub(super) to_file: bool,
    /// Whether the backup goes to the same place as the previous one.
    pub(super) again: bool,
    /// Whether the next actions use an archive that was restored from the backup.
    pub(super) restore: bool,
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let election = 0_u8..5;
    let given = (election.clone(), 0_u8..4, prop::option::weighted(0.3, 0_u8..4));
    let given = given.prop_map(|(election, variant, time)| Document { election, variant, time });
    let given = prop::collection::vec(given, 1..4);
    let fault = || {
        prop_oneof![
            6 => Just(Fault::None),
            2 => (0_usize..8, 1_usize..4).prop_map(|(first, all)| Fault::Refused(first, all)),
            2 => (0_usize..8).prop_map(Fault::Killed),
        ]
    };
    let backup = (prop::bool::weighted(0.3), any::<bool>(), prop::bool::weighted(0.3))
        .prop_map(|(to_file, again, go_on)| Backup { to_file, again, restore: go_on });
    let step = prop_oneof![
        10 => (given.clone(), fault()).prop_map(|(given, fault)| Step::Import(given, fault)),
        4 => (given, fault()).prop_map(|(given, fault)| Step::ImportWithReaders(given, fault)),
        4 => election.clone().prop_map(Step::Remove),
        4 => (election.clone(), 1_u32..6).prop_map(|(election, version)| Step::Revert(election, version)),
        2 => (election.clone(), election).prop_map(|(one, other)| Step::Alias(one, other)),
        2 => Just(Step::Reopen),
        2 => Just(Step::LoseStore),
        2 => (any::<bool>(), fault()).prop_map(|(closed, fault)| Step::Rebuild(closed, fault)),
        2 => (backup, fault()).prop_map(|(backup, fault)| Step::Backup(backup, fault)),
        1 => any::<bool>().prop_map(Step::Verify),
        2 => Just(Step::QueryReplica),
        1 => Just(Step::QueryNewReplica),
    ];
    prop::collection::vec(step, 1..16)
}

impl Fault {
    pub(super) fn failing_operations(self) -> Range<usize> {
        match self {
            Self::None => 0..0,
            Self::Refused(first, all) => first..first + all,
            Self::Killed(first) => first..usize::MAX,
        }
    }
}

pub(super) fn title(election: u8) -> String {
    format!("190{election} Ruritanian general election")
}

pub(super) fn source_time(time: u8) -> String {
    format!("2001-0{}-01T00:00:00Z", time + 1)
}

impl Document {
    pub(super) fn text(self) -> String {
        let Self { election, variant, time } = self;
        let country = ["Ruritania", "Graustark"][usize::from(variant % 2)];
        if time.is_some() {
            return format!(
                "{{{{Infobox election\n| country = {country}\n| type = general\n| nominee1 = {variant}\n}}}}"
            );
        }
        // One text fills a frame of the journal, so its import is written in several frames.
        let name =
            variant.to_string().repeat(if (election, variant) == (4, 3) { 300_000 } else { 1 });
        let title = title(election);
        format!(
            r#"{{"title":"{title}","country":"{country}","year":190{election},"name":"{name}"}}"#
        )
    }

    pub(super) fn page(self) -> String {
        let (title, text) = (title(self.election), self.text());
        let time = source_time(self.time.unwrap());
        format!(
            "<page><title>{title}</title><ns>0</ns><id>1</id><revision><id>1</id>\
             <timestamp>{time}</timestamp><text>{text}</text></revision></page>\n"
        )
    }
}

/// Writes the documents to files. Returns the files, and the documents in the order of reading.
pub(super) fn files(folder: &Path, given: &[Document]) -> (Vec<PathBuf>, Vec<Document>) {
    let (pages, lines): (Vec<Document>, Vec<Document>) =
        given.iter().partition(|given| given.time.is_some());
    let mut files = Vec::new();
    if !lines.is_empty() {
        let text: Vec<String> = lines.iter().map(|line| line.text()).collect();
        files.push(folder.join("given.jsonl"));
        fs::write(&files[0], text.join("\n")).unwrap();
    }
    if !pages.is_empty() {
        let text: String = pages.iter().map(|page| page.page()).collect();
        let file = folder.join("given.xml");
        fs::write(&file, format!("<mediawiki>\n{text}</mediawiki>\n")).unwrap();
        files.push(file);
    }
    (files, [lines, pages].concat())
}
