//! Reset a redemption: the same object with its assignments, redeemed anew, under another address if wanted.

use super::invite_limits::may_mail_to;
use super::life::{By, LifeError, end_sessions, guest};
use super::personal_data::{PersonalData, Sealer};
use super::redirect::check_redirect;
use super::wish::{clean_message, is_language};
use super::{GuestContext, mail_block};
use crate::app::App;
use crate::clock::random_bytes;
use crate::model::{
    AuditEvent, EmailAddress, ExternalUserState, Factors, Invitation, InvitationId, InvitationState, Tenant, Timestamp,
    User, UserId,
};
use crate::snapshot::Snapshot;
use crate::storage::{StoreError, Tx};

/// What to reset, and how (Graph `resetRedemption`).
#[derive(Clone, Debug)]
pub struct Reset {
    /// Whose redemption.
    pub user: UserId,
    /// The address to redeem with from now on; the one of before unless given.
    pub address: Option<EmailAddress>,
    /// Whether a mail goes out.
    pub send_mail: bool,
    /// What the new invitation says; what the one before said unless given.
    pub says: Says,
}

/// What an invitation says and where it leads.
#[derive(Clone, Debug, Default)]
pub struct Says {
    /// Where the guest lands; checked here.
    pub redirect_url: Option<String>,
    /// Plain text for the mail; checked here.
    pub message: Option<String>,
    /// Language of the mail.
    pub language: Option<String>,
    /// One more reader of the mail.
    pub cc: Option<EmailAddress>,
}

/// The guest after the reset.
#[derive(Clone, Debug)]
pub struct WasReset {
    /// The same object, pending again.
    pub user: User,
    /// The new invitation.
    pub invitation: Invitation,
    /// Whether a mail is on its way.
    pub mail_queued: bool,
}

/// Resets. The identity and its second factors here are let go, *Review permissions* and terms are asked again, and every session ends.
pub async fn reset(
    app: &App,
    snapshot: &Snapshot,
    tenant: &Tenant,
    by: By,
    wish: Reset,
) -> Result<WasReset, LifeError> {
    let now = app.clock.now();
    let context = super::context(app, snapshot, tenant);
    let says = checked(&context, wish.says)?;
    let mut read = app.store.read(tenant.id).await?;
    let known = guest(read.as_mut(), wish.user).await?;
    let copied = says.cc.clone().or(read.invitation_of(known.id).await?.and_then(|before| before.cc));
    drop(read);
    // Counted before the writer is taken, by the address that the mail would go to (row B15).
    let target = wish.address.as_ref().or(known.invited_address.as_ref()).or(known.mail.as_ref());
    let mut may_mail = wish.send_mail;
    if let Some(target) = target.filter(|_| may_mail) {
        may_mail = may_mail_to(&context, target).await?;
    }
    let may_copy = match &copied {
        Some(cc) if may_mail => may_mail_to(&context, cc).await?,
        _ => false,
    };
    let mut tx = app.store.begin(tenant.id).await?;
    let mut user = guest(tx.as_mut(), wish.user).await?;
    let before = tx.invitation_of(user.id).await?;
    let current = user.invited_address.clone().or_else(|| user.mail.clone()).ok_or(LifeError::NoSuchGuest)?;
    let address = wish.address.clone().unwrap_or_else(|| current.clone());
    if address != current {
        check_address(tx.as_mut(), tenant, &user, &address).await?;
        move_to(tenant, &mut user, &address);
    }
    user.external_user_state = Some(ExternalUserState::PendingAcceptance);
    user.external_user_state_changed_at = Some(now);
    tx.unbind_identity(user.id).await?;
    // What is registered here was the predecessor's. An account's own factors lie with the account, and stay its owner's.
    tx.keep_factors(user.id, &Factors::default()).await?;
    user.identity = None;
    match tx.update_user(&user).await {
        Err(StoreError::Conflict) => return Err(LifeError::AddressTaken(address)),
        written => written?,
    }
    tx.note_reset(user.id, now).await?;
    let invitation = invite_again(app, tx.as_mut(), tenant, by, &user, before, &address, says, now).await?;
    tx.bump_epoch(Some(user.id), now).await?;
    let event = AuditEvent::success("Invite external user with reset invitation status").on(user.id);
    let event = by.sign(event.with("invitation", &invitation.id));
    let data = PersonalData { address: Some(address), network: None };
    let event = Sealer::of(app).seal(tx.as_mut(), tenant.id, event, &data).await?;
    tx.audit(now, &event).await?;
    may_mail = may_mail && !mail_block::holds_back(&context, tx.as_mut(), &user, &invitation).await?;
    if may_mail {
        let apps = tx.assigned_apps(user.id).await?;
        let words = context.language_for(&invitation, &user);
        let cc = mail_block::copy_to(&context, tx.as_mut(), invitation.cc.as_ref().filter(|_| may_copy)).await?;
        let mail = context.invitation_mail(words.as_ref(), &invitation, &apps, cc, None)?;
        tx.queue_mail(context.new_mail_id(), &mail, now).await?;
    }
    tx.commit().await?;
    end_sessions(app, tenant.id, user.id, now).await?;
    if may_mail {
        app.mail_queued.notify_one();
    }
    Ok(WasReset { user, invitation, mail_queued: may_mail })
}

