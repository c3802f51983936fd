//! What a container is.

use iac_core::expression::Expression;
use iac_core::prelude::*;
use iac_core::{Any, IntoExpression, Text};

use super::Image;
use crate::caller::Account;
use crate::document::Document;
use crate::monitoring::LogGroup;
use crate::secrets::SecretValue;
use crate::storage::Volume;

/// A container of a task.
///
/// Its root filesystem is read-only, an init process reaps what its processes leave, and what it prints goes to the log
/// group of the task.
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
///     .after("migrate", Condition::Success);
/// # let _ = (migrate, web);
/// ```
#[derive(Clone, Debug)]
#[must_use = "it runs only as a part of a task"]
pub struct Container {
    pub(super) name: Text,
    pub(super) image: Image,
    pub(super) ports: Vec<Port>,
    pub(super) environment: Vec<(Text, Expr<String>)>,
    pub(super) secrets: Vec<(Text, SecretValue)>,
    pub(super) mounts: Vec<Mount>,
    pub(super) after: Vec<(Text, Condition)>,
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

/// A port on which a container listens.
#[derive(Clone, Debug)]
pub(super) struct Port {
    pub(super) number: u16,
    pub(super) protocol: &'static str,
    /// Whether it is HTTP, of which there can be metrics.
    pub(super) http: bool,
}

/// Where a container sees a volume.
#[derive(Clone, Debug)]
pub(super) struct Mount {
    pub(super) path: Text,
    pub(super) volume: MountedVolume,
}

#[derive(Clone, Debug)]
pub(super) enum MountedVolume {
    /// Space that is gone with the task.
    Scratch(Text),
    FileSystem(Volume),
}

impl MountedVolume {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Scratch(name) => name,
            Self::FileSystem(volume) => volume.name(),
        }
    }
}

