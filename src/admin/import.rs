//! Invite many by a CSV file: uploaded, shown row by row as it would go, and only then done.

use axum::body::Body;
use axum::extract::Path;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};

use super::choices;
use super::desk::Desk;
use super::here::Here;
use super::import_views::{CountLink, ImportForm, ImportRow, ImportRows, Stage};
use super::views::{Nav, Section};
use super::words;
use crate::guests::csv_table::{MOST_COLUMNS, TableError};
use crate::guests::import::{RowOutcome, RowResult};
use crate::guests::invite::InviteWarning;
use crate::guests::upload::{self, Defaults, MOST_ROWS, Owner, Place, Seen, UploadError};
use crate::i18n::Language;
use crate::web::answer::Answer;
use crate::web::form::{Form, FormError};
use crate::web::interstitial::see_other;
use crate::web::notice::Notice;
use crate::web::upload::{FILE, Upload};
use crate::web::{csv, render};

/// Rows on one page.
const PAGE: usize = 100;
/// Headings that are named when they mean nothing here.
const IGNORED_NAMED: usize = 10;
/// What is shown of such a heading, in characters.
const HEADING_SHOWN: usize = 40;

/// `GET /{tenant}/guests/import`.
pub async fn ask(here: Here, Path(tenant): Path<String>) -> Answer {
    let desk = match Desk::enter(here, &tenant).await {
        Ok(desk) => desk,
        Err(answer) => return *answer,
    };
    let gone = desk.here.query("gone").map(|_| desk.chrome().say("import-gone"));
    form(&desk, &Form::default(), gone, true, StatusCode::OK).await
}

/// `POST /{tenant}/guests/import`: the file. Who sends it is asked before any of it is read.
pub async fn take(here: Here, Path(tenant): Path<String>, body: Body) -> Answer {
    if let Err(answer) = here.check_origin() {
        return *answer;
    }
    let desk = match Desk::enter(here, &tenant).await {
        Ok(desk) => desk,
        Err(answer) => return *answer,
    };
    let limit = desk.here.app.settings.limits.upload_bytes;
    let sent = match Upload::read(&desk.here.headers, body, limit).await {
        Ok(sent) => sent,
        Err(error) => return desk.here.start_again(error.status()),
    };
    if let Err(answer) = desk.check(&sent.fields) {
        return *answer;
    }
    let chrome = desk.chrome();
    let text = match text_of(sent.file) {
        Ok(text) => text,
        Err(fault) => {
            let size = size(limit);
            let words = chrome.language.say_with(fault.key, &[("size", &size)]);
            return form(&desk, &sent.fields, Some(words), false, fault.status).await;
        }
    };
    match upload::keep(&place(&desk), &owner(&desk), defaults(&desk, &sent.fields), text).await {
        Ok(id) => see_other(&desk.path(&format!("guests/import/{id}"))),
        Err(UploadError::Table(error)) => {
            let words = table_error(&chrome.language, &error);
            form(&desk, &sent.fields, Some(words), false, StatusCode::OK).await
        }
        Err(UploadError::Busy) => {
            form(&desk, &sent.fields, Some(chrome.say("import-busy")), false, StatusCode::OK).await
        }
        Err(error) => desk.broken(&error),
    }
}

/// `GET /{tenant}/guests/import/{file}?show=&page=`: what would become of each row, or what became of it.
pub async fn show(here: Here, Path((tenant, file)): Path<(String, String)>) -> Answer {
    let desk = match Desk::enter(here, &tenant).await {
        Ok(desk) => desk,
        Err(answer) => return *answer,
    };
    match upload::look(&place(&desk), &owner(&desk), &file).await {
        Ok(Some(seen)) => rows(&desk, &seen),
        Ok(None) => gone(&desk),
        Err(error) => desk.broken(&error),
    }
}

/// `POST /{tenant}/guests/import/{file}`: `step` is `run` or `forget`.
pub async fn perform(here: Here, Path((tenant, file)): Path<(String, String)>, body: Body) -> Answer {
    let (desk, fields) = match Desk::enter_with_form(here, &tenant, body).await {
        Ok(entered) => entered,
        Err(answer) => return *answer,
    };
    let (place, owner) = (place(&desk), owner(&desk));
    match fields.text("step") {
        "run" => match upload::run(&place, &owner, &file).await {
            Ok(true) => see_other(&desk.path(&format!("guests/import/{file}"))),
            Ok(false) => gone(&desk),
            Err(error) => desk.broken(&error),
        },
        "forget" => match upload::forget(&place, &owner, &file).await {
            Ok(()) => see_other(&desk.path("guests/import")),
            Err(error) => desk.broken(&error),
        },
        _ => desk.notice(Notice::NotFound),
    }
}

