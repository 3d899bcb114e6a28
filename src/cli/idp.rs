//! `vestibule idp`: the addresses to register, what the provider and the DNS say, the claims of a trial sign-in, and who
//! would be affected if a connection were switched off.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Subcommand;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::guests;
use crate::guests::impact::Impact;
use crate::model::{Connection, ConnectionKind, ConnectionName, Tenant};
use crate::signin::trial;
use crate::tenants;
use crate::tenants::domain_records::{self, DomainSighting, Sighting};

/// How long the trial waits for a person to sign in.
const PATIENCE: Duration = Duration::from_secs(100);

/// What to do.
#[derive(Subcommand, Debug, Clone, Serialize, Deserialize)]
pub enum IdpCommand {
    /// Fetch a provider's discovery document and keys, and print the redirect URI to register there.
    Test {
        /// The organization: its id or a verified domain.
        tenant: String,
        /// Name of the connection in its file.
        connection: String,
        /// Also wait for a trial sign-in in a browser, and show the claims. It signs nobody in here.
        #[arg(long)]
        trial: bool,
        /// The trial to wait for; the command line fills it in.
        #[arg(long, hide = true)]
        wait: Option<String>,
    },
    /// Tell who signs in by a connection, and what each of them could do if it were switched off.
    Impact {
        /// The organization: its id or a verified domain.
        tenant: String,
        /// Name of the connection in its file.
        connection: String,
    },
}

/// Performs the command.
pub async fn perform(app: &App, command: &IdpCommand, json: bool, out: &mut (dyn Write + Send)) -> anyhow::Result<u8> {
    let snapshot = app.snapshot.load_full();
    let tenant = match command {
        IdpCommand::Test { tenant, .. } | IdpCommand::Impact { tenant, .. } => tenant,
    };
    let tenant = tenants::resolve(&snapshot, tenant).with_context(|| format!("there is no tenant {tenant:?}"))?;
    match command {
        IdpCommand::Test { connection, trial, wait, .. } => match wait {
            Some(id) if !id.is_empty() => wait_for(app, tenant, id, out).await,
            begin => test(app, tenant, connection, *trial || begin.is_some(), out).await,
        },
        IdpCommand::Impact { connection, .. } => {
            let name: ConnectionName = connection.parse().map_err(anyhow::Error::msg)?;
            let impact = guests::impact::impact(guests::context(app, &snapshot, tenant), &name).await?;
            print_impact(&impact, json, out)?;
            Ok(0)
        }
    }
}

fn print_impact(impact: &Impact, json: bool, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    if json {
        writeln!(out, "{}", serde_json::to_string_pretty(impact)?)?;
        return Ok(());
    }
    let (count, name) = (impact.guests.len(), &impact.connection);
    let condition = if impact.on { "if it is switched off" } else { "now that it is off" };
    match count {
        0 => writeln!(out, "no guest signs in by {name}")?,
        1 => writeln!(out, "1 guest signs in by {name}; {condition}:")?,
        _ => writeln!(out, "{count} guests sign in by {name}; {condition}:")?,
    }
    for guest in &impact.guests {
        let mail = guest.mail.as_ref().map_or_else(|| "no mail".to_owned(), ToString::to_string);
        writeln!(out, "  {} ({mail}) {}", guest.display_name, guest.next)?;
    }
    let stuck = impact.guests.iter().filter(|guest| !guest.relinks).count();
    if stuck > 0 {
        writeln!(out, "{stuck} of them would need an administrator")?;
    }
    Ok(())
}

/// Prints what can be said before the provider is asked, then asks it. The redirect URI comes first: one needs it to get
/// the client secret at all.
async fn test(app: &App, tenant: &Tenant, text: &str, trial: bool, out: &mut (dyn Write + Send)) -> anyhow::Result<u8> {
    let name: ConnectionName = text.parse().map_err(anyhow::Error::msg)?;
    let connection = tenant.connection(&name);
    if connection.is_some() || tenant.waiting_connections.contains(&name) {
        writeln!(out, "redirect URI to register   {}", app.urls.federation_callback(tenant.id, &name))?;
        if connection.is_none_or(|connection| connection.kind == ConnectionKind::Oidc) {
            writeln!(out, "back-channel logout URI    {}", app.urls.federation_logout(tenant.id, &name))?;
        }
    }
    let Some(connection) = connection else {
        if tenant.waiting_connections.contains(&name) {
            bail!("{name} is off until its client secret is known; `vestibule check` says how to set it");
        }
        let names: Vec<&str> = tenant
            .connections
            .iter()
            .map(|one| &one.name)
            .chain(&tenant.waiting_connections)
            .map(ConnectionName::as_str)
            .collect();
        let known = if names.is_empty() { "there is none".to_owned() } else { names.join(", ") };
        bail!("{} has no connection {text:?} that is switched on ({known})", tenant.display_name);
    };
    writeln!(out, "client id                  {}", connection.client_id)?;
    domains(app, tenant, connection, out).await?;
    match connection.kind {
        ConnectionKind::Oidc => inspect(app, connection, out).await?,
        ConnectionKind::OAuth2 => {
            for (what, endpoint) in [
                ("authorization endpoint    ", &connection.authorization_endpoint),
                ("token endpoint            ", &connection.token_endpoint),
                ("userinfo endpoint         ", &connection.userinfo_endpoint),
            ] {
                writeln!(out, "{what} {}", endpoint.as_ref().map_or("none", url::Url::as_str))?;
            }
            writeln!(out, "note: plain OAuth 2.0 has nothing to discover and proves no address; try it with --trial")?;
        }
    }
    if trial {
        let id = trial::prepare(app, tenant.id, &connection.name).await?;
        writeln!(
            out,
            "\nTo try a sign-in, open this address within a minute and a half:\n  {}",
            app.urls.trial(tenant.id, &id)
        )?;
    }
    Ok(0)
}

