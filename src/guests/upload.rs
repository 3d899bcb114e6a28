//! Invite by an uploaded file: read and foreseen first, kept sealed for the session that sent it, and run when confirmed.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::assign::Given;
use super::csv_table::TableError;
use super::import::{Import, ImportReport, import};
use super::invite::Inviter;
use super::{GuestsError, context};
use crate::app::App;
use crate::keys::{Purpose, token};
use crate::model::{SessionId, Tenant, Timestamp, User};
use crate::short_term::{Key, Kind, ShortTermResult};
use crate::snapshot::Snapshot;

/// Most rows of an uploaded file. The command line takes more.
pub const MOST_ROWS: usize = 5_000;
/// How long a file and its results are kept.
const KEPT: Duration = Duration::from_secs(60 * 60);
/// How long the mark of a running import outlives whoever set it: after a crash, this long until it can go on.
const MARKED: Duration = Duration::from_secs(30);
/// How often the mark is set anew.
const BEAT: Duration = Duration::from_secs(10);
/// How long a browser waits for the results before it is shown that the work goes on.
const PATIENCE: Duration = Duration::from_secs(8);

/// Whose file it is: it can be seen and run in this very session alone, and there is one at a time.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The administrator, as the directory has them now.
    pub user: User,
    /// The session.
    pub session: SessionId,
}

/// What holds for every row that does not say otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defaults {
    /// What every guest is given besides.
    pub given: Given,
    /// Words for the mail.
    pub message: Option<String>,
    /// Where guests land.
    pub redirect_url: Option<String>,
    /// Whether mails are sent.
    pub send_mail: bool,
    /// Invite anew whom an earlier file invited the same way.
    pub again: bool,
}

/// A file with what would become, or became, of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Upload {
    /// Its name in addresses.
    pub id: String,
    /// What holds for every row.
    pub defaults: Defaults,
    /// When it was begun, if it was.
    pub begun_at: Option<Timestamp>,
    /// Whether every row was worked on; the report says what became of it then, before what would.
    pub done: bool,
    /// One result for each row.
    pub report: ImportReport,
    /// Emptied when nothing is left to do.
    text: String,
}

/// A file as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The file.
    pub upload: Upload,
    /// Whether it is being worked on at this moment.
    pub running: bool,
}

/// Why a file was not taken, or not run.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// It is no table.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The file before is still being worked on.
    #[error("the file before is still being worked on")]
    Busy,
    /// Something below failed.
    #[error(transparent)]
    Failed(#[from] GuestsError),
}

impl From<crate::short_term::ShortTermError> for UploadError {
    fn from(error: crate::short_term::ShortTermError) -> Self {
        Self::Failed(error.into())
    }
}

/// The tenant of a request, by which everything is done.
#[derive(Clone)]
pub struct Place {
    /// The bench.
    pub app: Arc<App>,
    /// The configuration.
    pub snapshot: Arc<Snapshot>,
    /// The tenant.
    pub tenant: Arc<Tenant>,
}

/// Reads a file, foresees every row, and keeps both for [`run`]. It replaces an earlier file of this administrator, unless
/// that one is being worked on.
pub async fn keep(place: &Place, owner: &Owner, defaults: Defaults, text: String) -> Result<String, UploadError> {
    if place.app.short_term.get(&mark_key(place, owner)).await?.is_some() {
        return Err(UploadError::Busy);
    }
    let report = import(guests(place), &wish(owner, &defaults, true), &text).await?;
    let id = token(place.app.random.as_ref());
    let upload = Upload { id: id.clone(), defaults, begun_at: None, done: false, report, text };
    store(place, owner, &upload).await?;
    Ok(id)
}

/// The file that this session sent, under this name. Another session's, an older one and a made-up one are alike: none.
pub async fn look(place: &Place, owner: &Owner, id: &str) -> Result<Option<Seen>, UploadError> {
    Ok(last(place, owner).await?.filter(|seen| seen.upload.id == id))
}

/// The last file that this session sent.
pub async fn last(place: &Place, owner: &Owner) -> Result<Option<Seen>, UploadError> {
    let short_term = place.app.short_term.as_ref();
    let Some(sealed) = short_term.get(&file_key(place, owner)).await? else { return Ok(None) };
    let mark = short_term.get(&mark_key(place, owner)).await?;
    let opened = std::str::from_utf8(&sealed).ok().and_then(|sealed| open(place, owner, sealed));
    Ok(opened.map(|upload| Seen { running: mark.as_deref() == Some(upload.id.as_bytes()), upload }))
}

