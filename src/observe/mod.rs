//! What operators see of a running server: logs. Metrics live with the server's health listener.

mod logs;

pub use logs::init_logs;
