//! Configuration in both syntaxes, variable values, and the resulting plan.

#![no_main]


use iac_lang::config::{VariableSources, load, variables};
use iac_lang::files::MemoryFiles;
use iac_plan::plan::{Options, Request, plan};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, content) = input;
    let name = ["main.tf", "main.tf.json", "terraform.tfvars", "terraform.tfvars.json"][usize::from(kind % 4)];
    let files = MemoryFiles::new().with("variables.tf", "variable \"a\" {}\n").with(name, content);
    let Ok(loaded) = load(".", &files) else { return };
    let Ok(values) = variables(&loaded.module, &files, &VariableSources::default()) else { return };
    let request = Request {
        module: &loaded.module,
        state: None,
        providers: &[],
        variables: &values.values,
        files: &files,
        options: &Options::default(),
    };
    let _ = plan(&request);
});
