//! Resources as rules read them.

use std::marker::PhantomData;

use iac_core::address::{ResourceAddress, ResourceMode};
use iac_core::builder::{Handle, ResourceHandle};
use iac_core::expr::IntoExpression;
use iac_core::expression::{Expression, Operation, Target};
use iac_lang::config::Location;
use iac_lang::value::{AttributePath, PathStep, Value};

use super::reading::Found;
use super::{Reading, Verdict, World, any_of};

/// The type parameter of subjects whose attributes are named by strings.
#[derive(Debug)]
pub enum Untyped {}

/// A resource as it is before or after a change. With bindings, `H` is the handle of the resource.
#[derive(Debug)]
pub struct Subject<'w, H = Untyped> {
    world: &'w World<'w>,
    node: u32,
    handle: PhantomData<fn() -> H>,
}

impl<H> Clone for Subject<'_, H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H> Copy for Subject<'_, H> {}

impl<'w, H> Subject<'w, H> {
    pub(super) const fn new(world: &'w World<'w>, node: u32) -> Self {
        Self { world, node, handle: PhantomData }
    }

    /// Returns the position in [`World`].
    pub(super) const fn node(&self) -> u32 {
        self.node
    }

    /// Returns the same resource with bindings.
    #[must_use]
    pub const fn typed<T>(&self) -> Subject<'w, T> {
        Subject::new(self.world, self.node)
    }

    /// Returns the address.
    #[must_use]
    pub fn address(&self) -> &'w ResourceAddress {
        &self.world.node(self.node).change.address
    }

    /// Returns the resource type: `aws_vpc`.
    #[must_use]
    pub fn type_name(&self) -> &'w str {
        &self.address().resource_type
    }

    /// Returns the line of Rust that created the resource if it is known, otherwise the line of configuration.
    #[must_use]
    pub fn source(&self) -> Option<&'w Location> {
        self.world.node(self.node).change.source.as_ref()
    }

    /// Returns a reading of the whole resource.
    #[must_use]
    pub fn root(&self) -> Reading<'w> {
        let value = Found::Value(self.world.node(self.node).value);
        Reading { world: self.world, node: self.node, value, path: AttributePath::default() }
    }

    /// Returns the reading at a path: see [`Reading::at`].
    #[must_use]
    pub fn at(&self, names: &str) -> Reading<'w> {
        self.root().at(names)
    }

    /// Returns all resources on the same side of the change.
    #[must_use]
    pub const fn world(&self) -> &'w World<'w> {
        self.world
    }

    /// Returns the resources of a type whose argument refers to this one: `referrers("aws_s3_bucket_versioning",
    /// "bucket")`. The argument may also equal its id, ARN or name.
    #[must_use]
    pub fn referrers(&self, type_name: &str, argument: &str) -> Vec<Subject<'w>> {
        self.world.referrers(self.node, type_name, argument)
    }

    /// Returns `true` if an argument of both resources refers to the same single resources. Neither they nor the referred
    /// resources may have several instances, which references do not distinguish.
    #[must_use]
    pub fn refers_alike(&self, other: &Self, argument: &str) -> bool {
        self.world.refer_alike(self.node, other.node, argument)
    }

    /// Returns the resources of a type that an argument refers to: `referred("aws_vpc", "vpc_id")`.
    #[must_use]
    pub fn referred(&self, type_name: &str, argument: &str) -> Vec<Subject<'w>> {
        self.world.referred(self.node, type_name, argument)
    }

    /// Returns the data sources of a type that an argument refers to.
    #[must_use]
    pub fn referred_data(&self, type_name: &str, argument: &str) -> Vec<Subject<'w>> {
        self.world.referred_data(self.node, type_name, argument)
    }

    /// Returns `true` if this is a data source.
    #[must_use]
    pub fn is_data(&self) -> bool {
        self.address().mode == ResourceMode::Data
    }

    /// Returns the resources whose configuration refers to this one in any argument.
    #[must_use]
    pub fn dependents(&self) -> Vec<Subject<'w>> {
        self.world.dependents(self.node)
    }

    /// Passes if the check passes for at least one resource of the type whose argument refers to this one. Unknown if
    /// there is none, but the argument of one is unknown.
    pub fn has(
        &self,
        type_name: &str,
        argument: &str,
        check: impl FnMut(&Subject<'w>) -> Verdict,
    ) -> Verdict {
        let referrers = self.referrers(type_name, argument);
        if referrers.is_empty() && self.world.has_unlinked(type_name, argument) {
            return Verdict::Unknown;
        }
        any_of(referrers.iter().map(check)).at(AttributePath::default())
    }
}

impl<'w, H: ResourceHandle> Subject<'w, H> {
    /// Returns the reading of an attribute, named by its getter: `bucket.get(s3::Bucket::acl)`.
    #[must_use]
    pub fn get<E: IntoExpression>(&self, getter: impl FnOnce(&H) -> E) -> Reading<'w> {
        let handle = H::from_handle(Handle::new(Target { stack: u32::MAX, entry: u32::MAX }));
        let mut steps = Vec::new();
        names(&getter(&handle).into_expression(), &mut steps);
        let mut reading = self.root();
        for step in steps {
            reading = match step {
                PathStep::Name(name) => reading.at(&name),
                PathStep::Index(index) => reading.at(&index.to_string()),
            };
        }
        reading
    }

    /// Returns the resources whose argument refers to this one, named by its getter:
    /// `vpc.referrers_by(ec2::Subnet::vpc_id)`.
    #[must_use]
    pub fn referrers_by<R: ResourceHandle, E: IntoExpression>(
        &self,
        getter: impl FnOnce(&R) -> E,
    ) -> Vec<Subject<'w, R>> {
        let handle = R::from_handle(Handle::new(Target { stack: u32::MAX, entry: u32::MAX }));
        let mut steps = Vec::new();
        names(&getter(&handle).into_expression(), &mut steps);
        let argument = AttributePath(steps).to_string();
        self.referrers(R::TYPE.name, &argument).iter().map(Subject::typed).collect()
    }
}

/// Collects the path from the handle to an attribute.
fn names(expression: &Expression, steps: &mut Vec<PathStep>) {
    match expression {
        Expression::Reference(reference) if !reference.attribute.is_empty() => {
            steps.push(reference.attribute.into());
        }
        Expression::Operation(operation) => match &**operation {
            Operation::Attribute(inner, name) => {
                names(inner, steps);
                steps.push(name.clone().into());
            }
            Operation::Index(inner, key) => {
                names(inner, steps);
                match key {
                    Expression::Integer(index) => {
                        steps.extend(usize::try_from(*index).ok().map(PathStep::Index));
                    }
                    Expression::String(name) => steps.push(name.clone().into()),
                    _ => {}
                }
            }
            Operation::Secret(inner)
            | Operation::Static(inner)
            | Operation::Plaintext(inner)
            | Operation::Gathered(_, inner) => {
                names(inner, steps);
            }
            _ => {}
        },
        _ => {}
    }
}

/// Returns the values that identify a resource.
pub(super) fn identities(value: &Value) -> impl Iterator<Item = &str> {
    const IDENTITIES: [&str; 7] = ["id", "arn", "name", "bucket", "url", "invoke_arn", "key_id"];
    IDENTITIES.into_iter().filter_map(move |name| match value {
        Value::Object(members) => match members.get(name)?.peel() {
            Value::String(text) if !text.is_empty() => Some(text.as_str()),
            _ => None,
        },
        _ => None,
    })
}
