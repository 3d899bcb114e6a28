//! Invite many by a CSV file: a preview first, a result for each row, each row whole or not at all, and again at will.

use std::collections::HashMap;

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};

use super::GuestContext;
use super::assign::Given;
use super::csv_table::{Row, TableError, read_table};
use super::invite::{Invite, InviteError, InviteWarning, Inviter, LinkLife, invite};
use super::predict::Prediction;
use super::preview::{Outcome, preview};
use super::row_fault::RowFault;
use crate::config::duration;
use crate::model::{AppId, AppRole, EmailAddress, GroupId, InvitationState};
use crate::storage::StoreResult;

/// Rows that are on their way at once: their transactions share one write to the disk.
const AT_ONCE: usize = 32;
/// What is shown of a cell that should be an address, in characters.
const LONGEST_ADDRESS: usize = 254;

/// What the file is read with.
#[derive(Clone, Debug)]
pub struct Import {
    /// Who invites.
    pub inviter: Inviter,
    /// What every guest is given, besides what the row says.
    pub given: Given,
    /// Plain text for rows that have none.
    pub message: Option<String>,
    /// Where guests land whose row does not say.
    pub redirect_url: Option<String>,
    /// Whether mails are sent for rows that do not say.
    pub send_mail: bool,
    /// Change nothing.
    pub dry_run: bool,
    /// Invite anew (and send mails again) whom an earlier run has invited the same way.
    pub again: bool,
    /// Most rows that are taken.
    pub most_rows: usize,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RowOutcome {
    /// A new guest is invited.
    Invited,
    /// A guest who was invited before is invited again.
    Renewed,
    /// The guest accepted before; apps, groups and roles were added.
    Assigned,
    /// An earlier run did all of it.
    Unchanged,
    /// Nothing was done; the reason says why.
    Failed,
}

impl RowOutcome {
    /// Every one, in the order in which they are counted.
    pub const ALL: [Self; 5] = [Self::Invited, Self::Renewed, Self::Assigned, Self::Unchanged, Self::Failed];

    /// In lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Renewed => "invited again",
            Self::Assigned => "assigned",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
        }
    }
}

/// The result of one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowResult {
    /// Line of the file.
    pub line: u64,
    /// The address as it was written, no longer than an address can be.
    pub address: String,
    /// What became of it; in a dry run, what would.
    pub outcome: RowOutcome,
    /// Why it failed.
    pub fault: Option<RowFault>,
    /// The redeem URL.
    pub redeem_url: Option<String>,
    /// Whether a mail is on its way.
    pub mail_queued: bool,
    /// How the guest will sign in.
    pub predicted: Option<Prediction>,
    /// What the inviter should know.
    pub warnings: Vec<InviteWarning>,
}

/// The results of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// One for each row, in the order of the file.
    pub rows: Vec<RowResult>,
    /// Headings that mean nothing here.
    pub ignored_columns: Vec<String>,
}

