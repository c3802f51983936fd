//! Every function of Terraform, called through its typed counterpart.

use std::collections::BTreeMap;

use iac_core::expression::{Expression, Operation};
use iac_core::functions::{self as f, path, terraform};
use iac_core::{
    Any, Ephemeral, Expr, Id, IntoExpr as _, IntoExpression, List, Local, Map, Number, Output, Set, Stack,
    list, object,
};

/// The functions of Terraform 1.11 with their parameters.
const SIGNATURES: &str = include_str!("terraform-1.11-functions.txt");

enum Subnet {}

/// Returns the rendered expression.
pub(crate) fn hcl(value: impl IntoExpression) -> String {
    let stack = Stack::new("test");
    stack.add(Local::<Any>::new("x", Expr::<Any>::from_expression(value.into_expression())));
    let text = stack.render_hcl().unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    let (_, value) = text.split_once("  x = ").expect("the local has a value");
    value.strip_suffix("\n}\n").expect("the local is the last block").to_owned()
}

/// Returns a name that stands for a value of a type.
pub(crate) fn name<T: ?Sized>(name: &'static str) -> Expr<T> {
    Expr::from_expression(Expression::Symbol(name))
}

/// Checks each call, and returns the expressions.
macro_rules! calls {
    ($($call:expr => $hcl:literal;)*) => {{
        let mut calls = Vec::new();
        $(
            let expression = $call.into_expression();
            assert_eq!(hcl(expression.clone()), $hcl);
            calls.push(expression);
        )*
        calls
    }};
}

fn numeric() -> Vec<Expression> {
    let sizes: Expr<List<Number>> = name("local.sizes");
    calls! {
        f::abs(-1) => "abs(-1)";
        f::ceil(1.5) => "ceil(1.5)";
        f::floor(&name::<Number>("local.size") / 2) => "floor(local.size / 2)";
        f::log(8, 2) => "log(8, 2)";
        f::max([1, 2]) => "max(1, 2)";
        f::max((name::<Number>("local.size"), 2, 3.5)) => "max(local.size, 2, 3.5)";
        f::min(&sizes) => "min(local.sizes...)";
        f::min(vec![1_usize, 2]) => "min(1, 2)";
        f::parseint("ff", 16) => r#"parseint("ff", 16)"#;
        f::pow(2, 8) => "pow(2, 8)";
        f::signum(-3) => "signum(-3)";
    }
}

fn string() -> Vec<Expression> {
    let subnets: Expr<Set<Id<Subnet>>> = name("local.subnets");
    calls! {
        f::chomp("a\n") => r#"chomp("a\n")"#;
        f::endswith("ab", "b") => r#"endswith("ab", "b")"#;
        f::format("%s-%03d", ("a", 1)) => r#"format("%s-%03d", "a", 1)"#;
        f::format("%s-%s", name::<List<String>>("local.names")) => r#"format("%s-%s", local.names...)"#;
        f::formatlist("%s!", [["a", "b"]]) => r#"formatlist("%s!", ["a", "b"])"#;
        f::indent(2, "a") => r#"indent(2, "a")"#;
        f::join(",", ["a", "b"]) => r#"join(",", ["a", "b"])"#;
        f::join(",", name::<List<Id<Subnet>>>("local.ids")) => r#"join(",", local.ids)"#;
        f::join(",", subnets) => r#"join(",", tolist(local.subnets))"#;
        f::lower("A") => r#"lower("A")"#;
        f::regex("[a-z]+", "ab12") => r#"regex("[a-z]+", "ab12")"#;
        f::regexall("[a-z]", "ab12") => r#"regexall("[a-z]", "ab12")"#;
        f::replace("ab", "/[${b}]/", "$1") => r#"replace("ab", "/[$${b}]/", "$1")"#;
        f::split(",", "a,b") => r#"split(",", "a,b")"#;
        f::startswith("ab", "a") => r#"startswith("ab", "a")"#;
        f::strcontains("ab", "a") => r#"strcontains("ab", "a")"#;
        f::strrev("ab") => r#"strrev("ab")"#;
        f::substr("abc", 1, -1) => r#"substr("abc", 1, -1)"#;
        f::templatestring(name::<String>("local.text"), BTreeMap::from([("a", 1)])) =>
            "templatestring(local.text, { a = 1 })";
        f::title("a b") => r#"title("a b")"#;
        f::trim("?a!", "?!") => r#"trim("?a!", "?!")"#;
        f::trimprefix("ab", "a") => r#"trimprefix("ab", "a")"#;
        f::trimspace(" a ") => r#"trimspace(" a ")"#;
        f::trimsuffix("ab", "b") => r#"trimsuffix("ab", "b")"#;
        f::upper("a") => r#"upper("a")"#;
    }
}

