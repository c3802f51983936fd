//! Synthesis: validates all stacks, then renders them to text. No file is touched here.

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
use crate::expression::{Expression, Gathered, Operation};
use crate::graph::{Cycle, Edge, Graph};
use crate::render::Form;
pub use crate::render::Syntax;
use crate::stack::Stack;
use crate::text::Text;

/// The name of the file that contains a stack's model.
pub(crate) const MODEL: &str = "model.json";

/// The name of the file that says what is where.
pub(crate) const MANIFEST: &str = "manifest.json";

/// The comment at the top of every configuration.
pub(crate) const HEADER: [&str; 2] = [
    "Written by `iac synth`: change the Rust program, not this file.",
    "Terraform's `.terraform.lock.hcl` belongs beside it: commit it, nothing here overwrites it.",
];

/// The result of a synthesis: the files as text.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Synthesis {
    /// The stacks, in the order in which they were created.
    pub stacks: Vec<SynthesizedStack>,
    /// `manifest.json`: stacks, resources with their Rust source lines, and dependencies.
    pub manifest: String,
    /// Warnings, which do not prevent the synthesis.
    pub warnings: Diagnostics,
}

/// The configuration of one stack.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SynthesizedStack {
    /// The stack's name, which is also the name of its directory.
    pub name: Text,
    /// The number of resources and data sources.
    pub resources: usize,
    /// The text of the configuration.
    pub configuration: String,
    /// The text of the model: the same configuration in Terraform's JSON syntax, with one block per line. The planner
    /// reads it faster than HCL; Terraform does not read it.
    pub model: String,
    /// The files next to the configuration, by name: see [`Asset`](crate::Asset).
    pub assets: BTreeMap<String, Vec<u8>>,
}

impl Stack {
    /// Renders the configuration of this stack alone, as HCL.
    ///
    /// # Errors
    ///
    /// Returns all diagnostics of the stack if any of them is an error.
    pub fn render_hcl(&self) -> Result<String, Diagnostics> {
        self.render(Syntax::Hcl)
    }

    /// Renders the configuration of this stack alone, as Terraform JSON.
    ///
    /// # Errors
    ///
    /// Returns all diagnostics of the stack if any of them is an error.
    pub fn render_json(&self) -> Result<String, Diagnostics> {
        self.render(Syntax::Json)
    }

    fn render(&self, syntax: Syntax) -> Result<String, Diagnostics> {
        let synthesis = synthesize(std::slice::from_ref(self), syntax)?;
        Ok(synthesis.stacks.into_iter().map(|stack| stack.configuration).collect())
    }
}

/// Validates all stacks and renders them.
///
/// # Errors
///
/// Returns all diagnostics of the program if any of them is an error.
pub fn synthesize(stacks: &[Stack], syntax: Syntax) -> Result<Synthesis, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    for stack in stacks {
        diagnostics.extend(stack.0.diagnostics.borrow().iter().cloned());
    }
    check_stack_names(stacks, &mut diagnostics);

    if Gathered::in_use() {
        for stack in stacks {
            for entry in stack.0.entries.borrow_mut().iter_mut() {
                entry.body.change_expressions(&mut |_, expression| fill_in_gathered(expression));
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
        // Errors of the model are errors of the configuration as well, so they are not reported twice.
        let models = scope.spawn(|| render(Form::Model, &mut Diagnostics::default()));
        let configurations = render(Form::Configuration(syntax), &mut diagnostics);
        (configurations, models.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let manifest = manifest::write(&modules, &stack_graph, stacks, syntax);
    let rendered = configurations.into_iter().zip(models);
    let synthesized = modules.iter().zip(stacks).zip(rendered);
    let stacks = synthesized.map(|((module, stack), (configuration, model))| SynthesizedStack {
        name: module.name.clone(),
        resources: module.resources(),
        configuration,
        model,
        assets: stack.0.assets.borrow().clone(),
    });
    Ok(Synthesis { stacks: stacks.collect(), manifest, warnings: diagnostics })
}

/// Fills in the elements of gathered lists.
fn fill_in_gathered(expression: &mut Expression) {
    if let Expression::Operation(operation) = expression
        && let Operation::Gathered(gathered, now) = &mut **operation
    {
        *now = Expression::List(gathered.elements());
    }
    expression.for_each_child_mut(&mut fill_in_gathered);
}

/// Reports invalid and duplicate stack names.
fn check_stack_names(stacks: &[Stack], diagnostics: &mut Diagnostics) {
    let mut first_of: HashMap<String, &Stack> = HashMap::new();
    for stack in stacks {
        let name = stack.name();
        if !is_identifier(name) {
            let summary = format!("invalid stack name `{name}`");
            diagnostics.push(
                Diagnostic::error("invalid-name", summary)
                    .at(stack.0.source)
                    .detail("Stack names are also directory names: letters, digits, `_` and `-`, not starting with a digit or `-`."),
            );
        }
        // Some file systems are case-insensitive.
        if let Some(first) = first_of.insert(name.to_lowercase(), stack) {
            let summary = format!("duplicate stack name `{name}`");
            diagnostics.push(
                Diagnostic::error("duplicate-name", summary)
                    .label(stack.0.source, "duplicate created here")
                    .label(first.0.source, "first created here")
                    .hint("rename one of the stacks; names must differ in more than case"),
            );
        }
    }
}

/// Lists the whole cycle: each member, the argument through which it depends on the next one, and the line that
/// causes it.
fn cycle_diagnostic(cycle: &Cycle, line: impl Fn(&Edge) -> &'static Location<'static>) -> Diagnostic {
    let mut diagnostic = Diagnostic::error("dependency-cycle", cycle.to_string())
        .address(cycle.addresses[0].clone())
        .detail("Each member must be created after the one it depends on, so Terraform cannot create any of them.")
        .hint("remove one of the references, or move it to a separate resource");
    for (position, edge) in cycle.ring.iter().enumerate() {
        let next = &cycle.addresses[(position + 1) % cycle.addresses.len()];
        let text =
            format!("`{}` depends on `{next}` through `{}`", cycle.addresses[position], edge.attribute);
        diagnostic = diagnostic.label(line(edge), text);
    }
    diagnostic
}
