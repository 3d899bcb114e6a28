//! Board: notes that everybody of one tenant sees; shared by two tenants, each with notes of its own.

use std::sync::{Arc, PoisonError};

use askama::Template;
use axum::extract::{Form, Request, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::desk::who;
use super::report::{Report, wants_json};
use super::wiki::{json, look};
use super::{App, Sample, Visitor};
use crate::demo::look::{Extras, failure};
use crate::demo::provider::see_other;

const NOTE_LIMIT: usize = 20;
const TENANT_LIMIT: usize = 50;
const LENGTH_LIMIT: usize = 300;

/// Something on the board.
#[derive(Clone)]
pub(super) struct Note {
    author: String,
    text: String,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{{ who|safe }}
<h1>Notes at {{ visitor.tenant_name }}</h1>
<form method="post" action="/notes"><label for="text">New note</label>
<input id="text" name="text" type="text" maxlength="300" required><button type="submit">Put it up</button></form>
{% for note in notes %}<div class="card"><p>{{ note.text }}</p><p class="quiet">{{ note.author }}</p></div>
{% else %}<p class="quiet">Nothing on the board yet.</p>{% endfor %}
<p>Assertion: {% match problem %}{% when None %}<span class="good">valid</span>{% when Some with (problem) %}<span class="bad">invalid</span> – {{ problem }}{% endmatch %}</p>
<p class="quiet">Tenant header: <code>{{ visitor.tenant }}</code> · <a href="/request">The request as the app got it</a></p>"#
)]
struct Page<'a> {
    who: &'a str,
    visitor: &'a Visitor,
    notes: Vec<Note>,
    problem: &'a Option<String>,
}

pub(super) async fn show(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let report = Report::of(&app, &parts, body).await;
    if wants_json(&parts) {
        return json(&report);
    }
    let visitor = &report.visitor;
    let notes = {
        let notes = app.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.get(&visitor.tenant).map(|notes| notes.iter().cloned().collect()).unwrap_or_default()
    };
    let page = Page { who: &who(visitor), visitor, notes, problem: &report.assertion.problem };
    match page.render() {
        Ok(body) => {
            let extras = Extras { policy: "; form-action 'self'", ..Extras::default() };
            look(Sample::Board).page(StatusCode::OK, "Notes", &body, extras)
        }
        Err(_) => failure(),
    }
}

#[derive(Deserialize)]
pub(super) struct NewNote {
    #[serde(default)]
    text: String,
}

pub(super) async fn add(State(app): State<Arc<App>>, headers: HeaderMap, Form(note): Form<NewNote>) -> Response {
    let visitor = app.visitor(&headers);
    let text: String = note.text.trim().chars().take(LENGTH_LIMIT).collect();
    if !text.is_empty() {
        let mut notes = app.notes.lock().unwrap_or_else(PoisonError::into_inner);
        if notes.len() < TENANT_LIMIT || notes.contains_key(&visitor.tenant) {
            let notes = notes.entry(visitor.tenant).or_default();
            notes.push_front(Note { author: visitor.email, text });
            notes.truncate(NOTE_LIMIT);
        }
    }
    see_other("/")
}
