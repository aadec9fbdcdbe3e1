//! A chain as boxes with arrows, in rows.

use super::canvas::{Anchor, Canvas, FontStyle};
use super::caption::capitalise;
use super::text::{width, wrap};
use super::{Caption, MARGIN, WIDTH, colour};
use crate::analysis::chain::{Chain, ChainStep, LinkEvidence};
use crate::render::graph::{is_missing, step_evidence};

/// Maximum number of boxes in a row.
const MAX_COLUMNS: usize = 4;
/// Width of a box, in user units.
const BOX_WIDTH: f64 = 160.0;
/// Horizontal distance between two boxes, in user units.
const BOX_GAP: f64 =
    (WIDTH - 2.0 * MARGIN - MAX_COLUMNS as f64 * BOX_WIDTH) / (MAX_COLUMNS as f64 - 1.0);
/// Vertical distance between rows, in user units.
const ROW_GAP: f64 = 46.0;
/// Padding between the edge of a box and its text, in user units.
const PADDING: f64 = 8.0;

/// A part of a box: lines in one font.
struct TextPart {
    lines: Vec<String>,
    font: FontStyle,
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
/// let steps = vec![
///     ChainStep::new("1901", LinkEvidence::Start),
///     ChainStep::new("1905", LinkEvidence::Missing),
/// ];
/// let chain = Chain::new(None, steps);
/// let picture = svg::chain(&chain, &Caption::for_chain(&chain, &[]));
/// assert!(picture.contains("stroke-dasharray"));
/// ```
#[must_use]
pub fn chain(chain: &Chain, caption: &Caption) -> String {
    let mut canvas = Canvas::default();
    let mut y = caption.draw_title(&mut canvas) + 22.0;
    let boxes = step_boxes(chain);
    let arrows = step_evidence(chain);
    if boxes.is_empty() {
        canvas.text(
            MARGIN,
            y,
            FontStyle::new(13.0).fill(colour::GREY),
            "The chain has no elections.",
        );
    }
    for (row, row_boxes) in boxes.chunks(MAX_COLUMNS).enumerate() {
        let height = row_boxes.iter().map(StepBox::box_height).fold(0.0, f64::max);
        let row_height = row_boxes
            .iter()
            .map(|step_box| height + step_box.notes_height())
            .fold(height, f64::max);
        for (column, step_box) in row_boxes.iter().enumerate() {
            let at = row * MAX_COLUMNS + column;
            let x = column_left(column);
            step_box.draw(&mut canvas, (x, y), height);
            let Some(evidence) = arrows.get(at) else { continue };
            let middle = y + height / 2.0;
            if column + 1 < MAX_COLUMNS {
                let ends = [(x + BOX_WIDTH, middle), (x + BOX_WIDTH + BOX_GAP, middle)];
                draw_arrow(&mut canvas, &ends, *evidence);
                draw_arrow_label(&mut canvas, (x + BOX_WIDTH + BOX_GAP / 2.0, middle), *evidence);
            } else {
                // The arrow goes down past the notes of the row, and back to the left.
                let lane = y + row_height + ROW_GAP / 2.0;
                let (from, to) = (x + BOX_WIDTH + MARGIN / 2.0, column_left(0) - MARGIN / 2.0);
                let next = boxes.get(at + 1..).unwrap_or_default();
                let next_height =
                    next.iter().take(MAX_COLUMNS).map(StepBox::box_height).fold(0.0, f64::max);
                let enter = y + row_height + ROW_GAP + next_height / 2.0;
                let path = [
                    (x + BOX_WIDTH, middle),
                    (from, middle),
                    (from, lane),
                    (to, lane),
                    (to, enter),
                    (column_left(0), enter),
                ];
                draw_arrow(&mut canvas, &path, *evidence);
                let font = FontStyle::new(11.0).anchor(Anchor::Middle).fill(colour::GREY);
                canvas.text(WIDTH / 2.0, lane - 5.0, font, evidence.as_str());
            }
        }
        y += row_height + ROW_GAP;
    }
    caption.finish(canvas, y - ROW_GAP + 12.0, &legend(chain, &arrows))
}

fn column_left(column: usize) -> f64 {
    MARGIN + column as f64 * (BOX_WIDTH + BOX_GAP)
}

/// Returns a legend for the line styles that occur.
fn legend(chain: &Chain, arrows: &[LinkEvidence]) -> Vec<String> {
    let mut entries = Vec::new();
    if arrows.iter().any(|evidence| *evidence != LinkEvidence::BothSides) {
        entries.push("dashed arrow, not stated by both sides");
    }
    if chain.steps.iter().any(is_missing) {
        entries.push("dashed box, not in the archive");
    }
    if chain.steps.len() > 1 {
        entries.push("thick box, start of the chain");
    }
    let text = capitalise(&entries.join("; "));
    if text.is_empty() { Vec::new() } else { vec![text + "."] }
}

fn step_boxes(chain: &Chain) -> Vec<StepBox<'_>> {
    let mut country: Option<&str> = None;
    let mut boxes = Vec::new();
    for step in &chain.steps {
        let now = step.country.as_deref();
        let renamed = country.zip(now).filter(|(before, now)| before != now);
        boxes.push(StepBox::new(step, renamed));
        country = now.or(country);
    }
    boxes
}

