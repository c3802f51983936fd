//! Building blocks of generated builders.
//!
//! Bindings are a thin layer over this module: a builder is a [`ResourceBuilder`] with setters, a handle is a
//! [`Handle`] with getters, and required arguments are type parameters that are either [`Missing`] or [`Given`].
//! Traits hold the behavior that all builders share.

use std::marker::PhantomData;
use std::mem;

use crate::body::{Block, Body};
use crate::configure::Configure;
use crate::expr::collections::map_list;
use crate::expr::{Collection, Each, Expr, IntoExpr, List, Map, Number};
use crate::expression::{Binding, Expression, ForExpression, ForResult, Operation, Target};
pub use crate::handle::{
    EntryHandle, Handle, Object, ProviderHandle, ProviderType, ResourceHandle, ResourceType,
};
use crate::stack::{Construct, Scope};
use crate::text::Text;

/// Type state of an argument that is not set yet.
#[derive(Debug)]
pub enum Missing {}

/// Type state of an argument that is set.
#[derive(Debug)]
pub enum Given {}

/// Implemented if the argument `A` of `R` is set.
#[diagnostic::on_unimplemented(
    message = "`{R}` is missing the required argument `{A}`",
    label = "`{A}` is not set",
    note = "set it on the builder before adding it"
)]
pub trait Provided<R: ?Sized, A: ?Sized> {}

impl<R: ?Sized, A: ?Sized> Provided<R, A> for Given {}

/// The configuration of a resource under construction.
///
/// `None` only after it was taken out of its builder, which is not used afterwards.
#[derive(Clone, Debug)]
pub struct ResourceBuilder(Option<Box<ResourceParts>>);

/// The type, name and body of a resource.
#[derive(Clone, Debug)]
pub(crate) struct ResourceParts {
    pub(crate) resource_type: &'static ResourceType,
    pub(crate) name: Text,
    pub(crate) body: Body,
}

impl ResourceBuilder {
    /// Creates a resource without arguments.
    #[must_use]
    pub fn new(resource_type: &'static ResourceType, name: impl Into<Text>) -> Self {
        let name = name.into();
        Self(Some(Box::new(ResourceParts { resource_type, name, body: Body::new() })))
    }

    /// Returns the resource's name.
    #[must_use]
    pub fn name(&self) -> &Text {
        &self.0.as_ref().expect(TAKEN).name
    }

    /// Returns the resource's body.
    pub fn body(&mut self) -> &mut Body {
        &mut self.0.as_mut().expect(TAKEN).body
    }

    pub(crate) fn into_parts(self) -> ResourceParts {
        *self.0.expect(TAKEN)
    }
}

const TAKEN: &str = "a builder is not used after its content was taken";

/// Implemented for builders whose required arguments and blocks are all set.
pub trait Complete {}

/// The builder of a resource, data source or ephemeral resource.
///
/// Terraform's meta-arguments are methods of [`MetaArguments`](crate::MetaArguments), which all of these builders
/// implement.
pub trait Buildable: Configure {
    /// The handle returned by adding the builder to a stack.
    type Handle: EntryHandle;

    /// The provider whose configurations the resource accepts.
    type Provider;

    /// Takes the resource out of the builder.
    fn into_resource(self) -> ResourceBuilder;
}

/// A builder that can be added once, or once for each element of a collection: a resource or a module.
pub trait Addable: Configure {
    /// The handle returned by adding it to a stack.
    type Handle: EntryHandle;

    /// Adds it to the scope.
    fn insert(self, scope: &Scope<'_>) -> Target;
}

impl<B: Buildable> Addable for B {
    type Handle = B::Handle;

    fn insert(self, scope: &Scope<'_>) -> Target {
        let ResourceParts { resource_type, name, body } = self.into_resource().into_parts();
        scope.insert_resource(resource_type, name, body)
    }
}

/// The builder of a nested block.
pub trait BlockBuilder: Configure {
    /// The same builder with nothing set.
    type Empty;

