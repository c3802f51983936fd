//! The instances on which lessons are recorded: mostly spot instances, as many as the tasks on them need.

use iac_aws::{autoscaling, ec2, ecs, iam};
use iac_core::functions::base64encode;
use iac_core::object;
use iac_core::prelude::*;

use crate::network::{self, Network};
use crate::policy::policy;
use crate::service;
use crate::site::Site;

/// The image with the container agent that AWS recommends: looked up when an instance starts.
const IMAGE: &str = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id";

/// Types of about the same size, so that spot instances of one or another are always to be had.
const INSTANCE_TYPES: [&str; 4] = ["c7g.xlarge", "c6g.xlarge", "m7g.xlarge", "m6g.xlarge"];

pub fn add(site: &Site<'_>, network: &Network, cluster: &ecs::Cluster) -> ecs::CapacityProvider {
    let template = add_launch_template(site, network, cluster);
    let group = add_group(site, network, &template);
    site.add(ecs::CapacityProvider::builder("fleet").name(site.name("fleet")).auto_scaling_group_provider(
        |provider| {
            provider
                .auto_scaling_group_arn(group.arn())
                .managed_draining(ecs::ManagedDraining::Enabled)
                .managed_termination_protection(ecs::ManagedTerminationProtection::Enabled)
                .managed_scaling(|scaling| scaling.status(ecs::Status::Enabled).target_capacity(100))
        },
    ))
}

fn add_launch_template(site: &Site<'_>, network: &Network, cluster: &ecs::Cluster) -> ec2::LaunchTemplate {
    let profile = add_instance_profile(site);
    let security_group =
        service::add_security_group(site, network, "fleet", "Instances on which recorders run");
    let user_data = tf!(
        "#!/bin/bash\n\
         echo ECS_CLUSTER={} >> /etc/ecs/ecs.config\n\
         echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config\n",
        cluster.name()
    );
    site.add(
        ec2::LaunchTemplate::builder("fleet")
            .name(site.name("fleet"))
            .update_default_version(true)
            .image_id(IMAGE)
            .user_data(base64encode(user_data))
            .iam_instance_profile(|instance| instance.arn(profile.arn()))
            .vpc_security_group_ids([security_group.id()])
            .monitoring(|monitoring| monitoring.enabled(true))
            // Containers cannot take the role of the instance: they are one hop further away.
            .metadata_options(|metadata| {
                metadata
                    .http_endpoint(ec2::MetadataOptionsHttpEndpoint::Enabled)
                    .http_tokens(ec2::MetadataOptionsHttpTokens::Required)
                    .http_put_response_hop_limit(1)
            })
            .block_device_mappings(|device| {
                device
                    .device_name("/dev/xvda")
                    .ebs(|volume| volume.encrypted("true").volume_type(ec2::VolumeType::Gp3).volume_size(50))
            })
            .each(["instance", "volume"], |template, resource| {
                template.tag_specifications(|tags| tags.resource_type(resource).tags(site.tags("fleet")))
            }),
    )
}

fn add_group(site: &Site<'_>, network: &Network, template: &ec2::LaunchTemplate) -> autoscaling::Group {
    let settings = &site.environment.recorder;
    site.add(
        autoscaling::Group::builder("fleet")
            .name(site.name("fleet"))
            .vpc_zone_identifier(network::ids(&network.private_subnets))
            .min_size(0)
            .max_size(settings.instances_at_most)
            // A recording is not interrupted to save an instance: ECS ends instances on which nothing runs.
            .protect_from_scale_in(true)
            .capacity_rebalance(true)
            .max_instance_lifetime(14 * 24 * 60 * 60)
            .enabled_metrics(["GroupInServiceInstances", "GroupDesiredCapacity"])
            .mixed_instances_policy(|policy| {
                policy
                    .instances_distribution(|distribution| {
                        distribution
                            .on_demand_base_capacity(settings.on_demand_instances)
                            .on_demand_percentage_above_base_capacity(0)
                            .spot_allocation_strategy("price-capacity-optimized")
                    })
                    .launch_template(|launch_template| {
                        launch_template
                            .launch_template_specification(|specification| {
                                specification
                                    .launch_template_id(template.id())
                                    .version(template.latest_version())
                            })
                            .each(INSTANCE_TYPES, |launch_template, instance_type| {
                                launch_template.override_(|with| with.instance_type(instance_type))
                            })
                    })
            })
            // ECS knows its instances by this tag.
            .tag(|tag| tag.key("AmazonECSManaged").value("true").propagate_at_launch(true)),
    )
}

fn add_instance_profile(site: &Site<'_>) -> iam::InstanceProfile {
    let role = site.add(iam::Role::builder("fleet").name(site.name("fleet")).assume_role_policy(policy([
        object! {
            "Effect": "Allow",
            "Principal": { "Service": "ec2.amazonaws.com" },
            "Action": "sts:AssumeRole",
        },
    ])));
    // The agent of ECS; and sessions on an instance without SSH.
    for (name, managed) in [
        ("fleet_ecs", "service-role/AmazonEC2ContainerServiceforEC2Role"),
        ("fleet_sessions", "AmazonSSMManagedInstanceCore"),
    ] {
        site.add(
            iam::RolePolicyAttachment::builder(name)
                .role(role.name())
                .policy_arn(format!("arn:aws:iam::aws:policy/{managed}")),
        );
    }
    site.add(iam::InstanceProfile::builder("fleet").name(site.name("fleet")).role(role.name()))
}
