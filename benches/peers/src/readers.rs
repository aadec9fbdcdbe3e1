//! Latency of four reading threads, without and during an import in another thread.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hustings::archive::{Archive, ImportOptions};
use hustings::model::Address;
use serde::{Deserialize, Serialize};

use crate::given::{Given, Plan, Questions, Texts};
use crate::peers::Res;

/// Number of threads that read.
const READERS: usize = 4;

/// The pause between two queries of a thread.
const PAUSE: Duration = Duration::from_millis(1);

/// Duration of the measurement without an import.
const QUIET: Duration = Duration::from_secs(5);

/// The 99th and the 99.9th percentile of the latency of a query, in microseconds.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct Waits {
    pub(crate) p99: f64,
    pub(crate) p999: f64,
}

/// Measures first without an import, and then during an import of all texts under other titles.
pub(crate) fn measure(folder: &Path, texts: &Path, versions: u64) -> Res<[Waits; 2]> {
    let archive = Archive::create(folder.join("archive"))?;
    let titles = Questions::of(&Plan::new(versions)).titles;
    let addresses: Vec<Address> =
        titles.iter().map(|title| Address::title(title.as_str())).collect();
    let quiet = beside(&archive, &addresses, || {
        std::thread::sleep(QUIET);
        Ok(())
    })?;
    let import = || -> Res<()> {
        let texts = Texts(texts.to_owned()).read(Given::Changed)?;
        // Other names and titles, so that each is a new election.
        let texts = texts
            .map(|(name, text)| (format!("other/{name}"), text.replacen("= ", "= Another ", 1)));
        let report = archive.import_texts(texts, &ImportOptions::default())?;
        if report.added > 0 { Ok(()) } else { Err("nothing was imported".into()) }
    };
    Ok([quiet, beside(&archive, &addresses, import)?])
}

/// Returns the latency of the reading threads while `work` runs.
fn beside(archive: &Archive, addresses: &[Address], work: impl FnOnce() -> Res<()>) -> Res<Waits> {
    let stop = AtomicBool::new(false);
    let read = |reader: usize| {
        let mut waits = Vec::new();
        let questions = addresses.iter().cycle().skip(reader * addresses.len() / READERS);
        for address in questions {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let start = Instant::now();
            archive.get(address).map_err(|error| error.to_string())?;
            waits.push(start.elapsed().as_secs_f64() * 1e6);
            std::thread::sleep(PAUSE);
        }
        Ok::<_, String>(waits)
    };
    let read = &read;
    std::thread::scope(|scope| {
        let readers: Vec<_> =
            (0..READERS).map(|reader| scope.spawn(move || read(reader))).collect();
        let done = work();
        stop.store(true, Ordering::Relaxed);
        let mut waits = Vec::new();
        for reader in readers {
            waits.extend(reader.join().map_err(|_| "a reader panicked")??);
        }
        done?;
        waits.sort_by(f64::total_cmp);
        let at =
            |part: f64| waits.get((waits.len() as f64 * part) as usize).copied().unwrap_or(0.0);
        Ok(Waits { p99: at(0.99), p999: at(0.999) })
    })
}
