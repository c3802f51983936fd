//! Containers: repositories, ECS clusters, services and scheduled tasks, and EKS.
//!
//! ```
//! use iac_aws::containers::{Cluster, Container, Repository, Service};
//! use iac_aws::network::Network;
//! use iac_core::prelude::*;
//!
//! let stack = Stack::new("production");
//! let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
//! let cluster = stack.add(Cluster::builder("main"));
//! let images = stack.add(Repository::builder("web"));
//! let web = Container::new("web", images.image("2025.11.1")).port(8080).environment("LOG_LEVEL", "info");
//! stack.add(Service::builder("web", &cluster, &network, web).cpu(512).memory(1024).tasks(2));
//! # stack.render_hcl().unwrap();
//! ```

mod cluster;
mod compose;
mod container;
mod fleet;
mod image;
mod kubernetes;
mod scaling;
mod scheduled;
mod service;
mod task;
mod volumes;

pub use cluster::{Cluster, ClusterBuilder};
pub use compose::compose;
pub use container::{Condition, Container};
pub use fleet::{Fleet, FleetBuilder};
pub use image::{Image, Repository, RepositoryBuilder};
pub use kubernetes::{Kubernetes, KubernetesBuilder, NodeGroup};
pub use scaling::Scaling;
pub use scheduled::{ScheduledTask, ScheduledTaskBuilder};
pub use service::{Capacity, Service, ServiceBuilder};
pub use task::Task;