fn collection() -> Vec<Expression> {
    let names: Expr<List<String>> = name("local.names");
    let ids: Expr<List<Id<Subnet>>> = name("local.ids");
    let tags: Expr<Map<String>> = name("local.tags");
    let zones: Expr<Set<String>> = name("local.zones");
    calls! {
        f::alltrue([true, false]) => "alltrue([true, false])";
        f::anytrue(names.map(|name| f::startswith(name, "a"))) =>
            r#"anytrue([for value in local.names : startswith(value, "a")])"#;
        f::chunklist(&names, 2) => "chunklist(local.names, 2)";
        f::coalesce((name::<String>("local.name"), "x")) => r#"coalesce(local.name, "x")"#;
        f::coalescelist((&names, ["x"])) => r#"coalescelist(local.names, ["x"])"#;
        f::compact(["a", ""]) => r#"compact(["a", ""])"#;
        f::concat((&ids, list!["a", name::<Id<Subnet>>("local.id")])) => r#"concat(local.ids, ["a", local.id])"#;
        f::concat(name::<List<List<String>>>("local.lists")) => "concat(local.lists...)";
        f::contains(&zones, "a") => r#"contains(local.zones, "a")"#;
        f::distinct(["a", "a"]) => r#"distinct(["a", "a"])"#;
        f::element(&zones, 3) => "element(tolist(local.zones), 3)";
        f::element(&ids, 3) => "element(local.ids, 3)";
        f::flatten(names.map(|name| [f::upper(&name), name])) =>
            "flatten([for value in local.names : [upper(value), value]])";
        f::index(&names, "a") => r#"index(local.names, "a")"#;
        f::keys(&tags) => "keys(local.tags)";
        f::length(&zones) => "length(local.zones)";
        f::lookup(&tags, "a", "x") => r#"lookup(local.tags, "a", "x")"#;
        f::matchkeys(&ids, &names, ["a"]) => r#"matchkeys(local.ids, local.names, ["a"])"#;
        f::merge((&tags, [("Name", "x")])) => r#"merge(local.tags, { Name = "x" })"#;
        f::merge((name::<Any>("local.object"), object! { "a": 1 })) => "merge(local.object, { a = 1 })";
        f::one(&zones) => "one(local.zones)";
        f::range([1, 4]) => "range(1, 4)";
        f::reverse(&names) => "reverse(local.names)";
        f::setintersection([&zones, &zones]) => "setintersection(local.zones, local.zones)";
        f::setproduct((&names, ["a"])) => r#"setproduct(local.names, ["a"])"#;
        f::setsubtract(&zones, ["a"]) => r#"setsubtract(local.zones, ["a"])"#;
        f::setunion((&zones, ["a"])) => r#"setunion(local.zones, ["a"])"#;
        f::slice(&names, 0, 2) => "slice(local.names, 0, 2)";
        f::sort(&ids) => "sort(local.ids)";
        f::sum([1, 2]) => "sum([1, 2])";
        f::transpose([("a", ["b"])]) => r#"transpose({ a = ["b"] })"#;
        f::values(&tags) => "values(local.tags)";
        f::zipmap(["a"], &ids) => r#"zipmap(["a"], local.ids)"#;
    }
}

fn encoding() -> Vec<Expression> {
    calls! {
        f::base64decode("YQ==") => r#"base64decode("YQ==")"#;
        f::base64encode("a") => r#"base64encode("a")"#;
        f::base64gzip("a") => r#"base64gzip("a")"#;
        f::csvdecode(name::<String>("local.table")) => "csvdecode(local.table)";
        f::csvdecode(name::<String>("local.table")).get(0).get("a") => r#"csvdecode(local.table)[0]["a"]"#;
        f::jsondecode("[1]") => r#"jsondecode("[1]")"#;
        f::jsonencode(["a"]) => r#"jsonencode(["a"])"#;
        f::textdecodebase64("YQA=", "UTF-16LE") => r#"textdecodebase64("YQA=", "UTF-16LE")"#;
        f::textencodebase64("a", "UTF-16LE") => r#"textencodebase64("a", "UTF-16LE")"#;
        f::urlencode("a b") => r#"urlencode("a b")"#;
        f::yamldecode("a: 1").attribute("a") => r#"yamldecode("a: 1").a"#;
        f::yamldecode("a: 1") => r#"yamldecode("a: 1")"#;
        f::yamlencode(Some(true)) => "yamlencode(true)";
    }
}

