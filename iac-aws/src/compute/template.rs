//! Launch templates with secure defaults: no SSH keys, IMDSv2, encrypted disks.

use iac_core::Text;
use iac_core::functions::base64encode;
use iac_core::prelude::*;

use super::Image;
use crate::encryption::Key;
use crate::identity::{Principal, Role};
use crate::naming::physical_name;
use crate::network::SecurityGroup;
use crate::{ec2, iam};

/// Settings of a launch template.
#[derive(Clone, Debug)]
pub(super) struct LaunchSettings {
    pub(super) image: Image,
    pub(super) user_data: Option<Expr<String>>,
    pub(super) disk_gibibytes: u32,
    /// Encrypts the disks; the AWS managed key of EBS if absent.
    pub(super) key: Option<Key>,
    pub(super) managed_policies: Vec<Text>,
}

impl Default for LaunchSettings {
    fn default() -> Self {
        Self {
            image: Image::default(),
            user_data: None,
            disk_gibibytes: 20,
            key: None,
            // Enables SSM sessions, so that SSH keys and open ports are not needed.
            managed_policies: vec![Text::from_static("AmazonSSMManagedInstanceCore")],
        }
    }
}

/// The resources needed to launch instances.
pub(super) struct LaunchResources {
    pub(super) template: ec2::LaunchTemplate,
    pub(super) role: Role,
    pub(super) profile: iam::InstanceProfile,
}

impl LaunchSettings {
    /// Adds the launch template, the role of the instances, and its instance profile.
    pub(super) fn build(
        &self,
        scope: &Scope<'_>,
        name: &Text,
        group: &SecurityGroup,
        instance_type: Option<&Text>,
    ) -> LaunchResources {
        let role =
            self.managed_policies.iter().fold(
                Role::builder(name.clone(), Principal::service("ec2.amazonaws.com")),
                |role, policy| role.managed_policy(policy.clone()),
            );
        let role = scope.add(role);
        let physical_name = physical_name(scope, name, 128);
        let profile = scope.add(
            iam::InstanceProfile::builder(name.clone()).name(physical_name.as_str()).role(role.role.name()),
        );
        let template = ec2::LaunchTemplate::builder(name.clone())
            .name(physical_name.as_str())
            .update_default_version(true)
            .image_id(self.image.reference())
            .maybe(instance_type, |template, instance_type| template.instance_type(instance_type.as_str()))
            .maybe(self.user_data.clone(), |template, script| template.user_data(base64encode(script)))
            .iam_instance_profile(|instance| instance.arn(profile.arn()))
            .vpc_security_group_ids([group.id()])
            .ebs_optimized("true");
        let hardening =
            Hardening { disk_gibibytes: self.disk_gibibytes, key: self.key.as_ref(), tags_in_metadata: true };
        let template = scope.add(hardening.apply(template, &physical_name));
        LaunchResources { template, role, profile }
    }
}

/// Secure defaults of launch templates, for Auto Scaling groups and EKS nodes alike.
pub(crate) struct Hardening<'a> {
    pub(crate) disk_gibibytes: u32,
    /// Encrypts the disks; the AWS managed key of EBS if absent.
    pub(crate) key: Option<&'a Key>,
    /// Exposes the tags of an instance in its metadata, which forbids `/` in tag keys.
    pub(crate) tags_in_metadata: bool,
}

impl Hardening<'_> {
    /// Enables detailed monitoring, IMDSv2 and an encrypted disk that is deleted with its instance.
    ///
    /// Instances and disks are tagged with a name.
    pub(crate) fn apply(
        &self,
        template: ec2::builder::LaunchTemplate,
        name: &str,
    ) -> ec2::builder::LaunchTemplate {
        template
            .monitoring(|monitoring| monitoring.enabled(true))
            .metadata_options(|metadata| {
                metadata
                    .http_endpoint(ec2::MetadataOptionsHttpEndpoint::Enabled)
                    .http_tokens(ec2::MetadataOptionsHttpTokens::Required)
                    // A hop limit of 1 keeps containers away from the instance's credentials: they have roles of
                    // their own.
                    .http_put_response_hop_limit(1)
                    .when(self.tags_in_metadata, |metadata| {
                        metadata.instance_metadata_tags(ec2::MetadataOptionsInstanceMetadataTags::Enabled)
                    })
            })
            .block_device_mappings(|device| {
                device.device_name("/dev/xvda").ebs(|disk| {
                    disk.encrypted("true")
                        .volume_type(ec2::VolumeType::Gp3)
                        .volume_size(self.disk_gibibytes)
                        .delete_on_termination("true")
                        .maybe(self.key, |disk, key| disk.kms_key_id(key.arn()))
                })
            })
            .each(["instance", "volume"], |template, resource| {
                template.tag_specifications(|tags| tags.resource_type(resource).tags([("Name", name)]))
            })
    }
}
