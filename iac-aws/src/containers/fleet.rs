//! EC2 capacity of ECS clusters.

use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;

use super::{Capacity, Cluster};
use crate::compute::{AutoScalingGroup, AutoScalingGroupBuilder, Image};
use crate::ecs;
use crate::naming::physical_name;

/// Instances that run the tasks of a cluster, scaled with the tasks, down to zero.
///
/// An instance that runs tasks is not terminated, and a spot instance that is reclaimed drains its tasks first.
///
/// | Address | Description |
/// |---|---|
/// | `aws_ecs_capacity_provider.<name>` | capacity provider that scales the group, named `<stack>-<name>` |
/// | `aws_autoscaling_group.<name>` and more | see [`AutoScalingGroup`] |
///
/// ```
/// use iac_aws::compute::AutoScalingGroup;
/// use iac_aws::containers::{Cluster, Container, Fleet, Service};
/// use iac_aws::network::Network;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let cluster = stack.add(Cluster::builder("main"));
/// let instances = AutoScalingGroup::builder("recorders", &network, ["c7g.xlarge", "m7g.xlarge"]);
/// let fleet = stack.add(Fleet::builder(&cluster, instances.between(0, 20).spot(2)));
/// let recorder = Container::new("recorder", "public.ecr.aws/lessons/recorder:1");
/// stack.add(Service::builder("recorder", &cluster, &network, recorder).capacity(fleet.capacity()));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Fleet {
    /// The instances.
    pub group: AutoScalingGroup,
    /// The capacity provider that scales them.
    pub capacity_provider: ecs::CapacityProvider,
}

impl Fleet {
    /// Starts a fleet of a cluster.
    ///
    /// Its image is for ARM, unless the group sets another [`image`](AutoScalingGroupBuilder::image).
    pub fn builder<'a>(cluster: &'a Cluster, group: AutoScalingGroupBuilder<'a>) -> FleetBuilder<'a> {
        FleetBuilder { cluster, group }
    }

    /// Returns the capacity for services that run on this fleet.
    #[must_use]
    pub fn capacity(&self) -> Capacity {
        Capacity::Instances(self.capacity_provider.clone())
    }
}

/// Builds a [`Fleet`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct FleetBuilder<'a> {
    cluster: &'a Cluster,
    group: AutoScalingGroupBuilder<'a>,
}

impl Construct for FleetBuilder<'_> {
    type Output = Fleet;

    fn build(self, scope: &Scope<'_>) -> Fleet {
        let name = self.group.name().clone();
        if !scope.stack().contains(&self.cluster.cluster) {
            let summary = format!("fleet `{name}` is in another stack than its cluster");
            scope.report(
                Diagnostic::error("fleet-stack", summary)
                    .detail("The cluster lists its capacity providers, so that the stacks would depend on each other.")
                    .hint("add the fleet to the stack of the cluster"),
            );
        }
        let join = tf!(
            "#!/bin/bash\n\
             echo ECS_CLUSTER={} >> /etc/ecs/ecs.config\n\
             echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config\n",
            self.cluster.cluster.name()
        );
        let group = self
            .group
            .default_image(Image::EcsArm)
            .prepend_user_data(join)
            .managed_policy("service-role/AmazonEC2ContainerServiceforEC2Role")
            .managed_by_ecs();
        let group = scope.add(group);
        let capacity_provider = scope.add(
            ecs::CapacityProvider::builder(name.clone())
                .name(physical_name(scope, &name, 255))
                .auto_scaling_group_provider(|provider| {
                    provider
                        .auto_scaling_group_arn(group.group.arn())
                        .managed_draining(ecs::ManagedDraining::Enabled)
                        .managed_termination_protection(ecs::ManagedTerminationProtection::Enabled)
                        .managed_scaling(|scaling| scaling.status(ecs::Status::Enabled).target_capacity(100))
                }),
        );
        self.cluster.add_capacity(&capacity_provider);
        Fleet { group, capacity_provider }
    }
}