/// What the invitation says, by the rules of a first one.
fn checked(context: &GuestContext<'_>, says: Says) -> Result<Says, LifeError> {
    let redirect_url = match &says.redirect_url {
        Some(typed) => Some(check_redirect(context.tenant, context.snapshot, context.urls, typed)?),
        None => None,
    };
    let message = clean_message(says.message).map_err(|_| LifeError::Text("message"))?;
    if !says.language.as_ref().is_none_or(|tag| is_language(tag)) {
        return Err(LifeError::Text("language"));
    }
    Ok(Says { redirect_url, message, ..says })
}

/// The rules for a new address are those of an invitation.
async fn check_address(tx: &mut dyn Tx, tenant: &Tenant, user: &User, address: &EmailAddress) -> Result<(), LifeError> {
    if tenant.owns(address.domain()) {
        return Err(LifeError::OwnDomain(address.clone()));
    }
    if !tenant.allows_domain(address.domain()) {
        return Err(LifeError::DomainBlocked(address.domain().clone()));
    }
    let taken = tx.guest_invited_as(address).await?.is_some_and(|other| other.id != user.id);
    if taken { Err(LifeError::AddressTaken(address.clone())) } else { Ok(()) }
}

/// The address of before is remembered no longer: whoever has that mailbox now may be somebody else.
fn move_to(tenant: &Tenant, user: &mut User, address: &EmailAddress) {
    let collides = tenant.contacts.iter().any(|contact| contact.address == *address);
    user.invited_address = Some(address.clone());
    user.mail = (!collides).then(|| address.clone());
    user.other_mails = if collides { vec![address.clone()] } else { Vec::new() };
}

/// A new locator: the link of before was in somebody else's hands, or in a mailbox that is gone.
#[expect(clippy::too_many_arguments, reason = "facts of one invitation, used once")]
async fn invite_again(
    app: &App,
    tx: &mut dyn Tx,
    tenant: &Tenant,
    by: By,
    user: &User,
    before: Option<Invitation>,
    address: &EmailAddress,
    says: Says,
    now: Timestamp,
) -> Result<Invitation, LifeError> {
    let changed_by = match by {
        By::User(user) => Some(user),
        By::Operator | By::Application(_) | By::Clock => None,
    };
    let inviter = before.as_ref().map_or_else(|| tenant.display_name.clone(), |before| before.inviter.clone());
    let language = before.as_ref().and_then(|before| before.language.clone()).or(user.preferred_language.clone());
    let language = says.language.or(language);
    let redirect_url = says.redirect_url.or_else(|| before.as_ref().and_then(|before| before.redirect_url.clone()));
    let invited_by = before.as_ref().and_then(|before| before.invited_by);
    let link_life = before.as_ref().and_then(|before| before.link_life).or(tenant.policies.invitation_lifetime);
    if let Some(mut open) = before.filter(|before| before.state.is_open()) {
        open.state = InvitationState::Revoked;
        open.changed_at = now;
        open.changed_by = changed_by;
        tx.update_invitation(&open).await?;
    }
    let invitation = Invitation {
        id: InvitationId::from_random(random_bytes(app.random.as_ref())),
        user: user.id,
        address: address.clone(),
        redirect_url,
        language,
        message: says.message,
        inviter,
        state: InvitationState::Pending,
        created_at: now,
        expires_at: link_life.map(|span| now.plus(span)),
        redeemed_at: None,
        cc: says.cc,
        invited_by,
        route: None,
        changed_at: now,
        changed_by,
        link_life,
    };
    match tx.insert_invitation(&invitation).await {
        Err(StoreError::Conflict) => Err(LifeError::AddressTaken(address.clone())),
        Ok(()) => Ok(invitation),
        Err(error) => Err(error.into()),
    }
}
