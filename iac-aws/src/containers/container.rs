//! Container definitions.

use iac_core::expression::Expression;
use iac_core::prelude::*;
use iac_core::{Any, IntoExpression, Text};

use super::Image;
use super::volumes::Volumes;
use crate::caller::Account;
use crate::document::Document;
use crate::monitoring::LogGroup;
use crate::secrets::SecretValue;
use crate::storage::Volume;

/// A container of a task.
///
/// Its root filesystem is read-only, an init process reaps zombies, and its output goes to the task's log group.
///
/// ```
/// use iac_aws::containers::{Condition, Container};
///
/// let migrate = Container::new("migrate", "public.ecr.aws/lessons/web:1").command(["migrate"]).essential(false);
/// let web = Container::new("web", "public.ecr.aws/lessons/web:1")
///     .port(8080)
///     .environment("LOG_LEVEL", "info")
///     .health_check(["CMD", "/app/health"])
///     .scratch("/tmp")
///     .ulimit("nofile", 65_536)
///     .depends_on("migrate", Condition::Success);
/// # let _ = (migrate, web);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a container has no effect until it is added to a task"]
pub struct Container {
    pub(super) name: Text,
    pub(super) image: Image,
    pub(super) ports: Vec<Port>,
    pub(super) environment: Vec<(Text, Expr<String>)>,
    pub(super) secrets: Vec<(Text, SecretValue)>,
    pub(super) mounts: Vec<Mount>,
    pub(super) dependencies: Vec<(Text, Condition)>,
    pub(super) command: Vec<Text>,
    pub(super) entry_point: Vec<Text>,
    pub(super) health_check: Vec<Text>,
    pub(super) ulimits: Vec<(Text, u32)>,
    pub(super) user: Option<Text>,
    cpu: Option<u32>,
    pub(super) memory: Option<u32>,
    essential: bool,
    pub(super) writable_root: bool,
    /// In seconds.
    stop_timeout: Option<u32>,
}

/// A port that a container listens on.
#[derive(Clone, Debug)]
pub(super) struct Port {
    pub(super) number: u16,
    pub(super) protocol: &'static str,
    /// Speaks HTTP, which enables HTTP metrics in Service Connect.
    pub(super) http: bool,
}

/// A mount point of a volume.
#[derive(Clone, Debug)]
pub(super) struct Mount {
    pub(super) path: Text,
    pub(super) volume: MountedVolume,
}

#[derive(Clone, Debug)]
pub(super) enum MountedVolume {
    /// Ephemeral storage of the container with the lifetime of the task.
    Scratch(Text),
    /// Ephemeral storage that containers share by its name.
    Shared(Text),
    FileSystem(Volume),
}

/// The state that another container must have reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It has started.
    Start,
    /// It has exited.
    Complete,
    /// It has exited with code 0.
    Success,
    /// Its health check passes.
    Healthy,
}

impl Condition {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "START",
            Self::Complete => "COMPLETE",
            Self::Success => "SUCCESS",
            Self::Healthy => "HEALTHY",
        }
    }
}

impl Container {
    /// Returns a container that runs an image.
    pub fn new(name: impl Into<Text>, image: impl Into<Image>) -> Self {
        Self {
            name: name.into(),
            image: image.into(),
            ports: Vec::new(),
            environment: Vec::new(),
            secrets: Vec::new(),
            mounts: Vec::new(),
            dependencies: Vec::new(),
            command: Vec::new(),
            entry_point: Vec::new(),
            health_check: Vec::new(),
            ulimits: Vec::new(),
            user: None,
            cpu: None,
            memory: None,
            essential: true,
            writable_root: false,
            stop_timeout: None,
        }
    }

    /// Adds an HTTP port. The first port is the one that load balancers and other services connect to.
    pub fn port(mut self, number: u16) -> Self {
        self.ports.push(Port { number, protocol: "tcp", http: true });
        self
    }

    /// Adds a TCP port for a protocol other than HTTP.
    pub fn tcp_port(mut self, number: u16) -> Self {
        self.ports.push(Port { number, protocol: "tcp", http: false });
        self
    }

    /// Adds a UDP port.
    pub fn udp_port(mut self, number: u16) -> Self {
        self.ports.push(Port { number, protocol: "udp", http: false });
        self
    }

    /// Sets an environment variable.
    pub fn environment(mut self, name: impl Into<Text>, value: impl IntoExpr<String>) -> Self {
        self.environment.push((name.into(), value.into_expr()));
        self
    }

    /// Sets an environment variable to the value of a secret, resolved when the container starts.
    ///
    /// The value is neither in the configuration nor in the state.
    pub fn secret(mut self, name: impl Into<Text>, secret: impl Into<SecretValue>) -> Self {
        self.secrets.push((name.into(), secret.into()));
        self
    }

    /// Mounts a writable directory of this container, with the lifetime of the task.
    pub fn scratch(mut self, path: impl Into<Text>) -> Self {
        let path = path.into();
        let volume = MountedVolume::Scratch(path.clone());
        self.mounts.push(Mount { path, volume });
        self
    }

    /// Mounts a writable directory with the lifetime of the task, which containers share by its name.
    pub fn shared_scratch(mut self, name: impl Into<Text>, path: impl Into<Text>) -> Self {
        self.mounts.push(Mount { path: path.into(), volume: MountedVolume::Shared(name.into()) });
        self
    }

    /// Mounts a persistent directory of a file system.
    pub fn volume(mut self, path: impl Into<Text>, volume: &Volume) -> Self {
        self.mounts.push(Mount { path: path.into(), volume: MountedVolume::FileSystem(volume.clone()) });
        self
    }

