//! `vestibule contact`: what occupies addresses in a tenant, by hand or from a CSV file.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Subcommand;
use serde::{Deserialize, Serialize};

use super::directory::{address_of, tenant_of};
use super::invite::read_csv;
use super::table::{json, table};
use crate::app::App;
use crate::guests;
use crate::guests::contacts::{ContactRow, KnownContact, contacts, import_contacts, place_of, remove_contact};
use crate::guests::invite::Inviter;

/// What to do.
#[derive(Subcommand, Debug, Clone, Serialize, Deserialize)]
pub enum ContactCommand {
    /// List the contacts: those of the organization's file, and those added here.
    List {
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// Add every contact of a CSV file with the headings email and name.
    Import {
        /// The file.
        file: PathBuf,
        /// What it holds; the command line reads it.
        #[arg(skip)]
        text: Option<String>,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
        /// Change nothing; say what would happen.
        #[arg(long)]
        dry_run: bool,
    },
    /// Remove a contact that was added here.
    Remove {
        /// The address that it occupies.
        address: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
}

impl ContactCommand {
    /// Reads the file, if one is named.
    pub(super) fn with_files(mut self) -> anyhow::Result<Self> {
        if let Self::Import { file, text, .. } = &mut self {
            *text = Some(read_csv(file)?);
        }
        Ok(self)
    }
}

const OPERATOR: Inviter = Inviter::Operator { name: None };

/// Performs the command.
pub async fn perform(
    app: &App,
    command: &ContactCommand,
    as_json: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<u8> {
    let snapshot = app.snapshot.load_full();
    match command {
        ContactCommand::List { tenant } => {
            let tenant = tenant_of(app, tenant)?;
            let found = contacts(guests::context(app, &snapshot, &tenant)).await?;
            print_list(out, &tenant.display_name, &found, as_json)?;
            Ok(0)
        }
        ContactCommand::Import { text, tenant, dry_run, .. } => {
            let tenant = tenant_of(app, tenant)?;
            let text = text.as_deref().context("the file was not read; is the server of another version?")?;
            let context = guests::context(app, &snapshot, &tenant);
            let rows = import_contacts(context, &OPERATOR, text, *dry_run).await?;
            print_rows(out, &tenant.display_name, &rows, *dry_run, as_json)?;
            Ok(u8::from(rows.iter().any(|row| !row.done)))
        }
        ContactCommand::Remove { address, tenant } => {
            let tenant = tenant_of(app, tenant)?;
            let address = address_of(address)?;
            let context = guests::context(app, &snapshot, &tenant);
            if let Some(place) = place_of(&context, &address) {
                bail!("the contact {address} stands in {place}; remove it there");
            }
            let removed = remove_contact(context, &OPERATOR, &address).await;
            let removed = removed.with_context(|| format!("{} has no contact {address}", tenant.display_name))?;
            writeln!(
                out,
                "The contact {} is gone. Guests invited under {address} get their mail back when they are invited again.",
                removed.display_name
            )?;
            Ok(0)
        }
    }
}

fn print_list(out: &mut dyn Write, tenant: &str, found: &[KnownContact], as_json: bool) -> io::Result<()> {
    if as_json {
        return json(out, &serde_json::json!({ "contacts": found }));
    }
    if found.is_empty() {
        return writeln!(out, "{tenant} has no contacts.");
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|contact| {
            let place = if contact.from_file { "the organization's file" } else { "here" };
            vec![contact.address.to_string(), contact.display_name.clone(), place.to_owned()]
        })
        .collect();
    table(out, &["Address", "Name", "Managed in"], &rows)
}

fn print_rows(out: &mut dyn Write, tenant: &str, rows: &[ContactRow], dry_run: bool, as_json: bool) -> io::Result<()> {
    if as_json {
        return json(out, &serde_json::json!({ "dryRun": dry_run, "rows": rows }));
    }
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let done = if row.done { "contact" } else { "failed" };
            vec![row.line.to_string(), row.address.clone(), done.to_owned(), row.remark.clone().unwrap_or_default()]
        })
        .collect();
    table(out, &["Line", "Address", "Result", "Remarks"], &cells)?;
    let done = rows.iter().filter(|row| row.done).count();
    let changed = if dry_run { " Nothing was changed." } else { "" };
    writeln!(out, "\n{} rows for {tenant}: {done} contacts, {} failed.{changed}", rows.len(), rows.len() - done)
}
