//! References of an expression, as listed in Terraform's JSON.

use std::fmt::Write as _;

use iac_core::address::InstanceKey;
use iac_core::expression::{Expression, Operation};

/// Returns the references of an expression, each followed by the objects that contain it: `aws_subnet.a[0].id`,
/// `aws_subnet.a[0]`, `aws_subnet.a`.
pub(super) fn references(expression: &Expression) -> Vec<String> {
    let mut found = Vec::new();
    gather(expression, &mut found);
    found
}

fn gather(expression: &Expression, found: &mut Vec<String>) {
    let mut steps = Vec::new();
    match chain(expression, &mut steps, found) {
        Chain::None => expression.for_each_child(&mut |child| gather(child, found)),
        Chain::Open | Chain::Cut => add(&steps, found),
    }
}

enum Step<'a> {
    Name(&'a str),
    Key(InstanceKey),
}

/// The result of looking for a chain of steps from a name.
enum Chain {
    None,
    /// The expression is a chain, and further steps extend it.
    Open,
    /// The expression is a chain up to a splat or a key that is not constant.
    Cut,
}

/// Collects the constant steps from a name. References in keys are added on the way.
fn chain<'a>(expression: &'a Expression, steps: &mut Vec<Step<'a>>, found: &mut Vec<String>) -> Chain {
    let operation = match expression {
        Expression::Symbol(symbol) => {
            steps.extend(symbol.split('.').map(Step::Name));
            return Chain::Open;
        }
        Expression::Operation(operation) => &**operation,
        _ => return Chain::None,
    };
    match operation {
        Operation::Name(name) => {
            steps.push(Step::Name(name));
            Chain::Open
        }
        Operation::Attribute(base, name) => {
            let chain = chain(base, steps, found);
            if matches!(chain, Chain::Open) {
                steps.push(Step::Name(name));
            }
            chain
        }
        Operation::Splat(base, _) => match chain(base, steps, found) {
            Chain::None => Chain::None,
            Chain::Open | Chain::Cut => Chain::Cut,
        },
        Operation::Index(base, key) => {
            let chain = chain(base, steps, found);
            let key = match key {
                Expression::Integer(number) if *number >= 0 => InstanceKey::Number(number.unsigned_abs()),
                Expression::String(text) => InstanceKey::String(text.clone()),
                _ if matches!(chain, Chain::None) => return chain,
                key => {
                    gather(key, found);
                    return Chain::Cut;
                }
            };
            if matches!(chain, Chain::Open) {
                steps.push(Step::Key(key));
            }
            chain
        }
        _ => Chain::None,
    }
}

/// Adds the full reference, the address in it, and the address without its key.
fn add(steps: &[Step<'_>], found: &mut Vec<String>) {
    let Some(Step::Name(root)) = steps.first() else { return };
    let (names, may_have_key) = match *root {
        "data" | "ephemeral" => (3, true),
        "var" | "local" | "each" | "count" | "path" | "terraform" => (2, false),
        "self" => (1, false),
        _ => (2, true),
    };
    let names = names.min(steps.len());
    let with_key = names + usize::from(may_have_key && matches!(steps.get(names), Some(Step::Key(_))));
    let mut last = usize::MAX;
    for length in [steps.len(), with_key, names] {
        if length != last {
            let place = text(&steps[..length]);
            if !found.contains(&place) {
                found.push(place);
            }
        }
        last = length;
    }
}

fn text(steps: &[Step<'_>]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Name(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
            Step::Key(key) => write!(text, "[{key}]").expect("writing to a string never fails"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::references;

    #[test]
    fn reference_is_followed_by_its_containers() {
        let check = |text: &str, expected: &[&str]| {
            assert_eq!(
                references(&iac_core::raw::<iac_core::Any>(text).into_expression()),
                expected,
                "{text}"
            );
        };
        check("aws_vpc.a.id", &["aws_vpc.a.id", "aws_vpc.a"]);
        check("aws_vpc.a[0].id", &["aws_vpc.a[0].id", "aws_vpc.a[0]", "aws_vpc.a"]);
        check(
            r#"data.aws_ami.x["k"].id"#,
            &[r#"data.aws_ami.x["k"].id"#, r#"data.aws_ami.x["k"]"#, "data.aws_ami.x"],
        );
        check("aws_vpc.a[*].id", &["aws_vpc.a"]);
        check("aws_vpc.a[var.x.y].id", &["var.x.y", "var.x", "aws_vpc.a"]);
        check("module.m.out", &["module.m.out", "module.m"]);
        check("join(local.a, [var.b, var.b])", &["local.a", "var.b"]);
        check("[for x in var.xs : x.name]", &["var.xs"]);
        check("each.value.name", &["each.value.name", "each.value"]);
    }
}
