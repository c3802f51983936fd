//! Loops over lists, sets and maps whose elements are known only to Terraform.
//!
//! For collections known to Rust, use Rust's iterators: `vec.iter().map(…)`.

use super::{Element, Expr, IntoExpr, List, Map, Number, Set, Typed};
use crate::expression::{Binding, Expression, ForExpression, ForResult, Operation};
use crate::text::Text;

impl<T: Element> Expr<List<T>> {
    /// `[for element in self : result]`, or `self[*].name` where possible.
    ///
    /// ```
    /// use iac_core::{Expr, List, tf};
    ///
    /// fn resources(buckets: Expr<List<String>>) -> Expr<List<String>> {
    ///     buckets.map(|bucket| tf!("arn:aws:s3:::{bucket}/*", bucket = bucket))
    /// }
    /// # let _ = resources;
    /// ```
    #[must_use]
    pub fn map<V: Typed>(&self, result: impl FnOnce(T::Value) -> V) -> Expr<List<V::Type>> {
        Loop::over(self.expression()).list::<T, V>(result)
    }

    /// `[for index, element in self : result]`.
    #[must_use]
    pub fn map_indexed<V: Typed>(
        &self,
        result: impl FnOnce(Expr<Number>, T::Value) -> V,
    ) -> Expr<List<V::Type>> {
        let mut each = Loop::new(self.expression().clone());
        let index = *each.key.insert(Binding::fresh());
        each.list::<T, V>(|element| result(bound(index), element))
    }

    /// `[for element in self : element if condition]`.
    #[must_use]
    pub fn filter(&self, condition: impl FnOnce(T::Value) -> Expr<bool>) -> Self {
        Self::from_expression(Loop::over(self.expression()).filter::<T>(condition))
    }
}

impl<T: Element> Expr<Set<T>> {
    /// `[for element in self : result]`, or `self[*].name` where possible. The result is a list, since equal results
    /// are kept.
    #[must_use]
    pub fn map<V: Typed>(&self, result: impl FnOnce(T::Value) -> V) -> Expr<List<V::Type>> {
        Loop::over(self.expression()).list::<T, V>(result)
    }

    /// `toset([for element in self : element if condition])`.
    #[must_use]
    pub fn filter(&self, condition: impl FnOnce(T::Value) -> Expr<bool>) -> Self {
        let list = Loop::over(self.expression()).filter::<T>(condition);
        Self::from_expression(Expression::call(Text::from_static("toset"), vec![list]))
    }
}

/// Methods shared by lists and sets.
macro_rules! objects {
    ($type:ident) => {
        impl<T: Element> Expr<$type<T>> {
            /// `{for element in self : key => value}`. Terraform fails if two elements have the same key.
            #[must_use]
            pub fn to_map<K: IntoExpr<String>, V: Typed>(
                &self,
                result: impl FnOnce(T::Value) -> (K, V),
            ) -> Expr<Map<V::Type>> {
                Loop::over(self.expression()).object::<T, K, V>(result, false).cast()
            }

            /// `{for element in self : key => value...}`: values with equal keys are grouped into a list.
            #[must_use]
            pub fn group_by<K: IntoExpr<String>, V: Typed>(
                &self,
                result: impl FnOnce(T::Value) -> (K, V),
            ) -> Expr<Map<List<V::Type>>> {
                Loop::over(self.expression()).object::<T, K, V>(result, true).cast()
            }
        }
    };
}

objects!(List);
objects!(Set);

impl<T: Element> Expr<Map<T>> {
    /// `{for key, value in self : key => result}`.
    #[must_use]
    pub fn map_values<V: Typed>(
        &self,
        result: impl FnOnce(Expr<String>, T::Value) -> V,
    ) -> Expr<Map<V::Type>> {
        self.to_map(|key, value| (key.clone(), result(key, value)))
    }

