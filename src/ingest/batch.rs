//! One import in progress. Each document is compared with the archive, and new versions are written
//! to the journal.

use std::collections::HashSet;
use std::ops::ControlFlow;

use super::coverage::{Coverage, MissingElections};
use super::document::ParsedDocument;
use super::entry::parse_entry;
use super::history::OpenFiles;
use super::options::ImportOptions;
use super::origin::Origin;
use super::report::{AddedVersion, DumpProgress, ImportCallback, ImportEvent, ImportReport};
use super::source_groups::SourceGroups;
use super::waiting::WaitingDocuments;
use crate::formats::parse_error_at;
use crate::formats::table::LineageDocument;
use crate::index::{self, ElectionName};
use crate::journal::{
    AbsenceEntry, ImportWriter, JournalEntry, LineageEntry, OtherEntries, SourceEntry,
};
use crate::model::{Source, file_name, fold, history_name, text_digest};
use crate::{Error, ParseError, Result, Warning};

/// An import in progress. New entries go to the store's buffer at once, so that later documents are
/// also compared with them. They become permanent only when the journal commits.
pub(crate) struct ImportBatch<'a> {
    pub(super) store: &'a mut index::StoreWriter,
    /// `None` in a dry run.
    writer: Option<ImportWriter<'a>>,
    pub(super) report: &'a mut ImportReport,
    on_event: &'a mut ImportCallback<'a>,
    pub(super) progress: &'a mut ImportProgress,
    /// The preceding elections that added versions from tables name.
    previous: Vec<ElectionName>,
    /// Numbers of added entries that the commit counts as aliases.
    other_entries: OtherEntries,
    text_bytes: usize,
}

/// What was read so far. It outlasts the imports that a large input is divided into.
pub(crate) struct ImportProgress {
    /// Files being read that may contain several documents of one election.
    pub(super) files: OpenFiles<ParsedDocument>,
    pub(super) coverage: Coverage,
    /// Documents whose titles other elections have.
    pub(super) waiting: WaitingDocuments,
    pub(super) source_groups: SourceGroups,
    /// Names of the sources whose descriptions are in the archive.
    described_sources: HashSet<String>,
    /// Whether texts that were erased are imported again.
    pub(super) allow_erased: bool,
    /// The file that is being read.
    current_file: Option<String>,
}

impl ImportProgress {
    /// Creates the progress of an import that begins. `first_import` is the number of the next
    /// import.
    pub(crate) fn new(first_import: u64) -> Self {
        Self {
            files: OpenFiles::new(first_import),
            coverage: Coverage::default(),
            waiting: WaitingDocuments::default(),
            source_groups: SourceGroups::default(),
            described_sources: HashSet::new(),
            allow_erased: false,
            current_file: None,
        }
    }

    /// Sets whether texts that were erased are imported again.
    pub(crate) fn allow_erased(mut self, allow_erased: bool) -> Self {
        self.allow_erased = allow_erased;
        self
    }
}

impl<'a> ImportBatch<'a> {
    pub(crate) fn new(
        store: &'a mut index::StoreWriter,
        writer: Option<ImportWriter<'a>>,
        progress: &'a mut ImportProgress,
        report: &'a mut ImportReport,
        on_event: &'a mut ImportCallback<'a>,
    ) -> Self {
        Self {
            store,
            writer,
            report,
            on_event,
            progress,
            previous: Vec::new(),
            other_entries: OtherEntries::default(),
            text_bytes: 0,
        }
    }

    /// Returns the size of the added texts, in bytes.
    pub(super) fn text_bytes(&self) -> usize {
        self.text_bytes
    }

    pub(super) fn report_error(&mut self, error: ParseError) {
        self.progress.files.mark_incomplete(&history_name(None, &error.source));
        for name in &self.progress.described_sources {
            self.progress.files.mark_incomplete(&history_name(Some(name), ""));
        }
        let ImportProgress { coverage, current_file, .. } = &mut *self.progress;
        coverage.mark_incomplete(&error.source);
        // The error may be in a table that is joined to the file being read.
        current_file.iter().for_each(|file| coverage.mark_incomplete(file));
        self.report.errors.push(error);
    }

