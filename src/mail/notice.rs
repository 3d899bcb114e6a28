//! Short mails about something that happened or is about to: a heading, a few sentences, and perhaps one button.

use askama::Template;

use super::texts::{Filled, Say, TextError, accent, without_links};
use crate::model::{Colour, EmailAddress, OutgoingMail, Tenant};

/// What a notice says: keys of texts. A new kind of notice is one more constant of this type, wherever its verb lives.
#[derive(Clone, Copy, Debug)]
pub struct Wording {
    /// The subject, and the heading.
    pub heading: &'static str,
    /// The sentences, a paragraph each.
    pub paragraphs: &'static [&'static str],
    /// The label of the button; used if the notice has an address for it.
    pub button: Option<&'static str>,
}

/// Access of a guest ends soon. Names `$date`.
pub const ACCESS_ENDS: Wording = Wording {
    heading: "notice-access-ends",
    paragraphs: &["notice-access-ends-what", "notice-access-ends-next"],
    button: Some("notice-access-ends-button"),
};

/// Somebody signed in with a personal account in a browser that was not known. Names `$time`, `$browser`, `$address`.
pub const NEW_DEVICE: Wording = Wording {
    heading: "notice-new-device",
    paragraphs: &["notice-new-device-what", "notice-new-device-you", "notice-new-device-not-you"],
    button: Some("notice-new-device-button"),
};

/// A way to sign in to a personal account was added, changed or removed. Names `$time`, `$address`, `$method`.
pub const METHOD_CHANGED: Wording = Wording {
    heading: "notice-method-changed",
    paragraphs: &["notice-method-changed-what", "notice-method-changed-you", "notice-method-changed-not-you"],
    button: Some("notice-method-changed-button"),
};

/// A sponsor shall say which guests keep their access. Names `$guests`, `$date`.
pub const REVIEW_REQUEST: Wording = Wording {
    heading: "notice-review",
    paragraphs: &["notice-review-what", "notice-review-until"],
    button: Some("notice-review-button"),
};

/// The tenant ended an invitation or the access of a guest.
pub const ENDED: Wording =
    Wording { heading: "notice-ended", paragraphs: &["notice-ended-what", "notice-ended-next"], button: None };

/// Invitation mails of one tenant are blocked. Names `$address`.
pub const BLOCKED: Wording = Wording {
    heading: "notice-blocked",
    paragraphs: &["notice-blocked-what", "notice-blocked-next"],
    button: Some("notice-blocked-button"),
};

/// Invitation mails of everybody are blocked. Names `$address`.
pub const BLOCKED_ALL: Wording = Wording {
    heading: "notice-blocked-all",
    paragraphs: &["notice-blocked-all-what", "notice-blocked-next"],
    button: Some("notice-blocked-button"),
};

/// One notice.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// Product name.
    pub brand: &'a str,
    /// Host name of the broker.
    pub host: &'a str,
    /// Whom it speaks for; `None` for the instance, e.g. about a personal account.
    pub tenant: Option<&'a Tenant>,
    /// The reader.
    pub to: &'a EmailAddress,
    /// What it says.
    pub wording: &'a Wording,
    /// What its texts name, e.g. `("date", "1 May 2027")`. Words of people cannot become links.
    pub variables: &'a [(&'a str, &'a str)],
    /// Where the button leads: an address of our own host.
    pub url: Option<&'a str>,
}

struct Button<'a> {
    label: String,
    url: &'a str,
}

#[derive(Template)]
#[template(path = "notice.html", config = "src/mail/templates/askama.toml")]
struct NoticeHtml<'a> {
    words: &'a Filled<'a>,
    subject: &'a str,
    accent: Colour,
    paragraphs: &'a [String],
    button: Option<&'a Button<'a>>,
}

#[derive(Template)]
#[template(path = "notice.txt", config = "src/mail/templates/askama.toml", escape = "none")]
struct NoticeText<'a> {
    words: &'a Filled<'a>,
    subject: &'a str,
    paragraphs: &'a [String],
    button: Option<&'a Button<'a>>,
}

/// Renders a notice.
pub fn notice(words: &dyn Say, notice: &Notice<'_>) -> Result<OutgoingMail, TextError> {
    let domain = notice.tenant.and_then(Tenant::primary_domain).map(|domain| domain.as_str()).unwrap_or_default();
    let common = [
        ("brand", notice.brand),
        ("host", notice.host),
        ("tenant", notice.tenant.map_or(notice.brand, |tenant| tenant.display_name.as_str())),
        ("domain", domain),
    ];
    let head = Filled::new(words, common.iter().chain(notice.variables).copied().collect());
    let harmless: Vec<(&str, String)> =
        notice.variables.iter().map(|(name, value)| (*name, without_links(value))).collect();
    let harmless = harmless.iter().map(|(name, value)| (*name, value.as_str()));
    let body = Filled::new(words, common.iter().copied().chain(harmless).collect());

    let heading = body.say(notice.wording.heading);
    let paragraphs: Vec<String> = notice.wording.paragraphs.iter().map(|key| body.say(key)).collect();
    let button = notice.wording.button.zip(notice.url).map(|(key, url)| Button { label: body.say(key), url });
    let html = NoticeHtml {
        words: &body,
        subject: &heading,
        accent: notice.tenant.map_or(super::texts::ACCENT, accent),
        paragraphs: &paragraphs,
        button: button.as_ref(),
    };
    let text = NoticeText { words: &body, subject: &heading, paragraphs: &paragraphs, button: button.as_ref() };
    Ok(OutgoingMail {
        tenant: notice.tenant.map(|tenant| tenant.id),
        to: notice.to.clone(),
        cc: None,
        from_name: head.say(if notice.tenant.is_some() { "notice-from" } else { "notice-from-instance" }),
        reply_to: None,
        subject: head.say(notice.wording.heading),
        text: text.render()?,
        html: html.render()?,
        language: words.tag().to_owned(),
        short_lived: false,
        invitation: None,
        unsubscribe: None,
        logo: None,
    })
}
