//! Inbound traffic: load balancers, distributions, firewalls, DNS zones and certificates.
//!
//! ```
//! use iac_aws::network::Network;
//! use iac_aws::traffic::{ApplicationLoadBalancer, Certificate, TargetGroup, Zone};
//! use iac_core::prelude::*;
//!
//! let stack = Stack::new("production");
//! let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
//! let zone = stack.add(Zone::builder("main", "lessons.example"));
//! let certificate = stack.add(Certificate::builder("main", "lessons.example", &zone));
//! let front = stack.add(ApplicationLoadBalancer::builder("front", &network, &certificate));
//! let web = stack.add(TargetGroup::builder("web", &front, 8080).health_path("/health"));
//! zone.point("front", "lessons.example", &front);
//! # stack.render_hcl().unwrap();
//! ```

mod accelerator;
mod application;
mod blue_green;
mod certificate;
mod distribution;
mod firewall;
mod network;
mod target;
mod trust;
mod zone;

pub use accelerator::{Accelerator, AcceleratorBuilder, Endpoint};
pub use application::{ApplicationLoadBalancer, ApplicationLoadBalancerBuilder};
pub use blue_green::{BlueGreen, BlueGreenBuilder};
pub use certificate::{Certificate, CertificateBuilder};
pub use distribution::{Distribution, DistributionBuilder};
pub use firewall::{Firewall, FirewallBuilder};
pub use network::{NetworkLoadBalancer, NetworkLoadBalancerBuilder};
pub use target::{Route, RouteBuilder, TargetGroup, TargetGroupBuilder};
pub use zone::{HasAlias, RoutingPolicy, Zone, ZoneBuilder};
