//! Logs: one line an event, readable alone, without personal data or secrets.

use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, LogSettings};

/// Libraries that log what came from outside word for word, whatever the operator wants to see. They come last, for the last
/// word about a target counts (attack row L2).
const SILENT: &str = "webauthn_rs_core=off,webauthn_rs=off";

fn filter_of(wanted: &str) -> EnvFilter {
    // What names a part of such a library would win over the word about the whole of it.
    let own: Vec<&str> = wanted.split(',').filter(|part| !part.trim().starts_with("webauthn_rs")).collect();
    EnvFilter::try_new(format!("{},{SILENT}", own.join(",")))
        .unwrap_or_else(|_| EnvFilter::new(format!("info,{SILENT}")))
}

/// Starts logging to standard error. A second call changes nothing (tests start many servers in one process).
pub fn init_logs(settings: &LogSettings) {
    let filter = filter_of(&settings.filter);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(true);
    // An error means that a subscriber is set already, which serves as well.
    let _ = match settings.format {
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).try_init(),
        LogFormat::Text => builder.with_ansi(false).try_init(),
    };
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(filter: EnvFilter) -> String {
        let kept = Kept::default();
        let writer = kept.clone();
        let layer = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false);
        tracing::subscriber::with_default(layer.with_writer(move || writer.clone()).finish(), || {
            tracing::error!(target: "webauthn_rs_core::interface", "typed by a stranger");
            tracing::error!(target: "webauthn_rs::interface", "typed by a stranger");
            tracing::error!(target: "vestibule::server", "our own words");
        });
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    /// L2: a library that logs its input is silent, whatever the filter of the operator says.
    #[test]
    fn l2_no_library_logs_what_came_from_outside() {
        for wanted in ["info", "trace", "warn,webauthn_rs_core=debug", "webauthn_rs_core::interface=error,info"] {
            let text = logged(filter_of(wanted));
            assert!(text.contains("our own words"), "{wanted}: {text}");
            assert!(!text.contains("stranger"), "{wanted}: {text}");
        }
        assert!(logged(EnvFilter::new("info")).contains("stranger"), "the control");
    }
}
