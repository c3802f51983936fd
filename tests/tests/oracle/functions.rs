//! Every function is called through its typed counterpart, and Terraform computes the expected result.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use iac_core::expression::{Expression, Operation};
use iac_core::functions::{self as f, path, terraform};
use iac_core::{
    Any, Comparable as _, Expr, IntoExpr as _, IntoExpression, List, Local, Map, Null, Number, Output, Set,
    Stack, if_else, json, json_text, list, map, object, raw, tf,
};
use serde_json::{Value, json as value};

/// The functions of Terraform 1.11 with their parameters.
const SIGNATURES: &str = include_str!("../../../iac-core/tests/core/terraform-1.11-functions.txt");

/// Generated for this test.
const PRIVATE_KEY: &str = include_str!("rsa-key.pem");

/// Calls and their expected results.
struct Table(Vec<(Expression, Option<Value>)>);

impl Table {
    /// Adds a call with a known result.
    fn is(&mut self, call: impl IntoExpression, expected: Value) {
        self.0.push((call.into_expression(), Some(expected)));
    }

    /// Adds a call that must succeed, but whose result differs each time or on each machine.
    fn succeeds(&mut self, call: impl IntoExpression) {
        self.0.push((call.into_expression(), None));
    }
}

fn numeric(t: &mut Table) {
    t.is(f::abs(-3), value!(3));
    t.is(f::ceil(1.2), value!(2));
    t.is(f::floor(1.8), value!(1));
    t.is(f::log(16, 2), value!(4));
    t.is(f::max((1, f::abs(-7), 3.5)), value!(7));
    t.is(f::min(f::range([3, 6])), value!(3));
    t.is(f::parseint("ff", 16), value!(255));
    t.is(f::pow(2, 10), value!(1024));
    t.is(f::signum(-5), value!(-1));
    t.is(-f::abs(2) * 3 + 10 % f::abs(4), value!(-4));
    t.is(u64::MAX, value!(u64::MAX));
}

fn string(t: &mut Table, template: Expr<String>) {
    t.is(f::chomp("hello\r\n\n"), value!("hello"));
    t.is(f::endswith("hello", "lo"), value!(true));
    t.is(f::format("%s-%03d %v", ("a", 7, [1, 2])), value!("a-007 [1,2]"));
    t.is(f::formatlist("%s-%s", (["a", "b"], "x")), value!(["a-x", "b-x"]));
    t.is(f::indent(2, "a\nb"), value!("a\n  b"));
    t.is(f::join(",", f::toset(["b", "a"])), value!("a,b"));
    t.is(f::lower("HÉ"), value!("hé"));
    t.is(f::regex("[a-z]+", "12ab"), value!("ab"));
    t.is(f::regex("(?P<year>\\d+)-", "2025-01").attribute("year"), value!("2025"));
    t.is(f::regexall("[a-z]", "1a2b"), value!(["a", "b"]));
    t.is(f::replace("a.b.c", ".", "-"), value!("a-b-c"));
    t.is(f::replace("${a}", "/\\$\\{(\\w)\\}/", "<$1>"), value!("<a>"));
    t.is(f::split(",", "a,b"), value!(["a", "b"]));
    t.is(f::startswith("hello", "he"), value!(true));
    t.is(f::strcontains("hello", "ll"), value!(true));
    t.is(f::strrev("abc"), value!("cba"));
    t.is(f::substr("hello", 1, -1), value!("ello"));
    t.is(f::templatestring(template, [("name", "x")]), value!("Hello, x!"));
    t.is(f::title("hello world"), value!("Hello World"));
    t.is(f::trim("?!a?!", "!?"), value!("a"));
    t.is(f::trimprefix("hello", "he"), value!("llo"));
    t.is(f::trimspace(" a\n"), value!("a"));
    t.is(f::trimsuffix("hello", "lo"), value!("hel"));
    t.is(f::upper("a"), value!("A"));
    t.is(tf!("{}%{{if}}${{x}}", f::upper("a")), value!("A%{if}${x}"));
}

