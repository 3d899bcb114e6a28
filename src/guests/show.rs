//! One guest with everything an administrator asks about: state, source, apps, invitation, agreements.

use serde::Serialize;

use super::predict::{Prediction, predict};
use super::{GuestContext, GuestsError};
use crate::model::{AcceptanceState, EmailAddress, Method, User, UserId, UserType};
use crate::storage::Read;

/// One line of a list. Times are RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GuestSummary {
    /// Graph `id`.
    pub id: UserId,
    /// Graph `displayName`.
    pub display_name: String,
    /// The address that was invited.
    pub invited_address: Option<EmailAddress>,
    /// Graph `mail`.
    pub mail: Option<EmailAddress>,
    /// Graph `userPrincipalName`.
    pub user_principal_name: String,
    /// Graph `externalUserState`.
    pub external_user_state: Option<&'static str>,
    /// Graph `externalUserStateChangeDateTime`.
    pub external_user_state_change_date_time: Option<String>,
    /// *Invitation accepted*.
    pub invitation_accepted: bool,
    /// *Source*.
    pub source: String,
    /// Graph `accountEnabled`.
    pub account_enabled: bool,
}

/// An app the guest may open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppLink {
    /// Its name.
    pub name: String,
    /// Its direct sign-on link.
    pub direct_link: String,
}

/// One answer to terms of use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AgreementAnswer {
    /// Name of the agreement, or its id if it is gone.
    pub agreement: String,
    /// `accepted` or `declined`.
    pub state: &'static str,
    /// When.
    pub at: String,
}

/// One guest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GuestDetails {
    /// What lists show too.
    #[serde(flatten)]
    pub summary: GuestSummary,
    /// Graph `otherMails`.
    pub other_mails: Vec<EmailAddress>,
    /// Why the guest has no mail, if so.
    pub no_mail_because: Option<&'static str>,
    /// Graph `createdDateTime`.
    pub created_date_time: String,
    /// Last completed sign-in.
    pub last_sign_in_date_time: Option<String>,
    /// Who invited.
    pub invited_by: Option<String>,
    /// [`InvitationState`](crate::model::InvitationState) by its name.
    pub invitation_state: Option<&'static str>,
    /// When the link ends, if ever.
    pub invitation_expires: Option<String>,
    /// The redeem URL, while the invitation leads anywhere.
    pub redeem_url: Option<String>,
    /// How a pending guest will sign in.
    pub predicted: Option<Prediction>,
    /// Assigned apps.
    pub apps: Vec<AppLink>,
    /// Whether *Review permissions* was accepted, and when.
    pub reviewed: Option<AgreementAnswer>,
    /// Answers to terms of use, oldest first.
    pub agreements: Vec<AgreementAnswer>,
}

/// Shows the guest who was invited under `address`.
pub async fn show(context: GuestContext<'_>, address: &EmailAddress) -> Result<Option<GuestDetails>, GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    match view.guest_invited_as(address).await? {
        Some(user) => details(context, view.as_mut(), user).await.map(Some),
        None => Ok(None),
    }
}

/// Shows the guest with this object id; a member is none.
pub async fn show_by_id(context: GuestContext<'_>, id: UserId) -> Result<Option<GuestDetails>, GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    match view.user(id).await?.filter(|user| user.user_type == UserType::Guest) {
        Some(user) => details(context, view.as_mut(), user).await.map(Some),
        None => Ok(None),
    }
}

