//! ECS task definitions.

use iac_core::Text;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;

use super::Container;
use super::container::MountedVolume;
use super::volumes::Volumes;
use crate::caller::Account;
use crate::identity::{Grantee, Principal, Role, Statement};
use crate::monitoring::LogGroup;
use crate::naming::physical_name;
use crate::network::{HasSecurityGroup as _, Port, SecurityGroup};
use crate::storage::Volume;
use crate::{ecs, efs};

/// A task definition with its roles and its log.
///
/// | Address | Description |
/// |---|---|
/// | `aws_ecs_task_definition.<name>` | containers, named `<stack>-<name>` |
/// | `aws_iam_role.<name>_task`, `aws_iam_role_policy.<name>_task` | task role, which grants to the task apply to |
/// | `aws_iam_role.<name>_execution`, `aws_iam_role_policy.<name>_execution` | execution role, with which ECS pulls images, reads secrets and writes logs |
/// | `aws_cloudwatch_log_group.<name>` | output of the containers |
#[derive(Clone, Debug)]
pub struct Task {
    /// The task definition.
    pub task_definition: ecs::TaskDefinition,
    /// The task role, which the containers assume.
    pub role: Role,
    /// The execution role, with which ECS starts the containers. The containers cannot assume it.
    pub execution_role: Role,
    /// The output of the containers.
    pub log_group: LogGroup,
    /// The container and port that load balancers and other services connect to.
    pub(super) port: Option<(Text, u16, String)>,
    /// The TCP ports and their containers.
    listeners: Vec<(u16, Text)>,
    /// One volume of each mounted file system.
    file_systems: Vec<Volume>,
}

impl Task {
    /// Returns the container that listens on a TCP port.
    pub(super) fn listener(&self, port: u16) -> Option<&str> {
        let (_, container) = self.listeners.iter().find(|(number, _)| *number == port)?;
        Some(container)
    }

    /// Allows members of a security group to connect to the mounted file systems.
    pub(super) fn allow_file_systems(&self, members: &SecurityGroup) {
        for volume in &self.file_systems {
            volume.security_group.allow_from(members, Port::NFS);
        }
    }

    /// Returns the mount targets, without which the tasks cannot start.
    pub(super) fn mount_targets(&self) -> impl Iterator<Item = &efs::MountTarget> {
        self.file_systems.iter().flat_map(|volume| &volume.mount_targets)
    }
}

#[diagnostic::do_not_recommend]
impl Grantee for Task {
    fn role(&self) -> &Role {
        &self.role
    }
}

/// Settings of a task definition.
#[derive(Clone, Debug)]
pub(super) struct TaskSettings {
    pub(super) containers: Vec<Container>,
    /// In units of 1/1024 vCPU.
    pub(super) cpu: u32,
    /// In MiB.
    pub(super) memory: u32,
    pub(super) architecture: ecs::CpuArchitecture,
    pub(super) fargate: bool,
    pub(super) log_group: Option<LogGroup>,
    pub(super) sessions: bool,
}

impl TaskSettings {
    pub(super) fn new(container: Container) -> Self {
        Self {
            containers: vec![container],
            cpu: 256,
            memory: 512,
            architecture: ecs::CpuArchitecture::Arm64,
            fargate: true,
            log_group: None,
            sessions: false,
        }
    }

