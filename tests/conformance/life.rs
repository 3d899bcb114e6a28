//! Change and end: every promise of `storage::ReadLife`, `WriteLife` and `InstanceLife`.

use vestibule::model::{
    AcceptanceState, AccessDecision, AccessReview, AccessReviewId, AccessReviewItem, AuditEvent, EmailAddress,
    OutgoingMail, Removal,
};
use vestibule::storage::{InstanceTask, StoreError, UserFilter, verify_chain};

use super::fixtures::{
    Directory, acceptance, add, at, guest, guid, identity, invitation, mail, mail_id, member, review,
};

super::suite!(sqlite:
    a_reset_lets_the_identity_go_and_is_remembered,
    a_key_is_kept_once_and_read_by_its_owner_alone,
    a_husk_keeps_its_row_and_nothing_else,
    ends_are_due_until_something_is_done_about_them,
    the_bin_is_emptied_by_age,
    active_guests_count_once_a_month,
    reviews_of_access_come_back_as_they_were_written,
    an_export_finds_every_line_about_a_person,
);

async fn a_reset_lets_the_identity_go_and_is_remembered(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let (one, two) = (guest("one@fabrikam.example"), guest("two@fabrikam.example"));
    add(store.as_ref(), *tenant, &[&one, &two]).await;
    let own = identity("https://home.example", "1");
    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(tx.bind_identity(one.id, &own).await.unwrap());
    assert!(!tx.bind_identity(two.id, &own).await.unwrap());
    tx.unbind_identity(one.id).await.unwrap();
    assert!(tx.bind_identity(two.id, &own).await.unwrap(), "what was let go may be bound");
    assert_eq!(tx.last_reset(one.id).await.unwrap(), None);
    tx.note_reset(one.id, at(5)).await.unwrap();
    tx.note_reset(one.id, at(9)).await.unwrap();
    tx.note_reset(two.id, at(7)).await.unwrap();
    tx.commit().await.unwrap();
    let mut all = store.read(*tenant).await.unwrap().last_resets().await.unwrap();
    all.sort_by_key(|(_, reset)| std::cmp::Reverse(*reset));
    assert_eq!(all, [(one.id, at(9)), (two.id, at(7))]);
    assert_eq!(store.read(*other).await.unwrap().last_resets().await.unwrap(), [], "C2");
    assert_eq!(store.read(*tenant).await.unwrap().last_reset(one.id).await.unwrap(), Some(at(9)));
    assert_eq!(store.read(*other).await.unwrap().last_reset(one.id).await.unwrap(), None, "C2");
}

async fn a_key_is_kept_once_and_read_by_its_owner_alone(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let user = guest("one@fabrikam.example");
    add(store.as_ref(), *tenant, &[&user]).await;
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.keep_person_key(user.id, "sealed", at(1)).await.unwrap();
    assert!(matches!(tx.keep_person_key(user.id, "another", at(2)).await, Err(StoreError::Conflict)));
    tx.commit().await.unwrap();
    assert_eq!(store.read(*tenant).await.unwrap().person_key(user.id).await.unwrap().as_deref(), Some("sealed"));
    assert_eq!(store.read(*other).await.unwrap().person_key(user.id).await.unwrap(), None, "C2");
}