fn collection(t: &mut Table) {
    let names = f::split(",", "b,a,b");
    let zones = f::toset(&names);
    t.is(f::alltrue(names.map(|name| f::length(name).equals(1))), value!(true));
    t.is(f::anytrue([false, false]), value!(false));
    t.is(f::chunklist(&names, 2), value!([["b", "a"], ["b"]]));
    t.is(f::coalesce((f::lower(""), "x")), value!("x"));
    t.is(f::coalescelist((f::compact([""]), ["x"])), value!(["x"]));
    t.is(f::compact(["a", "", "b"]), value!(["a", "b"]));
    t.is(f::concat((&names, list!["c", f::lower("D")])), value!(["b", "a", "b", "c", "d"]));
    t.is(f::contains(&zones, "a"), value!(true));
    t.is(f::distinct(&names), value!(["b", "a"]));
    t.is(f::element(&zones, 3), value!("b"));
    t.is(f::flatten([vec!["a"], vec!["b", "c"]]), value!(["a", "b", "c"]));
    t.is(f::index(&names, "a"), value!(1));
    t.is(f::keys([("b", 1), ("a", 2)]), value!(["a", "b"]));
    t.is(f::length(&zones), value!(2));
    t.is(f::lookup([("a", "1")], "b", "x"), value!("x"));
    t.is(f::matchkeys(["i-1", "i-2"], ["a", "b"], ["b"]), value!(["i-2"]));
    t.is(f::merge(([("a", 1), ("b", 1)], [("b", 2)])), value!({"a": 1, "b": 2}));
    t.is([f::one(f::toset(Vec::<&str>::new()))], value!([null]));
    t.is(f::range((1, 8, f::abs(-2))), value!([1, 3, 5, 7]));
    t.is(f::reverse([1, 2]), value!([2, 1]));
    t.is(f::setintersection((&zones, ["b", "c"])), value!(["b"]));
    t.is(f::setproduct([["a", "b"], ["x", "y"]]), value!([["a", "x"], ["a", "y"], ["b", "x"], ["b", "y"]]));
    t.is(f::setsubtract(&zones, ["b"]), value!(["a"]));
    t.is(f::setunion((&zones, ["c"])), value!(["a", "b", "c"]));
    t.is(f::slice(&names, 1, 3), value!(["a", "b"]));
    t.is(f::sort(&names), value!(["a", "b", "b"]));
    t.is(f::sum([1.5, 2.0]), value!(3.5));
    t.is(
        f::transpose([("a", ["x", "y"]), ("b", ["x", "z"])]),
        value!({"x": ["a", "b"], "y": ["a"], "z": ["b"]}),
    );
    t.is(f::values([("b", 1), ("a", 2)]), value!([2, 1]));
    t.is(f::zipmap(["a", "b"], [1, 2]), value!({"a": 1, "b": 2}));
}

fn encoding(t: &mut Table) {
    let table = f::csvdecode("name,size\na,1\n");
    t.is(f::base64decode("aMOp"), value!("hé"));
    t.is(f::base64encode("hé"), value!("aMOp"));
    t.succeeds(f::base64gzip("a"));
    t.is(table.get(0).get("size"), value!("1"));
    t.is(f::jsondecode("{\"a\": [1, null]}"), value!({"a": [1, null]}));
    t.is(f::jsonencode([("b", 1), ("a", 2)]), value!("{\"a\":2,\"b\":1}"));
    t.is(f::textdecodebase64("aADpAA==", "UTF-16LE"), value!("hé"));
    t.is(f::textencodebase64("hé", "UTF-16LE"), value!("aADpAA=="));
    t.is(f::urlencode("a b&c"), value!("a+b%26c"));
    t.is(f::yamldecode("a: [1, b]"), value!({"a": [1, "b"]}));
    t.is(f::yamlencode(object! { "a": [1] }), value!("\"a\":\n- 1\n"));
}

fn filesystem(t: &mut Table, directory: &Path) {
    let name = directory.file_name().and_then(|name| name.to_str()).expect("the directory has a name");
    t.is(f::basename(f::abspath(path::module())), value!(name));
    t.is(f::dirname("a/b.txt"), value!("a"));
    t.is(f::file(tf!("{}/hello.txt", path::module())), value!("hello"));
    t.is(f::filebase64("hello.txt"), value!("aGVsbG8="));
    t.is(f::fileexists(tf!("{}/nothing.txt", path::root())), value!(false));
    t.is(f::fileset(path::cwd(), "*.{txt,tftpl}"), value!(["hello.tftpl", "hello.txt"]));
    t.is(f::pathexpand("a"), value!("a"));
    t.is(f::templatefile("hello.tftpl", object! { "names": ["x", "y"] }), value!("x;y;"));
    t.is(f::filebase64sha256("hello.txt"), value!("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="));
    t.is(f::filebase64sha512("hello.txt").equals(f::base64sha512("hello")), value!(true));
    t.is(f::filemd5("hello.txt"), value!("5d41402abc4b2a76b9719d911017c592"));
    t.is(f::filesha1("hello.txt"), value!("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"));
    t.is(f::filesha256("hello.txt").equals(f::sha256("hello")), value!(true));
    t.is(f::filesha512("hello.txt").equals(f::sha512("hello")), value!(true));
}

