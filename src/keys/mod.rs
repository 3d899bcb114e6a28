//! Keys: sealing, keyed hashes and signatures, all from keys that rest in the directory sealed under one root key.

mod aside;
mod person;
mod root;
mod rotation;
mod sealing;
mod signing;
#[cfg(test)]
mod tests;
mod withdrawal;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;
use aws_lc_rs::{digest, hmac};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use serde::Serialize;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

pub(crate) use aside::step_back;
pub use person::{KeepPersonKeys, PersonKey};
pub use root::RootKey;
use sealing::SealingKey;
use signing::SigningKey;
pub use signing::verify_detached;
pub use withdrawal::Withdrawal;

use crate::clock::{Clock, Random, random_bytes};
use crate::model::{AuditEvent, SigningAlgorithm, TenantId, Timestamp};
use crate::storage::{InstanceTask, Store, StoreError, StoredKey};

/// Purposes of rows in the directory.
const SIGNING_ES256: &str = "signing-es256";
const SIGNING_RS256: &str = "signing-rs256";
const SEALING: &str = "sealing";
const PEPPER: &str = "pepper";

/// What something sealed or hashed is for. Nothing made for one purpose is worth anything for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Where a tab wants to go, on broker pages.
    Ticket,
    /// The state of an app host's detour.
    AppState,
    /// Tokens of forms.
    Form,
    /// One-time passcodes.
    Passcode,
    /// Transactions towards identity providers.
    Federation,
    /// Values of rows.
    Row,
    /// Personal data.
    Personal,
    /// Secrets of second factors.
    SecondFactor,
    /// The right to block invitation mails, and the list of mailboxes that do.
    MailBlock,
    /// Files that administrators uploaded, until they are worked on.
    Upload,
    /// Codes, grants and refresh tokens of OIDC clients.
    Token,
    /// Names of people and sessions towards one client (OpenID Connect Core 1.0 §8.1).
    Pairwise,
    /// Where the next page of a list begins, on the admin API.
    Page,
    /// Answers of the admin API that are given again to a request that is repeated.
    ApiAnswer,
    /// Whom an organization closed out.
    Bar,
    /// What a page with a passkey ceremony must be told again.
    Passkey,
}

impl Purpose {
    /// The purpose as it stands in what is authenticated. Never changed: old values would no longer open.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::AppState => "app-state",
            Self::Form => "form",
            Self::Passcode => "passcode",
            Self::Federation => "federation",
            Self::Row => "row",
            Self::Personal => "personal",
            Self::SecondFactor => "second-factor",
            Self::MailBlock => "mail-block",
            Self::Upload => "upload",
            Self::Token => "token",
            Self::Pairwise => "pairwise",
            Self::Page => "page",
            Self::ApiAnswer => "api-answer",
            Self::Bar => "bar",
            Self::Passkey => "passkey",
        }
    }
}

/// Why keys cannot be had or used.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// There is no root key, but there should be.
    #[error(
        "the root key {} is missing; put it back from your backup, for without it the keys in the directory cannot be opened",
        path.display()
    )]
    RootKeyMissing {
        /// Where it should be.
        path: PathBuf,
    },
    /// The file is no root key.
    #[error("{} is no root key: it must be a file of exactly 32 bytes", path.display())]
    RootKeyShape {
        /// Where it is.
        path: PathBuf,
    },
    /// Others may read the file.
    #[error("the root key {} can be read by others; set its mode to 0600", path.display())]
    RootKeyReadable {
        /// Where it is.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("the root key {} could not be read or made: {source}", path.display())]
    RootKeyFile {
        /// Where it is.
        path: PathBuf,
        /// What the file system said.
        source: std::io::Error,
    },
    /// A row does not open.
    #[error(
        "the key {id} ({purpose}) in the directory does not open with the root key {}: it belongs to another directory, or the row was changed",
        path.display()
    )]
    RootKeyDoesNotFit {
        /// Where the root key is.
        path: PathBuf,
        /// Id of the row.
        id: String,
        /// Purpose of the row.
        purpose: String,
    },
    /// The directory failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The tenant has no signing key.
    #[error("the tenant {0} has no signing key")]
    NoSigningKey(TenantId),
    /// There is nothing to withdraw.
    #[error("the tenant {tenant} has no signing key {kid:?}; those that are published stand at its jwks_uri")]
    UnknownKey {
        /// The tenant.
        tenant: TenantId,
        /// What it should be called.
        kid: String,
    },
    /// The claims are no JSON.
    #[error("the claims could not be written as JSON")]
    Claims,
    /// The crypto library refused; with sound keys this does not happen.
    #[error("the crypto library refused an operation")]
    Crypto,
}

