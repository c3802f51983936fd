//! Identity, encryption, secrets, storage, messaging and monitoring.

use iac_aws::encryption::Key;
use iac_aws::identity::{GithubRole, Policy, Principal, Role, Statement};
use iac_aws::lambda::Runtime;
use iac_aws::messaging::{ChatChannel, Queue, Topic};
use iac_aws::monitoring::{Alarm, Budget, Canary, Dashboard, Grafana, LogGroup, Metric, Prometheus};
use iac_aws::secrets::{Parameter, Secret};
use iac_aws::serverless::{Code, Function, Table};
use iac_aws::storage::{BackupPlan, Bucket, FileSystem};
use iac_aws::{Provider, iam};
use iac_core::prelude::*;

use crate::{check, check_problems, network};

#[test]
fn identities_match_snapshot() {
    check("identities", |stack| {
        let role = stack.add(
            Role::builder("reader", Principal::account("111111111111"))
                .managed_policy("ReadOnlyAccess")
                .permissions_boundary("arn:aws:iam::111111111111:policy/boundary"),
        );
        role.allow(Statement::allow(["s3:ListAllMyBuckets"]).on("*"));
        // Adding the same statement again has no effect.
        role.allow(Statement::allow(["s3:ListAllMyBuckets"]).on("*"));
        let deploy =
            stack.add(GithubRole::builder("deploy", "lessons/web").branch("main").environment("production"));
        deploy.role.allow(
            Statement::allow(["ecs:UpdateService"]).on("arn:aws:ecs:eu-west-1:111111111111:service/web"),
        );
        let document = Policy::new().statement(
            Statement::deny(["s3:DeleteObject", "s3:PutObject"])
                .sid("NoChanges")
                .on(["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"])
                .when("StringNotEquals", "aws:PrincipalTag/team", "data")
                .when("Bool", "aws:MultiFactorAuthPresent", "false")
                .when("StringNotEquals", "aws:RequestedRegion", ["eu-west-1", "eu-west-2"]),
        );
        stack.add(iam::Policy::builder("no_changes").policy(&document));
    });
}

#[test]
fn keys_and_secrets_match_snapshot() {
    check("keys_and_secrets", |stack| {
        let key = stack.add(Key::builder("records").description("Health records"));
        let role = stack.add(Role::builder("web", Principal::service("ecs-tasks.amazonaws.com")));
        key.grant_encrypt_decrypt(&role);
        let secret = stack.add(Secret::builder("session").description("Signs sessions").key(&key));
        secret.grant_read(&role);
        let parameter = stack.add(Parameter::builder("greeting", "Good morning"));
        parameter.grant_read(&role);
    });
}

#[test]
fn buckets_match_snapshot() {
    check("buckets", |stack| {
        let content = stack.add(Bucket::builder("content").expire_after_days(365));
        let role = stack.add(Role::builder("web", Principal::service("ecs-tasks.amazonaws.com")));
        content.grant_read(&role);
        content.grant_write(&role);
        content.grant_delete(&role);
        content.allow(
            Statement::allow(["s3:GetObject"])
                .to(Principal::service("cloudfront.amazonaws.com"))
                .on(content.objects("public/*"))
                .when("StringEquals", "aws:SourceArn", "arn:aws:cloudfront::111111111111:distribution/E1"),
        );
    });
}

#[test]
fn file_system_matches_snapshot() {
    check("file_system", |stack| {
        let files = stack.add(FileSystem::builder("files", &network(stack)));
        files.volume("uploads", 1000);
    });
}

#[test]
fn queues_and_topics_match_snapshot() {
    check("queues_and_topics", |stack| {
        let operators = stack.add(Topic::builder("operators").email("on_call", "operators@lessons.example"));
        let orders = stack.add(Queue::builder("orders").visibility_timeout_seconds(120).max_receive_count(3));
        orders.alarms(&operators);
        operators.subscribe(&orders);
        let role = stack.add(Role::builder("shop", Principal::service("ecs-tasks.amazonaws.com")));
        orders.grant_send(&role);
        orders.grant_receive(&role);
        operators.grant_publish(&role);
    });
}

