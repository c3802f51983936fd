//! The policies that people value most, as rules.
//!
//! Each rule says what other tools call it, so that their ids work in waivers, too. Rules that [`Rule::opt_in`] are asked
//! only where the user wants them: [`Rules::with`] chooses.
//!
//! ```
//! let rules = iac_aws_rules::policies::rules();
//! assert_eq!(rules.get("CKV_AWS_130").unwrap().info.id, "vpc-subnet-private");
//! ```
//!
//! [`Rule::opt_in`]: iac_review::policy::Rule::opt_in

mod apigateway;
mod cloudfront;
mod compute;
mod correctness;
mod document;
mod dynamodb;
mod ecr;
mod ecs;
mod eks;
mod elb;
mod iam;
mod kms;
mod lambda;
mod messaging;
mod rds;
mod s3;
mod secrets;
mod security_group;
mod vpc;

pub use correctness::required_tags;
use iac_review::policy::{Rule, Rules};

/// All rules, those that are asked only where the user wants them too; by service.
#[must_use]
pub fn rules() -> Rules {
    type Service = (&'static str, fn() -> Vec<Rule>);
    let services: [Service; 16] = [
        ("vpc", vpc::rules),
        ("security-group", security_group::rules),
        ("ec2", compute::rules),
        ("ecs", ecs::rules),
        ("ecr", ecr::rules),
        ("elb", elb::rules),
        ("s3", s3::rules),
        ("iam", iam::rules),
        ("rds", rds::rules),
        ("lambda", lambda::rules),
        ("apigateway", apigateway::rules),
        ("dynamodb", dynamodb::rules),
        ("kms", kms::rules),
        ("messaging", messaging::rules),
        ("cloudfront", cloudfront::rules),
        ("eks", eks::rules),
    ];
    let of_services = services
        .into_iter()
        .flat_map(|(service, rules)| rules().into_iter().map(move |rule| rule.service(service)));
    of_services.chain(correctness::rules()).collect()
}
