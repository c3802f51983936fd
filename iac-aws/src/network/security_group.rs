//! Security groups and their rules.

use std::cell::RefCell;
use std::rc::Rc;

use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use super::{Network, Port};
use crate::naming::physical_name;
use crate::stacks::connecting;
use crate::{ec2, kind};

/// A security group, without rules until they are added.
///
/// Each rule is a resource of its own, so that adding or removing one does not affect others. A rule between two
/// groups is added to both.
///
/// | Address | Description |
/// |---|---|
/// | `aws_security_group.<name>` | security group |
/// | `aws_vpc_security_group_ingress_rule.<name>_from_<peer>_<port>` | ingress rules: `database_from_web_tcp_5432` |
/// | `aws_vpc_security_group_egress_rule.<name>_to_<peer>_<port>` | egress rules: `web_to_database_tcp_5432` |
///
/// ```
/// use iac_aws::network::{Network, Peer, Port, SecurityGroup};
/// use iac_aws::prelude::*;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let web = stack.add(SecurityGroup::builder("web", &network).description("The web servers"));
/// let cache = stack.add(SecurityGroup::builder("cache", &network));
/// cache.allow_from(&web, Port::REDIS);
/// web.allow_to_peer(Peer::Internet, Port::HTTPS);
///
/// let hcl = stack.render_hcl()?;
/// assert!(hcl.contains(r#""aws_vpc_security_group_ingress_rule" "cache_from_web_tcp_6379""#));
/// assert!(hcl.contains(r#""aws_vpc_security_group_egress_rule" "web_to_cache_tcp_6379""#));
/// assert!(hcl.contains(r#""aws_vpc_security_group_egress_rule" "web_to_internet_tcp_443""#));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct SecurityGroup {
    /// The security group.
    pub group: ec2::SecurityGroup,
    name: Text,
    scope: OwnedScope,
    ingress: Rc<RefCell<Vec<Added<ec2::VpcSecurityGroupIngressRule>>>>,
    egress: Rc<RefCell<Vec<Added<ec2::VpcSecurityGroupEgressRule>>>>,
}

/// A rule of a group. Other groups may have the name of its peer.
#[derive(Clone, Debug)]
struct Added<R> {
    name: String,
    peer: Peer,
    port: Port,
    rule: R,
}

/// The source or destination of a rule.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Peer {
    /// Any IPv4 address.
    Internet,
    /// Any IPv6 address.
    InternetIpv6,
    /// A CIDR block, with a name for the rule; see [`Peer::cidr`].
    Cidr(Text, Expr<String>),
    /// A prefix list, with a name for the rule.
    PrefixList(Text, Expr<Id<kind::Ec2ManagedPrefixList>>),
    /// A security group, with a name for the rule.
    SecurityGroup(Text, Expr<Id<kind::SecurityGroup>>),
}

impl Peer {
    /// Returns a CIDR block with a name for the rule: `Peer::cidr("office", "203.0.113.0/24")`.
    pub fn cidr(name: impl Into<Text>, block: impl IntoExpr<String>) -> Self {
        Self::Cidr(name.into(), block.into_expr())
    }

    fn name(&self) -> &str {
        match self {
            Self::Internet => "internet",
            Self::InternetIpv6 => "internet_ipv6",
            Self::Cidr(name, _) | Self::PrefixList(name, _) | Self::SecurityGroup(name, _) => name,
        }
    }
}

/// Sets the peer and port of an ingress or egress rule, whose builders are of different types.
macro_rules! allow {
    ($rule:ident, $group:ident, $direction:literal, $peer:ident, $port:ident) => {{
        let rule = $rule
            .security_group_id($group.id())
            .description(format!("{} {}", $direction, $peer.name()))
            .ip_protocol($port.ip_protocol())
            .maybe($port.range(), |rule, (from, to)| rule.from_port(from).to_port(to));
        match $peer {
            Peer::Internet => rule.cidr_ipv4("0.0.0.0/0"),
            Peer::InternetIpv6 => rule.cidr_ipv6("::/0"),
            Peer::Cidr(_, block) => rule.cidr_ipv4(block),
            Peer::PrefixList(_, id) => rule.prefix_list_id(id),
            Peer::SecurityGroup(_, id) => rule.referenced_security_group_id(id),
        }
    }};
}
/// A construct with a security group, which can be either side of a rule.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no security group",
    label = "expected a construct with a security group, such as a service, a database or a load balancer",
    note = "for IP addresses, use a `Peer`: `allow_from_peer(Peer::cidr(\"office\", \"203.0.113.0/24\"), …)`"
)]
pub trait HasSecurityGroup {
    /// Returns the security group.
    fn security_group(&self) -> &SecurityGroup;

    /// Allows traffic from another security group, with a rule on each side.
    ///
    /// If the groups are in different stacks, both rules are in the one that was created later, so that the stacks do not
    /// depend on each other.
    #[track_caller]
    fn allow_from(&self, other: &impl HasSecurityGroup, port: Port) {
        let (own, other) = (self.security_group(), other.security_group());
        let later = if own.scope.stack().precedes(other.scope.stack()) { other } else { own };
        own.add_ingress(connecting(&own.scope, &later.scope), other.as_peer(), port, Some(other));
        other.add_egress(connecting(&other.scope, &later.scope), own.as_peer(), port, Some(own));
    }