async fn details(context: GuestContext<'_>, view: &mut dyn Read, user: User) -> Result<GuestDetails, GuestsError> {
    let invitation = view.invitation_of(user.id).await?;
    let apps = view.assigned_apps(user.id).await?;
    let review = view.review(user.id).await?;
    let acceptances = view.acceptances(user.id).await?;
    let now = context.clock.now();
    let address = user.invited_address.as_ref().or(user.mail.as_ref());
    Ok(GuestDetails {
        summary: summarize(&context, &user),
        other_mails: user.other_mails.clone(),
        no_mail_because: user
            .mail
            .is_none()
            .then_some("a contact or another object of the directory holds the address"),
        created_date_time: user.created_at.to_string(),
        last_sign_in_date_time: user.last_sign_in_at.map(|at| at.to_string()),
        invited_by: invitation.as_ref().map(|invitation| invitation.inviter.clone()),
        invitation_state: invitation.as_ref().map(|invitation| invitation.state.as_str()),
        invitation_expires: invitation.as_ref().and_then(|invitation| invitation.expires_at).map(|at| at.to_string()),
        redeem_url: invitation
            .as_ref()
            .filter(|invitation| invitation.link_works(now))
            .map(|invitation| context.urls.redeem(context.tenant.id, &invitation.id)),
        predicted: address
            .filter(|_| user.is_pending())
            .map(|address| predict(context.tenant, context.snapshot, address, user.mail.is_some())),
        apps: app_links(&context, &apps),
        reviewed: review.map(|review| AgreementAnswer {
            agreement: "Review permissions".to_owned(),
            state: answer(review.state),
            at: review.recorded_at.to_string(),
        }),
        agreements: acceptances
            .iter()
            .map(|acceptance| AgreementAnswer {
                agreement: context
                    .tenant
                    .agreements
                    .iter()
                    .find(|agreement| agreement.id == acceptance.agreement)
                    .map_or_else(|| acceptance.agreement.to_string(), |agreement| agreement.display_name.clone()),
                state: answer(acceptance.state),
                at: acceptance.recorded_at.to_string(),
            })
            .collect(),
    })
}

/// The direct links of `apps` that this tenant uses.
pub fn app_links(context: &GuestContext<'_>, apps: &[crate::model::AppId]) -> Vec<AppLink> {
    apps.iter()
        .filter(|app| context.snapshot.service_principal(context.tenant, **app).is_some())
        .filter_map(|app| context.snapshot.app(*app))
        .map(|app| AppLink {
            name: app.display_name.clone(),
            direct_link: context.urls.direct_link(context.tenant.id, app.id),
        })
        .collect()
}

pub(super) fn summarize(context: &GuestContext<'_>, user: &User) -> GuestSummary {
    GuestSummary {
        id: user.id,
        display_name: user.display_name.clone(),
        invited_address: user.invited_address.clone(),
        mail: user.mail.clone(),
        user_principal_name: user.user_principal_name.clone(),
        external_user_state: user.external_user_state.map(|state| state.as_str()),
        external_user_state_change_date_time: user.external_user_state_changed_at.map(|at| at.to_string()),
        invitation_accepted: user.external_user_state == Some(crate::model::ExternalUserState::Accepted),
        source: user.source(|method| source(context, method)),
        account_enabled: user.account_enabled,
    }
}

/// `External directory (fabrikam.example)`, or the name of a social provider.
fn source(context: &GuestContext<'_>, method: &Method) -> String {
    match method {
        Method::Connection { name } => match context.tenant.connection(name) {
            Some(known) if known.social => known.display_name.clone(),
            Some(known) => external(known.domains.first().map(|domain| domain.as_str()), &known.display_name),
            None => format!("External directory ({name})"),
        },
        Method::Tenant { tenant } => {
            let home = context.snapshot.tenant(*tenant);
            external(home.and_then(|home| home.primary_domain()).map(|domain| domain.as_str()), &tenant.to_string())
        }
        // `User::source` names the others itself.
        Method::PersonalAccount | Method::OneTimePasscode | Method::MemberPassword => String::new(),
    }
}

fn external(domain: Option<&str>, otherwise: &str) -> String {
    format!("External directory ({})", domain.unwrap_or(otherwise))
}

fn answer(state: AcceptanceState) -> &'static str {
    match state {
        AcceptanceState::Accepted => "accepted",
        AcceptanceState::Declined => "declined",
    }
}
