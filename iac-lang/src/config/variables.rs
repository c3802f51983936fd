//! Values of a root module's variables, from all the sources that Terraform supports.

use std::collections::HashMap;

use iac_core::diagnostic::{Diagnostic, Diagnostics, closest};
use iac_core::expression::Expression;
use iac_core::syntax::{Content, Item, Json, Parser, SourcePosition, Strings, check_arguments};
use iac_core::text::Text;

use super::load::checked_text;
use super::sources::Source;
use super::{Location, Module, Variable};
use crate::eval::{NoScope, evaluate};
use crate::files::{Files, join};
use crate::value::{Value, composed};

/// The sources of values, besides the files that are always read.
#[derive(Clone, Copy, Debug, Default)]
pub struct VariableSources<'a> {
    /// The environment; only names that begin with `TF_VAR_` matter.
    pub environment: &'a [(String, String)],
    /// The options `-var` and `-var-file`, in command-line order.
    pub options: &'a [VariableOption],
}

/// An option that sets variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VariableOption {
    /// `-var`: a name, `=` and a value.
    Value(String),
    /// `-var-file`: a path.
    File(String),
}

/// The values of variables.
#[derive(Clone, Debug, Default)]
pub struct VariableValues {
    /// The given values, by name: not yet converted to the variables' types, and without defaults.
    pub values: HashMap<Text, Value>,
    /// Warnings for the author.
    pub warnings: Diagnostics,
}

/// Collects the values given to the variables of a root module. Later sources take precedence:
///
/// 1. the environment: `TF_VAR_name`,
/// 2. `terraform.tfvars`, then `terraform.tfvars.json`, in the module's directory,
/// 3. `*.auto.tfvars` and `*.auto.tfvars.json` there, by name,
/// 4. the options, in their order.
///
/// # Errors
///
/// Returns errors if a value is invalid, or if an option sets a variable that is not declared.
pub fn variables(
    module: &Module,
    files: &dyn Files,
    sources: &VariableSources<'_>,
) -> Result<VariableValues, Diagnostics> {
    let declared = module.variables.iter().map(|variable| (variable.name.as_str(), variable)).collect();
    let mut collector = Collector {
        declared,
        files,
        values: HashMap::with_capacity(module.variables.len()),
        diagnostics: Diagnostics::default(),
    };
    for (name, value) in sources.environment {
        if let Some(variable) = name.strip_prefix("TF_VAR_").and_then(|name| collector.declared.get(name)) {
            collector.text(variable, value, name);
        }
    }
    for path in automatic(&module.directory, files) {
        collector.file(&path);
    }
    for option in sources.options {
        match option {
            VariableOption::File(path) => collector.file(path),
            VariableOption::Value(assignment) => collector.option(assignment),
        }
    }
    if collector.diagnostics.has_errors() {
        return Err(collector.diagnostics);
    }
    Ok(VariableValues { values: collector.values, warnings: collector.diagnostics })
}

/// Returns the variable files of a directory that are read automatically.
fn automatic(directory: &str, files: &dyn Files) -> Vec<String> {
    let entries = files.list(directory).unwrap_or_default();
    let names = || entries.iter().filter(|entry| !entry.is_directory).map(|entry| entry.name.as_str());
    let mut found: Vec<&str> = ["terraform.tfvars", "terraform.tfvars.json"]
        .into_iter()
        .filter(|name| names().any(|other| other == *name))
        .collect();
    let mut by_name: Vec<&str> = names()
        .filter(|name| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json"))
        .collect();
    by_name.sort_unstable();
    found.append(&mut by_name);
    found.into_iter().map(|name| join(directory, name)).collect()
}

struct Collector<'a> {
    declared: HashMap<&'a str, &'a Variable>,
    files: &'a dyn Files,
    values: HashMap<Text, Value>,
    diagnostics: Diagnostics,
}

