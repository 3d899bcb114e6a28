//! Pages that say what is the matter and what to do next; every one of them shows the request id.

use askama::Template;
use http::StatusCode;

use crate::web::render::Page;

use super::chrome::Chrome;

/// A page that says what is the matter.
#[derive(Template)]
#[template(path = "notice.html")]
pub struct NoticePage {
    /// Around the page.
    pub chrome: Chrome,
    /// What is the matter.
    pub notice: Notice,
}

/// What is the matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A common URL: the address names no organization (product: refused, 400). Carries examples of right links.
    CommonUrl {
        /// How a right link looks, made from this instance's own address.
        examples: Vec<String>,
    },
    /// No such page, or no such organization: unknown, disabled and refused look alike.
    NotFound,
    /// The journey, form or code is too old, or belongs to another browser.
    StartAgain {
        /// Where to start again.
        url: Option<String>,
    },
    /// The identity provider does not answer.
    IdpDown {
        /// Its name.
        provider: String,
        /// Where to try again.
        again_url: String,
        /// Where the other ways are, if there are any.
        other_ways_url: Option<String>,
    },
    /// The identity provider answered something that cannot be used.
    IdpFault {
        /// Its name.
        provider: String,
        /// Where to try again.
        again_url: String,
        /// Where the other ways are, if there are any.
        other_ways_url: Option<String>,
    },
    /// The clock of the identity provider and ours are too far apart.
    ClocksDiffer {
        /// Its name.
        provider: String,
        /// By how many seconds its clock is ahead of ours; below zero: behind.
        ahead: i64,
        /// Where to try again.
        again_url: String,
        /// Where the other ways are, if there are any.
        other_ways_url: Option<String>,
    },
    /// The mail server does not take the code.
    MailDown {
        /// Where to try again.
        again_url: String,
        /// Where the other ways are, if there are any.
        other_ways_url: Option<String>,
    },
    /// The guest may not open this app.
    NotAssigned {
        /// Name of the app.
        app: String,
        /// The access panel.
        panel_url: String,
    },
    /// Too many requests.
    TooMany {
        /// Where to try again.
        again_url: Option<String>,
    },
    /// Something is broken on our side.
    Broken {
        /// Where to try again.
        again_url: Option<String>,
    },
    /// A trial sign-in of `vestibule idp test` is over.
    TrialOver,
    /// An application sent somebody here with a request that cannot be answered, not even to the application.
    WrongRequest {
        /// What is wrong with it, for whoever wrote the application: the code and the English words of OAuth 2.0.
        fault: String,
    },
}

/// A link at the end of a notice.
impl Notice {
    /// Its name for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::CommonUrl { .. } => "commonUrl",
            Self::NotFound => "notFound",
            Self::StartAgain { .. } => "startAgain",
            Self::IdpDown { .. } => "identityProviderUnavailable",
            Self::IdpFault { .. } => "identityProviderRefused",
            Self::ClocksDiffer { .. } => "clocksDiffer",
            Self::MailDown { .. } => "mailUnavailable",
            Self::NotAssigned { .. } => "notAssigned",
            Self::TooMany { .. } => "tooManyRequests",
            Self::Broken { .. } => "serviceUnavailable",
            Self::TrialOver => "trialOver",
            Self::WrongRequest { .. } => "wrongRequest",
        }
    }
}

struct Link<'a> {
    url: &'a str,
    label: String,
}

impl NoticePage {
    fn title(&self) -> String {
        let chrome = &self.chrome;
        match &self.notice {
            Notice::CommonUrl { .. } => chrome.say("common-url-title"),
            Notice::NotFound => chrome.say("not-found-title"),
            Notice::StartAgain { .. } => chrome.say("start-again-title"),
            Notice::IdpDown { provider, .. } => chrome.say_with("idp-down-title", "provider", provider),
            Notice::IdpFault { provider, .. } => chrome.say_with("idp-fault-title", "provider", provider),
            Notice::ClocksDiffer { provider, .. } => chrome.say_with("clocks-title", "provider", provider),
            Notice::MailDown { .. } => chrome.say("mail-down-title"),
            Notice::NotAssigned { app, .. } => chrome.say_with("not-assigned-title", "app", app),
            Notice::TooMany { .. } => chrome.say("too-many-title"),
            Notice::Broken { .. } => chrome.say("broken-title"),
            Notice::TrialOver => chrome.say("trial-over-title"),
            Notice::WrongRequest { .. } => chrome.say("wrong-request-title"),
        }
    }

