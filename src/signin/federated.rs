//! Sign in at an identity provider: leave with a transaction bound to the browser, come back and finish.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::advance::{SigninError, Visit, invitation_of};
use super::finish::{Finished, finish};
use super::home_sign_out::keep_hint;
use super::journey::{Chosen, Journey, Stranger};
use super::refused::refused;
use super::ticket::Ticket;
use crate::app::App;
use crate::keys::{Purpose, sha256_hex};
use crate::model::{Connection, ConnectionKind, ConnectionName, EmailAddress, Identity, Method, SecondFactorMethod};
use crate::oidc_client::{CallbackParameters, FederationError, LoginHint, Prompt, Transaction};
use crate::short_term::{Key, Kind};

/// How long an identity provider may take (decision 9).
const TRANSACTION_ENDS: Duration = Duration::from_secs(15 * 60);

/// A transaction towards an identity provider, kept under the hash of its `state`.
#[derive(Serialize, Deserialize)]
struct Pending {
    /// Hash of the browser that left; another browser cannot come back (attack row A6).
    browser: String,
    /// The connection it left by; a callback of another one is refused (attack rows A4, A5).
    connection: ConnectionName,
    /// Where the tab wants to go.
    ticket: Ticket,
    /// What the protocol needs; `None` once used.
    transaction: Option<Transaction>,
}

/// Leaves for the provider; returns its address.
pub async fn leave(
    app: &App,
    visit: &Visit,
    connection: &Connection,
    hint: Option<&EmailAddress>,
    journey: &Journey,
) -> Result<String, SigninError> {
    // Few for one browser; many for a network, behind which a whole office or a mail scanner may sit.
    let each_minute = app.settings.limits.attempts_per_minute;
    let browser = format!("transactions:{}", visit.browser_hash());
    let network = format!("transactions:{}", visit.network);
    for (counter, most) in [(browser, each_minute), (network, each_minute.saturating_mul(20))] {
        let counter = Key::of(visit.tenant.id, Kind::Limit, counter);
        if app.short_term.count(&counter, Duration::from_secs(60)).await? > most {
            return Err(SigninError::Limited);
        }
    }
    let redirect_uri = app.urls.federation_callback(visit.tenant.id, &connection.name);
    let creates = matches!(
        &journey.chosen,
        Some(Chosen::Social { connection: chosen, create: true }) if *chosen == connection.name
    );
    let prompt = match (journey.switching, journey.chooser_refused || journey.anew) {
        _ if creates => Prompt::Create,
        (false, _) if visit.ticket.fresh.is_some() => Prompt::Login,
        (false, _) => Prompt::AsTheProviderLikes,
        (true, false) => Prompt::SelectAccount,
        // Not every provider knows the chooser; each knows how to ask for the password again.
        (true, true) => Prompt::Login,
    };
    // An address goes to the provider that has the last word on it, and to no other.
    let address = hint.filter(|address| connection.is_authoritative_for(address.domain())).cloned();
    let hint = LoginHint { address, prompt, languages: Vec::new() };
    let begin = app.federation.begin(connection, &redirect_uri, hint).await?;
    let key = key(visit, begin.transaction.state());
    let pending = Pending {
        browser: visit.browser_hash(),
        connection: connection.name.clone(),
        ticket: visit.ticket.clone(),
        transaction: Some(begin.transaction),
    };
    write(app, &key, &pending).await?;
    visit.spend_hint(app, journey, None).await?;
    Ok(begin.authorization_url.to_string())
}

/// How coming back ended.
pub enum Returned {
    /// Go on with the journey: this is where the tab wants to go, and perhaps a new session cookie.
    GoOn {
        /// The tab's ticket.
        ticket: Ticket,
        /// New value of the session cookie.
        cookie: Option<String>,
    },
    /// The provider failed; the tab may try again.
    Failed {
        /// The tab's ticket.
        ticket: Ticket,
        /// Why, for the page and the log.
        error: FederationError,
    },
    /// Nobody of this browser left by this door: start again.
    Unknown,
}

