//! A browser without JavaScript: cookies, redirects, refresh pages and forms, over real TLS.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{COOKIE, HOST, LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use url::Url;

use super::page::{Form, Page};

/// One answer on the way, redirects included.
#[derive(Clone, Debug)]
pub struct Hop {
    pub url: Url,
}

/// One browser profile. Cheap to clone: clones share cookies, like tabs.
#[derive(Clone)]
pub struct Browser {
    tls: TlsConnector,
    jar: Arc<Mutex<BTreeMap<(String, String), String>>>,
    /// Addresses that begin like this are reached and not asked: nothing of ours listens there.
    stops: Arc<Mutex<Vec<String>>>,
    /// Everything that was asked, for stories that look at the way.
    pub hops: Arc<Mutex<Vec<Hop>>>,
    /// Where its connections come from.
    network: Ipv4Addr,
}

impl Browser {
    pub fn new(tls: TlsConnector) -> Self {
        Self { tls, jar: Arc::default(), stops: Arc::default(), hops: Arc::default(), network: Ipv4Addr::LOCALHOST }
    }

    /// Stops before it asks for anything below `beginning`: an application that the story itself plays.
    pub fn stops_at(&self, beginning: &str) {
        self.stops.lock().unwrap().push(beginning.to_owned());
    }

    /// The same profile on another network: limits go by /24.
    pub fn coming_from(&self, network: Ipv4Addr) -> Self {
        Self { network, ..self.clone() }
    }

    /// The value of a cookie, as somebody who looks into the browser sees it.
    pub fn cookie(&self, host: &str, name: &str) -> Option<String> {
        self.jar.lock().unwrap().get(&(host.to_owned(), name.to_owned())).cloned()
    }

    /// Types an address into the address bar and waits until a page stands.
    pub async fn opens(&self, url: &str) -> Page {
        self.goes(Method::GET, Url::parse(url).unwrap(), None, true).await
    }

    /// Follows a link on a page, as a browser that says where it comes from.
    pub async fn follows(&self, page: &Page, words: &str) -> Page {
        let link = page.link(words).unwrap_or_else(|| panic!("no link {words:?} on {}:\n{}", page.url, page.text()));
        let target = page.url.join(&link).unwrap();
        let site = if target.origin() == page.url.origin() { "same-origin" } else { "cross-site" };
        let headers = [
            ("accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
            ("sec-fetch-site", site),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        self.asks(Method::GET, target.as_str(), &headers, "").await
    }

    /// Asks for one thing, without following anything.
    pub async fn asks(&self, method: Method, url: &str, headers: &[(&str, &str)], body: &str) -> Page {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_bytes(value.as_bytes()).unwrap(),
            );
        }
        self.once(method, &Url::parse(url).unwrap(), map, body.to_owned()).await
    }

    /// Fills in fields and presses the button with these words.
    #[track_caller]
    pub fn presses(&self, page: &Page, words: &str, fill: &[(&str, &str)]) -> impl Future<Output = Page> + use<> {
        let form = page.form_with_button(words).unwrap_or_else(|| {
            panic!("no button {words:?} on {} ({}):\n{}\n{:#?}", page.url, page.status, page.text(), page.forms())
        });
        let target = page.url.join(&form.action).unwrap();
        let body = encode(form, fill);
        let browser = self.clone();
        // As Chromium does: a page that sends no referrer sends no origin either, but says where the form comes from.
        let silent = page.headers.get("referrer-policy").is_some_and(|policy| policy == "no-referrer");
        let origin = if silent { "null".to_owned() } else { page.url.origin().ascii_serialization() };
        let from = (page.url.clone(), origin);
        async move { browser.submits(target, body, from).await }
    }

    /// Chooses a file, fills in fields, and presses the button with these words. Goes on to the page that answers.
    pub async fn uploads(&self, page: &Page, words: &str, fill: &[(&str, &str)], file: &[u8]) -> Page {
        let form = page.form_with_button(words).unwrap_or_else(|| panic!("no button {words:?}:\n{}", page.text()));
        let target = page.url.join(&form.action).unwrap();
        let fields: Vec<_> = form.fields.into_iter().filter(|(name, _)| name != "file").collect();
        let (kind, body) = multipart(&fields, fill, file);
        let own = page.url.origin().ascii_serialization();
        let headers = [
            ("content-type", kind.as_str()),
            ("accept", "text/html"),
            ("origin", &own),
            ("sec-fetch-site", "same-origin"),
        ];
        let answer = self.sends(&target, &headers, body).await;
        match answer.headers.get(LOCATION) {
            Some(to) => self.opens(answer.url.join(to.to_str().unwrap()).unwrap().as_str()).await,
            None => answer,
        }
    }

