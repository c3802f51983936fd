//! Aurora PostgreSQL clusters.

use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use crate::encryption::Key;
use crate::identity::{Principal, Role};
use crate::messaging::Topic;
use crate::monitoring::{Alarm, Alarms, LogGroup, Metric};
use crate::naming::physical_name;
use crate::network::{HasSecurityGroup, Network, SecurityGroup, Subnets};
use crate::rds;
use crate::secrets::SecretValue;

/// An Aurora PostgreSQL cluster: private, encrypted, backed up, and protected from deletion.
///
/// RDS manages the master password in Secrets Manager and rotates it.
///
/// | Address | Description |
/// |---|---|
/// | `aws_rds_cluster.<name>` | cluster, named `<stack>-<name>` |
/// | `aws_rds_cluster_instance.<name>_<number>` | instances |
/// | `aws_db_subnet_group.<name>` | isolated subnets, or private ones if there are none |
/// | `aws_rds_cluster_parameter_group.<name>` | requires TLS, and logs slow queries |
/// | `aws_iam_role.<name>_monitoring`, `aws_iam_role_policy_attachment.<name>_monitoring_…` | role for Enhanced Monitoring |
/// | `aws_cloudwatch_log_group.<name>_postgresql` | log of the database |
/// | `aws_security_group.<name>` | security group, without rules |
///
/// ```
/// use iac_aws::databases::{Aurora, Size};
/// use iac_aws::network::{Network, Port, SecurityGroup};
/// use iac_aws::prelude::*;
/// use iac_core::prelude::*;
///
/// let stack = Stack::new("production");
/// let network = stack.add(Network::builder("main", ["eu-west-1a", "eu-west-1b"]));
/// let web = stack.add(SecurityGroup::builder("web", &network));
/// let database = stack.add(Aurora::builder("main", &network, "17.4").size(Size::serverless(0.5, 8.0)));
/// database.allow_from(&web, Port::POSTGRESQL);
/// # stack.render_hcl().unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Aurora {
    /// The cluster.
    pub cluster: rds::Cluster,
    /// The instances.
    pub instances: Vec<rds::ClusterInstance>,
    /// The security group of the cluster.
    pub security_group: SecurityGroup,
    /// The log of the database.
    pub log_group: LogGroup,
    key: Key,
    name: Text,
    scope: OwnedScope,
}

/// The size of a cluster.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Size {
    /// Aurora Serverless v2, which scales between two numbers of capacity units (ACUs) of 2 GiB of memory each.
    Serverless {
        /// Minimum number of capacity units.
        minimum: f64,
        /// Maximum number of capacity units.
        maximum: f64,
    },
    /// Provisioned instances of a class, such as `db.r7g.large`.
    Instances(Text),
}

impl Size {
    /// Returns a serverless size between two numbers of capacity units (ACUs) of 2 GiB of memory each.
    #[must_use]
    pub const fn serverless(minimum: f64, maximum: f64) -> Self {
        Self::Serverless { minimum, maximum }
    }
}

impl Aurora {
    /// Starts a cluster in a network, with a PostgreSQL version.
    pub fn builder(name: impl Into<Text>, network: &Network, version: impl Into<Text>) -> AuroraBuilder<'_> {
        let subnets = network.database_subnets();
        AuroraBuilder {
            name: name.into(),
            network,
            subnets,
            version: version.into(),
            size: Size::serverless(0.5, 4.0),
            instances: 2,
            database: Text::from_static("main"),
            backup_days: 14,
            deletion_protection: true,
            key: None,
        }
    }

    /// Returns the master credentials, a secret with the fields `username` and `password`.
    #[must_use]
    pub fn credentials(&self) -> SecretValue {
        let arn = self.cluster.master_user_secret().get(0).secret_arn();
        SecretValue::from_arn(arn, Some(&self.key))
    }

    fn metric(&self, name: &'static str) -> Metric {
        Metric::new("AWS/RDS", name).dimension("DBClusterIdentifier", self.cluster.cluster_identifier())
    }

    /// Returns the CPU utilization metric, in percent.
    pub fn cpu_utilization(&self) -> Metric {
        self.metric("CPUUtilization")
    }

    /// Returns the metric of the number of connections.
    pub fn connections(&self) -> Metric {
        self.metric("DatabaseConnections").statistic("Maximum")
    }

    /// Adds alarms that notify a topic.
    ///
    /// They go off after ten minutes of CPU utilization above 90% (`<name>_cpu`), or with less than 128 MiB of
    /// freeable memory (`<name>_memory`).
    #[track_caller]
    pub fn alarms(&self, topic: &Topic) -> Alarms {
        let name = &self.name;
        self.scope.add(|scope| {
            let alarms = [
                Alarm::above(format!("{name}_cpu"), self.cpu_utilization(), 90)
                    .description(format!("CPU utilization of database {name} is above 90%")),
                Alarm::below(format!("{name}_memory"), self.metric("FreeableMemory"), 128 * 1024 * 1024)
                    .description(format!("Database {name} has less than 128 MiB of freeable memory")),
            ];
            Alarms(alarms.map(|alarm| scope.add(alarm.periods(10).notify(topic.arn()))).into())
        })
    }
}

#[diagnostic::do_not_recommend]
impl HasSecurityGroup for Aurora {
    fn security_group(&self) -> &SecurityGroup {
        &self.security_group
    }
}

/// Builds an [`Aurora`].
#[derive(Clone, Debug)]
#[must_use = "a builder has no effect until it is added to a stack"]
pub struct AuroraBuilder<'a> {
    name: Text,
    network: &'a Network,
    subnets: &'a Subnets,
    version: Text,
    size: Size,
    instances: u32,
    database: Text,
    backup_days: u32,
    deletion_protection: bool,
    key: Option<Key>,
}

