//! How many invitations and invitation mails a day may see (attack row B15).

use std::time::Duration;

use super::invite::{Invite, Inviter};
use super::invite_error::InviteError;
use super::inviters::InviteRights;
use super::{GuestContext, GuestsError};
use crate::model::{EmailAddress, Timestamp};
use crate::short_term::{Key, Kind};

/// Invitations of one person and day, unless an administrator or the operator.
const PER_INVITER: u64 = 200;
/// Invitation mails to one address of one tenant and day (row B15).
pub(super) const MAILS_PER_ADDRESS: u64 = 3;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// What the limits on mails to one address leave.
#[derive(Clone, Copy)]
pub(super) struct May {
    /// The mail to the guest.
    pub(super) mail: bool,
    /// The copy.
    pub(super) copy: bool,
}

impl May {
    /// Counts the mails that this wish is about.
    pub(super) async fn of(context: &GuestContext<'_>, wish: &Invite) -> Result<Self, GuestsError> {
        Ok(Self {
            mail: wish.send_mail && may_mail_to(context, &wish.address).await?,
            copy: match &wish.cc {
                Some(cc) if wish.send_mail => may_mail_to(context, cc).await?,
                _ => false,
            },
        })
    }
}

/// Counts one more invitation mail to `address`, as its recipient or as the reader of a copy (row B15).
pub(super) async fn may_mail_to(context: &GuestContext<'_>, address: &EmailAddress) -> Result<bool, GuestsError> {
    Ok(context.short_term.count(&mails_key(context, address), DAY).await? <= MAILS_PER_ADDRESS)
}

/// Spends what one invitation costs, of the tenant's day and of its inviter's.
pub(super) async fn spend_quota(
    context: &GuestContext<'_>,
    rights: &InviteRights,
    invite: &Invite,
) -> Result<(), InviteError> {
    let now = context.clock.now();
    let day = now.seconds().div_euclid(86_400);
    let mut budgets = vec![(format!("invitations:{day}"), context.limits.invitations_per_day)];
    if let Inviter::User(user) = &invite.inviter
        && !rights.manages_everybody()
    {
        budgets.push((format!("invitations:{day}:{}", user.id), PER_INVITER));
    }
    // A copy is one more mail, and counts like one.
    let mails = if invite.send_mail && invite.cc.is_some() { 2 } else { 1 };
    for (id, most) in budgets {
        let key = Key::of(context.tenant.id, Kind::Limit, id);
        for _ in 0..mails {
            if context.short_term.count(&key, DAY).await.map_err(GuestsError::from)? > most {
                let tomorrow = Timestamp::from_seconds((day + 1) * 86_400);
                return Err(InviteError::TooMany { retry_after: tomorrow.since(now) });
            }
        }
    }
    Ok(())
}

/// Counts invitation mails to one address; the address is hashed, since keys are not for personal data.
fn mails_key(context: &GuestContext<'_>, address: &EmailAddress) -> Key {
    Key::of(context.tenant.id, Kind::Limit, format!("invitation-mails:{}", super::digest(address.as_str())))
}
