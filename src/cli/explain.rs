//! `vestibule explain`: can this person get in by this link, and why.

use std::io::{self, Write};

use clap::Args;
use serde::{Deserialize, Serialize};

use super::Place;
use super::table::json;
use crate::app::App;
use crate::model::{EmailAddress, TenantId};
use crate::signin::explain::{Explanation, Question, Verdict, explain};

/// What to type.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
pub struct ExplainArguments {
    /// The person, e.g. guest@fabrikam.example.
    pub address: String,
    /// The link that they opened.
    pub url: String,
    /// The organization that the browser's session had pinned, for apps that take it from the query.
    #[arg(long)]
    pub tenant: Option<String>,
    /// Which directory.
    #[command(flatten)]
    pub place: Place,
}

/// Explains and prints. The exit code is 0 where the person gets in, else 3, so that scripts can tell.
pub async fn perform(
    app: &App,
    address: &EmailAddress,
    pinned: Option<TenantId>,
    arguments: &ExplainArguments,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<u8> {
    let language = app.texts.language(&[]);
    let question = Question { address, url: &arguments.url, pinned, only: None, language: &language };
    let explanation = explain(app, app.snapshot.load_full(), question).await?;
    print(out, &explanation, arguments.place.json)?;
    let gets_in = matches!(explanation.verdict, Verdict::GetsIn | Verdict::AfterAgreeing);
    Ok(if gets_in { 0 } else { 3 })
}

/// Prints the decision, step by step.
pub fn print(out: &mut dyn Write, explanation: &Explanation, as_json: bool) -> io::Result<()> {
    if as_json {
        return json(out, explanation);
    }
    writeln!(out, "{}", explanation.conclusion)?;
    writeln!(out)?;
    let width = explanation.findings.iter().map(|finding| finding.heading.chars().count()).max().unwrap_or(0);
    for finding in &explanation.findings {
        let mark = if finding.passes { '+' } else { '-' };
        writeln!(out, "{mark} {:<width$}  {}", finding.heading, finding.found)?;
    }
    for next in &explanation.next {
        writeln!(out, "\n{next}")?;
    }
    Ok(())
}
