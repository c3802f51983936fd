//! ElastiCache replication groups.

use iac_core::Text;
use iac_core::prelude::*;

use crate::elasticache;
use crate::encryption::Key;
use crate::identity::{Grantee, Statement};
use crate::naming::physical_name;
use crate::network::{HasSecurityGroup, Network, SecurityGroup};

/// An encrypted ElastiCache for Redis replication group with a replica in another zone.
///
/// Users authenticate with IAM, so there is no password.
///
/// | Address | Description |
/// |---|---|
/// | `aws_elasticache_replication_group.<name>` | cache, named `<stack>-<name>` |
/// | `aws_elasticache_subnet_group.<name>` | private subnets, or isolated ones if there are none |
/// | `aws_elasticache_user.<name>`, `aws_elasticache_user.<name>_default` | user, and the required default user, which is disabled |
/// | `aws_elasticache_user_group.<name>` | group of both users |
/// | `aws_security_group.<name>` | security group, without rules |
///
/// ```
/// use iac_aws::databases::Cache;
/// use iac_aws::network::{Network, Port, SecurityGroup};
/// use iac_aws::prelude::*;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let web = stack.add(SecurityGroup::builder("web", &network));
/// let sessions = stack.add(Cache::builder("sessions", &network, "cache.t4g.small"));
/// sessions.allow_from(&web, Port::REDIS);
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Cache {
    /// The replication group.
    pub replication_group: elasticache::ReplicationGroup,
    /// The user that applications connect as.
    pub user: elasticache::User,
    /// The security group of the cache.
    pub security_group: SecurityGroup,
}

impl Cache {
    /// Starts a cache in a network, with a node type.
    pub fn builder(name: impl Into<Text>, network: &Network, node_type: impl Into<Text>) -> CacheBuilder<'_> {
        CacheBuilder { name: name.into(), network, node_type: node_type.into(), nodes: 2, key: None }
    }

    /// Grants permission to connect as the user of the cache.
    #[track_caller]
    pub fn grant_connect(&self, grantee: &impl Grantee) {
        let resources: [Expr<String>; 2] =
            [self.replication_group.arn().into_expr(), self.user.arn().into_expr()];
        grantee.role().allow(Statement::allow(["elasticache:Connect"]).on(resources));
    }
}

#[diagnostic::do_not_recommend]
impl HasSecurityGroup for Cache {
    fn security_group(&self) -> &SecurityGroup {
        &self.security_group
    }
}

/// Builds a [`Cache`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct CacheBuilder<'a> {
    name: Text,
    network: &'a Network,
    node_type: Text,
    nodes: u32,
    key: Option<Key>,
}

impl CacheBuilder<'_> {
    /// Sets the number of nodes, in different zones (default: two).
    pub fn nodes(mut self, nodes: u32) -> Self {
        self.nodes = nodes;
        self
    }

    /// Sets the KMS key that encrypts it (default: [the key of the stack](Key::stack_default)).
    pub fn key(mut self, key: &Key) -> Self {
        self.key = Some(key.clone());
        self
    }
}

impl Construct for CacheBuilder<'_> {
    type Output = Cache;

    fn build(self, scope: &Scope<'_>) -> Cache {
        let Self { name, network, .. } = self;
        let key = self.key.unwrap_or_else(|| Key::stack_default(scope));
        network.default_subnets().require(scope, 1, &format!("cache `{name}`"));
        let id = physical_name(scope, &name, 40).to_lowercase();
        let security_group =
            scope.add(SecurityGroup::builder(name.clone(), network).description(format!("The cache {name}")));
        let subnet_group = scope.add(
            elasticache::SubnetGroup::builder(name.clone())
                .name(id.as_str())
                .subnet_ids(network.default_subnets().ids()),
        );
        let user = scope.add(
            elasticache::User::builder(name.clone())
                .user_id(id.as_str())
                // IAM authentication requires that the name equals the id.
                .user_name(id.as_str())
                .engine(elasticache::Engine::Redis)
                .access_string("on ~* +@all -@dangerous")
                .authentication_mode(|mode| mode.type_(elasticache::Type::Iam)),
        );
        let default_user = scope.add(
            elasticache::User::builder(format!("{name}_default"))
                .user_id(format!("{id}-default"))
                .user_name("default")
                .engine(elasticache::Engine::Redis)
                .access_string("off -@all")
                .authentication_mode(|mode| mode.type_(elasticache::Type::NoPasswordRequired)),
        );
        let users = scope.add(
            elasticache::UserGroup::builder(name.clone())
                .user_group_id(id.as_str())
                .engine(elasticache::Engine::Redis)
                .user_ids([default_user.user_id(), user.user_id()]),
        );
        let has_replicas = self.nodes > 1;
        let replication_group = scope.add(
            elasticache::ReplicationGroup::builder(name.clone())
                .replication_group_id(id)
                .description(format!("The cache {name}"))
                .engine(elasticache::Engine::Redis)
                .engine_version("7.1")
                .node_type(self.node_type.as_str())
                .num_cache_clusters(self.nodes)
                .automatic_failover_enabled(has_replicas)
                .multi_az_enabled(has_replicas)
                .subnet_group_name(subnet_group.name())
                .security_group_ids([security_group.id()])
                .at_rest_encryption_enabled("true")
                .kms_key_id(key.arn())
                .transit_encryption_enabled(true)
                .transit_encryption_mode(elasticache::TransitEncryptionMode::Required)
                .user_group_ids([users.user_group_id()])
                .snapshot_retention_limit(7),
        );
        Cache { replication_group, user, security_group }
    }
}
