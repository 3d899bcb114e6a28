//! The mailbox as senders and readers meet it.

use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use http::{Request, StatusCode};
use lettre::message::{Mailbox as Address, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message as Letter, Tokio1Executor};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;
use crate::demo::ambient::testing::{START, ambient};
use crate::demo::provider::testing::{Answer, send};

async fn mailbox() -> (Mailbox, SocketAddr, tokio_util::sync::DropGuard) {
    let mailbox = Mailbox::new("-----BEGIN CERTIFICATE-----\n".to_owned(), ambient().0);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(mailbox.clone().serve_smtp(listener, stop.clone()));
    (mailbox, address, stop.drop_guard())
}

/// Sends everything at once and gives back all replies until the server closes.
async fn talk(address: SocketAddr, said: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(said).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut heard = Vec::new();
    let reading = stream.read_to_end(&mut heard);
    let _cut = tokio::time::timeout(Duration::from_secs(10), reading).await.expect("the server hangs");
    String::from_utf8(heard).unwrap()
}

fn codes(heard: &str) -> Vec<&str> {
    heard.lines().filter(|line| line.as_bytes()[3] == b' ').map(|line| &line[..3]).collect()
}

fn letter() -> Letter {
    Letter::builder()
        .from("Vestibule Invitations på uppdrag av Contoso <no-reply@v.example>".parse().unwrap())
        .to(Address::new(Some("Gwen Guest".to_owned()), "guest@fabrikam.example".parse().unwrap()))
        .cc("sponsor@contoso.example".parse().unwrap())
        .reply_to("member@contoso.example".parse().unwrap())
        .message_id(Some("<m-1@v.example>".to_owned()))
        .subject("Björn Ångström har bjudit in dig till Contosos program – kom i gång nu")
        .multipart(MultiPart::alternative_plain_html(
            "Hej!\n.\nGet started: https://vestibule.localhost:8443/c0a70500-0000-4000-8000-000000000001/redeem/abcdefghij\n\
             Åäö ".to_owned()
                + &"lång rad ".repeat(40),
            "<p>Hej! <a href=\"https://vestibule.localhost:8443/x?a=1&amp;b=2\">Get started</a> Åäö</p>".to_owned(),
        ))
        .unwrap()
}

async fn post(address: SocketAddr) -> Result<(), lettre::transport::smtp::Error> {
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
        .port(address.port())
        .timeout(Some(Duration::from_secs(2)))
        .build();
    transport.send(letter()).await.map(|_| ())
}

async fn ask(mailbox: &Mailbox, method: &str, target: &str, body: &str) -> Answer {
    let request = Request::builder().method(method).uri(target).body(Body::from(body.to_owned())).unwrap();
    send(&mailbox.router(), request).await
}