    /// Adds an ingress rule.
    #[track_caller]
    fn allow_from_peer(&self, peer: Peer, port: Port) -> ec2::VpcSecurityGroupIngressRule {
        let group = self.security_group();
        group.add_ingress(&group.scope, peer, port, None)
    }

    /// Adds an egress rule.
    #[track_caller]
    fn allow_to_peer(&self, peer: Peer, port: Port) -> ec2::VpcSecurityGroupEgressRule {
        let group = self.security_group();
        group.add_egress(&group.scope, peer, port, None)
    }
}

#[diagnostic::do_not_recommend]
impl HasSecurityGroup for SecurityGroup {
    fn security_group(&self) -> &SecurityGroup {
        self
    }
}

impl SecurityGroup {
    /// Starts a security group in a network.
    pub fn builder(name: impl Into<Text>, network: &Network) -> SecurityGroupBuilder {
        SecurityGroupBuilder { name: name.into(), vpc: network.vpc.id(), description: None }
    }

    /// Returns the id of the security group.
    #[must_use]
    pub fn id(&self) -> Expr<Id<kind::SecurityGroup>> {
        self.group.id()
    }

    #[track_caller]
    fn add_ingress(
        &self,
        scope: &OwnedScope,
        peer: Peer,
        port: Port,
        member: Option<&Self>,
    ) -> ec2::VpcSecurityGroupIngressRule {
        let name = match self.rule_name(&self.ingress.borrow(), "from", &peer, port, member) {
            Ok(name) => name,
            Err(existing) => return existing,
        };
        let group = &self.group;
        let named = peer.clone();
        let rule = scope.add(|scope| {
            let rule = ec2::VpcSecurityGroupIngressRule::builder(&name);
            scope.add(allow!(rule, group, "From", peer, port))
        });
        self.ingress.borrow_mut().push(Added { name, peer: named, port, rule: rule.clone() });
        rule
    }

    #[track_caller]
    fn add_egress(
        &self,
        scope: &OwnedScope,
        peer: Peer,
        port: Port,
        member: Option<&Self>,
    ) -> ec2::VpcSecurityGroupEgressRule {
        let name = match self.rule_name(&self.egress.borrow(), "to", &peer, port, member) {
            Ok(name) => name,
            Err(existing) => return existing,
        };
        let group = &self.group;
        let named = peer.clone();
        let rule = scope.add(|scope| {
            let rule = ec2::VpcSecurityGroupEgressRule::builder(&name);
            scope.add(allow!(rule, group, "To", peer, port))
        });
        self.egress.borrow_mut().push(Added { name, peer: named, port, rule: rule.clone() });
        rule
    }

    /// Returns the name of a new rule, or the rule of the same peer and port, which AWS accepts only once.
    ///
    /// A second peer of the same name is qualified by its stack and the enclosing constructs.
    fn rule_name<R: Clone>(
        &self,
        rules: &[Added<R>],
        direction: &str,
        peer: &Peer,
        port: Port,
        member: Option<&Self>,
    ) -> Result<String, R> {
        if let Some(existing) = rules.iter().find(|rule| rule.peer == *peer && rule.port == port) {
            return Err(existing.rule.clone());
        }
        let name = |peer: &str| format!("{}_{direction}_{peer}_{port}", self.name);
        let plain = name(peer.name());
        match member {
            Some(member) if rules.iter().any(|rule| rule.name == plain) => Ok(name(&member.qualified_name())),
            _ => Ok(plain),
        }
    }

    /// Returns the name with the stack and the enclosing constructs: `production_shop_web`.
    fn qualified_name(&self) -> String {
        let stack = self.scope.stack().name();
        let parts = [stack].into_iter().chain(self.scope.path()).chain([self.name.as_str()]);
        parts.collect::<Vec<_>>().join("_").replace(['-', '.'], "_")
    }

    fn as_peer(&self) -> Peer {
        Peer::SecurityGroup(self.name.clone(), self.id())
    }
}

/// Builds a [`SecurityGroup`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct SecurityGroupBuilder {
    name: Text,
    vpc: Expr<Id<kind::Vpc>>,
    description: Option<Text>,
}

impl SecurityGroupBuilder {
    /// Describes the members. Changing the description replaces the security group.
    pub fn description(mut self, description: impl Into<Text>) -> Self {
        self.description = Some(description.into());
        self
    }
}

impl Construct for SecurityGroupBuilder {
    type Output = SecurityGroup;

    fn build(self, scope: &Scope<'_>) -> SecurityGroup {
        let Self { name, vpc, description } = self;
        let physical_name = physical_name(scope, &name, 200);
        let description = description.unwrap_or_else(|| format!("Members of {physical_name}").into());
        if description.len() > 255 {
            scope.report(
                Diagnostic::error(
                    "security-group-description",
                    format!("description of security group `{name}` is too long"),
                )
                .detail(format!("It has {} characters; the maximum is 255.", description.len())),
            );
        }
        let group = scope.add(
            ec2::SecurityGroup::builder(name.clone())
                // A replacement is created before the old group is destroyed, so it needs a unique name.
                .name_prefix(format!("{physical_name}-"))
                .description(description.as_str())
                .vpc_id(vpc)
                .tags([("Name", physical_name)])
                .create_before_destroy(true),
        );
        let scope = scope.to_owned_scope();
        SecurityGroup { group, name, scope, ingress: Rc::default(), egress: Rc::default() }
    }
}
