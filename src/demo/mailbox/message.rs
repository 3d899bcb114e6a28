//! One message: the raw bytes as they came, and what a reader wants to know about them.

use std::sync::atomic::{AtomicBool, Ordering};

use mail_parser::{Address, MessageParser, MimeHeaders as _, PartType};

/// Somebody in a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// As written beside the address; often empty.
    pub name: String,
    /// The address.
    pub address: String,
}

/// A part that is not shown as text.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Position in the message, for Mailpit's `PartID`.
    pub part: usize,
    /// As named by the sender.
    pub file_name: String,
    /// Media type.
    pub content_type: String,
    /// `Content-ID`, for parts that the HTML shows.
    pub content_id: String,
    /// Shown within the HTML rather than beside it.
    pub inline: bool,
    /// Bytes, decoded.
    pub size: usize,
}

/// A message.
pub struct Message {
    /// 22 characters.
    pub id: String,
    /// When it came, seconds since 1970.
    pub received: i64,
    /// `MAIL FROM`; empty for a bounce.
    pub envelope_from: String,
    /// `RCPT TO`.
    pub envelope_to: Vec<String>,
    /// Exactly as it came, dots unstuffed.
    pub raw: Vec<u8>,
    /// `Message-ID` without angle brackets.
    pub message_id: String,
    /// `From`.
    pub from: Option<Person>,
    /// `To`.
    pub to: Vec<Person>,
    /// `Cc`.
    pub cc: Vec<Person>,
    /// Who got it without being named in a header.
    pub bcc: Vec<Person>,
    /// `Reply-To`.
    pub reply_to: Vec<Person>,
    /// `Subject`, decoded.
    pub subject: String,
    /// `Date`, seconds since 1970; when it came, if there is none.
    pub date: i64,
    /// The text part, or text made from the HTML.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The same with the pictures that came along, as a mail program shows it.
    pub pictured: String,
    /// Everything else.
    pub attachments: Vec<Attachment>,
    /// Header fields in their order, decoded loosely.
    pub headers: Vec<(String, String)>,
    read: AtomicBool,
}

impl Message {
    pub(super) fn new(id: String, from: String, to: Vec<String>, raw: Vec<u8>, now: i64) -> Self {
        let mut message = Self {
            id,
            received: now,
            envelope_from: from,
            envelope_to: to,
            raw: Vec::new(),
            message_id: String::new(),
            from: None,
            to: Vec::new(),
            cc: Vec::new(),
            bcc: Vec::new(),
            reply_to: Vec::new(),
            subject: String::new(),
            date: now,
            text: String::new(),
            html: String::new(),
            pictured: String::new(),
            attachments: Vec::new(),
            headers: Vec::new(),
            read: AtomicBool::new(false),
        };
        if let Some(parsed) = MessageParser::default().parse(raw.as_slice()) {
            message.fill(&parsed);
        }
        let named = |address: &str| {
            let named = message.to.iter().chain(&message.cc);
            named.map(|person| &person.address).any(|other| other.eq_ignore_ascii_case(address))
        };
        message.bcc = message
            .envelope_to
            .iter()
            .filter(|address| !named(address))
            .map(|address| Person { name: String::new(), address: address.clone() })
            .collect();
        message.raw = raw;
        message
    }

