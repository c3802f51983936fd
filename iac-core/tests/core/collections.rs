//! Loops over collections that are known only to Terraform, and literals with several Rust types.

use iac_core::functions::{length, upper};
use iac_core::{
    Any, Collection as _, Comparable as _, Expr, Id, IntoExpr, List, Map, Number, Set, list, map, tf,
};

use super::functions::{hcl, name};

enum Subnet {}

#[test]
fn list_loops_become_for_expressions() {
    let names: Expr<List<String>> = name("local.names");
    assert_eq!(hcl(names.map(upper)), "[for value in local.names : upper(value)]");
    assert_eq!(
        hcl(names.map_indexed(|index, name| tf!("{}-{}", index, name))),
        r#"[for key, value in local.names : "${key}-${value}"]"#
    );
    assert_eq!(hcl(names.map_indexed(|_, name| name)), "[for value in local.names : value]");
    assert_eq!(
        hcl(names.filter(|name| name.differs(""))),
        r#"[for value in local.names : value if value != ""]"#
    );
    assert_eq!(
        hcl(names.to_map(|name| (upper(&name), length(name)))),
        "{ for value in local.names : upper(value) => length(value) }"
    );
    assert_eq!(
        hcl(names.group_by(|name| (tf!("{}", length(&name)), name))),
        "{ for value in local.names : length(value) => value... }"
    );
}

#[test]
fn set_loops_become_for_expressions() {
    let zones: Expr<Set<String>> = name("local.zones");
    let filtered: Expr<Set<String>> = zones.filter(|zone| zone.differs("a"));
    assert_eq!(hcl(&filtered), r#"toset([for value in local.zones : value if value != "a"])"#);
    let upper: Expr<List<String>> = zones.map(upper);
    assert_eq!(hcl(upper), "[for value in local.zones : upper(value)]");
}

#[test]
fn map_loops_become_for_expressions() {
    let sizes: Expr<Map<Number>> = name("local.sizes");
    assert_eq!(
        hcl(sizes.map_values(|_, size| size * 2)),
        "{ for key, value in local.sizes : key => value * 2 }"
    );
    assert_eq!(
        hcl(sizes.to_list(|key, size| tf!("{}={}", key, size))),
        r#"[for key, value in local.sizes : "${key}=${value}"]"#
    );
    assert_eq!(hcl(sizes.to_list(|_, size| size)), "[for value in local.sizes : value]");
    assert_eq!(
        hcl(sizes.filter(|_, size| size.greater_than(1))),
        "{ for key, value in local.sizes : key => value if value > 1 }"
    );
    assert_eq!(
        hcl(sizes.to_map(|key, size| (upper(key), size))),
        "{ for key, value in local.sizes : upper(key) => value }"
    );
    assert_eq!(
        hcl(sizes.group_by(|key, size| (tf!("{}", size), key))),
        "{ for key, value in local.sizes : value => key... }"
    );
}

#[test]
fn loop_after_filter_is_one_loop() {
    let sizes: Expr<List<Number>> = name("local.sizes");
    let large = sizes.filter(|size| size.at_least(10));
    assert_eq!(hcl(large.map(|size| size + 1)), "[for value in local.sizes : value + 1 if value >= 10]");
    assert_eq!(
        hcl(large.filter(|size| size.less_than(20))),
        "[for value in local.sizes : value if value >= 10 && value < 20]"
    );
    // Positions refer to the list after the filter.
    assert_eq!(
        hcl(large.map_indexed(|index, size| size * index)),
        "[for key, value in [for value in local.sizes : value if value >= 10] : value * key]"
    );
    // Each loop has its own variable, even over the same filter.
    assert_eq!(
        hcl(large.map(|outer| large.map(move |inner| inner + outer)).get(0)),
        "[for value in local.sizes : [for value2 in local.sizes : value2 + value if value2 >= 10] if value >= 10][0]"
    );

    let sizes: Expr<Map<Number>> = name("local.sizes");
    let named = sizes.filter(|key, _| key.differs("x"));
    assert_eq!(
        hcl(named.to_list(|_, size| size)),
        r#"[for key, value in local.sizes : value if key != "x"]"#
    );
}

#[test]
fn mapping_to_an_attribute_is_a_splat() {
    let objects: Expr<List<Any>> = name("local.objects");
    let names = objects.map(|object| object.attribute("network").attribute("name"));
    assert_eq!(hcl(&names), "local.objects[*].network.name");
    assert_eq!(
        hcl(names.map(|name| name.attribute("x"))),
        "[for value in local.objects[*].network.name : value.x]"
    );
}

#[test]
fn literals_may_mix_rust_types() {
    fn ids(ids: impl IntoExpr<List<Id<Subnet>>>) -> Expr<List<Id<Subnet>>> {
        ids.into_expr()
    }
    fn tags(tags: impl IntoExpr<Map<String>>) -> Expr<Map<String>> {
        tags.into_expr()
    }
    let id: Expr<Id<Subnet>> = name("local.id");
    assert_eq!(
        hcl(ids(list![&id, "subnet-0a", format!("subnet-{}", 1)])),
        r#"[local.id, "subnet-0a", "subnet-1"]"#
    );
    assert_eq!(
        hcl(tags(map! { "Subnet" => &id, tf!("{}-x", &id) => "y" })),
        "{\n    Subnet            = local.id\n    (\"${local.id}-x\") = \"y\"\n  }"
    );
}

#[test]
fn for_each_converts_lists_to_sets() {
    assert_eq!(hcl(["a"].into_for_each()), r#"toset(["a"])"#);
    assert_eq!(hcl(name::<List<String>>("local.names").into_for_each()), "toset(local.names)");
    assert_eq!(hcl(name::<Set<String>>("local.zones").into_for_each()), "local.zones");
    assert_eq!(hcl(name::<Map<Number>>("local.sizes").into_for_each()), "local.sizes");
    assert_eq!(hcl(name::<List<String>>("local.names").into_collection()), "local.names");
}

#[test]
fn explicit_conversions_are_rendered_where_necessary() {
    fn text(text: impl IntoExpr<String>) -> Expr<String> {
        text.into_expr()
    }
    let zones: Expr<Set<String>> = name("local.zones");
    let list: Expr<List<String>> = zones.into_expr();
    assert_eq!(hcl(list.get(0)), "tolist(local.zones)[0]");
    assert_eq!(hcl(text(name::<Number>("local.size"))), "tostring(local.size)");
    assert_eq!(hcl(u64::MAX), "18446744073709551615");
    assert_eq!(hcl(usize::MIN), "0");
}