impl AuroraBuilder<'_> {
    /// Sets the size (default: serverless, 0.5 to 4 capacity units).
    pub fn size(mut self, size: Size) -> Self {
        self.size = size;
        self
    }

    /// Sets the number of instances, in different zones (default: two).
    pub fn instances(mut self, instances: u32) -> Self {
        self.instances = instances;
        self
    }

    /// Sets the name of the initial database (default: `main`).
    pub fn database(mut self, name: impl Into<Text>) -> Self {
        self.database = name.into();
        self
    }

    /// Sets the backup retention period for point-in-time recovery, in days (default: 14; maximum: 35).
    pub fn backup_days(mut self, days: u32) -> Self {
        self.backup_days = days;
        self
    }

    /// Enables deletion protection and a final snapshot (default: true).
    pub fn deletion_protection(mut self, protect: bool) -> Self {
        self.deletion_protection = protect;
        self
    }

    /// Sets the KMS key that encrypts it (default: [the key of the stack](Key::stack_default)).
    pub fn key(mut self, key: &Key) -> Self {
        self.key = Some(key.clone());
        self
    }
}

impl Construct for AuroraBuilder<'_> {
    type Output = Aurora;

    fn build(self, scope: &Scope<'_>) -> Aurora {
        let Self { name, network, .. } = self;
        if self.subnets.subnets.len() < 2 {
            let summary = format!("Aurora cluster `{name}` requires subnets in at least two zones");
            scope.report(Diagnostic::error("database-subnets", summary));
        }
        let key = self.key.unwrap_or_else(|| Key::stack_default(scope));
        let physical_name = physical_name(scope, &name, 60);
        let security_group = scope
            .add(SecurityGroup::builder(name.clone(), network).description(format!("The database {name}")));
        let subnet_group = scope.add(
            rds::DbSubnetGroup::builder(name.clone())
                .name(physical_name.as_str())
                .subnet_ids(self.subnets.ids()),
        );
        let major = self.version.split('.').next().unwrap_or_default().to_owned();
        let parameters = scope.add(
            rds::ClusterParameterGroup::builder(name.clone())
                .name_prefix(format!("{physical_name}-"))
                .family(format!("aurora-postgresql{major}"))
                .each(
                    [
                        ("rds.force_ssl", "1"),
                        ("log_min_duration_statement", "1000"),
                        ("log_statement", "ddl"),
                    ],
                    |group, (name, value)| group.parameter(|parameter| parameter.name(name).value(value)),
                )
                .create_before_destroy(true),
        );
        let monitoring = scope.add(
            Role::builder(format!("{name}_monitoring"), Principal::service("monitoring.rds.amazonaws.com"))
                .managed_policy("service-role/AmazonRDSEnhancedMonitoringRole"),
        );
        let log_group = scope.add(
            LogGroup::builder(format!("{name}_postgresql"))
                .physical_name(format!("/aws/rds/cluster/{physical_name}/postgresql"))
                .key(&key),
        );
        let cluster = scope.add(
            rds::Cluster::builder(name.clone())
                .cluster_identifier(physical_name.as_str())
                .engine("aurora-postgresql")
                .engine_version(self.version.as_str())
                .database_name(self.database.as_str())
                .master_username("root")
                .manage_master_user_password(true)
                .master_user_secret_kms_key_id(key.arn())
                .iam_database_authentication_enabled(true)
                .db_subnet_group_name(subnet_group.name())
                .vpc_security_group_ids([security_group.id()])
                .db_cluster_parameter_group_name(parameters.name())
                .storage_encrypted(true)
                .kms_key_id(key.arn())
                .backup_retention_period(self.backup_days)
                .copy_tags_to_snapshot(true)
                .enabled_cloudwatch_logs_exports([rds::ClusterEnabledCloudwatchLogsExports::Postgresql])
                .deletion_protection(self.deletion_protection)
                .skip_final_snapshot(!self.deletion_protection)
                .when(self.deletion_protection, |cluster| {
                    cluster.final_snapshot_identifier(format!("{physical_name}-last"))
                })
                .maybe(
                    match &self.size {
                        Size::Serverless { minimum, maximum } => Some((*minimum, *maximum)),
                        Size::Instances(_) => None,
                    },
                    |cluster, (minimum, maximum)| {
                        cluster.serverlessv2_scaling_configuration(|scaling| {
                            scaling.min_capacity(minimum).max_capacity(maximum)
                        })
                    },
                )
                // Otherwise RDS creates the log group, unencrypted and without expiration.
                .depends_on(&log_group.group),
        );
        let class = match &self.size {
            Size::Serverless { .. } => "db.serverless",
            Size::Instances(class) => class.as_str(),
        };
        let instances = (0..self.instances).map(|number| {
            scope.add(
                rds::ClusterInstance::builder(format!("{name}_{number}"))
                    .identifier(format!("{physical_name}-{number}"))
                    .cluster_identifier(cluster.id())
                    .engine(cluster.engine())
                    .engine_version(cluster.engine_version())
                    .instance_class(class)
                    .publicly_accessible(false)
                    .auto_minor_version_upgrade(true)
                    .copy_tags_to_snapshot(true)
                    .monitoring_interval(60)
                    .monitoring_role_arn(monitoring.arn())
                    // RDS checks the permissions when it creates an instance.
                    .each(&monitoring.attachments, |instance, attachment| instance.depends_on(attachment))
                    .performance_insights_enabled(true)
                    .performance_insights_kms_key_id(key.arn()),
            )
        });
        let instances = instances.collect();
        Aurora { cluster, instances, security_group, log_group, key, name, scope: scope.to_owned_scope() }
    }
}
