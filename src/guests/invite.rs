//! Invite a guest: policy, guest object, invitation, assignments, audit line and mail, in one transaction.

use std::time::Duration;

use super::assign::{Given, actor, give};
use super::foresee::Foresight;
use super::invite_limits::{May, spend_quota};
use super::inviters::rights_of;
use super::new_guest::{check_room, new_guest, regain_mail};
use super::personal_data::PersonalData;
use super::predict::Prediction;
use super::wish::check;
use super::{GuestContext, GuestsError, bar, mail_block};
use crate::clock::random_bytes;
use crate::model::{
    AppId, AppRole, AuditEvent, EmailAddress, ExternalUserState, GroupId, Invitation, InvitationEvent, InvitationId,
    InvitationRefusal, InvitationState, RouteOverride, Timestamp, User, UserId,
};
use crate::storage::{StoreError, Tx};

pub use super::invite_error::{InviteError, InviteRefusal};
pub use super::invite_warning::InviteWarning;

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
    /// An application by its own permissions; whoever lets it in checks those. It speaks for the organization.
    Application {
        /// Which.
        app: AppId,
    },
}

/// How long the link of an invitation lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkLife {
    /// As the tenant's policy `invitation_lifetime` says.
    #[default]
    TenantDefault,
    /// So long, but no longer than the tenant's policy.
    For(Duration),
}

/// What the inviter asked for (Graph `invitation`). [`Invite::of`] fills in the defaults.
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
    /// Who answers for the guest (Graph `invitedUserSponsors`), ≤ 5; the inviter unless given.
    pub sponsors: Vec<EmailAddress>,
    /// Groups to join.
    pub groups: Vec<GroupId>,
    /// App roles to give; their apps are assigned with them.
    pub roles: Vec<AppRole>,
    /// How long the link lives.
    pub link_life: LinkLife,
    /// How the guest shall sign in, whatever the address would lead to.
    pub route: Option<RouteOverride>,
    /// Whether the guest's identity provider is asked if it answers, so that the inviter is warned. There is no warning to
    /// read while a directory is filled, and perhaps nothing that listens yet.
    pub ask_provider: bool,
}

impl Invite {
    /// An invitation of `address` with a mail and nothing else.
    pub fn of(address: EmailAddress, inviter: Inviter) -> Self {
        Self {
            address,
            display_name: None,
            message: None,
            language: None,
            cc: None,
            redirect_url: None,
            apps: Vec::new(),
            send_mail: true,
            inviter,
            sponsors: Vec::new(),
            groups: Vec::new(),
            roles: Vec::new(),
            link_life: LinkLife::TenantDefault,
            route: None,
            ask_provider: true,
        }
    }

