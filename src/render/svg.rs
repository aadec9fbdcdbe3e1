//! SVG pictures: a series as lines, two elections as bars, a chain as boxes. Feature `svg`.
//!
//! Axes, bars and lines are drawn by plotters. All text passes through `canvas.rs`, which escapes
//! markup, control characters and bidirectional controls. `text.rs` measures and wraps text.

mod bars;
mod canvas;
mod caption;
mod chain;
mod comparison;
mod names;
mod panel_metrics;
mod plot;
mod scale;
mod series;
mod text;

pub use bars::diff;
pub use caption::Caption;
pub use chain::chain;
pub use comparison::{Comparison, ComparisonRow, Panel};
pub use series::series;
pub use text::width as text_width;

/// Width of every picture in user units, which are pixels unless the picture is scaled.
const WIDTH: f64 = 960.0;
/// Distance between the edge of a picture and its content, in user units.
const MARGIN: f64 = 24.0;

/// The colour-blind safe palette of Okabe and Ito, and greys. No information is conveyed by colour
/// alone.
mod colour {
    pub(super) const INK: &str = "#1a1a1a";
    pub(super) const GREY: &str = "#595959";
    pub(super) const RULE: &str = "#d4d4d4";
    pub(super) const BLUE: &str = "#0072b2";
    pub(super) const PALE: &str = "#cfe3f1";
    pub(super) const BAND: &str = "#a9cbe2";
    pub(super) const RED: &str = "#d55e00";
    pub(super) const NOTE: &str = "#fff3da";
}
