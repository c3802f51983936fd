//! What Terraform refuses before it evaluates anything, and what it accepts although it looks like that.

use iac_core::diagnostic::Severity;

use crate::config::load;
use crate::files::MemoryFiles;

const CHILD: &str = r#"
terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.o]
    }
  }
}
variable "x" { default = 1 }
variable "secret" {
  default   = null
  ephemeral = true
}
output "o" { value = var.x }
resource "x_y" "z" {}
"#;

/// Returns the summaries and lines of the errors of a configuration; the first line is 1.
fn problems(text: &str) -> Vec<String> {
    let text = text.trim_start();
    let files = MemoryFiles::new().with("main.tf", text).with("c/main.tf", CHILD);
    match load(".", &files) {
        Ok(_) => Vec::new(),
        Err(errors) => {
            let line = |diagnostic: &iac_core::diagnostic::Diagnostic| {
                diagnostic.sources.first().map_or(0, |label| label.source.line)
            };
            errors
                .iter()
                .filter(|each| each.severity == Severity::Error)
                .map(|error| format!("{}: {}", line(error), error.summary))
                .collect()
        }
    }
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    assert_eq!(problems(text), [expected], "{text}");
}

#[track_caller]
fn accepted(text: &str) {
    assert_eq!(problems(text), [""; 0], "{text}");
}

#[test]
fn references_to_nothing_are_errors_wherever_they_stand() {
    refused("output \"o\" { value = true ? 1 : local.nope }", "1: Reference to undeclared local value");
    refused("output \"o\" {\n\n  value = try(aws_vpc.nope.id, 1)\n}", "3: Reference to undeclared resource");
    refused(
        "locals {\n  a = [\n    1,\n    can(var.nope),\n  ]\n}",
        "4: Reference to undeclared input variable",
    );
    refused(
        "output \"o\" { value = { a = [for x in [] : module.nope.x] } }",
        "1: Reference to undeclared module",
    );
    refused("resource \"a_b\" \"c\" {\n  depends_on = [a_b.nope]\n}", "2: Reference to undeclared resource");
    refused(
        "resource \"a_b\" \"c\" {\n  lifecycle {\n    replace_triggered_by = [a_b.nope]\n  }\n}",
        "3: Reference to undeclared resource",
    );
    refused(
        "resource \"a_b\" \"c\" {\n  lifecycle {\n    replace_triggered_by = [word]\n  }\n}",
        "3: Invalid reference",
    );
    refused("resource \"a_b\" \"c\" {\n  provider = a.west\n}", "2: Provider configuration not present");
    refused(
        "resource \"a_b\" \"c\" {\n  provisioner \"local-exec\" {\n    command = var.nope\n  }\n}",
        "3: Reference to undeclared input variable",
    );
    accepted(
        "resource \"a_b\" \"c\" {\n  dynamic \"d\" {\n    for_each = [1]\n    content { e = d.value }\n  }\n}",
    );
    accepted(
        "check \"c\" {\n  data \"a_b\" \"c\" {}\n  assert {\n    condition = data.a_b.c.d\n    error_message = \"x\"\n  }\n}",
    );
    accepted("resource \"a_b\" \"c\" {}\noutput \"o\" { value = [for a_b in [{}] : a_b] }\n");
}

#[test]
fn iterators_in_json_syntax_are_not_references() {
    let text = r#"{"resource": {"a_b": {"c": {"dynamic": {"d": {"for_each": [1], "content": {"e": "${d.value}"}}}}}}}"#;
    assert!(load(".", &MemoryFiles::new().with("main.tf.json", text)).is_ok());
}

