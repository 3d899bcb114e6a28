//! `vestibule member add`.

use std::io::{self, Write};

use clap::Subcommand;
use serde::{Deserialize, Serialize};

use super::table::{facts, json};
use crate::guests::member_add::MemberAdded;
use crate::model::UserId;

/// What to do.
#[derive(Subcommand, Debug, Clone, Serialize, Deserialize)]
pub enum MemberCommand {
    /// Add a member, or make a new link for one: it sets the password, works once, and ends after 15 minutes.
    Add {
        /// An address in a verified domain of the organization.
        address: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
        /// Name of the member.
        #[arg(long)]
        name: Option<String>,
        /// Make the member an administrator of the organization.
        #[arg(long)]
        admin: bool,
    },
}

/// What `vestibule member add` prints. It holds the one-time link, so it goes to the terminal and nowhere else.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberReport<'a> {
    id: UserId,
    user_principal_name: &'a str,
    display_name: &'a str,
    admin: bool,
    existed: bool,
    set_password_url: &'a str,
    set_password_url_ends: String,
}

/// Prints the member and the link.
pub fn print(out: &mut dyn Write, added: &MemberAdded, as_json: bool) -> io::Result<()> {
    let report = MemberReport {
        id: added.user.id,
        user_principal_name: &added.user.user_principal_name,
        display_name: &added.user.display_name,
        admin: added.user.admin,
        existed: added.existed,
        set_password_url: added.link.expose(),
        set_password_url_ends: added.link_ends.to_string(),
    };
    if as_json {
        return json(out, &report);
    }
    if report.existed {
        writeln!(out, "{} is a member already; the link sets a new password.\n", report.user_principal_name)?;
    } else {
        writeln!(out, "{} is a member now.\n", report.user_principal_name)?;
    }
    facts(
        out,
        &[
            ("Object id", Some(report.id.to_string())),
            ("Administrator", Some(if report.admin { "Yes" } else { "No" }.to_owned())),
            ("Set password at", Some(report.set_password_url.to_owned())),
            ("Works until", Some(report.set_password_url_ends.clone())),
        ],
    )?;
    writeln!(out, "\nThe link works once, for 15 minutes. Whoever has it sets the password: pass it on privately.")
}
