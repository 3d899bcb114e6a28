//! What guests let other people's applications know: one for each client and redirect URI, seen in one tenant alone.

use vestibule::model::{AppId, ClientConsent};

use super::fixtures::{Directory, add, at, guest};

super::suite!(sqlite:
    a_consent_is_replaced_withdrawn_and_seen_by_its_tenant_alone,
    an_erased_guest_leaves_none,
);

fn consent(user: vestibule::model::UserId, app: u128, uri: &str, scopes: &[&str], second: i64) -> ClientConsent {
    ClientConsent {
        user,
        app: AppId::new(uuid::Uuid::from_u128(app)),
        redirect_uri: uri.to_owned(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        recorded_at: at(second),
    }
}

async fn a_consent_is_replaced_withdrawn_and_seen_by_its_tenant_alone(ground: Directory) {
    let Directory { store, tenant, other, .. } = &ground;
    let user = guest("guest@fabrikam.example");
    add(store.as_ref(), *tenant, &[&user]).await;
    let (first, second) =
        (consent(user.id, 1, "https://a/", &["openid"], 1), consent(user.id, 1, "https://b/", &[], 2));
    let third = consent(user.id, 2, "https://a/", &["openid", "email"], 3);
    let mut tx = store.begin(*tenant).await.unwrap();
    for row in [&first, &second, &third] {
        tx.keep_client_consent(row).await.unwrap();
    }
    let wider = consent(user.id, 1, "https://a/", &["openid", "profile"], 4);
    tx.keep_client_consent(&wider).await.unwrap();
    tx.commit().await.unwrap();
    let read = async || store.read(*tenant).await.unwrap().client_consents(user.id).await.unwrap();
    assert_eq!(read().await, [wider, second, third.clone()]);
    // C2: another tenant sees nothing of it, and ends nothing.
    let mut elsewhere = store.begin(*other).await.unwrap();
    assert!(elsewhere.client_consents(user.id).await.unwrap().is_empty());
    assert_eq!(elsewhere.withdraw_client_consents(user.id, None).await.unwrap(), 0);
    elsewhere.commit().await.unwrap();
    let mut tx = store.begin(*tenant).await.unwrap();
    assert_eq!(tx.withdraw_client_consents(user.id, Some(AppId::new(uuid::Uuid::from_u128(1)))).await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert_eq!(read().await, [third]);
}

async fn an_erased_guest_leaves_none(ground: Directory) {
    let Directory { store, tenant, .. } = &ground;
    let user = guest("guest@fabrikam.example");
    add(store.as_ref(), *tenant, &[&user]).await;
    let mut tx = store.begin(*tenant).await.unwrap();
    tx.keep_client_consent(&consent(user.id, 1, "https://a/", &["openid"], 1)).await.unwrap();
    tx.make_husk(&user, at(2)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(store.read(*tenant).await.unwrap().client_consents(user.id).await.unwrap().is_empty());
}
