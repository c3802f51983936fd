use iac_aws::compute::AutoScalingGroup;
use iac_aws::containers::{
    Capacity, Cluster, Condition, Container, Fleet, Kubernetes, NodeGroup, Repository, Scaling,
    ScheduledTask, Service, compose,
};
use iac_aws::messaging::{Queue, Topic};
use iac_aws::network::{Nat, Network, Port, Tier};
use iac_aws::prelude::*;
use iac_aws::secrets::Secret;
use iac_aws::storage::FileSystem;
use iac_core::plaintext;

use crate::{assert_snapshot, check, check_problems, network};

const IMAGE: &str = "public.ecr.aws/lessons/web:1";

#[test]
fn service_matches_snapshot() {
    check("service", |stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let images = stack.add(Repository::builder("web").keep(20));
        let session = stack.add(Secret::builder("session"));
        let files = stack.add(FileSystem::builder("files", &network));
        let uploads = files.volume("uploads", 1000);
        let migrate = Container::new("migrate", images.image("1")).command(["migrate"]).essential(false);
        let web = Container::new("web", images.image("1"))
            .port(8080)
            .environment("LOG_LEVEL", "info")
            .secret("SESSION", &session)
            .health_check(["CMD", "/app/health"])
            .scratch("/tmp")
            .volume("/uploads", &uploads)
            .ulimit("nofile", 65_536)
            .user("1000:1000")
            .depends_on("migrate", Condition::Success);
        let operators = stack.add(Topic::builder("operators"));
        let service = stack.add(
            Service::builder("web", &cluster, &network, web)
                .sidecar(migrate)
                .cpu(512)
                .memory(1024)
                .sessions()
                .discoverable()
                .scaling(Scaling::between(2, 10).on_cpu(60).on_memory(80).on_schedule(
                    "morning",
                    "cron(0 7 * * ? *)",
                    "Europe/London",
                    4,
                )),
        );
        service.alarms(&operators);
        let other = Service::builder("other", &cluster, &network, Container::new("other", IMAGE));
        let other = stack.add(other.capacity(Capacity::FargateSpot).tasks(1).without_default_egress());
        service.allow_from(&other, Port::tcp(8080));
    });
}

#[test]
fn fleet_matches_snapshot() {
    check("fleet", |stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let instances = AutoScalingGroup::builder("recorders", &network, ["c7g.xlarge", "m7g.xlarge"]);
        let instances = instances.between(0, 20).spot(2).user_data("#!/bin/bash\nmount-scratch\n");
        let fleet = stack.add(Fleet::builder(&cluster, instances));
        let lessons = stack.add(Queue::builder("lessons"));
        let recorder = Container::new("recorder", IMAGE).environment("LESSONS", lessons.queue.url());
        let recorder = Service::builder("recorder", &cluster, &network, recorder)
            .capacity(fleet.capacity())
            .scaling(Scaling::between(0, 60).on_backlog(&lessons, 4));
        lessons.grant_receive(&stack.add(recorder));
    });
}

#[test]
fn kubernetes_matches_snapshot() {
    check("kubernetes", |stack| {
        let network = network(stack);
        let cluster = stack.add(
            Kubernetes::builder("main", &network, "1.33")
                .node_group(NodeGroup::new("general", ["m7g.large"]).between(2, 6))
                .node_group(
                    NodeGroup::new("batch", ["c7g.xlarge", "c6g.xlarge"]).spot().label("kind", "batch"),
                )
                .public_from(["203.0.113.0/24"]),
        );
        cluster.grant_admin("operators", "arn:aws:iam::111111111111:role/operators");
        let lessons = stack.add(Queue::builder("lessons"));
        lessons.grant_receive(&cluster.pod_role("lessons", "recorder"));
    });
}

#[test]
fn invalid_clusters_are_reported() {
    check_problems("invalid_clusters", |stack| {
        let network = network(stack);
        stack.add(Kubernetes::builder("empty", &network, "1.33"));
        let nodes = NodeGroup::new("general", ["m7g.large"]).between(3, 2);
        stack.add(Kubernetes::builder("main", &network, "1.33").node_group(nodes));
        let small = Network::builder("small", ["eu-west-1a"]).nat(Nat::None).flow_log(false);
        let small = stack.add(small);
        let nodes = NodeGroup::new("general", ["m7g.large"]);
        stack.add(Kubernetes::builder("small", &small, "1.33").node_group(nodes));
    });
}

#[test]
fn compose_file_matches_snapshot() {
    let stack = iac_core::Stack::new("production");
    let images = stack.add(Repository::builder("web"));
    let session = stack.add(Secret::builder("session"));
    let migrate = Container::new("migrate", images.image("1")).command(["migrate", "$HOME"]).essential(false);
    let web = Container::new("web-1", images.image("1"))
        .port(8080)
        .udp_port(3478)
        .environment("PRICE", "5 $ \"each\"\n")
        .environment("REPOSITORY", images.repository.name())
        .secret("SESSION", &session)
        .health_check(["CMD", "/app/health"])
        .scratch("/tmp")
        .ulimit("nofile", 65_536)
        .user("1000:1000")
        .memory(512)
        .writable_root()
        .depends_on("migrate", Condition::Success);
    assert_snapshot("compose", &compose([&migrate, &web]));
}

#[test]
fn scheduled_task_matches_snapshot() {
    check("scheduled_task", |stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let clean = Container::new("clean", IMAGE).environment("KEEP", plaintext("30"));
        let task = ScheduledTask::builder("clean", "cron(0 3 * * ? *)", &cluster, &network, clean);
        stack.add(task.time_zone("Europe/London"));
    });
}

#[test]
fn tasks_may_connect_to_mounted_file_systems() {
    check("file_systems", |stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let files = stack.add(FileSystem::builder("files", &network));
        let (uploads, pictures) = (files.volume("uploads", 1000), files.volume("pictures", 1000));
        // Two volumes of one file system need only one rule.
        let web = Container::new("web", IMAGE).volume("/uploads", &uploads).volume("/pictures", &pictures);
        stack.add(Service::builder("web", &cluster, &network, web));
        let clean = Container::new("clean", IMAGE).volume("/uploads", &uploads);
        stack.add(ScheduledTask::builder("clean", "cron(0 3 * * ? *)", &cluster, &network, clean));
    });
}

#[test]
fn invalid_services_are_reported() {
    check_problems("invalid_services", |stack| {
        let network = network(stack);
        let cluster = stack.add(Cluster::builder("main"));
        let service = |name, container| Service::builder(name, &cluster, &network, container);
        let container = || Container::new("web", IMAGE);
        stack.add(service("size", container()).cpu(300).memory(512));
        stack.add(service("portless", container()).discoverable());
        stack.add(service("duplicate", container()).sidecar(container()));
        stack.add(service("waits", container().depends_on("migrate", Condition::Success)));
        stack.add(service("idle", container().essential(false)));
        stack.add(service("bounds", container()).scaling(Scaling::between(3, 2)));
        stack.add(service("requests", container()).scaling(Scaling::between(1, 2).on_requests(1000)));
        let public = Network::builder("public", ["eu-west-1a"]).tiers([Tier::public()]).nat(Nat::None);
        let public = stack.add(public.flow_log(false));
        stack.add(Service::builder("nowhere", &cluster, &public, container()));
    });
}
