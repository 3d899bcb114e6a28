//! Who accepted, who declined and who still has to answer: per version of every agreement, and per guest.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::app::App;
use crate::model::{
    Acceptance, AcceptanceState, Agreement, AgreementId, AgreementVersion, AppId, EmailAddress, Review, Tenant,
    TenantId, Timestamp, User, UserId, UserType, VersionOrigin,
};
use crate::storage::{Read, StoreResult, UserFilter};

/// Everything that is known about the answers of a tenant's guests. Times are RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The tenant.
    pub tenant_id: TenantId,
    /// Its name.
    pub tenant: String,
    /// When this was true.
    pub generated_date_time: String,
    /// Its agreements in the order in which they are asked.
    pub agreements: Vec<AgreementReport>,
    /// Every answer to terms of use: by guest, then oldest first.
    pub answers: Vec<AnswerReport>,
}

/// One agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AgreementReport {
    /// Graph `id`.
    pub id: AgreementId,
    /// Graph `displayName`.
    pub display_name: String,
    /// The apps that ask for it; all if empty.
    pub apps: Vec<AppId>,
    /// Graph `isViewingBeforeAcceptanceRequired`.
    pub is_viewing_before_acceptance_required: bool,
    /// How long an acceptance counts, in seconds; `null` for ever.
    pub reaccept_after_seconds: Option<u64>,
    /// Graph `termsExpiration`: first day and frequency.
    pub terms_expiration: Option<ExpirationReport>,
    /// How many guests would be asked at their next navigation.
    pub outstanding: u32,
    /// Every version: by language, then oldest first.
    pub versions: Vec<VersionReport>,
}

/// A calendar of expiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpirationReport {
    /// The first day.
    pub start_date: String,
    /// `annually`, `biannually`, `quarterly` or `monthly`.
    pub frequency: &'static str,
}

/// One version (Graph `agreementFileVersion`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionReport {
    /// BCP 47 tag.
    pub language: String,
    /// From 1 within its language.
    pub number: u32,
    /// Hash of the evidence.
    pub version: String,
    /// Title.
    pub title: String,
    /// Graph `isMajorVersion`.
    pub is_major_version: bool,
    /// Until when acceptances of the version before still count.
    pub transition_date_time: Option<String>,
    /// `file` or `published`.
    pub origin: &'static str,
    /// When it came into force.
    pub created_date_time: String,
    /// Whether it is the one that is shown.
    pub is_current: bool,
    /// Guests whose last answer to it was *Accept*.
    pub accepted: u32,
    /// Guests whose last answer to it was *Decline*.
    pub declined: u32,
    /// Guests who would be asked to accept it at their next navigation, by the language they prefer.
    pub outstanding: u32,
}

/// One answer (Graph `agreementAcceptance`). Of an erased guest the proof is left: object id, hash and time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AnswerReport {
    /// Graph `agreementId`.
    pub agreement_id: AgreementId,
    /// Name of the agreement, or its id if it is gone.
    pub agreement: String,
    /// Graph `userId`.
    pub user_id: UserId,
    /// Graph `userDisplayName`.
    pub user_display_name: Option<String>,
    /// Graph `userEmail`.
    pub user_email: Option<EmailAddress>,
    /// Graph `userPrincipalName`.
    pub user_principal_name: Option<String>,
    /// Language of what was shown.
    pub language: String,
    /// Number of the version in its language, if it is one of the history.
    pub number: Option<u32>,
    /// Hash of the evidence.
    pub version: String,
    /// Graph `state`: `accepted` or `declined`.
    pub state: AcceptanceState,
    /// Graph `recordedDateTime`.
    pub recorded_date_time: String,
    /// Whether it still satisfies the agreement.
    pub counts: bool,
    /// Graph `expirationDateTime`: when it stops counting, if that is known.
    pub expiration_date_time: Option<String>,
    /// Network of the browser.
    pub network: Option<String>,
    /// Issuer of the identity that answered.
    pub issuer: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// How it signed in (an `amr` value).
    pub method: Option<&'static str>,
}

/// One answer to *Review permissions*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewReport {
    /// Hash of the text that was shown.
    pub evidence: String,
    /// Its language.
    pub language: String,
    /// `accepted` or `declined`.
    pub state: AcceptanceState,
    /// When.
    pub recorded_date_time: String,
}

