//! Review access: ask those who answer for guests whether each shall stay, and do what they say.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::delete::into_bin;
use super::life::{By, LifeError, end_sessions};
use crate::app::App;
use crate::clock::random_guid;
use crate::mail::notice::{Notice, REVIEW_REQUEST, notice};
use crate::model::{
    AccessDecision, AccessReview, AccessReviewId, AccessReviewItem, AuditEvent, Removal, Tenant, Timestamp, User,
    UserId, UserType,
};
use crate::snapshot::Snapshot;
use crate::storage::{Tx, UserFilter};

/// Most guests of one review.
const MOST: u32 = 100_000;

/// How to review.
#[derive(Clone, Copy, Debug)]
pub struct Campaign {
    /// How long answers are taken.
    pub lasts: Duration,
    /// What counts where nobody answered.
    pub no_answer: AccessDecision,
    /// How guests are removed.
    pub removal: Removal,
}

/// Why a review was not started, answered or carried out.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// No such review.
    #[error("there is no such review of access in this organization")]
    NoSuchReview,
    /// Answers are no longer taken.
    #[error("this review of access is over")]
    Over,
    /// The guest is not part of it.
    #[error("this guest is not part of the review")]
    NotInReview,
    /// Somebody else answers for this guest.
    #[error("somebody else was asked about this guest")]
    NotAsked,
    /// Nobody to review.
    #[error("this organization has no guests to review")]
    NoGuests,
    /// Something below failed.
    #[error(transparent)]
    Failed(#[from] LifeError),
}

impl From<crate::storage::StoreError> for ReviewError {
    fn from(error: crate::storage::StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// A review with the people in it, for lists and pages.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// The campaign.
    pub review: AccessReview,
    /// Its guests; `None` for one who is gone.
    pub items: Vec<(AccessReviewItem, Option<User>)>,
}

/// Starts a review of all guests: the campaign, its mails and its audit line in one transaction.
pub async fn start(
    app: &App,
    snapshot: &Snapshot,
    tenant: &Tenant,
    by: By,
    campaign: Campaign,
) -> Result<AccessReview, ReviewError> {
    let now = app.clock.now();
    let review = AccessReview {
        id: AccessReviewId(random_guid(app.random.as_ref())),
        started_at: now,
        ends_at: now.plus(campaign.lasts),
        no_answer: campaign.no_answer,
        removal: campaign.removal,
        applied_at: None,
    };
    let mut tx = app.store.begin(tenant.id).await?;
    let guests = tx.users(UserFilter { user_type: Some(UserType::Guest), limit: MOST }).await?;
    if guests.is_empty() {
        return Err(ReviewError::NoGuests);
    }
    let mut items = Vec::with_capacity(guests.len());
    let mut asked: BTreeMap<UserId, Vec<&str>> = BTreeMap::new();
    for guest in &guests {
        let reviewers = reviewers(tx.as_mut(), guest).await?;
        for reviewer in &reviewers {
            asked.entry(*reviewer).or_default().push(&guest.display_name);
        }
        items.push(AccessReviewItem {
            user: guest.id,
            reviewers,
            decision: None,
            decided_by: None,
            decided_at: None,
            applied: None,
        });
    }
    tx.insert_access_review(&review, &items).await?;
    let event = AuditEvent::success("Create access review").with("review", review.id);
    tx.audit(now, &by.sign(event.with("guests", items.len()))).await?;
    let context = super::context(app, snapshot, tenant);
    let link = app.urls.access_review(tenant.id, review.id);
    let day = day_of(review.ends_at);
    for (reviewer, guests) in asked {
        let Some(person) = tx.user(reviewer).await? else { continue };
        let Some(mail) = &person.mail else { continue };
        let languages: Vec<String> = person.preferred_language.iter().chain([&tenant.language]).cloned().collect();
        let guests = some_of(&guests);
        let letter = Notice {
            brand: &app.settings.brand,
            host: super::host_of(app.urls.origin()),
            tenant: Some(tenant),
            to: mail,
            wording: &REVIEW_REQUEST,
            variables: &[("guests", guests.as_str()), ("date", day.as_str())],
            url: Some(&link),
        };
        let mail = notice(&app.texts.language(&languages), &letter).map_err(LifeError::from)?;
        tx.queue_mail(context.new_mail_id(), &mail, now).await?;
    }
    tx.commit().await?;
    app.mail_queued.notify_one();
    Ok(review)
}

/// Who answers for a guest: the sponsors, else who invited. Only people who can still sign in.
async fn reviewers(tx: &mut dyn Tx, guest: &User) -> Result<Vec<UserId>, ReviewError> {
    let mut asked = BTreeSet::new();
    for sponsor in &guest.sponsors {
        if *sponsor != guest.id && tx.user(*sponsor).await?.is_some_and(|user| user.account_enabled) {
            asked.insert(*sponsor);
        }
    }
    if asked.is_empty()
        && let Some(inviter) = tx.invitation_of(guest.id).await?.and_then(|invitation| invitation.invited_by)
        && inviter != guest.id
        && tx.user(inviter).await?.is_some_and(|user| user.account_enabled)
    {
        asked.insert(inviter);
    }
    Ok(asked.into_iter().collect())
}

/// A review with its guests.
pub async fn show(app: &App, tenant: &Tenant, id: AccessReviewId) -> Result<Reviewed, ReviewError> {
    let mut read = app.store.read(tenant.id).await?;
    let review = read.access_review(id).await?.ok_or(ReviewError::NoSuchReview)?;
    let mut items = Vec::new();
    for item in read.access_review_items(id).await? {
        let user = read.user(item.user).await?;
        items.push((item, user));
    }
    items.sort_by(|(_, one), (_, other)| {
        let name = |user: &Option<User>| user.as_ref().map(|user| user.display_name.to_lowercase());
        name(one).cmp(&name(other))
    });
    Ok(Reviewed { review, items })
}

/// The reviews of a tenant, newest first.
pub async fn list(app: &App, tenant: &Tenant) -> Result<Vec<AccessReview>, ReviewError> {
    Ok(app.store.read(tenant.id).await?.access_reviews(100).await?)
}

/// Answers for one guest. Whoever was asked may answer, and so may administrators; the last answer counts.
pub async fn decide(
    app: &App,
    tenant: &Tenant,
    by: By,
    id: AccessReviewId,
    guest: UserId,
    decision: AccessDecision,
) -> Result<(), ReviewError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let review = tx.access_review(id).await?.ok_or(ReviewError::NoSuchReview)?;
    if !review.is_open(now) {
        return Err(ReviewError::Over);
    }
    let mut item = tx.access_review_item(id, guest).await?.ok_or(ReviewError::NotInReview)?;
    let decided_by = match by {
        By::User(reviewer) => {
            let person = tx.user(reviewer).await?.filter(|user| user.account_enabled).ok_or(ReviewError::NotAsked)?;
            let admin = person.admin && person.user_type == UserType::Member;
            if !admin && !item.reviewers.contains(&reviewer) {
                return Err(ReviewError::NotAsked);
            }
            Some(reviewer)
        }
        By::Application(_) => return Err(ReviewError::NotAsked),
        By::Operator | By::Clock => None,
    };
    (item.decision, item.decided_by, item.decided_at) = (Some(decision), decided_by, Some(now));
    tx.update_access_review_item(id, &item).await?;
    let event = AuditEvent::success("Record access review decision").on(guest).with("review", id);
    tx.audit(now, &by.sign(event.with("decision", decision.as_str()))).await?;
    tx.commit().await?;
    Ok(())
}

