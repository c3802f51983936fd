//! A stack: one Terraform root module, and one state. Scopes, and the trait of everything that can be added to them.

mod entry;

use std::any::{Any, TypeId};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, btree_map};
use std::fmt;
use std::mem;
use std::panic::Location;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};

pub(crate) use self::entry::{Entry, EntryKind, Source};
use crate::body::Body;
use crate::configure::{Configure, RawBlock};
use crate::diagnostic::Diagnostic;
use crate::expression::{Expression, Reference, Target};
use crate::generic::is_generic;
use crate::handle::{EntryHandle, PROVIDER, ProviderHandle, ProviderType, ResourceHandle, ResourceType};
use crate::text::Text;

/// One Terraform root module with one state.
///
/// All entries are added with [`add`](Self::add), which takes `&self`, so that calls can nest and several stacks can
/// be filled at once. A stack is a shared handle: clones refer to the same stack.
///
/// ```
/// use iac_core::{Output, Stack, Variable};
///
/// let stack = Stack::new("network");
/// let region = stack.add(Variable::<String>::new("region").default("eu-west-1"));
/// stack.add(Output::new("region", region));
/// assert!(stack.render_hcl().unwrap().contains("value = var.region"));
/// ```
#[derive(Clone)]
pub struct Stack(pub(crate) Rc<StackContents>);

/// The contents of a stack.
pub(crate) struct StackContents {
    /// Unique in this process; never part of the output.
    pub(crate) id: u32,
    pub(crate) name: Text,
    /// The line that created the stack.
    pub(crate) source: &'static Location<'static>,
    pub(crate) environment: RefCell<Option<Text>>,
    /// Stacks that must be applied before this one, although none of their values is used.
    pub(crate) dependencies: RefCell<Vec<(Stack, &'static Location<'static>)>>,
    pub(crate) entries: RefCell<Vec<Entry>>,
    /// The files next to the configuration, by name.
    pub(crate) assets: RefCell<BTreeMap<String, Vec<u8>>>,
    pub(crate) diagnostics: RefCell<Vec<Diagnostic>>,
    /// Per-stack singletons of constructs, by type and the provider configurations in scope.
    shared: RefCell<Shared>,
    /// The line of the outermost `add` in progress.
    adding: Cell<Option<&'static Location<'static>>>,
}

type Shared = HashMap<(TypeId, Vec<Target>), Rc<dyn Any>>;

