//! What a guest agreed to: every answer, to read again and to keep, bit for bit as it was shown.

use askama::Template;
use axum::body::Body;
use axum::extract::Path;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};

use super::chrome::Chrome;
use super::coming::{ComingLine, lines};
use super::notice::Notice;
use super::terms::own_name;
use super::visit::{Answer, Here};
use crate::consent::evidence::{Answered, answered, own_evidence};
use crate::consent::standing::Standing;
use crate::model::{AcceptanceState, Document, Evidence, UserId};
use crate::signin::{Destination, Scene, Ticket, Visit, advance};
use crate::web::headers;
use crate::web::interstitial::see_other;
use crate::web::render::{self, Page};

/// `/{tenant}/account/accepted`: the list.
#[derive(Template)]
#[template(path = "accepted.html")]
pub struct Accepted {
    /// Around the page.
    pub chrome: Chrome,
    /// New versions that may be accepted already.
    pub coming: Vec<ComingLine>,
    /// The answers, newest first.
    pub answers: Vec<AnswerLine>,
    /// The access panel.
    pub back_url: String,
}

/// One answer in the list.
#[derive(Clone, Debug)]
pub struct AnswerLine {
    /// Title of the document; `None` for *Review permissions*.
    pub title: Option<String>,
    /// Number of the version, where it is one of the history.
    pub number: Option<u32>,
    /// Language of what was shown, by its own name, and its tag.
    pub language: (String, String),
    /// Whether it was accepted.
    pub accepted: bool,
    /// What it is worth.
    pub standing: Standing,
    /// When: for machines, and for people (UTC).
    pub at: (String, String),
    /// The day on which it stops counting, if that is known.
    pub until: Option<String>,
    /// Address of the page that shows it again.
    pub read_url: String,
    /// Address of the file.
    pub file_url: String,
}

impl AnswerLine {
    /// `Version 2 · English`.
    fn edition(&self, chrome: &Chrome) -> String {
        match self.number {
            Some(number) => {
                format!("{} · {}", chrome.say_with("terms-version", "version", &number.to_string()), self.language.0)
            }
            None => self.language.0.clone(),
        }
    }

    /// Whether it counts, in words.
    fn worth(&self, chrome: &Chrome) -> String {
        match (self.standing, &self.until) {
            (Standing::Counts, Some(day)) => chrome.say_with("accepted-until", "day", day),
            (Standing::Counts, None) => chrome.say("accepted-counts"),
            (Standing::Declined, _) => chrome.say("accepted-declined"),
            (Standing::BeforeReset, _) if self.accepted => chrome.say("accepted-before-reset"),
            (Standing::BeforeReset, _) => chrome.say("accepted-declined-before-reset"),
            (Standing::Withdrawn, _) => chrome.say("accepted-withdrawn"),
            (Standing::Over | Standing::GuestGone, _) => chrome.say("accepted-over"),
        }
    }
}

/// One document as it was shown.
#[derive(Template)]
#[template(path = "accepted_document.html")]
pub struct AcceptedDocument {
    /// Around the page.
    pub chrome: Chrome,
    /// The answer.
    pub answer: AnswerLine,
    /// The evidence, if it is text; a PDF is downloaded.
    pub fragment: Option<String>,
    /// Its hash.
    pub evidence: String,
    /// The list.
    pub back_url: String,
}

impl Page for Accepted {}
impl Page for AcceptedDocument {}

/// `GET /{tenant}/account/accepted`.
pub async fn list(here: Here, Path(tenant): Path<String>) -> Answer {
    let (visit, scene, user) = match guest(&here, &tenant).await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    match answered(&here.app, &visit.tenant, user).await {
        Ok(answers) => render::page(&Accepted {
            chrome: here.chrome_of(&visit, &scene),
            coming: lines(&here, &visit, &scene),
            answers: answers.into_iter().map(|answer| line(&visit, answer)).collect(),
            back_url: here.app.urls.panel(visit.tenant.id),
        }),
        Err(error) => here.broken(Some(&visit.tenant), &error),
    }
}

/// `GET /{tenant}/account/accepted/{hash}`: one document again.
pub async fn read(here: Here, Path((tenant, hash)): Path<(String, String)>) -> Answer {
    let (visit, scene, user) = match guest(&here, &tenant).await {
        Ok(found) => found,
        Err(answer) => return *answer,
    };
    let answers = answered(&here.app, &visit.tenant, user).await;
    let evidence = own_evidence(&here.app, &visit.tenant, user, &hash).await;
    match (answers, evidence) {
        (Ok(answers), Ok(Some(evidence))) => {
            let Some(answer) = answers.into_iter().find(|answer| answer.evidence == hash) else {
                return here.notice(Some(&visit.tenant), Notice::NotFound);
            };
            render::page(&AcceptedDocument {
                chrome: here.chrome_of(&visit, &scene),
                answer: line(&visit, answer),
                // Ours: rendered and escaped by this program, and unchanged, or its hash would have refused it.
                fragment: match Document::of_evidence(evidence) {
                    Some(Document::Html(fragment)) => Some(fragment),
                    Some(Document::Pdf(_)) | None => None,
                },
                evidence: hash,
                back_url: list_url(&visit),
            })
        }
        (Ok(_), Ok(None)) => here.notice(Some(&visit.tenant), Notice::NotFound),
        (Err(error), _) | (_, Err(error)) => here.broken(Some(&visit.tenant), &error),
    }
}

