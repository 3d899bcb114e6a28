//! Second factors and passwords of personal accounts: whose they are, and what a new password ends.

use vestibule::model::{AccountId, Factors, Identity, Method, PersonalAccount, StoredPasskey, Totp, UserId};
use vestibule::storage::{Epoch, InstanceTask, StoreError};

use super::fixtures::{Directory, address, at, guest, guid};

super::suite!(sqlite: second_factors_belong_to_one_owner, a_password_of_an_account_ends_its_sessions_everywhere);

async fn second_factors_belong_to_one_owner(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let (user, account) = (UserId::new(guid()), AccountId::new(guid()));
    let passkey = |id: &str| StoredPasskey {
        id: id.to_owned(),
        user_handle: "c29tZWJvZHk".to_owned(),
        name: "Phone".to_owned(),
        credential: serde_json::json!({ "counter": 3 }),
        created_at: at(2),
        last_used_at: Some(at(4)),
    };
    let factors = Factors {
        totp: Some(Totp { sealed: "sealed".to_owned(), last_step: u64::from(u32::MAX) + 7, created_at: at(1) }),
        recovery_codes: vec!["aa".to_owned(), "bb".to_owned()],
        passkeys: vec![passkey("one"), passkey("two")],
        apart: true,
        changes: 0,
    };
    let mut tx = store.begin(*tenant).await.unwrap();
    assert_eq!(tx.factors(user).await.unwrap(), Factors::default());
    tx.keep_factors(user, &factors).await.unwrap();
    tx.commit().await.unwrap();
    let kept = store.read(*tenant).await.unwrap().factors(user).await.unwrap();
    assert_eq!(kept, Factors { changes: 1, ..factors.clone() });
    // Another tenant, and an account with the same id, have nothing of it (attack row C2).
    assert_eq!(store.read(*other).await.unwrap().factors(user).await.unwrap(), Factors::default());
    let mut tx = store.begin_instance(InstanceTask::PersonalAccounts).await.unwrap();
    assert_eq!(tx.account_factors(AccountId::new(user.uuid())).await.unwrap(), Factors::default());
    // A credential is registered once in the whole instance.
    let stolen = Factors { passkeys: vec![passkey("two")], ..Factors::default() };
    assert!(matches!(tx.keep_account_factors(account, &stolen).await, Err(StoreError::Conflict)));
    drop(tx);
    let mut tx = store.begin_instance(InstanceTask::PersonalAccounts).await.unwrap();
    let own = Factors { passkeys: vec![passkey("three")], ..Factors::default() };
    tx.keep_account_factors(account, &own).await.unwrap();
    tx.keep_account_factors(account, &own).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin_instance(InstanceTask::PersonalAccounts).await.unwrap();
    assert_eq!(tx.account_factors(account).await.unwrap(), Factors { changes: 2, ..own });
    // A passkey is found where it belongs: an account's among accounts, a user's in the own tenant.
    for (id, owner) in [("three", Some(account)), ("one", None), ("", None), ("nobody's", None)] {
        assert_eq!(tx.account_of_passkey(id).await.unwrap(), owner, "{id}");
    }
    for (place, id, owner) in
        [(tenant, "one", Some(user)), (other, "one", None), (tenant, "three", None), (tenant, "", None)]
    {
        assert_eq!(store.read(*place).await.unwrap().user_of_passkey(id).await.unwrap(), owner, "{id}");
    }
    drop(tx);
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.keep_factors(user, &Factors { passkeys: vec![passkey("one")], ..Factors::default() }).await.unwrap();
    let left = tx.factors(user).await.unwrap();
    assert_eq!((left.totp, left.passkeys.len(), left.changes, left.apart), (None, 1, 2, false));
}

async fn a_password_of_an_account_ends_its_sessions_everywhere(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let account = PersonalAccount {
        id: AccountId::new(guid()),
        address: address("keyless@mail.example"),
        display_name: "Person".to_owned(),
        password_hash: None,
        created_at: at(3),
    };
    let identity = Identity {
        issuer: "https://login.example/personal".to_owned(),
        subject: account.id.to_string(),
        method: Method::PersonalAccount,
    };
    let (here, there) = (guest("keyless@mail.example"), guest("keyless@mail.example"));
    for (place, user) in [(tenant, &here), (other, &there)] {
        let mut tx = store.begin(*place).await.unwrap();
        tx.insert_user(user).await.unwrap();
        assert!(tx.bind_identity(user.id, &identity).await.unwrap());
        tx.commit().await.unwrap();
    }
    let mut tx = store.begin_instance(InstanceTask::PersonalAccounts).await.unwrap();
    tx.insert_account(&account).await.unwrap();
    assert_eq!(tx.account(account.id).await.unwrap().unwrap().password_hash, None);
    tx.set_account_password(account.id, "$argon2id$new").await.unwrap();
    let mut ended = tx.bump_epochs_of(&identity.issuer, &identity.subject, at(9)).await.unwrap();
    assert!(tx.bump_epochs_of("https://login.example/other", &identity.subject, at(9)).await.unwrap().is_empty());
    tx.commit().await.unwrap();
    let mut expected = vec![(*tenant, here.id), (*other, there.id)];
    ended.sort();
    expected.sort();
    assert_eq!(ended, expected);
    let mut nobodys = store.begin_instance(InstanceTask::PersonalAccounts).await.unwrap();
    assert!(nobodys.set_account_password(AccountId::new(guid()), "$").await.is_err());
    drop(nobodys);
    let mut tx = store.begin_instance(InstanceTask::Epochs).await.unwrap();
    let epochs = tx.epochs(at(0)).await.unwrap();
    for (tenant, user) in expected {
        assert!(epochs.contains(&Epoch { tenant, user: Some(user), ended_at: at(9) }));
    }
    assert_eq!(tx.account(account.id).await.unwrap().unwrap().password_hash.as_deref(), Some("$argon2id$new"));
}
