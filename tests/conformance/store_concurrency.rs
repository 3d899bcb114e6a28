//! The directory under many callers at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use vestibule::model::{AuditEvent, UserId};
use vestibule::storage::{InstanceTask, StoreError, UserFilter, verify_chain};

use super::fixtures::{Directory, add, at, guest, guid, identity, invitation};

super::suite!(sqlite:
    b4_of_200_parallel_redemptions_one_binds,
    of_200_parallel_invitations_one_is_pending,
    two_hundred_transactions_at_once_are_all_kept,
    dropped_and_cancelled_transactions_harm_no_other,
    any_runtime_may_ask,
);

/// Long enough for any wait that must end, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

async fn b4_of_200_parallel_redemptions_one_binds(ground: Directory) {
    let user = guest("guest@fabrikam.example");
    add(ground.store.as_ref(), ground.tenant, &[&user]).await;
    let mut redemptions = Vec::new();
    // Half as the guest in two browsers, half as somebody else.
    for number in 0..200 {
        let (store, tenant, id) = (Arc::clone(&ground.store), ground.tenant, user.id);
        redemptions.push(tokio::spawn(async move {
            let mut tx = store.begin(tenant).await.unwrap();
            let who = identity("https://home.example", if number % 2 == 0 { "guest" } else { "stranger" });
            if !tx.bind_identity(id, &who).await.unwrap() {
                return false;
            }
            tx.audit(at(0), &AuditEvent::success("Redeem external user invite").on(id)).await.unwrap();
            tx.commit().await.unwrap();
            true
        }));
    }
    let mut bound = 0;
    for redemption in redemptions {
        bound += u32::from(redemption.await.unwrap());
    }
    assert_eq!(bound, 1);
    let mut read = ground.store.read(ground.tenant).await.unwrap();
    assert!(read.user(user.id).await.unwrap().unwrap().identity.is_some());
    assert_eq!(read.audit_lines(0, 1000).await.unwrap().len(), 1);

    // Negative control: look first, then write, in two transactions, as a naive store would: many believe they won.
    let user = guest("naive@fabrikam.example");
    add(ground.store.as_ref(), ground.tenant, &[&user]).await;
    let gate = Arc::new(tokio::sync::Barrier::new(20));
    let mut believers = Vec::new();
    for _ in 0..20 {
        let (store, tenant, id, gate) = (Arc::clone(&ground.store), ground.tenant, user.id, Arc::clone(&gate));
        believers.push(tokio::spawn(async move {
            let free = store.read(tenant).await.unwrap().user(id).await.unwrap().unwrap().identity.is_none();
            gate.wait().await;
            u32::from(free)
        }));
    }
    let mut believing = 0;
    for believer in believers {
        believing += believer.await.unwrap();
    }
    assert!(believing > 1, "negative control");
}

async fn of_200_parallel_invitations_one_is_pending(ground: Directory) {
    let user = guest("guest@fabrikam.example");
    add(ground.store.as_ref(), ground.tenant, &[&user]).await;
    let mut inviters = Vec::new();
    for _ in 0..200 {
        let (store, tenant, invitation) = (Arc::clone(&ground.store), ground.tenant, invitation(&user));
        inviters.push(tokio::spawn(async move {
            let mut tx = store.begin(tenant).await.unwrap();
            match tx.insert_invitation(&invitation).await {
                Ok(()) => tx.commit().await.is_ok(),
                Err(StoreError::Conflict) => false,
                Err(error) => panic!("{error}"),
            }
        }));
    }
    let mut made = 0;
    for inviter in inviters {
        made += u32::from(inviter.await.unwrap());
    }
    assert_eq!(made, 1);
}