async fn a_husk_keeps_its_row_and_nothing_else(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let (gone, stays) = (guest("gone@fabrikam.example"), guest("stays@fabrikam.example"));
    add(store.as_ref(), *tenant, &[&gone, &stays]).await;
    let mut tx = store.begin(*tenant).await.unwrap();
    for user in [&gone, &stays] {
        tx.insert_invitation(&invitation(user)).await.unwrap();
        tx.insert_review(&review(user, AcceptanceState::Accepted, 1)).await.unwrap();
        tx.insert_acceptance(&acceptance(user, AcceptanceState::Accepted, 2)).await.unwrap();
        tx.keep_person_key(user.id, "sealed", at(1)).await.unwrap();
        let mut letter = mail(Some(*tenant));
        letter.to = user.mail.clone().unwrap();
        tx.queue_mail(mail_id(), &letter, at(0)).await.unwrap();
    }
    // Addresses that merely hold the letters of the erased one, in every place of a mail.
    let longer: EmailAddress = "bygone@fabrikam.example".parse().unwrap();
    let text = format!("{longer} and {longer}.org");
    let near = OutgoingMail { to: longer.clone(), cc: None, text, ..mail(Some(*tenant)) };
    let told = OutgoingMail { text: "Access of gone@fabrikam.example ends.".to_owned(), ..near.clone() };
    let copied = OutgoingMail { cc: gone.mail.clone(), ..near.clone() };
    for letter in [&near, &told, &copied] {
        tx.queue_mail(mail_id(), letter, at(1)).await.unwrap();
    }
    assert!(tx.bind_identity(gone.id, &identity("mail", "gone@fabrikam.example")).await.unwrap());
    tx.make_husk(&gone, at(50)).await.unwrap();
    tx.forget_person(gone.id).await.unwrap();
    tx.bury("hash", at(50)).await.unwrap();
    tx.bury("hash", at(51)).await.unwrap();
    tx.commit().await.unwrap();

    let mut read = store.read(*tenant).await.unwrap();
    assert_eq!(read.user(gone.id).await.unwrap(), None);
    assert_eq!(read.deleted_user(gone.id).await.unwrap(), None, "not in the bin either");
    assert!(read.deleted_users(10).await.unwrap().is_empty());
    assert_eq!(read.person_key(gone.id).await.unwrap(), None);
    let kept = read.invitations_of(gone.id).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].address.as_str().ends_with("@erased.invalid") && kept[0].message.is_none() && kept[0].cc.is_none());
    assert!(!kept[0].state.is_open());
    let proof = read.reviews(gone.id).await.unwrap();
    assert_eq!((proof.len(), proof[0].recorded_at, &proof[0].circumstances), (1, at(1), &None), "the proof stays");
    // Nobody else is touched.
    assert_eq!(read.users(UserFilter { user_type: None, limit: 10 }).await.unwrap(), std::slice::from_ref(&stays));
    assert_eq!(read.person_key(stays.id).await.unwrap().as_deref(), Some("sealed"));
    assert!(read.reviews(stays.id).await.unwrap()[0].circumstances.is_some());
    drop(read);
    let mut outbox = store.begin_instance(InstanceTask::Outbox).await.unwrap();
    let due = outbox.due_mails(at(100), 10).await.unwrap();
    assert_eq!(due[0].mail.to.as_str(), "stays@fabrikam.example");
    let rest: Vec<_> = due[1..].iter().map(|row| &row.mail).collect();
    assert_eq!(
        rest,
        [&near, &near],
        "the mails of others go out, without the copy; the one that tells of them does not"
    );
    drop(outbox);
    let mut sweeps = store.begin_instance(InstanceTask::Sweeps).await.unwrap();
    assert_eq!(sweeps.tombstones().await.unwrap(), ["hash"]);
    assert_eq!(sweeps.everybody().await.unwrap(), [(*tenant, stays.id)]);
    drop(sweeps);
    // The address is free, and so is the identity.
    let again = guest("gone@fabrikam.example");
    add(store.as_ref(), *tenant, &[&again]).await;
    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(tx.bind_identity(again.id, &identity("mail", "gone@fabrikam.example")).await.unwrap());
}

