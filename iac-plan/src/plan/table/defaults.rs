//! Arguments of resources that default to an argument of the provider's configuration, such as `region`.

use std::sync::Arc;

use iac_core::text::Text;
use iac_lang::value::{AttributePath, PathStep, Unknown, Value};

use super::legacy::member;
use super::undecided;
use crate::plan::{PlanRequest, PlanResponse};
use crate::schema::{Attribute, Schema};

/// The reason for not knowing a default.
const REASON: &str = "the provider takes this value from its environment";

/// Returns the arguments with such a default, and the names of the provider's arguments.
fn arguments(schema: &Schema) -> impl Iterator<Item = (&Attribute, &str)> {
    let attributes = schema.block.attributes.iter();
    attributes.filter_map(|attribute| Some((attribute, attribute.facts.provider_default.as_deref()?)))
}

/// Returns the value of an argument of the provider; `None` if it is not known.
fn configured<'v>(config: &'v Value, name: &str) -> Option<&'v Value> {
    let value = member(config, name);
    (!value.is_null() && !value.is_unknown()).then_some(value)
}

/// Plans the arguments that the configuration does not set.
///
/// A legacy type keeps a recorded value. The plugin framework replaces it by the default in every update.
pub(super) fn plan(request: &PlanRequest<'_>, config: &Value, response: &mut PlanResponse) {
    let is_changed = response.planned != *request.prior;
    for (attribute, name) in arguments(request.schema) {
        let Value::Object(planned) = &mut response.planned else { return };
        if !member(request.config, &attribute.name).is_null() {
            continue;
        }
        let default = configured(config, name);
        let prior = member(request.prior, &attribute.name);
        if request.prior.is_null() || prior.is_null() && is_changed {
            let unknown = || Value::Unknown(Unknown::undecided(REASON));
            planned.insert(attribute.name.clone(), default.cloned().unwrap_or_else(unknown));
        } else if !request.schema.legacy && is_changed && default != Some(prior) {
            let path = AttributePath(vec![PathStep::Name(attribute.name.clone())]);
            match default {
                Some(default) => {
                    planned.insert(attribute.name.clone(), default.clone());
                    response.requires_replace.push(path);
                }
                None => response.undecided.push(undecided(path, REASON)),
            }
        }
    }
}

/// Adds the defaults that a state lacks because an older version of the provider wrote it. Reading the objects adds them.
pub(super) fn complete(schema: &Schema, config: &Value, prior: &mut Arc<Value>) {
    for (attribute, name) in arguments(schema) {
        let Some(default) = configured(config, name) else { continue };
        if member(prior, &attribute.name).is_null()
            && let Value::Object(members) = Arc::make_mut(prior)
        {
            members.insert(attribute.name.clone(), default.clone());
        }
    }
}

