use super::*;

#[track_caller]
fn check(head: &Head<'_>, body: &Body, expected: &str) {
    assert_eq!(render(Syntax::Json, head, body).unwrap(), expected);
}

#[track_caller]
fn check_value(value: Expression, expected: &str) {
    assert_eq!(render_value(Syntax::Json, value), expected);
}

#[test]
fn literals_are_json() {
    check_value(Expression::Null, "null");
    check_value(Expression::Integer(-5), "-5");
    check_value(Expression::Float(0.5), "0.5");
    check_value(text("a\"\\\n\u{1}${b}%{c}$d"), r#""a\"\\\n\u0001$${b}%%{c}$d""#);
    check_value(text("\u{feff}a\r\nb\rc"), r#""${\"\\ufeff\"}a\r\nb${\"\\r\"}c""#);
    check_value(list([]), "[]");
    check_value(
        object([("a ${b}", list([Expression::Bool(true)])), ("c", object([]))]),
        "{\n      \"a $${b}\": [\n        true\n      ],\n      \"c\": {}\n    }",
    );
}

#[test]
fn expressions_are_templates() {
    check_value(reference("id"), r#""${aws_vpc.main.id}""#);
    check_value(reference("tags").index(text("a\n")), r#""${aws_vpc.main.tags[\"a\\n\"]}""#);
    check_value(template([part(Expression::Integer(1))]), "1");
    check_value(template([literal("${a}$"), part(reference("id"))]), r#""$${a}${\"$\"}${aws_vpc.main.id}""#);
    let computed = Expression::Object(vec![(ObjectKey::Computed(reference("id")), reference("arn"))]);
    check_value(computed, "{\n      \"${aws_vpc.main.id}\": \"${aws_vpc.main.arn}\"\n    }");
}

#[test]
fn static_expressions_are_bare() {
    check_value(list([reference("").into_static()]), "[\n      \"aws_vpc.main\"\n    ]");
    check_value(raw("tags[\"${x}\"]").into_static(), r#""tags[\"${x}\"]""#);
    check_value(object([("a", text("${b}"))]).into_static(), "{\n      \"a\": \"${b}\"\n    }");
}

#[test]
fn blocks_of_a_type_are_grouped() {
    let mut renderer = Renderer::new(Form::Configuration(Syntax::Json), Main);
    let mut commented = Body::new();
    commented.comment("inside");
    renderer.comment("Generated.");
    let mut block = |keyword, labels: &[&str]| {
        renderer.block(&Head::new(keyword, labels), &commented).unwrap();
    };
    block("resource", &["aws_vpc", "a"]);
    block("moved", &[]);
    block("resource", &["aws_subnet", "a"]);
    block("moved", &[]);
    block("resource", &["aws_vpc", "b"]);
    let comment = |indent| format!("\"//\": [\n{0}  \"inside\"\n{0}]", " ".repeat(indent));
    assert_eq!(
        renderer.finish(),
        format!(
            r#"{{
  "//": [
    "Generated."
  ],
  "resource": {{
    "aws_vpc": {{
      "a": {{
        {0}
      }},
      "b": {{
        {0}
      }}
    }},
    "aws_subnet": {{
      "a": {{
        {0}
      }}
    }}
  }},
  "moved": [{{
    {1}
  }}, {{
    {1}
  }}]
}}
"#,
            comment(8),
            comment(4)
        )
    );
}

#[test]
fn nested_blocks_are_objects_or_arrays_of_objects() {
    let mut body = body([("depends_on", list([reference("").into_static()]))]);
    body.push_block("lifecycle", super::body([("ignore_changes", Expression::Symbol("all").into_static())]));
    body.push_block("provisioner", labeled("local-exec", super::body([("command", text("a"))])));
    body.push_block("provisioner", labeled("file", Body::new()));
    let keys: &[&str] = &["a", "b"];
    body.push_block("ingress", Block { keys, ..Block::from(super::body([("b", Expression::Integer(1))])) });
    check(
        &Head::new("resource", &["aws_vpc", "main"]),
        &body,
        r#"{
  "resource": {
    "aws_vpc": {
      "main": {
        "depends_on": [
          "aws_vpc.main"
        ],
        "lifecycle": {
          "ignore_changes": "all"
        },
        "provisioner": [
          {
            "local-exec": {
              "command": "a"
            }
          },
          {
            "file": {}
          }
        ],
        "ingress": [
          {
            "b": 1,
            "a": null
          }
        ]
      }
    }
  }
}
"#,
    );
}

#[test]
fn dynamic_blocks_keep_the_order_of_their_type() {
    let mut body = Body::new();
    let rule = |number| super::body([("number", Expression::Integer(number))]);
    body.push_block("rule", rule(1));
    body.append(dynamic("rule", &name("local").attribute("rules"), |rule| {
        super::body([("number", rule.attribute("value"))])
    }));
    body.push_block("rule", rule(2));
    check(
        &Head::new("resource", &["aws_vpc", "main"]),
        &body,
        r#"{
  "resource": {
    "aws_vpc": {
      "main": {
        "rule": {
          "number": 1
        },
        "dynamic": {
          "rule": [
            {
              "for_each": "${local.rules}",
              "content": {
                "number": "${rule.value}"
              }
            },
            {
              "for_each": [
                0
              ],
              "content": {
                "number": 2
              }
            }
          ]
        }
      }
    }
  }
}
"#,
    );
}

#[test]
fn text_outside_templates_is_not_escaped() {
    let argument = |keyword, labels: &[&str], name| {
        let body = body([(name, text("${x}"))]);
        let text = render(Syntax::Json, &Head::new(keyword, labels), &body).unwrap();
        text.contains("\"${x}\"")
    };
    assert!(argument("variable", &["x"], "default"));
    assert!(argument("output", &["x"], "description"));
    assert!(!argument("output", &["x"], "value"));
    assert!(argument("module", &["x"], "source"));
    assert!(!argument("module", &["x"], "input"));
    assert!(argument("terraform", &[], "required_version"));
    assert!(!argument("resource", &["a", "b"], "description"));
}

#[test]
fn model_has_one_block_per_line() {
    let mut renderer = Renderer::new(Form::Model, Main);
    let mut body = Body::new();
    body.set("vpc_id", reference("id"));
    body.set("tags", object([("a", text("b\nc"))]));
    body.push_block("route", Block { body: body.clone(), ..Block::default() });
    renderer.comment("Generated.");
    for name in ["a", "b"] {
        renderer.block(&Head::new("resource", &["aws_subnet", name]), &body).unwrap();
    }
    let members = r#""vpc_id": "${aws_vpc.main.id}","tags": {"a": "b\nc"}"#;
    let block = format!(r#"{{{members},"route": {{{members}}}}}"#);
    let expected = format!(
        "{{\n\"//\": [\n\"Generated.\"\n],\n\"resource\": {{\n\"aws_subnet\": {{\n\"a\": {block},\n\"b\": {block}\n}}\n}}\n}}\n"
    );
    assert_eq!(renderer.finish(), expected);
}
