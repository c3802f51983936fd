//! Values of one stack that another stack uses.
//!
//! The producing stack gets an output; the consuming one gets a `terraform_remote_state` data source and refers to
//! that. Terraform knows nothing about the dependency, so `iac` orders the stacks.

mod projection;

use std::collections::{HashMap, HashSet};
use std::iter;
use std::panic::Location;

use super::root_module::{Additions, Scanned};
use crate::address::ResourceMode;
use crate::blocks::settings::{BACKEND, CLOUD};
use crate::body::{Body, Content};
use crate::builder::{ProviderType, ResourceType};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expression::{Expression, ObjectKey, Operation, Reference, TemplatePart};
use crate::graph::Edge;
use crate::stack::{Entry, EntryKind, Source, Stack};
use crate::text::Text;

static TERRAFORM: ProviderType =
    ProviderType { local_name: "terraform", source: ProviderType::BUILT_IN_SOURCE, version: "" };
static REMOTE_STATE: ResourceType =
    ResourceType { name: "terraform_remote_state", mode: ResourceMode::Data, provider: &TERRAFORM };

/// The resolved references between stacks.
pub(super) struct Resolved {
    /// The entries to add to each stack.
    pub(super) additions: Vec<Additions>,
    /// The dependencies between stacks.
    pub(super) edges: Vec<Edge>,
    /// The line that causes each dependency, by the stacks' positions.
    pub(super) lines: HashMap<(u32, u32), &'static Location<'static>>,
}

/// Resolves the references between stacks into additional entries and dependencies.
pub(super) fn resolve(modules: &[Scanned<'_>], diagnostics: &mut Diagnostics) -> Resolved {
    let positions: HashMap<u32, usize> =
        modules.iter().enumerate().map(|(position, module)| (module.stack.0.id, position)).collect();
    let additions = modules.iter().map(|_| Additions::default()).collect();
    let mut resolver = Resolver {
        modules,
        positions,
        additions,
        exports: HashMap::new(),
        projected: HashMap::new(),
        taken: vec![None; modules.len()],
        edges: Vec::new(),
        lines: HashMap::new(),
    };
    for consumer in 0..modules.len() {
        resolver.resolve_dependencies(consumer, diagnostics);
        resolver.resolve_stack(consumer, diagnostics);
    }
    Resolved { additions: resolver.additions, edges: resolver.edges, lines: resolver.lines }
}

struct Resolver<'a> {
    modules: &'a [Scanned<'a>],
    /// The position of each stack by ID.
    positions: HashMap<u32, usize>,
    additions: Vec<Additions>,
    /// The output name of each exported value, by producing stack and path or projection.
    exports: HashMap<(usize, String), Text>,
    /// The projections for instances that are chosen where they are used.
    projected: HashMap<(Reference, Vec<Text>), Expression>,
    /// The output names of each stack, computed when first needed.
    taken: Vec<Option<HashSet<Text>>>,
    edges: Vec<Edge>,
    lines: HashMap<(u32, u32), &'static Location<'static>>,
}

