//! Trailer fields: dropped by default, screened where an app asks for them.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Frame;
use vestibule::model::Traffic;

use crate::plane::tls;
use crate::plane::world::*;

fn traffic(trailers: bool) -> Traffic {
    Traffic { trailers, ..Traffic::default() }
}

fn upload(world: &World, cookie: &str, trailers: &str) -> String {
    let head = format!(
        "POST /up HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nTransfer-Encoding: chunked\r\n\
         Trailer: X-Checksum, X-Forwarded-User, Content-Length\r\n\r\n5\r\nhello\r\n0\r\n{trailers}\r\n"
    );
    world.ask(&head)
}

#[test]
fn e1_trailers_go_up_only_where_asked_for_and_only_screened() {
    let world = World::allowing(traffic(true), None);
    let (_, cookie) = world.signed_in(1, WIKI);
    assert_eq!(
        status(&upload(&world, &cookie, "X-Checksum: abc\r\nContent-Length: 3\r\nX-Forwarded-For: 6.6.6.6\r\n")),
        200
    );
    let seen = world.ledger.last();
    assert_eq!(seen.trailers, ["x-checksum: abc"]);
    assert_eq!(seen.value("trailer"), Some("x-checksum"));
    assert!(seen.complete && seen.body == b"hello");
    for name in ["X-Forwarded-User", "x_forwarded_user", "Remote-User", "Vestibule-Assertion", "X-Auth-Request-Email"] {
        let before = world.ledger.count();
        let refused = upload(&world, &cookie, &format!("X-Checksum: abc\r\n{name}: attacker\r\n"));
        assert_eq!(status(&refused), 400, "{name}: {refused}");
        // The answer may be here before the app's thread has noted what came.
        assert!(world.ledger.wait_until(|seen| seen.len() > before), "{name}");
        let seen = world.ledger.last();
        assert!(!seen.complete && seen.trailers.is_empty(), "{name}: {seen:?}");
    }
    // Negative control: where nobody asked for them, the same is dropped.
    world.allows(&traffic(false));
    assert_eq!(status(&upload(&world, &cookie, "X-Checksum: abc\r\nX-Forwarded-User: attacker\r\n")), 200);
    let seen = world.ledger.last();
    assert!(seen.complete && seen.trailers.is_empty() && seen.values("trailer").is_empty(), "{seen:?}");
}

#[test]
fn e7_trailers_come_down_only_where_asked_for_and_only_screened() {
    let world = World::allowing(traffic(true), None);
    let (_, cookie) = world.signed_in(1, WIKI);
    let answer = |te: &str| {
        let mut client = world.connect();
        client.send(
            format!("GET /trailers HTTP/1.1\r\nHost: {WIKI}\r\nCookie: {cookie}\r\nConnection: close\r\n{te}\r\n")
                .as_bytes(),
        );
        String::from_utf8(client.rest()).unwrap()
    };
    let whole = answer("TE: trailers\r\n");
    assert!(whole.ends_with("0\r\nx-checksum: abc\r\n\r\n"), "{whole}");
    assert_eq!(field(&whole, "trailer"), Some("x-checksum"));
    assert!(!whole.contains("evil") && whole.contains("hi"));
    assert_eq!(world.ledger.last().value("te"), Some("trailers"));
    // Who does not say that trailers are welcome gets none.
    assert!(answer("").ends_with("hi\r\n0\r\n\r\n"));
    world.allows(&traffic(false));
    let dropped = answer("TE: trailers\r\n");
    assert!(dropped.ends_with("hi\r\n0\r\n\r\n") && field(&dropped, "trailer").is_none(), "{dropped}");
    assert!(world.ledger.last().values("te").is_empty());
}

#[test]
fn grpc_gets_its_status_over_http2_without_being_asked() {
    let secure = tls::made(|tls| World::allowing(Traffic::default(), Some(tls)));
    let (_, cookie) = secure.world.signed_in(1, WIKI);
    secure.world.runtime.block_on(async {
        let mut sender = tls::h2(&secure, WIKI).await;
        for (kind, signed, expected) in [
            ("application/grpc", true, Some("0")),
            ("application/grpc+proto", true, Some("0")),
            ("application/json", true, None),
        ] {
            let mut request =
                Request::get(format!("https://{WIKI}:8443/trailers")).body(Full::<Bytes>::default()).unwrap();
            request.headers_mut().insert("content-type", HeaderValue::from_static(kind));
            request.headers_mut().insert("te", HeaderValue::from_static("trailers"));
            if signed {
                request.headers_mut().insert("cookie", HeaderValue::from_str(&cookie).unwrap());
            }
            let response = sender.send_request(request).await.unwrap();
            assert_eq!(response.status(), 200);
            let collected = response.into_body().collect().await.unwrap();
            let status = collected.trailers().and_then(|trailers| trailers.get("grpc-status"));
            assert_eq!(status.map(|status| status.to_str().unwrap()), expected, "{kind}");
            assert!(collected.trailers().is_none_or(|trailers| !trailers.contains_key("set-cookie")));
        }
        // Nobody signed in: its own answer, complete in the head (gRPC over HTTP/2, Trailers-Only).
        let mut request = Request::post(format!("https://{WIKI}:8443/x")).body(Full::<Bytes>::default()).unwrap();
        request.headers_mut().insert("content-type", HeaderValue::from_static("application/grpc"));
        let response = sender.send_request(request).await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers()["grpc-status"].to_str().unwrap()), (200, "16"));
        assert_eq!(response.headers()["content-type"], "application/grpc");
        assert!(response.into_body().collect().await.unwrap().to_bytes().is_empty());
    });
}

#[test]
fn e1_trailers_of_http2_are_screened_alike() {
    let secure = tls::made(|tls| World::allowing(traffic(true), Some(tls)));
    let (_, cookie) = secure.world.signed_in(1, WIKI);
    secure.world.runtime.block_on(async {
        let mut sender = tls::h2(&secure, WIKI).await;
        for (name, expected) in [("x-checksum", 200), ("x-forwarded-user", 400), ("x_forwarded_user", 400)] {
            let mut trailers = HeaderMap::new();
            trailers
                .insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_static("attacker"));
            let frames =
                [Ok::<_, std::io::Error>(Frame::data(Bytes::from_static(b"hello"))), Ok(Frame::trailers(trailers))];
            let body = StreamBody::new(futures_util::stream::iter(frames));
            let mut request = Request::post(format!("https://{WIKI}:8443/up")).body(body.boxed()).unwrap();
            request.headers_mut().insert("cookie", HeaderValue::from_str(&cookie).unwrap());
            request.headers_mut().insert("trailer", HeaderValue::from_str(name).unwrap());
            let response = sender.send_request(request).await.unwrap();
            assert_eq!(response.status(), expected, "{name}");
        }
        let seen = secure.world.ledger.exchanges();
        assert_eq!(seen[0].trailers, ["x-checksum: attacker"]);
        assert!(seen.iter().skip(1).all(|it| it.trailers.is_empty() && !it.complete));
    });
}
