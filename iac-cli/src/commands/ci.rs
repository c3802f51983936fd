//! `iac ci`

mod actions;
mod atlantis;
mod backend;
mod github;
mod gitlab;
mod install;
mod location;
mod template;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use self::location::Repository;
use super::new::source_args::IacSourceArgs;
use crate::command_error::{CommandError, CommandResult, Outcome};
use crate::manifest::Stack;
use crate::output;
use crate::synthesized::SourceArgs;
use crate::terminal::Terminal;

/// Generate a CI pipeline that checks, plans and applies the stacks
///
/// The pipeline checks and plans every change with read-only permissions. After a merge it plans each stack again in dependency
/// order, waits for approval, and applies only if the effects are still those that were approved. Approvals come from the CI
/// system's own protected environments and jobs, never from comments.
///
/// The pipeline installs the version or commit of `iac` that generated it, unless another source is chosen.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CiArgs {
    /// CI system
    #[arg(value_enum)]
    system: System,

    /// Branch that is applied; it must be protected
    #[arg(long, value_name = "NAME", default_value = "main")]
    branch: String,

    /// Apply after a merge without waiting for a further approval
    #[arg(long)]
    auto_apply: bool,

    /// Terraform version that GitHub workflows install
    #[arg(long, value_name = "VERSION", default_value = "1.11.4")]
    terraform_version: String,

    /// Write to this file; `-` is stdout
    #[arg(short, long, value_name = "FILE", default_value = output::STDOUT)]
    out: PathBuf,

    #[command(flatten)]
    source: SourceArgs,

    #[command(flatten)]
    iac: IacSourceArgs,
}

const EXAMPLES: &str = "\
Examples:
  iac ci github --out .github/workflows/infrastructure.yml
  iac ci gitlab --out .gitlab-ci.yml
  iac ci atlantis --out atlantis.yaml
  iac ci atlantis-server --out repos.yaml

Commit the output of `iac synth`: the pipeline fails if it is stale. Every stack needs a remote backend.";

/// A CI system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum System {
    /// Workflow for GitHub Actions
    Github,
    /// GitLab CI/CD pipeline
    Gitlab,
    /// Projects of the repository for Atlantis (`atlantis.yaml`)
    Atlantis,
    /// Workflow and approval requirements for the Atlantis server (`repos.yaml`)
    AtlantisServer,
}

/// Everything that a pipeline is generated from.
struct Pipeline {
    jobs: Vec<Job>,
    /// The branch that is applied.
    branch: String,
    /// Whether a merge is the approval.
    auto_apply: bool,
    terraform_version: String,
    /// The arguments of `cargo install` for `iac`.
    install: String,
    /// The directory that `iac` runs in, relative to the root of the repository. Empty at the root.
    directory: String,
}

pub(crate) fn run(args: &CiArgs, terminal: &Terminal) -> CommandResult {
    check_plain("branch", &args.branch)?;
    check_plain("Terraform version", &args.terraform_version)?;
    let repository = Repository::around_here()?;
    let install = install::arguments(&args.iac.source()?, &repository)?;
    let synthesized = args.source.synthesized(terminal)?;
    let manifest = synthesized.manifest()?;
    let jobs = jobs(&manifest.stacks, &repository.relative(synthesized.terraform_directory())?)?;
    backend::require_remote(&manifest.stacks, synthesized.path())?;
    let pipeline = Pipeline {
        jobs,
        branch: args.branch.clone(),
        auto_apply: args.auto_apply,
        terraform_version: args.terraform_version.clone(),
        install,
        directory: repository.current()?,
    };
    let text = match args.system {
        System::Github => github::workflow(&pipeline),
        System::Gitlab => gitlab::pipeline(&pipeline),
        System::Atlantis => atlantis::projects(&pipeline.jobs),
        System::AtlantisServer => atlantis::server(&pipeline.branch),
    };
    output::write(&args.out, text.as_bytes())?;
    Ok(Outcome::Success)
}

/// Refuses names that would mean something else in YAML, an expression or a shell.
fn check_plain(what: &str, name: &str) -> Result<(), CommandError> {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "._/-".contains(character);
    if !name.is_empty() && name.chars().all(is_plain) {
        return Ok(());
    }
    Err(CommandError::new(format!("invalid {what} `{name}`"))
        .hint("use letters, digits, `.`, `_`, `/` and `-`"))
}

/// One stack of a pipeline.
struct Job {
    /// Stack name.
    name: String,
    environment: Option<String>,
    /// Unique name of letters, digits and hyphens, which every CI system accepts.
    id: String,
    /// Directory that Terraform runs in, relative to the root of the repository.
    directory: String,
    /// Ids of the stacks that this one depends on.
    needs: Vec<String>,
    /// Length of the longest chain of dependencies.
    level: usize,
}

impl Job {
    /// The environment whose protection applies.
    fn environment(&self) -> &str {
        self.environment.as_deref().unwrap_or("infrastructure")
    }
}

/// Orders the stacks so that dependencies come first.
fn jobs(stacks: &[Stack], directory: &str) -> Result<Vec<Job>, CommandError> {
    if stacks.is_empty() {
        return Err(
            CommandError::new("the program defines no stacks").hint("a pipeline has jobs for each stack")
        );
    }
    let mut ids: HashMap<&str, String> = HashMap::new();
    let mut levels: HashMap<&str, usize> = HashMap::new();
    let mut jobs: Vec<Job> = Vec::new();
    // Each pass adds the stacks whose dependencies have been added. `iac synth` never writes cyclic dependencies.
    while jobs.len() < stacks.len() {
        let placed = jobs.len();
        for stack in stacks {
            let is_ready = stack.depends_on.iter().all(|name| ids.contains_key(name.as_str()));
            if ids.contains_key(stack.name.as_str()) || !is_ready {
                continue;
            }
            let mut needs: Vec<String> =
                stack.depends_on.iter().map(|name| ids[name.as_str()].clone()).collect();
            needs.sort();
            let level = stack.depends_on.iter().map(|name| levels[name.as_str()] + 1).max().unwrap_or(0);
            let id = unique(&stack.name, &ids);
            ids.insert(&stack.name, id.clone());
            levels.insert(&stack.name, level);
            jobs.push(Job {
                name: stack.name.clone(),
                environment: stack.environment.clone(),
                id,
                directory: Path::new(directory).join(&stack.path).to_string_lossy().replace('\\', "/"),
                needs,
                level,
            });
        }
        if jobs.len() == placed {
            return Err(CommandError::new(
                "the manifest is invalid: stacks depend on each other, or on a stack that does not exist",
            )
            .hint("run `iac synth` to regenerate it"));
        }
    }
    Ok(jobs)
}

fn unique(name: &str, taken: &HashMap<&str, String>) -> String {
    let plain: String = name
        .chars()
        .map(|each| if each.is_ascii_alphanumeric() { each.to_ascii_lowercase() } else { '-' })
        .collect();
    let plain = plain.trim_matches('-').to_owned();
    let plain = if plain.is_empty() { "stack".to_owned() } else { plain };
    let is_free = |id: &String| !taken.values().any(|taken| taken == id);
    let numbered = (2..).map(|number| format!("{plain}-{number}"));
    std::iter::once(plain.clone()).chain(numbered).find(is_free).unwrap_or(plain)
}

/// A YAML string. JSON's syntax for strings is valid YAML.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string is valid JSON")
}

/// A word for a POSIX shell.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
