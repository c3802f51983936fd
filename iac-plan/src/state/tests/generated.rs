//! Randomly generated states, decoded again.

use iac_lang::value::{Number, ValueMap};

use super::*;

/// A pseudo-random number generator with a fixed sequence for each seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }

    fn text(&mut self) -> String {
        const CHARACTERS: [char; 16] =
            ['a', 'Z', '0', '_', '-', '.', ' ', '"', '\\', '\n', '\u{1}', '$', '{', 'é', '\u{2028}', '😀'];
        (0..self.below(30)).map(|_| CHARACTERS[self.below(CHARACTERS.len())]).collect()
    }

    fn name(&mut self) -> String {
        const CHARACTERS: [char; 6] = ['a', 'b', 'Z', '0', '_', '-'];
        std::iter::once('n').chain((0..self.below(6)).map(|_| CHARACTERS[self.below(6)])).collect()
    }

    /// Generates a JSON value.
    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 4 } else { 6 }) {
            0 => Value::Null,
            1 => Value::Bool(self.below(2) == 0),
            2 => Value::Number(if self.below(2) == 0 {
                Number::from(self.below(1 << 40) as u64)
            } else {
                Number::from_f64(f64::from(u32::try_from(self.below(1 << 30)).unwrap()) / -8.0).unwrap()
            }),
            3 => Value::String(self.text().into()),
            4 => Value::Tuple((0..self.below(4)).map(|_| self.value(depth - 1)).collect()),
            _ => Value::Object(self.object(depth - 1)),
        }
    }

    fn object(&mut self, depth: usize) -> ValueMap {
        (0..self.below(5)).map(|_| (self.text().into(), self.value(depth))).collect()
    }
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => serde_json::from_str(&number.to_string()).unwrap(),
        Value::String(text) => text.as_str().into(),
        Value::Tuple(elements) => elements.iter().map(json).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.to_string(), json(value))).collect()
        }
        other => unreachable!("{other:?} is not generated"),
    }
}

/// A state as text, and its expected content: address, deposed key, attributes, private data.
type Expected = Vec<(String, Option<String>, Value, String)>;

fn state(random: &mut Random, resources: usize) -> (String, Expected) {
    let mut expected = Expected::new();
    let mut all = Vec::new();
    for number in 0..resources {
        let (ty, name) = (format!("t{number}_{}", random.name()), random.name());
        let modules: Vec<_> = (0..random.below(3))
            .map(|_| ModuleStep { name: random.name().into(), key: key(random) })
            .collect();
        let mode = if random.below(3) == 0 { ResourceMode::Data } else { ResourceMode::Managed };
        let resource = Resource {
            modules,
            mode,
            type_name: ty.as_str().into(),
            name: name.as_str().into(),
            provider: Text::default(),
            instances: Vec::new(),
        };
        let mut instances = Vec::new();
        for number in 0..random.below(4) {
            let key = if number == 0 { key(random) } else { Some(InstanceKey::Number(number as u64 + 1000)) };
            let deposed = (random.below(5) == 0).then(|| format!("{number:08x}"));
            let attributes = Value::Object(random.object(3));
            let private = random.text();
            let mut instance =
                serde_json::json!({"schema_version": 1, "attributes": json(&attributes), "private": private});
            match &key {
                Some(InstanceKey::Number(number)) => instance["index_key"] = (*number).into(),
                Some(InstanceKey::String(text)) => instance["index_key"] = text.as_str().into(),
                None | Some(InstanceKey::Unknown) => {}
            }
            if let Some(deposed) = &deposed {
                instance["deposed"] = deposed.as_str().into();
            }
            instances.push(instance);
            expected.push((resource.address(key).to_string(), deposed, attributes, private));
        }
        let address = resource.address(None).to_string();
        let own = address.len() - resource.mode.prefix().len() - ty.len() - name.len() - 1;
        let mode = if mode == ResourceMode::Data { "data" } else { "managed" };
        let mut resource = serde_json::json!({"mode": mode, "type": ty, "name": name, "provider": "p", "instances": instances});
        if own > 0 {
            resource["module"] = address[..own - 1].into();
        }
        all.push(resource);
    }
    let state =
        serde_json::json!({"version": 4, "serial": 1, "lineage": "l", "outputs": {}, "resources": all});
    let text =
        if random.below(2) == 0 { state.to_string() } else { serde_json::to_string_pretty(&state).unwrap() };
    (text, expected)
}

fn key(random: &mut Random) -> Option<InstanceKey> {
    match random.below(3) {
        0 => None,
        1 => Some(InstanceKey::Number(random.below(20) as u64)),
        _ => Some(InstanceKey::String(random.text().into())),
    }
}

#[test]
fn generated_states_are_decoded() {
    for seed in 0..500 {
        let (text, expected) = state(&mut Random(seed), 8);
        let state = State::decode(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        let mut found = Expected::new();
        for resource in &state.resources {
            for instance in &resource.instances {
                let private = instance.private.as_deref().unwrap_or_default().to_owned();
                let deposed = instance.deposed.as_ref().map(ToString::to_string);
                let attributes = instance.attributes.decode_untyped().unwrap();
                found.push((
                    resource.address(instance.key.clone()).to_string(),
                    deposed,
                    attributes,
                    private,
                ));
            }
        }
        assert_eq!(found, expected, "seed {seed}");
    }
}
