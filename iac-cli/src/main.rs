//! The `iac` command.

// Planning allocates millions of small objects.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    iac_cli::run(std::env::args_os())
}
