//! Variables, local values and outputs, evaluated once for each instance of their module.

use iac_core::address::{ModulePath, ModuleStep};
use iac_core::diagnostic::Diagnostic;
use iac_core::text::Text;
use iac_lang::config::{Output, Variable};
use iac_lang::eval::evaluate;
use iac_lang::types::convert;
use iac_lang::value::Value;

use super::conditions::{self, Checked};
use super::evaluation::evaluation;
use super::index::{InstanceIndex, ModuleIndex};
use super::session::Session;
use crate::plan::{CheckInstance, CheckKind, CheckStatus};

impl Session<'_> {
    /// Evaluates a variable in all instances of its module.
    pub(crate) fn variable(&mut self, module: ModuleIndex, position: usize) {
        let variable = &self.modules.get(module).module.variables[position];
        for instance in self.instances_of[module].clone() {
            let given = self.given(module, instance, variable);
            let value = self.converted(variable, given, instance);
            self.instances[instance].variables[position] = value.mark_if(variable.sensitive);
            if variable.validations.is_empty() {
                continue;
            }
            let module_instance = &self.instances[instance];
            let address = address(&module_instance.steps, "var", &variable.name);
            let scope = self.scope(instance, &module_instance.repetition);
            let checked =
                conditions::check(&variable.validations, &scope, "Invalid value for variable", &address);
            self.conclude(CheckKind::Variable, module, ("var", &variable.name), address, checked);
        }
    }

    /// Returns the value given for a variable, if any.
    fn given(&mut self, module: ModuleIndex, instance: InstanceIndex, variable: &Variable) -> Option<Value> {
        let Some((parent, call)) = self.modules.get(module).parent else {
            return self.request.variables.get(&variable.name).cloned();
        };
        let call = &self.modules.get(parent).module.calls[call];
        let argument = call.arguments.argument(&variable.name)?;
        let module_instance = &self.instances[instance];
        let scope = self.scope(module_instance.parent?, &module_instance.repetition);
        Some(evaluate(argument, &scope).unwrap_or_else(|error| {
            let address = format!("{}.{}", steps_text(&module_instance.steps), variable.name);
            let diagnostic = evaluation(&error, address, Some(call.location.clone()));
            self.errors.push(diagnostic);
            Value::UNKNOWN
        }))
    }

    fn converted(&mut self, variable: &Variable, given: Option<Value>, instance: InstanceIndex) -> Value {
        let default = |session: &mut Self| {
            let default = variable.default.as_ref()?;
            let module_instance = &session.instances[instance];
            let value = evaluate(default, &session.scope(instance, &module_instance.repetition));
            value
                .map_err(|error| {
                    let name = format!("var.{}", variable.name);
                    session.errors.push(evaluation(&error, name, Some(variable.location.clone())));
                })
                .ok()
        };
        let value = match given {
            Some(value) if variable.nullable || !value.peel().is_null() => value,
            Some(null) => default(self).unwrap_or(null),
            None => {
                let Some(value) = default(self) else {
                    self.errors.push(missing(variable));
                    return Value::UNKNOWN;
                };
                value
            }
        };
        if !variable.nullable && value.peel().is_null() {
            self.errors.push(
                Diagnostic::error("invalid-variable", "Required variable not set")
                    .address(format!("var.{}", variable.name))
                    .detail("The variable has `nullable = false`, but its value is null.")
                    .at(variable.location.clone()),
            );
            return Value::UNKNOWN;
        }
        convert(value, &variable.ty).unwrap_or_else(|error| {
            let mut detail = error.to_string();
            if !error.path.0.is_empty() {
                detail = format!("At `{}`: {detail}", error.path);
            }
            self.errors.push(
                Diagnostic::error("invalid-variable", "Invalid value for variable")
                    .address(format!("var.{}", variable.name))
                    .detail(format!("The value does not conform to the type of the variable: {detail}."))
                    .at(variable.location.clone()),
            );
            Value::UNKNOWN
        })
    }

    /// Evaluates a local value in all instances of its module.
    pub(crate) fn local(&mut self, module: ModuleIndex, position: usize) {
        let local = &self.modules.get(module).module.locals[position];
        for instance in self.instances_of[module].clone() {
            let module_instance = &self.instances[instance];
            let value = evaluate(&local.value, &self.scope(instance, &module_instance.repetition));
            let value = value.unwrap_or_else(|error| {
                let address = address(&module_instance.steps, "local", &local.name);
                self.errors.push(evaluation(&error, address, Some(local.location.clone())));
                Value::UNKNOWN
            });
            self.instances[instance].locals[position] = value;
        }
    }

    /// Evaluates an output in all instances of its module.
    pub(crate) fn output(&mut self, module: ModuleIndex, position: usize) {
        let output: &Output = &self.modules.get(module).module.outputs[position];
        for instance in self.instances_of[module].clone() {
            let module_instance = &self.instances[instance];
            let address = address(&module_instance.steps, "output", &output.name);
            let scope = self.scope(instance, &module_instance.repetition);
            let checked = (!output.preconditions.is_empty()).then(|| {
                conditions::check(
                    &output.preconditions,
                    &scope,
                    "Module output value precondition failed",
                    &address,
                )
            });
            let value = evaluate(&output.value, &scope);
            if let Some(checked) = checked {
                self.conclude(CheckKind::Output, module, ("output", &output.name), address.clone(), checked);
            }
            let value = value.unwrap_or_else(|error| {
                self.errors.push(evaluation(&error, address.clone(), Some(output.location.clone())));
                Value::UNKNOWN
            });
            if module == ModuleIndex::ROOT && !output.sensitive && value.contains_sensitive() {
                self.errors.push(
                    Diagnostic::error("sensitive-output", "Output refers to sensitive values")
                        .address(address)
                        .detail("The output is not marked as sensitive, so its value would be shown.")
                        .hint(
                            "Add `sensitive = true` to the output, or use `nonsensitive(…)` if the value is not a secret.",
                        )
                        .at(output.location.clone()),
                );
            }
            // Terraform hides the value of the output, but callers may use it as any other.
            if module != ModuleIndex::ROOT && output.sensitive {
                self.hide(vec![value.clone()]);
            }
            self.instances[instance].outputs[position] =
                value.mark_if(module == ModuleIndex::ROOT && output.sensitive);
        }
    }

    /// Records the results of conditions.
    pub(crate) fn conclude(
        &mut self,
        kind: CheckKind,
        module: ModuleIndex,
        (word, name): (&str, &str),
        address: String,
        checked: Checked,
    ) {
        let mut of = ModulePath::prefix_of(self.modules.path(module));
        if !word.is_empty() {
            of.push_str(word);
            of.push('.');
        }
        of.push_str(name);
        let Checked { status, problems, diagnostics } = checked;
        if kind == CheckKind::Check {
            // A failed check does not stop the plan; one that cannot be evaluated does.
            for mut diagnostic in diagnostics {
                if diagnostic.code == "condition-failed" {
                    diagnostic.severity = iac_core::diagnostic::Severity::Warning;
                    self.warnings.push(diagnostic);
                } else {
                    self.errors.push(diagnostic);
                }
            }
        } else {
            self.errors.extend(diagnostics);
        }
        debug_assert!(status != CheckStatus::Fail || !problems.is_empty());
        self.record_check(kind, of.into(), CheckInstance { address: address.into(), status, problems });
    }
}

fn missing(variable: &Variable) -> Diagnostic {
    Diagnostic::error("missing-variable", "No value for required variable")
        .address(format!("var.{}", variable.name))
        .detail(format!("Variable `{}` has no default, and no value is given for it.", variable.name))
        .hint(format!("Set it with `--var {}=…`, or in a file with `--var-file`.", variable.name))
        .at(variable.location.clone())
}

/// Formats the address of a named block in a module instance.
pub(crate) fn address(steps: &[ModuleStep], word: &str, name: &Text) -> String {
    let mut address = steps_text(steps);
    if !address.is_empty() {
        address.push('.');
    }
    address.push_str(word);
    address.push('.');
    address.push_str(name);
    address
}

pub(crate) fn steps_text(steps: &[ModuleStep]) -> String {
    ModulePath(steps).to_string()
}
