//! Decoding of states, compared with `serde_json` reading the same text.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use iac_benches::state::state;
use iac_plan::schema::{EntityKind, Knowledge, Schema};
use iac_plan::state::{Attributes, State, attributes};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The minimum to read of a state: attributes stay undecoded.
#[derive(Deserialize)]
#[expect(dead_code, reason = "they are read, which is what is measured")]
struct RawState<'a> {
    #[serde(borrow)]
    resources: Vec<RawResource<'a>>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "they are read, which is what is measured")]
struct RawResource<'a> {
    r#type: &'a str,
    name: &'a str,
    #[serde(borrow)]
    instances: Vec<RawInstance<'a>>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "they are read, which is what is measured")]
struct RawInstance<'a> {
    #[serde(borrow)]
    attributes: &'a RawValue,
}

fn whole_states(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("state");
    group.sample_size(10);
    // The largest is 100 MB, half of it recorded dependencies.
    for (resources, dependencies, statements) in [(10_000, 5, 1), (14_000, 62, 80)] {
        let text = state(resources, dependencies, statements);
        let size = format!("{resources} resources, {} MB", text.len() / 1_000_000);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("decode", &size), &text, |bencher, text| {
            bencher
                .iter_with_large_drop(|| State::decode(black_box(text.as_bytes())).expect("it is a state"));
        });
        group.bench_with_input(BenchmarkId::new("RawValue baseline", &size), &text, |bencher, text| {
            bencher.iter_with_large_drop(|| serde_json::from_str::<RawState<'_>>(text).expect("it is JSON"));
        });
        group.bench_with_input(BenchmarkId::new("Value baseline", &size), &text, |bencher, text| {
            bencher.iter_with_large_drop(|| {
                serde_json::from_str::<serde_json::Value>(text).expect("it is JSON")
            });
        });
    }
    group.finish();
}

fn attributes_of_instances(criterion: &mut Criterion) {
    const RESOURCES: usize = 10_000;
    let text = state(RESOURCES, 1, 1);
    let state = State::decode(text.as_bytes()).expect("it is a state");
    let knowledge = Knowledge::new(iac_aws_rules::knowledge::texts());
    let mut schemas: BTreeMap<&str, Arc<Schema>> = BTreeMap::new();
    let mut instances: Vec<(&str, Arc<Schema>)> = Vec::with_capacity(RESOURCES);
    for resource in &state.resources {
        let schema = schemas.entry(resource.type_name.as_str()).or_insert_with(|| {
            let schema = knowledge.schema(EntityKind::Resource, &resource.type_name);
            schema.expect("it can be read").expect("it is there")
        });
        for instance in &resource.instances {
            let Attributes::Json(json) = instance.attributes else { unreachable!("it is a new state") };
            instances.push((json, Arc::clone(schema)));
        }
    }
    let mut group = criterion.benchmark_group("attributes");
    group.sample_size(20).throughput(Throughput::Elements(RESOURCES as u64));
    group.bench_function("by schema", |bencher| {
        bencher.iter_with_large_drop(|| {
            let decoded =
                |(json, schema): &(&str, Arc<Schema>)| attributes::decode(json, schema).expect("it fits");
            instances.iter().map(decoded).collect::<Vec<_>>()
        });
    });
    group.bench_function("Value baseline", |bencher| {
        bencher.iter_with_large_drop(|| {
            let parsed =
                |(json, _): &(&str, _)| serde_json::from_str::<serde_json::Value>(json).expect("it is JSON");
            instances.iter().map(parsed).collect::<Vec<_>>()
        });
    });
    group.finish();
}

criterion_group!(benches, whole_states, attributes_of_instances);
criterion_main!(benches);
