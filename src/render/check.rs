//! Renders the results of a check: findings, counts of findings, derived facts and agreement
//! between versions.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::report::{BlockWriter, or_empty, write_list};
use super::{Block, OutputFormat, Report, Table};
use crate::Error;
use crate::check::derived::DerivedFact;
use crate::check::editions::ValueAgreement;
use crate::check::{Finding, RuleCount, Severity};
use crate::export::{CsvWriter, to_json};
use crate::model::count;

/// Details about one election, in addition to its findings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ElectionDetail {
    /// Facts derived from the figures.
    pub derived: Vec<DerivedFact>,
    /// Agreement between the figures of several versions.
    pub agreements: Vec<ValueAgreement>,
}

/// An iterator over details that are read on demand.
pub type DetailIter<'s> = Box<dyn Iterator<Item = crate::Result<ElectionDetail>> + 's>;

/// All results of a check.
pub struct CheckReport<'a> {
    /// The findings, rendered under their elections.
    pub findings: &'a [Finding],
    /// Reads the details. It is called each time they are needed. With details, JSON output is an
    /// object of three lists, and the first CSV column states the type of a row.
    pub further: Option<&'a dyn Fn() -> crate::Result<DetailIter<'a>>>,
    /// Whether text output ends with the number of findings.
    pub summed: bool,
}

/// Maximum width of a column with field names, in terminal columns.
const FIELD: usize = 28;
/// Maximum width of a column with sentences, in terminal columns.
const SENTENCE: usize = 66;

impl CheckReport<'_> {
    /// Writes the results.
    ///
    /// # Errors
    /// When the details cannot be read, or the writer fails.
    pub fn write(
        &self,
        out: &mut dyn Write,
        format: OutputFormat,
        colour: bool,
    ) -> crate::Result<()> {
        match (format, &self.further) {
            (OutputFormat::Csv | OutputFormat::Spreadsheet, _) => self.write_csv(out, format),
            (OutputFormat::Json, None) => {
                write_list(out, Some(0), self.findings.iter().map(json_of))?;
                writeln!(out).map_err(Error::Output)
            }
            (OutputFormat::Jsonl, None) => self.findings.iter().try_for_each(|finding| {
                writeln!(out, "{}", json_of(finding)?).map_err(Error::Output)
            }),
            (OutputFormat::Json | OutputFormat::Jsonl, Some(further)) => {
                let indent = (format == OutputFormat::Json).then_some(2);
                let (line, colon, end) =
                    if indent.is_some() { ("\n  ", ": ", "\n}") } else { ("", ":", "}") };
                let name = |out: &mut dyn Write, before: &str, name: &str| {
                    write!(out, "{before}{line}\"{name}\"{colon}").map_err(Error::Output)
                };
                name(out, "{", "findings")?;
                write_list(out, indent, self.findings.iter().map(json_of))?;
                name(out, ",", "derived")?;
                write_list(out, indent, json_values(further()?, |further| &further.derived))?;
                name(out, ",", "agreements")?;
                write_list(out, indent, json_values(further()?, |further| &further.agreements))?;
                writeln!(out, "{end}").map_err(Error::Output)
            }
            (OutputFormat::Text | OutputFormat::Markdown, _) => {
                self.write_blocks(out, format, colour)
            }
        }
    }

    fn write_blocks(
        &self,
        out: &mut dyn Write,
        format: OutputFormat,
        colour: bool,
    ) -> crate::Result<()> {
        let mut blocks = BlockWriter::new(out, format, colour);
        let mut write = |block: Block| blocks.write(&block).map_err(Error::Output);
        findings(self.findings).try_for_each(&mut write)?;
        if self.summed {
            write(Block { note: summary(self.findings), ..Block::default() })?;
        }
        if let Some(further) = self.further {
            for further in further()? {
                let ElectionDetail { derived: facts, agreements: all } = further?;
                derived(&facts).chain(agreements(&all)).try_for_each(&mut write)?;
            }
        }
        Ok(())
    }

    /// Writes CSV. The `said` column holds the value of a derived fact or of an agreement.
    fn write_csv(&self, out: &mut dyn Write, format: OutputFormat) -> crate::Result<()> {
        let columns =
            ["what", "severity", "kind", "address", "place", "said", "expected", "arithmetic"];
        let first = usize::from(self.further.is_none());
        let mut csv = CsvWriter::new(out, format == OutputFormat::Spreadsheet);
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
                let ElectionDetail { derived, agreements } = further?;
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

/// Returns the values of one list of all details, as JSON.
fn json_values<'s, T: Serialize + 's>(
    further: DetailIter<'s>,
    of: fn(&ElectionDetail) -> &Vec<T>,
) -> impl Iterator<Item = crate::Result<Value>> + 's {
    further.flat_map(move |further| match further {
        Ok(further) => of(&further).iter().map(json_of).collect(),
        Err(error) => vec![Err(error)],
    })
}

fn json_of<T: Serialize>(value: &T) -> crate::Result<Value> {
    to_json(value).map_err(|error| Error::Output(error.into()))
}

fn with_unit(fact: &DerivedFact) -> String {
    match fact.unit.as_str() {
        "" | "people" => fact.value.clone(),
        unit => format!("{} {unit}", fact.value),
    }
}

/// Returns the arithmetic, and the sentence that it is based on.
fn reason(fact: &DerivedFact) -> String {
    let prose = fact.prose.as_ref().map(|sentence| format!(": “{sentence}”"));
    format!("{}{}", fact.arithmetic, or_empty(prose))
}

/// Renders the number of findings per rule and severity, one row each.
///
/// # Errors
/// When a count cannot be serialised as JSON.
pub fn rule_counts(counts: &[RuleCount]) -> io::Result<Report> {
    let mut table = Table::new(&["severity", "kind", ">count"]);
    for counted in counts {
        let (severity, kind) = (counted.severity.to_string(), counted.kind.to_string());
        table.rows.push(vec![severity, kind, counted.count.to_string()]);
    }
    Report::of(counts, table)
}

/// Groups values by election, in order of first occurrence.
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

fn derived(all: &[DerivedFact]) -> impl Iterator<Item = Block> {
    let groups = grouped_by(all, |fact| &fact.address);
    let block = move |(address, facts): (&str, Vec<&DerivedFact>)| {
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

fn agreements(all: &[ValueAgreement]) -> impl Iterator<Item = Block> {
    let groups = grouped_by(all, |agreement| &agreement.address);
    let block = move |(address, agreements): (&str, Vec<&ValueAgreement>)| {
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