    /// Wraps a body in the builder.
    fn from_body(body: Body) -> Self;

    /// Takes the body out of the builder.
    fn into_body(self) -> Body;
}

/// A generated builder: a body or a resource behind typed setters.
///
/// The other builder traits are implemented for all wrappers at once, so that each of them is compiled only once.
pub trait Wrapper: Sized {
    /// The wrapped content: a [`ResourceBuilder`] or a [`Body`].
    type Content: Content;

    /// The handle of a resource; for a block, the builder with nothing set.
    type Of;

    /// Wraps the content.
    fn wrap(content: Self::Content) -> Self;

    /// Returns the wrapped content.
    fn content(&mut self) -> &mut Self::Content;
}

/// Content of a builder.
pub trait Content: Sized {
    /// Returns the body.
    fn content_body(&mut self) -> &mut Body;

    /// Takes the content out of a builder that is not used afterwards.
    #[must_use]
    fn take(&mut self) -> Self;
}

impl Content for Body {
    fn content_body(&mut self) -> &mut Body {
        self
    }

    fn take(&mut self) -> Self {
        mem::take(self)
    }
}

impl Content for ResourceBuilder {
    fn content_body(&mut self) -> &mut Body {
        self.body()
    }

    fn take(&mut self) -> Self {
        Self(self.0.take())
    }
}

impl<B: Wrapper> Configure for B {
    fn body_mut(&mut self) -> &mut Body {
        self.content().content_body()
    }
}

impl<B: Wrapper<Content = ResourceBuilder>> Buildable for B
where
    B::Of: ResourceHandle,
{
    type Handle = B::Of;
    type Provider = <B::Of as ResourceHandle>::Provider;

    fn into_resource(mut self) -> ResourceBuilder {
        self.content().take()
    }
}

impl<B: Wrapper<Content = Body>> BlockBuilder for B {
    type Empty = B::Of;

    fn from_body(body: Body) -> Self {
        Self::wrap(body)
    }

    fn into_body(mut self) -> Body {
        self.content().take()
    }
}

impl Body {
    /// Sets an argument. Called by generated setters.
    pub fn set_argument<T: ?Sized>(&mut self, name: &'static str, value: Expr<T>) {
        self.set(Text::from_static(name), without_conversion(value.into_expression()));
    }

    /// Sets a sensitive argument. A literal is an error unless it is marked as intentional with
    /// [`plaintext`](crate::plaintext).
    pub fn set_sensitive_argument<T: ?Sized>(&mut self, name: &'static str, value: Expr<T>) {
        let value = value.into_expression();
        let value = if value.is_literal() { Operation::Secret(value).into() } else { value };
        self.set(Text::from_static(name), value);
    }

    /// Builds a nested block that may be repeated, and appends it. Called by generated setters.
    pub fn push_built<S: BlockBuilder, B: BlockBuilder<Empty = S> + Complete>(
        &mut self,
        name: &'static str,
        build: impl FnOnce(S) -> B,
    ) {
        self.push_block(Text::from_static(name), built(build));
    }

    /// Builds a nested block that may occur once, and sets it.
    pub fn set_built<S: BlockBuilder, B: BlockBuilder<Empty = S> + Complete>(
        &mut self,
        name: &'static str,
        build: impl FnOnce(S) -> B,
    ) {
        self.set_block(Text::from_static(name), built(build));
    }

    /// Builds a nested block labeled with a key, and appends it.
    pub fn insert_built<S: BlockBuilder, B: BlockBuilder<Empty = S> + Complete>(
        &mut self,
        name: &'static str,
        key: impl Into<Text>,
        build: impl FnOnce(S) -> B,
    ) {
        self.push_block(
            Text::from_static(name),
            Block { labels: vec![key.into()], ..Block::from(built(build)) },
        );
    }

