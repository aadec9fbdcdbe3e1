//! Values to pictures: a series as lines, two elections as bars, a chain as boxes. Feature `svg`.
//!
//! Axes, bars and lines are plotters'; every text goes through one place, which knows how wide it is at most
//! and lets nothing through that XML, or a reader, could take for anything but text.

mod bars;
mod canvas;
mod caption;
mod chain;
mod comparison;
mod names;
mod plot;
mod scale;
mod series;
mod shown;
mod text;

pub use bars::diff;
pub use caption::Caption;
pub use chain::chain;
pub use comparison::{Comparison, Panel, Row};
pub use series::series;
pub use text::width as text_width;

/// The width of every picture, in its own units, which are pixels unless somebody scales it.
const WIDTH: f64 = 960.0;
/// Between a picture's edge and what is in it.
const MARGIN: f64 = 24.0;

/// Colours of Okabe and Ito, which colour-blind readers tell apart, and greys. Nothing is said by colour alone.
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
