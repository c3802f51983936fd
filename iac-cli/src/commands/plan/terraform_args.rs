//! Options that Terraform takes from the environment: `TF_CLI_ARGS` and `TF_CLI_ARGS_plan`.
//!
//! Only what changes a plan is read from them; the other options are about the process or the terminal.

use std::env;

use iac_lang::config::VariableOption;

/// The environment variables, the more specific one first, as Terraform inserts them.
const NAMES: [&str; 2] = ["TF_CLI_ARGS_plan", "TF_CLI_ARGS"];

/// Options that affect a plan and that this program does not have.
const UNSUPPORTED: [&str; 2] = ["refresh-only", "state"];

/// The options that affect a plan.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TerraformArgs {
    pub(super) variables: Vec<VariableOption>,
    pub(super) targets: Vec<String>,
    pub(super) replace: Vec<String>,
    pub(super) destroy: bool,
}

impl TerraformArgs {
    /// Reads the environment.
    pub(super) fn from_environment() -> Result<Self, String> {
        let mut all = Self::default();
        for name in NAMES {
            if let Ok(text) = env::var(name) {
                all.add(&text).map_err(|problem| format!("invalid `{name}`: {problem}"))?;
            }
        }
        Ok(all)
    }

    fn add(&mut self, text: &str) -> Result<(), String> {
        let words = shlex::split(text).ok_or("a quote is not closed")?;
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let Some(option) = word.strip_prefix("--").or_else(|| word.strip_prefix('-')) else {
                return Err(format!("unexpected word `{word}`"));
            };
            let (name, given) = match option.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (option, None),
            };
            if UNSUPPORTED.contains(&name) {
                return Err(format!("`-{name}` is not supported"));
            }
            let mut value = || {
                given.clone().or_else(|| words.next()).ok_or_else(|| format!("`-{name}` requires a value"))
            };
            match name {
                "var" => self.variables.push(VariableOption::Value(value()?)),
                "var-file" => self.variables.push(VariableOption::File(value()?)),
                "target" => self.targets.push(value()?),
                "replace" => self.replace.push(value()?),
                "destroy" => self.destroy = given.is_none_or(|value| value != "false"),
                // These take a value that may be a word of its own.
                "out" | "parallelism" | "lock-timeout" | "generate-config-out" | "exclude" => {
                    value()?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TerraformArgs, String> {
        let mut args = TerraformArgs::default();
        args.add(text).map(|()| args)
    }

    #[test]
    fn options_that_affect_a_plan_are_read() {
        let args =
            read("-var=a=q -no-color --var 'b=x y' -var-file=f -parallelism 5 -target=a.b -destroy").unwrap();
        let expected = [
            VariableOption::Value("a=q".into()),
            VariableOption::Value("b=x y".into()),
            VariableOption::File("f".into()),
        ];
        assert_eq!(args.variables, expected);
        assert_eq!(args.targets, ["a.b"]);
        assert!(args.destroy);
    }

    #[test]
    fn what_cannot_be_obeyed_is_an_error() {
        assert_eq!(read("-refresh-only"), Err("`-refresh-only` is not supported".into()));
        assert_eq!(read("-var"), Err("`-var` requires a value".into()));
        assert_eq!(read("-var='a"), Err("a quote is not closed".into()));
        assert_eq!(read("word"), Err("unexpected word `word`".into()));
    }
}
