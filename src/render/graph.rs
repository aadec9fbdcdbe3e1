//! Renders a chain as a graph for Graphviz or Mermaid: a node per election, and the evidence for
//! each step on its edge.

use std::fmt::Write as _;

use crate::analysis::chain::{Chain, ChainStep, LinkEvidence};
use crate::model::escape::printable;

/// A graph description language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GraphLanguage {
    /// DOT, the language of Graphviz.
    Dot,
    /// Mermaid, which wikis and forges render.
    Mermaid,
}

/// Renders a chain in a graph description language. Elections that are not in the archive have
/// dashed boxes. Steps that are not linked from both sides have dashed arrows.
///
/// ```
/// use hustings::analysis::chain::{Chain, LinkEvidence, ChainStep};
/// use hustings::render::{GraphLanguage, graph};
/// let steps = vec![
///     ChainStep::new("1901", LinkEvidence::Start),
///     ChainStep::new("1905", LinkEvidence::Missing),
/// ];
/// let mermaid = graph(&Chain::new(None, steps), GraphLanguage::Mermaid);
/// assert!(mermaid.starts_with("flowchart LR\n    e0[\"1901\"]\n"));
/// ```
#[must_use]
pub fn graph(chain: &Chain, language: GraphLanguage) -> String {
    let mut text = match language {
        GraphLanguage::Dot => "digraph chain {\n    rankdir=LR\n    node [shape=box]\n".to_owned(),
        GraphLanguage::Mermaid => "flowchart LR\n".to_owned(),
    };
    for (at, step) in chain.steps.iter().enumerate() {
        let is_missing = is_missing(step);
        // Writing to a string does not fail.
        let _ = match language {
            GraphLanguage::Dot => {
                let style = if is_missing { ", style=dashed" } else { "" };
                writeln!(text, "    e{at} [label=\"{}\"{style}]", label(step, language))
            }
            GraphLanguage::Mermaid => {
                let style = if is_missing { ":::absent" } else { "" };
                writeln!(text, "    e{at}[\"{}\"]{style}", label(step, language))
            }
        };
    }
    for (at, evidence) in step_evidence(chain).into_iter().enumerate() {
        let word = evidence.as_str();
        let is_confirmed = evidence == LinkEvidence::BothSides;
        let next = at + 1;
        let _ = match language {
            GraphLanguage::Dot => {
                let style = if is_confirmed { "" } else { ", style=dashed" };
                writeln!(text, "    e{at} -> e{next} [label=\"{word}\"{style}]")
            }
            GraphLanguage::Mermaid => {
                let arrow = if is_confirmed { "-->" } else { "-.->" };
                writeln!(text, "    e{at} {arrow}|\"{word}\"| e{next}")
            }
        };
    }
    text.push_str(match language {
        GraphLanguage::Dot => "}\n",
        GraphLanguage::Mermaid => "    classDef absent stroke-dasharray: 4 4\n",
    });
    text
}

/// Returns whether the election is not in the archive.
pub(super) fn is_missing(step: &ChainStep) -> bool {
    step.version.is_none() && step.address.is_none() && step.evidence != LinkEvidence::Start
}

/// Returns the evidence for each step from one election to the next.
pub(super) fn step_evidence(chain: &Chain) -> Vec<LinkEvidence> {
    let start =
        chain.steps.iter().position(|step| step.evidence == LinkEvidence::Start).unwrap_or(0);
    // The evidence that connects two elections is stored in the one further from the start.
    let pairs = chain.steps.windows(2).enumerate();
    pairs.map(|(at, pair)| pair[usize::from(at >= start)].evidence).collect()
}

/// Returns the label of a node: title, country, date and notes, one per line.
fn label(step: &ChainStep, language: GraphLanguage) -> String {
    let date = step.date.map(|date| date.to_string());
    let lines = [Some(step.title.clone()), step.country.clone(), date];
    let lines = lines.into_iter().flatten().chain(step.notes.iter().cloned());
    let (end, quote) = match language {
        GraphLanguage::Dot => ("\\n", "\\\""),
        GraphLanguage::Mermaid => ("<br>", "&quot;"),
    };
    let escaped = lines.map(|line| {
        let line = match language {
            GraphLanguage::Dot => printable(&line).replace('\\', "\\\\"),
            GraphLanguage::Mermaid => {
                printable(&line).replace('&', "&amp;").replace('<', "&lt;").replace('#', "&num;")
            }
        };
        line.replace('"', quote)
    });
    escaped.collect::<Vec<_>>().join(end)
}
