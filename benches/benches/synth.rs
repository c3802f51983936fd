//! Synthesis, from builders to text and to files, compared with `serde_json` writing the same data.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use iac_benches::{Scale, program};
use iac_core::synth::Syntax;

fn synthesis(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("synth");
    group.sample_size(20);
    for resources in [1_000usize, 10_000, 100_000] {
        group.throughput(Throughput::Elements(resources as u64));
        group.bench_with_input(BenchmarkId::new("build", resources), &resources, |bencher, &resources| {
            bencher.iter_with_large_drop(|| program(Scale::of(black_box(resources))));
        });
        let app = program(Scale::of(resources));
        for (name, syntax) in [("hcl", Syntax::Hcl), ("json", Syntax::Json)] {
            group.bench_with_input(BenchmarkId::new(name, resources), &syntax, |bencher, &syntax| {
                bencher.iter_with_large_drop(|| app.synthesize(syntax));
            });
        }
        // The baseline: serde_json writes the same data from a finished tree.
        let json = app.synthesize(Syntax::Json).expect("the program is valid").stacks.remove(0).configuration;
        let tree: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
        group.bench_with_input(BenchmarkId::new("serde_json baseline", resources), &tree, |bencher, tree| {
            bencher.iter_with_large_drop(|| serde_json::to_string(tree));
        });
    }
    group.finish();
}

criterion_group!(benches, synthesis);
criterion_main!(benches);