/// Everything one guest answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// The guest.
    pub user_id: UserId,
    /// Answers to *Review permissions*, oldest first.
    pub reviews: Vec<ReviewReport>,
    /// Answers to terms of use, oldest first.
    pub answers: Vec<AnswerReport>,
}

/// The report of a tenant.
pub async fn report(app: &App, tenant: &Tenant) -> StoreResult<Report> {
    let now = app.clock.now();
    let mut read = app.store.read(tenant.id).await?;
    let versions = read.agreement_versions().await?;
    let acceptances = read.all_acceptances().await?;
    let guests = read.users(UserFilter { user_type: Some(UserType::Guest), limit: u32::MAX }).await?;
    let mut answers_of: HashMap<UserId, Vec<&Acceptance>> = HashMap::new();
    for acceptance in &acceptances {
        answers_of.entry(acceptance.user).or_default().push(acceptance);
    }
    let mut agreements = Vec::new();
    for agreement in &tenant.agreements {
        let own: Vec<&AgreementVersion> = versions.iter().filter(|version| version.agreement == agreement.id).collect();
        let asked = outstanding(read.as_mut(), tenant, agreement, &guests, &answers_of, now).await?;
        agreements.push(agreement_report(agreement, &own, &acceptances, &asked));
    }
    let people: HashMap<UserId, &User> = guests.iter().map(|user| (user.id, user)).collect();
    let answers = acceptances
        .iter()
        .map(|acceptance| answer(tenant, &versions, people.get(&acceptance.user).copied(), acceptance, now));
    Ok(Report {
        tenant_id: tenant.id,
        tenant: tenant.display_name.clone(),
        generated_date_time: now.to_string(),
        agreements,
        answers: answers.collect(),
    })
}

/// What one guest answered; `None` if no guest was invited under `address`.
pub async fn history_of(app: &App, tenant: &Tenant, address: &EmailAddress) -> StoreResult<Option<History>> {
    let found = app.store.read(tenant.id).await?.guest_invited_as(address).await?;
    match found {
        Some(user) => history(app, tenant, user.id).await.map(Some),
        None => Ok(None),
    }
}

/// What one guest answered.
pub async fn history(app: &App, tenant: &Tenant, id: UserId) -> StoreResult<History> {
    let now = app.clock.now();
    let mut read = app.store.read(tenant.id).await?;
    let user = read.user(id).await?;
    let versions = read.agreement_versions().await?;
    let acceptances = read.acceptances(id).await?;
    let reviews = read.reviews(id).await?;
    Ok(History {
        user_id: id,
        reviews: reviews.iter().map(review).collect(),
        answers: acceptances
            .iter()
            .map(|acceptance| answer(tenant, &versions, user.as_ref(), acceptance, now))
            .collect(),
    })
}

/// The guests who would be asked for `agreement` at their next navigation, as the version that they would be shown.
async fn outstanding(
    read: &mut dyn Read,
    tenant: &Tenant,
    agreement: &Agreement,
    guests: &[User],
    answers_of: &HashMap<UserId, Vec<&Acceptance>>,
    now: Timestamp,
) -> StoreResult<BTreeMap<String, u32>> {
    let mut asked = BTreeMap::new();
    for guest in guests.iter().filter(|guest| guest.account_enabled) {
        let mut own = answers_of.get(&guest.id).into_iter().flatten();
        if own.any(|acceptance| agreement.is_satisfied_by(acceptance, now)) {
            continue;
        }
        if !agreement.apps.is_empty() {
            let apps = read.assigned_apps(guest.id).await?;
            let open = |app: &AppId| {
                tenant
                    .service_principals
                    .iter()
                    .any(|used| used.app == *app && (!used.assignment_required || apps.contains(app)))
            };
            if !agreement.apps.iter().any(open) {
                continue;
            }
        }
        let wanted: Vec<String> = guest.preferred_language.iter().chain([&tenant.language]).cloned().collect();
        let Some(file) = agreement.file_for(&wanted) else { continue };
        let count: &mut u32 = asked.entry(file.language.clone()).or_default();
        *count = count.saturating_add(1);
    }
    Ok(asked)
}

