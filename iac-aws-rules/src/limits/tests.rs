use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use iac_lang::config::load;
use iac_lang::files::MemoryFiles;
use iac_plan::plan::{Options, Request, plan_readable};
use iac_plan::schema::{EntityKind, Knowledge};
use iac_review::policy::{Links, Outcome, Report, Rule, Rules, Waiver, check};

use super::{Case, cross, facts, rules};

/// The cases of the limits that relate several arguments: a good and a bad configuration for each.
const CROSS: &str = include_str!("cross_cases.tf");

/// Returns the addresses that a rule refuses.
fn refused(rule: &Rule, text: &str) -> Vec<String> {
    let report = report(rule, text, &iac_review::policy::Options::default());
    let failed = report.findings.iter().filter(|finding| finding.outcome == Outcome::Fail);
    failed.map(|finding| finding.address.to_string()).collect()
}

fn report(rule: &Rule, text: &str, options: &iac_review::policy::Options<'_>) -> Report {
    let files = MemoryFiles::new().with("main.tf", text);
    let module = load(".", &files).unwrap_or_else(|diagnostics| panic!("{text}\n{diagnostics}")).module;
    let table = crate::table();
    let request = Request {
        module: &module,
        state: None,
        providers: &[crate::provider(&table)],
        variables: &HashMap::new(),
        files: &files,
        options: &Options::default(),
    };
    let plan = plan_readable(&request).unwrap_or_else(|diagnostics| panic!("{text}\n{diagnostics}"));
    let links = Links::from_configuration(&module);
    let rules: Rules = [rule.clone()].into_iter().collect();
    check(&plan, &links, &rules, options)
}

/// Returns a resource with one argument, in its blocks.
fn configuration(type_name: &str, case: &Case) -> String {
    match case {
        Case::Configuration(text) => text.clone(),
        Case::Argument(path, value) => {
            let (name, blocks) = path.split_last().expect("a path has a name");
            let open = blocks.iter().map(|block| format!("{block} {{\n")).collect::<Vec<_>>().concat();
            let close = "}\n".repeat(blocks.len());
            format!("resource \"{type_name}\" \"x\" {{\n{open}{name} = {value}\n{close}}}\n")
        }
    }
}

