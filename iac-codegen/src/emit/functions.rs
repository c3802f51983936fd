//! Provider functions.

use std::fmt::Write as _;

use super::scope::Scope;
use super::types::{is_object, rust_type};
use crate::names::identifier;
use iac_schema::model::{Attribute, Function, Parameter, Type};

/// Writes the provider's functions. `scope` is that of the provider itself.
pub(super) fn emit(out: &mut String, scope: &Scope<'_>) {
    let provider = &scope.loaded.knowledge.provider;
    out.push_str("/// Functions of the provider.\npub mod functions {\nuse ::iac_core::bindings as c;\n");
    out.push_str("use super::provider as s;\n");
    for function in &provider.functions {
        write_function(out, scope, provider.name(), function);
    }
    out.push_str("}\n");
}

fn write_function(out: &mut String, scope: &Scope<'_>, provider: &str, function: &Function) {
    let Function { name, returns, parameters, variadic } = function;
    let mut signature = String::new();
    let mut values = String::new();
    for parameter in parameters {
        let (ty, value) = argument(scope, parameter);
        let parameter = identifier(&parameter.name);
        let _ = write!(signature, "{parameter}: {ty}, ");
        let _ = write!(values, "{parameter}{value}, ");
    }
    let mut values = format!("let all_ = ::std::vec![{values}];");
    if let Some(parameter) = variadic {
        let (ty, value) = argument(scope, parameter);
        let parameter = identifier(&parameter.name);
        let _ = write!(signature, "{parameter}: impl ::core::iter::IntoIterator<Item = {ty}>");
        values = format!(
            "{} all_.extend({parameter}.into_iter().map(|each| each{value}));",
            values.replacen("let ", "let mut ", 1)
        );
    }
    let ty = rust_type(scope, &Attribute::default(), returns);
    let call = format!("c::Expression::call(\"provider::{provider}::{name}\", all_)");
    let (ty, result) = if is_object(returns) {
        (ty.clone(), format!("<{ty} as c::Element>::from_expression({call})"))
    } else {
        (format!("c::Expr<{ty}>"), format!("c::Expr::from_expression({call})"))
    };
    let _ = writeln!(
        out,
        "/// `provider::{provider}::{name}`, which runs inside the provider.\n\
         pub fn {}({signature}) -> {ty} {{ {values} {result} }}",
        identifier(name)
    );
}

/// Returns the Rust type of a parameter, and the methods that convert it into an expression.
fn argument(scope: &Scope<'_>, parameter: &Parameter) -> (String, &'static str) {
    match &parameter.ty {
        ty if ty.shape().is_some() || matches!(ty, Type::Dynamic | Type::Tuple(_)) => {
            ("impl c::IntoExpression".to_owned(), ".into_expression()")
        }
        ty => {
            let ty = rust_type(scope, &Attribute::default(), ty);
            (format!("impl c::IntoExpr<{ty}>"), ".into_expr().into_expression()")
        }
    }
}
