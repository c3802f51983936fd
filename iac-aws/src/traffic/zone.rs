//! Hosted zones, and the records that lead to what serves a name.

use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use crate::network::Network;
use crate::route53;

/// A zone of names.
///
/// | address | is |
/// |---|---|
/// | `aws_route53_zone.<name>` | the zone |
/// | `aws_route53_record.<record>` | each record that [`Zone::point`] adds |
/// | `aws_route53_hosted_zone_dnssec.<name>`, `aws_route53_key_signing_key.<name>`, `aws_kms_key.<name>_dnssec` | where it is [signed](Zone::sign) |
/// | `aws_route53_query_log.<name>`, `aws_cloudwatch_log_group.<name>_queries`, `aws_cloudwatch_log_resource_policy.<name>_queries` | where queries are [logged](Zone::log_queries) |
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
    /// The zone itself.
    pub zone: route53::Zone,
    pub(super) name: Text,
    pub(super) scope: OwnedScope,
}

/// Something that records can be an alias of.
pub trait HasAlias {
    /// Its name, and the zone that its name is in.
    fn alias(&self) -> (Expr<String>, Expr<String>);
}

/// Which of several records of a name is the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Policy {
    /// The one that is nearest to who asks: by the code of the region where it leads.
    Latency(Text),
    /// The one of the country that who asks is in, by its two letters; `*` is for all others.
    Country(Text),
    /// This one, as long as it is well.
    Primary,
    /// This one, when the primary one is not well.
    Secondary,
    /// One of them, in proportion to its weight.
    Weight(u8),
}

impl Zone {
    /// Starts a zone of a domain, for everybody.
    pub fn builder(name: impl Into<Text>, domain: impl Into<Text>) -> ZoneBuilder<'static> {
        ZoneBuilder { name: name.into(), domain: domain.into(), networks: Vec::new() }
    }

    /// Has a name lead to something.
    #[track_caller]
    pub fn point(
        &self,
        record: impl Into<Text>,
        domain: impl IntoExpr<String>,
        to: &impl HasAlias,
    ) -> route53::Record {
        self.add(&record.into(), domain.into_expr(), to, None)
    }

    /// Has a name lead to one of several things.
    #[track_caller]
    pub fn point_by(
        &self,
        record: impl Into<Text>,
        domain: impl IntoExpr<String>,
        to: &impl HasAlias,
        policy: &Policy,
    ) -> route53::Record {
        self.add(&record.into(), domain.into_expr(), to, Some(policy))
    }

    #[track_caller]
    fn add(
        &self,
        name: &Text,
        domain: Expr<String>,
        to: &impl HasAlias,
        policy: Option<&Policy>,
    ) -> route53::Record {
        let (target, target_zone) = to.alias();
        self.scope.add(|scope| {
            scope.add(
                route53::Record::builder(name.clone())
                    .zone_id(self.zone.zone_id())
                    .name(domain)
                    .type_(route53::RecordType::A)
                    .alias(|alias| alias.name(target).zone_id(target_zone).evaluate_target_health(true))
                    .maybe(policy, |record, policy| {
                        let record = record.set_identifier(name.as_str());
                        match policy {
                            Policy::Latency(region) => {
                                record.latency_routing_policy(|latency| latency.region(region.as_str()))
                            }
                            Policy::Country(country) => {
                                record.geolocation_routing_policy(|place| place.country(country.as_str()))
                            }
                            Policy::Primary => record.failover_routing_policy(|failover| {
                                failover.type_(route53::FailoverRoutingPolicyType::Primary)
                            }),
                            Policy::Secondary => record.failover_routing_policy(|failover| {
                                failover.type_(route53::FailoverRoutingPolicyType::Secondary)
                            }),
                            Policy::Weight(weight) => {
                                record.weighted_routing_policy(|policy| policy.weight(*weight))
                            }
                        }
                    }),
            )
        })
    }
}

/// Builds a [`Zone`].
#[derive(Clone, Debug)]
#[must_use = "it is part of a stack only once it is added"]
pub struct ZoneBuilder<'a> {
    name: Text,
    domain: Text,
    networks: Vec<&'a Network>,
}

impl<'a> ZoneBuilder<'a> {
    /// Answers only those who ask from a network.
    pub fn within<'b>(self, network: &'b Network) -> ZoneBuilder<'b>
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
