//! A workflow of GitHub Actions.

use std::fmt::Write as _;

use super::{Job, quoted};

/// Writes the workflow.
pub(super) fn workflow(jobs: &[Job], branch: &str) -> String {
    let mut out = HEAD.replace("{branch}", &quoted(branch));
    out.push_str(CHECK);
    for job in jobs {
        plan(job, &mut out);
    }
    comment(jobs, &mut out);
    for job in jobs {
        apply(job, &mut out);
    }
    out
}

const HEAD: &str = r#"# Written by `iac ci github`.
#
# Repository settings that it uses:
#   variable IAC_PLAN_ROLE    the role that plans assume: it may read what the stacks describe, and the states
#   variable IAC_APPLY_ROLE   the role that applies assume; its trust policy names the environments
#   variable IAC_REGION       the region of both
#   environments              one for each environment of the program: required reviewers are set there
name: infrastructure
on:
  pull_request:
  push:
    branches: [{branch}]
permissions:
  contents: read
# A push in the middle of an apply waits; a push to a pull request replaces the run before.
concurrency:
  group: infrastructure-${{ github.ref }}
  cancel-in-progress: ${{ github.event_name == 'pull_request' }}
env:
  TF_IN_AUTOMATION: "true"
  TF_INPUT: "false"
jobs:
"#;

const CHECK: &str = r"  check:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      security-events: write
    steps:
      - uses: actions/checkout@v4
      - uses: actions/cache@v4
        with:
          path: |
            ~/.cargo/bin
            ~/.cargo/registry
            target
          key: iac-${{ runner.os }}-${{ hashFiles('**/Cargo.lock') }}
      - run: command -v iac || cargo install iac-cli --locked
      # What is committed is what the program describes.
      - run: iac synth --check
      - run: iac check --format sarif --out iac.sarif
      - uses: github/codeql-action/upload-sarif@v3
        if: always() && hashFiles('iac.sarif') != ''
        with:
          sarif_file: iac.sarif
";

/// What every job does that runs Terraform: `{role}` is a variable's name, `{directory}` where.
const STEPS: &str = r"      - uses: actions/checkout@v4
      - uses: actions/cache@v4
        with:
          path: |
            ~/.cargo/bin
            ~/.cargo/registry
          key: iac-${{ runner.os }}-${{ hashFiles('**/Cargo.lock') }}
      - run: command -v iac || cargo install iac-cli --locked
      - uses: hashicorp/setup-terraform@v3
        with:
          terraform_wrapper: false
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: ${{ vars.{role} }}
          aws-region: ${{ vars.IAC_REGION }}
      - run: terraform init
        working-directory: {directory}
      - run: terraform plan -out=plan.bin && terraform show -json plan.bin > plan.json
        working-directory: {directory}
";

fn steps(job: &Job, role: &str, out: &mut String) {
    out.push_str(&STEPS.replace("{role}", role).replace("{directory}", &quoted(&job.directory)));
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

fn plan(job: &Job, out: &mut String) {
    let needs =
        list(std::iter::once("check".to_owned()).chain(job.needs.iter().map(|id| format!("plan-{id}"))));
    let (id, name, directory) = (&job.id, quoted(&format!("plan {}", job.name)), quoted(&job.directory));
    let _ = write!(
        out,
        "  plan-{id}:
    name: {name}
    needs: {needs}
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    permissions:
      contents: read
      id-token: write
    steps:
"
    );
    steps(job, "IAC_PLAN_ROLE", out);
    let _ = write!(
        out,
        "      - name: Report
        working-directory: {directory}
        run: |
          mkdir -p report
          iac review plan.json --config . --format markdown --out report/{id}.md \\
            --source-url \"$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/blob/$GITHUB_SHA/{{file}}#L{{line}}\"
          iac review plan.json --digest --out report/{id}.digest
          cat report/{id}.md >> \"$GITHUB_STEP_SUMMARY\"
      - uses: actions/upload-artifact@v4
        with:
          name: plan-{id}
          path: {}
",
        quoted(&format!("{}/report", job.directory))
    );
}

/// One comment for all plans, found again by its first line; the digests that an approval binds to stand in it.
fn comment(jobs: &[Job], out: &mut String) {
    let needs = list(jobs.iter().map(|job| format!("plan-{}", job.id)));
    let _ = write!(
        out,
        r#"  comment:
    needs: {needs}
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest
    permissions:
      contents: read
      pull-requests: write
    steps:
      - uses: actions/download-artifact@v4
        with:
          pattern: plan-*
          path: report
          merge-multiple: true
      - name: Comment
        env:
          GH_TOKEN: ${{{{ github.token }}}}
          PULL: ${{{{ github.event.number }}}}
        run: |
          # A comment has 65,536 characters at most: each stack gets its share, and the rest is in the job's summary.
          room=$((60000 / {count}))
          {{
            echo '<!-- iac -->'
            for digest in report/*.digest; do
              id=$(basename "$digest" .digest)
              echo "<!-- iac $id $(cat "$digest") -->"
            done
            for plan in report/*.md; do
              if [ "$(wc -c < "$plan")" -le "$room" ]; then
                cat "$plan"
              else
                head -n 1 "$plan"
                echo 'It is too long for a comment: see the summary of the job.'
              fi
            done
          }} > comment.md
          comments="repos/$GITHUB_REPOSITORY/issues/$PULL/comments"
          old=$(gh api --paginate "$comments" --jq '.[] | select(.body | startswith("<!-- iac -->")) | .id' | head -n 1)
          if [ -n "$old" ]; then
            gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$old" --field body=@comment.md
          else
            gh api "$comments" --field body=@comment.md
          fi
"#,
        count = jobs.len()
    );
}

fn apply(job: &Job, out: &mut String) {
    let needs =
        list(std::iter::once("check".to_owned()).chain(job.needs.iter().map(|id| format!("apply-{id}"))));
    let (id, name, directory) = (&job.id, quoted(&format!("apply {}", job.name)), quoted(&job.directory));
    let environment = quoted(job.environment.as_deref().unwrap_or("infrastructure"));
    let _ = write!(
        out,
        "  apply-{id}:
    name: {name}
    needs: {needs}
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    environment: {environment}
    concurrency: {}
    permissions:
      contents: read
      id-token: write
      pull-requests: read
    steps:
",
        quoted(&format!("apply-{id}"))
    );
    steps(job, "IAC_APPLY_ROLE", out);
    let _ = write!(
        out,
        r#"      # What is applied has the effects that stood in the comment of the pull request that was merged.
      - name: Apply
        working-directory: {directory}
        env:
          GH_TOKEN: ${{{{ github.token }}}}
          STACK: {id}
        run: |
          pull=$(gh api "repos/$GITHUB_REPOSITORY/commits/$GITHUB_SHA/pulls" --jq '.[0].number')
          approved=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$pull/comments" \
            --jq '.[] | select(.user.type == "Bot" and (.body | startswith("<!-- iac -->"))) | .body' |
            sed -n "s/^<!-- iac $STACK \([0-9a-f]*\) -->.*/\1/p" | tail -n 1)
          iac review plan.json --digest --expect "$approved"
          terraform apply plan.bin
"#
    );
}
