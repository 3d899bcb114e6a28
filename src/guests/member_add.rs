//! Add a member: a user of the tenant itself, who sets the first password through a one-time link.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::wish::is_name;
use super::{GuestContext, GuestsError};
use crate::app::App;
use crate::clock::{random_bytes, random_guid};
use crate::keys::sha256;
use crate::model::{AuditEvent, EmailAddress, Secret, TenantId, Timestamp, User, UserId, UserType};
use crate::short_term::{Key, Kind, ShortTermError};
use crate::signin::password::{PasswordError, PasswordFault, Passwords, check_new_password};
use crate::signin::proofs;
use crate::storage::StoreError;

/// How long the link lives (decision 2).
const LINK_LIFE: Duration = Duration::from_secs(15 * 60);

/// Whom to add.
#[derive(Clone, Debug)]
pub struct AddMember {
    /// An address in a verified domain of the tenant.
    pub address: EmailAddress,
    /// Name; the address if none is given.
    pub display_name: Option<String>,
    /// Whether the member administers the tenant.
    pub admin: bool,
}

/// The member, and how the password is set.
#[derive(Clone, Debug)]
pub struct MemberAdded {
    /// The member.
    pub user: User,
    /// Whether the member was there before; then the link sets a new password.
    pub existed: bool,
    /// The one-time link: a secret, to be handed to the member alone.
    pub link: Secret,
    /// When the link ends.
    pub link_ends: Timestamp,
}

