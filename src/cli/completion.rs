//! Shell completion: the completion scripts, and the candidates that these scripts request.
//!
//! A script sets `HUSTINGS_COMPLETE` to the name of its shell, and runs the program with the words
//! of the command line as arguments. The program prints the candidates for the word at the cursor.

use std::env;
use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap_complete::Shell;
use clap_complete::env::Shells;

use super::{help, terminal};

/// The environment variable in which a script names its shell.
const SHELL_VARIABLE: &str = "HUSTINGS_COMPLETE";

/// Returns the completion script for a shell.
pub(super) fn script(shell: Shell) -> io::Result<Vec<u8>> {
    let shells = Shells::builtins();
    let name = shell.to_string();
    let writer = shells.completer(&name).ok_or_else(|| unknown_shell(&name))?;
    let mut script = Vec::new();
    writer.write_registration(SHELL_VARIABLE, "hustings", "hustings", "hustings", &mut script)?;
    Ok(script)
}

/// Prints the candidates that a completion script requests. Returns `None` if no completion script
/// started the program.
pub(super) fn respond() -> Option<ExitCode> {
    let shell = env::var(SHELL_VARIABLE).ok().filter(|shell| !shell.is_empty())?;
    Some(match print_candidates(&shell) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(2),
    })
}

fn print_candidates(shell: &str) -> io::Result<()> {
    let shells = Shells::builtins();
    let writer = shells.completer(shell).ok_or_else(|| unknown_shell(shell))?;
    let words: Vec<OsString> = env::args_os().skip_while(|word| word != "--").skip(1).collect();
    let folder = env::current_dir().ok();
    let mut candidates = Vec::new();
    writer.write_complete(&mut help::program(), words, folder.as_deref(), &mut candidates)?;
    terminal::write_document(|out| out.write_all(&candidates))
}

fn unknown_shell(name: &str) -> io::Error {
    io::Error::other(format!("no completion for the shell '{name}'"))
}
