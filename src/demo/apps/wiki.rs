//! Wiki: shows the request it got and whether its assertion holds. The other apps show unknown paths the same way.

use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};

use super::report::{Report, wants_json};
use super::{App, Sample};
use crate::demo::look::{Extras, Look};

const STYLE: &str = r#"
:root{--accent:#1d4fb8;--on-accent:#fff;--ground:#f7f8fb}
.who{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:baseline;border-bottom:1px solid var(--edge);padding-bottom:.75rem;margin-bottom:1rem}
.who p{margin:0}
table code{white-space:pre-wrap}
th{width:16rem}
textarea{width:100%}
@media (max-width:40rem){th,td{display:block;width:auto;border:0;padding:.1rem 0}tr{display:block;border-bottom:1px solid var(--edge);padding:.4rem 0}}
@media (prefers-color-scheme:dark){:root{--accent:#9dbcff;--on-accent:#0b1a3a}}
"#;

const DESK_STYLE: &str = r#"
:root{--accent:#8f3a0c;--on-accent:#fff;--ground:#fbf8f4}
.who{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:baseline;border-bottom:1px solid var(--edge);padding-bottom:.75rem;margin-bottom:1rem}
.who p{margin:0}
@media (prefers-color-scheme:dark){:root{--accent:#ffb38a;--on-accent:#3a1604}}
"#;

const BOARD_STYLE: &str = r#"
:root{--accent:#17613a;--on-accent:#fff;--ground:#f4faf6}
.who{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:baseline;border-bottom:1px solid var(--edge);padding-bottom:.75rem;margin-bottom:1rem}
.who p{margin:0}
@media (prefers-color-scheme:dark){:root{--accent:#86dcae;--on-accent:#06301a}}
"#;

/// How each app looks.
pub(super) fn look(sample: Sample) -> Look {
    match sample {
        Sample::Wiki => Look { name: "Wiki", line: "sample app behind Vestibule", style: STYLE },
        Sample::Desk => {
            Look { name: "Desk", line: "sample app, shared by tenants: the tenant is in the path", style: DESK_STYLE }
        }
        Sample::Board => Look {
            name: "Board",
            line: "sample app, shared by tenants: the tenant was in the query",
            style: BOARD_STYLE,
        },
    }
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{{ who|safe }}
<h1>You are in</h1>
<p>This is the request as the app got it, after Vestibule let it through. <a href="?format=json">The same as JSON</a>{% if live %} · <a href="/live">WebSocket and event stream</a>{% endif %}</p>
<p>Assertion: {% match report.assertion.problem %}{% when None %}<span class="good">valid</span>{% when Some with (problem) %}<span class="bad">invalid</span> – {{ problem }}{% endmatch %}</p>
<table><caption>Request</caption><tbody>
<tr><th scope="row">Method</th><td><code>{{ report.method }}</code></td></tr>
<tr><th scope="row">Path</th><td><code>{{ report.path }}</code></td></tr>
<tr><th scope="row">Query</th><td>{% match report.query %}{% when Some with (query) %}<code>{{ query }}</code>{% when None %}none{% endmatch %}</td></tr>
<tr><th scope="row">Version</th><td><code>{{ report.version }}</code></td></tr>
<tr><th scope="row">Body</th><td>{{ report.body_bytes }} bytes</td></tr>
</tbody></table>
<table><caption>Who is there, as Vestibule says</caption><tbody>
{% for field in report.identity() %}<tr><th scope="row">{{ field.0 }}</th><td><code>{{ field.1 }}</code></td></tr>
{% else %}<tr><td>Nobody: this request did not come through Vestibule.</td></tr>{% endfor %}</tbody></table>
{% if report.assertion.problem.is_none() %}<h2>Claims of the assertion</h2><pre>{{ claims }}</pre>{% endif %}
<table><caption>Other headers</caption><tbody>
{% for field in report.others() %}<tr><th scope="row">{{ field.0 }}</th><td><code>{{ field.1 }}</code></td></tr>
{% endfor %}</tbody></table>"#
)]
struct Page<'a> {
    report: &'a Report,
    who: &'a str,
    claims: String,
    live: bool,
}

/// Answers any method and path.
pub(super) async fn show(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let report = Report::of(&app, &parts, body).await;
    if wants_json(&parts) {
        return json(&report);
    }
    let who = super::desk::who(&report.visitor);
    let claims = serde_json::to_string_pretty(&report.assertion.claims).unwrap_or_default();
    let page = Page { report: &report, who: &who, claims, live: app.sample == Sample::Wiki };
    match page.render() {
        Ok(body) => look(app.sample).page(StatusCode::OK, "The request", &body, Extras::default()),
        Err(_) => crate::demo::look::failure(),
    }
}

/// The report for programs.
pub(super) fn json(report: &Report) -> Response {
    let mut response = Json(report.json()).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
