//! Loading of configuration directories and of the modules that they call.

use std::collections::HashMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use iac_core::diagnostic::{Diagnostic, Diagnostics, Location};
use iac_core::syntax::{Item, Parser, SyntaxError};

use super::decode::Decoder;
use super::file_names::{Syntax, is_tofu, names_of};
use super::sources::{Source, Sources};
use super::{Loaded, Module, ModuleCall, json_syntax, locate, overrides, validate};
use crate::files::{Files, join};
use crate::value::Value;

/// The maximum nesting depth of modules.
const MAX_DEPTH: usize = 50;

/// The maximum number of module calls, including nested ones.
const MAX_CALLS: usize = 10_000;

/// The maximum number of files in a module.
const MAX_FILES: usize = 10_000;

/// The maximum size of a file, in bytes.
const MAX_LENGTH: usize = 1 << 30;

/// The number of syntax errors in a file after which the rest is not read.
const MAX_SYNTAX_ERRORS: usize = 100;

/// The size in bytes below which a thread does not pay off.
const BYTES_PER_THREAD: usize = 1 << 16;

/// Loads the configuration in a directory and the modules that it calls: local modules, and those that `terraform
/// init` installed.
///
/// # Errors
///
/// Returns all errors of the configuration.
pub fn load(directory: &str, files: &dyn Files) -> Result<Loaded, Diagnostics> {
    let mut loader = Loader::new(files);
    loader.is_tofu = is_tofu(directory, files);
    loader.installed = loader.installed_modules(directory);
    let module = loader.module(directory, "", None);
    loader.finish(module)
}

/// Loads everything that can be read of the configuration in a directory. Its errors are among the warnings.
///
/// # Errors
///
/// Returns all errors if there is no resource or module call to be read.
pub fn load_readable(directory: &str, files: &dyn Files) -> Result<Loaded, Diagnostics> {
    let mut loader = Loader { is_tolerant: true, is_tofu: is_tofu(directory, files), ..Loader::new(files) };
    loader.installed = loader.installed_modules(directory);
    let module = loader.module(directory, "", None);
    if module.resources.is_empty() && module.calls.is_empty() && loader.diagnostics.has_errors() {
        return Err(loader.diagnostics);
    }
    validate::validate(&module, &mut loader.diagnostics);
    Ok(Loaded { module, warnings: locate(loader.diagnostics, files) })
}

/// Decodes the configuration of a root module from a single text in Terraform's JSON syntax, as synthesis writes it.
///
/// # Errors
///
/// Returns all errors of the configuration.
pub fn read_model(
    directory: &str,
    file: &str,
    text: String,
    files: &dyn Files,
) -> Result<Loaded, Diagnostics> {
    let mut loader = Loader::new(files);
    loader.installed = loader.installed_modules(directory);
    let model = File { source: Source::new(file.into(), text), syntax: Syntax::Json, is_override: false };
    let module = loader.module_of(directory, "", &[model]);
    loader.finish(module)
}

/// A file and its syntax.
struct File {
    source: Source,
    syntax: Syntax,
    is_override: bool,
}

impl File {
    fn read(&self, number: usize, add: &mut dyn FnMut(Item)) -> Result<(), SyntaxError> {
        let number = u16::try_from(number).unwrap_or(u16::MAX);
        match self.syntax {
            Syntax::Native => Parser::of_source(&self.source.text, number).each_item(add),
            Syntax::Json => json_syntax::read(&self.source.text, number, add),
        }
    }

    /// Reads the blocks around syntax errors, which it returns.
    fn read_around_errors(&self, number: usize, add: &mut dyn FnMut(Item)) -> Vec<SyntaxError> {
        let mut errors: Vec<SyntaxError> = Vec::new();
        let mut result = self.read(number, &mut *add);
        while let Err(error) = result {
            let next = match self.syntax {
                Syntax::Native if errors.len() < MAX_SYNTAX_ERRORS => {
                    next_block(&self.source.text, error.offset)
                }
                _ => None,
            };
            errors.push(error);
            let Some(next) = next else { break };
            // Positions remain those of the file.
            let skipped = " ".repeat(next) + &self.source.text[next..];
            let number = u16::try_from(number).unwrap_or(u16::MAX);
            result = Parser::of_source(&skipped, number).each_item(&mut *add);
        }
        errors
    }
}

/// Returns the offset of the first line after another offset that begins a block.
fn next_block(text: &str, after: usize) -> Option<usize> {
    const KEYWORDS: [&str; 8] =
        ["resource ", "data ", "module ", "variable ", "locals ", "output ", "provider ", "terraform "];
    let mut offset = after;
    loop {
        offset += text.get(offset..)?.find('\n')? + 1;
        if KEYWORDS.iter().any(|keyword| text[offset..].starts_with(keyword)) {
            return Some(offset);
        }
    }
}

