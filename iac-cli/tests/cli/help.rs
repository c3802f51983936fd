//! Help, the version, and invalid usage.

use insta::assert_snapshot;

use crate::process::{Iac, iac};

#[test]
fn missing_command_prints_help() {
    assert_snapshot!(iac(&[]), @"
    exit: 1
    stderr:
    Infrastructure written in Rust, for Terraform and OpenTofu

    Usage: iac [OPTIONS] <COMMAND>

    Commands:
      new          Start a project
      synth        Write the Terraform configuration of a program
      plan         Say what applying the configuration would change, and why
      check        Hold the configuration against the policies
      review       Report a plan that is there: dangers, exposures, renames, policies
      diff         Say where the effects of two plans differ
      graph        Draw what depends on what
      docs         Write documentation of the stacks
      ci           Generate a CI pipeline that checks, plans and applies the stacks
      schema       Look up the arguments of a resource, and what is known of them
      completions  Print what makes a shell complete `iac` commands

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Global options:
      -q, --quiet         Say nothing but errors and warnings
      -v, --verbose       Say what is run
          --color <WHEN>  Choose when to colour; `auto` is on a terminal, unless `NO_COLOR` is set
                          [default: auto] [possible values: auto, always, never]

    Examples:
      iac new infra && cd infra    Start a project
      iac synth                    Write its Terraform configuration
      iac plan                     Say what applying it would change, and why
      iac graph --format mermaid   Draw what depends on what
      iac schema aws_vpc           Look up the arguments of a resource

    Exit codes: 0 fine, 1 error or wrong usage, 2 `iac plan --detailed-exitcode` finds changes,
    5 `iac synth --check` differs
    ");
}

#[test]
fn invalid_usage_exits_with_1() {
    assert_snapshot!(iac(&["synht"]), @"
    exit: 1
    stderr:
    error: unrecognized subcommand 'synht'

      tip: a similar subcommand exists: 'synth'

    Usage: iac [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    assert_snapshot!(iac(&["graph", "--depth", "1"]), @"
    exit: 1
    stderr:
    error: the following required arguments were not provided:
      --focus <ADDRESS>

    Usage: iac graph --focus <ADDRESS> --depth <STEPS>

    For more information, try '--help'.
    ");
    assert_snapshot!(iac(&["-q", "-v", "synth"]), @"
    exit: 1
    stderr:
    error: the argument '--quiet' cannot be used with '--verbose'

    Usage: iac --quiet <COMMAND>

    For more information, try '--help'.
    ");
}

#[test]
fn cargo_iac_is_a_cargo_subcommand() {
    let cargo_iac = |args: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_cargo-iac")).args(args).output().unwrap();
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(cargo_iac(&["iac", "--version"]), concat!("iac ", env!("CARGO_PKG_VERSION"), "\n"));
    assert_snapshot!(cargo_iac(&["iac", "synth", "--chek"]), @"
    error: unexpected argument '--chek' found

      tip: a similar argument exists: '--check'

    Usage: cargo iac synth --check

    For more information, try '--help'.
    ");
}

#[test]
fn color_is_off_without_a_terminal_unless_requested() {
    let error = |args: &[&str]| Iac::new(&[&["schema", "aws_nothing"], args].concat());
    let is_coloured = |iac: Iac| iac.run().contains('\u{1b}');
    assert!(!is_coloured(error(&[])));
    assert!(is_coloured(error(&["--color=always"])));
    assert!(is_coloured(error(&[]).env("CLICOLOR_FORCE", "1")));
    assert!(!is_coloured(error(&["--color", "never"]).env("CLICOLOR_FORCE", "1")));
    assert!(!is_coloured(error(&[]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")));
    // The choice applies to usage errors, too.
    assert!(is_coloured(Iac::new(&["--color", "always", "synth", "--chek"])));
}
