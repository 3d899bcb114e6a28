//! `vestibule terms …` on an open directory: the verbs, and what they print.

use std::io::{self, Write};

use anyhow::{Context, bail};

use super::directory::{address_of, tenant_of};
use super::table::{csv, facts, json, table};
use super::terms::{FileContent, PublishArguments, TermsCommand};
use crate::app::App;
use crate::config::terms::{self, TermsForm};
use crate::consent::publish::{Publish, publish};
use crate::consent::report::{AgreementReport, AnswerReport, History, Report, VersionReport};
use crate::consent::standing::Standing;
use crate::consent::{evidence, report, signed};
use crate::model::{AcceptanceState, Agreement, AgreementId, AgreementVersion, Tenant};

/// Performs the command.
pub async fn perform(
    app: &App,
    command: &TermsCommand,
    as_json: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<u8> {
    match command.clone().with_files()? {
        TermsCommand::List { tenant } => {
            let found = report::report(app, &*tenant_of(app, &tenant)?).await?;
            if as_json { json(out, &found.agreements)? } else { print_list(out, &found)? }
        }
        TermsCommand::Show { agreement, tenant } => {
            let tenant = tenant_of(app, &tenant)?;
            let wanted = agreement_of(&tenant, agreement.as_deref())?.id;
            let found = report::report(app, &tenant).await?;
            let shown = found.agreements.into_iter().find(|agreement| agreement.id == wanted);
            let shown = shown.context("the agreement vanished just now")?;
            if as_json { json(out, &shown)? } else { print_agreement(out, &tenant, &shown)? }
        }
        TermsCommand::Publish(arguments) => publish_version(app, &arguments, as_json, out).await?,
        TermsCommand::History { address, tenant } => {
            let tenant = tenant_of(app, &tenant)?;
            let address = address_of(&address)?;
            let Some(found) = report::history_of(app, &tenant, &address).await? else {
                bail!("{} has no guest {address}; vestibule guest list shows who there is", tenant.display_name);
            };
            if as_json { json(out, &found)? } else { print_history(out, &found)? }
        }
        TermsCommand::Evidence { hash, tenant } => {
            let tenant = tenant_of(app, &tenant)?;
            let Some(found) = evidence::evidence(app, &tenant, &hash).await? else {
                bail!("{} keeps no evidence {hash}; vestibule terms report lists the hashes", tenant.display_name);
            };
            out.write_all(&found.content)?;
        }
        TermsCommand::Report { tenant, csv } => {
            let found = report::report(app, &*tenant_of(app, &tenant)?).await?;
            match (as_json, csv) {
                (true, _) => json(out, &signed::sign(app, &found)?)?,
                (false, true) => print_csv(out, &found)?,
                (false, false) => print_report(out, &found)?,
            }
        }
        TermsCommand::Verify { content, .. } => {
            let content = content.context("the report was not read")?;
            verify(app, &content, out)?;
        }
    }
    Ok(0)
}

/// An agreement by its id or its name, or the only one.
fn agreement_of<'a>(tenant: &'a Tenant, text: Option<&str>) -> anyhow::Result<&'a Agreement> {
    let names = || tenant.agreements.iter().map(|it| it.display_name.as_str()).collect::<Vec<_>>().join(", ");
    match (text, tenant.agreements.as_slice()) {
        (_, []) => bail!("{} has no terms of use; declare them in its file", tenant.display_name),
        (None, [only]) => Ok(only),
        (None, _) => bail!("which agreement? Name one with --agreement: {}", names()),
        (Some(text), all) => {
            let id = text.parse::<AgreementId>().ok();
            let found = all.iter().find(|it| Some(it.id) == id || it.display_name.eq_ignore_ascii_case(text));
            found.with_context(|| format!("{} has no agreement {text:?}; it has: {}", tenant.display_name, names()))
        }
    }
}

async fn publish_version(
    app: &App,
    arguments: &PublishArguments,
    as_json: bool,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let tenant = tenant_of(app, &arguments.tenant)?;
    let agreement = agreement_of(&tenant, arguments.agreement.as_deref())?;
    let default = agreement.files.first().map_or(tenant.language.as_str(), |file| file.language.as_str());
    let language = terms::language(arguments.language.as_deref().unwrap_or(default)).map_err(anyhow::Error::msg)?;
    let form = TermsForm::of(&arguments.file);
    let named = || arguments.file.display().to_string();
    let wish = Publish {
        language,
        title: arguments.title.as_deref().map(terms::title).transpose().map_err(anyhow::Error::msg)?,
        form: form.with_context(named)?,
        content: arguments.content.as_ref().context("the document was not read")?.bytes()?,
        major: !arguments.minor,
        transition: arguments.transition.as_deref().map(terms::day).transpose().map_err(anyhow::Error::msg)?,
    };
    let published = publish(app, &tenant, agreement, wish).await.with_context(named)?;
    let found = report::report(app, &*tenant_of(app, &arguments.tenant)?).await?;
    let now = found.agreements.iter().find(|it| it.id == agreement.id);
    if as_json {
        let shown = now.into_iter().flat_map(|it| &it.versions);
        let shown = shown.into_iter().find(|it| it.version == published.version && it.is_current);
        json(out, &shown)?;
    } else {
        print_published(out, agreement, &published, now.map_or(0, |it| it.outstanding))?;
    }
    Ok(())
}

