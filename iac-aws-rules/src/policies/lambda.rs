//! Functions, their addresses, and who may invoke them.

use iac_plan::credential::is_credential_name;
use iac_review::policy::{Rule, Subject, Verdict, all_of, any_of, deny, warn};

use super::secrets::no_secrets;

/// Runtimes that get no more updates, from the table of deprecated runtimes in the documentation of Lambda.
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
        deny("lambda-no-secrets-in-environment", "The environment of a function holds no credentials")
            .known_as(&["CKV_AWS_45"])
            .why("Whoever may describe the function reads it.")
            .remedy("Read secrets from Secrets Manager or Parameter Store when the function starts.")
            .exposure()
            .of("aws_lambda_function", has_clean_environment),
        warn("lambda-tracing", "A function is traced")
            .known_as(&["CKV_AWS_50", "AVD-AWS-0066"])
            .why("Nobody sees where the time of a request goes.")
            .remedy("Set `tracing_config` with `mode = \"Active\"`.")
            .of("aws_lambda_function", |it| {
                it.at("tracing_config.mode").is_one_of(&["Active", "PassThrough"])
            }),
        warn("lambda-dead-letters", "What a function could not handle is kept")
            .known_as(&["CKV_AWS_116"])
            .why("Events that failed twice are gone.")
            .remedy("Set `dead_letter_config`.")
            .of("aws_lambda_function", |it| {
                let destination =
                    it.has("aws_lambda_function_event_invoke_config", "function_name", |config| {
                        config.at("destination_config.on_failure").is_set()
                    });
                it.at("dead_letter_config").is_set().or(destination)
            }),
        warn("lambda-environment-key", "The environment of a function is encrypted with a key of your own")
            .known_as(&["CKV_AWS_173"])
            .why("Only a key of your own says who may decrypt, and can be taken away.")
            .remedy("Set `kms_key_arn`.")
            .of("aws_lambda_function", |it| {
                it.at("kms_key_arn").is_set().when(it.at("environment").is_set())
            }),
        deny("lambda-url-authorised", "The address of a function asks who calls")
            .known_as(&["CKV_AWS_258"])
            .why("Everybody can call it, as often as they like.")
            .remedy("Set `authorization_type = \"AWS_IAM\"`.")
            .exposure()
            .of("aws_lambda_function_url", |it| it.at("authorization_type").is_not("NONE")),
        deny("lambda-not-public", "A function is not invoked by everybody")
            .known_as(&["CKV_AWS_301"])
            .why("Everybody can call it, as often as they like.")
            .remedy("Name the account or the service as `principal`.")
            .exposure()
            .of("aws_lambda_permission", |it| it.at("principal").is_not("*")),
        warn("lambda-runtime-supported", "The runtime of a function still gets updates")
            .known_as(&["CKV_AWS_363"])
            .why("Known holes stay open, and one day the function can no longer be changed.")
            .remedy("Choose a newer version of the runtime.")
            .of("aws_lambda_function", |it| it.at("runtime").is_one_of(&DEPRECATED).negate()),
        deny("lambda-permission-narrow", "A service invokes a function for named resources only")
            .known_as(&["CKV_AWS_364", "AVD-AWS-0067"])
            .why("The same service could be made to invoke it from any other account.")
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
        all_of([no_secrets(variable), named]).because(format!("variable `{name}` looks like a credential"))
    })
}