fn filesystem() -> Vec<Expression> {
    calls! {
        f::abspath(path::root()) => "abspath(path.root)";
        f::basename("a/b") => r#"basename("a/b")"#;
        f::dirname("a/b") => r#"dirname("a/b")"#;
        f::file(iac_core::tf!("{}/a", path::module())) => r#"file("${path.module}/a")"#;
        f::filebase64("a") => r#"filebase64("a")"#;
        f::fileexists("a") => r#"fileexists("a")"#;
        f::fileset(path::cwd(), "*.json") => r#"fileset(path.cwd, "*.json")"#;
        f::pathexpand("~/a") => r#"pathexpand("~/a")"#;
        f::templatefile("a", [("name", terraform::workspace())]) =>
            r#"templatefile("a", { name = terraform.workspace })"#;
    }
}

fn time_and_hash() -> Vec<Expression> {
    calls! {
        f::formatdate("YYYY", f::plantimestamp()) => r#"formatdate("YYYY", plantimestamp())"#;
        f::plantimestamp() => "plantimestamp()";
        f::timeadd(f::timestamp(), "1h") => r#"timeadd(timestamp(), "1h")"#;
        f::timecmp("a", "b") => r#"timecmp("a", "b")"#;
        f::timestamp() => "timestamp()";
        f::base64sha256("a") => r#"base64sha256("a")"#;
        f::base64sha512("a") => r#"base64sha512("a")"#;
        f::bcrypt("a", None) => r#"bcrypt("a")"#;
        f::bcrypt("a", Some(4)) => r#"bcrypt("a", 4)"#;
        f::filebase64sha256("a") => r#"filebase64sha256("a")"#;
        f::filebase64sha512("a") => r#"filebase64sha512("a")"#;
        f::filemd5("a") => r#"filemd5("a")"#;
        f::filesha1("a") => r#"filesha1("a")"#;
        f::filesha256("a") => r#"filesha256("a")"#;
        f::filesha512("a") => r#"filesha512("a")"#;
        f::md5("a") => r#"md5("a")"#;
        f::rsadecrypt("a", "b") => r#"rsadecrypt("a", "b")"#;
        f::sha1("a") => r#"sha1("a")"#;
        f::sha256("a") => r#"sha256("a")"#;
        f::sha512("a") => r#"sha512("a")"#;
        f::uuid() => "uuid()";
        f::uuidv5("dns", "a") => r#"uuidv5("dns", "a")"#;
    }
}

fn network() -> Vec<Expression> {
    calls! {
        f::cidrhost("10.0.0.0/16", -1) => r#"cidrhost("10.0.0.0/16", -1)"#;
        f::cidrnetmask("10.0.0.0/16") => r#"cidrnetmask("10.0.0.0/16")"#;
        f::cidrsubnet("10.0.0.0/16", 8, name::<Number>("count.index") + 1) =>
            r#"cidrsubnet("10.0.0.0/16", 8, count.index + 1)"#;
        f::cidrsubnets("10.0.0.0/16", [4, 8]) => r#"cidrsubnets("10.0.0.0/16", 4, 8)"#;
    }
}

fn conversion() -> Vec<Expression> {
    let object: Expr<Any> = name("local.object");
    let secret: Expr<Ephemeral<String>> = name("var.secret");
    calls! {
        f::can(object.attribute("a")) => "can(local.object.a)";
        f::ephemeralasnull(secret) => "ephemeralasnull(var.secret)";
        f::issensitive("a") => r#"issensitive("a")"#;
        f::nonsensitive(name::<String>("local.a")) => "nonsensitive(local.a)";
        f::sensitive(name::<Map<String>>("local.tags")).get("a") => r#"sensitive(local.tags)["a"]"#;
        f::sensitive(&object) => "sensitive(local.object)";
        f::tobool("true") => r#"tobool("true")"#;
        f::tolist(name::<Set<String>>("local.zones")) => "tolist(local.zones)";
        f::tomap([("a", 1)]) => "tomap({ a = 1 })";
        f::tonumber("1") => r#"tonumber("1")"#;
        f::toset(["a"]) => r#"toset(["a"])"#;
        f::tostring(1) => "tostring(1)";
        f::try_((object.get("a").get(0), "x")) => r#"try(local.object["a"][0], "x")"#;
    }
}

