//! `vestibule idp test`: the redirect URI to register, what the provider says of itself, and the claims of a trial sign-in.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Subcommand;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::model::{Connection, ConnectionName, Tenant};
use crate::signin::trial;
use crate::tenants;

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
}

/// Performs the command.
pub async fn perform(app: &App, command: &IdpCommand, out: &mut (dyn Write + Send)) -> anyhow::Result<u8> {
    let IdpCommand::Test { tenant, connection, trial, wait } = command;
    let snapshot = app.snapshot.load_full();
    let tenant = tenants::resolve(&snapshot, tenant).with_context(|| format!("there is no tenant {tenant:?}"))?;
    let connection = connection_of(tenant, connection)?;
    match wait {
        Some(id) if !id.is_empty() => wait_for(app, tenant, id, out).await,
        begin => inspect(app, tenant, connection, *trial || begin.is_some(), out).await,
    }
}

fn connection_of<'a>(tenant: &'a Tenant, text: &str) -> anyhow::Result<&'a Connection> {
    let name = text.parse::<ConnectionName>().ok();
    let found = name.and_then(|name| tenant.connection(&name));
    found.with_context(|| {
        let names: Vec<&str> = tenant.connections.iter().map(|connection| connection.name.as_str()).collect();
        let known = if names.is_empty() { "none is on".to_owned() } else { names.join(", ") };
        format!(
            "{} has no connection {text:?} that is on ({known}); a connection without its client secret is off, see \
             vestibule check",
            tenant.display_name
        )
    })
}

async fn inspect(
    app: &App,
    tenant: &Tenant,
    connection: &Connection,
    trial: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<u8> {
    writeln!(out, "redirect URI to register   {}", app.urls.federation_callback(tenant.id, &connection.name))?;
    writeln!(out, "client id                  {}", connection.client_id)?;
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
    for remark in &found.remarks {
        writeln!(out, "note: {remark}")?;
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
