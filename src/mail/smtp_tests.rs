//! Drives the SMTP way out against a peer that speaks real SMTP over a socket and fails on demand.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::smtp::{Relay, SmtpMailer};
use super::{MailError, Mailer};
use crate::config::SmtpEncryption;
use crate::model::{MailId, OutgoingMail, Secret};
use crate::test_doubles::{TestClock, address};

/// What the peer saw, and what it answers instead of the usual: `("RCPT TO:<x", "550 no")`.
#[derive(Default)]
struct Peer {
    commands: Mutex<Vec<String>>,
    messages: Mutex<Vec<String>>,
    answers: Vec<(&'static str, &'static str)>,
}

impl Peer {
    async fn start(answers: Vec<(&'static str, &'static str)>) -> (Arc<Self>, u16) {
        let peer = Arc::new(Self { answers, ..Self::default() });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let served = Arc::clone(&peer);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let served = Arc::clone(&served);
                tokio::spawn(async move { served.serve(stream).await });
            }
        });
        (peer, port)
    }

    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 peer ESMTP\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            self.commands.lock().unwrap().push(line.clone());
            let told = self.answers.iter().find(|(start, _)| line.starts_with(start)).map(|(_, answer)| *answer);
            let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            let usual = match verb.as_str() {
                "EHLO" => "250-peer\r\n250-AUTH PLAIN\r\n250 SMTPUTF8",
                "AUTH" => "235 in",
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            write.write_all(format!("{}\r\n", told.unwrap_or(usual)).as_bytes()).await?;
            if verb == "DATA" && told.is_none() {
                let mut message = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    message.push_str(&line);
                    message.push('\n');
                }
                self.messages.lock().unwrap().push(message);
                write.write_all(b"250 taken\r\n").await?;
            }
        }
        Ok(())
    }

    fn recipients(&self) -> Vec<String> {
        self.commands.lock().unwrap().iter().filter(|line| line.starts_with("RCPT")).cloned().collect()
    }
}

fn mail() -> OutgoingMail {
    OutgoingMail {
        tenant: None,
        to: address("guest@fabrikam.example"),
        cc: None,
        from_name: "Vestibule Invitations on behalf of Contoso".to_owned(),
        reply_to: None,
        subject: "Hello".to_owned(),
        text: "text\n.\nafter a lonely dot".to_owned(),
        html: "<p>html</p>".to_owned(),
        language: "en".to_owned(),
        short_lived: false,
        invitation: None,
        unsubscribe: None,
        logo: None,
    }
}

async fn send(port: u16, mail: &OutgoingMail, login: Option<(String, Secret)>) -> Result<(), MailError> {
    let relay = Relay { host: "127.0.0.1".to_owned(), port, encryption: SmtpEncryption::None, login };
    let from = address("no-reply@login.example");
    let mailer = SmtpMailer::new(&relay, from, TestClock::at(1_700_000_000)).unwrap();
    mailer.send(mail, MailId(uuid::Uuid::nil())).await
}

#[tokio::test]
async fn a_mail_arrives_whole() {
    let (peer, port) = Peer::start(Vec::new()).await;
    send(port, &mail(), None).await.unwrap();
    assert_eq!(peer.recipients(), ["RCPT TO:<guest@fabrikam.example>"]);
    let message = peer.messages.lock().unwrap()[0].clone();
    assert!(message.contains("Message-ID: <00000000-0000-0000-0000-000000000000@login.example>"), "{message}");
    assert!(message.contains("after a lonely dot") && message.contains("<p>html</p>"), "{message}");
}

#[tokio::test]
async fn a_copy_goes_by_itself_and_its_failure_stops_nothing() {
    let (peer, port) = Peer::start(vec![("RCPT TO:<boss", "550 no such box")]).await;
    let copied = OutgoingMail { cc: Some(address("boss@fabrikam.example")), ..mail() };
    send(port, &copied, None).await.unwrap();
    assert_eq!(peer.recipients().len(), 2, "{:?}", peer.commands.lock().unwrap());
    assert_eq!(peer.messages.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn inv6_whoever_reads_a_copy_cannot_stop_the_recipients_mails() {
    let (peer, port) = Peer::start(vec![]).await;
    let page = "https://login.example/c0a70500/blocks";
    let right = format!("{page}/RIGHT-OF-THE-RECIPIENT");
    let copied = OutgoingMail {
        cc: Some(address("boss@fabrikam.example")),
        text: format!("Stop: {right}"),
        html: format!("<a href=\"{right}\">Stop</a>"),
        unsubscribe: Some(right),
        ..mail()
    };
    send(port, &copied, None).await.unwrap();
    let sent: Vec<String> = peer.messages.lock().unwrap().iter().map(|sent| sent.replace("=\r\n", "")).collect();
    assert_eq!(sent.len(), 2);
    let original = sent.iter().filter(|sent| sent.contains("RIGHT-OF-THE-RECIPIENT")).count();
    assert_eq!(original, 1, "the recipient has it, and nobody else: {sent:?}");
    assert!(sent.iter().all(|sent| sent.contains(page)), "the reader of the copy finds the page: {sent:?}");
}

#[tokio::test]
async fn answers_are_told_apart_and_never_quoted() {
    for (command, answer, permanent, unreachable) in [
        ("RCPT", "550 guest@fabrikam.example is unknown", true, false),
        ("RCPT", "450 greylisted, guest@fabrikam.example", false, false),
        ("DATA", "554 looks like spam", true, false),
        ("MAIL", "421 going down", false, true),
        ("MAIL", "530 sign in first", false, true),
        ("EHLO", "502 what", false, true),
    ] {
        let (_, port) = Peer::start(vec![(command, answer), ("HELO", "502 what")]).await;
        let error = send(port, &mail(), None).await.unwrap_err();
        assert_eq!((error.permanent, error.unreachable), (permanent, unreachable), "{command} {answer}: {error}");
        assert!(!error.reason.contains("guest@"), "{error}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_a_fault_of_the_settings_not_of_the_mail() {
    let (_, port) = Peer::start(vec![("AUTH", "535 no")]).await;
    let login = Some(("mailer".to_owned(), Secret::new("wrong")));
    let error = send(port, &mail(), login).await.unwrap_err();
    assert!(!error.permanent && error.unreachable, "{error}");
}

#[tokio::test]
async fn a_relay_that_is_away_is_tried_again_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let error = send(port, &mail(), None).await.unwrap_err();
    assert!(!error.permanent && error.unreachable, "{error}");
}

#[tokio::test]
async fn without_the_tls_that_was_asked_for_nothing_is_sent() {
    let (peer, port) = Peer::start(Vec::new()).await;
    let relay = Relay {
        host: "localhost".to_owned(),
        port,
        encryption: SmtpEncryption::StartTls,
        login: Some(("mailer".to_owned(), Secret::new("secret"))),
    };
    let mailer = SmtpMailer::new(&relay, address("no-reply@login.example"), TestClock::at(1_700_000_000)).unwrap();
    let error = mailer.send(&mail(), MailId(uuid::Uuid::nil())).await.unwrap_err();
    assert!(!error.permanent && error.unreachable, "{error}");
    let commands = peer.commands.lock().unwrap().clone();
    assert!(!commands.iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")), "{commands:?}");
}
