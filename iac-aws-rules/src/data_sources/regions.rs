//! Data sources that depend on the region, and on tables of the provider.

use iac_lang::value::{Value, ValueMap};
use iac_plan::plan::ProviderError;

use super::{string, text, with};

/// One line for each region: see its head.
const REGIONS: &str = include_str!("regions.txt");
/// The account of AWS Billing.
const BILLING: &str = "386209384616";
/// The canonical users that write the logs of CloudFront, in China and elsewhere.
const LOG_DELIVERY: [&str; 2] = [
    "a52cb28745c0c06e84ec548334e44bfa7fc2a85c54af20cd59e4969344b7af56",
    "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0",
];
/// Partitions, their DNS suffixes, and the reverse of these.
const PARTITIONS: [(&str, &str, &str); 8] = [
    ("aws", "amazonaws.com", "com.amazonaws"),
    ("aws-cn", "amazonaws.com.cn", "cn.com.amazonaws"),
    ("aws-eusc", "amazonaws.eu", "eu.amazonaws"),
    ("aws-iso", "c2s.ic.gov", "gov.ic.c2s"),
    ("aws-iso-b", "sc2s.sgov.gov", "gov.sgov.sc2s"),
    ("aws-iso-e", "cloud.adc-e.uk", "uk.adc-e.cloud"),
    ("aws-iso-f", "csp.hci.ic.gov", "gov.ic.hci.csp"),
    ("aws-us-gov", "amazonaws.com", "com.amazonaws"),
];
/// Services whose principal has the suffix of the partition.
const OWN_PRINCIPALS: [(&str, &[&str]); 3] = [
    ("aws-cn", &["codedeploy", "elasticmapreduce", "logs"]),
    ("aws-iso", &["cloudhsm", "config", "logs", "workspaces"]),
    ("aws-iso-b", &["dms", "logs"]),
];

/// A region of the table. Empty where the provider has no value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Region {
    pub(super) name: &'static str,
    pub(super) partition: &'static str,
    elb_account: &'static str,
    cloudtrail_account: &'static str,
    redshift_account: &'static str,
    beanstalk_zone: &'static str,
    elb_zone: &'static str,
    application_zone: &'static str,
    network_zone: &'static str,
    description: &'static str,
}

impl Region {
    /// Returns the region of this name.
    fn named(name: &str) -> Option<Self> {
        Self::all().find(|region| region.name == name)
    }

    fn all() -> impl Iterator<Item = Self> {
        REGIONS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
            let mut columns = line.splitn(10, ' ').map(|column| if column == "-" { "" } else { column });
            let mut next = || columns.next();
            Some(Self {
                name: next()?,
                partition: next()?,
                elb_account: next()?,
                cloudtrail_account: next()?,
                redshift_account: next()?,
                beanstalk_zone: next()?,
                elb_zone: next()?,
                application_zone: next()?,
                network_zone: next()?,
                description: next()?,
            })
        })
    }

    fn dns_suffix(&self) -> &'static str {
        let found = PARTITIONS.iter().find(|(name, ..)| *name == self.partition);
        found.map_or("amazonaws.com", |(_, suffix, _)| suffix)
    }

    fn reverse_prefix(&self) -> &'static str {
        let found = PARTITIONS.iter().find(|(name, ..)| *name == self.partition);
        found.map_or("com.amazonaws", |(.., reverse)| reverse)
    }

    fn endpoint(&self) -> String {
        format!("ec2.{}.{}", self.name, self.dns_suffix())
    }
}

/// Returns the region of a provider configuration; `None` if it comes from the environment, or is not in the table.
pub(super) fn of_provider(settings: &Value) -> Option<Region> {
    match settings.member("region")?.peel() {
        Value::String(name) => Region::named(name),
        _ => None,
    }
}

