//! Serverless applications: functions, APIs, tables, events, state machines and bots.
//!
//! ```
//! use iac_aws::lambda::Runtime;
//! use iac_aws::serverless::{Authorization, Code, Function, HttpApi, Table};
//! use iac_core::prelude::*;
//!
//! let stack = Stack::new("production");
//! let notes = stack.add(Table::builder("notes", "user"));
//! let code = Code::files([("index.py", "def handler(event, context):\n    return {}\n")]);
//! let api = stack.add(
//!     Function::builder("notes", Runtime::Python313, "index.handler", code).environment("TABLE", notes.table.name()),
//! );
//! notes.grant_read_write(&api);
//! let http = stack.add(HttpApi::builder("notes"));
//! http.route("GET /notes", &api, &Authorization::Iam);
//! # stack.render_hcl().unwrap();
//! ```

mod api;
mod bot;
mod code;
mod event;
mod function;
mod state_machine;
mod table;

pub use api::{Authorization, HttpApi, HttpApiBuilder};
pub use bot::{Bot, BotBuilder, Intent};
pub use code::Code;
pub use event::{EventRule, EventRuleBuilder, Schedule, ScheduleBuilder};
pub use function::{Function, FunctionBuilder};
pub use state_machine::{StateMachine, StateMachineBuilder};
pub use table::{AttributeType, Table, TableBuilder};
