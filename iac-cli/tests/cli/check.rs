//! `iac check` where a part of the configuration cannot be evaluated

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::process::Iac;

fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

fn iac(directory: &Path, args: &[&str]) -> String {
    Iac::new(args).directory(directory).hide(directory, "DIR").run()
}

const SUBNET: &str = r#"resource "aws_subnet" "open" {
  vpc_id                  = "vpc-0123456789abcdef0"
  cidr_block              = "10.0.0.0/24"
  map_public_ip_on_launch = true
}
"#;

#[test]
fn invalid_block_does_not_silence_the_rest() {
    let invalid = "resource \"aws_vpc\" \"v\" {\n  cidr_block = nothing.here\n}\n";
    let directory = directory(&[("invalid.tf", invalid), ("main.tf", SUBNET)]);
    let seen = iac(directory.path(), &["check", "--config", "."]);
    assert!(seen.contains("aws_subnet.open.map_public_ip_on_launch"), "{seen}");
    assert!(seen.contains("nothing"), "{seen}");
    assert!(seen.starts_with("exit: 1"), "{seen}");
}

#[test]
fn file_with_a_syntax_error_does_not_silence_the_others() {
    let broken = "resource \"aws_vpc\" \"v\" {\n  cidr_block =\n}\n\n".to_owned()
        + &SUBNET.replace("open", "later").replace("10.0.0.0", "10.0.1.0");
    let directory = directory(&[("broken.tf", &broken), ("main.tf", SUBNET)]);
    let seen = iac(directory.path(), &["check", "--config", "."]);
    assert!(seen.contains("aws_subnet.open.map_public_ip_on_launch at main.tf:1:1"), "{seen}");
    assert!(seen.contains("aws_subnet.later.map_public_ip_on_launch at broken.tf:5:1"), "{seen}");
    assert!(seen.starts_with("exit: 1"), "{seen}");
    let seen = iac(directory.path(), &["plan", "--config", ".", "--no-state"]);
    assert!(seen.starts_with("exit: 1") && !seen.contains("aws_subnet"), "{seen}");
}

#[test]
fn missing_variable_is_unknown() {
    let text = SUBNET.replace("true", "var.public") + "variable \"public\" {}\n";
    let directory = directory(&[("main.tf", &text)]);
    let seen = iac(directory.path(), &["check", "--config", "."]);
    assert!(seen.contains("vpc-subnet-private: aws_subnet.open"), "{seen}");
    assert!(seen.contains("No value for required variable"), "{seen}");
    assert!(seen.starts_with("exit: 1"), "{seen}");
}

#[test]
fn unknown_answers_are_listed_by_rule_and_can_fail() {
    let text = SUBNET.replace("true", "data.aws_subnet.other.map_public_ip_on_launch")
        + "data \"aws_subnet\" \"other\" {\n  id = \"subnet-0123456789abcdef0\"\n}\n";
    let directory = directory(&[("main.tf", &text)]);
    let seen = iac(directory.path(), &["check", "--config", "."]);
    assert!(seen.contains("Undecided until apply\n  vpc-subnet-private: aws_subnet.open\n"), "{seen}");
    assert!(seen.starts_with("exit: 0"), "{seen}");
    let seen = iac(directory.path(), &["check", "--config", ".", "--fail-on", "unknown"]);
    assert!(seen.starts_with("exit: 3"), "{seen}");
}

#[test]
fn dynamic_block_without_elements_is_no_block() {
    let text = r#"
variable "none" {
  type    = list(string)
  default = []
}
resource "aws_default_security_group" "empty" {
  vpc_id = "vpc-0123456789abcdef0"
  dynamic "ingress" {
    for_each = var.none
    content {
      protocol  = "-1"
      from_port = 0
      to_port   = 0
    }
  }
}
resource "aws_default_security_group" "unknown" {
  vpc_id = "vpc-0123456789abcdef1"
  dynamic "ingress" {
    for_each = data.aws_subnets.all.ids
    content {
      protocol  = "-1"
      from_port = 0
      to_port   = 0
    }
  }
}
data "aws_subnets" "all" {}
"#;
    let directory = directory(&[("main.tf", text)]);
    let seen = iac(directory.path(), &["check", "--config", "."]);
    assert!(!seen.contains("vpc-default-security-group-closed: aws_default_security_group.empty"), "{seen}");
    assert!(seen.contains("vpc-default-security-group-closed: aws_default_security_group.unknown"), "{seen}");
}

