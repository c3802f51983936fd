//! The bot, the functions behind it, and its API.

use iac_aws::containers::Service;
use iac_aws::identity::Statement;
use iac_aws::lambda::Runtime;
use iac_aws::messaging::Topic;
use iac_aws::monitoring::Dashboard;
use iac_aws::serverless::{
    AttributeType, Authorization, Bot, Code, Function, FunctionBuilder, HttpApi, Intent, Table,
};
use iac_core::prelude::*;

use crate::settings::{Environment, REVIEW};

/// Adds the bot, and returns the API that receives messages.
pub fn add(stack: &Stack, environment: &Environment, workers: &Service, operators: &Topic) -> HttpApi {
    let records = stack.add(
        Table::builder("records", "user")
            .sort_key("time", AttributeType::Number)
            .deletion_protection(environment.protect_records),
    );
    let (min, max) = environment.tasks;

    // Executes confirmed commands, and records them.
    let operator = stack.add(
        function("operator", "operator.py", include_str!("functions/operator.py"))
            .environment("CLUSTER", workers.cluster().name())
            .environment("SERVICE", workers.service.name())
            .environment("LEAST", min.to_string())
            .environment("MOST", max.to_string())
            .environment("RECORDS", records.table.name())
            // Serializes commands, so that they cannot contradict each other.
            .concurrency(1),
    );
    let actions = ["ecs:DescribeServices", "ecs:UpdateService"];
    operator.role.allow(Statement::allow(actions).on(workers.service.id().cast::<String>()));
    records.grant_read_write(&operator);

    let scale = Intent::new("Scale")
        .utterance("scale to {tasks}")
        .utterance("we need {tasks} workers")
        .slot("tasks", "AMAZON.Number", "How many workers should run?")
        .confirmation("Scale to {tasks} workers?");
    let status = Intent::new("Status").utterance("how many workers are there").utterance("status");
    let bot = stack.add(Bot::builder("assistant", "en_GB", [scale, status]).fulfillment(&operator));

    // Receives chat messages, and forwards them to the bot.
    let chat = stack
        .add(function("chat", "chat.py", include_str!("functions/chat.py")).environment("BOT", bot.bot.id()));
    chat.role.allow(Statement::allow(["lex:RecognizeText"]).on(tf!("{}/*", bot.bot.arn())));
    let api = stack.add(HttpApi::builder("chat").throttling(10, 20));
    api.route("POST /messages", &chat, &Authorization::Iam);

    for function in [&operator, &chat] {
        function.alarms(operators);
        stack.amend(&function.function, |function| {
            function
                .waive_until("CKV_AWS_117", REVIEW, "it only calls AWS APIs, so a VPC adds no protection")
                .waive_until("CKV_AWS_272", REVIEW, "its code is built into the program that deploys it")
        });
    }
    stack.amend(&chat.function, |function| {
        function.waive_until("CKV_AWS_115", REVIEW, "it shares the executions of the account")
    });
    stack.add(
        Dashboard::builder("bot")
            .graph("Messages", [chat.invocations(), chat.errors()])
            .graph("Actions", [operator.invocations(), operator.errors()])
            .graph("Workers", [workers.running_tasks()])
            .graph("Duration", [chat.duration(), operator.duration()]),
    );
    api
}

fn function(name: &'static str, file: &'static str, code: &'static str) -> FunctionBuilder<'static> {
    let handler = format!("{}.handler", file.trim_end_matches(".py"));
    Function::builder(name, Runtime::Python313, handler, Code::files([(file, code)]))
}
