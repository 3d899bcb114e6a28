//! Desk: tickets of one tenant, in an app that two tenants share. All its links are relative, as its prefix is not its own.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::StatusCode;

use super::report::{Report, wants_json};
use super::wiki::{json, look};
use super::{App, Sample, Visitor};
use crate::demo::look::{Extras, failure};

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<div class="who"><p><strong>{{ visitor.tenant_name }}</strong></p><p>{% if visitor.email.is_empty() %}Nobody is signed in{% else %}Signed in as {% if !visitor.name.is_empty() %}{{ visitor.name }}, {% endif %}{{ visitor.email }}{% endif %}</p><p><a href="/.vestibule/sign-out">Sign out</a></p></div>"#
)]
struct Who<'a> {
    visitor: &'a Visitor,
}

/// The line that every page of every app begins with.
pub(super) fn who(visitor: &Visitor) -> String {
    Who { visitor }.render().unwrap_or_default()
}

/// A shared app keeps tenants apart by the header that the proxy sets.
fn tickets(tenant_name: &str) -> [(u32, String); 3] {
    let about = |what: &str| format!("{what} ({tenant_name})");
    [
        (1, about("The loom in hall 2 stops at noon")),
        (2, about("New badge for a visitor")),
        (3, about("Contract draft, second reading")),
    ]
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{{ who|safe }}
<h1>Tickets of {{ visitor.tenant_name }}</h1>
<ul>{% for ticket in tickets %}<li><a href="tickets/{{ ticket.0 }}">#{{ ticket.0 }} {{ ticket.1 }}</a></li>{% endfor %}</ul>
<p>Assertion: {% match problem %}{% when None %}<span class="good">valid</span>{% when Some with (problem) %}<span class="bad">invalid</span> – {{ problem }}{% endmatch %}</p>
<p class="quiet">Tenant header: <code>{{ visitor.tenant }}</code> · <a href="request">The request as the app got it</a></p>"#
)]
struct List<'a> {
    who: &'a str,
    visitor: &'a Visitor,
    tickets: [(u32, String); 3],
    problem: &'a Option<String>,
}

pub(super) async fn list(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let report = Report::of(&app, &parts, body).await;
    if wants_json(&parts) {
        return json(&report);
    }
    let visitor = &report.visitor;
    let page = List {
        who: &who(visitor),
        visitor,
        tickets: tickets(&visitor.tenant_name),
        problem: &report.assertion.problem,
    };
    match page.render() {
        Ok(body) => look(Sample::Desk).page(StatusCode::OK, "Tickets", &body, Extras::default()),
        Err(_) => failure(),
    }
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{{ who|safe }}
<h1>{{ title }}</h1>
<p>{{ text }}</p>
<p><a href="../">All tickets</a></p>"#
)]
struct Ticket<'a> {
    who: &'a str,
    title: &'a str,
    text: &'a str,
}

pub(super) async fn ticket(State(app): State<Arc<App>>, Path(number): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if wants_json(&parts) {
        return json(&Report::of(&app, &parts, body).await);
    }
    let visitor = app.visitor(&parts.headers);
    let found = tickets(&visitor.tenant_name).into_iter().find(|(own, _)| own.to_string() == number);
    let (status, title, text) = match found {
        Some((_, title)) => (StatusCode::OK, title, "Open since Monday. Nobody has an idea yet."),
        None => (StatusCode::NOT_FOUND, "No such ticket".to_owned(), "It may belong to another tenant."),
    };
    match (Ticket { who: &who(&visitor), title: &title, text }).render() {
        Ok(body) => look(Sample::Desk).page(status, &title, &body, Extras::default()),
        Err(_) => failure(),
    }
}
