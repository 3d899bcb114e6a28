//! Keys against a directory double: round trips, refusals, restarts, and faults that an operator can act on.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;

use super::*;
use crate::clock::{SystemClock, SystemRandom};
use crate::model::{
    AccessReviewId, AccountId, AuditEvent, AuditLine, EmailAddress, Factors, MailId, OutgoingMail, PersonalAccount,
    Timestamp, UserId,
};
use crate::storage::{
    DomainProof, DueMail, Epoch, FileChanges, InstanceLife, InstanceTx, MailBlock, OutboxMail, Read, ReadWaiting,
    StoreResult, StoredObject, Tx,
};

/// A directory that knows keys and nothing else.
#[derive(Default)]
struct KeyRows(Arc<Mutex<Vec<StoredKey>>>);

struct KeyTx {
    rows: Arc<Mutex<Vec<StoredKey>>>,
    added: Vec<StoredKey>,
    deleted: Vec<(Option<TenantId>, String)>,
}

fn other<T>() -> StoreResult<T> {
    Err(StoreError::Failed("this directory knows keys only".into()))
}

#[async_trait]
impl Store for KeyRows {
    async fn read(&self, _: TenantId) -> StoreResult<Box<dyn Read>> {
        other()
    }
    async fn begin(&self, _: TenantId) -> StoreResult<Box<dyn Tx>> {
        other()
    }
    async fn begin_instance(&self, task: InstanceTask) -> StoreResult<Box<dyn InstanceTx>> {
        assert_eq!(task, InstanceTask::Keys);
        Ok(Box::new(KeyTx { rows: Arc::clone(&self.0), added: Vec::new(), deleted: Vec::new() }))
    }
    async fn ping(&self) -> StoreResult<()> {
        Ok(())
    }
    async fn forget_log(&self) -> StoreResult<bool> {
        Ok(true)
    }
}

#[async_trait]
impl InstanceLife for KeyTx {
    async fn ending_guests(&mut self, _: Timestamp, _: i64, _: u32) -> StoreResult<Vec<(TenantId, UserId)>> {
        other()
    }
    async fn bin_since(&mut self, _: Timestamp, _: u32) -> StoreResult<Vec<(TenantId, UserId)>> {
        other()
    }
    async fn ended_access_reviews(&mut self, _: Timestamp) -> StoreResult<Vec<(TenantId, AccessReviewId)>> {
        other()
    }
    async fn tombstones(&mut self) -> StoreResult<Vec<String>> {
        other()
    }
    async fn everybody(&mut self) -> StoreResult<Vec<(TenantId, UserId)>> {
        other()
    }
    async fn active_guests_by_tenant(&mut self, _: &str) -> StoreResult<Vec<(TenantId, u64)>> {
        other()
    }
}

#[async_trait]
impl crate::storage::InstanceWebhooks for KeyTx {
    async fn due_webhooks(&mut self, _: Timestamp) -> StoreResult<Vec<(TenantId, crate::model::WebhookName)>> {
        other()
    }
    async fn tidy_deliveries(&mut self, _: Timestamp, _: Timestamp, _: Timestamp) -> StoreResult<u64> {
        other()
    }
}

#[async_trait]
impl crate::storage::InstanceAccounts for KeyTx {
    async fn account_proofs_since(&mut self, _: AccountId) -> StoreResult<Option<Timestamp>> {
        other()
    }
    async fn end_account_proofs(&mut self, _: AccountId, _: Timestamp) -> StoreResult<()> {
        other()
    }
    async fn account_passkeys_since(&mut self, _: AccountId) -> StoreResult<Option<Timestamp>> {
        other()
    }
    async fn suspend_account_passkeys(&mut self, _: AccountId, _: Timestamp) -> StoreResult<()> {
        other()
    }
    async fn erase_account(
        &mut self,
        _: AccountId,
        _: &str,
        _: &str,
        _: Timestamp,
    ) -> StoreResult<Vec<(TenantId, UserId)>> {
        other()
    }
    async fn account_ids(&mut self) -> StoreResult<Vec<AccountId>> {
        other()
    }
}

