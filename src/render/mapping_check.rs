//! Renders what a mapping gives for a table.

use std::io;

use super::{Block, Report, Table};
use crate::formats::{MappedElection, MappingCheck};
use crate::model::group_digits;

/// Renders the first elections as they would be, and what does not add up.
///
/// # Errors
/// When the answer cannot be serialised as JSON.
pub fn mapping_check(check: &MappingCheck) -> io::Result<Report> {
    let mut blocks: Vec<Block> = check.first.iter().map(election_block).collect();
    if !check.sum_differences.is_empty() {
        let mut table = Table::new(&["…election", ">votes", ">valid"]);
        for difference in &check.sum_differences {
            let [votes, valid] = [difference.votes, difference.valid].map(group_digits);
            table.rows.push(vec![difference.title.clone(), votes, valid]);
        }
        let heading = format!(
            "In {} of {} contests that state their valid votes, the votes differ:",
            group_digits(check.differing_contests),
            group_digits(check.contests_with_valid_votes)
        );
        blocks.push(Block { heading, table, show_header: true, ..Block::default() });
    }
    if !check.unread_columns.is_empty() {
        let mut table = Table::new(&["column"]);
        table.rows.extend(check.unread_columns.iter().map(|column| vec![column.clone()]));
        let heading = "Columns that the mapping does not read:".to_owned();
        blocks.push(Block { heading, table, ..Block::default() });
    }
    let mut rows = Table::new(&["election", "contender", "party", ">votes", ">share", ">seats"]);
    for election in &check.first {
        let of_election = contender_rows(election).into_iter();
        rows.rows.extend(of_election.map(|row| [vec![election.title.clone()], row].concat()));
    }
    Ok(Report { rows: Some(rows), ..Report::from_blocks(check, blocks)? })
}

fn election_block(election: &MappedElection) -> Block {
    let number = |name: &str, count: Option<u64>| Some(format!("{name} {}", group_digits(count?)));
    let texts = [
        election.country.clone(),
        election.kind.clone(),
        election.date.map(|date| date.to_string()),
    ];
    let figures = [
        number("registered", election.registered),
        number("cast", election.cast),
        number("valid", election.valid),
        number("invalid", election.invalid),
        number("blank", election.blank),
    ];
    let facts: Vec<String> = texts.into_iter().chain(figures).flatten().collect();
    let mut table = Table::new(&["contender", "party", ">votes", ">share", ">seats"]);
    table.rows = contender_rows(election);
    Block {
        heading: format!("{}: {}", election.title, facts.join(", ")),
        table: table.without_empty_columns(),
        show_header: true,
        ..Block::default()
    }
}

fn contender_rows(election: &MappedElection) -> Vec<Vec<String>> {
    let rows = election.contenders.iter().map(|contender| {
        vec![
            contender.name.clone().unwrap_or_default(),
            contender.party.clone().unwrap_or_default(),
            contender.votes.map(group_digits).unwrap_or_default(),
            contender.share.map(|share| format!("{share} %")).unwrap_or_default(),
            contender.seats.map(|seats| seats.to_string()).unwrap_or_default(),
        ]
    });
    rows.collect()
}
