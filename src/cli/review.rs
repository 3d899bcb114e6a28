//! `vestibule review` and `vestibule usage`: who still needs access, and how many use it.

use std::io::Write;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::directory::tenant_of;
use super::table::{json as print_json, table};
use crate::app::App;
use crate::guests::access_review::{self, Campaign, Reviewed};
use crate::guests::life::{By, named};
use crate::guests::usage;
use crate::model::{AccessDecision, AccessReview, AccessReviewId, Removal};

/// Keep or remove.
#[derive(Clone, Copy, Debug, ValueEnum, Serialize, Deserialize)]
pub enum Decision {
    /// The guest stays.
    Keep,
    /// The guest goes.
    Remove,
}

/// How guests go.
#[derive(Clone, Copy, Debug, ValueEnum, Serialize, Deserialize)]
pub enum How {
    /// Blocked: nothing else changes.
    Block,
    /// Into the bin, for 30 days.
    Delete,
}

/// What to do about a review of access.
#[derive(Subcommand, Debug, Clone, Serialize, Deserialize)]
pub enum ReviewCommand {
    /// Ask those who answer for guests whether each shall stay.
    Start {
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
        /// How many days they have.
        #[arg(long, default_value_t = 14)]
        days: u32,
        /// What counts where nobody answers.
        #[arg(long, value_enum, default_value = "keep")]
        no_answer: Decision,
        /// What happens to guests who are removed.
        #[arg(long, value_enum, default_value = "block")]
        removal: How,
    },
    /// List the reviews of an organization, or show one.
    Status {
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
        /// This one.
        id: Option<String>,
    },
    /// Answer for one guest.
    Decide {
        /// The review.
        id: String,
        /// The guest: the invited address or the object id.
        guest: String,
        /// What shall happen.
        #[arg(value_enum)]
        decision: Decision,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
    /// Carry a review out now instead of at its end.
    Apply {
        /// The review.
        id: String,
        /// The organization: its id or a verified domain.
        #[arg(long)]
        tenant: String,
    },
}

impl From<Decision> for AccessDecision {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Keep => Self::Keep,
            Decision::Remove => Self::Remove,
        }
    }
}

