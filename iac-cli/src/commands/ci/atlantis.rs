//! The projects of a repository for Atlantis.

use std::fmt::Write as _;

use super::{Job, quoted};

const HEAD: &str = r"# Written by `iac ci atlantis`. The server has to allow custom workflows, and has to have `iac`.
version: 3
# What depends on a stack is planned and applied after it.
parallel_plan: true
parallel_apply: true
abort_on_execution_order_fail: true
workflows:
  iac:
    plan:
      steps:
        # What is committed is what the program describes.
        - run: cd $(git rev-parse --show-toplevel) && iac synth --check
        - init
        - plan
        - run: terraform show -json $PLANFILE > $SHOWFILE
        - run: iac review $SHOWFILE --config . --format markdown --fail-on error
    apply:
      steps:
        - apply
projects:
";

/// Writes the projects.
pub(super) fn projects(jobs: &[Job]) -> String {
    let mut out = String::from(HEAD);
    for job in jobs {
        let Job { id, directory, level, needs, .. } = job;
        let _ = write!(
            out,
            "  - name: {id}
    dir: {}
    workflow: iac
    execution_order_group: {level}
    autoplan:
      enabled: true
      when_modified: [\"*.tf\"]
    apply_requirements: [approved, mergeable, undiverged]
",
            quoted(directory)
        );
        if !needs.is_empty() {
            let _ = writeln!(out, "    depends_on: [{}]", needs.join(", "));
        }
    }
    out
}
