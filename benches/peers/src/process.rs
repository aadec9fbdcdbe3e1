//! Separate processes for each piece of work, so that neither memory nor caches of one affect
//! another.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde::de::DeserializeOwned;

use crate::child::Job;
use crate::peers::{Kind, Res};

/// Runs a job in a separate process. Returns its result.
pub(crate) fn done<T: DeserializeOwned>(job: &Job) -> Res<T> {
    Ok(timed(&mut command(job)?)?.0)
}

/// Path of this program, built from earlier code, if that is measured too.
pub(crate) static BEFORE: OnceLock<PathBuf> = OnceLock::new();

/// Returns the command that runs a job.
pub(crate) fn command(job: &Job) -> Res<Command> {
    let mut job = serde_json::to_value(job)?;
    let peer = job.as_object_mut().and_then(|job| job.values_mut().next()?.get_mut("peer"));
    let mut program = std::env::current_exe()?;
    if let Some(peer) = peer.filter(|peer| **peer == Kind::Before.name()) {
        program.clone_from(BEFORE.get().ok_or("--before says which program that is")?);
        *peer = Kind::Hustings.name().into();
    }
    let mut command = Command::new(program);
    command.arg("child").arg(job.to_string());
    Ok(command)
}

/// Runs a process. Returns the value on the first line of its output, and the seconds from the
/// start to that line.
pub(crate) fn timed<T: DeserializeOwned>(command: &mut Command) -> Res<(T, f64)> {
    let (line, seconds) = first_line(command)?;
    Ok((serde_json::from_str(&line)?, seconds))
}

pub(crate) fn first_line(command: &mut Command) -> Res<(String, f64)> {
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let start = Instant::now();
    let mut child = Ended(command.spawn()?);
    let out = child.0.stdout.take().ok_or("no output")?;
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line)?;
    let seconds = start.elapsed().as_secs_f64();
    let status = child.0.wait()?;
    if !status.success() {
        return Err(format!("the process for {command:?} failed ({status})").into());
    }
    Ok((line, seconds))
}

/// Runs a process. Returns the seconds it took and, if the system reports it, its peak memory in
/// MiB.
pub(crate) fn watched(command: &mut Command) -> Res<(f64, Option<f64>)> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let mut child = Ended(command.spawn()?);
    let status = format!("/proc/{}/status", child.0.id());
    let mut peak = None;
    loop {
        peak = crate::memory::peak_of(Path::new(&status)).or(peak);
        if let Some(status) = child.0.try_wait()? {
            if !status.success() {
                return Err(format!("{command:?} failed ({status})").into());
            }
            return Ok((start.elapsed().as_secs_f64(), peak));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A process that is killed when this value is dropped.
pub(crate) struct Ended(pub(crate) Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Returns the paths of the files in a folder, with the bytes that each occupies on the disk.
pub(crate) fn sizes(folder: &Path) -> Res<Vec<(PathBuf, u64)>> {
    use std::os::unix::fs::MetadataExt;
    let mut sizes = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(within) = folders.pop() {
        for entry in std::fs::read_dir(within)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_dir() {
                folders.push(entry.path());
            } else {
                // Files may have holes, so the allocated blocks are counted instead of the length.
                sizes
                    .push((entry.path().strip_prefix(folder)?.to_owned(), metadata.blocks() * 512));
            }
        }
    }
    Ok(sizes)
}

/// Drops the system's file cache. Returns `false` if the system does not permit that.
pub(crate) fn drop_cache() -> bool {
    let written = Command::new("sync").status().is_ok_and(|status| status.success());
    written && std::fs::write("/proc/sys/vm/drop_caches", "3").is_ok()
}
