//! What operators see of a running server: logs, and counters of what the shelves are asked.

mod counters;
mod logs;

pub use counters::Counters;
pub use logs::init_logs;
