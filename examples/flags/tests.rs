//! Invariants of all environments, in every region they can run in: no policy violations, and the same architecture.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use iac_aws_rules::policies;
use iac_core::prelude::*;
use iac_plan::plan::ProviderEntry;
use iac_review::policy::Rules;
use iac_testing::Tested;

use super::settings::{ENVIRONMENTS, Environment, REGIONS, Region};

fn tested<'p>(environment: &Environment, region: &Region, providers: &[ProviderEntry<'p>]) -> Tested<'p> {
    let stack = Stack::new(environment.stack);
    super::add_environment(&stack, environment, region);
    Tested::new(&stack, providers)
}

/// Checks every policy in each environment and region.
///
/// `coverage.md` reports the number of resources checked, and is reviewed like a snapshot.
#[test]
fn no_policy_is_violated_in_any_environment_or_region() {
    let table = iac_aws_rules::table();
    let aws = iac_aws_rules::provider(&table);
    let rules: Rules = policies::rules().with(&[]);
    let mut coverage = Coverage::default();
    for environment in &ENVIRONMENTS {
        for region in &REGIONS {
            let tested = tested(environment, region, &[aws]);
            tested.assert_clean(&rules);
            for rule in &rules {
                let resources = rule.types().map(|kind| tested.count(kind)).sum();
                coverage.add(&rule.info.id, resources);
            }
        }
    }
    coverage.compare();
}

/// Number of resources each policy looked at, per environment and region.
#[derive(Default)]
struct Coverage(BTreeMap<String, Vec<usize>>);

impl Coverage {
    fn add(&mut self, rule: &str, resources: usize) {
        self.0.entry(rule.to_owned()).or_default().push(resources);
    }

    fn compare(&self) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("flags/coverage.md");
        let new = self.report();
        if env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs::write(&path, &new).expect("the report can be written");
        }
        let old = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(old, new, "{}: run `cargo xtask regenerate examples` to update it", path.display());
    }

    fn report(&self) -> String {
        let (used, unused): (Vec<_>, Vec<_>) =
            self.0.iter().partition(|(_, cells)| cells.iter().any(|resources| *resources > 0));
        let cells = || {
            ENVIRONMENTS
                .iter()
                .flat_map(|environment| REGIONS.iter().map(|region| (environment.name, region.code)))
        };
        let mut report = String::from("# Policy coverage\n\n");
        let _ = writeln!(
            report,
            "{} of {} policies apply to resources of the application, without violations, in {} environments and {} \
             regions; the other {} do not apply. Numbers are those of the resources checked.\n",
            used.len(),
            self.0.len(),
            ENVIRONMENTS.len(),
            REGIONS.len(),
            unused.len()
        );
        let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
        let headers: Vec<_> = cells().map(|(name, region)| format!("{name}, {region}")).collect();
        report += &row([vec!["policy".to_owned()], headers].concat());
        let _ = writeln!(report, "|{}", "---|".repeat(1 + cells().count()));
        for (rule, cells) in used {
            let cells = cells.iter().map(usize::to_string).collect();
            report += &row([vec![format!("`{rule}`")], cells].concat());
        }
        let unused: Vec<_> = unused.iter().map(|(rule, _)| format!("`{rule}`")).collect();
        let _ = writeln!(report, "\nPolicies that do not apply: {}.", unused.join(", "));
        report
    }
}

#[test]
fn environments_match_production_except_for_their_size() {
    const DIFFERENCES: [&str; 21] = [
        // Names, locations and contacts.
        "aws_acm_certificate.main.domain_name",
        "aws_route53_record.front.name",
        "aws_route53_zone.main.name",
        "aws_sns_topic_subscription.operators_on_call.endpoint",
        "output.url",
        "provider.aws.default_tags.tags.Environment",
        // Sizes.
        "aws_appautoscaling_target.*",
        "aws_ecs_service.stable.desired_count",
        "aws_eip.main_nat_b",
        "aws_nat_gateway.main_nat_b",
        "aws_rds_cluster.notes.serverlessv2_scaling_configuration",
        "aws_route.main_private_b_internet.nat_gateway_id",
        // Gradual releases.
        "aws_appconfig_deployment_strategy.notes",
        "aws_appconfig_hosted_configuration_version.notes.content.values.*.enabled",
        "aws_ecs_task_definition.*.container_definitions.*.image",
        "aws_lb_listener_rule.notes.action.forward.target_group.*.weight",
        // Deletion protection.
        "aws_lb.front.enable_deletion_protection",
        "aws_rds_cluster.notes.deletion_protection",
        "aws_rds_cluster.notes.final_snapshot_identifier",
        "aws_rds_cluster.notes.skip_final_snapshot",
        "aws_s3_bucket.access_logs.force_destroy",
    ];
    let [development, staging, production] =
        ENVIRONMENTS.each_ref().map(|environment| tested(environment, &REGIONS[0], &[]));
    for environment in [development, staging] {
        environment.assert_same_but(&production, &DIFFERENCES);
    }
}

#[test]
fn environments_define_the_same_feature_flags() {
    let names = ENVIRONMENTS
        .each_ref()
        .map(|environment| environment.flags.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    assert!(names.iter().all(|each| *each == names[0]));
}
