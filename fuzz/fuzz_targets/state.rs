//! States of every format, and their attributes.

#![no_main]

use iac_plan::state::State;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Ok(state) = State::decode(input) else { return };
    for instance in state.resources.iter().flat_map(|resource| &resource.instances) {
        let _ = instance.attributes.decode_untyped();
    }
});