#[async_trait]
impl InstanceTx for KeyTx {
    async fn agreement_versions(&mut self) -> StoreResult<Vec<(TenantId, crate::model::AgreementVersion)>> {
        Ok(Vec::new())
    }
    async fn agreement_documents(&mut self) -> StoreResult<Vec<(TenantId, String, crate::model::Evidence)>> {
        Ok(Vec::new())
    }
    async fn keys(&mut self) -> StoreResult<Vec<StoredKey>> {
        Ok(self.rows.lock().unwrap().clone())
    }
    async fn insert_key(&mut self, key: &StoredKey) -> StoreResult<()> {
        self.added.push(key.clone());
        Ok(())
    }
    async fn delete_key(&mut self, tenant: Option<TenantId>, id: &str) -> StoreResult<()> {
        self.deleted.push((tenant, id.to_owned()));
        Ok(())
    }
    async fn commit(self: Box<Self>) -> StoreResult<()> {
        // A key that is put back with another time was deleted before.
        self.rows.lock().unwrap().retain(|row| !self.deleted.iter().any(|gone| *gone == (row.tenant, row.id.clone())));
        self.rows.lock().unwrap().extend(self.added);
        Ok(())
    }
    async fn objects(&mut self) -> StoreResult<Vec<StoredObject>> {
        other()
    }
    async fn domain_proofs(&mut self) -> StoreResult<Vec<DomainProof>> {
        other()
    }
    async fn load_files(&mut self, _: &[StoredObject], _: Timestamp) -> StoreResult<FileChanges> {
        other()
    }
    async fn due_mails(&mut self, _: Timestamp, _: u32) -> StoreResult<Vec<DueMail>> {
        other()
    }
    async fn queue_mail(&mut self, _: MailId, _: &OutgoingMail, _: Timestamp) -> StoreResult<()> {
        other()
    }
    async fn mail_sent(&mut self, _: MailId, _: Timestamp) -> StoreResult<()> {
        other()
    }
    async fn mail_failed(&mut self, _: MailId, _: &str, _: Option<Timestamp>) -> StoreResult<()> {
        other()
    }
    async fn waiting_mails(&mut self) -> StoreResult<u64> {
        other()
    }
    async fn mail_bounced(&mut self, _: MailId, _: &str, _: Timestamp) -> StoreResult<Option<OutboxMail>> {
        other()
    }
    async fn outbox(&mut self, _: bool, _: u32) -> StoreResult<Vec<OutboxMail>> {
        other()
    }
    async fn retry_mails(&mut self, _: Option<MailId>, _: Timestamp) -> StoreResult<u64> {
        other()
    }
    async fn mail_blocks(&mut self, _: &str) -> StoreResult<Vec<MailBlock>> {
        other()
    }
    async fn block_mails(&mut self, _: &str, _: Option<TenantId>, _: Timestamp) -> StoreResult<bool> {
        other()
    }
    async fn allow_mails(&mut self, _: &str, _: Option<TenantId>) -> StoreResult<bool> {
        other()
    }
    async fn account_by_address(&mut self, _: &EmailAddress) -> StoreResult<Option<PersonalAccount>> {
        other()
    }
    async fn account(&mut self, _: AccountId) -> StoreResult<Option<PersonalAccount>> {
        other()
    }
    async fn insert_account(&mut self, _: &PersonalAccount) -> StoreResult<()> {
        other()
    }
    async fn set_account_password(&mut self, _: AccountId, _: &str) -> StoreResult<()> {
        other()
    }
    async fn account_of_passkey(&mut self, _: &str) -> StoreResult<Option<AccountId>> {
        other()
    }
    async fn account_factors(&mut self, _: AccountId) -> StoreResult<Factors> {
        other()
    }
    async fn keep_account_factors(&mut self, _: AccountId, _: &Factors) -> StoreResult<()> {
        other()
    }
    async fn bump_epochs_of(&mut self, _: &str, _: &str, _: Timestamp) -> StoreResult<Vec<(TenantId, UserId)>> {
        other()
    }
    async fn tenants_of(&mut self, _: &str, _: &str) -> StoreResult<Vec<TenantId>> {
        other()
    }
    async fn epochs(&mut self, _: Timestamp) -> StoreResult<Vec<Epoch>> {
        other()
    }
    async fn audit(&mut self, _: Timestamp, event: &AuditEvent) -> StoreResult<()> {
        assert!(["Rotate signing key", "Withdraw signing key"].contains(&event.activity.as_str()));
        Ok(())
    }
    async fn audit_lines(&mut self, _: i64, _: u32) -> StoreResult<Vec<AuditLine>> {
        other()
    }
}