fn time_and_hash(t: &mut Table) {
    let time = "2025-01-31T12:00:00Z";
    t.is(f::formatdate("DD MMM YYYY hh:mm ZZZ", time), value!("31 Jan 2025 12:00 UTC"));
    t.is(f::timecmp(f::plantimestamp(), time), value!(1));
    t.is(f::timeadd(time, "-1h"), value!("2025-01-31T11:00:00Z"));
    t.is(f::timecmp(time, f::timestamp()), value!(-1));
    t.is(f::base64sha256("hello"), value!("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="));
    t.is(f::substr(f::base64sha512("hello"), 0, 8), value!("m3HSJL1i"));
    t.succeeds(f::bcrypt("hello", None));
    t.is(f::length(f::bcrypt("hello", Some(4))), value!(60));
    t.is(f::md5("hello"), value!("5d41402abc4b2a76b9719d911017c592"));
    let secret = concat!(
        "JTUXwclh6goko7UoSqCXYVyGO/F77zKS1bEMwGh0eEY8kZE5JPhdk71qoeC+xfVTFKuWbh7M7FVWeahuJsX99p",
        "29QqkP1Ff0dlBAYzajxWhv80RluaOrRtzBKj0JAdvbPPgERSoFJoQVYJKHbuT7h21pb4KiDfkal5ADtlaDlqc=",
    );
    t.is(f::rsadecrypt(secret, PRIVATE_KEY), value!("secret"));
    t.is(f::sha1("hello"), value!("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"));
    t.is(f::sha256("hello"), value!("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"));
    t.is(f::substr(f::sha512("hello"), 0, 8), value!("9b71d224"));
    t.is(f::length(f::uuid()), value!(36));
    t.is(f::uuidv5("dns", "example.com"), value!("cfbff0d1-9375-5685-968c-48ce8b15ae17"));
}

fn network(t: &mut Table) {
    t.is(f::cidrhost("10.0.0.0/16", -2), value!("10.0.255.254"));
    t.is(f::cidrnetmask("10.0.0.0/12"), value!("255.240.0.0"));
    t.is(f::cidrsubnet("10.0.0.0/16", 8, 2), value!("10.0.2.0/24"));
    t.is(f::cidrsubnets("10.0.0.0/16", [4, 8]), value!(["10.0.0.0/20", "10.0.16.0/24"]));
}

fn conversion(t: &mut Table) {
    let object = f::jsondecode("{\"a\": {\"b\": [1]}}");
    t.is(f::can(object.attribute("c")), value!(false));
    t.is([f::ephemeralasnull(terraform::applying())], value!([null]));
    t.is(f::issensitive(f::sensitive("a")), value!(true));
    t.is(f::nonsensitive(f::sensitive("a")), value!("a"));
    t.is(f::tobool("true"), value!(true));
    t.is(f::tolist(f::toset(["b", "a"])), value!(["a", "b"]));
    t.is(f::tomap([("a", 1)]), value!({"a": 1}));
    t.is(f::tonumber("1.5"), value!(1.5));
    t.is(f::toset(["b", "a", "b"]), value!(["a", "b"]));
    t.is(f::tostring(true), value!("true"));
    t.is(f::try_((object.attribute("c"), object.attribute("a").get("b").get(0))), value!(1));
    t.is(terraform::workspace(), value!("default"));
    t.is(terraform::decode_tfvars("a = [1]").attribute("a"), value!([1]));
    t.is(terraform::encode_expr(object! { "a": null }), value!("{\n  a = null\n}"));
    t.is(terraform::encode_tfvars(object! { "a": "b" }), value!("a = \"b\"\n"));
}

