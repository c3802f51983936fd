//! The provider that is built into Terraform: `terraform_data` and `terraform_remote_state`.

use std::sync::{Arc, LazyLock};

use iac_core::text::Text;
use iac_lang::types::Type;
use iac_lang::value::{AttributePath, Unknown, Value};

use crate::plan::{PlanRequest, PlanResponse, Provider, ProviderError, ReadRequest};
use crate::schema::{Attribute, Block, EntityKind, Groups, Schema};
use crate::state::attributes;

/// The source address of the provider.
pub(crate) const SOURCE: &str = "terraform.io/builtin/terraform";

/// The type of its managed resources.
pub(crate) const TYPE: &str = "terraform_data";

/// The data source that reads the state of another configuration.
pub(crate) const REMOTE_STATE_TYPE: &str = "terraform_remote_state";

/// The provider that is built into Terraform.
pub(crate) struct Builtin;

static DATA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    schema(
        EntityKind::Resource,
        TYPE,
        vec![
            attribute("id", Type::String, false, true),
            attribute("input", Type::Any, true, false),
            attribute("output", Type::Any, false, true),
            attribute("triggers_replace", Type::Any, true, false),
        ],
    )
});

static REMOTE_STATE: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    schema(
        EntityKind::DataSource,
        REMOTE_STATE_TYPE,
        vec![
            Attribute { required: true, optional: false, ..attribute("backend", Type::String, true, false) },
            attribute("config", Type::Any, true, false),
            attribute("defaults", Type::Any, true, false),
            attribute("outputs", Type::Any, false, true),
            attribute("workspace", Type::String, true, false),
        ],
    )
});

fn schema(kind: EntityKind, type_name: &'static str, attributes: Vec<Attribute>) -> Arc<Schema> {
    Arc::new(Schema {
        kind,
        type_name: Text::from_static(type_name),
        version: 0,
        legacy: false,
        customize_diff: false,
        has_secrets: false,
        block: Arc::new(Block { attributes, blocks: Vec::new() }),
        groups: Groups::default(),
    })
}

fn attribute(name: &'static str, ty: Type, optional: bool, computed: bool) -> Attribute {
    let name = Text::from_static(name);
    Attribute { optional, computed, ..Attribute::optional(name, ty) }
}

impl Provider for Builtin {
    fn schema(&self, kind: EntityKind, type_name: &str) -> Option<Arc<Schema>> {
        [&DATA, &REMOTE_STATE]
            .into_iter()
            .find(|schema| schema.kind == kind && schema.type_name == *type_name)
            .map(|schema| Arc::clone(schema))
    }

    fn configure(&self, _: &str, _: &Value) -> Result<(), ProviderError> {
        Ok(())
    }

    fn upgrade(&self, schema: &Schema, _: u64, attributes: &str) -> Result<Value, ProviderError> {
        attributes::decode(attributes, schema)
            .map(|decoded| decoded.value)
            .map_err(|error| ProviderError::new("cannot decode the state", error.to_string()))
    }

    fn plan(&self, requests: &[PlanRequest<'_>]) -> Vec<Result<PlanResponse, ProviderError>> {
        requests.iter().map(|request| Ok(plan(request))).collect()
    }

    /// The state of another configuration is not read.
    fn read(&self, _: &ReadRequest<'_>) -> Option<Result<Value, ProviderError>> {
        None
    }
}

fn plan(request: &PlanRequest<'_>) -> PlanResponse {
    let mut planned = request.proposed.clone();
    let mut requires_replace = Vec::new();
    if let Value::Object(members) = &mut planned {
        let get = |value: &Value, name: &str| match value {
            Value::Object(members) => members.get(name).cloned().unwrap_or(Value::Null),
            _ => Value::Null,
        };
        let input = get(request.proposed, "input");
        let is_created = request.prior.is_null();
        let is_triggered = !is_created
            && get(request.prior, "triggers_replace") != get(request.proposed, "triggers_replace");
        if is_triggered {
            requires_replace.push(AttributePath(vec!["triggers_replace".into()]));
        }
        let renewed = is_created || is_triggered;
        if renewed {
            members.insert(Text::from_static("id"), Value::Unknown(Unknown::of(Type::String).not_null()));
        }
        if renewed && input.is_null() {
            members.insert(Text::from_static("output"), Value::Null);
        } else if renewed || get(request.prior, "input") != input {
            members.insert(Text::from_static("output"), Value::Unknown(Unknown::of(Type::of(&input))));
        }
    }
    PlanResponse {
        planned,
        requires_replace,
        legacy: false,
        predicted_by: None,
        undecided: Vec::new(),
        warnings: Vec::new(),
    }
}
