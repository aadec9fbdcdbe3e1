//! hustings, through its public API.

use std::path::Path;
use std::sync::Arc;

use hustings::Archive;
use hustings::analysis::diff::Diff;
use hustings::analysis::measure::Measure;
use hustings::analysis::{chain, diff};
use hustings::archive::{Filter, ImportOptions, OpenOptions};
use hustings::model::{self, Election, VersionSelector};

use super::{Imported, Peer, Res, Step, Texts};
use crate::given::Address;

pub(super) struct Hustings(Archive);

impl Hustings {
    pub(super) fn open(folder: &Path) -> Res<Self> {
        Ok(Self(OpenOptions::default().create(true).open(folder.join("archive"))?))
    }

    fn walk(&self, title: &str) -> Res<chain::Chain> {
        let start = self.0.get(&model::Address::title(title))?;
        Ok(chain::chain(&self.0.snapshot(), &start, &chain::ChainOptions::default())?)
    }

    fn scan(&self, measure: Measure) -> Res<(u64, f64)> {
        let mut sum = (0, 0.0);
        for record in self.0.snapshot().records(&Filter::default())? {
            super::add(&mut sum, measure, &record?.election);
        }
        Ok(sum)
    }
}

impl Peer for Hustings {
    fn import(&mut self, texts: Texts<'_>) -> Res<Imported> {
        let report = self.0.import_texts(texts, &ImportOptions::default())?;
        if let Some(unread) = report.errors.first() {
            return Err(unread.to_string().into());
        }
        let last = report.imports.last().copied();
        Ok(Imported { added: report.added, unchanged: report.unchanged, import: last.unwrap_or(0) })
    }

    fn titled(&self, title: &str) -> Res<Arc<Election>> {
        Ok(self.0.get(&model::Address::title(title))?.election)
    }

    fn at(&self, address: &Address) -> Res<Arc<Election>> {
        Ok(self.0.get(address.text())?.election)
    }

    fn source(&self, title: &str) -> Res<String> {
        Ok(self.0.source(&model::Address::title(title))?)
    }

    fn territory(&self, country: &str) -> Res<Vec<Arc<Election>>> {
        let filter = Filter::default().country(country.to_owned());
        Ok(self.0.list(&filter)?.into_iter().map(|record| record.election).collect())
    }

    fn chain(&self, title: &str) -> Res<Vec<Step>> {
        let steps = self.walk(title)?.steps.into_iter().map(|step| Step {
            title: step.title,
            country: step.country,
            date: step.date.map(|date| date.to_string()),
            known: step.evidence.as_str(),
        });
        Ok(steps.collect())
    }

    fn diff(&self, [earlier, later]: &[String; 2]) -> Res<Diff> {
        Ok(diff::compare_elections(
            &*self.titled(earlier)?,
            &*self.titled(later)?,
            &diff::DiffOptions::default(),
        ))
    }

    fn diffs(&self, title: &str) -> Res<Vec<Diff>> {
        let chain = self.walk(title)?;
        let snapshot = self.0.snapshot();
        let compared = chain.pairs(&snapshot).map(|pair| {
            let [earlier, later] = pair?;
            Ok(diff::compare_elections(
                &earlier.election,
                &later.election,
                &diff::DiffOptions::default(),
            ))
        });
        compared.collect()
    }

    fn as_of(&self, title: &str, import: u64) -> Res<Arc<Election>> {
        Ok(self
            .0
            .get(&model::Address::title(title).with_version(VersionSelector::Import(import)))?
            .election)
    }

    fn turnout(&self, _: &[String]) -> Res<(u64, f64)> {
        self.scan(Measure::Turnout)
    }

    fn gallagher(&self, _: &[String]) -> Res<(u64, f64)> {
        self.scan(Measure::Gallagher)
    }
}