    /// Sends bytes as they are, without following anything.
    pub async fn sends(&self, url: &Url, headers: &[(&str, &str)], body: Vec<u8>) -> Page {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        self.once(Method::POST, url, map, body).await
    }

    async fn submits(&self, target: Url, (method, body): (Method, String), from: (Url, String)) -> Page {
        if method == Method::GET {
            let mut target = target;
            target.set_query(Some(&body));
            return self.goes(Method::GET, target, None, true).await;
        }
        self.goes(method, target, Some((body, from)), true).await
    }

    async fn goes(
        &self,
        method: Method,
        url: Url,
        form: Option<(String, (Url, String))>,
        follow_refresh: bool,
    ) -> Page {
        let (mut method, mut url, mut form) = (method, url, form);
        for _ in 0..30 {
            let mut headers = HeaderMap::new();
            headers.insert("accept", HeaderValue::from_static("text/html,application/xhtml+xml,*/*;q=0.8"));
            headers.insert("sec-fetch-mode", HeaderValue::from_static("navigate"));
            headers.insert("sec-fetch-dest", HeaderValue::from_static("document"));
            let mut body = String::new();
            if let Some((text, (from, origin))) = form.take() {
                headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
                headers.insert("origin", HeaderValue::from_str(&origin).unwrap());
                let site = if from.origin() == url.origin() { "same-origin" } else { "cross-site" };
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
                body = text;
            }
            let page = self.once(method.clone(), &url, headers, body).await;
            let next = match page.headers.get(LOCATION) {
                Some(location) if page.status.is_redirection() => Some(location.to_str().unwrap().to_owned()),
                _ => page.refresh().filter(|_| follow_refresh),
            };
            let Some(next) = next else { return page };
            let fragment = url.fragment().map(ToOwned::to_owned);
            url = page.url.join(&next).unwrap();
            if url.fragment().is_none() && page.status.is_redirection() {
                url.set_fragment(fragment.as_deref());
            }
            method = Method::GET;
            if self.stops.lock().unwrap().iter().any(|beginning| url.as_str().starts_with(beginning)) {
                return Page { url, body: String::new(), ..page };
            }
        }
        panic!("30 redirects and still no page; last was {url}");
    }

    /// Opens an endless answer and waits for its first bytes; the task ends when the answer does, in whichever way.
    pub async fn listens(&self, url: &str) -> tokio::task::JoinHandle<()> {
        let url = Url::parse(url).unwrap();
        let stream = self.connect(&url).await;
        let name = ServerName::try_from(url.host_str().unwrap().to_owned()).unwrap();
        let stream = self.tls.connect(name, stream).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let request = self.request(&Method::GET, &url, &HeaderMap::new(), Bytes::new());
        let answer = sender.send_request(request).await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{url}");
        let mut body = answer.into_body();
        assert!(body.frame().await.is_some_and(|frame| frame.is_ok()), "{url} sends nothing");
        tokio::spawn(async move {
            // The connection is good as long as its sender lives.
            let _sender = sender;
            while body.frame().await.is_some_and(|frame| frame.is_ok()) {}
        })
    }

