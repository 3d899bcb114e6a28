//! The web inbox: what all guests of the demo got by mail, newest first.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;

use super::message::{Message, Person};
use super::{Mailbox, search};
use crate::demo::look::{Extras, Look, failure};

const LOOK: Look = Look {
    name: "Mailbox",
    line: "every mail that the demo sends, to whomever · nothing leaves this machine",
    style: r#"
:root{--accent:#2f4a8a;--on-accent:#fff;--ground:#f6f7fa}
.new{font-weight:700}
.snippet{color:var(--quiet);font-weight:400}
td:first-child{overflow-wrap:break-word}
td:last-child{white-space:nowrap}
iframe{width:100%;height:34rem;border:1px solid var(--edge);border-radius:.4rem;background:#fff}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:0}
dt{color:var(--quiet)}
dd{margin:0;overflow-wrap:anywhere}
@media (prefers-color-scheme:dark){:root{--accent:#a9c0ff;--on-accent:#0d1830}}
"#,
};

#[derive(Deserialize)]
pub(super) struct Filter {
    #[serde(default)]
    query: String,
}

struct Row {
    id: String,
    to: String,
    from: String,
    subject: String,
    snippet: String,
    time: String,
    read: bool,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<h1>Inbox of all guests</h1>
<form method="get" action="/"><label for="query">Find</label>
<input id="query" name="query" type="search" value="{{ query }}" placeholder="to:guest@fabrikam.example"></form>
{% if rows.is_empty() %}<p class="quiet">{% if query.is_empty() %}No mail yet. This page looks again every few seconds.{% else %}Nothing fits. <a href="/">Show all</a>{% endif %}</p>
{% else %}<div class="wide"><table><caption class="quiet">{{ rows.len() }} of {{ total }}, newest first</caption>
<thead><tr><th scope="col">To</th><th scope="col">Message</th><th scope="col">Came (UTC)</th></tr></thead><tbody>
{% for row in rows %}<tr{% if !row.read %} class="new"{% endif %}><td>{{ row.to }}</td><td><a href="/view/{{ row.id }}">{{ row.subject }}</a><br><span class="snippet">{{ row.from }} – {{ row.snippet }}</span></td><td>{{ row.time }}</td></tr>
{% endfor %}</tbody></table></div>{% endif %}
<p class="quiet">For programs: <a href="/api/v1/messages">/api/v1/messages</a> · The demo's certificate authority: <a href="/ca.pem">/ca.pem</a></p>"#
)]
struct Inbox<'a> {
    query: &'a str,
    rows: Vec<Row>,
    total: usize,
}

pub(super) async fn inbox(State(mailbox): State<Mailbox>, Query(filter): Query<Filter>) -> Response {
    let all = mailbox.messages();
    let rows = all.iter().filter(|message| search::matches(message, &filter.query)).take(200).map(row).collect();
    let Ok(body) = (Inbox { query: &filter.query, rows, total: all.len() }).render() else { return failure() };
    // While somebody searches the page stays as it is.
    let refresh = filter.query.is_empty().then_some(5);
    LOOK.page(StatusCode::OK, "Inbox", &body, Extras { refresh, policy: "; form-action 'self'", ..Extras::default() })
}

fn row(message: &Arc<Message>) -> Row {
    let to: Vec<String> = message.envelope_to.clone();
    Row {
        id: message.id.clone(),
        to: to.join(", "),
        from: message.from.as_ref().map(named).unwrap_or_default(),
        subject: subject(message).to_owned(),
        snippet: message.snippet(),
        time: time(message.received),
        read: message.is_read(),
    }
}

/// A stretch of text, and whether it is an address to open.
struct Piece<'a> {
    text: &'a str,
    link: bool,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<nav><a href="/">Back to the inbox</a> <a href="/api/v1/message/{{ message.id }}/raw">As it came</a> <a href="/api/v1/message/{{ message.id }}">JSON</a></nav>
<h1>{{ subject }}</h1>
<dl><dt>From</dt><dd>{{ from }}</dd><dt>To</dt><dd>{{ to }}</dd>{% if !copies.is_empty() %}<dt>Copy</dt><dd>{{ copies }}</dd>{% endif %}{% if !hidden.is_empty() %}<dt>Hidden copy</dt><dd>{{ hidden }}</dd>{% endif %}<dt>Date (UTC)</dt><dd>{{ date }}</dd></dl>
{% if !message.html.is_empty() %}<h2>As mail programs show it</h2>
<iframe src="/view/{{ message.id }}/html" title="HTML part of the message" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
{% endif %}<h2>As text</h2>
<pre>{% for piece in pieces %}{% if piece.link %}<a href="{{ piece.text }}" rel="noreferrer">{{ piece.text }}</a>{% else %}{{ piece.text }}{% endif %}{% endfor %}</pre>
{% if !message.attachments.is_empty() %}<h2>Attachments</h2><ul>{% for attachment in message.attachments %}<li>{{ attachment.file_name }} ({{ attachment.content_type }}, {{ attachment.size }} bytes)</li>{% endfor %}</ul>{% endif %}
<details><summary>All header fields</summary><div class="wide"><table><tbody>{% for field in message.headers %}<tr><th scope="row">{{ field.0 }}</th><td>{{ field.1 }}</td></tr>{% endfor %}</tbody></table></div></details>"#
)]
struct View<'a> {
    message: &'a Message,
    subject: &'a str,
    from: String,
    to: String,
    copies: String,
    hidden: String,
    date: String,
    pieces: Vec<Piece<'a>>,
}

