//! What the outbox does when relays fail, mails grow old, and the process dies.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;

use super::outbox::{Outbox, Sent, nobody};
use super::{MailError, Mailer};
use crate::clock::Clock;
use crate::model::{Invitation, InvitationId, InvitationState, MailId, OutgoingMail, UserId};
use crate::storage::{InstanceTask, MailState, Store};
use crate::test_doubles::{CONTOSO, MemoryStore, TestClock, address};

/// A relay that keeps what it gets and answers as told.
#[derive(Default)]
struct TestRelay {
    got: Mutex<Vec<MailId>>,
    error: Mutex<Option<MailError>>,
}

#[async_trait]
impl Mailer for TestRelay {
    async fn send(&self, _: &OutgoingMail, id: MailId) -> Result<(), MailError> {
        if let Some(error) = self.error.lock().unwrap().clone() {
            return Err(error);
        }
        self.got.lock().unwrap().push(id);
        Ok(())
    }
}

struct Post {
    store: MemoryStore,
    clock: Arc<TestClock>,
    relay: Arc<TestRelay>,
    outbox: Arc<Outbox>,
}

impl Post {
    fn new() -> Self {
        let (store, clock, relay) =
            (MemoryStore::default(), TestClock::at(1_700_000_000), Arc::new(TestRelay::default()));
        let outbox = Arc::new(Outbox::new(Arc::new(store.clone()), relay.clone(), clock.clone()));
        Self { store, clock, relay, outbox }
    }