impl Resolver<'_> {
    fn resolve_dependencies(&mut self, consumer: usize, diagnostics: &mut Diagnostics) {
        for (dependency, line) in self.modules[consumer].stack.0.dependencies.borrow().iter() {
            match self.positions.get(&dependency.0.id) {
                Some(&producer) => self.depend(consumer, producer, Text::from_static("depends_on"), line),
                None => diagnostics.push(
                    Diagnostic::error(
                        "unknown-stack",
                        format!("stack `{}` belongs to another app", dependency.name()),
                    )
                    .at(*line)
                    .hint("create both stacks with the same `App`"),
                ),
            }
        }
    }

    fn resolve_stack(&mut self, consumer: usize, diagnostics: &mut Diagnostics) {
        let module = &self.modules[consumer];
        for &position in &module.findings.foreign {
            let entry = &module.entries[position as usize];
            let mut body = entry.body.clone();
            body.change_expressions(&mut |attribute, value| {
                self.replace(Use { consumer, position, entry, attribute }, value, diagnostics);
            });
            self.additions[consumer].rewritten.insert(position, body);
        }
    }

    /// Replaces references to other stacks in the expression and its children.
    fn replace(&mut self, used: Use<'_>, expression: &mut Expression, diagnostics: &mut Diagnostics) {
        let stack = self.modules[used.consumer].stack.0.id;
        if let Some((instances, path, key)) = projection::chosen(expression)
            && instances.target.stack != stack
            && let Some(projected) = self.projected(instances, path)
        {
            // The instance is chosen among the values of all instances.
            *expression = projected.index(key.clone());
        }
        match root(expression).or_else(|| projection::root(expression)) {
            Some(root) if root.target.stack != stack && self.is_whole_resource(root, expression) => {
                diagnostics.push(used.whole_resource());
                *expression = Expression::Null;
            }
            Some(root) if root.target.stack != stack => {
                // The renderer would resolve it in the wrong stack.
                *expression = self.read(used, root, expression).unwrap_or_else(|| {
                    diagnostics.push(used.stack_of_another_app());
                    Expression::Null
                });
            }
            Some(_) => {}
            None => {
                if let Expression::Operation(operation) = expression
                    && let Operation::Static(address) = &mut **operation
                    && root(address).is_some_and(|root| root.target.stack != stack)
                {
                    diagnostics.push(used.address_in_another_stack());
                    *expression = Expression::Null;
                } else {
                    expression.for_each_child_mut(&mut |child| self.replace(used, child, diagnostics));
                }
            }
        }
    }

    /// Returns an attribute of each instance; `None` for an entry without instances.
    fn projected(&mut self, instances: Reference, path: Vec<Text>) -> Option<Expression> {
        let producer = *self.positions.get(&instances.target.stack)?;
        let entry = self.modules[producer].entries.get(instances.target.entry as usize)?;
        let is_counted = entry.body.argument("count").is_some();
        if !is_counted && entry.body.argument("for_each").is_none() {
            return None;
        }
        // Equal projections are one output.
        let key = (instances, path);
        let projected = self.projected.entry(key.clone());
        Some(projected.or_insert_with(|| projection::of(key.0, key.1, is_counted)).clone())
    }

    /// Returns true for a resource, or an instance of one, instead of one of its attributes. As an output, it would publish
    /// all of them.
    fn is_whole_resource(&self, root: Reference, value: &Expression) -> bool {
        let entry = || {
            let producer = *self.positions.get(&root.target.stack)?;
            self.modules[producer].entries.get(root.target.entry as usize)
        };
        is_whole(value) && entry().is_some_and(|entry| matches!(entry.kind, EntryKind::Resource(_)))
    }

    /// Returns the expression that reads the value in the consumer, or `None` if the producing stack belongs to
    /// another app.
    fn read(&mut self, used: Use<'_>, root: Reference, value: &Expression) -> Option<Expression> {
        let producer = *self.positions.get(&root.target.stack)?;
        let output = self.export(producer, root, value);
        let module = &self.modules[producer];
        self.depend(used.consumer, producer, used.attribute.clone(), used.entry.source.outer);
        let additions = &mut self.additions[used.consumer];
        let name = &module.stack.0.name;
        let known = additions.remote_states.iter().position(|entry| entry.name == **name);
        let remote_state = known.unwrap_or_else(|| {
            additions.remote_states.push(remote_state(module.stack, module.entries, used.entry.source));
            additions.remote_states.len() - 1
        });
        additions.reads.push((used.position, remote_state, used.attribute.clone()));
        let address = format!("data.terraform_remote_state.{name}.outputs");
        Some(Expression::from(Operation::Raw(address)).attribute(output))
    }

    /// Returns the output name of a value, adding the output if necessary.
    fn export(&mut self, producer: usize, root: Reference, value: &Expression) -> Text {
        let module = &self.modules[producer];
        let mut path = module.addresses[root.target.entry as usize].as_str().to_owned();
        let is_projection = projection::write_path(value, &mut path);
        if !is_projection {
            write_path(value, &mut path);
        }
        // The path of a projection is only a name for it.
        let key = if is_projection { format!("{value:?}") } else { path.clone() };
        if let Some(output) = self.exports.get(&(producer, key.clone())) {
            return output.clone();
        }
        let name = self.free_output(producer, &path);
        let mut body = Body::new();
        body.set(Text::from_static("value"), value.clone());
        if root.sensitive {
            body.set(Text::from_static("sensitive"), Expression::Bool(true));
        }
        let source = module.entries[root.target.entry as usize].source;
        let construct_path = name.clone();
        let entry = Entry { kind: EntryKind::Output, name: name.clone(), body, source, construct_path };
        self.additions[producer].exports.push(entry);
        self.exports.insert((producer, key), name.clone());
        name
    }

    /// Returns an unused output name derived from the value's path.
    fn free_output(&mut self, producer: usize, path: &str) -> Text {
        let taken = self.taken[producer].get_or_insert_with(|| {
            let outputs =
                self.modules[producer].entries.iter().filter(|entry| entry.kind == EntryKind::Output);
            outputs.map(|entry| entry.name.clone()).collect()
        });
        let name: String =
            path.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).collect();
        let numbered = (2..).map(|number| Text::from(format!("{name}_{number}")));
        let free = iter::once(Text::from(&name)).chain(numbered).find(|name| !taken.contains(name));
        let free = free.expect("there are more numbers than outputs");
        taken.insert(free.clone());
        free
    }

    fn depend(
        &mut self,
        consumer: usize,
        producer: usize,
        attribute: Text,
        line: &'static Location<'static>,
    ) {
        let position = |stack| u32::try_from(stack).expect("there are fewer than four billion stacks");
        let (from, to) = (position(consumer), position(producer));
        self.lines.entry((from, to)).or_insert_with(|| {
            self.edges.push(Edge { from, to, attribute });
            line
        });
    }
}

