//! States in the JSON format of `terraform show -json`.

use std::borrow::Cow;

use iac_core::address::ResourceAddress;
use iac_core::text::Text;
use iac_lang::value::{AttributePath, PathStep, Value};

use super::error::Problem;
use super::parts;
use super::reader::{Reader, Unexpected};
use super::unique::Offsets;
use super::{Attributes, Resource, State, attributes};

type Result<T> = std::result::Result<T, Problem>;

pub(super) fn values<'a>(
    reader: &mut Reader<'a>,
    state: &mut State<'a>,
    offsets: &mut Offsets,
) -> Result<()> {
    if reader.null() {
        return Ok(());
    }
    let mut names = parts::Names::default();
    reader.object(|reader, key| match &*key {
        "outputs" => parts::outputs(reader, &mut state.outputs),
        "root_module" => module(reader, &mut names, state, offsets),
        _ => {
            reader.skip()?;
            Ok(())
        }
    })
}

fn module<'a>(
    reader: &mut Reader<'a>,
    names: &mut parts::Names<'a>,
    state: &mut State<'a>,
    offsets: &mut Offsets,
) -> Result<()> {
    reader.object(|reader, key| match &*key {
        "resources" if !reader.null() => reader.list(|reader| {
            offsets.instance(reader.offset());
            let mut address = None;
            let resource = resource(reader, names, &mut address);
            let resource = resource.map_err(|problem| problem.within(|| address.map(Cow::into_owned)))?;
            parts::add(state, resource);
            Ok(())
        }),
        "child_modules" if !reader.null() => reader.list(|reader| module(reader, names, state, offsets)),
        _ => {
            reader.skip()?;
            Ok(())
        }
    })
}

/// Reads an instance; its address determines the rest.
fn resource<'a>(
    reader: &mut Reader<'a>,
    names: &mut parts::Names<'a>,
    address: &mut Option<Cow<'a, str>>,
) -> Result<Resource<'a>> {
    let offset = reader.offset();
    let mut instance = parts::new_instance();
    let mut provider = Text::default();
    let (mut identity, mut identity_version) = (None, 0);
    reader.object(|reader, key| {
        match &*key {
            "address" => *address = Some(reader.string("a resource address")?),
            "provider_name" => {
                let name = reader.string("a provider source address")?;
                provider = names.provider(name, |name| format!("provider[\"{name}\"]").into());
            }
            "schema_version" => instance.schema_version = reader.unsigned()?,
            "values" if !reader.null() => instance.attributes = Attributes::Json(reader.skip_object()?),
            "sensitive_values" => {
                let marks = attributes::decode_untyped(reader.skip()?).unwrap_or(Value::Null);
                marked(&marks, &AttributePath::default(), &mut instance.sensitive);
            }
            "deposed_key" => instance.deposed = parts::optional_text(reader)?,
            "tainted" => instance.tainted = !reader.null() && reader.bool()?,
            "depends_on" => instance.dependencies = Some(reader.skip()?).filter(|list| *list != "null"),
            "identity" => identity = Some(reader.skip()?).filter(|identity| *identity != "null"),
            "identity_schema_version" => identity_version = reader.unsigned()?,
            _ => {
                reader.skip()?;
            }
        }
        Ok::<_, Problem>(())
    })?;
    instance.identity = identity.map(|identity| (identity_version, identity));
    let expected = "a resource address";
    let written =
        address.as_deref().ok_or(Unexpected { offset, expected, found: "an object without one" })?;
    let parsed = written.parse::<ResourceAddress>();
    let parsed = parsed.map_err(|_| Unexpected { offset, expected, found: "another string" })?;
    let ResourceAddress { modules, mode, resource_type: type_name, name, key } = parsed;
    instance.key = key;
    Ok(Resource { modules, mode, type_name, name, provider, instances: vec![instance] })
}

/// Collects the paths that are `true`.
fn marked(marks: &Value, path: &AttributePath, paths: &mut Vec<AttributePath>) {
    match marks {
        Value::Bool(true) => paths.push(path.clone()),
        Value::Object(members) => {
            for (name, marks) in members.iter() {
                marked(marks, &path.join(PathStep::Name(name.clone())), paths);
            }
        }
        Value::Tuple(elements) => {
            for (position, marks) in elements.iter().enumerate() {
                marked(marks, &path.join(PathStep::Index(position)), paths);
            }
        }
        _ => {}
    }
}
