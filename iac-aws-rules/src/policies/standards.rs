//! Standards, and the rules that cover their controls.

/// A standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standard {
    /// The CIS Amazon Web Services Foundations Benchmark.
    Cis,
    /// AWS Foundational Security Best Practices: those controls that configuration can show.
    Fsbp,
}

/// A control of a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Control {
    /// The id: `5.2`, `EC2.19`.
    pub id: &'static str,
    /// The requirement, in our words.
    pub requirement: &'static str,
    /// The ids of the rules that cover it, separated by spaces. Empty if none does.
    pub rules: &'static str,
    /// The reason why no rule can cover the control; empty if one could.
    pub not_visible: &'static str,
}

impl Standard {
    /// Returns the name with the version.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cis => "CIS AWS Foundations Benchmark 3.0.0",
            Self::Fsbp => "AWS Foundational Security Best Practices",
        }
    }

    /// Returns the controls, in the order of the standard.
    #[must_use]
    pub fn controls(self) -> Vec<Control> {
        let text = match self {
            Self::Cis => include_str!("standards/cis.txt"),
            Self::Fsbp => include_str!("standards/fsbp.txt"),
        };
        text.lines().filter(|line| !line.starts_with('#')).filter_map(control).collect()
    }
}

impl Control {
    /// Returns the ids of the rules that cover the control.
    pub fn rules(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.rules.split_whitespace()
    }
}

fn control(line: &'static str) -> Option<Control> {
    let mut columns = line.splitn(3, " | ");
    let (id, requirement, rules) = (columns.next()?, columns.next()?, columns.next()?);
    let (rules, not_visible) = match rules.strip_prefix('-') {
        Some(reason) => ("", reason.trim()),
        None => (rules, ""),
    };
    Some(Control { id, requirement, rules, not_visible })
}

#[cfg(test)]
mod tests {
    use iac_review::review::exposure_rules;

    use super::Standard;
    use crate::policies::rules;

    #[test]
    fn every_rule_of_a_control_exists() {
        let rules = rules();
        for standard in [Standard::Cis, Standard::Fsbp] {
            let controls = standard.controls();
            assert!(controls.len() > 60, "{standard:?}: {}", controls.len());
            for control in controls {
                for id in control.rules() {
                    let is_known = rules.iter().any(|rule| rule.info.id == *id)
                        || exposure_rules().iter().any(|rule| rule.info.id == *id);
                    assert!(is_known, "{}: {id}", control.id);
                }
            }
        }
    }
}
