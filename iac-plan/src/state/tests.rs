mod generated;
mod wrong;

use std::fmt::Write as _;

use super::*;

/// Formats a state with one line for each instance.
fn lines(state: &State<'_>) -> String {
    let mut lines = String::new();
    for Output { name, value, ty, sensitive } in &state.outputs {
        let mark = if *sensitive { " sensitive" } else { "" };
        writeln!(lines, "output {name}: {ty} = {value:?}{mark}").unwrap();
    }
    for resource in &state.resources {
        for instance in &resource.instances {
            write!(lines, "{} by {}", resource.address(instance.key.clone()), resource.provider).unwrap();
            write!(lines, " v{} {:?}", instance.schema_version, instance.attributes).unwrap();
            if let Some(key) = &instance.deposed {
                write!(lines, " deposed {key}").unwrap();
            }
            for (is_so, word) in
                [(instance.tainted, "tainted"), (instance.create_before_destroy, "create_before_destroy")]
            {
                if is_so {
                    write!(lines, " {word}").unwrap();
                }
            }
            for path in &instance.sensitive {
                write!(lines, " sensitive {path}").unwrap();
            }
            if let Some(private) = &instance.private {
                write!(lines, " private {private}").unwrap();
            }
            if let Some((version, identity)) = &instance.identity {
                write!(lines, " identity v{version} {identity}").unwrap();
            }
            if let Some(dependencies) = instance.dependencies {
                write!(lines, " after {dependencies}").unwrap();
            }
            lines.push('\n');
        }
    }
    lines
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let state = State::decode(text.as_bytes()).unwrap();
    assert_eq!(lines(&state).trim_end(), expected.trim());
}

#[test]
fn every_member_of_the_format_is_decoded() {
    let text = r#"{
      "version": 4, "terraform_version": "1.11.4", "serial": 12, "lineage": "a-b", "later": {"x": [1]},
      "outputs": {
        "name": {"value": "web", "type": "string"},
        "ports": {"value": [443, 80, 443], "type": ["set", "number"], "sensitive": true},
        "pair": {"value": ["a", true], "type": ["tuple", ["string", "bool"]]}
      },
      "resources": [
        {"mode": "data", "type": "aws_ami", "name": "web", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
         "instances": [{"schema_version": 0, "attributes": {"id": "ami-1"}, "sensitive_attributes": []}]},
        {"module": "module.m[\"eu\"].module.n[1]", "mode": "managed", "type": "aws_vpc", "name": "a", "each": "list",
         "provider": "module.m.provider[\"registry.terraform.io/hashicorp/aws\"].west",
         "instances": [
           {"index_key": 0, "status": "tainted", "schema_version": 1, "attributes": {}, "private": "bnVsbA==",
            "create_before_destroy": true, "dependencies": ["aws_ami.b", "module.m.aws_ami.c"],
            "sensitive_attributes": [
              [{"type": "get_attr", "value": "password"}],
              [{"type": "get_attr", "value": "list"}, {"type": "index", "value": {"value": 2, "type": "number"}}],
              [{"type": "get_attr", "value": "map"}, {"type": "index", "value": {"value": "a b", "type": "string"}}],
              ["plain", 1],
              "dotted.0.path",
              [{"type": "get_attr", "value": "set"}, {"type": "index", "value": {"value": {"a": 1}, "type": ["object", {"a": "number"}]}}, {"type": "get_attr", "value": "x"}]
            ]},
           {"index_key": 0, "deposed": "0123abcd", "schema_version": 1, "attributes": {}},
           {"index_key": "k.\"", "schema_version": 1, "attributes": {},
            "identity_schema_version": 3, "identity": {"id": "x"}},
           {"index_key": 2, "schema_version": 0, "attributes_flat": {"id": "x", "tags.%": "0"}}
         ]},
        {"mode": "managed", "type": "acme_thing", "name": "old", "provider": "provider.acme", "instances": []}
      ],
      "check_results": [{"object_kind": "resource", "config_addr": "aws_vpc.a", "status": "pass", "objects": null}]
    }"#;
    let aws = r#"provider["registry.terraform.io/hashicorp/aws"]"#;
    check(
        text,
        &format!(
            r#"
output name: "string" = "web"
output ports: ["set", "number"] = {{80, 443}} sensitive
output pair: ["tuple", ["string", "bool"]] = ["a", true]
data.aws_ami.web by {aws} v0 Json("{{\"id\": \"ami-1\"}}")
module.m["eu"].module.n[1].aws_vpc.a[0] by module.m.{aws}.west v1 Json("{{}}") tainted create_before_destroy sensitive password sensitive list[2] sensitive map["a b"] sensitive plain[1] sensitive dotted[0].path sensitive set private bnVsbA== after ["aws_ami.b", "module.m.aws_ami.c"]
module.m["eu"].module.n[1].aws_vpc.a[0] by module.m.{aws}.west v1 Json("{{}}") deposed 0123abcd
module.m["eu"].module.n[1].aws_vpc.a["k.\""] by module.m.{aws}.west v1 Json("{{}}") identity v3 {{"id": "x"}}
module.m["eu"].module.n[1].aws_vpc.a[2] by module.m.{aws}.west v0 Flatmap("{{\"id\": \"x\", \"tags.%\": \"0\"}}")
"#
        ),
    );
    let state = State::decode(text.as_bytes()).unwrap();
    assert_eq!(state.terraform_version.as_deref(), Some("1.11.4"));
    assert_eq!((state.serial, &*state.lineage), (12, "a-b"));
    assert!(state.check_results.is_some_and(|results| results.contains("config_addr")));
    // A resource without instances is kept.
    assert_eq!(state.resources[2].provider, r#"provider["registry.terraform.io/hashicorp/acme"]"#);
}