    fn fill(&mut self, parsed: &mail_parser::Message<'_>) {
        self.message_id = parsed.message_id().unwrap_or_default().to_owned();
        self.from = people(parsed.from()).into_iter().next();
        self.to = people(parsed.to());
        self.cc = people(parsed.cc());
        self.reply_to = people(parsed.reply_to());
        self.subject = parsed.subject().unwrap_or_default().to_owned();
        self.date = parsed.date().map_or(self.received, mail_parser::DateTime::to_timestamp);
        self.text = parsed.body_text(0).unwrap_or_default().into_owned();
        let is_html = parsed.html_part(0).is_some_and(|part| matches!(part.body, PartType::Html(_)));
        self.html = if is_html { parsed.body_html(0).unwrap_or_default().into_owned() } else { String::new() };
        self.pictured.clone_from(&self.html);
        for picture in parsed.attachments() {
            if let (Some(id), Some(kind)) = (picture.content_id(), picture.content_type()) {
                let kind = format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("octet-stream"));
                let data = format!("data:{kind};base64,{}", data_encoding::BASE64.encode(picture.contents()));
                self.pictured = self.pictured.replace(&format!("cid:{id}"), &data);
            }
        }
        self.headers = parsed
            .headers_raw()
            .map(|(name, value)| (name.to_owned(), value.split_whitespace().collect::<Vec<_>>().join(" ")))
            .collect();
        self.attachments = parsed
            .attachments()
            .enumerate()
            .map(|(part, attachment)| Attachment {
                part,
                file_name: attachment.attachment_name().unwrap_or_default().to_owned(),
                content_type: attachment.content_type().map_or_else(
                    || "application/octet-stream".to_owned(),
                    |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("octet-stream")),
                ),
                content_id: attachment.content_id().unwrap_or_default().to_owned(),
                inline: matches!(attachment.body, PartType::InlineBinary(_)),
                size: attachment.len(),
            })
            .collect();
    }

    /// Whether somebody opened it.
    pub fn is_read(&self) -> bool {
        self.read.load(Ordering::Relaxed)
    }

    /// Notes that somebody opened it, or not.
    pub fn set_read(&self, read: bool) {
        self.read.store(read, Ordering::Relaxed);
    }

    /// The first words.
    pub fn snippet(&self) -> String {
        let words = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        match words.char_indices().nth(250) {
            Some((end, _)) => format!("{}...", words.get(..end).unwrap_or_default()),
            None => words,
        }
    }
}

fn people(address: Option<&Address<'_>>) -> Vec<Person> {
    let addresses = address.into_iter().flat_map(Address::iter);
    addresses
        .map(|person| Person {
            name: person.name().unwrap_or_default().to_owned(),
            address: person.address().unwrap_or_default().to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(raw: &str) -> Message {
        Message::new("id".into(), "s@a.example".into(), vec!["g@b.example".into()], raw.replace('\n', "\r\n").into(), 7)
    }

    #[test]
    fn reads_encoded_words_quoted_printable_and_base64() {
        let message = message(
            "From: =?utf-8?b?w4VzYSDDlg==?= <asa@a.example>\nTo: G <g@b.example>\nBcc: x@b.example\n\
             Subject: =?utf-8?q?Bj=C3=B6rn_?=\n =?utf-8?q?invites?= you\nMessage-ID: <1@a>\nMIME-Version: 1.0\n\
             Date: Fri, 20 Nov 2026 12:00:00 +0100\n\
             Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\
             Content-Transfer-Encoding: quoted-printable\n\nH=C3=A9 https://v.example/a?b=3D1=\n&c\n\n--b\n\
             Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\nPGI+SMOpPC9iPg==\n--b--\n",
        );
        assert_eq!(message.from, Some(Person { name: "Åsa Ö".into(), address: "asa@a.example".into() }));
        assert_eq!(message.subject, "Björn invites you");
        assert_eq!(message.text.trim(), "Hé https://v.example/a?b=1&c");
        assert_eq!(message.html, "<b>Hé</b>");
        assert_eq!(message.message_id, "1@a");
        assert_eq!(message.date, 1_795_172_400);
        assert!(message.attachments.is_empty() && message.bcc.is_empty());
    }

    #[test]
    fn a_plain_message_has_no_html_and_hidden_recipients_are_bcc() {
        let message = message("From: s@a.example\nTo: other@b.example\nSubject: x\n\nLine one\n\n line two\n");
        assert_eq!(message.html, "");
        assert_eq!(message.snippet(), "Line one line two");
        assert_eq!(message.bcc, [Person { name: String::new(), address: "g@b.example".into() }]);
        assert_eq!(message.date, 7);
    }

    #[test]
    fn attachments_are_counted() {
        let message = message(
            "From: s@a.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b\n\
             Content-Type: application/pdf; name=\"t.pdf\"\nContent-Disposition: attachment; filename=\"t.pdf\"\n\
             Content-Transfer-Encoding: base64\n\nAAAA\n--b--\n",
        );
        assert_eq!(message.attachments.len(), 1);
        assert_eq!(message.attachments[0].file_name, "t.pdf");
        assert_eq!(message.attachments[0].content_type, "application/pdf");
        assert_eq!(message.attachments[0].size, 3);
    }

    #[test]
    fn rubbish_is_kept_as_it_is() {
        for raw in ["", "\u{0}\u{1}", "no header at all", "Content-Type: multipart/mixed; boundary=\n\n--\n"] {
            assert_eq!(message(raw).raw, raw.replace('\n', "\r\n").as_bytes());
        }
    }
}
