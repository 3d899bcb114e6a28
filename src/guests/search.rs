//! Look for guests, as the admin page *Guests* and its search box do: a page at a time, each with what needs attention.

use serde::Serialize;

use super::obstacle::obstacle;
use super::predict::{PredictedRoute, Prediction, predict};
use super::show::{GuestSummary, summarize};
use super::{GuestContext, GuestsError};
use crate::model::{Invitation, InvitationState, User, UserId};
use crate::storage::GuestQuery;

pub use crate::storage::{GuestSource, GuestState};

/// Guests on one page.
pub const PAGE: u32 = 50;
/// Longest text that is searched for, in characters.
pub const LONGEST_SEARCH: usize = 100;

/// What to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuestSearch {
    /// A part of the name, the mail or the invited address.
    pub text: String,
    /// Only guests in this state.
    pub state: Option<GuestState>,
    /// Only guests who sign in this way.
    pub source: Option<GuestSource>,
    /// The last guest of the page before.
    pub after: Option<UserId>,
}

/// What somebody should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Attention {
    /// Another object of the directory holds the address: only the redeem URL works.
    NoMail,
    /// The guest's mail server did not take the invitation.
    Bounced,
    /// The guest said no to something.
    Declined,
    /// The link of the invitation ended.
    LinkEnded,
    /// The invitation was revoked.
    Revoked,
    /// Nothing is switched on by which this guest could sign in.
    NoWayIn,
    /// The domain may not be invited any more.
    DomainBlocked,
    /// Access ended by its date.
    AccessEnded,
}

/// One guest of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundGuest {
    /// What every list shows.
    #[serde(flatten)]
    pub summary: GuestSummary,
    /// How a pending guest will sign in.
    #[serde(skip)]
    pub predicted: Option<Prediction>,
    /// When the link ends, if ever.
    pub link_ends: Option<String>,
    /// When access ends, if ever.
    pub access_ends: Option<String>,
    /// What somebody should look at.
    pub attention: Vec<Attention>,
}

/// A page of guests, and how many there are in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GuestPage {
    /// By display name.
    pub guests: Vec<FoundGuest>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<UserId>,
    /// Guests of the tenant, whatever was looked for.
    pub total: u64,
}

/// Looks for guests.
pub async fn search(context: GuestContext<'_>, wanted: &GuestSearch) -> Result<GuestPage, GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    let text: String = wanted.text.trim().chars().take(LONGEST_SEARCH).collect();
    let query = GuestQuery {
        search: Some(text).filter(|text| !text.is_empty()),
        state: wanted.state,
        source: wanted.source.clone(),
        after: wanted.after,
        // One more tells whether there is another page.
        limit: PAGE + 1,
    };
    let mut users = view.guest_page(&query).await?;
    let more = users.len() > PAGE as usize;
    users.truncate(PAGE as usize);
    let next = users.last().map(|user| user.id).filter(|_| more);
    let mut guests = Vec::with_capacity(users.len());
    for user in &users {
        let invitation = view.invitation_of(user.id).await?;
        let mut guest = found(&context, user, invitation.as_ref());
        if let (None, Some(address)) = (&user.mail, &user.invited_address) {
            guest.summary.in_the_way = obstacle(view.as_mut(), context.tenant, address, Some(user.id)).await?;
        }
        guests.push(guest);
    }
    let total = view.guest_count().await?;
    Ok(GuestPage { guests, next, total })
}

fn found(context: &GuestContext<'_>, user: &User, invitation: Option<&Invitation>) -> FoundGuest {
    let address = user.invited_address.as_ref().or(user.mail.as_ref());
    let predicted = address
        .filter(|_| user.is_pending())
        .map(|address| predict(context.tenant, context.snapshot, address, user.mail.is_some()));
    FoundGuest {
        summary: GuestSummary { predicted: predicted.clone(), ..summarize(context, user) },
        attention: attention(context, user, invitation, predicted.as_ref()),
        predicted,
        link_ends: invitation
            .filter(|_| user.is_pending())
            .and_then(|invitation| invitation.expires_at)
            .map(|at| at.to_string()),
        access_ends: user.expires_at.map(|at| at.to_string()),
    }
}

