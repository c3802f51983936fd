//! Chat integration: alarms, deployments and test results are posted to the chat, and one command can be run from it.

use iac_aws::identity::Statement;
use iac_aws::lambda::Runtime;
use iac_aws::secrets::Secret;
use iac_aws::serverless::{Authorization, Code, EventRule, Function, FunctionBuilder, HttpApi};
use iac_core::object;
use iac_core::prelude::*;

use crate::Platform;
use crate::settings::REVIEW;

pub fn add(stack: &Stack, platform: &Platform) {
    let webhook = stack.add(Secret::builder("webhook").description("Webhook URL of the chat"));
    stack.amend(&webhook.secret, |secret| {
        secret.waive_until("CKV2_AWS_57", REVIEW, "it is issued by the chat, which does not support rotation")
    });
    let notifier =
        stack.add(function("tell", include_str!("functions/tell.py")).environment("WEBHOOK", webhook.arn()));
    webhook.grant_read(&notifier);
    for (name, pattern) in [
        (
            "alarms",
            object! { "source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"] },
        ),
        ("deployments", object! { "source": ["aws.ecs"], "detail-type": ["ECS Deployment State Change"] }),
        ("pipelines", object! { "source": ["aws.codepipeline"] }),
        // Commits, test results and benchmark results, which pipelines send to the event bus.
        ("news", object! { "source": ["lessons.commits", "lessons.tests", "lessons.benchmarks"] }),
    ] {
        stack.add(EventRule::builder(name, pattern).target(&notifier));
    }

    // The only command: restart the tasks of a service.
    let command = function("command", include_str!("functions/command.py")).concurrency(1);
    let command = stack.add(command.environment("CLUSTER", platform.cluster.cluster.name()));
    command.role.allow(Statement::allow(["ecs:UpdateService"]).on(tf!(
        "{}/*",
        iac_core::functions::replace(
            platform.cluster.cluster.arn().cast::<String>(),
            ":cluster/",
            ":service/"
        )
    )));
    stack.amend(&notifier.function, |function| {
        function.waive_until("CKV_AWS_115", REVIEW, "it shares the executions of the account")
    });
    let api = stack.add(HttpApi::builder("command").throttling(1, 5));
    api.route("POST /commands", &command, &Authorization::Iam);
    for function in [&notifier, &command] {
        function.alarms(&platform.operators);
        stack.amend(&function.function, |function| {
            function
                .waive_until(
                    "CKV_AWS_117",
                    REVIEW,
                    "it only calls AWS and the chat, so a VPC adds no protection",
                )
                .waive_until("CKV_AWS_272", REVIEW, "its code is built into the program that deploys it")
        });
    }
}

fn function(name: &'static str, code: &'static str) -> FunctionBuilder<'static> {
    let code = Code::files([(format!("{name}.py"), code)]);
    Function::builder(name, Runtime::Python313, format!("{name}.handler"), code)
}
