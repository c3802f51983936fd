//! `iac graph`

use std::fs;

use insta::assert_snapshot;

use crate::process::{Iac, fixture, iac};

fn graph(args: &[&str]) -> String {
    let directory = fixture("two-stacks");
    Iac::new(&[&["graph", "--synthesized", directory.to_str().unwrap()], args].concat())
        .hide(&directory, "DIR")
        .run()
}

#[test]
fn dot_has_a_frame_for_each_stack() {
    assert_snapshot!(graph(&[]), @r#"
    exit: 0
    stdout:
    digraph {
      rankdir = LR
      compound = true
      graph [fontname = "Helvetica", color = gray60]
      node [shape = box, style = rounded, fontname = "Helvetica", fontsize = 11]
      edge [fontname = "Helvetica", fontsize = 9, color = gray40, fontcolor = gray40]

      subgraph cluster_0 {
        label = "network"
        frame_0 [shape = point, style = invis]
        "network:data.aws_availability_zones.available" [label = "data.aws_availability_zones.available", style = "rounded,dashed"]
        "network:aws_vpc.main" [label = "aws_vpc.main"]
        "network:aws_subnet.a" [label = "aws_subnet.a"]
        "network:aws_subnet.b" [label = "aws_subnet.b"]
        "network:output.subnet_a" [label = "output.subnet_a", shape = plaintext, style = solid]
        "network:aws_subnet.a" -> "network:data.aws_availability_zones.available" [label = "availability_zone"]
        "network:aws_subnet.a" -> "network:aws_vpc.main" [label = "vpc_id, cidr_block"]
        "network:aws_subnet.b" -> "network:aws_vpc.main" [label = "vpc_id"]
        "network:output.subnet_a" -> "network:aws_subnet.a" [label = "value"]
      }

      subgraph cluster_1 {
        label = "service"
        frame_1 [shape = point, style = invis]
        "service:data.terraform_remote_state.network" [label = "data.terraform_remote_state.network", style = "rounded,dashed"]
        "service:provider.aws.west" [label = "provider.aws.west", shape = plaintext, style = solid]
        "service:var.size" [label = "var.size", shape = plaintext, style = solid]
        "service:aws_instance.app" [label = "aws_instance.app"]
        "service:module.alarms" [label = "module.alarms", shape = box3d, style = solid]
        "service:aws_instance.app" -> "service:data.terraform_remote_state.network" [label = "subnet_id"]
        "service:aws_instance.app" -> "service:provider.aws.west" [label = "provider"]
        "service:aws_instance.app" -> "service:var.size" [label = "instance_type"]
        "service:module.alarms" -> "service:aws_instance.app" [label = "instances"]
      }

      subgraph cluster_2 {
        label = "sandbox"
        "sandbox:aws_vpc.main" [label = "aws_vpc.main"]
      }

      frame_1 -> frame_0 [ltail = cluster_1, lhead = cluster_0, style = bold]
    }
    "#);
}

#[test]
fn mermaid_draws_selected_stacks() {
    assert_snapshot!(graph(&["--format", "mermaid", "--env", "production"]), @r#"
    exit: 0
    stdout:
    flowchart LR
      subgraph s0["network"]
        n0[/"data.aws_availability_zones.available"/]
        n1["aws_vpc.main"]
        n2["aws_subnet.a"]
        n3["aws_subnet.b"]
        n4(["output.subnet_a"])
        n2 -->|"availability_zone"| n0
        n2 -->|"vpc_id, cidr_block"| n1
        n3 -->|"vpc_id"| n1
        n4 -->|"value"| n2
      end
      subgraph s1["service"]
        n5[/"data.terraform_remote_state.network"/]
        n6(["provider.aws.west"])
        n7(["var.size"])
        n8["aws_instance.app"]
        n9[["module.alarms"]]
        n8 -->|"subnet_id"| n5
        n8 -->|"provider"| n6
        n8 -->|"instance_type"| n7
        n9 -->|"instances"| n8
      end
      s1 ==> s0
    "#);
    assert_snapshot!(graph(&["--format", "mermaid", "--stack", "s*"]), @r#"
    exit: 0
    stdout:
    flowchart LR
      subgraph s0["service"]
        n0[/"data.terraform_remote_state.network"/]
        n1(["provider.aws.west"])
        n2(["var.size"])
        n3["aws_instance.app"]
        n4[["module.alarms"]]
        n3 -->|"subnet_id"| n0
        n3 -->|"provider"| n1
        n3 -->|"instance_type"| n2
        n4 -->|"instances"| n3
      end
      subgraph s1["sandbox"]
        n5["aws_vpc.main"]
      end
    "#);
}

#[test]
fn focus_keeps_dependencies_and_dependents() {
    assert_snapshot!(graph(&["--format", "mermaid", "--focus", "aws_subnet.b[0]"]), @r#"
    exit: 0
    stdout:
    flowchart LR
      subgraph s0["network"]
        n0["aws_vpc.main"]
        n1["aws_subnet.b"]
        n1 -->|"vpc_id"| n0
      end
    "#);
    assert_snapshot!(graph(&["--format", "mermaid", "--focus", "aws_subnet.a", "--depth", "1"]), @r#"
    exit: 0
    stdout:
    flowchart LR
      subgraph s0["network"]
        n0[/"data.aws_availability_zones.available"/]
        n1["aws_vpc.main"]
        n2["aws_subnet.a"]
        n3(["output.subnet_a"])
        n2 -->|"availability_zone"| n0
        n2 -->|"vpc_id, cidr_block"| n1
        n3 -->|"value"| n2
      end
    "#);
    assert_snapshot!(graph(&["--format", "mermaid", "--focus", "aws_vpc.main", "--depth", "0"]), @r#"
    exit: 0
    stdout:
    flowchart LR
      subgraph s0["network"]
        n0["aws_vpc.main"]
      end
      subgraph s1["sandbox"]
        n1["aws_vpc.main"]
      end
    "#);
}

#[test]
fn json_is_the_manifest_of_the_drawn_resources() {
    assert_snapshot!(graph(&["--json", "--focus", "aws_vpc.main", "--depth", "0"]), @r#"
    exit: 0
    stdout:
    {
      "format_version": "1.0",
      "stacks": [
        {
          "name": "network",
          "environment": "production",
          "path": "network",
          "depends_on": [],
          "resources": [
            {
              "address": "aws_vpc.main",
              "construct_path": "vpc/main",
              "source": {
                "file": "src/main.rs",
                "line": 10,
                "column": 21
              },
              "inner_source": {
                "file": "src/vpc.rs",
                "line": 5,
                "column": 9
              }
            }
          ],
          "edges": []
        },
        {
          "name": "sandbox",
          "path": "sandbox",
          "depends_on": [],
          "resources": [
            {
              "address": "aws_vpc.main",
              "construct_path": "main",
              "source": {
                "file": "src/main.rs",
                "line": 40,
                "column": 11
              }
            }
          ],
          "edges": []
        }
      ]
    }
    "#);
}

#[test]
fn unknown_names_are_rejected_with_suggestions() {
    assert_snapshot!(graph(&["--focus", "aws_subnt.a"]), @"
    exit: 1
    stderr:
    error: `aws_subnt.a` not found in network, service, sandbox
    hint: did you mean `aws_subnet.a`?
    ");
    assert_snapshot!(graph(&["--stack", "netwrok"]), @"
    exit: 1
    stderr:
    error: no stack matches `netwrok`
    hint: did you mean `network`?
    ");
    assert_snapshot!(graph(&["--stack", "other-*"]), @"
    exit: 1
    stderr:
    error: no stack matches `other-*`
    hint: available stacks: network, sandbox, service
    ");
    assert_snapshot!(graph(&["--env", "staging"]), @"
    exit: 1
    stderr:
    error: no stack has environment `staging`
    hint: available environments: production
    ");
    assert_snapshot!(graph(&["--env", "production", "--stack", "sandbox"]), @"
    exit: 1
    stderr:
    error: no stack matches both `--stack` and `--env`
    ");
    assert_snapshot!(iac(&["graph", "--synthesized", "tests"]), @"
    exit: 1
    stderr:
    error: `tests/manifest.json` does not exist
    hint: create it with `iac synth --out DIR`
    ");
}

#[test]
fn unsupported_or_invalid_manifest_is_rejected() {
    let directory = tempfile::tempdir().unwrap();
    let graph = |manifest: &str| {
        fs::write(directory.path().join("manifest.json"), manifest).unwrap();
        Iac::new(&["graph", "--synthesized", "."]).directory(directory.path()).run()
    };
    assert_snapshot!(graph(r#"{"format_version": "2.0", "things": []}"#), @"
    exit: 1
    stderr:
    error: unsupported format version 2.0 in `./manifest.json`
    hint: use the version of `iac` that the program depends on
    ");
    assert_snapshot!(graph(r#"{"format_version": "1.0", "stacks": [{}]}"#), @"
    exit: 1
    stderr:
    error: cannot parse `./manifest.json`: missing field `name` at line 1 column 39
    ");
    assert_snapshot!(graph(
        r#"{"format_version": "1.1", "new": 1, "stacks": [{
            "name": "a", "path": "a", "depends_on": [], "resources": [],
            "edges": [{"from": "aws_vpc.main", "to": "aws_vpc.main", "attribute": "x"}]
        }]}"#
    ), @"
    exit: 1
    stderr:
    error: invalid manifest: stack `a` has an edge of the undeclared address `aws_vpc.main`
    ");
}

#[test]
fn output_file_is_replaced_atomically() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("graph.mmd");
    fs::write(&file, "old").unwrap();
    let drawn = graph(&["--format", "mermaid", "--stack", "sandbox"]);
    assert_eq!(
        graph(&["--format", "mermaid", "--stack", "sandbox", "--out", file.to_str().unwrap()]),
        "exit: 0"
    );
    assert_eq!(format!("exit: 0\nstdout:\n{}", fs::read_to_string(&file).unwrap().trim_end()), drawn);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    let written =
        Iac::new(&["graph", "--synthesized", fixture("two-stacks").to_str().unwrap(), "--out", "none/graph"]);
    assert_snapshot!(written.directory(directory.path()).run(), @"
    exit: 1
    stderr:
    error: cannot write `none/graph`: No such file or directory (os error 2)
    ");
}
