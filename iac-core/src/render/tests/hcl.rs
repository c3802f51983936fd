use super::*;

#[track_caller]
fn check(body: &Body, expected: &str) {
    let head = Head::new("resource", &["aws_vpc", "main"]);
    assert_eq!(render(Syntax::Hcl, &head, body).unwrap(), expected);
}

#[track_caller]
fn check_value(value: Expression, expected: &str) {
    assert_eq!(render_value(Syntax::Hcl, value), expected);
}

#[test]
fn single_line_arguments_are_aligned() {
    let body = body([
        ("a", Expression::Integer(1)),
        ("long_name", text("x")),
        ("tags", object([("Name", text("main")), ("Cost center", text("x")), ("map", object([]))])),
        ("b", Expression::Bool(true)),
        ("cc", reference("id")),
    ]);
    check(
        &body,
        r#"resource "aws_vpc" "main" {
  a         = 1
  long_name = "x"

  tags = {
    Name          = "main"
    "Cost center" = "x"
    map           = {}
  }

  b  = true
  cc = aws_vpc.main.id
}
"#,
    );
}

#[test]
fn leading_arguments_come_first() {
    let mut body = body([("cidr_block", text("10.0.0.0/16")), ("depends_on", list([reference("")]))]);
    body.push_block("lifecycle", super::body([("prevent_destroy", Expression::Bool(true))]));
    body.push_block("provisioner", labeled("local-exec", super::body([("command", text("true"))])));
    body.push_block("timeouts", Body::new());
    body.set("count", Expression::Integer(2));
    body.set("provider", name("aws").attribute("west").into_static());
    check(
        &body,
        r#"resource "aws_vpc" "main" {
  count    = 2
  provider = aws.west

  cidr_block = "10.0.0.0/16"

  timeouts {}

  provisioner "local-exec" {
    command = "true"
  }

  lifecycle {
    prevent_destroy = true
  }

  depends_on = [aws_vpc.main]
}
"#,
    );
}

#[test]
fn module_source_comes_first() {
    let providers = object([("aws.x", name("aws").attribute("west").into_static()), ("b c", text("d"))]);
    let body = body([
        ("name", text("a")),
        ("providers", providers),
        ("for_each", object([("a.b", Expression::Null)])),
        ("source", text("./m")),
    ]);
    assert_eq!(
        render(Syntax::Hcl, &Head::new("module", &["m"]), &body).unwrap(),
        r#"module "m" {
  source = "./m"

  for_each = {
    "a.b" = null
  }

  providers = {
    aws.x = aws.west
    "b c" = "d"
  }

  name = "a"
}
"#,
    );
}

#[test]
fn comments_are_at_the_top_and_in_blocks() {
    let mut renderer = Renderer::new(Form::Configuration(Syntax::Hcl), Main);
    let mut commented = Body::new();
    commented.comment("checkov:skip=CKV_AWS_1:why\nbecause");
    renderer.comment("Generated.");
    renderer.comment("Do not edit.");
    renderer.block(&Head::new("resource", &["aws_vpc", "main"]), &commented).unwrap();
    renderer.block(&Head::new("data", &["aws_region", "current"]), &Body::new()).unwrap();
    assert_eq!(
        renderer.finish(),
        r#"# Generated.
# Do not edit.

resource "aws_vpc" "main" {
  # checkov:skip=CKV_AWS_1:why
  # because
}

data "aws_region" "current" {}
"#,
    );
}

#[test]
fn dynamic_iterators_are_named_after_the_block() {
    let part = |iterator: &Expression, part: &str| iterator.clone().attribute(part);
    let mut body = dynamic("rule", &name("local").attribute("rules"), |rule| {
        let mut body = super::body([("port", part(&rule, "value"))]);
        body.append(dynamic("rule", &part(&rule, "value"), |inner| {
            super::body([("sum", binary(BinaryOperator::Add, part(&rule, "key"), part(&inner, "key")))])
        }));
        body
    });
    let once = list([text("a")]);
    body.append(dynamic("data", &once, |data| super::body([("x", part(&data, "value"))])));
    check(
        &body,
        r#"resource "aws_vpc" "main" {
  dynamic "rule" {
    for_each = local.rules

    content {
      port = rule.value

      dynamic "rule" {
        for_each = rule.value
        iterator = rule2

        content {
          sum = rule.key + rule2.key
        }
      }
    }
  }

  dynamic "data" {
    for_each = ["a"]
    iterator = data2

    content {
      x = data2.value
    }
  }
}
"#,
    );
}

