//! The input: deterministic election articles. A plan determines the elections. Their texts are
//! written once to a file, which all peers read.

mod article;
mod facts;
mod names;
mod numbers;
mod plan;
mod questions;
mod texts;
mod words;

pub(crate) use plan::Plan;
pub(crate) use questions::{Address, Questions};
pub(crate) use texts::{Given, Texts, write};
