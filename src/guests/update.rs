//! Change what the directory says about a guest: name, addresses, language, and whether the account is on.

use super::life::{By, LifeError, end_sessions, guest};
use super::obstacle::obstacle;
use super::personal_data::{PersonalData, Sealer};
use super::wish::{is_language, is_name};
use crate::app::App;
use crate::model::{AuditEvent, EmailAddress, Tenant, User, UserId};
use crate::storage::StoreError;

/// Most other mails of one guest.
pub const MOST_OTHER_MAILS: usize = 20;

/// What is to be changed; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Graph `displayName`.
    pub display_name: Option<String>,
    /// Graph `mail`; it may be taken away.
    pub mail: Option<Option<EmailAddress>>,
    /// Graph `otherMails`.
    pub other_mails: Option<Vec<EmailAddress>>,
    /// Graph `preferredLanguage`; it may be taken away.
    pub preferred_language: Option<Option<String>>,
    /// Graph `accountEnabled`.
    pub account_enabled: Option<bool>,
}

/// Changes a guest in one transaction. An address is taken by the rules of an invitation; it selects nobody for a sign-in,
/// whatever it is set to. Whoever is blocked is out at once.
pub async fn update(app: &App, tenant: &Tenant, by: By, id: UserId, change: Change) -> Result<User, LifeError> {
    let now = app.clock.now();
    check_texts(&change)?;
    let mut tx = app.store.begin(tenant.id).await?;
    let before = guest(tx.as_mut(), id).await?;
    let mut user = before.clone();
    if let Some(name) = change.display_name {
        user.display_name = name;
    }
    if let Some(language) = change.preferred_language {
        user.preferred_language = language;
    }
    let new: Vec<&EmailAddress> = change.mail.iter().flatten().chain(change.other_mails.iter().flatten()).collect();
    for address in new {
        if before.mail.as_ref() == Some(address) || before.other_mails.contains(address) {
            continue;
        }
        if tenant.owns(address.domain()) {
            return Err(LifeError::OwnDomain(address.clone()));
        }
        if !tenant.allows_domain(address.domain()) {
            return Err(LifeError::DomainBlocked(address.domain().clone()));
        }
        if obstacle(tx.as_mut(), tenant, address, Some(id)).await?.is_some() {
            return Err(LifeError::AddressTaken(address.clone()));
        }
    }
    if let Some(mail) = change.mail {
        user.mail = mail;
    }
    if let Some(others) = change.other_mails {
        user.other_mails = others;
    }
    match change.account_enabled {
        Some(true) if user.has_ended(now) => return Err(LifeError::Ended),
        Some(enabled) => user.account_enabled = enabled,
        None => {}
    }
    if user == before {
        return Ok(user);
    }
    match tx.update_user(&user).await {
        Err(StoreError::Conflict) => return Err(LifeError::AddressTaken(user.mail.unwrap_or(address_of(&before)?))),
        written => written?,
    }
    let blocked = before.account_enabled && !user.account_enabled;
    if blocked {
        tx.bump_epoch(Some(id), now).await?;
    }
    let event = by.sign(AuditEvent::success("Update user").on(id).with("changed", changed(&before, &user)));
    let mail = user.mail.clone().filter(|mail| before.mail.as_ref() != Some(mail));
    let event =
        Sealer::of(app).seal(tx.as_mut(), tenant.id, event, &PersonalData { address: mail, network: None }).await?;
    tx.audit(now, &event).await?;
    if before.account_enabled != user.account_enabled {
        let activity = if blocked { "Disable account" } else { "Enable account" };
        tx.audit(now, &by.sign(AuditEvent::success(activity).on(id))).await?;
    }
    tx.commit().await?;
    if blocked {
        end_sessions(app, tenant.id, id, now).await?;
    }
    Ok(user)
}

fn check_texts(change: &Change) -> Result<(), LifeError> {
    if change.display_name.as_ref().is_some_and(|name| !is_name(name)) {
        return Err(LifeError::Text("display name"));
    }
    if change.preferred_language.iter().flatten().any(|tag| !is_language(tag)) {
        return Err(LifeError::Text("language"));
    }
    if change.other_mails.as_ref().is_some_and(|mails| mails.len() > MOST_OTHER_MAILS) {
        return Err(LifeError::Text("list of other mails"));
    }
    Ok(())
}

fn address_of(user: &User) -> Result<EmailAddress, LifeError> {
    user.invited_address.clone().or_else(|| user.mail.clone()).ok_or(LifeError::NoSuchGuest)
}

/// The names of what changed, for the audit line: values may be personal.
fn changed(before: &User, after: &User) -> String {
    let all = [
        ("displayName", before.display_name != after.display_name),
        ("mail", before.mail != after.mail),
        ("otherMails", before.other_mails != after.other_mails),
        ("preferredLanguage", before.preferred_language != after.preferred_language),
        ("accountEnabled", before.account_enabled != after.account_enabled),
    ];
    all.iter().filter(|(_, changed)| *changed).map(|(name, _)| *name).collect::<Vec<_>>().join(",")
}
