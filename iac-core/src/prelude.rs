//! The names that nearly every program needs: `use iac_core::prelude::*;`.

pub use crate::{
    App, Arn, Backend, Comparable as _, Configure as _, Construct, Expr, Id, IntoExpr, List, Local, Map,
    MetaArguments as _, Number, Output, ResourceArguments as _, Scope, Set, Stack, Variable, if_else, json,
    object, plaintext, tf,
};
