//! What is given: election articles, the same every time. First which elections there are, then their
//! texts, which are written to a file once that all peers read.

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
