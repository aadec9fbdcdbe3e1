//! Formats values as text, JSON, CSV, Markdown and SVG, independent of the terminal.
//!
//! A command's answer is a [`Report`]: blocks of rows for people and spreadsheets, and JSON for
//! programs. Each output format has its own writer.

mod markdown;
mod report;
mod rows;
mod table;
mod text;

mod chain;
mod check;
mod diff;
mod graph;
mod history;
mod lineage;
mod record;
mod series;
#[cfg(feature = "svg")]
pub mod svg;
mod trust;

pub use chain::chain;
pub use check::{CheckReport, DetailIter, ElectionDetail, rule_counts};
pub use diff::{diff, names, stat};
pub use graph::{GraphLanguage, graph};
pub use history::{imports, versions};
pub use lineage::lineage;
pub use record::{list, show};
pub use report::{Block, OutputFormat, Report};
pub use rows::{AnswerRow, RowStream};
pub use series::{measures, series, series_rows};
pub use table::{Column, Table};
pub use trust::{stats, verification};