/// Comes back from the provider. `visit.ticket` is not known yet and is replaced by the one that left.
pub async fn come_back(
    app: &App,
    visit: &mut Visit,
    connection: &Connection,
    callback: &CallbackParameters,
) -> Result<Returned, SigninError> {
    let Some(state) = callback.state() else { return Ok(Returned::Unknown) };
    let key = key(visit, state);
    // Looked at before it is taken: a stranger's browser must not use up what it cannot own.
    let Some(pending) = read(app, &key, app.short_term.get(&key).await?) else { return Ok(Returned::Unknown) };
    if pending.browser != visit.browser_hash() || pending.connection != connection.name {
        return Ok(Returned::Unknown);
    }
    let Some(pending) = read(app, &key, app.short_term.take(&key).await?) else { return Ok(Returned::Unknown) };
    visit.ticket = pending.ticket.clone();
    keep_ticket(app, &key, &pending).await?;
    let Some(transaction) = pending.transaction else {
        // The back button, or a reload: the tab goes on with whatever session there is.
        return Ok(Returned::GoOn { ticket: pending.ticket, cookie: None });
    };
    // A tab that comes back to a live session goes straight on (decision 9); what it brought is dropped unread.
    if visit.has_live_session(app) {
        return Ok(Returned::GoOn { ticket: pending.ticket, cookie: None });
    }
    let asserted = match app.federation.finish(connection, &transaction, callback).await {
        Ok(asserted) => asserted,
        Err(error) => {
            refused(app, visit, "fed", reason_of(&error)).await?;
            let mut journey = visit.journey(app).await?;
            if journey.switching && !journey.chooser_refused {
                journey.chooser_refused = true;
                visit.keep(app, &journey).await?;
            }
            return Ok(Returned::Failed { ticket: pending.ticket, error });
        }
    };
    let id_token = asserted.id_token.clone();
    let verified = asserted.email.as_ref().filter(|email| email.authoritative).map(|email| email.address.clone());
    let claimed = asserted.email.as_ref().map(|email| email.address.clone());
    let label = claimed.as_ref().map(ToString::to_string);
    let stranger = Stranger {
        identity: Identity {
            issuer: asserted.issuer,
            subject: asserted.subject,
            method: Method::Connection { name: connection.name.clone() },
        },
        label: label.or_else(|| asserted.name.clone()).unwrap_or_else(|| connection.display_name.clone()),
        verified,
        claimed,
        name: asserted.name,
        signed_in_at: app.clock.now(),
        second_factor: shown_at_home(connection, &asserted.amr, asserted.acr.as_deref()),
        authenticated_at: asserted.auth_time,
        by_passkey: false,
        home: asserted.home,
    };
    let mut journey = visit.journey(app).await?;
    let invitation = invitation_of(app, visit).await?;
    let cookie = match finish(app, visit, &mut journey, invitation.as_ref(), stranger).await? {
        Finished::SignedIn { cookie, record } => {
            keep_hint(app, visit, &record, id_token.as_deref()).await?;
            Some(cookie)
        }
        Finished::Stranger => None,
    };
    Ok(Returned::GoOn { ticket: pending.ticket, cookie })
}

/// Whether a second factor was shown at the provider, as far as this tenant takes its word: by exactly the values that it
/// configured, from the very ID token that says who signed in, and from no other kind of provider (attack row A17).
fn shown_at_home(connection: &Connection, amr: &[String], acr: Option<&str>) -> Option<SecondFactorMethod> {
    let trusted = connection.kind == ConnectionKind::Oidc && connection.mfa_trust.accepts(amr, acr);
    trusted.then_some(SecondFactorMethod::Home)
}

/// The kind of failure, without what the provider said.
fn reason_of(error: &FederationError) -> &'static str {
    match error {
        FederationError::Down(_) => "provider unreachable",
        FederationError::Lied(_) => "answer refused",
        FederationError::ClocksDiffer { .. } => "clocks differ",
        FederationError::Declined => "declined at the provider",
        FederationError::Expired => "expired",
        FederationError::Misconfigured(_) => "connection misconfigured",
    }
}

/// Remembers where the tab wanted to go, without the transaction, so that a repeated callback loses nothing.
async fn keep_ticket(app: &App, key: &Key, pending: &Pending) -> Result<(), SigninError> {
    let used = Pending {
        browser: pending.browser.clone(),
        connection: pending.connection.clone(),
        ticket: pending.ticket.clone(),
        transaction: None,
    };
    write(app, key, &used).await
}

fn key(visit: &Visit, state: &str) -> Key {
    Key::of(visit.tenant.id, Kind::Federation, sha256_hex(state.as_bytes()))
}

/// The transaction holds the verifier and the nonce, so it is sealed for this tenant (attack row L7).
async fn write(app: &App, key: &Key, pending: &Pending) -> Result<(), SigninError> {
    let plain = serde_json::to_vec(pending).unwrap_or_default();
    let sealed = app.keys.seal(Purpose::Federation, &key.flat(), &plain);
    Ok(app.short_term.put(key, sealed.as_bytes(), TRANSACTION_ENDS).await?)
}

fn read(app: &App, key: &Key, stored: Option<Vec<u8>>) -> Option<Pending> {
    let sealed = String::from_utf8(stored?).ok()?;
    let plain = app.keys.open_sealed(Purpose::Federation, &key.flat(), &sealed)?;
    serde_json::from_slice(&plain).ok()
}
