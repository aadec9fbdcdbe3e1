//! Renders the results of a check: findings, counts of findings, derived facts and agreement
//! between versions.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::answer::SCHEMA_MEMBER;
use super::json::DocumentWriter;
use super::report::{BlockWriter, or_empty};
use super::{Answer, Block, CheckResults, OutputFormat, Report, RuleCountList, Table, TextStyle};
use crate::Error;
use crate::check::derived::DerivedFact;
use crate::check::versions::ValueAgreement;
use crate::check::{Finding, RuleCount, Severity};
use crate::export::CsvWriter;
use crate::model::format_count;

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
    /// Function that reads the details, called each time they are needed. With details, JSON output
    /// is an object of three lists, and the first CSV column states the type of a row.
    pub details: Option<&'a dyn Fn() -> crate::Result<DetailIter<'a>>>,
    /// Whether text output ends with the number of findings.
    pub with_summary: bool,
}

/// Maximum width of a column with field names, in terminal columns.
const FIELD_WIDTH: usize = 28;
/// Maximum width of a column with sentences, in terminal columns.
const SENTENCE_WIDTH: usize = 66;

impl CheckReport<'_> {
    /// Writes the results.
    ///
    /// # Errors
    /// When the details cannot be read, or the writer fails.
    pub fn write(
        &self,
        out: &mut dyn Write,
        format: OutputFormat,
        style: TextStyle,
    ) -> crate::Result<()> {
        match (format, &self.details) {
            (OutputFormat::Csv | OutputFormat::Spreadsheet, _) => self.write_csv(out, format),
            (OutputFormat::Jsonl, None) => self.findings.iter().try_for_each(|finding| {
                writeln!(out, "{}", json_value(finding)?).map_err(Error::Output)
            }),
            (OutputFormat::Json | OutputFormat::Jsonl, _) => {
                self.write_document(out, format == OutputFormat::Json)
            }
            (OutputFormat::Text | OutputFormat::Markdown, _) => {
                self.write_blocks(out, format, style)
            }
        }
    }

    /// Writes [`CheckResults`] as a JSON object. Without `pretty`, the object is on one line and
    /// has no schema identifier.
    fn write_document(&self, out: &mut dyn Write, pretty: bool) -> crate::Result<()> {
        let mut document = DocumentWriter::new(out, pretty);
        if pretty {
            document.member(SCHEMA_MEMBER, &CheckResults::schema_identifier().into())?;
        }
        document.list("findings", self.findings.iter().map(json_value))?;
        if let Some(details) = self.details {
            document.list("derived", json_values(details()?, |detail| &detail.derived))?;
            document.list("agreements", json_values(details()?, |detail| &detail.agreements))?;
        }
        document.finish()
    }

    fn write_blocks(
        &self,
        out: &mut dyn Write,
        format: OutputFormat,
        style: TextStyle,
    ) -> crate::Result<()> {
        let mut blocks = BlockWriter::new(out, format, style);
        let mut write = |block: Block| blocks.write(&block).map_err(Error::Output);
        finding_blocks(self.findings).try_for_each(&mut write)?;
        if self.with_summary {
            write(Block { note: summary(self.findings), ..Block::default() })?;
        }
        if let Some(details) = self.details {
            for detail in details()? {
                let ElectionDetail { derived, agreements } = detail?;
                fact_blocks(&derived)
                    .chain(agreement_blocks(&agreements))
                    .try_for_each(&mut write)?;
            }
        }
        Ok(())
    }

    /// Writes CSV. The `stated` column holds the value of a derived fact or of an agreement.
    fn write_csv(&self, out: &mut dyn Write, format: OutputFormat) -> crate::Result<()> {
        let columns =
            ["what", "severity", "rule", "address", "place", "stated", "expected", "arithmetic"];
        let first = usize::from(self.details.is_none());
        let mut csv = CsvWriter::new(out, format == OutputFormat::Spreadsheet);
        csv.write_row(&columns[first..]).map_err(Error::Output)?;
        let mut write = |cells: [&str; 8]| csv.write_row(&cells[first..]).map_err(Error::Output);
        for finding in self.findings {
            let Finding { address, place, stated, expected, arithmetic, .. } = finding;
            let (severity, rule) = (finding.severity.to_string(), finding.rule.to_string());
            let arithmetic = arithmetic.as_deref().unwrap_or_default();
            write(["finding", &severity, &rule, address, place, stated, expected, arithmetic])?;
        }
        if let Some(details) = self.details {
            for detail in details()? {
                let ElectionDetail { derived, agreements } = detail?;
                for fact in &derived {
                    let kind = json_value(&fact.kind)?;
                    let (kind, value, reason) =
                        (or_empty(kind.as_str()), value_with_unit(fact), reason(fact));
                    write(["derived", "", &kind, &fact.address, &fact.place, &value, "", &reason])?;
                }
                for one in &agreements {
                    let sentence = one.to_string();
                    write([
                        "agreement",
                        "",
                        "",
                        &one.address,
                        &one.place,
                        &one.value,
                        "",
                        &sentence,
                    ])?;
                }
            }
        }
        csv.finish().map_err(Error::Output)
    }
}

