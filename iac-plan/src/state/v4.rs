//! State version 4, written since Terraform 0.12.

use std::borrow::Cow;

use iac_core::address::{InstanceKey, ModuleStep, ResourceMode, module_steps};
use iac_core::text::Text;
use iac_lang::types::Type;
use iac_lang::value::{AttributePath, PathStep, Value};

use super::error::Problem;
use super::json::{Reader, Unexpected};
use super::unique::Offsets;
use super::{Attributes, Instance, Output, Resource, State, StateError, attributes, legacy, show};

type Result<T> = std::result::Result<T, Problem>;

/// Decodes a state of any format, which the members of the outermost object determine.
pub(super) fn decode(text: &str) -> std::result::Result<State<'_>, StateError> {
    let mut reader = Reader::new(text);
    if reader.peek().is_none() {
        return Ok(State::default());
    }
    let mut state = State::default();
    let mut offsets = Offsets::default();
    read(&mut reader, &mut state, &mut offsets)
        .and_then(|()| offsets.check(&state.resources))
        .map_err(|problem| problem.error(text))?;
    Ok(state)
}

fn read<'a>(reader: &mut Reader<'a>, state: &mut State<'a>, offsets: &mut Offsets) -> Result<()> {
    let mut is_state = false;
    let mut names = Names::default();
    reader.object(|reader, key| {
        match &*key {
            "version" => {
                match reader.unsigned()? {
                    2..=4 => {}
                    newer @ 5.. => return Err(Problem::Whole(StateError::NewerVersion(newer))),
                    older => return Err(Problem::Whole(StateError::OlderVersion(older))),
                }
                is_state = true;
            }
            "format_version" => {
                reader.skip()?;
                is_state = true;
            }
            "terraform_version" => state.terraform_version = Some(reader.text("a string")?),
            "serial" => state.serial = reader.unsigned()?,
            "lineage" => state.lineage = reader.text("a string")?,
            "outputs" => outputs(reader, &mut state.outputs)?,
            "resources" => {
                if !reader.null() {
                    reader.list(|reader| resource(reader, &mut names, state, offsets))?;
                }
            }
            "modules" => legacy::modules(reader, state, offsets)?,
            "values" => show::values(reader, state, offsets)?,
            "check_results" => {
                state.check_results = Some(reader.skip()?).filter(|results| *results != "null");
            }
            "encrypted_data" | "encryption_version" => return Err(Problem::Whole(StateError::Encrypted)),
            "planned_values" | "resource_changes" | "prior_state" => {
                return Err(Problem::Whole(StateError::PlanJson));
            }
            _ => {
                reader.skip()?;
            }
        }
        Ok(())
    })?;
    reader.end()?;
    if is_state { Ok(()) } else { Err(Problem::Whole(StateError::NotAState)) }
}

pub(super) fn outputs(reader: &mut Reader<'_>, outputs: &mut Vec<Output>) -> Result<()> {
    if reader.null() {
        return Ok(());
    }
    reader.object(|reader, name| {
        let output = output(reader, &name);
        outputs.push(output.map_err(|problem| problem.within(|| Some(format!("output.{name}"))))?);
        Ok(())
    })
}

fn output(reader: &mut Reader<'_>, name: &str) -> Result<Output> {
    let offset = reader.offset();
    let (mut value, mut ty, mut sensitive) = ("null", None, false);
    reader.object(|reader, key| {
        match &*key {
            "value" => value = reader.skip()?,
            "type" => ty = Some(reader.skip()?),
            "sensitive" => sensitive = !reader.null() && reader.bool()?,
            _ => {
                reader.skip()?;
            }
        }
        Ok::<_, Problem>(())
    })?;
    let wrong = |error: attributes::AttributesError| Unexpected {
        offset,
        expected: error.expected,
        found: error.found,
    };
    // Before 0.12 the type was one of the words `string`, `list` and `map`.
    let known = ty.and_then(|ty| serde_json::from_str::<Type>(ty).ok());
    let value = attributes::decode_typed(value, known.as_ref().unwrap_or(&Type::Any)).map_err(wrong)?;
    let ty = match (known, ty) {
        (Some(_), Some(ty)) => ty.to_owned(),
        _ => r#""dynamic""#.to_owned(),
    };
    Ok(Output { name: name.into(), value, ty, sensitive })
}