struct Loader<'a> {
    files: &'a dyn Files,
    /// True if OpenTofu applies the configuration, and so reads `*.tofu` files.
    is_tofu: bool,
    /// The directories of installed modules, by call path: `network.vpc`.
    installed: HashMap<String, String>,
    /// The directories of the enclosing modules, to detect a module that calls itself.
    ancestors: Vec<String>,
    calls: usize,
    /// Whether to read everything around syntax errors.
    is_tolerant: bool,
    diagnostics: Diagnostics,
}

impl<'a> Loader<'a> {
    fn new(files: &'a dyn Files) -> Self {
        Self {
            files,
            is_tofu: false,
            installed: HashMap::new(),
            ancestors: Vec::new(),
            calls: 0,
            is_tolerant: false,
            diagnostics: Diagnostics::default(),
        }
    }

    fn finish(mut self, module: Module) -> Result<Loaded, Diagnostics> {
        if !self.diagnostics.has_errors() {
            validate::validate(&module, &mut self.diagnostics);
            self.diagnostics = locate(self.diagnostics, self.files);
        }
        if self.diagnostics.has_errors() {
            return Err(self.diagnostics);
        }
        Ok(Loaded { module, warnings: self.diagnostics })
    }

    /// Reads the manifest of modules that `terraform init` installed.
    fn installed_modules(&mut self, directory: &str) -> HashMap<String, String> {
        let path = join(directory, ".terraform/modules/modules.json");
        let Ok(content) = self.files.read(&path) else { return HashMap::new() };
        let text = String::from_utf8_lossy(&content);
        let Ok(Value::Object(manifest)) = Value::parse_json(&text) else {
            let diagnostic = Diagnostic::warning("modules-not-read", "cannot read the module manifest")
                .at(Location { file: path.into(), ..Location::default() });
            self.diagnostics.push(diagnostic.hint("run `terraform init` again"));
            return HashMap::new();
        };
        let modules = match manifest.get("Modules") {
            Some(Value::List(modules) | Value::Tuple(modules)) => modules.as_slice(),
            _ => &[],
        };
        let module = |module: &Value| {
            let Value::Object(module) = module else { return None };
            match (module.get("Key")?, module.get("Dir")?) {
                (Value::String(key), Value::String(path)) => Some((key.to_string(), join(directory, path))),
                _ => None,
            }
        };
        modules.iter().filter_map(module).collect()
    }

    /// Loads a module. `path` is its call path from the root module, `call` the `module` block.
    fn module(&mut self, directory: &str, path: &str, call: Option<&ModuleCall>) -> Module {
        let listed = self.files.list(directory).map(|entries| {
            let files = entries.into_iter().filter(|entry| !entry.is_directory);
            names_of(files.map(|entry| entry.name).collect(), self.is_tofu)
        });
        let problem = match &listed {
            Ok(names) if names.is_empty() => Some("it contains no `*.tf` or `*.tf.json` files".to_owned()),
            Ok(names) if names.len() > MAX_FILES => Some(format!("it contains more than {MAX_FILES} files")),
            Ok(_) => None,
            Err(error) => Some(error.to_string()),
        };
        if let Some(problem) = problem {
            let summary = format!("no configuration in `{directory}`: {problem}");
            let diagnostic = Diagnostic::error("no-configuration", summary);
            let diagnostic = match call {
                Some(call) => diagnostic
                    .at(call.location.clone())
                    .hint("`source` is relative to the directory of this file"),
                None => diagnostic.hint("pass the directory of a root module"),
            };
            self.diagnostics.push(diagnostic);
        }
        let names = listed.unwrap_or_default();
        let files = self.read(directory, &names[..names.len().min(MAX_FILES)]);
        self.module_of(directory, path, &files)
    }

    fn read(&mut self, directory: &str, names: &[((Syntax, bool), String)]) -> Vec<File> {
        let mut read = Vec::with_capacity(names.len());
        for ((syntax, is_override), name) in names {
            let path = join(directory, name);
            let text = |content| match syntax {
                Syntax::Native => text_with_comments(content),
                Syntax::Json => checked_text(content),
            };
            match self.files.read(&path).map_err(|error| error.to_string()).and_then(text) {
                Ok(text) => {
                    let source = Source::new(path.into(), text);
                    read.push(File { source, syntax: *syntax, is_override: *is_override });
                }
                Err(problem) => {
                    let summary = format!("cannot read `{path}`: {problem}");
                    let location = Location { file: path.into(), ..Location::default() };
                    self.diagnostics.push(Diagnostic::error("file-not-read", summary).at(location));
                }
            }
        }
        read
    }

