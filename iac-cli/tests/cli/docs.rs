//! `iac docs`

use insta::assert_snapshot;

use crate::process::{Iac, fixture};

fn docs(args: &[&str]) -> String {
    let directory = fixture("documented");
    Iac::new(&[&["docs", "--synthesized", directory.to_str().unwrap()], args].concat())
        .hide(&directory, "DIR")
        .run()
}

#[test]
fn documentation_lists_outputs_sources_and_waivers() {
    assert_snapshot!(docs(&[]), @r#"
    exit: 0
    stdout:
    # Infrastructure

    | Stack | Environment | Resources | Depends on |
    |---|---|---|---|
    | [web](#web) | production | 3 |  |

    ## web

    | Output | Description |
    |---|---|
    | `vpc` | The id \| of the VPC |

    | Source | Resources |
    |---|---|
    | src/main.rs:8 | `aws_vpc.main` and 1 more |
    | src/main.rs:12 | `aws_instance.web` |

    ```mermaid
    flowchart LR
        p0["aws_vpc.main and 1 more"]
        p1["aws_instance.web"]
        p1 --> p0
    ```

    | Waived rule | Resource | Reason | Until |
    |---|---|---|---|
    | CKV_AWS_126 | `aws_instance.web` | nobody looks at its metrics | 2027-12-31 |

    <details><summary>All resources</summary>

    - `aws_vpc.main`
    - `aws_subnet.main_a`
    - `aws_instance.web`

    </details>
    "#);
}

#[test]
fn unknown_stack_is_rejected() {
    assert_snapshot!(docs(&["--stack", "wob"]), @"
    exit: 1
    stderr:
    error: no stack matches `wob`
    hint: did you mean `web`?
    ");
}