type SigningKeys = HashMap<TenantId, Vec<Arc<SigningKey>>>;

/// All keys of the instance, opened.
pub struct Keys {
    store: Arc<dyn Store>,
    root: RootKey,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    sealing: Vec<SealingKey>,
    pepper: hmac::Key,
    signing: ArcSwap<SigningKeys>,
    making: tokio::sync::Mutex<()>,
    /// RSA keys take long to make; nobody who needs another key waits for them.
    making_aside: tokio::sync::Mutex<()>,
}

/// A key that was published for the next rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextKey {
    /// Its algorithm.
    pub algorithm: SigningAlgorithm,
    /// Its `kid`.
    pub kid: String,
    /// From when on it signs.
    pub signs_from: Timestamp,
    /// Whether it waited already.
    pub waited: bool,
}

impl Keys {
    /// Reads all keys, and makes the sealing key and the pepper of a new directory.
    pub async fn open(
        store: Arc<dyn Store>,
        root: RootKey,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, KeysError> {
        let mut tx = store.begin_instance(InstanceTask::Keys).await?;
        let mut rows = tx.keys().await?;
        if !rows.is_empty() && root.withdraw() {
            return Err(KeysError::RootKeyMissing { path: root.path().to_owned() });
        }
        let mut made = false;
        for purpose in [SEALING, PEPPER] {
            if !rows.iter().any(|row| row.purpose == purpose) {
                let secret = Zeroizing::new(random_bytes::<32>(&*random));
                let id = HEXLOWER.encode(&random_bytes::<8>(&*random));
                let row = stored(&root, purpose, None, id, &secret[..], &*clock, &*random)?;
                tx.insert_key(&row).await?;
                rows.push(row);
                made = true;
            }
        }
        if made {
            tx.commit().await?;
        } else {
            drop(tx);
        }

        oldest_first(&mut rows);
        let (mut sealing, mut pepper, mut signing) = (Vec::new(), None, SigningKeys::new());
        for row in &rows {
            let plain = opened(&root, row)?;
            match (row.purpose.as_str(), row.tenant) {
                (SEALING, None) => sealing.push(SealingKey::new(&row.id, &plain)),
                // The oldest counts: what was hashed must stay findable.
                (PEPPER, None) => {
                    pepper.get_or_insert_with(|| hmac::Key::new(hmac::HMAC_SHA256, &plain));
                }
                (SIGNING_ES256 | SIGNING_RS256, Some(tenant)) => {
                    let algorithm = algorithm_of(&row.purpose).ok_or(KeysError::Crypto)?;
                    let key = SigningKey::from_pkcs8(algorithm, &plain, row.created_at)?;
                    signing.entry(tenant).or_default().push(Arc::new(key));
                }
                // Keys of purposes that a newer version made are none of our business.
                _ => {}
            }
        }
        let pepper = pepper.ok_or(KeysError::Crypto)?;
        let signing = ArcSwap::from_pointee(signing);
        let (making, making_aside) = (tokio::sync::Mutex::new(()), tokio::sync::Mutex::new(()));
        Ok(Self { store, root, clock, random, sealing, pepper, signing, making, making_aside })
    }

    /// Makes the tenant's ES256 signing key if it has none. On return the key is durable.
    pub async fn ensure_tenant(&self, tenant: TenantId) -> Result<(), KeysError> {
        if self.has(tenant, SigningAlgorithm::Es256) {
            return Ok(());
        }
        let _one_at_a_time = self.making.lock().await;
        if self.has(tenant, SigningAlgorithm::Es256) {
            return Ok(());
        }
        self.adopt(tenant, SigningKey::generate(SigningAlgorithm::Es256, self.clock.now())?, true).await.map(|_| ())
    }

    /// Makes the tenant's RS256 key if it has none, on a thread of its own, and waits for it (decision 18).
    pub async fn ensure_rs256(&self, tenant: TenantId) -> Result<(), KeysError> {
        if self.has(tenant, SigningAlgorithm::Rs256) {
            return Ok(());
        }
        let _one_at_a_time = self.making_aside.lock().await;
        if self.has(tenant, SigningAlgorithm::Rs256) {
            return Ok(());
        }
        let made = SigningKey::generate_aside(SigningAlgorithm::Rs256, self.clock.now()).await?;
        self.adopt(tenant, made, true).await.map(|_| ())
    }

    /// Publishes the tenant's next keys, which sign a day later (attack row J11). Keys that wait already are not made twice.
    pub async fn rotate(&self, tenant: TenantId) -> Result<Vec<NextKey>, KeysError> {
        let _one_at_a_time = self.making_aside.lock().await;
        let mut next = Vec::new();
        for algorithm in SigningAlgorithm::ALL {
            let now = self.clock.now();
            let known = self.signing.load().get(&tenant).cloned().unwrap_or_default();
            if let Some(key) = rotation::waiting(&known, algorithm, now) {
                next.push(NextKey::of(key, true));
                continue;
            }
            let made = SigningKey::generate_aside(algorithm, now).await?;
            let key = self.adopt(tenant, made, false).await?;
            next.push(NextKey::of(&key, false));
        }
        Ok(next)
    }

    fn has(&self, tenant: TenantId, algorithm: SigningAlgorithm) -> bool {
        let keys = self.signing.load();
        keys.get(&tenant).is_some_and(|keys| keys.iter().any(|key| key.algorithm() == algorithm))
    }

    /// Keeps a new key, or, where it is to be the first of its kind, takes over the one that another node has made since we
    /// started. Returns the newest key of its kind.
    async fn adopt(
        &self,
        tenant: TenantId,
        (key, plain): (SigningKey, Zeroizing<Vec<u8>>),
        only_first: bool,
    ) -> Result<Arc<SigningKey>, KeysError> {
        let purpose = purpose_of(key.algorithm());
        let algorithm = key.algorithm();
        // Read again inside the transaction.
        let mut tx = self.store.begin_instance(InstanceTask::Keys).await?;
        let mut rows = tx.keys().await?;
        rows.retain(|row| row.purpose == purpose && row.tenant == Some(tenant));
        oldest_first(&mut rows);
        let mut of_kind = Vec::new();
        for row in &rows {
            let plain = opened(&self.root, row)?;
            of_kind.push(Arc::new(SigningKey::from_pkcs8(algorithm, &plain, row.created_at)?));
        }
        if of_kind.is_empty() || !only_first {
            let id = key.kid().to_owned();
            let row = StoredKey {
                created_at: key.created_at,
                ..stored(&self.root, purpose, Some(tenant), id, &plain, &*self.clock, &*self.random)?
            };
            tx.insert_key(&row).await?;
            if !only_first {
                let event = AuditEvent::success("Rotate signing key").with("tenant", tenant).with("key", key.kid());
                tx.audit(key.created_at, &event).await?;
            }
            tx.commit().await?;
            of_kind.push(Arc::new(key));
        }
        self.signing.rcu(|old| {
            let mut all = SigningKeys::clone(old);
            let keys = all.entry(tenant).or_default();
            keys.retain(|key| key.algorithm() != algorithm);
            keys.extend(of_kind.iter().cloned());
            all
        });
        of_kind.pop().ok_or(KeysError::NoSigningKey(tenant))
    }

    /// Seals `plain` for one purpose and context: unreadable, unchangeable, worthless anywhere else. The text is
    /// base64url without padding.
    pub fn seal(&self, purpose: Purpose, context: &str, plain: &[u8]) -> String {
        // Sealing fails only for texts beyond 64 GiB; an empty text opens nowhere, so the answer stays "no".
        let sealed = self.sealing.last().and_then(|key| key.seal(purpose, context, plain, &*self.random));
        sealed.unwrap_or_default()
    }

    /// Opens what [`Keys::seal`] made for the same purpose and context; anything else is `None`.
    pub fn open_sealed(&self, purpose: Purpose, context: &str, sealed: &str) -> Option<Vec<u8>> {
        sealing::open(&self.sealing, purpose, context, sealed)
    }

    /// HMAC-SHA-256 under the pepper. Each part counts with its length, so that no two lists read the same.
    pub fn keyed_hash(&self, purpose: Purpose, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.pepper);
        for part in std::iter::once(purpose.as_str().as_bytes()).chain(parts.iter().copied()) {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        into_array(context.sign().as_ref())
    }

    /// Signs `claims` with the tenant's ES256 key: a compact JWS whose `kid` is the RFC 7638 thumbprint.
    pub fn sign<C: Serialize>(&self, tenant: TenantId, typ: &str, claims: &C) -> Result<String, KeysError> {
        self.sign_as(tenant, SigningAlgorithm::Es256, typ, claims)
    }

    /// Signs with the tenant's key of one algorithm. For RS256 await [`Keys::ensure_rs256`] first.
    pub fn sign_as<C: Serialize>(
        &self,
        tenant: TenantId,
        algorithm: SigningAlgorithm,
        typ: &str,
        claims: &C,
    ) -> Result<String, KeysError> {
        let keys = self.signing.load();
        let keys = keys.get(&tenant).ok_or(KeysError::NoSigningKey(tenant))?;
        let key = rotation::signer(keys, algorithm, self.clock.now()).ok_or(KeysError::NoSigningKey(tenant))?;
        key.sign(typ, claims)
    }

    /// The claims of a token that this tenant signed with a key that is published now, if it is of exactly this type: what lets
    /// somebody in is believed here as little as by whoever fetches our keys (attack row J11). Nothing but signature and type is
    /// looked at.
    pub fn verify(&self, tenant: TenantId, typ: &str, token: &str) -> Option<Map<String, Value>> {
        let keys = self.signing.load();
        let published = rotation::published(keys.get(&tenant)?, self.clock.now());
        signing::verified_claims(published.map(Arc::as_ref), typ, token)
    }

    /// The same with every key that the tenant has not withdrawn, however long ago it signed last: for what only says who
    /// somebody was.
    pub fn verify_ever(&self, tenant: TenantId, typ: &str, token: &str) -> Option<Map<String, Value>> {
        let keys = self.signing.load();
        signing::verified_claims(keys.get(&tenant)?.iter().map(Arc::as_ref), typ, token)
    }

    /// The tenant's public keys as a JWK Set (RFC 7517 §5): those that sign, those that will, and those that did a while ago.
    pub fn jwks(&self, tenant: TenantId) -> Value {
        let keys = self.signing.load();
        let keys = keys.get(&tenant).map(Vec::as_slice).unwrap_or_default();
        let keys: Vec<Value> = rotation::published(keys, self.clock.now()).map(|key| key.jwk()).collect();
        json!({ "keys": keys })
    }

    /// Every public key that the tenant ever had: for documents that outlive rotations.
    pub fn jwks_ever(&self, tenant: TenantId) -> Value {
        let keys = self.signing.load();
        let keys: Vec<Value> = keys.get(&tenant).into_iter().flatten().map(|key| key.jwk()).collect();
        json!({ "keys": keys })
    }
}

impl NextKey {
    fn of(key: &SigningKey, waited: bool) -> Self {
        Self { algorithm: key.algorithm(), kid: key.kid().to_owned(), signs_from: rotation::signs_from(key), waited }
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({:?})", self.root)
    }
}

fn purpose_of(algorithm: SigningAlgorithm) -> &'static str {
    match algorithm {
        SigningAlgorithm::Es256 => SIGNING_ES256,
        SigningAlgorithm::Rs256 => SIGNING_RS256,
    }
}