fn print_published(
    out: &mut dyn Write,
    agreement: &Agreement,
    version: &AgreementVersion,
    outstanding: u32,
) -> io::Result<()> {
    let asked = match (version.major, version.transition) {
        _ if version.number == 1 => "it is the first in its language, so nobody is asked again".to_owned(),
        (false, _) => "guests who accepted an earlier version are not asked again".to_owned(),
        (true, Some(until)) => format!("guests who accepted the version before are asked from {until} on"),
        (true, None) => "guests are asked at their next navigation".to_owned(),
    };
    facts(
        out,
        &[
            ("Agreement", Some(agreement.display_name.clone())),
            ("Version", Some(format!("{} ({})", version.number, version.language))),
            ("Title", Some(version.title.clone())),
            ("Evidence", Some(version.version.clone())),
            ("In force", Some(format!("since {}; {asked}", version.published_at))),
            ("Outstanding", Some(format!("{outstanding} guests"))),
        ],
    )
}

fn verify(app: &App, content: &FileContent, out: &mut dyn Write) -> anyhow::Result<()> {
    let text = content.bytes()?;
    let keys = match content.second()? {
        Some(keys) => serde_json::from_slice(&keys).context("the keys are no JSON")?,
        None => app.keys.jwks_ever(signed::tenant_of(&text)?),
    };
    let report = signed::verify(&text, &keys)?;
    let text = |name: &str| report.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let answers = report.get("answers").and_then(|answers| answers.as_array()).map_or(0, Vec::len);
    writeln!(out, "The report is whole and signed by {}.", text("tenant"))?;
    facts(
        out,
        &[
            ("Tenant", Some(text("tenantId"))),
            ("Made", Some(text("generatedDateTime"))),
            ("Answers", Some(answers.to_string())),
        ],
    )?;
    Ok(())
}

fn print_list(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    if report.agreements.is_empty() {
        return writeln!(out, "{} has no terms of use.", report.tenant);
    }
    let current = report.agreements.iter().flat_map(|agreement| {
        agreement.versions.iter().filter(|version| version.is_current).map(move |version| (agreement, version))
    });
    let rows: Vec<Vec<String>> = current
        .map(|(agreement, version)| {
            vec![
                agreement.display_name.clone(),
                version.language.clone(),
                version.number.to_string(),
                version.created_date_time.clone(),
                apps(agreement),
                agreement.id.to_string(),
            ]
        })
        .collect();
    table(out, &["Agreement", "Language", "Version", "Since", "Apps", "Id"], &rows)
}

fn apps(agreement: &AgreementReport) -> String {
    match agreement.apps.len() {
        0 => "all".to_owned(),
        some => format!("{some} of them"),
    }
}

fn print_agreement(out: &mut dyn Write, tenant: &Tenant, agreement: &AgreementReport) -> io::Result<()> {
    let managed = tenant.agreements.iter().find(|it| it.id == agreement.id).map(|_| &tenant.managed_by);
    let apps: Vec<String> = agreement.apps.iter().map(ToString::to_string).collect();
    let calendar = agreement.terms_expiration.as_ref().map(|it| format!("{}, from {} on", it.frequency, it.start_date));
    facts(
        out,
        &[
            ("Agreement", Some(agreement.display_name.clone())),
            ("Id", Some(agreement.id.to_string())),
            ("Managed by", managed.map(managed_by)),
            ("Apps", Some(if apps.is_empty() { "all".to_owned() } else { apps.join(", ") })),
            ("Must be opened", Some(yes_no(agreement.is_viewing_before_acceptance_required))),
            ("Asked again after", agreement.reaccept_after_seconds.map(|span| format!("{} days", span / 86_400))),
            ("Expires", calendar),
            ("Outstanding", Some(format!("{} guests", agreement.outstanding))),
            ("After the transition", Some(format!("{} guests", agreement.outstanding_after_transition))),
        ],
    )?;
    writeln!(out)?;
    print_versions(out, agreement)
}

fn managed_by(managed: &crate::model::ManagedBy) -> String {
    match managed {
        crate::model::ManagedBy::File { place } => {
            format!("the file {place}; its versions may be published here too")
        }
        crate::model::ManagedBy::Directory => "the directory".to_owned(),
    }
}

fn yes_no(yes: bool) -> String {
    if yes { "yes".to_owned() } else { "no".to_owned() }
}

