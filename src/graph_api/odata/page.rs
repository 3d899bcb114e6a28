//! `@odata.nextLink`: where the next page begins, sealed for one tenant, caller, address and query (attack row M2).

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Options;
use crate::graph_api::errors::GraphError;
use crate::keys::{Keys, Purpose};
use crate::model::TenantId;

/// Longest token that is looked at.
const LONGEST: usize = 2048;

/// For whom and what the pages of a list are.
pub struct Pages<'a> {
    /// Seals and opens.
    pub keys: &'a Keys,
    /// The tenant.
    pub tenant: TenantId,
    /// The caller, in one spelling.
    pub caller: &'a str,
    /// The path as it was asked.
    pub path: &'a str,
    /// The query.
    pub options: &'a Options,
}

impl Pages<'_> {
    /// Where this page begins; `None` for the first.
    pub fn begin<T: DeserializeOwned>(&self) -> Result<Option<T>, GraphError> {
        let Some(token) = &self.options.token else { return Ok(None) };
        // One answer for a token that was changed, is another's, or belongs to another query.
        let fault =
            || GraphError::field("$skiptoken", "The skip token is not valid for this query. Begin again without it.");
        if token.len() > LONGEST {
            return Err(fault());
        }
        let opened = self.keys.open_sealed(Purpose::Page, &self.context(), token).ok_or_else(fault)?;
        serde_json::from_slice(&opened).map(Some).map_err(|_| fault())
    }

    /// The link to the page that begins at `mark`.
    pub fn link<T: Serialize>(&self, origin: &str, mark: &T) -> Result<String, GraphError> {
        let plain = serde_json::to_vec(mark).map_err(|_| GraphError::broken())?;
        let token = self.keys.seal(Purpose::Page, &self.context(), &plain);
        let query = &self.options.canonical;
        let query = if query.is_empty() { String::new() } else { format!("{query}&") };
        Ok(format!("{origin}{}?{query}$skiptoken={token}", self.path))
    }

    fn context(&self) -> String {
        // No part but the last can hold a line break.
        [&self.tenant.to_string(), self.caller, self.path, &self.options.canonical].map(String::from).join("\n")
    }
}
