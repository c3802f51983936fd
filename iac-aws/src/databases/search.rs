//! OpenSearch domains.

use iac_core::Text;
use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;

use crate::caller::Account;
use crate::encryption::Key;
use crate::identity::{Grantee, Policy, Principal, Statement};
use crate::monitoring::LogGroup;
use crate::naming::physical_name;
use crate::network::{HasSecurityGroup, Network, SecurityGroup};
use crate::{iam, logs, opensearch};

/// An OpenSearch domain in a VPC, encrypted at rest and between nodes.
///
/// Access requires TLS 1.2 and IAM. Slow queries and errors are logged.
///
/// | Address | Description |
/// |---|---|
/// | `aws_opensearch_domain.<name>` | domain, named `<stack>-<name>` |
/// | `aws_cloudwatch_log_group.<name>_domain`, `aws_cloudwatch_log_resource_policy.<name>` | logs |
/// | `aws_iam_service_linked_role.opensearch` | role with which OpenSearch attaches to the VPC, one per stack |
/// | `aws_security_group.<name>` | security group, without rules |
///
/// ```
/// use iac_aws::databases::Search;
/// use iac_aws::network::Network;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// stack.add(Search::builder("logs", &network, "OpenSearch_2.19").disk_gibibytes(100));
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Search {
    /// The domain.
    pub domain: opensearch::Domain,
    /// The security group of the domain.
    pub security_group: SecurityGroup,
    /// The logs of the domain.
    pub log_group: LogGroup,
}

impl Search {
    /// Starts a domain in a network, with an engine version.
    pub fn builder(name: impl Into<Text>, network: &Network, version: impl Into<Text>) -> SearchBuilder<'_> {
        SearchBuilder {
            name: name.into(),
            network,
            version: version.into(),
            instance_type: Text::from_static("r7g.large.search"),
            instances: 2,
            disk_gibibytes: 50,
            key: None,
            master: None,
            linked_role: true,
        }
    }

    /// Grants permission to read and write documents.
    #[track_caller]
    pub fn grant_write(&self, grantee: &impl Grantee) {
        let actions = ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"];
        grantee.role().allow(Statement::allow(actions).on(tf!("{}/*", self.domain.arn())));
    }

    /// Grants permission to read documents.
    #[track_caller]
    pub fn grant_read(&self, grantee: &impl Grantee) {
        let actions = ["es:ESHttpGet", "es:ESHttpHead"];
        grantee.role().allow(Statement::allow(actions).on(tf!("{}/*", self.domain.arn())));
    }
}

#[diagnostic::do_not_recommend]
impl HasSecurityGroup for Search {
    fn security_group(&self) -> &SecurityGroup {
        &self.security_group
    }
}

/// The service-linked role of OpenSearch, which an account has only one of.
#[derive(Clone, Debug)]
struct LinkedRole(iam::ServiceLinkedRole);

/// Builds a [`Search`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct SearchBuilder<'a> {
    name: Text,
    network: &'a Network,
    version: Text,
    instance_type: Text,
    instances: usize,
    disk_gibibytes: u32,
    key: Option<Key>,
    /// The master role of fine-grained access control.
    master: Option<Expr<String>>,
    linked_role: bool,
}

impl SearchBuilder<'_> {
    /// Sets the type and number of data nodes (default: two of `r7g.large.search`).
    ///
    /// They are spread over the private subnets, or over the isolated ones if there are none.
    pub fn instances(mut self, instance_type: impl Into<Text>, number: usize) -> Self {
        (self.instance_type, self.instances) = (instance_type.into(), number);
        self
    }

    /// Sets the size of each disk in GiB (default: 50).
    pub fn disk_gibibytes(mut self, size: u32) -> Self {
        self.disk_gibibytes = size;
        self
    }

    /// Enables fine-grained access control and audit logs, with a master role by its ARN.
    ///
    /// IAM permissions are then not sufficient: the master role must map each role that gets [grants](Search::grant_read)
    /// to a role of the domain, with its `_security` API. Fine-grained access control cannot be disabled later.
    pub fn fine_grained_access(mut self, master: impl IntoExpr<String>) -> Self {
        self.master = Some(master.into_expr());
        self
    }

    /// Omits the service-linked role of OpenSearch, for accounts that already have it.
    ///
    /// An account can have only one. The console creates it together with the first domain in a VPC, Terraform does not.
    pub fn without_service_linked_role(mut self) -> Self {
        self.linked_role = false;
        self
    }

    /// Sets the KMS key that encrypts the documents (default: [the key of the stack](Key::stack_default)).
    pub fn key(mut self, key: &Key) -> Self {
        self.key = Some(key.clone());
        self
    }
}

