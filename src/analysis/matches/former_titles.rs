//! Finds the records of other territories under the former or the present form of a title.

use std::sync::Arc;

use crate::Result;
use crate::archive::{ElectionQueries, Listing, Snapshot};

/// Returns the present form of a title that ends with its date, as pages of Wikipedia were once
/// named: "Italian general election, 1946" became "1946 Italian general election".
pub(super) fn present_title(former: &str) -> Option<String> {
    let (name, date) = former.rsplit_once(", ")?;
    date.contains(|c: char| c.is_ascii_digit()).then(|| format!("{date} {name}"))
}

/// Returns the former form of a title that begins with a year.
fn former_title(title: &str) -> Option<String> {
    let (year, name) = title.split_once(' ')?;
    is_year(year).then(|| format!("{name}, {year}"))
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the records that are not in the list and have the present form of a title in it, each
/// with the index of that title's record. With `only_former` unset, also those that have the former
/// form of a title in the list. The list contains all records of a territory.
pub(super) fn elections_under_former_titles(
    snapshot: &Snapshot,
    listings: &[Arc<Listing>],
    only_former: bool,
) -> Result<Vec<(usize, Arc<Listing>)>> {
    let mut found: Vec<(usize, Arc<Listing>)> = Vec::new();
    for (at, listing) in listings.iter().enumerate() {
        for title in &listing.titles {
            // Titles with a day are not those of pages, and a source may have many of them.
            let is_former = title.rsplit_once(' ').is_some_and(|(_, last)| is_year(last));
            let present = present_title(title).filter(|_| is_former);
            let former = former_title(title).filter(|_| !only_former);
            for other in present.into_iter().chain(former) {
                let Some(other) = snapshot.find_by_title(&other)? else { continue };
                let id = other.version.election;
                let is_known = listings.iter().any(|one| one.version.election == id)
                    || found.iter().any(|(own, one)| *own == at && one.version.election == id);
                if !is_known {
                    found.push((at, other));
                }
            }
        }
    }
    Ok(found)
}
