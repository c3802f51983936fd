//! `cargo iac`: the same as `iac`, as a subcommand of Cargo.

fn main() -> std::process::ExitCode {
    iac_cli::run(std::env::args_os())
}
