//! Progress bars, drawn on stderr.

use std::io;

use console::Term;
use hustings::escape::printable;
use indicatif::{ProgressBar, ProgressDrawTarget, TermLike};

/// A bar on stderr without a length.
pub(crate) fn progress_bar() -> ProgressBar {
    let target = ProgressDrawTarget::term_like_with_hz(Box::new(BarTerm(Term::stderr())), HERTZ);
    ProgressBar::with_draw_target(None, target)
}

/// How often a bar is drawn, per second.
const HERTZ: u8 = 20;

/// Stderr, with the text of a bar escaped. The movements of the cursor are the bar's own.
#[derive(Debug)]
struct BarTerm(Term);

impl TermLike for BarTerm {
    fn width(&self) -> u16 {
        self.0.size().1
    }

    fn height(&self) -> u16 {
        self.0.size().0
    }

    fn move_cursor_up(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_up(lines)
    }

    fn move_cursor_down(&self, lines: usize) -> io::Result<()> {
        self.0.move_cursor_down(lines)
    }

    fn move_cursor_right(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_right(columns)
    }

    fn move_cursor_left(&self, columns: usize) -> io::Result<()> {
        self.0.move_cursor_left(columns)
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.0.write_line(&printable(text))
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.0.write_str(&printable(text))
    }

    fn clear_line(&self) -> io::Result<()> {
        self.0.clear_line()
    }

    fn flush(&self) -> io::Result<()> {
        self.0.flush()
    }
}
