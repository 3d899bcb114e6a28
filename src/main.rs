//! Parses the command line, runs it and returns its exit code.
fn main() {}
