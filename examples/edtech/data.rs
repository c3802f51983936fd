//! What is kept: how far pupils are, in all regions; and who they are, in their own region only.

use iac_aws::databases::{Aurora, Cache, Size};
use iac_aws::encryption::Key;
use iac_aws::serverless::{AttributeType, Table};
use iac_aws::storage::BackupPlan;
use iac_core::prelude::*;

use crate::settings::REVIEW;
use crate::site::Site;

/// How far each pupil is, under a pseudonym: whoever moves, or travels, goes on where they were.
pub fn add_progress(sites: &[Site<'_>]) -> Table {
    let (home, others) = sites.split_first().expect("an environment is somewhere");
    let table = Table::builder("progress", "pupil").sort_key("lesson", AttributeType::Text);
    let table =
        others.iter().fold(table, |table, site| table.replica(site.region.code, &Key::of_stack(&site.scope)));
    let table = home.scope.add(table.deletion_protection(home.environment.deletion_protection));
    home.scope.add(BackupPlan::builder("progress").of(table.table.arn()));
    table
}

/// What a region knows of its schools.
#[derive(Debug)]
pub struct School {
    /// Who pupils and teachers are, and their classes.
    pub database: Aurora,
    /// Who is in which lesson at the moment.
    pub presence: Cache,
}

pub fn add_school(site: &Site<'_>) -> School {
    let environment = site.environment;
    let (least, most) = environment.database;
    let database = site.scope.add(
        Aurora::builder("school", &site.network, "17.4")
            .size(Size::serverless(least, most))
            .deletion_protection(environment.deletion_protection),
    );
    database.alarms(&site.operators);
    site.scope.stack().amend(&database.cluster, |cluster| {
        cluster
            .waive_until("CKV2_AWS_8", REVIEW, "it is restored to any second of two weeks without a plan")
            .when(!environment.deletion_protection, |cluster| {
                cluster.waive_until("CKV_AWS_139", REVIEW, "who is in it is made up")
            })
    });
    let presence = site.scope.add(Cache::builder("presence", &site.network, "cache.t4g.small"));
    School { database, presence }
}
