//! What stands around guests in the directory: histories that only grow, groups, roles, owners, contacts.

use vestibule::model::{
    AppId, AppRole, Contact, ContactId, GroupId, InvitationEvent, InvitationState, RouteOverride, Timestamp,
};
use vestibule::storage::StoreError;

use super::fixtures::{Directory, add, address, at, guest, guid, invitation, member};

super::suite!(sqlite:
    every_change_of_an_invitation_is_remembered,
    a_revoked_invitation_is_never_opened_again,
    ended_links_are_found_and_open_ones_by_address,
    roles_need_their_app_and_go_with_it,
    groups_owners_and_contacts_come_and_go,
    an_address_has_a_holder,
);

async fn every_change_of_an_invitation_is_remembered(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let user = guest("guest@fabrikam.example");
    add(store.as_ref(), *tenant, &[&user]).await;
    let mut row = invitation(&user);
    row.state = InvitationState::Pending;
    row.route = Some(RouteOverride::Passcode);
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.insert_invitation(&row).await.unwrap();
    for (event, second) in [(InvitationEvent::Decline, 10), (InvitationEvent::Renew, 20), (InvitationEvent::Renew, 30)]
    {
        row.happen(event, Some(user.id), at(second)).unwrap();
        tx.update_invitation(&row).await.unwrap();
    }
    // What changes neither state nor time is no step: the message, say.
    row.message = Some("other words".to_owned());
    tx.update_invitation(&row).await.unwrap();
    row.happen(InvitationEvent::Accept, None, at(40)).unwrap();
    tx.update_invitation(&row).await.unwrap();
    tx.commit().await.unwrap();

    let mut read = store.read(*tenant).await.unwrap();
    let steps = read.invitation_history(user.id).await.unwrap();
    let words: Vec<&str> = steps.iter().map(|step| step.word()).collect();
    assert_eq!(words, ["invited", "declined", "renewed", "renewed", "accepted"]);
    assert_eq!((steps[1].at, steps[1].by, steps[4].by), (at(10), Some(user.id), None));
    let standing = read.standings().await.unwrap().remove(0);
    assert_eq!((standing.user, standing.state), (user.id, InvitationState::Accepted));
    assert_eq!(standing.route, Some(RouteOverride::Passcode));
    assert_eq!(read.invitation(&row.id).await.unwrap(), Some(row));
    // C2: another tenant sees nothing of it.
    let mut elsewhere = store.read(*other).await.unwrap();
    assert!(elsewhere.invitation_history(user.id).await.unwrap().is_empty());
    assert!(elsewhere.standings().await.unwrap().is_empty());
}

async fn a_revoked_invitation_is_never_opened_again(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let user = guest("guest@fabrikam.example");
    add(store.as_ref(), *tenant, &[&user]).await;
    let mut row = invitation(&user);
    row.state = InvitationState::Pending;
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.insert_invitation(&row).await.unwrap();
    row.happen(InvitationEvent::Revoke, None, at(10)).unwrap();
    tx.update_invitation(&row).await.unwrap();
    tx.commit().await.unwrap();
    // A verb that forgot to ask is stopped by the directory itself.
    for state in [InvitationState::Pending, InvitationState::Accepted, InvitationState::Declined] {
        let mut tx = store.begin(*tenant).await.unwrap();
        row.state = state;
        assert!(tx.update_invitation(&row).await.is_err(), "{state:?}");
    }
    // A new one may stand beside it, and counts.
    let fresh = invitation(&user);
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.insert_invitation(&fresh).await.unwrap();
    assert_eq!(tx.invitation_of(user.id).await.unwrap().unwrap().id, fresh.id);
    assert_eq!(tx.invitation_history(user.id).await.unwrap().len(), 3);
}

