//! `planned_values` and `prior_state`: resources by module.

use std::io;

use iac_core::address::ModulePath;
use iac_lang::value::Value;

use super::TERRAFORM_VERSION;
use super::rendered::{Rendered, Resource};
use super::writer::Writer;
use crate::plan::secret::Secrets;
use crate::plan::{Action, ActionReason, OutputChange, Plan};

/// The section being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Before,
    After,
}

pub(super) fn planned(
    writer: &mut Writer,
    plan: &Plan,
    rendered: &Rendered<'_>,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    values(writer, plan, rendered, Section::After, to)
}

pub(super) fn prior(
    writer: &mut Writer,
    plan: &Plan,
    rendered: &Rendered<'_>,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    writer.begin_object();
    writer.key("format_version");
    writer.string("1.0");
    writer.key("terraform_version");
    writer.string(TERRAFORM_VERSION);
    writer.key("values");
    values(writer, plan, rendered, Section::Before, to)?;
    writer.end_object();
    Ok(())
}

fn values(
    writer: &mut Writer,
    plan: &Plan,
    rendered: &Rendered<'_>,
    section: Section,
    to: &mut dyn io::Write,
) -> io::Result<()> {
    writer.begin_object();
    let exists = |output: &&OutputChange| match section {
        Section::Before => !matches!(output.action, Action::Create),
        Section::After => output.action != Action::Delete,
    };
    let mut outputs = plan.outputs.iter().filter(exists).peekable();
    if outputs.peek().is_some() {
        writer.key("outputs");
        writer.begin_object();
        outputs.for_each(|output| writer.output(output, section));
        writer.end_object();
    }
    let mut resources: Vec<Resource<'_>> = rendered.iter().filter(|each| section.has(each)).collect();
    // Modules must come before those that they call, each consecutively. Mostly they are in this order already.
    resources.sort_by(|left, right| left.change.address.modules.cmp(&right.change.address.modules));
    writer.key("root_module");
    writer.module(&resources, 0, section, to)?;
    writer.end_object();
    Ok(())
}

impl Section {
    fn has(self, resource: &Resource<'_>) -> bool {
        match self {
            Self::Before => *resource.change.before != Value::Null,
            Self::After => {
                resource.change.deposed.is_none()
                    && resource.change.deferred.is_none()
                    && !resource.change.action.leaves_nothing()
                    && *resource.change.after != Value::Null
            }
        }
    }
}

impl Writer {
    fn output(&mut self, output: &OutputChange, section: Section) {
        let (value, sensitive) = match section {
            Section::Before => (&output.before, output.before_sensitive),
            Section::After => (&output.after, output.after_sensitive),
        };
        self.key(&output.name);
        self.begin_object();
        self.key("sensitive");
        self.bool(sensitive);
        if *value != Value::UNKNOWN {
            self.key("value");
            self.value(value, &Secrets::whole(sensitive), None);
        }
        self.end_object();
    }

    /// Writes the module instance whose address has this many steps, and its child modules.
    fn module(
        &mut self,
        resources: &[Resource<'_>],
        depth: usize,
        section: Section,
        to: &mut dyn io::Write,
    ) -> io::Result<()> {
        let own = resources.partition_point(|each| each.change.address.modules.len() == depth);
        let (own, mut rest) = resources.split_at(own);
        self.begin_object();
        if depth > 0
            && let Some(resource) = resources.first()
        {
            self.key("address");
            self.display(ModulePath(&resource.change.address.modules[..depth]));
        }
        if !own.is_empty() {
            self.key("resources");
            self.begin_array();
            for resource in own {
                self.resource_value(resource, section);
                self.flush(to)?;
            }
            self.end_array();
        }
        if !rest.is_empty() {
            self.key("child_modules");
            self.begin_array();
            while let [first, ..] = rest {
                let path = &first.change.address.modules[..=depth];
                let size = rest.partition_point(|each| each.change.address.modules.starts_with(path));
                let (child, others) = rest.split_at(size);
                self.module(child, depth + 1, section, to)?;
                rest = others;
            }
            self.end_array();
        }
        self.end_object();
        Ok(())
    }

    fn resource_value(&mut self, resource: &Resource<'_>, section: Section) {
        let change = resource.change;
        let (json, value, secrets) = match section {
            Section::Before => (resource.before, &change.before, &resource.before_secrets),
            Section::After => (resource.after, &change.after, &resource.after_secrets),
        };
        self.line();
        self.begin_object();
        self.address(&change.address);
        self.key("provider_name");
        self.string(&change.provider_name);
        self.key("schema_version");
        self.number(change.schema.as_ref().map_or(0, |schema| schema.version));
        self.key("values");
        self.raw(json);
        self.key("sensitive_values");
        self.sensitive(value, secrets);
        if section == Section::Before {
            if change.reason == Some(ActionReason::ReplaceBecauseTainted) {
                self.key("tainted");
                self.bool(true);
            }
            if let Some(key) = &change.deposed {
                self.key("deposed_key");
                self.string(key);
            }
        }
        self.end_object();
    }
}
