//! Single instances.

use iac_core::Text;
use iac_core::prelude::*;

use super::Image;
use super::template::{LaunchResources, LaunchSettings};
use crate::ec2;
use crate::identity::{Grantee, Role};
use crate::naming::physical_name;
use crate::network::{HasSecurityGroup, Network, Peer, Port, SecurityGroup};

/// A single instance in the first private subnet, for software that cannot run more than once.
///
/// It has the defaults of an [Auto Scaling group](super::AutoScalingGroup): an encrypted disk, IMDSv2, no SSH.
///
/// | Address | Description |
/// |---|---|
/// | `aws_instance.<name>` | instance |
/// | `aws_launch_template.<name>` | launch template |
/// | `aws_iam_role.<name>`, `aws_iam_instance_profile.<name>`, `aws_iam_role_policy_attachment.<name>_…` | role of the instance |
/// | `aws_security_group.<name>` | security group; HTTPS to any destination by default |
///
/// ```
/// use iac_aws::compute::Instance;
/// use iac_aws::network::Network;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a"]));
/// stack.add(Instance::builder("licenses", &network, "t4g.small"));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Instance {
    /// The instance.
    pub instance: ec2::Instance,
    /// The launch template.
    pub launch_template: ec2::LaunchTemplate,
    /// The role of the instance.
    pub role: Role,
    /// The security group of the instance.
    pub security_group: SecurityGroup,
}

impl Instance {
    /// Starts an instance of a type.
    pub fn builder(
        name: impl Into<Text>,
        network: &Network,
        instance_type: impl Into<Text>,
    ) -> InstanceBuilder<'_> {
        InstanceBuilder {
            name: name.into(),
            network,
            instance_type: instance_type.into(),
            launch: LaunchSettings::default(),
        }
    }
}

#[diagnostic::do_not_recommend]
impl Grantee for Instance {
    fn role(&self) -> &Role {
        &self.role
    }
}

#[diagnostic::do_not_recommend]
impl HasSecurityGroup for Instance {
    fn security_group(&self) -> &SecurityGroup {
        &self.security_group
    }
}

/// Builds an [`Instance`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct InstanceBuilder<'a> {
    name: Text,
    network: &'a Network,
    instance_type: Text,
    launch: LaunchSettings,
}

impl InstanceBuilder<'_> {
    /// Sets the image (default: Amazon Linux 2023 for ARM).
    pub fn image(mut self, image: Image) -> Self {
        self.launch.image = image;
        self
    }

    /// Sets the script that the instance runs on its first boot.
    ///
    /// A literal is readable in the configuration, so the script must look up secrets itself.
    pub fn user_data(mut self, script: impl IntoExpr<String>) -> Self {
        self.launch.user_data = Some(script.into_expr());
        self
    }

    /// Sets the size of the root disk in GiB (default: 20 for Amazon Linux, and the size of the image otherwise).
    pub fn disk_gibibytes(mut self, size: u32) -> Self {
        self.launch.disk_gibibytes = Some(size);
        self
    }
}

impl Construct for InstanceBuilder<'_> {
    type Output = Instance;

    fn build(self, scope: &Scope<'_>) -> Instance {
        let Self { name, network, instance_type, launch } = self;
        for problem in launch.problems(&format!("instance `{name}`"), std::slice::from_ref(&instance_type)) {
            scope.report(problem);
        }
        let subnets = network.default_subnets();
        if subnets.subnets.is_empty() {
            let summary = format!("instance `{name}` has no subnet");
            scope.report(
                iac_core::diagnostic::Diagnostic::error("instance-subnets", summary)
                    .detail(format!("The network has no `{}` subnets.", subnets.tier)),
            );
        }
        let security_group = scope
            .add(SecurityGroup::builder(name.clone(), network).description(format!("The instance {name}")));
        security_group.allow_to_peer(Peer::Internet, Port::HTTPS);
        let LaunchResources { template: launch_template, role, profile } =
            launch.build(scope, &name, &security_group, Some(&instance_type));
        let instance = scope.add(
            ec2::Instance::builder(name.clone())
                .launch_template(|template| {
                    template.id(launch_template.id()).version(launch_template.latest_version())
                })
                // Repeated from the launch template, whose settings do not appear in a plan of the instance.
                .iam_instance_profile(profile.name())
                .ebs_optimized(true)
                .monitoring(true)
                .metadata_options(|metadata| {
                    metadata
                        .http_endpoint(ec2::MetadataOptionsHttpEndpoint::Enabled)
                        .http_tokens(ec2::MetadataOptionsHttpTokens::Required)
                        .http_put_response_hop_limit(1)
                })
                .root_block_device(|disk| {
                    disk.encrypted(true)
                        .volume_type(ec2::VolumeType::Gp3)
                        .maybe(launch.gibibytes(), |disk, size| disk.volume_size(size))
                        .maybe(launch.key.as_ref(), |disk, key| disk.kms_key_id(key.arn()))
                })
                .maybe(subnets.subnets.first(), |instance, subnet| instance.subnet_id(subnet.id()))
                .tags([("Name", physical_name(scope, &name, 255))]),
        );
        Instance { instance, launch_template, role, security_group }
    }
}