#[async_trait]
impl ReadWaiting for KeyTx {
    async fn tenants_inviting(&mut self, _: &EmailAddress) -> StoreResult<Vec<TenantId>> {
        other()
    }
}

async fn open_at(rows: &KeyRows, path: &Path) -> Result<Keys, KeysError> {
    let root = RootKey::load_or_create(path, true, &SystemRandom)?;
    Keys::open(Arc::new(KeyRows(Arc::clone(&rows.0))), root, Arc::new(SystemClock), Arc::new(SystemRandom)).await
}

fn tenant(number: u128) -> TenantId {
    TenantId::new(uuid::Uuid::from_u128(number))
}

#[tokio::test]
async fn what_is_sealed_opens_again_and_only_for_its_purpose_and_context() {
    let folder = tempfile::tempdir().unwrap();
    let keys = open_at(&KeyRows::default(), &folder.path().join("root.key")).await.unwrap();
    let sealed = keys.seal(Purpose::Ticket, "tenant-a", b"/page?x=1");
    assert!(sealed.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'));
    assert_eq!(keys.open_sealed(Purpose::Ticket, "tenant-a", &sealed).unwrap(), b"/page?x=1");
    assert_eq!(keys.open_sealed(Purpose::AppState, "tenant-a", &sealed), None);
    assert_eq!(keys.open_sealed(Purpose::Ticket, "tenant-b", &sealed), None);
    assert_eq!(keys.open_sealed(Purpose::Ticket, "", &sealed), None);
    assert_ne!(sealed, keys.seal(Purpose::Ticket, "tenant-a", b"/page?x=1"), "the nonce is new each time");
    assert_eq!(keys.open_sealed(Purpose::Form, "", &keys.seal(Purpose::Form, "", b"")).unwrap(), b"");
}

#[tokio::test]
async fn tampering_with_any_character_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let keys = open_at(&KeyRows::default(), &folder.path().join("root.key")).await.unwrap();
    let sealed = keys.seal(Purpose::Ticket, "c", b"destination");
    for place in 0..sealed.len() {
        let mut bent = sealed.clone().into_bytes();
        bent[place] = if bent[place] == b'A' { b'B' } else { b'A' };
        assert_eq!(keys.open_sealed(Purpose::Ticket, "c", std::str::from_utf8(&bent).unwrap()), None, "at {place}");
    }
    for cut in 0..sealed.len() {
        assert_eq!(keys.open_sealed(Purpose::Ticket, "c", &sealed[..cut]), None);
    }
    for text in ["", "=", "é", &format!("{sealed}="), &format!("{sealed}A"), &format!(" {sealed}")] {
        assert_eq!(keys.open_sealed(Purpose::Ticket, "c", text), None, "{text:?}");
    }
}

