//! One document of terms in a journey: shown, opened where that is demanded, and its PDF file.

use std::sync::Arc;

use axum::extract::Path;
use http::Response;

use super::assets;
use super::chrome::Form;
use super::consent::{DocumentLanguage, Early, TermsDocument, TermsOfUse};
use super::journey::Remark;
use super::notice::Notice;
use super::visit::{Answer, Here};
use crate::consent::needed::needed;
use crate::consent::view;
use crate::model::{Agreement, AgreementFile, AgreementId, Document, SessionRecord, Tenant};
use crate::signin::{Scene, Visit};
use crate::web::{csrf, headers, render};

/// The page of a document that the dispatcher asks for.
pub async fn show(here: &Here, visit: &Visit, scene: &Scene, id: AgreementId, remark: Remark) -> Answer {
    let again = here.journey_url(visit, false);
    let agreement = visit.tenant.agreements.iter().find(|agreement| agreement.id == id);
    let (Some(agreement), Some(session)) = (agreement, &scene.session) else {
        return here.notice(Some(&visit.tenant), Notice::StartAgain { url: Some(again) });
    };
    let (number, of) = position(here, visit, session);
    let place = Place {
        form: here.form(visit, scene, "terms"),
        address: format!("{again}&"),
        number,
        of,
        early: None,
        language: None,
    };
    match page(here, visit, scene, session, agreement, place, remark).await {
        Ok(page) => render::page(&page),
        Err(answer) => *answer,
    }
}

/// Where a document is shown: on the way to something, or before it is asked for.
pub(super) struct Place {
    /// What answers it.
    pub form: Form,
    /// Address of this page, to which parameters can be added.
    pub address: String,
    /// Which document this is, from 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
    /// Until when the version before counts, and the way back, if nobody has to accept yet.
    pub early: Option<Early>,
    /// The language that fits best unless another one is chosen.
    pub language: Option<String>,
}

/// The page with a document of `agreement`.
pub(super) async fn page(
    here: &Here,
    visit: &Visit,
    scene: &Scene,
    session: &SessionRecord,
    agreement: &Agreement,
    place: Place,
    remark: Remark,
) -> Result<TermsOfUse, Box<Answer>> {
    let tenant = &visit.tenant;
    let chrome = here.chrome_of(visit, scene);
    let wanted: Vec<String> = here
        .query("lang")
        .into_iter()
        .chain((!remark.typed.is_empty()).then_some(remark.typed))
        .chain(place.language)
        .chain([chrome.tag().to_owned(), tenant.language.clone()])
        .collect();
    let Some(file) = agreement.file_for(&wanted) else {
        return Err(Box::new(here.notice(Some(tenant), Notice::NotFound)));
    };
    let opened = opened(here, agreement, file, session).await?;
    let in_language = |file: &AgreementFile| format!("{}lang={}", place.address, file.language);
    let languages = agreement.files.iter().map(|other| DocumentLanguage {
        tag: other.language.clone(),
        name: own_name(&other.language),
        url: in_language(other),
        current: other.language == file.language,
    });
    let token = view::link_token(&here.app, session, &file.version);
    Ok(TermsOfUse {
        form: place.form,
        title: file.title.clone(),
        document: match &file.document {
            Document::Html(fragment) if opened => TermsDocument::Html(fragment.clone()),
            Document::Html(_) => TermsDocument::Unopened(format!("{}&open={token}", in_language(file))),
            Document::Pdf(_) => TermsDocument::Pdf(format!("{}?open={token}", pdf_url(tenant, &file.version))),
        },
        version: file.version.clone(),
        version_number: file.number,
        language: file.language.clone(),
        languages: languages.collect(),
        viewing_required: agreement.viewing_required,
        number: place.number,
        of: place.of,
        early: place.early,
        error: remark.error.map(|error| error.say(&chrome.language)),
        chrome,
    })
}