    /// Reports a doubtful statement, which the record keeps as stated.
    pub(super) fn warn(&mut self, warning: Warning) {
        self.report.warnings.push(warning);
    }

    /// Adds a message to the report.
    pub(super) fn note(&mut self, note: String) {
        self.report.notes.push(note);
    }

    pub(super) fn report_progress(&mut self, progress: &DumpProgress) -> Result<()> {
        self.emit(ImportEvent::Progress(progress))
    }

    /// Passes an event to the callback, which may stop the import.
    fn emit(&mut self, event: ImportEvent<'_>) -> Result<()> {
        match (self.on_event)(event) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => {
                Err(Error::Cancelled { imports: self.report.imports.clone() })
            }
        }
    }

    pub(super) fn add_pages(&mut self, pages: u64) {
        self.report.pages += pages;
    }

    /// Adds the description of a source, unless the archive has it.
    pub(super) fn add_source(&mut self, source: &Source) -> Result<()> {
        if !self.progress.described_sources.insert(source.name().to_owned()) {
            return Ok(());
        }
        let known = self.store.view().source(source.name())?;
        let row = known.clone().unwrap_or_default();
        let description = match &known {
            Some(row) => row.description.updated_by(source),
            None => source.clone(),
        };
        if known.is_some_and(|row| row.description == description) {
            return Ok(());
        }
        self.push(JournalEntry::Source(SourceEntry { description, folders: row.folders }))
    }

    /// Records that a file is read.
    pub(super) fn start_file(&mut self, origin: &Origin) {
        self.progress.current_file = Some(origin.name.clone());
        if let (Some(path), Some(source)) = (&origin.path, &origin.source) {
            self.progress.coverage.add_file(source.name(), path);
        }
    }

    /// Ends a file. A deferred document with which the file ends is added as a new version. The
    /// documents of a source with a name end with the import, because it may have several files.
    pub(super) fn end_file(&mut self, origin: &Origin) -> Result<()> {
        if origin.source.is_some() {
            return Ok(());
        }
        let deferred = self.progress.files.end_file(&history_name(None, &origin.name));
        self.add_deferred(deferred)
    }

    /// Ends all files, and records the elections that their sources no longer have.
    pub(super) fn end_files(&mut self, options: &ImportOptions) -> Result<()> {
        self.add_waiting()?;
        let deferred = self.progress.files.end_all_files();
        self.add_deferred(deferred)?;
        if options.partial {
            return Ok(());
        }
        self.store.buffer_changes()?;
        let MissingElections { elections, notes } =
            self.progress.coverage.missing_elections(&self.store.view(), options.complete)?;
        self.report.notes.extend(notes);
        for (source, id) in elections {
            let row = self.store.election_with_id(id)?;
            let number = self.store.view().source_number(&source)?;
            let state = row.sources.iter().find(|state| Some(state.source) == number);
            let id = state.and_then(|state| state.id.clone());
            let title = row.own_title(&row.version.title);
            self.report.missing.push(title.clone());
            self.push(JournalEntry::Absence(AbsenceEntry { title, source, id }))?;
        }
        Ok(())
    }

    fn add_deferred(&mut self, documents: Vec<ParsedDocument>) -> Result<()> {
        for document in documents {
            self.report.unchanged -= 1;
            self.report.still_removed.retain(|title| *title != document.entry.title);
            self.add_version(document)?;
        }
        Ok(())
    }

    /// Adds a title to the election with the title `target`, if there is one. Returns whether a
    /// title was added.
    pub(super) fn add_redirect(&mut self, title: &str, target: &str) -> Result<bool> {
        let (title, target) = (fold(title), fold(target));
        let Some(election_id) = self.find_election(&target)? else { return Ok(false) };
        if title.is_empty() || self.find_election(&title)? == Some(election_id) {
            return Ok(false);
        }
        // A source tells the two elections apart. A former title goes to the redirect's target.
        if self.store.is_current_title_of_identified(&title, election_id)? {
            return Ok(false);
        }
        // A redirect does not merge again what a person split.
        if self.store.view().had_title(election_id, &title)? {
            return Ok(false);
        }
        let alias = JournalEntry::Alias { election: target, title: title.clone() };
        if let Err(problem) = alias.check_limits() {
            self.report_error(parse_error_at(
                "redirect",
                &title,
                0,
                &format!("a title that fits ({problem})"),
            ));
            return Ok(false);
        }
        self.report.aliases += 1;
        self.push(alias)?;
        Ok(true)
    }

    /// Returns whether an election has this title.
    pub(super) fn has_title(&mut self, title: &str) -> Result<bool> {
        Ok(self.find_election(title)?.is_some())
    }

    /// Returns the identifier of the election with this title.
    fn find_election(&self, title: &str) -> Result<Option<u64>> {
        Ok(self.store.view().find_by_title(title)?.map(|(id, _)| id))
    }

    /// Adds a version to the store's buffer, the report and the journal.
    pub(super) fn add_version(&mut self, document: ParsedDocument) -> Result<()> {
        let ParsedDocument {
            entry,
            country,
            contenders,
            unparsed_fields,
            unread_results,
            previous,
            encoded,
        } = document;
        let totals = &mut self.report.totals;
        if let Some(country) = country.filter(|country| !totals.countries.contains(country)) {
            totals.countries.insert(country);
        }
        totals.contenders += contenders;
        self.previous.extend(previous);
        self.text_bytes += entry.text.len();
        let (version, same_record) = self.store.apply_version(encoded)?;
        self.emit(ImportEvent::Added(&AddedVersion {
            title: &entry.title,
            version,
            source: &entry.source,
            unparsed_fields,
            unread_results: &unread_results,
            same_record,
        }))?;
        self.report.partially_parsed += u64::from(!unread_results.is_empty());
        self.report.added += 1;
        self.report.same_record += u64::from(same_record);
        match &mut self.writer {
            Some(writer) => writer.push(JournalEntry::Version(entry)).map(drop),
            None => Ok(()),
        }
    }

    /// Adds the lineage of the parties of a country, unless it is unchanged.
    pub(super) fn add_lineage(
        &mut self,
        origin: &Origin,
        name: &str,
        document: LineageDocument,
    ) -> Result<()> {
        let LineageDocument { lineage, text } = document;
        // A source with a name needs no path, which may be private.
        let source = match &origin.source {
            Some(_) => file_name(&origin.name),
            None => origin.name.clone(),
        };
        let digest = text_digest(&text);
        let lineage_entry =
            LineageEntry { country: lineage.country.clone(), name: name.to_owned(), source, text };
        let last = self.store.view().lineage(&lineage_entry)?.map(|last| last.digest);
        if last == Some(digest) {
            self.report.unchanged += 1;
            return Ok(());
        }
        let entry = JournalEntry::Lineage(lineage_entry);
        if let Err(problem) = entry.check_limits() {
            let expected = format!("a lineage that fits ({problem})");
            self.report_error(parse_error_at(&origin.name, &lineage.country, 0, &expected));
            return Ok(());
        }
        self.report.lineages.countries += 1;
        self.report.lineages.parties += lineage.parties.len() as u64;
        self.report.lineages.successions += lineage.successions.len() as u64;
        self.push(entry)
    }

    fn push(&mut self, entry: JournalEntry) -> Result<()> {
        self.other_entries.add(&entry);
        self.store.apply(parse_entry(&entry)?)?;
        match &mut self.writer {
            Some(writer) => writer.push(entry).map(drop),
            None => Ok(()),
        }
    }

    /// Counts the links, now that all titles are known, and commits the import unless it is empty.
    pub(crate) fn finish(mut self, options: &ImportOptions) -> Result<()> {
        if options.strict && !self.report.errors.is_empty() {
            return Err(Error::StrictParseErrors(std::mem::take(&mut self.report.errors)));
        }
        if options.strict && !self.report.warnings.is_empty() {
            return Err(Error::StrictWarnings(std::mem::take(&mut self.report.warnings)));
        }
        for previous in std::mem::take(&mut self.previous) {
            let exists = self.store.election(&previous)?.is_some();
            self.report.totals.links += 1;
            self.report.totals.broken_links += u64::from(!exists);
        }
        let Some(writer) = self.writer.filter(|writer| !writer.is_empty()) else { return Ok(()) };
        let written = writer.commit(options.note.as_deref())?;
        self.report.imports.push(written.position.import);
        self.store.commit(&written, self.other_entries)
    }
}