    /// `[for key, value in self : result]`, ordered by key.
    #[must_use]
    pub fn to_list<V: Typed>(&self, result: impl FnOnce(Expr<String>, T::Value) -> V) -> Expr<List<V::Type>> {
        let (each, key) = Loop::over_map(self.expression());
        each.list::<T, V>(|value| result(key, value))
    }

    /// `{for key, value in self : key => value if condition}`.
    #[must_use]
    pub fn filter(&self, condition: impl FnOnce(Expr<String>, T::Value) -> Expr<bool>) -> Self {
        let (mut each, key) = Loop::over_map(self.expression());
        each.restrict::<T>(|value| condition(key.clone(), value));
        let value = Expression::Bound(each.value);
        let result = ForResult::Object { key: key.into_expression(), value, group: false };
        Self::from_expression(each.finish(result))
    }

    /// `{for key, value in self : key => value}` with a new key and value for each element. Terraform fails if two
    /// elements have the same key.
    #[must_use]
    pub fn to_map<K: IntoExpr<String>, V: Typed>(
        &self,
        result: impl FnOnce(Expr<String>, T::Value) -> (K, V),
    ) -> Expr<Map<V::Type>> {
        let (each, key) = Loop::over_map(self.expression());
        each.object::<T, K, V>(|value| result(key, value), false).cast()
    }

    /// `{for key, value in self : key => value...}`: values with equal keys are grouped into a list.
    #[must_use]
    pub fn group_by<K: IntoExpr<String>, V: Typed>(
        &self,
        result: impl FnOnce(Expr<String>, T::Value) -> (K, V),
    ) -> Expr<Map<List<V::Type>>> {
        let (each, key) = Loop::over_map(self.expression());
        each.object::<T, K, V>(|value| result(key, value), true).cast()
    }
}

fn bound<T: ?Sized>(binding: Binding) -> Expr<T> {
    Expr::from_expression(Expression::Bound(binding))
}

/// `[for element in collection : result]`, or a splat where possible.
pub(crate) fn map_list(collection: Expression, result: impl FnOnce(Binding) -> Expression) -> Expression {
    let each = Loop::new(collection);
    let result = result(each.value);
    each.finish(ForResult::List(result))
}

/// A `for` expression without a result.
struct Loop {
    key: Option<Binding>,
    value: Binding,
    collection: Expression,
    condition: Option<Expression>,
}

impl Loop {
    fn new(collection: Expression) -> Self {
        Self { key: None, value: Binding::fresh(), collection, condition: None }
    }

    /// Creates a loop over the elements of a list or set. If the collection is itself a filter, both become one loop
    /// with a condition.
    fn over(collection: &Expression) -> Self {
        match filter_of(collection) {
            Some(filter @ ForExpression { key: None, result: ForResult::List(_), .. }) => Self::again(filter),
            _ => Self::new(collection.clone()),
        }
    }

    /// Creates a loop over the elements of a map, and returns the current key.
    fn over_map(collection: &Expression) -> (Self, Expr<String>) {
        let mut each = match filter_of(collection) {
            Some(filter @ ForExpression { key: Some(_), result: ForResult::Object { .. }, .. }) => {
                Self::again(filter)
            }
            _ => Self::new(collection.clone()),
        };
        let key = *each.key.get_or_insert_with(Binding::fresh);
        (each, bound(key))
    }

    /// Copies the loop of a filter, with new variables.
    fn again(filter: &ForExpression) -> Self {
        let (key, value) = (filter.key.map(|_| Binding::fresh()), Binding::fresh());
        let mut condition = filter.condition.clone();
        if let Some(condition) = &mut condition {
            rebind(condition, filter.value, value);
            if let (Some(old), Some(new)) = (filter.key, key) {
                rebind(condition, old, new);
            }
        }
        Self { key, value, collection: filter.collection.clone(), condition }
    }