#[test]
fn each_limit_accepts_the_good_case_and_refuses_the_bad_one() {
    let mut wrong = Vec::new();
    for fact in facts() {
        let rule = fact.rule();
        for (case, accepted) in [(&fact.good, true), (&fact.bad, false)] {
            let found = refused(&rule, &configuration(&fact.type_name, case));
            if found.is_empty() != accepted {
                wrong.push(format!("{}: accepted should be {accepted}, refused {found:?}", fact.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(facts().len() > 200);
}

#[test]
fn each_limit_names_an_argument_of_the_provider_and_its_source() {
    let knowledge = Knowledge::new(crate::knowledge::texts());
    for fact in facts() {
        let schema = knowledge.schema(EntityKind::Resource, &fact.type_name).expect("the knowledge is valid");
        let schema = schema.unwrap_or_else(|| panic!("unknown type {}", fact.type_name));
        if let Case::Argument(path, _) = &fact.good {
            let (name, blocks) = path.split_last().expect("a path has a name");
            let mut block = &schema.block;
            for each in blocks {
                block = &block.nested(each).unwrap_or_else(|| panic!("{}: no block {each}", fact.id)).block;
            }
            assert!(
                block.attribute(name).is_some() || block.nested(name).is_some(),
                "{}: no {name}",
                fact.id
            );
        }
        assert!(fact.source.starts_with("https://docs.aws.amazon.com/"), "{}", fact.id);
    }
}

#[test]
fn ids_are_distinct() {
    let all = facts().len() + cross::rules().len();
    let ids: BTreeSet<String> = rules().iter().map(|rule| rule.info.id.to_string()).collect();
    assert_eq!(ids.len(), all);
}

/// Resources named `good…` must be accepted, and those named `bad…` refused, by the rule above them.
#[test]
fn limits_across_arguments_and_resources_hold() {
    let mut tested = BTreeSet::new();
    for part in CROSS.split("\n# limit: ").skip(1) {
        let (id, text) = part.split_once('\n').expect("a case has a configuration");
        let rules = rules();
        let rule = rules.get(id).unwrap_or_else(|| panic!("unknown limit {id}"));
        let found: BTreeSet<String> = refused(rule, text).into_iter().collect();
        let names = text.lines().filter_map(|line| line.strip_prefix("resource \""));
        let addresses: BTreeSet<String> = names
            .map(|line| line.replace("\" \"", ".").trim_end_matches("\" {").to_owned())
            .filter(|address| address.contains(".bad"))
            .collect();
        assert!(!addresses.is_empty() && text.contains("\"good"), "{id}");
        assert_eq!(found, addresses, "{id}");
        tested.insert(id.to_owned());
    }
    let all: BTreeSet<String> = cross::rules().iter().map(|rule| rule.info.id.to_string()).collect();
    assert_eq!(tested, all);
}

/// Quotas can be raised; a limit is refused whatever a waiver says.
#[test]
fn only_quotas_can_be_waived() {
    let waiver = |id: &str| Waiver::from_comment(&format!("iac:waive={id}: reason")).unwrap().unwrap();
    for (id, address, waived) in
        [("limit-lb-name-length", "aws_lb.x", false), ("limit-vpc-internet-gateway-quota", "aws_vpc.x", true)]
    {
        let fact = facts().iter().find(|fact| fact.id == id).expect("the limit exists");
        let waivers = HashMap::from([(address.to_owned(), vec![waiver(id)])]);
        let options = iac_review::policy::Options { waivers: Some(&waivers), ..Default::default() };
        let report = report(&fact.rule(), &configuration(&fact.type_name, &fact.bad), &options);
        assert_eq!(report.open().count() == 0, waived, "{id}");
    }
}

/// A value that is known only after apply is not refused.
#[test]
fn unknown_values_are_accepted() {
    let limits = rules();
    for (id, argument) in [
        ("limit-alarm-period", "aws_cloudwatch_metric_alarm|period = terraform_data.x.output"),
        (
            "limit-lambda-reserved-variables",
            "aws_lambda_function|environment {\n    variables = { A = terraform_data.x.id }\n  }",
        ),
        (
            "limit-lambda-reserved-variables",
            "aws_lambda_function|environment {\n    variables = terraform_data.x.output\n  }",
        ),
        (
            "limit-lambda-environment-size",
            "aws_lambda_function|environment {\n    variables = terraform_data.x.output\n  }",
        ),
        ("limit-lb-name-length", "aws_lb|name = terraform_data.x.id"),
        ("limit-lambda-function-layers-count", "aws_lambda_function|layers = terraform_data.x.output"),
        ("limit-vpc-cidr-block-prefix", "aws_vpc|cidr_block = terraform_data.x.output"),
    ] {
        let (type_name, argument) = argument.split_once('|').expect("a type and an argument");
        let text = format!(
            "resource \"terraform_data\" \"x\" {{\n  input = timestamp()\n}}\n\
             resource \"{type_name}\" \"x\" {{\n  {argument}\n}}\n"
        );
        let rule = limits.get(id).unwrap_or_else(|| panic!("unknown limit {id}"));
        assert_eq!(refused(rule, &text), Vec::<String>::new(), "{text}");
    }
}

/// Different instances, and resources of which it is not known whether they are the same, are not refused.
#[test]
fn uncertain_duplicates_are_accepted() {
    let rules = rules();
    let rule = rules.get("limit-s3-bucket-policy-bucket-unique").expect("the limit exists");
    for text in [
        "resource \"aws_s3_bucket\" \"x\" {\n  for_each = toset([\"a\", \"b\"])\n}\n\
         resource \"aws_s3_bucket_policy\" \"a\" {\n  bucket = aws_s3_bucket.x[\"a\"].id\n}\n\
         resource \"aws_s3_bucket_policy\" \"b\" {\n  bucket = aws_s3_bucket.x[\"b\"].id\n}\n",
        "variable \"a\" {\n  default = null\n}\n\
         resource \"aws_s3_bucket_policy\" \"a\" {\n  bucket = var.a\n}\n\
         resource \"aws_s3_bucket_policy\" \"b\" {\n  bucket = var.a\n}\n",
        "resource \"aws_s3_bucket\" \"x\" {\n  count = 2\n}\n\
         resource \"aws_s3_bucket_policy\" \"a\" {\n  count = 2\n  bucket = aws_s3_bucket.x[count.index].id\n}\n",
    ] {
        assert_eq!(refused(rule, text), Vec::<String>::new(), "{text}");
    }
    let id = "limit-lambda-permission-function-name-qualifier-statement-id-unique";
    let rule = rules.get(id).expect("the limit exists");
    let generated = "resource \"aws_lambda_function\" \"x\" {}\n\
                     resource \"aws_lambda_permission\" \"a\" {\n  function_name = aws_lambda_function.x.arn\n}\n\
                     resource \"aws_lambda_permission\" \"b\" {\n  function_name = aws_lambda_function.x.arn\n}\n";
    assert_eq!(refused(rule, generated), Vec::<String>::new());
    let rule = rules.get("limit-ecr-lifecycle-policy-repository-unique").expect("the limit exists");
    let regions = "resource \"aws_ecr_lifecycle_policy\" \"a\" {\n  repository = \"web\"\n}\n\
                   resource \"aws_ecr_lifecycle_policy\" \"b\" {\n  provider = aws.away\n  repository = \"web\"\n}\n\
                   provider \"aws\" {\n  alias = \"away\"\n}\n";
    assert_eq!(refused(rule, regions), Vec::<String>::new());
}

#[test]
fn documentation_lists_each_limit() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/limits.md");
    let text = fs::read_to_string(&path).expect("the page exists");
    let (before, rest) = text.split_once("<!-- limits -->\n").expect("the page has a section for the limits");
    let (_, after) = rest.split_once("<!-- end of limits -->").expect("the section has an end");
    let mut table = String::from("| Limit | Requirement | Source |\n|---|---|---|\n");
    for rule in &rules() {
        let info = &rule.info;
        let source = info.remedy.rsplit("See ").next().unwrap_or_default().trim_end_matches('.');
        let requirement = info.requirement.replace('|', "\\|");
        writeln!(table, "| `{}` | {requirement} | [AWS]({source}) |", info.id).expect("it can be written");
    }
    let expected = format!("{before}<!-- limits -->\n{table}<!-- end of limits -->{after}");
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, expected).expect("the page can be written");
    } else {
        assert!(text == expected, "docs/reference/limits.md is stale: set UPDATE_DOCS=1");
    }
}
