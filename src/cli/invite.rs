//! `vestibule invite`: what happened, and without a mail the links to pass on.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use serde::{Deserialize, Serialize};

use super::Place;
use super::directory::{address_of, app_of, group_of, inviter_of, role_of, tenant_of};
use super::table::{facts, json, printable, table};
use crate::app::App;
use crate::guests::assign::Given;
use crate::guests::csv_table::MOST_ROWS;
use crate::guests::import::{Import, ImportReport, RowOutcome, import};
use crate::guests::invite::{Invite, InviteWarning, Invited, Inviter, LinkLife};
use crate::guests::predict::Prediction;
use crate::guests::preview::Preview;
use crate::guests::row_fault::RowFault;
use crate::guests::show::{AppLink, app_links};
use crate::guests::{self, GuestContext};
use crate::model::{AppId, EmailAddress, RouteOverride, Tenant, UserId};

/// Largest CSV file: 10,000 guests with a page of text each.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// What to type.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
pub struct InviteArguments {
    /// Whom to invite, e.g. guest@fabrikam.example.
    #[arg(required_unless_present = "csv")]
    pub address: Option<String>,
    /// Invite everybody in a CSV file with a heading row: email, name, message, language, cc, redirect_url, send_mail,
    /// apps, groups, roles, sponsors, link_life. The headings of the original's bulk template are known too.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["address", "name", "cc", "language"])]
    pub csv: Option<PathBuf>,
    /// What the file holds; the command line reads it, since the server may run elsewhere.
    #[arg(skip)]
    pub csv_text: Option<String>,
    /// With a file: also invite again whom an earlier run invited the same way.
    #[arg(long, requires = "csv")]
    pub again: bool,
    /// The inviting organization: its id or a verified domain.
    #[arg(long)]
    pub tenant: String,
    /// Name of the guest, as lists show it.
    #[arg(long)]
    pub name: Option<String>,
    /// An app to assign, by id or name; may be given several times.
    #[arg(long)]
    pub app: Vec<String>,
    /// A role to give in an app, as app:role; may be given several times.
    #[arg(long, value_name = "APP:ROLE")]
    pub role: Vec<String>,
    /// A group to join, by id or name; may be given several times.
    #[arg(long)]
    pub group: Vec<String>,
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
    /// Who answers for the guest, by address; may be given up to five times. The inviter unless given.
    #[arg(long)]
    pub sponsor: Vec<String>,
    /// How long the link works, e.g. 14d; the organization's own rule unless given.
    #[arg(long, value_name = "DURATION")]
    pub link_life: Option<String>,
    /// How the guest shall sign in: passcode, personal-account, or the name of a connection.
    #[arg(long)]
    pub route: Option<String>,
    /// Send no mail; print the links to pass on yourself.
    #[arg(long)]
    pub no_mail: bool,
    /// Invite as this member or guest, by address, with no more rights than theirs; as the operator unless given.
    #[arg(long = "as", value_name = "ADDRESS")]
    pub inviter: Option<String>,
    /// Change nothing; say what would happen.
    #[arg(long)]
    pub dry_run: bool,
    /// Which directory.
    #[command(flatten)]
    pub place: Place,
}

impl InviteArguments {
    /// Reads the file, if one is named.
    pub(super) fn with_files(mut self) -> anyhow::Result<Self> {
        self.csv_text = self.csv.as_deref().map(read_csv).transpose()?;
        Ok(self)
    }
}

/// Reads a CSV file of the person at the terminal.
pub(super) fn read_csv(path: &Path) -> anyhow::Result<String> {
    let size = std::fs::metadata(path).map(|found| found.len()).unwrap_or_default();
    if size > LARGEST_FILE {
        bail!("{} is larger than 16 MiB; split it", path.display());
    }
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(_) => bail!("{} is not UTF-8; save it as \"CSV UTF-8\"", path.display()),
    }
}

