//! Builds the message on the wire from a rendered mail, and refuses whatever could smuggle a header (attack row B14).

use std::time::{Duration, SystemTime};

use data_encoding::BASE64;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use super::MailError;
use crate::model::{EmailAddress, LOGO_CONTENT_ID, MailId, OutgoingMail, Timestamp};

/// Longest address in a header: with its name it must fit on a line of 998 characters (RFC 5322 §2.1.1).
const LONGEST_URL: usize = 900;

/// RFC 5322 message with text and HTML part.
pub(super) fn build(from: &EmailAddress, mail: &OutgoingMail, id: MailId, at: Timestamp) -> Result<Message, MailError> {
    for (field, text) in [("subject", &mail.subject), ("sender name", &mail.from_name), ("language", &mail.language)] {
        if text.chars().any(char::is_control) {
            return Err(MailError::permanent(format!("the {field} holds control characters")));
        }
    }
    let mut builder = Message::builder()
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(at.seconds()).unwrap_or(0)))
        .message_id(Some(format!("<{}@{}>", id.0.as_hyphenated(), from.domain())))
        .from(Mailbox::new(Some(mail.from_name.clone()), address(from)?))
        .to(Mailbox::new(None, address(&mail.to)?))
        .subject(mail.subject.clone())
        // RFC 3834 §5: nobody's out-of-office shall answer.
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Content-Language"), mail.language.clone()));
    if let Some(cc) = &mail.cc {
        builder = builder.cc(Mailbox::new(None, address(cc)?));
    }
    if let Some(reply_to) = &mail.reply_to {
        builder = builder.reply_to(Mailbox::new(None, address(reply_to)?));
    }
    if let Some(url) = &mail.unsubscribe {
        // RFC 8058 §3.1. One line each: a folded or encoded address is not recognized everywhere.
        builder = builder
            .raw_header(plain_header("List-Unsubscribe", format!("<{}>", header_url(url)?)))
            .raw_header(plain_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    builder.multipart(body(mail)?).map_err(|_| MailError::permanent("the mail could not be put together"))
}

/// Text, and HTML with the logo that it shows, if there is one (RFC 2387).
fn body(mail: &OutgoingMail) -> Result<MultiPart, MailError> {
    let Some(logo) = &mail.logo else {
        return Ok(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()));
    };
    let unreadable = || MailError::permanent("the logo of the mail is no PNG in base64");
    let logo = BASE64.decode(logo.as_bytes()).map_err(|_| unreadable())?;
    let kind = ContentType::parse("image/png").map_err(|_| unreadable())?;
    let html = MultiPart::related()
        .singlepart(SinglePart::html(mail.html.clone()))
        .singlepart(Attachment::new_inline(LOGO_CONTENT_ID.to_owned()).body(logo, kind));
    Ok(MultiPart::alternative().singlepart(SinglePart::plain(mail.text.clone())).multipart(html))
}

/// An address for a header: `https`, or `http` in a demo, and nothing that could end the angle brackets or the line.
fn header_url(url: &str) -> Result<&str, MailError> {
    let web = url.starts_with("https://") || url.starts_with("http://");
    let plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>,\"\\".contains(&byte));
    if web && plain && url.len() <= LONGEST_URL {
        Ok(url)
    } else {
        Err(MailError::permanent("the address that stops such mails cannot be written in a header"))
    }
}

fn plain_header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

