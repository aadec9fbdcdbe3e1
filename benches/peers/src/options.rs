//! The options of the command line.

use std::path::PathBuf;

use crate::peers::{KINDS, Kind, Res};
use crate::process::BEFORE;

pub(crate) const USAGE: &str = "\
The same work done by hustings and by what one could have used instead.

  --versions N,N,…   how many versions are imported (default 10000,100000)
  --runs N,N,…       how often all is done, for each size or for all; medians are told (default 5)
  --peers A,B,…      only these: hustings, SQLite, 'SQLite, 2 threads', redb, fjall, LMDB, file
  --before FILE      this program, built from earlier code: what hustings took then
  --before-program FILE   the hustings program, built from earlier code
  --orders A,B       in which orders the texts are handed over: 'sorted' by territories and chains, 'shuffled'
                     (default sorted,shuffled)
  --markdown FILE    write the tables there too
  --json FILE        write every figure there
  --scratch FOLDER   where the stores are made and removed (default: the system's temporary folder)
  --program FILE     the hustings program, if it is built; else it is built
  --no-program       leave the program out
  --no-python        leave Python's peers out
  --no-cold          do not drop the system's cache
  --find N           only searches for names, beside SQLite's FTS5, in an archive of N versions
  --smoke            a few hundred versions, once, to see that all answer the same
  --check FILE       say whether a document has the tables of the figures beside it (FILE with .json)";

#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) versions: Vec<u64>,
    /// Number of runs for each size.
    pub(crate) runs: Vec<usize>,
    pub(crate) peers: Vec<Kind>,
    /// The orders of the texts; `true` means shuffled.
    pub(crate) orders: Vec<bool>,
    pub(crate) before_program: Option<PathBuf>,
    pub(crate) markdown: Option<PathBuf>,
    pub(crate) json: Option<PathBuf>,
    pub(crate) scratch: Option<PathBuf>,
    pub(crate) program: Option<PathBuf>,
    pub(crate) with_program: bool,
    pub(crate) python: bool,
    pub(crate) cold: bool,
    pub(crate) smoke: bool,
    pub(crate) check: Option<PathBuf>,
    /// Number of versions in which names are searched for.
    pub(crate) find: Option<u64>,
}

impl Options {
    pub(crate) fn read(words: &[String]) -> Res<Self> {
        let mut options = Self {
            versions: vec![10_000, 100_000],
            runs: vec![5],
            peers: KINDS.to_vec(),
            orders: vec![false, true],
            before_program: None,
            markdown: None,
            json: None,
            scratch: None,
            program: None,
            with_program: true,
            python: true,
            cold: true,
            smoke: false,
            check: None,
            find: None,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--versions" => options.versions = numbers(value()?)?,
                "--runs" => options.runs = numbers(value()?)?,
                "--peers" => {
                    let before = options.peers.contains(&Kind::Before);
                    options.peers = peers(value()?)?;
                    options.peers.extend(before.then_some(Kind::Before));
                }
                "--before" => {
                    let before = std::path::absolute(value()?)?;
                    options.peers.insert(1.min(options.peers.len()), Kind::Before);
                    BEFORE.set(before).map_err(|_| "--before is said twice")?;
                }
                "--before-program" => options.before_program = Some(value()?.into()),
                "--orders" => options.orders = orders(value()?)?,
                "--markdown" => options.markdown = Some(value()?.into()),
                "--json" => options.json = Some(value()?.into()),
                "--scratch" => options.scratch = Some(value()?.into()),
                "--program" => options.program = Some(value()?.into()),
                "--no-program" => options.with_program = false,
                "--no-python" => options.python = false,
                "--no-cold" => options.cold = false,
                "--find" => options.find = Some(value()?.parse()?),
                "--smoke" => options.smoke = true,
                "--check" => options.check = Some(value()?.into()),
                other => return Err(format!("'{other}' is no option\n\n{USAGE}").into()),
            }
        }
        if options.smoke {
            // Building the program would take minutes.
            options.with_program = options.program.is_some();
            (options.versions, options.runs, options.cold) = (vec![480], vec![1], false);
            options.orders = vec![false];
        }
        let sizes = &options.versions;
        if sizes.first().is_none_or(|least| *least < 100) || !sizes.is_sorted_by(|a, b| a < b) {
            return Err("at least 100 versions, and then more".into());
        }
        if let [all] = options.runs.as_slice() {
            options.runs = vec![*all; sizes.len()];
        }
        if options.runs.contains(&0) || options.runs.len() != sizes.len() {
            return Err("one run at least, of all sizes or of each".into());
        }
        Ok(options)
    }
}

fn numbers<N: std::str::FromStr<Err = std::num::ParseIntError>>(text: &str) -> Res<Vec<N>> {
    Ok(text.split(',').map(|number| number.trim().parse()).collect::<Result<_, _>>()?)
}

fn orders(names: &str) -> Res<Vec<bool>> {
    let order = |name: &str| match name {
        "sorted" => Ok(false),
        "shuffled" => Ok(true),
        other => Err(format!("'{other}' is no order").into()),
    };
    names.split(',').map(order).collect()
}

/// Parses names separated by commas. One of the names contains a comma.
fn peers(names: &str) -> Res<Vec<Kind>> {
    let mut found = Vec::new();
    let mut rest = names;
    while !rest.is_empty() {
        let mut by_length = KINDS;
        by_length.sort_by_key(|kind| std::cmp::Reverse(kind.name().len()));
        let kind = by_length.into_iter().find(|kind| rest.starts_with(kind.name()));
        let kind = kind.ok_or_else(|| format!("'{rest}' is no peer"))?;
        found.push(kind);
        rest = rest[kind.name().len()..].trim_start_matches(',');
    }
    Ok(found)
}