#[test]
fn text_is_escaped() {
    for (value, expected) in [
        ("", r#""""#),
        ("\"\\\n\r\t", r#""\"\\\n\r\t""#),
        ("${a} %{b} $ % $$ $${c} {", r#""$${a} %%{b} $ % $$ $$${c} {""#),
        ("a\0\u{7f}\u{feff}\u{202e}\u{10ffff}", r#""a\u0000\u007f\ufeff\u202e\U0010ffff""#),
        ("naïve 日本 👩‍🚀", r#""naïve 日本 👩‍🚀""#),
        ("one line\n", r#""one line\n""#),
    ] {
        check_value(text(value), expected);
    }
}

#[test]
fn templates_are_quoted() {
    let id = || part(reference("id"));
    check_value(template([literal("a\n"), id()]), r#""a\n${aws_vpc.main.id}""#);
    check_value(template([literal("$"), id(), literal("%{$")]), r#""${"$"}${aws_vpc.main.id}%%{$""#);
    check_value(template([id()]), "aws_vpc.main.id");
    check_value(template([]), r#""""#);
    check_value(template([literal("a"), literal("$"), literal("{b}")]), r#""a${"$"}{b}""#);
    check_value(template([literal("a"), part(Expression::Integer(-1))]), r#""a${(-1)}""#);
    check_value(
        template([part(reference("tags").index(text("a b"))), literal("!")]),
        r#""${aws_vpc.main.tags["a b"]}!""#,
    );
}

#[test]
fn multi_line_text_is_a_heredoc() {
    check_value(
        text("#!/bin/sh\n\n  echo \"${HOME}\" \\\n"),
        "<<-EOT\n    #!/bin/sh\n\n      echo \"$${HOME}\" \\\n  EOT",
    );
    // No newline at the end.
    check_value(text("a\nb"), "chomp(<<-EOT\n    a\n    b\n  EOT\n  )");
    check_value(text("a\nb\n  "), "chomp(<<EOT\na\nb\n  \nEOT\n  )");
    // All lines are indented; Terraform would strip the indentation.
    check_value(text("  a\n  b\n"), "<<EOT\n  a\n  b\nEOT");
    // The text contains the marker, surrounded by spaces.
    check_value(text("a\n EOT \nb\n"), "<<-EOF\n    a\n     EOT \n    b\n  EOF");
    check_value(text("EOT\nEOF\nEND\n"), r#""EOT\nEOF\nEND\n""#);
    // Characters that a heredoc cannot represent.
    check_value(text("a\r\nb\r\n"), r#""a\r\nb\r\n""#);
    check_value(text("\n\n"), r#""\n\n""#);
    let accent = "a\n\u{301}b\n";
    check_value(text(accent), &format!("<<EOT\n{accent}EOT"));
}

#[test]
fn multi_line_templates_are_heredocs() {
    let id = || part(reference("id"));
    check_value(
        template([literal("a "), id(), literal("\n"), id(), literal("\n")]),
        "<<-EOT\n    a ${aws_vpc.main.id}\n    ${aws_vpc.main.id}\n  EOT",
    );
    check_value(
        template([literal("a\n"), id(), literal(" b")]),
        "chomp(<<-EOT\n    a\n    ${aws_vpc.main.id} b\n  EOT\n  )",
    );
    // `chomp` could remove a newline of the attribute.
    check_value(template([literal("a\nb "), id()]), r#""a\nb ${aws_vpc.main.id}""#);
    check_value(
        template([literal("a\n$"), id(), literal("\n")]),
        "<<-EOT\n    a\n    ${\"$\"}${aws_vpc.main.id}\n  EOT",
    );
}

#[test]
fn variable_defaults_use_no_functions() {
    let text = render(Syntax::Hcl, &Head::new("variable", &["x"]), &body([("default", text("a\nb"))]));
    assert_eq!(text.unwrap(), "variable \"x\" {\n  default = \"a\\nb\"\n}\n");
}

#[test]
fn numbers_are_exact() {
    for (number, expected) in
        [(0.5, "0.5"), (-1e-7, "-0.0000001"), (1e21, "1000000000000000000000"), (5.0, "5")]
    {
        check_value(Expression::Float(number), expected);
    }
    check_value(Expression::Integer(i64::MIN), "-9223372036854775808");
}

#[test]
fn keys_are_unquoted_where_possible() {
    let one = || Expression::Integer(1);
    let mut elements = vec![(ObjectKey::Computed(reference("id")), one())];
    for key in ["a", "a-b", "1a", "for", "null", "é", "a.b", "", "${x}"] {
        elements.push((ObjectKey::Name(key.into()), one()));
    }
    check_value(
        Expression::Object(elements),
        r#"{
    (aws_vpc.main.id) = 1
    a                 = 1
    a-b               = 1
    "1a"              = 1
    "for"             = 1
    "null"            = 1
    "é"               = 1
    "a.b"             = 1
    ""                = 1
    "$${x}"           = 1
  }"#,
    );
}

#[test]
fn key_of_uncertain_width_is_not_aligned() {
    let one = || Expression::Integer(1);
    check_value(
        object([("a", one()), ("bb", one()), ("🇪🇺", one()), ("ccc", one()), ("d", one())]),
        "{\n    a  = 1\n    bb = 1\n\n    \"🇪🇺\" = 1\n\n    ccc = 1\n    d   = 1\n  }",
    );
}

#[test]
fn heredoc_in_an_object_is_aligned() {
    check_value(
        object([
            ("a", text("x\ny\n")),
            ("long", text("x\ny")),
            ("bb", Expression::Null),
            ("ccc", Expression::Null),
        ]),
        "{\n    a = <<-EOT\n      x\n      y\n    EOT\n    long = chomp(<<-EOT\n      x\n      y\n    EOT\n    )\n    \
         bb  = null\n    ccc = null\n  }",
    );
}

#[test]
fn lists_use_one_line_or_one_line_per_element() {
    check_value(list([]), "[]");
    check_value(list([text("a"), reference("id"), Expression::Integer(-1)]), r#"["a", aws_vpc.main.id, -1]"#);
    check_value(list([object([("a", Expression::Null)])]), "[\n    {\n      a = null\n    },\n  ]");
    let long = "x".repeat(60);
    check_value(
        list([text(&long), list([text("a"), text("b")]), text("a\nb\n")]),
        &format!("[\n    \"{long}\",\n    [\"a\", \"b\"],\n    \"a\\nb\\n\",\n  ]"),
    );
}

#[test]
fn documents_keep_their_structure() {
    let statement =
        object([("Effect", text("Allow")), ("Action", list([text("s3:GetObject"), text("s3:PutObject")]))]);
    let document = object([("Version", text("2012-10-17")), ("Statement", list([statement]))]);
    check_value(
        call("jsonencode", [document]),
        r#"jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = ["s3:GetObject", "s3:PutObject"]
      },
    ]
  })"#,
    );
}

#[test]
fn long_calls_break_at_arguments() {
    let two = || object([("a", Expression::Null), ("bb", Expression::Null)]);
    check_value(call("f", [name("x"), object([("a", Expression::Null)])]), "f(x, { a = null })");
    check_value(call("f", [name("x"), two()]), "f(x, {\n    a  = null\n    bb = null\n  })");
    check_value(
        call("f", [two(), two()]),
        "f(\n    {\n      a  = null\n      bb = null\n    },\n    {\n      a  = null\n      bb = null\n    },\n  )",
    );
    check_value(call("f", [text("a\nb\n")]), "f(<<-EOT\n    a\n    b\n  EOT\n  )");
    check_value(call("f", [call("g", [text("a\nb")])]), "f(g(chomp(<<-EOT\n    a\n    b\n  EOT\n  )))");
    let long = || text(&"x".repeat(60));
    check_value(call("f", [long(), long()]), &format!("f(\n    \"{0}\",\n    \"{0}\",\n  )", "x".repeat(60)));
    let expanded =
        Operation::Call { function: "f".into(), arguments: vec![two(), name("x")], expand_last: true };
    check_value(expanded.into(), "f(\n    {\n      a  = null\n      bb = null\n    },\n    x...\n  )");
}

#[test]
fn operators_are_parenthesized_where_necessary() {
    use BinaryOperator::{Add, And, Equal, Multiply, Or, Subtract};
    let (a, b, c) = (|| name("a"), || name("b"), || name("c"));
    check_value(binary(Add, a(), binary(Multiply, b(), c())), "a + b * c");
    check_value(binary(Multiply, binary(Add, a(), b()), c()), "(a + b) * c");
    check_value(binary(Subtract, binary(Subtract, a(), b()), c()), "a - b - c");
    check_value(binary(Subtract, a(), binary(Subtract, b(), c())), "a - (b - c)");
    check_value(binary(Subtract, a(), negate(b())), "a - -b");
    check_value(negate(negate(a())), "-(-a)");
    check_value(negate(Expression::Integer(-1)), "-(-1)");
    check_value(negate(binary(Add, a(), b())), "-(a + b)");
    check_value(Operation::Unary(UnaryOperator::Not, a().attribute("b")).into(), "!a.b");
    check_value(
        conditional(
            conditional(a(), b(), c()),
            binary(Or, a(), binary(And, b(), c())),
            conditional(a(), b(), c()),
        ),
        "(a ? b : c) ? a || b && c : a ? b : c",
    );
    check_value(binary(Equal, conditional(a(), b(), c()), raw("x.y")), "(a ? b : c) == x.y");
    check_value(binary(Equal, raw("x + y"), raw("-z")), "(x + y) == (-z)");
    check_value(negate(raw("18446744073709551616")), "-18446744073709551616");
}

#[test]
fn operands_of_steps_are_parenthesized_where_necessary() {
    let a = || name("a");
    check_value(conditional(a(), a(), a()).attribute("b"), "(a ? a : a).b");
    check_value(text("x").index(Expression::Integer(0)), r#"("x")[0]"#);
    check_value(list([a(), a()]).index(Expression::Integer(-1)), "[a, a][-1]");
    check_value(object([("k", a())]).attribute("k"), "{ k = a }.k");
    check_value(call("f", []).attribute("b c"), r#"f()["b c"]"#);
    check_value(splat(a(), ["b", "c"]).index(Expression::Integer(0)), "(a[*].b.c)[0]");
    check_value(splat(splat(a(), ["b"]), ["c"]), "(a[*].b)[*].c");
    check_value(raw("a + b").attribute("c"), "(a + b).c");
    check_value(raw("a.b[0]").attribute("c"), "a.b[0].c");
}

#[test]
fn long_conditionals_are_in_parentheses() {
    let document = || call("jsonencode", [object([("a", Expression::Null), ("bb", Expression::Null)])]);
    check_value(
        conditional(name("a"), document(), object([])),
        "(\n    a\n    ? jsonencode({\n      a  = null\n      bb = null\n    })\n    : {}\n  )",
    );
    check_value(
        conditional(name("a"), object([("b", Expression::Null)]), object([])),
        "a ? { b = null } : {}",
    );
}

#[test]
fn loops_name_their_variables() {
    let rows = || name("local").attribute("rows");
    check_value(for_list(rows(), |row| row.attribute("id")), "[for value in local.rows : value.id]");
    check_value(
        for_list(rows(), |row| for_list(row.clone(), |cell| list([row, cell]))),
        "[for value in local.rows : [for value2 in value : [value, value2]]]",
    );
    check_value(for_object(rows(), negate, None), "{ for key, value in local.rows : key => (-value) }");
    check_value(
        for_object(rows(), |row| row, Some(binary(BinaryOperator::And, raw("a || b"), name("c")))),
        "{ for key, value in local.rows : key => value if(a || b) && c }",
    );
    check_value(for_list(raw("(a)"), |_| Expression::Null), "[for value in(a) : null]");
    check_value(for_list(list([name("a")]), |_| Expression::Null), "[for value in [a] : null]");
}

#[test]
fn long_loops_take_several_lines() {
    let pair = |row: Expression| object([("a", row.clone()), ("bb", row)]);
    check_value(
        for_object(name("rows"), pair, Some(name("yes"))),
        "{\n    for key, value in rows : key => {\n      a  = value\n      bb = value\n    } if yes\n  }",
    );
    // `terraform fmt` would align the `=` of an object on the first line with those below.
    check_value(
        for_list(object([("x", name("y"))]), pair),
        "[\n    for value in { x : y } : {\n      a  = value\n      bb = value\n    }\n  ]",
    );
}

#[test]
fn variable_out_of_scope_is_an_error() {
    let mut renderer = Renderer::new(Form::Configuration(Syntax::Hcl), Main);
    let escaped = body([("a", for_list(name("x"), |x| x)), ("b", Expression::Bound(Binding::fresh()))]);
    assert_eq!(renderer.block(&Head::new("locals", &[]), &escaped), Err(RenderError::OutOfScope));
    renderer.block(&Head::new("locals", &[]), &body([("a", Expression::Null)])).unwrap();
    assert_eq!(renderer.finish(), "locals {\n  a = null\n}\n");
}

#[test]
fn secret_markers_are_not_rendered() {
    for mark in [Operation::Secret, Operation::Plaintext, Operation::Static] {
        check_value(mark(text("a\nb\n")).into(), "<<-EOT\n    a\n    b\n  EOT");
    }
}
