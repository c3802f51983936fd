//! Reports of plans that cover every action, reason and kind of change, in every format. The snapshots were compared
//! line by line with Terraform's output.

use iac_plan::plan::hide_credentials;
use iac_review::report::{self, Layout, Planned};
use iac_review::review::{Options, review};

use crate::case::Case;

const CASES: [&str; 32] = [
    "alb__internal",
    "alb__rule_values",
    "asg__lc_replace_cbd",
    "asg__lt_add_block",
    "asg__tag_value",
    "chain__count_unknown_zero",
    "chain__root_replace",
    "data__data_removed",
    "default_tags__change",
    "ecs__env_value",
    "ecs__image",
    "foreach__add_key",
    "foreach__count_down",
    "foreach__foreach_to_count_moved",
    "iam__policy_action_dup",
    "iam__user_name",
    "import__bucket_update",
    "module__module_renamed",
    "ops__ssmdoc_content",
    "s3__bucket_replace",
    "s3__kms_policy_added",
    "s3__lifecycle_days",
    "s3__versioning",
    "sens__value",
    "sg__description_replace",
    "vpc__create_all_from_empty",
    "vpc__deposed",
    "vpc__noop",
    "vpc__removed_block_forget",
    "vpc__rename",
    "vpc__rename_moved_and_change",
    "vpc__tainted_with_change",
];

#[test]
fn reports_match_the_reviewed_snapshots() {
    let cases = Case::all();
    let rules = iac_aws_rules::policies::rules().with(&[]);
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    for name in CASES {
        let case =
            cases.iter().find(|case| case.name == name).unwrap_or_else(|| panic!("there is no {name}"));
        let table = iac_aws_rules::table();
        let mut plan = case.plan(&table).unwrap_or_else(|error| panic!("{name}: {error}"));
        hide_credentials(&mut plan, true);
        let links = case.links();
        let options = Options {
            rules: Some(&rules),
            links: Some(&links),
            hazards: Some(iac_aws_rules::hazards::hazards()),
            ..Options::default()
        };
        let review = review(&plan, &options);
        let planned = [Planned {
            name: None,
            environment: None,
            plan: &plan,
            review: Some(&review),
            file: None,
            source_url: None,
        }];
        let page = report::html(&planned);
        let data = page.split_once("type=\"application/json\">").expect("the page has its data").1;
        let data = data.split_once("</script>").expect("the section has an end").0;
        let formats = [
            ("text", report::text(&planned, Layout::default())),
            ("markdown", report::markdown(&planned, None)),
            ("github", report::github(&planned)),
            ("junit", report::junit(&planned)),
            ("sarif", report::sarif(&planned)),
            ("json", report::review_json(&plan, &review)),
            ("html", data.to_owned()),
        ];
        let all = formats.map(|(format, text)| format!("==== {format}\n{text}\n")).concat();
        settings.bind(|| insta::assert_snapshot!(name, all));
    }
}
