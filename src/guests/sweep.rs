//! What time brings about: reminders, ends of access, the emptying of the bin, the end of reviews. Each change is one
//! transaction that looks again before it acts, so that a crash or a second node repeats nothing.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::delete::BIN;
use super::life::{By, LifeError, end_sessions};
use super::{access_review, erase, usage};
use crate::app::App;
use crate::mail::notice::{ACCESS_ENDS, Notice, Wording, notice};
use crate::model::{AuditEvent, EmailAddress, MailId, Tenant, TenantId, Timestamp, User, UserId};
use crate::snapshot::Snapshot;
use crate::storage::{InstanceTask, Tx};

/// What is noted about an end that was carried out.
pub(super) const ENDED: i64 = 0;
/// What is noted where the clock had nothing to end, since an administrator was faster.
const NOTHING_LEFT: i64 = -1;
/// How many days before the end a reminder goes out; the shorter one first, so that nobody gets both at once.
const REMINDERS: [i64; 2] = [1, 14];
const DAY: Duration = Duration::from_secs(24 * 3600);
/// How often to look.
const EVERY: Duration = Duration::from_secs(60);
/// Most guests of one look.
const MOST: u32 = 500;

/// To those who answer for a guest: the access ends. Names `$guest`, `$date`.
const GUEST_ENDS: Wording = Wording {
    heading: "notice-guest-ends",
    paragraphs: &["notice-guest-ends-what", "notice-guest-ends-next"],
    button: Some("notice-guest-ends-button"),
};

/// What one sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Accesses that ended.
    pub ended: u32,
    /// Reminders.
    pub reminded: u32,
    /// Guests erased from the bin.
    pub purged: u32,
    /// Reviews of access that were carried out.
    pub reviews: u32,
}

