//! Parts of states that several formats share.

use std::borrow::Cow;

use iac_core::address::{ModuleStep, module_steps};
use iac_core::text::Text;
use iac_lang::types::Type;

use super::error::Problem;
use super::reader::{Reader, Unexpected};
use super::{Attributes, Instance, Output, Resource, State, attributes};

type Result<T> = std::result::Result<T, Problem>;

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

/// Returns the source address of a provider that only has a local name.
pub(super) fn source(local: &str) -> String {
    match local {
        "terraform" => "terraform.io/builtin/terraform".to_owned(),
        other => format!("registry.terraform.io/hashicorp/{other}"),
    }
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

pub(super) fn optional_text(reader: &mut Reader<'_>) -> Result<Option<Text>> {
    if reader.null() { Ok(None) } else { Ok(Some(reader.text("a string")?)) }
}