async fn ends_are_due_until_something_is_done_about_them(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let (mut soon, mut later, mut never) =
        (guest("soon@fabrikam.example"), guest("later@fabrikam.example"), guest("never@fabrikam.example"));
    (soon.expires_at, later.expires_at, never.expires_at) = (Some(at(10)), Some(at(100)), None);
    let mut employee = member("member@contoso.example");
    employee.expires_at = Some(at(1));
    add(store.as_ref(), *tenant, &[&soon, &later, &never, &employee]).await;
    let due = async |until: i64, days: i64| {
        let mut sweeps = store.begin_instance(InstanceTask::Sweeps).await.unwrap();
        sweeps.ending_guests(at(until), days, 10).await.unwrap()
    };
    assert_eq!(due(9, 0).await, []);
    assert_eq!(due(10, 0).await, [(*tenant, soon.id)], "members have no end");
    assert_eq!(due(100, 14).await, [(*tenant, soon.id), (*tenant, later.id)]);
    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(!tx.end_noted(soon.id, at(10), 1).await.unwrap());
    tx.note_end(soon.id, at(10), 1, at(2)).await.unwrap();
    tx.note_end(soon.id, at(10), 1, at(3)).await.unwrap();
    assert!(tx.end_noted(soon.id, at(10), 1).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(due(100, 14).await, [(*tenant, later.id)], "the last reminder makes the first one pointless");
    assert_eq!(due(100, 0).await, [(*tenant, soon.id), (*tenant, later.id)], "and not the end itself");
    // An end that was moved is another one.
    soon.expires_at = Some(at(20));
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.update_user(&soon).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(due(20, 14).await, [(*tenant, soon.id)]);
}

async fn the_bin_is_emptied_by_age(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let (mut old, mut new) = (guest("old@fabrikam.example"), guest("new@fabrikam.example"));
    add(store.as_ref(), *tenant, &[&old]).await;
    add(store.as_ref(), *other, &[&new]).await;
    (old.deleted_at, new.deleted_at) = (Some(at(10)), Some(at(20)));
    for (tenant, user) in [(tenant, &old), (other, &new)] {
        let mut tx = store.begin(*tenant).await.unwrap();
        tx.update_user(user).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut sweeps = store.begin_instance(InstanceTask::Sweeps).await.unwrap();
    assert_eq!(sweeps.bin_since(at(9), 10).await.unwrap(), []);
    assert_eq!(sweeps.bin_since(at(15), 10).await.unwrap(), [(*tenant, old.id)]);
    assert_eq!(sweeps.bin_since(at(30), 10).await.unwrap(), [(*tenant, old.id), (*other, new.id)]);
}

async fn active_guests_count_once_a_month(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let (one, two) = (guest("one@fabrikam.example"), guest("two@fabrikam.example"));
    add(store.as_ref(), *tenant, &[&one, &two, &member("member@contoso.example")]).await;
    let mut tx = store.begin(*tenant).await.unwrap();
    for (user, month) in [(&one, "2026-10"), (&one, "2026-10"), (&two, "2026-10"), (&one, "2026-11")] {
        tx.note_active(user.id, month).await.unwrap();
    }
    assert_eq!(tx.guest_count().await.unwrap(), 2, "members are no guests");
    tx.commit().await.unwrap();
    let mut read = store.read(*tenant).await.unwrap();
    let months = |pairs: &[(&str, u64)]| pairs.iter().map(|(month, n)| ((*month).to_owned(), *n)).collect::<Vec<_>>();
    assert_eq!(read.active_guests().await.unwrap(), months(&[("2026-10", 2), ("2026-11", 1)]));
    assert_eq!(read.active_months(one.id).await.unwrap(), ["2026-10", "2026-11"]);
    assert!(store.read(*other).await.unwrap().active_guests().await.unwrap().is_empty(), "C2");
    let mut sweeps = store.begin_instance(InstanceTask::Sweeps).await.unwrap();
    assert_eq!(sweeps.active_guests_by_tenant("2026-10").await.unwrap(), [(*tenant, 2)]);
}

async fn reviews_of_access_come_back_as_they_were_written(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let user = guest("one@fabrikam.example");
    add(store.as_ref(), *tenant, &[&user]).await;
    let mut campaign = AccessReview {
        id: AccessReviewId(guid()),
        started_at: at(1),
        ends_at: at(100),
        no_answer: AccessDecision::Remove,
        removal: Removal::Delete,
        applied_at: None,
    };
    let mut item = AccessReviewItem {
        user: user.id,
        reviewers: vec![user.id],
        decision: None,
        decided_by: None,
        decided_at: None,
        applied: None,
    };
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.insert_access_review(&campaign, std::slice::from_ref(&item)).await.unwrap();
    assert_eq!(tx.access_review_item(campaign.id, user.id).await.unwrap(), Some(item.clone()));
    item = AccessReviewItem {
        decision: Some(AccessDecision::Keep),
        decided_by: Some(user.id),
        decided_at: Some(at(7)),
        applied: Some("kept".to_owned()),
        ..item
    };
    tx.update_access_review_item(campaign.id, &item).await.unwrap();
    tx.commit().await.unwrap();
    let mut sweeps = store.begin_instance(InstanceTask::Sweeps).await.unwrap();
    assert_eq!(sweeps.ended_access_reviews(at(99)).await.unwrap(), []);
    assert_eq!(sweeps.ended_access_reviews(at(100)).await.unwrap(), [(*tenant, campaign.id)]);
    drop(sweeps);
    campaign.applied_at = Some(at(101));
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.update_access_review(&campaign).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = store.read(*tenant).await.unwrap();
    assert_eq!(read.access_review(campaign.id).await.unwrap(), Some(campaign.clone()));
    assert_eq!(read.access_reviews(10).await.unwrap(), std::slice::from_ref(&campaign));
    assert_eq!(read.access_review_items(campaign.id).await.unwrap(), [item]);
    drop(read);
    let mut sweeps = store.begin_instance(InstanceTask::Sweeps).await.unwrap();
    assert_eq!(sweeps.ended_access_reviews(at(200)).await.unwrap(), [], "done once");
    drop(sweeps);
    assert_eq!(store.read(*other).await.unwrap().access_review(campaign.id).await.unwrap(), None, "C2");
}

async fn an_export_finds_every_line_about_a_person(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let (one, two) = (guest("one@fabrikam.example"), guest("two@fabrikam.example"));
    add(store.as_ref(), *tenant, &[&one, &two]).await;
    let mut tx = store.begin(*tenant).await.unwrap();
    let events = [
        AuditEvent::success("on one").on(one.id),
        AuditEvent::success("by one").by(one.id).on(two.id),
        AuditEvent::success("by and on one").by(one.id).on(one.id).sealing(Some("sealed".to_owned())),
        AuditEvent::success("two alone").by(two.id).on(two.id).with("mentions", one.id),
    ];
    for event in &events {
        tx.audit(at(1), event).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut read = store.read(*tenant).await.unwrap();
    let found = read.audit_about(one.id).await.unwrap();
    let names: Vec<&str> = found.iter().map(|line| line.event.activity.as_str()).collect();
    assert_eq!(names, ["on one", "by one", "by and on one"]);
    assert_eq!(found[2].event.sealed.as_deref(), Some("sealed"));
    assert_eq!(verify_chain(&read.audit_lines(0, 100).await.unwrap()), Ok(()));
    assert!(store.read(*other).await.unwrap().audit_about(one.id).await.unwrap().is_empty(), "C2");
}