impl Collector<'_> {
    /// Parses a value given as a string; `from` names its source.
    fn text(&mut self, variable: &Variable, text: &str, from: &str) {
        let value = if variable.takes_text {
            Ok(Value::String(composed(text.into())))
        } else {
            let parsed = Parser::new(text).whole_expression().map_err(|error| error.message);
            parsed.and_then(|expression| evaluate(&expression, &NoScope).map_err(|error| error.to_string()))
        };
        match value {
            Ok(value) => {
                self.values.insert(variable.name.clone(), value);
            }
            Err(problem) => {
                // A message may quote the value.
                let problem = if variable.sensitive { "it is sensitive and not shown" } else { &problem };
                let summary = format!("invalid value for variable `{}` in {from}: {problem}", variable.name);
                let diagnostic = Diagnostic::error("invalid-variable", summary).hint(format!(
                    "the variable has type `{}`; write the value as in a configuration file",
                    variable.ty
                ));
                self.diagnostics.push(diagnostic);
            }
        }
    }

    fn option(&mut self, assignment: &str) {
        let Some((name, value)) = assignment.split_once('=') else {
            let diagnostic = Diagnostic::error("invalid-variable", "missing `=` in option `-var`");
            self.diagnostics.push(diagnostic.hint("write `-var name=value`"));
            return;
        };
        let name = name.trim();
        if let Some(variable) = self.declared.get(name) {
            self.text(variable, value, "option `-var`");
        } else {
            let diagnostic = Diagnostic::error("undeclared-variable", undeclared(name));
            let diagnostic = diagnostic.hint(self.suggestion(name));
            self.diagnostics.push(diagnostic);
        }
    }

    fn suggestion(&self, name: &str) -> String {
        match closest(name, self.declared.keys().copied()) {
            Some(similar) => format!("did you mean `{similar}`?"),
            None => format!("declare it with `variable \"{name}\" {{ }}`"),
        }
    }

    /// Reads a file of values.
    fn file(&mut self, path: &str) {
        let content = self.files.read(path).map_err(|error| error.to_string()).and_then(checked_text);
        let source = match content {
            Ok(text) => Source::new(path.into(), text),
            Err(problem) => {
                let summary = format!("cannot read `{path}`: {problem}");
                let location = Location { file: path.into(), ..Location::default() };
                self.diagnostics.push(Diagnostic::error("file-not-read", summary).at(location));
                return;
            }
        };
        let is_json = path.rsplit_once('.').is_some_and(|(_, extension)| extension == "json");
        let items = if is_json {
            read_json(&source.text)
        } else {
            Parser::new(&source.text).file().map(|body| body.items)
        };
        match items {
            Ok(items) => items.into_iter().for_each(|item| self.item(&source, item)),
            Err(error) => self.diagnostics.push(source.syntax_error(error)),
        }
    }

    fn item(&mut self, source: &Source, item: Item) {
        let Item { name, position, content } = item;
        let location = source.location(position.offset as usize);
        let Content::Argument(expression) = content else {
            let summary = format!("unsupported block `{name}` in a variable file");
            let diagnostic = Diagnostic::error("unknown-block", summary).at(location);
            self.diagnostics.push(diagnostic.hint(format!("write `{name} = …`")));
            return;
        };
        if !self.declared.contains_key(name.as_str()) {
            let diagnostic = Diagnostic::warning("undeclared-variable", undeclared(&name)).at(location);
            let diagnostic = diagnostic.hint(self.suggestion(&name));
            self.diagnostics.push(diagnostic);
            return;
        }
        match evaluate(&expression, &NoScope) {
            Ok(value) => {
                self.values.insert(name, value);
            }
            Err(error) => {
                let summary = format!("invalid value for variable `{name}`: {error}");
                let diagnostic = Diagnostic::error("invalid-variable", summary).at(location);
                self.diagnostics
                    .push(diagnostic.hint("use literal values, without references and functions"));
            }
        }
    }
}

