//! State versions 2 and 3, written by Terraform 0.7 to 0.11: a list of modules, with resources by address.
//!
//! Attributes stay strings by dotted path until a schema gives them types.

use iac_core::address::{InstanceKey, ModuleStep, ResourceMode};
use iac_core::text::Text;

use super::error::Problem;
use super::json::{Reader, Unexpected};
use super::unique::Offsets;
use super::{Attributes, Instance, Resource, State, v4};

type Result<T> = std::result::Result<T, Problem>;

/// Returns the name of a provider's configuration in today's form. Before 0.13 it was `provider.aws.west`, with the
/// local name of the configuration.
pub(super) fn provider_name(name: &str) -> Text {
    let (modules, rest) = match name.find("provider.") {
        Some(0) => ("", &name["provider.".len()..]),
        Some(position) if name[..position].ends_with('.') && !name[..position].contains('"') => {
            (&name[..position], &name[position + "provider.".len()..])
        }
        _ => return name.into(),
    };
    let (local, alias) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    format!("{modules}provider[\"{}\"]{alias}", source(local)).into()
}

fn source(local: &str) -> String {
    match local {
        "terraform" => "terraform.io/builtin/terraform".to_owned(),
        other => format!("registry.terraform.io/hashicorp/{other}"),
    }
}

pub(super) fn modules<'a>(
    reader: &mut Reader<'a>,
    state: &mut State<'a>,
    offsets: &mut Offsets,
) -> Result<()> {
    if reader.null() {
        return Ok(());
    }
    reader.list(|reader| {
        let mut path = Vec::new();
        reader.object(|reader, key| {
            match &*key {
                "path" => {
                    reader.list(|reader| {
                        path.push(ModuleStep { name: reader.text("a module name")?, key: None });
                        Ok::<_, Problem>(())
                    })?;
                    // The first step is `root`.
                    path = path.drain(..).skip(1).collect();
                }
                "outputs" if path.is_empty() => v4::outputs(reader, &mut state.outputs)?,
                "resources" => reader.object(|reader, address| {
                    let offset = reader.offset();
                    let resource = resource(reader, &address, offset, &path, state, offsets);
                    resource.map_err(|problem| problem.within(|| Some(address.into_owned())))
                })?,
                _ => {
                    reader.skip()?;
                }
            }
            Ok::<_, Problem>(())
        })
    })
}

fn resource<'a>(
    reader: &mut Reader<'a>,
    address: &str,
    offset: usize,
    modules: &[ModuleStep],
    state: &mut State<'a>,
    offsets: &mut Offsets,
) -> Result<()> {
    let wrong = Unexpected { offset, expected: "a resource address", found: "another name" };
    let (mode, rest) = match address.strip_prefix("data.") {
        Some(rest) => (ResourceMode::Data, rest),
        None => (ResourceMode::Managed, address),
    };
    let (type_name, rest) = rest.split_once('.').ok_or(wrong)?;
    let (name, key) = match rest.split_once('.') {
        Some((name, number)) => (name, Some(InstanceKey::Number(number.parse().map_err(|_| wrong)?))),
        None => (rest, None),
    };
    let mut instances = Vec::new();
    let mut dependencies = None;
    let mut provider = None;
    reader.object(|reader, member| {
        match &*member {
            "primary" => {
                offsets.instance(reader.offset());
                instances.push(instance(reader, key.clone())?);
            }
            "deposed" if !reader.null() => reader.list(|reader| {
                offsets.instance(reader.offset());
                let mut deposed = instance(reader, key.clone())?;
                // Deposed objects had no keys in these versions; a key is eight digits today.
                deposed.deposed = Some(format!("{:08}", instances.len()).into());
                instances.push(deposed);
                Ok::<_, Problem>(())
            })?,
            "depends_on" => dependencies = Some(reader.skip()?).filter(|list| *list != "null"),
            "provider" => provider = Some(provider_name(&reader.string("a string")?)),
            _ => {
                reader.skip()?;
            }
        }
        Ok::<_, Problem>(())
    })?;
    for instance in &mut instances {
        instance.dependencies = dependencies;
    }
    let provider = provider.unwrap_or_else(|| {
        let local = type_name.split_once('_').map_or(type_name, |(local, _)| local);
        format!("provider[\"{}\"]", source(local)).into()
    });
    let resource = Resource {
        modules: modules.to_vec(),
        mode,
        type_name: type_name.into(),
        name: name.into(),
        provider,
        instances,
    };
    add(state, resource);
    Ok(())
}

/// Adds instances of a resource to the state, grouping those of the same resource.
pub(super) fn add<'a>(state: &mut State<'a>, resource: Resource<'a>) {
    match state.resources.last_mut() {
        Some(last)
            if last.name == resource.name
                && last.type_name == resource.type_name
                && last.mode == resource.mode
                && last.modules == resource.modules =>
        {
            last.instances.extend(resource.instances);
        }
        _ => state.resources.push(resource),
    }
}

fn instance<'a>(reader: &mut Reader<'a>, key: Option<InstanceKey>) -> Result<Instance<'a>> {
    let mut instance = Instance { key, ..v4::new_instance() };
    reader.object(|reader, member| {
        match &*member {
            "attributes" if !reader.null() => {
                instance.attributes = Attributes::Flatmap(reader.skip_object()?);
            }
            "tainted" => instance.tainted = !reader.null() && reader.bool()?,
            "meta" if !reader.null() => reader.object(|reader, member| {
                if member == "schema_version" {
                    instance.schema_version = schema_version(reader)?;
                } else {
                    reader.skip()?;
                }
                Ok::<_, Problem>(())
            })?,
            _ => {
                reader.skip()?;
            }
        }
        Ok::<_, Problem>(())
    })?;
    Ok(instance)
}

/// Reads a number, or a string that contains one.
fn schema_version(reader: &mut Reader<'_>) -> Result<u64> {
    if reader.peek() != Some(b'"') {
        return Ok(reader.unsigned()?);
    }
    let offset = reader.offset();
    let text = reader.string("a number")?;
    Ok(text.parse().map_err(|_| Unexpected { offset, expected: "a number", found: "another string" })?)
}
