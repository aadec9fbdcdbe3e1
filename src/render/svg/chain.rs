//! A chain as boxes with arrows, in rows.

use super::canvas::{Anchor, Canvas, TextStyle};
use super::caption::capitalise;
use super::text::{width, wrap};
use super::{Caption, MARGIN, WIDTH, colour};
use crate::analysis::chain::{Chain, ChainStep, LinkEvidence};
use crate::render::graph::{is_missing, step_evidence};

/// Maximum number of boxes in a row.
const COLUMNS: usize = 4;
/// Width of a box, in user units.
const BOX: f64 = 160.0;
/// Horizontal distance between two boxes, in user units.
const GAP: f64 = (WIDTH - 2.0 * MARGIN - COLUMNS as f64 * BOX) / (COLUMNS as f64 - 1.0);
/// Vertical distance between rows, in user units.
const LANE: f64 = 46.0;
/// Padding between the edge of a box and its text, in user units.
const PAD: f64 = 8.0;

/// A part of a box: lines in one font.
struct TextPart {
    lines: Vec<String>,
    font: TextStyle,
}

/// A step of the chain with its laid-out text.
struct StepBox<'a> {
    step: &'a ChainStep,
    parts: Vec<TextPart>,
    notes: Vec<TextPart>,
}

/// Draws a chain as boxes, from the earliest election to the latest. An election that is not in the
/// archive has a dashed box. A step that is not linked from both sides has a dashed arrow. Where a
/// country changes its name, both names are shown. Competing links are noted under the box.
///
/// ```
/// use hustings::analysis::chain::{Chain, LinkEvidence, ChainStep};
/// use hustings::render::svg::{self, Caption};
/// let step = |title: &str, known| ChainStep {
///     title: title.to_owned(), address: None, date: None, country: None, known,
///     notes: Vec::new(), version: None,
/// };
/// let chain = Chain { kind: None, steps: vec![step("1901", LinkEvidence::Start), step("1905", LinkEvidence::Missing)] };
/// let picture = svg::chain(&chain, &Caption::of_chain(&chain, &[]));
/// assert!(picture.contains("stroke-dasharray"));
/// ```
#[must_use]
pub fn chain(chain: &Chain, caption: &Caption) -> String {
    let mut canvas = Canvas::default();
    let mut y = caption.head(&mut canvas) + 22.0;
    let cards = cards(chain);
    let arrows = step_evidence(chain);
    if cards.is_empty() {
        canvas.text(
            MARGIN,
            y,
            TextStyle::new(13.0).fill(colour::GREY),
            "There is no election in this chain.",
        );
    }
    for (row, of_row) in cards.chunks(COLUMNS).enumerate() {
        let height = of_row.iter().map(StepBox::body).fold(0.0, f64::max);
        let whole = of_row.iter().map(|card| height + card.below()).fold(height, f64::max);
        for (column, card) in of_row.iter().enumerate() {
            let at = row * COLUMNS + column;
            let x = left(column);
            card.draw(&mut canvas, (x, y), height);
            let Some(known) = arrows.get(at) else { continue };
            let middle = y + height / 2.0;
            if column + 1 < COLUMNS {
                let ends = [(x + BOX, middle), (x + BOX + GAP, middle)];
                arrow(&mut canvas, &ends, *known);
                label(&mut canvas, (x + BOX + GAP / 2.0, middle), *known);
            } else {
                // Go down past the notes of the row, and back to the left.
                let lane = y + whole + LANE / 2.0;
                let (from, to) = (x + BOX + MARGIN / 2.0, left(0) - MARGIN / 2.0);
                let next = cards.get(at + 1..).unwrap_or_default();
                let below = next.iter().take(COLUMNS).map(StepBox::body).fold(0.0, f64::max);
                let enter = y + whole + LANE + below / 2.0;
                let path = [
                    (x + BOX, middle),
                    (from, middle),
                    (from, lane),
                    (to, lane),
                    (to, enter),
                    (left(0), enter),
                ];
                arrow(&mut canvas, &path, *known);
                let font = TextStyle::new(11.0).anchor(Anchor::Middle).fill(colour::GREY);
                canvas.text(WIDTH / 2.0, lane - 5.0, font, known.as_str());
            }
        }
        y += whole + LANE;
    }
    caption.foot(canvas, y - LANE + 12.0, &notes(chain, &arrows))
}

fn left(column: usize) -> f64 {
    MARGIN + column as f64 * (BOX + GAP)
}

/// Returns a legend for the line styles that occur.
fn notes(chain: &Chain, arrows: &[LinkEvidence]) -> Vec<String> {
    let mut said = Vec::new();
    if arrows.iter().any(|known| *known != LinkEvidence::BothSides) {
        said.push("dashed arrow, not said by both sides");
    }
    if chain.steps.iter().any(is_missing) {
        said.push("dashed box, not in the archive");
    }
    if chain.steps.len() > 1 {
        said.push("thick box, where the walk began");
    }
    let said = capitalise(&said.join("; "));
    if said.is_empty() { Vec::new() } else { vec![said + "."] }
}