/// `GET /{tenant}/guests/import/{file}/results.csv`.
pub async fn download(here: Here, Path((tenant, file)): Path<(String, String)>) -> Answer {
    let desk = match Desk::enter(here, &tenant).await {
        Ok(desk) => desk,
        Err(answer) => return *answer,
    };
    let seen = match upload::look(&place(&desk), &owner(&desk), &file).await {
        Ok(Some(seen)) => seen,
        Ok(None) => return gone(&desk),
        Err(error) => return desk.broken(&error),
    };
    let language = desk.chrome().language;
    let mut text = csv::row(&["line", "email", "result", "remarks", "redeem_url"]);
    for row in &seen.upload.report.rows {
        let outcome = language.say(outcome_key(row.outcome));
        let url = row.redeem_url.clone().unwrap_or_default();
        let remarks = remarks(&language, row).join("; ");
        text.push_str(&csv::row(&[row.line.to_string(), row.address.clone(), outcome, remarks, url]));
    }
    let mut answer = Answer::new(text);
    for (name, value) in [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"invitations.csv\""),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}

fn place(desk: &Desk) -> Place {
    Place {
        app: desk.here.app.clone(),
        snapshot: std::sync::Arc::clone(&desk.snapshot),
        tenant: std::sync::Arc::clone(&desk.tenant),
    }
}

fn owner(desk: &Desk) -> Owner {
    Owner { user: desk.admin.user().clone(), session: desk.session }
}

/// Another session's file, an older one, and one that never was: the same answer, which says what to do.
fn gone(desk: &Desk) -> Answer {
    see_other(&desk.path("guests/import?gone=1"))
}

/// Why the bytes are no text.
struct FileFault {
    key: &'static str,
    status: StatusCode,
}

fn text_of(file: Option<Result<bytes::Bytes, FormError>>) -> Result<String, FileFault> {
    let fault = |key| FileFault { key, status: StatusCode::OK };
    match file {
        None => Err(fault("import-no-file")),
        Some(Err(error)) => Err(FileFault { key: "import-too-large", status: error.status() }),
        Some(Ok(bytes)) if bytes.is_empty() => Err(fault("import-no-file")),
        // Spreadsheets also write UTF-16, which is full of zeros.
        Some(Ok(bytes)) if bytes.contains(&0) => Err(fault("import-not-text")),
        Some(Ok(bytes)) => String::from_utf8(bytes.into()).map_err(|_| fault("import-not-text")),
    }
}

fn size(bytes: usize) -> String {
    format!("{} KiB", bytes / 1024)
}

fn table_error(language: &Language, error: &TableError) -> String {
    match error {
        TableError::Empty => language.say("import-empty"),
        TableError::NoAddress => language.say("import-no-address"),
        TableError::Twice(heading) => language.say_with("import-heading-twice", &[("heading", &clipped(heading))]),
        TableError::TooLong(rows) => language.say_with("import-too-long", &[("rows", &rows.to_string())]),
        TableError::TooWide => language.say_with("import-too-wide", &[("columns", &MOST_COLUMNS.to_string())]),
    }
}

fn clipped(heading: &str) -> String {
    heading.chars().take(HEADING_SHOWN).collect()
}

fn defaults(desk: &Desk, fields: &Form) -> Defaults {
    let given = |name: &str| Some(fields.trimmed(name).to_owned()).filter(|text| !text.is_empty());
    Defaults {
        given: choices::chosen(desk, fields),
        message: given("message"),
        redirect_url: given("redirect_url"),
        send_mail: fields.has("mail"),
        again: fields.has("again"),
    }
}

fn nav(desk: &Desk) -> Nav {
    Nav { base: format!("/{}", desk.tenant.id), section: Section::Import }
}

async fn form(desk: &Desk, fields: &Form, error: Option<String>, fresh: bool, status: StatusCode) -> Answer {
    let last = match upload::last(&place(desk), &owner(desk)).await {
        Ok(last) => last,
        Err(error) => return desk.broken(&error),
    };
    let chrome = desk.chrome();
    let offered = choices::offered(desk, fields);
    let limit = size(desk.here.app.settings.limits.upload_bytes);
    let mut answer = render::page(&ImportForm {
        nav: nav(desk),
        action: desk.path("guests/import"),
        csrf: desk.token(),
        file: FILE,
        hint: chrome.language.say_with("import-file-hint", &[("size", &limit), ("rows", &MOST_ROWS.to_string())]),
        message: fields.text("message").to_owned(),
        redirect_url: fields.text("redirect_url").to_owned(),
        apps: offered.apps,
        roles: offered.roles,
        groups: offered.groups,
        mail: fresh || fields.has("mail"),
        again: fields.has("again"),
        open: !fresh,
        error,
        last_url: last.map(|seen| desk.path(&format!("guests/import/{}", seen.upload.id))),
        chrome,
    });
    *answer.status_mut() = status;
    answer
}