/// Looks for the record of each domain, and lets what was found count at once.
async fn domains(
    app: &App,
    tenant: &Tenant,
    connection: &Connection,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let (store, records, clock) = (app.store.as_ref(), app.records.as_ref(), app.clock.as_ref());
    let (found, changed) = domain_records::look(store, records, clock, tenant.id, connection).await?;
    for DomainSighting { domain, record, sighting } in found {
        match sighting {
            Sighting::NotNeeded(by) => writeln!(out, "domain                     {domain}: {by}")?,
            Sighting::Seen => writeln!(out, "domain                     {domain}: its DNS record was seen")?,
            Sighting::Missing => writeln!(
                out,
                "domain                     {domain} does not lead here: its owner has to add the DNS record\n  \
                 {domain}. IN TXT \"{record}\""
            )?,
            Sighting::Unknown(error) => writeln!(
                out,
                "domain                     {domain}: no name server answered ({error}); wanted is\n  {domain}. IN TXT \
                 \"{record}\""
            )?,
        }
    }
    if changed {
        tenants::rebuild(app).await?;
    }
    Ok(())
}

async fn inspect(app: &App, connection: &Connection, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let found = match app.federation.inspect(connection).await {
        Ok(found) => found,
        Err(error) => {
            writeln!(out, "issuer                     {}", connection.issuer)?;
            bail!("{error}");
        }
    };
    writeln!(out, "issuer                     {}", found.issuer)?;
    writeln!(out, "authorization endpoint     {}", found.authorization_endpoint)?;
    writeln!(out, "token endpoint             {}", found.token_endpoint)?;
    writeln!(out, "userinfo endpoint          {}", found.userinfo_endpoint.as_deref().unwrap_or("none"))?;
    writeln!(out, "keys                       {}", found.jwks_uri)?;
    for key in &found.keys {
        writeln!(out, "  key                      {key}")?;
    }
    writeln!(out, "client authentication      {}", found.client_authentication)?;
    writeln!(out, "signature algorithms       {}", found.algorithms.join(", "))?;
    writeln!(out, "sign-out                   {}", found.end_session_endpoint.as_deref().unwrap_or("not offered"))?;
    let clock = match found.clock_ahead {
        None => "it does not say".to_owned(),
        Some(-1..=1) => "as ours".to_owned(),
        Some(ahead) if ahead < 0 => format!("{} s behind ours", ahead.unsigned_abs()),
        Some(ahead) => format!("{ahead} s ahead of ours"),
    };
    writeln!(out, "clock                      {clock}")?;
    for remark in &found.remarks {
        writeln!(out, "note: {remark}")?;
    }
    Ok(())
}

async fn wait_for(app: &App, tenant: &Tenant, id: &str, out: &mut (dyn Write + Send)) -> anyhow::Result<u8> {
    let Some(outcome) = trial::wait(app, tenant.id, id, PATIENCE).await? else {
        bail!("nobody signed in; run the command again when you are ready");
    };
    match outcome {
        trial::Outcome::Signed { claims, user_info, authoritative } => {
            writeln!(out, "claims of the ID token:\n{}", serde_json::to_string_pretty(&claims)?)?;
            if let Some(user_info) = user_info {
                writeln!(out, "user info:\n{}", serde_json::to_string_pretty(&user_info)?)?;
            }
            let word = if authoritative {
                "The address counts as proved: it is verified in the ID token, and the connection is bound to its domain."
            } else {
                "The address does not count as proved; a guest will have to prove the mailbox by a code once."
            };
            writeln!(out, "{word}")?;
            Ok(0)
        }
        trial::Outcome::Failed { reason } => bail!("the trial sign-in failed: {reason}"),
    }
}
