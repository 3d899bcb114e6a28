//! Guests page by page: what an administrator's search finds, and that no page, cursor or search reaches another tenant.

use vestibule::model::{AppId, ExternalUserState, Identity, Method, TenantId, UserId};
use vestibule::storage::{GuestQuery, GuestSource, GuestState, InstanceTask};

use super::fixtures::{Directory, add, address, guest, guid, identity, member};

super::suite!(sqlite:
    pages_follow_each_other_in_order,
    a_search_is_taken_word_for_word_in_any_case,
    states_are_told_apart,
    sources_are_told_apart,
    c2_pages_and_cursors_belong_to_one_tenant,
    people_of_an_app,
    waiting_guests_are_found_by_the_proved_address_alone,
);

fn every(limit: u32) -> GuestQuery {
    GuestQuery { search: None, state: None, source: None, after: None, limit }
}

async fn pages_follow_each_other_in_order(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let mut guests = Vec::new();
    for number in 0..25 {
        let mut one = guest(&format!("guest{number}@fabrikam.example"));
        // Names repeat, so that the id decides.
        one.display_name = format!("Guest {}", number % 5);
        guests.push(one);
    }
    add(store.as_ref(), *tenant, &guests.iter().collect::<Vec<_>>()).await;
    add(store.as_ref(), *tenant, &[&member("ada@contoso.example")]).await;
    let mut read = store.read(*tenant).await.unwrap();
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = read.guest_page(&GuestQuery { after, ..every(7) }).await.unwrap();
        seen.extend(page.iter().map(|user| (user.display_name.clone(), user.id)));
        match page.last().filter(|_| page.len() == 7) {
            Some(last) => after = Some(last.id),
            None => break,
        }
    }
    let mut expected: Vec<(String, UserId)> = guests.iter().map(|user| (user.display_name.clone(), user.id)).collect();
    expected.sort_by_key(|(name, id)| (name.clone(), id.to_string()));
    assert_eq!(seen, expected, "every guest once, and no member");
}

async fn a_search_is_taken_word_for_word_in_any_case(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let mut percent = guest("a_b@fabrikam.example");
    percent.display_name = "100% Sure".to_owned();
    let mut plain = guest("axb@other.example");
    plain.display_name = "Plain \\ Person".to_owned();
    plain.mail = None;
    add(store.as_ref(), *tenant, &[&percent, &plain]).await;
    let mut read = store.read(*tenant).await.unwrap();
    for (text, found) in [
        ("100%", vec![percent.id]),
        ("%", vec![percent.id]),
        ("a_b", vec![percent.id]),
        ("\\", vec![plain.id]),
        ("PLAIN", vec![plain.id]),
        ("OTHER.example", vec![plain.id]),
        ("' OR 1=1 --", vec![]),
        ("person", vec![plain.id]),
        ("example", vec![percent.id, plain.id]),
    ] {
        let query = GuestQuery { search: Some(text.to_owned()), ..every(10) };
        let page = read.guest_page(&query).await.unwrap();
        assert_eq!(page.iter().map(|user| user.id).collect::<Vec<_>>(), found, "{text}");
    }
}