fn attention(
    context: &GuestContext<'_>,
    user: &User,
    invitation: Option<&Invitation>,
    predicted: Option<&Prediction>,
) -> Vec<Attention> {
    let now = context.clock.now();
    let mut found = Vec::new();
    if user.mail.is_none() {
        found.push(Attention::NoMail);
    }
    if let Some(invitation) = invitation.filter(|_| user.is_pending()) {
        found.extend(match invitation.state {
            InvitationState::Bounced => Some(Attention::Bounced),
            InvitationState::Declined => Some(Attention::Declined),
            InvitationState::Revoked => Some(Attention::Revoked),
            InvitationState::Expired => Some(Attention::LinkEnded),
            InvitationState::Pending if !invitation.link_works(now) => Some(Attention::LinkEnded),
            InvitationState::Pending | InvitationState::Accepted => None,
        });
    }
    if predicted.is_some_and(|prediction| prediction.route == PredictedRoute::Nowhere) {
        found.push(Attention::NoWayIn);
    }
    let blocked = |address: &crate::model::EmailAddress| !context.tenant.allows_domain(address.domain());
    if user.invited_address.as_ref().is_some_and(blocked) {
        found.push(Attention::DomainBlocked);
    }
    if user.expires_at.is_some_and(|end| end <= now) {
        found.push(Attention::AccessEnded);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guests::invite::{Invite, Inviter, invite};
    use crate::model::{Contact, ContactId};
    use crate::test_doubles::{Bench, address, contoso};

    async fn with_guests(bench: &Bench, count: usize) {
        for number in 0..count {
            let wish = Invite {
                address: address(&format!("guest{number:03}@fabrikam.example")),
                display_name: Some(format!("Guest {number:03}")),
                ..wish()
            };
            invite(bench.guests(), wish).await.unwrap();
        }
    }

    fn wish() -> Invite {
        Invite { send_mail: false, ..Invite::of(address("guest@fabrikam.example"), Inviter::Operator { name: None }) }
    }

    #[tokio::test]
    async fn pages_follow_each_other_without_gap_or_repetition() {
        let mut bench = Bench::of(contoso());
        bench.limits.invitations_per_day = 10_000;
        with_guests(&bench, 120).await;
        let (mut seen, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = search(bench.guests(), &GuestSearch { after, ..GuestSearch::default() }).await.unwrap();
            seen.extend(page.guests.iter().map(|guest| guest.summary.display_name.clone()));
            pages += 1;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!((pages, seen.len()), (3, 120));
        let mut sorted = seen.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(sorted, seen);
        let eleven = GuestSearch { text: " GUEST 11 ".into(), ..GuestSearch::default() };
        assert_eq!(search(bench.guests(), &eleven).await.unwrap().guests.len(), 10);
    }

    #[tokio::test]
    async fn what_needs_attention_is_said() {
        let mut tenant = contoso();
        tenant.contacts = vec![Contact {
            id: ContactId::new(uuid::Uuid::from_u128(1)),
            display_name: "Casey".into(),
            address: address("guest@fabrikam.example"),
        }];
        let mut bench = Bench::of(tenant);
        invite(bench.guests(), wish()).await.unwrap();
        bench.store.edit(|content| content.invitations[0].1.state = InvitationState::Bounced);
        let attention = |page: GuestPage| page.guests[0].attention.clone();
        let all = GuestSearch::default();
        let found = search(bench.guests(), &all).await.unwrap();
        assert_eq!(attention(found), [Attention::NoMail, Attention::Bounced]);
        bench.store.edit(|content| content.invitations[0].1.state = InvitationState::Pending);
        bench.tenant.contacts.clear();
        bench.tenant.policies.blocked_domains = vec!["fabrikam.example".parse().unwrap()];
        let found = search(bench.guests(), &all).await.unwrap();
        assert_eq!(attention(found), [Attention::NoMail, Attention::DomainBlocked], "the object still has no mail");
    }
}
