//! Which documents are of one source: those that were imported with its name, and those of the folders
//! that were assigned to it.

use std::collections::HashMap;
use std::rc::Rc;

use crate::Result;
use crate::index::StateView;

/// The keys of each source to which folders were assigned.
#[derive(Debug, Default)]
pub(crate) struct SourceGroups {
    /// The keys of the source of each key: its name, and those of its folders. `None` before the
    /// first query.
    groups: Option<HashMap<String, Rc<[String]>>>,
}

impl SourceGroups {
    /// Returns the keys of the source that a key belongs to.
    pub(super) fn group(&mut self, view: &StateView<'_>, key: &str) -> Result<Rc<[String]>> {
        let groups = match &mut self.groups {
            Some(groups) => groups,
            None => self.groups.insert(read_groups(view)?),
        };
        Ok(groups.get(key).cloned().unwrap_or_else(|| Rc::from([key.to_owned()])))
    }
}

fn read_groups(view: &StateView<'_>) -> Result<HashMap<String, Rc<[String]>>> {
    let mut groups = HashMap::new();
    for row in view.sources()?.into_iter().filter(|row| !row.folders.is_empty()) {
        let name = row.description.name().to_owned();
        let keys: Rc<[String]> = [name].into_iter().chain(row.folders).collect();
        groups.extend(keys.iter().map(|key| (key.clone(), Rc::clone(&keys))));
    }
    Ok(groups)
}
