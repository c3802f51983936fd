//! State version 4, written since Terraform 0.12.

use iac_core::address::{InstanceKey, ResourceMode};
use iac_core::text::Text;
use iac_lang::value::{AttributePath, PathStep, Value};

use super::error::Problem;
use super::parts::{self, Names, provider_name};
use super::reader::{Reader, Unexpected};
use super::unique::Offsets;
use super::{Attributes, Instance, Resource, State, attributes};

type Result<T> = std::result::Result<T, Problem>;

const fn mode(word: &str) -> Option<ResourceMode> {
    match word.as_bytes() {
        b"managed" => Some(ResourceMode::Managed),
        b"data" => Some(ResourceMode::Data),
        _ => None,
    }
}

/// Reads a resource with its instances.
pub(super) fn resource<'a>(
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
                resource.provider = names.provider(provider, provider_name);
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

fn instance<'a>(reader: &mut Reader<'a>, instances: &mut Vec<Instance<'a>>) -> Result<()> {
    let mut instance = parts::new_instance();
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
            "deposed" => instance.deposed = parts::optional_text(reader)?,
            "status" => {
                instance.tainted = parts::optional_text(reader)?.is_some_and(|status| status == "tainted");
            }
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

fn instance_key(reader: &mut Reader<'_>) -> Result<Option<InstanceKey>> {
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
