//! Runs a program in a pseudo-terminal.

use std::fs::File;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Command;

use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, Winsize, tcgetattr, tcsetattr, tcsetwinsize};

/// Runs a command with a pseudo-terminal as its stdout and stderr. Returns its exit code and output
/// bytes.
///
/// The terminal is raw: it adds no carriage returns, so every byte is the command's own. Reading
/// ends when the command has closed the terminal.
pub(crate) fn run_in_terminal(command: Command) -> (i32, Vec<u8>) {
    // Wide enough for a progress bar on one line.
    run_in_terminal_of_width(300, command)
}

/// Like [`run_in_terminal`], in a terminal of this many columns.
pub(crate) fn run_in_terminal_of_width(columns: u16, mut command: Command) -> (i32, Vec<u8>) {
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&controller).unwrap();
    unlockpt(&controller).unwrap();
    let name = ptsname(&controller, Vec::new()).unwrap();
    let path = Path::new(std::ffi::OsStr::from_bytes(name.to_bytes()));
    let flags = OFlags::NOCTTY.bits() as i32;
    let terminal = File::options().read(true).write(true).custom_flags(flags).open(path).unwrap();
    let mut settings = tcgetattr(&terminal).unwrap();
    settings.make_raw();
    tcsetattr(&terminal, OptionalActions::Now, &settings).unwrap();
    let size = Winsize { ws_row: 50, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&terminal, size).unwrap();
    command.stdout(terminal.try_clone().unwrap()).stderr(terminal);
    let mut child = command.spawn().unwrap();
    // `command` keeps the terminal open too, so it must be dropped before the output is read.
    drop(command);
    let mut output = Vec::new();
    let mut controller = File::from(controller);
    let mut buffer = [0; 4096];
    // Linux reports a closed terminal as an error, other systems as the end of the file.
    while let Ok(length @ 1..) = controller.read(&mut buffer) {
        output.extend_from_slice(&buffer[..length]);
    }
    (child.wait().unwrap().code().unwrap_or(-1), output)
}
