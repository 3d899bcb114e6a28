//! The SMTP side of the mailbox (RFC 5321): takes whatever is sent to whomever, delivers nothing further.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::{Mailbox, SIZE_LIMIT, SmtpFault};

/// RFC 5321 §4.5.3.1.4 asks for 512 at least; SMTPUTF8 and long addresses need more.
const COMMAND_LIMIT: usize = 2_048;
const RECIPIENT_LIMIT: usize = 100;
const IDLE: Duration = Duration::from_secs(300);

pub(super) async fn serve(mailbox: Mailbox, listener: TcpListener, stop: CancellationToken) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let (mailbox, stop) = (mailbox.clone(), stop.clone());
                tokio::spawn(async move {
                    // A sender that goes away is not worth a word.
                    tokio::select! {
                        () = stop.cancelled() => {}
                        _ended = Conversation::new(mailbox, stream).run() => {}
                    }
                });
            }
            // Out of file descriptors: a pause lets some come back.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// One sender's connection.
struct Conversation {
    mailbox: Mailbox,
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    greeted: bool,
    envelope: Option<Envelope>,
}

#[derive(Default)]
struct Envelope {
    from: String,
    to: Vec<String>,
}

/// How a line ended.
enum Line {
    Whole,
    TooLong,
    EndOfStream,
}

impl Conversation {
    fn new(mailbox: Mailbox, stream: TcpStream) -> Self {
        let (reader, writer) = stream.into_split();
        Self { mailbox, reader: BufReader::new(reader), writer, greeted: false, envelope: None }
    }

    async fn run(mut self) -> io::Result<()> {
        match self.mailbox.fault() {
            Some(SmtpFault::CutAtOnce) => return Ok(()),
            Some(SmtpFault::Unavailable) => return self.say("421 mail.localhost is going down").await,
            _ => self.say("220 mail.localhost ESMTP demo mailbox").await?,
        }
        let mut line = Vec::new();
        loop {
            line.clear();
            let Ok(read) = tokio::time::timeout(IDLE, self.read_line(&mut line, COMMAND_LIMIT)).await else {
                return self.say("421 nothing was said for too long").await;
            };
            match read? {
                Line::EndOfStream => return Ok(()),
                Line::TooLong => {
                    self.say("500 line too long").await?;
                    continue;
                }
                Line::Whole => {}
            }
            while self.mailbox.fault() == Some(SmtpFault::Silence) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            // Addresses may be UTF-8 (RFC 6531).
            let Ok(command) = std::str::from_utf8(line.trim_ascii_end()) else {
                self.say("500 not UTF-8").await?;
                continue;
            };
            let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
            let (verb, rest) = (verb.to_ascii_uppercase(), rest.trim().to_owned());
            match verb.as_str() {
                "QUIT" => return self.say("221 bye").await,
                "DATA" => match self.data(&rest).await? {
                    Next::GoOn => {}
                    Next::Cut => return Ok(()),
                },
                verb => {
                    let answer = self.answer(verb, &rest);
                    self.say(&answer).await?;
                }
            }
        }
    }

    /// Everything that is answered with one reply.
    fn answer(&mut self, verb: &str, rest: &str) -> String {
        match verb {
            "HELO" if !rest.is_empty() => {
                self.reset(true);
                "250 mail.localhost".to_owned()
            }
            "EHLO" if !rest.is_empty() => {
                self.reset(true);
                format!("250-mail.localhost\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {SIZE_LIMIT}")
            }
            "HELO" | "EHLO" => "501 say who you are".to_owned(),
            "MAIL" => self.mail(rest),
            "RCPT" => self.recipient(rest),
            "RSET" => {
                self.reset(self.greeted);
                "250 forgotten".to_owned()
            }
            "NOOP" => "250 well".to_owned(),
            "VRFY" => "252 try it".to_owned(),
            "HELP" => "214 HELO EHLO MAIL RCPT DATA RSET NOOP QUIT".to_owned(),
            "STARTTLS" | "AUTH" | "BDAT" | "ETRN" | "EXPN" | "TURN" => "502 not here".to_owned(),
            _ => "500 what?".to_owned(),
        }
    }

    fn mail(&mut self, rest: &str) -> String {
        if !self.greeted {
            return "503 EHLO first".to_owned();
        }
        if self.envelope.is_some() {
            return "503 one message at a time".to_owned();
        }
        if self.mailbox.fault() == Some(SmtpFault::TryLater) {
            return "451 try again later".to_owned();
        }
        let Some((from, parameters)) = path(rest, "FROM:") else {
            return "501 MAIL FROM:<address>".to_owned();
        };
        for parameter in parameters.split_whitespace() {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match name.to_ascii_uppercase().as_str() {
                "SIZE" => match value.parse::<usize>() {
                    Ok(size) if size <= SIZE_LIMIT => {}
                    Ok(_) => return "552 too big".to_owned(), // RFC 1870 §6.1
                    Err(_) => return "501 SIZE is a number".to_owned(),
                },
                "BODY" if matches!(value.to_ascii_uppercase().as_str(), "7BIT" | "8BITMIME") => {}
                "SMTPUTF8" if value.is_empty() => {}
                _ => return format!("555 {} is not known here", name.escape_default()),
            }
        }
        self.envelope = Some(Envelope { from: from.to_owned(), to: Vec::new() });
        "250 from whom is noted".to_owned()
    }

