//! `vestibule webhooks list`, `deliveries`, `test` and `retry`: who hears of guests and invitations, and what became of it.

use std::io::Write;
use std::sync::Arc;

use anyhow::bail;
use clap::Subcommand;
use serde::{Deserialize, Serialize};

use super::directory::tenant_of;
use super::table::{json, table};
use crate::app::App;
use crate::model::{Tenant, Webhook, WebhookName};
use crate::storage::{Delivery, DeliveryState};

/// So many messages are listed.
const MOST: u32 = 500;

/// What to do about webhooks.
#[derive(Subcommand, Debug, Clone, Serialize, Deserialize)]
pub enum WebhooksCommand {
    /// List the webhooks, and how much waits for each.
    List {
        /// The tenant (id or domain); every tenant unless given.
        #[arg(long)]
        tenant: Option<String>,
    },
    /// List the messages that wait or were given up, newest first.
    Deliveries {
        /// One webhook, by its name; all of the tenant unless given.
        webhook: Option<String>,
        /// The tenant (id or domain).
        #[arg(long)]
        tenant: String,
        /// Also list those that were delivered during the last 7 days.
        #[arg(long)]
        all: bool,
    },
    /// Send a signed message of type webhook.test, and print the answer.
    Test {
        /// The webhook, by its name.
        webhook: String,
        /// The tenant (id or domain).
        #[arg(long)]
        tenant: String,
    },
    /// Try messages now that wait or were given up; also after a receiver was gone (410).
    Retry {
        /// The webhook, by its name.
        webhook: String,
        /// The tenant (id or domain).
        #[arg(long)]
        tenant: String,
        /// One message, by its id; also one that was delivered, which then comes again.
        #[arg(long)]
        id: Option<String>,
    },
}

/// One webhook in a list. Times are RFC 3339.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WebhookLine {
    tenant: String,
    webhook: String,
    /// Scheme, host and path: a query may hold a secret of the receiver.
    url: String,
    events: Vec<&'static str>,
    signatures: usize,
    gone: bool,
    waiting: u64,
    delivered: u64,
    given_up: u64,
    last_delivered: Option<String>,
}

/// One message in a list. Times are RFC 3339.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DeliveryLine {
    id: String,
    webhook: String,
    event: String,
    state: DeliveryState,
    queued: String,
    at: String,
    tries: u32,
    last_error: Option<String>,
}

