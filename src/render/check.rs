//! What a check found: findings, how many there are of each kind, what follows from the figures, and which editions
//! agree.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::report::{BlockWriter, or_empty, write_list};
use super::{Block, Format, Report, Table};
use crate::Error;
use crate::check::{Agreement, Count, Derived, Finding, Severity};
use crate::export::{CsvWriter, to_json};
use crate::model::count;

/// What is told of one election beside findings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Further {
    /// What follows from the figures.
    pub derived: Vec<Derived>,
    /// Which figures of several versions agree with which.
    pub agreements: Vec<Agreement>,
}

/// What is told of elections beside findings, as it is read.
pub type FurtherIter<'s> = Box<dyn Iterator<Item = crate::Result<Further>> + 's>;

/// All that a check has to say.
pub struct Audit<'a> {
    /// The findings: a row each, under their elections.
    pub findings: &'a [Finding],
    /// Reads what else follows; it is read again each time it is needed. Where there is such, JSON is an object of three
    /// lists, and CSV says in its first column what a row is.
    pub further: Option<&'a dyn Fn() -> crate::Result<FurtherIter<'a>>>,
    /// Whether people are told how many findings there are.
    pub summed: bool,
}

/// How wide the columns are in which sentences stand.
const FIELD: usize = 28;
const SENTENCE: usize = 66;

impl Audit<'_> {
    /// Writes it.
    ///
    /// # Errors
    /// When what follows cannot be read, or the writer fails.
    pub fn write(&self, out: &mut dyn Write, format: Format, colour: bool) -> crate::Result<()> {
        match (format, &self.further) {
            (Format::Csv | Format::Spreadsheet, _) => self.write_csv(out, format),
            (Format::Json, None) => {
                write_list(out, Some(0), self.findings.iter().map(json_of))?;
                writeln!(out).map_err(Error::Output)
            }
            (Format::Jsonl, None) => self.findings.iter().try_for_each(|finding| {
                writeln!(out, "{}", json_of(finding)?).map_err(Error::Output)
            }),
            (Format::Json | Format::Jsonl, Some(further)) => {
                let indent = (format == Format::Json).then_some(2);
                let (line, colon, end) =
                    if indent.is_some() { ("\n  ", ": ", "\n}") } else { ("", ":", "}") };
                let name = |out: &mut dyn Write, before: &str, name: &str| {
                    write!(out, "{before}{line}\"{name}\"{colon}").map_err(Error::Output)
                };
                name(out, "{", "findings")?;
                write_list(out, indent, self.findings.iter().map(json_of))?;
                name(out, ",", "derived")?;
                write_list(out, indent, all(further()?, |further| &further.derived))?;
                name(out, ",", "agreements")?;
                write_list(out, indent, all(further()?, |further| &further.agreements))?;
                writeln!(out, "{end}").map_err(Error::Output)
            }
            (Format::Text | Format::Markdown, _) => self.write_blocks(out, format, colour),
        }
    }

    fn write_blocks(&self, out: &mut dyn Write, format: Format, colour: bool) -> crate::Result<()> {
        let mut blocks = BlockWriter::new(out, format, colour);
        let mut write = |block: Block| blocks.write(&block).map_err(Error::Output);
        findings(self.findings).try_for_each(&mut write)?;
        if self.summed {
            write(Block { note: summary(self.findings), ..Block::default() })?;
        }
        if let Some(further) = self.further {
            for further in further()? {
                let Further { derived: facts, agreements: all } = further?;
                derived(&facts).chain(agreements(&all)).try_for_each(&mut write)?;
            }
        }
        Ok(())
    }

    /// A derived value, and one of several versions, is what is said.
    fn write_csv(&self, out: &mut dyn Write, format: Format) -> crate::Result<()> {
        let columns =
            ["what", "severity", "kind", "address", "place", "said", "expected", "arithmetic"];
        let first = usize::from(self.further.is_none());
        let mut csv = CsvWriter::new(out, format == Format::Spreadsheet);
        csv.write(&columns[first..]).map_err(Error::Output)?;
        let mut write = |cells: [&str; 8]| csv.write(&cells[first..]).map_err(Error::Output);
        for finding in self.findings {
            let Finding { address, place, said, expected, arithmetic, .. } = finding;
            let (severity, kind) = (finding.severity.to_string(), finding.kind.to_string());
            let arithmetic = arithmetic.as_deref().unwrap_or_default();
            write(["finding", &severity, &kind, address, place, said, expected, arithmetic])?;
        }
        if let Some(further) = self.further {
            for further in further()? {
                let Further { derived, agreements } = further?;
                for fact in &derived {
                    let kind = to_json(&fact.fact).map_err(|error| Error::Output(error.into()))?;
                    let (kind, value, reason) =
                        (or_empty(kind.as_str()), with_unit(fact), reason(fact));
                    write(["derived", "", &kind, &fact.address, &fact.place, &value, "", &reason])?;
                }
                for one in &agreements {
                    let told = one.to_string();
                    write(["agreement", "", "", &one.address, &one.place, &one.value, "", &told])?;
                }
            }
        }
        csv.finish().map_err(Error::Output)
    }
}

