//! Renders mails that tell about a change: what happens, when, and one button.

use askama::Template;

use super::texts::{Filled, Say, TextError, accent, without_links};
use crate::model::{EmailAddress, OutgoingMail, Tenant};

/// What a mail tells about. Each has its own words under `mail-{name}-…`: `subject`, `title`, `what`, `next`, `button`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// To a guest: the access ends on `$day`.
    AccessEnds,
    /// To those who answer for a guest: the access of `$guest` ends on `$day`.
    GuestEnds,
    /// To those who answer for guests: say of `$count` guests whether they stay, until `$day`.
    ReviewAccess,
}

impl Notice {
    /// Its part of the keys of its words.
    fn name(self) -> &'static str {
        match self {
            Self::AccessEnds => "access-ends",
            Self::GuestEnds => "guest-ends",
            Self::ReviewAccess => "review-access",
        }
    }
}

/// What the mail says.
#[derive(Clone, Copy, Debug)]
pub struct NoticeMail<'a> {
    /// Product name.
    pub brand: &'a str,
    /// Host name of the broker.
    pub host: &'a str,
    /// Whose mail it is.
    pub tenant: &'a Tenant,
    /// The one recipient.
    pub to: &'a EmailAddress,
    /// What about.
    pub notice: Notice,
    /// Where the button leads, a page of ours.
    pub link: &'a str,
    /// Further variables of its sentences; names of people among them cannot become links.
    pub arguments: &'a [(&'a str, &'a str)],
}

#[derive(Template)]
#[template(path = "notice.html", config = "src/mail/templates/askama.toml")]
struct NoticeHtml<'a> {
    words: &'a Filled<'a>,
    link: &'a str,
    subject: &'a str,
    accent: &'a str,
    title: String,
    what: String,
    next: String,
    button: String,
}

#[derive(Template)]
#[template(path = "notice.txt", config = "src/mail/templates/askama.toml", escape = "none")]
struct NoticeText<'a> {
    words: &'a Filled<'a>,
    link: &'a str,
    title: String,
    what: String,
    next: String,
}

/// Renders a notice.
pub fn write(words: &dyn Say, mail: &NoticeMail<'_>) -> Result<OutgoingMail, TextError> {
    let domain = mail.tenant.primary_domain().map(|domain| domain.as_str()).unwrap_or_default();
    let safe: Vec<(&str, String)> = mail.arguments.iter().map(|(name, value)| (*name, without_links(value))).collect();
    let common =
        [("brand", mail.brand), ("host", mail.host), ("tenant", mail.tenant.display_name.as_str()), ("domain", domain)];
    let arguments = common.into_iter().chain(safe.iter().map(|(name, value)| (*name, value.as_str()))).collect();
    let body = Filled { words, arguments };
    let say = |part: &str| body.say(&format!("mail-{}-{part}", mail.notice.name()));
    let subject = say("subject");
    let html = NoticeHtml {
        words: &body,
        link: mail.link,
        subject: &subject,
        accent: accent(mail.tenant),
        title: say("title"),
        what: say("what"),
        next: say("next"),
        button: say("button"),
    };
    let text = NoticeText { words: &body, link: mail.link, title: say("title"), what: say("what"), next: say("next") };
    Ok(OutgoingMail {
        tenant: Some(mail.tenant.id),
        to: mail.to.clone(),
        cc: None,
        from_name: body.say("mail-notice-from"),
        reply_to: None,
        text: text.render()?,
        html: html.render()?,
        subject,
        language: words.tag().to_owned(),
        short_lived: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Texts;
    use crate::test_doubles::{address, contoso};

    #[test]
    fn every_notice_has_its_words_in_every_language_and_turns_no_name_into_a_link() {
        let tenant = contoso();
        let to = address("guest@fabrikam.example");
        for language in Texts::load().languages() {
            for notice in [Notice::AccessEnds, Notice::GuestEnds, Notice::ReviewAccess] {
                let mail = write(
                    language,
                    &NoticeMail {
                        brand: "Vestibule",
                        host: "vestibule.localhost",
                        tenant: &tenant,
                        to: &to,
                        notice,
                        link: "https://vestibule.localhost/x",
                        arguments: &[("guest", "<b>evil.example"), ("day", "2026-12-24"), ("count", "3")],
                    },
                )
                .unwrap();
                for part in [&mail.subject, &mail.text, &mail.html, &mail.from_name] {
                    assert!(!part.contains('⟦') && !part.contains("evil.example"), "{notice:?}: {part}");
                }
                assert!(mail.text.contains("https://vestibule.localhost/x"), "{}", mail.text);
                assert!(mail.text.contains("2026-12-24"), "{}", mail.text);
                assert!(!mail.html.contains("<b>"), "{}", mail.html);
            }
        }
    }
}
