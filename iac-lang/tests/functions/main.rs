//! Calls of Terraform's functions evaluate to the same values as in Terraform.
//!
//! `cases/*.txt` contain expressions, each after `> `, followed by Terraform's `jsonencode` of the result, or
//! `error`. The oracle test `functions` of the workspace checks them against Terraform.

use std::fmt::Write as _;

use iac_core::{Any, raw};
use iac_lang::Value;
use iac_lang::eval::functions::Context;
use iac_lang::eval::{EvalError, NoScope, Resolved, Scope, Step, evaluate};
use iac_lang::files::MemoryFiles;

/// A scope that contains only functions.
struct Functions(MemoryFiles);

impl Scope for Functions {
    fn resolve(&self, root: &str, steps: &[Step<'_>]) -> Result<Resolved<'_>, EvalError> {
        NoScope.resolve(root, steps).map(|_| unreachable!("the scope has no names"))
    }

    fn functions(&self) -> Option<Context<'_>> {
        let mut context = Context::new(&self.0);
        context.directory = Some("/work");
        context.home = Some("/home/user");
        Some(context)
    }
}

fn answer(expression: &str) -> String {
    let files = MemoryFiles::new()
        .with("hello.txt", "hello")
        .with("sub/page.tftpl", "%{ for name in names ~}\n- ${upper(name)}\n%{ endfor ~}\n")
        .with("only.tftpl", "${list}")
        .with("again.tftpl", "${templatefile(\"only.tftpl\", { list = 1 })}")
        .with("bytes", [0xff_u8, 0xfe].as_slice());
    let expression = raw::<Any>(&format!("jsonencode({expression})")).into_expression();
    match evaluate(&expression, &Functions(files)) {
        Ok(value) => match value.peel() {
            Value::String(json) => json.to_string(),
            other => format!("{other:?}"),
        },
        Err(_) => "error".to_owned(),
    }
}

/// Runs every case of a file.
#[track_caller]
fn check(cases: &str) {
    let mut wrong = String::new();
    let lines: Vec<&str> = cases.lines().collect();
    for case in lines.chunks(2) {
        let expression = case[0].strip_prefix("> ").expect("each case starts with `> `");
        let answer = answer(expression);
        if answer != case[1] {
            writeln!(wrong, "> {expression}\nTerraform: {}\nhere:      {answer}\n", case[1])
                .expect("writing to a string does not fail");
        }
    }
    assert!(lines.len() > 10, "there are only {} lines", lines.len());
    assert!(wrong.is_empty(), "{wrong}");
}

macro_rules! cases {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                check(include_str!(concat!("cases/", stringify!($name), ".txt")));
            }
        )*
    };
}

cases!(numeric text format lists maps conversion encoding yaml time_and_hash network_and_paths terraform);

#[track_caller]
fn is(expression: &str, expected: &str) {
    assert_eq!(answer(expression), expected, "{expression}");
}

