//! Renders the two mails of a guest's way in, the invitation and the one-time passcode, as plain text and HTML.

use askama::Template;
use data_encoding::BASE64;

use crate::i18n::{Language, Texts};
use crate::model::{Colour, EmailAddress, InvitationId, OutgoingMail, Tenant};

/// One language's words. Implemented by the language of `i18n`; a trait, so that mails can be rendered without it.
pub trait Say: Send + Sync {
    /// The text under `key`.
    fn say(&self, key: &str) -> String;
    /// The text under `key` with its arguments filled in.
    fn say_with(&self, key: &str, arguments: &[(&str, &str)]) -> String;
    /// BCP 47 tag.
    fn tag(&self) -> &str;
}

/// All languages that mails can speak.
pub trait Words: Send + Sync {
    /// The first language of `wanted` that exists, else English.
    fn in_language(&self, wanted: &[String]) -> Box<dyn Say + '_>;
}

impl Say for Language {
    fn say(&self, key: &str) -> String {
        Self::say(self, key)
    }

    fn say_with(&self, key: &str, arguments: &[(&str, &str)]) -> String {
        Self::say_with(self, key, arguments)
    }

    fn tag(&self) -> &str {
        Self::tag(self)
    }
}

impl Words for Texts {
    fn in_language(&self, wanted: &[String]) -> Box<dyn Say + '_> {
        Box::new(self.language(wanted))
    }
}

/// A text could not be rendered: a template failed, which no input should achieve.
#[derive(Debug, thiserror::Error)]
#[error("a mail could not be rendered: {0}")]
pub struct TextError(#[from] askama::Error);

/// Where the button of an invitation leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// The access panel of the tenant.
    Panel,
    /// The one app that the invitation names.
    App(&'a str),
    /// The redirect URL that the inviter chose.
    Address(&'a str),
}

/// What an invitation mail says.
#[derive(Clone, Copy, Debug)]
pub struct InvitationMail<'a> {
    /// Product name.
    pub brand: &'a str,
    /// Host name of the broker.
    pub host: &'a str,
    /// Who invites.
    pub tenant: &'a Tenant,
    /// Name of the inviter.
    pub inviter: &'a str,
    /// Where answers go, if the inviter has a mail address.
    pub inviter_address: Option<&'a EmailAddress>,
    /// The guest.
    pub to: &'a EmailAddress,
    /// One more reader.
    pub cc: Option<&'a EmailAddress>,
    /// Plain text of the inviter.
    pub message: Option<&'a str>,
    /// Where the button leads in the end.
    pub place: Place<'a>,
    /// The redeem URL.
    pub redeem_url: &'a str,
    /// The invitation, so that a mail that comes back can be told there.
    pub invitation: &'a InvitationId,
    /// Page on which the guest blocks future invitations, and where mail programs do it by one click (RFC 8058).
    pub block_url: &'a str,
}

/// What a passcode mail says.
#[derive(Clone, Copy, Debug)]
pub struct PasscodeMail<'a> {
    /// Product name.
    pub brand: &'a str,
    /// Origin of the broker: the only place where the code may be typed.
    pub origin: &'a str,
    /// The only link: a page of the tenant on our own host.
    pub link: &'a str,
    /// Who asks.
    pub tenant: &'a Tenant,
    /// Name of the app that was asked for, if known.
    pub app: Option<&'a str>,
    /// Browser and network that asked, if known, e.g. `Firefox on Linux, 203.0.113.0/24`.
    pub browser: Option<&'a str>,
    /// What the code is for: the end of message keys, `sign_in`, `redeem`, `create_account` or `blocks`.
    pub purpose: &'a str,
    /// Eight digits.
    pub code: &'a str,
    /// How long it works.
    pub minutes: u64,
    /// The mailbox.
    pub to: &'a EmailAddress,
}

#[derive(Template)]
#[template(path = "invitation.html", config = "src/mail/templates/askama.toml")]
struct InvitationHtml<'a> {
    mail: &'a InvitationMail<'a>,
    words: &'a Filled<'a>,
    subject: &'a str,
    accent: Colour,
    logo: bool,
    domain: &'a str,
    inviter: &'a str,
    message: Option<&'a str>,
    place: &'a str,
}

#[derive(Template)]
#[template(path = "invitation.txt", config = "src/mail/templates/askama.toml", escape = "none")]
struct InvitationText<'a> {
    mail: &'a InvitationMail<'a>,
    words: &'a Filled<'a>,
    domain: &'a str,
    inviter: &'a str,
    message: Option<&'a str>,
    place: &'a str,
}

#[derive(Template)]
#[template(path = "passcode.html", config = "src/mail/templates/askama.toml")]
struct PasscodeHtml<'a> {
    mail: &'a PasscodeMail<'a>,
    words: &'a Filled<'a>,
    subject: &'a str,
    accent: Colour,
}

#[derive(Template)]
#[template(path = "passcode.txt", config = "src/mail/templates/askama.toml", escape = "none")]
struct PasscodeText<'a> {
    mail: &'a PasscodeMail<'a>,
    words: &'a Filled<'a>,
}

/// The words of one mail together with everything their sentences may mention.
pub(super) struct Filled<'a> {
    words: &'a dyn Say,
    arguments: Vec<(&'a str, &'a str)>,
}

impl<'a> Filled<'a> {
    pub(super) fn new(words: &'a dyn Say, arguments: Vec<(&'a str, &'a str)>) -> Self {
        Self { words, arguments }
    }

