//! Remember that a guest opened a document, so that *Accept* can demand it of every browser, with or without JavaScript.

use crate::app::App;
use crate::model::SessionRecord;
use crate::short_term::{Key, Kind, ShortTermResult};

/// Remembers, for the rest of this session, that the guest opened this version.
pub async fn opened(app: &App, session: &SessionRecord, version: &str) -> ShortTermResult<()> {
    let left = session.absolute_end.since(app.clock.now());
    app.short_term.put(&key(session, version), b"1", left).await
}

/// Whether the guest opened this version in this session.
pub async fn was_opened(app: &App, session: &SessionRecord, version: &str) -> ShortTermResult<bool> {
    Ok(app.short_term.get(&key(session, version)).await?.is_some())
}

/// Beside the session, as everything that ends with it.
fn key(session: &SessionRecord, version: &str) -> Key {
    Key::of(session.tenant, Kind::Session, format!("{}/opened/{version}", session.id.0.as_hyphenated()))
}