impl ImportReport {
    /// How many rows ended so.
    pub fn count(&self, outcome: RowOutcome) -> usize {
        self.rows.iter().filter(|row| row.outcome == outcome).count()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Address,
    Name,
    Redirect,
    SendMail,
    Message,
    Language,
    Cc,
    Apps,
    Groups,
    Roles,
    Sponsors,
    LinkLife,
}

/// Our headings, and those of the original's template and scripts.
fn meaning(heading: &str) -> Option<Column> {
    Some(match heading {
        "email" | "emailaddress" | "mail" | "address" | "inviteeemail" | "inviteduseremailaddress" => Column::Address,
        "name" | "displayname" | "inviteduserdisplayname" => Column::Name,
        "inviteredirecturl" | "redirecturl" | "redirectionurl" => Column::Redirect,
        "sendemail" | "sendmail" | "sendinvitationmessage" => Column::SendMail,
        "customizedmessagebody" | "message" | "customizedinvitationmessage" => Column::Message,
        "language" | "messagelanguage" => Column::Language,
        "cc" | "ccrecipient" => Column::Cc,
        "app" | "apps" => Column::Apps,
        "group" | "groups" => Column::Groups,
        "role" | "roles" | "approles" => Column::Roles,
        "sponsor" | "sponsors" => Column::Sponsors,
        "linklife" => Column::LinkLife,
        _ => return None,
    })
}

/// Invites everybody in the file. A crash leaves each row whole or undone; running the file again does the rest.
pub async fn import(context: GuestContext<'_>, import: &Import, text: &str) -> Result<ImportReport, TableError> {
    let table = read_table(text, meaning, Column::Address, import.most_rows)?;
    let mut first: HashMap<String, u64> = HashMap::new();
    let mut results = Vec::with_capacity(table.rows.len());
    let mut wishes = Vec::new();
    for row in &table.rows {
        let written = row.text(Column::Address).unwrap_or_default().chars().take(LONGEST_ADDRESS).collect();
        let wish = wish_of(&context, import, row);
        // Compared as the directory compares: byte for byte in the local part.
        let twice = wish.as_ref().ok().and_then(|wish| first.get(wish.address.as_str()).copied());
        let wish = match (wish, twice) {
            (Ok(_), Some(line)) => Err(RowFault::Twice(line)),
            (Ok(wish), None) => {
                first.insert(wish.address.to_string(), row.line);
                Ok(wish)
            }
            (Err(fault), _) => Err(fault),
        };
        wishes.push((row.line, written, wish));
    }
    let mut wishes = wishes.into_iter().peekable();
    while wishes.peek().is_some() {
        let some: Vec<_> = wishes.by_ref().take(AT_ONCE).collect();
        results.extend(
            join_all(some.into_iter().map(|(line, written, wish)| row(context, import, line, written, wish))).await,
        );
    }
    Ok(ImportReport { dry_run: import.dry_run, rows: results, ignored_columns: table.ignored })
}

async fn row(
    context: GuestContext<'_>,
    import: &Import,
    line: u64,
    address: String,
    wish: Result<Invite, RowFault>,
) -> RowResult {
    let empty = RowResult {
        line,
        address,
        outcome: RowOutcome::Failed,
        fault: None,
        redeem_url: None,
        mail_queued: false,
        predicted: None,
        warnings: Vec::new(),
    };
    let done = match wish {
        Ok(wish) => perform(context, import, wish, empty.clone()).await.map_err(|error| RowFault::of(&error)),
        Err(fault) => Err(fault),
    };
    done.unwrap_or_else(|fault| RowResult { fault: Some(fault), ..empty })
}

async fn perform(
    context: GuestContext<'_>,
    import: &Import,
    wish: Invite,
    empty: RowResult,
) -> Result<RowResult, InviteError> {
    if !import.again && is_done(&context, &wish).await? {
        return Ok(RowResult { outcome: RowOutcome::Unchanged, ..empty });
    }
    let seen = preview(&context, wish.clone()).await?;
    let outcome = match seen.outcome {
        Outcome::New => RowOutcome::Invited,
        Outcome::Renewed => RowOutcome::Renewed,
        Outcome::AlreadyAccepted => RowOutcome::Assigned,
    };
    if import.dry_run {
        let predicted = Some(seen.predicted);
        return Ok(RowResult { outcome, predicted, warnings: seen.warnings, ..empty });
    }
    let invited = invite(context, wish).await?;
    Ok(RowResult {
        outcome,
        redeem_url: Some(context.urls.redeem(context.tenant.id, &invited.invitation.id)),
        mail_queued: invited.mail_queued,
        predicted: Some(invited.predicted),
        warnings: invited.warnings,
        ..empty
    })
}

/// Whether this guest stands exactly as the row wants already, so that a second run sends nothing twice.
async fn is_done(context: &GuestContext<'_>, wish: &Invite) -> StoreResult<bool> {
    let mut view = context.store.read(context.tenant.id).await?;
    let Some(user) = view.guest_invited_as(&wish.address).await? else { return Ok(false) };
    let Some(invitation) = view.invitation_of(user.id).await? else { return Ok(false) };
    let apps = view.assigned_apps(user.id).await?;
    let groups = view.group_memberships(user.id).await?;
    let roles = view.app_roles(user.id).await?;
    let given = wish.apps.iter().all(|app| apps.contains(app))
        && wish.groups.iter().all(|group| groups.contains(group))
        && wish.roles.iter().all(|role| roles.contains(role));
    let clean = |text: &str| text.replace("\r\n", "\n").replace('\t', " ").trim().to_owned();
    let same_words = wish.message.as_deref().map(clean).filter(|text| !text.is_empty()) == invitation.message
        && wish.redirect_url.as_ref().is_none_or(|url| invitation.redirect_url.as_ref() == Some(url))
        && wish.display_name.as_ref().is_none_or(|name| *name == user.display_name);
    Ok(match invitation.state_at(context.clock.now()) {
        InvitationState::Pending => given && same_words && user.account_enabled,
        InvitationState::Accepted => given && user.account_enabled,
        _ => false,
    })
}

/// A row as a wish, or what is wrong with it.
fn wish_of(context: &GuestContext<'_>, import: &Import, row: &Row<Column>) -> Result<Invite, RowFault> {
    let address = row.text(Column::Address).ok_or(RowFault::NoAddress)?;
    let address: EmailAddress = address.parse().map_err(|_| RowFault::address(address))?;
    let mut wish = Invite::of(address, import.inviter.clone());
    let text = |column| row.text(column).map(str::to_owned);
    wish.display_name = text(Column::Name);
    wish.message = text(Column::Message).or_else(|| import.message.clone());
    wish.language = text(Column::Language);
    wish.redirect_url = text(Column::Redirect).or_else(|| import.redirect_url.clone());
    wish.send_mail = match row.text(Column::SendMail) {
        None => import.send_mail,
        Some(word) => yes_or_no(word).ok_or_else(|| RowFault::yes_or_no(word))?,
    };
    if let Some(cc) = row.text(Column::Cc) {
        wish.cc = Some(cc.parse().map_err(|_| RowFault::cc(cc))?);
    }
    if let Some(life) = row.text(Column::LinkLife) {
        wish.link_life = LinkLife::For(duration(life).map_err(|_| RowFault::link_life(life))?);
    }
    wish.apps.clone_from(&import.given.apps);
    wish.groups.clone_from(&import.given.groups);
    wish.roles.clone_from(&import.given.roles);
    for name in row.parts(Column::Apps) {
        wish.apps.push(app_named(context, name).ok_or_else(|| RowFault::app(name))?);
    }
    for name in row.parts(Column::Groups) {
        wish.groups.push(group_named(context, name).ok_or_else(|| RowFault::group(name))?);
    }
    for name in row.parts(Column::Roles) {
        wish.roles.push(role_named(context, name).ok_or_else(|| RowFault::role(name))?);
    }
    for sponsor in row.parts(Column::Sponsors) {
        wish.sponsors.push(sponsor.parse().map_err(|_| RowFault::sponsor(sponsor))?);
    }
    Ok(wish)
}

fn yes_or_no(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

fn app_named(context: &GuestContext<'_>, name: &str) -> Option<AppId> {
    let id = name.parse::<AppId>().ok();
    let mut apps = context.tenant.service_principals.iter().filter_map(|used| context.snapshot.app(used.app));
    apps.find(|app| Some(app.id) == id || app.display_name.eq_ignore_ascii_case(name)).map(|app| app.id)
}

fn group_named(context: &GuestContext<'_>, name: &str) -> Option<GroupId> {
    let id = name.parse::<GroupId>().ok();
    let mut groups = context.tenant.groups.iter();
    groups.find(|group| Some(group.id) == id || group.display_name == name).map(|group| group.id)
}

fn role_named(context: &GuestContext<'_>, name: &str) -> Option<AppRole> {
    let (app, role) = name.rsplit_once(':')?;
    Some(AppRole { app: app_named(context, app.trim())?, role: role.trim().to_owned() })
}