impl Stack {
    /// Creates an empty stack that belongs to no [`App`](crate::App), for tests and for rendering by hand.
    #[must_use]
    #[track_caller]
    pub fn new(name: impl Into<Text>) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self(Rc::new(StackContents {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            name: name.into(),
            source: Location::caller(),
            environment: RefCell::default(),
            dependencies: RefCell::default(),
            entries: RefCell::default(),
            assets: RefCell::default(),
            diagnostics: RefCell::default(),
            shared: RefCell::default(),
            adding: Cell::default(),
        }))
    }

    /// Sets the environment of the stack, which `iac --env NAME` selects.
    #[must_use]
    pub fn environment(self, name: impl Into<Text>) -> Self {
        self.0.environment.replace(Some(name.into()));
        self
    }

    /// Orders this stack after another one whose values it does not use. Stacks that use values are ordered
    /// automatically.
    #[track_caller]
    pub fn depends_on(&self, other: &Self) {
        self.0.dependencies.borrow_mut().push((other.clone(), Location::caller()));
    }

    /// Returns the stack's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Returns true if both are the same stack.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }

    /// Returns true if this stack was created before another one.
    #[must_use]
    pub fn precedes(&self, other: &Self) -> bool {
        self.0.id < other.0.id
    }

    /// Returns true if an entry was added to this stack.
    #[must_use]
    pub fn contains(&self, handle: &impl EntryHandle) -> bool {
        handle.handle().target().stack == self.0.id
    }

    /// Adds a construct and returns its handle.
    #[track_caller]
    pub fn add<C: Construct>(&self, construct: C) -> C::Output {
        self.scope(Text::default()).add(construct)
    }

    /// Changes an entry that was added before, bypassing the types: to override a construct's decision, or to [waive
    /// a policy](Configure::waive) for one of its resources.
    ///
    /// ```
    /// use iac_core::prelude::*;
    ///
    /// let stack = Stack::new("network");
    /// let network = stack.add(iac_core::Module::new("network", "./network"));
    /// stack.amend(&network, |module| module.argument("zones", 3));
    /// assert!(stack.render_hcl()?.contains("zones = 3"));
    /// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
    /// ```
    #[track_caller]
    pub fn amend(&self, handle: &impl EntryHandle, change: impl FnOnce(RawBlock) -> RawBlock) {
        let target = handle.handle().target();
        if target.stack != self.0.id {
            let summary = "cannot amend an entry of another stack";
            let diagnostic = Diagnostic::error("amended-elsewhere", summary).at(Location::caller());
            return self.0.diagnostics.borrow_mut().push(diagnostic);
        }
        self.amend_entry(target.entry as usize, change);
    }

    /// Changes each resource of a type that was added so far, including those in constructs.
    ///
    /// ```
    /// # use iac_core::bindings as c;
    /// # mod iam {
    /// #     use iac_core::bindings as c;
    /// #     pub struct Role(c::Handle);
    /// #     static PROVIDER: c::ProviderType = c::ProviderType { local_name: "aws", source: "hashicorp/aws", version: "5" };
    /// #     impl c::ResourceHandle for Role {
    /// #         type Provider = ();
    /// #         const TYPE: c::ResourceType =
    /// #             c::ResourceType { name: "aws_iam_role", mode: c::ResourceMode::Managed, provider: &PROVIDER };
    /// #         fn from_handle(handle: c::Handle) -> Self { Self(handle) }
    /// #         fn handle(&self) -> &c::Handle { &self.0 }
    /// #     }
    /// # }
    /// use iac_core::prelude::*;
    ///
    /// let stack = Stack::new("production");
    /// stack.amend_each::<iam::Role>(|role| {
    ///     role.argument("permissions_boundary", "arn:aws:iam::111111111111:policy/boundary")
    /// });
    /// ```
    pub fn amend_each<H: ResourceHandle>(&self, change: impl Fn(RawBlock) -> RawBlock) {
        let is_of_type = |entry: &Entry| matches!(entry.kind, EntryKind::Resource(kind) if (kind.mode, kind.name) == (H::TYPE.mode, H::TYPE.name));
        let number = self.0.entries.borrow().len();
        for entry in 0..number {
            if is_of_type(&self.0.entries.borrow()[entry]) {
                self.amend_entry(entry, &change);
            }
        }
    }

    /// Changes the resource of a type with this name, which may be inside a construct: the name of its address.
    ///
    /// ```
    /// # use iac_core::bindings as c;
    /// # mod iam {
    /// #     use iac_core::bindings as c;
    /// #     pub struct Role(c::Handle);
    /// #     static PROVIDER: c::ProviderType = c::ProviderType { local_name: "aws", source: "hashicorp/aws", version: "5" };
    /// #     impl c::ResourceHandle for Role {
    /// #         type Provider = ();
    /// #         const TYPE: c::ResourceType =
    /// #             c::ResourceType { name: "aws_iam_role", mode: c::ResourceMode::Managed, provider: &PROVIDER };
    /// #         fn from_handle(handle: c::Handle) -> Self { Self(handle) }
    /// #         fn handle(&self) -> &c::Handle { &self.0 }
    /// #     }
    /// # }
    /// use iac_core::prelude::*;
    ///
    /// let stack = Stack::new("production");
    /// stack.amend_named::<iam::Role>("main_flow_log", |role| role.argument("path", "/network/"));
    /// let problems = stack.render_hcl().unwrap_err();
    /// assert!(problems.to_string().contains("`aws_iam_role.main_flow_log` does not exist"));
    /// ```
    #[track_caller]
    pub fn amend_named<H: ResourceHandle>(&self, name: &str, change: impl FnOnce(RawBlock) -> RawBlock) {
        let is_it = |entry: &Entry| {
            matches!(entry.kind, EntryKind::Resource(kind) if *kind == H::TYPE) && entry.name == *name
        };
        let entry = self.0.entries.borrow().iter().position(is_it);
        if let Some(entry) = entry {
            return self.amend_entry(entry, change);
        }
        let summary = format!("`{}.{name}` does not exist", H::TYPE.name);
        let diagnostic = Diagnostic::error("amended-nothing", summary)
            .at(Location::caller())
            .hint("add the construct before its resources are amended");
        self.0.diagnostics.borrow_mut().push(diagnostic);
    }

    fn amend_entry(&self, entry: usize, change: impl FnOnce(RawBlock) -> RawBlock) {
        let body = mem::take(&mut self.0.entries.borrow_mut()[entry].body);
        let body = mem::take(change(RawBlock::from(body)).body_mut());
        self.0.entries.borrow_mut()[entry].body = body;
    }

    /// Returns a scope for a part of the stack: see [`Scope::nested`].
    #[must_use]
    pub fn nested(&self, name: impl Into<Text>) -> Scope<'_> {
        self.scope(name.into())
    }

    fn scope(&self, path: Text) -> Scope<'_> {
        Scope { stack: self, path, caller: Cell::new(None), providers: Vec::new() }
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stack")
            .field("name", &self.0.name)
            .field("entries", &self.0.entries.borrow().len())
            .finish_non_exhaustive()
    }
}