/// Works on the file, once: whoever asks while it goes on, or afterwards, changes nothing. The work does not end with the
/// request that asked for it. A crash leaves each row whole or undone, and asking again does the rest. `false` means that
/// there is no such file.
pub async fn run(place: &Place, owner: &Owner, id: &str) -> Result<bool, UploadError> {
    let Some(seen) = look(place, owner, id).await? else { return Ok(false) };
    let mark = mark_key(place, owner);
    if seen.upload.done || !place.app.short_term.put_new(&mark, id.as_bytes(), MARKED).await? {
        return Ok(true);
    }
    // Looked at again now that nobody else works: it may have been finished, or replaced, in between.
    let found = look(place, owner, id).await?.filter(|seen| !seen.upload.done);
    let Some(Seen { mut upload, .. }) = found else {
        place.app.short_term.remove(&mark).await?;
        return Ok(true);
    };
    upload.begun_at.get_or_insert(place.app.clock.now());
    store(place, owner, &upload).await?;
    let (place, owner) = (place.clone(), owner.clone());
    let work = tokio::spawn(async move {
        let finished = finish(&place, &owner, upload, &mark).await;
        let unmarked = place.app.short_term.remove(&mark).await;
        if let Err(error) = finished.and(unmarked.map_err(Into::into)) {
            tracing::error!(error = %error, "an uploaded file was not worked on to its end; its page offers to go on");
        }
    });
    // Still going on after that: the page says so, and looks again.
    drop(tokio::time::timeout(PATIENCE, work).await);
    Ok(true)
}

/// Forgets the file, unless it is being worked on.
pub async fn forget(place: &Place, owner: &Owner, id: &str) -> Result<(), UploadError> {
    if look(place, owner, id).await?.is_some_and(|seen| !seen.running) {
        place.app.short_term.remove(&file_key(place, owner)).await?;
    }
    Ok(())
}

async fn finish(place: &Place, owner: &Owner, mut upload: Upload, mark: &Key) -> Result<(), UploadError> {
    let wish = wish(owner, &upload.defaults, false);
    let report = {
        let mut work = std::pin::pin!(import(guests(place), &wish, &upload.text));
        loop {
            match tokio::time::timeout(BEAT, &mut work).await {
                Ok(report) => break report?,
                Err(_) => {
                    place.app.short_term.put(mark, upload.id.as_bytes(), MARKED).await?;
                    place.app.mail_queued.notify_one();
                }
            }
        }
    };
    place.app.mail_queued.notify_one();
    upload.report = report;
    upload.done = true;
    upload.text = String::new();
    // Whoever uploaded another file at the very moment this one began keeps that one.
    if look(place, owner, &upload.id).await?.is_some() {
        store(place, owner, &upload).await?;
    }
    Ok(())
}

fn guests(place: &Place) -> super::GuestContext<'_> {
    context(&place.app, &place.snapshot, &place.tenant)
}

fn wish(owner: &Owner, defaults: &Defaults, dry_run: bool) -> Import {
    Import {
        inviter: Inviter::User(Box::new(owner.user.clone())),
        given: defaults.given.clone(),
        message: defaults.message.clone(),
        redirect_url: defaults.redirect_url.clone(),
        send_mail: defaults.send_mail,
        dry_run,
        again: defaults.again,
        most_rows: MOST_ROWS,
    }
}

fn file_key(place: &Place, owner: &Owner) -> Key {
    Key::of(place.tenant.id, Kind::Upload, format!("file:{}", owner.user.id))
}

fn mark_key(place: &Place, owner: &Owner) -> Key {
    Key::of(place.tenant.id, Kind::Upload, format!("running:{}", owner.user.id))
}

/// Tenant, person and session stand in what is authenticated: sealed for one session, it opens in no other.
fn seal_context(place: &Place, owner: &Owner) -> String {
    format!("upload of {} in {} of {}", owner.user.id, owner.session.0, place.tenant.id)
}

async fn store(place: &Place, owner: &Owner, upload: &Upload) -> ShortTermResult<()> {
    // Strings, numbers and lists of them always become JSON.
    let plain = serde_json::to_vec(upload).unwrap_or_default();
    let sealed = place.app.keys.seal(Purpose::Upload, &seal_context(place, owner), &plain);
    place.app.short_term.put(&file_key(place, owner), sealed.as_bytes(), KEPT).await
}

fn open(place: &Place, owner: &Owner, sealed: &str) -> Option<Upload> {
    let plain = place.app.keys.open_sealed(Purpose::Upload, &seal_context(place, owner), sealed)?;
    serde_json::from_slice(&plain).ok()
}
