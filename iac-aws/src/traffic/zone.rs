//! Hosted zones and alias records.

use iac_core::builder::ResourceHandle;
use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use crate::network::Network;
use crate::route53;
use crate::stacks::connecting;

/// A Route 53 hosted zone.
///
/// | Address | Description |
/// |---|---|
/// | `aws_route53_zone.<name>` | hosted zone |
/// | `aws_route53_record.<record>` | each record added by [`Zone::point`] |
/// | `aws_route53_hosted_zone_dnssec.<name>`, `aws_route53_key_signing_key.<name>`, `aws_kms_key.<name>_dnssec` | [DNSSEC](Zone::sign), if enabled |
/// | `aws_route53_query_log.<name>`, `aws_cloudwatch_log_group.<name>_queries`, `aws_cloudwatch_log_resource_policy.<name>_queries` | [query log](Zone::log_queries), if enabled |
///
/// ```
/// use iac_aws::traffic::Zone;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let zone = stack.add(Zone::builder("main", "lessons.example"));
/// stack.add(Output::new("name_servers", zone.zone.name_servers()));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Zone {
    /// The hosted zone.
    pub zone: route53::Zone,
    pub(super) name: Text,
    pub(super) scope: OwnedScope,
}

/// A target of alias records.
pub trait HasAlias {
    /// Returns the DNS name of the target, and the id of its hosted zone.
    fn alias(&self) -> (Expr<String>, Expr<String>);

    /// Returns the scope of the target. Records of a target in another stack than the zone are added there.
    fn scope(&self) -> Option<&OwnedScope> {
        None
    }

    /// Returns true if Route 53 can evaluate the health of the target. It cannot for CloudFront.
    fn evaluates_health(&self) -> bool {
        true
    }

    /// Returns true if the target has IPv6 addresses, and thus gets a second record.
    fn has_ipv6(&self) -> bool {
        false
    }
}

/// The routing policy of a record, for domain names with several records.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoutingPolicy {
    /// Latency: the record of the region closest to the client, by region code.
    Latency(Text),
    /// Geolocation: the record of the client's country, by its two-letter code; `*` matches all other countries.
    Geolocation(Text),
    /// Failover: this record while it is healthy.
    Primary,
    /// Failover: this record while the primary one is unhealthy.
    Secondary,
    /// Weighted: one of the records, in proportion to its weight.
    Weighted(u8),
}

impl Zone {
    /// Starts a public zone of a domain.
    pub fn builder(name: impl Into<Text>, domain: impl Into<Text>) -> ZoneBuilder<'static> {
        ZoneBuilder { name: name.into(), domain: domain.into(), networks: Vec::new() }
    }

    /// Returns the public zone of a domain that exists already, read with `data.aws_route53_zone.<name>`.
    #[track_caller]
    #[must_use]
    pub fn existing(scope: &Scope<'_>, name: impl Into<Text>, domain: impl IntoExpr<String>) -> Self {
        let name = name.into();
        let zone = scope.add(route53::data::Zone::builder(name.clone()).name(domain));
        // Both have the attributes that constructs use.
        let zone = route53::Zone::from_handle(ResourceHandle::handle(&zone).clone());
        Self { zone, name, scope: scope.to_owned_scope() }
    }

    /// Adds an alias record, and another one for IPv6 (`<record>_ipv6`) if the target has IPv6 addresses.
    #[track_caller]
    pub fn point(
        &self,
        record: impl Into<Text>,
        domain: impl IntoExpr<String>,
        to: &impl HasAlias,
    ) -> route53::Record {
        self.add(&record.into(), &domain.into_expr(), to, None)
    }

    /// Adds an alias record with a routing policy, and another one for IPv6 (`<record>_ipv6`) if the target has IPv6
    /// addresses.
    #[track_caller]
    pub fn point_with(
        &self,
        record: impl Into<Text>,
        domain: impl IntoExpr<String>,
        to: &impl HasAlias,
        policy: &RoutingPolicy,
    ) -> route53::Record {
        self.add(&record.into(), &domain.into_expr(), to, Some(policy))
    }

    #[track_caller]
    fn add(
        &self,
        name: &Text,
        domain: &Expr<String>,
        to: &impl HasAlias,
        policy: Option<&RoutingPolicy>,
    ) -> route53::Record {
        let (target, target_zone) = to.alias();
        let record = |resource: &str, kind: route53::RecordType| {
            let (domain, target, target_zone) = (domain.clone(), target.clone(), target_zone.clone());
            route53::Record::builder(resource)
                .zone_id(self.zone.zone_id())
                .name(domain)
                .type_(kind)
                .alias(|alias| {
                    alias.name(target).zone_id(target_zone).evaluate_target_health(to.evaluates_health())
                })
                .maybe(policy, |record, policy| {
                    let record = record.set_identifier(name.as_str());
                    match policy {
                        RoutingPolicy::Latency(region) => {
                            record.latency_routing_policy(|latency| latency.region(region.as_str()))
                        }
                        RoutingPolicy::Geolocation(country) => {
                            record.geolocation_routing_policy(|place| place.country(country.as_str()))
                        }
                        RoutingPolicy::Primary => record.failover_routing_policy(|failover| {
                            failover.type_(route53::FailoverRoutingPolicyType::Primary)
                        }),
                        RoutingPolicy::Secondary => record.failover_routing_policy(|failover| {
                            failover.type_(route53::FailoverRoutingPolicyType::Secondary)
                        }),
                        RoutingPolicy::Weighted(weight) => {
                            record.weighted_routing_policy(|policy| policy.weight(*weight))
                        }
                    }
                })
        };
        let scope = to.scope().map_or(&self.scope, |target| connecting(&self.scope, target));
        scope.add(|scope| {
            if to.has_ipv6() {
                scope.add(record(&format!("{name}_ipv6"), route53::RecordType::Aaaa));
            }
            scope.add(record(name, route53::RecordType::A))
        })
    }
}

/// Builds a [`Zone`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct ZoneBuilder<'a> {
    name: Text,
    domain: Text,
    networks: Vec<&'a Network>,
}

impl<'a> ZoneBuilder<'a> {
    /// Makes the zone private to a network.
    pub fn private_to<'b>(self, network: &'b Network) -> ZoneBuilder<'b>
    where
        'a: 'b,
    {
        let Self { name, domain, networks } = self;
        let mut networks: Vec<&'b Network> = networks;
        networks.push(network);
        ZoneBuilder { name, domain, networks }
    }
}

impl Construct for ZoneBuilder<'_> {
    type Output = Zone;

    fn build(self, scope: &Scope<'_>) -> Zone {
        let zone = scope.add(
            route53::Zone::builder(self.name.clone())
                .name(self.domain.as_str())
                .each(self.networks, |zone, network| zone.vpc(|vpc| vpc.vpc_id(network.vpc.id()))),
        );
        Zone { zone, name: self.name, scope: scope.to_owned_scope() }
    }
}
