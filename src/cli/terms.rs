//! `vestibule terms …`: what is typed, and the bytes of files that travel with it.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use crate::config::terms::{PDF_BYTES, TermsForm};

/// Largest signed report that is read, in bytes.
const REPORT_BYTES: u64 = 32 * 1024 * 1024;

/// What to do with terms of use.
#[derive(Subcommand, Debug, Clone, Serialize, Deserialize)]
pub enum TermsCommand {
    /// List the agreements of a tenant with the versions in force.
    List {
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// Show one agreement with every version.
    Show {
        /// The agreement, by its id or its name; not needed if there is only one.
        agreement: Option<String>,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// Publish a new version of an agreement; guests meet it at their next navigation.
    Publish(PublishArguments),
    /// Show everything a guest answered.
    History {
        /// The address that was invited.
        address: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// Write what was shown to a guest, bit for bit.
    Evidence {
        /// The hash, as reports and histories show it.
        hash: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// Count who accepted, declined and has still to answer; with --csv or --json list every answer.
    Report {
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
        /// Every answer as CSV. With --json, the whole report is signed by the organization.
        #[arg(long, conflicts_with = "json")]
        csv: bool,
    },
    /// Check the signature of a report that --json made.
    Verify {
        /// The report.
        file: PathBuf,
        /// A JWK Set with the organization's public keys, e.g. from an app's /.vestibule/jwks.json; those of the
        /// directory unless given.
        #[arg(long)]
        keys: Option<PathBuf>,
        /// What the files hold; filled in where they lie.
        #[arg(skip)]
        content: Option<FileContent>,
    },
}

/// What is published.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
pub struct PublishArguments {
    /// The organization: its id or a verified domain.
    #[arg(long)]
    pub tenant: String,
    /// The agreement, by its id or its name; not needed if there is only one.
    #[arg(long)]
    pub agreement: Option<String>,
    /// Language of the document; the agreement's default language unless given.
    #[arg(long)]
    pub language: Option<String>,
    /// The document: Markdown (.md) or PDF (.pdf).
    #[arg(long)]
    pub file: PathBuf,
    /// The title above the document; that of the version before unless given.
    #[arg(long)]
    pub title: Option<String>,
    /// Ask those again who accepted an earlier version (the default).
    #[arg(long, conflicts_with = "minor")]
    pub major: bool,
    /// Ask nobody again who accepted the version before.
    #[arg(long)]
    pub minor: bool,
    /// Until this day (2026-12-31, midnight UTC) acceptances of the version before still count.
    #[arg(long, visible_alias = "effective", value_name = "DAY")]
    pub transition: Option<String>,
    /// What the file holds; filled in where it lies.
    #[arg(skip)]
    pub content: Option<FileContent>,
}

/// The bytes of files, read where the command is typed: the server may not see the same folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileContent {
    /// The file, base64.
    file: String,
    /// A second file, if one was named.
    second: Option<String>,
}

impl FileContent {
    /// The bytes of the file.
    pub fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        BASE64.decode(self.file.as_bytes()).context("the content of the file arrived damaged")
    }

    /// The bytes of the second file.
    pub fn second(&self) -> anyhow::Result<Option<Vec<u8>>> {
        let second = self.second.as_ref().map(|text| BASE64.decode(text.as_bytes()));
        second.transpose().context("the content of the file arrived damaged")
    }
}

impl TermsCommand {
    /// The command with the content of the files that it names.
    pub fn with_files(mut self) -> anyhow::Result<Self> {
        match &mut self {
            Self::Publish(arguments) if arguments.content.is_none() => {
                let limit = TermsForm::of(&arguments.file).map_or(PDF_BYTES, TermsForm::limit);
                arguments.content = Some(FileContent { file: read(&arguments.file, limit)?, second: None });
            }
            Self::Verify { file, keys, content } if content.is_none() => {
                let second = keys.as_ref().map(|keys| read(keys, PDF_BYTES)).transpose()?;
                *content = Some(FileContent { file: read(file, REPORT_BYTES)?, second });
            }
            _ => {}
        }
        Ok(self)
    }
}

fn read(path: &Path, limit: u64) -> anyhow::Result<String> {
    let size = std::fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?.len();
    if size > limit {
        bail!("{} has {size} bytes; at most {limit} are taken", path.display());
    }
    let content = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(BASE64.encode(&content))
}