    async fn queue(&self, number: u128, change: impl FnOnce(&mut OutgoingMail)) {
        let mut mail = OutgoingMail {
            tenant: Some(CONTOSO),
            to: address("guest@fabrikam.example"),
            cc: None,
            from_name: "Vestibule".to_owned(),
            reply_to: None,
            subject: "Hello".to_owned(),
            text: "text".to_owned(),
            html: "<p>html</p>".to_owned(),
            language: "en".to_owned(),
            short_lived: false,
            invitation: None,
            unsubscribe: None,
            logo: None,
        };
        change(&mut mail);
        let mut tx = self.store.begin_instance(InstanceTask::Outbox).await.unwrap();
        tx.queue_mail(MailId(uuid::Uuid::from_u128(number)), &mail, self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A guest's invitation in Contoso, in some state.
    fn invite(&self, state: InvitationState) -> InvitationId {
        let id = InvitationId::parse("aaaaaaaaaaaaaaaaaaaaaaaaaa").unwrap();
        let now = self.clock.now();
        let invitation = Invitation {
            id: id.clone(),
            user: UserId::new(uuid::Uuid::from_u128(7)),
            address: address("guest@fabrikam.example"),
            redirect_url: None,
            language: None,
            message: None,
            inviter: "Mia Member".to_owned(),
            state,
            created_at: now,
            expires_at: None,
            redeemed_at: None,
            cc: None,
            invited_by: None,
            route: None,
            changed_at: now,
            changed_by: None,
            link_life: None,
        };
        self.store.edit(|content| content.invitations.push((CONTOSO, invitation)));
        id
    }

    fn answer(&self, error: Option<MailError>) {
        *self.relay.error.lock().unwrap() = error;
    }

    fn got(&self) -> Vec<u128> {
        self.relay.got.lock().unwrap().iter().map(|id| id.0.as_u128()).collect()
    }

    async fn step(&self) -> Sent {
        self.outbox.send_due().await.unwrap()
    }
}

#[tokio::test]
async fn mails_leave_once_and_passcodes_first() {
    let post = Post::new();
    post.queue(1, |_| ()).await;
    post.queue(2, |mail| mail.short_lived = true).await;
    assert_eq!(post.step().await, Sent { sent: 2, ..Sent::default() });
    assert_eq!(post.got(), [2, 1]);
    assert_eq!(post.step().await, Sent::default());
    assert!(post.store.content().mails.iter().all(|row| row.sent_at.is_some()));
}

#[tokio::test]
async fn b10_mail_to_nobody_is_taken_and_dropped() {
    let post = Post::new();
    post.queue(1, |mail| mail.to = nobody().unwrap()).await;
    assert_eq!(post.step().await, Sent { dropped: 1, ..Sent::default() });
    assert!(post.got().is_empty());
    assert_eq!(post.step().await, Sent::default());
}

#[tokio::test]
async fn a_mail_waits_longer_each_time_and_is_given_up_after_a_day() {
    let post = Post::new();
    post.queue(1, |_| ()).await;
    post.answer(Some(MailError::temporary("the relay answered 451")));
    let mut pauses = Vec::new();
    let start = post.clock.now();
    loop {
        let step = post.step().await;
        if step.given_up == 1 {
            break;
        }
        assert_eq!(step.postponed, 1);
        let row = post.store.content().mails[0].clone();
        let pause = row.due_at.unwrap().since(post.clock.now());
        pauses.push(pause.as_secs());
        post.clock.advance(pause - Duration::from_secs(1));
        assert_eq!(post.step().await, Sent::default(), "not before its time");
        post.clock.advance(Duration::from_secs(1));
    }
    assert_eq!(pauses[..4], [10, 20, 40, 80]);
    assert_eq!(*pauses.last().unwrap(), 3600);
    let waited = post.clock.now().since(start);
    assert!(waited > Duration::from_secs(22 * 3600) && waited <= Duration::from_secs(24 * 3600), "{waited:?}");
    let content = post.store.content();
    assert_eq!(content.mails[0].due_at, None);
    assert_eq!(content.audit[0].1.activity, "Send mail");
    assert!(!format!("{:?}", content.audit).contains("guest@"));
}

#[tokio::test]
async fn an_invitation_survives_a_relay_that_is_down_for_hours() {
    let post = Post::new();
    post.queue(1, |_| ()).await;
    post.answer(Some(MailError::unreachable("no connection to the relay")));
    for _ in 0..8 {
        post.step().await;
        post.clock.advance(Duration::from_secs(3600));
    }
    post.answer(None);
    assert_eq!(post.step().await.sent, 1);
}

#[tokio::test]
async fn a_relay_that_is_down_is_asked_once_a_step() {
    let post = Post::new();
    for number in 1..=5 {
        post.queue(number, |_| ()).await;
    }
    post.answer(Some(MailError::unreachable("no connection to the relay")));
    assert_eq!(post.step().await, Sent { postponed: 1, unreachable: true, ..Sent::default() });
    post.answer(None);
    assert_eq!(post.step().await.sent, 4);
}

#[tokio::test]
async fn a_refused_mail_is_given_up_at_once_and_the_others_leave() {
    let post = Post::new();
    post.queue(1, |_| ()).await;
    post.answer(Some(MailError::permanent("an address cannot be written in a mail")));
    assert_eq!(post.step().await, Sent { given_up: 1, ..Sent::default() });
    post.answer(None);
    post.queue(2, |_| ()).await;
    assert_eq!(post.step().await.sent, 1);
    assert_eq!(post.got(), [2]);
    assert_eq!(post.store.content().mails[0].error.as_deref(), Some("an address cannot be written in a mail"));
}

#[tokio::test]
async fn a_mail_that_its_recipients_server_refuses_marks_its_invitation() {
    let post = Post::new();
    let invitation = post.invite(InvitationState::Pending);
    post.queue(1, |mail| mail.invitation = Some(invitation.clone())).await;
    post.answer(Some(MailError::refused("the relay answered 550")));
    assert_eq!(post.step().await, Sent { bounced: 1, ..Sent::default() });
    assert_eq!(post.step().await, Sent::default(), "it is not tried again");
    let content = post.store.content();
    assert_eq!(content.invitations[0].1.state, InvitationState::Bounced);
    assert!(content.invitations[0].1.link_works(post.clock.now()), "the link may be passed on");
    let activities: Vec<&str> = content.audit.iter().map(|(_, event)| event.activity.as_str()).collect();
    assert_eq!(activities, ["Email not delivered", "Send mail"]);
    let listed = post.outbox.list(false, 10).await.unwrap();
    assert_eq!(
        (listed[0].state, listed[0].last_error.as_deref()),
        (MailState::Bounced, Some("the relay answered 550"))
    );
}

#[tokio::test]
async fn a_mail_that_comes_back_later_marks_a_pending_invitation_and_no_other() {
    for (before, after) in [
        (InvitationState::Pending, InvitationState::Bounced),
        (InvitationState::Accepted, InvitationState::Accepted),
        (InvitationState::Revoked, InvitationState::Revoked),
        (InvitationState::Declined, InvitationState::Declined),
    ] {
        let post = Post::new();
        let invitation = post.invite(before);
        post.queue(1, |mail| mail.invitation = Some(invitation.clone())).await;
        post.step().await;
        let id = MailId(uuid::Uuid::from_u128(1));
        assert!(post.outbox.came_back(id, "550 no such user").await.unwrap().is_some());
        assert_eq!(post.store.content().invitations[0].1.state, after, "{before:?}");
    }
    let nobody = Post::new().outbox.came_back(MailId(uuid::Uuid::from_u128(9)), "x").await.unwrap();
    assert!(nobody.is_none());
}

#[tokio::test]
async fn a_crash_between_the_invitation_and_the_mail_marks_both_in_the_end() {
    let post = Post::new();
    let invitation = post.invite(InvitationState::Pending);
    post.queue(1, |mail| mail.invitation = Some(invitation.clone())).await;
    post.answer(Some(MailError::refused("the relay answered 550")));
    // The invitation is marked, and then the process dies.
    super::bounce::mark(&post.store, post.clock.as_ref(), CONTOSO, &invitation).await.unwrap();
    assert_eq!(post.step().await.bounced, 1);
    let marked = post.store.content().audit.iter().filter(|(_, event)| event.activity == "Email not delivered").count();
    assert_eq!(marked, 1);
}

#[tokio::test]
async fn a_waiting_mail_is_tried_at_once_when_somebody_asks() {
    let post = Post::new();
    post.queue(1, |_| ()).await;
    post.answer(Some(MailError::temporary("the relay answered 451")));
    post.step().await;
    post.answer(None);
    assert_eq!(post.step().await, Sent::default(), "not before its time");
    assert_eq!(post.outbox.retry(Some(MailId(uuid::Uuid::from_u128(2)))).await.unwrap(), 0);
    assert_eq!(post.outbox.retry(None).await.unwrap(), 1);
    assert_eq!(post.step().await.sent, 1);
    assert_eq!(post.outbox.retry(None).await.unwrap(), 0, "nothing waits");
}

#[tokio::test]
async fn a_passcode_that_is_too_old_is_dropped_instead_of_sent() {
    let post = Post::new();
    post.queue(1, |mail| mail.short_lived = true).await;
    post.clock.advance(Duration::from_secs(600));
    assert_eq!(post.step().await, Sent { given_up: 1, ..Sent::default() });
    assert!(post.got().is_empty());
}

#[tokio::test]
async fn a_crash_between_sending_and_remembering_repeats_one_mail_under_its_own_id() {
    let post = Post::new();
    for number in 1..=4 {
        post.queue(number, |_| ()).await;
    }
    post.store.fail_commits(true);
    assert!(post.outbox.send_due().await.is_err());
    post.store.fail_commits(false);
    let reborn = Outbox::new(Arc::new(post.store.clone()), post.relay.clone(), post.clock.clone());
    reborn.send_due().await.unwrap();
    assert_eq!(post.got(), [1, 1, 2, 3, 4]);
}

#[tokio::test]
async fn the_bell_wakes_and_the_shutdown_ends_the_loop() {
    let post = Post::new();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let outbox = Arc::clone(&post.outbox);
    let running = tokio::spawn(async move {
        outbox
            .run(async {
                let _ = stopped.await;
            })
            .await;
    });
    tokio::task::yield_now().await;
    post.queue(1, |_| ()).await;
    post.outbox.bell().notify_one();
    for _ in 0..200 {
        if !post.got().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(post.got(), [1]);
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(2), running).await.unwrap().unwrap();
}
