//! Terraform accepts everything that the typed builders can produce (invariant 1).

#![expect(clippy::print_stdout, reason = "rejected values are printed but do not fail the test")]

use std::collections::BTreeMap;

use iac_aws::sts;
use iac_core::{ResourceArguments as _, Stack};
use iac_tests::accepted::{CALLS, FREE, NEVER, SERVICES, provider};
use iac_tests::terraform::{Diagnostic, Terraform};

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
        // Conflicts with all members of a group of which one is required.
        "aws_dx_gateway_association.vpn_gateway_id",
        // Requires an `outpost_arn`, which is computed only.
        "aws_default_subnet.customer_owned_ipv4_pool",
        "aws_default_subnet.map_customer_owned_ip_on_launch",
    ];
    assert_eq!(NEVER, never, "everything else is set");

    validate("types", &stack);
}

#[test]
fn every_argument_of_the_provider_is_accepted() {
    let stack = Stack::new("provider");
    for (index, provider) in provider::add(&stack).iter().enumerate() {
        // Terraform omits provider configurations that nothing uses.
        stack.add(sts::data::CallerIdentity::builder(format!("user_{index}")).provider(provider));
    }
    validate("provider", &stack);
}

/// Validates the rendered configuration with Terraform, in both syntaxes.
fn validate(name: &str, stack: &Stack) {
    let hcl = stack.render_hcl().unwrap_or_else(|problems| panic!("{problems}"));
    let terraform = Terraform::new(&format!("{name}-hcl"));
    terraform.write_hcl(&hcl);
    assert_eq!(terraform.format_difference(), "", "the output is formatted");
    let of_hcl = terraform.validate();
    print(&of_hcl);
    let is_promised = |diagnostic: &&Diagnostic| Kind::of(diagnostic) < Kind::Value;
    let wrong: Vec<_> = of_hcl.iter().filter(is_promised).collect();
    assert!(wrong.is_empty(), "{} arguments or blocks are not accepted: {wrong:#?}", wrong.len());

    let json = stack.render_json().unwrap_or_else(|problems| panic!("{problems}"));
    let terraform = Terraform::new(&format!("{name}-json"));
    terraform.write_json(&json);
    let of_json = terraform.validate();
    assert_eq!(without_positions(&of_json), without_positions(&of_hcl), "both syntaxes mean the same");
}

/// The subject of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// The existence, number and type of arguments and blocks, which the builders guarantee.
    Structure,
    /// The combination of arguments.
    Combination,
    /// A value of an enum.
    Enumeration,
    /// Other values: few of the generated ones are meaningful.
    Value,
    /// Deprecations.
    Warning,
}

impl Kind {
    fn of(diagnostic: &Diagnostic) -> Self {
        let Diagnostic { is_error, summary, detail, .. } = diagnostic;
        let is = |kinds: &[&str]| kinds.iter().any(|kind| summary.starts_with(kind));
        if !is_error {
            Self::Warning
        } else if detail.contains("specified when \"") && detail.ends_with("\".") {
            // The set of allowed arguments depends on a value.
            Self::Value
        } else if is(COMBINATION)
            || (summary == "Missing required argument" && detail.ends_with("must be specified"))
        {
            Self::Combination
        } else if is(STRUCTURE) {
            Self::Structure
        } else if refused_choice(diagnostic).is_some_and(|value| !FREE.contains(&value)) {
            Self::Enumeration
        } else {
            Self::Value
        }
    }
}

/// Returns the value that is not among the allowed ones.
fn refused_choice(Diagnostic { summary, detail, .. }: &Diagnostic) -> Option<&str> {
    let value = match (summary.split_once("to be one of ["), detail.split_once("value must be one of: [")) {
        (Some((_, rest)), _) | (None, Some((_, rest))) => rest.rsplit_once(", got")?.1,
        (None, None) => detail.split_once("Given Value: ")?.1.split_once("\nValid Values: ")?.0,
    };
    let value = value.trim_start_matches(':').trim().trim_matches('"');
    Some(value).filter(|value| value.parse::<f64>().is_err())
}

/// Beginnings of summaries: of Terraform itself, of the provider SDK and of the plugin framework.
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

fn without_positions(diagnostics: &[Diagnostic]) -> Vec<(bool, &str, &str)> {
    // If several values have the same problem, the provider names an arbitrary one.
    let is_stable = |diagnostic: &&Diagnostic| !diagnostic.summary.contains("unexpected raw attribute type");
    let mut all: Vec<_> = diagnostics
        .iter()
        .filter(is_stable)
        .map(|diagnostic| (diagnostic.is_error, &*diagnostic.summary, &*diagnostic.detail))
        .collect();
    all.sort_unstable();
    all
}

fn print(diagnostics: &[Diagnostic]) {
    let mut kinds = BTreeMap::<_, BTreeMap<&str, usize>>::new();
    for diagnostic in diagnostics {
        *kinds.entry(Kind::of(diagnostic)).or_default().entry(&diagnostic.summary).or_default() += 1;
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
