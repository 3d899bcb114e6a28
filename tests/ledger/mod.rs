//! A raw-socket upstream that records every byte it receives and counts requests: smuggles and bypasses are judged by
//! what stands here, and by nothing else.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

/// One request as it arrived.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// Which connection, counted from one.
    pub connection: usize,
    /// Request line and fields, byte for byte, without the empty line.
    pub head: String,
    /// The body without its framing.
    pub body: Vec<u8>,
    /// What stood after the last chunk, line by line.
    pub trailers: Vec<String>,
    /// Whether the body arrived whole.
    pub complete: bool,
    /// Whether the answer was written.
    pub answered: bool,
}

impl Exchange {
    /// `GET /path HTTP/1.1`.
    pub fn request_line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// Every value of a field, by exact name without regard to case.
    pub fn values(&self, name: &str) -> Vec<&str> {
        let fields = self.head.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
        fields.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect()
    }

    /// The value of a field that comes exactly once.
    pub fn value(&self, name: &str) -> Option<&str> {
        match self.values(name)[..] {
            [value] => Some(value),
            _ => None,
        }
    }
}

#[derive(Default)]
struct Book {
    exchanges: Vec<Exchange>,
    faults: Vec<String>,
    /// `/drip` and `/held` wait for this to grow.
    releases: usize,
}

/// The upstream. Its answer depends on the path; see [`answer`].
#[derive(Clone)]
pub struct Ledger {
    /// Where it listens.
    pub address: SocketAddr,
    book: Arc<(Mutex<Book>, Condvar)>,
    connections: Arc<AtomicUsize>,
}

