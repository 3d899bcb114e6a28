//! Everything about an invitation that can be refused without looking at the guest.

use std::time::Duration;

use super::GuestContext;
use super::invite::{Invite, InviteError, Inviter, LinkLife};
use super::inviters::{InviteRights, Whom};
use super::redirect::check_redirect;
use crate::model::{AppRole, RouteOverride, Tenant, User};
use crate::signin::home_realm::ways;

/// Longest message of an inviter, in characters (row B14).
const LONGEST_MESSAGE: usize = 2_000;
/// Longest name.
const LONGEST_NAME: usize = 256;

/// Checks a wish, and returns it as it is stored: texts in one spelling, the redirect URL written anew.
pub(super) fn check(
    context: &GuestContext<'_>,
    rights: &InviteRights,
    mut invite: Invite,
) -> Result<Invite, InviteError> {
    let tenant = context.tenant;
    if tenant.owns(invite.address.domain()) {
        return Err(InviteError::Member);
    }
    if !tenant.allows_domain(invite.address.domain()) {
        return Err(InviteError::DomainBlocked(invite.address.domain().clone()));
    }
    if let Whom::Colleagues(domain) = &rights.whom
        && !rights.reaches(&invite.address)
    {
        return Err(InviteError::NoColleague(domain.clone()));
    }
    // A copy is a mail in the organization's name too: whoever may write to colleagues alone copies colleagues alone.
    if let (Whom::Colleagues(domain), Some(cc)) = (&rights.whom, &invite.cc)
        && !rights.reaches(cc)
    {
        return Err(InviteError::NoColleague(domain.clone()));
    }
    // Nobody is sent the same mail twice.
    invite.cc = invite.cc.filter(|cc| *cc != invite.address);
    check_texts(tenant, &invite)?;
    invite.message = clean_message(invite.message)?;
    check_given(context, &invite)?;
    if !rights.may_give(&invite.apps, &invite.groups, &invite.roles) {
        return Err(InviteError::NotYours);
    }
    if invite.sponsors.len() > User::MOST_SPONSORS {
        return Err(InviteError::TooManySponsors);
    }
    if let LinkLife::For(span) = invite.link_life {
        let longest = tenant.policies.invitation_lifetime.unwrap_or(Duration::MAX);
        if span.is_zero() || span > longest {
            return Err(InviteError::LinkLife);
        }
    }
    check_route(tenant, invite.route.as_ref())?;
    if let Some(typed) = &invite.redirect_url {
        invite.redirect_url = Some(check_redirect(tenant, context.snapshot, context.urls, typed)?);
    }
    Ok(invite)
}

fn check_texts(tenant: &Tenant, invite: &Invite) -> Result<(), InviteError> {
    if !invite.display_name.as_ref().is_none_or(|text| is_name(text)) {
        return Err(InviteError::Text("display name"));
    }
    let inviter = match &invite.inviter {
        Inviter::Operator { name } => name.as_deref().unwrap_or(&tenant.display_name),
        Inviter::User(user) => &user.display_name,
        Inviter::Application { .. } => &tenant.display_name,
    };
    if !is_name(inviter) {
        return Err(InviteError::Text("inviter's name"));
    }
    if !invite.language.as_ref().is_none_or(|tag| is_language(tag)) {
        return Err(InviteError::Text("language"));
    }
    Ok(())
}

fn check_given(context: &GuestContext<'_>, invite: &Invite) -> Result<(), InviteError> {
    let tenant = context.tenant;
    for app in &invite.apps {
        if context.snapshot.service_principal(tenant, *app).is_none() {
            return Err(InviteError::UnknownApp(*app));
        }
    }
    for group in &invite.groups {
        if !tenant.groups.iter().any(|known| known.id == *group) {
            return Err(InviteError::UnknownGroup(*group));
        }
    }
    for role in &invite.roles {
        if !has_role(tenant, role) {
            return Err(InviteError::UnknownRole(role.app));
        }
    }
    Ok(())
}

/// Whether the app has this role in this tenant.
pub(super) fn has_role(tenant: &Tenant, role: &AppRole) -> bool {
    tenant.service_principals.iter().any(|principal| principal.app == role.app && principal.roles.contains(&role.role))
}

fn check_route(tenant: &Tenant, route: Option<&RouteOverride>) -> Result<(), InviteError> {
    let ways = ways(tenant);
    match route {
        Some(RouteOverride::Connection { name }) if tenant.connection(name).is_none() => {
            Err(InviteError::Route("there is no such identity provider, or it is off"))
        }
        Some(RouteOverride::Passcode) if !ways.passcode => Err(InviteError::Route("the passcode is off")),
        Some(RouteOverride::PersonalAccount) if !ways.personal_account => {
            Err(InviteError::Route("personal accounts are off"))
        }
        Some(_) | None => Ok(()),
    }
}

/// One line without controls or marks that turn the direction of text around.
pub(super) fn is_name(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= LONGEST_NAME
        && !text.chars().any(|character| character.is_control() || turns_text(character))
}

fn turns_text(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

pub(super) fn is_language(tag: &str) -> bool {
    (2..=35).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Line breaks of any system become one kind; an empty message is none.
pub(super) fn clean_message(message: Option<String>) -> Result<Option<String>, InviteError> {
    let Some(message) = message else { return Ok(None) };
    let clean = message.replace("\r\n", "\n").replace('\t', " ");
    let odd = |character: char| (character.is_control() && character != '\n') || turns_text(character);
    if clean.chars().count() > LONGEST_MESSAGE || clean.chars().any(odd) {
        return Err(InviteError::Text("message"));
    }
    Ok(Some(clean.trim().to_owned()).filter(|text| !text.is_empty()))
}