#[test]
fn nothing_refers_to_itself() {
    refused("locals {\n  a = 1\n  b = [local.b]\n}", "3: Self-referential local value");
    refused("resource \"a_b\" \"c\" {\n  x = a_b.c.id\n}", "2: Self-referential block");
    refused(
        "resource \"a_b\" \"c\" {\n  for_each = {}\n  x = a_b.c[\"k\"].id\n}",
        "3: Self-referential block",
    );
    accepted("resource \"a_b\" \"c\" {\n  provisioner \"local-exec\" {\n    command = self.id\n  }\n}");
    accepted("data \"a_b\" \"c\" {}\nresource \"a_b\" \"c\" {\n  x = data.a_b.c.id\n}");
}

#[test]
fn conditions_refer_to_something() {
    let check = |condition: &str| {
        format!(
            "locals {{ l = [] }}\ncheck \"c\" {{\n  assert {{\n    condition = {condition}\n    error_message = \"x\"\n  }}\n}}"
        )
    };
    refused(&check("1 == 2"), "4: Invalid condition expression");
    refused(&check("alltrue([for x in [1] : x > 0])"), "4: Invalid condition expression");
    accepted(&check("length(local.l) > 0"));
    let variable = |condition: &str| {
        format!(
            "variable \"b\" {{}}\nvariable \"a\" {{\n  validation {{\n    condition = {condition}\n    error_message = \"x\"\n  }}\n}}"
        )
    };
    refused(&variable("var.b == 1"), "4: Invalid variable validation condition");
    accepted(&variable("var.b == var.a"));
}

#[test]
fn module_calls_fit_the_module() {
    let call = |arguments: &str| format!("module \"m\" {{\n  source = \"./c\"\n{arguments}}}\n");
    let providers = "  providers = { aws.o = aws }\n";
    accepted(&call(providers));
    refused(&call(""), "1: Missing required provider configuration");
    refused(&call(&format!("  y = 1\n{providers}")), "3: Unsupported argument");
    refused(&call("  providers = { aws.o = aws.nope }\n"), "3: Provider configuration not present");
    let ephemeral = "variable \"e\" { ephemeral = true }\n";
    accepted(&format!("{}{ephemeral}", call(&format!("  secret = var.e\n{providers}"))));
    refused(
        &format!("{}{ephemeral}", call(&format!("  x = var.e\n{providers}"))),
        "3: Ephemeral value not allowed",
    );
}

#[test]
fn what_is_removed_is_not_declared() {
    let removed = |from: &str| {
        format!(
            "resource \"a_b\" \"c\" {{}}\nmodule \"m\" {{\n  source = \"./c\"\n  providers = {{ aws.o = aws }}\n}}\nremoved {{\n  from = {from}\n}}\n"
        )
    };
    refused(&removed("a_b.c"), "7: Removed resource still exists");
    refused(&removed("module.m"), "7: Removed module still exists");
    refused(&removed("module.m.x_y.z"), "7: Removed resource still exists");
    accepted(&removed("a_b.d"));
    accepted(&removed("module.n"));
    accepted(&removed("module.m.x_y.gone"));
}

#[test]
fn ephemeral_values_are_not_stored() {
    let with = |text: &str| {
        format!("variable \"e\" {{ ephemeral = true }}\nlocals {{ l = {{ a = var.e, b = 1 }} }}\n{text}\n")
    };
    refused(&with("output \"o\" { value = var.e == 1 ? 1 : 2 }"), "3: Ephemeral value not allowed");
    refused(&with("output \"o\" { value = [\"${var.e}\"] }"), "3: Ephemeral value not allowed");
    refused(&with("output \"o\" { value = local.l }"), "3: Ephemeral value not allowed");
    refused(&with("resource \"a_b\" \"c\" {\n  x = upper(var.e)\n}"), "4: Invalid use of ephemeral value");
    refused(&with("resource \"a_b\" \"c\" {\n  count = var.e\n}"), "4: Invalid count argument");
    accepted(&with("output \"o\" { value = local.l.b }"));
    accepted(&with("output \"o\" { value = ephemeralasnull(var.e) }"));
    accepted(&with("resource \"a_b\" \"c\" {\n  password_wo = var.e\n}"));
    accepted(&with("provider \"a\" {\n  token = var.e\n}"));
    accepted(&with("ephemeral \"a_b\" \"c\" {\n  token = var.e\n}"));
}