async fn ended_links_are_found_and_open_ones_by_address(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let mut expected = Vec::new();
    for (number, (state, ends)) in [
        (InvitationState::Pending, Some(at(100))),
        (InvitationState::Declined, Some(at(50))),
        (InvitationState::Bounced, Some(at(150))),
        (InvitationState::Expired, Some(at(10))),
        (InvitationState::Accepted, Some(at(10))),
        (InvitationState::Revoked, Some(at(10))),
        (InvitationState::Pending, None),
        (InvitationState::Pending, Some(at(101))),
    ]
    .into_iter()
    .enumerate()
    {
        let user = guest(&format!("guest{number}@fabrikam.example"));
        add(store.as_ref(), *tenant, &[&user]).await;
        let mut row = invitation(&user);
        (row.state, row.expires_at) = (state, ends);
        let mut tx = store.begin(*tenant).await.unwrap();
        tx.insert_invitation(&row).await.unwrap();
        let open = tx.open_invitation(&row.address).await.unwrap();
        assert_eq!(open.is_some(), state.is_open(), "{state:?}");
        tx.commit().await.unwrap();
        expected.push(row.id);
    }
    let mut read = store.read(*tenant).await.unwrap();
    let ended = async |read: &mut dyn vestibule::storage::Read, now: Timestamp, limit| {
        read.ended_invitations(now, limit).await.unwrap().into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(ended(read.as_mut(), at(100), 10).await, [expected[1].clone(), expected[0].clone()]);
    assert_eq!(ended(read.as_mut(), at(100), 1).await.len(), 1);
    assert!(ended(read.as_mut(), at(49), 10).await.is_empty());
    let mut elsewhere = store.read(*other).await.unwrap();
    assert!(ended(elsewhere.as_mut(), at(1_000), 10).await.is_empty());
    assert!(elsewhere.open_invitation(&address("guest0@fabrikam.example")).await.unwrap().is_none());
}

async fn roles_need_their_app_and_go_with_it(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let user = guest("guest@fabrikam.example");
    add(store.as_ref(), *tenant, &[&user]).await;
    let role = AppRole { app: AppId::new(guid()), role: "Editor".to_owned() };
    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(tx.give_role(user.id, &role).await.is_err(), "an app that is not assigned");
    drop(tx);
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.assign_app(user.id, role.app).await.unwrap();
    tx.give_role(user.id, &role).await.unwrap();
    tx.give_role(user.id, &role).await.unwrap();
    assert_eq!(tx.app_roles(user.id).await.unwrap(), std::slice::from_ref(&role));
    tx.commit().await.unwrap();
    assert!(store.read(*other).await.unwrap().app_roles(user.id).await.unwrap().is_empty());
    let mut tx = store.begin(*other).await.unwrap();
    assert!(!tx.take_role(user.id, &role).await.unwrap() && !tx.unassign_app(user.id, role.app).await.unwrap());
    drop(tx);
    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(tx.unassign_app(user.id, role.app).await.unwrap() && !tx.unassign_app(user.id, role.app).await.unwrap());
    assert!(tx.app_roles(user.id).await.unwrap().is_empty());
}

async fn groups_owners_and_contacts_come_and_go(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let user = guest("guest@fabrikam.example");
    add(store.as_ref(), *tenant, &[&user]).await;
    let (group, app) = (GroupId::new(guid()), AppId::new(guid()));
    let mut contact =
        Contact { id: ContactId::new(guid()), display_name: "Casey".to_owned(), address: address("c@mail.example") };
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.join_group(user.id, group).await.unwrap();
    tx.join_group(user.id, group).await.unwrap();
    assert!(tx.own_app(user.id, app, true).await.unwrap() && !tx.own_app(user.id, app, true).await.unwrap());
    tx.put_contact(&contact, at(1)).await.unwrap();
    contact.display_name = "Casey Contact".to_owned();
    let renamed = Contact { id: ContactId::new(guid()), ..contact.clone() };
    tx.put_contact(&renamed, at(2)).await.unwrap();
    tx.commit().await.unwrap();

    for (asked, found) in [(*tenant, true), (*other, false)] {
        let mut read = store.read(asked).await.unwrap();
        assert_eq!(read.group_memberships(user.id).await.unwrap(), [group][..usize::from(found)]);
        assert_eq!(read.owned_apps(user.id).await.unwrap(), [app][..usize::from(found)]);
        assert_eq!(read.contacts(10).await.unwrap(), [contact.clone()][..usize::from(found)]);
        assert_eq!(read.contact(&contact.address).await.unwrap().is_some(), found);
    }
    let mut tx = store.begin(*other).await.unwrap();
    assert!(!tx.leave_group(user.id, group).await.unwrap() && !tx.remove_contact(contact.id).await.unwrap());
    assert!(tx.join_group(user.id, group).await.is_err(), "another tenant's guest");
    drop(tx);
    let mut tx = store.begin(*tenant).await.unwrap();
    let clash = Contact { address: address("d@mail.example"), ..contact.clone() };
    assert!(matches!(tx.put_contact(&clash, at(3)).await, Err(StoreError::Conflict)));
    drop(tx);
    let mut tx = store.begin(*tenant).await.unwrap();
    assert!(tx.leave_group(user.id, group).await.unwrap() && !tx.leave_group(user.id, group).await.unwrap());
    assert!(tx.own_app(user.id, app, false).await.unwrap() && !tx.own_app(user.id, app, false).await.unwrap());
    assert!(tx.remove_contact(contact.id).await.unwrap() && !tx.remove_contact(contact.id).await.unwrap());
}

async fn an_address_has_a_holder(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let mut by_alias = guest("guest@fabrikam.example");
    by_alias.other_mails = vec![address("worker@fabrikam.example")];
    let mut gone = guest("gone@fabrikam.example");
    gone.deleted_at = Some(at(1));
    let staff = member("ada@contoso.example");
    add(store.as_ref(), *tenant, &[&by_alias, &gone, &staff]).await;
    let mut read = store.read(*tenant).await.unwrap();
    let mut holder = async |text: &str, except| read.holder(&address(text), except).await.unwrap().map(|user| user.id);
    assert_eq!(holder("guest@fabrikam.example", None).await, Some(by_alias.id));
    assert_eq!(holder("worker@fabrikam.example", None).await, Some(by_alias.id));
    assert_eq!(holder("worker@fabrikam.example", Some(by_alias.id)).await, None);
    assert_eq!(holder("ada@contoso.example", None).await, Some(staff.id));
    // Neither a part of an address, nor somebody in the bin.
    for nobody in ["orker@fabrikam.example", "worker@fabrikam.exampl", "gone@fabrikam.example"] {
        assert_eq!(holder(nobody, None).await, None, "{nobody}");
    }
    assert!(store.read(*other).await.unwrap().holder(&address("ada@contoso.example"), None).await.unwrap().is_none());
}