/// Expressions other than functions: loops, documents and raw expressions.
fn expressions(t: &mut Table) {
    let sizes: Expr<List<Number>> = f::range([1, 6]);
    let large = sizes.filter(|size| size.greater_than(2));
    t.is(large.map(|size| size * 10), value!([30, 40, 50]));
    t.is(large.filter(|size| size.less_than(5)), value!([3, 4]));
    t.is(large.map_indexed(|index, size| size - index), value!([3, 3, 3]));
    t.is(large.map(|a| f::sum(large.map(move |b| b * a))), value!([36, 48, 60]));
    t.is(sizes.to_map(|size| (tf!("n{}", &size), size)).get("n4"), value!(4));
    t.is(
        sizes.group_by(|size| (if_else(size.clone().at_most(2), "small", "large"), size)),
        value!({"small": [1, 2], "large": [3, 4, 5]}),
    );
    let zones: Expr<Set<String>> = f::toset(["b", "a"]);
    t.is(zones.map(f::upper), value!(["A", "B"]));
    t.is(zones.filter(|zone| zone.differs("a")), value!(["b"]));
    let tags: Expr<Map<String>> = f::tomap([("a", "x"), ("b", "y")]);
    t.is(tags.map_values(|key, value| tf!("{}{}", key, value)), value!({"a": "ax", "b": "by"}));
    t.is(tags.to_list(|_, value| value), value!(["x", "y"]));
    t.is(tags.filter(|key, _| key.differs("a")), value!({"b": "y"}));
    t.is(tags.to_map(|key, value| (value, key)), value!({"x": "a", "y": "b"}));
    let objects = f::jsondecode("[{\"a\": {\"b\": 1}}, {\"a\": {\"b\": 2}}]").cast::<List<Any>>();
    t.is(objects.map(|object| object.attribute("a").attribute("b")), value!([1, 2]));
    let tags: Expr<Map<String>> = map! { f::upper("a") => "x", "b" => f::upper("y") }.into_expr();
    t.is(tags, value!({"A": "x", "b": "Y"}));
    t.is([if_else(f::upper("a").equals("A"), "x", Null), if_else(false, "y", Null)], value!(["x", null]));

    let document = json!({ "${b}": [null, true, 1.5, { (f::upper("k")): "%{x}" }], "a": "\"\n" });
    t.is(f::jsondecode(document), value!({"a": "\"\n", "${b}": [null, true, 1.5, {"K": "%{x}"}]}));
    let text = "{\"b\": [18446744073709551615, \"${x}\"], \"a\": {}}";
    t.is(f::jsondecode(json_text(text)), value!({"a": {}, "b": [u64::MAX, "${x}"]}));

    t.is(
        raw::<Any>("{ for k, v in { a = 1 } : upper(k) => [for x in [v, 2] : -x * (v + x)] }"),
        value!({"A": [-2, -6]}),
    );
    t.is(raw::<Any>("[{ a = [1] }, { a = [2] }][*].a"), value!([[1], [2]]));
    t.is(raw::<Any>("<<-EOT\n    a\n      ${1 + 1}\n    EOT\n"), value!("a\n  2\n"));
}

/// A directory that is removed when the test ends.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let directory = env::temp_dir().join(format!("iac-functions-{}-{name}", std::process::id()));
        fs::create_dir_all(&directory).expect("the temporary directory can be written");
        Self(directory)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.join(file), text).expect("the temporary directory can be written");
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // Files that cannot be removed stay in the temporary directory.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs Terraform and returns its output.
fn run(directory: &Path, arguments: &[&str]) -> String {
    let output = Command::new("terraform")
        .args(arguments)
        .current_dir(directory)
        .env("CHECKPOINT_DISABLE", "1")
        .stdin(Stdio::null())
        .output()
        .expect("terraform is on the path");
    let [stdout, stderr] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success(), "terraform {arguments:?}: {stderr}{stdout}");
    String::from_utf8(output.stdout).expect("terraform prints UTF-8")
}

#[test]
fn recorded_signatures_match_terraform() {
    let answer: Value = serde_json::from_str(&run(&env::temp_dir(), &["metadata", "functions", "-json"]))
        .expect("terraform prints JSON");
    let functions = answer["function_signatures"].as_object().expect("the answer has signatures");
    let parameter =
        |parameter: &Value| parameter["name"].as_str().expect("a parameter has a name").to_owned();
    let signatures: BTreeMap<_, _> = functions
        .iter()
        .filter(|(name, _)| !name.contains("::"))
        .map(|(name, signature)| {
            let fixed = signature["parameters"].as_array().into_iter().flatten().map(parameter);
            let variadic = signature.get("variadic_parameter").map(|rest| parameter(rest) + "...");
            (name, fixed.chain(variadic).collect::<Vec<_>>().join(", "))
        })
        .collect();
    let lines: Vec<_> = signatures.iter().map(|(name, parameters)| format!("{name}({parameters})")).collect();
    assert_eq!(lines.join("\n"), SIGNATURES.trim_end());
}

