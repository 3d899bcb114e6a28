//! The directory: every promise of `storage::Store`, one caller at a time.

use vestibule::model::{
    Acceptance, AcceptanceState, AccountId, AgreementId, AgreementVersion, AppId, AuditEvent, Evidence,
    ExternalUserState, InvitationState, ManagedBy, Method, OutgoingMail, PersonalAccount, Review, TenantId, UserId,
    UserType, VersionOrigin,
};
use vestibule::storage::{
    DomainProof, Epoch, FileChanges, InstanceTask, MailBlock, MailState, OutboxMail, StoreError, StoredKey,
    StoredObject, UserFilter, verify_chain,
};

use super::fixtures::{
    Directory, acceptance, add, address, at, guest, guid, identity, invitation, mail, mail_id, member, review,
};

super::suite!(sqlite:
    users_come_back_as_they_were_written,
    c2_no_read_sees_another_tenant,
    inv4_an_address_never_finds_a_bound_user,
    inv5_an_identity_is_bound_once,
    inv5_relinking_takes_the_expected_identity_alone_and_all_or_nothing,
    what_was_seen_of_a_domain_is_kept_per_connection,
    inv6_a_tenant_reads_its_own_objects_whoever_manages_them,
    taken_names_and_addresses_are_conflicts,
    the_bin_is_seen_by_nobody_and_gives_its_names_free,
    one_open_invitation_for_each_address,
    answers_are_kept_in_order,
    evidence_is_kept_by_its_hash,
    versions_follow_each_other_and_belong_to_their_tenant,
    a_forgotten_person_leaves_the_proof,
    a_dropped_transaction_leaves_nothing,
    a_conflict_leaves_the_transaction_usable,
    m5_audit_chains_verify_and_are_separate,
    mails_wait_and_are_wiped_when_sent,
    what_became_of_a_mail_stays_known,
    blocked_mailboxes_are_asked_for_one_by_one,
    files_are_loaded_changed_and_disabled,
    a_domain_has_one_tenant,
    accounts_and_keys_belong_to_the_instance,
    epochs_only_move_forward,
);

async fn users_come_back_as_they_were_written(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let mut everything = guest("full@fabrikam.example");
    everything.identity = Some(identity("https://home.example", "Subject\u{0301} 1"));
    if let Some(identity) = &mut everything.identity {
        identity.method = Method::Tenant { tenant: *tenant };
    }
    let mut bare = guest("bare@fabrikam.example");
    (bare.mail, bare.preferred_language, bare.last_sign_in_at) = (None, None, None);
    let staff = member("ada@contoso.example");
    add(store.as_ref(), *tenant, &[&everything, &bare, &staff]).await;

    let mut read = store.read(*tenant).await.unwrap();
    for user in [&everything, &bare, &staff] {
        assert_eq!(read.user(user.id).await.unwrap().as_ref(), Some(user));
    }
    assert_eq!(read.member(&address("ada@contoso.example")).await.unwrap(), Some(staff.clone()));
    let guests = UserFilter { user_type: Some(UserType::Guest), limit: 10 };
    assert_eq!(read.users(guests).await.unwrap(), [bare.clone(), everything.clone()]);
    assert_eq!(read.users(UserFilter { user_type: None, limit: 2 }).await.unwrap(), [staff.clone(), bare.clone()]);

    let mut changed = everything.clone();
    changed.display_name = "Changed".to_owned();
    changed.external_user_state = Some(ExternalUserState::Accepted);
    changed.account_enabled = false;
    changed.other_mails.clear();
    changed.identity = None;
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.update_user(&changed).await.unwrap();
    tx.set_password(staff.id, "$argon2id$…").await.unwrap();
    tx.commit().await.unwrap();
    changed.identity = everything.identity;
    assert_eq!(read.user(changed.id).await.unwrap(), Some(changed), "everything but the identity is written");
    assert_eq!(read.password_hash(staff.id).await.unwrap().as_deref(), Some("$argon2id$…"));
    assert_eq!(read.password_hash(bare.id).await.unwrap(), None);
    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(tx.update_user(&guest("stranger@fabrikam.example")).await.is_err());
    drop(tx);
    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(tx.set_password(bare.id, "x").await.is_err(), "guests have no password here");
}

