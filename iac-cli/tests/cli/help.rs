//! Help, the version, and invalid usage.

use insta::assert_snapshot;

use crate::process::{Iac, iac};

#[test]
fn missing_command_prints_help() {
    assert_snapshot!(iac(&[]), @"
    exit: 1
    stderr:
    Infrastructure as typed Rust, for Terraform and OpenTofu

    Usage: iac [OPTIONS] <COMMAND>

    Commands:
      new          Create a project
      synth        Write the Terraform configuration of a program
      plan         Show the changes that apply would make, and their causes
      check        Check the configuration against policies
      review       Review a plan: data loss, exposure, likely renames, policy findings
      deploy       Apply the stacks of a program in the order of their dependencies
      destroy      Destroy all resources of the stacks of a program, dependents first
      diff         Compare the effects of two plans
      graph        Draw the dependency graph
      docs         Generate documentation of the stacks
      ci           Generate a CI pipeline that checks, plans and applies the stacks
      schema       Look up the arguments of a resource type
      add          Add typed bindings of a provider
      completions  Generate a shell completion script

    Options:
      -h, --help     Print help
      -V, --version  Print version

    Global options:
      -q, --quiet         Print only errors and warnings
      -v, --verbose       Print the commands that are run
          --color <WHEN>  Control the use of color; `auto` uses it on terminals, unless `NO_COLOR` is
                          set [default: auto] [possible values: auto, always, never]

    Examples:
      iac new infra && cd infra    Create a project
      iac synth                    Write its Terraform configuration
      iac plan                     Show the changes that apply would make
      iac deploy                   Review, approve and apply them
      iac graph --format mermaid   Draw its dependency graph
      iac schema aws_vpc           Look up the arguments of a resource type

    Exit codes: 0 success, 1 error or invalid usage, 2 changes (`--detailed-exitcode`), 3 failed gate,
    4 effects digest mismatch (`--expect`), 5 stale files (`iac synth --check`)
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
