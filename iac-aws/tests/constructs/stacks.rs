//! Handles of other stacks: what connects two constructs is in the stack of the consumer, so that no two stacks depend on
//! each other.

use iac_aws::compute::AutoScalingGroup;
use iac_aws::containers::{Cluster, Container, Fleet, Service};
use iac_aws::databases::{Aurora, Cache};
use iac_aws::encryption::Key;
use iac_aws::lambda::Runtime;
use iac_aws::messaging::{Queue, Topic};
use iac_aws::monitoring::LogGroup;
use iac_aws::network::Port;
use iac_aws::prelude::*;
use iac_aws::secrets::Secret;
use iac_aws::serverless::{Authorization, Code, EventRule, Function, HttpApi};
use iac_aws::storage::{Bucket, FileSystem};
use iac_aws::traffic::{ApplicationLoadBalancer, Certificate, Distribution, TargetGroup, Zone};
use iac_core::object;
use iac_core::prelude::*;
use iac_core::synth::{Syntax, synthesize};

use crate::accepted::{IMAGE, block};
use crate::network;

/// Returns the HCL of each stack, which must not depend on each other in a cycle.
fn hcl<const N: usize>(stacks: [Stack; N]) -> [String; N] {
    let synthesis = synthesize(&stacks, Syntax::Hcl).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(synthesis.stacks.len(), N);
    let mut texts = synthesis.stacks.into_iter().map(|stack| (stack.name.to_string(), stack.configuration));
    let mut texts: std::collections::HashMap<_, _> = texts.by_ref().collect();
    stacks.map(|stack| texts.remove(stack.name()).expect("each stack is synthesized"))
}

fn function(stack: &Stack, name: &'static str) -> Function {
    let code = Code::files([("index.py", "def handler(event, context):\n    pass\n")]);
    stack.add(Function::builder(name, Runtime::Python313, "index.handler", code))
}

#[test]
fn service_uses_the_layers_below() {
    let [base, data, web] = ["base", "data", "web"].map(Stack::new);
    let network = network(&base);
    let zone = base.add(Zone::builder("main", "lessons.example"));
    let certificate = base.add(Certificate::builder("main", "lessons.example", &zone));
    let front = base.add(ApplicationLoadBalancer::builder("front", &network, &certificate));
    let cluster = base.add(Cluster::builder("main"));
    let key = base.add(Key::builder("shared"));
    let database = data.add(Aurora::builder("main", &network, "17.4"));
    let sessions = data.add(Cache::builder("sessions", &network, "cache.t4g.small"));
    let files = data.add(FileSystem::builder("files", &network));
    let uploads = files.volume("uploads", 1000);
    let jobs = data.add(Queue::builder("jobs").key(&key));

    let targets = web.add(TargetGroup::builder("web", &front, 8080));
    let log = web.add(LogGroup::builder("web").key(&key));
    let container = Container::new("web", IMAGE)
        .port(8080)
        .volume("/uploads", &uploads)
        .secret("DATABASE", database.credentials());
    let service = Service::builder("web", &cluster, &network, container);
    let service = web.add(service.behind(&targets).log_group(&log).sessions());
    database.allow_from(&service, Port::POSTGRESQL);
    sessions.allow_from(&service, Port::REDIS);
    sessions.grant_connect(&service);
    jobs.grant_send(&service);
    zone.point("web", "web.lessons.example", &front);

    let [base, data, web] = hcl([base, data, web]);
    for rule in ["ingress_rule.main_from_web_tcp_5432", "egress_rule.web_to_main_tcp_5432"] {
        block(&web, &format!("aws_vpc_security_group_{rule}"));
    }
    assert!(!base.contains("terraform_remote_state"), "{base}");
    assert!(data.contains("data.terraform_remote_state.base") && !data.contains("remote_state.web"));
}

#[test]
fn subscriptions_and_rules_are_in_the_stack_of_the_consumer() {
    let [events, work] = ["events", "work"].map(Stack::new);
    let orders = events.add(Topic::builder("orders"));
    let secret = events.add(Secret::builder("session"));
    let bills = work.add(Queue::builder("bills"));
    orders.subscribe(&bills);
    let consumer = function(&work, "consumer");
    consumer.handle(&bills);
    secret.grant_read(&consumer);
    let [events, work] = hcl([events, work]);
    block(&work, "aws_sns_topic_subscription.orders_bills");
    assert!(!events.contains("terraform_remote_state"), "{events}");
}

#[test]
fn functions_are_used_by_later_stacks() {
    let [functions, edge] = ["functions", "edge"].map(Stack::new);
    let notes = function(&functions, "notes");
    let api = edge.add(HttpApi::builder("notes"));
    api.route("GET /notes", &notes, &Authorization::Iam);
    edge.add(EventRule::builder("alarms", object! { "source": ["aws.cloudwatch"] }).target(&notes));
    let secret = edge.add(Secret::builder("session"));
    secret.rotate(&notes, 30);
    let [functions, edge] = hcl([functions, edge]);
    for name in ["notes_notes", "alarms_notes", "session_rotation"] {
        block(&edge, &format!("aws_lambda_permission.{name}"));
    }
    assert!(block(&functions, "aws_sqs_queue_policy.notes_failures").contains("rule/edge-alarms"));
    assert!(!functions.contains("terraform_remote_state"), "{functions}");
}

#[test]
fn bucket_is_the_origin_of_a_distribution_in_a_later_stack() {
    let [data, edge] = ["data", "edge"].map(Stack::new);
    let zone = data.add(Zone::builder("main", "lessons.example"));
    let assets = data.add(Bucket::builder("assets"));
    let certificate = edge.add(Certificate::builder("assets", "assets.lessons.example", &zone));
    let domain = "assets.lessons.example";
    let distribution = edge.add(Distribution::builder("assets", domain, &certificate, &assets));
    zone.point("assets", domain, &distribution);
    let copy = edge.add(Bucket::builder("copy"));
    copy.replicate_to(&assets);
    let [data, edge] = hcl([data, edge]);
    block(&edge, "aws_route53_record.assets_ipv6");
    assert!(block(&data, "aws_s3_bucket_policy.assets").contains(":distribution/*"));
    assert!(!data.contains("terraform_remote_state"), "{data}");
}

#[test]
fn fleet_in_another_stack_than_its_cluster_is_reported() {
    let [base, work] = ["base", "work"].map(Stack::new);
    let network = network(&base);
    let cluster = base.add(Cluster::builder("main"));
    let instances = AutoScalingGroup::builder("fleet", &network, ["m7g.large"]);
    work.add(Fleet::builder(&cluster, instances));
    let problems = synthesize(&[base, work], Syntax::Hcl).expect_err("the fleet is reported");
    assert!(problems.iter().any(|problem| problem.code == "fleet-stack"), "{problems}");
}
