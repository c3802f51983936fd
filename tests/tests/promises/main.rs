//! What does not compile, and what the compiler says: each case is a program with one mistake.
//!
//! After a change that makes a message better: `TRYBUILD=overwrite cargo test -p iac-tests --test promises`.

// With the oracles come all services, and the compiler tells types of the same name apart by their paths.
#[cfg(not(feature = "oracle"))]
#[test]
fn mistakes_do_not_compile_and_the_compiler_says_what_is_wrong() {
    trybuild::TestCases::new().compile_fail("tests/promises/cases/*.rs");
}