    pub(super) fn build(mut self, scope: &Scope<'_>, name: &Text) -> Task {
        for problem in self.problems(name) {
            scope.report(problem);
        }
        let account = Account::current(scope);
        let log_group = self.log_group.clone().unwrap_or_else(|| scope.add(LogGroup::builder(name.clone())));
        let role = |part: &str| {
            Role::builder(format!("{name}_{part}"), Principal::service("ecs-tasks.amazonaws.com"))
                .restricted_to_account(scope)
        };
        let execution_role = scope.add(role("execution"));
        log_group.grant_write(&execution_role);
        let task_role = scope.add(role("task"));
        let mut file_systems: Vec<Volume> = Vec::new();
        for container in &self.containers {
            if let Some(repository) = &container.image.repository {
                repository.grant_pull(&execution_role);
            }
            for (_, secret) in &container.secrets {
                secret.grant_read(&execution_role);
            }
            for mount in &container.mounts {
                if let MountedVolume::FileSystem(volume) = &mount.volume {
                    volume.grant_mount(&task_role);
                    if file_systems.iter().all(|seen| seen.file_system.id() != volume.file_system.id()) {
                        file_systems.push(volume.clone());
                    }
                }
            }
        }
        if self.sessions {
            for container in &mut self.containers {
                container.writable_root = true;
            }
            let actions =
                ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"];
            let actions = actions.map(|action| format!("ssmmessages:{action}"));
            task_role.allow(Statement::allow(actions).on("*"));
        }
        let volumes = Volumes::of(&self.containers);
        let definitions: Vec<_> = self
            .containers
            .iter()
            .map(|container| container.definition(&account, &log_group, &volumes))
            .collect();
        let compatibility = if self.fargate {
            ecs::RequiresCompatibilities::Fargate
        } else {
            ecs::RequiresCompatibilities::Ec2
        };
        let task_definition = scope.add(
            ecs::TaskDefinition::builder(name.clone())
                .family(physical_name(scope, name, 255))
                .requires_compatibilities([compatibility])
                .network_mode(ecs::NetworkMode::Awsvpc)
                .runtime_platform(|platform| {
                    platform
                        .cpu_architecture(self.architecture)
                        .operating_system_family(ecs::OperatingSystemFamily::Linux)
                })
                .cpu(self.cpu.to_string())
                .memory(self.memory.to_string())
                .execution_role_arn(execution_role.arn())
                .task_role_arn(task_role.arn())
                .container_definitions(iac_core::functions::jsonencode(definitions))
                .each(volumes.iter(), |task, (name, volume)| match volume {
                    MountedVolume::Scratch(_) | MountedVolume::Shared(_) => {
                        task.volume(|volume| volume.name(name))
                    }
                    MountedVolume::FileSystem(mounted) => task.volume(|volume| {
                        volume.name(name).efs_volume_configuration(|efs| {
                            efs.file_system_id(mounted.file_system.id())
                                .transit_encryption(ecs::TransitEncryption::Enabled)
                                .authorization_config(|access| {
                                    access.access_point_id(mounted.access_point.id()).iam(ecs::Iam::Enabled)
                                })
                        })
                    }),
                }),
        );
        let port = self.containers.iter().find_map(|container| {
            let port = container.ports.first()?;
            Some((container.name.clone(), port.number, container.port_name(port)))
        });
        let listeners = self.containers.iter().flat_map(|container| {
            let ports = container.ports.iter().filter(|port| port.protocol == "tcp");
            ports.map(|port| (port.number, container.name.clone()))
        });
        let listeners = listeners.collect();
        Task { task_definition, role: task_role, execution_role, log_group, port, listeners, file_systems }
    }

    fn problems(&self, name: &str) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        if self.fargate && !fits_fargate(self.cpu, self.memory) {
            let summary = format!("Fargate does not support the size of task `{name}`");
            let detail = format!("The task has {} CPU units and {} MiB of memory.", self.cpu, self.memory);
            problems.push(Diagnostic::error("task-size", summary).detail(detail).hint(
                "256 units support 512, 1024 or 2048 MiB; 512, 1024 and 2048 units support 2 to 8 MiB per unit, in steps of 1024 MiB; 4096 units support 8192 to 30720 MiB, in steps of 1024 MiB; 8192 units support 16384 to 61440 MiB, in steps of 4096 MiB; 16384 units support 32768 to 122880 MiB, in steps of 8192 MiB",
            ));
        }
        let names: Vec<_> = self.containers.iter().map(|container| &container.name).collect();
        for (position, container) in self.containers.iter().enumerate() {
            if names[..position].contains(&&container.name) {
                let summary = format!("duplicate container `{}` in task `{name}`", container.name);
                problems.push(Diagnostic::error("task-containers", summary));
            }
            for (variable, secret) in &container.secrets {
                if let Some(field) = secret.unsupported_field() {
                    let summary = format!("`{variable}` selects field `{field}` of an SSM parameter");
                    problems.push(
                        Diagnostic::error("parameter-field", summary)
                            .detail("ECS selects fields of values in Secrets Manager only."),
                    );
                }
            }
            for (other, _) in &container.dependencies {
                if *other == container.name || !names.contains(&other) {
                    let summary = format!(
                        "container `{}` depends on `{other}`, which is not another container of its task",
                        container.name
                    );
                    problems.push(Diagnostic::error("task-containers", summary));
                }
            }
        }
        if !self.containers.iter().any(Container::is_essential) {
            let summary = format!("task `{name}` has no essential container");
            problems.push(Diagnostic::error("task-containers", summary));
        }
        problems
    }
}

/// Returns true if Fargate supports this combination of CPU and memory.
fn fits_fargate(cpu: u32, memory: u32) -> bool {
    match cpu {
        256 => matches!(memory, 512 | 1024 | 2048),
        512 | 1024 | 2048 => memory.is_multiple_of(1024) && (2 * cpu..=8 * cpu).contains(&memory),
        4096 => memory.is_multiple_of(1024) && (8192..=30_720).contains(&memory),
        8192 => memory.is_multiple_of(4096) && (16_384..=61_440).contains(&memory),
        16_384 => memory.is_multiple_of(8192) && (32_768..=122_880).contains(&memory),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fargate_accepts_supported_sizes_only() {
        for (cpu, memory, fits) in [
            (256, 512, true),
            (256, 4096, false),
            (512, 1024, true),
            (512, 1536, false),
            (1024, 8192, true),
            (1024, 9216, false),
            (4096, 30_720, true),
            (4096, 31_744, false),
            (8192, 16_384, true),
            (8192, 17_408, false),
            (16_384, 122_880, true),
            (300, 512, false),
        ] {
            assert_eq!(fits_fargate(cpu, memory), fits, "{cpu} units, {memory} MiB");
        }
    }
}
