//! Parses the command line, runs it and returns its exit code.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;

#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = vestibule::cli::Cli::parse_from(vestibule::cli::words(std::env::args_os()));
    let mut errors = std::io::stderr();
    match vestibule::cli::run(cli, &mut std::io::stdout(), &mut errors) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            // Nothing is left to be done if even the error stream is closed.
            let _ = writeln!(errors, "vestibule: {error:#}");
            ExitCode::FAILURE
        }
    }
}