/// Whether the text may stand on the page and *Accept* beneath it. Opening is a request of its own, which the server
/// remembers; a box to tick would prove nothing.
async fn opened(
    here: &Here,
    agreement: &Agreement,
    file: &AgreementFile,
    session: &SessionRecord,
) -> Result<bool, Box<Answer>> {
    if !agreement.viewing_required {
        return Ok(true);
    }
    let opens = matches!(file.document, Document::Html(_)) && open_now(here, session, &file.version).await?;
    if opens {
        return Ok(true);
    }
    view::was_opened(&here.app, session, &file.version).await.map_err(|error| Box::new(here.broken(None, &error)))
}

/// Whether this request is the guest opening the document: by its own link on a page of ours, and remembered if so. What
/// another site makes the browser do is no reading (attack row B18).
async fn open_now(here: &Here, session: &SessionRecord, version: &str) -> Result<bool, Box<Answer>> {
    let Some(token) = here.query("open") else { return Ok(false) };
    if here.method != http::Method::GET || !csrf::followed_here(&here.headers) {
        return Ok(false);
    }
    view::opened(&here.app, session, version, &token).await.map_err(|error| Box::new(here.broken(None, &error)))
}

/// Which document of how many this is, for the way that the tab is on.
fn position(here: &Here, visit: &Visit, session: &SessionRecord) -> (u32, u32) {
    let app = visit.ticket.app();
    let open = needed(&visit.tenant, &session.acceptances, app, here.app.clock.now()).count();
    let all = visit.tenant.agreements.iter().filter(|agreement| agreement.concerns(app)).count();
    let number = all.saturating_sub(open).saturating_add(1);
    (u32::try_from(number).unwrap_or(u32::MAX), u32::try_from(all).unwrap_or(u32::MAX))
}

/// Address of a PDF document on our host.
pub fn pdf_url(tenant: &Tenant, version: &str) -> String {
    format!("/{}/terms/{version}", tenant.id)
}

/// Name of a language in that language.
pub fn own_name(tag: &str) -> String {
    match tag.split('-').next().unwrap_or(tag) {
        "en" => "English",
        "nl" => "Nederlands",
        "sv" => "Svenska",
        "fr" => "Français",
        "de" => "Deutsch",
        "es" => "Español",
        _ => tag,
    }
    .to_owned()
}

/// `GET /{tenant}/terms/{version}`: a PDF document in force: sandboxed, never rendered as ours (decision 1). Whoever
/// follows its link on our page has opened it then.
pub async fn file(here: Here, Path((tenant, version)): Path<(String, String)>) -> Response<axum::body::Body> {
    let Ok((_, tenant)) = here.tenant(&tenant) else { return nothing(&here) };
    let files = tenant.agreements.iter().flat_map(|agreement| &agreement.files);
    let found = files.filter(|file| file.version == version).find_map(|file| match &file.document {
        Document::Pdf(bytes) => Some(bytes.clone()),
        Document::Html(_) => None,
    });
    let Some(bytes) = found else { return nothing(&here) };
    if let Some(session) = signed_in(&here, &tenant).await
        && let Err(answer) = open_now(&here, &session, &version).await
    {
        return answer.map(axum::body::Body::from);
    }
    let mut answer = assets::bytes("application/pdf", bytes);
    headers::for_tenant_document(answer.headers_mut());
    answer
}

fn nothing(here: &Here) -> Response<axum::body::Body> {
    here.notice(None, Notice::NotFound).map(axum::body::Body::from)
}

/// The live session of this browser in `tenant`, if there is one.
async fn signed_in(here: &Here, tenant: &Tenant) -> Option<Arc<SessionRecord>> {
    let cookie = crate::session::read_cookie(&here.headers, crate::session::SESSION_COOKIE)?;
    let handle = here.app.sessions.lookup(here.app.settings.broker_host(), cookie).await.ok()??;
    let session = handle.session(tenant.id)?;
    session.is_live(here.app.clock.now()).then(|| session.record().clone())
}
