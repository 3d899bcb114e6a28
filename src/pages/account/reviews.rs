//! The page of a review of access: those who were asked say of each guest whether to keep or to remove.

use axum::body::Body;
use axum::extract::Path;

use super::views::{AccessReviewPage, ReviewedGuest};
use super::{form, signed_in};
use crate::guests::access_review::{self, ReviewError, Reviewed};
use crate::guests::life::By;
use crate::model::{AccessDecision, AccessReviewId, SessionRecord, UserId};
use crate::pages::answers::read;
use crate::pages::chrome::Chrome;
use crate::pages::notice::Notice;
use crate::pages::visit::{Answer, Here};
use crate::signin::Visit;
use crate::web::interstitial::see_other;
use crate::web::render;

/// `GET /{tenant}/reviews/{review}`.
pub async fn show(here: Here, Path((tenant, review)): Path<(String, String)>) -> Answer {
    let Ok(id) = review.parse::<AccessReviewId>() else { return here.notice(None, Notice::NotFound) };
    let (visit, scene, session) = match signed_in(&here, &tenant, &format!("reviews/{id}")).await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let reviewed = match access_review::show(&here.app, &visit.tenant, id).await {
        Ok(reviewed) => reviewed,
        Err(error) => return refuse(&here, &visit, &error),
    };
    let chrome = here.chrome_of(&visit, &scene);
    let guests = guests_of(&chrome, &reviewed, &session);
    // Whoever was not asked learns nothing, not even that there is a review.
    if guests.is_empty() {
        return here.notice(Some(&visit.tenant), Notice::NotFound);
    }
    let review = &reviewed.review;
    render::page(&AccessReviewPage {
        form: form(&here, &visit, &session, &format!("reviews/{id}")),
        day: review.ends_at.to_string().chars().take(10).collect(),
        open: review.is_open(here.app.clock.now()),
        no_answer: chrome.say(match review.no_answer {
            AccessDecision::Keep => "review-access-unanswered-keep",
            AccessDecision::Remove => "review-access-unanswered-remove",
        }),
        guests,
        chrome,
    })
}

/// `POST /{tenant}/reviews/{review}`: one answer.
pub async fn decide(here: Here, Path((tenant, review)): Path<(String, String)>, body: Body) -> Answer {
    let fields = match read(&here, body).await {
        Ok(fields) => fields,
        Err(answer) => return *answer,
    };
    let Ok(id) = review.parse::<AccessReviewId>() else { return here.notice(None, Notice::NotFound) };
    let path = format!("reviews/{id}");
    let (visit, _, session) = match signed_in(&here, &tenant, &path).await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let back = format!("/{}/{path}", visit.tenant.id);
    if !here.is_ours(&visit, Some(session.user), &fields) {
        let mut answer = here.notice(Some(&visit.tenant), Notice::StartAgain { url: Some(back) });
        *answer.status_mut() = http::StatusCode::FORBIDDEN;
        return answer;
    }
    let (Ok(guest), Some(decision)) =
        (fields.text("guest").parse::<UserId>(), AccessDecision::parse(fields.text("decision")))
    else {
        return see_other(&back);
    };
    match access_review::decide(&here.app, &visit.tenant, By::User(session.user), id, guest, decision).await {
        Ok(()) | Err(ReviewError::Over) => see_other(&back),
        Err(error) => refuse(&here, &visit, &error),
    }
}

fn refuse(here: &Here, visit: &Visit, error: &ReviewError) -> Answer {
    match error {
        ReviewError::NoSuchReview | ReviewError::NotInReview | ReviewError::NotAsked => {
            here.notice(Some(&visit.tenant), Notice::NotFound)
        }
        _ => here.broken(Some(&visit.tenant), error),
    }
}

/// The guests that this person was asked about and who are still here.
fn guests_of(chrome: &Chrome, reviewed: &Reviewed, session: &SessionRecord) -> Vec<ReviewedGuest> {
    reviewed
        .items
        .iter()
        .filter(|(item, _)| item.reviewers.contains(&session.user))
        .filter_map(|(item, user)| {
            let user = user.as_ref()?;
            let address = user.invited_address.as_ref().or(user.mail.as_ref())?;
            Some(ReviewedGuest {
                id: user.id.to_string(),
                name: user.display_name.clone(),
                address: address.to_string(),
                last_sign_in: match user.last_sign_in_at {
                    Some(at) => {
                        let day = at.to_string().chars().take(10).collect::<String>();
                        chrome.say_with("review-access-last", "day", &day)
                    }
                    None => chrome.say("review-access-never"),
                },
                decision: item.decision.map(AccessDecision::as_str),
            })
        })
        .collect()
}
