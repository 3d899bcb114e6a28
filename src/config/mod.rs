//! Configuration: files and environment as typed, settings as meant, and every fault at once with place and hint.

mod settings;

pub use settings::{
    Egress, HostPort, Limits, Listen, LogFormat, LogSettings, MailSettings, MailTransport, Settings, ShortTermSettings,
    SmtpEncryption, TlsSettings,
};