/// A scope to which a construct adds its parts: a stack, and the names of the enclosing constructs.
#[derive(Debug)]
pub struct Scope<'a> {
    stack: &'a Stack,
    path: Text,
    /// The line of the `add` in progress in this scope.
    caller: Cell<Option<&'static Location<'static>>>,
    /// The provider configurations that resources use by default; the last one of a provider applies.
    providers: Vec<(&'static ProviderType, Target)>,
}

/// A scope that a construct's handle keeps, to add more parts later: a rule to a security group, an alarm to a
/// service.
///
/// ```
/// use iac_core::prelude::*;
/// use iac_core::OwnedScope;
///
/// /// A list of names, each exported as an output.
/// struct Names(OwnedScope);
///
/// impl Names {
///     #[track_caller]
///     fn name(&self, name: &str) {
///         self.0.add(|scope| scope.add(Output::new(name, name)));
///     }
/// }
///
/// let stack = Stack::new("people");
/// let names = Names(stack.nested("names").to_owned_scope());
/// names.name("ada");
/// assert!(stack.render_hcl()?.contains(r#"output "names_ada""#));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
#[derive(Clone, Debug)]
pub struct OwnedScope {
    stack: Stack,
    path: Text,
    providers: Vec<(&'static ProviderType, Target)>,
}

impl OwnedScope {
    /// Returns the stack.
    #[must_use]
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// Returns the names of the enclosing constructs, outermost first.
    pub fn path(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').filter(|name| !name.is_empty())
    }

    /// Runs a closure that adds parts. The calling line becomes the source of everything it adds.
    #[track_caller]
    pub fn add<T>(&self, add: impl FnOnce(&Scope<'_>) -> T) -> T {
        let scope = Scope {
            stack: &self.stack,
            path: self.path.clone(),
            caller: Cell::new(None),
            providers: self.providers.clone(),
        };
        scope.adding(|| add(&scope))
    }
}

impl<'a> Scope<'a> {
    /// Returns the stack.
    #[must_use]
    pub fn stack(&self) -> &'a Stack {
        self.stack
    }

    /// Returns a scope for the parts of a construct. Names added to it are prefixed: `content` in the scope `website`
    /// becomes `website_content`.
    #[must_use]
    pub fn nested(&self, name: impl Into<Text>) -> Self {
        let path = match (self.path.as_str(), name.into()) {
            ("", name) => name,
            (path, name) => format!("{path}/{name}").into(),
        };
        Self { stack: self.stack, path, caller: self.caller.clone(), providers: self.providers.clone() }
    }

    /// Makes resources in this scope and in scopes nested in it use a provider configuration, unless they [select one
    /// themselves](crate::ResourceArguments::provider). Modules may use several and are [passed theirs
    /// explicitly](crate::Module::provider).
    #[must_use]
    pub fn provider<P>(mut self, provider: &ProviderHandle<P>) -> Self {
        self.providers.push((provider.provider(), provider.handle().target()));
        self
    }

    /// Returns the names of the enclosing constructs, outermost first.
    pub fn path(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').filter(|name| !name.is_empty())
    }

    /// Returns an owned copy of the scope, for handles to keep.
    #[must_use]
    pub fn to_owned_scope(&self) -> OwnedScope {
        OwnedScope { stack: self.stack.clone(), path: self.path.clone(), providers: self.providers.clone() }
    }

    /// Returns a per-stack singleton of a construct. The first caller creates it: `make` receives the scope of the
    /// stack itself. Under another [provider configuration](Self::provider), a separate singleton is created, in a
    /// scope named after the alias.
    pub fn shared<T: Clone + 'static>(&self, make: impl FnOnce(&Self) -> T) -> T {
        let key = (TypeId::of::<T>(), self.providers.iter().map(|(_, target)| *target).collect());
        let contents = &self.stack.0;
        let known = contents.shared.borrow().get(&key).cloned();
        let shared = known.unwrap_or_else(|| {
            let alias = self
                .providers
                .last()
                .map(|(_, provider)| contents.entries.borrow()[provider.entry as usize].name.clone());
            let scope = Self {
                stack: self.stack,
                path: alias.unwrap_or_default(),
                caller: self.caller.clone(),
                providers: self.providers.clone(),
            };
            let new: Rc<dyn Any> = Rc::new(make(&scope));
            contents.shared.borrow_mut().insert(key, Rc::clone(&new));
            new
        });
        shared.downcast_ref::<T>().expect("singletons are stored by type").clone()
    }

    /// Adds a construct and returns its handle.
    #[track_caller]
    pub fn add<C: Construct>(&self, construct: C) -> C::Output {
        self.adding(|| construct.build(self))
    }