    fn restrict<T: Element>(&mut self, condition: impl FnOnce(T::Value) -> Expr<bool>) {
        let condition = condition(T::from_expression(Expression::Bound(self.value)));
        self.condition = Some(match self.condition.take() {
            Some(first) => (Expr::<bool>::from_expression(first) & condition).into_expression(),
            None => condition.into_expression(),
        });
    }

    fn filter<T: Element>(mut self, condition: impl FnOnce(T::Value) -> Expr<bool>) -> Expression {
        self.restrict::<T>(condition);
        let element = Expression::Bound(self.value);
        self.finish(ForResult::List(element))
    }

    fn list<T: Element, V: Typed>(self, result: impl FnOnce(T::Value) -> V) -> Expr<List<V::Type>> {
        let element = T::from_expression(Expression::Bound(self.value));
        let result = result(element).into_expr().into_expression();
        Expr::from_expression(self.finish(ForResult::List(result)))
    }

    fn object<T: Element, K: IntoExpr<String>, V: Typed>(
        self,
        result: impl FnOnce(T::Value) -> (K, V),
        group: bool,
    ) -> Expr<Map<V::Type>> {
        let (key, value) = result(T::from_expression(Expression::Bound(self.value)));
        let (key, value) = (key.into_expr().into_expression(), value.into_expr().into_expression());
        Expr::from_expression(self.finish(ForResult::Object { key, value, group }))
    }

    fn finish(self, result: ForResult) -> Expression {
        let Self { key, value, collection, condition } = self;
        if let ForResult::List(element) = &result
            && condition.is_none()
            && can_be_splat(&collection)
            && let Some(path) = path_of(element, value)
        {
            return Operation::Splat(collection, path).into();
        }
        let mut expression = ForExpression { key, value, collection, result, condition };
        expression.key = key.filter(|key| uses(&expression, *key));
        Operation::For(expression).into()
    }
}

/// Returns the loop if it is a filter, i.e. only omits elements.
fn filter_of(expression: &Expression) -> Option<&ForExpression> {
    let Expression::Operation(operation) = expression else { return None };
    let Operation::For(each) = &**operation else { return None };
    let is = |expression: &Expression, binding: Binding| *expression == Expression::Bound(binding);
    let same = match &each.result {
        ForResult::List(element) => is(element, each.value),
        ForResult::Object { key, value, group } => {
            !group && each.key.is_some_and(|binding| is(key, binding)) && is(value, each.value)
        }
    };
    same.then_some(each)
}

fn rebind(expression: &mut Expression, old: Binding, new: Binding) {
    match expression {
        Expression::Bound(binding) if *binding == old => *binding = new,
        other => other.for_each_child_mut(&mut |child| rebind(child, old, new)),
    }
}

/// Returns `true` if the result or the condition refers to the variable.
fn uses(each: &ForExpression, binding: Binding) -> bool {
    let mut used = false;
    let mut search = |expression: &Expression| {
        expression.visit(&mut |part| used |= *part == Expression::Bound(binding));
    };
    match &each.result {
        ForResult::List(element) => search(element),
        ForResult::Object { key, value, .. } => {
            search(key);
            search(value);
        }
    }
    each.condition.iter().for_each(search);
    used
}

/// A splat after a splat would apply to the elements of the first, and literals are more readable in a loop.
fn can_be_splat(collection: &Expression) -> bool {
    match collection {
        Expression::Reference(_) | Expression::Symbol(_) | Expression::Bound(_) => true,
        Expression::Operation(operation) => {
            matches!(**operation, Operation::Attribute(..) | Operation::Index(..) | Operation::Call { .. })
        }
        _ => false,
    }
}

/// Returns the attribute names in `element.name.name`.
fn path_of(mut expression: &Expression, element: Binding) -> Option<Vec<Text>> {
    let mut path = Vec::new();
    while let Expression::Operation(operation) = expression
        && let Operation::Attribute(base, name) = &**operation
    {
        path.push(name.clone());
        expression = base;
    }
    path.reverse();
    (!path.is_empty() && *expression == Expression::Bound(element)).then_some(path)
}
