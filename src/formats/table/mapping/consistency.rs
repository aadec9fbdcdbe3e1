//! Consistency checks of a whole mapping.

use std::path::Path;

use super::Mapping;
use super::lineage::LineageTables;
use super::shape::RowUse;

impl Mapping {
    /// Returns the first inconsistency, and the setting that it concerns.
    pub(super) fn find_inconsistency(&self) -> Option<(&'static str, String)> {
        if self.contender_results().next().is_some() && self.contender_names().next().is_none() {
            let problem = "[contender] needs a person or a party, whose results they are";
            return Some(("contender", problem.to_owned()));
        }
        let is_file_name =
            |file: &str| Path::new(file).file_name().is_some_and(|name| name == file);
        let joined = self.join.values().map(|join| ("join", join.file.as_str()));
        let lineages = self.lineage.iter().flat_map(LineageTables::files);
        let mut files = joined.chain(lineages.map(|file| ("lineage", file)));
        if let Some((word, file)) = files.find(|(_, file)| !is_file_name(file)) {
            return Some((word, format!("'{file}' is no name of a file beside the table")));
        }
        if let Some(name) = self.join.keys().find(|name| self.is_joined_cyclically(name)) {
            return Some(("join", format!("[join.{name}] is joined by a column of its own")));
        }
        if let Some(column) =
            self.key().into_iter().find(|column| self.split_joined_column(column).is_some())
        {
            let problem =
                format!("'{column}' is in a joined table; expected a column of the table itself");
            return Some(("key", problem));
        }
        let is_joined = |column: &&String| self.split_joined_column(column).is_some();
        let mut tested =
            self.until.keys().chain(self.rows.iter().flat_map(|rule| rule.when.keys()));
        if let Some(column) = tested.find(is_joined) {
            let word = if self.until.contains_key(column) { "until" } else { "rows" };
            let problem =
                format!("'{column}' is in a joined table; expected a column of the table itself");
            return Some((word, problem));
        }
        if let Some(time) = &self.version_by
            && self.is_unpivoted(&time.columns())
        {
            let problem = "version_by is of whole rows; expected no column that [unpivot] makes";
            return Some(("version_by", problem.to_owned()));
        }
        let has_figures =
            self.rows.iter().any(|rule| !matches!(rule.r#use, RowUse::Drop | RowUse::Contender));
        if has_figures && self.contender.votes.is_none() {
            let problem = "the votes of these rows are used; expected 'votes' in [contender]";
            return Some(("rows", problem.to_owned()));
        }
        match (&self.election.title, &self.lineage) {
            (None, None) => {
                let problem = "it needs an [election] with a title, or a [lineage]";
                return Some(("election", problem.to_owned()));
            }
            (Some(title), _)
                if self.key().is_empty() && !self.title_has_area() && !title.is_same_in_table() =>
            {
                let problem = "a key tells which rows are of one election; without one, all rows are \
                               of one, and its title is a constant, or of the file's name or a line above the header";
                return Some(("election", problem.to_owned()));
            }
            _ => {}
        }
        if let Some(problem) = self.find_area_inconsistency() {
            return Some(("area", problem));
        }
        let problem = self.lineage.as_ref().and_then(LineageTables::find_inconsistency);
        problem.map(|mistake| ("lineage", mistake.to_owned()))
    }

    /// Returns whether the chain of joins that begins with a table is cyclic.
    fn is_joined_cyclically(&self, name: &str) -> bool {
        let mut at = name;
        for _ in 0..=self.join.len() {
            let on = self.join.get(at).and_then(|join| self.split_joined_column(&join.on));
            let Some((next, _)) = on else { return false };
            at = next;
        }
        true
    }
}
