//! Pipelines for the frontend and the backend, and one that tests both together before production.

use iac_aws::delivery::Pipeline;
use iac_aws::messaging::Topic;
use iac_aws::storage::Bucket;
use iac_core::prelude::*;

use crate::settings::{REVIEW, waive_access_logs};

pub fn add(stack: &Stack) {
    crate::add_settings(stack, "delivery");
    let operators = stack.add(Topic::builder("operators").email("on_call", "operators@shop.example"));
    for component in ["frontend", "backend"] {
        let pipeline = Pipeline::builder(component, format!("shop/{component}"), "main")
            .run("test", ["cargo test"])
            .run("image", ["./push-image.sh"])
            .run("acceptance", ["./acceptance-tests.sh https://staging.shop.example"]);
        let pipeline = stack.add(pipeline);
        waive_bucket(stack, &pipeline.artifacts);
    }
    let infrastructure = stack.add(
        Pipeline::builder("infrastructure", "shop/infrastructure", "main")
            .run("test", ["cargo test -p iac-examples"])
            .run("staging", apply("shop-staging"))
            .run("acceptance", ["./full-stack-tests.sh https://staging.shop.example"])
            .approve("approval", &operators)
            .run("production", apply("shop-production")),
    );
    waive_bucket(stack, &infrastructure.artifacts);
    waive_access_logs(stack, false);
}

fn apply(stack: &str) -> [String; 3] {
    let terraform = format!("terraform -chdir=iac.out/{stack}");
    [
        "cargo run -p iac-examples --bin microservices".to_owned(),
        format!("{terraform} init"),
        format!("{terraform} apply -auto-approve"),
    ]
}

fn waive_bucket(stack: &Stack, bucket: &Bucket) {
    stack.amend(&bucket.bucket, |bucket| {
        bucket.waive_until("CKV_AWS_144", REVIEW, "its content is reproducible")
    });
}
