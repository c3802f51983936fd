//! The web service: the application that the pupils see.

use iac_aws::{ec2, ecs};
use iac_core::prelude::*;

use crate::cluster::FARGATE;
use crate::data::Data;
use crate::images::{self, Images};
use crate::network;
use crate::platform::Platform;
use crate::policy::allow;
use crate::recorder::Recorder;
use crate::service;
use crate::site::Site;
use crate::traffic::Traffic;

pub const PORT: u16 = 8080;
pub const HEALTH_PATH: &str = "/health";

pub fn add(
    site: &Site<'_>,
    platform: &Platform,
    traffic: &Traffic,
    data: &Data,
    recorder: &Recorder,
) -> ecs::Service {
    let Platform { network, cluster, images, .. } = platform;
    let task = add_task_definition(site, images, data, recorder);
    let security_group = service::add_security_group(site, network, "web", "Tasks of the web service");
    connect(site, traffic, &security_group);
    site.add(
        ecs::Service::builder("web")
            .name("web")
            .cluster(cluster.ecs.arn())
            .task_definition(task.arn())
            .desired_count(site.environment.web.tasks_at_night)
            .capacity_provider_strategy(|strategy| strategy.capacity_provider(FARGATE).weight(1))
            .availability_zone_rebalancing(ecs::AvailabilityZoneRebalancing::Enabled)
            .deployment_circuit_breaker(|breaker| breaker.enable(true).rollback(true))
            .health_check_grace_period_seconds(60)
            .enable_ecs_managed_tags(true)
            .propagate_tags(ecs::PropagateTags::Service)
            .network_configuration(|configuration| {
                configuration
                    .subnets(network::ids(&network.private_subnets))
                    .security_groups([security_group.id()])
            })
            .load_balancer(|target| {
                target.target_group_arn(traffic.target_group.arn()).container_name("web").container_port(PORT)
            })
            // Autoscaling changes it all the time.
            .ignore_changes(["desired_count"])
            .depends_on(&cluster.capacity_providers)
            .depends_on(&traffic.https),
    )
}

fn add_task_definition(
    site: &Site<'_>,
    images: &Images,
    data: &Data,
    recorder: &Recorder,
) -> ecs::TaskDefinition {
    let settings = &site.environment.web;
    let log_group = service::add_log_group(site, "web");
    let session_secret = data.session_secret_arn(site);
    let execution_role = service::add_execution_role(
        site,
        "web",
        &images.web,
        &log_group,
        std::slice::from_ref(&session_secret),
    );
    let task_role = service::add_task_role(
        site,
        "web",
        vec![
            allow(
                ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
                data.progress_arn(site),
            ),
            allow(["sqs:SendMessage"], recorder.queue.arn()),
            allow(["s3:GetObject"], tf!("{}/*", recorder.recordings.arn())),
            allow(["kms:Decrypt", "kms:GenerateDataKey"], site.key.arn()),
        ],
    );
    let container = json!([{
        "name": "web",
        "image": images::url(site, &images.web),
        "essential": true,
        "portMappings": [{ "containerPort": PORT, "protocol": "tcp" }],
        "readonlyRootFilesystem": true,
        "linuxParameters": { "initProcessEnabled": true },
        "mountPoints": [{ "sourceVolume": "tmp", "containerPath": "/tmp" }],
        "environment": [
            { "name": "PROGRESS_TABLE", "value": data.progress.name() },
            { "name": "RECORDER_QUEUE", "value": recorder.queue.url() },
            { "name": "RECORDINGS_BUCKET", "value": recorder.recordings.id() },
        ],
        "secrets": [{ "name": "SESSION_SECRET", "valueFrom": session_secret }],
        "healthCheck": {
            "command": ["CMD", "/app/health", format!("http://localhost:{PORT}{HEALTH_PATH}")],
            "interval": 10,
            "retries": 3,
            "startPeriod": 15,
        },
        "logConfiguration": service::log_configuration(site, &log_group),
    }]);
    site.add(
        ecs::TaskDefinition::builder("web")
            .family(site.name("web"))
            .requires_compatibilities([ecs::RequiresCompatibilities::Fargate])
            .network_mode(ecs::NetworkMode::Awsvpc)
            .runtime_platform(|platform| {
                platform
                    .cpu_architecture(ecs::CpuArchitecture::Arm64)
                    .operating_system_family(ecs::OperatingSystemFamily::Linux)
            })
            .cpu(settings.cpu.to_string())
            .memory(settings.memory.to_string())
            .execution_role_arn(execution_role.arn())
            .task_role_arn(task_role.arn())
            .container_definitions(container)
            // The root filesystem is read-only.
            .volume(|volume| volume.name("tmp")),
    )
}

/// Lets requests through from the load balancer, and from nowhere else.
fn connect(site: &Site<'_>, traffic: &Traffic, group: &ec2::SecurityGroup) {
    site.add(
        ec2::VpcSecurityGroupEgressRule::builder("load_balancer_web")
            .security_group_id(traffic.security_group.id())
            .description("To the web service")
            .ip_protocol("tcp")
            .from_port(PORT)
            .to_port(PORT)
            .referenced_security_group_id(group.id()),
    );
    site.add(
        ec2::VpcSecurityGroupIngressRule::builder("web_load_balancer")
            .security_group_id(group.id())
            .description("From the load balancer")
            .ip_protocol("tcp")
            .from_port(PORT)
            .to_port(PORT)
            .referenced_security_group_id(traffic.security_group.id()),
    );
}
