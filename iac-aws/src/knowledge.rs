//! What is known of the provider, as the texts that the bindings are written from.
//!
//! For tools that look facts up; `iac_codegen::load` and `iac_schema` read the texts. They are megabytes, so a program that only
//! describes infrastructure leaves the feature `knowledge` off.

include!(concat!(env!("OUT_DIR"), "/knowledge.rs"));

#[cfg(test)]
mod tests {
    use super::SERVICES;

    #[test]
    fn services_are_sorted_to_be_found() {
        assert!(SERVICES.is_sorted_by_key(|(name, _)| name));
        assert!(SERVICES.iter().any(|&(name, text)| name == "ec2" && text.contains("\nresource aws_vpc ")));
    }
}