#[tokio::test]
async fn keyed_hashes_tell_purposes_and_parts_apart() {
    let folder = tempfile::tempdir().unwrap();
    let keys = open_at(&KeyRows::default(), &folder.path().join("root.key")).await.unwrap();
    let hash = keys.keyed_hash(Purpose::Passcode, &[b"ab", b"c"]);
    assert_eq!(hash, keys.keyed_hash(Purpose::Passcode, &[b"ab", b"c"]));
    assert_ne!(hash, keys.keyed_hash(Purpose::Passcode, &[b"a", b"bc"]));
    assert_ne!(hash, keys.keyed_hash(Purpose::Passcode, &[b"abc"]));
    assert_ne!(hash, keys.keyed_hash(Purpose::Form, &[b"ab", b"c"]));
    assert_ne!(hash, sha256(b"abc"));
}

#[tokio::test]
async fn a_restart_finds_the_same_keys() {
    let folder = tempfile::tempdir().unwrap();
    let (path, rows) = (folder.path().join("root.key"), KeyRows::default());
    let before = open_at(&rows, &path).await.unwrap();
    before.ensure_tenant(tenant(1)).await.unwrap();
    before.ensure_tenant(tenant(1)).await.unwrap();
    let sealed = before.seal(Purpose::Row, "x", b"kept");
    let hash = before.keyed_hash(Purpose::Personal, &[b"x"]);
    let jwks = before.jwks(tenant(1));
    drop(before);
    assert_eq!(rows.0.lock().unwrap().len(), 3, "sealing, pepper and one signing key");

    let after = open_at(&rows, &path).await.unwrap();
    assert_eq!(after.open_sealed(Purpose::Row, "x", &sealed).unwrap(), b"kept");
    assert_eq!(after.keyed_hash(Purpose::Personal, &[b"x"]), hash);
    assert_eq!(after.jwks(tenant(1)), jwks);
    after.ensure_tenant(tenant(1)).await.unwrap();
    assert_eq!(rows.0.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn two_nodes_share_one_signing_key() {
    let folder = tempfile::tempdir().unwrap();
    let (path, rows) = (folder.path().join("root.key"), KeyRows::default());
    let (one, two) = (open_at(&rows, &path).await.unwrap(), open_at(&rows, &path).await.unwrap());
    one.ensure_tenant(tenant(1)).await.unwrap();
    two.ensure_tenant(tenant(1)).await.unwrap();
    assert_eq!(one.jwks(tenant(1)), two.jwks(tenant(1)));
}

#[tokio::test]
async fn a_signature_verifies_with_the_published_keys_of_its_tenant_alone() {
    let folder = tempfile::tempdir().unwrap();
    let keys = open_at(&KeyRows::default(), &folder.path().join("root.key")).await.unwrap();
    assert!(matches!(keys.sign(tenant(1), "JWT", &json!({})), Err(KeysError::NoSigningKey(_))));
    assert_eq!(keys.jwks(tenant(1)), json!({ "keys": [] }));
    keys.ensure_tenant(tenant(1)).await.unwrap();
    keys.ensure_tenant(tenant(2)).await.unwrap();
    let jws = keys.sign(tenant(1), "vestibule-assertion+jwt", &json!({ "sub": "guest" })).unwrap();

    let header = jsonwebtoken::decode_header(&jws).unwrap();
    assert_eq!(header.typ.as_deref(), Some("vestibule-assertion+jwt"));
    let set: jsonwebtoken::jwk::JwkSet = serde_json::from_value(keys.jwks(tenant(1))).unwrap();
    let jwk = set.find(header.kid.as_deref().unwrap()).unwrap();
    assert_eq!(header.kid.as_deref().unwrap(), jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap());
    let (message, signature) = jws.rsplit_once('.').unwrap();
    let verify = |jwk: &jsonwebtoken::jwk::Jwk| {
        let key = jsonwebtoken::DecodingKey::from_jwk(jwk).unwrap();
        jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, jsonwebtoken::Algorithm::ES256).unwrap()
    };
    assert!(verify(jwk));
    let foreign: jsonwebtoken::jwk::JwkSet = serde_json::from_value(keys.jwks(tenant(2))).unwrap();
    assert!(!verify(&foreign.keys[0]));
    assert!(!keys.jwks(tenant(1)).to_string().contains("\"d\""), "never the private half");
}

#[tokio::test]
async fn no_key_rests_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    let (path, rows) = (folder.path().join("root.key"), KeyRows::default());
    let keys = open_at(&rows, &path).await.unwrap();
    keys.ensure_tenant(tenant(1)).await.unwrap();
    // The head of every PKCS#8 document of a P-256 key: the OIDs of ecPublicKey and prime256v1 (RFC 5480 §2.1.1).
    let oid = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
    for row in rows.0.lock().unwrap().iter() {
        assert!(!row.sealed.windows(oid.len()).any(|window| window == oid));
    }
    let (_, plain) = SigningKey::generate(SigningAlgorithm::Es256, Timestamp::from_seconds(0)).unwrap();
    assert!(plain.windows(oid.len()).any(|window| window == oid), "negative control: unsealed it would be found");
}