/// The names of the previous resource, which most resources share with the next one: module and provider.
#[derive(Default)]
pub(super) struct Names<'a> {
    module: (Cow<'a, str>, Vec<ModuleStep>),
    provider: (Cow<'a, str>, Text),
}

impl<'a> Names<'a> {
    /// Parses the address of a module.
    pub(super) fn modules(&mut self, module: Cow<'a, str>, offset: usize) -> Result<Vec<ModuleStep>> {
        if self.module.0 != module {
            let steps = module_steps(&module);
            let expected = "a module address";
            let steps = steps.map_err(|_| Unexpected { offset, expected, found: "another string" })?;
            self.module = (module, steps);
        }
        Ok(self.module.1.clone())
    }

    pub(super) fn provider(&mut self, provider: Cow<'a, str>, name_of: impl FnOnce(&str) -> Text) -> Text {
        if self.provider.0 != provider {
            let name = name_of(&provider);
            self.provider = (provider, name);
        }
        self.provider.1.clone()
    }
}

pub(super) const fn mode(word: &str) -> Option<ResourceMode> {
    match word.as_bytes() {
        b"managed" => Some(ResourceMode::Managed),
        b"data" => Some(ResourceMode::Data),
        _ => None,
    }
}

fn resource<'a>(
    reader: &mut Reader<'a>,
    names: &mut Names<'a>,
    state: &mut State<'a>,
    offsets: &mut Offsets,
) -> Result<()> {
    let offset = reader.offset();
    let mut resource = Resource {
        modules: Vec::new(),
        mode: ResourceMode::Managed,
        type_name: Text::default(),
        name: Text::default(),
        provider: Text::default(),
        instances: Vec::new(),
    };
    let mut has_mode = false;
    let members = reader.object(|reader, key| {
        match &*key {
            "module" => {
                let offset = reader.offset();
                resource.modules = names.modules(reader.string("a module address")?, offset)?;
            }
            "mode" => {
                const EXPECTED: &str = "`managed` or `data`";
                let offset = reader.offset();
                let word = reader.string(EXPECTED)?;
                let found = "another string";
                resource.mode = mode(&word).ok_or(Unexpected { offset, expected: EXPECTED, found })?;
                has_mode = true;
            }
            "type" => resource.type_name = reader.text("a resource type")?,
            "name" => resource.name = reader.text("a resource name")?,
            "provider" => {
                let provider = reader.string("a provider configuration address")?;
                resource.provider = names.provider(provider, legacy::provider_name);
            }
            "instances" => {
                if !reader.null() {
                    reader.list(|reader| {
                        offsets.instance(reader.offset());
                        instance(reader, &mut resource.instances)
                    })?;
                }
            }
            _ => {
                reader.skip()?;
            }
        }
        Ok::<_, Problem>(())
    });
    members.map_err(|problem| problem.within(|| address_so_far(&resource)))?;
    if !has_mode || resource.type_name.is_empty() || resource.name.is_empty() {
        let (expected, found) = ("a resource with `mode`, `type` and `name`", "a resource without them");
        return Err(Unexpected { offset, expected, found }.into());
    }
    state.resources.push(resource);
    Ok(())
}

/// Returns the address of a resource, or of its instance, that could not be read completely.
fn address_so_far(resource: &Resource<'_>) -> Option<String> {
    let is_named = !resource.type_name.is_empty() && !resource.name.is_empty();
    is_named.then(|| resource.address(None).to_string())
}

pub(super) fn new_instance<'a>() -> Instance<'a> {
    Instance {
        key: None,
        deposed: None,
        tainted: false,
        schema_version: 0,
        attributes: Attributes::Json("null"),
        sensitive: Vec::new(),
        private: None,
        identity: None,
        create_before_destroy: false,
        dependencies: None,
    }
}

