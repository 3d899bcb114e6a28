//! A Redis that is away, silent or stuck means "no", in time (INV8).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use vestibule::short_term::redis::Redis;
use vestibule::short_term::{Key, Kind, ShortTerm};

use super::fixtures::{guid, tenant};

const MINUTE: Duration = Duration::from_secs(60);

/// Two seconds are promised; the rest is for a busy machine.
const IN_TIME: Duration = Duration::from_millis(3500);

#[tokio::test]
async fn inv8_a_redis_that_is_away_or_silent_is_an_error_in_time() {
    let away = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    for address in [away, silent.local_addr().unwrap()] {
        let began = Instant::now();
        assert!(Redis::connect(&format!("redis://{address}")).await.is_err());
        assert!(began.elapsed() < IN_TIME, "{:?}", began.elapsed());
    }
    assert!(Redis::connect("no url").await.is_err());
}

#[tokio::test]
async fn inv8_a_redis_that_hangs_is_an_error_in_time_and_comes_back() {
    let Ok(url) = std::env::var("VESTIBULE_TEST_REDIS") else {
        eprintln!("left out: a Redis that hangs (set VESTIBULE_TEST_REDIS=redis://host:port)");
        return;
    };
    let (address, stuck) = relay(url.trim_start_matches("redis://").trim_end_matches('/').to_owned()).await;
    let store = Redis::connect(&format!("redis://{address}")).await.unwrap();
    let key = Key::of(tenant(), Kind::Session, guid().to_string());
    store.put(&key, b"value", MINUTE).await.unwrap();
    stuck.store(true, Ordering::SeqCst);
    let began = Instant::now();
    let (code, limit) = (Key::of(tenant(), Kind::Code, "x"), Key::of(tenant(), Kind::Limit, "x"));
    let (get, put, take, count, ping) = tokio::join!(
        store.get(&key),
        store.put(&key, b"new", MINUTE),
        store.take(&code),
        store.count(&limit, MINUTE),
        store.ping(),
    );
    assert!(get.is_err() && put.is_err() && take.is_err() && count.is_err() && ping.is_err());
    assert!(began.elapsed() < IN_TIME, "{:?}", began.elapsed());
    stuck.store(false, Ordering::SeqCst);
    for _ in 0..50 {
        if let Ok(Some(value)) = store.get(&key).await {
            assert!(value == b"value" || value == b"new");
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("it never came back");
}

/// A way to Redis that can get stuck: nothing passes, and nothing is closed.
async fn relay(redis: String) -> (std::net::SocketAddr, Arc<AtomicBool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stuck = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stuck);
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let server = TcpStream::connect(&redis).await.unwrap();
            let (client_reads, client_writes) = client.into_split();
            let (server_reads, server_writes) = server.into_split();
            tokio::spawn(pass(client_reads, server_writes, Arc::clone(&flag)));
            tokio::spawn(pass(server_reads, client_writes, Arc::clone(&flag)));
        }
    });
    (address, stuck)
}

async fn pass(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    stuck: Arc<AtomicBool>,
) {
    let mut buffer = vec![0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        while stuck.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
