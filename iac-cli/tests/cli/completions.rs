//! `iac completions`

use crate::process::iac;

#[test]
fn completions_cover_every_command_in_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = iac(&["completions", shell]);
        assert!(script.starts_with("exit: 0\nstdout:\n"), "{shell}");
        for command in iac_cli::command().get_subcommands() {
            assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
        }
    }
}
