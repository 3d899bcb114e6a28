//! `vestibule guest list` and `vestibule guest show`.

use std::io::{self, Write};

use clap::Subcommand;
use serde::{Deserialize, Serialize};

use super::table::{facts, json, table};
use crate::guests::list::GuestList;
use crate::guests::show::{AgreementAnswer, GuestDetails, GuestSummary};

/// What to look at, or to do.
#[derive(Subcommand, Debug, Clone, Serialize, Deserialize)]
pub enum GuestCommand {
    /// List the guests of a tenant with their state.
    List {
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// Show one guest.
    Show {
        /// The address that was invited.
        address: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// Change a guest.
    #[command(flatten)]
    Life(super::life::LifeCommand),
}

/// Prints the guests of a tenant.
pub fn print_list(out: &mut dyn Write, list: &GuestList, as_json: bool) -> io::Result<()> {
    if as_json {
        return json(out, list);
    }
    if list.guests.is_empty() {
        return writeln!(out, "{} has no guests yet. Invite one: vestibule invite ADDRESS", list.tenant);
    }
    let rows: Vec<Vec<String>> = list
        .guests
        .iter()
        .map(|guest| {
            vec![
                address(guest),
                guest.display_name.clone(),
                state(guest),
                guest.external_user_state_change_date_time.clone().unwrap_or_default(),
                accepted(guest).to_owned(),
                guest.source.clone(),
            ]
        })
        .collect();
    table(out, &["Address", "Name", "State", "Since", "Invitation accepted", "Source"], &rows)?;
    if list.truncated {
        writeln!(out, "… and more; only the first {} are listed.", list.guests.len())?;
    }
    Ok(())
}

/// Prints one guest.
pub fn print_guest(out: &mut dyn Write, guest: &GuestDetails, as_json: bool) -> io::Result<()> {
    if as_json {
        return json(out, guest);
    }
    let summary = &guest.summary;
    let predicted = guest.predicted.as_ref().map(|prediction| {
        let only = if prediction.only_by_invitation_link { ", through the redeem URL only" } else { "" };
        format!("{}{only}", prediction.sentence())
    });
    let others: Vec<&str> = guest.other_mails.iter().map(|mail| mail.as_str()).collect();
    let mail = match (&summary.mail, guest.no_mail_because) {
        (Some(mail), _) => mail.to_string(),
        (None, Some(reason)) => format!("none: {reason}"),
        (None, None) => "none".to_owned(),
    };
    let since = summary.external_user_state_change_date_time.as_ref().map(|at| format!(" since {at}"));
    let mut lines = vec![
        ("Name", Some(summary.display_name.clone())),
        ("Invited address", summary.invited_address.as_ref().map(ToString::to_string)),
        ("Mail", Some(mail)),
        ("Other mails", Some(others.join(", ")).filter(|text| !text.is_empty())),
        ("User principal name", Some(summary.user_principal_name.clone())),
        ("Object id", Some(summary.id.to_string())),
        ("State", Some(format!("{}{}", state(summary), since.unwrap_or_default()))),
        ("Invitation accepted", Some(accepted(summary).to_owned())),
        ("Source", Some(summary.source.clone())),
        ("Invited by", guest.invited_by.clone()),
        ("Invitation", guest.invitation_state.map(str::to_owned)),
        ("Link ends", guest.invitation_expires.clone()),
        ("Redeem URL", guest.redeem_url.clone()),
        ("Route", predicted),
        ("Made", Some(guest.created_date_time.clone())),
        ("Last sign-in", Some(guest.last_sign_in_date_time.clone().unwrap_or_else(|| "never".to_owned()))),
        ("Review permissions", guest.reviewed.as_ref().map(|review| format!("{} {}", review.state, review.at))),
    ];
    let answers: Vec<String> = guest.agreements.iter().map(agreement).collect();
    lines.extend(answers.into_iter().map(|answer| ("Terms of use", Some(answer))));
    lines.extend(guest.apps.iter().map(|app| ("App", Some(format!("{}  {}", app.name, app.direct_link)))));
    facts(out, &lines)
}

fn agreement(answer: &AgreementAnswer) -> String {
    format!("{}: {} {}", answer.agreement, answer.state, answer.at)
}

fn address(guest: &GuestSummary) -> String {
    guest.invited_address.as_ref().or(guest.mail.as_ref()).map(ToString::to_string).unwrap_or_default()
}

fn state(guest: &GuestSummary) -> String {
    let state = guest.external_user_state.unwrap_or("-");
    if guest.account_enabled { state.to_owned() } else { format!("{state} (disabled)") }
}

fn accepted(guest: &GuestSummary) -> &'static str {
    if guest.invitation_accepted { "Yes" } else { "No" }
}
