//! Work grows linearly with resources and references (invariant 9): twice as many cost twice the allocations.

use std::alloc::System;
use std::collections::HashMap;
use std::fs;

use iac_benches::{Scale, applied, program};
use iac_lang::config::load;
use iac_lang::files::MemoryFiles;
use iac_plan::plan::json::{Document, write};
use iac_plan::plan::{Options, Provider as _, Request, plan};
use iac_plan::state::State;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Number of allocations, and allocated bytes.
#[derive(Debug)]
struct Cost {
    requests: usize,
    bytes: usize,
}

impl Cost {
    /// Measures a closure.
    fn of(work: impl FnOnce()) -> Self {
        let region = Region::new(ALLOCATOR);
        work();
        let change = region.change();
        Self { requests: change.allocations + change.reallocations, bytes: change.bytes_allocated }
    }
}

/// The cost of writing a program, and of planning it against its applied state, with 1% of the resources changed.
fn costs(scale: Scale) -> [(&'static str, Cost); 4] {
    let directory = tempfile::tempdir().expect("there is a place for files");
    let out = directory.path();
    let written = Cost::of(|| {
        let _ = program(scale).run_with(["--out".into(), out.into()]);
    });
    let text = fs::read_to_string(out.join("scale/main.tf")).expect("it was written");
    let files = MemoryFiles::default().with("main.tf", text.as_str());
    let mut state = Vec::new();
    applied::write(&mut state, scale, true).expect("memory can be written");

    let table = iac_aws_rules::table();
    let (mut module, mut decoded) = (None, None);
    let loaded = Cost::of(|| module = load(".", &files).ok().map(|loaded| loaded.module));
    let read = Cost::of(|| decoded = State::decode(&state).ok());
    let (module, decoded) = (module.expect("it is configuration"), decoded.expect("it is a state"));
    let planned = Cost::of(|| {
        let plan = plan(&Request {
            module: &module,
            state: Some(&decoded),
            providers: &[iac_aws_rules::provider(&table)],
            variables: &HashMap::new(),
            files: &files,
            options: &Options::default(),
        });
        let plan = plan.expect("it can be planned");
        assert_eq!(plan.changes.len(), scale.resources);
        let schema = |kind, name: &str| table.schema(kind, name);
        let document = Document { plan: &plan, configuration: Some(&module), schema: &schema, members: &[] };
        write(&document, &mut std::io::sink()).expect("a sink takes all");
    });
    [("write", written), ("load", loaded), ("read", read), ("plan", planned)]
}

// There is one test only, because the allocator counts for the whole process.
#[test]
fn doubling_the_input_doubles_the_allocations() {
    let scale = |resources| Scale { references: 3, dependencies: 20, ..Scale::of(resources) };
    // A first run initializes what is read once per process.
    costs(scale(500));
    let (once, twice) = (costs(scale(4_000)), costs(scale(8_000)));
    for ((part, once), (_, twice)) in once.iter().zip(&twice) {
        println!("{part}: {once:?}, {twice:?}");
        for (once, twice) in [(once.requests, twice.requests), (once.bytes, twice.bytes)] {
            // A hash table doubles when it grows, so 10% above double is still linear.
            assert!(twice * 10 <= once * 22, "{part}: {once} became {twice}");
        }
    }
}