/// Sweeps every minute until told to stop.
pub async fn run(app: Arc<App>, stop: CancellationToken) {
    loop {
        match sweep(&app).await {
            Ok(swept) if swept != Swept::default() => tracing::info!(?swept, "time brought changes about"),
            Ok(_) => {}
            Err(error) => tracing::error!(error = %error, "the sweep could not be finished; it is tried again"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Does everything that is due now. What fails for one guest is logged and tried again, and stops nobody else's.
pub async fn sweep(app: &App) -> Result<Swept, LifeError> {
    let snapshot = app.snapshot.load_full();
    let now = app.clock.now();
    let mut swept = Swept::default();
    for (tenant, user) in due(app, now, ENDED).await? {
        swept.ended += done(end(app, tenant, user).await, user);
    }
    for days in REMINDERS {
        let until = now.plus(DAY.saturating_mul(u32::try_from(days).unwrap_or_default()));
        for (tenant, user) in due(app, until, days).await? {
            let Some(tenant) = snapshot.tenant(tenant) else { continue };
            swept.reminded += done(remind(app, &snapshot, tenant, user, days).await, user);
        }
    }
    let mut instance = app.store.begin_instance(InstanceTask::Sweeps).await?;
    let bin = instance.bin_since(before(now, BIN), MOST).await?;
    let reviews = instance.ended_access_reviews(now).await?;
    drop(instance);
    for (tenant, user) in bin {
        swept.purged += done(erase::purge(app, tenant, By::Clock, user).await.map(|()| true), user);
    }
    for (tenant, review) in reviews {
        let Some(tenant) = snapshot.tenant(tenant) else { continue };
        match access_review::apply(app, tenant, By::Clock, review).await {
            Ok(_) => swept.reviews += 1,
            Err(error) => {
                tracing::error!(error = %error, review.id = %review, "a review of access could not be carried out");
            }
        }
    }
    if swept.reminded > 0 {
        app.mail_queued.notify_one();
    }
    usage::publish(app, &snapshot).await?;
    Ok(swept)
}

async fn due(app: &App, until: Timestamp, days: i64) -> Result<Vec<(TenantId, UserId)>, LifeError> {
    let mut instance = app.store.begin_instance(InstanceTask::Sweeps).await?;
    Ok(instance.ending_guests(until, days, MOST).await?)
}

fn done(outcome: Result<bool, LifeError>, user: UserId) -> u32 {
    match outcome {
        Ok(changed) => u32::from(changed),
        Err(error) => {
            tracing::error!(error = %error, user.id = %user, "a guest could not be changed in time; it is tried again");
            0
        }
    }
}

fn before(now: Timestamp, span: Duration) -> Timestamp {
    let span = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_micros(now.micros().saturating_sub(span))
}

/// The access of a guest has come to its end.
async fn end(app: &App, tenant: TenantId, id: UserId) -> Result<bool, LifeError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant).await?;
    let Some(mut user) = tx.user(id).await? else { return Ok(false) };
    // The end may have been moved since we looked.
    let Some(ends_at) = user.expires_at.filter(|end| *end <= now) else { return Ok(false) };
    let ends = user.account_enabled;
    if ends {
        user.account_enabled = false;
        tx.update_user(&user).await?;
        tx.bump_epoch(Some(id), now).await?;
        let event = AuditEvent::success("Disable account").on(id).with("reason", "the access has ended");
        tx.audit(now, &By::Clock.sign(event)).await?;
    }
    tx.note_end(id, ends_at, if ends { ENDED } else { NOTHING_LEFT }, now).await?;
    tx.commit().await?;
    end_sessions(app, tenant, id, now).await?;
    Ok(ends)
}

/// Tells a guest, and those who answer for the guest, that the access ends soon.
async fn remind(app: &App, snapshot: &Snapshot, tenant: &Tenant, id: UserId, days: i64) -> Result<bool, LifeError> {
    let now = app.clock.now();
    let mut tx = app.store.begin(tenant.id).await?;
    let Some(user) = tx.user(id).await? else { return Ok(false) };
    let Some(ends_at) = user.expires_at.filter(|end| *end > now) else { return Ok(false) };
    if tx.end_noted(id, ends_at, days).await? {
        return Ok(false);
    }
    tx.note_end(id, ends_at, days, now).await?;
    let wanted = user.account_enabled;
    if wanted {
        let letters = letters(app, snapshot, tx.as_mut(), tenant, &user, ends_at).await?;
        for (id, mail) in &letters {
            tx.queue_mail(*id, mail, now).await?;
        }
        let event = AuditEvent::success("Send reminder of the end of access").on(id).with("days", days);
        tx.audit(now, &By::Clock.sign(event)).await?;
    }
    tx.commit().await?;
    Ok(wanted)
}

async fn letters(
    app: &App,
    snapshot: &Snapshot,
    tx: &mut dyn Tx,
    tenant: &Tenant,
    user: &User,
    ends_at: Timestamp,
) -> Result<Vec<(MailId, crate::model::OutgoingMail)>, LifeError> {
    let context = super::context(app, snapshot, tenant);
    let date = super::access_review::day_of(ends_at);
    let panel = app.urls.panel(tenant.id);
    let mut letters = Vec::new();
    let mut write = |wording: &Wording, to: &EmailAddress, languages: &[String]| -> Result<(), LifeError> {
        let letter = Notice {
            brand: &app.settings.brand,
            host: super::host_of(app.urls.origin()),
            tenant: Some(tenant),
            to,
            wording,
            variables: &[("guest", user.display_name.as_str()), ("date", &date)],
            url: Some(&panel),
        };
        letters.push((context.new_mail_id(), notice(&app.texts.language(languages), &letter)?));
        Ok(())
    };
    let languages: Vec<String> = user.preferred_language.iter().cloned().chain([tenant.language.clone()]).collect();
    if let Some(mail) = user.mail.as_ref().or(user.invited_address.as_ref()) {
        write(&ACCESS_ENDS, mail, &languages)?;
    }
    for sponsor in &user.sponsors {
        if let Some(sponsor) = tx.user(*sponsor).await?.filter(|sponsor| sponsor.account_enabled)
            && let Some(mail) = &sponsor.mail
        {
            write(&GUEST_ENDS, mail, std::slice::from_ref(&tenant.language))?;
        }
    }
    Ok(letters)
}
