//! `cargo iac`: what `iac` is, found by Cargo.

fn main() -> std::process::ExitCode {
    iac_cli::run(std::env::args_os())
}
