//! The declarations of `scope.tf`.

use std::collections::HashMap;

use iac_lang::Value;
use iac_lang::config;
use iac_lang::eval::functions::Context;
use iac_lang::eval::{EvalError, NoScope, Resolved, Scope, Step, evaluate};
use iac_lang::files::MemoryFiles;
use iac_lang::types::{Type, convert};

/// The variables and locals of the file. Its resource exists, and all of its attributes are unknown.
pub(crate) struct Module {
    names: HashMap<(&'static str, String), Value>,
    types: HashMap<String, Type>,
    files: MemoryFiles,
}

impl Module {
    pub(crate) fn new() -> Self {
        let files = MemoryFiles::new().with("scope.tf", include_str!("scope.tf"));
        let loaded = config::load(".", &files).expect("it is a configuration").module;
        let mut module = Self { names: HashMap::new(), types: HashMap::new(), files };
        for variable in loaded.variables {
            let default = variable.default.expect("every variable has a default");
            let value = evaluate(&default, &NoScope).expect("defaults are constant");
            let value = convert(value, &variable.ty).expect("defaults are of their type");
            module.types.insert(variable.name.to_string(), variable.ty.clone());
            module.names.insert(("var", variable.name.to_string()), value.mark_if(variable.sensitive));
        }
        for local in loaded.locals {
            let value = evaluate(&local.value, &module).expect("locals have values");
            module.names.insert(("local", local.name.to_string()), value);
        }
        module
    }
}

impl Scope for Module {
    fn resolve(&self, root: &str, steps: &[Step<'_>]) -> Result<Resolved<'_>, EvalError> {
        let name = steps.first().and_then(Step::name);
        let (kind, name) = match (root, name) {
            ("var", Some(name)) => ("var", name),
            ("local", Some(name)) => ("local", name),
            ("terraform_data", Some("x")) => return Ok(Resolved::owned(Value::UNKNOWN, 1)),
            (_, Some(_)) => return Err(EvalError::new("Reference to undeclared resource", root)),
            (_, None) => return Err(EvalError::new("Invalid reference", root)),
        };
        match self.names.get(&(kind, name.to_owned())) {
            Some(value) => Ok(Resolved::borrowed(value, 1)),
            None => Err(EvalError::new("Reference to undeclared value", name)),
        }
    }

    fn declared_type(&self, root: &str, names: &[&str]) -> Option<Type> {
        match (root, names) {
            ("var", [name]) => self.types.get(*name).cloned(),
            _ => None,
        }
    }

    fn functions(&self) -> Option<Context<'_>> {
        Some(Context::new(&self.files))
    }
}