fn algorithm_of(purpose: &str) -> Option<SigningAlgorithm> {
    SigningAlgorithm::ALL.into_iter().find(|algorithm| purpose_of(*algorithm) == purpose)
}

fn oldest_first(rows: &mut [StoredKey]) {
    rows.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
}

fn opened(root: &RootKey, row: &StoredKey) -> Result<Zeroizing<Vec<u8>>, KeysError> {
    root.unwrap(&row.purpose, row.tenant, &row.id, &row.sealed).ok_or_else(|| KeysError::RootKeyDoesNotFit {
        path: root.path().to_owned(),
        id: row.id.clone(),
        purpose: row.purpose.clone(),
    })
}

fn stored(
    root: &RootKey,
    purpose: &str,
    tenant: Option<TenantId>,
    id: String,
    plain: &[u8],
    clock: &dyn Clock,
    random: &dyn Random,
) -> Result<StoredKey, KeysError> {
    let sealed = root.wrap(purpose, tenant, &id, plain, random).ok_or(KeysError::Crypto)?;
    Ok(StoredKey { id, tenant, purpose: purpose.to_owned(), sealed, created_at: clock.now() })
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    into_array(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(&sha256(bytes))
}

/// 256 random bits as 43 characters of base64url.
pub fn token(random: &dyn Random) -> String {
    BASE64URL_NOPAD.encode(&random_bytes::<32>(random))
}

/// Copies a digest, whose length is known, into an array.
fn into_array(bytes: &[u8]) -> [u8; 32] {
    let mut array = [0; 32];
    for (to, from) in array.iter_mut().zip(bytes) {
        *to = *from;
    }
    array
}
