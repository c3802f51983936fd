//! Random mutation of inputs.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The default number of inputs.
const ITERATIONS: u64 = 1_000;

/// The maximum length of an input.
const MAX_LENGTH: usize = 1 << 16;

/// Calls `read` with mutated inputs. `seeds` are valid inputs, `words` are tokens with a meaning in them.
pub(crate) fn mutate(seeds: &[&[u8]], words: &[&str], read: impl Fn(&[u8])) {
    let iterations = env::var("IAC_MUTATIONS").map_or(ITERATIONS, |count| count.parse().expect("a number"));
    for seed in 0..iterations {
        let mut random = Random(seed);
        let mut input = random.of(seeds).to_vec();
        for _ in 0..=random.below(4) {
            change(&mut input, &mut random, seeds, words);
            input.truncate(MAX_LENGTH);
        }
        let result = catch_unwind(AssertUnwindSafe(|| read(&input)));
        assert!(result.is_ok(), "input {seed} is not taken:\n{}", String::from_utf8_lossy(&input));
    }
}

fn change(input: &mut Vec<u8>, random: &mut Random, seeds: &[&[u8]], words: &[&str]) {
    let start = random.below(input.len() + 1);
    let end = (start + random.below(32)).min(input.len());
    match random.below(8) {
        0 => input.truncate(start),
        1 => drop(input.drain(start..end)),
        2 => {
            let copy = input[start..end].to_vec();
            let count = 1 << random.below(12);
            insert(input, start, &copy.repeat(count));
        }
        3 => {
            let byte = random.next().to_le_bytes()[0];
            if let Some(place) = input.get_mut(start) {
                *place = byte;
            }
        }
        4 => {
            let other = *random.of(seeds);
            let from = random.below(other.len());
            let to = (from + random.below(200)).min(other.len());
            insert(input, start, &other[from..to]);
        }
        5 => {
            let word = random.of(words);
            let count = 1 << random.below(12);
            insert(input, start, &word.as_bytes().repeat(count));
        }
        _ => {
            let word = random.of(words).as_bytes().to_vec();
            input.splice(start..end.min(start + 8), word);
        }
    }
}

fn insert(input: &mut Vec<u8>, position: usize, bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(MAX_LENGTH)];
    input.splice(position..position, bytes.iter().copied());
}

/// A random number generator (`SplitMix64`).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).expect("lengths fit");
        usize::try_from(self.next() % limit).expect("it is below a length")
    }

    fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}
