//! Compares erased lines with the entries that ordered their erasure. Without such an entry, anybody
//! could drop a text unseen.

use std::collections::{BTreeMap, BTreeSet};

use super::verification::Verification;
use crate::journal::JournalEntry;

/// A line: the number of its import, and its number in that import, counted from 1.
type Place = (u64, u64);

/// The erased lines and the erasures of a journal.
#[derive(Debug, Default)]
pub(super) struct ErasureAudit {
    /// Erased lines: the digest of the version's line, the digest of the text, the reason, and the
    /// number of the import that erased it.
    erased: BTreeMap<Place, (String, String, u64)>,
    /// Erasures: the digest of the line, the reason, and the number of their own import.
    ordered: BTreeMap<Place, (String, String, u64)>,
    /// The imports that were read, and the last line.
    imports: BTreeSet<u64>,
    last: Place,
}

impl ErasureAudit {
    /// Adds the next entry of an import.
    pub(super) fn add(&mut self, import: u64, entry: &JournalEntry) {
        let number = if self.last.0 == import { self.last.1 + 1 } else { 1 };
        self.last = (import, number);
        if number == 1 {
            self.imports.insert(import);
        }
        match entry {
            JournalEntry::Erased(erased) => {
                let value = (erased.line_digest.clone(), erased.reason.clone(), erased.erasure);
                self.erased.insert(self.last, value);
            }
            JournalEntry::Erasure(erasure) => {
                let value = (erasure.digest.clone(), erasure.reason.clone(), import);
                self.ordered.insert((erasure.import, erasure.line), value);
            }
            _ => {}
        }
    }

    /// Adds a problem for each erased line without an erasure, and for each erasure that is not
    /// complete.
    pub(super) fn finish(self, verification: &mut Verification) {
        for (place, erased) in &self.erased {
            if self.ordered.get(place) != Some(erased) {
                let (import, line) = place;
                verification.add_problem(
                    format!("journal, import {import}, line {line}"),
                    "a text was erased, and no import records its erasure",
                );
            }
        }
        for (place @ (import, line), (.., erasure)) in &self.ordered {
            // The erased text may be in a lost import.
            if !self.erased.contains_key(place) && self.imports.contains(import) {
                verification.add_problem(
                    format!("journal, import {import}, line {line}"),
                    format!(
                        "expected a text that import {erasure} erases to be erased, found it; the \
                         next command that opens the archive completes the erasure"
                    ),
                );
            }
        }
    }
}
