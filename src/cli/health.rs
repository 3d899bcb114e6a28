//! `vestibule health`: asks a running server whether it is ready, for container health checks.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(3);

/// Asks `/readyz`; the exit code is 0 if the server says that it is ready.
pub fn ask(address: SocketAddr, out: &mut dyn Write) -> anyhow::Result<u8> {
    let answer = match fetch(address) {
        Ok(answer) => answer,
        Err(error) => {
            writeln!(out, "no answer from {address}: {error}")?;
            return Ok(1);
        }
    };
    let ready = answer.starts_with("HTTP/1.1 200");
    writeln!(out, "{}", if ready { "ready" } else { "not ready" })?;
    Ok(u8::from(!ready))
}

fn fetch(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