#[tokio::test]
async fn keys_without_their_root_key_are_a_fault_that_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let (path, rows) = (folder.path().join("root.key"), KeyRows::default());
    drop(open_at(&rows, &path).await.unwrap());
    let kept = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();

    let fault = open_at(&rows, &path).await.unwrap_err();
    assert!(matches!(fault, KeysError::RootKeyMissing { .. }), "{fault}");
    assert!(fault.to_string().contains("root.key") && fault.to_string().contains("backup"));
    assert!(!path.exists(), "no new key takes the place of the missing one");

    std::fs::write(&path, [9; 32]).unwrap();
    restrict(&path);
    assert!(matches!(open_at(&rows, &path).await, Err(KeysError::RootKeyDoesNotFit { .. })));
    std::fs::write(&path, kept).unwrap();
    assert!(open_at(&rows, &path).await.is_ok(), "with the right key everything is back");
}

#[tokio::test]
async fn rows_that_were_swapped_do_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let (path, rows) = (folder.path().join("root.key"), KeyRows::default());
    let keys = open_at(&rows, &path).await.unwrap();
    keys.ensure_tenant(tenant(1)).await.unwrap();
    for row in rows.0.lock().unwrap().iter_mut().filter(|row| row.tenant.is_some()) {
        row.tenant = Some(tenant(2));
    }
    assert!(matches!(open_at(&rows, &path).await, Err(KeysError::RootKeyDoesNotFit { .. })));
}

#[test]
fn tokens_and_digests_have_their_known_shape() {
    assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    let one = token(&SystemRandom);
    assert_eq!(one.len(), 43);
    assert_ne!(one, token(&SystemRandom));
}

