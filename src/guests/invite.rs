//! Invite a guest: policy, guest object, invitation, assignments, audit line and mail, in one transaction.

use std::time::Duration;

use super::assign::{Given, actor, give};
use super::foresee::Foresight;
use super::inviters::{InviteRights, rights_of};
use super::obstacle::obstacle;
use super::personal_data::PersonalData;
use super::predict::Prediction;
use super::redirect::RedirectError;
use super::wish::check;
use super::{GuestContext, GuestsError, bar, mail_block};
use crate::clock::{random_bytes, random_guid};
use crate::model::{
    AppId, AppRole, AuditEvent, CreationType, EmailAddress, ExternalUserState, GroupId, Invitation, InvitationEvent,
    InvitationId, InvitationRefusal, InvitationState, RouteOverride, Timestamp, User, UserId, UserType,
};
use crate::short_term::{Key, Kind};
use crate::storage::{StoreError, Tx};

/// Invitations of one person and day, unless an administrator or the operator.
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
        }
    }

    /// Everything that the guest is given.
    pub fn given(&self) -> Given {
        Given { apps: self.apps.clone(), groups: self.groups.clone(), roles: self.roles.clone() }
    }
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
    /// No mail was sent: the owner of the address takes no invitation mails. The invitation stands.
    MailBlocked,
    /// The tenant lets nobody of this domain in (any more).
    DomainBlocked,
    /// The identity provider at which the guest would sign in does not answer at the moment.
    ProviderUnreachable,
}

impl InviteWarning {
    /// What an inviter reads.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::AddressTaken => {
                "a contact or another object of the directory holds this address, so the guest has no mail here. \
                 Direct links will not work; the redeem URL does."
            }
            Self::OnlyByInvitationLink => {
                "this guest may have to make a personal account, which works only through the redeem URL. \
                 Pass that one on; the direct links work afterwards."
            }
            Self::MailLimit => {
                "no mail was sent, because this address was sent enough of them today. Pass the redeem URL on."
            }
            Self::AlreadyAccepted => "this guest accepted an earlier invitation; no mail was sent.",
            Self::NoWayIn => {
                "nothing is switched on by which this guest could sign in: no identity provider for the domain, \
                 no passcode, no personal accounts."
            }
            Self::MailBlocked => {
                "no mail was sent: this address does not take invitation mails. The invitation stands; pass the redeem \
                 URL on in another way."
            }
            Self::DomainBlocked => "guests of this domain may not come in any more; change the domain lists first.",
            Self::ProviderUnreachable => {
                "the identity provider of this guest does not answer at the moment; vestibule idp test tells more."
            }
        }
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
    /// An administrator closed the account, and the guest has left or was erased since.
    #[error(
        "this guest was blocked by an administrator and has left since; an administrator lifts the block with: vestibule guest unblock ADDRESS"
    )]
    Barred,
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
    /// There is no such group.
    #[error("this organization has no group {0}")]
    UnknownGroup(GroupId),
    /// The app has no such role here.
    #[error("the app {0} has no role of this name in this organization")]
    UnknownRole(AppId),
    /// No member, and no guest who accepted, has this address.
    #[error("{0} is nobody here who could be a sponsor")]
    UnknownSponsor(EmailAddress),
    /// Graph `invitedUserSponsors`.
    #[error("a guest has at most five sponsors")]
    TooManySponsors,
    /// An inviter gives no more than what is theirs.
    #[error("you may not give this app, group or role to others")]
    NotYours,
    /// A guest inviter among the guests brings colleagues.
    #[error("you may invite colleagues of {0} only")]
    NoColleague(crate::model::Domain),
    /// The tenant chose how long links live at most.
    #[error("the link may not live longer than this organization's invitations do, nor end at once")]
    LinkLife,
    /// What the override names is not switched on here.
    #[error("guests cannot sign in that way here: {0}")]
    Route(&'static str),
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

impl From<InvitationRefusal> for InviteError {
    /// Only open invitations are renewed, so somebody else was faster: looking again finds what they made.
    fn from(_: InvitationRefusal) -> Self {
        StoreError::Conflict.into()
    }
}

impl From<StoreError> for InviteError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Invites. Inviting an address again renews its pending invitation, whose link stays the same.
pub async fn invite(context: GuestContext<'_>, invite: Invite) -> Result<Invited, InviteError> {
    let rights = rights_of(&context, &invite.inviter).await?.ok_or(InviteError::NotAllowed)?;
    let wish = check(&context, &rights, invite)?;
    spend_quota(&context, &rights, &wish).await?;
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

async fn spend_quota(context: &GuestContext<'_>, rights: &InviteRights, invite: &Invite) -> Result<(), InviteError> {
    let now = context.clock.now();
    let day = now.seconds().div_euclid(86_400);
    let mut budgets = vec![(format!("invitations:{day}"), context.limits.invitations_per_day)];
    if let Inviter::User(user) = &invite.inviter
        && !rights.manages_everybody()
    {
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
    let blocked = may_mail && mail_block::holds_back(context, tx.as_mut(), &user, &invitation).await?;
    if may_mail && !blocked {
        let apps = tx.assigned_apps(user.id).await?;
        let words = context.language_for(&invitation, &user);
        let reply_to = match &invite.inviter {
            Inviter::User(inviter) => inviter.mail.as_ref(),
            Inviter::Operator { .. } | Inviter::Application { .. } => None,
        };
        let named: &[AppId] = if invite.apps.is_empty() { &apps } else { &invite.apps };
        let cc = mail_block::copy_to(context, tx.as_mut(), invite.cc.as_ref()).await?;
        let mail =
            context.invitation_mail(words.as_ref(), &invitation, named, cc, reply_to).map_err(GuestsError::from)?;
        tx.queue_mail(context.new_mail_id(), &mail, now).await?;
    }
    tx.commit().await?;
    let seen = Foresight::new(context).of(&invite.address, user.mail.is_some(), invitation.route.as_ref()).await?;
    let mut warnings = seen.warnings;
    if invite.send_mail && !may_mail {
        warnings.push(InviteWarning::MailLimit);
    }
    if blocked {
        warnings.push(InviteWarning::MailBlocked);
    }
    Ok(Invited { invitation, user, mail_queued: may_mail && !blocked, predicted: seen.predicted, warnings })
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
    let taken = obstacle(tx, context.tenant, &invite.address, None).await?.is_some();
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

/// Once the contact is gone, inviting again mends the guest; the original wants five steps for that.
async fn regain_mail(
    context: &GuestContext<'_>,
    tx: &mut dyn Tx,
    user: &mut User,
    address: &EmailAddress,
) -> Result<(), StoreError> {
    if user.mail.is_none() && obstacle(tx, context.tenant, address, Some(user.id)).await?.is_none() {
        user.mail = Some(address.clone());
        user.other_mails.retain(|other| other != address);
    }
    Ok(())
}

/// From the second attempt on with a number before `#EXT#`.
fn principal_name(name: &str, attempt: u32) -> String {
    match name.split_once("#EXT#") {
        Some((left, right)) if attempt > 1 => format!("{left}_{attempt}#EXT#{right}"),
        _ => name.to_owned(),
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
    let seen = Foresight::new(context).of(&invite.address, user.mail.is_some(), None).await?;
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