impl Construct for SearchBuilder<'_> {
    type Output = Search;

    fn build(self, scope: &Scope<'_>) -> Search {
        let Self { name, network, instances, .. } = self;
        let zones = instances.min(network.default_subnets().subnets.len()).min(3);
        if zones == 0 || !instances.is_multiple_of(zones) {
            let summary =
                format!("instances of OpenSearch domain `{name}` cannot be spread evenly over zones");
            scope.report(
                Diagnostic::error("search-instances", summary)
                    .detail(format!("Number of instances: {instances}; number of zones: {zones}.")),
            );
        }
        let key = self.key.unwrap_or_else(|| Key::stack_default(scope));
        let account = Account::current(scope);
        let physical_name = physical_name(scope, &name, 28);
        let arn = account.arn("es", format!("domain/{physical_name}"));
        let security_group = scope
            .add(SecurityGroup::builder(name.clone(), network).description(format!("The domain {name}")));
        let log_group = scope.add(
            LogGroup::builder(format!("{name}_domain"))
                .physical_name(format!("/aws/opensearch/{physical_name}"))
                .key(&key),
        );
        let document = Policy::new().statement(
            Statement::allow(["logs:CreateLogStream", "logs:PutLogEvents"])
                .to(Principal::service("es.amazonaws.com"))
                .on(tf!("{}:*", log_group.group.arn()))
                .when("StringEquals", "aws:SourceAccount", account.id()),
        );
        let log_policy = scope.add(
            logs::LogResourcePolicy::builder(name.clone())
                .policy_name(physical_name.as_str())
                .policy_document(document),
        );
        // Allows any principal that IAM permits; the security group restricts the network.
        let access = Policy::new().statement(
            Statement::allow(["es:ESHttp*"]).to(Principal::account(account.id())).on(tf!("{}/*", arn)),
        );
        let log_types = [
            opensearch::LogType::IndexSlowLogs,
            opensearch::LogType::SearchSlowLogs,
            opensearch::LogType::EsApplicationLogs,
        ];
        // Audit logs require fine-grained access control.
        let audit_logs = self.master.is_some().then_some(opensearch::LogType::AuditLogs);
        let log_types = log_types.into_iter().chain(audit_logs);
        let linked_role = self.linked_role.then(|| {
            scope.shared(|scope| {
                LinkedRole(
                    scope.add(
                        iam::ServiceLinkedRole::builder("opensearch")
                            .aws_service_name("opensearchservice.amazonaws.com"),
                    ),
                )
            })
        });
        let domain = scope.add(
            opensearch::Domain::builder(name)
                .domain_name(physical_name)
                .engine_version(self.version.as_str())
                .access_policies(access)
                .cluster_config(|cluster| {
                    cluster
                        .instance_type(self.instance_type.as_str())
                        .instance_count(instances)
                        .dedicated_master_enabled(true)
                        .dedicated_master_type("m7g.large.search")
                        .dedicated_master_count(3)
                        .zone_awareness_enabled(zones > 1)
                        .when(zones > 1, |cluster| {
                            cluster.zone_awareness_config(|config| config.availability_zone_count(zones))
                        })
                })
                .ebs_options(|disk| {
                    disk.ebs_enabled(true)
                        .volume_type(opensearch::VolumeType::Gp3)
                        .volume_size(self.disk_gibibytes)
                })
                .encrypt_at_rest(|encrypt| encrypt.enabled(true).kms_key_id(key.arn()))
                .node_to_node_encryption(|encrypt| encrypt.enabled(true))
                .domain_endpoint_options(|endpoint| {
                    endpoint
                        .enforce_https(true)
                        .tls_security_policy(opensearch::TlsSecurityPolicy::PolicyMinTLS12PFS202310)
                })
                .maybe(self.master, |domain, master| {
                    domain.advanced_security_options(|security| {
                        security
                            .enabled(true)
                            .internal_user_database_enabled(false)
                            .master_user_options(|user| user.master_user_arn(master))
                    })
                })
                .auto_tune_options(|tune| {
                    tune.desired_state(opensearch::DesiredState::Enabled)
                        .rollback_on_disable(opensearch::RollbackOnDisable::NoRollback)
                })
                .software_update_options(|update| update.auto_software_update_enabled(true))
                .vpc_options(|options| {
                    options
                        .subnet_ids(
                            network.default_subnets().subnets.iter().take(zones).map(crate::ec2::Subnet::id),
                        )
                        .security_group_ids([security_group.id()])
                })
                .each(log_types, |domain, log_type| {
                    domain.log_publishing_options(|log| {
                        log.enabled(true).log_type(log_type).cloudwatch_log_group_arn(log_group.group.arn())
                    })
                })
                .depends_on(&log_policy)
                // With this role, OpenSearch creates network interfaces in the VPC.
                .maybe(linked_role, |domain, LinkedRole(role)| domain.depends_on(&role)),
        );
        Search { domain, security_group, log_group }
    }
}