async fn c2_no_read_sees_another_tenant(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let user = guest("guest@fabrikam.example");
    let staff = member("ada@contoso.example");
    add(store.as_ref(), *tenant, &[&user, &staff]).await;
    let pending = invitation(&user);
    let content = b"terms";
    let hash = keep_everything(store.as_ref(), *tenant, &user, &staff, &pending, content).await;

    // The same questions, asked of the tenant (negative control: all find something) and of the other (none does).
    for (asked, found) in [(*tenant, true), (*other, false)] {
        let mut read = store.read(asked).await.unwrap();
        let mut tx = store.begin(asked).await.unwrap();
        assert_eq!(read.user(user.id).await.unwrap().is_some(), found);
        assert_eq!(read.unbound_guest(&address("guest@fabrikam.example")).await.unwrap().is_some(), found);
        assert_eq!(read.guest_invited_as(&address("guest@fabrikam.example")).await.unwrap().is_some(), found);
        assert_eq!(read.member(&address("ada@contoso.example")).await.unwrap().is_some(), found);
        assert_eq!(read.user_by_identity("https://home.example", "ada").await.unwrap().is_some(), found);
        assert_eq!(read.password_hash(staff.id).await.unwrap().is_some(), found);
        assert_eq!(read.invitation(&pending.id).await.unwrap().is_some(), found);
        assert_eq!(read.invitation_of(user.id).await.unwrap().is_some(), found);
        assert_eq!(read.review(user.id).await.unwrap().is_some(), found);
        assert_eq!(read.evidence(&hash).await.unwrap().is_some(), found);
        assert_eq!(read.acceptances(user.id).await.unwrap().is_empty(), !found);
        assert_eq!(read.assigned_apps(user.id).await.unwrap().is_empty(), !found);
        assert_eq!(read.audit_lines(0, 10).await.unwrap().is_empty(), !found);
        let everyone = UserFilter { user_type: None, limit: 10 };
        assert_eq!(read.users(everyone).await.unwrap().is_empty(), !found);
        // A transaction sees and changes the same.
        assert_eq!(tx.user(user.id).await.unwrap().is_some(), found);
        assert_eq!(tx.invitation(&pending.id).await.unwrap().is_some(), found);
        assert_eq!(tx.bind_identity(user.id, &identity("https://home.example", "new")).await.unwrap(), found);
        assert_eq!(tx.update_invitation(&pending).await.is_ok(), found);
    }
    // Each in a transaction of its own: after a failure it only rolls back.
    let begin = async || store.begin(*other).await.unwrap();
    assert!(begin().await.update_user(&user).await.is_err());
    assert!(begin().await.insert_invitation(&invitation(&user)).await.is_err(), "for another tenant's guest");
    assert!(begin().await.insert_acceptance(&acceptance(&user, AcceptanceState::Accepted, 1)).await.is_err());
    assert!(begin().await.assign_app(user.id, AppId::new(guid())).await.is_err());
    assert!(begin().await.queue_mail(mail_id(), &mail(Some(*tenant)), at(0)).await.is_err(), "speaks for another");
    // The same address and identity may exist in both.
    let mut namesake = guest("guest@fabrikam.example");
    namesake.identity = Some(identity("https://home.example", "ada"));
    add(store.as_ref(), *other, &[&namesake]).await;
}

async fn keep_everything(
    store: &dyn vestibule::storage::Store,
    tenant: TenantId,
    user: &vestibule::model::User,
    staff: &vestibule::model::User,
    pending: &vestibule::model::Invitation,
    content: &[u8],
) -> String {
    let hash = sha256(content);
    let mut tx = store.begin(tenant).await.unwrap();
    tx.insert_invitation(pending).await.unwrap();
    tx.insert_review(&review(user, AcceptanceState::Accepted, 1)).await.unwrap();
    tx.insert_acceptance(&acceptance(user, AcceptanceState::Accepted, 1)).await.unwrap();
    tx.keep_evidence(&hash, "text/html", content).await.unwrap();
    tx.assign_app(user.id, AppId::new(guid())).await.unwrap();
    tx.set_password(staff.id, "hash").await.unwrap();
    assert!(tx.bind_identity(staff.id, &identity("https://home.example", "ada")).await.unwrap());
    tx.audit(at(1), &AuditEvent::success("Invite external user").on(user.id)).await.unwrap();
    tx.commit().await.unwrap();
    hash
}

fn sha256(content: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, content).as_ref())
}

async fn inv4_an_address_never_finds_a_bound_user(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let invited = address("guest@fabrikam.example");
    let user = guest(invited.as_str());
    add(store.as_ref(), *tenant, &[&user]).await;
    let mut read = store.read(*tenant).await.unwrap();
    assert_eq!(read.unbound_guest(&invited).await.unwrap(), Some(user.clone()), "negative control");
    for (look_alike, why) in [("Guest@fabrikam.example", "case of the local part"), ("guest@FABRIKAM.test", "domain")] {
        assert_eq!(read.unbound_guest(&address(look_alike)).await.unwrap(), None, "{why}");
    }
    assert_eq!(read.unbound_guest(&address("alias@fabrikam.example")).await.unwrap(), None, "an alias");

    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(tx.bind_identity(user.id, &identity("https://home.example", "S1")).await.unwrap());
    assert_eq!(tx.unbound_guest(&invited).await.unwrap(), None, "bound in this very transaction");
    tx.commit().await.unwrap();
    assert_eq!(read.unbound_guest(&invited).await.unwrap(), None, "bound, though still pending");
    assert!(read.guest_invited_as(&invited).await.unwrap().is_some());
    assert_eq!(read.member(&invited).await.unwrap(), None);
    for (issuer, subject) in
        [("https://home.example", "s1"), ("https://home.example/", "S1"), ("https://HOME.example", "S1"), ("", "S1")]
    {
        assert_eq!(read.user_by_identity(issuer, subject).await.unwrap(), None, "{issuer} {subject}");
    }
    assert_eq!(read.user_by_identity("https://home.example", "S1").await.unwrap().map(|user| user.id), Some(user.id));
}

