//! Aurora: PostgreSQL over several zones.

use iac_core::diagnostic::Diagnostic;
use iac_core::prelude::*;
use iac_core::{OwnedScope, Text};

use crate::encryption::Key;
use crate::identity::{Principal, Role};
use crate::messaging::Topic;
use crate::monitoring::{Alarm, Alarms, Metric};
use crate::naming::physical_name;
use crate::network::{HasSecurityGroup, Network, SecurityGroup, Subnets};
use crate::rds;
use crate::secrets::SecretValue;

/// A PostgreSQL database of Aurora: private, encrypted, backed up, with a password that AWS makes and changes, and kept from
/// being deleted.
///
/// | address | is |
/// |---|---|
/// | `aws_rds_cluster.<name>` | the database, called `<stack>-<name>` |
/// | `aws_rds_cluster_instance.<name>_<number>` | its instances |
/// | `aws_db_subnet_group.<name>` | where it is: in isolated subnets where there are some, or else in private ones |
/// | `aws_rds_cluster_parameter_group.<name>` | that connections need TLS, and that slow queries are logged |
/// | `aws_iam_role.<name>_monitoring`, `aws_iam_role_policy_attachment.<name>_monitoring_…` | that its instances are watched |
/// | `aws_security_group.<name>` | who reaches it |
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
    /// The database itself.
    pub cluster: rds::Cluster,
    /// Its instances.
    pub instances: Vec<rds::ClusterInstance>,
    /// Who reaches it.
    pub security_group: SecurityGroup,
    key: Key,
    name: Text,
    scope: OwnedScope,
}

/// How large a database is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Size {
    /// It grows and shrinks between two numbers of capacity units, which have 2 GiB of memory each.
    Serverless {
        /// At least.
        minimum: f64,
        /// At most.
        maximum: f64,
    },
    /// Its instances are of a class: `db.r7g.large`.
    Instances(Text),
}

impl Size {
    /// It grows and shrinks between two numbers of capacity units, which have 2 GiB of memory each.
    #[must_use]
    pub const fn serverless(minimum: f64, maximum: f64) -> Self {
        Self::Serverless { minimum, maximum }
    }
}

impl Aurora {
    /// Starts a database in a network, with a version of PostgreSQL.
    pub fn builder(name: impl Into<Text>, network: &Network, version: impl Into<Text>) -> AuroraBuilder<'_> {
        let subnets = if network.isolated.subnets.is_empty() { &network.private } else { &network.isolated };
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

    /// The password of the first user, which AWS makes: the fields `username` and `password`.
    #[must_use]
    pub fn credentials(&self) -> SecretValue {
        let arn = self.cluster.master_user_secret().get(0).secret_arn();
        SecretValue::of_arn(arn, Some(&self.key))
    }

    fn metric(&self, name: &'static str) -> Metric {
        Metric::new("AWS/RDS", name).dimension("DBClusterIdentifier", self.cluster.cluster_identifier())
    }

    /// How busy its processors are, in percent.
    pub fn cpu_utilization(&self) -> Metric {
        self.metric("CPUUtilization")
    }

    /// How many connections there are.
    pub fn connections(&self) -> Metric {
        self.metric("DatabaseConnections").statistic("Maximum")
    }

    /// Tells a topic of processors that are busier than 90 percent for ten minutes (`<name>_cpu`), and of memory that is
    /// nearly used up (`<name>_memory`).
    #[track_caller]
    pub fn alarms(&self, topic: &Topic) -> Alarms {
        let name = &self.name;
        self.scope.add(|scope| {
            let alarms = [
                Alarm::above(format!("{name}_cpu"), self.cpu_utilization(), 90)
                    .description(format!("The processors of the database {name} are busier than 90 percent")),
                Alarm::below(format!("{name}_memory"), self.metric("FreeableMemory"), 128 * 1024 * 1024)
                    .description(format!("The database {name} has less than 128 MiB of memory left")),
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
#[must_use = "it is part of a stack only once it is added"]
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
    /// How large it is: between half a capacity unit and four, without this.
    pub fn size(mut self, size: Size) -> Self {
        self.size = size;
        self
    }

    /// How many instances it has, in different zones: two, without this.
    pub fn instances(mut self, instances: u32) -> Self {
        self.instances = instances;
        self
    }

    /// What the first database in it is called: `main`, without this.
    pub fn database(mut self, name: impl Into<Text>) -> Self {
        self.database = name.into();
        self
    }

    /// How far back it can be restored to any second, in days: 14, without this; 35 at most.
    pub fn backup_days(mut self, days: u32) -> Self {
        self.backup_days = days;
        self
    }

    /// Whether it refuses to be deleted, and leaves a last snapshot: yes, without this.
    pub fn deletion_protection(mut self, protect: bool) -> Self {
        self.deletion_protection = protect;
        self
    }

    /// The key that encrypts it: without this, [that of the stack](Key::of_stack).
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
            let summary = format!("the database `{name}` needs subnets in two zones at least");
            scope.report(Diagnostic::error("database-subnets", summary));
        }
        let key = self.key.unwrap_or_else(|| Key::of_stack(scope));
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
                ),
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
                    .performance_insights_enabled(true)
                    .performance_insights_kms_key_id(key.arn()),
            )
        });
        let instances = instances.collect();
        Aurora { cluster, instances, security_group, key, name, scope: scope.to_owned_scope() }
    }
}
