//! The relevant properties of the machine, without its identity.

use std::fs::read_to_string;
use std::process::Command;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Machine {
    cores: usize,
    #[serde(rename = "memory_gib")]
    memory: Option<f64>,
    processor: String,
    system: String,
    rustc: String,
}

impl Machine {
    pub(crate) fn here() -> Self {
        let field = |file: &str, name: &str, by: char| {
            let text = read_to_string(file).ok()?;
            let line = text.lines().find(|line| line.starts_with(name))?;
            Some(line.split_once(by)?.1.trim().trim_matches('"').to_owned())
        };
        let memory = field("/proc/meminfo", "MemTotal", ':');
        let kib = memory.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
        let name = field("/etc/os-release", "PRETTY_NAME", '=')
            .unwrap_or_else(|| std::env::consts::OS.to_owned());
        // Only the version number: the rest may identify who built the kernel.
        let kernel = read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let kernel = kernel
            .split(|c: char| c != '.' && !c.is_ascii_digit())
            .next()
            .unwrap_or_default()
            .to_owned();
        let rustc = Command::new("rustc").arg("--version").output().ok();
        let rustc =
            rustc.and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
        Self {
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            memory: kib.map(|kib| kib / 1024.0 / 1024.0),
            processor: field("/proc/cpuinfo", "model name", ':')
                .unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            system: format!("{name}, kernel {kernel}"),
            rustc: rustc.split(' ').nth(1).unwrap_or("unknown").to_owned(),
        }
    }

    pub(crate) fn text(&self) -> String {
        let memory = self.memory.map_or("unknown".to_owned(), |gib| format!("{gib:.0} GiB"));
        let Self { cores, processor, system, rustc, .. } = self;
        format!("{cores} cores ({processor}), {memory} of memory, {system}, rustc {rustc}")
    }
}