fn cards(chain: &Chain) -> Vec<StepBox<'_>> {
    let mut country: Option<&str> = None;
    let mut cards = Vec::new();
    for step in &chain.steps {
        let now = step.country.as_deref();
        let renamed = country.zip(now).filter(|(before, now)| before != now);
        cards.push(StepBox::of(step, renamed));
        country = now.or(country);
    }
    cards
}

impl<'a> StepBox<'a> {
    fn of(step: &'a ChainStep, renamed: Option<(&str, &str)>) -> Self {
        let part = |text: &str, font: TextStyle, lines: usize| TextPart {
            lines: wrap(text, font.size, font.bold, BOX - 2.0 * PAD, lines),
            font,
        };
        let small = TextStyle::new(11.0);
        let mut parts = vec![part(&step.title, TextStyle::new(12.0).bold(), 5)];
        match (renamed, &step.country) {
            (Some((before, now)), _) => {
                let said = format!("renamed: {before} → {now}");
                parts.push(part(&said, small.bold().fill(colour::RED), 4));
            }
            (None, Some(country)) => parts.push(part(country, small.fill(colour::GREY), 2)),
            (None, None) => {}
        }
        if let Some(date) = step.date {
            parts.push(part(&date.to_string(), small, 1));
        }
        let notes = step.notes.iter().map(|note| part(note, small, 6)).collect();
        Self { step, parts, notes }
    }

    /// Returns the height of the box itself.
    fn body(&self) -> f64 {
        height(&self.parts) + 2.0 * PAD
    }

    /// Returns the additional height of the notes.
    fn below(&self) -> f64 {
        if self.notes.is_empty() { 0.0 } else { height(&self.notes) + 2.0 * PAD }
    }

    fn draw(&self, canvas: &mut Canvas, (x, y): (f64, f64), high: f64) {
        let absent = is_missing(self.step);
        let thick = if self.step.known == LinkEvidence::Start { 3.0 } else { 1.2 };
        let dash = if absent { " stroke-dasharray=\"5 4\"" } else { "" };
        let style = format!(
            "rx=\"4\" fill=\"{}\" stroke=\"{}\" stroke-width=\"{thick}\"{dash}",
            if absent { "#ffffff" } else { "#f3f8fb" },
            if absent { colour::GREY } else { colour::BLUE },
        );
        if !self.notes.is_empty() {
            let note = format!("fill=\"{}\" stroke=\"{}\"", colour::NOTE, colour::RED);
            canvas.rect([x + 4.0, y + high, BOX - 8.0, self.below()], &note, "");
            write(canvas, (x + PAD, y + high + PAD), &self.notes);
        }
        canvas.rect([x, y, BOX, high], &style, &self.step.title);
        write(canvas, (x + PAD, y + PAD), &self.parts);
    }
}

fn height(parts: &[TextPart]) -> f64 {
    parts.iter().map(|part| part.lines.len() as f64 * part.font.line() + 3.0).sum()
}

fn write(canvas: &mut Canvas, (x, y): (f64, f64), parts: &[TextPart]) {
    let mut y = y;
    for part in parts {
        y = canvas.lines(x, y + part.font.size, part.font, &part.lines) - part.font.size + 3.0;
    }
}

fn arrow(canvas: &mut Canvas, path: &[(f64, f64)], known: LinkEvidence) {
    let dash = if known == LinkEvidence::BothSides { "" } else { " stroke-dasharray=\"5 4\"" };
    let style = format!("stroke=\"{}\" stroke-width=\"1.4\"{dash}", colour::INK);
    if let [.., from, to] = path {
        // The line ends inside the arrowhead.
        let end = (to.0 - 7.0 * (to.0 - from.0).signum(), to.1);
        let points = path.iter().take(path.len() - 1).copied().chain([end]);
        canvas.path(points, &style);
        canvas.arrowhead(*from, *to);
    }
}

/// Draws the evidence for a step above its arrow, and any part after a colon or in parentheses
/// below it.
fn label(canvas: &mut Canvas, (x, y): (f64, f64), known: LinkEvidence) {
    let words = known.as_str();
    let size = 11.0;
    let most = GAP - 4.0;
    let font = TextStyle::new(size).anchor(Anchor::Middle).fill(colour::GREY);
    if width(words, size, false) <= most {
        canvas.text(x, y - 5.0, font, words);
        return;
    }
    let at = words
        .find([':', '('])
        .map_or(words.len(), |at| if words[at..].starts_with(':') { at + 1 } else { at });
    let (over, under) = words.split_at(at);
    let over = wrap(over, size, false, most, 2);
    canvas.lines(x, y - 5.0 - (over.len() as f64 - 1.0) * font.line(), font, &over);
    canvas.lines(x, y + size + 3.0, font, &wrap(under, size, false, most, 3));
}
