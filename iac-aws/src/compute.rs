//! EC2 instances and Auto Scaling groups.
//!
//! ```
//! use iac_aws::compute::{AutoScalingGroup, Image};
//! use iac_aws::network::Network;
//! use iac_core::prelude::*;
//!
//! let stack = Stack::new("production");
//! let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
//! let workers = AutoScalingGroup::builder("workers", &network, ["m7g.large", "m6g.large"])
//!     .image(Image::AmazonLinux2023Arm)
//!     .between(0, 10)
//!     .spot(1)
//!     .scale_on_cpu(60);
//! stack.add(workers);
//! # stack.render_hcl().unwrap();
//! ```

mod group;
mod image;
mod instance;
mod scaling;
mod template;

pub use group::{AutoScalingGroup, AutoScalingGroupBuilder};
pub use image::Image;
pub use instance::{Instance, InstanceBuilder};
pub(crate) use template::Hardening;
