//! `vestibule guest`: look at guests, and do what their inviters may do.

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::bail;
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use super::directory::{address_of, app_of, group_of, inviter_of, role_of, tenant_of};
use super::invite::all;
use super::table::{facts, json, table};
use crate::app::App;
use crate::guests;
use crate::guests::assign::{Given, assign, unassign_and_end_sessions};
use crate::guests::history::{HistoryLine, history};
use crate::guests::invite::{InviteWarning, Inviter};
use crate::guests::inviter_role::{set_guest_inviter, set_owner};
use crate::guests::list::{self, GuestList, ListFilter};
use crate::guests::reset_second_factor::{Resetter, reset_second_factor};
use crate::guests::revoke::revoke_and_end_sessions;
use crate::guests::send_again::send_again;
use crate::guests::show::{self, AgreementAnswer, GuestDetails, GuestSummary};
use crate::model::{InvitationState, Tenant, User};
use crate::signin::reset;

/// What to look at or to do.
#[derive(Subcommand, Debug, Clone, Serialize, Deserialize)]
pub enum GuestCommand {
    /// List the guests of a tenant with their state, and what may stop those who are pending.
    List {
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
        /// Only guests whose invitation is pending, accepted, declined, expired, revoked or bounced.
        #[arg(long, value_parser = state_of)]
        state: Option<InvitationState>,
    },
    /// Show one guest.
    Show {
        /// The address that was invited.
        address: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// Reset a guest's second factor, for somebody who lost it: a new one is set up at the next sign-in.
    ResetMfa {
        /// Whom.
        #[command(flatten)]
        whom: Whom,
        /// Also remove what belongs to the guest's personal account, and so counts at every organization.
        #[arg(long, conflicts_with = "by")]
        whole_account: bool,
    },
    /// Send the invitation again, under the same link.
    Resend(Whom),
    /// Revoke the invitation: its link and its pending guest end.
    Revoke(Whom),
    /// Everything that became of a guest's invitations.
    History(Whom),
    /// Assign a guest to apps, groups and roles.
    Assign {
        /// Whom.
        #[command(flatten)]
        whom: Whom,
        /// What.
        #[command(flatten)]
        what: What,
    },
    /// Take apps, groups and roles away; the guest's sessions end.
    Unassign {
        /// Whom.
        #[command(flatten)]
        whom: Whom,
        /// What.
        #[command(flatten)]
        what: What,
    },
    /// Give somebody the role Guest Inviter; a guest who holds it brings colleagues.
    Inviter {
        /// Whom.
        #[command(flatten)]
        whom: Whom,
        /// Take the role away.
        #[arg(long)]
        remove: bool,
    },
    /// Make somebody an owner of an app, who invites to it and says who uses it.
    Owner {
        /// Whom.
        #[command(flatten)]
        whom: Whom,
        /// The app, by id or name.
        #[arg(long)]
        app: String,
        /// End the ownership.
        #[arg(long)]
        remove: bool,
    },
    /// Change a guest.
    #[command(flatten)]
    Life(super::life::LifeCommand),
}

/// One guest, and who acts.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
pub struct Whom {
    /// The address that was invited.
    pub address: String,
    /// The organization: its id or a verified domain.
    #[arg(long)]
    pub tenant: String,
    /// Act as this member or guest, by address, with no more rights than theirs; as the operator unless given.
    #[arg(long = "as", value_name = "ADDRESS")]
    pub by: Option<String>,
}

/// What is given or taken.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
pub struct What {
    /// An app, by id or name; may be given several times.
    #[arg(long)]
    pub app: Vec<String>,
    /// A group, by id or name; may be given several times.
    #[arg(long)]
    pub group: Vec<String>,
    /// A role, as app:role; may be given several times.
    #[arg(long, value_name = "APP:ROLE")]
    pub role: Vec<String>,
}

fn state_of(text: &str) -> Result<InvitationState, String> {
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
        .map_err(|_| "write pending, accepted, declined, expired, revoked or bounced".to_owned())
}

/// Performs the command.
pub async fn perform(
    app: &App,
    command: &GuestCommand,
    as_json: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<u8> {
    let snapshot = app.snapshot.load_full();
    match command {
        GuestCommand::List { tenant, state } => {
            let tenant = tenant_of(app, tenant)?;
            let filter = ListFilter { invitation_state: *state };
            let found = list::list_some(guests::context(app, &snapshot, &tenant), filter).await?;
            print_list(out, &found, as_json)?;
        }
        GuestCommand::Show { address, tenant } => {
            let tenant = tenant_of(app, tenant)?;
            let address = address_of(address)?;
            let Some(found) = show::show(guests::context(app, &snapshot, &tenant), &address).await? else {
                bail!("{} has no guest {address}; vestibule guest list shows who there is", tenant.display_name);
            };
            print_guest(out, &found, as_json)?;
        }
        GuestCommand::Life(command) => return super::life::perform(app, command, as_json, out).await,
        GuestCommand::Inviter { whom, remove } => {
            let tenant = tenant_of(app, &whom.tenant)?;
            let context = guests::context(app, &snapshot, &tenant);
            let by = inviter_of(&context, whom.by.as_deref()).await?;
            let user = set_guest_inviter(context, &by, &address_of(&whom.address)?, !remove).await?;
            let now = if *remove { "is no guest inviter any more" } else { "is a guest inviter now" };
            done(out, as_json, &user, &format!("{} {now}.", whom.address))?;
        }
        GuestCommand::Owner { whom, app: named, remove } => {
            let tenant = tenant_of(app, &whom.tenant)?;
            let context = guests::context(app, &snapshot, &tenant);
            let by = inviter_of(&context, whom.by.as_deref()).await?;
            let owned = app_of(app, &tenant, named)?;
            let user = set_owner(context, &by, &address_of(&whom.address)?, owned, !remove).await?;
            let now = if *remove { "does not own" } else { "owns" };
            done(out, as_json, &user, &format!("{} {now} {named} now.", whom.address))?;
        }
        GuestCommand::ResetMfa { whom, whole_account } => {
            let tenant = tenant_of(app, &whom.tenant)?;
            let context = guests::context(app, &snapshot, &tenant);
            let by = match inviter_of(&context, whom.by.as_deref()).await? {
                Inviter::User(user) => Resetter::User(user.id),
                Inviter::Operator { .. } | Inviter::Application { .. } => Resetter::Operator,
            };
            let address = address_of(&whom.address)?;
            let user = reset_second_factor(app, context, by, &address).await?;
            let mut words = format!(
                "The second factor of {address} at {} was reset, and every session there ended.\n\
                 The next sign-in sets up a new one, if one is demanded.",
                tenant.display_name
            );
            if *whole_account {
                words.push_str(match reset::forget_factors(app, &tenant, &address).await? {
                    true => "\nThe personal account has no second factor and no passkey any more.",
                    false => "\nThere is no personal account with this address.",
                });
            }
            done(out, as_json, &user, &words)?;
        }
        GuestCommand::Resend(whom) => {
            let (tenant, guest) = guest_of(app, whom).await?;
            let context = guests::context(app, &snapshot, &tenant);
            let by = inviter_of(&context, whom.by.as_deref()).await?;
            let sent = send_again(context, &by, guest.id).await?;
            app.mail_queued.notify_one();
            let link = app.urls.redeem(tenant.id, &sent.invitation.id);
            done(
                out,
                as_json,
                &sent.user,
                &format!("The mail to {} is on its way again.\nRedeem URL  {link}", whom.address),
            )?;
        }
        GuestCommand::Revoke(whom) => {
            let (tenant, guest) = guest_of(app, whom).await?;
            let context = guests::context(app, &snapshot, &tenant);
            let by = inviter_of(&context, whom.by.as_deref()).await?;
            let revoked = revoke_and_end_sessions(app, context, &by, guest.id).await?;
            let words = format!("The invitation of {} is revoked: no door redeems it any more.", whom.address);
            done(out, as_json, &revoked.user, &words)?;
        }
        GuestCommand::History(whom) => {
            let (tenant, guest) = guest_of(app, whom).await?;
            let lines = history(guests::context(app, &snapshot, &tenant), guest.id).await?;
            print_history(out, &lines, as_json)?;
        }
        GuestCommand::Assign { whom, what } => {
            let (tenant, guest) = guest_of(app, whom).await?;
            let context = guests::context(app, &snapshot, &tenant);
            let by = inviter_of(&context, whom.by.as_deref()).await?;
            let user = assign(context, &by, guest.id, &given(app, &tenant, what)?).await?;
            done(out, as_json, &user, &format!("Assigned to {}.", whom.address))?;
        }
        GuestCommand::Unassign { whom, what } => {
            let (tenant, guest) = guest_of(app, whom).await?;
            let context = guests::context(app, &snapshot, &tenant);
            let by = inviter_of(&context, whom.by.as_deref()).await?;
            let user = unassign_and_end_sessions(app, context, &by, guest.id, &given(app, &tenant, what)?).await?;
            done(out, as_json, &user, &format!("Taken away from {}, whose sessions ended.", whom.address))?;
        }
    }
    Ok(0)
}

/// The member or guest that a command is about.
async fn guest_of(app: &App, whom: &Whom) -> anyhow::Result<(Arc<Tenant>, User)> {
    let tenant = tenant_of(app, &whom.tenant)?;
    let address = address_of(&whom.address)?;
    let snapshot = app.snapshot.load_full();
    let found = guests::inviter_role::named(&guests::context(app, &snapshot, &tenant), &address).await?;
    let Some(user) = found else {
        bail!("{} has no guest {address}; vestibule guest list shows who there is", tenant.display_name);
    };
    Ok((tenant, user))
}

fn given(app: &App, tenant: &Tenant, what: &What) -> anyhow::Result<Given> {
    let given = Given {
        apps: all(&what.app, |text| app_of(app, tenant, text))?,
        groups: all(&what.group, |text| group_of(tenant, text))?,
        roles: all(&what.role, |text| role_of(app, tenant, text))?,
    };
    if given.is_empty() {
        bail!("name at least one --app, --group or --role");
    }
    Ok(given)
}

/// What a command that changed a user prints.
fn done(out: &mut dyn Write, as_json: bool, user: &User, words: &str) -> io::Result<()> {
    if as_json {
        let address = user.invited_address.as_ref().or(user.mail.as_ref());
        return json(out, &serde_json::json!({ "id": user.id, "address": address, "done": words }));
    }
    writeln!(out, "{words}")
}

fn print_history(out: &mut dyn Write, lines: &[HistoryLine], as_json: bool) -> io::Result<()> {
    if as_json {
        return json(out, &serde_json::json!({ "history": lines }));
    }
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| vec![line.at.clone(), line.what.to_owned(), line.by.clone(), line.invitation.to_string()])
        .collect();
    table(out, &["When", "What", "By", "Invitation"], &rows)
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
                guest.invitation_state.unwrap_or("-").to_owned(),
                accepted(guest).to_owned(),
                guest.source.clone(),
                ahead(guest),
            ]
        })
        .collect();
    let head = ["Address", "Name", "State", "Since", "Invitation", "Invitation accepted", "Source", "Ahead"];
    table(out, &head, &rows)?;
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
    let predicted = summary.predicted.as_ref().map(|prediction| {
        let only = if prediction.only_by_invitation_link { ", through the redeem URL only" } else { "" };
        format!("{}{only}", prediction.sentence())
    });
    let others: Vec<&str> = guest.other_mails.iter().map(|mail| mail.as_str()).collect();
    let mail = match (&summary.mail, &summary.in_the_way) {
        (Some(mail), _) => mail.to_string(),
        (None, Some(obstacle)) => format!("none: {}", obstacle.sentence()),
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
        ("Sponsors", Some(guest.sponsors.join(", ")).filter(|text| !text.is_empty())),
        ("Guest inviter", guest.guest_inviter.then(|| "Yes".to_owned())),
        ("Invitation", summary.invitation_state.map(str::to_owned)),
        ("Link ends", guest.invitation_expires.clone()),
        ("Invitation mail", guest.mail_state.clone()),
        ("Last mail error", summary.mail_error.clone()),
        ("Redeem URL", guest.redeem_url.clone()),
        ("Route", predicted),
        ("Made", Some(guest.created_date_time.clone())),
        ("Access ends", guest.access_ends.clone()),
        ("Last sign-in", Some(guest.last_sign_in_date_time.clone().unwrap_or_else(|| "never".to_owned()))),
        ("Review permissions", guest.reviewed.as_ref().map(|review| format!("{} {}", review.state, review.at))),
    ];
    let answers: Vec<String> = guest.agreements.iter().map(agreement).collect();
    lines.extend(answers.into_iter().map(|answer| ("Terms of use", Some(answer))));
    lines.extend(guest.apps.iter().map(|app| ("App", Some(format!("{}  {}", app.name, app.direct_link)))));
    lines.extend(guest.app_roles.iter().map(|role| ("Role", Some(role.clone()))));
    lines.extend(guest.groups.iter().map(|group| ("Group", Some(group.clone()))));
    lines.extend(summary.warnings.iter().map(|warning| ("Warning", Some(warning.sentence().to_owned()))));
    facts(out, &lines)
}