    /// Combines the files of a module, and loads the modules that it calls.
    fn module_of(&mut self, directory: &str, path: &str, files: &[File]) -> Module {
        let length: usize = files.iter().map(|file| file.source.text.len()).sum();
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let threads = cores.min(files.len()).min(length / BYTES_PER_THREAD);
        let is_merged = files.iter().any(|file| file.is_override);
        let sources = Sources(files.iter().map(|file| &file.source).collect());
        let mut decoder = Decoder::new(directory.to_owned(), sources, &mut self.diagnostics);
        if self.is_tolerant && !is_merged {
            for (number, file) in files.iter().enumerate() {
                for error in file.read_around_errors(number, &mut |item| decoder.add(item)) {
                    decoder.syntax_error(&file.source, error);
                }
            }
        } else if threads < 2 && !is_merged {
            for (number, file) in files.iter().enumerate() {
                let result = file.read(number, &mut |item| decoder.add(item));
                if let Err(error) = result {
                    decoder.syntax_error(&file.source, error);
                }
            }
        } else {
            let read = in_parallel(threads, files, |number, file| {
                let mut items = Vec::new();
                file.read(number, &mut |item| items.push(item)).map(|()| items)
            });
            let (mut base, mut over) = (Vec::new(), Vec::new());
            for (file, result) in files.iter().zip(read) {
                match result {
                    Ok(items) if file.is_override => over.extend(items),
                    Ok(items) => base.extend(items),
                    Err(error) => decoder.syntax_error(&file.source, error),
                }
            }
            overrides::merge(&mut base, over, |position, diagnostic| decoder.report(position, diagnostic));
            for item in base {
                decoder.add(item);
            }
        }
        let mut module = decoder.finish();
        self.ancestors.push(join("", directory));
        for call in &mut module.calls {
            call.module = self.called(directory, path, call).map(Box::new);
        }
        self.ancestors.pop();
        module
    }

    /// Loads the module of a call, if it is installed.
    fn called(&mut self, directory: &str, path: &str, call: &ModuleCall) -> Option<Module> {
        let path = if path.is_empty() { call.name.to_string() } else { format!("{path}.{}", call.name) };
        let is_local = ["./", "../"].iter().any(|prefix| call.source.starts_with(prefix));
        let source =
            if is_local { Some(join(directory, &call.source)) } else { self.installed.get(&path).cloned() };
        // Planning reports it: not all users of a configuration need the modules that it calls.
        let source = source?;
        self.calls += 1;
        let problem = if self.ancestors.contains(&source) {
            Some(format!("module `{}` calls itself", call.name))
        } else if self.ancestors.len() > MAX_DEPTH || self.calls > MAX_CALLS {
            Some(format!(
                "modules are nested more than {MAX_DEPTH} levels deep, or there are more than {MAX_CALLS} module calls"
            ))
        } else {
            None
        };
        if let Some(problem) = problem {
            let diagnostic = Diagnostic::error("module-cycle", problem).at(call.location.clone());
            self.diagnostics.push(diagnostic.hint("remove one of the calls"));
            return None;
        }
        Some(self.module(&source, &path, Some(call)))
    }
}

/// Returns the text of a file in native syntax, where comments may have any encoding.
fn text_with_comments(content: Vec<u8>) -> Result<String, String> {
    if content.len() > MAX_LENGTH || std::str::from_utf8(&content).is_ok() {
        return checked_text(content);
    }
    let is_comment =
        |start: &str| start.trim_start().starts_with('#') || start.trim_start().starts_with("//");
    let mut text = String::with_capacity(content.len());
    for line in content.split_inclusive(|byte| *byte == b'\n') {
        match std::str::from_utf8(line) {
            Ok(line) => text.push_str(line),
            Err(error) if std::str::from_utf8(&line[..error.valid_up_to()]).is_ok_and(is_comment) => {
                text.push_str(&String::from_utf8_lossy(line));
            }
            Err(_) => return checked_text(content),
        }
    }
    Ok(text)
}

/// Checks a file's size and encoding, and returns its text.
pub(super) fn checked_text(content: Vec<u8>) -> Result<String, String> {
    if content.len() > MAX_LENGTH {
        return Err(format!("it is larger than {MAX_LENGTH} bytes"));
    }
    String::from_utf8(content).map_err(|error| {
        let position = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..position]);
        let line = 1 + before.matches('\n').count();
        format!("line {line} is not valid UTF-8")
    })
}

/// Maps elements on several threads and returns the results in order.
fn in_parallel<T: Sync, R: Send>(
    threads: usize,
    elements: &[T],
    call: impl Fn(usize, &T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let number = next.fetch_add(1, Ordering::Relaxed);
        elements.get(number).map(|element| (number, call(number, element)))
    };
    let work = || std::iter::from_fn(take).collect::<Vec<_>>();
    let mut results = thread::scope(|scope| {
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut results = work();
        for worker in workers {
            results.extend(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        results
    });
    results.sort_by_key(|(number, _)| *number);
    results.into_iter().map(|(_, result)| result).collect()
}
