//! The commands, with their help and examples.

use std::path::PathBuf;

use clap::{Subcommand, ValueHint};

use super::area_list::Areas;
use super::changes::Changes;
use super::compare::Compare;
use super::erase::Erase;
use super::evidence::{Cite, Why};
use super::find::Find;
use super::manage::{Alias, Change, Export, Import, Rebuild, Stats, Verify};
use super::mapping::MappingArgs;
use super::matches::{Match, Merge, Split};
use super::query::{Chain, Check, Diff, Lineage, List, Log, Series, Show};
use super::sources::SourceArgs;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Import documents: files, folders, or - for standard input
    #[command(after_help = "Examples:
  hustings import articles/
  hustings import --note 'commission, final' results.jsonl
  hustings import --mapping parlgov parlgov/
  hustings import enwiki-pages-articles-multistream.xml.bz2
  curl -s … | hustings import --title '2012 Ruritanian election' -")]
    Import(Import),
    /// List elections, ordered by country, year and date
    #[command(after_help = "Examples:
  hustings list
  hustings list greece --from 1990 --format csv
  hustings list --type presidential
  hustings list usa --area ohio --level county
  hustings list --changed --since '#12'")]
    List(List),
    /// List the areas of a country or of one election
    #[command(after_help = "Examples:
  hustings areas 'united kingdom' --level constituency
  hustings areas usa/2020/presidential/ohio --format csv")]
    Areas(Areas),
    /// Show one record
    #[command(after_help = "Examples:
  hustings show nagorno-karabakh/2012
  hustings show nagorno-karabakh/2012@1 --format json
  hustings show nagorno-karabakh/2012 --as-of 2017-08-01")]
    Show(Show),
    /// Find people, parties and titles by words of their names
    #[command(after_help = "Examples:
  hustings find merkel
  hustings find hoyre --kind party
  hustings find 'social* democrat*' --country denmark
  hustings find sahakyan --format json

Case, accents, apostrophes and hyphens are ignored. A name is found if it has all the words, in any
order. As with grep, the exit code is 1 if nothing is found.")]
    Find(Find),
    /// List the versions of an election or figure, or all imports
    #[command(after_help = "Examples:
  hustings log
  hustings log nagorno-karabakh/2012
  hustings log nagorno-karabakh/2012 turnout
  hustings log nagorno-karabakh/2012 'votes of Bako Sahakyan'")]
    Log(Log),
    /// Report what changed between two imports or days, and who says so
    #[command(after_help = "Examples:
  hustings changes
  hustings changes --since '#12' --source parlgov
  hustings changes italy --from 2024-01-31 --to 2024-02-29 --format csv
  hustings -q changes --since '#12' --exit-code

A source is compared with what it stated itself. --verbose also lists elections of which only the
text changed, or only links to elections that were renamed.")]
    Changes(Changes),
    /// Prove a figure: its words in the source, and who differs
    #[command(after_help = "Examples:
  hustings why nagorno-karabakh/2012 turnout
  hustings why nagorno-karabakh/2012@1 'votes of Bako Sahakyan'
  hustings why nagorno-karabakh/2012 turnout --format json > proof.json")]
    Why(Why),
    /// Cite a record or a figure: as text, BibTeX or CSL JSON
    #[command(after_help = "Examples:
  hustings cite nagorno-karabakh/2012
  hustings cite nagorno-karabakh/2012@1 turnout --format bibtex
  hustings cite italy/1992 'votes of Lega Nord' --format csl")]
    Cite(Cite),
    /// List the elections before and after one, with evidence
    #[command(after_help = "Examples:
  hustings chain nagorno-karabakh/2012
  hustings chain artsakh/2020 --type presidential --infer
  hustings chain nagorno-karabakh/2012 --svg chain.svg")]
    Chain(Chain),
    /// Compare two elections, two versions, or every step of a chain
    #[command(after_help = "Examples:
  hustings diff nagorno-karabakh/2007 nagorno-karabakh/2012
  hustings diff nagorno-karabakh/2012@1 nagorno-karabakh/2012@2
  hustings diff --chain nagorno-karabakh/2012 --stat
  hustings diff nagorno-karabakh/2007 nagorno-karabakh/2012 --svg diff.svg")]
    Diff(Diff),
    /// Compare what the sources state about an election or country
    #[command(after_help = "Examples:
  hustings compare nagorno-karabakh/2012
  hustings compare nagorno-karabakh/2012 --differing --format csv
  hustings compare italy --from 1990
  hustings compare")]
    Compare(Compare),
    /// Measure elections over time: a chain, territories, or all
    #[command(after_help = "Examples:
  hustings series 'united kingdom' --measure turnout,enp-votes,gallagher --from 1945
  hustings series artsakh/2020 --measure margin --format csv
  hustings series france italy --measure volatility
  hustings series --measure gallagher --format csv > gallagher.csv
  hustings series 'united kingdom' --from 1900 --svg uk.svg

'hustings series --list' lists every measure with its formula.")]
    Series(Series),
    /// List the mergers, splits and renames of a country's parties
    #[command(after_help = "Examples:
  hustings lineage italy
  hustings lineage germany --party 'Die Linke' --format csv

