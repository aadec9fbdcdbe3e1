//! Formats values as text, JSON, CSV, Markdown and SVG, independent of the terminal.
//!
//! A command's answer is a [`Report`]: blocks of rows for people and spreadsheets, and JSON for
//! programs. Each output format has its own writer.

mod answer;
mod areas;
mod column;
mod fit;
mod json;
mod layout;
mod markdown;
mod report;
mod rows;
#[cfg(feature = "schema")]
pub mod schema;
mod style;
mod table;

mod chain;
mod changes;
mod check;
mod diff;
mod erasure;
mod field_history;
mod find;
mod graph;
mod history;
mod lineage;
mod maintain;
mod mapping_check;
mod matches;
mod one_line;
mod proof;
mod record;
mod series;
mod source_comparison;
mod sources;
#[cfg(feature = "svg")]
pub mod svg;

pub use answer::{
    Answer, AreaList, ChangeList, ChangedNames, CheckResults, ComparisonAnswer, ComparisonList,
    ElectionList, FoundNameList, ImportList, ListEntry, ListedParty, MatchList, MeasureDescription,
    MeasureList, PartyChangeList, PartyList, RuleCountList, ShownRecord, SourceList, Titled,
    VersionList,
};
pub use areas::areas;
pub use chain::chain;
pub use changes::{ChangeReport, describe_counts};
pub use check::{CheckReport, DetailIter, ElectionDetail, rule_counts};
pub use column::Column;
pub use diff::{changed_names, diff, diffs, stat};
pub use erasure::erasure;
pub use field_history::field_history;
pub use find::find;
pub use graph::{GraphLanguage, graph};
pub use history::{imports, versions};
pub use lineage::{lineage, parties};
pub use maintain::{stats, verification};
pub use mapping_check::mapping_check;
pub use matches::{matches, split};
pub use proof::proof;
pub use record::{list, list_of, show, show_beside};
pub use report::{Block, OutputFormat, Report};
pub use rows::{AnswerRow, RowStream};
pub use series::{measures, series, series_rows};
pub use source_comparison::{source_agreement, source_comparison};
pub use sources::sources;
pub use style::TextStyle;
pub use table::Table;