#[test]
fn files_are_read() {
    is(r#"file("hello.txt")"#, r#""hello""#);
    is(r#"file("./sub/../hello.txt")"#, r#""hello""#);
    is(r#"file("nothing.txt")"#, "error");
    is(r#"file("bytes")"#, "error");
    is(r#"filebase64("bytes")"#, r#""//4=""#);
    is(r#"[fileexists("hello.txt"), fileexists("nothing"), fileexists("no/thing")]"#, "[true,false,false]");
    is(r#"fileexists("sub")"#, "error");
    is(r#"fileset(".", "**/*.tftpl")"#, r#"["again.tftpl","only.tftpl","sub/page.tftpl"]"#);
    is(r#"fileset("sub", "*")"#, r#"["page.tftpl"]"#);
    is(r#"fileset("nowhere", "*")"#, "[]");
    is(r#"filemd5("hello.txt") == md5("hello")"#, "true");
    is(r#"filesha1("hello.txt") == sha1("hello")"#, "true");
    is(r#"filesha256("hello.txt") == sha256("hello")"#, "true");
    is(r#"filesha512("hello.txt") == sha512("hello")"#, "true");
    is(r#"filebase64sha256("hello.txt") == base64sha256("hello")"#, "true");
    is(r#"filebase64sha512("hello.txt") == base64sha512("hello")"#, "true");
    is(r#"abspath("a/../b")"#, r#""/work/b""#);
    is(r#"[pathexpand("~"), pathexpand("~/a"), pathexpand("/a")]"#, r#"["/home/user","/home/user/a","/a"]"#);
    is(r#"pathexpand("~other/a")"#, "error");
}

#[test]
fn templates_are_rendered() {
    is(r#"templatefile("sub/page.tftpl", { names = ["a", "b"] })"#, r#""- A\n- B\n""#);
    is(r#"templatefile("only.tftpl", { list = [1] })"#, "[1]");
    is(r#"templatefile("only.tftpl", {})"#, "error");
    is(r#"templatefile("again.tftpl", {})"#, "error");
    is(r#"issensitive(templatefile("only.tftpl", { list = sensitive(1) }))"#, "true");
}

#[test]
fn unknown_arguments_are_propagated() {
    for (expression, expected) in [
        ("timestamp()", "(known after apply)"),
        ("uuid()", "(known after apply)"),
        ("bcrypt(\"x\")", "(known after apply)"),
        ("plantimestamp()", "(known after apply)"),
        ("base64gzip(\"x\")", "(known after apply)"),
        ("upper(uuid())", "(known after apply)"),
        ("[uuid()]", "(known after apply)"),
        ("length([uuid()])", "1"),
        ("length(toset([uuid()]))", "1"),
        ("length(toset([uuid(), \"a\"]))", "(known after apply)"),
        ("keys({ a = uuid() })", r#"["a"]"#),
        ("merge({ a = uuid() }, { b = 2 }).b", "2"),
        ("lookup({ a = uuid(), b = 2 }, \"b\", 3)", "2"),
        ("concat([uuid()], [2])[1]", "2"),
        ("flatten([[uuid()], [2]])[1]", "2"),
        ("element([uuid(), 2], 1)", "2"),
        ("coalesce(1, uuid())", r#""1""#),
        ("contains([uuid(), \"a\"], \"a\")", "true"),
        ("contains([uuid()], \"a\")", "(known after apply)"),
        ("length(reverse([uuid(), 1]))", "2"),
        ("length(setproduct([uuid()], [1, 2]))", "2"),
        ("length(formatlist(\"%s\", [uuid(), \"x\"]))", "2"),
        ("formatlist(\"%s\", [uuid(), \"x\"])[1]", r#""x""#),
        ("zipmap([\"a\", \"b\"], [uuid(), 1]).b", "1"),
        ("values({ a = uuid(), b = 1 })[1]", "1"),
        ("slice([uuid(), 1], 1, 2)", "[1]"),
        ("anytrue([uuid() == \"a\", true])", "true"),
        ("alltrue([false, uuid() == \"a\"])", "false"),
        ("alltrue([uuid() == \"a\", true])", "(known after apply)"),
        ("issensitive(sensitive(uuid()))", "true"),
        ("one([uuid()])", "(known after apply)"),
        ("length(distinct([uuid()]))", "(known after apply)"),
        ("length(sort([uuid()]))", "1"),
        ("length(chunklist([uuid(), 1, 2], 2))", "2"),
        ("join(\",\", [uuid()])", "(known after apply)"),
        ("length(setunion([uuid()], [\"a\"]))", "(known after apply)"),
    ] {
        is(expression, expected);
    }
}

#[test]
fn too_large_results_are_errors() {
    for expression in [
        "range(1e9)",
        "range(0, 1, 1e-9)",
        r#"format("%999999999d", 1)"#,
        r#"format("%f", 1e999999999)"#,
        "setproduct(range(1024), range(1024))",
        "indent(1000000000, \"a\\nb\")",
        r#"regex("((((a{100}){100}){100}){100})", "a")"#,
        r#"jsondecode(join("", [for i in range(1000) : "["]))"#,
        r#"yamldecode(join("", [for i in range(1000) : "["]))"#,
        r#"yamldecode(join("", concat(["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"], [for i in range(1, 12) : "a${i}: &a${i} [${join(", ", [for j in range(10) : "*a${i - 1}"])}]\n"])))"#,
        r#"cidrhost("10.0.0.0/8", 1e300)"#,
        r#"timeadd("2024-01-01T00:00:00Z", "99999999999999999999h")"#,
    ] {
        is(expression, "error");
    }
}

#[cfg(feature = "rsa")]
#[test]
fn rsadecrypt_decrypts() {
    let key = include_str!("../../../tests/tests/oracle/rsa-key.pem");
    let secret = concat!(
        "JTUXwclh6goko7UoSqCXYVyGO/F77zKS1bEMwGh0eEY8kZE5JPhdk71qoeC+xfVTFKuWbh7M7FVWeahuJsX99p",
        "29QqkP1Ff0dlBAYzajxWhv80RluaOrRtzBKj0JAdvbPPgERSoFJoQVYJKHbuT7h21pb4KiDfkal5ADtlaDlqc=",
    );
    let check = |secret: &str, key: &str, expected: &str| {
        is(&format!("rsadecrypt(\"{secret}\", \"{}\")", key.replace('\n', "\\n")), expected);
    };
    let decrypted = r#""secret""#;
    check(secret, key, decrypted);
    check("AAAA", key, "error");
    check(secret, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "error");
    // The same key in the other forms that Terraform reads.
    check(secret, include_str!("keys/pkcs8.pem"), decrypted);
    check(secret, include_str!("keys/openssh.pem"), decrypted);
    check(secret, &format!("a key:\n{key}\nits end\n"), decrypted);
    check(secret, &key.replacen("KEY-----\n", "KEY-----\nComment: a\n\n", 1), decrypted);
    let (begin, rest) = key.split_once('\n').expect("the key has lines");
    let (body, end) = rest.trim_end().rsplit_once('\n').expect("the key has lines");
    check(secret, &format!("{begin}\n{}\n{end}\n", body.replace('\n', "")), decrypted);
    // Forms that it does not read.
    check(secret, &key.replace('\n', ""), "error");
    check(secret, &key.replace('\n', "\n  "), "error");
    check(secret, &key.replace("RSA ", ""), "error");
}

#[cfg(feature = "rsa")]
#[test]
fn rsadecrypt_reports_another_key() {
    // What the crate would answer itself is a made-up message, of any length.
    let key = include_str!("../../../tests/tests/oracle/rsa-key.pem").replace('\n', "\\n");
    for last in 0..8 {
        let mut other = [7; 128];
        other[127] = last;
        let secret = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, other);
        is(&format!("rsadecrypt(\"{secret}\", \"{key}\")"), "error");
    }
}

#[cfg(not(feature = "rsa"))]
#[test]
fn result_of_rsadecrypt_is_unknown_without_the_crate() {
    is(r#"rsadecrypt("AAAA", "x")"#, "(known after apply)");
}