    /// Builds an element of an attribute that holds a list or set of objects and is written as a block in HCL.
    ///
    /// `keys` lists all attributes of the object: Terraform JSON must write each of them.
    pub fn push_element<S: BlockBuilder, B: BlockBuilder<Empty = S> + Complete>(
        &mut self,
        name: &'static str,
        keys: &'static [&'static str],
        build: impl FnOnce(S) -> B,
    ) {
        self.push_block(Text::from_static(name), Block { keys, ..Block::from(built(build)) });
    }

    /// Builds the object of an object attribute.
    pub fn set_object<S: BlockBuilder, B: BlockBuilder<Empty = S> + Complete>(
        &mut self,
        name: &'static str,
        build: impl FnOnce(S) -> B,
    ) {
        self.set(Text::from_static(name), built(build).into_object());
    }

    /// Builds an object and appends it to an attribute that holds a list or set of objects.
    pub fn push_object<S: BlockBuilder, B: BlockBuilder<Empty = S> + Complete>(
        &mut self,
        name: &'static str,
        build: impl FnOnce(S) -> B,
    ) {
        self.push_to_list(Text::from_static(name), built(build).into_object());
    }

    /// Builds an object and inserts it into an attribute that holds a map of objects.
    pub fn insert_object<S: BlockBuilder, B: BlockBuilder<Empty = S> + Complete>(
        &mut self,
        name: &'static str,
        key: impl Into<Text>,
        build: impl FnOnce(S) -> B,
    ) {
        self.insert_into_object(Text::from_static(name), key.into(), built(build).into_object());
    }
}

/// Removes a conversion to the argument's type that Terraform performs implicitly.
fn without_conversion(value: Expression) -> Expression {
    match value {
        Expression::Operation(operation) => match *operation {
            Operation::Call { function, mut arguments, expand_last: false }
                if arguments.len() == 1 && matches!(function.as_str(), "tostring" | "tolist") =>
            {
                arguments.remove(0)
            }
            other => other.into(),
        },
        value => value,
    }
}

fn built<S: BlockBuilder, B: BlockBuilder<Empty = S>>(build: impl FnOnce(S) -> B) -> Body {
    build(S::from_body(Body::new())).into_body()
}

/// The instances of a resource or module with `count` or `for_each`, accessed by index or by key.
///
/// It is a handle itself, of all instances: for [`depends_on`](crate::MetaArguments::depends_on),
/// [`Stack::amend`](crate::Stack::amend), [`Moved`](crate::Moved) and [`Import::for_each`](crate::Import::for_each).
///
/// ```
/// use iac_core::prelude::*;
/// use iac_core::{Import, Module};
///
/// let stack = Stack::new("sites");
/// let sites = stack.add(
///     Module::new("site", "./site").for_each(["a", "b"], |site, each| site.input("name", each.value)),
/// );
/// stack.add(Module::new("report", "./report").depends_on(&sites));
/// stack.add(Output::new("urls", sites.by_key(|site| site.output("url"))));
/// assert!(stack.render_hcl()?.contains("depends_on = [module.site]"));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct Many<H, K> {
    handle: Handle,
    types: PhantomData<fn(K) -> H>,
}

/// The handle of all instances: a list with `count`, a map with `for_each`.
impl<H: EntryHandle, K> EntryHandle for Many<H, K> {
    fn from_handle(handle: Handle) -> Self {
        Self { handle, types: PhantomData }
    }

    fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl<H: EntryHandle, K> Many<H, K> {
    fn at(&self, key: Expression) -> H {
        H::from_handle(Handle::instance(self.handle.target(), self.handle.expression().index(key)))
    }

    /// `[for instance in collection : of(instance)]`, or a splat where possible.
    fn each<T: ?Sized>(&self, collection: Expression, of: impl FnOnce(H) -> Expr<T>) -> Expr<List<T>> {
        let mut is_sensitive = false;
        let mut values = map_list(collection, |value| {
            let (value, sensitive) = self.bound(value, of);
            is_sensitive = sensitive;
            value
        });
        if is_sensitive {
            values.mark_sensitive(self.handle.target());
        }
        Expr::from_expression(values)
    }

    /// Returns the value of the instance in a variable, and whether it is sensitive.
    fn bound<T: ?Sized>(&self, value: Binding, of: impl FnOnce(H) -> Expr<T>) -> (Expression, bool) {
        let handle = Handle::instance(self.handle.target(), Expression::Bound(value));
        let value = of(H::from_handle(handle.clone())).into_expression();
        (value, handle.was_sensitive())
    }
}

impl<H: EntryHandle> Many<H, Number> {
    /// Returns the instance with the index, counted from zero.
    #[must_use]
    pub fn get(&self, index: impl IntoExpr<Number>) -> H {
        self.at(index.into_expr().into_expression())
    }

