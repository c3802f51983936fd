//! Objects of attributes that may be written as blocks, and what the SDK plans in new elements of sets.

use iac_core::text::Text;
use iac_lang::types::Type;
use iac_lang::value::Value;

use super::super::equal::rewritten;
use super::{default, same_object};
use crate::schema::Block;

/// Returns the planned value of an argument that is not set in a new element of a set. The SDK plans each of its
/// arguments there.
pub(super) fn unset_in_set(ty: &Type) -> Value {
    match ty {
        Type::String => Value::String(Text::default()),
        Type::List(_) => Value::List(Vec::new()),
        Type::Set(_) => Value::set(Vec::new()),
        _ => Value::Null,
    }
}

/// Returns the planned objects of an attribute that may be written as blocks.
pub(super) fn elements_of(
    ty: &Type,
    members: &Block,
    prior: &[Value],
    new: &[Value],
    is_in_set: bool,
) -> Value {
    let is_set = matches!(ty, Type::Set(_));
    let mut free: Vec<&Value> = if is_set { prior.iter().collect() } else { Vec::new() };
    let planned = new.iter().map(|new| {
        if let Some(position) = free.iter().position(|old| same_object(members, old, new)) {
            return free.swap_remove(position).clone();
        }
        new_element(members, new, is_set || is_in_set)
    });
    let planned = planned.collect();
    if is_set { Value::set(planned) } else { Value::List(planned) }
}

/// Returns a planned object of an attribute, with the defaults of its members.
fn new_element(members: &Block, new: &Value, is_in_set: bool) -> Value {
    let Value::Object(values) = new else { return new.clone() };
    let planned = members.attributes.iter().map(|member| {
        let value = values.get(&member.name).unwrap_or(&Value::Null);
        let value = match value {
            Value::Null => {
                let unset = || if is_in_set { unset_in_set(&member.ty) } else { Value::Null };
                default(member).unwrap_or_else(unset)
            }
            Value::List(all) | Value::Set(all) => match &member.members {
                Some(inner) => elements_of(&member.ty, inner, &[], all, is_in_set),
                None if all.iter().any(Value::is_unknown) => Value::unknown_of(all),
                None => value.clone(),
            },
            value => rewritten(value, &member.facts).unwrap_or_else(|| value.clone()),
        };
        (member.name.clone(), value)
    });
    Value::Object(planned.collect())
}