async fn states_are_told_apart(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let (pending, mut accepted, mut blocked) =
        (guest("p@fabrikam.example"), guest("a@fabrikam.example"), guest("b@fabrikam.example"));
    accepted.external_user_state = Some(ExternalUserState::Accepted);
    accepted.identity = Some(identity("https://home.example", "1"));
    blocked.account_enabled = false;
    add(store.as_ref(), *tenant, &[&pending, &accepted, &blocked]).await;
    let mut read = store.read(*tenant).await.unwrap();
    for (state, found) in
        [(GuestState::Pending, pending.id), (GuestState::Accepted, accepted.id), (GuestState::Blocked, blocked.id)]
    {
        let page = read.guest_page(&GuestQuery { state: Some(state), ..every(10) }).await.unwrap();
        assert_eq!(page.iter().map(|user| user.id).collect::<Vec<_>>(), [found], "{state:?}");
    }
    assert_eq!(read.guest_page(&every(10)).await.unwrap().len(), 3);
    // The bin: found by its own name alone, and no longer once everything is gone.
    blocked.deleted_at = Some(super::fixtures::at(5));
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.update_user(&blocked).await.unwrap();
    tx.commit().await.unwrap();
    let bin = GuestQuery { state: Some(GuestState::Deleted), ..every(10) };
    let mut read = store.read(*tenant).await.unwrap();
    assert_eq!(read.guest_page(&bin).await.unwrap(), std::slice::from_ref(&blocked));
    assert_eq!(read.guest_page(&every(10)).await.unwrap().len(), 2);
    let closed = GuestQuery { state: Some(GuestState::Blocked), ..every(10) };
    assert!(read.guest_page(&closed).await.unwrap().is_empty());
    drop(read);
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.make_husk(&blocked, super::fixtures::at(6)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(store.read(*tenant).await.unwrap().guest_page(&bin).await.unwrap().is_empty());
}

async fn sources_are_told_apart(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let connection = |name: &str| Method::Connection { name: name.parse().unwrap() };
    let methods = [
        connection("fabrikam"),
        connection("fabrikam2"),
        Method::Tenant { tenant: TenantId::new(guid()) },
        Method::PersonalAccount,
        Method::OneTimePasscode,
    ];
    let mut guests = Vec::new();
    for (number, method) in methods.into_iter().enumerate() {
        let mut one = guest(&format!("g{number}@fabrikam.example"));
        one.external_user_state = Some(ExternalUserState::Accepted);
        one.identity = Some(Identity { issuer: "https://home.example".into(), subject: number.to_string(), method });
        guests.push(one);
    }
    // Invited, and signed in without having agreed: neither has a source yet.
    let invited = guest("invited@fabrikam.example");
    let mut halfway = guest("halfway@fabrikam.example");
    halfway.identity = Some(identity("https://home.example", "halfway"));
    guests.extend([invited, halfway]);
    add(store.as_ref(), *tenant, &guests.iter().collect::<Vec<_>>()).await;
    let mut read = store.read(*tenant).await.unwrap();
    for (source, found) in [
        (GuestSource::Connection("fabrikam".parse().unwrap()), vec![0]),
        (GuestSource::Connection("fabrikam2".parse().unwrap()), vec![1]),
        (GuestSource::Connection("fab".parse().unwrap()), vec![]),
        (GuestSource::Tenant, vec![2]),
        (GuestSource::PersonalAccount, vec![3]),
        (GuestSource::OneTimePasscode, vec![4]),
        (GuestSource::Invited, vec![5, 6]),
    ] {
        let query = GuestQuery { source: Some(source.clone()), ..every(10) };
        let mut page: Vec<UserId> = read.guest_page(&query).await.unwrap().iter().map(|user| user.id).collect();
        let mut expected: Vec<UserId> = found.iter().map(|at: &usize| guests[*at].id).collect();
        page.sort_unstable();
        expected.sort_unstable();
        assert_eq!(page, expected, "{source:?}");
    }
}

async fn c2_pages_and_cursors_belong_to_one_tenant(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let (here, there) = (guest("here@fabrikam.example"), guest("there@fabrikam.example"));
    add(store.as_ref(), *tenant, &[&here]).await;
    add(store.as_ref(), *other, &[&there]).await;
    let mut read = store.read(*tenant).await.unwrap();
    assert_eq!(read.guest_page(&every(10)).await.unwrap().len(), 1);
    let strange = GuestQuery { after: Some(there.id), ..every(10) };
    assert!(read.guest_page(&strange).await.unwrap().is_empty(), "a cursor of another tenant finds nothing");
    let search = GuestQuery { search: Some("there@".to_owned()), ..every(10) };
    assert!(read.guest_page(&search).await.unwrap().is_empty());
}

async fn people_of_an_app(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let (user, without) = (guest("user@fabrikam.example"), guest("without@fabrikam.example"));
    let staff = member("ada@contoso.example");
    let stranger = guest("user@fabrikam.example");
    add(store.as_ref(), *tenant, &[&user, &without, &staff]).await;
    add(store.as_ref(), *other, &[&stranger]).await;
    let app = AppId::new(guid());
    for (tenant, id) in [(tenant, user.id), (tenant, staff.id), (other, stranger.id)] {
        let mut tx = store.begin(*tenant).await.unwrap();
        tx.assign_app(id, app).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut read = store.read(*tenant).await.unwrap();
    let mut found: Vec<UserId> = read.users_of_app(app, 10).await.unwrap().iter().map(|user| user.id).collect();
    let mut expected = vec![user.id, staff.id];
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(read.users_of_app(app, 1).await.unwrap().len(), 1);
    assert!(read.users_of_app(AppId::new(guid()), 10).await.unwrap().is_empty());
}

async fn waiting_guests_are_found_by_the_proved_address_alone(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let waits = guest("wanted@fabrikam.example");
    let mut bound = guest("wanted@fabrikam.example");
    bound.identity = Some(identity("https://home.example", "1"));
    add(store.as_ref(), *tenant, &[&waits]).await;
    add(store.as_ref(), *other, &[&bound]).await;
    let wanted = address("wanted@fabrikam.example");
    let mut instance = store.begin_instance(InstanceTask::MyOrganizations).await.unwrap();
    assert_eq!(instance.tenants_inviting(&wanted).await.unwrap(), [*tenant]);
    assert!(instance.tenants_inviting(&address("other@fabrikam.example")).await.unwrap().is_empty());
    drop(instance);
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.update_user(&vestibule::model::User { account_enabled: false, ..waits }).await.unwrap();
    tx.commit().await.unwrap();
    let mut instance = store.begin_instance(InstanceTask::MyOrganizations).await.unwrap();
    assert!(instance.tenants_inviting(&wanted).await.unwrap().is_empty(), "who is blocked is not waited for");
}