#[test]
fn versions_and_sources_that_never_work_are_errors() {
    refused("terraform {\n  required_version = \"< 1.0\"\n}", "2: Unsupported Terraform Core version");
    refused("module \"m\" { source = \"child\" }", "1: Invalid module source address");
}

#[test]
fn literal_places_take_constants_only() {
    refused("variable \"a\" {}\nvariable \"b\" {\n  default = var.a\n}", "3: Variables not allowed");
    refused("variable \"b\" {\n  default = upper(\"a\")\n}", "2: Function calls not allowed");
    accepted("variable \"b\" {\n  default     = { a = \"${1}\" }\n  description = \"x ${1}\"\n}");
    refused(
        "variable \"a\" {}\nresource \"a_b\" \"c\" {\n  depends_on = [\"x${var.a}\"]\n}",
        "3: Invalid expression",
    );
    accepted("resource \"a_b\" \"c\" {\n  depends_on = [a_b.d[0]]\n}\nresource \"a_b\" \"d\" { count = 1 }");
    refused(
        "resource \"a_b\" \"c\" {\n  depends_on = [a_b.d.id]\n}\nresource \"a_b\" \"d\" {}",
        "2: Invalid depends_on reference",
    );
    refused(
        "resource \"a_b\" \"c\" {\n  provisioner \"local-exec\" {\n    when = never\n  }\n}",
        "3: Invalid \"when\" keyword",
    );
    refused(
        "resource \"a_b\" \"c\" {\n  provisioner \"habitat\" {}\n}",
        "2: The \"habitat\" provisioner has been removed",
    );
}

#[test]
fn comments_end() {
    refused("locals {}\n/* old:\nlocals { a = 1 }\n", "2: unterminated comment");
    refused("locals {\n  a = 1 /* old\n}\n", "2: unterminated comment");
    accepted("locals { a = 1 } /* old */ # /*\n// /*\n");
    let load = |content: &[u8]| load(".", &MemoryFiles::new().with("main.tf", content)).is_ok();
    assert!(load(b"# caf\xe9\nlocals { a = 1 }\n"));
    assert!(!load(b"locals { a = \"caf\xe9\" }\n"));
}

#[test]
fn an_override_of_instances_does_not_conflict() {
    let files = MemoryFiles::new()
        .with("main.tf", "resource \"a_b\" \"c\" { count = 2 }")
        .with("override.tf", "resource \"a_b\" \"c\" { for_each = toset([\"x\"]) }");
    let meta = load(".", &files).unwrap().module.resources[0].meta.clone();
    assert!(meta.count.is_some() && meta.for_each.is_none());
}

#[test]
fn long_chains_are_not_deep() {
    let sum = vec!["1"; 900].join(" + ");
    accepted(&format!("output \"o\" {{ value = {sum} }}"));
    let either = vec!["local.a == 1"; 900].join(" || ");
    accepted(&format!("locals {{ a = 1 }}\noutput \"o\" {{ value = {either} }}"));
}

#[test]
fn providers_have_names_and_no_reserved_arguments() {
    refused("provider \"TEST\" {}", "1: Invalid provider local name");
    refused("resource \"a_b\" \"c\" {\n  provider = my_test\n}", "2: Invalid provider local name");
    refused("provider \"a\" {\n  count = 3\n}", "2: Reserved argument name in a provider block");
    refused("resource \"a_b\" \"c\" {\n  locals {}\n}", "2: Reserved block type name in a resource block");
    refused("terraform {\n  language = TF2038\n}", "2: Invalid language edition");
    accepted("terraform {\n  language = TF2021\n}");
    accepted(
        "provider \"null\" { alias = \"x\" }\nresource \"null_resource\" \"c\" {\n  provider = null.x\n}",
    );
    accepted("resource \"null_resource\" \"c\" {\n  provider = null\n}");
}

