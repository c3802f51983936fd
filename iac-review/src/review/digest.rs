//! Digests of the effects of plans.

use std::fmt;
use std::str::FromStr;

use iac_lang::value::{PathStep, Value};
use iac_plan::plan::secret::{SchemaSecrets, Secrets};
use iac_plan::plan::{Action, ActionInvocation, ActionTrigger, Deferral, Plan, ResourceChange};
use sha2::{Digest as _, Sha256};

/// A digest of the effects of a plan. Plans with the same effects have the same digest, wherever and whenever they
/// were made.
///
/// Unchanged resources, source locations and order are not effects. The change of a secret is an effect, but its new
/// value is not part of the digest, since it could be guessed from the digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Digest([u8; LENGTH]);

/// The length in bytes: long enough to prevent forgery, short enough for a line.
const LENGTH: usize = 20;

/// An error from parsing a [`Digest`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseDigestError(String);

impl Digest {
    /// Computes the digest of a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let secrets = SchemaSecrets::of(plan.changes.iter().map(|change| change.schema.as_ref()));
        let mut effects: Vec<&ResourceChange> =
            plan.changes.iter().filter(|change| change.has_effect()).collect();
        effects.sort_by(|left, right| {
            left.address.cmp(&right.address).then_with(|| left.deposed.cmp(&right.deposed))
        });
        let mut hasher = Hasher(Sha256::new());
        hasher.text("effects 1");
        for change in effects {
            hasher.change(change, &secrets);
        }
        for instances in &plan.undecided_instances {
            hasher.text("undecided instances");
            hasher.text(&instances.address);
        }
        for output in plan.outputs.iter().filter(|output| output.action != Action::NoOp) {
            hasher.text("output");
            hasher.text(&output.name);
            hasher.value(&output.after, &Secrets::whole(output.after_sensitive));
        }
        for invocation in &plan.invocations {
            hasher.invocation(invocation);
        }
        // Two plans that omit different parts do not have the same effects in the end.
        if plan.completion.has_failed() {
            hasher.text("errored");
        }
        if plan.completion.is_partial() {
            hasher.text("incomplete");
        }
        hasher.finish()
    }

    /// Computes the digest of one change. `None` if it has no effect.
    pub(super) fn of_change(change: &ResourceChange, secrets: &SchemaSecrets) -> Option<Self> {
        let mut hasher = Hasher(Sha256::new());
        change.has_effect().then(|| {
            hasher.change(change, secrets);
            hasher.finish()
        })
    }

    /// Combines the digests of several plans, in order.
    #[must_use]
    pub fn of_all(digests: &[Self]) -> Self {
        if let [only] = digests {
            return *only;
        }
        let mut hasher = Hasher(Sha256::new());
        for digest in digests {
            hasher.0.update(digest.0);
        }
        hasher.finish()
    }
}

struct Hasher(Sha256);

impl Hasher {
    fn finish(self) -> Digest {
        let mut digest = [0; LENGTH];
        digest.copy_from_slice(&self.0.finalize()[..LENGTH]);
        Digest(digest)
    }

    /// Adds a string with its length, so that different sequences of strings never hash alike.
    fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
    }

    fn change(&mut self, change: &ResourceChange, secrets: &SchemaSecrets) {
        self.text(&change.address.to_string());
        self.text(&change.action.as_strs().join("-"));
        self.text(change.deposed.as_deref().unwrap_or_default());
        self.text(change.importing.as_deref().unwrap_or_default());
        self.text(&change.previous_address.as_ref().map(ToString::to_string).unwrap_or_default());
        if let Some(deferred) = change.deferred {
            self.text("deferred");
            self.text(deferred.as_str());
        }
        if let Some(details) = &change.details
            && let (Some(before), Some(after)) = (&details.before_identity, &details.after_identity)
            && before != after
        {
            self.text("identity");
            self.value(&Value::Object(after.clone()), &Secrets::whole(false));
        }
        // A destroyed object is identified by its address. Its recorded attributes are not an effect.
        if change.action == Action::NoOp || change.action.leaves_nothing() {
            return;
        }
        let (Value::Object(after) | Value::Map(after)) = &*change.after else { return };
        let secrets = Secrets::new(secrets.get(change.schema.as_ref()), &change.after_sensitive);
        let before = match &*change.before {
            Value::Object(before) | Value::Map(before) => Some(before),
            _ => None,
        };
        for (name, value) in after.iter() {
            let old = before.and_then(|before| before.get(name));
            if value != old.unwrap_or(&Value::Null) {
                self.text(name);
                self.value(value, &secrets.name(name));
            }
        }
    }

    fn invocation(&mut self, invocation: &ActionInvocation) {
        self.text("invoke");
        self.text(&invocation.address);
        match &invocation.trigger {
            ActionTrigger::Unknown => self.text("unknown"),
            ActionTrigger::Invoke { caller } => {
                self.text("invoke");
                self.text(caller.as_deref().unwrap_or_default());
            }
            ActionTrigger::Lifecycle { resource, event, block, action, on_failure } => {
                self.text("lifecycle");
                self.text(resource);
                self.text(event);
                self.text(&block.to_string());
                self.text(&action.to_string());
                self.text(on_failure.as_deref().unwrap_or_default());
            }
        }
        self.text(invocation.deferred.map_or("", Deferral::as_str));
        self.value(&invocation.config, &Secrets::new(None, &invocation.config_sensitive));
    }

    fn value(&mut self, value: &Value, secrets: &Secrets<'_>) {
        if secrets.covers(value) {
            self.text("secret");
            return;
        }
        match value {
            Value::Null => self.text("null"),
            Value::Bool(value) => self.text(if *value { "true" } else { "false" }),
            Value::Number(number) => self.text(&number.to_string()),
            Value::String(text) => {
                self.text("\"");
                self.text(text);
            }
            Value::List(elements) | Value::Tuple(elements) | Value::Set(elements) => {
                self.text("[");
                for (index, element) in elements.iter().enumerate() {
                    self.value(element, &secrets.index(index));
                }
                self.text("]");
            }
            Value::Map(members) | Value::Object(members) => {
                self.text("{");
                for (name, member) in members.iter().filter(|(_, member)| !member.is_null()) {
                    self.text(name);
                    self.value(member, &secrets.part(value, &PathStep::Name(name.clone())));
                }
                self.text("}");
            }
            Value::Unknown(_) => self.text("unknown"),
            Value::Sensitive(_) => self.text("secret"),
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Digest {
    type Err = ParseDigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseDigestError(text.to_owned());
        if text.len() != 2 * LENGTH || !text.is_ascii() {
            return Err(error());
        }
        let mut digest = [0; LENGTH];
        for (index, byte) in digest.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).map_err(|_| error())?;
        }
        Ok(Self(digest))
    }
}

impl fmt::Display for ParseDigestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a digest of {} hexadecimal digits", self.0, 2 * LENGTH)
    }
}

impl std::error::Error for ParseDigestError {}
