//! `iac ci`

mod atlantis;
mod github;
mod gitlab;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::command_error::{CommandError, CommandResult, Outcome};
use crate::manifest::Stack;
use crate::output;
use crate::source::SourceArgs;
use crate::terminal::Terminal;

/// Write a pipeline that checks, plans and applies the stacks
///
/// It synthesises and checks on every change, plans each stack in the order of dependencies, reports the plans in one comment
/// that is kept up to date, and applies on merge what was approved: the effects of the plan have to be the same.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CiArgs {
    /// Where it runs
    #[arg(value_enum)]
    system: System,

    /// The branch that is applied
    #[arg(long, value_name = "NAME", default_value = "main")]
    branch: String,

    /// Write to this file
    #[arg(short, long, value_name = "FILE", default_value = output::STDOUT)]
    out: PathBuf,

    #[command(flatten)]
    source: SourceArgs,
}

const EXAMPLES: &str = "\
Examples:
  iac ci github --out .github/workflows/infrastructure.yml
  iac ci gitlab --out .gitlab-ci.yml
  iac ci atlantis --out atlantis.yaml

What `iac synth` writes has to be committed: the pipeline fails if it differs.";

/// A system that runs pipelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum System {
    /// A workflow of GitHub Actions
    Github,
    /// A pipeline of GitLab
    Gitlab,
    /// The projects of a repository for Atlantis
    Atlantis,
}

pub(crate) fn run(args: &CiArgs, terminal: &Terminal) -> CommandResult {
    let synthesized = args.source.synthesized(terminal)?;
    let manifest = synthesized.manifest()?;
    let jobs = jobs(&manifest.stacks, &from_here(synthesized.home())?)?;
    let text = match args.system {
        System::Github => github::workflow(&jobs, &args.branch),
        System::Gitlab => gitlab::pipeline(&jobs, &args.branch),
        System::Atlantis => atlantis::projects(&jobs),
    };
    output::write(&args.out, text.as_bytes())?;
    Ok(Outcome::Fine)
}

/// A path as the pipeline sees it, which begins where it is checked out: here.
fn from_here(path: &Path) -> Result<String, CommandError> {
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(&here).unwrap_or(path);
    let text = path.to_str().ok_or_else(|| {
        CommandError::new(format!("the path `{}` is not text", path.display())).hint("rename the directory")
    })?;
    Ok(text.replace('\\', "/"))
}

/// A stack, as pipelines name it.
struct Job {
    /// The name of the stack.
    name: String,
    environment: Option<String>,
    /// A name that pipelines accept: letters, digits and hyphens, each only once.
    id: String,
    /// Where Terraform is run for it.
    directory: String,
    /// The ids of the stacks whose values it uses.
    needs: Vec<String>,
    /// How many stacks have to come before it, one after the other.
    level: usize,
}

/// The stacks, each after those that it depends on.
fn jobs(stacks: &[Stack], directory: &str) -> Result<Vec<Job>, CommandError> {
    if stacks.is_empty() {
        return Err(CommandError::new("there is no stack").hint("a pipeline has a job for each stack"));
    }
    let mut ids: HashMap<&str, String> = HashMap::new();
    let mut levels: HashMap<&str, usize> = HashMap::new();
    let mut jobs: Vec<Job> = Vec::new();
    // A pass places all stacks whose dependencies are placed: the manifest has no cycle, as states could not be made then.
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
                directory: format!("{directory}/{}", stack.path),
                needs,
                level,
            });
        }
        if jobs.len() == placed {
            return Err(CommandError::new(
                "the manifest has stacks that depend on each other, or on none that is there",
            )
            .hint("`iac synth` writes it anew"));
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

/// Text as YAML and JSON write it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text is JSON")
}

/// Text as a shell takes it, whatever is in it.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
