//! Container images: pushed to the home region, and replicated to the other one.

use iac_aws::ecr;
use iac_core::prelude::*;

use crate::site::Site;

/// What the names of the repositories begin with.
const PREFIX: &str = "edtech/";

/// The repositories of a region.
#[derive(Debug)]
pub struct Images {
    pub web: ecr::Repository,
    pub recorder: ecr::Repository,
}

pub fn add(sites: &[Site<'_>; 2]) -> [Images; 2] {
    let images = sites
        .each_ref()
        .map(|site| Images { web: add_repository(site, "web"), recorder: add_repository(site, "recorder") });
    for site in sites {
        add_scanning(site);
    }
    let ([home, away], [_, replicas]) = (sites, &images);
    home.add(
        ecr::ReplicationConfiguration::builder("main")
            .replication_configuration(|replication| {
                replication.rule(|rule| {
                    rule.repository_filter(|filter| {
                        filter.filter(PREFIX).filter_type(
                            ecr::ReplicationConfigurationRuleRepositoryFilterFilterType::PrefixMatch,
                        )
                    })
                    .destination(|destination| {
                        destination.region(away.region.code).registry_id(away.environment.account)
                    })
                })
            })
            // Where there is no repository, ECR makes one, without any of the settings here.
            .depends_on(&replicas.web)
            .depends_on(&replicas.recorder),
    );
    images
}

/// The image of the release that runs in an environment.
pub fn url(site: &Site<'_>, repository: &ecr::Repository) -> Expr<String> {
    tf!("{}:{}", repository.repository_url(), site.environment.release)
}

fn add_repository(site: &Site<'_>, name: &str) -> ecr::Repository {
    let repository = site.add(
        ecr::Repository::builder(name)
            .name(format!("{PREFIX}{name}"))
            .image_tag_mutability(ecr::ImageTagMutability::Immutable)
            .image_scanning_configuration(|scanning| scanning.scan_on_push(true))
            .encryption_configuration(|encryption| {
                encryption.encryption_type(ecr::EncryptionType::Kms).kms_key(site.key.arn())
            }),
    );
    let releases = json!({
        "rules": [{
            "rulePriority": 1,
            "description": "Releases can be rolled back to one of the last hundred",
            "selection": { "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 100 },
            "action": { "type": "expire" },
        }],
    });
    site.add(ecr::LifecyclePolicy::builder(name).repository(repository.name()).policy(releases));
    repository
}

/// Images are scanned again whenever a new vulnerability becomes known.
fn add_scanning(site: &Site<'_>) {
    site.add(ecr::RegistryScanningConfiguration::builder("main").scan_type(ecr::ScanType::Enhanced).rule(
        |rule| {
            rule.scan_frequency(ecr::ScanFrequency::ContinuousScan).repository_filter(|filter| {
                filter
                    .filter(format!("{PREFIX}*"))
                    .filter_type(ecr::RegistryScanningConfigurationRuleRepositoryFilterFilterType::Wildcard)
            })
        },
    ));
}
