//! Configuration: files and environment as typed, settings as meant, and every fault at once with place and hint.

mod application_file;
mod connection_file;
mod environment;
mod fault;
mod files;
mod load;
pub mod markdown;
mod oidc_file;
mod operator_file;
mod policies;
mod preset;
mod raw;
mod section;
mod settings;
mod shipped;
mod tenant_file;
pub mod terms;
mod traffic_file;
mod upstream_file;
pub mod upstream_tls;
mod values;
mod webhook_file;

pub use connection_file::ConnectionSecrets;
pub use environment::{Environment, user_data_folder};
pub use fault::Fault;
pub use load::{Loaded, load};
pub use settings::{
    Egress, HostPort, Limits, Listen, LogFormat, LogSettings, MailSettings, MailTransport, Settings, ShortTermSettings,
    SmtpEncryption, TlsSettings,
};
pub use shipped::unpack as unpack_shipped;
pub use tenant_file::{DeclaredMember, TenantFile};
pub use terms::render as render_terms;
pub use values::duration;

#[cfg(test)]
mod fault_table;
#[cfg(test)]
mod load_tests;
#[cfg(test)]
mod reference_tests;