impl Ledger {
    /// Starts it on a free port; it runs until the process ends.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let ledger = Self { address, book: Arc::default(), connections: Arc::default() };
        let this = ledger.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let number = this.connections.fetch_add(1, Ordering::SeqCst) + 1;
                let this = this.clone();
                std::thread::spawn(move || this.converse(stream, number));
            }
        });
        ledger
    }

    /// Everything that arrived.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.book.0.lock().unwrap().exchanges.clone()
    }

    /// How many requests arrived.
    pub fn count(&self) -> usize {
        self.book.0.lock().unwrap().exchanges.len()
    }

    /// Bytes that made no request by the strict rules of RFC 9112.
    pub fn faults(&self) -> Vec<String> {
        self.book.0.lock().unwrap().faults.clone()
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The last request.
    pub fn last(&self) -> Exchange {
        self.exchanges().pop().expect("a request arrived")
    }

    /// Lets one waiting answer go on.
    pub fn release(&self) {
        self.book.0.lock().unwrap().releases += 1;
        self.book.1.notify_all();
    }

    /// Waits until `condition` holds for what arrived.
    pub fn wait_until(&self, condition: impl Fn(&[Exchange]) -> bool) -> bool {
        let deadline = Instant::now() + Duration::from_secs(5);
        let mut book = self.book.0.lock().unwrap();
        while !condition(&book.exchanges) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            book = self.book.1.wait_timeout(book, left).unwrap().0;
        }
        true
    }

    fn wait_release(&self) {
        let mut book = self.book.0.lock().unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while book.releases == 0 && Instant::now() < deadline {
            book = self.book.1.wait_timeout(book, Duration::from_millis(100)).unwrap().0;
        }
        book.releases = book.releases.saturating_sub(1);
    }

    fn change(&self, change: impl FnOnce(&mut Book)) {
        change(&mut self.book.0.lock().unwrap());
        self.book.1.notify_all();
    }

    fn converse(&self, stream: TcpStream, connection: usize) {
        // Otherwise the second of two answers waits for the acknowledgement of the first.
        stream.set_nodelay(true).unwrap();
        let mut wire = Wire { stream, buffer: Vec::new() };
        loop {
            let head = match wire.head() {
                Ok(Some(head)) => head,
                Ok(None) => return,
                Err(fault) => return self.change(|book| book.faults.push(fault)),
            };
            let index = {
                let mut book = self.book.0.lock().unwrap();
                book.exchanges.push(Exchange { connection, head: head.clone(), ..Exchange::default() });
                book.exchanges.len() - 1
            };
            self.book.1.notify_all();
            let exchange = Exchange { head, ..Exchange::default() };
            let path = exchange.request_line().split(' ').nth(1).unwrap_or_default().to_owned();
            let early = path.starts_with("/early");
            if early {
                let _ = wire.stream.write_all(b"HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nearly");
            }
            match wire.body(&exchange, |bytes| self.change(|book| book.exchanges[index].body.extend_from_slice(bytes)))
            {
                Ok(trailers) => self.change(|book| {
                    book.exchanges[index].trailers = trailers;
                    book.exchanges[index].complete = true;
                }),
                Err(fault) => return self.change(|book| book.faults.push(fault)),
            }
            let whole = self.book.0.lock().unwrap().exchanges[index].clone();
            let goes_on = early || self.answer(&path, &whole, &mut wire);
            self.change(|book| book.exchanges[index].answered = true);
            if !goes_on {
                return;
            }
        }
    }

    /// Answers by path; `false` closes the connection.
    fn answer(&self, path: &str, exchange: &Exchange, wire: &mut Wire) -> bool {
        let stream = &mut wire.stream;
        let plain =
            |extra: &str, body: &str| format!("HTTP/1.1 200 OK\r\n{extra}Content-Length: {}\r\n\r\n{body}", body.len());
        let (name, argument) =
            path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""));
        let answer = match name.split('?').next().unwrap_or_default() {
            "hang" => {
                std::thread::sleep(Duration::from_secs(30));
                return false;
            }
            "close" => return false,
            "double" => plain("", "first") + &plain("", "POISON"),
            "later" => {
                // A second answer that nobody asked for, a moment after the first.
                let _ = stream.write_all(plain("", "first").as_bytes());
                std::thread::sleep(Duration::from_millis(30));
                plain("", "POISON")
            }
            "short" => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort".to_owned(),
            "interim" => {
                "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n".repeat(argument.parse().unwrap()) + &plain("", "final")
            }
            "switch" => {
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\nRAW".to_owned()
            }
            "drip" => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
                self.wait_release();
                "6\r\nsecond\r\n0\r\n\r\n".to_owned()
            }
            "held" => {
                self.wait_release();
                plain("", "held")
            }
            "abandoned" => {
                // Until whoever asked is gone.
                let _ = stream.read(&mut [0]);
                return false;
            }
            "events" => {
                let _ = stream.write_all(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
                );
                for _ in 0..600 {
                    if stream.write_all(b"b\r\ndata: tick\n\r\n").is_err() {
                        return false;
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
                return false;
            }
            "flood" => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                let piece = [b"4000\r\n".as_slice(), &[b'x'; 0x4000], b"\r\n"].concat();
                let until = Instant::now() + Duration::from_secs(20);
                while Instant::now() < until && stream.write_all(&piece).is_ok() {}
                return false;
            }
            "quiet" => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                std::thread::sleep(Duration::from_secs(20));
                return false;
            }
            "ws" => return self.websocket(exchange, wire),
            "ws-refused" => plain("", "no socket here"),
            "cookies" => plain(
                "Set-Cookie: __Host-vestibule=evil; Path=/; Secure\r\nSet-Cookie: ok=1\r\nSet-Cookie: a=1; Domain=localhost\r\n\
                 Alt-Svc: h3=\":1\"\r\nStrict-Transport-Security: max-age=0\r\nClear-Site-Data: \"cookies\"\r\n\
                 Connection: X-Gone\r\nX-Gone: 1\r\nKeep-Alive: timeout=9\r\n",
                "cookies",
            ),
            "trailers" => "HTTP/1.1 200 OK\r\nTrailer: X-Checksum, Set-Cookie\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\
                 X-Checksum: abc\r\nSet-Cookie: evil=1\r\nContent-Length: 3\r\nGrpc-Status: 0\r\n\r\n"
                .to_owned(),
            "chunks" => "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".to_owned(),
            "bodied" => format!("HTTP/1.1 {argument} X\r\nContent-Length: 6\r\n\r\nPOISON"),
            "cors" => plain("Access-Control-Allow-Origin: https://app.example\r\n", "cors"),
            "status" => format!("HTTP/1.1 {argument} X\r\nContent-Length: 0\r\n\r\n"),
            "big" => plain("", &"x".repeat(argument.parse().unwrap())),
            _ => plain("", &exchange.head),
        };
        let only_head = exchange.head.starts_with("HEAD ");
        let answer = match answer.find("\r\n\r\n").filter(|_| only_head && name != "bodied") {
            Some(at) => answer[..at + 4].to_owned(),
            None => answer,
        };
        stream.write_all(answer.as_bytes()).is_ok() && name != "short"
    }

    /// Echoes frames, unmasked, until the client closes.
    fn websocket(&self, exchange: &Exchange, wire: &mut Wire) -> bool {
        let Some(key) = exchange.value("sec-websocket-key") else { return false };
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY);
        context.update(key.as_bytes());
        context.update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
        let accept = data_encoding::BASE64.encode(context.finish().as_ref());
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
        );
        let _ = wire.stream.write_all(answer.as_bytes());
        loop {
            let Some(head) = wire.take(6) else { return false };
            let length = usize::from(head[1] & 0x7f);
            assert!(length < 126, "the test sends short frames");
            let Some(mut payload) = wire.take(length) else { return false };
            payload.iter_mut().enumerate().for_each(|(at, byte)| *byte ^= head[2 + at % 4]);
            let mut frame = vec![head[0], length as u8];
            frame.extend(payload);
            if wire.stream.write_all(&frame).is_err() {
                return false;
            }
        }
    }
}

