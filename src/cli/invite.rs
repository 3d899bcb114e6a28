//! `vestibule invite`: what happened, and without a mail the links to pass on.

use std::io::{self, Write};

use clap::Args;
use serde::{Deserialize, Serialize};

use super::Place;
use super::table::{facts, json};
use crate::guests::GuestContext;
use crate::guests::invite::{InviteWarning, Invited};
use crate::guests::predict::Prediction;
use crate::guests::show::{AppLink, app_links};
use crate::model::{AppId, EmailAddress, UserId};

/// What to type.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
pub struct InviteArguments {
    /// Whom to invite, e.g. guest@fabrikam.example.
    pub address: String,
    /// The inviting organization: its id or a verified domain.
    #[arg(long)]
    pub tenant: String,
    /// Name of the guest, as lists show it.
    #[arg(long)]
    pub name: Option<String>,
    /// An app to assign, by id or name; may be given several times.
    #[arg(long)]
    pub app: Vec<String>,
    /// Plain text of yours in the mail, at most 2,000 characters.
    #[arg(long)]
    pub message: Option<String>,
    /// Language of the mail, e.g. nl.
    #[arg(long)]
    pub language: Option<String>,
    /// One more recipient of a copy.
    #[arg(long)]
    pub cc: Option<String>,
    /// Where the guest lands after redemption: an address of one of the organization's apps; the access panel unless given.
    #[arg(long)]
    pub redirect_url: Option<String>,
    /// Send no mail; print the links to pass on yourself.
    #[arg(long)]
    pub no_mail: bool,
    /// Which directory.
    #[command(flatten)]
    pub place: Place,
}

/// What `vestibule invite` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InviteReport {
    /// Name of the tenant.
    pub tenant: String,
    /// Graph `invitedUserEmailAddress`.
    pub invited_user_email_address: EmailAddress,
    /// Graph `invitedUser.id`.
    pub invited_user_id: UserId,
    /// Graph `invitedUser.userPrincipalName`.
    pub user_principal_name: String,
    /// Graph `status`.
    pub status: &'static str,
    /// Graph `inviteRedeemUrl`: a locator, no credential.
    pub invite_redeem_url: String,
    /// Whether a mail is on its way.
    pub mail_queued: bool,
    /// How the guest will sign in.
    pub predicted: Prediction,
    /// Direct link of the access panel.
    pub panel: String,
    /// Direct links of the assigned apps.
    pub apps: Vec<AppLink>,
    /// What the inviter should know.
    pub warnings: Vec<InviteWarning>,
}

/// Puts the report together.
pub fn report(context: &GuestContext<'_>, invited: &Invited, apps: &[AppId]) -> InviteReport {
    InviteReport {
        tenant: context.tenant.display_name.clone(),
        invited_user_email_address: invited.invitation.address.clone(),
        invited_user_id: invited.user.id,
        user_principal_name: invited.user.user_principal_name.clone(),
        status: if invited.user.is_pending() { "PendingAcceptance" } else { "Completed" },
        invite_redeem_url: context.urls.redeem(context.tenant.id, &invited.invitation.id),
        mail_queued: invited.mail_queued,
        predicted: invited.predicted.clone(),
        panel: context.urls.panel(context.tenant.id),
        apps: app_links(context, apps),
        warnings: invited.warnings.clone(),
    }
}

/// Prints the report.
pub fn print(out: &mut dyn Write, report: &InviteReport, as_json: bool) -> io::Result<()> {
    if as_json {
        return json(out, report);
    }
    let address = &report.invited_user_email_address;
    if report.warnings.contains(&InviteWarning::AlreadyAccepted) {
        writeln!(out, "{address} is a guest of {} already; the apps were assigned.", report.tenant)?;
    } else if report.mail_queued {
        writeln!(out, "{address} is invited to {}; the mail is on its way.", report.tenant)?;
    } else {
        writeln!(out, "{address} is invited to {}; no mail was sent.", report.tenant)?;
    }
    writeln!(out, "The guest {}.", report.predicted.sentence())?;
    writeln!(out)?;
    let mut lines = vec![
        ("State", Some(report.status.to_owned())),
        ("User principal name", Some(report.user_principal_name.clone())),
        ("Redeem URL", Some(report.invite_redeem_url.clone())),
    ];
    if !report.mail_queued {
        lines.push(("Access panel", Some(report.panel.clone())));
        lines.extend(report.apps.iter().map(|app| (app.name.as_str(), Some(app.direct_link.clone()))));
    }
    facts(out, &lines)?;
    for warning in &report.warnings {
        if let Some(sentence) = sentence(*warning, report.mail_queued) {
            writeln!(out, "\nWarning: {sentence}")?;
        }
    }
    Ok(())
}

fn sentence(warning: InviteWarning, mail_queued: bool) -> Option<&'static str> {
    match warning {
        InviteWarning::AddressTaken => Some(
            "a contact or another object of the directory holds this address, so the guest has no mail here. \
             Direct links will not work; the redeem URL does.",
        ),
        // With the mail on its way there is nothing to worry about.
        InviteWarning::OnlyByInvitationLink if mail_queued => None,
        InviteWarning::OnlyByInvitationLink => Some(
            "this guest may have to make a personal account, which works only through the redeem URL. \
             Pass that one on; the direct links work afterwards.",
        ),
        InviteWarning::MailLimit => {
            Some("no mail was sent, because this address was sent enough of them today. Pass the redeem URL on.")
        }
        InviteWarning::MailBlocked => Some(
            "no mail was sent: this address does not take invitation mails. The invitation stands; pass the redeem \
             URL on in another way.",
        ),
        InviteWarning::NoWayIn => Some(
            "nothing is switched on by which this guest could sign in: no identity provider for the domain, \
             no passcode, no personal accounts.",
        ),
        InviteWarning::AlreadyAccepted => None,
    }
}