pub(super) async fn view(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    let Some(message) = mailbox.message(&id) else { return nothing().await };
    message.set_read(true);
    let view = View {
        subject: subject(&message),
        from: message.from.as_ref().map(named).unwrap_or_default(),
        to: all_named(&message.to),
        copies: all_named(&message.cc),
        hidden: all_named(&message.bcc),
        date: time(message.date),
        pieces: pieces(&message.text),
        message: &message,
    };
    let Ok(body) = view.render() else { return failure() };
    LOOK.page(StatusCode::OK, view.subject, &body, Extras { policy: "; frame-src 'self'", ..Extras::default() })
}

/// The HTML part alone, for the frame: no script, nothing loaded, links open beside the inbox.
pub(super) async fn html_part(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    let Some(message) = mailbox.message(&id) else { return nothing().await };
    let mut response = format!("<!doctype html><base target=\"_blank\">{}", message.pictured).into_response();
    let headers = response.headers_mut();
    let policy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; \
                  style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

pub(super) async fn authority(State(mailbox): State<Mailbox>) -> Response {
    let mut response = mailbox.inner.authority.clone().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-pem-file"));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"ca.pem\""));
    response
}

#[derive(Template)]
#[template(ext = "html", source = r#"<h1>Nothing here</h1><p><a href="/">Back to the inbox</a></p>"#)]
struct Nothing;

pub(super) async fn nothing() -> Response {
    LOOK.show(StatusCode::NOT_FOUND, "Nothing here", &Nothing)
}

fn subject(message: &Message) -> &str {
    if message.subject.is_empty() { "(no subject)" } else { &message.subject }
}

fn named(person: &Person) -> String {
    if person.name.is_empty() { person.address.clone() } else { format!("{} <{}>", person.name, person.address) }
}

fn all_named(people: &[Person]) -> String {
    people.iter().map(named).collect::<Vec<_>>().join(", ")
}

fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap_or_default().strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Splits text so that web addresses can be links.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let next = |rest: &str| [rest.find("https://"), rest.find("http://")].into_iter().flatten().min();
    while let Some(start) = next(rest) {
        let (before, from_here) = rest.split_at(start);
        let end = from_here
            .find(|letter: char| letter.is_whitespace() || matches!(letter, '<' | '>' | '"'))
            .unwrap_or(from_here.len());
        let whole = from_here.get(..end).unwrap_or_default();
        let address = whole.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']']);
        pieces.push(Piece { text: before, link: false });
        pieces.push(Piece { text: address, link: true });
        rest = from_here.get(address.len()..).unwrap_or_default();
    }
    pieces.push(Piece { text: rest, link: false });
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_text_become_links() {
        let pieces = pieces("Open https://v.example/a?b=1&c. Or (http://mail.localhost:8025/)\nhttps:// end");
        let links: Vec<&str> = pieces.iter().filter(|piece| piece.link).map(|piece| piece.text).collect();
        assert_eq!(links[..2], ["https://v.example/a?b=1&c", "http://mail.localhost:8025/"]);
        let whole: String = pieces.iter().map(|piece| piece.text).collect();
        assert_eq!(whole, "Open https://v.example/a?b=1&c. Or (http://mail.localhost:8025/)\nhttps:// end");
    }
}
