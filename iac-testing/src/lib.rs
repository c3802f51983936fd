//! A test kit: assertions about the configuration of a stack and its plan, for unit tests.
//!
//! A stack is synthesized in memory and planned with the knowledge of the provider. Nothing is run or written. A failed
//! assertion shows the actual values.
//!
//! ```
//! use iac_testing::Tested;
//! use iac_core::{Output, Stack};
//!
//! let stack = Stack::new("network");
//! stack.add(Output::new("region", "eu-west-1"));
//!
//! let tested = Tested::new(&stack, &[]);
//! assert!(tested.hcl().contains("output \"region\""));
//! tested.plan().creates(&[]).destroys(&[]);
//! ```
//!
//! With bindings, attributes are named by their getters: `tested.has_resource::<ec2::Vpc>(|vpc|
//! vpc.get(ec2::Vpc::cidr_block).is("10.0.0.0/16"))`.

mod normal;
mod parity;

use std::collections::HashMap;
use std::fmt::{self, Write as _};

use iac_core::builder::ResourceHandle;
use iac_core::synth::{Syntax, synthesize};
use iac_core::{Asset, Stack};
use iac_lang::config::{Module, read_model};
use iac_lang::files::MemoryFiles;
use iac_plan::plan::{Action, Options, Plan, ProviderEntry, Request, plan};
use iac_plan::state::State;
use iac_review::policy::{self, Links, Report, Rules, Side, Subject, Untyped, Verdict, Waiver, World, check};
use iac_review::report::{Layout, Planned, findings, text};
use iac_review::review::Review;

use self::normal::normal;
use self::parity::{flatten, unexpected};

/// A stack under test.
#[derive(Debug)]
pub struct Tested<'p> {
    hcl: String,
    module: Module,
    links: Links,
    providers: Vec<ProviderEntry<'p>>,
    /// The files that are written next to the configuration.
    files: MemoryFiles,
    /// The name of the stack, and its configuration in JSON syntax.
    name: String,
    model: String,
    /// The plan for an empty state.
    plan: Plan,
}

