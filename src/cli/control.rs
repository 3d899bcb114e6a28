//! The control socket: commands reach the running server, so that a directory is never opened twice.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream as BlockingStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use super::{DirectoryCommand, directory};
use crate::app::App;

/// Longest command that the socket takes, in bytes: files travel inside. Only the owner of the data folder reaches it.
const LONGEST_COMMAND: usize = 48 * 1024 * 1024;

/// What the server answers.
#[derive(Serialize, Deserialize)]
struct Answer {
    /// For the terminal, or for a file: base64, since evidence may be a PDF.
    output: String,
    /// For the error stream.
    errors: String,
    /// Exit code.
    code: u8,
}

/// Path of the socket in a data folder.
pub fn socket_path(data: &Path) -> PathBuf {
    data.join("control.sock")
}

/// The data folder's lock: held as long as the value lives, so that no second process opens the folder.
pub struct Lock {
    _file: std::fs::File,
}

impl Lock {
    /// Takes the lock, or says who is in the way.
    pub fn take(data: &Path) -> anyhow::Result<Self> {
        let path = data.join("lock");
        let file = std::fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .with_context(|| format!("cannot open {}; is the data folder writable?", path.display()))?;
        if file.try_lock().is_err() {
            bail!(
                "another Vestibule process uses the data folder {}; stop it first, or choose another folder with data_dir",
                data.display()
            );
        }
        Ok(Self { _file: file })
    }
}

/// Asks the running server, if there is one. `None` means that nobody listens.
pub fn ask(
    data: &Path,
    command: &DirectoryCommand,
    out: &mut dyn Write,
    errors: &mut dyn Write,
) -> anyhow::Result<Option<u8>> {
    let Ok(mut stream) = BlockingStream::connect(socket_path(data)) else { return Ok(None) };
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    let mut line = serde_json::to_vec(command)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    let answer: Answer =
        serde_json::from_str(&answer).context("the server closed the control socket without an answer; see its log")?;
    let output =
        BASE64.decode(answer.output.as_bytes()).context("the server is of another version; use its own command")?;
    out.write_all(&output)?;
    errors.write_all(answer.errors.as_bytes())?;
    Ok(Some(answer.code))
}

/// Opens the socket in the data folder. The lock is held, so a socket that lies there is a dead one's.
pub fn listen(data: &Path) -> anyhow::Result<UnixListener> {
    let path = socket_path(data);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let listener =
        UnixListener::bind(&path).with_context(|| format!("cannot open the control socket {}", path.display()))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Answers commands until the listener is dropped.
pub async fn serve(listener: UnixListener, app: Arc<App>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let app = Arc::clone(&app);
                tokio::spawn(async move {
                    if let Err(error) = answer(stream, &app).await {
                        tracing::warn!(error = %error, "a command on the control socket failed");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(error = %error, "the control socket did not accept");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

async fn answer(stream: UnixStream, app: &App) -> anyhow::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    let read = tokio::io::AsyncReadExt::take(read, LONGEST_COMMAND as u64);
    tokio::io::BufReader::new(read).read_line(&mut line).await?;
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let code = match serde_json::from_str::<DirectoryCommand>(&line) {
        Ok(command) => match directory::perform(app, &command, &mut output).await {
            Ok(code) => code,
            Err(error) => {
                writeln!(errors, "vestibule: {error:#}")?;
                1
            }
        },
        Err(_) => {
            writeln!(errors, "vestibule: the running server does not know this command; is it of another version?")?;
            1
        }
    };
    let answer = Answer { output: BASE64.encode(&output), errors: String::from_utf8_lossy(&errors).into_owned(), code };
    let mut bytes = serde_json::to_vec(&answer)?;
    bytes.push(b'\n');
    write.write_all(&bytes).await?;
    Ok(())
}