#[tokio::test]
async fn lettre_delivers_and_the_api_answers_as_mailpit() {
    let (mailbox, address, _stop) = mailbox().await;
    post(address).await.unwrap();
    let list = ask(&mailbox, "GET", "/api/v1/messages", "").await.json();
    let counts =
        ["total", "unread", "count", "messages_count", "messages_unread", "start"].map(|name| list[name].clone());
    assert_eq!(counts, [1, 1, 1, 1, 1, 0].map(Value::from));
    let first = &list["messages"][0];
    let id = first["ID"].as_str().unwrap();
    assert!(id.len() == 22 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert_eq!(
        first["From"],
        json!({"Name": "Vestibule Invitations på uppdrag av Contoso", "Address": "no-reply@v.example"})
    );
    assert_eq!(first["To"], json!([{"Name": "Gwen Guest", "Address": "guest@fabrikam.example"}]));
    assert_eq!(first["Cc"], json!([{"Name": "", "Address": "sponsor@contoso.example"}]));
    assert_eq!(first["ReplyTo"][0]["Address"], "member@contoso.example");
    assert_eq!((&first["Bcc"], &first["Tags"]), (&json!([]), &json!([])));
    assert_eq!(first["Subject"], "Björn Ångström har bjudit in dig till Contosos program – kom i gång nu");
    assert_eq!(first["MessageID"], "m-1@v.example");
    assert_eq!(first["Created"], "2026-11-20T12:00:00Z");
    assert_eq!((&first["Read"], &first["Attachments"]), (&json!(false), &json!(0)));
    assert!(first["Snippet"].as_str().unwrap().starts_with("Hej! . Get started: https://vestibule"));

    let message = ask(&mailbox, "GET", &format!("/api/v1/message/{id}"), "").await.json();
    let text = message["Text"].as_str().unwrap();
    assert!(
        text.contains("/redeem/abcdefghij") && text.contains("Åäö") && text.contains("\n.\r\n")
            || text.contains("\n.\n")
    );
    assert!(message["HTML"].as_str().unwrap().contains("<a href=\"https://vestibule.localhost:8443/x?a=1&amp;b=2\">"));
    assert_eq!((&message["Inline"], &message["Attachments"]), (&json!([]), &json!([])));
    assert_eq!(message["ReturnPath"], "no-reply@v.example");
    assert_eq!(ask(&mailbox, "GET", "/api/v1/messages", "").await.json()["unread"], 0);

    let raw = ask(&mailbox, "GET", &format!("/api/v1/message/{id}/raw"), "").await;
    assert_eq!(raw.body.len(), usize::try_from(message["Size"].as_u64().unwrap()).unwrap());
    assert!(raw.body.contains("Content-Type: multipart/alternative"));
    let headers = ask(&mailbox, "GET", &format!("/api/v1/message/{id}/headers"), "").await.json();
    assert_eq!(headers["Message-ID"][0], "<m-1@v.example>");

    let found = ask(&mailbox, "GET", "/api/v1/search?query=to:guest%40fabrikam.example", "").await.json();
    assert_eq!((&found["messages_count"], &found["total"]), (&json!(1), &json!(1)));
    let found = ask(&mailbox, "GET", "/api/v1/search?query=to:nobody", "").await.json();
    assert_eq!((&found["messages_count"], &found["total"]), (&json!(0), &json!(1)));

    assert_eq!(ask(&mailbox, "GET", "/api/v1/message/latest", "").await.json()["ID"], id);
    assert_eq!(ask(&mailbox, "GET", "/api/v1/message/unknown", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ask(&mailbox, "DELETE", "/api/v1/messages", "{").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(ask(&mailbox, "DELETE", "/api/v1/messages", "{\"IDs\":[\"x\"]}").await.body, "ok");
    assert_eq!(mailbox.messages().len(), 1);
    assert_eq!(ask(&mailbox, "DELETE", "/api/v1/messages", "").await.body, "ok");
    assert_eq!(mailbox.messages().len(), 0);
}

#[tokio::test]
async fn a_pipelined_conversation_with_dots_and_utf8() {
    let (mailbox, address, _stop) = mailbox().await;
    let heard = talk(
        address,
        "EHLO me\r\nMAIL FROM:<> SIZE=100 BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<@relay.example:jörg@mail.example>\r\n\
         rcpt to:<\"a>b\"@mail.example>\r\nDATA\r\nSubject: dots\r\n\r\n..\r\n..two\r\n.one\r\nend\r\n.\r\nNOOP\r\nRSET\r\nQUIT\r\n"
            .as_bytes(),
    )
    .await;
    assert_eq!(codes(&heard), ["220", "250", "250", "250", "250", "354", "250", "250", "250", "221"], "{heard}");
    for word in ["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 10485760"] {
        assert!(heard.contains(word), "{word}");
    }
    let message = &mailbox.messages()[0];
    assert_eq!(message.envelope_to, ["jörg@mail.example", "\"a>b\"@mail.example"]);
    assert!(message.raw.ends_with(b"\r\n.\r\n.two\r\none\r\nend\r\n"));
    assert_eq!((message.envelope_from.as_str(), message.received), ("", START));
}

#[tokio::test]
async fn what_is_out_of_order_or_too_big_is_refused() {
    let (mailbox, address, _stop) = mailbox().await;
    for (said, last) in [
        ("MAIL FROM:<a@b>\r\n", "503"),
        ("EHLO\r\n", "501"),
        ("EHLO me\r\nRCPT TO:<a@b>\r\n", "503"),
        ("EHLO me\r\nDATA\r\n", "503"),
        ("EHLO me\r\nMAIL FROM:<a@b>\r\nDATA\r\n", "503"),
        ("EHLO me\r\nMAIL FROM:<a@b>\r\nMAIL FROM:<a@b>\r\n", "503"),
        ("EHLO me\r\nMAIL FROM:a@b\r\n", "501"),
        ("EHLO me\r\nMAIL FROM:<a@b> SIZE=10485761\r\n", "552"),
        ("EHLO me\r\nMAIL FROM:<a@b> RET=FULL\r\n", "555"),
        ("EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<nobody>\r\n", "501"),
        ("EHLO me\r\nMAIL FROM:<a@b>\r\nRSET\r\nRCPT TO:<a@b>\r\n", "503"),
        ("AUTH PLAIN AAAA\r\n", "502"),
        ("STARTTLS\r\n", "502"),
        ("GET / HTTP/1.1\r\n", "500"),
    ] {
        assert_eq!(codes(&talk(address, said.as_bytes()).await).last(), Some(&last), "{said}");
    }
    let long = format!("EHLO {}\r\nNOOP\r\n", "x".repeat(100_000));
    assert_eq!(codes(&talk(address, long.as_bytes()).await), ["220", "500", "250"]);
    assert_eq!(codes(&talk(address, b"EHLO \xff\r\nNOOP\r\n").await), ["220", "500", "250"]);

    let start = "EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<a@b>\r\nDATA\r\n";
    let line = format!("{}\r\n", "x".repeat(998));
    let big = format!("{start}{}.\r\nNOOP\r\n", line.repeat(SIZE_LIMIT / line.len() + 1));
    assert_eq!(codes(&talk(address, big.as_bytes()).await)[4..], ["354", "552", "250"]);
    assert!(mailbox.messages().is_empty());

    // Smuggling: only CRLF . CRLF ends a message; what looks like an end to others stays inside.
    let smuggled = format!("{start}one\n.\nMAIL FROM:<evil@b>\r\n\n.\r\nx\r\n.\r\nQUIT\r\n");
    assert_eq!(codes(&talk(address, smuggled.as_bytes()).await)[4..], ["354", "250", "221"]);
    assert_eq!(mailbox.messages().len(), 1);
    // A message without its end is not a message.
    assert_eq!(codes(&talk(address, format!("{start}half").as_bytes()).await).last(), Some(&"354"));
    assert_eq!(mailbox.messages().len(), 1);
}

#[tokio::test]
async fn faults_look_like_real_ones_to_a_sender() {
    let (mailbox, address, _stop) = mailbox().await;
    for (fault, permanent, kept) in [
        (SmtpFault::Unavailable, false, 0),
        (SmtpFault::CutAtOnce, false, 0),
        (SmtpFault::TryLater, false, 0),
        (SmtpFault::TryLaterAfterData, false, 0),
        (SmtpFault::NoSuchMailbox, true, 0),
        (SmtpFault::CutAfterData, false, 1),
    ] {
        mailbox.fail_with(Some(fault));
        let error = post(address).await.expect_err("a fault");
        assert_eq!(error.is_permanent(), permanent, "{fault:?} {error:?}");
        assert_eq!(mailbox.messages().len(), kept, "{fault:?}");
    }
    // lettre's own time-out covers the connection only, so whoever sends must set one around it all.
    mailbox.fail_with(Some(SmtpFault::Silence));
    assert!(tokio::time::timeout(Duration::from_millis(300), post(address)).await.is_err());
    mailbox.fail_with(None);
    post(address).await.unwrap();
    assert_eq!(mailbox.messages().len(), 2);
}

#[tokio::test]
async fn a_thousand_messages_are_kept() {
    let (mailbox, _, _stop) = mailbox().await;
    for number in 0..MESSAGE_LIMIT + 3 {
        mailbox.receive(String::new(), vec!["a@b".to_owned()], format!("Subject: {number}\r\n\r\n").into_bytes());
    }
    let messages = mailbox.messages();
    assert_eq!(messages.len(), MESSAGE_LIMIT);
    assert_eq!((messages[0].subject.as_str(), messages[MESSAGE_LIMIT - 1].subject.as_str()), ("1002", "3"));
    let list = ask(&mailbox, "GET", "/api/v1/messages?start=10&limit=2", "").await.json();
    assert_eq!((&list["total"], &list["count"], &list["start"]), (&json!(1000), &json!(2), &json!(10)));
    assert_eq!(list["messages"][0]["Subject"], "992");
}

#[tokio::test]
async fn the_inbox_shows_hostile_mail_harmlessly() {
    let (mailbox, _, _stop) = mailbox().await;
    let evil = "<script>alert(1)</script>";
    let raw = format!(
        "From: \"{evil}\" <a@b.example>\r\nTo: g@b.example\r\nSubject: {evil}\r\nX-Evil: {evil}\r\n\
         Content-Type: text/html\r\n\r\n{evil}<p>javascript:alert(1) https://v.example/\"onclick=x</p>"
    );
    let message = mailbox.receive("a@b.example".to_owned(), vec![evil.to_owned()], raw.into_bytes());
    for target in
        ["/".to_owned(), format!("/view/{}", message.id), "/?query=%3Cscript%3Ealert(1)%3C/script%3E".to_owned()]
    {
        let page = ask(&mailbox, "GET", &target, "").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("<script"), "{target}");
        assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    }
    assert!(ask(&mailbox, "GET", "/", "").await.body.contains("http-equiv=\"refresh\""));
    let part = ask(&mailbox, "GET", &format!("/view/{}/html", message.id), "").await;
    let policy = part.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("sandbox ") && !policy.contains("allow-scripts") && policy.contains("default-src 'none'")
    );
    let pem = ask(&mailbox, "GET", "/ca.pem", "").await;
    assert_eq!(pem.body, "-----BEGIN CERTIFICATE-----\n");
    assert_eq!(ask(&mailbox, "GET", "/view/none", "").await.status, StatusCode::NOT_FOUND);
}