impl<'p> Tested<'p> {
    /// Synthesizes and plans a stack. For providers that are not given, only the configured arguments are known.
    ///
    /// # Panics
    ///
    /// Panics with all diagnostics if the stack is invalid.
    #[must_use]
    #[track_caller]
    pub fn new(stack: &Stack, providers: &[ProviderEntry<'p>]) -> Self {
        let synthesis = synthesize(std::slice::from_ref(stack), Syntax::Hcl);
        let synthesis = synthesis.unwrap_or_else(|diagnostics| panic!("the stack is invalid\n{diagnostics}"));
        let (hcl, model, assets) = synthesis
            .stacks
            .into_iter()
            .map(|stack| (stack.configuration, stack.model, stack.assets))
            .next()
            .unwrap_or_default();
        let files = assets.into_iter().fold(MemoryFiles::new(), |files, (name, content)| {
            files.with(&format!("{}/{name}", Asset::DIRECTORY), content)
        });
        let name = stack.name().to_owned();
        let loaded = read_model(".", "model.json", model.clone(), &files);
        let module =
            loaded.unwrap_or_else(|diagnostics| panic!("the model is invalid\n{diagnostics}")).module;
        let links = Links::from_configuration(&module);
        let providers = providers.to_vec();
        let mut tested = Self { hcl, module, links, providers, files, name, model, plan: Plan::default() };
        tested.plan = tested.planned(None);
        tested
    }

    /// Returns the configuration for a snapshot, in the format of `terraform fmt`.
    ///
    /// Parts that change from version to version are replaced: provider versions by `*`, SHA-256 hashes by `(hash)`.
    ///
    /// ```
    /// # use iac_core::Stack;
    /// # use iac_testing::Tested;
    /// let stack = Stack::new("network");
    /// assert!(Tested::new(&stack, &[]).hcl().starts_with("# Written by"));
    /// ```
    #[must_use]
    pub fn hcl(&self) -> String {
        normal(&self.hcl)
    }

    /// Returns the plan for an empty state.
    #[must_use]
    pub fn plan(&self) -> TestedPlan {
        TestedPlan(self.plan.clone())
    }

    /// Plans the stack for a state, given as the text of a state file.
    ///
    /// # Panics
    ///
    /// Panics if the state is invalid, or the stack cannot be planned.
    #[must_use]
    #[track_caller]
    pub fn plan_from(&self, state: &str) -> TestedPlan {
        TestedPlan(self.planned(Some(state)))
    }

    /// Asserts that the stack matches a state.
    ///
    /// # Panics
    ///
    /// Panics with the plan if it has changes.
    #[track_caller]
    pub fn assert_no_changes(&self, state: &str) {
        let plan = self.plan_from(state);
        let counts = iac_plan::plan::Counts::of(&plan.0);
        assert!(!counts.may_have_changes(), "the stack does not match the state\n\n{plan}");
    }

    /// Asserts that another environment has the same configuration, except for the expected differences, so that staging
    /// is representative of production. The names of the stacks are ignored.
    ///
    /// An expected difference is a path or a prefix of paths: `aws_nat_gateway.main_nat_b`,
    /// `aws_ecs_service.web.desired_count`, `aws_rds_cluster.*.deletion_protection`. An expectation without a difference
    /// fails, too.
    ///
    /// ```
    /// # use iac_core::{Output, Stack};
    /// # use iac_testing::Tested;
    /// let environment = |name: &'static str, tasks: u32| {
    ///     let stack = Stack::new(name);
    ///     stack.add(Output::new("tasks", tasks));
    ///     stack.add(Output::new("url", format!("https://{name}.lessons.example")));
    ///     Tested::new(&stack, &[])
    /// };
    /// environment("staging", 2).assert_same_but(&environment("production", 12), &["output.tasks"]);
    /// ```
    ///
    /// # Panics
    ///
    /// Panics with both values if something else differs.
    #[track_caller]
    pub fn assert_same_but(&self, other: &Tested<'_>, expected: &[&str]) {
        let (left, right) = (flatten(&self.model, &self.name), flatten(&other.model, &other.name));
        let lines = unexpected(&left, &right, expected);
        assert!(lines.is_empty(), "the environments differ\n{}", lines.join("\n"));
    }

    #[track_caller]
    fn planned(&self, state: Option<&str>) -> Plan {
        let state = state.map(|text| {
            State::decode(text.as_bytes()).unwrap_or_else(|error| panic!("the state is invalid: {error}"))
        });
        let request = Request {
            module: &self.module,
            state: state.as_ref(),
            providers: &self.providers,
            variables: &HashMap::new(),
            files: &self.files,
            options: &Options::default(),
        };
        plan(&request).unwrap_or_else(|diagnostics| panic!("the stack cannot be planned\n{diagnostics}"))
    }

    /// Returns the number of resource instances of a type.
    #[must_use]
    pub fn count_of<H: ResourceHandle>(&self) -> usize {
        self.count(H::TYPE.name)
    }

    /// Returns the number of resource instances of a type, given by its name.
    #[must_use]
    pub fn count(&self, type_name: &str) -> usize {
        let is_counted = |change: &&iac_plan::plan::ResourceChange| {
            change.address.resource_type == type_name && !change.after.is_null()
        };
        self.plan.changes.iter().filter(is_counted).count()
    }

    /// Asserts that a resource of the type passes the check.
    ///
    /// # Panics
    ///
    /// Panics with the failures if none passes.
    #[track_caller]
    pub fn has_resource<H: ResourceHandle>(&self, holds: impl Fn(&Subject<'_, H>) -> Verdict) -> &Self {
        self.has(H::TYPE.name, |subject| holds(&subject.typed()))
    }

    /// Asserts that a resource of the type, given by its name, passes the check.
    ///
    /// # Panics
    ///
    /// Panics with the failures if none passes.
    #[track_caller]
    pub fn has(&self, type_name: &str, holds: impl Fn(&Subject<'_, Untyped>) -> Verdict) -> &Self {
        let world = World::new(&self.plan, &self.links, Side::After);
        let subjects = world.of_type(type_name);
        if subjects.iter().any(|subject| holds(subject).is_pass()) {
            return self;
        }
        let mut seen = String::new();
        for subject in &subjects {
            describe(subject, holds(subject), &mut seen);
        }
        assert!(!seen.is_empty(), "the stack has no `{type_name}`:\n{}", self.hcl());
        panic!("no `{type_name}` passes the check:\n{seen}\nin\n\n{}", self.hcl());
    }

    /// Asserts that there is a resource of the type, and that all of them pass the check.
    ///
    /// # Panics
    ///
    /// Panics with the failures if one does not pass.
    #[track_caller]
    pub fn each_resource<H: ResourceHandle>(&self, holds: impl Fn(&Subject<'_, H>) -> Verdict) -> &Self {
        let world = World::new(&self.plan, &self.links, Side::After);
        let subjects = world.of_type(H::TYPE.name);
        let mut seen = String::new();
        for subject in &subjects {
            describe(subject, holds(&subject.typed()), &mut seen);
        }
        assert!(!subjects.is_empty(), "the stack has no `{}`:\n{}", H::TYPE.name, self.hcl());
        assert!(
            seen.is_empty(),
            "not every `{}` passes the check:\n{seen}\nin\n\n{}",
            H::TYPE.name,
            self.hcl()
        );
        self
    }

    /// Evaluates policies on the plan for an empty state. Waivers never expire here: a test has the same result on
    /// any date, and `iac check` checks the date.
    ///
    /// # Panics
    ///
    /// Panics if the date of a waiver is invalid.
    #[must_use]
    #[track_caller]
    pub fn check(&self, rules: &Rules) -> Report {
        let waivers = Waiver::from_configuration(&self.hcl).unwrap_or_else(|error| panic!("{error}"));
        let options = policy::Options { waivers: Some(&waivers), ..policy::Options::default() };
        check(&self.plan, &self.links, rules, &options)
    }

    /// Asserts that there are no findings, neither errors nor warnings.
    ///
    /// # Panics
    ///
    /// Panics with the findings, their reasons and remedies.
    #[track_caller]
    pub fn assert_clean(&self, rules: &Rules) {
        let report = self.check(rules);
        if report.open().next().is_some() {
            let mut review = Review::default();
            review.policies = report;
            let planned = Planned {
                name: None,
                environment: None,
                plan: &self.plan,
                review: Some(&review),
                file: None,
                source_url: None,
            };
            panic!("policy violations\n\n{}", findings(&[planned], Layout::default()));
        }
    }
}

/// Adds the failure of a resource to a message.
fn describe(subject: &Subject<'_>, verdict: Verdict, seen: &mut String) {
    let outcome = match verdict {
        Verdict::Pass => return,
        Verdict::Unknown => "undecided until apply".to_owned(),
        Verdict::Fail(failure) => {
            let path =
                if failure.path.0.is_empty() { String::new() } else { format!(" at {}", failure.path) };
            let detail = failure.message.map(|message| format!(": {message}")).unwrap_or_default();
            format!("fails{path}{detail}")
        }
    };
    let _ = writeln!(seen, "  {}: {outcome}", subject.address());
}

/// A plan under test. Its text is the output of `iac plan`.
#[derive(Clone, Debug)]
pub struct TestedPlan(Plan);

#[expect(clippy::must_use_candidate, reason = "an assertion is made for what it checks")]
impl TestedPlan {
    /// Returns the plan.
    #[must_use]
    pub const fn as_plan(&self) -> &Plan {
        &self.0
    }

    /// Asserts that exactly these addresses are created.
    ///
    /// # Panics
    ///
    /// Panics with the plan if others are created, or fewer.
    #[track_caller]
    pub fn creates(&self, addresses: &[&str]) -> &Self {
        self.assert_action("created", addresses, |action| action == Action::Create)
    }

    /// Asserts that exactly these addresses are updated in place.
    ///
    /// # Panics
    ///
    /// Panics with the plan if others are updated, or fewer.
    #[track_caller]
    pub fn updates(&self, addresses: &[&str]) -> &Self {
        self.assert_action("updated in place", addresses, |action| action == Action::Update)
    }

    /// Asserts that exactly these addresses are replaced.
    ///
    /// # Panics
    ///
    /// Panics with the plan if others are replaced, or fewer.
    #[track_caller]
    pub fn replaces(&self, addresses: &[&str]) -> &Self {
        self.assert_action("replaced", addresses, Action::is_replace)
    }

    /// Asserts that exactly these addresses are destroyed and not recreated.
    ///
    /// # Panics
    ///
    /// Panics with the plan if others are destroyed, or fewer.
    #[track_caller]
    pub fn destroys(&self, addresses: &[&str]) -> &Self {
        self.assert_action("destroyed", addresses, |action| action == Action::Delete)
    }

    #[track_caller]
    fn assert_action(&self, what: &str, expected: &[&str], matches: impl Fn(Action) -> bool) -> &Self {
        let found = self.0.changes.iter().filter(|change| matches(change.action));
        let mut found: Vec<String> = found.map(|change| change.address.to_string()).collect();
        let mut expected: Vec<&str> = expected.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert!(found == expected, "{what}: expected {expected:?}, found {found:?}\n\n{self}");
        self
    }
}

impl fmt::Display for TestedPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let planned = Planned {
            name: None,
            environment: None,
            plan: &self.0,
            review: None,
            file: None,
            source_url: None,
        };
        f.write_str(&text(&[planned], Layout::default()))
    }
}

/// Calls a function for every combination of two lists, such as environments and regions.
///
/// ```
/// let mut seen = Vec::new();
/// iac_testing::for_each_pair(["staging", "production"], [1, 2], |environment, count| seen.push((environment, count)));
/// assert_eq!(seen.len(), 4);
/// ```
pub fn for_each_pair<A: Clone, B: Clone>(
    first: impl IntoIterator<Item = A>,
    second: impl IntoIterator<Item = B>,
    mut test: impl FnMut(A, B),
) {
    let second: Vec<B> = second.into_iter().collect();
    for one in first {
        for other in &second {
            test(one.clone(), other.clone());
        }
    }
}
