//! A test kit: what a stack comes to, and what applying it would change, asserted in unit tests.
//!
//! Nothing is run and nothing is written: a stack is synthesised in memory, planned with what is known of the provider, and
//! asked. A failed assertion says what is there instead.
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
//! With bindings, resources are asked by their getters: `tested.has_resource::<ec2::Vpc>(|vpc|
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
use self::parity::{said, unexpected};

/// A stack under test.
#[derive(Debug)]
pub struct Tested<'p> {
    hcl: String,
    module: Module,
    links: Links,
    providers: Vec<ProviderEntry<'p>>,
    /// What is written beside the configuration.
    files: MemoryFiles,
    /// The name of the stack, and its configuration as Terraform JSON.
    name: String,
    model: String,
    /// What it comes to where nothing is there.
    plan: Plan,
}

impl<'p> Tested<'p> {
    /// Synthesises and evaluates a stack. Resources of providers that are not given are known as far as they are written.
    ///
    /// # Panics
    ///
    /// If the stack is not valid, with all that is wrong.
    #[must_use]
    #[track_caller]
    pub fn new(stack: &Stack, providers: &[ProviderEntry<'p>]) -> Self {
        let synthesis = synthesize(std::slice::from_ref(stack), Syntax::Hcl);
        let synthesis =
            synthesis.unwrap_or_else(|diagnostics| panic!("the stack is not valid\n{diagnostics}"));
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
            loaded.unwrap_or_else(|diagnostics| panic!("the model is not valid\n{diagnostics}")).module;
        let links = Links::of_configuration(&module);
        let providers = providers.to_vec();
        let mut tested = Self { hcl, module, links, providers, files, name, model, plan: Plan::default() };
        tested.plan = tested.planned(None);
        tested
    }

    /// The configuration for a snapshot: as `terraform fmt` leaves it, without what changes for reasons of its own. The
    /// versions of providers are `*`, and SHA-256 sums are `(hash)`.
    ///
    /// ```
    /// # use iac_core::{Stack, testing::Tested};
    /// let stack = Stack::new("network");
    /// assert!(Tested::new(&stack, &[]).hcl().starts_with("# Written by"));
    /// ```
    #[must_use]
    pub fn hcl(&self) -> String {
        normal(&self.hcl)
    }

    /// What applying it would do where nothing is there.
    #[must_use]
    pub fn plan(&self) -> TestedPlan {
        TestedPlan(self.plan.clone())
    }

    /// What applying it would do to what a state has, which is the text of a state file.
    ///
    /// # Panics
    ///
    /// If the state is not understood, or nothing can be planned.
    #[must_use]
    #[track_caller]
    pub fn plan_from(&self, state: &str) -> TestedPlan {
        TestedPlan(self.planned(Some(state)))
    }

    /// Fails if applying it would change what a state has.
    ///
    /// # Panics
    ///
    /// If something would change, with the plan.
    #[track_caller]
    pub fn assert_no_changes(&self, state: &str) {
        let plan = self.plan_from(state);
        let counts = iac_plan::plan::Counts::of(&plan.0);
        assert!(!counts.has_changes(), "the state is not what the stack describes\n\n{plan}");
    }

    /// Fails unless another environment says the same, except where it is expected that it does not: for a staging that
    /// shows what production will do. The names of the stacks in texts do not count.
    ///
    /// What is expected is a path, or what paths are in: `aws_nat_gateway.main_nat_b`, `aws_ecs_service.web.desired_count`,
    /// `aws_rds_cluster.*.deletion_protection`. An expectation that nothing differs in fails, too.
    ///
    /// ```
    /// # use iac_core::{Output, Stack, testing::Tested};
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
    /// If something else differs, with both values.
    #[track_caller]
    pub fn assert_same_but(&self, other: &Tested<'_>, expected: &[&str]) {
        let (here, there) = (said(&self.model, &self.name), said(&other.model, &other.name));
        let lines = unexpected(&here, &there, expected);
        assert!(lines.is_empty(), "the environments differ\n{}", lines.join("\n"));
    }

    #[track_caller]
    fn planned(&self, state: Option<&str>) -> Plan {
        let state = state.map(|text| {
            State::decode(text.as_bytes())
                .unwrap_or_else(|error| panic!("the state is not understood: {error}"))
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

    /// How many instances of resources of a type there are.
    #[must_use]
    pub fn count_of<H: ResourceHandle>(&self) -> usize {
        self.count(H::TYPE.name)
    }

    /// The same by the name of the type.
    #[must_use]
    pub fn count(&self, type_name: &str) -> usize {
        let is_it = |change: &&iac_plan::plan::ResourceChange| {
            change.address.resource_type == type_name && !change.after.is_null()
        };
        self.plan.changes.iter().filter(is_it).count()
    }

    /// Fails unless there is a resource of the type of which this holds.
    ///
    /// # Panics
    ///
    /// If it holds of none, with those that are there.
    #[track_caller]
    pub fn has_resource<H: ResourceHandle>(&self, holds: impl Fn(&Subject<'_, H>) -> Verdict) -> &Self {
        self.has(H::TYPE.name, |subject| holds(&subject.typed()))
    }

    /// The same by the name of the type.
    ///
    /// # Panics
    ///
    /// If it holds of none, with those that are there.
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
        assert!(!seen.is_empty(), "there is no `{type_name}` in the stack, which has\n{}", self.hcl());
        panic!("no `{type_name}` is so:\n{seen}\nin\n\n{}", self.hcl());
    }

    /// Fails unless this holds of each resource of the type, of which there has to be one.
    ///
    /// # Panics
    ///
    /// If it does not hold of one, with all of which it does not.
    #[track_caller]
    pub fn each_resource<H: ResourceHandle>(&self, holds: impl Fn(&Subject<'_, H>) -> Verdict) -> &Self {
        let world = World::new(&self.plan, &self.links, Side::After);
        let subjects = world.of_type(H::TYPE.name);
        let mut seen = String::new();
        for subject in &subjects {
            describe(subject, holds(&subject.typed()), &mut seen);
        }
        assert!(
            !subjects.is_empty(),
            "there is no `{}` in the stack, which has\n{}",
            H::TYPE.name,
            self.hcl()
        );
        assert!(seen.is_empty(), "not each `{}` is so:\n{seen}\nin\n\n{}", H::TYPE.name, self.hcl());
        self
    }

    /// What policies say of it where nothing is there. Waivers hold, also those that end one day: a test is the same on any
    /// day, and `iac check` knows the day.
    ///
    /// # Panics
    ///
    /// If the day of a waiver is none.
    #[must_use]
    #[track_caller]
    pub fn check(&self, rules: &Rules) -> Report {
        let waivers = Waiver::of_configuration(&self.hcl).unwrap_or_else(|error| panic!("{error}"));
        let options = policy::Options { waivers: Some(&waivers), ..policy::Options::default() };
        check(&self.plan, &self.links, rules, &options)
    }

    /// Fails if a policy does not hold, be it one that only warns.
    ///
    /// # Panics
    ///
    /// If one does not, with where, why and what to do.
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
                source_url: None,
            };
            panic!("policies do not hold\n\n{}", findings(&[planned], Layout::default()));
        }
    }
}

/// Says what a resource is instead.
fn describe(subject: &Subject<'_>, verdict: Verdict, seen: &mut String) {
    let said = match verdict {
        Verdict::Pass => return,
        Verdict::Unknown => "it is not known before it is applied".to_owned(),
        Verdict::Fail(failure) => {
            let place = if failure.path.0.is_empty() { "it".to_owned() } else { failure.path.to_string() };
            let more = failure.message.map(|message| format!(": {message}")).unwrap_or_default();
            format!("{place} is another one{more}")
        }
    };
    let _ = writeln!(seen, "  {}: {said}", subject.address());
}

/// A plan under test. As text it is what `iac plan` prints.
#[derive(Clone, Debug)]
pub struct TestedPlan(Plan);

#[expect(clippy::must_use_candidate, reason = "an assertion is made for what it checks")]
impl TestedPlan {
    /// The plan.
    #[must_use]
    pub const fn as_plan(&self) -> &Plan {
        &self.0
    }

    /// Fails unless just these are created.
    ///
    /// # Panics
    ///
    /// If others are, or fewer.
    #[track_caller]
    pub fn creates(&self, addresses: &[&str]) -> &Self {
        self.does("created", addresses, |action| action == Action::Create)
    }

    /// Fails unless just these are changed in place.
    ///
    /// # Panics
    ///
    /// If others are, or fewer.
    #[track_caller]
    pub fn updates(&self, addresses: &[&str]) -> &Self {
        self.does("changed in place", addresses, |action| action == Action::Update)
    }

    /// Fails unless just these are replaced.
    ///
    /// # Panics
    ///
    /// If others are, or fewer.
    #[track_caller]
    pub fn replaces(&self, addresses: &[&str]) -> &Self {
        self.does("replaced", addresses, |action| {
            matches!(action, Action::DeleteThenCreate | Action::CreateThenDelete)
        })
    }

    /// Fails unless just these are destroyed, and not created again.
    ///
    /// # Panics
    ///
    /// If others are, or fewer.
    #[track_caller]
    pub fn destroys(&self, addresses: &[&str]) -> &Self {
        self.does("destroyed", addresses, |action| action == Action::Delete)
    }

    #[track_caller]
    fn does(&self, what: &str, expected: &[&str], is_it: impl Fn(Action) -> bool) -> &Self {
        let found = self.0.changes.iter().filter(|change| is_it(change.action));
        let mut found: Vec<String> = found.map(|change| change.address.to_string()).collect();
        let mut expected: Vec<&str> = expected.to_vec();
        found.sort_unstable();
        expected.sort_unstable();
        assert!(found == expected, "{what} are {found:?}, expected were {expected:?}\n\n{self}");
        self
    }
}

impl fmt::Display for TestedPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let planned =
            Planned { name: None, environment: None, plan: &self.0, review: None, source_url: None };
        f.write_str(&text(&[planned], Layout::default()))
    }
}

/// Calls a function for every combination of two lists: a test that holds in all environments and regions.
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