fn undeclared(name: &str) -> String {
    format!("value for undeclared variable `{name}`")
}

fn read_json(text: &str) -> iac_core::syntax::Result<Vec<Item>> {
    let mut json = Json::new(text);
    let mut items = Vec::new();
    json.object(|json, name, offset| {
        let content: Expression = json.value(Strings::Literals)?;
        let position = SourcePosition::new(0, offset);
        items.push(Item { name: name.into(), position, content: Content::Argument(content) });
        Ok(())
    })?;
    json.end()?;
    check_arguments(&items)?;
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load;
    use crate::files::MemoryFiles;

    const DECLARED: &str = r#"
        variable "a" { type = string }
        variable "n" { type = number }
        variable "l" { type = list(string) }
        variable "any" { type = any }
        variable "none" {}
    "#;

    fn collected(
        files: MemoryFiles,
        environment: &[(&str, &str)],
        options: &[VariableOption],
    ) -> Result<VariableValues, Diagnostics> {
        let files = files.with("main.tf", DECLARED);
        let module = load(".", &files).unwrap().module;
        let environment: Vec<_> =
            environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        variables(&module, &files, &VariableSources { environment: &environment, options })
    }

    #[test]
    fn later_sources_take_precedence() {
        let files = MemoryFiles::new()
            .with("terraform.tfvars", "a = \"2\"\nn = 2\n")
            .with("terraform.tfvars.json", r#"{"a": "3"}"#)
            .with("b.auto.tfvars", "a = \"5\"")
            .with("a.auto.tfvars.json", r#"{"a": "4"}"#)
            .with("x/more.tfvars", "a = \"7\"");
        let value = |files: &MemoryFiles, options: &[VariableOption]| {
            let values = collected(files.clone(), &[("TF_VAR_a", "1"), ("a", "0")], options).unwrap().values;
            format!("{:?}", values["a"])
        };
        let option = |text: &str| VariableOption::Value(text.to_owned());
        let file = VariableOption::File("x/more.tfvars".to_owned());
        assert_eq!(value(&files, &[option("a=6"), file.clone()]), "\"7\"");
        assert_eq!(value(&files, &[file, option("a=6")]), "\"6\"");
        assert_eq!(value(&files, &[]), "\"5\"");
        assert_eq!(value(&MemoryFiles::new(), &[]), "\"1\"");
    }

    #[test]
    fn strings_are_parsed_by_variable_type() {
        let options = ["a=[1]", "n=1", r#"l=["x", "y"]"#, "any={ k = true }", "none=[1"];
        let options = options.map(|text| VariableOption::Value(text.to_owned()));
        let values = collected(MemoryFiles::new(), &[], &options).unwrap().values;
        let shown = ["a", "n", "l", "any", "none"].map(|name| format!("{:?}", values[name]));
        assert_eq!(shown, [r#""[1]""#, r#""1""#, r#"["x", "y"]"#, r#"{"k": true}"#, r#""[1""#]);
    }

    #[test]
    fn invalid_values_are_errors() {
        let files = MemoryFiles::new().with("terraform.tfvars", "l = var.a\n\nb {}\n  aa = 1\n");
        let options = ["l=[", "x=1", "y"].map(|text| VariableOption::Value(text.to_owned()));
        let diagnostics = collected(files, &[], &options).unwrap_err();
        insta::assert_snapshot!(diagnostics, @"
        error[invalid-variable]: invalid value for variable `l`: Variables not allowed: Variables may not be used here.
          --> terraform.tfvars:1:1
        error[unknown-block]: unsupported block `b` in a variable file
          --> terraform.tfvars:3:1
        warning[undeclared-variable]: value for undeclared variable `aa`
          --> terraform.tfvars:4:3
        error[invalid-variable]: invalid value for variable `l` in option `-var`: expected an expression, found the end of the input
        error[undeclared-variable]: value for undeclared variable `x`
        error[invalid-variable]: missing `=` in option `-var`
        ");
    }
}