/// Why there is no member or no password.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// Decision 2.
    #[error("a member's address lies in a verified domain of the organization, and {0} is none")]
    ForeignDomain(crate::model::Domain),
    /// Too long, or control characters.
    #[error("the display name is too long or holds characters that are not allowed")]
    Name,
    /// The link was used or is over.
    #[error("this link was used already or has ended; ask for a new one")]
    LinkGone,
    /// Not good enough.
    #[error(transparent)]
    Password(#[from] PasswordFault),
    /// Busy.
    #[error(transparent)]
    Hashing(#[from] PasswordError),
    /// Something below failed.
    #[error(transparent)]
    Failed(#[from] GuestsError),
}

impl From<StoreError> for MemberError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<ShortTermError> for MemberError {
    fn from(error: ShortTermError) -> Self {
        Self::Failed(error.into())
    }
}

/// The one live link of a member: a newer one replaces it, and using it ends it.
#[derive(Serialize, Deserialize)]
struct Link {
    token: [u8; 32],
}

/// Adds a member, or makes a new link for one who is there.
pub async fn add_member(context: GuestContext<'_>, wish: AddMember) -> Result<MemberAdded, MemberError> {
    if !context.tenant.owns(wish.address.domain()) {
        return Err(MemberError::ForeignDomain(wish.address.domain().clone()));
    }
    if !wish.display_name.as_ref().is_none_or(|name| is_name(name)) {
        return Err(MemberError::Name);
    }
    let now = context.clock.now();
    let mut tx = context.store.begin(context.tenant.id).await?;
    let known = tx.member(&wish.address).await?;
    let existed = known.is_some();
    let activity = if existed { "Reset password" } else { "Add user" };
    let user = match known {
        Some(mut user) => {
            user.admin |= wish.admin;
            tx.update_user(&user).await?;
            user
        }
        None => {
            let user = new_member(&context, &wish, now);
            tx.insert_user(&user).await?;
            user
        }
    };
    tx.audit(now, &AuditEvent::success(activity).on(user.id).with("admin", user.admin)).await?;
    tx.commit().await?;
    let secret = data_encoding::BASE64URL_NOPAD.encode(&random_bytes::<32>(context.random));
    let value =
        serde_json::to_vec(&Link { token: sha256(secret.as_bytes()) }).map_err(|error| ShortTermError(error.into()))?;
    context.short_term.put(&place(&context, user.id), &value, LINK_LIFE).await?;
    let link = Secret::new(context.urls.set_password(context.tenant.id, &format!("{}.{secret}", user.id)));
    Ok(MemberAdded { user, existed, link, link_ends: now.plus(LINK_LIFE) })
}

/// Whose password a link sets, without using it up, for the page.
pub async fn member_of_link(context: GuestContext<'_>, token: &str) -> Result<Option<User>, MemberError> {
    let Some((user, secret)) = parts(token) else { return Ok(None) };
    let Some(value) = context.short_term.get(&place(&context, user)).await? else { return Ok(None) };
    if !fits(&value, secret) {
        return Ok(None);
    }
    let mut view = context.store.read(context.tenant.id).await?;
    Ok(view.user(user).await?.filter(|user| user.account_enabled))
}

/// A password that was set, and what it ended.
#[derive(Clone, Debug)]
pub struct PasswordSet {
    /// The member.
    pub user: User,
    /// Whose sessions: the member's here, and those of the guest that the member is elsewhere.
    ended: Vec<(TenantId, UserId)>,
    /// When they ended.
    at: Timestamp,
}

/// Sets the password through a link, which is used up by it. What the member began here and abroad is over, and no passkey of
/// before signs in by itself any more: whoever had the old password may have planted it. What else becomes of them is said by
/// [`crate::model::Factors::drop_planted`], so that a link alone does not go round a second step that is demanded.
pub async fn set_password(
    context: GuestContext<'_>,
    passwords: &Passwords,
    token: &str,
    password: &Secret,
) -> Result<PasswordSet, MemberError> {
    let user = member_of_link(context, token).await?.ok_or(MemberError::LinkGone)?;
    let address = user.mail.as_ref().map(|mail| mail.as_str().to_owned()).unwrap_or_default();
    let mut known = vec![address.as_str(), &user.display_name, &context.tenant.display_name, context.brand];
    known.extend(context.tenant.domains.iter().map(|domain| domain.as_str()));
    check_new_password(password, &known)?;
    let hash = passwords.hash(password).await?;
    // Taken last, so that a refused password leaves the link for another try; of two at once, one gets it.
    let taken = context.short_term.take(&place(&context, user.id)).await?.ok_or(MemberError::LinkGone)?;
    // A newer link was made while this password was hashed: it stands, and this one is over.
    if !parts(token).is_some_and(|(_, secret)| fits(&taken, secret)) {
        context.short_term.put(&place(&context, user.id), &taken, LINK_LIFE).await?;
        return Err(MemberError::LinkGone);
    }
    let mut tx = context.store.begin(context.tenant.id).await?;
    let now = context.clock.now();
    tx.set_password(user.id, &hash).await?;
    tx.suspend_passkeys(user.id, now).await?;
    let mut factors = tx.factors(user.id).await?;
    if factors.drop_planted(context.tenant.demands_second_factor(user.user_type, user.admin)) {
        tx.keep_factors(user.id, &factors).await?;
        let event = AuditEvent::success("User deleted security info").by(user.id).on(user.id).with("method", "fido2");
        tx.audit(now, &event).await?;
    }
    let ended = proofs::end_member(tx.as_mut(), context.urls, context.tenant.id, user.id, now).await?;
    tx.audit(now, &AuditEvent::success("Change password").by(user.id).on(user.id)).await?;
    tx.commit().await?;
    Ok(PasswordSet { user, ended, at: now })
}

/// Sets the password through a link, and ends every session of the member, here, abroad and now.
pub async fn set_password_and_end_sessions(
    app: &App,
    context: GuestContext<'_>,
    token: &str,
    password: &Secret,
) -> Result<User, MemberError> {
    let set = set_password(context, &app.passwords, token, password).await?;
    proofs::end_member_sessions(app, (context.tenant.id, set.user.id), &set.ended, set.at).await?;
    Ok(set.user)
}

fn place(context: &GuestContext<'_>, user: UserId) -> Key {
    Key::of(context.tenant.id, Kind::OneTimeLink, format!("set-password:{user}"))
}

/// Whose link it is, and the secret in it.
fn parts(token: &str) -> Option<(UserId, &str)> {
    let (user, secret) = token.split_once('.')?;
    Some((user.parse().ok()?, secret))
}

/// The secret is a credential: only its hash is kept, and compared in constant time.
fn fits(kept: &[u8], secret: &str) -> bool {
    let link = serde_json::from_slice::<Link>(kept);
    link.is_ok_and(|link| {
        subtle::ConstantTimeEq::ct_eq(link.token.as_slice(), sha256(secret.as_bytes()).as_slice()).into()
    })
}

fn new_member(context: &GuestContext<'_>, wish: &AddMember, now: Timestamp) -> User {
    User {
        id: UserId::new(random_guid(context.random)),
        user_principal_name: wish.address.to_string(),
        display_name: wish.display_name.clone().unwrap_or_else(|| wish.address.to_string()),
        user_type: UserType::Member,
        creation_type: None,
        external_user_state: None,
        external_user_state_changed_at: None,
        mail: Some(wish.address.clone()),
        invited_address: None,
        other_mails: Vec::new(),
        identity: None,
        account_enabled: true,
        preferred_language: None,
        admin: wish.admin,
        guest_inviter: false,
        sponsors: Vec::new(),
        expires_at: None,
        deleted_at: None,
        created_at: now,
        last_sign_in_at: None,
    }
}
