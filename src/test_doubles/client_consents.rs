//! What guests let applications know, in memory.

use async_trait::async_trait;

use super::store::MemoryTx;
use crate::model::*;
use crate::storage::*;

#[async_trait]
impl ReadClientConsents for MemoryTx {
    async fn client_consents(&mut self, user: UserId) -> StoreResult<Vec<ClientConsent>> {
        let mine = self.mine();
        let own = self.content.client_consents.iter().filter(|(tenant, row)| *tenant == mine && row.user == user);
        Ok(own.map(|(_, row)| row.clone()).collect())
    }
}

#[async_trait]
impl WriteClientConsents for MemoryTx {
    async fn keep_client_consent(&mut self, consent: &ClientConsent) -> StoreResult<()> {
        let mine = self.mine();
        self.content.client_consents.retain(|(tenant, row)| {
            !(*tenant == mine
                && row.user == consent.user
                && row.app == consent.app
                && row.redirect_uri == consent.redirect_uri)
        });
        self.content.client_consents.push((mine, consent.clone()));
        Ok(())
    }

    async fn withdraw_client_consents(&mut self, user: UserId, app: Option<AppId>) -> StoreResult<u64> {
        let mine = self.mine();
        let before = self.content.client_consents.len();
        self.content
            .client_consents
            .retain(|(tenant, row)| !(*tenant == mine && row.user == user && app.is_none_or(|app| row.app == app)));
        Ok((before - self.content.client_consents.len()) as u64)
    }
}
