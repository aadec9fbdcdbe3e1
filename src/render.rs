//! Values to text, JSON, CSV, Markdown and SVG, over `io::Write`. Knows no terminal.
//!
//! A command's answer is a [`Report`]: blocks of rows for people and spreadsheets, and JSON for
//! programs. Each format is one writer over that.

mod markdown;
mod report;
mod rows;
mod table;

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
pub use check::{Audit, Further, FurtherIter, counts};
pub use diff::{diff, names, stat};
pub use graph::{Graph, graph};
pub use history::{imports, versions};
pub use lineage::lineage;
pub use record::{list, show};
pub use report::{Block, Format, Report};
pub use rows::{Row, Rows};
pub use series::{measures, series, series_rows};
pub use table::{Column, Table};
pub use trust::{stats, verification};