/// Carries a review out: guests whom somebody wants to keep stay, the others go, and where nobody answered the campaign's
/// own rule counts. One transaction for each guest, so that a crash leaves none half done; carrying it out again goes on.
pub async fn apply(app: &App, tenant: &Tenant, by: By, id: AccessReviewId) -> Result<Reviewed, ReviewError> {
    let before = show(app, tenant, id).await?;
    if before.review.applied_at.is_some() {
        return Ok(before);
    }
    for (item, _) in before.items.iter().filter(|(item, _)| item.applied.is_none()) {
        apply_one(app, tenant, by, &before.review, item.user).await?;
    }
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let mut review = tx.access_review(id).await?.ok_or(ReviewError::NoSuchReview)?;
    if review.applied_at.is_none() {
        review.applied_at = Some(now);
        review.ends_at = review.ends_at.min(now);
        tx.update_access_review(&review).await?;
        tx.audit(now, &by.sign(AuditEvent::success("Apply access review").with("review", id))).await?;
        tx.commit().await?;
    } else {
        drop(tx);
    }
    show(app, tenant, id).await
}

async fn apply_one(app: &App, tenant: &Tenant, by: By, review: &AccessReview, id: UserId) -> Result<(), ReviewError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let item = tx.access_review_item(review.id, id).await?;
    let Some(mut item) = item.filter(|item| item.applied.is_none()) else { return Ok(()) };
    let user = tx.user(id).await?;
    let decision = item.decision.unwrap_or(review.no_answer);
    let (done, ended) = match (user, decision, review.removal) {
        (None, _, _) => ("gone", false),
        (Some(_), AccessDecision::Keep, _) => ("kept", false),
        (Some(mut user), AccessDecision::Remove, Removal::Block) => {
            user.account_enabled = false;
            tx.update_user(&user).await?;
            tx.bump_epoch(Some(id), now).await?;
            ("blocked", true)
        }
        (Some(user), AccessDecision::Remove, Removal::Delete) => {
            into_bin(app, tx.as_mut(), tenant.id, user, now).await?;
            ("deleted", true)
        }
    };
    item.applied = Some(done.to_owned());
    tx.update_access_review_item(review.id, &item).await?;
    let activity = match done {
        "blocked" => "Disable account",
        "deleted" => "Delete external user",
        _ => "Apply access review decision",
    };
    let event = AuditEvent::success(activity).on(id).with("review", review.id).with("outcome", done);
    tx.audit(now, &by.sign(event)).await?;
    tx.commit().await?;
    if ended {
        end_sessions(app, tenant.id, id, now).await?;
    }
    Ok(())
}

/// The first names of a list; the page shows all.
fn some_of(names: &[&str]) -> String {
    let more = if names.len() > 10 { ", …" } else { "" };
    format!("{}{more}", names.iter().take(10).copied().collect::<Vec<_>>().join(", "))
}

/// The day of a time, in UTC.
pub(super) fn day_of(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