/// What another container must have come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It runs.
    Start,
    /// It has ended.
    Complete,
    /// It has ended without an error.
    Success,
    /// Its health check succeeds.
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
    /// A container of an image.
    pub fn new(name: impl Into<Text>, image: impl Into<Image>) -> Self {
        Self {
            name: name.into(),
            image: image.into(),
            ports: Vec::new(),
            environment: Vec::new(),
            secrets: Vec::new(),
            mounts: Vec::new(),
            after: Vec::new(),
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

    /// A port on which it speaks HTTP. The first port is the one that others reach.
    pub fn port(mut self, number: u16) -> Self {
        self.ports.push(Port { number, protocol: "tcp", http: true });
        self
    }

    /// A port of TCP, on which it speaks something else.
    pub fn tcp_port(mut self, number: u16) -> Self {
        self.ports.push(Port { number, protocol: "tcp", http: false });
        self
    }

    /// A port of UDP.
    pub fn udp_port(mut self, number: u16) -> Self {
        self.ports.push(Port { number, protocol: "udp", http: false });
        self
    }

    /// A variable of its environment.
    pub fn environment(mut self, name: impl Into<Text>, value: impl IntoExpr<String>) -> Self {
        self.environment.push((name.into(), value.into_expr()));
        self
    }

    /// A variable of its environment that has the value of a secret when the container starts. The value is in no
    /// configuration, and in no state.
    pub fn secret(mut self, name: impl Into<Text>, secret: impl Into<SecretValue>) -> Self {
        self.secrets.push((name.into(), secret.into()));
        self
    }

    /// A directory that can be written to, and is gone with the task.
    pub fn scratch(mut self, path: impl Into<Text>) -> Self {
        let path = path.into();
        let name = path.trim_matches('/').replace('/', "-").into();
        self.mounts.push(Mount { path, volume: MountedVolume::Scratch(name) });
        self
    }

    /// A directory of a file system, which stays.
    pub fn volume(mut self, path: impl Into<Text>, volume: &Volume) -> Self {
        self.mounts.push(Mount { path: path.into(), volume: MountedVolume::FileSystem(volume.clone()) });
        self
    }

    /// Waits for another container of the task.
    pub fn after(mut self, container: impl Into<Text>, condition: Condition) -> Self {
        self.after.push((container.into(), condition));
        self
    }

    /// What it runs, instead of what its image says.
    pub fn command<W: Into<Text>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        self.command = words.into_iter().map(Into::into).collect();
        self
    }

    /// What runs the command, instead of what its image says.
    pub fn entry_point<W: Into<Text>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        self.entry_point = words.into_iter().map(Into::into).collect();
        self
    }

    /// A command that succeeds when the container is well: `["CMD", "/app/health"]`, or `["CMD-SHELL", "…"]`. It runs each
    /// ten seconds.
    pub fn health_check<W: Into<Text>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        self.health_check = words.into_iter().map(Into::into).collect();
        self
    }

    /// How much of something its processes may have: `ulimit("nofile", 65_536)`.
    pub fn ulimit(mut self, name: impl Into<Text>, limit: u32) -> Self {
        self.ulimits.push((name.into(), limit));
        self
    }

    /// How long its processes may take to end once they are told to, in seconds: 30, without this; 120 at most on Fargate.
    pub fn stop_timeout_seconds(mut self, seconds: u32) -> Self {
        self.stop_timeout = Some(seconds);
        self
    }

    /// Who its processes run as, instead of whom its image says: `1000`, `1000:1000`.
    pub fn user(mut self, user: impl Into<Text>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// What it has at least of the task's processors, in units of 1/1024 of one.
    pub fn cpu(mut self, units: u32) -> Self {
        self.cpu = Some(units);
        self
    }

    /// What it may use at most of the task's memory, in MiB.
    pub fn memory(mut self, mebibytes: u32) -> Self {
        self.memory = Some(mebibytes);
        self
    }

    /// Whether the task ends when the container does: yes, without this.
    pub fn essential(mut self, essential: bool) -> Self {
        self.essential = essential;
        self
    }

    /// Lets it write to its root filesystem.
    pub fn writable_root(mut self) -> Self {
        self.writable_root = true;
        self
    }

    pub(super) const fn is_essential(&self) -> bool {
        self.essential
    }

    /// The name of a port, by which services find it.
    pub(super) fn port_name(&self, port: &Port) -> String {
        format!("{}-{}", self.name, port.number)
    }

    /// The container as ECS takes it.
    pub(super) fn definition(&self, account: &Account, log_group: &LogGroup) -> Expr<Any> {
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
            object! { "sourceVolume": volume.name(), "containerPath": path.as_str(), "readOnly": false }
        });
        let ulimits = self.ulimits.iter().map(|(name, limit)| {
            object! { "name": name.as_str(), "softLimit": *limit, "hardLimit": *limit }
        });
        let after = self.after.iter().map(|(name, condition)| {
            object! { "containerName": name.as_str(), "condition": condition.as_str() }
        });
        let health_check = (!self.health_check.is_empty()).then(|| {
            object! {
                "command": texts(&self.health_check),
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
                // Output that CloudWatch is too slow for is dropped: nobody waits for logs.
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
        container.some("entryPoint", texts(&self.entry_point));
        container.some("command", texts(&self.command));
        // ECS returns these lists when they are empty, too: otherwise Terraform would see a difference.
        container.set("portMappings", Expression::List(ports.collect()));
        container.set("environment", environment.collect::<Vec<_>>());
        container.set("mountPoints", mounts.collect::<Vec<_>>());
        container.set("volumesFrom", Vec::<&str>::new());
        container.set("systemControls", Vec::<&str>::new());
        container.some("secrets", secrets.collect());
        container.some("dependsOn", after.collect());
        container.some("ulimits", ulimits.collect());
        container.maybe("healthCheck", health_check);
        container.set("readonlyRootFilesystem", !self.writable_root);
        container.set("linuxParameters", object! { "initProcessEnabled": true });
        container.set("logConfiguration", log);
        Expr::from_expression(container.into_expression())
    }
}

fn texts(words: &[Text]) -> Vec<&str> {
    words.iter().map(Text::as_str).collect()
}
