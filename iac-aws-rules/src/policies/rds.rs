//! RDS rules.

use iac_review::policy::{Reading, Rule, Subject, Verdict, any_of, deny, warn};

pub(super) fn rules() -> Vec<Rule> {
    let mut rules = protection_rules();
    rules.extend(operation_rules());
    rules
}

/// Returns the rules about access, encryption and backups.
fn protection_rules() -> Vec<Rule> {
    vec![
        deny("rds-encrypted", "RDS databases must be encrypted at rest")
            .finding("RDS database is not encrypted at rest")
            .known_as(&["CKV_AWS_16", "CKV_AWS_96", "AVD-AWS-0080"])
            .why("Snapshots and discarded disks can be read by anyone who obtains them.")
            .remedy(
                "Set `storage_encrypted = true`; an existing database has to be restored from a snapshot.",
            )
            .of("aws_db_instance", |it| it.at("storage_encrypted").is(true).or(is_replica(it)))
            .of("aws_rds_cluster", |it| {
                it.at("storage_encrypted").is(true).or(it.at("engine_mode").is("serverless"))
            }),
        deny("rds-not-public", "RDS databases must not be publicly accessible")
            .finding("RDS database is publicly accessible")
            .known_as(&["CKV_AWS_17", "AVD-AWS-0180"])
            .why("Anyone on the internet can try passwords and exploits.")
            .remedy("Leave `publicly_accessible` unset or false.")
            .exposure()
            .of("aws_db_instance", |it| it.at("publicly_accessible").is_not(true))
            .of("aws_rds_cluster_instance", |it| it.at("publicly_accessible").is_not(true)),
        warn("rds-instance-deletion-protection", "RDS instances should have deletion protection enabled")
            .finding("RDS instance has deletion protection disabled")
            .known_as(&["CKV_AWS_293", "AVD-AWS-0177"])
            .why("A database deleted by mistake takes its data with it.")
            .remedy("Set `deletion_protection = true`.")
            .of("aws_db_instance", |it| it.at("deletion_protection").is(true)),
        warn("rds-cluster-deletion-protection", "RDS clusters should have deletion protection enabled")
            .finding("RDS cluster has deletion protection disabled")
            .known_as(&["CKV_AWS_139", "AVD-AWS-0343"])
            .why("A cluster deleted by mistake takes its data with it.")
            .remedy("Set `deletion_protection = true`.")
            .of("aws_rds_cluster", |it| it.at("deletion_protection").is(true)),
        warn("rds-backups", "RDS databases should have automated backups enabled")
            .finding("RDS database has automated backups disabled")
            .known_as(&["CKV_AWS_133", "AVD-AWS-0077"])
            .why("Deleted or corrupted data cannot be restored.")
            .remedy("Set `backup_retention_period` to 7 days or more.")
            .of("aws_db_instance", |it| it.at("backup_retention_period").at_least(1).or(is_replica(it)))
            .of("aws_rds_cluster", |it| {
                let period = it.at("backup_retention_period");
                // The default retention period of a cluster is one day.
                period.at_least(1).or(period.is_unset())
            }),
        deny("rds-force-tls", "RDS parameter groups must require TLS")
            .finding("RDS parameter group accepts unencrypted connections")
            .why("Unencrypted traffic can be read and modified in transit.")
            .remedy("Set `rds.force_ssl` or `require_secure_transport` to 1, or leave it to the default.")
            .of("aws_db_parameter_group", |group| accepts_clear_text(&group.at("parameter")).negate())
            .of("aws_rds_cluster_parameter_group", |group| {
                accepts_clear_text(&group.at("parameter")).negate()
            }),
    ]
}

