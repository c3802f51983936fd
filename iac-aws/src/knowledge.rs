//! The knowledge of the provider, as the strings that the bindings are generated from.
//!
//! For tools: `iac_codegen::load` and `iac_schema` read them, and `iac_aws_rules::knowledge` hands them to the planner.

include!(concat!(env!("OUT_DIR"), "/knowledge.rs"));

#[cfg(test)]
mod tests {
    use super::SERVICES;

    #[test]
    fn services_are_sorted_for_binary_search() {
        assert!(SERVICES.is_sorted_by_key(|(name, _)| name));
        assert!(SERVICES.iter().any(|&(name, text)| name == "ec2" && text.contains("\nresource aws_vpc ")));
    }
}