#[cfg(unix)]
fn restrict(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn restrict(_: &Path) {}

#[tokio::test]
async fn j1_a_detached_signature_fits_one_content_one_key_and_one_purpose() {
    let keys = {
        let folder = tempfile::tempdir().unwrap();
        open_at(&KeyRows::default(), &folder.path().join("root.key")).await.unwrap()
    };
    keys.ensure_tenant(tenant(1)).await.unwrap();
    keys.ensure_tenant(tenant(2)).await.unwrap();
    // Members in order: what is signed is the canonical form, whatever order they were written in.
    let content = json!({ "b": 1, "a": "é\n" });
    assert_eq!(serde_json::to_string(&content).unwrap(), "{\"a\":\"é\\n\",\"b\":1}");
    let payload = serde_json::to_vec(&content).unwrap();
    let whole = keys.sign(tenant(1), "report", &content).unwrap();
    let parts: Vec<&str> = whole.split('.').collect();
    let detached = format!("{}..{}", parts[0], parts[2]);
    let public = keys.jwks(tenant(1));
    assert!(verify_detached(&public, "report", &detached, &payload), "the control: untouched it fits");

    assert!(!verify_detached(&public, "report", &detached, b"{}"), "other content");
    assert!(!verify_detached(&public, "other", &detached, &payload), "another purpose");
    assert!(!verify_detached(&keys.jwks(tenant(2)), "report", &detached, &payload), "another tenant's keys");
    assert!(!verify_detached(&json!({ "keys": [] }), "report", &detached, &payload), "no keys");
    assert!(!verify_detached(&json!({}), "report", &detached, &payload));
    assert!(!verify_detached(&public, "report", &whole, &payload), "a token is no detached signature");
    assert!(!verify_detached(&public, "report", &format!("{}..", parts[0]), &payload), "no signature");
    let kid = public["keys"][0]["kid"].as_str().unwrap();
    for header in [
        json!({ "alg": "none", "kid": kid, "typ": "report" }),
        json!({ "alg": "HS256", "kid": kid, "typ": "report" }),
        json!({ "alg": "ES256", "kid": kid, "typ": "report", "jwk": public["keys"][0] }),
        json!({ "alg": "ES256", "kid": kid, "typ": "report", "crit": ["b64"], "b64": false }),
        json!({ "alg": "ES256", "typ": "report" }),
    ] {
        let forged = format!("{}..{}", BASE64URL_NOPAD.encode(header.to_string().as_bytes()), parts[2]);
        assert!(!verify_detached(&public, "report", &forged, &payload), "{header}");
    }
    // The same key, named as another kind: never tried.
    let mut odd = public.clone();
    odd["keys"][0]["kty"] = json!("oct");
    assert!(!verify_detached(&odd, "report", &detached, &payload));
}

#[tokio::test]
async fn j11_the_next_keys_are_published_and_do_not_sign_yet() {
    let (rows, folder) = (KeyRows::default(), tempfile::tempdir().unwrap());
    let path = folder.path().join("root.key");
    let keys = open_at(&rows, &path).await.unwrap();
    keys.ensure_tenant(tenant(1)).await.unwrap();
    keys.ensure_rs256(tenant(1)).await.unwrap();
    keys.ensure_rs256(tenant(1)).await.unwrap();
    let kids = |set: &Value| -> Vec<String> {
        set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    let before = keys.jwks(tenant(1));
    assert_eq!(kids(&before).len(), 2);
    let next = keys.rotate(tenant(1)).await.unwrap();
    assert!(next.iter().all(|key| !key.waited));
    assert!(keys.rotate(tenant(1)).await.unwrap().iter().all(|key| key.waited), "twice is once");
    let after = keys.jwks(tenant(1));
    assert_eq!(kids(&after).len(), 4, "overlap");
    assert!(kids(&before).iter().all(|kid| kids(&after).contains(kid)));
    for algorithm in SigningAlgorithm::ALL {
        let token = keys.sign_as(tenant(1), algorithm, "at+jwt", &json!({ "sub": "x" })).unwrap();
        let header = jsonwebtoken::decode_header(&token).unwrap();
        assert!(kids(&before).contains(&header.kid.unwrap()), "whoever keeps our keys for a day knows it");
        assert_eq!(keys.verify(tenant(1), "at+jwt", &token).unwrap()["sub"], "x");
        // Another node, or the same one after a restart, decides alike.
        assert_eq!(open_at(&rows, &path).await.unwrap().verify(tenant(1), "at+jwt", &token).unwrap()["sub"], "x");
        assert_eq!(keys.verify(tenant(1), "JWT", &token), None, "J7: the type is part of it");
        assert_eq!(keys.verify(tenant(2), "at+jwt", &token), None, "C1: another tenant's");
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let mut changed = signature.to_owned();
        changed.replace_range(4..5, if signature[4..5] == *"A" { "B" } else { "A" });
        assert_eq!(keys.verify(tenant(1), "at+jwt", &format!("{signed}.{changed}")), None);
    }
}

/// J11, J7: what a key signed that is published no more is believed by nobody, us included, unless it only says who somebody was.
#[tokio::test]
async fn j11_what_is_published_no_more_is_believed_no_more() {
    let (rows, folder) = (KeyRows::default(), tempfile::tempdir().unwrap());
    let path = folder.path().join("root.key");
    let clock = crate::test_doubles::TestClock::at(1_800_000_000);
    let root = RootKey::load_or_create(&path, true, &SystemRandom).unwrap();
    let keys = Keys::open(Arc::new(KeyRows(Arc::clone(&rows.0))), root, clock.clone(), Arc::new(SystemRandom));
    let keys = keys.await.unwrap();
    keys.ensure_tenant(tenant(1)).await.unwrap();
    keys.ensure_rs256(tenant(1)).await.unwrap();
    let sign =
        || SigningAlgorithm::ALL.map(|by| keys.sign_as(tenant(1), by, "at+jwt", &json!({ "sub": "x" })).unwrap());
    let believed = |tokens: &[String; 2]| tokens.iter().all(|token| keys.verify(tenant(1), "at+jwt", token).is_some());
    let refused = |tokens: &[String; 2]| tokens.iter().all(|token| keys.verify(tenant(1), "at+jwt", token).is_none());
    let first = sign();
    // However old the only key grows.
    clock.advance(Duration::from_secs(400 * 86_400));
    assert!(believed(&first) && believed(&sign()));
    keys.rotate(tenant(1)).await.unwrap();
    // Hours after the one before.
    for (hours, signs_anew, first_counts) in [(23, false, true), (1, true, true), (47, true, true), (1, true, false)] {
        clock.advance(Duration::from_secs(hours * 3600));
        let now = sign();
        assert_eq!(kid_of(&now[0]) != kid_of(&first[0]), signs_anew, "{hours}");
        assert!(believed(&now), "{hours}");
        assert_eq!((believed(&first), refused(&first)), (first_counts, !first_counts), "{hours}");
        // As whoever fetches the keys decides, and whatever was signed is known again as that.
        let set = published(&keys, tenant(1));
        assert_eq!(first.iter().all(|token| set.contains(&kid_of(token))), first_counts, "{hours}");
        assert!(first.iter().all(|token| keys.verify_ever(tenant(1), "at+jwt", token).is_some()));
    }
    // Withdrawn is gone altogether.
    keys.withdraw(tenant(1), None).await.unwrap();
    assert!(refused(&first) && first.iter().all(|token| keys.verify_ever(tenant(1), "at+jwt", token).is_none()));
}

fn kid_of(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}

/// `kid` of the key that signs now, by algorithm.
fn signers(keys: &Keys, tenant: TenantId) -> [String; 2] {
    [SigningAlgorithm::Es256, SigningAlgorithm::Rs256].map(|algorithm| {
        let token = keys.sign_as(tenant, algorithm, "x", &json!({})).unwrap();
        let header = BASE64URL_NOPAD.decode(token.split('.').next().unwrap().as_bytes()).unwrap();
        serde_json::from_slice::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
    })
}

fn published(keys: &Keys, tenant: TenantId) -> Vec<String> {
    let set = keys.jwks(tenant);
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn j11_withdrawn_keys_are_gone_at_once_and_for_ever() {
    let (folder, rows) = (tempfile::tempdir().unwrap(), KeyRows::default());
    let path = folder.path().join("root.key");
    let keys = open_at(&rows, &path).await.unwrap();
    for tenant in [tenant(1), tenant(2)] {
        keys.ensure_tenant(tenant).await.unwrap();
        keys.ensure_rs256(tenant).await.unwrap();
    }
    keys.rotate(tenant(1)).await.unwrap();
    let (before, other) = (published(&keys, tenant(1)), published(&keys, tenant(2)));
    assert_eq!((before.len(), other.len()), (4, 2));
    let tokens = [SigningAlgorithm::Es256, SigningAlgorithm::Rs256]
        .map(|algorithm| keys.sign_as(tenant(1), algorithm, "x", &json!({ "a": 1 })).unwrap());
    assert!(tokens.iter().all(|token| keys.verify(tenant(1), "x", token).is_some()));

    let done = keys.withdraw(tenant(1), None).await.unwrap();
    assert_eq!(done.iter().map(|one| one.withdrawn.len()).collect::<Vec<_>>(), [2, 2]);
    let again = open_at(&rows, &path).await.unwrap();
    for keys in [&keys, &again] {
        let now = published(keys, tenant(1));
        assert!(now.len() == 2 && now.iter().all(|kid| !before.contains(kid)), "{now:?}");
        assert!(tokens.iter().all(|token| keys.verify(tenant(1), "x", token).is_none()));
        assert_eq!(keys.jwks_ever(tenant(1))["keys"].as_array().unwrap().len(), 2);
        let mut signing = done.iter().map(|one| one.signs.clone()).collect::<Vec<_>>();
        signing.sort();
        let mut seen = signers(keys, tenant(1)).to_vec();
        seen.sort();
        assert_eq!(seen, signing);
        assert_eq!(published(keys, tenant(2)), other, "another tenant's keys are as they were");
    }
    // The new keys are rotated as others are.
    keys.rotate(tenant(1)).await.unwrap();
    assert_eq!(published(&keys, tenant(1)).len(), 4);
}

#[tokio::test]
async fn j11_the_key_that_waits_takes_the_place_of_the_one_that_is_withdrawn() {
    let (folder, rows) = (tempfile::tempdir().unwrap(), KeyRows::default());
    let path = folder.path().join("root.key");
    let keys = open_at(&rows, &path).await.unwrap();
    keys.ensure_tenant(tenant(1)).await.unwrap();
    keys.ensure_rs256(tenant(1)).await.unwrap();
    let next = keys.rotate(tenant(1)).await.unwrap();
    let next = next.iter().find(|key| key.algorithm == SigningAlgorithm::Es256).unwrap().kid.clone();
    let [leaked, sound] = signers(&keys, tenant(1));
    let done = keys.withdraw(tenant(1), Some(&leaked)).await.unwrap();
    let expected =
        Withdrawal { algorithm: SigningAlgorithm::Es256, withdrawn: vec![leaked.clone()], signs: next.clone() };
    assert_eq!(done, [expected]);
    for keys in [&keys, &open_at(&rows, &path).await.unwrap()] {
        assert_eq!(signers(keys, tenant(1)), [next.clone(), sound.clone()]);
        assert!(published(keys, tenant(1)).len() == 3 && !published(keys, tenant(1)).contains(&leaked));
    }
    // The one that signs now can go as well; one that only waits takes nobody's place.
    let waiting = keys.rotate(tenant(1)).await.unwrap();
    let waiting = waiting.iter().find(|key| key.algorithm == SigningAlgorithm::Rs256).unwrap().kid.clone();
    let done = keys.withdraw(tenant(1), Some(&waiting)).await.unwrap();
    assert_eq!((done[0].withdrawn.as_slice(), &done[0].signs), ([waiting.clone()].as_slice(), &sound));
    assert!(!published(&keys, tenant(1)).contains(&waiting));

    // What there is not cannot be withdrawn, and the try changes nothing.
    let before = published(&keys, tenant(1));
    for unknown in [leaked.as_str(), "", "x"] {
        assert!(matches!(keys.withdraw(tenant(1), Some(unknown)).await, Err(KeysError::UnknownKey { .. })));
    }
    let other = keys.withdraw(tenant(2), Some(&sound)).await;
    assert!(matches!(other, Err(KeysError::UnknownKey { .. })), "a key of another tenant");
    assert_eq!(published(&keys, tenant(1)), before);
}