async fn inv5_an_identity_is_bound_once(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let (first, second) = (guest("one@fabrikam.example"), guest("two@fabrikam.example"));
    add(store.as_ref(), *tenant, &[&first, &second]).await;
    let (own, foreign) = (identity("https://home.example", "1"), identity("https://home.example", "2"));
    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(tx.bind_identity(first.id, &own).await.unwrap());
    assert!(!tx.bind_identity(first.id, &own).await.unwrap(), "bound already, to the same");
    assert!(!tx.bind_identity(first.id, &foreign).await.unwrap(), "bound already, to another");
    assert!(!tx.bind_identity(second.id, &own).await.unwrap(), "bound to somebody else");
    assert!(!tx.bind_identity(UserId::new(guid()), &foreign).await.unwrap(), "nobody");
    assert!(tx.bind_identity(second.id, &foreign).await.unwrap());
    let mut third = guest("three@fabrikam.example");
    third.identity = Some(own);
    assert!(matches!(tx.insert_user(&third).await, Err(StoreError::Conflict)));
    tx.commit().await.unwrap();
    let mut tx = store.begin_instance(InstanceTask::MyOrganizations).await.unwrap();
    assert_eq!(tx.tenants_of("https://home.example", "2").await.unwrap(), [*tenant]);
    assert!(tx.tenants_of("https://home.example", "3").await.unwrap().is_empty());
}

async fn inv5_relinking_takes_the_expected_identity_alone_and_all_or_nothing(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let (mut lost, mut neighbour, pending) =
        (guest("lost@fabrikam.example"), guest("neighbour@fabrikam.example"), guest("pending@fabrikam.example"));
    let (old, taken, new) = (
        identity("https://home.example", "old"),
        identity("https://home.example", "taken"),
        identity("https://new.example", "new"),
    );
    (lost.identity, neighbour.identity) = (Some(old.clone()), Some(taken.clone()));
    add(store.as_ref(), *tenant, &[&lost, &neighbour, &pending]).await;

    let mut read = store.read(*tenant).await.unwrap();
    assert_eq!(read.bound_guests_with_mail(&address("lost@fabrikam.example")).await.unwrap(), [lost.clone()]);
    for nobody in ["pending@fabrikam.example", "Lost@fabrikam.example", "nobody@fabrikam.example"] {
        assert!(read.bound_guests_with_mail(&address(nobody)).await.unwrap().is_empty(), "{nobody}");
    }
    let mut elsewhere = store.read(*other).await.unwrap();
    assert!(elsewhere.bound_guests_with_mail(&address("lost@fabrikam.example")).await.unwrap().is_empty());

    for (who, from, to) in [
        (lost.id, &taken, &new),
        (lost.id, &new, &new),
        (lost.id, &old, &taken),
        (pending.id, &old, &new),
        (UserId::new(guid()), &old, &new),
    ] {
        let mut tx = store.begin(*tenant).await.unwrap();
        assert!(!tx.relink_identity(who, from, to).await.unwrap(), "{from:?} to {to:?}");
        drop(tx);
        assert_eq!(read.user(lost.id).await.unwrap().unwrap().identity, Some(old.clone()), "as it was");
    }
    let mut tx = store.begin(*other).await.unwrap();
    assert!(!tx.relink_identity(lost.id, &old, &new).await.unwrap(), "another tenant");
    drop(tx);
    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(tx.relink_identity(lost.id, &old, &new).await.unwrap());
    assert!(!tx.relink_identity(lost.id, &old, &new).await.unwrap(), "the old one is gone");
    tx.commit().await.unwrap();
    assert_eq!(read.user_by_identity("https://new.example", "new").await.unwrap().map(|user| user.id), Some(lost.id));
    assert!(read.user_by_identity("https://home.example", "old").await.unwrap().is_none());
}

