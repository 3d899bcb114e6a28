//! `vestibule mail list`, `mail retry` and `mail bounce`: what became of mails.

use std::io::Write;

use anyhow::{Context, bail};
use clap::Subcommand;
use serde::{Deserialize, Serialize};

use super::table::{json, table};
use crate::app::App;
use crate::model::MailId;
use crate::storage::{MailState, OutboxMail};

/// So many mails are listed.
const MOST: u32 = 500;

/// What to do about mails.
#[derive(Subcommand, Debug, Clone, Serialize, Deserialize)]
pub enum MailCommand {
    /// List the mails that wait, came back or were given up, newest first.
    List {
        /// Also list those that were sent.
        #[arg(long)]
        all: bool,
    },
    /// Try waiting mails now instead of at their time.
    Retry {
        /// One mail, by its id; every waiting one unless given.
        id: Option<String>,
    },
    /// Tell that a mail came back: its invitation becomes "bounced".
    Bounce {
        /// The Message-ID in the report of the mail server, or the id of the mail.
        message_id: String,
        /// What the report says, e.g. "550 no such user".
        #[arg(long, default_value = "it came back")]
        reason: String,
    },
}

/// One mail in a list. Times are RFC 3339.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MailLine {
    id: String,
    tenant: Option<String>,
    invitation: Option<String>,
    state: MailState,
    queued: String,
    at: Option<String>,
    tries: u32,
    last_error: Option<String>,
}

/// Performs a command on the outbox.
pub async fn perform(
    app: &App,
    command: &MailCommand,
    as_json: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<u8> {
    match command {
        MailCommand::List { all } => {
            let mails = app.outbox.list(*all, MOST).await?;
            let lines: Vec<MailLine> = mails.iter().map(|mail| line(app, mail)).collect();
            print(out, &lines, *all, as_json)?;
        }
        MailCommand::Retry { id } => {
            let id = id.as_deref().map(mail_id).transpose()?;
            let count = app.outbox.retry(id).await?;
            match (id, count) {
                (Some(_), 0) => bail!(
                    "no such mail waits; the text of a mail that was sent or given up is wiped, so send the invitation again"
                ),
                (_, 1) => writeln!(out, "1 mail is tried now.")?,
                _ => writeln!(out, "{count} mails are tried now.")?,
            }
        }
        MailCommand::Bounce { message_id, reason } => {
            if reason.chars().any(char::is_control) || reason.chars().count() > 200 {
                bail!("the reason must be one line of at most 200 characters");
            }
            let id = mail_id(message_id)?;
            if app.outbox.came_back(id, reason).await?.is_none() {
                bail!("{message_id} is no mail of this server; vestibule mail list --all shows them");
            }
            writeln!(out, "The mail is marked as bounced, and so is its invitation if that was pending.")?;
        }
    }
    Ok(0)
}

/// `<…@host>`, or the bare id before the `@`.
fn mail_id(text: &str) -> anyhow::Result<MailId> {
    let bare = text.trim().trim_start_matches('<').split('@').next().unwrap_or_default();
    let id = uuid::Uuid::try_parse(bare);
    id.map(MailId).ok().with_context(|| format!("{text:?} is no Message-ID of this server: those are <id@host>"))
}

fn line(app: &App, mail: &OutboxMail) -> MailLine {
    let snapshot = app.snapshot.load();
    let name = |id| snapshot.tenant(id).map_or_else(|| id.to_string(), |tenant| tenant.display_name.clone());
    MailLine {
        id: mail.id.0.to_string(),
        tenant: mail.tenant.map(name),
        invitation: mail.invitation.as_ref().map(ToString::to_string),
        state: mail.state,
        queued: mail.queued_at.to_string(),
        at: mail.at.map(|at| at.to_string()),
        tries: mail.tries,
        last_error: mail.last_error.clone(),
    }
}

fn print(out: &mut dyn Write, lines: &[MailLine], all: bool, as_json: bool) -> std::io::Result<()> {
    if as_json {
        return json(out, &lines);
    }
    if lines.is_empty() {
        let what = if all { "No mail was queued yet." } else { "No mail waits, and none failed." };
        return writeln!(out, "{what}");
    }
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            vec![
                line.id.clone(),
                line.tenant.clone().unwrap_or_else(|| "-".to_owned()),
                state(line.state).to_owned(),
                line.queued.clone(),
                line.at.clone().unwrap_or_default(),
                line.tries.to_string(),
                line.last_error.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(out, &["Mail", "Tenant", "State", "Queued", "Sent, next try or back", "Tries", "Last error"], &rows)
}

/// Where a mail stands, for people.
pub fn state(state: MailState) -> &'static str {
    match state {
        MailState::Waiting => "waiting",
        MailState::Sent => "sent",
        MailState::Bounced => "bounced",
        MailState::GivenUp => "given up",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_is_found_in_every_spelling_of_reports() {
        let id = "0188a3f0-0000-4000-8000-000000000001";
        for text in [id.to_owned(), format!("<{id}@login.example>"), format!(" {id}@login.example ")] {
            assert_eq!(mail_id(&text).unwrap().0.to_string(), id, "{text}");
        }
        assert!(mail_id("<20261128@other.example>").is_err());
    }

    #[test]
    fn a_list_says_what_went_wrong() {
        let line = MailLine {
            id: "1".to_owned(),
            tenant: Some("Contoso".to_owned()),
            invitation: None,
            state: MailState::Bounced,
            queued: "2026-11-28T06:00:00Z".to_owned(),
            at: None,
            tries: 1,
            last_error: Some("the relay answered 550".to_owned()),
        };
        let mut out = Vec::new();
        print(&mut out, &[line], false, false).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("bounced") && text.contains("the relay answered 550"), "{text}");
    }
}
