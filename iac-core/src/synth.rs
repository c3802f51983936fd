//! From stacks to text: everything is checked first, then everything is rendered. Nothing here touches a disk.

mod cross_stack;
mod document;
mod manifest;
mod root_module;
mod scan;
mod sensitive;

use std::collections::{BTreeMap, HashMap};
use std::panic::{Location, resume_unwind};
use std::thread;

use self::cross_stack::Resolved;
use self::root_module::Scanned;
use crate::address::is_identifier;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::Gathered;
use crate::expression::{Expression, Operation};
use crate::graph::{Cycle, Edge, Graph};
use crate::render::Form;
use crate::stack::Stack;
use crate::text::Text;

/// How configurations are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Syntax {
    /// HCL as `terraform fmt` leaves it: `main.tf`.
    #[default]
    Hcl,
    /// Terraform's JSON syntax: `main.tf.json`.
    Json,
}

impl Syntax {
    /// The name of the file that holds a stack's configuration.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Hcl => "main.tf",
            Self::Json => "main.tf.json",
        }
    }
}

/// The name of the file that holds a stack's model.
pub(crate) const MODEL: &str = "model.json";

/// The name of the file that says what is where.
pub(crate) const MANIFEST: &str = "manifest.json";

/// The comment that every configuration begins with.
pub(crate) const HEADER: [&str; 2] = [
    "Written by `iac synth`: change the Rust program, not this file.",
    "Terraform's `.terraform.lock.hcl` belongs beside it: commit it, nothing here overwrites it.",
];

/// What a program comes to: the files, as text.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Synthesis {
    /// The stacks, in the order in which they were made.
    pub stacks: Vec<SynthesizedStack>,
    /// `manifest.json`: what is where, which line of Rust made it, and what depends on what.
    pub manifest: String,
    /// What is not wrong, but should be known.
    pub warnings: Diagnostics,
}

/// The configuration of one stack.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SynthesizedStack {
    /// The stack's name, which is also the name of its directory.
    pub name: Text,
    /// How many resources and data sources it has.
    pub resources: usize,
    /// The text of the configuration.
    pub configuration: String,
    /// The text of the model: the same configuration in Terraform's JSON syntax, with a block a line. A planner reads it
    /// faster than Terraform's own language; Terraform does not read it.
    pub model: String,
    /// The files beside the configuration, by name: see [`Asset`](crate::Asset).
    pub assets: BTreeMap<String, Vec<u8>>,
}

impl Stack {
    /// The configuration of this stack alone, as HCL.
    ///
    /// # Errors
    ///
    /// All problems of the stack, when there is an error among them.
    pub fn render_hcl(&self) -> Result<String, Diagnostics> {
        self.render(Syntax::Hcl)
    }

    /// The configuration of this stack alone, as Terraform JSON.
    ///
    /// # Errors
    ///
    /// All problems of the stack, when there is an error among them.
    pub fn render_json(&self) -> Result<String, Diagnostics> {
        self.render(Syntax::Json)
    }

    fn render(&self, syntax: Syntax) -> Result<String, Diagnostics> {
        let synthesis = synthesize(std::slice::from_ref(self), syntax)?;
        Ok(synthesis.stacks.into_iter().map(|stack| stack.configuration).collect())
    }
}

