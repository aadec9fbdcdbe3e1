//! The inputs of an import.

use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::model::STDIN_NAME;

/// An input of an import.
///
/// Paths convert to inputs, so an array of paths is a list of inputs.
///
/// ```
/// use hustings::Archive;
/// use hustings::archive::Input;
/// # let folder = std::env::temp_dir().join("hustings-example-input");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(["fixtures/commission", "fixtures/articles"])?;
/// let reader = "= 1824 Ruritanian general election =\n\nInfobox\n- Country: Ruritania\n".as_bytes();
/// archive.import([Input::reader("letter.txt", reader)])?;
/// assert!(archive.get("ruritania/1824").is_ok());
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
#[non_exhaustive]
pub enum Input {
    /// A file, or a folder with all files below it.
    Path(PathBuf),
    /// A text in memory, with the name of its source.
    Text {
        /// Name of the source, as for a file.
        name: String,
        /// The text.
        text: String,
    },
    /// A stream, such as standard input, with the name of its source.
    Reader {
        /// Name of the source, as for a file.
        name: String,
        /// The stream.
        reader: Box<dyn Read + Send>,
    },
}

impl Input {
    /// Name of standard input. A wiki page from standard input states no title.
    /// [`ImportOptions::title`](super::ImportOptions::title) supplies it.
    pub const STDIN: &str = STDIN_NAME;

    /// Creates an input from a stream and the name of its source.
    pub fn reader(name: impl Into<String>, reader: impl Read + Send + 'static) -> Self {
        Self::Reader { name: name.into(), reader: Box::new(reader) }
    }

    /// Creates an input from a text and the name of its source.
    pub fn text(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Text { name: name.into(), text: text.into() }
    }
}

impl<P: AsRef<Path>> From<P> for Input {
    fn from(path: P) -> Self {
        Self::Path(path.as_ref().to_owned())
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => f.debug_tuple("Path").field(path).finish(),
            Self::Text { name, .. } => f.debug_tuple("Text").field(name).finish_non_exhaustive(),
            Self::Reader { name, .. } => {
                f.debug_tuple("Reader").field(name).finish_non_exhaustive()
            }
        }
    }
}
