//! Contacts of a tenant, which only occupy addresses: those of its file, and those that were added or imported here.

use serde::Serialize;

use super::GuestContext;
use super::assign::actor;
use super::csv_table::{MOST_ROWS, TableError, read_table};
use super::invite::Inviter;
use super::manage::{ManageError, is_admin};
use super::wish::is_name;
use crate::clock::random_guid;
use crate::model::{AuditEvent, Contact, ContactId, EmailAddress, ManagedBy};
use crate::storage::Read;

/// Most contacts of one list.
const MOST: u32 = 10_000;

/// A contact, and who may change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KnownContact {
    /// Graph `id`.
    pub id: ContactId,
    /// Graph `displayName`.
    pub display_name: String,
    /// Graph `mail`.
    pub address: EmailAddress,
    /// Whether the tenant's file names it, so that it is read-only here.
    pub from_file: bool,
}

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContactRow {
    /// Line of the file.
    pub line: u64,
    /// The address as it was written.
    pub address: String,
    /// Whether the contact is there now; in a dry run, whether it would be.
    pub done: bool,
    /// Why not, or what to know.
    pub remark: Option<String>,
}

/// Why a file of contacts was not read.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It is no table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Refused or failed.
    #[error(transparent)]
    Manage(#[from] ManageError),
}

/// All contacts, by name.
pub async fn contacts(context: GuestContext<'_>) -> Result<Vec<KnownContact>, ManageError> {
    let mut view = context.store.read(context.tenant.id).await?;
    let kept = view.contacts(MOST).await?;
    let known = |contact: &Contact, from_file| KnownContact {
        id: contact.id,
        display_name: contact.display_name.clone(),
        address: contact.address.clone(),
        from_file,
    };
    let mut all: Vec<KnownContact> = context.tenant.contacts.iter().map(|contact| known(contact, true)).collect();
    all.extend(kept.iter().map(|contact| known(contact, false)));
    all.sort_by(|one, other| (&one.display_name, &one.address).cmp(&(&other.display_name, &other.address)));
    Ok(all)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Address,
    Name,
}

/// Adds every contact of a CSV file with the headings `email` and `name`, in one transaction. Rows that are wrong are
/// left out and named; running the file again changes nothing.
pub async fn import_contacts(
    context: GuestContext<'_>,
    by: &Inviter,
    text: &str,
    dry_run: bool,
) -> Result<Vec<ContactRow>, ImportError> {
    let meaning = |heading: &str| match heading {
        "email" | "emailaddress" | "mail" | "address" => Some(Column::Address),
        "name" | "displayname" => Some(Column::Name),
        _ => None,
    };
    let table = read_table(text, meaning, Column::Address, MOST_ROWS)?;
    let mut tx = context.store.begin(context.tenant.id).await.map_err(ManageError::from)?;
    may_change(tx.as_mut(), by).await?;
    let now = context.clock.now();
    let mut results = Vec::new();
    let mut added = 0_u32;
    for row in &table.rows {
        let written = row.text(Column::Address).unwrap_or_default();
        let name = row.text(Column::Name).unwrap_or(written);
        let checked = match (written.parse::<EmailAddress>(), is_name(name)) {
            (Ok(address), true) => Ok(address),
            (Ok(_), false) => Err("the name is too long or holds characters that are not allowed".to_owned()),
            (Err(error), _) => Err(error.to_string()),
        };
        let (done, remark) = match checked {
            Ok(address) if context.tenant.contacts.iter().any(|contact| contact.address == address) => {
                (true, Some("stands in the organization's file".to_owned()))
            }
            Ok(address) => {
                let id = ContactId::new(random_guid(context.random));
                let contact = Contact { id, display_name: name.to_owned(), address };
                let held = tx.holder(&contact.address, None).await.map_err(ManageError::from)?;
                tx.put_contact(&contact, now).await.map_err(ManageError::from)?;
                added += 1;
                (true, held.map(|user| format!("{} holds this address too, and keeps it", user.display_name)))
            }
            Err(reason) => (false, Some(reason)),
        };
        results.push(ContactRow { line: row.line, address: written.to_owned(), done, remark });
    }
    if !dry_run && added > 0 {
        let event = AuditEvent::success("Import contacts").with("contacts", added);
        tx.audit(now, &actor(event, by)).await.map_err(ManageError::from)?;
        tx.commit().await.map_err(ManageError::from)?;
    }
    Ok(results)
}

/// Removes the contact that holds `address`. Guests who were invited meanwhile get their mail back when they are invited
/// again.
pub async fn remove_contact(
    context: GuestContext<'_>,
    by: &Inviter,
    address: &EmailAddress,
) -> Result<Contact, ManageError> {
    let mut tx = context.store.begin(context.tenant.id).await?;
    may_change(tx.as_mut(), by).await?;
    let contact = tx.contact(address).await?.ok_or(ManageError::Unknown)?;
    tx.remove_contact(contact.id).await?;
    let event = AuditEvent::success("Delete contact").with("contact", contact.id);
    tx.audit(context.clock.now(), &actor(event, by)).await?;
    tx.commit().await?;
    Ok(contact)
}

/// Whether a file names the contact at `address`, and where.
pub fn place_of(context: &GuestContext<'_>, address: &EmailAddress) -> Option<String> {
    let named = context.tenant.contacts.iter().any(|contact| contact.address == *address);
    match (&context.tenant.managed_by, named) {
        (ManagedBy::File { place }, true) => Some(place.split(':').next().unwrap_or_default().to_owned()),
        (ManagedBy::Directory, true) => Some("a file".to_owned()),
        (_, false) => None,
    }
}

/// The operator and administrators.
async fn may_change(view: &mut (impl Read + ?Sized), by: &Inviter) -> Result<(), ManageError> {
    let named = match by {
        Inviter::Operator { .. } => return Ok(()),
        Inviter::User(named) => named,
        Inviter::Application { .. } => return Err(ManageError::NotAllowed),
    };
    let fresh = view.user(named.id).await?;
    if fresh.is_some_and(|user| is_admin(&user)) { Ok(()) } else { Err(ManageError::NotAllowed) }
}
