//! What an inviter should know before a mail leaves: the way the guest will sign in, and what may stop it.

use std::collections::HashMap;
use std::time::Duration;

use super::invite::InviteWarning;
use super::predict::{PredictedRoute, Prediction, predict};
use super::{GuestContext, GuestsError};
use crate::model::{Connection, ConnectionKind, ConnectionName, EmailAddress, RouteOverride, Tenant};
use crate::short_term::{Key, Kind};
use crate::signin::home_realm::{Route, by_domain};

/// How long an identity provider has for its answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long its answer is remembered: lists must not make us knock at a door again and again.
const REMEMBERED: Duration = Duration::from_secs(60);
/// How long its silence is: a provider that is back, or that starts with us, must not look broken for a minute.
const SILENCE_REMEMBERED: Duration = Duration::from_secs(5);

/// A prediction and what speaks against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreseen {
    /// The way.
    pub predicted: Prediction,
    /// What may stop the guest.
    pub warnings: Vec<InviteWarning>,
}

/// Looks ahead for many guests of one tenant, and asks each identity provider once.
pub struct Foresight<'a> {
    context: &'a GuestContext<'a>,
    answers: HashMap<ConnectionName, bool>,
    asks: bool,
}

impl<'a> Foresight<'a> {
    /// Knows nothing yet.
    pub fn new(context: &'a GuestContext<'a>) -> Self {
        Self { context, answers: HashMap::new(), asks: true }
    }

    /// Takes for granted that identity providers answer.
    pub fn without_asking(context: &'a GuestContext<'a>) -> Self {
        Self { asks: false, ..Self::new(context) }
    }

    /// The tenant that is looked ahead for.
    pub fn tenant(&self) -> &'a Tenant {
        self.context.tenant
    }

    /// What to expect of `address`. `has_mail` is whether the guest object carries the address.
    pub async fn of(
        &mut self,
        address: &EmailAddress,
        has_mail: bool,
        route: Option<&RouteOverride>,
    ) -> Result<Foreseen, GuestsError> {
        let context = self.context;
        let predicted = match route {
            Some(route) => chosen(context, route, has_mail),
            None => predict(context.tenant, context.snapshot, address, has_mail),
        };
        let mut warnings = Vec::new();
        if !context.tenant.allows_domain(address.domain()) {
            warnings.push(InviteWarning::DomainBlocked);
        }
        if !has_mail {
            warnings.push(InviteWarning::AddressTaken);
        } else if predicted.only_by_invitation_link {
            warnings.push(InviteWarning::OnlyByInvitationLink);
        }
        if predicted.route == PredictedRoute::Nowhere {
            warnings.push(InviteWarning::NoWayIn);
        }
        if let Some(connection) = self.connection_of(address, route)
            && !self.answers(connection).await?
        {
            warnings.push(InviteWarning::ProviderUnreachable);
        }
        Ok(Foreseen { predicted, warnings })
    }

    fn connection_of(&self, address: &EmailAddress, route: Option<&RouteOverride>) -> Option<&'a Connection> {
        let tenant = self.context.tenant;
        let name = match route {
            Some(RouteOverride::Connection { name }) => name.clone(),
            Some(RouteOverride::Passcode | RouteOverride::PersonalAccount) => return None,
            None => match by_domain(tenant, self.context.snapshot, address.domain())? {
                Route::Connection(name) => name,
                Route::Tenant(_) => return None,
            },
        };
        tenant.connection(&name)
    }

    /// Whether the provider answers with a discovery document that we can use. Plain OAuth 2.0 has none to ask for.
    async fn answers(&mut self, connection: &Connection) -> Result<bool, GuestsError> {
        if connection.kind != ConnectionKind::Oidc || !self.asks {
            return Ok(true);
        }
        if let Some(known) = self.answers.get(&connection.name) {
            return Ok(*known);
        }
        let context = self.context;
        let key = Key::of(context.tenant.id, Kind::Limit, format!("reachable:{}", connection.name));
        let known = match context.short_term.get(&key).await? {
            Some(kept) => kept == b"1",
            None => {
                let asked = tokio::time::timeout(PATIENCE, context.federation.inspect(connection)).await;
                let answers = matches!(asked, Ok(Ok(_)));
                let (word, life): (&[u8], _) = if answers { (b"1", REMEMBERED) } else { (b"0", SILENCE_REMEMBERED) };
                context.short_term.put(&key, word, life).await?;
                answers
            }
        };
        self.answers.insert(connection.name.clone(), known);
        Ok(known)
    }
}

/// What an inviter chose for this guest stands in the place of what the domain says.
fn chosen(context: &GuestContext<'_>, route: &RouteOverride, has_mail: bool) -> Prediction {
    let route = match route {
        RouteOverride::Connection { name } => match context.tenant.connection(name) {
            Some(known) => PredictedRoute::Connection { name: known.display_name.clone() },
            None => PredictedRoute::Nowhere,
        },
        RouteOverride::Passcode => PredictedRoute::Passcode,
        RouteOverride::PersonalAccount => PredictedRoute::PersonalAccount,
    };
    let only_by_invitation_link = !has_mail || route == PredictedRoute::PersonalAccount;
    Prediction { route, only_by_invitation_link }
}
