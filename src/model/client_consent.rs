//! What a guest lets somebody else's application know.

use serde::{Deserialize, Serialize};

use super::{AppId, Timestamp, UserId};

/// A remembered consent (decision 17): it counts for this client, this exact redirect URI and these scopes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientConsent {
    /// The guest.
    pub user: UserId,
    /// The client.
    pub app: AppId,
    /// Where its answers went when the guest agreed.
    pub redirect_uri: String,
    /// What was agreed to.
    pub scopes: Vec<String>,
    /// When.
    pub recorded_at: Timestamp,
}

impl ClientConsent {
    /// Whether everything in `scopes` was agreed to.
    pub fn covers(&self, scopes: &[String]) -> bool {
        scopes.iter().all(|scope| self.scopes.contains(scope))
    }
}
