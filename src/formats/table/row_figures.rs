//! Rows whose votes are figures of the contest, as rules of the mapping state.

use std::collections::BTreeMap;

use super::contender_rows::ContenderRow;
use super::mapping::{Merge, RowUse};
use super::reader::Reader;
use super::report::RowNote;
use crate::ParseError;
use crate::formats::infobox::round_mut;
use crate::model::{Ballot, Contest, RoundFigures};

/// Sets the figures of a contest from its rows. With `merge = "sum"`, several rows of one figure
/// are added; otherwise they must agree.
///
/// # Errors
/// When rows of one figure differ and are not added, unless such cells are kept.
pub(super) fn apply_figures<'a>(
    reader: &mut Reader<'a>,
    rows: &[ContenderRow<'a>],
    contest: &mut Contest,
) -> Result<(), ParseError> {
    let adds_rows = reader.election_rows.view.mapping.merge == Some(Merge::Sum);
    let mut figures: BTreeMap<(Option<u8>, &'static str), (u64, &ContenderRow<'a>)> =
        BTreeMap::new();
    for entry in rows {
        let Some((name, _)) = entry.row_use.and_then(figure) else { continue };
        let Some(votes) = entry.votes else { continue };
        reader.note(RowNote::RowUsed, entry.row, format!("'{}'", entry.name()));
        let (sum, first) = figures.entry((entry.round, name)).or_insert((votes, entry));
        let line = first.row.line;
        if std::ptr::eq(*first, entry) {
            continue;
        }
        if adds_rows {
            *sum = sum.saturating_add(votes);
        } else if *sum != votes {
            let expected = format!(
                "one row for '{name}', as on line {line}; merge = \"sum\" in the mapping adds several"
            );
            let value = reader.election_rows.view.mapping.contender.votes.as_ref();
            let Some(value) = value else { continue };
            reader.keep_or_reject(entry.row, value, &expected, &votes.to_string())?;
        }
    }
    for ((round, name), (votes, entry)) in figures {
        let Some((_, field)) = entry.row_use.and_then(figure) else { continue };
        let figures = round_mut(&mut contest.rounds, Ballot { round, label: None });
        let stated = *field(figures).get_or_insert(votes);
        if stated != votes {
            reader.keep_unparsed_total(entry, name, votes, stated);
        }
    }
    Ok(())
}

type Field = fn(&mut RoundFigures) -> &mut Option<u64>;

/// Returns the name and the field of a figure.
fn figure(row_use: RowUse) -> Option<(&'static str, Field)> {
    match row_use {
        RowUse::Registered => Some(("registered", |round| &mut round.registered)),
        RowUse::Cast => Some(("cast", |round| &mut round.cast)),
        RowUse::Valid => Some(("valid", |round| &mut round.valid)),
        RowUse::Invalid => Some(("invalid", |round| &mut round.invalid)),
        RowUse::Blank => Some(("blank", |round| &mut round.blank)),
        RowUse::Drop | RowUse::Contender | RowUse::Option => None,
    }
}