    /// Runs a closure that adds parts, with the calling line as their source.
    #[track_caller]
    fn adding<T>(&self, add: impl FnOnce() -> T) -> T {
        let caller = Location::caller();
        let adding = &self.stack.0.adding;
        let outermost = adding.get().is_none();
        if outermost {
            adding.set(Some(caller));
        }
        let before = self.caller.replace(Some(caller));
        let output = add();
        self.caller.set(before);
        if outermost {
            adding.set(None);
        }
        output
    }

    /// Reports a diagnostic at the line of the `add` in progress. If it is an error, nothing is written.
    pub fn report(&self, diagnostic: Diagnostic) {
        self.stack.0.diagnostics.borrow_mut().push(diagnostic.at(self.source().outer));
    }

    /// Adds a resource as is. Called by [`Construct::build`] of a builder.
    pub(crate) fn insert_resource(
        &self,
        resource_type: &'static ResourceType,
        name: Text,
        mut body: Body,
    ) -> Target {
        let mut providers = self.providers.iter().rev();
        if let Some((_, provider)) = providers.find(|(provider, _)| is_provider_of(provider, resource_type))
            && body.argument(&PROVIDER).is_none()
        {
            let provider = Expression::from(Reference { target: *provider, attribute: "", sensitive: false });
            body.set(PROVIDER, provider.into_static());
        }
        self.insert(EntryKind::Resource(resource_type), name, body)
    }

    /// Adds a provider configuration. Called by a provider's builder. Its name is its `alias`.
    #[must_use]
    pub fn add_provider<P>(&self, provider: &'static ProviderType, body: Body) -> ProviderHandle<P> {
        let alias = match body.argument("alias") {
            Some(Expression::String(alias)) => alias.clone(),
            _ => Text::default(),
        };
        ProviderHandle::new(provider, self.insert(EntryKind::Provider(provider), alias, body))
    }

    /// Adds an asset. Returns `false` if one with the same name and different content exists.
    pub(crate) fn insert_asset(&self, name: String, content: Vec<u8>) -> bool {
        match self.stack.0.assets.borrow_mut().entry(name) {
            btree_map::Entry::Occupied(existing) => *existing.get() == content,
            btree_map::Entry::Vacant(free) => {
                free.insert(content);
                true
            }
        }
    }

    /// Returns the target of the entry that is inserted next.
    pub(crate) fn next_target(&self) -> Target {
        let entries = self.stack.0.entries.borrow().len();
        let entry = u32::try_from(entries).expect("a stack has fewer than four billion entries");
        Target { stack: self.stack.0.id, entry }
    }

    pub(crate) fn insert(&self, kind: EntryKind, name: Text, body: Body) -> Target {
        let (name, construct_path) = match self.path.as_str() {
            "" => (name.clone(), name),
            path => (format!("{}_{name}", path.replace('/', "_")).into(), format!("{path}/{name}").into()),
        };
        let target = self.next_target();
        let entry = Entry { kind, name, body, source: self.source(), construct_path };
        self.stack.0.entries.borrow_mut().push(entry);
        target
    }

    fn source(&self) -> Source {
        let inner = self.caller.get().unwrap_or(self.stack.0.source);
        Source { outer: self.stack.0.adding.get().unwrap_or(inner), inner }
    }
}

/// Returns `true` if a resource of the type uses configurations of the provider.
fn is_provider_of(provider: &ProviderType, resource_type: &ResourceType) -> bool {
    if is_generic(resource_type) {
        provider.local_name == resource_type.provider.local_name
    } else {
        provider == resource_type.provider
    }
}

/// A part of a stack: a resource, a variable, or a pattern of many resources.
///
/// Bindings implement it for builders whose required arguments are set. Implement it for a pattern to add several
/// parts as one:
///
/// ```
/// use iac_core::prelude::*;
///
/// /// A setting with a default that can be overridden, exported as an output.
/// struct Setting(&'static str);
///
/// impl Construct for Setting {
///     type Output = Expr<String>;
///
///     fn build(self, scope: &Scope<'_>) -> Expr<String> {
///         let scope = scope.nested(self.0);
///         let value = scope.add(Variable::<String>::new("override").default(self.0));
///         scope.add(Output::new("value", &value));
///         value
///     }
/// }
///
/// let stack = Stack::new("settings");
/// stack.add(Setting("color"));
/// assert!(stack.render_hcl()?.contains("value = var.color_override"));
/// # Ok::<(), iac_core::diagnostic::Diagnostics>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be added to a stack",
    label = "not a construct, nor a resource with all required arguments"
)]
pub trait Construct {
    /// The value returned by [`Stack::add`](crate::Stack::add): usually a handle that other parts refer to.
    type Output;

    /// Adds the parts of the construct to the scope.
    fn build(self, scope: &Scope<'_>) -> Self::Output;
}