    /// Everything that the guest is given.
    pub fn given(&self) -> Given {
        Given { apps: self.apps.clone(), groups: self.groups.clone(), roles: self.roles.clone() }
    }
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

/// Invites. Inviting an address again renews its pending invitation, whose link stays the same.
pub async fn invite(context: GuestContext<'_>, invite: Invite) -> Result<Invited, InviteError> {
    let rights = rights_of(&context, &invite.inviter).await?.ok_or(InviteError::NotAllowed)?;
    let wish = check(&context, &rights, invite)?;
    spend_quota(&context, &rights, &wish).await?;
    let may = May::of(&context, &wish).await?;
    for attempt in 1..=ATTEMPTS {
        match attempt_invite(&context, &wish, may, attempt).await {
            // Somebody was faster with this address or name: look again.
            Err(InviteError::Failed(GuestsError::Store(StoreError::Conflict))) if attempt < ATTEMPTS => {}
            answer => return answer,
        }
    }
    Err(StoreError::Conflict.into())
}

async fn attempt_invite(
    context: &GuestContext<'_>,
    invite: &Invite,
    may: May,
    attempt: u32,
) -> Result<Invited, InviteError> {
    let now = context.clock.now();
    let mut tx = context.store.begin(context.tenant.id).await?;
    let sponsors = sponsors(tx.as_mut(), invite).await?;
    let (mut user, known) = match tx.guest_invited_as(&invite.address).await? {
        Some(user) => (user, true),
        None => {
            let addresses = std::iter::once(&invite.address);
            if bar::is_barred(tx.as_mut(), context.keys, context.tenant.id, addresses, None).await? {
                return Err(InviteError::Barred);
            }
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
        return add_gifts(context, invite, tx, user, invitation).await;
    }
    if !sponsors.is_empty() && (!invite.sponsors.is_empty() || user.sponsors.is_empty()) {
        user.sponsors = sponsors;
    }
    if known {
        // A revoked guest who is invited again is welcome again (decision 24).
        user.account_enabled = true;
        if user.identity.is_none() {
            user.display_name = invite.display_name.clone().unwrap_or(user.display_name);
        }
        regain_mail(context, tx.as_mut(), &mut user, &invite.address).await?;
        tx.update_user(&user).await?;
    } else {
        end_left_over(tx.as_mut(), invite, now).await?;
        tx.insert_user(&user).await?;
    }
    let invitation = match before.filter(|earlier| earlier.state.is_open()) {
        Some(mut earlier) => {
            note_end(tx.as_mut(), &mut earlier, now).await?;
            let renewed = renew(context, invite, earlier, now)?;
            tx.update_invitation(&renewed).await?;
            renewed
        }
        None => {
            let made = new_invitation(context, invite, user.id, now);
            tx.insert_invitation(&made).await?;
            made
        }
    };
    give(tx.as_mut(), user.id, &invite.given()).await?;
    let event = sealed(context, tx.as_mut(), invite, event(invite, &user, &invitation)).await?;
    tx.audit(now, &event).await?;
    let blocked = may.mail && mail_block::holds_back(context, tx.as_mut(), &user, &invitation).await?;
    let mut copied = false;
    if may.mail && !blocked {
        let apps = tx.assigned_apps(user.id).await?;
        let words = context.language_for(&invitation, &user);
        let reply_to = match &invite.inviter {
            Inviter::User(inviter) => inviter.mail.as_ref(),
            Inviter::Operator { .. } | Inviter::Application { .. } => None,
        };
        let named: &[AppId] = if invite.apps.is_empty() { &apps } else { &invite.apps };
        let wanted = invite.cc.as_ref().filter(|_| may.copy);
        let cc = mail_block::copy_to(context, tx.as_mut(), wanted).await?;
        copied = cc.is_some();
        let mail =
            context.invitation_mail(words.as_ref(), &invitation, named, cc, reply_to).map_err(GuestsError::from)?;
        tx.queue_mail(context.new_mail_id(), &mail, now).await?;
    }
    tx.commit().await?;
    let seen = foresight(context, invite).of(&invite.address, user.mail.is_some(), invitation.route.as_ref()).await?;
    let mut warnings = seen.warnings;
    if invite.send_mail && !may.mail {
        warnings.push(InviteWarning::MailLimit);
    }
    if may.mail && !blocked && invite.cc.is_some() && !copied {
        warnings.push(InviteWarning::NoCopy);
    }
    if blocked {
        warnings.push(InviteWarning::MailBlocked);
    }
    Ok(Invited { invitation, user, mail_queued: may.mail && !blocked, predicted: seen.predicted, warnings })
}

fn foresight<'a>(context: &'a GuestContext<'a>, invite: &Invite) -> Foresight<'a> {
    if invite.ask_provider { Foresight::new(context) } else { Foresight::without_asking(context) }
}

/// The sponsors by address, or else the inviter.
async fn sponsors(tx: &mut dyn Tx, invite: &Invite) -> Result<Vec<UserId>, InviteError> {
    let mut found: Vec<UserId> = Vec::new();
    for address in &invite.sponsors {
        let user = match tx.member(address).await? {
            Some(member) => Some(member),
            None => tx.guest_invited_as(address).await?.filter(|guest| !guest.is_pending()),
        };
        match user.filter(|user| user.account_enabled) {
            Some(user) if !found.contains(&user.id) => found.push(user.id),
            Some(_) => {}
            None => return Err(InviteError::UnknownSponsor(address.clone())),
        }
    }
    match &invite.inviter {
        Inviter::User(user) if found.is_empty() => Ok(vec![user.id]),
        _ => Ok(found),
    }
}

/// A guest who was deleted may have left an open invitation behind; its link must not lead anywhere any more.
async fn end_left_over(tx: &mut dyn Tx, invite: &Invite, now: Timestamp) -> Result<(), InviteError> {
    if let Some(mut left) = tx.open_invitation(&invite.address).await? {
        left.happen(InvitationEvent::Revoke, by(&invite.inviter), now)?;
        tx.update_invitation(&left).await?;
    }
    Ok(())
}

/// Writes down that the link of an open invitation ended, if it did and nobody has yet.
pub(super) async fn note_end(tx: &mut dyn Tx, invitation: &mut Invitation, now: Timestamp) -> Result<(), StoreError> {
    if invitation.has_ended(now) && invitation.happen(InvitationEvent::Expire, None, now).is_ok() {
        // It ended when it ended, not when somebody looked.
        invitation.changed_at = invitation.expires_at.unwrap_or(now);
        tx.update_invitation(invitation).await?;
    }
    Ok(())
}

fn new_invitation(context: &GuestContext<'_>, invite: &Invite, user: UserId, now: Timestamp) -> Invitation {
    let link_life = match invite.link_life {
        LinkLife::TenantDefault => context.tenant.policies.invitation_lifetime,
        LinkLife::For(span) => Some(span),
    };
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
        expires_at: link_life.map(|span| now.plus(span)),
        redeemed_at: None,
        cc: invite.cc.clone(),
        invited_by: by(&invite.inviter),
        route: invite.route.clone(),
        changed_at: now,
        changed_by: by(&invite.inviter),
        link_life,
    }
}

/// The link in an earlier mail keeps working: the id stays, the rest is as asked now.
fn renew(
    context: &GuestContext<'_>,
    invite: &Invite,
    earlier: Invitation,
    now: Timestamp,
) -> Result<Invitation, InvitationRefusal> {
    let fresh = new_invitation(context, invite, earlier.user, now);
    let mut renewed = Invitation {
        id: earlier.id,
        state: earlier.state,
        created_at: earlier.created_at,
        redirect_url: fresh.redirect_url.or(earlier.redirect_url),
        language: fresh.language.or(earlier.language),
        cc: fresh.cc.or(earlier.cc),
        route: fresh.route.or(earlier.route),
        ..fresh
    };
    renewed.happen(InvitationEvent::Renew, by(&invite.inviter), now)?;
    Ok(renewed)
}

/// Who did it, for the history; the operator and applications are nobody of the directory.
pub(super) fn by(inviter: &Inviter) -> Option<UserId> {
    match inviter {
        Inviter::User(user) => Some(user.id),
        Inviter::Operator { .. } | Inviter::Application { .. } => None,
    }
}

fn inviter_name(context: &GuestContext<'_>, invite: &Invite) -> String {
    match &invite.inviter {
        Inviter::Operator { name } => name.clone().unwrap_or_else(|| context.tenant.display_name.clone()),
        Inviter::User(user) => user.display_name.clone(),
        Inviter::Application { .. } => context.tenant.display_name.clone(),
    }
}

/// The guest is in already: more apps, groups and roles, no new binding, no mail.
async fn add_gifts(
    context: &GuestContext<'_>,
    invite: &Invite,
    mut tx: Box<dyn Tx>,
    user: User,
    invitation: Invitation,
) -> Result<Invited, InviteError> {
    give(tx.as_mut(), user.id, &invite.given()).await?;
    let event = event(invite, &user, &invitation).with("state", "already accepted");
    let event = sealed(context, tx.as_mut(), invite, event).await?;
    tx.audit(context.clock.now(), &event).await?;
    tx.commit().await?;
    let seen = foresight(context, invite).of(&invite.address, user.mail.is_some(), None).await?;
    let warnings = vec![InviteWarning::AlreadyAccepted];
    Ok(Invited { invitation, user, mail_queued: false, predicted: seen.predicted, warnings })
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
    actor(invite.given().named_in(event), &invite.inviter)
}