Import them with a mapping that has a [lineage] section: 'hustings import --mapping parlgov …'.")]
    Lineage(Lineage),
    /// Write records as source texts, JSON lines or CSV
    #[command(after_help = "Examples:
  hustings export --format source nagorno-karabakh/2012 > 2012.txt
  hustings export --format jsonl > all.jsonl
  hustings export --all-versions > everything.jsonl
  hustings export --format csv --country greece")]
    Export(Export),
    /// Propose or check a mapping of a table; list the built-in ones
    #[command(after_help = "Examples:
  hustings mapping init results.csv > results.toml
  hustings mapping check results.csv --mapping results.toml
  hustings mapping list")]
    Mapping(MappingArgs),
    /// Add a title of an election or a name of a territory; list both
    #[command(after_help = "Examples:
  hustings alias nagorno-karabakh/2012 'Nagorno-Karabakh presidential election, 2012'
  hustings alias --territory Artsakh 'Republic of Artsakh' --from 2017
  hustings alias")]
    Alias(Alias),
    /// List the sources, describe one, or set their order
    #[command(after_help = "Examples:
  hustings source
  hustings source set enwiki --kind wiki --licence CC-BY-SA-4.0 --of article:articles
  hustings source order commission parlgov")]
    Source(SourceArgs),
    /// Find and merge records of one election from several sources
    #[command(
        long_about = "Find records of one election from different sources: of the same territory, at the same time, of \
the same type, with contenders in common. Two records of one source are never a pair. --apply merges the certain pairs.",
        after_help = "Examples:
  hustings match
  hustings match italy --format json
  hustings match --apply --note 'ParlGov and Wikipedia'"
    )]
    Match(Match),
    /// Merge two records of one election
    #[command(after_help = "Example:
  hustings merge italy/1946/legislative italy/1946/parliamentary")]
    Merge(Merge),
    /// Undo a merge of two records, or all merges of an import
    #[command(after_help = "Examples:
  hustings split italy/1946@2
  hustings split '#7'")]
    Split(Split),
    /// Remove an election; its versions are kept and can be shown
    #[command(after_help = "Example:
  hustings remove artsakh/2017 --note 'imported by mistake'")]
    Remove(Change),
    /// Make an old version current again, as a new version
    #[command(after_help = "Example:
  hustings revert nagorno-karabakh/2012@1")]
    Revert(Change),
    /// Erase source texts that must not be kept; this cannot be undone
    #[command(
        long_about = "Erase source texts that must not be kept, for example after a takedown request. This cannot be \
undone, and asks for no confirmation; --dry-run shows what would happen. The text, the record, and the contributor and the \
comment of the revision are removed. The version keeps its number, its title and the digest of its text, with the reason. \
Backups, exports and other copies that were made before still contain the text.",
        after_help = "Examples:
  hustings erase --dry-run nagorno-karabakh/2012@1 --reason 'takedown request 17'
  hustings erase nagorno-karabakh/2012@1 --reason 'takedown request 17'
  hustings erase --all artsakh/2017@1 artsakh/2020@1 --reason 'names of private persons'"
    )]
    Erase(Erase),
    /// Copy the archive to a folder or a file, even while it is in use
    #[command(after_help = "Examples:
  hustings backup /mnt/disk/elections.hustings
  hustings backup elections.jsonl.zst")]
    Backup {
        /// A folder, or a file that ends in .zst; an earlier backup in the folder is brought up to date
        #[arg(value_hint = ValueHint::AnyPath)]
        target: PathBuf,
    },
    /// Create the archive from a backup or an export of all versions
    #[command(after_help = "Examples:
  hustings restore elections.jsonl.zst --archive restored.hustings
  hustings export --all-versions | hustings restore - --archive copy.hustings")]
    Restore {
        /// Output of 'backup' or 'export --all-versions', or - for standard input
        #[arg(value_hint = ValueHint::AnyPath)]
        source: PathBuf,
    },
    /// Verify the journal and the store; change nothing
    #[command(after_help = "Examples:
  hustings verify
  hustings verify --deep --format json")]
    Verify(Verify),
    /// Report the size of the archive
    #[command(after_help = "Example:
  hustings stats --format json")]
    Stats(Stats),
    /// Rebuild the store; keep what can be read of a damaged journal
    #[command(after_help = "Examples:
  hustings rebuild
  hustings rebuild --reparse")]
    Rebuild(Rebuild),
    /// Check whether figures add up and records agree
    #[command(
        long_about = "Check whether the figures of each record add up, and whether the records of a chain agree. Without \
an argument, the store is also compared with the journal. Differences that rounding explains are not reported. --verbose adds \
facts that follow from the figures, and the figures in which the versions of one election agree.",
        after_help = "Examples:
  hustings check
  hustings check nagorno-karabakh/2012 --verbose
  hustings check greece --by-rule
  hustings check --exit-code --format jsonl"
    )]
    Check(Check),
    /// Print a completion script for a shell
    #[command(
        long_about = "Print a completion script for a shell. It completes commands, options and measures, and the countries \
and addresses of the archive.",
        after_help = "Examples:
  hustings completions bash > ~/.local/share/bash-completion/completions/hustings
  hustings completions zsh > ~/.zfunc/_hustings"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one per command
    #[command(after_help = "Examples:
  hustings man | man -l -
  hustings man --output ~/.local/share/man/man1")]
    Man {
        /// Folder for one page per command
        #[arg(long, value_name = "DIR")]
        output: Option<PathBuf>,
    },
}

impl Command {
    /// Returns whether the command is a query. A query does not change the archive, so it can be
    /// retried.
    pub(crate) fn is_query(&self) -> bool {
        match self {
            Self::List(_) | Self::Show(_) | Self::Log(_) | Self::Chain(_) | Self::Diff(_) => true,
            Self::Why(_) | Self::Cite(_) | Self::Areas(_) => true,
            Self::Series(_) | Self::Lineage(_) | Self::Check(_) | Self::Stats(_) => true,
            Self::Changes(_) | Self::Find(_) => true,
            Self::Export(export) => !export.all_versions,
            Self::Source(source) => source.is_query(),
            Self::Match(matching) => !matching.apply,
            _ => false,
        }
    }
}
