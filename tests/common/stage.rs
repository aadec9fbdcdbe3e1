//! Runs of the program in a pseudo-terminal, in a folder of hostile inputs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::hostile::{HostileTexts, find_unescaped};
use super::pty::run_in_terminal;

/// A folder of hostile sources, and an archive with a hostile name.
pub(crate) struct TerminalFixture {
    pub(crate) hostile: HostileTexts,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) archive: PathBuf,
    /// Titles of elections in the archive.
    pub(crate) titles: Vec<String>,
    pub(crate) runs: u64,
    /// Number of runs with the exit code 0.
    pub(crate) succeeded: u64,
    /// Number of runs whose output has an escaped character.
    pub(crate) escaped: u64,
}

impl TerminalFixture {
    pub(crate) fn new(hostile: HostileTexts) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut stage = Self {
            hostile,
            archive: PathBuf::new(),
            folder,
            titles: Vec::new(),
            runs: 0,
            succeeded: 0,
            escaped: 0,
        };
        stage.archive = stage.hostile_path("archive");
        stage
    }

    /// Returns a new path with a hostile name.
    pub(crate) fn hostile_path(&mut self, ending: &str) -> PathBuf {
        self.folder.path().join(format!("{}.{ending}", self.hostile.file_name()))
    }

    pub(crate) fn write_hostile(&mut self, folder: &Path, ending: &str, text: &str) {
        fs::write(folder.join(format!("{}.{ending}", self.hostile.file_name())), text).unwrap();
    }

    /// Returns a command that runs the program on the archive, in the folder.
    pub(crate) fn hustings(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hustings"));
        command.current_dir(self.folder.path()).env("HUSTINGS_ARCHIVE", &self.archive).args(words);
        command.env_remove("NO_COLOR").env_remove("COLUMNS").env("PAGER", "");
        command.env("TERM", "xterm").stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&mut self, words: &[&str]) {
        self.run_command(self.hustings(words));
    }

    pub(crate) fn run_command(&mut self, mut command: Command) {
        let plain = self.runs.is_multiple_of(3);
        if plain {
            // An error of the command line is printed before its options apply, so `NO_COLOR` is
            // set too.
            command.env("NO_COLOR", "1").args(["--color", "never", "--quiet"]);
        } else if self.runs % 3 == 1 {
            command.args(["--color", "always"]);
        }
        self.check_output(command, plain);
    }

    /// Runs a command unchanged, and fails if an input reaches the terminal unescaped.
    pub(crate) fn check_output(&mut self, command: Command, plain: bool) {
        let shown = format!("{command:?}");
        let words: Vec<String> =
            command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        let document =
            words.iter().any(|word| ["csv", "source", "--prose"].contains(&word.as_str()));
        let (code, output) = run_in_terminal(command);
        let text = String::from_utf8_lossy(&output);
        assert!(!text.contains("panicked"), "{shown}\n{text:?}");
        let found = find_unescaped(&output, plain, document);
        assert!(found.is_none(), "{found:?} in the output of {shown}\n{text:?}");
        self.runs += 1;
        self.succeeded += u64::from(code == 0);
        self.escaped += u64::from(text.contains("\\u{") || text.contains("\\u0"));
    }
}