    /// What happened, as HTML.
    fn what(&self) -> String {
        let chrome = &self.chrome;
        match &self.notice {
            Notice::CommonUrl { .. } => chrome.mark("common-url-what"),
            Notice::NotFound => chrome.mark("not-found-what"),
            Notice::StartAgain { .. } => chrome.mark("start-again-what"),
            Notice::IdpDown { provider, .. } => chrome.mark_with("idp-down-what", "provider", provider),
            Notice::IdpFault { provider, .. } => chrome.mark_with("idp-fault-what", "provider", provider),
            Notice::ClocksDiffer { ahead, .. } => {
                let key = if *ahead < 0 { "clocks-behind-what" } else { "clocks-ahead-what" };
                chrome.mark_with(key, "span", &span(chrome, ahead.unsigned_abs()))
            }
            Notice::MailDown { .. } => chrome.mark("mail-down-what"),
            Notice::NotAssigned { app, .. } => chrome.mark_with("not-assigned-what", "app", app),
            Notice::TooMany { .. } => chrome.mark("too-many-what"),
            Notice::Broken { .. } => chrome.mark("broken-what"),
            Notice::TrialOver => chrome.mark("trial-over-what"),
            Notice::WrongRequest { .. } => chrome.mark("wrong-request-what"),
        }
    }

    /// What to do next, as HTML.
    fn next(&self) -> String {
        let chrome = &self.chrome;
        match &self.notice {
            Notice::CommonUrl { .. } => chrome.mark("common-url-next"),
            Notice::NotFound => chrome.mark("not-found-next"),
            Notice::StartAgain { .. } => chrome.mark("start-again-next"),
            Notice::IdpDown { .. } => chrome.mark("idp-down-next"),
            Notice::IdpFault { .. } => chrome.mark("idp-fault-next"),
            Notice::ClocksDiffer { .. } => chrome.mark("clocks-next"),
            Notice::MailDown { .. } => chrome.mark("mail-down-next"),
            Notice::NotAssigned { .. } => chrome.mark("not-assigned-next"),
            Notice::TooMany { .. } => chrome.mark("too-many-next"),
            Notice::Broken { .. } => chrome.mark("broken-next"),
            Notice::TrialOver => chrome.mark("trial-over-next"),
            Notice::WrongRequest { .. } => chrome.mark("wrong-request-next"),
        }
    }

    /// What whoever wrote an application wants to know, in English as in the specifications.
    fn fault(&self) -> Option<&str> {
        match &self.notice {
            Notice::WrongRequest { fault } => Some(fault),
            _ => None,
        }
    }

    fn examples(&self) -> &[String] {
        match &self.notice {
            Notice::CommonUrl { examples } => examples,
            _ => &[],
        }
    }

    fn links(&self) -> Vec<Link<'_>> {
        let (main, label, other) = match &self.notice {
            Notice::CommonUrl { .. } | Notice::NotFound | Notice::TrialOver | Notice::WrongRequest { .. } => {
                (None, "", None)
            }
            Notice::StartAgain { url } => (url.as_deref(), "start-again", None),
            Notice::IdpDown { again_url, other_ways_url, .. }
            | Notice::IdpFault { again_url, other_ways_url, .. }
            | Notice::ClocksDiffer { again_url, other_ways_url, .. }
            | Notice::MailDown { again_url, other_ways_url } => {
                (Some(again_url.as_str()), "try-again", other_ways_url.as_deref())
            }
            Notice::NotAssigned { panel_url, .. } => (Some(panel_url.as_str()), "to-panel", None),
            Notice::TooMany { again_url } | Notice::Broken { again_url } => (again_url.as_deref(), "try-again", None),
        };
        let main = main.map(|url| Link { url, label: self.chrome.say(label) });
        let other = other.map(|url| Link { url, label: self.chrome.say("other-ways") });
        main.into_iter().chain(other).collect()
    }
}

/// So much time, about: in minutes, and from two of them on in hours or days.
fn span(chrome: &Chrome, seconds: u64) -> String {
    let (minute, hour, day) = (60, 3_600, 86_400);
    let (key, unit) = match seconds {
        _ if seconds >= 2 * day => ("span-days", day),
        _ if seconds >= 2 * hour => ("span-hours", hour),
        _ => ("span-minutes", minute),
    };
    let count = seconds.saturating_add(unit / 2) / unit;
    chrome.say_count(key, &u32::try_from(count).unwrap_or(u32::MAX).max(1))
}

impl Page for NoticePage {
    fn status(&self) -> StatusCode {
        match self.notice {
            Notice::CommonUrl { .. } | Notice::StartAgain { .. } | Notice::WrongRequest { .. } => {
                StatusCode::BAD_REQUEST
            }
            Notice::NotFound => StatusCode::NOT_FOUND,
            Notice::IdpDown { .. } | Notice::MailDown { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Notice::IdpFault { .. } | Notice::ClocksDiffer { .. } => StatusCode::BAD_GATEWAY,
            Notice::NotAssigned { .. } => StatusCode::FORBIDDEN,
            Notice::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Notice::Broken { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            Notice::TrialOver => StatusCode::OK,
        }
    }
}
