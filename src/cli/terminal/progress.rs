//! Progress bars, drawn on stderr.

use std::io;

use console::Term;
use hustings::model::escape::printable;
use indicatif::{ProgressBar, ProgressDrawTarget, TermLike};

/// Returns a progress bar on stderr with no length set.
pub(crate) fn progress_bar() -> ProgressBar {
    let target = ProgressDrawTarget::term_like_with_hz(Box::new(BarTerm(Term::stderr())), HERTZ);
    ProgressBar::with_draw_target(None, target)
}

/// Maximum redraw rate of a bar, in hertz.
const HERTZ: u8 = 20;

/// Stderr with the text of a bar escaped. Cursor movements pass unescaped.
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
