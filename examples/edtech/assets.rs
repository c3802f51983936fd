//! Static assets: scripts, pictures and videos, cached near the users.

use iac_aws::storage::Bucket;
use iac_aws::traffic::{Certificate, Distribution, Zone};
use iac_core::prelude::*;

use crate::settings::{COUNTRIES, REVIEW};
use crate::site::{Site, waive_access_logs};

/// Adds the distribution. It fails over to the bucket in the next region.
pub fn add(global: &Scope<'_>, sites: &[Site<'_>], zone: &Zone) {
    let (home, others) = sites.split_first().expect("an environment is somewhere");
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
    let distribution = distribution.only_in(COUNTRIES);
    let distribution = match &copy {
        Some((_, copy)) => distribution.failover(copy),
        None => distribution,
    };
    let distribution = global.add(distribution);
    zone.point("assets", domain, &distribution);

    let stack = global.stack();
    stack.amend(&distribution.distribution, |distribution| {
        let logged = "accesses are logged, by a delivery that needs no ACLs of the bucket";
        distribution.waive_until("CKV_AWS_86", REVIEW, logged).when(copy.is_none(), |distribution| {
            distribution.waive_until("CKV_AWS_310", REVIEW, "it is in one region, as the environment is")
        })
    });
    match &copy {
        Some((site, copy)) => {
            original.replicate_to(copy);
            site.waive_copy(copy, "it is a copy itself");
        }
        None => home.waive_copy(&original, "it is in one region, as the environment is"),
    }
    waive_access_logs(global, !environment.deletion_protection);
}
