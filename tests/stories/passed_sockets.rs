//! The real program with sockets that a supervisor opened for it, as systemd does (sd_listen_fds(3)).

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::actors::{free_port, free_ports};
use crate::stories::crashes::Process;

/// A command that has these two as descriptors 3 and 4. A child begins with its standard streams; a shell puts them in their place.
fn passing(first: impl Into<OwnedFd>, second: Option<OwnedFd>, pid: &str, names: &str) -> Command {
    let mut command = Command::new("sh");
    let more = if second.is_some() { "4<&1" } else { "" };
    let count = if second.is_some() { 2 } else { 1 };
    let script = format!(
        "exec 3<&0 {more} 0</dev/null 1>/dev/null; LISTEN_PID={pid} LISTEN_FDS={count} LISTEN_FDNAMES={names} exec \"$@\""
    );
    command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_vestibule")]);
    command.stdin(Stdio::from(first.into())).stdout(second.map_or_else(Stdio::null, Stdio::from));
    command
}

fn copy(listener: &TcpListener) -> OwnedFd {
    listener.try_clone().unwrap().into()
}

#[tokio::test(flavor = "multi_thread")]
async fn passed_in_sockets_outlive_a_restart() {
    let (data, mail_port, port) = (tempfile::tempdir().unwrap(), free_port(), free_ports());
    let https = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let http = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = passing(copy(&https), Some(copy(&http)), "$$", "vestibule.socket:http");
    let mut server = Process::start_by(&mut command, data.path(), port, mail_port);
    let browser = server.way.browser();
    browser.opens(&server.way.wiki("/")).await.status(200).sees("Contoso");

    let mut plain = TcpStream::connect(http.local_addr().unwrap()).unwrap();
    plain.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    plain.write_all(b"GET /page?x=1 HTTP/1.1\r\nHost: wiki.contoso.localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    plain.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("location: https://wiki.contoso.localhost"), "{answer}");

    // Nobody is refused while nobody is there: whoever comes meanwhile waits.
    server.kill();
    let (early, way) = (server.way.browser(), server.way.clone());
    let waiting = tokio::spawn(async move { early.opens(&way.wiki("/early")).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!waiting.is_finished());
    let mut command = passing(copy(&https), None, "$$", "https");
    let mut server = Process::start_by(&mut command, data.path(), port, mail_port);
    waiting.await.unwrap().status(200).sees("Contoso");
    server.kill();
}

#[test]
fn sockets_of_no_use_and_those_of_others_are_told() {
    let data = tempfile::tempdir().unwrap();
    let port = free_ports();
    let fails = |mut command: Command, because: &str| {
        let words = ["demo", "--port", &port.to_string(), "--mail-port", &free_port().to_string(), "--data"];
        let command = command.args(words).arg(data.path()).arg("--user-data").arg(data.path().join("user"));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(because), "{said}");
    };
    let datagrams = UdpSocket::bind("127.0.0.1:0").unwrap();
    fails(passing(datagrams, None, "$$", "https"), "socket 1 of those that were passed in (LISTEN_FDS)");
    // Meant for another process: it is none of ours, and its port is taken.
    let others = TcpListener::bind(("127.0.0.1", port)).unwrap();
    fails(passing(copy(&others), None, "1", "https"), &format!("port {port} on 127.0.0.1 is taken"));
}