fn rows(desk: &Desk, seen: &Seen) -> Answer {
    let (chrome, upload) = (desk.chrome(), &seen.upload);
    let language = &chrome.language;
    let base = desk.path(&format!("guests/import/{}", upload.id));
    let shown = desk.here.query("show").unwrap_or_default();
    let narrowed = RowOutcome::ALL.into_iter().find(|outcome| outcome_name(*outcome) == shown);
    let matching: Vec<&RowResult> =
        upload.report.rows.iter().filter(|row| narrowed.is_none_or(|outcome| row.outcome == outcome)).collect();
    let last_page = matching.len().saturating_sub(1) / PAGE;
    let page = desk.here.query("page").and_then(|page| page.parse::<usize>().ok()).unwrap_or(1);
    let page = page.saturating_sub(1).min(last_page);
    let url = |outcome: Option<RowOutcome>, page: usize| {
        let show = outcome.map(|outcome| format!("show={}&", outcome_name(outcome))).unwrap_or_default();
        format!("{base}?{show}page={}", page + 1)
    };
    let stage = match (upload.done, seen.running, upload.begun_at) {
        (true, ..) => Stage::Done,
        (false, true, _) => Stage::Running,
        (false, false, Some(_)) => Stage::Begun,
        (false, false, None) => Stage::Foreseen,
    };
    let count = |outcome| upload.report.count(outcome);
    let invitations = count(RowOutcome::Invited) + count(RowOutcome::Renewed);
    let budget = desk.here.app.settings.limits.invitations_per_day;
    let mut notes = Vec::new();
    if stage != Stage::Done && u64::try_from(invitations).is_ok_and(|wanted| wanted > budget) {
        notes.push(chrome.say_with("import-budget", "most", &budget.to_string()));
    }
    if !upload.report.ignored_columns.is_empty() {
        let names = upload.report.ignored_columns.iter().take(IGNORED_NAMED).map(|heading| clipped(heading));
        let names: Vec<String> = names.collect();
        notes.push(chrome.say_with("import-ignored", "headings", &names.join(", ")));
    }
    render::page(&ImportRows {
        nav: nav(desk),
        total: u32::try_from(upload.report.rows.len()).unwrap_or(u32::MAX),
        notes,
        counts: std::iter::once((None, upload.report.rows.len()))
            .chain(RowOutcome::ALL.map(|outcome| (Some(outcome), count(outcome))))
            .filter(|(outcome, count)| outcome.is_none() || *count > 0)
            .map(|(outcome, count)| CountLink {
                label: outcome.map_or_else(|| chrome.say("import-all-rows"), |it| chrome.say(outcome_key(it))),
                number: count.to_string(),
                url: url(outcome, 0),
                chosen: outcome == narrowed,
            })
            .collect(),
        rows: matching.iter().skip(page * PAGE).take(PAGE).map(|row| shown_row(language, row)).collect(),
        previous_url: (page > 0).then(|| url(narrowed, page - 1)),
        next_url: (page < last_page).then(|| url(narrowed, page + 1)),
        position: format!("{} / {}", page + 1, last_page + 1),
        action: base.clone(),
        csrf: desk.token(),
        may_run: matches!(stage, Stage::Foreseen | Stage::Begun)
            && count(RowOutcome::Failed) < upload.report.rows.len(),
        download_url: format!("{base}/results.csv"),
        guests_url: desk.path("guests"),
        stage,
        chrome,
    })
}

fn shown_row(language: &Language, row: &RowResult) -> ImportRow {
    ImportRow {
        line: row.line.to_string(),
        address: row.address.clone(),
        outcome: language.say(outcome_key(row.outcome)),
        mood: match row.outcome {
            RowOutcome::Failed => "shut",
            RowOutcome::Invited | RowOutcome::Renewed | RowOutcome::Assigned => "good",
            RowOutcome::Unchanged => "open",
        },
        failed: row.outcome == RowOutcome::Failed,
        remarks: remarks(language, row),
        redeem_url: row.redeem_url.clone().filter(|_| !row.mail_queued),
    }
}

/// Everything there is to say about a row.
fn remarks(language: &Language, row: &RowResult) -> Vec<String> {
    let fault = row.fault.iter().map(|fault| words::row_fault(language, fault));
    let route = row.predicted.iter().map(|prediction| words::route(language, prediction));
    // Said by the outcome.
    let warnings = row.warnings.iter().filter(|warning| **warning != InviteWarning::AlreadyAccepted);
    fault.chain(route).chain(warnings.map(|warning| words::invite_warning(language, *warning))).collect()
}

fn outcome_name(outcome: RowOutcome) -> &'static str {
    match outcome {
        RowOutcome::Invited => "invited",
        RowOutcome::Renewed => "renewed",
        RowOutcome::Assigned => "assigned",
        RowOutcome::Unchanged => "unchanged",
        RowOutcome::Failed => "failed",
    }
}

fn outcome_key(outcome: RowOutcome) -> &'static str {
    match outcome {
        RowOutcome::Invited => "import-invited",
        RowOutcome::Renewed => "import-renewed",
        RowOutcome::Assigned => "import-assigned",
        RowOutcome::Unchanged => "import-unchanged",
        RowOutcome::Failed => "import-failed",
    }
}
