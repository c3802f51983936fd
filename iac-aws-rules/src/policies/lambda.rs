//! Lambda rules.

use iac_plan::credential::is_credential_name;
use iac_review::policy::{Rule, Subject, Verdict, all_of, any_of, deny, warn};

use super::secrets::no_secrets;
use super::settings::customer_key;

/// The deprecated runtimes, from the table in the Lambda documentation.
const DEPRECATED: [&str; 27] = [
    "dotnet5.0",
    "dotnet6",
    "dotnet7",
    "dotnetcore1.0",
    "dotnetcore2.0",
    "dotnetcore2.1",
    "dotnetcore3.1",
    "go1.x",
    "java8",
    "nodejs",
    "nodejs4.3",
    "nodejs4.3-edge",
    "nodejs6.10",
    "nodejs8.10",
    "nodejs10.x",
    "nodejs12.x",
    "nodejs14.x",
    "nodejs16.x",
    "nodejs18.x",
    "provided",
    "python2.7",
    "python3.6",
    "python3.7",
    "python3.8",
    "ruby2.5",
    "ruby2.7",
    "ruby3.2",
];

pub(super) fn rules() -> Vec<Rule> {
    vec![
        deny("lambda-no-secrets-in-environment", "Lambda environment variables must not contain credentials")
            .finding("Lambda environment variable appears to contain a credential")
            .known_as(&["CKV_AWS_45"])
            .why("Anyone who can describe the function can read its environment variables.")
            .remedy("Read secrets from Secrets Manager or Parameter Store when the function starts.")
            .of("aws_lambda_function", has_clean_environment),
        warn("lambda-tracing", "Lambda functions should have X-Ray tracing enabled")
            .finding("Lambda function does not have X-Ray tracing enabled")
            .known_as(&["CKV_AWS_50", "AVD-AWS-0066"])
            .why("Without traces, the latency of a request cannot be attributed to a component.")
            .remedy("Set `tracing_config` with `mode = \"Active\"`.")
            .of("aws_lambda_function", |it| {
                it.at("tracing_config.mode").is_one_of(&["Active", "PassThrough"])
            }),
        warn(
            "lambda-dead-letters",
            "Lambda functions should have a dead-letter queue or failure destination",
        )
        .finding("Lambda function has no dead-letter queue or failure destination")
        .known_as(&["CKV_AWS_116"])
        .why("Asynchronous events are lost after the last failed attempt.")
        .remedy("Set `dead_letter_config`.")
        .of("aws_lambda_function", |it| {
            let destination = it.has("aws_lambda_function_event_invoke_config", "function_name", |config| {
                config.at("destination_config.on_failure").is_set()
            });
            it.at("dead_letter_config").is_set().or(destination)
        }),
        warn(
            "lambda-environment-key",
            "Lambda environment variables should be encrypted with a customer managed key",
        )
        .finding("Lambda environment variables are not encrypted with a customer managed key")
        .known_as(&["CKV_AWS_173"])
        .why("Access to a customer managed key can be restricted, audited and revoked.")
        .remedy("Set `kms_key_arn`.")
        .of("aws_lambda_function", |it| {
            customer_key(&it.at("kms_key_arn")).when(it.at("environment").is_set())
        }),
        deny("lambda-url-authorised", "Lambda function URLs must require authentication")
            .finding("Lambda function URL allows unauthenticated requests")
            .known_as(&["CKV_AWS_258"])
            .why("Anyone on the internet can invoke the function without limit.")
            .remedy("Set `authorization_type = \"AWS_IAM\"`.")
            .exposure()
            .of("aws_lambda_function_url", |it| it.at("authorization_type").is_not("NONE")),
        deny("lambda-not-public", "Lambda permissions must not grant public access")
            .finding("Lambda permission allows any principal to invoke the function")
            .known_as(&["CKV_AWS_301"])
            .why("Anyone can invoke the function without limit.")
            .remedy("Set `principal` to the account or the service.")
            .exposure()
            .of("aws_lambda_permission", |it| it.at("principal").is_not("*")),
        warn("lambda-runtime-supported", "Lambda functions should use a supported runtime")
            .finding("Lambda function uses a deprecated runtime")
            .known_as(&["CKV_AWS_363"])
            .why("It gets no security updates, and eventually the function can no longer be updated.")
            .remedy("Choose a newer version of the runtime.")
            .of("aws_lambda_function", |it| it.at("runtime").is_one_of(&DEPRECATED).negate()),
        deny("lambda-permission-narrow", "Lambda permissions of AWS services must restrict the source")
            .finding("Lambda permission allows an AWS service to invoke the function from any account")
            .known_as(&["CKV_AWS_364", "AVD-AWS-0067"])
            .why("The service can be made to invoke the function on behalf of another account.")
            .remedy("Set `source_arn` or `source_account`.")
            .exposure()
            .of("aws_lambda_permission", |it| {
                let is_service =
                    it.at("principal").matches(|principal| principal.ends_with(".amazonaws.com"));
                any_of([it.at("source_arn").is_set(), it.at("source_account").is_set()]).when(is_service)
            }),
    ]
}

fn has_clean_environment(function: &Subject<'_>) -> Verdict {
    let variables = function.at("environment.variables");
    variables.each(|variable| {
        let name = match variable.path().0.last() {
            Some(iac_lang::value::PathStep::Name(name)) => name.as_str(),
            _ => "",
        };
        let is_plain = variable.matches(|text| !text.is_empty() && !text.starts_with("arn:"));
        let named = is_plain.and(Verdict::of(is_credential_name(name))).negate();
        all_of([no_secrets(variable), named]).because(format!("variable `{name}`"))
    })
}
