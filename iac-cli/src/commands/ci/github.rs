//! GitHub Actions workflows.
//!
//! Contributors can write comments, artifacts of pull requests and workflow files of branches, and forks can open pull
//! requests. So nothing of these decides what is applied: the plan that is approved is made on the protected branch, its
//! digest is an output of that job, and the approval is that of the environment's required reviewers.

mod templates;

use std::collections::BTreeSet;

use self::templates::{
    APPLY, CHECK, CHECKOUT_STEP, COMMENT, DRIFT, HEAD, INSTALL, INSTALL_FRESH, MERGED, OWN, PLAN, PREVIEW,
    PROTECTION, TERRAFORM_STEPS,
};

use super::actions::{CACHE, CHECKOUT, CREDENTIALS, DOWNLOAD, RESTORE, SARIF, TERRAFORM, UPLOAD};
use super::install::cache_key;
use super::template::fill;
use super::{Job, Pipeline, quoted};

/// Generates the workflow.
pub(super) fn workflow(pipeline: &Pipeline) -> String {
    let common = Common::of(pipeline);
    let all = |template: &str| fill(template, |name| common.value(name));
    let mut out = all(HEAD) + &all(CHECK);
    for job in &pipeline.jobs {
        out.push_str(&common.job(PREVIEW, job));
    }
    out.push_str(&(all(COMMENT) + &all(PROTECTION)));
    for job in &pipeline.jobs {
        out.push_str(&(common.job(PLAN, job) + &common.job(APPLY, job)));
    }
    out + &all(DRIFT)
}

/// How many bytes of a comment all stacks share. The rest of GitHub's limit is for headings.
const ROOM: usize = 60_000;

/// Values that are the same in every job.
struct Common<'a> {
    pipeline: &'a Pipeline,
}

impl<'a> Common<'a> {
    const fn of(pipeline: &'a Pipeline) -> Self {
        Self { pipeline }
    }

    fn value(&self, name: &str) -> Option<String> {
        let Pipeline { jobs, branch, auto_apply, terraform_version, install, directory } = self.pipeline;
        let ids = || jobs.iter().map(|job| job.id.as_str());
        Some(match name {
            "checkout" => CHECKOUT_STEP.replace("{checkout_action}", CHECKOUT),
            "cache" => CACHE.to_owned(),
            "restore" => RESTORE.to_owned(),
            "upload" => UPLOAD.to_owned(),
            "download" => DOWNLOAD.to_owned(),
            "terraform" => TERRAFORM.to_owned(),
            "credentials" => CREDENTIALS.to_owned(),
            "sarif" => SARIF.to_owned(),
            "install" => fill(INSTALL, |name| self.value(name)),
            // The program's own code runs after this, so the job must not save what it has installed.
            "install_cached" => fill(&INSTALL.replace("{cache}", "{restore}"), |name| self.value(name)),
            "install_fresh" => fill(INSTALL_FRESH, |name| self.value(name)),
            "drift_steps" => self.terraform("IAC_PLAN_ROLE", "${{ matrix.directory }}"),
            "own" => OWN.to_owned(),
            "merged" => fill(MERGED, |name| self.value(name)),
            "terraform_version" => quoted(terraform_version),
            "cargo_install" => install.clone(),
            "cache_key" => {
                format!("iac-${{{{ runner.os }}}}-{}{}", cache_key(install), sources_hash(install))
            }
            "previews" => list(ids().map(|id| format!("preview-{id}"))),
            "ids" => ids().collect::<Vec<_>>().join(" "),
            "matrix" => jobs.iter().map(matrix_row).collect(),
            "directory" if directory.is_empty() => String::new(),
            "directory" => format!("\n        working-directory: {}", literal(directory)),
            "branch" => branch.clone(),
            "branch_quoted" => quoted(branch),
            "environments" => literal(&environments(jobs)),
            "rules" if *auto_apply => "branch_policy".to_owned(),
            "rules" => "required_reviewers branch_policy".to_owned(),
            "reviewers" if *auto_apply => String::new(),
            "reviewers" => " required reviewers, and with".to_owned(),
            _ => return None,
        })
    }

    /// Fills in the template of a stack's job.
    fn job(&self, template: &str, job: &Job) -> String {
        let name = |verb: &str| Some(literal(&format!("{verb} {}", job.name)));
        fill(template, |placeholder| match placeholder {
            "id" => Some(job.id.clone()),
            "stack" => Some(literal(&job.name)),
            "stack_directory" => Some(literal(&job.directory)),
            "preview_name" => name("preview"),
            "plan_name" => name("plan"),
            "apply_name" => name("apply"),
            "plan_needs" => Some(plan_needs(job)),
            "upstream_is_applied" => Some(upstream_is_applied(job)),
            "plan_steps" => Some(self.terraform("IAC_PLAN_ROLE", &literal(&job.directory))),
            "apply_steps" => Some(self.terraform("IAC_APPLY_ROLE", &literal(&job.directory))),
            "environment" => Some(literal(job.environment())),
            "room" => Some((ROOM / self.pipeline.jobs.len()).to_string()),
            other => self.value(other),
        })
    }

    /// The steps that prepare a stack's directory.
    fn terraform(&self, role: &str, directory: &str) -> String {
        fill(TERRAFORM_STEPS, |name| match name {
            "role" => Some(role.to_owned()),
            "stack_directory" => Some(directory.to_owned()),
            other => self.value(other),
        })
    }
}

/// Jobs before the plan of a stack: both of every stack that it depends on.
fn plan_needs(job: &Job) -> String {
    let upstream = job.needs.iter().flat_map(|id| [format!("plan-{id}"), format!("apply-{id}")]);
    list(["check".to_owned(), "protection".to_owned()].into_iter().chain(upstream))
}

/// Conditions: every stack that this one depends on is planned, and applied unless it has no changes.
fn upstream_is_applied(job: &Job) -> String {
    let condition = |id: &String| {
        format!(
            " && needs.plan-{id}.result == 'success' && \
             (needs.apply-{id}.result == 'success' || needs.plan-{id}.outputs.status == '0')"
        )
    };
    job.needs.iter().map(condition).collect()
}

fn matrix_row(job: &Job) -> String {
    let (name, directory) = (literal(&job.name), literal(&job.directory));
    format!("          - stack: {name}\n            directory: {directory}\n")
}

/// The names of all environments, as JSON.
fn environments(jobs: &[Job]) -> String {
    let names: BTreeSet<&str> = jobs.iter().map(Job::environment).collect();
    list(names.into_iter().map(quoted))
}

/// A YAML string in which GitHub finds no expression.
fn literal(text: &str) -> String {
    quoted(&text.replace("${{", "${{ '${{' }}"))
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

/// Part of a cache key for `iac` that is installed from a checkout.
fn sources_hash(install: &str) -> &'static str {
    if install.starts_with("--path") { "-${{ hashFiles('**/*.rs', '**/Cargo.lock') }}" } else { "" }
}
