//! Relational databases.

use iac_review::policy::{Rule, Subject, Verdict, any_of, deny, warn};

pub(super) fn rules() -> Vec<Rule> {
    vec![
        deny("rds-encrypted", "What is in a database is encrypted")
            .known_as(&["CKV_AWS_16", "CKV_AWS_96", "AVD-AWS-0080"])
            .why("Snapshots and discarded disks can be read by whoever gets them.")
            .remedy("Set `storage_encrypted = true`; a database that is there has to be restored from a snapshot.")
            .exposure()
            .of("aws_db_instance", |it| it.at("storage_encrypted").is(true).or(is_replica(it)))
            .of("aws_rds_cluster", |it| {
                it.at("storage_encrypted").is(true).or(it.at("engine_mode").is("serverless"))
            }),
        deny("rds-not-public", "A database has no public address")
            .known_as(&["CKV_AWS_17", "AVD-AWS-0180"])
            .why("Everybody can try passwords and exploits on it.")
            .remedy("Leave `publicly_accessible` false.")
            .exposure()
            .of("aws_db_instance", |it| it.at("publicly_accessible").is_not(true))
            .of("aws_rds_cluster_instance", |it| it.at("publicly_accessible").is_not(true)),
        warn("rds-instance-deletion-protection", "A database is not deleted by mistake")
            .known_as(&["CKV_AWS_293", "AVD-AWS-0177"])
            .why("What was in it is gone.")
            .remedy("Set `deletion_protection = true`.")
            .of("aws_db_instance", |it| it.at("deletion_protection").is(true)),
        warn("rds-cluster-deletion-protection", "A cluster is not deleted by mistake")
            .known_as(&["CKV_AWS_139", "AVD-AWS-0343"])
            .why("What was in it is gone.")
            .remedy("Set `deletion_protection = true`.")
            .of("aws_rds_cluster", |it| it.at("deletion_protection").is(true)),
        warn("rds-backups", "A database is backed up")
            .known_as(&["CKV_AWS_133", "AVD-AWS-0077"])
            .why("What is deleted or damaged is gone.")
            .remedy("Set `backup_retention_period` to a week or more.")
            .of("aws_db_instance", |it| it.at("backup_retention_period").at_least(1).or(is_replica(it)))
            .of("aws_rds_cluster", |it| {
                let period = it.at("backup_retention_period");
                // Clusters are backed up for a day unless something else is said.
                period.at_least(1).or(period.is_unset())
            }),
        warn("rds-multi-az", "A database has a standby in another zone")
            .known_as(&["CKV_AWS_157"])
            .why("A zone that fails takes the database with it.")
            .remedy("Set `multi_az = true`.")
            .of("aws_db_instance", |it| it.at("multi_az").is(true)),
        warn("rds-iam-authentication", "People and programs log in to a database with their roles")
            .known_as(&["CKV_AWS_161", "CKV_AWS_162", "AVD-AWS-0176"])
            .why("Passwords are shared, written down, and never changed.")
            .remedy("Set `iam_database_authentication_enabled = true`.")
            .of("aws_db_instance", |it| {
                let knows_it = it.at("engine").matches(|engine| {
                    ["mysql", "postgres", "mariadb"].contains(&engine) || engine.starts_with("aurora")
                });
                it.at("iam_database_authentication_enabled").is(true).when(knows_it)
            })
            .of("aws_rds_cluster", |it| it.at("iam_database_authentication_enabled").is(true)),
        warn("rds-minor-upgrades", "A database is kept up to date")
            .known_as(&["CKV_AWS_226"])
            .why("Known holes stay open.")
            .remedy("Leave `auto_minor_version_upgrade` true.")
            .of("aws_db_instance", |it| it.at("auto_minor_version_upgrade").is_not(false))
            .of("aws_rds_cluster_instance", |it| it.at("auto_minor_version_upgrade").is_not(false)),
        warn("rds-logs", "The logs of a database are kept")
            .known_as(&["CKV_AWS_129"])
            .why("Without logs nobody can tell afterwards who did what, or why it was slow.")
            .remedy("Set `enabled_cloudwatch_logs_exports` to what the engine has.")
            .of("aws_db_instance", |it| it.at("enabled_cloudwatch_logs_exports").is_set()),
        warn("rds-query-logging", "A PostgreSQL database logs its statements")
            .known_as(&["CKV2_AWS_30"])
            .why("Without logs nobody can tell afterwards who asked for what.")
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
        warn("rds-copy-tags", "Snapshots have the tags of their database")
            .known_as(&["CKV2_AWS_60"])
            .why("Nobody knows whose the snapshots are and what they cost.")
            .remedy("Set `copy_tags_to_snapshot = true`.")
            .of("aws_db_instance", |it| {
                let is_aurora = it.at("engine").matches(|engine| engine.starts_with("aurora"));
                it.at("copy_tags_to_snapshot").is(true).or(is_aurora)
            }),
    ]
}

/// Whether it is a copy of another database, which says what of it cannot be chosen.
fn is_replica(it: &Subject<'_>) -> Verdict {
    it.at("replicate_source_db").is_set()
}