/// Does it.
pub(super) async fn perform(
    app: &App,
    command: &ReviewCommand,
    as_json: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<u8> {
    match command {
        ReviewCommand::Start { tenant, days, no_answer, removal } => {
            if !(1..=365).contains(days) {
                bail!("--days must lie between 1 and 365");
            }
            let tenant = tenant_of(app, tenant)?;
            let campaign = Campaign {
                lasts: Duration::from_secs(u64::from(*days) * 24 * 3600),
                no_answer: (*no_answer).into(),
                removal: match removal {
                    How::Block => Removal::Block,
                    How::Delete => Removal::Delete,
                },
            };
            let snapshot = app.snapshot.load_full();
            let review = access_review::start(app, &snapshot, &tenant, By::Operator, campaign).await?;
            let reviewed = access_review::show(app, &tenant, review.id).await?;
            print(out, &reviewed, as_json)?;
        }
        ReviewCommand::Status { tenant, id: Some(id) } => {
            let tenant = tenant_of(app, tenant)?;
            let reviewed = access_review::show(app, &tenant, id_of(id)?).await?;
            print(out, &reviewed, as_json)?;
        }
        ReviewCommand::Status { tenant, id: None } => {
            let tenant = tenant_of(app, tenant)?;
            let reviews = access_review::list(app, &tenant).await?;
            print_all(out, &reviews, as_json)?;
        }
        ReviewCommand::Decide { id, guest, decision, tenant } => {
            let tenant = tenant_of(app, tenant)?;
            let user = named(app, &tenant, guest).await?;
            let id = id_of(id)?;
            access_review::decide(app, &tenant, By::Operator, id, user.id, (*decision).into()).await?;
            let reviewed = access_review::show(app, &tenant, id).await?;
            print(out, &reviewed, as_json)?;
        }
        ReviewCommand::Apply { id, tenant } => {
            let tenant = tenant_of(app, tenant)?;
            let reviewed = access_review::apply(app, &tenant, By::Operator, id_of(id)?).await?;
            print(out, &reviewed, as_json)?;
        }
    }
    Ok(0)
}

/// Prints how many guests were active.
pub(super) async fn print_usage(
    app: &App,
    tenant: Option<&str>,
    month: Option<&str>,
    as_json: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<u8> {
    if let Some(month) = month
        && format!("{month}-01").parse::<jiff::civil::Date>().is_err()
    {
        bail!("{month:?} is no month; write it as 2026-11");
    }
    let tenants = match tenant {
        Some(text) => vec![tenant_of(app, text)?],
        None => app.snapshot.load().tenants().cloned().collect(),
    };
    let mut all = Vec::new();
    for tenant in tenants {
        all.push(usage::usage(app, &tenant, month).await?);
    }
    if as_json {
        print_json(out, &all)?;
        return Ok(0);
    }
    let mut rows = Vec::new();
    for usage in &all {
        let limit = usage.max_guests.map_or_else(|| "no limit".to_owned(), |most| format!("at most {most}"));
        let there = format!("{} ({limit})", usage.guests);
        if usage.months.is_empty() {
            rows.push(vec![usage.tenant.clone(), there.clone(), "-".to_owned(), "0".to_owned()]);
        }
        for month in &usage.months {
            rows.push(vec![usage.tenant.clone(), there.clone(), month.month.clone(), month.active_guests.to_string()]);
        }
    }
    table(out, &["Organization", "Guests", "Month", "Active guests"], &rows)?;
    Ok(0)
}

fn id_of(text: &str) -> anyhow::Result<AccessReviewId> {
    text.parse().context("a review is named by its id; list them with: vestibule review status")
}

fn print(out: &mut dyn Write, reviewed: &Reviewed, as_json: bool) -> anyhow::Result<()> {
    let review = &reviewed.review;
    let address = |user: &Option<crate::model::User>| {
        user.as_ref().and_then(|user| user.invited_address.as_ref()).map(ToString::to_string)
    };
    if as_json {
        let guests: Vec<_> = reviewed
            .items
            .iter()
            .map(|(item, user)| {
                json!({
                    "id": item.user, "address": address(user), "reviewers": item.reviewers,
                    "decision": item.decision.map(AccessDecision::as_str), "decidedBy": item.decided_by,
                    "decidedAt": item.decided_at.map(|at| at.to_string()), "applied": item.applied,
                })
            })
            .collect();
        let report = json!({
            "id": review.id, "startedAt": review.started_at.to_string(), "endsAt": review.ends_at.to_string(),
            "noAnswer": review.no_answer.as_str(), "removal": review.removal,
            "appliedAt": review.applied_at.map(|at| at.to_string()), "guests": guests,
        });
        return Ok(print_json(out, &report)?);
    }
    let state = match review.applied_at {
        Some(at) => format!("carried out at {at}"),
        None => format!("open until {}", review.ends_at),
    };
    writeln!(out, "Review {}: {state}; without an answer: {}", review.id, review.no_answer.as_str())?;
    let rows: Vec<Vec<String>> = reviewed
        .items
        .iter()
        .map(|(item, user)| {
            let decision = item.decision.map_or("no answer", AccessDecision::as_str);
            vec![
                address(user).unwrap_or_else(|| format!("gone ({})", item.user)),
                item.reviewers.len().to_string(),
                decision.to_owned(),
                item.applied.clone().unwrap_or_default(),
            ]
        })
        .collect();
    Ok(table(out, &["Guest", "Asked", "Answer", "Done"], &rows)?)
}

fn print_all(out: &mut dyn Write, reviews: &[AccessReview], as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return Ok(print_json(out, &reviews)?);
    }
    if reviews.is_empty() {
        return Ok(writeln!(out, "There are no reviews of access yet. Start one: vestibule review start")?);
    }
    let rows: Vec<Vec<String>> = reviews
        .iter()
        .map(|review| {
            let done = review.applied_at.map_or_else(|| "open".to_owned(), |at| at.to_string());
            vec![review.id.to_string(), review.started_at.to_string(), review.ends_at.to_string(), done]
        })
        .collect();
    Ok(table(out, &["Review", "Started", "Ends", "Carried out"], &rows)?)
}