async fn what_was_seen_of_a_domain_is_kept_per_connection(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let proof = |tenant, issuer: &str, seen| DomainProof {
        tenant,
        connection: "fabrikam".parse().unwrap(),
        domain: "fabrikam.example".parse().unwrap(),
        issuer: issuer.to_owned(),
        seen,
        checked_at: at(1),
    };
    for (whose, issuer, seen) in [
        (*tenant, "https://one.example", true),
        (*tenant, "https://two.example", false),
        (*other, "https://o.example", true),
    ] {
        let mut tx = store.begin(whose).await.unwrap();
        tx.keep_domain_proof(&proof(whose, issuer, seen)).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut kept = store.begin_instance(InstanceTask::Snapshot).await.unwrap().domain_proofs().await.unwrap();
    kept.sort_by(|one, two| one.issuer.cmp(&two.issuer));
    let expected = [proof(*other, "https://o.example", true), proof(*tenant, "https://two.example", false)];
    assert_eq!(kept, expected, "the last word on each");
}

async fn taken_names_and_addresses_are_conflicts(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let (user, staff) = (guest("guest@fabrikam.example"), member("ada@contoso.example"));
    add(store.as_ref(), *tenant, &[&user, &staff]).await;
    let mut same_name = guest("other@fabrikam.example");
    same_name.user_principal_name = user.user_principal_name.clone();
    let mut same_invited = guest("other@fabrikam.example");
    same_invited.invited_address = user.invited_address.clone();
    let mut same_member = member("ada@contoso.example");
    same_member.user_principal_name = "ada2".to_owned();
    let mut same_id = guest("other@fabrikam.example");
    same_id.id = user.id;
    let mut tx = store.begin(*tenant).await.unwrap();
    for taken in [same_name, same_invited, same_member, same_id] {
        assert!(matches!(tx.insert_user(&taken).await, Err(StoreError::Conflict)), "{taken:?}");
    }
    let mut same_mail = guest("other@fabrikam.example");
    same_mail.mail = user.mail.clone();
    tx.insert_user(&same_mail).await.expect("mails of guests may repeat");
}

async fn the_bin_is_seen_by_nobody_and_gives_its_names_free(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let mut gone = guest("guest@fabrikam.example");
    add(store.as_ref(), *tenant, &[&gone]).await;
    let own = identity("https://home.example", "1");
    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(tx.bind_identity(gone.id, &own).await.unwrap());
    gone.deleted_at = Some(at(50));
    tx.update_user(&gone).await.unwrap();
    tx.commit().await.unwrap();
    gone.identity = Some(own.clone());

    let mut read = store.read(*tenant).await.unwrap();
    assert_eq!(read.user(gone.id).await.unwrap(), None);
    assert_eq!(read.user_by_identity("https://home.example", "1").await.unwrap(), None);
    assert_eq!(read.guest_invited_as(gone.invited_address.as_ref().unwrap()).await.unwrap(), None);
    assert!(read.users(UserFilter { user_type: None, limit: 10 }).await.unwrap().is_empty());
    assert_eq!(read.deleted_user(gone.id).await.unwrap(), Some(gone.clone()));
    assert_eq!(read.deleted_users(10).await.unwrap(), [gone.clone()]);
    let mut instance = store.begin_instance(InstanceTask::MyOrganizations).await.unwrap();
    assert!(instance.tenants_of("https://home.example", "1").await.unwrap().is_empty());
    drop(instance);

    let again = guest("guest@fabrikam.example");
    add(store.as_ref(), *tenant, &[&again]).await;
    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(tx.bind_identity(again.id, &own).await.unwrap(), "the same person may come again");
    gone.deleted_at = None;
    assert!(matches!(tx.update_user(&gone).await, Err(StoreError::Conflict)), "restored onto a taken address");
}

async fn one_open_invitation_for_each_address(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let user = guest("guest@fabrikam.example");
    add(store.as_ref(), *tenant, &[&user]).await;
    let mut first = invitation(&user);
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.insert_invitation(&first).await.unwrap();
    assert!(matches!(tx.insert_invitation(&invitation(&user)).await, Err(StoreError::Conflict)));
    assert_eq!(tx.invitation(&first.id).await.unwrap(), Some(first.clone()));
    first.state = InvitationState::Revoked;
    first.redeemed_at = Some(at(5));
    tx.update_invitation(&first).await.unwrap();
    assert_eq!(tx.invitation_of(user.id).await.unwrap(), Some(first.clone()), "the newest if none is pending");
    let second = invitation(&user);
    tx.insert_invitation(&second).await.unwrap();
    let mut accepted = invitation(&user);
    (accepted.state, accepted.created_at) = (InvitationState::Accepted, at(50));
    tx.insert_invitation(&accepted).await.unwrap();
    assert_eq!(tx.invitation_of(user.id).await.unwrap().map(|found| found.id), Some(second.id), "the pending one");
    for open in
        [InvitationState::Pending, InvitationState::Declined, InvitationState::Expired, InvitationState::Bounced]
    {
        accepted.state = open;
        assert!(
            matches!(tx.update_invitation(&accepted).await, Err(StoreError::Conflict)),
            "{open:?} beside a pending one"
        );
    }
    tx.commit().await.unwrap();
}

async fn answers_are_kept_in_order(ground: Directory) {
    use AcceptanceState::{Accepted, Declined};
    let Directory { store, tenant, .. } = &ground;
    let (user, bystander) = (guest("guest@fabrikam.example"), guest("bystander@fabrikam.example"));
    add(store.as_ref(), *tenant, &[&user, &bystander]).await;
    // Times run backwards on purpose: a clock may, the order of answers may not.
    let answers = [acceptance(&user, Declined, 9), acceptance(&user, Accepted, 5), acceptance(&user, Accepted, 5)];
    let mut tx = store.begin(*tenant).await.unwrap();
    for answer in &answers {
        tx.insert_acceptance(answer).await.unwrap();
    }
    tx.insert_review(&review(&user, Accepted, 9)).await.unwrap();
    tx.insert_review(&review(&user, Declined, 5)).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = store.read(*tenant).await.unwrap();
    assert_eq!(read.acceptances(user.id).await.unwrap(), answers);
    assert_eq!(read.review(user.id).await.unwrap(), Some(review(&user, Declined, 5)));
    assert!(read.acceptances(bystander.id).await.unwrap().is_empty());
    assert_eq!(read.review(bystander.id).await.unwrap(), None);
}

async fn evidence_is_kept_by_its_hash(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let content = b"<h1>Terms</h1>\0\xff";
    let hash = sha256(content);
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.keep_evidence(&hash, "text/html", content).await.unwrap();
    tx.keep_evidence(&hash, "text/html", content).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = store.read(*tenant).await.unwrap();
    let kept = Evidence { media_type: "text/html".to_owned(), content: content.to_vec() };
    assert_eq!(read.evidence(&hash).await.unwrap(), Some(kept));
    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(tx.keep_evidence(&hash, "text/html", b"other").await.is_err(), "other content under the same hash");
}

fn version(content: &[u8], language: &str, number: u32) -> AgreementVersion {
    AgreementVersion {
        agreement: AgreementId::new(uuid::Uuid::from_u128(5)),
        language: language.to_owned(),
        number,
        version: sha256(content),
        title: format!("Terms {number}"),
        major: number.is_multiple_of(2),
        transition: number.is_multiple_of(2).then(|| at(99)),
        origin: if number == 1 { VersionOrigin::File } else { VersionOrigin::Published },
        published_at: at(i64::from(number)),
    }
}

async fn versions_follow_each_other_and_belong_to_their_tenant(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let known = [version(b"one", "en", 1), version(b"two", "en", 2), version(b"een", "nl", 1)];
    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(tx.insert_agreement_version(&known[0]).await.is_err(), "its content is not kept");
    drop(tx);
    let mut tx = store.begin(*tenant).await.unwrap();
    for (version, content) in known.iter().zip([b"one", b"two", b"een"]) {
        tx.keep_evidence(&version.version, "application/pdf", content).await.unwrap();
        tx.insert_agreement_version(version).await.unwrap();
    }
    assert_eq!(tx.agreement_versions().await.unwrap(), known);
    tx.commit().await.unwrap();
    for number in [1, 2, 4] {
        let mut tx = store.begin(*tenant).await.unwrap();
        assert!(tx.insert_agreement_version(&version(b"one", "en", number)).await.is_err(), "number {number}");
    }
    assert_eq!(store.read(*tenant).await.unwrap().agreement_versions().await.unwrap(), known);
    assert!(store.read(*other).await.unwrap().agreement_versions().await.unwrap().is_empty());

    let mut instance = store.begin_instance(InstanceTask::Snapshot).await.unwrap();
    let all = instance.agreement_versions().await.unwrap();
    assert_eq!(all, known.map(|version| (*tenant, version)));
    let mut current = instance.agreement_documents().await.unwrap();
    current.sort_by(|one, other| one.2.content.cmp(&other.2.content));
    let contents: Vec<&[u8]> = current.iter().map(|(_, _, evidence)| evidence.content.as_slice()).collect();
    assert_eq!(contents, [b"een", b"two"], "the last of each language");
    assert!(current.iter().all(|(whose, hash, evidence)| {
        *whose == *tenant && *hash == sha256(&evidence.content) && evidence.media_type == "application/pdf"
    }));
}

async fn a_forgotten_person_leaves_the_proof(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let (user, bystander) = (guest("guest@fabrikam.example"), guest("other@fabrikam.example"));
    add(store.as_ref(), *tenant, &[&user, &bystander]).await;
    add(store.as_ref(), *other, &[&user]).await;
    for (tenant, user) in [(tenant, &user), (tenant, &bystander), (other, &user)] {
        let mut tx = store.begin(*tenant).await.unwrap();
        tx.insert_review(&review(user, AcceptanceState::Accepted, 1)).await.unwrap();
        tx.insert_acceptance(&acceptance(user, AcceptanceState::Accepted, 2)).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.forget_person(user.id).await.unwrap();
    tx.commit().await.unwrap();

    let mut read = store.read(*tenant).await.unwrap();
    let proof = Acceptance { circumstances: None, ..acceptance(&user, AcceptanceState::Accepted, 2) };
    assert_eq!(read.acceptances(user.id).await.unwrap(), [proof]);
    let proof = Review { circumstances: None, ..review(&user, AcceptanceState::Accepted, 1) };
    assert_eq!(read.reviews(user.id).await.unwrap(), std::slice::from_ref(&proof));
    assert_eq!(read.review(user.id).await.unwrap(), Some(proof));
    assert_eq!(read.all_acceptances().await.unwrap().len(), 2);
    let whole = [acceptance(&bystander, AcceptanceState::Accepted, 2)];
    assert_eq!(read.acceptances(bystander.id).await.unwrap(), whole, "nobody else is forgotten");
    let mut read = store.read(*other).await.unwrap();
    assert!(read.acceptances(user.id).await.unwrap()[0].circumstances.is_some(), "nor the same id in another tenant");
}

async fn a_dropped_transaction_leaves_nothing(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let user = guest("guest@fabrikam.example");
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.insert_user(&user).await.unwrap();
    tx.audit(at(0), &AuditEvent::success("x")).await.unwrap();
    tx.queue_mail(mail_id(), &mail(Some(*tenant)), at(0)).await.unwrap();
    assert!(tx.user(user.id).await.unwrap().is_some(), "it sees its own writes");
    let mut read = store.read(*tenant).await.unwrap();
    assert_eq!(read.user(user.id).await.unwrap(), None, "nobody else does");
    drop(tx);
    let mut tx = store.begin(*tenant).await.unwrap();
    assert_eq!(tx.user(user.id).await.unwrap(), None);
    assert!(tx.audit_lines(0, 10).await.unwrap().is_empty());
    drop(tx);
    let mut tx = store.begin_instance(InstanceTask::Outbox).await.unwrap();
    assert_eq!(tx.waiting_mails().await.unwrap(), 0);
}

async fn a_conflict_leaves_the_transaction_usable(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let user = guest("guest@fabrikam.example");
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.insert_user(&user).await.unwrap();
    assert!(matches!(tx.insert_user(&user).await, Err(StoreError::Conflict)));
    tx.insert_invitation(&invitation(&user)).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = store.read(*tenant).await.unwrap();
    assert!(read.invitation_of(user.id).await.unwrap().is_some());
    store.ping().await.unwrap();
}

async fn m5_audit_chains_verify_and_are_separate(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let user = UserId::new(guid());
    for number in 0..20 {
        for owner in [*tenant, *other] {
            let mut tx = store.begin(owner).await.unwrap();
            let mut event = AuditEvent::success("Redeem external user invite").by(user).with("number", number);
            event.sealed = Some("sealed\n\u{2028}".to_owned());
            tx.audit(at(number), &event).await.unwrap();
            if number % 5 == 0 {
                tx.audit(at(number), &AuditEvent::failure("two in one verb").on(user)).await.unwrap();
            }
            tx.commit().await.unwrap();
        }
        let mut tx = store.begin_instance(InstanceTask::Snapshot).await.unwrap();
        tx.audit(at(number), &AuditEvent::success("Load files")).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut chains =
        vec![store.begin_instance(InstanceTask::Snapshot).await.unwrap().audit_lines(0, 1000).await.unwrap()];
    for owner in [*tenant, *other] {
        chains.push(store.read(owner).await.unwrap().audit_lines(0, 1000).await.unwrap());
    }
    for (chain, length) in chains.iter().zip([20, 24, 24]) {
        assert_eq!(chain.len(), length, "one line for each write");
        verify_chain(chain).unwrap();
    }
    let page = store.read(*tenant).await.unwrap().audit_lines(10, 5).await.unwrap();
    assert_eq!(page, chains[1][10..15]);
    let mut forged = chains[1].clone();
    forged[7].event.target = None;
    assert_eq!(verify_chain(&forged).unwrap_err().sequence, 8);
}

async fn mails_wait_and_are_wiped_when_sent(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let (first, second, third) = (mail_id(), mail_id(), mail_id());
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.queue_mail(first, &mail(Some(*tenant)), at(1)).await.unwrap();
    assert!(matches!(tx.queue_mail(first, &mail(None), at(1)).await, Err(StoreError::Conflict)));
    tx.commit().await.unwrap();
    let mut tx = store.begin_instance(InstanceTask::Outbox).await.unwrap();
    tx.queue_mail(second, &mail(None), at(0)).await.unwrap();
    tx.queue_mail(third, &mail(None), at(10)).await.unwrap();
    let due = tx.due_mails(at(1), 10).await.unwrap();
    assert_eq!(due.iter().map(|due| due.id).collect::<Vec<_>>(), [second, first], "oldest first, and only what is due");
    assert_eq!((due[1].mail.clone(), due[1].queued_at, due[1].tries), (mail(Some(*tenant)), at(1), 0));
    assert_eq!(tx.due_mails(at(1), 1).await.unwrap().len(), 1);
    tx.mail_sent(first, at(2)).await.unwrap();
    tx.mail_failed(second, "451 later", Some(at(60))).await.unwrap();
    tx.mail_failed(third, "550 never", None).await.unwrap();
    assert!(tx.due_mails(at(59), 10).await.unwrap().is_empty());
    let again = tx.due_mails(at(60), 10).await.unwrap();
    assert_eq!((again.len(), again[0].id, again[0].tries), (1, second, 1));
    assert_eq!(tx.waiting_mails().await.unwrap(), 1);
    assert!(tx.mail_failed(first, "late", Some(at(0))).await.is_err(), "a sent mail never comes back");
    drop(tx);
    let mut tx = store.begin_instance(InstanceTask::Outbox).await.unwrap();
    assert!(tx.mail_sent(mail_id(), at(2)).await.is_err());
}

async fn what_became_of_a_mail_stays_known(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let user = guest("guest@fabrikam.example");
    add(store.as_ref(), *tenant, &[&user]).await;
    let invited = invitation(&user);
    let bringing = || OutgoingMail { invitation: Some(invited.id.clone()), ..mail(Some(*tenant)) };
    let (first, second) = (mail_id(), mail_id());
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.queue_mail(first, &bringing(), at(1)).await.unwrap();
    tx.commit().await.unwrap();
    let newest = || async { store.read(*tenant).await.unwrap().mail_of(&invited.id).await.unwrap().unwrap() };
    assert_eq!((newest().await.state, newest().await.at), (MailState::Waiting, Some(at(1))));

    let mut tx = store.begin_instance(InstanceTask::Outbox).await.unwrap();
    tx.mail_failed(first, "451 later", Some(at(60))).await.unwrap();
    assert_eq!(tx.retry_mails(Some(mail_id()), at(5)).await.unwrap(), 0);
    assert_eq!(tx.retry_mails(None, at(5)).await.unwrap(), 1);
    assert_eq!(tx.due_mails(at(5), 10).await.unwrap().len(), 1, "it is due now");
    assert_eq!(tx.retry_mails(Some(first), at(90)).await.unwrap(), 1);
    assert_eq!(tx.due_mails(at(5), 10).await.unwrap().len(), 1, "asking never makes a mail later");
    tx.commit().await.unwrap();
    assert_eq!(newest().await.last_error.as_deref(), Some("451 later"));

    let mut tx = store.begin_instance(InstanceTask::Outbox).await.unwrap();
    let known = tx.mail_bounced(first, "550 no such user", at(7)).await.unwrap().unwrap();
    assert_eq!((known.tenant, known.invitation.clone()), (Some(*tenant), Some(invited.id.clone())));
    assert!(tx.mail_bounced(mail_id(), "x", at(7)).await.unwrap().is_none());
    assert!(tx.due_mails(at(999), 10).await.unwrap().is_empty(), "its content is wiped");
    tx.queue_mail(second, &bringing(), at(8)).await.unwrap();
    tx.mail_sent(second, at(9)).await.unwrap();
    let listed = |mails: Vec<OutboxMail>| mails.iter().map(|mail| (mail.id, mail.state)).collect::<Vec<_>>();
    assert_eq!(listed(tx.outbox(false, 10).await.unwrap()), [(first, MailState::Bounced)]);
    let all = [(second, MailState::Sent), (first, MailState::Bounced)];
    assert_eq!(listed(tx.outbox(true, 10).await.unwrap()), all);
    assert_eq!(tx.outbox(true, 1).await.unwrap().len(), 1);
    tx.commit().await.unwrap();
    assert_eq!((newest().await.id, newest().await.state), (second, MailState::Sent), "the newest counts");

    // A mail that was sent may still come back.
    let mut tx = store.begin_instance(InstanceTask::Outbox).await.unwrap();
    tx.mail_bounced(second, "550 full", at(20)).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!((newest().await.state, newest().await.at), (MailState::Bounced, Some(at(20))));
    let mut elsewhere = store.read(*other).await.unwrap();
    assert!(elsewhere.mail_of(&invited.id).await.unwrap().is_none(), "another tenant's mail is none (attack row C2)");
}

async fn blocked_mailboxes_are_asked_for_one_by_one(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let blocked = |of: TenantId, hash: &'static str| async move {
        store.read(of).await.unwrap().mails_blocked(hash).await.unwrap()
    };
    let mut tx = store.begin_instance(InstanceTask::MailBlocks).await.unwrap();
    assert!(tx.block_mails("aa", Some(*tenant), at(1)).await.unwrap());
    assert!(!tx.block_mails("aa", Some(*tenant), at(2)).await.unwrap(), "blocking again is no change");
    assert!(tx.block_mails("bb", None, at(3)).await.unwrap());
    tx.commit().await.unwrap();
    assert!(blocked(*tenant, "aa").await && !blocked(*other, "aa").await);
    assert!(blocked(*tenant, "bb").await && blocked(*other, "bb").await);
    assert!(!blocked(*tenant, "cc").await && !blocked(*tenant, "").await);

    let mut tx = store.begin_instance(InstanceTask::MailBlocks).await.unwrap();
    assert_eq!(tx.mail_blocks("aa").await.unwrap(), [MailBlock { tenant: Some(*tenant), blocked_at: at(1) }]);
    assert!(!tx.allow_mails("aa", None).await.unwrap(), "only what was blocked is taken again");
    assert!(!tx.allow_mails("aa", Some(*other)).await.unwrap());
    assert!(tx.allow_mails("aa", Some(*tenant)).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!blocked(*tenant, "aa").await && blocked(*tenant, "bb").await);
}

fn object(tenant: Option<TenantId>, kind: &str, id: &str, body: i64) -> StoredObject {
    StoredObject {
        tenant,
        kind: kind.to_owned(),
        id: id.to_owned(),
        body: serde_json::json!({ "number": body }),
        managed_by: ManagedBy::File { place: "contoso.toml:12".to_owned() },
        enabled: true,
    }
}

async fn load(ground: &Directory, objects: &[StoredObject]) -> Result<FileChanges, StoreError> {
    let mut tx = ground.store.begin_instance(InstanceTask::Snapshot).await.unwrap();
    let changes = tx.load_files(objects, at(1)).await?;
    tx.commit().await.unwrap();
    Ok(changes)
}

async fn objects(ground: &Directory) -> Vec<StoredObject> {
    ground.store.begin_instance(InstanceTask::Snapshot).await.unwrap().objects().await.unwrap()
}

async fn files_are_loaded_changed_and_disabled(ground: Directory) {
    let (tenant, other) = (Some(ground.tenant), Some(ground.other));
    let first =
        [object(tenant, "tenant", "a", 1), object(other, "tenant", "a", 1), object(None, "application", "b", 1)];
    assert_eq!(load(&ground, &first).await.unwrap(), FileChanges { added: 3, changed: 0, disabled: 0 });
    assert_eq!(load(&ground, &first).await.unwrap(), FileChanges::default());
    let mut kept = objects(&ground).await;
    kept.sort_by_key(|object| first.iter().position(|known| known == object));
    assert_eq!(kept, first);

    let mut moved = object(tenant, "tenant", "a", 1);
    moved.managed_by = ManagedBy::File { place: "contoso.toml:13".to_owned() };
    let second = [moved.clone(), object(None, "application", "b", 2)];
    assert_eq!(load(&ground, &second).await.unwrap(), FileChanges { added: 0, changed: 1, disabled: 1 });
    let now = objects(&ground).await;
    assert_eq!(now.len(), 2);
    assert!(now.contains(&moved) && now.contains(&second[1]));
    assert_eq!(load(&ground, &first).await.unwrap(), FileChanges { added: 0, changed: 2, disabled: 0 }, "back again");

    assert!(matches!(load(&ground, &[first[0].clone(), first[0].clone()]).await, Err(StoreError::Conflict)));
    let mut foreign = first[0].clone();
    foreign.managed_by = ManagedBy::Directory;
    assert!(load(&ground, &[foreign]).await.is_err());
    assert_eq!(objects(&ground).await.len(), 3, "a refused load changes nothing");
}

async fn a_domain_has_one_tenant(ground: Directory) {
    let (tenant, other) = (Some(ground.tenant), Some(ground.other));
    load(&ground, &[object(tenant, "domain", "contoso.example", 1)]).await.unwrap();
    let twice = [object(tenant, "domain", "contoso.example", 1), object(other, "domain", "contoso.example", 1)];
    let mut tx = ground.store.begin_instance(InstanceTask::Snapshot).await.unwrap();
    let with_more = [object(tenant, "group", "new", 1), twice[0].clone(), twice[1].clone()];
    assert!(matches!(tx.load_files(&with_more, at(1)).await, Err(StoreError::Conflict)));
    tx.commit().await.unwrap();
    assert_eq!(objects(&ground).await, twice[..1], "half of the files must not stay, even if the caller commits");
    assert_eq!(
        load(&ground, &twice[1..]).await.unwrap(),
        FileChanges { added: 1, changed: 0, disabled: 1 },
        "it may move"
    );
    assert_eq!(objects(&ground).await, twice[1..]);
    load(&ground, &[object(tenant, "group", "x", 1), object(other, "group", "x", 1)]).await.unwrap();
}

async fn accounts_and_keys_belong_to_the_instance(ground: Directory) {
    let account = PersonalAccount {
        id: AccountId::new(guid()),
        address: address("person@mail.example"),
        display_name: "Person".to_owned(),
        password_hash: Some("$argon2id$…".to_owned()),
        created_at: at(3),
    };
    let key = |tenant: Option<TenantId>, id: &str| StoredKey {
        tenant,
        id: id.to_owned(),
        purpose: "sealing".to_owned(),
        sealed: vec![0, 255, 7],
        created_at: at(1),
    };
    let keys = [key(None, "one"), key(Some(ground.tenant), "one")];
    let mut tx = ground.store.begin_instance(InstanceTask::PersonalAccounts).await.unwrap();
    tx.insert_account(&account).await.unwrap();
    let second = PersonalAccount { id: AccountId::new(guid()), ..account.clone() };
    assert!(matches!(tx.insert_account(&second).await, Err(StoreError::Conflict)));
    for key in &keys {
        tx.insert_key(key).await.unwrap();
    }
    assert!(matches!(tx.insert_key(&keys[0]).await, Err(StoreError::Conflict)));
    tx.commit().await.unwrap();
    let mut tx = ground.store.begin_instance(InstanceTask::PersonalAccounts).await.unwrap();
    for found in [tx.account(account.id).await.unwrap(), tx.account_by_address(&account.address).await.unwrap()] {
        let found = found.unwrap();
        assert_eq!(
            (found.id, found.address, found.display_name),
            (account.id, account.address.clone(), "Person".into())
        );
        assert_eq!((found.password_hash, found.created_at), (account.password_hash.clone(), account.created_at));
    }
    assert!(tx.account_by_address(&address("Person@mail.example")).await.unwrap().is_none());
    assert_eq!(tx.keys().await.unwrap(), keys);
    // Of two with one name the tenant's goes, and nobody else's.
    tx.delete_key(Some(ground.other), "one").await.unwrap();
    tx.delete_key(Some(ground.tenant), "one").await.unwrap();
    tx.delete_key(Some(ground.tenant), "two").await.unwrap();
    assert_eq!(tx.keys().await.unwrap(), keys[..1]);
}

async fn epochs_only_move_forward(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let user = UserId::new(guid());
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.bump_epoch(Some(user), at(5)).await.unwrap();
    tx.bump_epoch(Some(user), at(3)).await.unwrap();
    tx.bump_epoch(None, at(1)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin(*other).await.unwrap();
    tx.bump_epoch(Some(user), at(9)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin_instance(InstanceTask::Epochs).await.unwrap();
    let mut epochs = tx.epochs(at(0)).await.unwrap();
    epochs.sort_by_key(|epoch| epoch.ended_at);
    let expected = [(*tenant, None, at(1)), (*tenant, Some(user), at(5)), (*other, Some(user), at(9))];
    assert_eq!(epochs, expected.map(|(tenant, user, ended_at)| Epoch { tenant, user, ended_at }));
    assert_eq!(tx.epochs(at(5)).await.unwrap().len(), 1, "those after");
}

async fn inv6_a_tenant_reads_its_own_objects_whoever_manages_them(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let named = |tenant: TenantId, id: &str| StoredObject {
        tenant: Some(tenant),
        kind: "policy".to_owned(),
        id: id.to_owned(),
        body: serde_json::json!(id),
        managed_by: ManagedBy::File { place: "a.toml:1".to_owned() },
        enabled: true,
    };
    let mut tx = store.begin_instance(InstanceTask::Snapshot).await.unwrap();
    tx.load_files(&[named(*tenant, "one"), named(*tenant, "two"), named(*other, "theirs")], at(0)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.begin(*tenant).await.unwrap();
    let value = serde_json::json!({ "set": [1] });
    tx.put_object("policy_by_api", "three", &value, at(1)).await.unwrap();
    tx.put_object("policy_by_api", "gone", &value, at(1)).await.unwrap();
    assert!(tx.end_object("policy_by_api", "gone", at(2)).await.unwrap());
    assert!(
        matches!(tx.put_object("policy", "one", &value, at(2)).await, Err(StoreError::Conflict)),
        "a file names it"
    );
    let three = StoredObject {
        kind: "policy_by_api".to_owned(),
        body: value,
        managed_by: ManagedBy::Directory,
        ..named(*tenant, "three")
    };
    let expected = [named(*tenant, "one"), named(*tenant, "two"), three];
    assert_eq!(tx.own_objects().await.unwrap(), expected, "within the transaction");
    tx.commit().await.unwrap();
    assert_eq!(store.read(*tenant).await.unwrap().own_objects().await.unwrap(), expected);
    assert_eq!(store.read(*other).await.unwrap().own_objects().await.unwrap(), [named(*other, "theirs")]);
    // Loading files leaves alone what the directory manages, and what vanished from them is off.
    let mut tx = store.begin_instance(InstanceTask::Snapshot).await.unwrap();
    tx.load_files(&[named(*tenant, "two")], at(3)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.read(*tenant).await.unwrap().own_objects().await.unwrap(), expected[1..]);
    assert!(store.read(*other).await.unwrap().own_objects().await.unwrap().is_empty());
}
