//! What nearly every program needs: `use iac_core::prelude::*;`.

pub use crate::{
    App, Backend, Comparable as _, Configure as _, Construct, Expr, IntoExpr, MetaArguments as _, Output,
    ResourceArguments as _, Scope, Stack, Variable, if_else, json, object, tf,
};
