//! Static assets: scripts, pictures and videos, cached near the users.

use iac_aws::storage::Bucket;
use iac_aws::traffic::{Certificate, Distribution, Zone};
use iac_core::prelude::*;

use crate::settings::{COUNTRIES, REVIEW};
use crate::site::{Site, waive_access_logs};

/// Adds the distribution. It fails over to the bucket in the next region.
pub fn add(global: &Scope<'_>, sites: &[Site<'_>], zone: &Zone) {
    let (home, others) = sites.split_first().expect("an environment has a region");
    let environment = home.environment;
    let domain = format!("assets.{}", environment.domain);
    let bucket = |site: &Site<'_>| {
        let bucket = Bucket::builder("assets").force_destroy(!environment.deletion_protection);
        site.scope.add(bucket)
    };
    let original = bucket(home);
    let copy = others.first().map(|site| (site, bucket(site)));

    let certificate = global.add(Certificate::builder("assets", domain.as_str(), zone));
    let distribution = Distribution::builder("assets", domain.as_str(), &certificate, &original);
    let distribution = distribution.allowed_countries(COUNTRIES);
    let distribution = match &copy {
        Some((_, copy)) => distribution.failover(copy),
        None => distribution,
    };
    let distribution = global.add(distribution);
    zone.point("assets", domain, &distribution);

    let stack = global.stack();
    stack.amend(&distribution.distribution, |distribution| {
        let logged = "access logs use log delivery, which needs no bucket ACLs";
        distribution.waive_until("CKV_AWS_86", REVIEW, logged).when(copy.is_none(), |distribution| {
            distribution.waive_until("CKV_AWS_310", REVIEW, "the environment is in one region")
        })
    });
    match &copy {
        Some((site, copy)) => {
            original.replicate_to(copy);
            site.waive_copy(copy, "this bucket is a replica");
        }
        None => home.waive_copy(&original, "the environment is in one region"),
    }
    waive_access_logs(global, !environment.deletion_protection);
}
