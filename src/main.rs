//! The `scops` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    scops::cli::main()
}
