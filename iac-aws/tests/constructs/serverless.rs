use iac_aws::lambda::Runtime;
use iac_aws::messaging::{Queue, Topic};
use iac_aws::serverless::{
    AttributeType, Authorization, Bot, Code, EventRule, Function, FunctionBuilder, HttpApi, Intent, Schedule,
    StateMachine, Table,
};
use iac_core::object;
use iac_core::prelude::*;

use crate::{check, check_problems, network};

fn function(name: &'static str) -> FunctionBuilder<'static> {
    let code = Code::files([("index.py", "def handler(event, context):\n    return {}\n")]);
    Function::builder(name, Runtime::Python313, "index.handler", code)
}

#[test]
fn api_matches_snapshot() {
    check("api", |stack| {
        let notes = stack.add(Table::builder("notes", "user"));
        let api = stack.add(function("notes").environment("TABLE", notes.table.name()).memory(512));
        notes.grant_read_write(&api);
        let http = stack
            .add(HttpApi::builder("notes").allow_origins(["https://lessons.example"]).throttling(10, 20));
        let users = http.jwt_authorizer("users", "https://login.lessons.example", "notes");
        http.route("GET /notes/{id}", &api, &users);
        http.route("POST /notes", &api, &Authorization::Iam);
        let operators = stack.add(Topic::builder("operators"));
        api.alarms(&operators);
    });
}

#[test]
fn invoked_functions_match_snapshot() {
    check("functions", |stack| {
        let network = network(stack);
        let queue = stack.add(Queue::builder("jobs"));
        let work = stack.add(function("work").within(&network).timeout_seconds(60).sample("3", 10));
        work.handle(&queue);
        stack.add(Schedule::builder("nightly", "cron(0 3 * * ? *)", &work).input(json!({ "all": true })));
        let alarms =
            object! { "source": ["aws.cloudwatch"], "detail-type": ["CloudWatch Alarm State Change"] };
        stack.add(EventRule::builder("alarms", alarms).target(&work));
    });
}

#[test]
fn table_matches_snapshot() {
    check("tables", |stack| {
        stack.add(
            Table::builder("lessons", "teacher")
                .sort_key("begins", AttributeType::Number)
                .index("by_room", ("room", AttributeType::String), Some(("begins", AttributeType::Number)))
                .ttl_attribute("forgotten")
                .stream()
                .deletion_protection(false),
        );
    });
}

#[test]
fn state_machine_matches_snapshot() {
    check("state_machine", |stack| {
        let steps = object! { "StartAt": "Done", "States": { "Done": { "Type": "Succeed" } } };
        stack.add(StateMachine::builder("order", steps));
    });
}

#[test]
fn bot_matches_snapshot() {
    check("bot", |stack| {
        let acts = stack.add(function("operator"));
        let scale = Intent::new("Scale")
            .utterance("scale {service} to {tasks} tasks")
            .slot("service", "AMAZON.AlphaNumeric", "Which service?")
            .slot("tasks", "AMAZON.Number", "How many tasks?")
            .confirmation("Shall I?");
        stack.add(Bot::builder("operator", "en_GB", [scale]).fulfillment(&acts));
    });
}

#[test]
fn invalid_functions_are_reported() {
    check_problems("invalid_functions", |stack| {
        stack.add(function("slow").timeout_seconds(901));
        let duplicate = Code::files([("index.py", ""), ("index.py", "")]);
        stack.add(Function::builder("duplicate", Runtime::Python313, "index.handler", duplicate));
        stack.add(Table::builder("keys", "id").index("by_id", ("id", AttributeType::Number), None));
        stack.add(Bot::builder(
            "silent",
            "en_GB",
            [Intent::new("Nothing"), Intent::new("What").utterance("{it}")],
        ));
    });
}
