//! Work that takes long lets the traffic pass first.

/// Lets this thread run behind those that carry traffic (decision 26). Where the system will not have it, the work is merely not
/// polite.
#[cfg(target_os = "linux")]
pub(crate) fn step_back() {
    const NICE: i32 = 10;
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICE) {
        let thread = std::thread::current();
        tracing::debug!(error = %error, thread = thread.name(), "this thread runs at normal priority");
    }
}

/// Elsewhere threads have no priority of their own.
#[cfg(not(target_os = "linux"))]
pub(crate) fn step_back() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn k5_a_thread_that_steps_back_runs_behind_the_traffic_alone() {
        let nice = || {
            let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
            let fields = stat.rsplit_once(") ").unwrap().1;
            fields.split(' ').nth(16).unwrap().parse::<i32>().unwrap()
        };
        let spawned = std::thread::spawn(move || {
            let before = nice();
            step_back();
            (before, nice())
        });
        let (before, after) = spawned.join().unwrap();
        assert_eq!(after, 10, "it was {before} before");
        assert_eq!(nice(), before, "its own thread alone");
    }
}
