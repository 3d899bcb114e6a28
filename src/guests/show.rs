//! One guest with everything an administrator asks about: state, source, apps, invitation, agreements.

use serde::Serialize;

use super::foresee::Foresight;
use super::invite::InviteWarning;
use super::obstacle::{Obstacle, obstacle};
use super::predict::Prediction;
use super::{GuestContext, GuestsError};
use crate::model::{AcceptanceState, AppId, EmailAddress, Method, RouteOverride, User, UserId, UserType};
use crate::storage::{OutboxMail, Read};

pub use crate::storage::MailState;
use crate::tenants::assignments::groups_of;

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
    /// Graph `deletedDateTime`, while the guest is in the bin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_date_time: Option<String>,
    /// [`InvitationState`](crate::model::InvitationState) by its name, as it stands now.
    pub invitation_state: Option<&'static str>,
    /// What went wrong last with the newest invitation mail.
    pub mail_error: Option<String>,
    /// How a pending guest will sign in.
    pub predicted: Option<Prediction>,
    /// What may stop a pending guest.
    pub warnings: Vec<InviteWarning>,
    /// Which object holds the address already, so that the guest has no mail.
    pub in_the_way: Option<Obstacle>,
}

impl GuestSummary {
    /// Fills in what lies ahead of a guest who has not redeemed yet, and what is in the way.
    pub(super) async fn look_ahead(
        &mut self,
        user: &User,
        view: &mut dyn Read,
        foresight: &mut Foresight<'_>,
        route: Option<&RouteOverride>,
    ) -> Result<(), GuestsError> {
        let Some(address) = &user.invited_address else { return Ok(()) };
        if user.mail.is_none() {
            self.in_the_way = obstacle(view, foresight.tenant(), address, Some(user.id)).await?;
        }
        if user.is_pending() && user.account_enabled {
            let seen = foresight.of(address, user.mail.is_some(), route).await?;
            (self.predicted, self.warnings) = (Some(seen.predicted), seen.warnings);
        }
        Ok(())
    }
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
    /// Whether the redemption was reset since, so that it is asked anew.
    pub before_reset: bool,
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
    /// Graph `createdDateTime`.
    pub created_date_time: String,
    /// Last completed sign-in.
    pub last_sign_in_date_time: Option<String>,
    /// When the access ends, if ever.
    pub access_ends: Option<String>,
    /// Who invited.
    pub invited_by: Option<String>,
    /// When the link ends, if ever.
    pub invitation_expires: Option<String>,
    /// Where the newest invitation mail stands, and since when or until when.
    pub mail_state: Option<String>,
    /// The same as a value, for pages.
    #[serde(skip)]
    pub mail: Option<(MailState, Option<String>)>,
    /// The redeem URL, while the invitation leads anywhere.
    pub redeem_url: Option<String>,
    /// Names of the sponsors.
    pub sponsors: Vec<String>,
    /// Whether the guest may bring colleagues (role *Guest Inviter*).
    pub guest_inviter: bool,
    /// Assigned apps.
    pub apps: Vec<AppLink>,
    /// App roles, as `app: role`.
    pub app_roles: Vec<String>,
    /// Groups, by the directory or the tenant's file.
    pub groups: Vec<String>,
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

/// Shows a guest who is in the bin.
pub async fn show_deleted(context: GuestContext<'_>, id: UserId) -> Result<Option<GuestDetails>, GuestsError> {
    let mut view = context.store.read(context.tenant.id).await?;
    match view.deleted_user(id).await?.filter(|user| user.user_type == UserType::Guest) {
        Some(user) => details(context, view.as_mut(), user).await.map(Some),
        None => Ok(None),
    }
}

async fn details(context: GuestContext<'_>, view: &mut dyn Read, user: User) -> Result<GuestDetails, GuestsError> {
    let invitation = view.invitation_of(user.id).await?;
    let apps = view.assigned_apps(user.id).await?;
    let review = view.review(user.id).await?;
    let acceptances = view.acceptances(user.id).await?;
    let mail = match &invitation {
        Some(invitation) => view.mail_of(&invitation.id).await?,
        None => None,
    };
    let now = context.clock.now();
    let mut summary = summarize(&context, &user);
    summary.invitation_state = invitation.as_ref().map(|invitation| invitation.state_at(now).as_str());
    summary.mail_error = mail.as_ref().and_then(|mail| mail.last_error.clone());
    let route = invitation.as_ref().and_then(|invitation| invitation.route.as_ref());
    summary.look_ahead(&user, view, &mut Foresight::new(&context), route).await?;
    let mut sponsors = Vec::new();
    for sponsor in &user.sponsors {
        let known = view.user(*sponsor).await?;
        sponsors.push(known.map_or_else(|| format!("{sponsor} (removed)"), |user| user.display_name));
    }
    let roles = view.app_roles(user.id).await?;
    let groups = groups_of(view, context.tenant, &user).await?;
    let reset = view.last_reset(user.id).await?;
    Ok(GuestDetails {
        summary,
        other_mails: user.other_mails.clone(),
        created_date_time: user.created_at.to_string(),
        last_sign_in_date_time: user.last_sign_in_at.map(|at| at.to_string()),
        access_ends: user.expires_at.map(|at| at.to_string()),
        invited_by: invitation.as_ref().map(|invitation| invitation.inviter.clone()),
        mail_state: mail.as_ref().map(OutboxMail::sentence),
        mail: mail.as_ref().map(|mail| (mail.state, mail.at.map(|at| at.to_string()))),
        invitation_expires: invitation.as_ref().and_then(|invitation| invitation.expires_at).map(|at| at.to_string()),
        redeem_url: invitation
            .as_ref()
            .filter(|invitation| invitation.link_works(now))
            .map(|invitation| context.urls.redeem(context.tenant.id, &invitation.id)),
        sponsors,
        guest_inviter: user.guest_inviter,
        apps: app_links(&context, &apps),
        app_roles: roles.iter().map(|role| format!("{}: {}", app_name(&context, role.app), role.role)).collect(),
        groups: groups.iter().map(|group| group.display_name.clone()).collect(),
        reviewed: review.map(|review| AgreementAnswer {
            agreement: "Review permissions".to_owned(),
            before_reset: !review.is_since(reset),
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
                before_reset: !acceptance.is_since(reset),
                state: answer(acceptance.state),
                at: acceptance.recorded_at.to_string(),
            })
            .collect(),
    })
}

fn app_name(context: &GuestContext<'_>, app: AppId) -> String {
    context.snapshot.app_name(app).map_or_else(|| app.to_string(), str::to_owned)
}

/// The direct links of `apps` that this tenant uses.
pub fn app_links(context: &GuestContext<'_>, apps: &[AppId]) -> Vec<AppLink> {
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
        deleted_date_time: user.deleted_at.map(|at| at.to_string()),
        invitation_state: None,
        mail_error: None,
        predicted: None,
        warnings: Vec::new(),
        in_the_way: None,
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