    /// Delays the start until another container of the task has reached a state.
    pub fn depends_on(mut self, container: impl Into<Text>, condition: Condition) -> Self {
        self.dependencies.push((container.into(), condition));
        self
    }

    /// Overrides the command of the image.
    pub fn command<W: Into<Text>>(mut self, arguments: impl IntoIterator<Item = W>) -> Self {
        self.command = arguments.into_iter().map(Into::into).collect();
        self
    }

    /// Overrides the entry point of the image.
    pub fn entry_point<W: Into<Text>>(mut self, arguments: impl IntoIterator<Item = W>) -> Self {
        self.entry_point = arguments.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the health check command: `["CMD", "/app/health"]`, or `["CMD-SHELL", "…"]`. It runs every ten seconds.
    pub fn health_check<W: Into<Text>>(mut self, arguments: impl IntoIterator<Item = W>) -> Self {
        self.health_check = arguments.into_iter().map(Into::into).collect();
        self
    }

    /// Sets a resource limit of the processes: `ulimit("nofile", 65_536)`.
    pub fn ulimit(mut self, name: impl Into<Text>, limit: u32) -> Self {
        self.ulimits.push((name.into(), limit));
        self
    }

    /// Sets the time between SIGTERM and SIGKILL in seconds (default: 30; maximum on Fargate: 120).
    pub fn stop_timeout_seconds(mut self, seconds: u32) -> Self {
        self.stop_timeout = Some(seconds);
        self
    }

    /// Overrides the user of the image: `1000`, `1000:1000`.
    pub fn user(mut self, user: impl Into<Text>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// Reserves CPU of the task, in units of 1/1024 vCPU.
    pub fn cpu(mut self, units: u32) -> Self {
        self.cpu = Some(units);
        self
    }

    /// Limits the memory, in MiB.
    pub fn memory(mut self, mebibytes: u32) -> Self {
        self.memory = Some(mebibytes);
        self
    }

    /// Stops the task when the container exits (default: true).
    pub fn essential(mut self, essential: bool) -> Self {
        self.essential = essential;
        self
    }

    /// Makes the root filesystem writable.
    pub fn writable_root(mut self) -> Self {
        self.writable_root = true;
        self
    }

    pub(super) const fn is_essential(&self) -> bool {
        self.essential
    }

    /// Returns the name of a port, which Service Connect refers to.
    pub(super) fn port_name(&self, port: &Port) -> String {
        format!("{}-{}", self.name, port.number)
    }

    /// Returns the container definition in ECS's format.
    pub(super) fn definition(&self, account: &Account, log_group: &LogGroup, volumes: &Volumes) -> Expr<Any> {
        let ports = self.ports.iter().map(|port| {
            let mut mapping = Document::default();
            mapping.set("name", self.port_name(port));
            mapping.set("containerPort", port.number);
            mapping.set("hostPort", port.number);
            mapping.set("protocol", port.protocol);
            mapping.maybe("appProtocol", port.http.then_some("http"));
            mapping.into_expression()
        });
        let environment = self.environment.iter();
        let environment = environment.map(|(name, value)| object! { "name": name.as_str(), "value": value });
        let secrets = self.secrets.iter().map(|(name, secret)| {
            object! { "name": name.as_str(), "valueFrom": secret.reference() }
        });
        let mounts = self.mounts.iter().map(|Mount { path, volume }| {
            let name = volumes.name(&self.name, volume);
            object! { "sourceVolume": name, "containerPath": path.as_str(), "readOnly": false }
        });
        let ulimits = self.ulimits.iter().map(|(name, limit)| {
            object! { "name": name.as_str(), "softLimit": *limit, "hardLimit": *limit }
        });
        let dependencies = self.dependencies.iter().map(|(name, condition)| {
            object! { "containerName": name.as_str(), "condition": condition.as_str() }
        });
        let health_check = (!self.health_check.is_empty()).then(|| {
            object! {
                "command": strings(&self.health_check),
                "interval": 10,
                "timeout": 5,
                "retries": 3,
                "startPeriod": 30,
            }
        });
        let log = object! {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": log_group.group.name(),
                "awslogs-region": account.region(),
                "awslogs-stream-prefix": "task",
                // Drops output when CloudWatch is slow, so that logging never blocks the application.
                "mode": "non-blocking",
            },
        };
        let mut container = Document::default();
        container.set("name", self.name.as_str());
        container.set("image", &self.image.reference);
        container.set("essential", self.essential);
        container.maybe("cpu", self.cpu);
        container.maybe("memory", self.memory);
        container.maybe("user", self.user.as_deref());
        container.maybe("stopTimeout", self.stop_timeout);
        container.set_list("entryPoint", strings(&self.entry_point));
        container.set_list("command", strings(&self.command));
        // ECS returns these lists even if they are empty; omitting them would cause a perpetual diff.
        container.set("portMappings", Expression::List(ports.collect()));
        container.set("environment", environment.collect::<Vec<_>>());
        container.set("mountPoints", mounts.collect::<Vec<_>>());
        container.set("volumesFrom", Vec::<&str>::new());
        container.set("systemControls", Vec::<&str>::new());
        container.set_list("secrets", secrets.collect());
        container.set_list("dependsOn", dependencies.collect());
        container.set_list("ulimits", ulimits.collect());
        container.maybe("healthCheck", health_check);
        container.set("readonlyRootFilesystem", !self.writable_root);
        container.set("linuxParameters", object! { "initProcessEnabled": true });
        container.set("logConfiguration", log);
        Expr::from_expression(container.into_expression())
    }
}

fn strings(arguments: &[Text]) -> Vec<&str> {
    arguments.iter().map(Text::as_str).collect()
}
