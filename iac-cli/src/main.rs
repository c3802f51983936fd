//! The `iac` command.

fn main() -> std::process::ExitCode {
    iac_cli::run(std::env::args_os())
}
