//! Personal accounts and former guests: every promise of `storage::InstanceAccounts`, `ReadBarred`, `WriteBarred` and of
//! `Store::forget_log`.

use std::time::{Duration, Instant};

use vestibule::model::{AccountId, Factors, Identity, Method, PersonalAccount};
use vestibule::storage::InstanceTask;

use super::fixtures::{Directory, add, address, at, guest, guid};

super::suite!(sqlite:
    a_proof_of_an_account_counts_from_its_last_end_on,
    a_passkey_opens_alone_from_the_last_new_password_on,
    an_erased_account_leaves_its_guests_and_nothing_of_itself,
    a_bar_holds_in_its_tenant_until_it_is_lifted_whole,
    an_emptied_log_holds_nothing_and_costs_little,
);

fn account(local: &str) -> PersonalAccount {
    PersonalAccount {
        id: AccountId::new(guid()),
        address: address(&format!("{local}@mail.example")),
        display_name: "Person".into(),
        password_hash: Some("hash".into()),
        created_at: at(1),
    }
}

async fn a_proof_of_an_account_counts_from_its_last_end_on(ground: Directory) {
    let account = account("one");
    let mut tx = ground.store.begin_instance(InstanceTask::PersonalAccounts).await.unwrap();
    assert_eq!(tx.account_proofs_since(account.id).await.unwrap(), None, "of nobody nothing counts");
    tx.insert_account(&account).await.unwrap();
    assert!(tx.account_proofs_since(account.id).await.unwrap().unwrap() < at(1));
    for (ended, since) in [(5, 5), (9, 9), (7, 9)] {
        tx.end_account_proofs(account.id, at(ended)).await.unwrap();
        assert_eq!(tx.account_proofs_since(account.id).await.unwrap(), Some(at(since)), "it never moves back");
    }
    tx.commit().await.unwrap();
}

async fn a_passkey_opens_alone_from_the_last_new_password_on(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let (account, user) = (account("one"), guest("a@mail.example"));
    let mut accounts = store.begin_instance(InstanceTask::PersonalAccounts).await.unwrap();
    assert_eq!(accounts.account_passkeys_since(account.id).await.unwrap(), None, "of nobody none counts");
    accounts.insert_account(&account).await.unwrap();
    assert!(accounts.account_passkeys_since(account.id).await.unwrap().unwrap() < at(1));
    for (ended, since) in [(5, 5), (9, 9), (7, 9)] {
        accounts.suspend_account_passkeys(account.id, at(ended)).await.unwrap();
        assert_eq!(accounts.account_passkeys_since(account.id).await.unwrap(), Some(at(since)), "it never moves back");
    }
    accounts.commit().await.unwrap();

    add(store.as_ref(), *tenant, &[&user]).await;
    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(tx.passkeys_since(user.id).await.unwrap().unwrap() < at(1));
    for (ended, since) in [(5, 5), (9, 9), (7, 9)] {
        tx.suspend_passkeys(user.id, at(ended)).await.unwrap();
        assert_eq!(tx.passkeys_since(user.id).await.unwrap(), Some(at(since)), "it never moves back");
    }
    tx.commit().await.unwrap();
    let mut elsewhere = store.begin(*other).await.unwrap();
    assert_eq!(elsewhere.passkeys_since(user.id).await.unwrap(), None, "another tenant knows nothing of the user");
    assert!(elsewhere.suspend_passkeys(user.id, at(11)).await.is_err());
}

