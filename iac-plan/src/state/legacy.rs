//! State versions 2 and 3, written by Terraform 0.7 to 0.11: a list of modules, with resources by address.
//!
//! Attributes stay strings by dotted path until a schema gives them types.

use iac_core::address::{InstanceKey, ModuleStep, ResourceMode};

use super::error::Problem;
use super::parts::{self, provider_name, source};
use super::reader::{Reader, Unexpected};
use super::unique::Offsets;
use super::{Attributes, Instance, Resource, State};

type Result<T> = std::result::Result<T, Problem>;

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
                "outputs" if path.is_empty() => parts::outputs(reader, &mut state.outputs)?,
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
    parts::add(state, resource);
    Ok(())
}

fn instance<'a>(reader: &mut Reader<'a>, key: Option<InstanceKey>) -> Result<Instance<'a>> {
    let mut instance = Instance { key, ..parts::new_instance() };
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
