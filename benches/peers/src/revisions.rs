//! A page with many revisions: the time to import, check, verify, rebuild and read it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use hustings::archive::Archive;
use hustings::{check, model::Address};
use serde::{Deserialize, Serialize};

use crate::peers::Res;

const TITLE: &str = "1824 Ruritanian general election";

/// Time of each work, in seconds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Took {
    pub(crate) import: f64,
    pub(crate) rebuild: f64,
    pub(crate) verify: f64,
    pub(crate) check: f64,
    /// A thousand reads, of the latest version and of the one in the middle.
    pub(crate) show: f64,
}

/// Measures each work for a page with `count` revisions, in an empty folder.
pub(crate) fn measure(folder: &Path, count: u64) -> Res<Took> {
    std::fs::create_dir_all(folder)?;
    let (dump, path) = (folder.join("page.xml"), folder.join("archive"));
    write_dump(&dump, count)?;
    let mut took = Took::default();
    let archive = Archive::create(&path)?;
    took.import = timed(|| {
        let report = archive.import([&dump])?;
        if report.added == count { Ok(()) } else { Err(format!("{report:?}").into()) }
    })?;
    took.check = timed(|| check::check(&archive).map(drop).map_err(Into::into))?;
    drop(archive);
    took.verify = timed(|| match Archive::options().verify(&path)?.problems.first() {
        None => Ok(()),
        Some(flaw) => Err(format!("{flaw:?}").into()),
    })?;
    took.rebuild = timed(|| Archive::options().rebuild(&path).map(drop).map_err(Into::into))?;
    let archive = Archive::open(&path)?;
    let addresses: [Address; 2] = [TITLE.parse()?, format!("{TITLE}@{}", count / 2).parse()?];
    took.show = timed(|| {
        for _ in 0..500 {
            for address in &addresses {
                archive.get(address)?;
            }
        }
        Ok(())
    })?;
    Ok(took)
}

fn timed(work: impl FnOnce() -> Res<()>) -> Res<f64> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

/// Writes a dump of one page whose revisions differ in a figure, an hour apart.
fn write_dump(path: &Path, count: u64) -> Res<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "<mediawiki><page><title>{TITLE}</title><ns>0</ns><id>1</id>")?;
    for number in 0..count {
        let (day, hour) = (number / 24, number % 24);
        let (year, day) = (2001 + day / 336, day % 336);
        let (month, day) = (1 + day / 28, 1 + day % 28);
        writeln!(
            out,
            "<revision><id>{number}</id><timestamp>{year}-{month:02}-{day:02}T{hour:02}:00:00Z</timestamp>\
             <text>{{{{Infobox election|election_name={TITLE}|country=Ruritania|type=parliamentary\
             |election_date=1 May 1824|candidate1=Rudolf Rassendyll|party1=Royalists|popular_vote1={}\
             |percentage1=61.5%|candidate2=Michael Strelsau|party2=Blues|popular_vote2=38500}}}}</text></revision>",
            61_500 + number
        )?;
    }
    writeln!(out, "</page></mediawiki>")?;
    Ok(out.flush()?)
}