    fn recipient(&mut self, rest: &str) -> String {
        let Some(envelope) = &mut self.envelope else { return "503 MAIL first".to_owned() };
        if self.mailbox.fault() == Some(SmtpFault::NoSuchMailbox) {
            return "550 no such mailbox".to_owned();
        }
        match path(rest, "TO:") {
            Some((to, "")) if !to.is_empty() && envelope.to.len() >= RECIPIENT_LIMIT => "452 too many".to_owned(),
            Some((to, "")) if to.contains('@') => {
                envelope.to.push(to.to_owned());
                "250 to whom is noted".to_owned()
            }
            Some((_, parameters)) if !parameters.is_empty() => "555 no parameters, please".to_owned(),
            _ => "501 RCPT TO:<address>".to_owned(),
        }
    }

    async fn data(&mut self, rest: &str) -> io::Result<Next> {
        if self.envelope.as_ref().is_none_or(|envelope| envelope.to.is_empty()) {
            return self.say("503 MAIL and RCPT first").await.map(|()| Next::GoOn);
        }
        if !rest.is_empty() {
            return self.say("501 DATA stands alone").await.map(|()| Next::GoOn);
        }
        self.say("354 end with <CRLF>.<CRLF>").await?;
        let Ok(body) = tokio::time::timeout(IDLE, self.body()).await else { return Ok(Next::Cut) };
        let Some(body) = body? else { return Ok(Next::Cut) };
        let envelope = self.envelope.take().unwrap_or_default();
        let answer = match (body, self.mailbox.fault()) {
            (None, _) => "552 too big",
            (Some(_), Some(SmtpFault::TryLaterAfterData)) => "451 try again later",
            (Some(raw), fault) => {
                self.mailbox.receive(envelope.from, envelope.to, raw);
                if fault == Some(SmtpFault::CutAfterData) {
                    return Ok(Next::Cut);
                }
                "250 kept"
            }
        };
        self.say(answer).await.map(|()| Next::GoOn)
    }

    /// The message up to the lonely dot: outer `None` when the connection ended, inner when it is too big.
    async fn body(&mut self) -> io::Result<Option<Option<Vec<u8>>>> {
        let (mut raw, mut line) = (Vec::new(), Vec::new());
        let (mut too_big, mut after_crlf) = (false, true);
        loop {
            line.clear();
            match self.read_line(&mut line, SIZE_LIMIT + 2).await? {
                Line::EndOfStream => return Ok(None),
                Line::TooLong => too_big = true,
                Line::Whole => {}
            }
            // Only CRLF ends a line here: a bare LF before the dot is how messages are smuggled.
            if after_crlf && line == b".\r\n" {
                return Ok(Some((!too_big).then_some(raw)));
            }
            let unstuffed = if after_crlf { line.strip_prefix(b".").unwrap_or(&line) } else { &line };
            too_big |= raw.len() + unstuffed.len() > SIZE_LIMIT;
            if !too_big {
                raw.extend_from_slice(unstuffed);
            }
            after_crlf = line.ends_with(b"\r\n");
        }
    }

    /// Reads up to and with LF; keeps `limit` bytes and throws the rest of a longer line away.
    async fn read_line(&mut self, line: &mut Vec<u8>, limit: usize) -> io::Result<Line> {
        let mut too_long = false;
        loop {
            let buffer = self.reader.fill_buf().await?;
            if buffer.is_empty() {
                return Ok(Line::EndOfStream);
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let (piece, _) = buffer.split_at(end.map_or(buffer.len(), |end| end + 1));
            let length = piece.len();
            too_long |= line.len() + length > limit;
            if !too_long {
                line.extend_from_slice(piece);
            }
            self.reader.consume(length);
            if end.is_some() {
                return Ok(if too_long { Line::TooLong } else { Line::Whole });
            }
        }
    }

    fn reset(&mut self, greeted: bool) {
        self.greeted = greeted;
        self.envelope = None;
    }

    async fn say(&mut self, answer: &str) -> io::Result<()> {
        self.writer.write_all(format!("{answer}\r\n").as_bytes()).await
    }
}

/// What follows DATA.
enum Next {
    GoOn,
    Cut,
}

/// `FROM:<address> parameters` → address and parameters; source routes (`<@a,@b:user@c>`) are dropped (RFC 5321 §4.1.1.3).
fn path<'a>(rest: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let (start, rest) = rest.split_at_checked(word.len())?;
    let inside = rest.trim_start().strip_prefix('<').filter(|_| start.eq_ignore_ascii_case(word))?;
    // A quoted local part may hold `>`.
    let mut quoted = false;
    let end = inside.char_indices().find_map(|(at, letter)| {
        quoted ^= letter == '"';
        (letter == '>' && !quoted).then_some(at)
    })?;
    let (address, parameters) = inside.split_at(end);
    let address = match address.strip_prefix('@') {
        Some(routed) => routed.split_once(':')?.1,
        None => address,
    };
    Some((address, parameters.trim_start_matches('>').trim()))
}