#[test]
fn templates_are_no_addresses() {
    let text = |addresses: &str| {
        format!("resource \"x_y\" \"a\" {{\n  depends_on = [{addresses}]\n}}\nresource \"x_y\" \"b\" {{}}\n")
    };
    assert_eq!(problems(&text("x_y.b")), Vec::<String>::new());
    for wrong in ["\"${x_y.b}\"", "x_y.b,\n    \"${x_y.b}\",\n  "] {
        assert_eq!(problems(&text(wrong)), ["2: Invalid expression"], "{wrong}");
    }
}

#[test]
fn experiments_are_for_other_releases() {
    assert_eq!(problems("terraform {\n  experiments = [x]\n}\n"), ["2: Module uses experimental features"]);
    assert_eq!(problems("terraform {\n  experiments = []\n}\n"), Vec::<String>::new());
}

#[test]
fn passed_provider_configurations_are_of_the_required_provider() {
    let call = "module \"m\" {\n  source = \"./c\"\n  providers = {\n    aws.o = x\n  }\n}\n";
    let require = |source: &str| {
        let entry = format!("x = {{ source = \"{source}\" }}");
        format!("{call}terraform {{\n  required_providers {{\n    {entry}\n  }}\n}}")
    };
    refused(call, "3: Provider type mismatch");
    refused(&require("example.com/a/aws"), "3: Provider type mismatch");
    accepted(&require("hashicorp/aws"));
}

#[test]
fn modules_with_provider_blocks_are_called_once_and_take_no_configuration() {
    let own = "provider \"aws\" {\n  region = \"r\"\n}\noutput \"o\" { value = 1 }";
    let summaries = |text: &str, child: &str| {
        let files = MemoryFiles::new().with("main.tf", text).with("c/main.tf", child);
        load(".", &files).err().map(|errors| errors.iter().next().unwrap().summary.clone())
    };
    let incompatible = "Module is incompatible with count, for_each, and depends_on";
    for argument in ["count = 1", "for_each = {}", "depends_on = [terraform_data.a]"] {
        let text = format!(
            "resource \"terraform_data\" \"a\" {{}}\nmodule \"m\" {{\n  source = \"./c\"\n  {argument}\n}}"
        );
        assert_eq!(summaries(&text, own).as_deref(), Some(incompatible), "{argument}");
        assert_eq!(summaries(&text, "provider \"aws\" {}"), None, "{argument}");
    }
    let passed = "provider \"aws\" {}\nmodule \"m\" {\n  source = \"./c\"\n  providers = { aws = aws }\n}";
    assert_eq!(summaries(passed, own).as_deref(), Some("Cannot override provider configuration"));
    assert_eq!(summaries(passed, "provider \"aws\" {}"), None);
}

#[test]
fn settings_that_terraform_refuses_are_errors() {
    let settings = |inner: &str| format!("terraform {{\n  {inner}\n}}");
    refused(
        &settings("required_providers {}\n  required_providers {}"),
        "3: duplicate block `required_providers`",
    );
    let entry = |entry: &str| settings(&format!("required_providers {{\n    {entry}\n  }}"));
    refused(&entry("a_b = {}"), "3: Invalid provider local name");
    refused(
        &entry("x = { source = \"terraform.io/builtin/x\" }"),
        "3: Invalid dependency on built-in provider",
    );
    refused(&entry("terraform = { version = \"1.2.0\" }"), "3: Invalid dependency on built-in provider");
    refused("resource \"aws-_a\" \"b\" {}", "1: Invalid provider local name");
    refused("variable \"a\" {\n  const = true\n  sensitive = true\n}", "2: Invalid constant variable");
    accepted(&entry("terraform = { source = \"terraform.io/builtin/terraform\" }"));
    refused(&settings("provider_meta \"A\" {}"), "2: Invalid provider local name");
    let twice = |block: &str| {
        format!(
            "resource \"a_b\" \"c\" {{\n  provisioner \"local-exec\" {{\n    {block} {{}}\n    {block} {{}}\n  }}\n}}"
        )
    };
    refused(&twice("connection"), "4: duplicate block `connection` in `provisioner`");
    refused(&twice("_"), "4: duplicate block `_` in `provisioner`");
}

