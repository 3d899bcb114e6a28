//! One suite for each trait that has several implementations, run against all of them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "test code"
)]

mod accounts;
mod client_consents;
mod factors;
mod fixtures;
mod guest_objects;
mod guest_pages;
mod home_sessions;
mod killed;
mod life;
mod openid_plan;
mod outbox_killed;
#[cfg(feature = "redis")]
mod redis_gone;
mod short_term;
mod sqlite_file;
mod store;
mod store_concurrency;
mod webhooks;

/// Makes one test for each case of a suite and each implementation. `$make` gives the implementation, or `None` with a
/// printed reason if it cannot run here.
macro_rules! suite {
    ($make:ident: $($case:ident),+ $(,)?) => {
        mod $make {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    if let Some(ground) = super::super::fixtures::$make(stringify!($case)).await {
                        super::$case(ground).await;
                    }
                }
            )+
        }
    };
}

use suite;
