//! Template functions. A template is evaluated with variables of its own.

use iac_core::syntax::Parser;

use super::argument::{Arguments, any, map_of, string};
use super::function::{Function, Outcome};
use super::{Context, FunctionError, filesystem};
use crate::eval::{EvalError, Resolved, Scope, Step, evaluate};
use crate::types::{Type, convert};
use crate::value::ValueMap;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::contextual("templatefile", &[string("path"), any("vars").sensitive()], |arguments, context| {
        let template = filesystem::read_text(arguments, context)?;
        render(arguments, context, &template)
    }),
    Function::contextual(
        "templatestring",
        &[string("template"), any("vars").sensitive()],
        |arguments, context| {
            let template = arguments.text(0).clone();
            let rendered = render(arguments, context, &template)?;
            convert(rendered, &Type::String).map_err(|error| arguments.error(0, error.to_string()))
        },
    ),
];

fn render(arguments: &mut Arguments, context: &Context<'_>, template: &str) -> Outcome {
    let (variables, sensitive) = arguments.take(1).split_mark();
    let Some(variables) = map_of(&variables) else {
        return Err(arguments.error(1, "a map or object is required"));
    };
    if context.in_template {
        return Err(FunctionError::Failed("templates cannot be rendered recursively".to_owned()));
    }
    let template = template.strip_prefix('\u{feff}').unwrap_or(template);
    let expression = Parser::new(template).whole_template().map_err(|error| {
        let (line, _) = error.line_and_column(template);
        FunctionError::Failed(format!("line {line} of the template: {}", error.message))
    })?;
    let scope = Variables { variables, context: Context { in_template: true, ..*context } };
    let rendered = evaluate(&expression, &scope).map_err(|error| FunctionError::Failed(error.to_string()))?;
    Ok(rendered.mark_if(sensitive))
}

/// The names that a template can refer to.
struct Variables<'a> {
    variables: &'a ValueMap,
    context: Context<'a>,
}

impl Scope for Variables<'_> {
    fn resolve(&self, root: &str, _: &[Step<'_>]) -> Result<Resolved<'_>, EvalError> {
        let variable = self.variables.get(root).map(|value| Resolved::borrowed(value, 0));
        variable.ok_or_else(|| {
            EvalError::of("Invalid reference", format!("The template is not given a variable `{root}`."))
        })
    }

    fn functions(&self) -> Option<Context<'_>> {
        Some(self.context)
    }
}