/// The values of a list, one after the other.
fn all<'s, T: Serialize + 's>(
    further: FurtherIter<'s>,
    of: fn(&Further) -> &Vec<T>,
) -> impl Iterator<Item = crate::Result<Value>> + 's {
    further.flat_map(move |further| match further {
        Ok(further) => of(&further).iter().map(json_of).collect(),
        Err(error) => vec![Err(error)],
    })
}

fn json_of<T: Serialize>(value: &T) -> crate::Result<Value> {
    to_json(value).map_err(|error| Error::Output(error.into()))
}

fn with_unit(fact: &Derived) -> String {
    match fact.unit.as_str() {
        "" | "people" => fact.value.clone(),
        unit => format!("{} {unit}", fact.value),
    }
}

/// The arithmetic, and the sentence that it rests on.
fn reason(fact: &Derived) -> String {
    let prose = fact.prose.as_ref().map(|sentence| format!(": “{sentence}”"));
    format!("{}{}", fact.arithmetic, or_empty(prose))
}

/// How many findings of each kind there are, a row each.
///
/// # Errors
/// When a count has no JSON form.
pub fn counts(counts: &[Count]) -> io::Result<Report> {
    let mut table = Table::new(&["severity", "kind", ">count"]);
    for counted in counts {
        let (severity, kind) = (counted.severity.to_string(), counted.kind.to_string());
        table.rows.push(vec![severity, kind, counted.count.to_string()]);
    }
    Report::of(counts, table)
}

/// A block for each election, in the order in which they come first.
fn grouped_by<T>(all: &[T], address: fn(&T) -> &str) -> Vec<(&str, Vec<&T>)> {
    let mut places = std::collections::HashMap::new();
    let mut groups: Vec<(&str, Vec<&T>)> = Vec::new();
    for one in all {
        let place = *places.entry(address(one)).or_insert_with(|| {
            groups.push((address(one), Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(one);
    }
    groups
}

fn block(heading: &str, table: Table) -> Block {
    Block { heading: heading.to_owned(), table, ..Block::default() }
}

fn findings(all: &[Finding]) -> impl Iterator<Item = Block> {
    let groups = grouped_by(all, |finding| &finding.address);
    let block = move |(address, findings): (&str, Vec<&Finding>)| {
        let mut table = Table::new(&["severity", "kind", "place", "what"]);
        table.columns[2].wrap = Some(FIELD);
        table.columns[3].wrap = Some(SENTENCE);
        for finding in findings {
            let because = finding.arithmetic.as_ref().map(|text| format!(" ({text})"));
            table.rows.push(vec![
                finding.severity.to_string(),
                finding.kind.to_string(),
                finding.place.clone(),
                format!("{}; consistent: {}{}", finding.said, finding.expected, or_empty(because)),
            ]);
        }
        block(address, table)
    };
    groups.into_iter().map(block)
}

fn summary(findings: &[Finding]) -> String {
    let of = |severity: Severity, noun: &str| {
        let number = findings.iter().filter(|finding| finding.severity == severity).count();
        (number > 0).then(|| count(number as u64, noun))
    };
    let counts = [
        of(Severity::Error, "error"),
        of(Severity::Warning, "warning"),
        of(Severity::Note, "note"),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") }
}

fn derived(all: &[Derived]) -> impl Iterator<Item = Block> {
    let groups = grouped_by(all, |fact| &fact.address);
    let block = move |(address, facts): (&str, Vec<&Derived>)| {
        let mut table = Table::new(&["fact", "value", "arithmetic"]);
        table.columns[0].wrap = Some(FIELD);
        table.columns[2].wrap = Some(SENTENCE);
        for fact in facts {
            let rounds = fact.place.rsplit_once(", round ").filter(|(_, round)| *round != "1");
            let round = rounds.map(|(_, round)| format!(", round {round}"));
            let part = fact.place.rsplit_once(": ").map(|(part, _)| format!("{part}: "));
            let name = format!("{}{}{}", or_empty(part), fact.fact, or_empty(round));
            table.rows.push(vec![name, with_unit(fact), reason(fact)]);
        }
        block(&format!("{address}: what follows"), table)
    };
    groups.into_iter().map(block)
}

fn agreements(all: &[Agreement]) -> impl Iterator<Item = Block> {
    let groups = grouped_by(all, |agreement| &agreement.address);
    let block = move |(address, agreements): (&str, Vec<&Agreement>)| {
        let mut table = Table::new(&["place", "agrees"]);
        table.columns[0].wrap = Some(FIELD + 6);
        table.columns[1].wrap = Some(SENTENCE);
        let mut last = "";
        for agreement in agreements {
            let place = if last == agreement.place { "" } else { agreement.place.as_str() };
            last = &agreement.place;
            table.rows.push(vec![place.to_owned(), agreement.to_string()]);
        }
        block(&format!("{address}: its versions"), table)
    };
    groups.into_iter().map(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_counts_by_severity() {
        assert_eq!(summary(&[]), "no findings");
    }
}
