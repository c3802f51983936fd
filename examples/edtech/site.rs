//! A region of an environment: where the other files add what they describe.

use iac_aws::{Provider, kms};
use iac_core::object;
use iac_core::prelude::*;

use crate::policy::policy;
use crate::settings::{Environment, REGIONS, Region};

/// A region of an environment.
#[derive(Debug)]
pub struct Site<'a> {
    scope: Scope<'a>,
    pub environment: &'static Environment,
    pub region: &'static Region,
    /// The key that encrypts what the region stores.
    pub key: kms::Key,
}

impl<'a> Site<'a> {
    /// The regions of an environment, each with its provider configuration and its key.
    pub fn add_all(stack: &'a Stack, environment: &'static Environment) -> [Self; 2] {
        let scopes = REGIONS.each_ref().map(|region| (region, add_provider(stack, environment, region)));
        scopes.map(|(region, scope)| Self::add_to(scope, environment, region))
    }

    fn add_to(scope: Scope<'a>, environment: &'static Environment, region: &'static Region) -> Self {
        let key = scope.add(
            kms::Key::builder("main")
                .description(format!("What edtech stores in {}", region.code))
                .enable_key_rotation(true)
                .deletion_window_in_days(30)
                .policy(key_policy(environment, region)),
        );
        let site = Self { scope, environment, region, key };
        site.add(
            kms::Alias::builder("main")
                .name(format!("alias/{}", site.name("main")))
                .target_key_id(site.key.key_id()),
        );
        site
    }

    /// Adds something to the region. Its name begins with that of the region: `us_main`.
    #[track_caller]
    pub fn add<C: Construct>(&self, construct: C) -> C::Output {
        self.scope.add(construct)
    }

    /// A name that is unique among all environments and regions: `edtech-production-us-flow-log` for `flow_log`.
    pub fn name(&self, part: &str) -> String {
        format!("edtech-{}-{}-{}", self.environment.name, self.region.name, part.replace('_', "-"))
    }

    /// Tags for what AWS makes by itself, and the provider does not tag: a name, and what everything is tagged with.
    pub fn tags(&self, part: &str) -> Vec<(&'static str, String)> {
        let common = tags(self.environment).map(|(key, value)| (key, value.to_owned()));
        [("Name", self.name(part))].into_iter().chain(common).collect()
    }

    /// The ARN of something in this region and account.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region.code, self.environment.account)
    }
}

/// The home region has the provider's default configuration, so that nothing there has to name one.
fn add_provider<'a>(stack: &'a Stack, environment: &Environment, region: &Region) -> Scope<'a> {
    let provider = stack.add(
        Provider::builder()
            .when(!region.is_home(), |provider| provider.alias(region.name))
            .region(region.code)
            .allowed_account_ids([environment.account])
            .default_tags(|default| default.tags(tags(environment))),
    );
    let scope = stack.nested(region.name);
    if region.is_home() { scope } else { scope.provider(&provider) }
}

/// What everything is tagged with.
fn tags(environment: &Environment) -> [(&'static str, &'static str); 2] {
    [("Project", "edtech"), ("Environment", environment.name)]
}

fn key_policy(environment: &Environment, region: &Region) -> Expr<String> {
    let (account, code) = (environment.account, region.code);
    policy([
        object! {
            "Sid": "IamPoliciesOfTheAccountDecide",
            "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{account}:root") },
            "Action": "kms:*",
            "Resource": "*",
        },
        object! {
            "Sid": "LogsAreEncrypted",
            "Effect": "Allow",
            "Principal": { "Service": format!("logs.{code}.amazonaws.com") },
            "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
            "Resource": "*",
            "Condition": {
                "ArnLike": { "kms:EncryptionContext:aws:logs:arn": format!("arn:aws:logs:{code}:{account}:*") },
            },
        },
        object! {
            "Sid": "AlarmsReachTheTopic",
            "Effect": "Allow",
            "Principal": { "Service": "cloudwatch.amazonaws.com" },
            "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
            "Resource": "*",
            "Condition": { "StringEquals": { "aws:SourceAccount": account } },
        },
    ])
}
