use super::*;

#[test]
fn rules_have_all_texts() {
    for rule in exposure_rules() {
        assert!(
            !rule.info.why.is_empty() && !rule.info.remedy.is_empty() && rule.info.exposure,
            "{:?}",
            rule.info
        );
    }
}
