//! `vestibule guest reset|block|unblock|expire|delete|restore|purge|export|erase|sessions`: a guest changed from a terminal.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::directory::tenant_of;
use super::table::{facts, json as print_json, table};
use crate::app::App;
use crate::guests::life::{By, LifeError, named, named_in_bin};
use crate::guests::reset::{Reset, Says};
use crate::guests::{bar, block, delete, end_access, end_sessions, erase, export, reset};
use crate::model::{EmailAddress, SessionId, Tenant, Timestamp, User};

/// What to do with one guest.
#[derive(Subcommand, Debug, Clone, Serialize, Deserialize)]
pub enum LifeCommand {
    /// Let a guest redeem anew: same object, same apps, another account or address.
    Reset {
        /// The guest: the invited address or the object id.
        guest: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
        /// The address to redeem with from now on.
        #[arg(long)]
        address: Option<String>,
        /// Print the new link instead of mailing it.
        #[arg(long)]
        no_mail: bool,
    },
    /// End a guest's access at once; nothing else changes.
    Block {
        /// The guest: the invited address or the object id.
        guest: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// Let a blocked guest in again.
    Unblock {
        /// The guest: the invited address or the object id.
        guest: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// Give a guest's access an end, move it, or take it away.
    Expire {
        /// The guest: the invited address or the object id.
        guest: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
        /// After so many days from now.
        #[arg(long, conflicts_with_all = ["on", "never"])]
        days: Option<u32>,
        /// At the beginning of this day (UTC), e.g. 2027-01-31.
        #[arg(long, conflicts_with = "never")]
        on: Option<String>,
        /// Never.
        #[arg(long)]
        never: bool,
    },
    /// Put a guest into the bin, where it can be restored for 30 days.
    Delete {
        /// The guest: the invited address or the object id.
        guest: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// List the bin.
    Deleted {
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// Take a guest out of the bin.
    Restore {
        /// The guest: the invited address or the object id.
        guest: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// Erase a guest who lies in the bin, now instead of after 30 days. There is no way back.
    Purge {
        /// The guest: the invited address or the object id.
        guest: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// Everything that the organization holds about a guest, as JSON.
    Export {
        /// The guest: the invited address or the object id.
        guest: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// Erase a guest at once and for good. There is no way back.
    Erase {
        /// The guest: the invited address or the object id.
        guest: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// List the sessions of a guest, or end them.
    Sessions {
        /// The guest: the invited address or the object id.
        guest: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
        /// End this one.
        #[arg(long, conflicts_with = "end_all")]
        end: Option<String>,
        /// End every one.
        #[arg(long)]
        end_all: bool,
    },
}

/// Does it.
pub(super) async fn perform(
    app: &App,
    command: &LifeCommand,
    json: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<u8> {
    let by = By::Operator;
    match command {
        LifeCommand::Reset { guest, tenant, address, no_mail } => {
            let tenant = tenant_of(app, tenant)?;
            let user = named(app, &tenant, guest).await?;
            let address = address.as_deref().map(address_of).transpose()?;
            let snapshot = app.snapshot.load_full();
            let wish = Reset { user: user.id, address, send_mail: !no_mail, says: Says::default() };
            let done = reset::reset(app, &snapshot, &tenant, by, wish).await?;
            let link = app.urls.redeem(tenant.id, &done.invitation.id);
            if json {
                let address = &done.invitation.address;
                let report = json!({ "id": done.user.id, "invitedAddress": address, "redeemUrl": link, "mailQueued": done.mail_queued });
                print_json(out, &report)?;
            } else {
                let mail = if done.mail_queued { "on its way" } else { "none" };
                let lines = [
                    ("Reset", Some(done.user.display_name.clone())),
                    ("Object id", Some(done.user.id.to_string())),
                    ("Redeems with", Some(done.invitation.address.to_string())),
                    ("Redeem URL", Some(link)),
                    ("Mail", Some(mail.to_owned())),
                ];
                facts(out, &lines)?;
            }
        }
        LifeCommand::Block { guest, tenant } => {
            let (tenant, user) = find(app, tenant, guest).await?;
            let user = block::block(app, &tenant, by, user.id).await?;
            report(out, json, &user, "is blocked; every session has ended")?;
        }
        LifeCommand::Unblock { guest, tenant } => {
            let tenant = tenant_of(app, tenant)?;
            match named(app, &tenant, guest).await {
                Ok(user) => {
                    let user = block::unblock(app, &tenant, by, user.id).await?;
                    report(out, json, &user, "may sign in again")?;
                }
                // Blocked, and gone since: what is left of the guest is the block.
                Err(LifeError::NoSuchGuest) => {
                    let lifted = match guest.parse::<EmailAddress>() {
                        Ok(address) => bar::lift(app, &tenant, by, &address).await?,
                        Err(_) => false,
                    };
                    if !lifted {
                        let nobody = Err(LifeError::NoSuchGuest);
                        return nobody.with_context(|| format!("{guest:?} in {}", tenant.display_name));
                    }
                    let what = "is nobody's guest here, and may be invited again";
                    if json {
                        print_json(out, &json!({ "address": guest, "done": what }))?;
                    } else {
                        writeln!(out, "{guest} {what}.")?;
                    }
                }
                Err(error) => {
                    return Err(error).with_context(|| format!("{guest:?} in {}", tenant.display_name));
                }
            }
        }
        LifeCommand::Expire { guest, tenant, days, on, never } => {
            let ends_at = match (days, on, never) {
                (Some(days), None, false) => {
                    Some(app.clock.now().plus(Duration::from_secs(u64::from(*days) * 24 * 3600)))
                }
                (None, Some(day), false) => Some(beginning_of(day)?),
                (None, None, true) => None,
                _ => bail!("say when: --days N, --on 2027-01-31, or --never"),
            };
            let (tenant, user) = find(app, tenant, guest).await?;
            let user = end_access::end_access(app, &tenant, by, user.id, ends_at).await?;
            let when = ends_at.map_or_else(|| "does not end".to_owned(), |end| format!("ends at {end}"));
            report(out, json, &user, &format!("has access that {when}"))?;
        }
        LifeCommand::Delete { guest, tenant } => {
            let (tenant, user) = find(app, tenant, guest).await?;
            delete::delete(app, &tenant, by, user.id).await?;
            report(out, json, &user, "lies in the bin for 30 days; take it out with: vestibule guest restore")?;
        }
        LifeCommand::Deleted { tenant } => list_bin(app, tenant, json, out).await?,
        LifeCommand::Restore { guest, tenant } => {
            let tenant = tenant_of(app, tenant)?;
            let user = named_in_bin(app, &tenant, guest).await?;
            let user = delete::restore(app, &tenant, by, user.id).await?;
            report(out, json, &user, "is a guest again, with everything as it was")?;
        }
        LifeCommand::Purge { guest, tenant } => {
            let tenant = tenant_of(app, tenant)?;
            let user = named_in_bin(app, &tenant, guest).await?;
            erase::purge(app, tenant.id, by, user.id).await?;
            report(out, json, &user, "was erased for good")?;
        }
        LifeCommand::Export { guest, tenant } => {
            let tenant = tenant_of(app, tenant)?;
            let user = match named(app, &tenant, guest).await {
                Err(LifeError::NoSuchGuest) => named_in_bin(app, &tenant, guest).await?,
                found => found?,
            };
            let everything = export::export(app, &tenant, &user).await?;
            print_json(out, &everything)?;
        }
        LifeCommand::Erase { guest, tenant } => {
            let tenant = tenant_of(app, tenant)?;
            match named(app, &tenant, guest).await {
                Ok(user) => {
                    erase::erase(app, &tenant, by, user.id).await?;
                    report(out, json, &user, "was erased for good")?;
                }
                Err(LifeError::NoSuchGuest) => {
                    let user = named_in_bin(app, &tenant, guest).await?;
                    erase::purge(app, tenant.id, by, user.id).await?;
                    report(out, json, &user, "was erased for good")?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        LifeCommand::Sessions { guest, tenant, end, end_all } => {
            let (tenant, user) = find(app, tenant, guest).await?;
            sessions(app, &tenant, &user, end.as_deref(), *end_all, json, out).await?;
        }
    }
    Ok(0)
}

async fn find(app: &App, tenant: &str, guest: &str) -> anyhow::Result<(std::sync::Arc<Tenant>, User)> {
    let tenant = tenant_of(app, tenant)?;
    let user = named(app, &tenant, guest).await.with_context(|| format!("{guest:?} in {}", tenant.display_name))?;
    Ok((tenant, user))
}

fn address_of(text: &str) -> anyhow::Result<EmailAddress> {
    text.parse().map_err(|error| anyhow::anyhow!("{text:?} is no e-mail address: {error}"))
}

fn beginning_of(day: &str) -> anyhow::Result<Timestamp> {
    let date: jiff::civil::Date = day.parse().with_context(|| format!("{day:?} is no day; write it as 2027-01-31"))?;
    let begins = date.to_zoned(jiff::tz::TimeZone::UTC)?;
    Ok(Timestamp::from_seconds(begins.timestamp().as_second()))
}

fn report(out: &mut dyn Write, as_json: bool, user: &User, what: &str) -> anyhow::Result<()> {
    let name = user.invited_address.as_ref().map_or_else(|| user.display_name.clone(), ToString::to_string);
    if as_json {
        let state = json!({
            "id": user.id, "invitedAddress": user.invited_address, "accountEnabled": user.account_enabled,
            "expiresAt": user.expires_at.map(|end| end.to_string()), "done": what,
        });
        return Ok(print_json(out, &state)?);
    }
    Ok(facts(out, &[(name.as_str(), Some(what.to_owned()))])?)
}

async fn list_bin(app: &App, tenant: &str, as_json: bool, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let tenant = tenant_of(app, tenant)?;
    let bin = app.store.read(tenant.id).await?.deleted_users(10_000).await?;
    let deleted = |user: &User| user.deleted_at.map(|at| at.to_string()).unwrap_or_default();
    let address = |user: &User| user.invited_address.as_ref().map(ToString::to_string).unwrap_or_default();
    if as_json {
        let rows: Vec<_> = bin
            .iter()
            .map(|user| {
                json!({ "id": user.id, "displayName": user.display_name, "invitedAddress": user.invited_address,
                    "deletedDateTime": deleted(user) })
            })
            .collect();
        return Ok(print_json(out, &rows)?);
    }
    if bin.is_empty() {
        return Ok(writeln!(out, "The bin of {} is empty.", tenant.display_name)?);
    }
    let rows: Vec<Vec<String>> = bin
        .iter()
        .map(|user| vec![address(user), user.display_name.clone(), deleted(user), user.id.to_string()])
        .collect();
    Ok(table(out, &["Address", "Name", "Deleted", "Object id"], &rows)?)
}

async fn sessions(
    app: &App,
    tenant: &Tenant,
    user: &User,
    end: Option<&str>,
    end_all: bool,
    as_json: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    if let Some(text) = end {
        let id = uuid::Uuid::try_parse(text).map(SessionId).context("a session is named by its id, as listed")?;
        if !end_sessions::one(app, tenant, By::Operator, user.id, id).await? {
            bail!("this guest has no such session; list them without --end");
        }
        return report(out, as_json, user, "has one session less");
    }
    if end_all {
        let ended = end_sessions::all(app, tenant, By::Operator, user.id).await?;
        return report(out, as_json, user, &format!("was signed out of {ended} sessions"));
    }
    let open = app.sessions.of_user(tenant.id, user.id).await?;
    let rows: Vec<Vec<String>> = open
        .iter()
        .map(|session| {
            let record = session.record();
            vec![
                record.id.0.to_string(),
                record.agent.clone().unwrap_or_else(|| "unknown".to_owned()),
                record.signed_in_at.to_string(),
                session.last_used().to_string(),
                record.identity.method.amr_of(record.by_passkey).to_owned(),
            ]
        })
        .collect();
    if as_json {
        let keys = ["id", "browser", "signedInAt", "lastUsedAt", "method"];
        let rows: Vec<_> = rows
            .into_iter()
            .map(|row| keys.into_iter().zip(row).collect::<std::collections::BTreeMap<_, _>>())
            .collect();
        return Ok(print_json(out, &rows)?);
    }
    if rows.is_empty() {
        return Ok(writeln!(out, "{} is signed in nowhere.", user.display_name)?);
    }
    Ok(table(out, &["Session", "Browser", "Signed in", "Last used", "Method"], &rows)?)
}