/// Performs the command.
pub async fn perform(
    app: &App,
    arguments: &InviteArguments,
    as_json: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<u8> {
    let tenant = tenant_of(app, &arguments.tenant)?;
    let snapshot = app.snapshot.load_full();
    let context = guests::context(app, &snapshot, &tenant);
    let inviter = inviter_of(&context, arguments.inviter.as_deref()).await?;
    if arguments.csv.is_some() {
        return import_file(app, &tenant, context, inviter, arguments, as_json, out).await;
    }
    let address = arguments.address.as_deref().context("name an address, or a file with --csv")?;
    let wish = Invite {
        display_name: arguments.name.clone(),
        message: arguments.message.clone(),
        language: arguments.language.clone(),
        cc: arguments.cc.as_deref().map(address_of).transpose()?,
        redirect_url: arguments.redirect_url.clone(),
        apps: all(&arguments.app, |text| app_of(app, &tenant, text))?,
        groups: all(&arguments.group, |text| group_of(&tenant, text))?,
        roles: all(&arguments.role, |text| role_of(app, &tenant, text))?,
        sponsors: all(&arguments.sponsor, address_of)?,
        link_life: arguments.link_life.as_deref().map(link_life).transpose()?.unwrap_or_default(),
        route: arguments.route.as_deref().map(route_of).transpose()?,
        send_mail: !arguments.no_mail,
        ..Invite::of(address_of(address)?, inviter)
    };
    if arguments.dry_run {
        let seen = guests::preview::preview(&context, wish).await?;
        print_preview(out, &tenant.display_name, &seen, as_json)?;
        return Ok(0);
    }
    let apps = wish.apps.clone();
    let invited = guests::invite::invite(context, wish).await?;
    app.mail_queued.notify_one();
    print(out, &report(&context, &invited, &apps), as_json)?;
    Ok(0)
}

async fn import_file(
    app: &App,
    tenant: &Tenant,
    context: GuestContext<'_>,
    inviter: Inviter,
    arguments: &InviteArguments,
    as_json: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<u8> {
    let text = arguments.csv_text.as_deref().context("the file was not read; is the server of another version?")?;
    let wish = Import {
        inviter,
        given: Given {
            apps: all(&arguments.app, |text| app_of(app, tenant, text))?,
            groups: all(&arguments.group, |text| group_of(tenant, text))?,
            roles: all(&arguments.role, |text| role_of(app, tenant, text))?,
        },
        message: arguments.message.clone(),
        redirect_url: arguments.redirect_url.clone(),
        send_mail: !arguments.no_mail,
        dry_run: arguments.dry_run,
        again: arguments.again,
        most_rows: MOST_ROWS,
    };
    let report = import(context, &wish, text).await?;
    app.mail_queued.notify_one();
    print_import(out, &tenant.display_name, &report, as_json)?;
    Ok(u8::from(report.count(RowOutcome::Failed) > 0))
}

fn print_import(out: &mut dyn Write, tenant: &str, report: &ImportReport, as_json: bool) -> io::Result<()> {
    if as_json {
        return json(out, &import_report(report));
    }
    let rows: Vec<Vec<String>> = report
        .rows
        .iter()
        .map(|row| {
            let remarks =
                row.fault.iter().map(RowFault::sentence).chain(row.predicted.iter().map(Prediction::sentence));
            let remarks = remarks.chain(row.warnings.iter().map(|warning| warning.sentence().to_owned()));
            let remarks: Vec<String> = remarks.collect();
            vec![row.line.to_string(), row.address.clone(), row.outcome.as_str().to_owned(), remarks.join("; ")]
        })
        .collect();
    table(out, &["Line", "Address", "Result", "Remarks"], &rows)?;
    for column in &report.ignored_columns {
        writeln!(out, "The column {:?} means nothing here and was ignored.", printable(column))?;
    }
    let counted = RowOutcome::ALL.map(|outcome| format!("{} {}", report.count(outcome), outcome.as_str())).join(", ");
    let total = report.rows.len();
    if report.dry_run {
        writeln!(out, "\n{total} rows for {tenant}: {counted}. Nothing was changed.")
    } else {
        writeln!(out, "\n{total} rows for {tenant}: {counted}.")
    }
}

/// What `--json` prints.
fn import_report(report: &ImportReport) -> serde_json::Value {
    let rows = report.rows.iter().map(|row| {
        serde_json::json!({
            "line": row.line,
            "address": row.address,
            "outcome": row.outcome,
            "reason": row.fault.as_ref().map(RowFault::sentence),
            "redeemUrl": row.redeem_url,
            "mailQueued": row.mail_queued,
            "predicted": row.predicted.as_ref().map(Prediction::sentence),
            "warnings": row.warnings,
        })
    });
    serde_json::json!({
        "dryRun": report.dry_run,
        "rows": rows.collect::<Vec<_>>(),
        "ignoredColumns": report.ignored_columns,
    })
}

/// Reads each of several texts.
pub(super) fn all<T>(texts: &[String], read: impl Fn(&str) -> anyhow::Result<T>) -> anyhow::Result<Vec<T>> {
    texts.iter().map(|text| read(text)).collect()
}

/// `14d`, `12h`.
pub(super) fn link_life(text: &str) -> anyhow::Result<LinkLife> {
    match crate::config::duration(text) {
        Ok(span) => Ok(LinkLife::For(span)),
        Err(error) => bail!("{error}; write a number and a unit: 12h or 14d"),
    }
}

fn route_of(text: &str) -> anyhow::Result<RouteOverride> {
    Ok(match text {
        "passcode" => RouteOverride::Passcode,
        "personal-account" => RouteOverride::PersonalAccount,
        name => RouteOverride::Connection { name: name.parse().map_err(anyhow::Error::msg)? },
    })
}

/// Says what would happen.
fn print_preview(out: &mut dyn Write, tenant: &str, preview: &Preview, as_json: bool) -> io::Result<()> {
    if as_json {
        return json(out, preview);
    }
    writeln!(out, "{} {} to {tenant}. Nothing was changed.", preview.address, preview.outcome.sentence())?;
    writeln!(out, "The guest {}.", preview.predicted.sentence())?;
    if let Some(obstacle) = &preview.in_the_way {
        writeln!(out, "\nIn the way: {}", obstacle.sentence())?;
    }
    for warning in &preview.warnings {
        writeln!(out, "\nWarning: {}", warning.sentence())?;
    }
    Ok(())
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
        // With the mail on its way there is nothing to worry about.
        InviteWarning::OnlyByInvitationLink if mail_queued => None,
        // Said above.
        InviteWarning::AlreadyAccepted => None,
        warning => Some(warning.sentence()),
    }
}