/// Checks all stacks and renders them.
///
/// # Errors
///
/// All problems of the program, when there is an error among them.
pub fn synthesize(stacks: &[Stack], syntax: Syntax) -> Result<Synthesis, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    for stack in stacks {
        diagnostics.extend(stack.0.diagnostics.borrow().iter().cloned());
    }
    check_stack_names(stacks, &mut diagnostics);

    if Gathered::in_use() {
        for stack in stacks {
            for entry in stack.0.entries.borrow_mut().iter_mut() {
                entry.body.change_expressions(&mut |_, expression| take_what_is_gathered(expression));
            }
        }
    }
    let entries: Vec<_> = stacks.iter().map(|stack| stack.0.entries.borrow()).collect();
    for entries in &entries {
        sensitive::check_outputs(entries, &mut diagnostics);
    }
    let scanned: Vec<_> = stacks
        .iter()
        .zip(&entries)
        .map(|(stack, entries)| Scanned::new(stack, entries, &mut diagnostics))
        .collect();
    let Resolved { additions, edges, lines } = cross_stack::resolve(&scanned, &mut diagnostics);
    let stack_graph = Graph::new(stacks.iter().map(|stack| stack.0.name.clone()).collect(), edges);
    if let Err(cycle) = stack_graph.order() {
        diagnostics.push(cycle_diagnostic(&cycle, |edge| lines[&(edge.from, edge.to)]));
    }
    let modules: Vec<_> =
        scanned.into_iter().zip(additions).map(|(scanned, additions)| scanned.with(additions)).collect();

    let mut ordered = Vec::with_capacity(modules.len());
    for module in &modules {
        module.check_names(&mut diagnostics);
        match module.graph.order() {
            Ok(order) => ordered.push((module, order)),
            Err(cycle) => {
                diagnostics.push(cycle_diagnostic(&cycle, |edge| module.entry(edge.from).0.source.outer));
            }
        }
    }
    let render = |form, diagnostics: &mut Diagnostics| -> Vec<String> {
        ordered.iter().map(|(module, order)| document::render(form, module, order, diagnostics)).collect()
    };
    let (configurations, models) = thread::scope(|scope| {
        // What is wrong with the model is wrong with the configuration, too.
        let models = scope.spawn(|| render(Form::Model, &mut Diagnostics::default()));
        let configurations = render(Form::Configuration(syntax), &mut diagnostics);
        (configurations, models.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let manifest = manifest::write(&modules, &stack_graph, stacks, syntax);
    let texts = configurations.into_iter().zip(models);
    let synthesized = modules.iter().zip(stacks).zip(texts);
    let stacks = synthesized.map(|((module, stack), (configuration, model))| SynthesizedStack {
        name: module.name.clone(),
        resources: module.resources(),
        configuration,
        model,
        assets: stack.0.assets.borrow().clone(),
    });
    Ok(Synthesis { stacks: stacks.collect(), manifest, warnings: diagnostics })
}

/// Has lists that gather elements hold what they have gathered.
fn take_what_is_gathered(expression: &mut Expression) {
    if let Expression::Operation(operation) = expression
        && let Operation::Gathered(gathered, now) = &mut **operation
    {
        *now = Expression::List(gathered.elements());
    }
    expression.for_each_child_mut(&mut take_what_is_gathered);
}

/// Reports names that are no directory's, and names that are there twice.
fn check_stack_names(stacks: &[Stack], diagnostics: &mut Diagnostics) {
    let mut first_of: HashMap<String, &Stack> = HashMap::new();
    for stack in stacks {
        let name = stack.name();
        if !is_identifier(name) {
            let summary = format!("`{name}` is not a name for a stack");
            diagnostics.push(
                Diagnostic::error("invalid-name", summary)
                    .at(stack.0.source)
                    .detail("A stack's name is also that of its directory: letters, digits, `_` and `-`."),
            );
        }
        // Some file systems do not tell upper from lower case.
        if let Some(first) = first_of.insert(name.to_lowercase(), stack) {
            let summary = format!("the stack `{name}` is there twice");
            diagnostics.push(
                Diagnostic::error("duplicate-name", summary)
                    .label(stack.0.source, "made again here")
                    .label(first.0.source, "made here first"),
            );
        }
    }
}

/// The whole ring: what each member needs, through which argument, and the line that makes it so.
fn cycle_diagnostic(cycle: &Cycle, line: impl Fn(&Edge) -> &'static Location<'static>) -> Diagnostic {
    let mut diagnostic = Diagnostic::error("dependency-cycle", cycle.to_string())
        .address(cycle.addresses[0].clone())
        .detail("Each needs the next one to exist first, so Terraform could create none of them.")
        .hint("take one of the references out, or move it into a resource of its own");
    for (position, edge) in cycle.ring.iter().enumerate() {
        let next = &cycle.addresses[(position + 1) % cycle.addresses.len()];
        let text = format!("`{}` needs `{next}` for its `{}`", cycle.addresses[position], edge.attribute);
        diagnostic = diagnostic.label(line(edge), text);
    }
    diagnostic
}
