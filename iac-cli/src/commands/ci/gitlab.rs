//! A pipeline of GitLab.

use std::fmt::Write as _;

use super::{Job, quoted, shell};

/// Writes the pipeline.
pub(super) fn pipeline(jobs: &[Job], branch: &str) -> String {
    let mut out = HEAD.replace("{branch}", &quoted(branch));
    for job in jobs {
        plan(job, &mut out);
    }
    comment(jobs, &mut out);
    for job in jobs {
        apply(job, &mut out);
    }
    out
}

const HEAD: &str = r#"# Written by `iac ci gitlab`.
#
# Variables that it uses:
#   IAC_IMAGE        an image with Rust, Terraform or OpenTofu as `terraform`, curl and jq
#   IAC_PLAN_ROLE    the role that plans assume, through the identity token of the job
#   IAC_APPLY_ROLE   the role that applies assume; its trust policy names the branch
#   IAC_TOKEN        a project's access token with the scope `api`, for the comment
stages: [check, plan, comment, apply]

default:
  image: $IAC_IMAGE
  cache:
    key:
      files: [Cargo.lock]
    paths: [.cargo/bin, .cargo/registry]
  before_script:
    - export CARGO_HOME="$CI_PROJECT_DIR/.cargo" PATH="$CI_PROJECT_DIR/.cargo/bin:$PATH"
    - command -v iac || cargo install iac-cli --locked

variables:
  TF_IN_AUTOMATION: "true"
  TF_INPUT: "false"
  IAC_BRANCH: {branch}

.change:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"

.merged:
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $IAC_BRANCH

# The identity token of the job becomes the credentials of a role.
.aws:
  id_tokens:
    AWS_TOKEN:
      aud: sts.amazonaws.com
  variables:
    AWS_WEB_IDENTITY_TOKEN_FILE: /tmp/aws-token
    AWS_ROLE_SESSION_NAME: gitlab-$CI_JOB_ID

check:
  stage: check
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $IAC_BRANCH
  script:
    # What is committed is what the program describes.
    - iac synth --check
    - iac check --format junit --out iac.xml
  artifacts:
    when: always
    reports:
      junit: iac.xml
"#;

fn needs(stage: &str, job: &Job) -> String {
    let own = job.needs.iter().map(|id| format!("{stage}-{id}"));
    let all: Vec<String> = std::iter::once("check".to_owned()).chain(own).collect();
    format!("[{}]", all.join(", "))
}

fn plan(job: &Job, out: &mut String) {
    let (id, directory) = (&job.id, &job.directory);
    let _ = write!(
        out,
        "
plan-{id}:
  stage: plan
  extends: [.aws, .change]
  needs: {}
  script:
    - printf %s \"$AWS_TOKEN\" > \"$AWS_WEB_IDENTITY_TOKEN_FILE\"
    - export AWS_ROLE_ARN=\"$IAC_PLAN_ROLE\"
    - {}
    - terraform init
    - terraform plan -out=plan.bin
    - terraform show -json plan.bin > plan.json
    - mkdir -p \"$CI_PROJECT_DIR/report\"
    - iac review plan.json --config . --format markdown --out \"$CI_PROJECT_DIR/report/{id}.md\"
    - iac review plan.json --digest --out \"$CI_PROJECT_DIR/report/{id}.digest\"
  artifacts:
    paths: [report]
",
        needs("plan", job),
        quoted(&format!("cd {}", shell(directory)))
    );
}

/// One note for all plans, found again by its first line; the digests that an approval binds to stand in it.
fn comment(jobs: &[Job], out: &mut String) {
    let needs: Vec<String> = jobs.iter().map(|job| format!("plan-{}", job.id)).collect();
    let _ = write!(
        out,
        r#"
comment:
  stage: comment
  extends: .change
  needs: [{}]
  script:
    - |
      {{
        echo '<!-- iac -->'
        for digest in report/*.digest; do
          echo "<!-- iac $(basename "$digest" .digest) $(cat "$digest") -->"
        done
        cat report/*.md
      }} > note.md
      notes="$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes"
      old=$(curl --fail --silent --header "PRIVATE-TOKEN: $IAC_TOKEN" "$notes?per_page=100" |
        jq -r '[.[] | select(.body | startswith("<!-- iac -->")) | .id] | first // empty')
      if [ -n "$old" ]; then
        curl --fail --silent --request PUT --header "PRIVATE-TOKEN: $IAC_TOKEN" --data-urlencode body@note.md "$notes/$old"
      else
        curl --fail --silent --header "PRIVATE-TOKEN: $IAC_TOKEN" --data-urlencode body@note.md "$notes"
      fi > /dev/null
"#,
        needs.join(", ")
    );
}

fn apply(job: &Job, out: &mut String) {
    let (id, directory) = (&job.id, &job.directory);
    let environment = quoted(job.environment.as_deref().unwrap_or("infrastructure"));
    let _ = write!(
        out,
        r#"
apply-{id}:
  stage: apply
  extends: [.aws, .merged]
  needs: {}
  environment:
    name: {environment}
  # One apply at a time.
  resource_group: apply-{id}
  script:
    - printf %s "$AWS_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"
    - export AWS_ROLE_ARN="$IAC_APPLY_ROLE"
    - {}
    - terraform init
    - terraform plan -out=plan.bin
    - terraform show -json plan.bin > plan.json
    # What is applied has the effects that stood in the note of the merge request.
    - |
      requests="$CI_API_V4_URL/projects/$CI_PROJECT_ID"
      request=$(curl --fail --silent --header "PRIVATE-TOKEN: $IAC_TOKEN" \
        "$requests/repository/commits/$CI_COMMIT_SHA/merge_requests" | jq -r '.[0].iid')
      approved=$(curl --fail --silent --header "PRIVATE-TOKEN: $IAC_TOKEN" \
        "$requests/merge_requests/$request/notes?per_page=100" | jq -r '.[].body' |
        sed -n 's/^<!-- iac {id} \([0-9a-f]*\) -->.*/\1/p' | head -n 1)
      iac review plan.json --digest --expect "$approved"
    - terraform apply plan.bin
"#,
        needs("apply", job),
        quoted(&format!("cd {}", shell(directory)))
    );
}