async fn two_hundred_transactions_at_once_are_all_kept(ground: Directory) {
    let began = Instant::now();
    let mut verbs = Vec::new();
    for number in 0..200 {
        let store = Arc::clone(&ground.store);
        let tenant = if number % 2 == 0 { ground.tenant } else { ground.other };
        verbs.push(tokio::spawn(async move {
            let user = guest(&format!("guest{number}@fabrikam.example"));
            let mut tx = store.begin(tenant).await.unwrap();
            tx.insert_user(&user).await.unwrap();
            tx.audit(at(0), &AuditEvent::success("Invite external user").on(user.id)).await.unwrap();
            tx.commit().await.unwrap();
            // What was acknowledged is there for everybody, at once.
            assert!(store.read(tenant).await.unwrap().user(user.id).await.unwrap().is_some());
        }));
    }
    for verb in verbs {
        tokio::time::timeout(PATIENCE, verb).await.expect("the writer is stuck").unwrap();
    }
    println!("200 concurrent transactions: {:?}", began.elapsed());
    for tenant in [ground.tenant, ground.other] {
        let mut read = ground.store.read(tenant).await.unwrap();
        assert_eq!(read.users(UserFilter { user_type: None, limit: 1000 }).await.unwrap().len(), 100);
        let lines = read.audit_lines(0, 1000).await.unwrap();
        assert_eq!(lines.len(), 100);
        verify_chain(&lines).unwrap();
    }
}

async fn dropped_and_cancelled_transactions_harm_no_other(ground: Directory) {
    let mut verbs = Vec::new();
    for number in 0..300_u64 {
        let (store, tenant) = (Arc::clone(&ground.store), ground.tenant);
        let verb = tokio::spawn(async move {
            let user = guest(&format!("guest{number}@fabrikam.example"));
            let mut tx = store.begin(tenant).await.unwrap();
            tx.insert_user(&user).await.unwrap();
            tx.audit(at(0), &AuditEvent::success("Invite external user").on(user.id)).await.unwrap();
            if number % 3 == 1 {
                return None;
            }
            tx.commit().await.unwrap();
            Some(user.id)
        });
        if number % 3 == 2 {
            tokio::time::sleep(Duration::from_micros(number * 7 % 400)).await;
            verb.abort();
        }
        verbs.push((number, verb));
    }
    let mut acknowledged: Vec<UserId> = Vec::new();
    for (number, verb) in verbs {
        match tokio::time::timeout(PATIENCE, verb).await.expect("the writer is stuck") {
            Ok(id) => acknowledged.extend(id),
            Err(error) => assert!(error.is_cancelled() && number % 3 == 2, "{error}"),
        }
    }
    assert!(acknowledged.len() >= 100);
    let mut read = ground.store.read(ground.tenant).await.unwrap();
    for id in &acknowledged {
        assert!(read.user(*id).await.unwrap().is_some(), "an acknowledged verb was lost");
    }
    // A verb is whole or absent: one line for each user, and never one that was dropped.
    let users = read.users(UserFilter { user_type: None, limit: 1000 }).await.unwrap();
    let lines = read.audit_lines(0, 1000).await.unwrap();
    assert_eq!(users.len(), lines.len());
    verify_chain(&lines).unwrap();
    for number in (1..300).step_by(3) {
        let dropped = format!("Guest guest{number}@fabrikam.example");
        assert!(users.iter().all(|user| user.display_name != dropped), "{dropped} was kept");
    }
}

async fn any_runtime_may_ask(ground: Directory) {
    // As the data-plane threads do: runtimes of their own, which come and go.
    let mut threads = Vec::new();
    for number in 0..4 {
        let (store, tenant) = (Arc::clone(&ground.store), ground.tenant);
        threads.push(std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let user = guest(&format!("guest{number}@fabrikam.example"));
                add(store.as_ref(), tenant, &[&user]).await;
                assert!(store.read(tenant).await.unwrap().user(user.id).await.unwrap().is_some());
            });
            // A transaction that dies with its runtime.
            runtime.spawn(async move {
                let _tx = store.begin(tenant).await.unwrap();
                std::future::pending::<()>().await;
            });
            runtime.block_on(async { tokio::task::yield_now().await });
        }));
    }
    tokio::task::spawn_blocking(move || threads.into_iter().for_each(|thread| thread.join().unwrap())).await.unwrap();
    let tx = tokio::time::timeout(PATIENCE, ground.store.begin_instance(InstanceTask::Keys)).await.unwrap().unwrap();
    drop(tx);
    assert!(ground.store.read(ground.tenant).await.unwrap().user(UserId::new(guid())).await.unwrap().is_none());
}