fn print_report(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    if report.agreements.is_empty() {
        return writeln!(out, "{} has no terms of use.", report.tenant);
    }
    for (index, agreement) in report.agreements.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let name = super::table::printable(&agreement.display_name);
        writeln!(out, "{name}: {} guests have still to answer", agreement.outstanding)?;
        if agreement.outstanding_after_transition > 0 {
            writeln!(out, "{} more will be asked when the transition ends", agreement.outstanding_after_transition)?;
        }
        print_versions(out, agreement)?;
    }
    Ok(())
}

fn print_versions(out: &mut dyn Write, agreement: &AgreementReport) -> io::Result<()> {
    let rows: Vec<Vec<String>> = agreement.versions.iter().map(version_row).collect();
    let head = [
        "Language",
        "Version",
        "Kind",
        "Accepted",
        "Declined",
        "Outstanding",
        "After transition",
        "Since",
        "Transition",
        "From",
        "Title",
        "Evidence",
    ];
    table(out, &head, &rows)
}

fn version_row(version: &VersionReport) -> Vec<String> {
    let current = if version.is_current { " (current)" } else { "" };
    vec![
        version.language.clone(),
        format!("{}{current}", version.number),
        if version.is_major_version { "major" } else { "minor" }.to_owned(),
        version.accepted.to_string(),
        version.declined.to_string(),
        version.outstanding.to_string(),
        version.outstanding_after_transition.to_string(),
        version.created_date_time.clone(),
        version.transition_date_time.clone().unwrap_or_default(),
        version.origin.to_owned(),
        version.title.clone(),
        version.version.clone(),
    ]
}

fn print_history(out: &mut dyn Write, history: &History) -> io::Result<()> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for review in &history.reviews {
        rows.push(vec![
            review.recorded_date_time.clone(),
            state(review.state).to_owned(),
            "Review permissions".to_owned(),
            review.language.clone(),
            String::new(),
            worth(review.standing).to_owned(),
            review.evidence.clone(),
        ]);
    }
    for answer in &history.answers {
        rows.push(vec![
            answer.recorded_date_time.clone(),
            state(answer.state).to_owned(),
            answer.agreement.clone(),
            answer.language.clone(),
            answer.number.map(|number| number.to_string()).unwrap_or_default(),
            standing(answer),
            answer.version.clone(),
        ]);
    }
    if rows.is_empty() {
        return writeln!(out, "This guest has answered nothing yet.");
    }
    rows.sort();
    table(out, &["When", "Answer", "What", "Language", "Version", "Counts", "Evidence"], &rows)
}

/// Whether an answer counts, and why not.
fn worth(standing: Standing) -> &'static str {
    match standing {
        Standing::Counts => "yes",
        Standing::Declined => "no",
        Standing::BeforeReset => "no, given before the reset",
        Standing::Over => "no, replaced or expired",
        Standing::Withdrawn => "no, asked for no longer",
        Standing::GuestGone => "no, the guest is gone",
    }
}

/// Whether an answer counts, and until when.
fn standing(answer: &AnswerReport) -> String {
    match (answer.standing, &answer.expiration_date_time) {
        (Standing::Counts, Some(until)) => format!("until {until}"),
        (standing, _) => worth(standing).to_owned(),
    }
}

fn state(state: AcceptanceState) -> &'static str {
    match state {
        AcceptanceState::Accepted => "accepted",
        AcceptanceState::Declined => "declined",
    }
}

fn print_csv(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let head = [
        "agreementId",
        "agreement",
        "userId",
        "userDisplayName",
        "userEmail",
        "userPrincipalName",
        "language",
        "number",
        "version",
        "state",
        "recordedDateTime",
        "counts",
        "expirationDateTime",
        "network",
        "issuer",
        "subject",
        "method",
        "standing",
    ];
    let rows = report.answers.iter().map(|answer| {
        vec![
            answer.agreement_id.to_string(),
            answer.agreement.clone(),
            answer.user_id.to_string(),
            answer.user_display_name.clone().unwrap_or_default(),
            answer.user_email.as_ref().map(ToString::to_string).unwrap_or_default(),
            answer.user_principal_name.clone().unwrap_or_default(),
            answer.language.clone(),
            answer.number.map(|number| number.to_string()).unwrap_or_default(),
            answer.version.clone(),
            state(answer.state).to_owned(),
            answer.recorded_date_time.clone(),
            answer.counts.to_string(),
            answer.expiration_date_time.clone().unwrap_or_default(),
            answer.network.clone().unwrap_or_default(),
            answer.issuer.clone().unwrap_or_default(),
            answer.subject.clone().unwrap_or_default(),
            answer.method.unwrap_or_default().to_owned(),
            answer.standing.as_str().to_owned(),
        ]
    });
    csv(out, &head, rows)
}