fn agreement(answer: &AgreementAnswer) -> String {
    let reset = if answer.before_reset { ", before the reset" } else { "" };
    format!("{}: {} {}{reset}", answer.agreement, answer.state, answer.at)
}

fn address(guest: &GuestSummary) -> String {
    guest.invited_address.as_ref().or(guest.mail.as_ref()).map(ToString::to_string).unwrap_or_default()
}

fn state(guest: &GuestSummary) -> String {
    let state = guest.external_user_state.unwrap_or("-");
    if guest.account_enabled { state.to_owned() } else { format!("{state} (disabled)") }
}

/// The way a pending guest will sign in, and what may stop that.
fn ahead(guest: &GuestSummary) -> String {
    let Some(predicted) = &guest.predicted else { return "-".to_owned() };
    let only = if predicted.only_by_invitation_link { ", by the redeem URL only" } else { "" };
    let trouble = guest.warnings.iter().filter_map(|warning| match warning {
        InviteWarning::DomainBlocked => Some("domain blocked"),
        InviteWarning::ProviderUnreachable => Some("identity provider does not answer"),
        _ => None,
    });
    let trouble: Vec<&str> = trouble.collect();
    let obstacle = guest.in_the_way.as_ref().map(|found| format!(" ({} {} holds the address)", found.kind, found.name));
    let trouble = if trouble.is_empty() { String::new() } else { format!("; {}", trouble.join(", ")) };
    let mail = guest.mail_error.as_ref().map(|error| format!("; mail: {error}"));
    format!("{}{only}{}{trouble}{}", predicted.sentence(), obstacle.unwrap_or_default(), mail.unwrap_or_default())
}

fn accepted(guest: &GuestSummary) -> &'static str {
    if guest.invitation_accepted { "Yes" } else { "No" }
}