/// Performs a command on webhooks.
pub async fn perform(
    app: &App,
    command: &WebhooksCommand,
    as_json: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<u8> {
    match command {
        WebhooksCommand::List { tenant } => {
            let tenants: Vec<Arc<Tenant>> = match tenant {
                Some(text) => vec![tenant_of(app, text)?],
                None => app.snapshot.load().tenants().cloned().collect(),
            };
            let mut lines = Vec::new();
            for tenant in &tenants {
                lines.extend(lines_of(app, tenant).await?);
            }
            lines.sort_by(|one, other| (&one.tenant, &one.webhook).cmp(&(&other.tenant, &other.webhook)));
            print_webhooks(out, &lines, as_json)?;
        }
        WebhooksCommand::Deliveries { webhook, tenant, all } => {
            let tenant = tenant_of(app, tenant)?;
            // By its name alone: messages of a webhook that the files no longer name are still known.
            let name = webhook.as_deref().map(name_of).transpose()?;
            let deliveries = app.webhooks.list(tenant.id, name.as_ref(), *all, MOST).await?;
            let lines: Vec<DeliveryLine> = deliveries.iter().map(line).collect();
            print_deliveries(out, &lines, *all, as_json)?;
        }
        WebhooksCommand::Test { webhook, tenant } => {
            let tenant = tenant_of(app, tenant)?;
            let webhook = webhook_of(&tenant, webhook)?;
            let answer = match app.webhooks.test(tenant.id, &webhook).await {
                Ok(answer) => answer,
                Err(error) => bail!("no answer: {error}"),
            };
            if as_json {
                let taken = answer.status.is_success();
                let answer = serde_json::json!({
                    "status": answer.status.as_u16(), "taken": taken, "body": answer.text,
                });
                json(out, &answer)?;
            } else {
                let verdict = if answer.status.is_success() { "took the message" } else { "did not take the message" };
                writeln!(out, "{} {verdict}: {}", webhook.name, answer.status)?;
                if !answer.text.is_empty() {
                    writeln!(out, "{}", answer.text)?;
                }
            }
            return Ok(u8::from(!answer.status.is_success()));
        }
        WebhooksCommand::Retry { webhook, tenant, id } => {
            let tenant = tenant_of(app, tenant)?;
            let webhook = webhook_of(&tenant, webhook)?;
            match (app.webhooks.retry(tenant.id, &webhook.name, id.as_deref()).await?, id) {
                (0, Some(id)) => bail!(
                    "{} has no message {id}; vestibule webhooks deliveries --all shows the known ones",
                    webhook.name
                ),
                (1, _) => writeln!(out, "1 message is tried now.")?,
                (count, _) => writeln!(out, "{count} messages are tried now.")?,
            }
        }
    }
    Ok(0)
}

fn name_of(text: &str) -> anyhow::Result<WebhookName> {
    text.parse().map_err(|problem| anyhow::anyhow!("{text:?}: {problem}"))
}

/// A webhook of a tenant that is on.
fn webhook_of(tenant: &Tenant, text: &str) -> anyhow::Result<Webhook> {
    if let Some(webhook) = text.parse().ok().and_then(|name| tenant.webhook(&name)) {
        return Ok(webhook.clone());
    }
    let known: Vec<&str> = tenant.webhooks.iter().map(|webhook| webhook.name.as_str()).collect();
    match known.as_slice() {
        [] => bail!("{} has no webhook that is on; docs/webhooks.md tells how to add one", tenant.display_name),
        known => bail!("{} has no webhook {text:?}; there are: {}", tenant.display_name, known.join(", ")),
    }
}

async fn lines_of(app: &App, tenant: &Tenant) -> anyhow::Result<Vec<WebhookLine>> {
    if tenant.webhooks.is_empty() {
        return Ok(Vec::new());
    }
    let (counts, gone) = app.webhooks.counts(tenant.id).await?;
    let lines = tenant.webhooks.iter().map(|webhook| {
        let counts = counts.iter().find(|counts| counts.webhook == webhook.name);
        WebhookLine {
            tenant: tenant.display_name.clone(),
            webhook: webhook.name.to_string(),
            url: webhook.url[..url::Position::AfterPath].to_owned(),
            events: webhook.events.iter().map(|event| event.as_str()).collect(),
            signatures: webhook.secrets.len(),
            gone: gone.iter().any(|(name, url)| *name == webhook.name && url == webhook.url.as_str()),
            waiting: counts.map_or(0, |counts| counts.waiting),
            delivered: counts.map_or(0, |counts| counts.delivered),
            given_up: counts.map_or(0, |counts| counts.given_up),
            last_delivered: counts.and_then(|counts| counts.last_delivered_at).map(|at| at.to_string()),
        }
    });
    Ok(lines.collect())
}

fn line(delivery: &Delivery) -> DeliveryLine {
    DeliveryLine {
        id: delivery.id.clone(),
        webhook: delivery.webhook.to_string(),
        event: delivery.event.clone(),
        state: delivery.state,
        queued: delivery.queued_at.to_string(),
        at: delivery.at.to_string(),
        tries: delivery.tries,
        last_error: delivery.last_error.clone(),
    }
}

fn print_webhooks(out: &mut dyn Write, lines: &[WebhookLine], as_json: bool) -> std::io::Result<()> {
    if as_json {
        return json(out, &lines);
    }
    if lines.is_empty() {
        return writeln!(out, "No webhook is on; docs/webhooks.md tells how to add one.");
    }
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            vec![
                line.tenant.clone(),
                line.webhook.clone(),
                if line.gone { format!("{} (gone: 410)", line.url) } else { line.url.clone() },
                line.events.len().to_string(),
                line.waiting.to_string(),
                line.delivered.to_string(),
                line.given_up.to_string(),
                line.last_delivered.clone().unwrap_or_else(|| "-".to_owned()),
            ]
        })
        .collect();
    let heads = ["Tenant", "Webhook", "URL", "Events", "Waiting", "Delivered (7 days)", "Given up", "Last delivered"];
    table(out, &heads, &rows)
}

fn print_deliveries(out: &mut dyn Write, lines: &[DeliveryLine], all: bool, as_json: bool) -> std::io::Result<()> {
    if as_json {
        return json(out, &lines);
    }
    if lines.is_empty() {
        let what = if all { "There was no message yet." } else { "No message waits, and none was given up." };
        return writeln!(out, "{what}");
    }
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            vec![
                line.id.clone(),
                line.webhook.clone(),
                line.event.clone(),
                state(line.state).to_owned(),
                line.at.clone(),
                line.tries.to_string(),
                line.last_error.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(out, &["Message", "Webhook", "Event", "State", "Next try or end", "Tries", "Last error"], &rows)
}

/// Where a message stands, for people.
fn state(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Waiting => "waiting",
        DeliveryState::Delivered => "delivered",
        DeliveryState::GivenUp => "given up",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_say_what_waits_and_what_went_wrong() {
        let webhook = WebhookLine {
            tenant: "Contoso".to_owned(),
            webhook: "desk".to_owned(),
            url: "https://hooks.contoso.example/vestibule".to_owned(),
            events: vec!["guest.blocked"],
            signatures: 1,
            gone: true,
            waiting: 3,
            delivered: 5,
            given_up: 0,
            last_delivered: None,
        };
        let mut out = Vec::new();
        print_webhooks(&mut out, &[webhook], false).unwrap();
        let delivery = DeliveryLine {
            id: "msg_1".to_owned(),
            webhook: "desk".to_owned(),
            event: "guest.blocked".to_owned(),
            state: DeliveryState::GivenUp,
            queued: "2026-11-28T06:00:00Z".to_owned(),
            at: "2026-12-01T06:00:00Z".to_owned(),
            tries: 14,
            last_error: Some("the receiver answered 503 Service Unavailable".to_owned()),
        };
        print_deliveries(&mut out, &[delivery], false, false).unwrap();
        print_deliveries(&mut out, &[], false, false).unwrap();
        let text = String::from_utf8(out).unwrap();
        for words in ["(gone: 410)", "given up", "503 Service Unavailable", "No message waits"] {
            assert!(text.contains(words), "{text}");
        }
    }
}
