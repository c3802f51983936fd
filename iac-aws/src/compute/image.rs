//! What instances start from.

use iac_core::Text;

/// The image that an instance starts from. Those of AWS are looked up when an instance starts, so that it has all updates
/// and no configuration changes with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Image {
    /// Amazon Linux 2023 for ARM.
    #[default]
    AmazonLinux2023Arm,
    /// Amazon Linux 2023 for Intel and AMD.
    AmazonLinux2023,
    /// Amazon Linux 2023 with the agent of ECS, for ARM.
    EcsArm,
    /// Amazon Linux 2023 with the agent of ECS, for Intel and AMD.
    Ecs,
    /// What a parameter of SSM names.
    Parameter(Text),
    /// An image, by its id.
    Id(Text),
}

impl Image {
    /// As a launch template takes it.
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
