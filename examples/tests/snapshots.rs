//! Snapshot tests of the programs' HCL.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// The programs, and the stacks of each whose configuration is kept.
///
/// Where these are large, one environment is enough, since environments differ only in the settings.
const PROGRAMS: &[(&str, &str, &[&str])] = &[
    (
        "edtech",
        env!("CARGO_BIN_EXE_edtech"),
        &["edtech-development", "edtech-production", "edtech-staging-load", "edtech-delivery"],
    ),
    ("chatbot", env!("CARGO_BIN_EXE_chatbot"), &["chatbot-production", "chatbot-delivery"]),
    ("microservices", env!("CARGO_BIN_EXE_microservices"), &["shop-production"]),
    ("observability", env!("CARGO_BIN_EXE_observability"), &["toolbox"]),
    ("flags", env!("CARGO_BIN_EXE_flags"), &["notes-production"]),
];

/// Set `UPDATE_SNAPSHOTS=1` to update the snapshots, and review them with `git diff`.
#[test]
fn configurations_match_snapshots() {
    for (name, program, stacks) in PROGRAMS {
        let out = tempfile::tempdir().expect("a temporary directory");
        let status = Command::new(program).args(["--quiet", "--out"]).arg(out.path()).status();
        assert!(status.expect("the program runs").success(), "{name}");
        let snapshots = Path::new(env!("CARGO_MANIFEST_DIR")).join(name).join("snapshots");
        for stack in *stacks {
            let new =
                fs::read_to_string(out.path().join(stack).join("main.tf")).expect("the stack is written");
            let snapshot = snapshots.join(stack).with_extension("tf");
            if env::var_os("UPDATE_SNAPSHOTS").is_some() {
                fs::write(&snapshot, &new).expect("the snapshot can be written");
            }
            let old = fs::read_to_string(&snapshot).unwrap_or_default();
            let same = old.lines().zip(new.lines()).take_while(|(old, new)| old == new).count();
            assert!(
                old == new,
                "{}:{}: expected `{}`, found `{}`; run `cargo xtask regenerate examples` to update it",
                snapshot.display(),
                same + 1,
                old.lines().nth(same).unwrap_or_default(),
                new.lines().nth(same).unwrap_or_default(),
            );
        }
    }
}
