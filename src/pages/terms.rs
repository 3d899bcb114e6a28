//! One document of terms in a journey: shown, opened where that is demanded, and its PDF file.

use std::sync::Arc;

use axum::extract::Path;
use http::Response;

use super::assets;
use super::consent::{DocumentLanguage, TermsDocument, TermsOfUse};
use super::journey::Remark;
use super::notice::Notice;
use super::visit::{Answer, Here};
use crate::consent::needed::needed;
use crate::consent::view;
use crate::model::{Agreement, AgreementFile, AgreementId, Document, SessionRecord, Tenant};
use crate::signin::{Scene, Visit};
use crate::web::{headers, render};

/// The page of a document that the dispatcher asks for.
pub async fn show(here: &Here, visit: &Visit, scene: &Scene, id: AgreementId, remark: Remark) -> Answer {
    let tenant = &visit.tenant;
    let chrome = here.chrome_of(visit, scene);
    let agreement = tenant.agreements.iter().find(|agreement| agreement.id == id);
    let wanted: Vec<String> = here
        .query("lang")
        .into_iter()
        .chain([remark.typed, chrome.tag().to_owned(), tenant.language.clone()])
        .collect();
    let found = agreement.and_then(|agreement| Some((agreement, agreement.file_for(&wanted)?)));
    let (Some((agreement, file)), Some(session)) = (found, &scene.session) else {
        return here.notice(Some(tenant), Notice::StartAgain { url: Some(here.journey_url(visit, false)) });
    };
    let opened = match opened(here, agreement, file, session).await {
        Ok(opened) => opened,
        Err(answer) => return *answer,
    };
    let again = here.journey_url(visit, false);
    let in_language = |file: &AgreementFile| format!("{again}&lang={}", file.language);
    let languages = agreement.files.iter().map(|other| DocumentLanguage {
        tag: other.language.clone(),
        name: own_name(&other.language),
        url: in_language(other),
        current: other.language == file.language,
    });
    let (number, of) = position(here, visit, session);
    render::page(&TermsOfUse {
        form: here.form(visit, scene, "terms"),
        title: file.title.clone(),
        document: match &file.document {
            Document::Html(fragment) if opened => TermsDocument::Html(fragment.clone()),
            Document::Html(_) => TermsDocument::Unopened(format!("{}&open=1", in_language(file))),
            Document::Pdf(_) => TermsDocument::Pdf(pdf_url(tenant, &file.version)),
        },
        version: file.version.clone(),
        version_number: file.number,
        language: file.language.clone(),
        languages: languages.collect(),
        viewing_required: agreement.viewing_required,
        number,
        of,
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
    let opens = here.query("open").is_some() && matches!(file.document, Document::Html(_));
    let remembered = if opens {
        view::opened(&here.app, session, &file.version).await.map(|()| true)
    } else {
        view::was_opened(&here.app, session, &file.version).await
    };
    remembered.map_err(|error| Box::new(here.broken(None, &error)))
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

/// `GET /{tenant}/terms/{version}`: a PDF document in force: sandboxed, never rendered as ours (decision 1). Whoever is
/// signed in has opened it then.
pub async fn file(here: Here, Path((tenant, version)): Path<(String, String)>) -> Response<axum::body::Body> {
    let Ok((_, tenant)) = here.tenant(&tenant) else { return nothing(&here) };
    let files = tenant.agreements.iter().flat_map(|agreement| &agreement.files);
    let found = files.filter(|file| file.version == version).find_map(|file| match &file.document {
        Document::Pdf(bytes) => Some(bytes.clone()),
        Document::Html(_) => None,
    });
    let Some(bytes) = found else { return nothing(&here) };
    if here.method == http::Method::GET
        && let Some(session) = signed_in(&here, &tenant).await
        && let Err(error) = view::opened(&here.app, &session, &version).await
    {
        return here.broken(Some(&tenant), &error).map(axum::body::Body::from);
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
