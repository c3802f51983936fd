//! Client VPN endpoints.

use iac_core::Text;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;
use ipnet::Ipv4Net;

use super::{HasSecurityGroup, Network, SecurityGroup};
use crate::ec2;
use crate::monitoring::LogGroup;
use crate::naming::physical_name;
use crate::traffic::Certificate;

/// A Client VPN endpoint with certificate authentication. Connections are logged.
///
/// | Address | Description |
/// |---|---|
/// | `aws_ec2_client_vpn_endpoint.<name>` | endpoint |
/// | `aws_ec2_client_vpn_network_association.<name>_<number>` | association with each default subnet |
/// | `aws_ec2_client_vpn_authorization_rule.<name>` | access to the CIDR block of the network |
/// | `aws_security_group.<name>` | security group of the clients, without rules |
/// | `aws_cloudwatch_log_group.<name>` | connection log |
///
/// ```
/// use iac_aws::network::{ClientVpn, Network, Port, SecurityGroup};
/// use iac_aws::prelude::*;
/// use iac_aws::traffic::{Certificate, Zone};
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let zone = stack.add(Zone::builder("main", "lessons.example"));
/// let server = stack.add(Certificate::builder("vpn", "vpn.lessons.example", &zone));
/// let authority = "arn:aws:acm:eu-west-1:111111111111:certificate/6f6b1a0e";
/// let vpn = stack.add(ClientVpn::builder("developers", &network, &server, authority, "10.255.0.0/22"));
/// let database = stack.add(SecurityGroup::builder("database", &network));
/// database.allow_from(&vpn, Port::POSTGRESQL);
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct ClientVpn {
    /// The endpoint.
    pub endpoint: ec2::ClientVpnEndpoint,
    /// The security group of the clients.
    pub security_group: SecurityGroup,
    /// The connection log.
    pub log_group: LogGroup,
}

impl ClientVpn {
    /// Starts a VPN to a network.
    ///
    /// `server` is the certificate of the endpoint; `authority` is the ARN in ACM of the certificate authority that
    /// signs client certificates; clients get addresses from `client_cidr_block`, which must not overlap any network.
    pub fn builder<'a>(
        name: impl Into<Text>,
        network: &'a Network,
        server: &'a Certificate,
        authority: impl IntoExpr<String>,
        client_cidr_block: impl Into<Text>,
    ) -> ClientVpnBuilder<'a> {
        ClientVpnBuilder {
            name: name.into(),
            network,
            server,
            authority: authority.into_expr(),
            client_cidr_block: client_cidr_block.into(),
        }
    }
}

#[diagnostic::do_not_recommend]
impl HasSecurityGroup for ClientVpn {
    fn security_group(&self) -> &SecurityGroup {
        &self.security_group
    }
}

/// Builds a [`ClientVpn`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct ClientVpnBuilder<'a> {
    name: Text,
    network: &'a Network,
    server: &'a Certificate,
    authority: Expr<String>,
    client_cidr_block: Text,
}

impl ClientVpnBuilder<'_> {
    fn problem(&self) -> Option<Diagnostic> {
        let client_block = &self.client_cidr_block;
        let Ok(block) = client_block.parse::<Ipv4Net>() else {
            let summary =
                format!("invalid CIDR block `{client_block}`, expected a block such as `10.255.0.0/22`");
            return Some(Diagnostic::error("vpn-addresses", summary));
        };
        if !(12..=22).contains(&block.prefix_len()) {
            let summary = format!(
                "the prefix length of client CIDR block `{client_block}` of VPN `{}` must be between 12 and 22",
                self.name
            );
            return Some(Diagnostic::error("vpn-addresses", summary));
        }
        let network: Ipv4Net = self.network.cidr_block.parse().ok()?;
        (network.contains(&block) || block.contains(&network)).then(|| {
            let summary = format!("client CIDR block of VPN `{}` overlaps its network", self.name);
            Diagnostic::error("vpn-addresses", summary)
                .detail(format!("The client CIDR block is `{client_block}`, and the network is `{network}`."))
        })
    }
}

impl Construct for ClientVpnBuilder<'_> {
    type Output = ClientVpn;

    fn build(self, scope: &Scope<'_>) -> ClientVpn {
        if let Some(problem) = self.problem() {
            scope.report(problem);
        }
        let Self { name, network, server, authority, client_cidr_block } = self;
        let security_group = scope.add(
            SecurityGroup::builder(name.clone(), network).description(format!("Users of the VPN {name}")),
        );
        let log_group = scope.add(LogGroup::builder(name.clone()));
        let endpoint = scope.add(
            ec2::ClientVpnEndpoint::builder(name.clone())
                .description(physical_name(scope, &name, 255))
                .server_certificate_arn(server.arn().cast::<String>())
                .client_cidr_block(client_cidr_block.as_str())
                .vpc_id(network.vpc.id())
                .security_group_ids([security_group.id()])
                .split_tunnel(true)
                .session_timeout_hours(10)
                .authentication_options(|option| {
                    option
                        .type_(ec2::AuthenticationOptionsType::CertificateAuthentication)
                        .root_certificate_chain_arn(authority)
                })
                .connection_log_options(|log| log.enabled(true).cloudwatch_log_group(log_group.group.name()))
                .tags([("Name", physical_name(scope, &name, 255))]),
        );
        network.default_subnets().require(scope, 1, &format!("client VPN `{name}`"));
        for (number, subnet) in network.default_subnets().subnets.iter().enumerate() {
            scope.add(
                ec2::ClientVpnNetworkAssociation::builder(format!("{name}_{number}"))
                    .client_vpn_endpoint_id(endpoint.id())
                    .subnet_id(subnet.id()),
            );
        }
        scope.add(
            ec2::ClientVpnAuthorizationRule::builder(name)
                .client_vpn_endpoint_id(endpoint.id())
                .target_network_cidr(network.vpc.cidr_block())
                .authorize_all_groups(true),
        );
        ClientVpn { endpoint, security_group, log_group }
    }
}
