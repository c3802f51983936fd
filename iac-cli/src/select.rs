//! Selection of stacks by name and environment.

use clap::Args;
use wildmatch::WildMatch;

use crate::command_error::CommandError;
use crate::manifest::Stack;
use crate::suggest::did_you_mean;

/// Options that select stacks.
#[derive(Debug, Args)]
pub(crate) struct SelectArgs {
    /// Select stacks by name: `network`, `*-prod`
    #[arg(long, value_name = "GLOB")]
    stack: Vec<String>,

    /// Select the stacks of this environment
    #[arg(long, value_name = "NAME")]
    env: Option<String>,
}

/// A stack that can be selected.
pub(crate) trait Selectable {
    fn name(&self) -> &str;

    fn environment(&self) -> Option<&str>;
}

impl Selectable for Stack {
    fn name(&self) -> &str {
        &self.name
    }

    fn environment(&self) -> Option<&str> {
        self.environment.as_deref()
    }
}

impl SelectArgs {
    /// Keeps the selected stacks. Fails for a name or environment that matches none.
    pub(crate) fn apply<S: Selectable>(&self, stacks: &mut Vec<S>) -> Result<(), CommandError> {
        if let Some(env) = &self.env {
            let known = || stacks.iter().filter_map(Selectable::environment);
            if !known().any(|each| each == env) {
                return Err(CommandError::new(format!("no stack has environment `{env}`"))
                    .maybe_hint(did_you_mean(env, known()).or_else(|| available("environments", known()))));
            }
        }
        for pattern in &self.stack {
            let known = || stacks.iter().map(Selectable::name);
            let matcher = WildMatch::new(pattern);
            if !known().any(|name| matcher.matches(name)) {
                return Err(CommandError::new(format!("no stack matches `{pattern}`"))
                    .maybe_hint(did_you_mean(pattern, known()).or_else(|| available("stacks", known()))));
            }
        }
        let patterns: Vec<WildMatch> = self.stack.iter().map(|pattern| WildMatch::new(pattern)).collect();
        stacks.retain(|stack| {
            let is_in_env = self.env.is_none() || self.env.as_deref() == stack.environment();
            is_in_env && (patterns.is_empty() || patterns.iter().any(|pattern| pattern.matches(stack.name())))
        });
        if stacks.is_empty() {
            return Err(CommandError::new("no stack matches both `--stack` and `--env`"));
        }
        Ok(())
    }
}

fn available<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    (!names.is_empty()).then(|| format!("available {what}: {}", names.join(", ")))
}
