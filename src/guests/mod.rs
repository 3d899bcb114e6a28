//! Guests and members: inviting, sending again, listing, showing, changing, and everything that ends.

pub mod access_review;
pub mod app_people;
pub mod assign;
pub mod audit_log;
pub mod bar;
pub mod block;
pub mod bounce;
pub mod change_sign_in;
pub mod contacts;
#[cfg(test)]
mod copy_tests;
pub mod csv_table;
pub mod delete;
pub mod directory;
pub mod end_access;
pub mod end_sessions;
pub mod erase;
pub mod expire;
pub mod export;
pub mod foresee;
pub mod history;
pub mod impact;
pub mod import;
pub mod invite;
pub mod invite_error;
mod invite_limits;
#[cfg(test)]
mod invite_tests;
pub mod invite_warning;
pub mod inviter_role;
pub mod inviters;
pub mod leave;
pub mod life;
#[cfg(test)]
mod life_walks;
pub mod list;
pub mod mail_block;
#[cfg(test)]
mod mail_block_tests;
pub mod manage;
#[cfg(test)]
mod manage_tests;
pub mod member_add;
mod new_guest;
pub mod obstacle;
pub mod organizations;
pub mod personal_data;
pub mod predict;
pub mod preview;
pub mod redirect;
pub mod resend;
pub mod reset;
pub mod reset_second_factor;
pub mod revoke;
pub mod row_fault;
pub mod search;
pub mod send_again;
pub mod show;
pub mod sponsors;
pub mod sweep;
pub mod update;
pub mod upload;
pub mod usage;
#[cfg(test)]
mod walks;
mod wish;

use self::mail_block::BlockKeys;
use crate::app::App;
use crate::clock::{Clock, Random, random_guid};
use crate::config::Limits;
use crate::keys::KeepPersonKeys;
use crate::mail::outbox;
use crate::mail::texts::{self, InvitationMail, Place, Say, TextError, Words};
use crate::model::{AppId, EmailAddress, Invitation, MailId, OutgoingMail, Tenant, User};
use crate::oidc_client::Federation;
use crate::short_term::{ShortTerm, ShortTermError};
use crate::snapshot::Snapshot;
use crate::storage::{Store, StoreError, TombstonesError};
use crate::urls::Urls;

/// What the verbs about guests need, for one tenant.
#[derive(Clone, Copy)]
pub struct GuestContext<'a> {
    /// The directory.
    pub store: &'a dyn Store,
    /// Counters and one-time links.
    pub short_term: &'a dyn ShortTerm,
    /// The tenant.
    pub tenant: &'a Tenant,
    /// All tenants and apps.
    pub snapshot: &'a Snapshot,
    /// Addresses.
    pub urls: &'a Urls,
    /// Product name.
    pub brand: &'a str,
    /// Languages of mails.
    pub words: &'a dyn Words,
    /// Rights to block mails, and hashed addresses.
    pub keys: &'a dyn BlockKeys,
    /// Limits.
    pub limits: &'a Limits,
    /// Keeps the keys under which personal data in audit lines is sealed.
    pub person_keys: &'a dyn KeepPersonKeys,
    /// Identity providers, to see whether they are there.
    pub federation: &'a dyn Federation,
    /// Time.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub random: &'a dyn Random,
}

/// The context of verbs about the guests of `tenant`.
pub fn context<'a>(app: &'a App, snapshot: &'a Snapshot, tenant: &'a Tenant) -> GuestContext<'a> {
    GuestContext {
        store: app.store.as_ref(),
        short_term: app.short_term.as_ref(),
        tenant,
        snapshot,
        urls: &app.urls,
        brand: &app.settings.brand,
        words: app.texts.as_ref(),
        keys: app.keys.as_ref(),
        limits: &app.settings.limits,
        person_keys: app.keys.as_ref(),
        federation: app.federation.as_ref(),
        clock: app.clock.as_ref(),
        random: app.random.as_ref(),
    }
}

/// Something below failed; the verb did nothing.
#[derive(Debug, thiserror::Error)]
pub enum GuestsError {
    /// The directory.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The short-term store.
    #[error(transparent)]
    ShortTerm(#[from] ShortTermError),
    /// The file of the erased.
    #[error(transparent)]
    Tombstones(#[from] TombstonesError),
    /// A mail could not be rendered.
    #[error(transparent)]
    Text(#[from] TextError),
}

impl GuestContext<'_> {
    /// Seals personal data in audit lines.
    fn sealer(&self) -> personal_data::Sealer<'_> {
        personal_data::Sealer { keys: self.person_keys, clock: self.clock, random: self.random }
    }

    fn new_mail_id(&self) -> MailId {
        MailId(random_guid(self.random))
    }

    /// Language of a mail: the invitation's, the guest's, the tenant's, English.
    fn language_for(&self, invitation: &Invitation, user: &User) -> Box<dyn Say + '_> {
        let wanted: Vec<String> = [invitation.language.clone(), user.preferred_language.clone()]
            .into_iter()
            .flatten()
            .chain([self.tenant.language.clone()])
            .collect();
        self.words.in_language(&wanted)
    }

    /// The mail of an invitation. `apps` are those the invitation is about; one alone is named as where it leads.
    fn invitation_mail(
        &self,
        words: &dyn Say,
        invitation: &Invitation,
        apps: &[AppId],
        cc: Option<&EmailAddress>,
        inviter_address: Option<&EmailAddress>,
    ) -> Result<OutgoingMail, TextError> {
        let app = match apps {
            [only] => self.snapshot.app(*only),
            _ => None,
        };
        let place = match (&invitation.redirect_url, app) {
            (Some(address), _) => Place::Address(address),
            (None, Some(app)) => Place::App(&app.display_name),
            (None, None) => Place::Panel,
        };
        let redeem_url = self.urls.redeem(self.tenant.id, &invitation.id);
        let block_url = self.urls.block(self.tenant.id, &mail_block::right(self, &invitation.address));
        texts::invitation(
            words,
            &InvitationMail {
                brand: self.brand,
                host: host_of(self.urls.origin()),
                tenant: self.tenant,
                inviter: &invitation.inviter,
                inviter_address,
                to: &invitation.address,
                cc,
                message: invitation.message.as_deref(),
                place,
                redeem_url: &redeem_url,
                invitation: &invitation.id,
                block_url: &block_url,
            },
        )
    }
}

/// The same mail to nobody: the work of a mail without its effect (decision 4).
fn to_nobody(mail: OutgoingMail) -> Option<OutgoingMail> {
    outbox::nobody().map(|to| OutgoingMail { to, cc: None, reply_to: None, invitation: None, ..mail })
}

fn host_of(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}

/// SHA-256 in lower-case hex: names keys after personal data or tokens without holding them.
fn digest(text: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    data_encoding::HEXLOWER.encode(hash.as_ref())
}
