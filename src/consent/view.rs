//! Remember that a guest opened a document, so that *Accept* can demand it of every browser, with or without JavaScript.

use data_encoding::BASE64URL_NOPAD;
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::keys::Purpose;
use crate::model::SessionRecord;
use crate::short_term::{Key, Kind, ShortTermResult};

/// What a link to a document carries: made for this session and this version, so that nobody else can write the link. A
/// link or a picture on another site can open the document in the guest's browser, but not on the guest's behalf.
pub fn link_token(app: &App, session: &SessionRecord, version: &str) -> String {
    BASE64URL_NOPAD.encode(&hash(app, session, version))
}

/// Remembers, for the rest of this session, that the guest opened this version, if `token` is the one of its own link.
/// Returns whether it is.
pub async fn opened(app: &App, session: &SessionRecord, version: &str, token: &str) -> ShortTermResult<bool> {
    let sent = BASE64URL_NOPAD.decode(token.as_bytes()).unwrap_or_default();
    if !bool::from(sent.as_slice().ct_eq(&hash(app, session, version))) {
        return Ok(false);
    }
    let left = session.absolute_end.since(app.clock.now());
    app.short_term.put(&key(session, version), b"1", left).await?;
    Ok(true)
}

/// Whether the guest opened this version in this session.
pub async fn was_opened(app: &App, session: &SessionRecord, version: &str) -> ShortTermResult<bool> {
    Ok(app.short_term.get(&key(session, version)).await?.is_some())
}

fn hash(app: &App, session: &SessionRecord, version: &str) -> [u8; 32] {
    let tenant = session.tenant.to_string();
    app.keys.keyed_hash(Purpose::Form, &[b"open", tenant.as_bytes(), session.id.0.as_bytes(), version.as_bytes()])
}

/// Beside the session, as everything that ends with it.
fn key(session: &SessionRecord, version: &str) -> Key {
    Key::of(session.tenant, Kind::Session, format!("{}/opened/{version}", session.id.0.as_hyphenated()))
}
