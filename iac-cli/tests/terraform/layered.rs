//! Random layered programs: what is planned for all stacks at once is what is planned stack by stack, after each upstream
//! stack was applied. `iac deploy` compares the two and exits with 4 if they differ.

use serde_json::{Map, Value, json};

use crate::deploy::Program;

/// The number of stacks of a program.
const STACKS: u64 = 5;
/// The number of versions of a program that are deployed one after another.
const VERSIONS: u64 = 3;

/// Returns a number below `end` that depends on the words only (FNV-1a).
fn random(words: &[u64], end: u64) -> u64 {
    let bytes = words.iter().flat_map(|word| word.to_le_bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (hash ^ (hash >> 29)) % end
}

/// Returns the configuration of a stack in a version of a program, and the names of its upstream stacks.
fn stack(seed: u64, stack: u64, version: u64) -> (Vec<String>, Value) {
    let choose = |word: u64, end: u64| random(&[seed, stack, word], end);
    let changes = |word: u64| version > 0 && random(&[seed, stack, version, word], 3) == 0;
    let upstream: Vec<u64> = (0..stack).filter(|&other| choose(100 + other, 5) < 3).collect();
    let mut resources = Map::new();
    for index in 0..2 + choose(0, 3) {
        let edition = if changes(200 + index) { version } else { 0 };
        let literal = json!(format!("{stack}-{index}-{edition}"));
        let output = |name: &str| {
            let other = upstream[usize::try_from(choose(300 + index, upstream.len() as u64)).unwrap()];
            format!("data.terraform_remote_state.s{other}.outputs.{name}")
        };
        let kind = if upstream.is_empty() { 0 } else { choose(400 + index, 6) };
        let resource = match kind {
            0 => json!({"input": literal}),
            1 => json!({"input": format!("${{{}}}", output("id"))}),
            2 => json!({"input": format!("${{upper({})}}", output("name"))}),
            3 => json!({"input": literal, "count": format!("${{length({})}}", output("list"))}),
            4 => json!({"input": literal, "for_each": format!("${{toset({})}}", output("list"))}),
            _ => json!({"input": literal, "triggers_replace": format!("${{{}}}", output("out"))}),
        };
        resources.insert(format!("r{index}"), resource);
    }
    let edition = if changes(1) { version } else { 0 };
    let mut base = json!({"input": format!("base-{edition}")});
    if changes(2) {
        base["triggers_replace"] = json!(version);
    }
    resources.insert("base".to_owned(), base);
    let list: Vec<String> = (0..=random(&[seed, stack, version], 3)).map(|each| each.to_string()).collect();
    let mut configuration = json!({
        "resource": {"terraform_data": resources},
        "output": {
            "id": {"value": "${terraform_data.base.id}"},
            "name": {"value": "${terraform_data.base.input}"},
            "out": {"value": "${terraform_data.base.output}"},
            "list": {"value": list},
        },
    });
    let names: Vec<String> = upstream.iter().map(|other| format!("s{other}")).collect();
    if !names.is_empty() {
        let state = |name: &String| {
            let path = format!("${{path.module}}/../{name}/terraform.tfstate");
            (name.clone(), json!({"backend": "local", "config": {"path": path}}))
        };
        configuration["data"] =
            json!({"terraform_remote_state": names.iter().map(state).collect::<Map<_, _>>()});
    }
    (names, configuration)
}

#[test]
fn plan_of_all_stacks_is_what_is_applied_stack_by_stack() {
    let seeds = std::env::var("LAYERED_PROGRAMS").map_or(2, |number| number.parse().unwrap());
    for seed in 0..seeds {
        let stacks: Vec<_> = (0..STACKS).map(|index| (format!("s{index}"), stack(seed, index, 0))).collect();
        let upstream: Vec<Vec<&str>> =
            stacks.iter().map(|(_, (names, _))| names.iter().map(String::as_str).collect()).collect();
        let stacks: Vec<_> = stacks
            .iter()
            .zip(&upstream)
            .map(|((name, (_, configuration)), upstream)| {
                (name.as_str(), &upstream[..], configuration.clone())
            })
            .collect();
        let program = Program::new(&stacks);
        for version in 0..VERSIONS {
            for index in 0..STACKS {
                program.configure(&format!("s{index}"), &stack(seed, index, version).1);
            }
            let (code, said) = program.run(&["deploy", "--auto-approve"]);
            assert_eq!(code, Some(0), "program {seed}, version {version}: {said}");
        }
        let (code, said) = program.run(&["deploy"]);
        assert!(code == Some(0) && said.contains("no changes"), "program {seed}: {said}");
    }
}
