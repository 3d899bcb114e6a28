//! The app behind every proxy of the benchmark: one thread and epoll, the same answer to everything, as cheap as it gets.
//!
//! `upstream PORT [BYTES]` answers each request with BYTES bytes (1,024 unless given). Bodies of requests are not expected.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, AsRawFd};

use rustix::event::epoll::{self, EventData, EventFlags};

const LISTENER: u64 = u64::MAX;
const HEAD_END: &[u8] = b"\r\n\r\n";

struct Client {
    socket: TcpStream,
    /// What came of a head that is not complete.
    rest: Vec<u8>,
    /// What could not be written yet.
    owed: Vec<u8>,
}

fn main() {
    let mut words = std::env::args().skip(1);
    let port: u16 = words.next().and_then(|word| word.parse().ok()).expect("usage: upstream PORT [BYTES]");
    let bytes: usize = words.next().map_or(1024, |word| word.parse().expect("BYTES is a number"));
    let body = "x".repeat(bytes);
    let answer = format!(
        "HTTP/1.1 200 OK\r\nserver: upstream\r\ncontent-type: text/plain\r\ncache-control: private\r\n\
         content-length: {bytes}\r\n\r\n{body}"
    )
    .into_bytes();
    let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
    listener.set_nonblocking(true).expect("a socket can be non-blocking");
    let poll = epoll::create(epoll::CreateFlags::CLOEXEC).expect("epoll exists");
    epoll::add(&poll, &listener, EventData::new_u64(LISTENER), EventFlags::IN).expect("a listener can be watched");
    let mut clients: HashMap<u64, Client> = HashMap::new();
    let mut events = Vec::with_capacity(256);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        events.clear();
        if epoll::wait(&poll, rustix::buffer::spare_capacity(&mut events), None).is_err() {
            continue;
        }
        for event in &events {
            let key = event.data.u64();
            if key == LISTENER {
                while let Ok((socket, _)) = listener.accept() {
                    socket.set_nonblocking(true).expect("a socket can be non-blocking");
                    socket.set_nodelay(true).expect("a socket needs no Nagle");
                    let key = socket.as_raw_fd() as u64;
                    let flags = EventFlags::IN | EventFlags::OUT | EventFlags::ET;
                    epoll::add(&poll, socket.as_fd(), EventData::new_u64(key), flags).expect("a socket can be watched");
                    clients.insert(key, Client { socket, rest: Vec::new(), owed: Vec::new() });
                }
            } else if let Some(client) = clients.get_mut(&key)
                && !client.serve(&mut buffer, &answer)
            {
                clients.remove(&key);
            }
        }
    }
}

impl Client {
    /// Answers everything that came; `false` when the other side is gone.
    fn serve(&mut self, buffer: &mut [u8], answer: &[u8]) -> bool {
        loop {
            if !self.pay() {
                return false;
            }
            match self.socket.read(buffer) {
                Ok(0) => return false,
                Ok(count) => {
                    let came = &buffer[..count];
                    let requests = if self.rest.is_empty() && came.ends_with(HEAD_END) {
                        heads(came).0
                    } else {
                        self.rest.extend_from_slice(came);
                        let (requests, end) = heads(&self.rest);
                        self.rest.drain(..end);
                        requests
                    };
                    for _ in 0..requests {
                        self.owed.extend_from_slice(answer);
                    }
                    // A short read has emptied the socket; asking again would be a call for nothing.
                    if count < buffer.len() {
                        return self.pay();
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(_) => return false,
            }
        }
    }

    fn pay(&mut self) -> bool {
        let mut paid = 0;
        while paid < self.owed.len() {
            match self.socket.write(&self.owed[paid..]) {
                Ok(count) => paid += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => return false,
            }
        }
        self.owed.drain(..paid);
        true
    }
}

/// How many heads are complete, and where the last of them ends.
fn heads(bytes: &[u8]) -> (usize, usize) {
    let (mut count, mut end) = (0, 0);
    while let Some(at) = bytes[end..].windows(4).position(|four| four == HEAD_END) {
        count += 1;
        end += at + 4;
    }
    (count, end)
}