#[test]
fn all_functions_exist() {
    let calls = [
        numeric(),
        string(),
        collection(),
        encoding(),
        filesystem(),
        time_and_hash(),
        network(),
        conversion(),
    ]
    .concat();
    let mut argument_counts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for call in &calls {
        if let Expression::Operation(operation) = call
            && let Operation::Call { function, arguments, .. } = &**operation
        {
            argument_counts.entry(function).or_default().push(arguments.len());
        }
    }
    for signature in SIGNATURES.lines() {
        let (function, parameters) = signature.split_once('(').unwrap();
        let parameters: Vec<_> =
            parameters.trim_end_matches(')').split(", ").filter(|name| !name.is_empty()).collect();
        let variadic = parameters.last().is_some_and(|name| name.ends_with("..."));
        let fixed = parameters.len() - usize::from(variadic);
        let counts = argument_counts.remove(function).unwrap_or_default();
        assert!(!counts.is_empty(), "{function} is not called");
        let fits = |count: &usize| if variadic { *count >= fixed } else { *count == fixed };
        assert!(counts.iter().all(fits), "{signature} is called with {counts:?} arguments");
    }
    assert_eq!(argument_counts, BTreeMap::new(), "Terraform has no such functions");
}

#[test]
fn terraform_provider_functions_are_rendered() {
    calls! {
        terraform::decode_tfvars("a = 1").attribute("a") => r#"provider::terraform::decode_tfvars("a = 1").a"#;
        terraform::encode_expr(["a"]) => r#"provider::terraform::encode_expr(["a"])"#;
        terraform::encode_tfvars(object! { "a": 1 }) => "provider::terraform::encode_tfvars({ a = 1 })";
    };
}

#[test]
fn providers_of_functions_are_required() {
    let stack = Stack::new("test");
    stack.add(Output::new("x", terraform::encode_expr(1)));
    let text = stack.render_hcl().unwrap();
    assert!(text.contains("source = \"terraform.io/builtin/terraform\""), "{text}");

    let stack = Stack::new("test");
    stack.add(Output::new("x", Expression::call("provider::fake::f", Vec::new())));
    let diagnostics = stack.render_hcl().expect_err("the provider is unknown");
    assert!(diagnostics.to_string().contains("`fake`"), "{diagnostics}");

    stack.add(iac_core::Terraform::new().required_provider("fake", "example/fake", "1.0.0"));
    assert!(stack.render_hcl().is_ok());
}

#[test]
fn element_types_are_preserved() {
    let ids: Expr<List<Id<Subnet>>> = name("local.ids");
    let first: Expr<Id<Subnet>> = f::element(f::concat([&ids, &ids]), 0);
    let subnets: Expr<Set<Id<Subnet>>> = f::setunion((f::toset(&ids), ["a"]));
    let by_name: Expr<Map<Id<Subnet>>> = f::merge([f::zipmap(["a"], ids)]);
    let pairs: Expr<List<List<String>>> = f::setproduct([["a"], ["b"]]);
    let texts: Expr<List<String>> = subnets.into_expr();
    assert_eq!(hcl(first), "element(concat(local.ids, local.ids), 0)");
    assert_eq!(hcl(texts), r#"tolist(setunion(toset(local.ids), ["a"]))"#);
    assert_eq!(hcl(by_name), r#"merge(zipmap(["a"], local.ids))"#);
    assert_eq!(hcl(pairs), r#"setproduct(["a"], ["b"])"#);
    assert_eq!(hcl(f::setunion(name::<List<Set<String>>>("local.sets"))), "setunion(local.sets...)");
}

#[test]
fn call_without_required_arguments_is_reported() {
    let stack = Stack::new("test");
    stack.add(Output::new("x", f::max(Vec::<i32>::new())));
    let diagnostics = stack.render_hcl().expect_err("there are no arguments");
    assert!(diagnostics.to_string().contains("`max` needs at least one argument"), "{diagnostics}");
}