/// Returns the rules about operation.
fn operation_rules() -> Vec<Rule> {
    vec![
        warn("rds-multi-az", "RDS instances should have a standby in another Availability Zone")
            .finding("RDS instance has no standby in another Availability Zone")
            .known_as(&["CKV_AWS_157"])
            .why("An outage of the Availability Zone makes the database unavailable.")
            .remedy("Set `multi_az = true`.")
            .of("aws_db_instance", |it| it.at("multi_az").is(true)),
        warn("rds-iam-authentication", "RDS databases should have IAM authentication enabled")
            .finding("RDS database has IAM authentication disabled")
            .known_as(&["CKV_AWS_161", "CKV_AWS_162", "AVD-AWS-0176"])
            .why("Passwords are shared, written down and rarely rotated.")
            .remedy("Set `iam_database_authentication_enabled = true`.")
            .of("aws_db_instance", |it| {
                let knows_it = it.at("engine").matches(|engine| {
                    ["mysql", "postgres", "mariadb"].contains(&engine) || engine.starts_with("aurora")
                });
                it.at("iam_database_authentication_enabled").is(true).when(knows_it)
            })
            .of("aws_rds_cluster", |it| it.at("iam_database_authentication_enabled").is(true)),
        warn("rds-minor-upgrades", "RDS instances should apply minor version upgrades automatically")
            .finding("RDS instance has automatic minor version upgrades disabled")
            .known_as(&["CKV_AWS_226"])
            .why("Known vulnerabilities stay unpatched.")
            .remedy("Leave `auto_minor_version_upgrade` unset or true.")
            .of("aws_db_instance", |it| it.at("auto_minor_version_upgrade").is_not(false))
            .of("aws_rds_cluster_instance", |it| it.at("auto_minor_version_upgrade").is_not(false)),
        warn("rds-logs", "RDS instances should export their logs to CloudWatch")
            .finding("RDS instance does not export its logs to CloudWatch")
            .known_as(&["CKV_AWS_129"])
            .why("Without logs, access and slow queries cannot be investigated afterwards.")
            .remedy("Set `enabled_cloudwatch_logs_exports` to the log types of the engine.")
            .of("aws_db_instance", |it| it.at("enabled_cloudwatch_logs_exports").is_set()),
        warn("rds-query-logging", "PostgreSQL instances should have query logging enabled")
            .finding("PostgreSQL instance does not have query logging enabled")
            .known_as(&["CKV2_AWS_30"])
            .why("Without query logs, access to data cannot be investigated after an incident.")
            .remedy("Set `log_statement` and `log_min_duration_statement` in a parameter group of its own.")
            .opt_in()
            .of("aws_db_instance", |it| {
                let groups = it.referred("aws_db_parameter_group", "parameter_group_name");
                let has = |group: &Subject<'_>, name: &str| {
                    group.at("parameter").some(|parameter| parameter.at("name").is(name))
                };
                let logs = groups
                    .iter()
                    .map(|group| has(group, "log_statement").and(has(group, "log_min_duration_statement")));
                any_of(logs).when(it.at("engine").matches(|engine| engine.contains("postgres")))
            }),
        warn("rds-copy-tags", "RDS instances should copy tags to their snapshots")
            .finding("RDS instance does not copy tags to its snapshots")
            .known_as(&["CKV2_AWS_60"])
            .why("Untagged snapshots cannot be attributed to an owner or a budget.")
            .remedy("Set `copy_tags_to_snapshot = true`.")
            .of("aws_db_instance", |it| {
                let is_aurora = it.at("engine").matches(|engine| engine.starts_with("aurora"));
                it.at("copy_tags_to_snapshot").is(true).or(is_aurora)
            }),
    ]
}

/// Passes if the database is a read replica, whose settings follow its source.
fn is_replica(it: &Subject<'_>) -> Verdict {
    it.at("replicate_source_db").is_set()
}

/// Passes if a parameter turns the requirement of TLS off.
fn accepts_clear_text(parameters: &Reading<'_>) -> Verdict {
    parameters.some(|parameter| {
        let is_it = parameter.at("name").is_one_of(&["rds.force_ssl", "require_secure_transport"]);
        is_it.and(parameter.at("value").is_one_of(&["0", "OFF", "off", "false"]))
    })
}