#[test]
fn empty_input_is_an_empty_state() {
    for text in ["", " \n", "\u{feff}", r#"{"version": 4, "resources": null, "outputs": null}"#] {
        check(text, "");
    }
}

#[test]
fn version_may_be_the_last_member() {
    check(
        r#"{"resources": [{"instances": [{"attributes": {}}], "name": "a", "type": "t_t", "mode": "managed", "provider": "p"}], "version": 4}"#,
        "t_t.a by p v0 Json(\"{}\")",
    );
}

#[test]
fn output_of_terraform_show_is_decoded() {
    let text = r#"{
      "format_version": "1.0", "terraform_version": "1.11.4",
      "values": {
        "outputs": {"o": {"sensitive": false, "value": 1, "type": "number"}},
        "root_module": {
          "resources": [
            {"address": "aws_vpc.a[0]", "mode": "managed", "type": "aws_vpc", "name": "a", "index": 0,
             "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 1, "values": {"id": "x"},
             "sensitive_values": {"password": true, "tags": {}, "rules": [{}, {"secret": true}]}, "depends_on": ["aws_x.y"]},
            {"address": "aws_vpc.a[1]", "mode": "managed", "type": "aws_vpc", "name": "a", "index": 1,
             "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 1, "values": {}, "tainted": true},
            {"address": "aws_vpc.a[1]", "mode": "managed", "type": "aws_vpc", "name": "a", "index": 1, "deposed_key": "00000001",
             "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 1, "values": {}}
          ],
          "child_modules": [
            {"resources": [{"address": "module.m[\"k\"].data.aws_ami.b", "mode": "data", "type": "aws_ami", "name": "b",
               "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 0, "values": {}}],
             "address": "module.m[\"k\"]",
             "child_modules": [{"address": "module.m[\"k\"].module.n"}]}
          ]
        }
      }
    }"#;
    let aws = r#"provider["registry.terraform.io/hashicorp/aws"]"#;
    check(
        text,
        &format!(
            r#"
output o: "number" = 1
aws_vpc.a[0] by {aws} v1 Json("{{\"id\": \"x\"}}") sensitive password sensitive rules[1].secret after ["aws_x.y"]
aws_vpc.a[1] by {aws} v1 Json("{{}}") tainted
aws_vpc.a[1] by {aws} v1 Json("{{}}") deposed 00000001
module.m["k"].data.aws_ami.b by {aws} v0 Json("{{}}")
"#
        ),
    );
    assert_eq!(State::decode(text.as_bytes()).unwrap().resources.len(), 2);
    check(r#"{"format_version": "1.0"}"#, "");
}

#[test]
fn versions_two_and_three_are_converted() {
    let text = r#"{
      "version": 3, "terraform_version": "0.11.14", "serial": 3, "lineage": "x",
      "modules": [
        {"path": ["root"], "outputs": {"o": {"sensitive": true, "type": "map", "value": {"a": "b"}}},
         "resources": {
           "aws_vpc.a.0": {"type": "aws_vpc", "depends_on": ["aws_x.y"], "provider": "provider.aws.west", "deposed": [],
             "primary": {"id": "vpc-1", "attributes": {"id": "vpc-1"}, "meta": {"schema_version": "1", "x": {}}, "tainted": false}},
           "aws_vpc.a.1": {"type": "aws_vpc", "depends_on": [], "provider": "provider.aws",
             "primary": {"id": "vpc-2", "attributes": {"id": "vpc-2"}, "meta": {}, "tainted": true},
             "deposed": [{"id": "vpc-3", "attributes": {"id": "vpc-3"}, "meta": {}, "tainted": false}]},
           "data.terraform_remote_state.b": {"type": "terraform_remote_state", "primary": {"attributes": {}}, "provider": "provider.terraform"}
         }},
        {"path": ["root", "m", "n"], "outputs": {"ignored": 1},
         "resources": {"acme_x.y": {"type": "acme_x", "primary": {"attributes": {}}}}}
      ]
    }"#;
    check(
        text,
        r#"
output o: "dynamic" = {"a": "b"} sensitive
aws_vpc.a[0] by provider["registry.terraform.io/hashicorp/aws"].west v1 Flatmap("{\"id\": \"vpc-1\"}") after ["aws_x.y"]
aws_vpc.a[1] by provider["registry.terraform.io/hashicorp/aws"].west v0 Flatmap("{\"id\": \"vpc-2\"}") tainted after []
aws_vpc.a[1] by provider["registry.terraform.io/hashicorp/aws"].west v0 Flatmap("{\"id\": \"vpc-3\"}") deposed 00000001 after []
data.terraform_remote_state.b by provider["terraform.io/builtin/terraform"] v0 Flatmap("{}")
module.m.module.n.acme_x.y by provider["registry.terraform.io/hashicorp/acme"] v0 Flatmap("{}")
"#,
    );
    check(
        &text.replace(r#""version": 3"#, r#""version": 2"#),
        lines(&State::decode(text.as_bytes()).unwrap()).as_str(),
    );
    for (old, new) in [
        ("provider.aws", r#"provider["registry.terraform.io/hashicorp/aws"]"#),
        ("module.m.provider.aws.west", r#"module.m.provider["registry.terraform.io/hashicorp/aws"].west"#),
        (r#"provider["acme.example/a/provider.b"]"#, r#"provider["acme.example/a/provider.b"]"#),
    ] {
        assert_eq!(parts::provider_name(old), new);
    }
}