impl<'a> StepBox<'a> {
    fn new(step: &'a ChainStep, renamed: Option<(&str, &str)>) -> Self {
        let part = |text: &str, font: FontStyle, lines: usize| TextPart {
            lines: wrap(text, font.size, font.bold, BOX_WIDTH - 2.0 * PADDING, lines),
            font,
        };
        let small = FontStyle::new(11.0);
        let mut parts = vec![part(&step.title, FontStyle::new(12.0).bold(), 5)];
        match (renamed, &step.country) {
            (Some((before, now)), _) => {
                let text = format!("renamed: {before} → {now}");
                parts.push(part(&text, small.bold().fill(colour::RED), 4));
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

    /// Returns the height of the box, without its notes.
    fn box_height(&self) -> f64 {
        text_height(&self.parts) + 2.0 * PADDING
    }

    /// Returns the additional height of the notes.
    fn notes_height(&self) -> f64 {
        if self.notes.is_empty() { 0.0 } else { text_height(&self.notes) + 2.0 * PADDING }
    }

    fn draw(&self, canvas: &mut Canvas, (x, y): (f64, f64), height: f64) {
        let is_missing = is_missing(self.step);
        let stroke_width = if self.step.evidence == LinkEvidence::Start { 3.0 } else { 1.2 };
        let dash = if is_missing { " stroke-dasharray=\"5 4\"" } else { "" };
        let style = format!(
            "rx=\"4\" fill=\"{}\" stroke=\"{}\" stroke-width=\"{stroke_width}\"{dash}",
            if is_missing { "#ffffff" } else { "#f3f8fb" },
            if is_missing { colour::GREY } else { colour::BLUE },
        );
        if !self.notes.is_empty() {
            let note = format!("fill=\"{}\" stroke=\"{}\"", colour::NOTE, colour::RED);
            canvas.rect([x + 4.0, y + height, BOX_WIDTH - 8.0, self.notes_height()], &note, "");
            draw_text(canvas, (x + PADDING, y + height + PADDING), &self.notes);
        }
        canvas.rect([x, y, BOX_WIDTH, height], &style, &self.step.title);
        draw_text(canvas, (x + PADDING, y + PADDING), &self.parts);
    }
}

fn text_height(parts: &[TextPart]) -> f64 {
    parts.iter().map(|part| part.lines.len() as f64 * part.font.line_height() + 3.0).sum()
}

fn draw_text(canvas: &mut Canvas, (x, y): (f64, f64), parts: &[TextPart]) {
    let mut y = y;
    for part in parts {
        y = canvas.lines(x, y + part.font.size, part.font, &part.lines) - part.font.size + 3.0;
    }
}

fn draw_arrow(canvas: &mut Canvas, path: &[(f64, f64)], evidence: LinkEvidence) {
    let dash = if evidence == LinkEvidence::BothSides { "" } else { " stroke-dasharray=\"5 4\"" };
    let style = format!("stroke=\"{}\" stroke-width=\"1.4\"{dash}", colour::INK);
    if let [.., from, to] = path {
        // The line ends inside the arrowhead.
        let end = (to.0 - 7.0 * (to.0 - from.0).signum(), to.1);
        let points = path.iter().take(path.len() - 1).copied().chain([end]);
        canvas.path(points, &style);
        canvas.arrowhead(*from, *to);
    }
}

/// Draws the evidence for a step above its arrow. If the text is too wide, the part after a colon
/// or in parentheses is drawn below the arrow.
fn draw_arrow_label(canvas: &mut Canvas, (x, y): (f64, f64), evidence: LinkEvidence) {
    let words = evidence.as_str();
    let size = 11.0;
    let max_width = BOX_GAP - 4.0;
    let font = FontStyle::new(size).anchor(Anchor::Middle).fill(colour::GREY);
    if width(words, size, false) <= max_width {
        canvas.text(x, y - 5.0, font, words);
        return;
    }
    let at = words
        .find([':', '('])
        .map_or(words.len(), |at| if words[at..].starts_with(':') { at + 1 } else { at });
    let (above, below) = words.split_at(at);
    let above = wrap(above, size, false, max_width, 2);
    canvas.lines(x, y - 5.0 - (above.len() as f64 - 1.0) * font.line_height(), font, &above);
    canvas.lines(x, y + size + 3.0, font, &wrap(below, size, false, max_width, 3));
}