/// Returns the items of one list, such as the derived facts, from all details as JSON.
fn json_values<'s, T: Serialize + 's>(
    details: DetailIter<'s>,
    list_of: fn(&ElectionDetail) -> &Vec<T>,
) -> impl Iterator<Item = crate::Result<Value>> + 's {
    details.flat_map(move |detail| match detail {
        Ok(detail) => list_of(&detail).iter().map(json_value).collect(),
        Err(error) => vec![Err(error)],
    })
}

fn json_value<T: Serialize>(value: &T) -> crate::Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::Output(error.into()))
}

fn value_with_unit(fact: &DerivedFact) -> String {
    match fact.unit.as_str() {
        "" | "people" => fact.value.clone(),
        unit => format!("{} {unit}", fact.value),
    }
}

/// Returns the arithmetic of a fact, followed by the quoted sentence that supplies a number, if
/// any.
fn reason(fact: &DerivedFact) -> String {
    let prose = fact.prose.as_ref().map(|sentence| format!(": “{sentence}”"));
    format!("{}{}", fact.arithmetic, or_empty(prose))
}

/// Renders the number of findings per rule and severity, one row each.
///
/// # Errors
/// When a count cannot be serialised as JSON.
pub fn rule_counts(counts: &[RuleCount]) -> io::Result<Report> {
    let mut table = Table::new(&["severity", "rule", ">count"]);
    for counted in counts {
        let (severity, rule) = (counted.severity.to_string(), counted.rule.to_string());
        table.rows.push(vec![severity, rule, counted.count.to_string()]);
    }
    Report::from_answer(&RuleCountList { rules: counts.to_vec() }, table)
}

/// Groups values by election, in order of first occurrence.
fn group_by_address<T>(all: &[T], address: fn(&T) -> &str) -> Vec<(&str, Vec<&T>)> {
    let mut indices = std::collections::HashMap::new();
    let mut groups: Vec<(&str, Vec<&T>)> = Vec::new();
    for value in all {
        let index = *indices.entry(address(value)).or_insert_with(|| {
            groups.push((address(value), Vec::new()));
            groups.len() - 1
        });
        groups[index].1.push(value);
    }
    groups
}

fn block_under(heading: &str, table: Table) -> Block {
    Block { heading: heading.to_owned(), table, ..Block::default() }
}

fn finding_blocks(all: &[Finding]) -> impl Iterator<Item = Block> {
    let groups = group_by_address(all, |finding| &finding.address);
    let block = move |(address, findings): (&str, Vec<&Finding>)| {
        let mut table = Table::new(&["severity", "rule", "place", "stated"]);
        table.columns[2].max_width = Some(FIELD_WIDTH);
        table.columns[3].max_width = Some(SENTENCE_WIDTH);
        for finding in findings {
            let arithmetic = finding.arithmetic.as_ref().map(|text| format!(" ({text})"));
            table.rows.push(vec![
                finding.severity.to_string(),
                finding.rule.to_string(),
                finding.place.clone(),
                format!(
                    "{}; consistent: {}{}",
                    finding.stated,
                    finding.expected,
                    or_empty(arithmetic)
                ),
            ]);
        }
        block_under(address, table)
    };
    groups.into_iter().map(block)
}

fn summary(findings: &[Finding]) -> String {
    let of = |severity: Severity, noun: &str| {
        let number = findings.iter().filter(|finding| finding.severity == severity).count();
        (number > 0).then(|| format_count(number as u64, noun))
    };
    let counts = [
        of(Severity::Error, "error"),
        of(Severity::Warning, "warning"),
        of(Severity::Note, "note"),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") }
}

fn fact_blocks(all: &[DerivedFact]) -> impl Iterator<Item = Block> {
    let groups = group_by_address(all, |fact| &fact.address);
    let block = move |(address, facts): (&str, Vec<&DerivedFact>)| {
        let mut table = Table::new(&["fact", "value", "arithmetic"]);
        table.columns[0].max_width = Some(FIELD_WIDTH);
        table.columns[2].max_width = Some(SENTENCE_WIDTH);
        for fact in facts {
            let rounds = fact.place.rsplit_once(", round ").filter(|(_, round)| *round != "1");
            let round = rounds.map(|(_, round)| format!(", round {round}"));
            let part = fact.place.rsplit_once(": ").map(|(part, _)| format!("{part}: "));
            let name = format!("{}{}{}", or_empty(part), fact.kind, or_empty(round));
            table.rows.push(vec![name, value_with_unit(fact), reason(fact)]);
        }
        block_under(&format!("{address}: derived facts"), table)
    };
    groups.into_iter().map(block)
}

fn agreement_blocks(all: &[ValueAgreement]) -> impl Iterator<Item = Block> {
    let groups = group_by_address(all, |agreement| &agreement.address);
    let block = move |(address, agreements): (&str, Vec<&ValueAgreement>)| {
        let mut table = Table::new(&["place", "agrees"]);
        table.columns[0].max_width = Some(FIELD_WIDTH + 6);
        table.columns[1].max_width = Some(SENTENCE_WIDTH);
        let mut last = "";
        for agreement in agreements {
            let place = if last == agreement.place { "" } else { agreement.place.as_str() };
            last = &agreement.place;
            table.rows.push(vec![place.to_owned(), agreement.to_string()]);
        }
        block_under(&format!("{address}: agreement of versions"), table)
    };
    groups.into_iter().map(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_without_findings_says_so() {
        assert_eq!(summary(&[]), "no findings");
    }
}
