//! The pipeline: tests, images, development, staging, load test, manual approval, production.

use iac_aws::delivery::Pipeline;
use iac_aws::identity::Statement;
use iac_aws::messaging::Topic;
use iac_aws::storage::Bucket;
use iac_core::prelude::*;

use crate::settings::{DELIVERY_ACCOUNT, ENVIRONMENTS, REVIEW};
use crate::site::waive_access_logs;

pub fn add(stack: &Stack) {
    crate::add_settings(stack, "delivery", DELIVERY_ACCOUNT);
    let operators = stack.add(Topic::builder("operators").email("on_call", "operators@lessons.example"));
    let [development, staging, production] = &ENVIRONMENTS;
    let pipeline = stack.add(
        Pipeline::builder("edtech", "lessons/edtech", "main")
            .run("test", ["cargo test"])
            .run("images", ["./push-images.sh web recorder"])
            .run("development", terraform("apply", development.stack))
            .run("staging", terraform("apply", staging.stack))
            .run("acceptance", ["./acceptance-tests.sh https://staging.lessons.example"])
            .run("load", load_test(&format!("{}-load", staging.stack)))
            .approve("approval", &operators)
            .run("production", terraform("apply", production.stack)),
    );
    for environment in &ENVIRONMENTS {
        // The role is created together with the account.
        let role = format!("arn:aws:iam::{}:role/deploy", environment.account);
        for stage in [environment.name, "load"] {
            if stage == environment.name || environment.load_test_workers.is_some() {
                let stage = pipeline.stage(stage).expect("each environment has a stage");
                stage.allow(Statement::allow(["sts:AssumeRole"]).on(role.as_str()));
            }
        }
    }
    waive(stack, &pipeline.artifacts);
    waive_access_logs(&stack.nested("logs"), false);
}

fn terraform(command: &str, stack: &str) -> [String; 3] {
    let terraform = format!("terraform -chdir=iac.out/{stack}");
    [
        "cargo run -p iac-examples --bin edtech".to_owned(),
        format!("{terraform} init"),
        format!("{terraform} {command} -auto-approve"),
    ]
}

/// Returns commands that create the load test workers, run the test, and destroy the workers.
fn load_test(stack: &str) -> Vec<String> {
    let [.., destroy] = terraform("destroy", stack);
    let test = "./watch-load-test.sh 30m".to_owned();
    terraform("apply", stack).into_iter().chain([test, destroy]).collect()
}

fn waive(stack: &Stack, artifacts: &Bucket) {
    stack.amend(&artifacts.bucket, |bucket| {
        bucket.waive_until("CKV_AWS_144", REVIEW, "its content is reproducible")
    });
}
