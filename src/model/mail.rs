//! A mail on its way out.

use serde::{Deserialize, Serialize};

use super::{EmailAddress, InvitationId, TenantId};

/// Row id of a mail in the outbox; also part of its Message-ID, so that a duplicate is recognizable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MailId(pub uuid::Uuid);

/// A rendered mail: what the outbox stores and the mailer sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutgoingMail {
    /// Which tenant it speaks for.
    pub tenant: Option<TenantId>,
    /// The one recipient.
    pub to: EmailAddress,
    /// Copy to one more person, as the inviter asked.
    pub cc: Option<EmailAddress>,
    /// Display name of the sender, e.g. `Vestibule Invitations on behalf of Contoso`.
    pub from_name: String,
    /// Where answers go; usually the inviter.
    pub reply_to: Option<EmailAddress>,
    /// Subject line.
    pub subject: String,
    /// Plain text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// BCP 47 tag of its language.
    pub language: String,
    /// Whether it carries a one-time passcode: such a mail is worthless after a few minutes, so the outbox drops it
    /// instead of retrying for a day.
    pub short_lived: bool,
    /// The invitation that it brings, so that a mail that comes back can be told there.
    #[serde(default)]
    pub invitation: Option<InvitationId>,
    /// Address that stops mails like this one (RFC 8058): shown by mail programs beside the sender.
    #[serde(default)]
    pub unsubscribe: Option<String>,
    /// The logo that the HTML part shows as `cid:logo`: a PNG in base64.
    #[serde(default)]
    pub logo: Option<String>,
}

/// What is left of a waiting mail when somebody is erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remains {
    /// It does not concern them.
    All(OutgoingMail),
    /// They were a second reader or the one to answer to: the mail goes out without them.
    Less(OutgoingMail),
    /// It is for them or speaks of them, so that it does not go out.
    Nothing,
}

impl OutgoingMail {
    /// The mail without the owner of `address`.
    pub fn without(mut self, address: &EmailAddress) -> Remains {
        let html = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&amp;", "&")]
            .iter()
            .fold(self.html.clone(), |text, (escape, character)| text.replace(escape, character));
        if self.to == *address || [&self.subject, &self.text, &html].iter().any(|text| mentions(text, address)) {
            return Remains::Nothing;
        }
        let named = |other: &Option<EmailAddress>| other.as_ref() == Some(address);
        let (copied, answered) = (named(&self.cc), named(&self.reply_to));
        self.cc = self.cc.filter(|_| !copied);
        self.reply_to = self.reply_to.filter(|_| !answered);
        if copied || answered { Remains::Less(self) } else { Remains::All(self) }
    }
}

/// Whether this very address stands in a text, and not only inside a longer one. A stop that ends a sentence and quotes
/// around it are not part of it.
fn mentions(text: &str, address: &EmailAddress) -> bool {
    let inside = |character: char| character.is_alphanumeric() || "@.!#$%&'*+-/=?^_`{|}~".contains(character);
    text.split(|character: char| !inside(character)).any(|word| {
        word == address.as_str() || word.trim_matches(['.', '\'', '!', '?', '`', '*', '_']) == address.as_str()
    })
}

/// `Content-ID` of the logo inside a mail.
pub const LOGO_CONTENT_ID: &str = "logo";

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str, text: &str) -> OutgoingMail {
        OutgoingMail {
            tenant: None,
            to: to.parse().unwrap(),
            cc: None,
            from_name: String::new(),
            reply_to: None,
            subject: String::new(),
            text: text.to_owned(),
            html: String::new(),
            language: "en".to_owned(),
            short_lived: false,
            invitation: None,
            unsubscribe: None,
            logo: None,
        }
    }

    #[test]
    fn a_mail_speaks_of_an_address_only_where_the_whole_of_it_stands() {
        let gone: EmailAddress = "e@x.example".parse().unwrap();
        for text in [
            "e@x.example",
            "Access of e@x.example ends.",
            "Write to e@x.example.",
            "<e@x.example>",
            "(e@x.example)",
            "'e@x.example'",
            "“e@x.example”, today",
            "mailto:e@x.example",
            "a@b.example,e@x.example;c@d.example",
            "Gwen\ne@x.example\n",
        ] {
            assert_eq!(mail("other@y.example", text).without(&gone), Remains::Nothing, "{text}");
            let html =
                OutgoingMail { html: text.replace('<', "&lt;").replace('\'', "&#39;"), ..mail("o@y.example", "") };
            assert_eq!(html.without(&gone), Remains::Nothing, "{text}");
        }
        for text in [
            "steve@x.example",
            "a.e@x.example",
            "a+e@x.example",
            "a-e@x.example",
            "o'e@x.example",
            "é@x.example ée@x.example",
            "e@x.example.org",
            "e@x.examples",
            "e@x.example-2.org",
            "e@eu.x.example",
            "E@x.example",
            "e@y.x.example and e at x.example",
        ] {
            let all = mail("other@y.example", text);
            assert_eq!(all.clone().without(&gone), Remains::All(all), "{text}");
        }
        // The control: looking for the letters alone wipes the mail of somebody else.
        assert!("steve@x.example".contains(gone.as_str()));
    }

    #[test]
    fn the_mail_of_others_goes_out_without_the_erased() {
        let gone: EmailAddress = "e@x.example".parse().unwrap();
        assert_eq!(mail("e@x.example", "").without(&gone), Remains::Nothing);
        let other = mail("steve@x.example", "");
        let copied = OutgoingMail { cc: Some(gone.clone()), reply_to: Some(gone.clone()), ..other.clone() };
        assert_eq!(copied.without(&gone), Remains::Less(other));
        let steve = OutgoingMail { cc: Some("steve@x.example".parse().unwrap()), ..mail("a@b.example", "") };
        assert_eq!(steve.clone().without(&gone), Remains::All(steve));
    }
}
