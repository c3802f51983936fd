//! The names that a module declares.

use std::collections::{HashMap, HashSet};

use iac_core::address::ResourceMode;

use crate::config::{Local, Module, ModuleCall, Variable};

/// The names that a module declares.
pub(super) struct Names<'a> {
    pub variables: HashMap<&'a str, &'a Variable>,
    pub locals: HashMap<&'a str, &'a Local>,
    pub resources: HashSet<(ResourceMode, &'a str, &'a str)>,
    pub calls: HashMap<&'a str, &'a ModuleCall>,
}

impl<'a> Names<'a> {
    pub(super) fn new(module: &'a Module) -> Self {
        Self {
            variables: module.variables.iter().map(|each| (each.name.as_str(), each)).collect(),
            locals: module.locals.iter().map(|each| (each.name.as_str(), each)).collect(),
            resources: module
                .resources
                .iter()
                .map(|each| (each.mode, each.type_name.as_str(), each.name.as_str()))
                .collect(),
            calls: module.calls.iter().map(|each| (each.name.as_str(), each)).collect(),
        }
    }
}