/// A use of another stack's value.
#[derive(Clone, Copy)]
struct Use<'a> {
    consumer: usize,
    position: u32,
    entry: &'a Entry,
    attribute: &'a Text,
}

impl Use<'_> {
    fn stack_of_another_app(self) -> Diagnostic {
        let summary =
            format!("`{}` of `{}` refers to a stack of another app", self.attribute, self.address());
        Diagnostic::error("unknown-stack", summary)
            .address(self.address())
            .at(self.entry.source.outer)
            .hint("create both stacks with the same `App`")
    }

    fn whole_resource(self) -> Diagnostic {
        let summary =
            format!("`{}` of `{}` is a whole resource of another stack", self.attribute, self.address());
        Diagnostic::error("whole-resource", summary)
            .address(self.address())
            .at(self.entry.source.outer)
            .detail(
                "Values of other stacks are outputs. A whole resource would publish all of its attributes.",
            )
            .hint("use attributes: `subnets.get(\"a\").id()`, `subnets.all(|subnet| subnet.id())`")
    }

    fn address_in_another_stack(self) -> Diagnostic {
        let summary =
            format!("`{}` of `{}` refers to an address in another stack", self.attribute, self.address());
        Diagnostic::error("address-of-another-stack", summary)
            .address(self.address())
            .at(self.entry.source.outer)
            .detail("Terraform addresses are local to a stack; only values can be passed between stacks.")
            .hint("to order stacks as a whole, use `Stack::depends_on`")
    }

    fn address(self) -> Text {
        self.entry.display_address()
    }
}

/// Returns the root of an attribute path: `aws_subnet.a` of `aws_subnet.a["x"].id`.
fn root(expression: &Expression) -> Option<Reference> {
    match expression {
        Expression::Reference(reference) => Some(*reference),
        Expression::Operation(operation) => match &**operation {
            Operation::Attribute(base, _)
            | Operation::Index(base, Expression::Integer(_) | Expression::String(_)) => root(base),
            _ => None,
        },
        _ => None,
    }
}

/// Returns true if an attribute path selects no attribute.
fn is_whole(expression: &Expression) -> bool {
    match expression {
        Expression::Reference(reference) => reference.attribute.is_empty(),
        Expression::Operation(operation) => {
            matches!(&**operation, Operation::Index(base, _) if is_whole(base))
        }
        _ => false,
    }
}

/// Writes the part of an attribute path after its root.
fn write_path(expression: &Expression, out: &mut String) {
    match expression {
        Expression::Reference(Reference { attribute, .. }) if !attribute.is_empty() => {
            out.push('.');
            out.push_str(attribute);
        }
        Expression::Operation(operation) => match &**operation {
            Operation::Attribute(base, name) => {
                write_path(base, out);
                out.push('.');
                out.push_str(name);
            }
            Operation::Index(base, key) => {
                write_path(base, out);
                out.push('.');
                match key {
                    Expression::Integer(number) => out.push_str(&number.to_string()),
                    Expression::String(text) => out.push_str(text),
                    _ => {}
                }
            }
            _ => {}
        },
        _ => {}
    }
}

/// Creates the data source that reads a stack's state from its backend.
fn remote_state(stack: &Stack, entries: &[Entry], source: Source) -> Entry {
    let settings = || entries.iter().filter(|entry| entry.kind == EntryKind::Settings);
    let backend = settings().find_map(|entry| entry.body.blocks(BACKEND).next());
    let cloud = settings().find_map(|entry| entry.body.blocks(CLOUD).next());
    let (kind, config) = match (backend, cloud) {
        (Some(backend), _) => (backend.labels[0].clone(), config(&backend.body)),
        (None, Some(cloud)) => (Text::from_static("remote"), config(&cloud.body)),
        (None, None) => (Text::from_static("local"), local_state(stack.name())),
    };
    let mut body = Body::new();
    body.set(Text::from_static("backend"), Expression::String(kind));
    body.set(Text::from_static("config"), config);
    let name = stack.0.name.clone();
    Entry { kind: EntryKind::Resource(&REMOTE_STATE), name: name.clone(), body, source, construct_path: name }
}

/// Converts the arguments of a backend into an object. Its blocks occur at most once and become nested objects.
fn config(body: &Body) -> Expression {
    let elements = body.items().iter().filter_map(|item| {
        let value = match &item.content {
            Content::Argument(value) => value.clone(),
            Content::Block(block) => config(&block.body),
            Content::Dynamic(_) => return None,
        };
        Some((ObjectKey::Name(item.name.clone()), value))
    });
    Expression::Object(elements.collect())
}

/// `{ path = "${path.module}/../<stack>/terraform.tfstate" }`: Terraform's default, next to the configuration.
fn local_state(stack: &str) -> Expression {
    let path = Operation::Template(vec![
        TemplatePart::Interpolation(Expression::Symbol("path.module")),
        TemplatePart::Literal(format!("/../{stack}/terraform.tfstate")),
    ]);
    Expression::Object(vec![(ObjectKey::Name(Text::from_static("path")), path.into())])
}
