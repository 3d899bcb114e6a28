//! What an invitation would do, without doing it: for dry runs, and for a form before its button.

use serde::Serialize;

use super::foresee::Foresight;
use super::invite::{Invite, InviteError, InviteWarning};
use super::inviters::rights_of;
use super::obstacle::{Obstacle, obstacle};
use super::predict::Prediction;
use super::wish::check;
use super::{GuestContext, bar};
use crate::model::{EmailAddress, InvitationState, User};

/// What would become of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// A new guest.
    New,
    /// A guest who is known and gets a new invitation or the old one again.
    Renewed,
    /// A guest who accepted and gets apps, groups and roles, and no mail.
    AlreadyAccepted,
}

impl Outcome {
    /// In a sentence that begins with the address.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::New => "would be invited",
            Self::Renewed => "is invited already and would be invited again",
            Self::AlreadyAccepted => "accepted already and would be assigned",
        }
    }
}

/// What would happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// Whom.
    pub address: EmailAddress,
    /// What.
    pub outcome: Outcome,
    /// The way the guest will sign in.
    pub predicted: Prediction,
    /// What may stop the guest.
    pub warnings: Vec<InviteWarning>,
    /// What holds the address already.
    pub in_the_way: Option<Obstacle>,
}

/// Says what [`super::invite::invite`] would do with this wish, or why it would refuse it. Spends no quota.
pub async fn preview(context: &GuestContext<'_>, wish: Invite) -> Result<Preview, InviteError> {
    let rights = rights_of(context, &wish.inviter).await?.ok_or(InviteError::NotAllowed)?;
    let wish = check(context, &rights, wish)?;
    let mut view = context.store.read(context.tenant.id).await?;
    for sponsor in &wish.sponsors {
        if super::inviter_role::person(view.as_mut(), sponsor).await?.is_none_or(|user| user.is_pending()) {
            return Err(InviteError::UnknownSponsor(sponsor.clone()));
        }
    }
    let known = view.guest_invited_as(&wish.address).await?;
    let before = match &known {
        Some(user) => view.invitation_of(user.id).await?,
        None => None,
    };
    let revoked = before.as_ref().is_some_and(|earlier| earlier.state == InvitationState::Revoked);
    let closed = |user: &User| !user.account_enabled && (!user.is_pending() || !revoked);
    if known.as_ref().is_some_and(closed) {
        return Err(InviteError::Blocked);
    }
    let addresses = std::iter::once(&wish.address);
    if known.is_none() && bar::is_barred(view.as_mut(), context.keys, context.tenant.id, addresses, None).await? {
        return Err(InviteError::Barred);
    }
    let outcome = match &known {
        None => Outcome::New,
        Some(user) if user.is_pending() => Outcome::Renewed,
        Some(_) => Outcome::AlreadyAccepted,
    };
    let in_the_way = obstacle(view.as_mut(), context.tenant, &wish.address, known.map(|user| user.id)).await?;
    let route = wish.route.as_ref().or(before.as_ref().and_then(|earlier| earlier.route.as_ref()));
    let seen = Foresight::new(context).of(&wish.address, in_the_way.is_none(), route).await?;
    Ok(Preview { address: wish.address, outcome, predicted: seen.predicted, warnings: seen.warnings, in_the_way })
}