/// The address for lettre, whose own idea of an address is checked too.
pub(super) fn address(address: &EmailAddress) -> Result<Address, MailError> {
    Address::new(address.local(), address.domain().as_str())
        .map_err(|_| MailError::permanent("an address cannot be written in a mail"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> OutgoingMail {
        OutgoingMail {
            tenant: None,
            to: "guest@fabrikam.example".parse().unwrap(),
            cc: None,
            from_name: "Vestibule Invitations on behalf of Contoso".to_owned(),
            reply_to: Some("member@contoso.example".parse().unwrap()),
            subject: "Zoë invited you".to_owned(),
            text: "text part".to_owned(),
            html: "<p>html part</p>".to_owned(),
            language: "en".to_owned(),
            short_lived: false,
            invitation: None,
            unsubscribe: None,
            logo: None,
        }
    }

    fn raw(mail: &OutgoingMail) -> Result<String, MailError> {
        let from = "no-reply@login.example".parse().unwrap();
        let message = build(&from, mail, MailId(uuid::Uuid::nil()), Timestamp::from_seconds(1_700_000_000))?;
        Ok(String::from_utf8(message.formatted()).unwrap())
    }

    /// Header names above the first empty line, unfolded.
    fn header_names(raw: &str) -> Vec<String> {
        let head = raw.split("\r\n\r\n").next().unwrap();
        head.split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split(':').next().unwrap().to_ascii_lowercase())
            .collect()
    }

    #[test]
    fn the_same_mail_always_has_the_same_message_id() {
        let raw = raw(&mail()).unwrap();
        assert!(raw.contains("Message-ID: <00000000-0000-0000-0000-000000000000@login.example>\r\n"), "{raw}");
        assert!(raw.contains("Auto-Submitted: auto-generated\r\n"));
        assert!(raw.contains("Content-Language: en\r\n"));
        assert!(raw.contains("Reply-To: member@contoso.example\r\n"));
        assert!(raw.contains("Date: Tue, 14 Nov 2023 22:13:20"));
        assert!(raw.contains("multipart/alternative"));
    }

    #[test]
    fn a_mail_that_can_be_stopped_says_so_to_mail_programs() {
        let url = format!("https://login.example/contoso.example/blocks/{}", "x".repeat(300));
        let written = raw(&OutgoingMail { unsubscribe: Some(url.clone()), ..mail() }).unwrap();
        assert!(written.contains(&format!("\r\nList-Unsubscribe: <{url}>\r\n")), "{written}");
        assert!(written.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
        assert!(!raw(&mail()).unwrap().contains("List-Unsubscribe"));
    }

    #[test]
    fn a_logo_travels_inside_the_mail_and_is_fetched_from_nowhere() {
        let png = BASE64.encode(b"\x89PNG\r\n\x1a\n123");
        let written = raw(&OutgoingMail { logo: Some(png.clone()), ..mail() }).unwrap();
        for part in ["multipart/related", "Content-ID: <logo>", "Content-Type: image/png", "inline", &png] {
            assert!(written.contains(part), "{part} is missing in\n{written}");
        }
        assert!(raw(&OutgoingMail { logo: Some("no base64".to_owned()), ..mail() }).unwrap_err().permanent);
    }

    #[test]
    fn b14_the_address_that_stops_mails_cannot_carry_a_header() {
        for url in [
            "https://login.example/x\r\nBcc: evil@evil.example",
            "https://login.example/x\nBcc: y",
            "https://login.example/x>, <mailto:evil@evil.example",
            "https://login.example/x y",
            "https://login.example/\u{e9}",
            "https://login.example/\0",
            "mailto:evil@evil.example",
            "javascript:alert(1)",
            "",
        ] {
            assert!(raw(&OutgoingMail { unsubscribe: Some(url.to_owned()), ..mail() }).is_err(), "{url:?}");
        }
        let long = format!("https://login.example/{}", "x".repeat(LONGEST_URL));
        assert!(raw(&OutgoingMail { unsubscribe: Some(long), ..mail() }).is_err());
    }

    #[test]
    fn b14_line_breaks_in_names_and_subjects_are_refused() {
        let expected = header_names(&raw(&mail()).unwrap());
        let payloads = [
            "x\r\nBcc: evil@evil.example",
            "x\nBcc: evil@evil.example",
            "x\rBcc: evil@evil.example",
            "x\r\n\r\n<b>body</b>",
            "x\0y",
            "x\u{85}Bcc: evil@evil.example",
            "x\u{b}Bcc: evil@evil.example",
            "x\r\n\tBcc: evil@evil.example",
        ];
        for payload in payloads {
            for attack in [
                OutgoingMail { subject: payload.to_owned(), ..mail() },
                OutgoingMail { from_name: payload.to_owned(), ..mail() },
                OutgoingMail { language: payload.to_owned(), ..mail() },
            ] {
                assert!(raw(&attack).unwrap_err().permanent, "{payload:?} was accepted");
            }
        }
        // Spellings of a line break that are mere text stay text, in one header.
        for harmless in [
            "x%0d%0aBcc: evil@evil.example",
            "x\\r\\nBcc: y",
            "x\u{2028}Bcc: y",
            "=?utf-8?q?=0d=0aBcc:_y?=",
            "a\", <evil@evil.example>, \"b",
        ] {
            let written =
                raw(&OutgoingMail { subject: harmless.to_owned(), from_name: harmless.to_owned(), ..mail() }).unwrap();
            assert_eq!(header_names(&written), expected, "{harmless:?}");
        }
    }

    #[test]
    fn b14_no_address_can_carry_a_header() {
        for payload in [
            "guest@fabrikam.example\r\nBcc: evil@evil.example",
            "guest@fabrikam.example\nBcc: evil@evil.example",
            "guest@fabrikam.example\rX: y",
            "guest\r\nBcc: evil@evil.example",
            "guest\0@fabrikam.example",
            "guest@fabrikam.example, evil@evil.example",
            "guest@fabrikam.example> , <evil@evil.example",
            "\"a\r\nBcc: evil@evil.example\"@fabrikam.example",
            "guest@fabrikam.example\u{2028}Bcc: y",
            "guest@fabrikam.example\u{85}Bcc: y",
        ] {
            assert!(payload.parse::<EmailAddress>().is_err(), "{payload:?} became an address");
        }
        let copied = OutgoingMail { cc: Some("boss@contoso.example".parse().unwrap()), ..mail() };
        let written = raw(&copied).unwrap();
        assert!(written.contains("\r\nCc: boss@contoso.example\r\n"), "{written}");
    }

    #[test]
    fn b14_control_a_naive_builder_lets_the_header_in() {
        let naive = |subject: &str| format!("From: a@b.example\r\nTo: c@d.example\r\nSubject: {subject}\r\n\r\nbody");
        assert!(header_names(&naive("x\r\nBcc: evil@evil.example")).contains(&"bcc".to_owned()));
    }
}