/// `GET /{tenant}/account/accepted/{hash}/file`: the evidence as a file, bit for bit. Never rendered as ours (decision 1).
pub async fn file(here: Here, Path((tenant, hash)): Path<(String, String)>) -> Response<Body> {
    let (visit, _, user) = match guest(&here, &tenant).await {
        Ok(found) => found,
        Err(answer) => return answer.map(Body::from),
    };
    match own_evidence(&here.app, &visit.tenant, user, &hash).await {
        Ok(Some(evidence)) => download(evidence, &hash),
        Ok(None) => here.notice(Some(&visit.tenant), Notice::NotFound).map(Body::from),
        Err(error) => here.broken(Some(&visit.tenant), &error).map(Body::from),
    }
}

fn download(evidence: Evidence, hash: &str) -> Response<Body> {
    let pdf = evidence.media_type == "application/pdf";
    let (kind, ending) = if pdf { ("application/pdf", "pdf") } else { ("application/octet-stream", "html") };
    let start: String = hash.chars().take(16).collect();
    let mut answer = Response::new(Body::from(evidence.content));
    *answer.status_mut() = StatusCode::OK;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(name) = HeaderValue::try_from(format!("attachment; filename=\"accepted-{start}.{ending}\"")) {
        answer.headers_mut().insert(CONTENT_DISPOSITION, name);
    }
    headers::for_tenant_document(answer.headers_mut());
    answer
}

/// Who is signed in, whatever is still owed: one may read what one agreed to before agreeing to more. Whoever is not goes
/// to sign in.
async fn guest(here: &Here, tenant: &str) -> Result<(Visit, Scene, UserId), Box<Answer>> {
    let visit = here.visit(tenant, Ticket::to(Destination::Panel)).await?;
    let scene = match advance(&here.app, &visit).await {
        Ok(scene) => scene,
        Err(error) => return Err(Box::new(here.failed(&visit, &error))),
    };
    let whole = scene.session.as_ref().is_some_and(|session| !session.lacks_second_factor(&visit.tenant, false));
    match scene.user() {
        Some((user, _)) if whole && scene.new_cookie.is_none() => Ok((visit, scene, user)),
        _ => Err(Box::new(super::visit::with_session(
            see_other(&here.journey_url(&visit, false)),
            scene.new_cookie.as_deref(),
        ))),
    }
}

fn list_url(visit: &Visit) -> String {
    format!("/{}/account/accepted", visit.tenant.id)
}

fn line(visit: &Visit, answer: Answered) -> AnswerLine {
    let list = list_url(visit);
    let at = answer.recorded_at.to_string();
    AnswerLine {
        title: answer.agreement.map(|agreement| {
            let known = || visit.tenant.agreements.iter().find(|it| it.id == agreement);
            answer.title.or_else(|| known().map(|it| it.display_name.clone())).unwrap_or_else(|| agreement.to_string())
        }),
        number: answer.number,
        language: (own_name(&answer.language), answer.language),
        accepted: answer.state == AcceptanceState::Accepted,
        standing: answer.standing,
        at: (at.clone(), for_people(&at)),
        until: answer.expires_at.map(|until| until.to_string().chars().take(10).collect()),
        read_url: format!("{list}/{}", answer.evidence),
        file_url: format!("{list}/{}/file", answer.evidence),
    }
}

/// `2026-11-28 05:12 UTC` of an RFC 3339 time: read the same way in every language.
fn for_people(at: &str) -> String {
    match at.split_once('T') {
        Some((day, time)) => format!("{day} {} UTC", time.chars().take(5).collect::<String>()),
        None => at.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d1_evidence_is_a_file_and_never_a_page_of_ours() {
        let evidence = |media_type: &str| Evidence { media_type: media_type.to_owned(), content: b"<script>".to_vec() };
        for (media_type, kind) in
            [("text/html; charset=utf-8", "application/octet-stream"), ("application/pdf", "application/pdf")]
        {
            let answer = download(evidence(media_type), &"ab".repeat(32));
            let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
            assert_eq!(header("content-type"), kind);
            assert!(header("content-disposition").starts_with("attachment; filename=\"accepted-abababababababab."));
            assert!(header("content-security-policy").starts_with("sandbox"));
            assert_eq!(header("x-content-type-options"), "nosniff");
        }
    }

    #[test]
    fn a_time_reads_the_same_in_every_language() {
        assert_eq!(for_people("2026-11-28T05:12:33Z"), "2026-11-28 05:12 UTC");
        assert_eq!(for_people("out of range"), "out of range");
    }
}
