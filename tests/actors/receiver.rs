//! Somebody who hears of guests by webhooks: takes messages over plain HTTP on this machine, and checks each as a stranger would.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use vestibule::model::SigningSecret;
use vestibule::webhooks::signatures;

/// What the demo signs with.
const DEMO: &str = "whsec_dmVzdGlidWxlLWRlbW8td2ViaG9vay1zZWNyZXQ=";
/// How old a message may be (docs/webhooks.md).
const TOLERANCE: i64 = 300;

/// One message that was genuine.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: String,
    pub text: String,
    pub body: serde_json::Value,
}

impl Message {
    pub fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap()
    }
}

#[derive(Clone, Default)]
struct Desk {
    messages: Arc<Mutex<Vec<Message>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
    secrets: Arc<Vec<String>>,
}

/// A receiver that runs until the test ends.
pub struct Receiver {
    pub port: u16,
    desk: Desk,
}

impl Receiver {
    pub async fn start() -> Self {
        Self::knowing(&[DEMO]).await
    }

    pub async fn knowing(secrets: &[&str]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let secrets = Arc::new(secrets.iter().map(|text| (*text).to_owned()).collect());
        let desk = Desk { secrets, ..Desk::default() };
        let router = Router::new().fallback(take).with_state(desk.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { port, desk }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// How the next messages are answered, 0 for never; those after them by 204.
    pub fn answers(&self, answers: &[u16]) {
        *self.desk.answers.lock().unwrap() = answers.iter().copied().collect();
    }

    pub fn messages(&self) -> Vec<Message> {
        self.desk.messages.lock().unwrap().clone()
    }

    pub fn kinds(&self) -> Vec<String> {
        self.messages().iter().map(|message| message.kind().to_owned()).collect()
    }

    /// Waits until a message of this type is there, counting from `after`.
    pub async fn hears(&self, kind: &str, after: usize) -> Message {
        for _ in 0..1500 {
            if let Some(found) = self.messages().into_iter().skip(after).find(|message| message.kind() == kind) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no {kind} within 30 seconds; there were: {:?}", self.kinds());
    }
}

async fn take(State(desk): State<Desk>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let field = |name: &str| headers[name].to_str().unwrap().to_owned();
    let (id, time, text) = (field("webhook-id"), field("webhook-timestamp"), String::from_utf8(body.to_vec()).unwrap());
    let time: i64 = time.parse().unwrap();
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let known: Vec<SigningSecret> = desk.secrets.iter().map(|secret| secret.parse().unwrap()).collect();
    let expected = signatures(&known, &id, time, &text);
    let genuine = field("webhook-signature").split(' ').any(|one| expected.split(' ').any(|other| other == one));
    if !genuine || (now - time).abs() > TOLERANCE {
        return StatusCode::FORBIDDEN;
    }
    let body = serde_json::from_str(&text).unwrap();
    desk.messages.lock().unwrap().push(Message { id, text, body });
    let answer = desk.answers.lock().unwrap().pop_front().unwrap_or(204);
    if answer == 0 {
        std::future::pending::<()>().await;
    }
    StatusCode::from_u16(answer).unwrap()
}
