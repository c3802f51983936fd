//! Data: progress of students, replicated to all regions; personal data, kept in its region.

use iac_aws::databases::{Aurora, Cache, Size};
use iac_aws::encryption::Key;
use iac_aws::serverless::{AttributeType, Table};
use iac_aws::storage::BackupPlan;
use iac_core::prelude::*;

use crate::settings::REVIEW;
use crate::site::Site;

/// Adds the progress table. It is pseudonymous and replicated, so that students can move between regions.
pub fn add_progress(sites: &[Site<'_>]) -> Table {
    let (home, others) = sites.split_first().expect("an environment has a region");
    let table = Table::builder("progress", "pupil").sort_key("lesson", AttributeType::String);
    let table = others
        .iter()
        .fold(table, |table, site| table.replica(site.region.code, &Key::stack_default(&site.scope)));
    let table = home.scope.add(table.deletion_protection(home.environment.deletion_protection));
    home.scope.add(BackupPlan::builder("progress").resource(table.table.arn()));
    table
}

/// The data of the schools in a region.
#[derive(Debug)]
pub struct School {
    /// Accounts of students and teachers, and their classes.
    pub database: Aurora,
    /// Presence in running lessons.
    pub presence: Cache,
}

pub fn add_school(site: &Site<'_>) -> School {
    let environment = site.environment;
    let (min, max) = environment.database;
    let database = site.scope.add(
        Aurora::builder("school", &site.network, "17.4")
            .size(Size::serverless(min, max))
            .deletion_protection(environment.deletion_protection),
    );
    database.alarms(&site.operators);
    site.scope.stack().amend(&database.cluster, |cluster| {
        cluster
            .waive_until(
                "CKV2_AWS_8",
                REVIEW,
                "point-in-time recovery covers two weeks without a backup plan",
            )
            .when(!environment.deletion_protection, |cluster| {
                cluster.waive_until("CKV_AWS_139", REVIEW, "it contains test data only")
            })
    });
    let presence = site.scope.add(Cache::builder("presence", &site.network, "cache.t4g.small"));
    School { database, presence }
}
