//! Everything that the typed builders can make, Terraform accepts: invariant 1.

#![expect(clippy::print_stdout, reason = "what is refused for its value is worth a look, and no failure")]

use std::collections::BTreeMap;

use iac_aws::sts;
use iac_core::{ResourceArguments as _, Stack};
use iac_tests::accepted::{CALLS, FREE, NEVER, SERVICES, provider};
use iac_tests::terraform::{Judgement, Terraform};

#[test]
fn every_argument_of_every_type_is_accepted() {
    let stack = Stack::new("everything");
    for service in SERVICES {
        (service.add)(&stack);
    }
    let types: usize = SERVICES.iter().map(|service| service.types).sum();
    assert_eq!(
        types,
        1526 + 608 + 7,
        "resources, data sources and ephemeral resources of hashicorp/aws 5.100.0"
    );
    println!("{types} types, {CALLS} calls of setters");

    let never = [
        // Excludes all of those of which one is needed.
        "aws_dx_gateway_association.vpn_gateway_id",
        // Need an `outpost_arn`, which is only computed.
        "aws_default_subnet.customer_owned_ipv4_pool",
        "aws_default_subnet.map_customer_owned_ip_on_launch",
    ];
    assert_eq!(NEVER, never, "everything else is set");

    judge("types", &stack);
}

#[test]
fn every_argument_of_the_provider_is_accepted() {
    let stack = Stack::new("provider");
    for (index, provider) in provider::add(&stack).iter().enumerate() {
        // Terraform leaves out configurations that nothing uses.
        stack.add(sts::data::CallerIdentity::builder(format!("user_{index}")).provider(provider));
    }
    judge("provider", &stack);
}

/// Has Terraform validate what is rendered, in both syntaxes.
fn judge(name: &str, stack: &Stack) {
    let hcl = stack.render_hcl().unwrap_or_else(|problems| panic!("{problems}"));
    let terraform = Terraform::new(&format!("{name}-hcl"));
    terraform.write_hcl(&hcl);
    assert_eq!(terraform.format_difference(), "", "what is rendered is formatted");
    let of_hcl = terraform.validate();
    print(&of_hcl);
    let is_promised = |judgement: &&Judgement| Kind::of(judgement) < Kind::Value;
    let wrong: Vec<_> = of_hcl.iter().filter(is_promised).collect();
    assert!(wrong.is_empty(), "{} arguments or blocks are not accepted: {wrong:#?}", wrong.len());

    let json = stack.render_json().unwrap_or_else(|problems| panic!("{problems}"));
    let terraform = Terraform::new(&format!("{name}-json"));
    terraform.write_json(&json);
    let of_json = terraform.validate();
    assert_eq!(without_places(&of_json), without_places(&of_hcl), "both syntaxes mean the same");
}

/// What a judgement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// Which arguments and blocks there are, how often, and of which type: what the builders promise.
    Structure,
    /// Which arguments go together.
    Combination,
    /// A value of an enum.
    Enumeration,
    /// Other values: the calls give few that mean something.
    Value,
    /// What should not be used any more.
    Warning,
}

impl Kind {
    fn of(judgement: &Judgement) -> Self {
        let Judgement { is_error, summary, detail, .. } = judgement;
        let is = |kinds: &[&str]| kinds.iter().any(|kind| summary.starts_with(kind));
        if !is_error {
            Self::Warning
        } else if detail.contains("specified when \"") && detail.ends_with("\".") {
            // What may be set depends on a value.
            Self::Value
        } else if is(COMBINATION)
            || (summary == "Missing required argument" && detail.ends_with("must be specified"))
        {
            Self::Combination
        } else if is(STRUCTURE) {
            Self::Structure
        } else if refused_choice(judgement).is_some_and(|value| !FREE.contains(&value)) {
            Self::Enumeration
        } else {
            Self::Value
        }
    }
}

/// The text that is not among those that are allowed.
fn refused_choice(Judgement { summary, detail, .. }: &Judgement) -> Option<&str> {
    let value = match (summary.split_once("to be one of ["), detail.split_once("value must be one of: [")) {
        (Some((_, rest)), _) | (None, Some((_, rest))) => rest.rsplit_once(", got")?.1,
        (None, None) => detail.split_once("Given Value: ")?.1.split_once("\nValid Values: ")?.0,
    };
    let value = value.trim_start_matches(':').trim().trim_matches('"');
    Some(value).filter(|value| value.parse::<f64>().is_err())
}

/// How summaries begin: those of Terraform itself, of the provider SDK and of the plugin framework.
const STRUCTURE: &[&str] = &[
    "Argument or block definition required",
    "Attribute redefined",
    "Computed attributes cannot be set",
    "Duplicate",
    "Error in function call",
    "Incorrect attribute value type",
    "Invalid Configuration for Read-Only Attribute",
    "Insufficient",
    "Invalid expression",
    "Invalid or unknown key",
    "Invalid reference",
    "Missing Configuration for Required Attribute",
    "Missing required argument",
    "Missing resource instance key",
    "Reference to undeclared",
    "Too many",
    "Unsupported",
    "Value for unconfigurable attribute",
    "Value Conversion Error",
];

const COMBINATION: &[&str] = &[
    "Conflicting configuration arguments",
    "Invalid Attribute Combination",
    "Invalid Block",
    "Invalid combination of arguments",
    "Missing Attribute Configuration",
];

fn without_places(judgements: &[Judgement]) -> Vec<(bool, &str, &str)> {
    // Of several values with the same problem, the provider names any.
    let is_stable = |judgement: &&Judgement| !judgement.summary.contains("unexpected raw attribute type");
    let mut all: Vec<_> = judgements
        .iter()
        .filter(is_stable)
        .map(|judgement| (judgement.is_error, &*judgement.summary, &*judgement.detail))
        .collect();
    all.sort_unstable();
    all
}

fn print(judgements: &[Judgement]) {
    let mut kinds = BTreeMap::<_, BTreeMap<&str, usize>>::new();
    for judgement in judgements {
        *kinds.entry(Kind::of(judgement)).or_default().entry(&judgement.summary).or_default() += 1;
    }
    for (kind, summaries) in kinds {
        println!("{kind:?}: {}", summaries.values().sum::<usize>());
        let mut summaries: Vec<_> = summaries.into_iter().filter(|(_, count)| *count > 3).collect();
        summaries.sort_unstable_by_key(|(summary, count)| (std::cmp::Reverse(*count), *summary));
        for (summary, count) in summaries {
            println!("  {count} {summary}");
        }
    }
}
