//! `action_invocations` and `deferred_action_invocations`.

use super::super::shape;
use super::ReadPlanError;
use super::change::deferral;
use super::entry::{Entry, Unknown};
use crate::plan::{ActionInvocation, ActionTrigger};
use iac_core::text::Text;

const INVOCATION: [&str; 9] = [
    "address",
    "config_sensitive",
    "config_unknown",
    "config_values",
    "invoke_action_trigger",
    "lifecycle_action_trigger",
    "name",
    "provider_name",
    "type",
];
const LIFECYCLE: [&str; 5] = [
    "action_trigger_block_index",
    "action_trigger_event",
    "actions_list_index",
    "on_failure",
    "triggering_resource_address",
];

/// Reads the invoked and the deferred actions.
pub(super) fn invocations(
    document: Entry<'_>,
    unknown: &mut Unknown,
) -> Result<Vec<ActionInvocation>, ReadPlanError> {
    const INVOKED: &str = "action_invocations";
    const DEFERRED: &str = "deferred_action_invocations";
    let mut invocations = Vec::new();
    for entry in document.objects(INVOKED)? {
        invocations.push(invocation(entry?, INVOKED, unknown)?);
    }
    for entry in document.objects(DEFERRED)? {
        let entry = entry?.named(DEFERRED).only(&["action_invocation", "reason"], DEFERRED, unknown);
        let inner = entry.object("action_invocation")?;
        let inner = inner.ok_or_else(|| entry.wrong("action_invocation", "missing"))?;
        let deferred = Some(deferral(entry, DEFERRED, unknown)?);
        invocations.push(ActionInvocation { deferred, ..invocation(inner, DEFERRED, unknown)? });
    }
    Ok(invocations)
}

fn invocation(
    entry: Entry<'_>,
    list: &'static str,
    unknown: &mut Unknown,
) -> Result<ActionInvocation, ReadPlanError> {
    let entry = entry.named(list).only(&INVOCATION, list, unknown);
    let address = entry.text("address")?.ok_or_else(|| entry.wrong("address", "missing"))?;
    let entry = entry.named(address);
    let text = |name| -> Result<Text, ReadPlanError> { Ok(entry.text(name)?.unwrap_or_default().into()) };
    let mut config = entry.value("config_values");
    shape::unknown(&mut config, entry.member("config_unknown"));
    Ok(ActionInvocation {
        address: address.into(),
        action_type: text("type")?,
        name: text("name")?,
        provider_name: text("provider_name")?,
        trigger: trigger(entry, unknown)?,
        config_sensitive: shape::places(entry.member("config_sensitive"), &config),
        config,
        deferred: None,
    })
}

fn trigger(entry: Entry<'_>, unknown: &mut Unknown) -> Result<ActionTrigger, ReadPlanError> {
    if let Some(trigger) = entry.object("lifecycle_action_trigger")? {
        let trigger = trigger.only(&LIFECYCLE, "lifecycle_action_trigger", unknown);
        let text =
            |name| -> Result<Text, ReadPlanError> { Ok(trigger.text(name)?.unwrap_or_default().into()) };
        return Ok(ActionTrigger::Lifecycle {
            resource: text("triggering_resource_address")?,
            event: text("action_trigger_event")?,
            block: trigger.integer("action_trigger_block_index")?.unwrap_or_default(),
            action: trigger.integer("actions_list_index")?.unwrap_or_default(),
            on_failure: trigger.text("on_failure")?.map(Into::into),
        });
    }
    Ok(match entry.object("invoke_action_trigger")? {
        Some(trigger) => {
            let trigger = trigger.only(&["calling_resource_address"], "invoke_action_trigger", unknown);
            ActionTrigger::Invoke { caller: trigger.text("calling_resource_address")?.map(Into::into) }
        }
        None => ActionTrigger::Unknown,
    })
}