async fn an_erased_account_leaves_its_guests_and_nothing_of_itself(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let (mine, kept) = (account("mine"), account("kept"));
    let (here, there, stranger) = (guest("a@mail.example"), guest("b@mail.example"), guest("c@mail.example"));
    add(store.as_ref(), *tenant, &[&here, &stranger]).await;
    add(store.as_ref(), *other, &[&there]).await;
    let identity = |account: &PersonalAccount| Identity {
        issuer: "personal".into(),
        subject: account.id.to_string(),
        method: Method::PersonalAccount,
    };
    for (tenant, user, account) in [(tenant, &here, &mine), (other, &there, &mine), (tenant, &stranger, &kept)] {
        let mut tx = store.begin(*tenant).await.unwrap();
        assert!(tx.bind_identity(user.id, &identity(account)).await.unwrap());
        tx.commit().await.unwrap();
    }
    let mut tx = store.begin_instance(InstanceTask::PersonalAccounts).await.unwrap();
    for account in [&mine, &kept] {
        tx.insert_account(account).await.unwrap();
        tx.keep_account_factors(account.id, &Factors { apart: true, ..Factors::default() }).await.unwrap();
    }
    let ended = tx.erase_account(mine.id, "personal", "tombstone", at(9)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ended.len(), 2);
    assert!(ended.contains(&(*tenant, here.id)) && ended.contains(&(*other, there.id)));
    for (tenant, user, erased) in [(tenant, &here, true), (other, &there, true), (tenant, &stranger, false)] {
        let found = store.read(*tenant).await.unwrap().user(user.id).await.unwrap().unwrap();
        assert_eq!(found.identity.unwrap().is_erased(), erased);
    }
    assert!(
        store.read(*tenant).await.unwrap().user_by_identity("personal", &mine.id.to_string()).await.unwrap().is_none()
    );
    let mut tx = store.begin_instance(InstanceTask::PersonalAccounts).await.unwrap();
    assert!(tx.account(mine.id).await.unwrap().is_none());
    assert_eq!(tx.account_factors(mine.id).await.unwrap(), Factors::default());
    assert!(tx.account(kept.id).await.unwrap().is_some());
    assert!(tx.account_factors(kept.id).await.unwrap().apart, "the control");
    assert_eq!(tx.account_ids().await.unwrap(), [kept.id]);
    assert!(tx.tombstones().await.unwrap().contains(&"tombstone".to_owned()));
    let epochs = tx.epochs(at(1)).await.unwrap();
    assert_eq!(epochs.iter().filter(|epoch| epoch.ended_at == at(9)).count(), 2);
}

async fn a_bar_holds_in_its_tenant_until_it_is_lifted_whole(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let (one, two) = (guest("one@mail.example").id, guest("two@mail.example").id);
    let hashes = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let mut tx = store.begin(*tenant).await.unwrap();
    for _ in 0..2 {
        tx.bar(one, &hashes(&["address", "identity"]), at(1)).await.unwrap();
    }
    tx.bar(two, &hashes(&["identity", "else"]), at(2)).await.unwrap();
    tx.commit().await.unwrap();
    for (names, barred) in
        [(&["address"][..], true), (&["identity"], true), (&["x", "else"], true), (&["x"], false), (&[], false)]
    {
        let mut read = store.read(*tenant).await.unwrap();
        assert_eq!(read.is_barred(&hashes(names)).await.unwrap(), barred, "{names:?}");
        assert!(!store.read(*other).await.unwrap().is_barred(&hashes(names)).await.unwrap(), "C2");
    }
    let mut tx = store.begin(*other).await.unwrap();
    assert!(tx.unbar(&hashes(&["address"])).await.unwrap().is_empty(), "C2");
    tx.commit().await.unwrap();
    let mut tx = store.begin(*tenant).await.unwrap();
    assert_eq!(tx.unbar(&hashes(&["address"])).await.unwrap(), [one]);
    assert!(!tx.is_barred(&hashes(&["address"])).await.unwrap());
    assert!(tx.is_barred(&hashes(&["identity"])).await.unwrap(), "the other one had it too");
    assert_eq!(tx.unbar(&hashes(&["else", "identity"])).await.unwrap(), [two]);
    assert!(!tx.is_barred(&hashes(&["identity", "else"])).await.unwrap());
}

/// L6: what a commit overwrote must not lie on in the log; emptying it is measured.
async fn an_emptied_log_holds_nothing_and_costs_little(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let mut times = Vec::new();
    for round in 0..20 {
        let users: Vec<_> = (0..20).map(|n| guest(&format!("log-{round}-{n}@mail.example"))).collect();
        add(store.as_ref(), *tenant, &users.iter().collect::<Vec<_>>()).await;
        let began = Instant::now();
        assert!(store.forget_log().await.unwrap());
        times.push(began.elapsed());
        assert!(store.read(*tenant).await.unwrap().user(users[0].id).await.unwrap().is_some());
    }
    times.sort();
    println!("the log was emptied in {:?} (median), {:?} at most", times[10], times[19]);
    assert!(times[10] < Duration::from_millis(250), "{times:?}");
}
