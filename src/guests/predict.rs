//! Predicts, when somebody is invited, how the guest will sign in: from the domain and the tenant's settings.

use serde::{Deserialize, Serialize};

use crate::model::{EmailAddress, Tenant};
use crate::signin::home_realm::{Route, by_domain, ways};
use crate::snapshot::Snapshot;

/// How a guest will probably sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum PredictedRoute {
    /// As a member of another tenant of this instance.
    Tenant {
        /// Its name.
        name: String,
    },
    /// At an identity provider of this tenant.
    Connection {
        /// Its name on buttons.
        name: String,
    },
    /// With a code sent to the mailbox.
    Passcode,
    /// With a personal account, which the guest may first have to make.
    PersonalAccount,
    /// With one of the social providers.
    Social {
        /// Their names on buttons.
        names: Vec<String>,
    },
    /// Not at all: nothing is switched on for this domain.
    Nowhere,
}

/// A prediction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Prediction {
    /// The way.
    pub route: PredictedRoute,
    /// Whether the guest gets in only through the link of the invitation, not by a direct link.
    pub only_by_invitation_link: bool,
}

impl Prediction {
    /// Whether there is no way at all.
    pub fn leads_nowhere(&self) -> bool {
        self.route == PredictedRoute::Nowhere
    }

    /// One sentence for the inviter.
    pub fn sentence(&self) -> String {
        match &self.route {
            PredictedRoute::Tenant { name } | PredictedRoute::Connection { name } => format!("will sign in at {name}"),
            PredictedRoute::Passcode => "will use a one-time passcode".to_owned(),
            PredictedRoute::PersonalAccount => "will use a personal account".to_owned(),
            PredictedRoute::Social { names } => format!("will sign in with {}", names.join(" or ")),
            PredictedRoute::Nowhere => "has no way to sign in here".to_owned(),
        }
    }
}

/// The route of `address`; `has_mail` is whether the guest object carries it. Nobody's account is looked at, so that an
/// inviter learns nothing about people (decision 4).
pub fn predict(tenant: &Tenant, snapshot: &Snapshot, address: &EmailAddress, has_mail: bool) -> Prediction {
    let ways = ways(tenant);
    let route = match by_domain(tenant, snapshot, address.domain()) {
        Some(Route::Tenant(home)) => snapshot
            .tenant(home)
            .map_or(PredictedRoute::Nowhere, |home| PredictedRoute::Tenant { name: home.display_name.clone() }),
        Some(Route::Connection(name)) => {
            let shown = tenant.connection(&name).map_or_else(|| name.to_string(), |known| known.display_name.clone());
            PredictedRoute::Connection { name: shown }
        }
        None if ways.passcode => PredictedRoute::Passcode,
        None if ways.personal_account => PredictedRoute::PersonalAccount,
        None if !ways.social.is_empty() => PredictedRoute::Social {
            names: ways
                .social
                .iter()
                .filter_map(|name| tenant.connection(name))
                .map(|connection| connection.display_name.clone())
                .collect(),
        },
        None => PredictedRoute::Nowhere,
    };
    // An account is only made through the mail, and a guest without address is only found through it.
    let only_by_invitation_link = !has_mail || route == PredictedRoute::PersonalAccount;
    Prediction { route, only_by_invitation_link }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_doubles::{address, connection, contoso, northwind, snapshot};

    #[test]
    fn the_route_is_told_by_the_domain() {
        let mut nothing = northwind();
        nothing.policies.personal_accounts = false;
        let mut social = nothing.clone();
        social.connections.push(connection("sociable", &[], true));
        let rows = [
            (contoso(), "guest@fabrikam.example", "will sign in at FABRIKAM", false),
            (contoso(), "member@northwind.example", "will sign in at Northwind", false),
            (contoso(), "passcode@mail.example", "will use a one-time passcode", false),
            (northwind(), "newcomer@mail.example", "will use a personal account", true),
            (social, "friend@social.example", "will sign in with SOCIABLE", false),
            (nothing, "stray@mail.example", "has no way to sign in here", false),
        ];
        for (tenant, invited, sentence, by_link) in rows {
            let prediction = predict(&tenant, &snapshot(), &address(invited), true);
            assert_eq!((prediction.sentence().as_str(), prediction.only_by_invitation_link), (sentence, by_link));
        }
        assert!(predict(&contoso(), &snapshot(), &address("guest@fabrikam.example"), false).only_by_invitation_link);
    }
}
