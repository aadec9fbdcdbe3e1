//! The evidence of figures: `why`, `cite`.

use hustings::Error;
use hustings::evidence::{self, ProofOptions};
use hustings::model::escape::printable;
use hustings::render::{self, Answer, OutputFormat};

use super::args::{Cite, Why};
use super::context::{Context, Outcome};

pub(super) fn why(context: &Context<'_>, args: &Why) -> Outcome {
    let archive = context.open_for_reading()?;
    let format = args.output.format();
    let is_complete = matches!(format, OutputFormat::Json | OutputFormat::Jsonl);
    // Other formats show the latest digest without the lines between.
    let options = ProofOptions::default().with_chain(is_complete && !args.no_chain);
    let proof = evidence::prove(&archive, &args.address, &args.field, &options)?;
    context.print_report(&render::proof(&proof)?, format)
}

pub(super) fn cite(context: &Context<'_>, args: &Cite) -> Outcome {
    let archive = context.open_for_reading()?;
    let citation = evidence::cite(&archive, &args.address, args.field.as_deref())?;
    match args.format.as_str() {
        "text" => context.print(OutputFormat::Text, |out, _| {
            writeln!(out, "{}", printable(&citation.to_text())).map_err(Error::Output)
        }),
        format => {
            let document = match format {
                "bibtex" => citation.to_bibtex(),
                "csl" => format!("{:#}", citation.to_csl()),
                _ => format!("{:#}", citation.to_document()?),
            };
            context.write_document(format!("{document}\n").as_bytes())
        }
    }
}
