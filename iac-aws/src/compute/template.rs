//! Launch templates with secure defaults: no SSH keys, IMDSv2, encrypted disks.

use iac_core::Text;
use iac_core::diagnostic::Diagnostic;
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
    /// The size of the root disk; the default of the image if absent.
    pub(super) disk_gibibytes: Option<u32>,
    /// The root device of the image, if AWS does not publish it.
    pub(super) root_device: Option<Text>,
    /// Encrypts the disks; the AWS managed key of EBS if absent.
    pub(super) key: Option<Key>,
    pub(super) managed_policies: Vec<Text>,
}

impl Default for LaunchSettings {
    fn default() -> Self {
        Self {
            image: Image::default(),
            user_data: None,
            disk_gibibytes: None,
            root_device: None,
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
    /// Returns the size of the root disk in GiB; `None` for the size of the image.
    pub(super) fn gibibytes(&self) -> Option<u32> {
        self.disk_gibibytes.or(self.image.default_gibibytes())
    }

    /// Returns the name of the root device, if it is known.
    pub(super) fn root_device(&self) -> Option<&str> {
        self.root_device.as_deref().or(self.image.root_device())
    }

    /// Returns the problems of the disk of `what`, such as ``instance `licenses` ``.
    pub(super) fn problems(&self, what: &str, instance_types: &[Text]) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        if let Some(other) = instance_types.iter().find(|each| self.image.refuses(each)) {
            let summary =
                format!("instance type `{other}` of {what} has another architecture than its image");
            problems.push(
                Diagnostic::error("image-architecture", summary)
                    .hint("select the image: `.image(Image::AmazonLinux2023)` for Intel and AMD"),
            );
        }
        if let (Some(size), Some(minimum)) = (self.disk_gibibytes, self.image.minimum_gibibytes())
            && size < minimum
        {
            let summary = format!("disk of {what} is smaller than its image");
            problems.push(
                Diagnostic::error("image-disk", summary)
                    .detail(format!("The disk has {size} GiB, and the image requires {minimum} GiB.")),
            );
        }
        problems
    }

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
        let hardening = Hardening {
            device: self.root_device(),
            disk_gibibytes: self.gibibytes(),
            key: self.key.as_ref(),
            tags_in_metadata: true,
        };
        let template = scope.add(hardening.apply(template, &physical_name));
        LaunchResources { template, role, profile }
    }
}

/// Secure defaults of launch templates, for Auto Scaling groups and EKS nodes alike.
pub(crate) struct Hardening<'a> {
    /// The name of the disk's device. Without it, the template leaves the disk to the instance.
    pub(crate) device: Option<&'a str>,
    /// The size of the disk; that of the image if absent.
    pub(crate) disk_gibibytes: Option<u32>,
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
            .maybe(self.device, |template, name| {
                template.block_device_mappings(|device| {
                    device.device_name(name).ebs(|disk| {
                        disk.encrypted("true")
                            .volume_type(ec2::VolumeType::Gp3)
                            .maybe(self.disk_gibibytes, |disk, size| disk.volume_size(size))
                            .delete_on_termination("true")
                            .maybe(self.key, |disk, key| disk.kms_key_id(key.arn()))
                    })
                })
            })
            .each(["instance", "volume"], |template, resource| {
                template.tag_specifications(|tags| tags.resource_type(resource).tags([("Name", name)]))
            })
    }
}
