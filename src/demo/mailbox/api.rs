//! The mailbox's JSON API, with the names that Mailpit uses.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};

use super::message::{Attachment, Message, Person};
use super::{Mailbox, search};

#[derive(Deserialize)]
pub(super) struct Range {
    #[serde(default)]
    start: usize,
    limit: Option<usize>,
    #[serde(default)]
    query: String,
}

pub(super) async fn list(State(mailbox): State<Mailbox>, Query(range): Query<Range>) -> Response {
    let all = mailbox.messages();
    let found: Vec<&Arc<Message>> = all.iter().collect();
    summary(&all, &found, &range)
}

pub(super) async fn search(State(mailbox): State<Mailbox>, Query(range): Query<Range>) -> Response {
    let all = mailbox.messages();
    let found: Vec<&Arc<Message>> = all.iter().filter(|message| search::matches(message, &range.query)).collect();
    summary(&all, &found, &range)
}

fn summary(all: &[Arc<Message>], found: &[&Arc<Message>], range: &Range) -> Response {
    let unread =
        |messages: &mut dyn Iterator<Item = &Arc<Message>>| messages.filter(|message| !message.is_read()).count();
    let shown = found.iter().skip(range.start).take(range.limit.unwrap_or(50)).map(|message| in_list(message));
    let shown: Vec<Value> = shown.collect();
    answer(&json!({
        "total": all.len(),
        "unread": unread(&mut all.iter()),
        "count": shown.len(),
        "messages_count": found.len(),
        "messages_unread": unread(&mut found.iter().copied()),
        "start": range.start,
        "tags": [],
        "messages": shown,
    }))
}

pub(super) async fn message(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    let Some(message) = mailbox.message(&id) else { return unknown() };
    message.set_read(true);
    answer(&in_full(&message))
}

pub(super) async fn headers(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    let Some(message) = mailbox.message(&id) else { return unknown() };
    let mut headers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in &message.headers {
        headers.entry(name).or_default().push(value);
    }
    answer(&json!(headers))
}

pub(super) async fn raw(State(mailbox): State<Mailbox>, Path(id): Path<String>) -> Response {
    let Some(message) = mailbox.message(&id) else { return unknown() };
    let mut response = message.raw.clone().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

#[derive(Default, Deserialize)]
struct Selection {
    #[serde(rename = "IDs", default)]
    ids: Vec<String>,
    #[serde(rename = "Read", default)]
    read: bool,
}

impl Selection {
    /// No body, or no ids, means all.
    fn parse(body: &Bytes) -> Option<Self> {
        if body.is_empty() { Some(Self::default()) } else { serde_json::from_slice(body).ok() }
    }
}

pub(super) async fn mark(State(mailbox): State<Mailbox>, body: Bytes) -> Response {
    let Some(selection) = Selection::parse(&body) else { return malformed() };
    for message in mailbox.messages() {
        if selection.ids.is_empty() || selection.ids.contains(&message.id) {
            message.set_read(selection.read);
        }
    }
    "ok".into_response()
}

pub(super) async fn remove(State(mailbox): State<Mailbox>, body: Bytes) -> Response {
    let Some(selection) = Selection::parse(&body) else { return malformed() };
    mailbox.remove((!selection.ids.is_empty()).then_some(&selection.ids));
    "ok".into_response()
}

pub(super) async fn remove_found(State(mailbox): State<Mailbox>, Query(range): Query<Range>) -> Response {
    let found = mailbox.messages().into_iter().filter(|message| search::matches(message, &range.query));
    let ids: Vec<String> = found.map(|message| message.id.clone()).collect();
    mailbox.remove(Some(&ids));
    "ok".into_response()
}

fn in_list(message: &Message) -> Value {
    json!({
        "ID": message.id,
        "MessageID": message.message_id,
        "Read": message.is_read(),
        "From": message.from.as_ref().map(person),
        "To": people(&message.to),
        "Cc": people(&message.cc),
        "Bcc": people(&message.bcc),
        "ReplyTo": people(&message.reply_to),
        "Subject": message.subject,
        "Created": time(message.received),
        "Username": "",
        "Tags": [],
        "Size": message.raw.len(),
        "Attachments": message.attachments.len(),
        "Snippet": message.snippet(),
    })
}

fn in_full(message: &Message) -> Value {
    let attachments = |inline: bool| -> Vec<Value> {
        message.attachments.iter().filter(|attachment| attachment.inline == inline).map(attachment).collect()
    };
    json!({
        "ID": message.id,
        "MessageID": message.message_id,
        "From": message.from.as_ref().map(person),
        "To": people(&message.to),
        "Cc": people(&message.cc),
        "Bcc": people(&message.bcc),
        "ReplyTo": people(&message.reply_to),
        "ReturnPath": message.envelope_from,
        "Subject": message.subject,
        "ListUnsubscribe": list_unsubscribe(message),
        "Date": time(message.date),
        "Tags": [],
        "Username": "",
        "Text": message.text,
        "HTML": message.html,
        "Size": message.raw.len(),
        "Inline": attachments(true),
        "Attachments": attachments(false),
    })
}

fn person(person: &Person) -> Value {
    json!({"Name": person.name, "Address": person.address})
}

fn people(people: &[Person]) -> Vec<Value> {
    people.iter().map(person).collect()
}

fn attachment(attachment: &Attachment) -> Value {
    json!({
        "PartID": (attachment.part + 1).to_string(),
        "FileName": attachment.file_name,
        "ContentType": attachment.content_type,
        "ContentID": attachment.content_id,
        "Size": attachment.size,
    })
}

/// RFC 3339.
fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string()
}

fn answer(value: &Value) -> Response {
    let mut response = Json(value).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn unknown() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({"Error": "message not found"}))).into_response()
}

fn malformed() -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"Error": "the body is not the JSON that was expected"}))).into_response()
}

/// What a mail program offers beside the sender (RFC 2369, RFC 8058).
fn list_unsubscribe(message: &Message) -> Value {
    let field = |wanted: &str| {
        let mut fields = message.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        fields.next().map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let header = field("List-Unsubscribe");
    let links: Vec<&str> = header.split(',').map(|link| link.trim().trim_matches(['<', '>'])).collect();
    let links: Vec<&str> = links.into_iter().filter(|link| !link.is_empty()).collect();
    json!({ "Header": header, "Links": links, "Errors": "", "HeaderPost": field("List-Unsubscribe-Post") })
}