    pub(super) fn say(&self, key: &str) -> String {
        self.words.say_with(key, &self.arguments)
    }

    pub(super) fn tag(&self) -> &str {
        self.words.tag()
    }

    /// A message key that ends in what the mail is for.
    fn say_for(&self, key: &str, purpose: &str) -> String {
        self.say(&format!("{key}-{purpose}"))
    }
}

/// Colour of a tenant that chose none.
pub(super) const ACCENT: Colour = Colour::new(0x1f, 0x4a, 0x3f);

/// Largest logo that travels in a mail: it is sent with every invitation, and people read on telephones. A larger one is
/// left out, and the name and domain stand alone.
const LOGO_BYTES: usize = 48 * 1024;

/// The invitation: every element of the original's (entra-b2b §7), the warning against phishing first.
pub fn invitation(words: &dyn Say, mail: &InvitationMail<'_>) -> Result<OutgoingMail, TextError> {
    let tenant = mail.tenant.display_name.as_str();
    let domain = mail.tenant.primary_domain().map(|domain| domain.as_str()).unwrap_or_default();
    // Only the body needs it: subjects and names are not turned into links by mail programs.
    let inviter = without_links(mail.inviter);
    let message = mail.message.map(without_links);
    let place_name = match mail.place {
        Place::Panel => "",
        Place::App(name) | Place::Address(name) => name,
    };
    let common =
        [("brand", mail.brand), ("host", mail.host), ("tenant", tenant), ("domain", domain), ("place", place_name)];
    let with = |inviter| common.iter().copied().chain([("inviter", inviter)]).collect::<Vec<_>>();
    let head = Filled { words, arguments: with(mail.inviter) };
    let body = Filled { words, arguments: with(inviter.as_str()) };
    let place = body.say(match mail.place {
        Place::Panel => "mail-invitation-place-panel",
        Place::App(_) => "mail-invitation-place-app",
        Place::Address(_) => "mail-invitation-place-url",
    });
    let title = body.say("mail-invitation-subject");
    let logo = logo(mail.tenant);
    let html = InvitationHtml {
        mail,
        words: &body,
        subject: &title,
        accent: accent(mail.tenant),
        logo: logo.is_some(),
        domain,
        inviter: &inviter,
        message: message.as_deref(),
        place: &place,
    };
    let text =
        InvitationText { mail, words: &body, domain, inviter: &inviter, message: message.as_deref(), place: &place };
    Ok(OutgoingMail {
        tenant: Some(mail.tenant.id),
        to: mail.to.clone(),
        cc: mail.cc.cloned(),
        from_name: head.say("mail-invitation-from"),
        reply_to: mail.inviter_address.cloned(),
        subject: head.say("mail-invitation-subject"),
        text: text.render()?,
        html: html.render()?,
        language: words.tag().to_owned(),
        short_lived: false,
        invitation: Some(mail.invitation.clone()),
        unsubscribe: Some(mail.block_url.to_owned()),
        logo,
    })
}

/// The passcode: who asks, the digits, how long, and never to give it to anyone (attack row B9).
pub fn passcode(words: &dyn Say, mail: &PasscodeMail<'_>) -> Result<OutgoingMail, TextError> {
    let minutes = mail.minutes.to_string();
    let domain = mail.tenant.primary_domain().map(|domain| domain.as_str()).unwrap_or_default();
    let app = mail.app.map(without_links).unwrap_or_default();
    let browser = mail.browser.map(without_links).unwrap_or_default();
    let body = Filled {
        words,
        arguments: vec![
            ("brand", mail.brand),
            ("host", mail.origin),
            ("tenant", mail.tenant.display_name.as_str()),
            ("domain", domain),
            ("minutes", minutes.as_str()),
            ("app", app.as_str()),
            ("browser", browser.as_str()),
        ],
    };
    let subject = body.say_for("mail-passcode-subject", mail.purpose);
    Ok(OutgoingMail {
        tenant: Some(mail.tenant.id),
        to: mail.to.clone(),
        cc: None,
        from_name: body.say("mail-passcode-from"),
        reply_to: None,
        text: PasscodeText { mail, words: &body }.render()?,
        html: PasscodeHtml { mail, words: &body, subject: &subject, accent: accent(mail.tenant) }.render()?,
        subject,
        language: words.tag().to_owned(),
        short_lived: true,
        invitation: None,
        unsubscribe: None,
        logo: None,
    })
}

/// The tenant's colour if it is one and carries white text at 4.5 : 1, as the button has it.
pub(super) fn accent(tenant: &Tenant) -> Colour {
    tenant.branding.accent.as_deref().and_then(Colour::accent).unwrap_or(ACCENT)
}

/// The logo in base64: PNG alone, since several mail programs show no WebP.
fn logo(tenant: &Tenant) -> Option<String> {
    let png = |bytes: &&Vec<u8>| bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.len() <= LOGO_BYTES;
    tenant.branding.logo.as_ref().filter(png).map(|bytes| BASE64.encode(bytes))
}

/// Keeps mail programs from turning words of a person into links: an invisible joiner (U+2060) goes where a link could
/// be recognized, after `://` and `@` and before a dot inside a word (attack row B14).
pub(super) fn without_links(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut previous = ' ';
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        let inside = !previous.is_whitespace() && !next.is_whitespace();
        match character {
            '.' | '@' | ':' | '。' | '．' | '｡' if inside => safe.extend(['\u{2060}', character, '\u{2060}']),
            _ => safe.push(character),
        }
        previous = character;
    }
    safe
}