#[test]
fn undecided_instances_are_listed_and_can_fail() {
    let text = SUBNET.replace("vpc_id ", "count = length(data.aws_subnets.all.ids)\n  vpc_id ")
        + "data \"aws_subnets\" \"all\" {}\n";
    let directory = directory(&[("main.tf", &text)]);
    let seen = iac(directory.path(), &["check", "--config", "."]);
    assert!(seen.contains("undecided: aws_subnet.open may be created and was not checked"), "{seen}");
    assert!(seen.starts_with("exit: 0"), "{seen}");
    let seen = iac(directory.path(), &["check", "--config", ".", "--fail-on", "unknown"]);
    assert!(seen.starts_with("exit: 3"), "{seen}");
}

/// The provider plans a hash of user data.
#[test]
fn secrets_in_user_data_are_found_in_the_configuration() {
    let text = "resource \"aws_instance\" \"web\" {\n  ami = \"ami-0123456789abcdef0\"\n  instance_type = \"t3.micro\"\n  \
        user_data = \"export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPL3\"\n}\n";
    let directory = directory(&[("main.tf", text)]);
    let seen = iac(directory.path(), &["check", "--config", "."]);
    assert!(seen.contains("ec2-no-secrets-in-user-data"), "{seen}");
    assert!(!seen.contains("AKIAIOSFODNN7EXAMPL3"), "{seen}");
}

#[test]
fn findings_of_one_fault_are_reported_once() {
    let text = |ports: &str| {
        format!(
            "resource \"aws_security_group\" \"s\" {{\n  description = \"d\"\n  ingress {{\n    description = \"d\"\n    {ports}\n    \
             protocol = \"tcp\"\n    cidr_blocks = [\"0.0.0.0/0\"]\n  }}\n}}\n"
        )
    };
    let all = directory(&[("main.tf", &text("from_port = 0\n to_port = 65535"))]);
    let seen = iac(all.path(), &["check", "--config", "."]);
    assert!(
        seen.contains("includes security-group-no-http, security-group-no-rdp, security-group-no-ssh"),
        "{seen}"
    );
    assert!(seen.contains("1 error, 1 warning, 3 included in others"), "{seen}");
    // A finding that is waived includes no other.
    let seen = iac(all.path(), &["check", "--config", ".", "--disable", "security-group-not-all-ports"]);
    assert!(seen.contains("3 errors"), "{seen}");
    let some = directory(&[("main.tf", &text("from_port = 22\n to_port = 80"))]);
    let seen = iac(some.path(), &["check", "--config", "."]);
    assert!(!seen.contains("includes"), "{seen}");
}

#[test]
fn coverage_of_a_standard_is_a_table() {
    let directory = directory(&[("main.tf", SUBNET)]);
    let seen = iac(directory.path(), &["check", "--config", ".", "--standard", "cis"]);
    assert!(seen.contains("of 62 controls are covered by rules"), "{seen}");
    assert!(
        seen.contains("| 1.8 | Passwords have at least 14 characters | `iam-password-length` | 0 |"),
        "{seen}"
    );
    assert!(seen.contains("| 1.4 | Root user has no access key | not visible: root user |  |"), "{seen}");
    let seen = iac(directory.path(), &["check", "--config", ".", "--standard", "fsbp"]);
    assert!(
        seen.contains("| EC2.15 | Subnets assign no public addresses | `vpc-subnet-private` | 1 |"),
        "{seen}"
    );
}