    /// Returns a value of each instance, in order: `all(|subnet| subnet.id())`.
    #[must_use]
    pub fn all<T: ?Sized>(&self, of: impl FnOnce(H) -> Expr<T>) -> Expr<List<T>> {
        self.each(self.handle.expression(), of)
    }
}

impl<H: EntryHandle> Many<H, String> {
    /// Returns the instance with the key.
    #[must_use]
    pub fn get(&self, key: impl IntoExpr<String>) -> H {
        self.at(key.into_expr().into_expression())
    }

    /// Returns a value of each instance, ordered by key.
    #[must_use]
    pub fn all<T: ?Sized>(&self, of: impl FnOnce(H) -> Expr<T>) -> Expr<List<T>> {
        self.each(Expression::call(Text::from_static("values"), vec![self.handle.expression()]), of)
    }

    /// Returns a map from instance key to a value of the instance.
    #[must_use]
    pub fn by_key<T: ?Sized>(&self, of: impl FnOnce(H) -> Expr<T>) -> Expr<Map<T>> {
        let (key, value) = (Binding::fresh(), Binding::fresh());
        let (result, is_sensitive) = self.bound(value, of);
        let result = ForResult::Object { key: Expression::Bound(key), value: result, group: false };
        let mut collection = self.handle.expression();
        if is_sensitive {
            collection.mark_sensitive(self.handle.target());
        }
        let expression = ForExpression { key: Some(key), value, collection, result, condition: None };
        Expr::from_expression(Operation::For(expression).into())
    }
}

/// A builder with `count` or `for_each`; see [`MetaArguments::count`](crate::MetaArguments::count).
#[derive(Clone, Debug)]
pub struct Repeated<B, K> {
    builder: B,
    key: PhantomData<fn() -> K>,
}

impl<B: Addable> Repeated<B, Number> {
    pub(crate) fn count<C: Addable>(
        builder: C,
        count: impl IntoExpr<Number>,
        build: impl FnOnce(C, Expr<Number>) -> B,
    ) -> Self {
        let index = Expr::from_expression(Expression::Symbol("count.index"));
        Self::over(build(builder, index), "count", count.into_expr().into_expression())
    }
}

impl<B: Addable> Repeated<B, String> {
    pub(crate) fn for_each<C: Addable, I: Collection>(
        builder: C,
        collection: I,
        build: impl FnOnce(C, Each<I::Element>) -> B,
    ) -> Self {
        Self::over(build(builder, Each::of_resource()), "for_each", collection.into_for_each())
    }
}

impl<B: Addable, K> Repeated<B, K> {
    fn over(mut builder: B, argument: &'static str, value: Expression) -> Self {
        builder.body_mut().set(Text::from_static(argument), value);
        Self { builder, key: PhantomData }
    }
}

impl<B: Addable + Complete> Construct for B {
    type Output = B::Handle;

    fn build(self, scope: &Scope<'_>) -> Self::Output {
        B::Handle::from_handle(Handle::new(self.insert(scope)))
    }
}

impl<B: Addable, K> Construct for Repeated<B, K> {
    type Output = Many<B::Handle, K>;

    fn build(self, scope: &Scope<'_>) -> Self::Output {
        Many::from_handle(Handle::new(self.builder.insert(scope)))
    }
}
