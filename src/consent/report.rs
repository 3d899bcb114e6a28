//! Who accepted, who declined and who still has to answer: per version of every agreement, and per guest.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::outstanding::{Outstanding, outstanding};
use super::standing::Standing;
use crate::app::App;
use crate::model::{
    Acceptance, AcceptanceState, Agreement, AgreementId, AgreementVersion, AppId, EmailAddress, Review, Tenant,
    TenantId, Timestamp, User, UserId, UserType, VersionOrigin,
};
use crate::storage::{StoreResult, UserFilter};

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
    /// How many guests more will be asked when the transition of a new version ends, for they have not accepted it yet.
    pub outstanding_after_transition: u32,
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
    /// Guests whose last answer to it was *Accept*, also those who left since. What was answered before a reset of the
    /// redemption is not counted.
    pub accepted: u32,
    /// Guests whose last answer to it was *Decline*.
    pub declined: u32,
    /// Guests who would be asked to accept it at their next navigation, by the language they prefer.
    pub outstanding: u32,
    /// Guests who will be asked to accept it when its transition ends.
    pub outstanding_after_transition: u32,
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
    /// What it is worth, and why.
    pub standing: Standing,
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
    /// What it is worth, and why.
    pub standing: Standing,
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
    let resets: HashMap<UserId, Timestamp> = read.last_resets().await?.into_iter().collect();
    // What was answered before a reset is history: nobody who is here now gave it.
    let current = |acceptance: &Acceptance| acceptance.is_since(resets.get(&acceptance.user).copied());
    let mut answers_of: HashMap<UserId, Vec<Acceptance>> = HashMap::new();
    for acceptance in acceptances.iter().filter(|acceptance| current(acceptance)) {
        answers_of.entry(acceptance.user).or_default().push(acceptance.clone());
    }
    let asked: Vec<(&User, Vec<Acceptance>)> =
        guests.iter().map(|guest| (guest, answers_of.remove(&guest.id).unwrap_or_default())).collect();
    let counted: Vec<Acceptance> = acceptances.iter().filter(|acceptance| current(acceptance)).cloned().collect();
    let mut agreements = Vec::new();
    for agreement in &tenant.agreements {
        let own: Vec<&AgreementVersion> = versions.iter().filter(|version| version.agreement == agreement.id).collect();
        let open = outstanding(read.as_mut(), tenant, agreement, &asked, now).await?;
        agreements.push(agreement_report(agreement, &own, &counted, &open));
    }
    let people: HashMap<UserId, &User> = guests.iter().map(|user| (user.id, user)).collect();
    let answers = acceptances.iter().map(|acceptance| {
        let user = people.get(&acceptance.user).copied();
        answer(tenant, &versions, user, resets.get(&acceptance.user).copied(), acceptance, now)
    });
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
    let reset = read.last_reset(id).await?;
    let newest = reviews.len().saturating_sub(1);
    let reviewed = |(index, given): (usize, &Review)| {
        let standing = Standing::of_review(given, index == newest, reset);
        review(given, if user.is_some() { standing } else { Standing::GuestGone })
    };
    let answered = |given: &Acceptance| answer(tenant, &versions, user.as_ref(), reset, given, now);
    Ok(History {
        user_id: id,
        reviews: reviews.iter().enumerate().map(reviewed).collect(),
        answers: acceptances.iter().map(answered).collect(),
    })
}

fn agreement_report(
    agreement: &Agreement,
    versions: &[&AgreementVersion],
    acceptances: &[Acceptance],
    open: &Outstanding,
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
            outstanding: of_language(&open.now, version, current),
            outstanding_after_transition: of_language(&open.later, version, current),
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
        outstanding: open.now.values().copied().fold(0, u32::saturating_add),
        outstanding_after_transition: open.later.values().copied().fold(0, u32::saturating_add),
        versions: versions.collect(),
    }
}

/// How many of the counted guests would be shown this version.
fn of_language(counted: &BTreeMap<String, u32>, version: &AgreementVersion, current: bool) -> u32 {
    counted.get(&version.language).copied().filter(|_| current).unwrap_or_default()
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
    reset: Option<Timestamp>,
    acceptance: &Acceptance,
    now: Timestamp,
) -> AnswerReport {
    let agreement = tenant.agreements.iter().find(|agreement| agreement.id == acceptance.agreement);
    let standing = user.map_or(Standing::GuestGone, |_| Standing::of(tenant, acceptance, reset, now));
    let counts = standing == Standing::Counts;
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
        standing,
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

fn review(review: &Review, standing: Standing) -> ReviewReport {
    ReviewReport {
        evidence: review.evidence.clone(),
        language: review.language.clone(),
        state: review.state,
        recorded_date_time: review.recorded_at.to_string(),
        standing,
    }
}