fn instance<'a>(reader: &mut Reader<'a>, instances: &mut Vec<Instance<'a>>) -> Result<()> {
    let mut instance = new_instance();
    let (mut identity, mut identity_version) = (None, 0);
    reader.object(|reader, key| {
        match &*key {
            "index_key" => instance.key = instance_key(reader)?,
            "schema_version" => instance.schema_version = reader.unsigned()?,
            "attributes" => {
                if !reader.null() {
                    instance.attributes = Attributes::Json(reader.skip_object()?);
                }
            }
            "attributes_flat" => {
                if !reader.null() {
                    instance.attributes = Attributes::Flatmap(reader.skip_object()?);
                }
            }
            "sensitive_attributes" => instance.sensitive = sensitive_paths(reader)?,
            "private" => {
                if !reader.null() {
                    instance.private = Some(reader.string("a base64 string")?);
                }
            }
            "dependencies" | "depends_on" => {
                instance.dependencies = Some(reader.skip()?).filter(|list| *list != "null");
            }
            "deposed" => instance.deposed = optional_text(reader)?,
            "status" => instance.tainted = optional_text(reader)?.is_some_and(|status| status == "tainted"),
            "create_before_destroy" => instance.create_before_destroy = !reader.null() && reader.bool()?,
            "identity" => identity = Some(reader.skip()?).filter(|identity| *identity != "null"),
            "identity_schema_version" => identity_version = reader.unsigned()?,
            _ => {
                reader.skip()?;
            }
        }
        Ok::<_, Problem>(())
    })?;
    instance.identity = identity.map(|identity| (identity_version, identity));
    if instances.is_empty() {
        // Most resources have one instance; spare capacity would dominate the memory of a state.
        instances.reserve_exact(1);
    }
    instances.push(instance);
    Ok(())
}

pub(super) fn optional_text(reader: &mut Reader<'_>) -> Result<Option<Text>> {
    if reader.null() { Ok(None) } else { Ok(Some(reader.text("a string")?)) }
}

pub(super) fn instance_key(reader: &mut Reader<'_>) -> Result<Option<InstanceKey>> {
    Ok(match reader.peek() {
        Some(b'n') if reader.null() => None,
        Some(b'"') => Some(InstanceKey::String(reader.text("a string")?)),
        _ => Some(InstanceKey::Number(reader.unsigned()?)),
    })
}

/// Reads the paths of sensitive values: lists of steps. A step is `{"type": "get_attr", "value": "name"}` or
/// `{"type": "index", "value": {"value": 0, "type": "number"}}`; a plain string or number is a step by itself.
fn sensitive_paths(reader: &mut Reader<'_>) -> Result<Vec<AttributePath>> {
    let mut paths = Vec::new();
    if reader.null() {
        return Ok(paths);
    }
    reader.list(|reader| {
        let mut steps = Vec::new();
        if reader.peek() == Some(b'"') {
            let path = reader.string("a path")?;
            steps.extend(
                path.split('.').map(|name| name.parse().map_or_else(|_| name.into(), PathStep::Index)),
            );
        } else {
            let mut is_known = true;
            reader.list(|reader| {
                let value = attributes::decode_untyped(reader.skip()?).unwrap_or(Value::Null);
                // After a step that cannot be decoded, the whole value so far is sensitive.
                match step(&value) {
                    Some(step) if is_known => steps.push(step),
                    _ => is_known = false,
                }
                Ok::<_, Problem>(())
            })?;
        }
        paths.push(AttributePath(steps));
        Ok::<_, Problem>(())
    })?;
    Ok(paths)
}

fn step(value: &Value) -> Option<PathStep> {
    match value {
        Value::String(name) => Some(PathStep::Name(name.clone())),
        Value::Number(number) => number.to_string().parse().ok().map(PathStep::Index),
        Value::Object(members) => step(members.get("value")?),
        _ => None,
    }
}