    async fn connect(&self, url: &Url) -> TcpStream {
        let port = url.port_or_known_default().unwrap();
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        if self.network != Ipv4Addr::LOCALHOST {
            socket.bind((self.network, 0).into()).unwrap_or_else(|error| panic!("{}: {error}", self.network));
        }
        socket.connect((Ipv4Addr::LOCALHOST, port).into()).await.unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    fn request(&self, method: &Method, url: &Url, headers: &HeaderMap, body: Bytes) -> Request<Full<Bytes>> {
        let host = url.host_str().unwrap().to_owned();
        let authority = url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        let mut request = Request::builder()
            .method(method.clone())
            .uri(url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path())))
            .header(HOST, authority);
        let cookies = {
            let jar = self.jar.lock().unwrap();
            jar.iter()
                .filter(|((of, _), _)| *of == host)
                .map(|((_, name), value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
        };
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.body(Full::new(body)).unwrap()
    }

    async fn once(&self, method: Method, url: &Url, headers: HeaderMap, body: impl Into<Bytes>) -> Page {
        let host = url.host_str().unwrap().to_owned();
        let stream = self.connect(url).await;
        let request = self.request(&method, url, &headers, body.into());
        let response = if url.scheme() == "https" {
            let name = ServerName::try_from(host.clone()).unwrap();
            let stream = self.tls.connect(name, stream).await.unwrap_or_else(|error| panic!("TLS to {url}: {error}"));
            send(stream, request).await
        } else {
            send(stream, request).await
        };
        let (head, bytes, took) = response.unwrap_or_else(|error| panic!("{method} {url}: {error}"));
        for cookie in head.headers.get_all(SET_COOKIE) {
            self.keep(&host, cookie.to_str().unwrap());
        }
        self.hops.lock().unwrap().push(Hop { url: url.clone() });
        Page {
            url: url.clone(),
            status: head.status,
            headers: head.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
            took,
        }
    }

    /// Opens a WebSocket of an app, as its own page would.
    pub async fn opens_web_socket(&self, url: &str) -> WebSocket {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let url = Url::parse(url).unwrap();
        let (host, port) = (url.host_str().unwrap().to_owned(), url.port().unwrap());
        let stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let mut stream = self.tls.connect(ServerName::try_from(host.clone()).unwrap(), stream).await.unwrap();
        let cookies: Vec<String> = {
            let jar = self.jar.lock().unwrap();
            jar.iter().filter(|((of, _), _)| *of == host).map(|((_, name), value)| format!("{name}={value}")).collect()
        };
        let request = format!(
            "GET {} HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: https://{host}:{port}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Cookie: {}\r\n\r\n",
            url.path(),
            cookies.join("; ")
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        assert!(head.starts_with("HTTP/1.1 101"), "no WebSocket: {head}");
        WebSocket { stream }
    }

    fn keep(&self, host: &str, line: &str) {
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        let (name, value) = pair.split_once('=').unwrap();
        let attributes = attributes.to_ascii_lowercase();
        assert!(!name.starts_with("__Host-") || !attributes.contains("domain="), "a browser would refuse {line}");
        let mut jar = self.jar.lock().unwrap();
        let key = (host.to_owned(), name.to_owned());
        if attributes.contains("max-age=0") || value.is_empty() {
            jar.remove(&key);
        } else {
            jar.insert(key, value.to_owned());
        }
    }
}

/// An open WebSocket.
pub struct WebSocket {
    stream: tokio_rustls::client::TlsStream<TcpStream>,
}

impl WebSocket {
    /// Waits until the other side closes it; `None` if it does not within `span`.
    pub async fn closed_within(&mut self, span: std::time::Duration) -> Option<std::time::Duration> {
        use tokio::io::AsyncReadExt as _;
        let began = std::time::Instant::now();
        let mut received = [0; 1024];
        let closed = async {
            loop {
                match self.stream.read(&mut received).await {
                    Ok(0) | Err(_) => return,
                    // A Close frame (RFC 6455 §5.5.1).
                    Ok(_) if received[0] == 0x88 => return,
                    Ok(_) => {}
                }
            }
        };
        tokio::time::timeout(span, closed).await.ok().map(|()| began.elapsed())
    }
}

/// A form with its file, as browsers send it (RFC 7578).
pub fn multipart(fields: &[(String, String)], fill: &[(&str, &str)], file: &[u8]) -> (String, Vec<u8>) {
    let boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
    let filled = |name: &str| fill.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let kept = fields.iter().map(|(name, value)| (name.as_str(), filled(name).unwrap_or(value)));
    let added = fill.iter().copied().filter(|(name, _)| !fields.iter().any(|(known, _)| known == name));
    let mut body = Vec::new();
    for (name, value) in kept.chain(added) {
        body.extend_from_slice(
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes(),
        );
    }
    body.extend_from_slice(
        format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"guests.csv\"\r\n\
             Content-Type: text/csv\r\n\r\n"
        )
        .as_bytes(),
    );
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

fn encode(form: Form, fill: &[(&str, &str)]) -> (Method, String) {
    let mut fields = form.fields;
    for (name, value) in fill {
        match fields.iter_mut().find(|(known, _)| known == name) {
            Some(field) => field.1 = (*value).to_owned(),
            None => fields.push(((*name).to_owned(), (*value).to_owned())),
        }
    }
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    (if form.method == "get" { Method::GET } else { Method::POST }, body)
}

async fn send<S>(
    stream: S,
    request: Request<Full<Bytes>>,
) -> Result<(http::response::Parts, Bytes, Duration), hyper::Error>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let driver = tokio::spawn(connection);
    let began = Instant::now();
    let (head, body) = sender.send_request(request).await?.into_parts();
    let bytes = body.collect().await?.to_bytes();
    let took = began.elapsed();
    driver.abort();
    Ok((head, bytes, took))
}
