//! Machine images.

use iac_core::Text;

/// The image of an instance.
///
/// AMIs published by AWS are resolved through SSM at launch: instances get all updates, and the configuration does
/// not change with each AMI.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Image {
    /// Amazon Linux 2023 for ARM.
    #[default]
    AmazonLinux2023Arm,
    /// Amazon Linux 2023 for Intel and AMD.
    AmazonLinux2023,
    /// Amazon Linux 2023 optimized for ECS, for ARM.
    EcsArm,
    /// Amazon Linux 2023 optimized for ECS, for Intel and AMD.
    Ecs,
    /// The image named by an SSM parameter.
    Parameter(Text),
    /// An image by its id.
    Id(Text),
}

impl Image {
    /// Returns the root device of an image that AWS publishes.
    pub(super) const fn root_device(&self) -> Option<&'static str> {
        match self {
            Self::AmazonLinux2023Arm | Self::AmazonLinux2023 | Self::EcsArm | Self::Ecs => Some("/dev/xvda"),
            Self::Parameter(_) | Self::Id(_) => None,
        }
    }

    /// Returns the size of the image's root volume in GiB, if it is known. A smaller volume cannot be created from it.
    pub(super) const fn minimum_gibibytes(&self) -> Option<u32> {
        match self {
            Self::AmazonLinux2023Arm | Self::AmazonLinux2023 => Some(8),
            Self::EcsArm | Self::Ecs => Some(30),
            Self::Parameter(_) | Self::Id(_) => None,
        }
    }

    /// Returns the default size of the root volume in GiB; `None` for the size of the image.
    pub(super) const fn default_gibibytes(&self) -> Option<u32> {
        match self {
            Self::AmazonLinux2023Arm | Self::AmazonLinux2023 => Some(20),
            Self::EcsArm | Self::Ecs => Some(30),
            Self::Parameter(_) | Self::Id(_) => None,
        }
    }

    /// Returns true if an instance type has another CPU architecture than an image that AWS publishes.
    pub(super) fn refuses(&self, instance_type: &str) -> bool {
        match self {
            Self::AmazonLinux2023Arm | Self::EcsArm => !is_arm(instance_type),
            Self::AmazonLinux2023 | Self::Ecs => is_arm(instance_type),
            Self::Parameter(_) | Self::Id(_) => false,
        }
    }

    /// Returns true if the launch template contains the id of the image, rather than a parameter that has it.
    pub(super) const fn is_id(&self) -> bool {
        matches!(self, Self::Id(_))
    }

    /// Returns the image id of a launch template.
    pub(super) fn reference(&self) -> String {
        let latest = |architecture| {
            format!("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}")
        };
        let ecs = |architecture| {
            format!("/aws/service/ecs/optimized-ami/amazon-linux-2023{architecture}/recommended/image_id")
        };
        let parameter = match self {
            Self::AmazonLinux2023Arm => latest("arm64"),
            Self::AmazonLinux2023 => latest("x86_64"),
            Self::EcsArm => ecs("/arm64"),
            Self::Ecs => ecs(""),
            Self::Parameter(name) => name.as_str().to_owned(),
            Self::Id(id) => return id.as_str().to_owned(),
        };
        format!("resolve:ssm:{parameter}")
    }
}

/// Returns true for instance types with Graviton processors: `m7g.large`, `c6gn.large`, `a1.large`.
fn is_arm(instance_type: &str) -> bool {
    let family = instance_type.split('.').next().unwrap_or_default();
    let options = family.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let options = options.trim_start_matches(|c: char| c.is_ascii_digit());
    family == "a1" || options.starts_with('g')
}
