//! A chain as a graph, for Graphviz and for Mermaid: an election a box, and how each step is known on
//! the arrow.

use std::fmt::Write as _;

use crate::chain::{Chain, Known, Step};
use crate::escape::printable;

/// A language of graphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Graph {
    /// Graphviz.
    Dot,
    /// Mermaid, which wikis and forges draw.
    Mermaid,
}

/// The chain in a language of graphs. What is not in the archive has a dashed box; a step that not both sides
/// know has a dashed arrow.
///
/// ```
/// use hustings::chain::{Chain, Known, Step};
/// use hustings::render::{Graph, graph};
/// let step = |title: &str, known| Step {
///     title: title.to_owned(), address: None, date: None, country: None, known,
///     notes: Vec::new(), version: None,
/// };
/// let steps = vec![step("1901", Known::Start), step("1905", Known::Missing)];
/// let mermaid = graph(&Chain { kind: None, steps }, Graph::Mermaid);
/// assert!(mermaid.starts_with("flowchart LR\n    e0[\"1901\"]\n"));
/// ```
#[must_use]
pub fn graph(chain: &Chain, language: Graph) -> String {
    let mut text = match language {
        Graph::Dot => "digraph chain {\n    rankdir=LR\n    node [shape=box]\n".to_owned(),
        Graph::Mermaid => "flowchart LR\n".to_owned(),
    };
    for (at, step) in chain.steps.iter().enumerate() {
        let absent = is_absent(step);
        // Writing to a text does not fail.
        let _ = match language {
            Graph::Dot => {
                let style = if absent { ", style=dashed" } else { "" };
                writeln!(text, "    e{at} [label=\"{}\"{style}]", label(step, language))
            }
            Graph::Mermaid => {
                let style = if absent { ":::absent" } else { "" };
                writeln!(text, "    e{at}[\"{}\"]{style}", label(step, language))
            }
        };
    }
    for (at, known) in arrows(chain).into_iter().enumerate() {
        let word = known.as_str();
        let sure = known == Known::BothSides;
        let next = at + 1;
        let _ = match language {
            Graph::Dot => {
                let style = if sure { "" } else { ", style=dashed" };
                writeln!(text, "    e{at} -> e{next} [label=\"{word}\"{style}]")
            }
            Graph::Mermaid => {
                let arrow = if sure { "-->" } else { "-.->" };
                writeln!(text, "    e{at} {arrow}|\"{word}\"| e{next}")
            }
        };
    }
    text.push_str(match language {
        Graph::Dot => "}\n",
        Graph::Mermaid => "    classDef absent stroke-dasharray: 4 4\n",
    });
    text
}

/// Whether the archive does not have it.
pub(super) fn is_absent(step: &Step) -> bool {
    step.version.is_none() && step.address.is_none() && step.known != Known::Start
}

/// How each step from an election to the next is known.
pub(super) fn arrows(chain: &Chain) -> Vec<Known> {
    let start = chain.steps.iter().position(|step| step.known == Known::Start).unwrap_or(0);
    // That stands at the end of a step that is further from the start.
    let pairs = chain.steps.windows(2).enumerate();
    pairs.map(|(at, pair)| pair[usize::from(at >= start)].known).collect()
}

/// Title, country and date, a line each, and what else is claimed for the place.
fn label(step: &Step, language: Graph) -> String {
    let date = step.date.map(|date| date.to_string());
    let lines = [Some(step.title.clone()), step.country.clone(), date];
    let lines = lines.into_iter().flatten().chain(step.notes.iter().cloned());
    let (end, quote) = match language {
        Graph::Dot => ("\\n", "\\\""),
        Graph::Mermaid => ("<br>", "&quot;"),
    };
    let escaped = lines.map(|line| {
        let line = match language {
            Graph::Dot => printable(&line).replace('\\', "\\\\"),
            Graph::Mermaid => {
                printable(&line).replace('&', "&amp;").replace('<', "&lt;").replace('#', "&num;")
            }
        };
        line.replace('"', quote)
    });
    escaped.collect::<Vec<_>>().join(end)
}