#[test]
fn terraform_computes_every_function() {
    let directory = Directory::new("calls");
    directory.write("hello.txt", "hello");
    directory.write("hello.tftpl", "%{ for name in names }${name};%{ endfor }");
    let stack = Stack::new("functions");
    let template = stack.add(Local::new("template", "Hello, ${name}!"));
    let mut table = Table(Vec::new());
    numeric(&mut table);
    string(&mut table, template);
    collection(&mut table);
    encoding(&mut table);
    filesystem(&mut table, &directory.0);
    time_and_hash(&mut table);
    network(&mut table);
    conversion(&mut table);
    expressions(&mut table);

    let mut called = BTreeSet::new();
    for (position, (call, _)) in table.0.iter().enumerate() {
        stack.add(Output::new(format!("o{position}"), call.clone()));
        call.visit(&mut |expression| {
            if let Expression::Operation(operation) = expression
                && let Operation::Call { function, .. } = &**operation
            {
                called.insert(function.to_string());
            }
        });
    }
    let functions = SIGNATURES.lines().filter_map(|line| Some(line.split_once('(')?.0));
    let missing: Vec<_> = functions.filter(|name| !called.contains(*name)).collect();
    assert!(missing.is_empty(), "not called: {missing:?}");

    directory.write("main.tf", &stack.render_hcl().unwrap_or_else(|diagnostics| panic!("{diagnostics}")));
    run(&directory.0, &["fmt", "-check", "-diff", "-no-color"]);
    run(&directory.0, &["apply", "-auto-approve", "-input=false", "-no-color"]);
    let outputs: Value =
        serde_json::from_str(&run(&directory.0, &["output", "-json"])).expect("terraform prints JSON");
    let wrong: Vec<_> = (0..)
        .zip(&table.0)
        .map(|(position, (call, expected))| (call, expected, &outputs[format!("o{position}")]["value"]))
        .filter(|(_, expected, output)| match expected {
            Some(expected) => *output != expected,
            None => output.is_null(),
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Compares the recorded cases for the planner's functions with Terraform's current answers.
#[test]
fn recorded_cases_match_terraform() {
    let directory = Directory::new("cases");
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../iac-lang/tests/functions/cases");
    let mut recorded = Vec::new();
    for file in fs::read_dir(cases).expect("the cases are there") {
        let path = file.expect("the directory can be read").path();
        let text = fs::read_to_string(path).expect("the cases can be read");
        let lines: Vec<&str> = text.lines().collect();
        for case in lines.chunks(2) {
            let expression = case[0].strip_prefix("> ").expect("each case starts with `> `");
            recorded.push((expression.to_owned(), case[1].to_owned()));
        }
    }
    // `try` does not catch calls of unknown functions.
    recorded.retain(|(expression, _)| !expression.starts_with("nosuch("));
    assert!(recorded.len() > 500, "there are only {} cases", recorded.len());

    let mut configuration = String::from(
        "terraform {\n  required_providers {\n    terraform = {\n      source = \"terraform.io/builtin/terraform\"\n    }\n  }\n}\n",
    );
    for (position, (expression, _)) in recorded.iter().enumerate() {
        let value = format!("nonsensitive(try(jsonencode({expression}), \"error\"))");
        writeln!(configuration, "output \"o{position}\" {{\n  value = {value}\n}}")
            .expect("writing to a string does not fail");
    }
    directory.write("main.tf", &configuration);
    run(&directory.0, &["init", "-input=false", "-no-color"]);
    run(&directory.0, &["apply", "-auto-approve", "-input=false", "-no-color"]);
    let outputs: Value =
        serde_json::from_str(&run(&directory.0, &["output", "-json"])).expect("terraform prints JSON");
    let wrong: Vec<_> = (0..)
        .zip(&recorded)
        .map(|(position, case)| (case, &outputs[format!("o{position}")]["value"]))
        .filter(|((_, expected), output)| *output != expected.as_str())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
