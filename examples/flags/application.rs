//! The application: the stable release, a sample of the next release, and feature flags.

use iac_aws::containers::{Container, Repository, Scaling, Service, compose};
use iac_aws::delivery::FeatureFlags;
use iac_aws::lambda::Runtime;
use iac_aws::network::Port;
use iac_aws::prelude::*;
use iac_aws::serverless::{Code, Function};
use iac_aws::traffic::{ApplicationLoadBalancer, Certificate, Firewall, Route, TargetGroup, Zone};
use iac_core::Asset;
use iac_core::prelude::*;

use crate::Platform;
use crate::settings::{Environment, REVIEW};

const PORT: u16 = 8080;

pub fn add(stack: &Stack, environment: &Environment, platform: &Platform) {
    let front = add_front(stack, environment, platform);
    let stable = add_targets(stack, &front, "stable");
    let new = add_targets(stack, &front, "new");
    let percent = environment.sample.map_or(0, |(_, percent)| percent);
    let route = stack.add(Route::builder("notes", &front, &stable).sample(&new, percent));

    // Flags are rolled back on errors and unhealthy targets of either release, but not on slow responses.
    let alarms = [stable.alarms(&platform.operators), new.alarms(&platform.operators)];
    let flags = environment
        .flags
        .iter()
        .fold(FeatureFlags::builder("notes"), |flags, (name, on)| flags.flag(*name, *on));
    let alarms = alarms.iter().flat_map(|alarms| &alarms.0[..2]);
    let flags = stack.add(flags.rollout(environment.rollout).roll_back_on(alarms));

    let images = stack.add(Repository::builder("notes"));
    let credentials = platform.database.credentials();
    let container = |release| {
        Container::new("notes", images.image(release))
            .port(PORT)
            .scratch("/tmp")
            .environment("DATABASE_HOST", platform.database.cluster.endpoint())
            .environment("FLAGS_APPLICATION", flags.application.name())
            .environment("FLAGS_ENVIRONMENT", flags.environment.name())
            .secret("DATABASE_USER", credentials.clone().field("username"))
            .secret("DATABASE_PASSWORD", credentials.clone().field("password"))
            .health_check(["CMD", "/app/health"])
    };
    // The same containers on a developer's machine, written next to the configuration.
    let database = Container::new("database", "public.ecr.aws/docker/library/postgres:17")
        .tcp_port(5432)
        .writable_root();
    stack.add(Asset::new("compose.yaml", compose([&database, &container(environment.release)])));

    let add_service = |name: &'static str, release, tasks: (u32, u32), targets: &TargetGroup| {
        let service = Service::builder(name, &platform.cluster, &platform.network, container(release))
            .cpu(512)
            .memory(1024)
            .behind(targets)
            .depends_on(&route.rule)
            .scaling(Scaling::between(tasks.0, tasks.1).on_cpu(60).on_requests(500));
        let service = stack.add(service);
        platform.database.allow_from(&service, Port::POSTGRESQL);
        flags.grant_read(&service);
        service.alarms(&platform.operators);
    };
    add_service("stable", environment.release, environment.tasks, &stable);
    if let Some((release, _)) = environment.sample {
        add_service("new", release, (1, environment.tasks.1), &new);
    }
    add_thumbnails(stack, platform);
}

fn add_front(stack: &Stack, environment: &Environment, platform: &Platform) -> ApplicationLoadBalancer {
    let zone = stack.add(Zone::builder("main", environment.domain));
    stack.amend(&zone.zone, |zone| {
        zone.waive_until("CKV2_AWS_38", REVIEW, "the registrar of the domain does not support DNSSEC")
            .waive_until("CKV2_AWS_39", REVIEW, "DNS query logs are not needed")
    });
    let certificate = stack.add(Certificate::builder("main", environment.domain, &zone));
    let front = stack.add(
        ApplicationLoadBalancer::builder("front", &platform.network, &certificate)
            .redirect_http()
            .deletion_protection(environment.deletion_protection),
    );
    if let Some((_, rule)) = &front.http {
        stack.amend(rule, |rule| rule.waive_until("CKV_AWS_260", REVIEW, "port 80 only redirects to HTTPS"));
    }
    if !environment.deletion_protection {
        stack.amend(&front.load_balancer, |front| {
            front.waive_until("CKV_AWS_150", REVIEW, "the environment is torn down at times")
        });
    }
    zone.point("front", environment.domain, &front);
    stack.add(Firewall::builder("firewall", &front));
    front
}

fn add_targets(stack: &Stack, front: &ApplicationLoadBalancer, name: &'static str) -> TargetGroup {
    let targets = stack.add(TargetGroup::builder(name, front, PORT).health_path("/health").without_route());
    stack.amend(&targets.target_group, |group| {
        group.waive_until(
            "CKV_AWS_378",
            REVIEW,
            "traffic between the load balancer and its tasks stays in the VPC",
        )
    });
    targets
}

/// Adds the function that resizes pictures.
fn add_thumbnails(stack: &Stack, platform: &Platform) {
    let code = Code::files([("thumbnails.py", include_str!("functions/thumbnails.py"))]);
    let thumbnails = stack
        .add(Function::builder("thumbnails", Runtime::Python313, "thumbnails.handler", code).memory(1024));
    thumbnails.alarms(&platform.operators);
    stack.amend(&thumbnails.function, |function| {
        function
            .waive_until("CKV_AWS_115", REVIEW, "it shares the executions of the account")
            .waive_until("CKV_AWS_117", REVIEW, "it only calls S3, so a VPC adds no protection")
            .waive_until("CKV_AWS_272", REVIEW, "its code is built into the program that deploys it")
    });
}
