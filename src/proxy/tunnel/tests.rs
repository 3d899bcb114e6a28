//! Handshakes, origins, frame boundaries, and the last frame of a session.

use http::Request;

use super::*;

fn request(fields: &[(&str, &str)]) -> Parts {
    let mut request = Request::get("/ws").body(()).unwrap();
    for (name, value) in fields {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        request.headers_mut().append(name, HeaderValue::from_str(value).unwrap());
    }
    request.into_parts().0
}

const PROPER: [(&str, &str); 4] = [
    ("connection", "keep-alive, Upgrade"),
    ("upgrade", "WebSocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

#[test]
fn f4_only_a_proper_handshake_may_become_a_tunnel() {
    let parts = request(&PROPER);
    assert_eq!(handshake(&parts, true).unwrap().accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "RFC 6455 §1.3");
    assert!(handshake(&parts, false).is_none());
    for change in [
        ("upgrade", "foo"),
        ("upgrade", "h2c"),
        ("upgrade", "websocket, h2c"),
        ("sec-websocket-version", "8"),
        ("sec-websocket-key", "short"),
        ("sec-websocket-key", ""),
        ("connection", "keep-alive"),
    ] {
        let changed = PROPER.map(|(name, value)| if name == change.0 { change } else { (name, value) });
        assert!(handshake(&request(&changed), true).is_none(), "{change:?}");
    }
    for extra in
        [("content-length", "0"), ("transfer-encoding", "chunked"), ("upgrade", "h2c"), ("sec-websocket-key", "x")]
    {
        let fields: Vec<_> = PROPER.into_iter().chain([extra]).collect();
        assert!(handshake(&request(&fields), true).is_none(), "{extra:?}");
    }
    let mut post = request(&PROPER);
    post.method = Method::POST;
    assert!(handshake(&post, true).is_none());
}

#[test]
fn d10_only_the_apps_own_pages_may_open_one() {
    let origin = "https://wiki.contoso.localhost:8443";
    let own = |value: Option<&str>| {
        let fields: Vec<_> = value.map(|value| ("origin", value)).into_iter().collect();
        is_own_origin(&request(&fields).headers, origin)
    };
    assert!(own(Some(origin)));
    for evil in [
        None,
        Some("null"),
        Some("https://evil.example"),
        Some("https://wiki.contoso.localhost"),
        Some("http://wiki.contoso.localhost:8443"),
        Some("https://wiki.contoso.localhost:8443.evil.example"),
        Some("https://desk.contoso.localhost:8443"),
        Some("https://wiki.contoso.localhost:8443/"),
    ] {
        assert!(!own(evil), "{evil:?}");
    }
    assert!(!is_own_origin(&request(&[("origin", origin), ("origin", "https://evil.example")]).headers, origin));
}

fn frame(length: usize) -> Vec<u8> {
    let mut bytes = vec![0x82];
    match length {
        0..=125 => bytes.push(length as u8),
        126..=65_535 => {
            bytes.push(126);
            bytes.extend((length as u16).to_be_bytes());
        }
        _ => {
            bytes.push(127);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes.extend(std::iter::repeat_n(b'x', length));
    bytes
}

#[test]
fn boundaries_are_found_however_the_bytes_are_cut() {
    let lengths = [0, 1, 125, 126, 127, 300, 65_535, 65_536, 5];
    let stream: Vec<u8> = lengths.iter().flat_map(|length| frame(*length)).collect();
    for cut in [1, 2, 3, 7, 1000, 1 << 20] {
        let mut frames = Frames::default();
        let (mut fed, mut boundaries) = (0, 0);
        for piece in stream.chunks(cut) {
            let mut rest = piece;
            while !rest.is_empty() {
                let used = frames.step(rest);
                rest = &rest[used..];
                fed += used;
                boundaries += usize::from(frames.at_boundary());
            }
        }
        assert_eq!((fed, boundaries), (stream.len(), lengths.len()), "pieces of {cut}");
    }
}

#[tokio::test]
async fn d10_a_revoked_tunnel_says_1008_between_frames_or_is_cut() {
    // Between frames: a close frame comes.
    let (mut app, app_end) = tokio::io::duplex(1 << 16);
    let (client_end, mut client) = tokio::io::duplex(1 << 16);
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let tunnel = tokio::spawn(downwards(app_end, client_end, async move { drop(ended.await) }));
    app.write_all(&frame(3)).await.unwrap();
    let mut received = vec![0; 5];
    client.read_exact(&mut received).await.unwrap();
    end.send(()).unwrap();
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, CLOSE_1008);
    assert_eq!(tunnel.await.unwrap(), End::Session);

    // Within a frame that goes on: the frame is finished first, and nothing after it passes.
    let (mut app, app_end) = tokio::io::duplex(1 << 16);
    let (client_end, mut client) = tokio::io::duplex(1 << 16);
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let tunnel = tokio::spawn(downwards(app_end, client_end, async move { drop(ended.await) }));
    let whole = frame(100);
    app.write_all(&whole[..50]).await.unwrap();
    client.read_exact(&mut [0; 50]).await.unwrap();
    end.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    app.write_all(&whole[50..]).await.unwrap();
    app.write_all(&frame(9)).await.unwrap();
    let mut rest = Vec::new();
    client.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, [&whole[50..], &CLOSE_1008].concat());
    tunnel.await.unwrap();

    // Within a frame that never ends: cut.
    let (mut app, app_end) = tokio::io::duplex(1 << 16);
    let (client_end, mut client) = tokio::io::duplex(1 << 16);
    let tunnel = tokio::spawn(downwards(app_end, client_end, tokio::time::sleep(Duration::from_millis(50))));
    app.write_all(&whole[..50]).await.unwrap();
    let mut rest = Vec::new();
    let cut = tokio::time::timeout(Duration::from_secs(1), client.read_to_end(&mut rest)).await;
    assert!(cut.is_ok());
    assert_eq!(rest, whole[..50]);
    tunnel.await.unwrap();
}