fn agreement_report(
    agreement: &Agreement,
    versions: &[&AgreementVersion],
    acceptances: &[Acceptance],
    asked: &BTreeMap<String, u32>,
) -> AgreementReport {
    let is_current = |version: &AgreementVersion| {
        agreement.files.iter().any(|file| file.language == version.language && file.number == version.number)
    };
    let versions = versions.iter().map(|version| {
        let (accepted, declined) = answered(version, acceptances);
        let current = is_current(version);
        VersionReport {
            language: version.language.clone(),
            number: version.number,
            version: version.version.clone(),
            title: version.title.clone(),
            is_major_version: version.major,
            transition_date_time: version.transition.map(|until| until.to_string()),
            origin: match version.origin {
                VersionOrigin::File => "file",
                VersionOrigin::Published => "published",
            },
            created_date_time: version.published_at.to_string(),
            is_current: current,
            accepted,
            declined,
            outstanding: asked.get(&version.language).copied().filter(|_| current).unwrap_or_default(),
        }
    });
    AgreementReport {
        id: agreement.id,
        display_name: agreement.display_name.clone(),
        apps: agreement.apps.clone(),
        is_viewing_before_acceptance_required: agreement.viewing_required,
        reaccept_after_seconds: agreement.reaccept_after.map(|span| span.as_secs()),
        terms_expiration: agreement.expiration.map(|expiration| ExpirationReport {
            start_date: expiration.start.to_string(),
            frequency: expiration.frequency.as_str(),
        }),
        outstanding: asked.values().copied().fold(0, u32::saturating_add),
        versions: versions.collect(),
    }
}

/// Of how many guests the last answer to `version` was *Accept*, and of how many *Decline*.
fn answered(version: &AgreementVersion, acceptances: &[Acceptance]) -> (u32, u32) {
    let mut last: BTreeMap<UserId, AcceptanceState> = BTreeMap::new();
    for acceptance in acceptances {
        let about_it = acceptance.agreement == version.agreement
            && acceptance.language == version.language
            && acceptance.version == version.version;
        if about_it {
            last.insert(acceptance.user, acceptance.state);
        }
    }
    let accepted = last.values().filter(|state| **state == AcceptanceState::Accepted).count();
    let declined = last.len().saturating_sub(accepted);
    (u32::try_from(accepted).unwrap_or(u32::MAX), u32::try_from(declined).unwrap_or(u32::MAX))
}

fn answer(
    tenant: &Tenant,
    versions: &[AgreementVersion],
    user: Option<&User>,
    acceptance: &Acceptance,
    now: Timestamp,
) -> AnswerReport {
    let agreement = tenant.agreements.iter().find(|agreement| agreement.id == acceptance.agreement);
    let counts = agreement.is_some_and(|agreement| agreement.is_satisfied_by(acceptance, now));
    // The same bytes may have been in force twice; the guest saw the first.
    let number = versions.iter().find(|version| {
        version.agreement == acceptance.agreement
            && version.language == acceptance.language
            && version.version == acceptance.version
    });
    let circumstances = acceptance.circumstances.as_ref();
    let identity = circumstances.map(|circumstances| &circumstances.identity);
    AnswerReport {
        agreement_id: acceptance.agreement,
        agreement: agreement
            .map_or_else(|| acceptance.agreement.to_string(), |agreement| agreement.display_name.clone()),
        user_id: acceptance.user,
        user_display_name: user.map(|user| user.display_name.clone()),
        user_email: user.and_then(|user| user.mail.clone().or_else(|| user.invited_address.clone())),
        user_principal_name: user.map(|user| user.user_principal_name.clone()),
        language: acceptance.language.clone(),
        number: number.map(|version| version.number),
        version: acceptance.version.clone(),
        state: acceptance.state,
        recorded_date_time: acceptance.recorded_at.to_string(),
        counts,
        expiration_date_time: agreement
            .filter(|_| counts)
            .and_then(|agreement| agreement.expires_at(acceptance, now))
            .map(|at| at.to_string()),
        network: circumstances.map(|circumstances| circumstances.network.clone()),
        issuer: identity.map(|identity| identity.issuer.clone()),
        subject: identity.map(|identity| identity.subject.clone()),
        method: identity.map(|identity| identity.method.amr()),
    }
}

fn review(review: &Review) -> ReviewReport {
    ReviewReport {
        evidence: review.evidence.clone(),
        language: review.language.clone(),
        state: review.state,
        recorded_date_time: review.recorded_at.to_string(),
    }
}
