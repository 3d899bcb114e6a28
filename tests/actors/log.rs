//! The log of this process, on standard error as ever, and kept as far as stories read it.

use std::io::Write;
use std::sync::{Mutex, OnceLock};

use serde_json::Value;

static KEPT: Mutex<Vec<Value>> = Mutex::new(Vec::new());

/// Takes each line as it is written, whole.
struct Line;

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // Of all that is logged in this process no more than stories ask for.
        if let Some(line) =
            serde_json::from_slice::<Value>(bytes).ok().filter(|line| !line["fields"]["connection.name"].is_null())
        {
            KEPT.lock().unwrap().push(line);
        }
        std::io::stderr().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Listens before a server in this process does, which is content with whoever does already.
pub fn keep() {
    static LISTENS: OnceLock<()> = OnceLock::new();
    LISTENS.get_or_init(|| {
        let listener = tracing_subscriber::fmt().json().with_max_level(tracing::Level::INFO).with_writer(|| Line);
        // Should somebody else listen already, the story that reads this finds nothing, and says so.
        tracing::subscriber::set_global_default(listener.finish()).ok();
    });
}

/// Every line so far that says which connection it is about, of whatever story.
pub fn logged() -> Vec<Value> {
    KEPT.lock().unwrap().clone()
}
