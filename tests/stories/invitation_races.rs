//! Two hundred at once: of redemptions one binds, of invitations one is open, on the real directory.

use futures_util::future::join_all;
use vestibule::consent::record::{Answer, ConsentError, review};
use vestibule::guests;
use vestibule::guests::invite::{Invite, Inviter, invite};
use vestibule::guests::revoke::revoke;
use vestibule::model::{
    AcceptanceState, EmailAddress, Identity, Method, SessionId, SessionRecord, Tenant, Timestamp, User, UserType,
};
use vestibule::storage::verify_chain;

use crate::actors::{CONTOSO, World, world};

const OPERATOR: Inviter = Inviter::Operator { name: None };

fn contoso(world: &World) -> std::sync::Arc<Tenant> {
    world.demo.app().snapshot.load().tenant(CONTOSO.parse().unwrap()).unwrap().clone()
}

async fn guest(world: &World, address: &str) -> User {
    let address: EmailAddress = address.parse().unwrap();
    let mut view = world.demo.app().store.read(CONTOSO.parse().unwrap()).await.unwrap();
    view.guest_invited_as(&address).await.unwrap().unwrap()
}

/// A session of somebody who proved the invited mailbox beside this identity.
fn session(user: &User, subject: &str, now: Timestamp) -> SessionRecord {
    SessionRecord {
        id: SessionId(uuid::Uuid::nil()),
        tenant: CONTOSO.parse().unwrap(),
        user: user.id,
        user_type: UserType::Guest,
        identity: Identity {
            issuer: "https://home.example".to_owned(),
            subject: subject.to_owned(),
            method: Method::Connection { name: "fabrikam".parse().unwrap() },
        },
        verified_address: user.invited_address.clone(),
        display_name: user.display_name.clone(),
        mail: user.mail.clone(),
        groups: Vec::new(),
        app_roles: Vec::new(),
        assigned_apps: Vec::new(),
        reviewed: false,
        acceptances: Vec::new(),
        accepted: false,
        signed_in_at: now,
        absolute_end: now.plus(std::time::Duration::from_secs(3600)),
        idle_seconds: 3600,
        browser: None,
        agent: None,
        last_used_at: now,
        second_factor: None,
        two_steps_wanted: false,
        authenticated_at: None,
        by_passkey: false,
        claimed_address: None,
        home: None,
    }
}

const YES: Answer<'_> = Answer { state: AcceptanceState::Accepted, language: "en", network: "192.0.2.0/24" };

#[tokio::test(flavor = "multi_thread")]
async fn b4_of_200_parallel_accepts_one_identity_is_bound() {
    let world = world().await;
    let (app, tenant) = (world.demo.app(), contoso(&world));
    let user = guest(&world, "guest@fabrikam.example").await;
    // Half of them the guest in two browsers, half somebody else.
    let sessions: Vec<SessionRecord> = (0..200)
        .map(|number| session(&user, if number % 2 == 0 { "guest" } else { "stranger" }, app.clock.now()))
        .collect();
    let answers = join_all(sessions.iter().map(|session| review(app, &tenant, session, "shown", YES))).await;
    let bound = guest(&world, "guest@fabrikam.example").await.identity.unwrap();
    let (mut same, mut other) = (0, 0);
    for (session, answer) in sessions.iter().zip(answers) {
        match answer {
            Ok(_) => {
                assert_eq!(session.identity.subject, bound.subject, "two identities believe that they are the guest");
                same += 1;
            }
            Err(ConsentError::Gone) => other += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((same, other), (100, 100), "for the same identity it is done once and said again");
    let mut view = app.store.read(tenant.id).await.unwrap();
    verify_chain(&view.audit_lines(0, u32::MAX).await.unwrap()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_200_parallel_invitations_of_one_address_one_stands_open() {
    let world = world().await;
    let (app, tenant) = (world.demo.app(), contoso(&world));
    let snapshot = app.snapshot.load_full();
    let address: EmailAddress = "many@mail.example".parse().unwrap();
    let context = guests::context(app, &snapshot, &tenant);
    let wish = || Invite { send_mail: false, ..Invite::of(address.clone(), OPERATOR) };
    let made = join_all((0..200).map(|_| invite(context, wish()))).await;
    let mut links: Vec<String> = made.into_iter().map(|done| done.unwrap().invitation.id.to_string()).collect();
    links.dedup();
    assert_eq!(links.len(), 1, "everybody got the same link");
    let mut view = app.store.read(tenant.id).await.unwrap();
    let user = view.guest_invited_as(&address).await.unwrap().unwrap();
    let steps = view.invitation_history(user.id).await.unwrap();
    assert_eq!(steps.iter().filter(|step| step.previous.is_none()).count(), 1, "one was made, the others renewed it");
}

/// Accepting and revoking at the same time: one of them wins, and the loser is told.
#[tokio::test(flavor = "multi_thread")]
async fn b4_a_revocation_and_a_redemption_never_both_win() {
    let world = world().await;
    let (app, tenant) = (world.demo.app(), contoso(&world));
    let snapshot = app.snapshot.load_full();
    let context = guests::context(app, &snapshot, &tenant);
    let (mut bound_first, mut revoked_first) = (0, 0);
    for round in 0..40 {
        let address: EmailAddress = format!("race{round}@mail.example").parse().unwrap();
        let wish = Invite { send_mail: false, ..Invite::of(address.clone(), OPERATOR) };
        let user = invite(context, wish).await.unwrap().user;
        let session = session(&user, &format!("subject{round}"), app.clock.now());
        let accept = async {
            if round % 2 == 0 {
                tokio::task::yield_now().await;
            }
            review(app, &tenant, &session, "shown", YES).await
        };
        let (accepted, revoked) = tokio::join!(accept, revoke(context, &OPERATOR, user.id));
        let after = guest(&world, address.as_str()).await;
        // The terms are still open, so that even a bound guest is pending and the revocation stands.
        assert!(revoked.is_ok() && !after.account_enabled);
        match accepted {
            Ok(_) => bound_first += 1,
            Err(ConsentError::Gone) => {
                revoked_first += 1;
                assert!(after.identity.is_none(), "refused, and bound all the same");
            }
            Err(error) => panic!("{error}"),
        }
        // Whoever was first, the guest gets no further.
        let late = review(app, &tenant, &session, "shown", YES).await;
        assert!(matches!(late, Err(ConsentError::Gone)));
    }
    println!("revocation beside redemption: {bound_first} bound first, {revoked_first} revoked first");
}
