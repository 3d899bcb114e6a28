//! Invite a guest: policy, guest object, invitation, assignments, audit line and mail, in one transaction.

use std::time::Duration;

use super::personal_data::PersonalData;
use super::predict::{Prediction, predict};
use super::redirect::{RedirectError, check_redirect};
use super::{GuestContext, GuestsError};
use crate::clock::{random_bytes, random_guid};
use crate::model::{
    AllowInvitesFrom, AppId, AuditEvent, CreationType, EmailAddress, ExternalUserState, Invitation, InvitationId,
    InvitationState, Timestamp, User, UserId, UserType,
};
use crate::short_term::{Key, Kind};
use crate::storage::{StoreError, Tx};

/// Longest message of an inviter, in characters (row B14).
const LONGEST_MESSAGE: usize = 2_000;
/// Longest name.
const LONGEST_NAME: usize = 256;
/// Invitations of one person and day, unless an operator.
const PER_INVITER: u64 = 200;
/// Invitation mails to one address of one tenant and day (row B15).
pub(super) const MAILS_PER_ADDRESS: u64 = 3;
const DAY: Duration = Duration::from_secs(24 * 3600);
/// How often to begin again when somebody else took the same principal name or invited the same address.
const ATTEMPTS: u32 = 8;

/// Who invites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inviter {
    /// The operator, at the command line; policy on inviters does not apply.
    Operator {
        /// Name shown in the mail; the tenant's name if none is given.
        name: Option<String>,
    },
    /// A user of the tenant.
    User(Box<User>),
}

/// What the inviter asked for (Graph `invitation`).
#[derive(Clone, Debug)]
pub struct Invite {
    /// Whom.
    pub address: EmailAddress,
    /// Name of the guest; the address if none is given.
    pub display_name: Option<String>,
    /// Plain text for the mail.
    pub message: Option<String>,
    /// Language of the mail.
    pub language: Option<String>,
    /// One more reader of the mail.
    pub cc: Option<EmailAddress>,
    /// Where the guest lands.
    pub redirect_url: Option<String>,
    /// Apps to assign.
    pub apps: Vec<AppId>,
    /// Whether to send a mail (Graph `sendInvitationMessage`).
    pub send_mail: bool,
    /// Who invites.
    pub inviter: Inviter,
}

