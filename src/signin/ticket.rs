//! Where one browser tab wants to go, sealed and carried by the tab itself, so that losing a record loses nothing.

use serde::{Deserialize, Serialize};

use crate::keys::{Keys, Purpose};
use crate::model::{AppId, ClientRequest, Domain, EmailAddress, InvitationId, SessionRecord, TenantId, Timestamp};

/// What lies behind the door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Destination {
    /// The access panel.
    Panel,
    /// An app host that asked for a code (RFC 6749 §4.1.1).
    App {
        /// The application.
        app: AppId,
        /// Its callback; checked when the ticket was made.
        redirect_uri: String,
        /// What the app host gets back untouched.
        state: String,
        /// RFC 7636 §4.3, method S256.
        code_challenge: String,
    },
    /// A client of the OIDC provider that asked for a code.
    Client {
        /// What it asked for; client and redirect URI were checked when the ticket was made.
        request: Box<ClientRequest>,
    },
    /// The front page of an app (direct sign-on link).
    AppHome {
        /// The application.
        app: AppId,
    },
    /// The mail link of an invitation.
    Invitation {
        /// Its locator.
        id: InvitationId,
    },
    /// The page of the sign-in methods.
    Methods,
    /// A page of ours in this tenant, below its own path.
    Page {
        /// Its path without the tenant, e.g. `account`.
        path: String,
    },
    /// The guest's own page, by a new way to sign in. The journey is this one's alone (attack row A7).
    ChangeSignIn {
        /// Random; names the journey.
        id: String,
    },
    /// Another tenant of this instance, whose guest signs in here as a member.
    Abroad {
        /// The resource tenant.
        tenant: TenantId,
        /// The ticket to go on with there, sealed for it.
        ticket: String,
        /// The address that is known there already; a hint, carried by the tab and by nothing else.
        #[serde(default)]
        hint: Option<EmailAddress>,
        /// Whether the person at the keyboard typed it, and so may see it whole.
        #[serde(default)]
        typed: bool,
    },
}

/// How lately the person must have signed in (OpenID Connect Core 1.0 §3.1.2.1, `prompt=login` and `max_age`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freshness {
    /// Not before this.
    pub since: Timestamp,
    /// When it was demanded: a sign-in after that is the answer to it, whatever it is worth.
    pub asked_at: Timestamp,
}

/// How far the clock of an identity provider may be behind ours.
const CLOCKS_DIFFER: std::time::Duration = std::time::Duration::from_secs(120);

impl Freshness {
    /// Whether a sign-in here at `signed_in_at` is fresh enough, and the secret that was shown for it as well: a provider
    /// may have remembered somebody instead of asking (attack row A17).
    pub fn is_met_by(&self, signed_in_at: Timestamp, authenticated_at: Option<Timestamp>) -> bool {
        let shown = authenticated_at.unwrap_or(signed_in_at);
        signed_in_at >= self.since && shown.plus(CLOCKS_DIFFER) >= self.since
    }
}

/// A destination, with what the tab remembers besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Where to.
    pub destination: Destination,
    /// Fragment of the first link, without `#`; known only where JavaScript ran (decision 13).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fragment: Option<String>,
    /// Who is expected to sign in, as the link says (OpenID Connect Core 1.0 §3.1.2.1, `login_hint`). Proves nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<EmailAddress>,
    /// Where they sign in, as the link says (the original's `domain_hint`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain_hint: Option<Domain>,
    /// How lately the person must have signed in, if that matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh: Option<Freshness>,
}

/// Longest fragment that is carried along.
const LONGEST_FRAGMENT: usize = 1024;

impl Ticket {
    /// A ticket to `destination`.
    pub fn to(destination: Destination) -> Self {
        Self { destination, fragment: None, login_hint: None, domain_hint: None, fresh: None }
    }

    /// The same ticket with a fragment, if it is one that a URL can carry.
    pub fn with_fragment(mut self, fragment: &str) -> Self {
        let fragment = fragment.trim_start_matches('#');
        let plain =
            fragment.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'`' | b'#'));
        if !fragment.is_empty() && fragment.len() <= LONGEST_FRAGMENT && plain {
            self.fragment = Some(fragment.to_owned());
        }
        self
    }

    /// The same ticket with the hints of its link; what is no address or no domain is no hint.
    pub fn with_hints(mut self, login_hint: Option<&str>, domain_hint: Option<&str>) -> Self {
        self.login_hint = login_hint.and_then(|text| text.trim().parse().ok());
        self.domain_hint = domain_hint.and_then(|text| text.trim().parse().ok());
        self
    }

    /// Seals the ticket for one tenant.
    pub fn seal(&self, keys: &Keys, tenant: TenantId) -> String {
        // Serializing a plain struct of strings cannot fail; an empty text opens as no ticket.
        let plain = serde_json::to_vec(self).unwrap_or_default();
        keys.seal(Purpose::Ticket, &tenant.to_string(), &plain)
    }

    /// Opens a ticket of this tenant; anything else is `None`.
    pub fn open(keys: &Keys, tenant: TenantId, sealed: &str) -> Option<Self> {
        let plain = keys.open_sealed(Purpose::Ticket, &tenant.to_string(), sealed)?;
        serde_json::from_slice(&plain).ok()
    }

    /// What a journey with this ticket is about. What was chosen, sent or proved for one invitation is nothing for another,
    /// nor for a direct link in the next tab (attack rows A7, B8).
    pub fn subject(&self) -> String {
        match &self.destination {
            Destination::Invitation { id } => format!("invitation:{id}"),
            Destination::Abroad { tenant, .. } => format!("abroad:{tenant}"),
            Destination::ChangeSignIn { id } => format!("change:{id}"),
            Destination::Panel
            | Destination::Page { .. }
            | Destination::App { .. }
            | Destination::Client { .. }
            | Destination::AppHome { .. }
            | Destination::Methods => "direct".to_owned(),
        }
    }

    /// The address that the link or another tenant handed over with the guest, and whether the person at the keyboard may
    /// see it whole.
    pub fn hint(&self) -> Option<(&EmailAddress, bool)> {
        match &self.destination {
            Destination::Abroad { hint: Some(hint), typed, .. } => Some((hint, *typed)),
            // Whoever made the link wrote it, and the person at the keyboard can read it there.
            _ => self.login_hint.as_ref().map(|hint| (hint, true)),
        }
    }

    /// The app that the guest wants to reach, if it is one.
    pub fn app(&self) -> Option<AppId> {
        match &self.destination {
            Destination::App { app, .. } | Destination::AppHome { app } => Some(*app),
            Destination::Client { request } => Some(request.app),
            Destination::Panel
            | Destination::Page { .. }
            | Destination::Methods
            | Destination::Invitation { .. }
            | Destination::ChangeSignIn { .. }
            | Destination::Abroad { .. } => None,
        }
    }

    /// What the OIDC client at the end of the way asked for, if it is one.
    pub fn client(&self) -> Option<&ClientRequest> {
        match &self.destination {
            Destination::Client { request } => Some(request),
            _ => None,
        }
    }

    /// Whether this session is one for this way: fresh enough, or at least the answer to the wish for a fresh one.
    pub fn counts(&self, session: &SessionRecord) -> bool {
        self.fresh.is_none_or(|fresh| {
            session.signed_in_at >= fresh.asked_at || fresh.is_met_by(session.signed_in_at, session.authenticated_at)
        })
    }

    /// The invitation whose mail link was opened.
    pub fn invitation(&self) -> Option<&InvitationId> {
        match &self.destination {
            Destination::Invitation { id } => Some(id),
            _ => None,
        }
    }
}
