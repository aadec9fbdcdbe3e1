//! Where a figure comes from: its history, its proof, and citations.

mod citation;
mod describe;
mod digests;
mod history;
mod locate;
mod period;
mod place;
mod proof;
mod support;
mod words;

pub use citation::{Citation, cite};
pub use digests::{DigestEvidence, ImportDigests};
pub use history::{FieldHistory, field_history};
pub use period::{FieldPeriod, PeriodKind};
pub use place::{SourcePlace, TableCell};
pub use proof::{Agreement, Proof, ProofOptions, Statement, prove};
