//! EFS file systems.

use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use crate::efs;
use crate::encryption::Key;
use crate::identity::{Grantee, Policy, Statement};
use crate::naming::physical_name;
use crate::network::{HasSecurityGroup, Network, SecurityGroup};

/// An encrypted EFS file system with daily backups, shared by containers and instances.
///
/// Mounting requires TLS and IAM.
///
/// | Address | Description |
/// |---|---|
/// | `aws_efs_file_system.<name>` | file system |
/// | `aws_efs_backup_policy.<name>` | daily backups |
/// | `aws_efs_file_system_policy.<name>` | requires TLS |
/// | `aws_efs_mount_target.<name>_<number>` | mount target in each default subnet |
/// | `aws_efs_access_point.<name>_<volume>` | access point of each volume |
/// | `aws_security_group.<name>` | security group, without rules |
///
/// ```
/// use iac_aws::network::Network;
/// use iac_aws::storage::FileSystem;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let files = stack.add(FileSystem::builder("files", &network));
/// let uploads = files.volume("uploads", 1000);
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct FileSystem {
    /// The file system.
    pub file_system: efs::FileSystem,
    /// The security group of the mount targets.
    pub security_group: SecurityGroup,
    mount_targets: Vec<efs::MountTarget>,
    name: Text,
    scope: OwnedScope,
}

impl FileSystem {
    /// Starts a file system in a network.
    pub fn builder(name: impl Into<Text>, network: &Network) -> FileSystemBuilder<'_> {
        FileSystemBuilder { name: name.into(), network, key: None }
    }

    /// Returns a directory as a volume. It is owned by a POSIX user, and created when it is first mounted.
    #[track_caller]
    pub fn volume(&self, name: impl Into<Text>, user: u32) -> Volume {
        let name = name.into();
        let access_point = self.scope.add(|scope| {
            scope.add(
                efs::AccessPoint::builder(format!("{}_{name}", self.name))
                    .file_system_id(self.file_system.id())
                    .posix_user(|posix| posix.uid(user).gid(user))
                    .root_directory(|directory| {
                        directory.path(format!("/{name}")).creation_info(|directory| {
                            directory.owner_uid(user).owner_gid(user).permissions("0750")
                        })
                    }),
            )
        });
        Volume {
            file_system: self.file_system.clone(),
            access_point,
            mount_targets: self.mount_targets.clone(),
            security_group: self.security_group.clone(),
            name,
        }
    }
}

#[diagnostic::do_not_recommend]
impl HasSecurityGroup for FileSystem {
    fn security_group(&self) -> &SecurityGroup {
        &self.security_group
    }
}

/// A directory of a [`FileSystem`].
#[derive(Clone, Debug)]
pub struct Volume {
    /// The file system.
    pub file_system: efs::FileSystem,
    /// The access point of the directory.
    pub access_point: efs::AccessPoint,
    /// The mount targets of the file system.
    pub mount_targets: Vec<efs::MountTarget>,
    pub(crate) security_group: SecurityGroup,
    name: Text,
}

impl Volume {
    /// Returns the name of the volume.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Grants permission to mount the volume, and to write to it.
    #[track_caller]
    pub fn grant_mount(&self, grantee: &impl Grantee) {
        grantee.role().allow(
            Statement::allow(["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"])
                .on(self.file_system.arn())
                .when("StringEquals", "elasticfilesystem:AccessPointArn", self.access_point.arn()),
        );
    }
}

/// Builds a [`FileSystem`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct FileSystemBuilder<'a> {
    name: Text,
    network: &'a Network,
    key: Option<Key>,
}

impl FileSystemBuilder<'_> {
    /// Sets the KMS key that encrypts the files (default: [the key of the stack](Key::stack_default)).
    pub fn key(mut self, key: &Key) -> Self {
        self.key = Some(key.clone());
        self
    }
}

impl Construct for FileSystemBuilder<'_> {
    type Output = FileSystem;

    fn build(self, scope: &Scope<'_>) -> FileSystem {
        let key = self.key.unwrap_or_else(|| Key::stack_default(scope));
        let name = self.name;
        let file_system = scope.add(
            efs::FileSystem::builder(name.clone())
                .encrypted(true)
                .kms_key_id(key.arn())
                .throughput_mode(efs::ThroughputMode::Elastic)
                .lifecycle_policy(|policy| policy.transition_to_ia(efs::TransitionToIa::After30Days))
                .tags([("Name", physical_name(scope, &name, 255))]),
        );
        scope.add(
            efs::BackupPolicy::builder(name.clone())
                .file_system_id(file_system.id())
                .backup_policy(|policy| policy.status(efs::Status::Enabled)),
        );
        // IAM grants decide who may mount; the policy only denies mounts without TLS.
        let policy = Policy::require_tls("*", file_system.arn());
        scope.add(
            efs::FileSystemPolicy::builder(name.clone()).file_system_id(file_system.id()).policy(policy),
        );
        let security_group = scope.add(
            SecurityGroup::builder(name.clone(), self.network).description(format!("The file system {name}")),
        );
        self.network.default_subnets().require(scope, 1, &format!("file system `{name}`"));
        let targets = self.network.default_subnets().subnets.iter().enumerate().map(|(number, subnet)| {
            scope.add(
                efs::MountTarget::builder(format!("{name}_{number}"))
                    .file_system_id(file_system.id())
                    .subnet_id(subnet.id())
                    .security_groups([security_group.id()]),
            )
        });
        let mount_targets = targets.collect();
        FileSystem { file_system, security_group, mount_targets, name, scope: scope.to_owned_scope() }
    }
}
