//! The `iac` command.

// A plan is made of millions of small pieces.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    iac_cli::run(std::env::args_os())
}
