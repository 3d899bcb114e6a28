//! Access tokens of this instance's own provider, as the API believes them.

use async_trait::async_trait;

use super::caller::{AccessClaims, Subject, VerifyAccess, VerifyError};
use crate::app::App;
use crate::tokens::api_caller;

/// Believes what the provider of the tenant signed for this API, while it still counts.
pub struct ProviderTokens;

#[async_trait]
impl VerifyAccess for ProviderTokens {
    async fn verify(&self, app: &App, token: &str) -> Result<Option<AccessClaims>, VerifyError> {
        let snapshot = app.snapshot.load_full();
        let Some(caller) = api_caller::caller(app, &snapshot, token).await? else { return Ok(None) };
        let names = caller.permissions().to_vec();
        let subject = match caller.person() {
            None => Subject::Application { roles: names },
            Some(person) => {
                Subject::User { user: person.user, scopes: names, second_factor: person.second_factor.is_some() }
            }
        };
        Ok(Some(AccessClaims { tenant: caller.tenant().id, app: caller.app(), subject }))
    }
}