#[test]
fn monitoring_matches_snapshot() {
    check("monitoring", |stack| {
        let group = stack.add(LogGroup::builder("web").retention_in_days(30));
        stack.add(Output::new("group", group.group.arn()));
        let slow = Metric::new("Lessons", "Latency").statistic("p99").period(300).dimension("Service", "web");
        let alarm = Alarm::above("slow", slow.clone(), 2).periods(3).description("The website is slow");
        stack.add(alarm.notify("arn:aws:sns:eu-west-1:111111111111:operators"));
        stack.add(Dashboard::builder("web").graph("Latency", [slow.clone()]).graph("Again", [slow]));
    });
}

#[test]
fn backup_plan_matches_snapshot() {
    check("backups", |stack| {
        let progress = stack.add(Table::builder("progress", "pupil"));
        stack.add(
            BackupPlan::builder("nightly")
                .resource(progress.table.arn())
                .schedule("cron(0 3 * * ? *)", "Europe/London")
                .keep_days(90),
        );
    });
}

#[test]
fn rotated_secret_matches_snapshot() {
    check("rotated_secret", |stack| {
        let code = Code::files([("rotate.py", "def handler(event, context):\n    pass\n")]);
        let rotate = Function::builder("rotate", Runtime::Python313, "rotate.handler", code);
        let rotate = stack.add(rotate);
        stack.add(Secret::builder("session")).rotate(&rotate, 30);
    });
}

#[test]
fn chat_budget_and_canary_match_snapshot() {
    check("chat_budget_and_canary", |stack| {
        let operators = stack.add(Topic::builder("operators"));
        stack.add(
            ChatChannel::builder("operations", "T0123ABCDEF", "C0123ABCDEF").notification_topic(&operators),
        );
        stack.add(Budget::builder("month", 5_000).notify(&operators).filter_by_tag("Project", "lessons"));
        let front = stack.add(Canary::builder("front", "https://lessons.example/health").every_minutes(1));
        front.alarms(&operators);
        let log = stack.add(LogGroup::builder("web"));
        let errors = log.metric("errors", "{ $.level = \"error\" }");
        stack.add(Alarm::above("web_errors", errors, 10).notify(operators.arn()));
    });
}

#[test]
fn prometheus_and_grafana_match_snapshot() {
    check("prometheus_and_grafana", |stack| {
        let metrics = stack.add(Prometheus::builder("metrics"));
        stack.add(Grafana::builder("graphs").prometheus(&metrics));
        let collector = Role::builder("collector", Principal::service("ecs-tasks.amazonaws.com"));
        metrics.grant_write(&stack.add(collector));
    });
}

#[test]
fn amend_each_adds_a_boundary_to_every_role() {
    let stack = Stack::new("production");
    stack.add(Canary::builder("front", "https://lessons.example/health"));
    let boundary = "arn:aws:iam::111111111111:policy/boundary";
    stack.amend_each::<iam::Role>(|role| role.argument("permissions_boundary", boundary));
    let text = stack.render_hcl().expect("the stack is valid");
    assert_eq!(text.matches(boundary).count(), text.matches("resource \"aws_iam_role\" ").count());
}

#[test]
fn invalid_foundations_are_reported() {
    check_problems("invalid_foundations", |stack| {
        stack.add(BackupPlan::builder("nothing").keep_days(3));
        stack.add(ChatChannel::builder("operations", "T0123ABCDEF", "C0123ABCDEF"));
    });
}

/// Shared resources exist once per provider configuration.
#[test]
fn each_provider_configuration_has_its_own_key() {
    check("regions", |stack| {
        stack.add(Provider::builder().region("eu-west-1"));
        let away = stack.add(Provider::builder().alias("away").region("us-east-1"));
        for name in ["one", "other"] {
            stack.add(Secret::builder(name));
            stack.nested("us").provider(&away).add(Secret::builder(name));
        }
    });
}

#[test]
fn github_role_without_subject_is_reported() {
    check_problems("invalid_identities", |stack| {
        stack.add(GithubRole::builder("deploy", "lessons/web"));
    });
}