/// A strict reader of HTTP/1.1 requests.
struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Wire {
    fn fill(&mut self) -> bool {
        let mut bytes = [0; 16 * 1024];
        match self.stream.read(&mut bytes) {
            Ok(read @ 1..) => {
                self.buffer.extend_from_slice(&bytes[..read]);
                true
            }
            _ => false,
        }
    }

    fn take(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.buffer.len() < length {
            if !self.fill() {
                return None;
            }
        }
        Some(self.buffer.drain(..length).collect())
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(at) = self.buffer.windows(2).position(|window| window == b"\r\n") {
                let line = self.buffer.drain(..at + 2).take(at).collect();
                return Some(line);
            }
            if !self.fill() {
                return None;
            }
        }
    }

    fn head(&mut self) -> Result<Option<String>, String> {
        loop {
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                let head: Vec<u8> = self.buffer.drain(..at + 4).take(at).collect();
                let text = String::from_utf8_lossy(&head).into_owned();
                let bare = text.replace("\r\n", "");
                let line = text.split("\r\n").next().unwrap_or_default();
                let strict =
                    !bare.contains(['\r', '\n', '\0']) && line.split(' ').count() == 3 && line.ends_with(" HTTP/1.1");
                return if strict { Ok(Some(text)) } else { Err(format!("no request: {text:?}")) };
            }
            if !self.fill() {
                let rest = std::mem::take(&mut self.buffer);
                return if rest.is_empty() { Ok(None) } else { Err(format!("left over: {rest:?}")) };
            }
        }
    }

    fn body(&mut self, exchange: &Exchange, mut arrived: impl FnMut(&[u8])) -> Result<Vec<String>, String> {
        let (lengths, encodings) = (exchange.values("content-length"), exchange.values("transfer-encoding"));
        match (&lengths[..], &encodings[..]) {
            ([], []) => Ok(Vec::new()),
            ([length], []) => {
                let mut left: usize = length.parse().map_err(|_| format!("length {length:?}"))?;
                while left > 0 {
                    if self.buffer.is_empty() && !self.fill() {
                        return Err("the body ended early".into());
                    }
                    let bytes: Vec<u8> = self.buffer.drain(..left.min(self.buffer.len())).collect();
                    left -= bytes.len();
                    arrived(&bytes);
                }
                Ok(Vec::new())
            }
            ([], ["chunked"]) => loop {
                let line = self.line().ok_or("the chunks ended early")?;
                let text = String::from_utf8_lossy(&line).into_owned();
                let length = usize::from_str_radix(&text, 16).map_err(|_| format!("chunk size {text:?}"))?;
                if length == 0 {
                    let mut trailers = Vec::new();
                    loop {
                        let line = self.line().ok_or("the trailers ended early")?;
                        if line.is_empty() {
                            return Ok(trailers);
                        }
                        trailers.push(String::from_utf8_lossy(&line).into_owned());
                    }
                }
                let bytes = self.take(length).ok_or("the chunk ended early")?;
                arrived(&bytes);
                let end = self.line().ok_or("the chunks ended early")?;
                if !end.is_empty() {
                    return Err(format!("after a chunk: {end:?}"));
                }
            },
            both => Err(format!("framing {both:?}")),
        }
    }
}