/// Something the inviter should know although the invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum InviteWarning {
    /// A contact or another object holds the address, so the guest has no mail and gets in by the link alone.
    AddressTaken,
    /// The guest gets in only through the invitation's link.
    OnlyByInvitationLink,
    /// No mail was sent: the address had enough of them today.
    MailLimit,
    /// This guest accepted an earlier invitation; the apps were assigned and no mail was sent.
    AlreadyAccepted,
    /// Nothing is switched on by which this guest could sign in.
    NoWayIn,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// The invitation: new, renewed, or the one that was accepted.
    pub invitation: Invitation,
    /// The guest.
    pub user: User,
    /// Whether a mail is on its way.
    pub mail_queued: bool,
    /// How the guest will sign in.
    pub predicted: Prediction,
    /// What the inviter should know.
    pub warnings: Vec<InviteWarning>,
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The policy `allowInvitesFrom` says no.
    #[error("you may not invite guests to this organization")]
    NotAllowed,
    /// The tenant invites nobody from there.
    #[error("guests of {0} may not be invited to this organization")]
    DomainBlocked(crate::model::Domain),
    /// Decision 2.
    #[error("this address belongs to a member of this organization, who needs no invitation")]
    Member,
    /// An administrator closed this guest's account.
    #[error("this guest was blocked by an administrator")]
    Blocked,
    /// The tenant has as many guests as it may have.
    #[error(
        "this organization has {0} guests, which is all that its policy max_guests allows; remove guests who need no access any more, or raise the limit"
    )]
    Full(u64),
    /// Decision 24.
    #[error(transparent)]
    Redirect(#[from] RedirectError),
    /// This tenant does not use the app.
    #[error("this organization has no app {0}")]
    UnknownApp(AppId),
    /// A text is too long or holds characters that belong in no text.
    #[error("the {0} is too long or holds characters that are not allowed")]
    Text(&'static str),
    /// Row B15.
    #[error("too many invitations today; try again later")]
    TooMany {
        /// When it works again.
        retry_after: Duration,
    },
    /// Something below failed.
    #[error(transparent)]
    Failed(#[from] GuestsError),
}

impl From<StoreError> for InviteError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Invites. Inviting an address again renews its pending invitation, whose link stays the same.
pub async fn invite(context: GuestContext<'_>, invite: Invite) -> Result<Invited, InviteError> {
    let wish = check(&context, invite)?;
    spend_quota(&context, &wish).await?;
    let may_mail = wish.send_mail && {
        let key = mails_key(&context, &wish.address);
        context.short_term.count(&key, DAY).await.map_err(GuestsError::from)? <= MAILS_PER_ADDRESS
    };
    for attempt in 1..=ATTEMPTS {
        match attempt_invite(&context, &wish, may_mail, attempt).await {
            // Somebody was faster with this address or name: look again.
            Err(InviteError::Failed(GuestsError::Store(StoreError::Conflict))) if attempt < ATTEMPTS => {}
            answer => return answer,
        }
    }
    Err(StoreError::Conflict.into())
}

/// Everything that can be refused without looking at anybody.
fn check(context: &GuestContext<'_>, mut invite: Invite) -> Result<Invite, InviteError> {
    let tenant = context.tenant;
    if !may_invite(tenant.policies.allow_invites_from, &invite.inviter) {
        return Err(InviteError::NotAllowed);
    }
    if tenant.owns(invite.address.domain()) {
        return Err(InviteError::Member);
    }
    if !tenant.allows_domain(invite.address.domain()) {
        return Err(InviteError::DomainBlocked(invite.address.domain().clone()));
    }
    let fits = |text: &Option<String>| text.as_ref().is_none_or(|text| is_name(text));
    if !fits(&invite.display_name) {
        return Err(InviteError::Text("display name"));
    }
    let inviter = match &invite.inviter {
        Inviter::Operator { name } => name.as_deref().unwrap_or(&tenant.display_name),
        Inviter::User(user) => &user.display_name,
    };
    if !is_name(inviter) {
        return Err(InviteError::Text("inviter's name"));
    }
    if !invite.language.as_ref().is_none_or(|tag| is_language(tag)) {
        return Err(InviteError::Text("language"));
    }
    invite.message = clean_message(invite.message)?;
    for app in &invite.apps {
        if context.snapshot.service_principal(tenant, *app).is_none() {
            return Err(InviteError::UnknownApp(*app));
        }
    }
    if let Some(typed) = &invite.redirect_url {
        invite.redirect_url = Some(check_redirect(tenant, context.snapshot, context.urls, typed)?);
    }
    Ok(invite)
}

fn may_invite(policy: AllowInvitesFrom, inviter: &Inviter) -> bool {
    let Inviter::User(user) = inviter else { return true };
    let member = user.user_type == UserType::Member;
    user.account_enabled
        && match policy {
            AllowInvitesFrom::None => false,
            AllowInvitesFrom::AdminsAndGuestInviters => member && user.admin,
            AllowInvitesFrom::AdminsGuestInvitersAndAllMembers => member,
            // A guest who has not yet agreed to anything is nobody's host.
            AllowInvitesFrom::Everyone => member || user.external_user_state == Some(ExternalUserState::Accepted),
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

fn is_language(tag: &str) -> bool {
    (2..=35).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Line breaks of any system become one kind; an empty message is none.
fn clean_message(message: Option<String>) -> Result<Option<String>, InviteError> {
    let Some(message) = message else { return Ok(None) };
    let clean = message.replace("\r\n", "\n").replace('\t', " ");
    let odd = |character: char| (character.is_control() && character != '\n') || turns_text(character);
    if clean.chars().count() > LONGEST_MESSAGE || clean.chars().any(odd) {
        return Err(InviteError::Text("message"));
    }
    Ok(Some(clean.trim().to_owned()).filter(|text| !text.is_empty()))
}

async fn spend_quota(context: &GuestContext<'_>, invite: &Invite) -> Result<(), InviteError> {
    let now = context.clock.now();
    let day = now.seconds().div_euclid(86_400);
    let mut budgets = vec![(format!("invitations:{day}"), context.limits.invitations_per_day)];
    if let Inviter::User(user) = &invite.inviter {
        budgets.push((format!("invitations:{day}:{}", user.id), PER_INVITER));
    }
    for (id, most) in budgets {
        let key = Key::of(context.tenant.id, Kind::Limit, id);
        if context.short_term.count(&key, DAY).await.map_err(GuestsError::from)? > most {
            let tomorrow = Timestamp::from_seconds((day + 1) * 86_400);
            return Err(InviteError::TooMany { retry_after: tomorrow.since(now) });
        }
    }
    Ok(())
}

/// Counts invitation mails to one address; the address is hashed, since keys are not for personal data.
pub(super) fn mails_key(context: &GuestContext<'_>, address: &EmailAddress) -> Key {
    Key::of(context.tenant.id, Kind::Limit, format!("invitation-mails:{}", super::digest(address.as_str())))
}

async fn attempt_invite(
    context: &GuestContext<'_>,
    invite: &Invite,
    may_mail: bool,
    attempt: u32,
) -> Result<Invited, InviteError> {
    let now = context.clock.now();
    let mut tx = context.store.begin(context.tenant.id).await?;
    let (mut user, known) = match tx.guest_invited_as(&invite.address).await? {
        Some(user) => (user, true),
        None => {
            check_room(context, tx.as_mut()).await?;
            (new_guest(context, invite, tx.as_mut(), attempt, now).await?, false)
        }
    };
    let before = if known { tx.invitation_of(user.id).await? } else { None };
    let accepted = user.external_user_state == Some(ExternalUserState::Accepted);
    let revoked = before.as_ref().is_some_and(|earlier| earlier.state == InvitationState::Revoked);
    if !user.account_enabled && (accepted || !revoked) {
        return Err(InviteError::Blocked);
    }
    if accepted && let Some(invitation) = before {
        return add_apps(context, invite, tx, user, invitation).await;
    }
    if known {
        // A revoked guest who is invited again is welcome again (decision 24).
        user.account_enabled = true;
        if user.identity.is_none() {
            user.display_name = invite.display_name.clone().unwrap_or(user.display_name);
        }
        tx.update_user(&user).await?;
    } else {
        tx.insert_user(&user).await?;
    }
    let invitation = match before.filter(|earlier| earlier.state.is_open()) {
        Some(earlier) => {
            let renewed = renew(context, invite, earlier, now);
            tx.update_invitation(&renewed).await?;
            renewed
        }
        None => {
            let made = new_invitation(context, invite, user.id, now);
            tx.insert_invitation(&made).await?;
            made
        }
    };
    assign(invite, tx.as_mut(), user.id).await?;
    let event = sealed(context, tx.as_mut(), invite, event(invite, &user, &invitation)).await?;
    tx.audit(now, &event).await?;
    if may_mail {
        let apps = tx.assigned_apps(user.id).await?;
        let words = context.language_for(&invitation, &user);
        let reply_to = match &invite.inviter {
            Inviter::User(inviter) => inviter.mail.as_ref(),
            Inviter::Operator { .. } => None,
        };
        let named: &[AppId] = if invite.apps.is_empty() { &apps } else { &invite.apps };
        let mail = context
            .invitation_mail(words.as_ref(), &invitation, named, invite.cc.as_ref(), reply_to)
            .map_err(GuestsError::from)?;
        tx.queue_mail(context.new_mail_id(), &mail, now).await?;
    }
    tx.commit().await?;
    let predicted = predict(context.tenant, context.snapshot, &invite.address, user.mail.is_some());
    let mut warnings = warnings(&predicted, &user);
    if invite.send_mail && !may_mail {
        warnings.push(InviteWarning::MailLimit);
    }
    Ok(Invited { invitation, user, mail_queued: may_mail, predicted, warnings })
}

/// Whether one more guest may be invited; those who are there already are not asked.
async fn check_room(context: &GuestContext<'_>, tx: &mut dyn Tx) -> Result<(), InviteError> {
    match context.tenant.policies.max_guests {
        Some(most) if tx.guest_count().await? >= most => Err(InviteError::Full(most)),
        _ => Ok(()),
    }
}

async fn new_guest(
    context: &GuestContext<'_>,
    invite: &Invite,
    tx: &mut dyn Tx,
    attempt: u32,
    now: Timestamp,
) -> Result<User, StoreError> {
    // As in the original: a guest whose address another object of the directory holds gets no `mail`.
    let contact = context.tenant.contacts.iter().any(|contact| contact.address == invite.address);
    let taken = contact || tx.member(&invite.address).await?.is_some();
    let primary = context.tenant.primary_domain().unwrap_or_else(|| invite.address.domain());
    Ok(User {
        id: UserId::new(random_guid(context.random)),
        user_principal_name: principal_name(&User::guest_principal_name(&invite.address, primary), attempt),
        display_name: invite.display_name.clone().unwrap_or_else(|| invite.address.to_string()),
        user_type: UserType::Guest,
        creation_type: Some(CreationType::Invitation),
        external_user_state: Some(ExternalUserState::PendingAcceptance),
        external_user_state_changed_at: Some(now),
        mail: (!taken).then(|| invite.address.clone()),
        invited_address: Some(invite.address.clone()),
        other_mails: if taken { vec![invite.address.clone()] } else { Vec::new() },
        identity: None,
        account_enabled: true,
        preferred_language: invite.language.clone(),
        admin: false,
        guest_inviter: false,
        sponsors: Vec::new(),
        expires_at: None,
        deleted_at: None,
        created_at: now,
        last_sign_in_at: None,
    })
}

/// From the second attempt on with a number before `#EXT#`.
fn principal_name(name: &str, attempt: u32) -> String {
    match name.split_once("#EXT#") {
        Some((left, right)) if attempt > 1 => format!("{left}_{attempt}#EXT#{right}"),
        _ => name.to_owned(),
    }
}

fn new_invitation(context: &GuestContext<'_>, invite: &Invite, user: UserId, now: Timestamp) -> Invitation {
    Invitation {
        id: InvitationId::from_random(random_bytes(context.random)),
        user,
        address: invite.address.clone(),
        redirect_url: invite.redirect_url.clone(),
        language: invite.language.clone(),
        message: invite.message.clone(),
        inviter: inviter_name(context, invite),
        state: InvitationState::Pending,
        created_at: now,
        expires_at: context.tenant.policies.invitation_lifetime.map(|span| now.plus(span)),
        redeemed_at: None,
        cc: invite.cc.clone(),
        invited_by: match &invite.inviter {
            Inviter::Operator { .. } => None,
            Inviter::User(user) => Some(user.id),
        },
        route: None,
        changed_at: now,
        changed_by: None,
    }
}

/// The link in an earlier mail keeps working: the id stays, the rest is as asked now.
fn renew(context: &GuestContext<'_>, invite: &Invite, earlier: Invitation, now: Timestamp) -> Invitation {
    let fresh = new_invitation(context, invite, earlier.user, now);
    Invitation {
        id: earlier.id,
        created_at: earlier.created_at,
        redirect_url: fresh.redirect_url.or(earlier.redirect_url),
        language: fresh.language.or(earlier.language),
        cc: fresh.cc.or(earlier.cc),
        route: fresh.route.or(earlier.route),
        ..fresh
    }
}

fn inviter_name(context: &GuestContext<'_>, invite: &Invite) -> String {
    match &invite.inviter {
        Inviter::Operator { name } => name.clone().unwrap_or_else(|| context.tenant.display_name.clone()),
        Inviter::User(user) => user.display_name.clone(),
    }
}

async fn assign(invite: &Invite, tx: &mut dyn Tx, user: UserId) -> Result<(), StoreError> {
    for app in &invite.apps {
        tx.assign_app(user, *app).await?;
    }
    Ok(())
}

/// The guest is in already: more apps, no new binding, no mail.
async fn add_apps(
    context: &GuestContext<'_>,
    invite: &Invite,
    mut tx: Box<dyn Tx>,
    user: User,
    invitation: Invitation,
) -> Result<Invited, InviteError> {
    assign(invite, tx.as_mut(), user.id).await?;
    let event = event(invite, &user, &invitation).with("state", "already accepted");
    let event = sealed(context, tx.as_mut(), invite, event).await?;
    tx.audit(context.clock.now(), &event).await?;
    tx.commit().await?;
    let predicted = predict(context.tenant, context.snapshot, &invite.address, user.mail.is_some());
    let warnings = vec![InviteWarning::AlreadyAccepted];
    Ok(Invited { invitation, user, mail_queued: false, predicted, warnings })
}

/// The event with the invited address, which is erased with its guest.
async fn sealed(
    context: &GuestContext<'_>,
    tx: &mut dyn Tx,
    invite: &Invite,
    event: AuditEvent,
) -> Result<AuditEvent, StoreError> {
    let data = PersonalData { address: Some(invite.address.clone()), network: None };
    context.sealer().seal(tx, context.tenant.id, event, &data).await
}

fn event(invite: &Invite, user: &User, invitation: &Invitation) -> AuditEvent {
    let event = AuditEvent::success("Invite external user").on(user.id).with("invitation", &invitation.id);
    let event = invite.apps.iter().fold(event, |event, app| event.with("app", app));
    match &invite.inviter {
        Inviter::User(inviter) => event.by(inviter.id),
        Inviter::Operator { .. } => event,
    }
}

fn warnings(predicted: &Prediction, user: &User) -> Vec<InviteWarning> {
    let mut warnings = Vec::new();
    if user.mail.is_none() {
        warnings.push(InviteWarning::AddressTaken);
    } else if predicted.only_by_invitation_link {
        warnings.push(InviteWarning::OnlyByInvitationLink);
    }
    if predicted.route == super::predict::PredictedRoute::Nowhere {
        warnings.push(InviteWarning::NoWayIn);
    }
    warnings
}
