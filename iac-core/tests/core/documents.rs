//! JSON documents.

use iac_core::{Expr, json, object, tf};

use super::functions::{hcl, name};

#[test]
fn documents_keep_order_and_structure() {
    let arn: Expr<String> = name("local.arn");
    let sid: Option<&str> = None;
    insta::assert_snapshot!(hcl(json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": sid,
                "Effect": "Allow",
                "Action": vec!["s3:GetObject"],
                "Resource": [&arn, &tf!("{}/*", &arn)],
                "Condition": { "StringLike": { (tf!("{}:sub", arn)): ["${x}"] } },
            },
            null,
        ],
        "Numbers": [1, -2, 0.5, 1 + 1],
        "Flags": if sid.is_some() { [true] } else { [false] },
        "Nothing": null,
        "Empty": [{}, []],
    })), @r#"
    jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Sid      = null
            Effect   = "Allow"
            Action   = ["s3:GetObject"]
            Resource = [local.arn, "${local.arn}/*"]
            Condition = {
              StringLike = {
                ("${local.arn}:sub") = ["$${x}"]
              }
            }
          },
          null,
        ]
        Numbers = [1, -2, 0.5, 2]
        Flags   = [false]
        Nothing = null
        Empty   = [{}, []]
      })
    "#);
}

#[test]
fn any_value_can_be_a_document() {
    assert_eq!(hcl(json!([1, "a"])), r#"jsonencode([1, "a"])"#);
    assert_eq!(hcl(json!(null)), "jsonencode(null)");
    assert_eq!(hcl(json!({})), "jsonencode({})");
    assert_eq!(hcl(object! { "a": [1, 2].map(|n| n + 1) }), "{\n    a = [2, 3]\n  }");
}

#[test]
fn json_text_keeps_its_order() {
    let text = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["${aws:x}"], "Max": 18446744073709551615}]}"#;
    insta::assert_snapshot!(hcl(iac_core::json_text(text)), @r#"
    jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = ["$${aws:x}"]
            Max    = 18446744073709551615
          },
        ]
      })
    "#);
}

#[test]
fn invalid_json_text_is_reported() {
    let stack = iac_core::Stack::new("test");
    stack.add(iac_core::Output::new("x", iac_core::json_text("{\"a\": }")));
    let diagnostics = stack.render_hcl().expect_err("the text is not valid JSON");
    insta::assert_snapshot!(diagnostics.to_string().lines().next().unwrap_or_default(), @"error[invalid-expression]: invalid JSON: expected a value, at 1:7");
}