#[test]
fn actions_are_read_and_reported_as_not_planned() {
    let trigger = |events: &str, action: &str| {
        format!(
            "action \"a_b\" \"c\" {{\n  config {{\n    x = 1\n  }}\n}}\nresource \"terraform_data\" \"d\" {{\n  lifecycle {{\n\
             action_trigger {{\n events = [{events}]\n condition = terraform_data.d.id != \"\"\n actions = [{action}]\n }}\n }}\n}}"
        )
    };
    let files = |text: String| MemoryFiles::new().with("main.tf", text);
    let loaded = load(".", &files(trigger("after_create", "action.a_b.c"))).unwrap();
    assert_eq!(loaded.module.actions.len(), 1);
    let warnings: Vec<_> = loaded.warnings.iter().map(|warning| warning.summary.as_str()).collect();
    assert_eq!(warnings, ["`action.a_b.c` is not planned"]);
    refused(&trigger("after_create", "action.a_b.nope"), "11: Reference to undeclared action");
    refused(&trigger("sometimes", "action.a_b.c"), "9: Invalid \"event\" value");
    refused("action \"a_b\" \"c\" {\n  x = 1\n}", "2: unsupported argument `x` in `action`");
}

#[test]
fn syntax_of_other_engines_is_named() {
    let problem = |text: &str| {
        let files = MemoryFiles::new().with("main.tf", text).with("c/main.tf", CHILD);
        load(".", &files).unwrap_err().iter().next().unwrap().detail.clone().unwrap_or_default()
    };
    let enabled = "resource \"terraform_data\" \"a\" {\n  lifecycle {\n    enabled = true\n  }\n}";
    assert!(problem(enabled).contains("OpenTofu 1.11"));
    let each = "provider \"aws\" {\n  alias = \"x\"\n  for_each = {}\n}";
    assert!(problem(each).contains("OpenTofu 1.9"));
}

#[test]
fn files_of_opentofu_replace_others_where_opentofu_applies_them() {
    let lock = "provider \"registry.opentofu.org/hashicorp/aws\" {}";
    let output = |value: u32| format!("output \"o\" {{ value = {value} }}");
    let both = || MemoryFiles::new().with("a.tf", output(1)).with("a.tofu", output(2));
    let value = |files: MemoryFiles| {
        let loaded = load(".", &files).unwrap();
        let [output] = loaded.module.outputs.as_slice() else { panic!("there is one output") };
        format!("{:?}", output.value)
    };
    assert_eq!(value(both()), "Integer(1)");
    assert_eq!(value(both().with(".terraform.lock.hcl", lock)), "Integer(2)");
    assert_eq!(value(MemoryFiles::new().with("a.tofu", output(2))), "Integer(2)");
}

#[test]
fn source_of_a_module_that_depends_on_values_is_looked_up_in_the_manifest() {
    let text = "variable \"s\" {\n  const = true\n}\nmodule \"m\" {\n  source = \"${var.s}/c\"\n}";
    let files = MemoryFiles::new().with("main.tf", text).with("c/main.tf", "output \"o\" { value = 1 }");
    let called = |files: &MemoryFiles| load(".", files).unwrap().module.calls[0].module.is_some();
    assert!(!called(&files));
    let manifest = r#"{"Modules":[{"Key":"m","Source":"./c","Dir":"c"}]}"#;
    assert!(called(&files.with(".terraform/modules/modules.json", manifest)));
}
