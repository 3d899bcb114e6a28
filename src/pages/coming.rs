//! New versions of terms before they are asked for: what tells guests of them, and the page to read and accept one early.

use axum::body::Body;
use axum::extract::Path;

use super::account::{form, signed_in};
use super::answers::read as read_form;
use super::consent::Early as EarlyView;
use super::field_error::FieldError;
use super::journey::Remark;
use super::notice::Notice;
use super::terms::{Place, page};
use super::visit::{Answer, Here};
use crate::consent::early::{Early, EarlyError, accept as accept_early};
use crate::consent::needed::coming;
use crate::consent::record::ConsentError;
use crate::model::{AgreementId, SessionRecord, Timestamp};
use crate::signin::{Scene, Visit};
use crate::web::interstitial::see_other;
use crate::web::render;

/// A new version that the guest may accept already.
#[derive(Clone, Debug)]
pub struct ComingLine {
    /// Its title.
    pub title: String,
    /// Language of the title (BCP 47).
    pub language: String,
    /// The day on which what was accepted before stops counting.
    pub day: String,
    /// The page that shows it.
    pub url: String,
}

/// What there is to tell whoever is signed in.
pub fn lines(here: &Here, visit: &Visit, scene: &Scene) -> Vec<ComingLine> {
    let Some(session) = &scene.session else { return Vec::new() };
    coming(&visit.tenant, &session.acceptances, here.app.clock.now())
        .filter_map(|coming| {
            let file = coming.agreement.file_for(&[coming.language.to_owned()])?;
            Some(ComingLine {
                title: file.title.clone(),
                language: file.language.clone(),
                day: day(coming.until),
                url: url(visit, coming.agreement.id),
            })
        })
        .collect()
}

/// `GET /{tenant}/account/terms/{agreement}`: the new version, to read and to accept before anybody has to.
pub async fn read(here: Here, Path((tenant, agreement)): Path<(String, String)>) -> Answer {
    // Only an id goes into the ticket, and so into the address to which whoever signs in first is sent.
    let path = match agreement.parse::<AgreementId>() {
        Ok(id) => format!("account/terms/{id}"),
        Err(_) => "account/accepted".to_owned(),
    };
    match signed_in(&here, &tenant, &path).await {
        Ok((visit, scene, session)) => show(&here, &visit, &scene, &session, &agreement, Remark::default()).await,
        Err(answer) => *answer,
    }
}

/// `POST /{tenant}/account/terms/{agreement}`.
pub async fn accept(here: Here, Path((tenant, agreement)): Path<(String, String)>, body: Body) -> Answer {
    let fields = match read_form(&here, body).await {
        Ok(fields) => fields,
        Err(answer) => return *answer,
    };
    let (visit, scene, session) = match signed_in(&here, &tenant, "account/accepted").await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    if !here.is_ours(&visit, Some(session.user), &fields) {
        let mut answer = here.notice(Some(&visit.tenant), Notice::StartAgain { url: Some(list_url(&visit)) });
        *answer.status_mut() = http::StatusCode::FORBIDDEN;
        return answer;
    }
    let Some(id) = agreement.parse().ok().filter(|_| fields.text("answer") == "accept") else {
        return see_other(&list_url(&visit));
    };
    let (version, language) = (fields.text("version"), fields.text("language"));
    let wish = Early { agreement: id, version, language, network: &visit.network };
    match accept_early(&here.app, &visit.tenant, &session, wish).await {
        Ok(facts) => match here.app.sessions.replace(facts).await {
            Ok(()) => see_other(&list_url(&visit)),
            Err(error) => here.broken(Some(&visit.tenant), &error),
        },
        Err(EarlyError::NotViewed) => {
            let remark = Remark { error: Some(FieldError::NotViewed), typed: language.to_owned(), done: false };
            show(&here, &visit, &scene, &session, &agreement, remark).await
        }
        // Something newer was published while this was read, or it was accepted in another tab.
        Err(EarlyError::Consent(ConsentError::Outdated)) => see_other(&url(&visit, id)),
        // The next page finds out what became of the guest.
        Err(EarlyError::Consent(ConsentError::Gone)) => see_other(&list_url(&visit)),
        Err(error @ (EarlyError::Consent(ConsentError::Store(_)) | EarlyError::ShortTerm(_))) => {
            here.broken(Some(&visit.tenant), &error)
        }
    }
}

async fn show(
    here: &Here,
    visit: &Visit,
    scene: &Scene,
    session: &SessionRecord,
    agreement: &str,
    remark: Remark,
) -> Answer {
    let now = here.app.clock.now();
    let found = coming(&visit.tenant, &session.acceptances, now)
        .find(|coming| agreement.parse::<AgreementId>().is_ok_and(|id| coming.agreement.id == id));
    // Accepted meanwhile, or asked for by now on the way to every app.
    let Some(found) = found else { return see_other(&list_url(visit)) };
    let place = Place {
        form: form(here, visit, session, &format!("account/terms/{}", found.agreement.id)),
        address: format!("{}?", url(visit, found.agreement.id)),
        number: 1,
        of: 1,
        early: Some(EarlyView { until: day(found.until), back_url: list_url(visit) }),
        language: Some(found.language.to_owned()),
    };
    match page(here, visit, scene, session, found.agreement, place, remark).await {
        Ok(page) => render::page(&page),
        Err(answer) => *answer,
    }
}

fn url(visit: &Visit, agreement: AgreementId) -> String {
    format!("/{}/account/terms/{agreement}", visit.tenant.id)
}

fn list_url(visit: &Visit) -> String {
    format!("/{}/account/accepted", visit.tenant.id)
}

/// The day of a time (UTC), read the same way in every language.
fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