/// Marks what the provider may plan under conditions that are not recorded.
pub(super) fn perhaps(schema: &Schema, trace: &mut super::Trace<'_>) {
    let block = &schema.block;
    let attributes = block.attributes.iter().map(|each| (&each.name, &each.facts));
    let blocks = block.blocks.iter().map(|each| (&each.name, &each.facts));
    for (name, facts) in attributes.chain(blocks) {
        if !trace.create
            && !facts.perhaps_updated_by.is_empty()
            && trace.any_changed(&facts.perhaps_updated_by)
        {
            let name: &Text = name;
            trace.at(name.clone(), |trace| {
                trace.undecided_because("the provider may compute another value when other arguments change");
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use iac_lang::value::{Value, ValueMap};

    use crate::plan::{PlanRequest, PlanResponse, Provider, Table};
    use crate::schema::{EntityKind, Knowledge, KnowledgeFiles, NestingMode, Schema};

    const FILES: KnowledgeFiles = KnowledgeFiles {
        provider: "source example.com/a/x\nversion 1\nfacts -\n\nprovider x\n  region: string optional\n",
        services: &[(
            "s",
            "\
resource x_new
  name: string required
  region: string optional computed force_new provider_default=region

resource x_old legacy
  hooked: string optional unmodeled=state
  name: string required
  region: string optional computed force_new provider_default=region
  size: number optional default=1
  url: string computed perhaps_updated_by=name
  rule: block(set) unmodeled=hash
    port: number required
",
        )],
        overlay: "",
        hooks: "",
    };
    const PROVIDER: &str = "provider[\"example.com/a/x\"]";

    fn text(text: &str) -> Value {
        Value::String(text.into())
    }

    fn table(region: Option<&str>) -> Table {
        let table = Table::new(FILES);
        let config = Value::Object([("region".into(), region.map_or(Value::Null, text))].into());
        table.configure(PROVIDER, &config).unwrap();
        table
    }

    fn object(schema: &Schema, members: &[(&str, Value)]) -> Value {
        let attributes = schema.block.attributes.iter().map(|each| (each.name.clone(), Value::Null));
        let blocks = schema.block.blocks.iter().map(|each| {
            assert_eq!(each.mode, NestingMode::Set);
            (each.name.clone(), Value::Set(Vec::new()))
        });
        let mut all: ValueMap = attributes.chain(blocks).collect();
        for (name, value) in members {
            all.insert((*name).into(), value.clone());
        }
        Value::Object(all)
    }

    /// Plans an update, or a creation without a prior value.
    fn plan(
        table: &Table,
        type_name: &str,
        prior: Option<&[(&str, Value)]>,
        config: &[(&str, Value)],
    ) -> (PlanResponse, Value) {
        let schema = table.schema(EntityKind::Resource, type_name).unwrap();
        let mut prior = Arc::new(prior.map_or(Value::Null, |prior| object(&schema, prior)));
        table.complete(PROVIDER, &schema, &mut prior);
        let config = object(&schema, config);
        let proposed = crate::plan::propose::propose(&schema.block, &prior, &config);
        let address = "x_old.a".parse().unwrap();
        let request = PlanRequest {
            address: &address,
            provider: PROVIDER,
            schema: &schema,
            prior: &prior,
            proposed: &proposed,
            config: &config,
            written: &config,
            private: None,
            sensitive: false,
        };
        let response = table.plan(&[request]).remove(0).unwrap();
        let Value::Object(planned) = &response.planned else { panic!("{response:?}") };
        let region = planned.get("region").cloned().unwrap();
        (response, region)
    }

    fn replaced(response: &PlanResponse) -> Vec<String> {
        response.requires_replace.iter().map(ToString::to_string).collect()
    }

    fn doubts(response: &PlanResponse) -> Vec<String> {
        response.undecided.iter().map(|each| each.path.to_string()).collect()
    }

    #[test]
    fn region_defaults_to_that_of_the_provider() {
        for type_name in ["x_new", "x_old"] {
            let (response, region) = plan(&table(Some("eu")), type_name, None, &[("name", text("a"))]);
            assert_eq!((region, doubts(&response)), (text("eu"), vec![]));
            let (response, region) = plan(&table(None), type_name, None, &[("name", text("a"))]);
            assert!(region.doubt().is_some() && response.undecided.is_empty(), "{response:?}");
        }
    }

    #[test]
    fn other_region_replaces() {
        let prior = [("name", text("a")), ("region", text("eu"))];
        for type_name in ["x_new", "x_old"] {
            let config = [("name", text("a")), ("region", text("us"))];
            let (response, _) = plan(&table(Some("eu")), type_name, Some(&prior), &config);
            assert_eq!(replaced(&response), ["region"], "{type_name}");
        }
        // Without an argument, a legacy type stays where it is; the framework plans the provider's region.
        let config = [("name", text("b"))];
        let (response, region) = plan(&table(Some("us")), "x_old", Some(&prior), &config);
        assert_eq!((replaced(&response), region), (vec![], text("eu")));
        let (response, region) = plan(&table(Some("us")), "x_new", Some(&prior), &config);
        assert_eq!((replaced(&response), region), (vec!["region".to_owned()], text("us")));
        let (response, _) = plan(&table(None), "x_new", Some(&prior), &config);
        assert_eq!((replaced(&response), doubts(&response)), (vec![], vec!["region".to_owned()]));
    }

    #[test]
    fn state_without_a_region_is_completed() {
        for type_name in ["x_new", "x_old"] {
            let prior = [("name", text("a")), ("size", Value::Number(1_i64.into()))];
            let prior = if type_name == "x_new" { &prior[..1] } else { &prior[..] };
            for config in [&[("name", text("a"))][..], &[("name", text("a")), ("region", text("eu"))]] {
                let (response, region) = plan(&table(Some("eu")), type_name, Some(prior), config);
                assert_eq!((replaced(&response), region, doubts(&response)), (vec![], text("eu"), vec![]));
            }
            let config = [("name", text("a")), ("region", text("us"))];
            assert_eq!(replaced(&plan(&table(Some("eu")), type_name, Some(prior), &config).0), ["region"]);
        }
    }

    #[test]
    fn unrecorded_code_of_the_provider_makes_changes_undecided() {
        let prior = [("name", text("a")), ("region", text("eu")), ("size", Value::Number(1_i64.into()))];
        let change = |changed: (&'static str, Value)| {
            let mut config = vec![("name", text("a"))];
            config.retain(|(name, _)| *name != changed.0);
            config.push(changed);
            doubts(&plan(&table(Some("eu")), "x_old", Some(&prior), &config).0)
        };
        assert_eq!(change(("hooked", text("a"))), ["hooked"]);
        assert_eq!(change(("name", text("b"))), ["url"]);
        assert_eq!(change(("size", Value::Number(2_i64.into()))), [""; 0]);
        let port = Value::Object([("port".into(), Value::Number(1_i64.into()))].into());
        assert_eq!(change(("rule", Value::set(vec![port]))), ["rule"]);
    }

    #[test]
    fn changes_in_which_known_versions_differ_are_undecided() {
        const OTHER: &str = "service s\n~resource x_old\n 4\n-  size: number optional default=1\n\
             +  size: number optional default=1 force_new\n";
        let table = table(Some("eu")).with_other_versions(vec![Knowledge::with_changes(FILES, OTHER)]);
        let prior = [("name", text("a")), ("region", text("eu")), ("size", Value::Number(1_i64.into()))];
        let config = [("name", text("a")), ("size", Value::Number(2_i64.into()))];
        assert_eq!(doubts(&plan(&table, "x_old", Some(&prior), &config).0), ["size"]);
        let config = [("name", text("a")), ("region", text("us"))];
        assert_eq!(doubts(&plan(&table, "x_old", Some(&prior), &config).0), [""; 0]);
    }
}
