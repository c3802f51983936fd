//! A chatbot that scales a cluster within bounds, and records all commands.
//!
//! The bot is serverless. See `README.md` for a diagram. Each environment is one stack; the pipeline that deploys
//! them is a third.

#![expect(unreachable_pub, reason = "a program exports nothing, and `pub` is shorter than `pub(crate)`")]

mod bot;
mod settings;
#[cfg(test)]
mod tests;
mod workers;

use std::process::ExitCode;

use iac_aws::Provider;
use iac_aws::delivery::Pipeline;
use iac_aws::identity::{GithubRole, Statement};
use iac_aws::messaging::Topic;
use iac_core::Terraform;
use iac_core::prelude::*;

use self::settings::{ENVIRONMENTS, Environment, REGION, REPOSITORY};

fn main() -> ExitCode {
    let app = App::new();
    for environment in &ENVIRONMENTS {
        let stack = app.stack(environment.stack).environment(environment.name);
        add_environment(&stack, environment);
    }
    add_delivery(&app.stack("chatbot-delivery"));
    app.run()
}

fn add_environment(stack: &Stack, environment: &Environment) {
    add_settings(stack, environment.name);
    let operators = stack.add(Topic::builder("operators").email("on_call", environment.operators));
    let workers = workers::add(stack, environment, &operators);
    let api = bot::add(stack, environment, &workers, &operators);
    stack.add(
        Output::new("url", api.url()).description("URL for messages to the bot, signed with IAM credentials"),
    );
}

/// Adds the pipeline from the main branch to production, with a manual approval.
fn add_delivery(stack: &Stack) {
    add_settings(stack, "delivery");
    let operators = stack.add(Topic::builder("operators").email("on_call", "operators@lessons.example"));
    let apply = |stack: &str| {
        [
            "cargo run -p iac-examples --bin chatbot".into(),
            format!("terraform -chdir=iac.out/{stack} init"),
            format!("terraform -chdir=iac.out/{stack} apply -auto-approve"),
        ]
    };
    let pipeline = stack.add(
        Pipeline::builder("chatbot", REPOSITORY, "main")
            .run("test", ["cargo test -p iac-examples"])
            .run("staging", apply("chatbot-staging"))
            .approve("approval", &operators)
            .run("production", apply("chatbot-production")),
    );
    settings::waive_bucket(stack, &pipeline.artifacts);
    // The pipeline deploys to the accounts of the environments by assuming this role.
    for environment in &ENVIRONMENTS {
        if let Some(stage) = pipeline.stage(environment.name) {
            let role = format!("arn:aws:iam::{}:role/deploy", environment.account);
            stage.allow(Statement::allow(["sts:AssumeRole"]).on(role));
        }
    }
    // Pull requests are planned in GitHub Actions, which needs only read access to states.
    let plan = stack.add(GithubRole::builder("plan", REPOSITORY).environment("plan"));
    pipeline.artifacts.grant_read(&plan);
}

fn add_settings(stack: &Stack, environment: &str) {
    stack.add(Terraform::new().required_version(">= 1.11"));
    stack.add(Backend::s3(format!("chatbot-{environment}-state"), "chatbot.tfstate", REGION));
    let tags = [("Project", "chatbot"), ("Environment", environment)];
    stack.add(Provider::builder().region(REGION).default_tags(|default| default.tags(tags)));
}
