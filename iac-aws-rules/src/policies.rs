//! Policy rules for AWS.
//!
//! Each rule has the ids of the same rule in other tools, which work in waivers, too. Opt-in rules ([`Rule::opt_in`]) are
//! evaluated only if they are enabled with [`Rules::with`].
//!
//! ```
//! let rules = iac_aws_rules::policies::rules();
//! assert_eq!(rules.get("CKV_AWS_130").unwrap().info.id, "vpc-subnet-private");
//! ```
//!
//! [`Rule::opt_in`]: iac_review::policy::Rule::opt_in

mod actions;
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
mod escalation;
mod iam;
mod identities;
mod kms;
mod lambda;
mod messaging;
mod rds;
mod resource_policies;
mod s3;
mod secrets;
mod security_group;
mod settings;
mod standards;
mod vpc;

pub use correctness::required_tags;
use iac_review::policy::{Rule, Rules};
pub use standards::{Control, Standard};

/// Returns all rules by service, including opt-in rules.
#[must_use]
pub fn rules() -> Rules {
    type Service = (&'static str, fn() -> Vec<Rule>);
    let services: &[Service] = &[
        ("vpc", vpc::rules),
        ("security-group", security_group::rules),
        ("ec2", compute::rules),
        ("ecs", ecs::rules),
        ("ecr", ecr::rules),
        ("elb", elb::rules),
        ("s3", s3::rules),
        ("iam", iam::rules),
        ("iam", identities::rules),
        ("policy", resource_policies::rules),
        ("rds", rds::rules),
        ("lambda", lambda::rules),
        ("apigateway", apigateway::rules),
        ("dynamodb", dynamodb::rules),
        ("kms", kms::rules),
        ("messaging", messaging::rules),
        ("cloudfront", cloudfront::rules),
        ("eks", eks::rules),
    ];
    let of_services =
        services.iter().flat_map(|(service, rules)| rules().into_iter().map(|rule| rule.service(*service)));
    let rules: Rules = of_services.chain(settings::rules()).chain(correctness::rules()).collect();
    rules.with_type_aliases(&TYPE_ALIASES)
}

/// Resource types that are another one under their former name.
pub(crate) const TYPE_ALIASES: [(&str, &str); 6] = [
    ("aws_alb", "aws_lb"),
    ("aws_alb_listener", "aws_lb_listener"),
    ("aws_alb_listener_certificate", "aws_lb_listener_certificate"),
    ("aws_alb_listener_rule", "aws_lb_listener_rule"),
    ("aws_alb_target_group", "aws_lb_target_group"),
    ("aws_alb_target_group_attachment", "aws_lb_target_group_attachment"),
];

#[cfg(test)]
mod tests {
    use iac_review::policy::{RuleInfo, Severity};

    use super::{required_tags, rules};

    fn infos() -> Vec<RuleInfo> {
        let all = rules().into_iter().chain([required_tags(&["aws_vpc"], &["Team"])]);
        all.map(|rule| (*rule.info).clone()).collect()
    }

    #[test]
    fn requirements_are_normative() {
        for info in infos() {
            let verb = if info.severity == Severity::Deny { " must " } else { " should " };
            assert!(info.requirement.contains(verb), "{}: {}", info.id, info.requirement);
            assert!(!info.requirement.ends_with('.'), "{}: {}", info.id, info.requirement);
        }
    }

    /// A reader of a report must never see the opposite of what is the case: the requirement, or its negation.
    #[test]
    fn findings_state_the_problem() {
        const NEGATIONS: [&str; 8] =
            ["no", "not", "nobody", "nothing", "none", "never", "without", "requirement"];
        for info in infos() {
            let finding = info.finding.as_str();
            let first = finding.split([' ', ':']).next().unwrap_or_default().to_lowercase();
            assert_ne!(finding, info.requirement.as_str(), "{}", info.id);
            assert!(!NEGATIONS.contains(&first.as_str()), "{}: {finding}", info.id);
            assert!(!finding.contains(" must ") && !finding.contains(" should "), "{}: {finding}", info.id);
            assert!(
                finding.starts_with(char::is_uppercase) && !finding.ends_with('.'),
                "{}: {finding}",
                info.id
            );
        }
    }

    #[test]
    fn each_rule_reports_another_problem() {
        let mut findings: Vec<String> = infos().iter().map(|info| info.finding.to_string()).collect();
        let all = findings.len();
        findings.sort_unstable();
        findings.dedup();
        assert_eq!(findings.len(), all, "two rules report the same problem");
    }
}
