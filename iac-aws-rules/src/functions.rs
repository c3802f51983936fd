//! Evaluation of the AWS provider's functions, such as `provider::aws::arn_parse`.

use iac_core::Text;
use iac_lang::Value;
use iac_lang::eval::functions::FunctionError;
use iac_lang::types::text;

/// The parts of `arn:partition:service:region:account_id:resource`.
const ARN_PARTS: [&str; 5] = ["partition", "service", "region", "account_id", "resource"];

/// Calls a function with known arguments; `None` if the provider has no function of this name.
#[must_use]
pub fn call(function: &str, arguments: &[Value]) -> Option<Result<Value, FunctionError>> {
    Some(match function {
        "arn_build" => strings(arguments, ARN_PARTS).map(|parts| build(parts.each_ref().map(|part| &**part))),
        "arn_parse" => strings(arguments, ["arn"]).and_then(|[arn]| {
            let parts = ARN_PARTS.into_iter().zip(parse(&arn)?);
            Ok(Value::Object(parts.map(|(name, part)| (name.into(), Value::String(part.into()))).collect()))
        }),
        "trim_iam_role_path" => strings(arguments, ["arn"]).and_then(|[arn]| trim_path(&arn)),
        _ => return None,
    })
}

/// Returns the arguments as strings.
fn strings<const N: usize>(
    arguments: &[Value],
    parameters: [&'static str; N],
) -> Result<[Text; N], FunctionError> {
    if arguments.len() > N {
        return Err(FunctionError::TooManyArguments { expected: N, given: arguments.len() });
    }
    let mut strings = [const { Text::from_static("") }; N];
    for (position, (string, parameter)) in strings.iter_mut().zip(parameters).enumerate() {
        let Some(argument) = arguments.get(position) else {
            return Err(FunctionError::MissingArgument { parameter: parameter.into() });
        };
        *string = text(argument).ok_or_else(|| error(position, parameter, "a string is required"))?;
    }
    Ok(strings)
}

fn error(position: usize, parameter: &'static str, message: &str) -> FunctionError {
    FunctionError::Argument { position, parameter: parameter.into(), message: message.to_owned() }
}

fn build(parts: [&str; 5]) -> Value {
    Value::String(format!("arn:{}", parts.join(":")).into())
}

/// Splits an ARN into its parts. The resource may contain colons.
fn parse(arn: &str) -> Result<[&str; 5], FunctionError> {
    let mut parts = arn.strip_prefix("arn:").into_iter().flat_map(|rest| rest.splitn(5, ':'));
    let mut found = [""; 5];
    for part in &mut found {
        *part = parts.next().ok_or_else(|| error(0, "arn", "expected an ARN with six parts"))?;
    }
    Ok(found)
}

/// Removes the path from the ARN of a role.
fn trim_path(arn: &str) -> Result<Value, FunctionError> {
    let [partition, service, region, account, resource] = parse(arn)?;
    let role = resource.strip_prefix("role/").filter(|_| service == "iam" && region.is_empty());
    let role = role.ok_or_else(|| error(0, "arn", "expected the ARN of an IAM role"))?;
    let name = role.rsplit_once('/').map_or(role, |(_, name)| name);
    Ok(build([partition, service, region, account, &format!("role/{name}")]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(function: &str, arguments: &[&str], expected: &str) {
        let arguments: Vec<Value> = arguments.iter().map(|text| Value::String((*text).into())).collect();
        let result = call(function, &arguments).expect("the function exists");
        assert_eq!(result.map_or_else(|error| error.to_string(), |value| format!("{value:?}")), expected);
    }

    #[test]
    fn arn_functions_parse_build_and_trim_arns() {
        let topic = "arn:aws:sns:eu-west-1:444455556666:a:b";
        check(
            "arn_parse",
            &[topic],
            r#"{"account_id": "444455556666", "partition": "aws", "region": "eu-west-1", "resource": "a:b", "service": "sns"}"#,
        );
        check("arn_build", &["aws", "sns", "eu-west-1", "444455556666", "a:b"], &format!("{topic:?}"));
        check(
            "arn_parse",
            &["arn:aws:sns"],
            "invalid value for parameter `arn`: expected an ARN with six parts",
        );
        check("arn_build", &["aws"], "missing argument for parameter `service`");
        let role = "arn:aws:iam::444455556666:role/with/path/name";
        check("trim_iam_role_path", &[role], r#""arn:aws:iam::444455556666:role/name""#);
        check(
            "trim_iam_role_path",
            &[topic],
            "invalid value for parameter `arn`: expected the ARN of an IAM role",
        );
        assert!(call("nothing", &[]).is_none());
    }
}