/// Computes a data source that depends on a region. `None` where the table has no value, since other versions of the
/// provider know other regions.
pub(super) fn compute(
    type_name: &str,
    config: &ValueMap,
    settings: &Value,
) -> Option<Result<Value, ProviderError>> {
    let own = || of_provider(settings);
    // The argument `region` selects another line of the table. The partition remains that of the provider.
    let selected = || match text(config, "region") {
        Some(name) => Region::named(name),
        None => own(),
    };
    let id = |id: &str| (!id.is_empty()).then(|| with(config, [("id", string(id))]));
    let account = |account: &str, user: &str| {
        let arn = format!("arn:{}:iam::{account}:{user}", own()?.partition);
        (!account.is_empty()).then(|| with(config, [("id", string(account)), ("arn", string(arn))]))
    };
    let value = match type_name {
        "aws_partition" => {
            let region = own()?;
            with(
                config,
                [
                    ("id", string(region.partition)),
                    ("partition", string(region.partition)),
                    ("dns_suffix", string(region.dns_suffix())),
                    ("reverse_dns_prefix", string(region.reverse_prefix())),
                ],
            )
        }
        "aws_region" => region(config, settings)?,
        "aws_service_principal" => service_principal(config, &selected()?)?,
        "aws_billing_service_account" => account(BILLING, "root")?,
        "aws_elb_service_account" => account(selected()?.elb_account, "root")?,
        "aws_cloudtrail_service_account" => account(selected()?.cloudtrail_account, "root")?,
        "aws_redshift_service_account" => account(selected()?.redshift_account, "user/logs")?,
        "aws_elb_hosted_zone_id" => id(selected()?.elb_zone)?,
        "aws_lb_hosted_zone_id" => load_balancer_zone(config, &selected()?)?,
        "aws_elastic_beanstalk_hosted_zone" => {
            let region = selected()?;
            let zone = region.beanstalk_zone;
            (!zone.is_empty())
                .then(|| with(config, [("id", string(zone)), ("region", string(region.name))]))?
        }
        "aws_cloudfront_log_delivery_canonical_user_id" => {
            let is_china = selected()?.partition == "aws-cn";
            id(if is_china { LOG_DELIVERY[0] } else { LOG_DELIVERY[1] })?
        }
        _ => return None,
    };
    Some(Ok(value))
}

/// Returns the region with the name or endpoint of the configuration, or that of the provider.
fn region(config: &ValueMap, settings: &Value) -> Option<Value> {
    // Since version 6, the argument `region` replaces `name`.
    let named = text(config, "region").or_else(|| text(config, "name"));
    let region = match (named, text(config, "endpoint")) {
        (None, None) => of_provider(settings)?,
        (Some(name), None) => Region::named(name)?,
        (None, Some(endpoint)) => Region::all().find(|region| region.endpoint() == endpoint)?,
        (Some(_), Some(_)) => return None,
    };
    (!region.description.is_empty()).then(|| {
        let mut config = config.clone();
        if let Some(argument) = config.get_mut("region") {
            *argument = string(region.name);
        }
        with(
            &config,
            [
                ("id", string(region.name)),
                ("name", string(region.name)),
                ("endpoint", string(region.endpoint())),
                ("description", string(region.description)),
            ],
        )
    })
}

fn service_principal(config: &ValueMap, region: &Region) -> Option<Value> {
    let service = text(config, "service_name")?;
    if region.description.is_empty() {
        return None;
    }
    let is_own = |(partition, services): &(&str, &[&str])| {
        *partition == region.partition && services.contains(&service)
    };
    let suffix = if OWN_PRINCIPALS.iter().any(is_own) { region.dns_suffix() } else { "amazonaws.com" };
    let computed = [
        ("id", string(format!("{service}.{}.{suffix}", region.name))),
        ("name", string(format!("{service}.{suffix}"))),
        ("region", string(region.name)),
        ("suffix", string(suffix)),
    ];
    Some(with(config, computed))
}

fn load_balancer_zone(config: &ValueMap, region: &Region) -> Option<Value> {
    let kind = text(config, "load_balancer_type").unwrap_or("application");
    let zone = match kind {
        "application" => region.application_zone,
        "network" => region.network_zone,
        _ => return None,
    };
    let computed = [("id", string(zone)), ("load_balancer_type", string(kind))];
    (!zone.is_empty()).then(|| with(config, computed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_has_a_known_partition() {
        let regions: Vec<Region> = Region::all().collect();
        assert!(regions.len() > 40, "{}", regions.len());
        for region in regions {
            assert!(PARTITIONS.iter().any(|(name, ..)| *name == region.partition), "{region:?}");
            assert!(!region.name.is_empty(), "{region:?}");
        }
    }
}
