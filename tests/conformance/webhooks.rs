//! Messages for webhooks: queued by the audit line, for the tenant's own webhooks that ask for them, and kept until taken.

use vestibule::model::{AuditEvent, ManagedBy, TenantId, WebhookName};
use vestibule::storage::{DeliveryState, InstanceTask, Store, StoredObject};

use super::fixtures::{Directory, add, at, guest};

super::suite!(sqlite:
    a_line_queues_one_message_for_each_webhook_that_asks_for_it,
    c2_another_tenant_sees_and_changes_nothing_of_it,
    what_ends_ends_and_what_is_tried_again_waits,
);

fn name(text: &str) -> WebhookName {
    text.parse().unwrap()
}

async fn declare(store: &dyn Store, webhooks: &[(TenantId, &str, &[&str])]) {
    let object = |(tenant, name, events): &(TenantId, &str, &[&str])| StoredObject {
        tenant: Some(*tenant),
        kind: "webhook".to_owned(),
        id: (*name).to_owned(),
        body: serde_json::json!({ "name": name, "url": format!("https://{name}.example/"), "events": events }),
        managed_by: ManagedBy::File { place: "a.toml:1".to_owned() },
        enabled: true,
    };
    let mut tx = store.begin_instance(InstanceTask::Snapshot).await.unwrap();
    tx.load_files(&webhooks.iter().map(object).collect::<Vec<_>>(), at(0)).await.unwrap();
    tx.commit().await.unwrap();
}

/// A guest who is blocked once in each of the seconds.
async fn blocked(ground: &Directory, seconds: &[i64]) {
    let user = guest("guest@fabrikam.example");
    add(ground.store.as_ref(), ground.tenant, &[&user]).await;
    for second in seconds {
        let mut tx = ground.store.begin(ground.tenant).await.unwrap();
        tx.audit(at(*second), &AuditEvent::success("Disable account").on(user.id)).await.unwrap();
        tx.commit().await.unwrap();
    }
}

async fn a_line_queues_one_message_for_each_webhook_that_asks_for_it(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let both: &[&str] = &["guest.blocked", "guest.left"];
    declare(store.as_ref(), &[(*tenant, "one", both), (*tenant, "two", both), (*tenant, "three", &["guest.left"])])
        .await;
    blocked(&ground, &[1, 2]).await;
    let mut read = store.read(*tenant).await.unwrap();
    for webhook in ["one", "two"] {
        let due = read.due_deliveries(&name(webhook), at(2), 10).await.unwrap();
        assert_eq!(due.len(), 2);
        assert!(due[0].body.contains("\"auditId\":\"1\"") && due[1].body.contains("\"auditId\":\"2\""), "{due:?}");
        assert_eq!(read.due_deliveries(&name(webhook), at(1), 10).await.unwrap().len(), 1, "not before its time");
    }
    assert!(read.due_deliveries(&name("three"), at(9), 10).await.unwrap().is_empty());
    let due = store.begin_instance(InstanceTask::Webhooks).await.unwrap().due_webhooks(at(2)).await.unwrap();
    let own: Vec<_> = due.into_iter().filter(|(whose, _)| whose == tenant || whose == other).collect();
    assert_eq!(own, [(*tenant, name("one")), (*tenant, name("two"))]);
}

async fn c2_another_tenant_sees_and_changes_nothing_of_it(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    declare(store.as_ref(), &[(*tenant, "desk", &["guest.blocked"]), (*other, "desk", &["guest.blocked"])]).await;
    blocked(&ground, &[1]).await;
    let id = store.read(*tenant).await.unwrap().deliveries(None, true, 10).await.unwrap().remove(0).id;
    let mut tx = store.begin(*other).await.unwrap();
    assert!(tx.due_deliveries(&name("desk"), at(9), 10).await.unwrap().is_empty());
    assert!(tx.deliveries(None, true, 10).await.unwrap().is_empty());
    assert!(tx.webhook_counts().await.unwrap().is_empty());
    assert_eq!(tx.retry_deliveries(&name("desk"), Some(&id), at(9)).await.unwrap(), 0);
    assert_eq!(tx.webhook_is_gone(&name("desk"), "https://desk.example/", at(9)).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert!(store.begin(*other).await.unwrap().delivered(&name("desk"), &id, at(9)).await.is_err());
    assert!(store.begin(*other).await.unwrap().not_delivered(&name("desk"), &id, "x", None, at(9)).await.is_err());
    let own = store.read(*tenant).await.unwrap().deliveries(None, true, 10).await.unwrap();
    assert_eq!((own.len(), own[0].state, own[0].tries), (1, DeliveryState::Waiting, 0));
    // The control: the tenant itself can.
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.delivered(&name("desk"), &id, at(9)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn what_ends_ends_and_what_is_tried_again_waits(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    declare(store.as_ref(), &[(*tenant, "desk", &["guest.blocked"])]).await;
    blocked(&ground, &[1, 2, 3]).await;
    let desk = name("desk");
    let mut tx = store.begin(*tenant).await.unwrap();
    let ids: Vec<String> =
        tx.due_deliveries(&desk, at(3), 10).await.unwrap().into_iter().map(|delivery| delivery.id).collect();
    tx.delivered(&desk, &ids[0], at(4)).await.unwrap();
    tx.not_delivered(&desk, &ids[1], "busy", Some(at(60)), at(4)).await.unwrap();
    tx.not_delivered(&desk, &ids[2], "busy", None, at(4)).await.unwrap();
    tx.commit().await.unwrap();
    let states = async |all| {
        let listed = store.read(*tenant).await.unwrap().deliveries(Some(&desk), all, 10).await.unwrap();
        listed.into_iter().map(|delivery| (delivery.state, delivery.at, delivery.tries)).collect::<Vec<_>>()
    };
    let (given_up, waiting) = ((DeliveryState::GivenUp, at(4), 1), (DeliveryState::Waiting, at(60), 1));
    assert_eq!(states(true).await, [given_up, waiting, (DeliveryState::Delivered, at(4), 1)]);
    assert_eq!(states(false).await, [given_up, waiting]);
    let counts = store.read(*tenant).await.unwrap().webhook_counts().await.unwrap().remove(0);
    assert_eq!((counts.waiting, counts.delivered, counts.given_up, counts.last_delivered_at), (1, 1, 1, Some(at(4))));
    let mut tx = store.begin(*tenant).await.unwrap();
    assert_eq!(tx.retry_deliveries(&desk, None, at(5)).await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert_eq!(states(false).await, [(DeliveryState::Waiting, at(5), 0), (DeliveryState::Waiting, at(5), 1)]);
    // Three days on, nobody tries any more; a week on, what was delivered is forgotten, and in time all of it.
    let day = 24 * 3600;
    let tidy = async |now, delivered_before, given_up_before| {
        let mut tx = store.begin_instance(InstanceTask::Webhooks).await.unwrap();
        let count = tx.tidy_deliveries(at(now), at(delivered_before), at(given_up_before)).await.unwrap();
        tx.commit().await.unwrap();
        count
    };
    assert_eq!(tidy(3 * day, 0, 0).await, 0);
    assert_eq!(tidy(3 * day + 10, 5, 0).await, 2);
    assert_eq!(states(true).await.len(), 2);
    assert_eq!(tidy(9 * day, 5, 9 * day).await, 0);
    assert!(states(true).await.is_empty());
}
