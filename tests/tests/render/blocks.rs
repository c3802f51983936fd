//! Both syntaxes of every kind of block are equivalent: Terraform makes the same plan.

use iac_aws::ec2;
use iac_core::{
    Any, Backend, Check, Comparable as _, Configure as _, Local, MetaArguments as _, Module, Moved, Number,
    Output, ResourceArguments as _, Stack, Variable, raw,
};
use serde_json::Value;

use crate::terraform::Terraform;

fn stack() -> Stack {
    let stack = Stack::new("blocks");
    stack.add(Backend::local("blocks.tfstate"));
    let provider = || {
        iac_aws::Provider::builder()
            .access_key(iac_core::plaintext("x"))
            .secret_key(iac_core::plaintext("x"))
            .skip_credentials_validation(true)
            .skip_metadata_api_check("true")
            .skip_requesting_account_id(true)
    };
    stack.add(provider().region("eu-west-1").default_tags(|tags| tags.tags([("a ${b}", "c")])));
    let west = stack.add(provider().alias("west").region("us-west-2"));

    let ports = Variable::<iac_core::Map<Number>>::new("ports").default([("${http}", 80), ("https", 443)]);
    let ports = stack.add(ports.description("as ${it} is").validation(
        |ports| raw::<Number>("length(var.ports)").at_least(iac_core::functions::length(ports)),
        "There has to be a ${port}.",
    ));
    let name = stack.add(Local::<String>::new("name", iac_core::tf!("$-{}-${{x}}", "%{y}")));

    let group = stack.add(
        ec2::SecurityGroup::builder("group")
            .name(&name)
            .ingress(|rule| rule.from_port(22).to_port(22).protocol("tcp").cidr_blocks(["10.0.0.0/8"]))
            .dynamic(ports, |group, port| {
                group.ingress(|rule| {
                    rule.from_port(&port.value).to_port(&port.value).protocol("tcp").description(&port.key)
                })
            })
            .ingress(|rule| rule.from_port(1).to_port(1).protocol("udp").self_(true))
            .egress(|rule| rule.from_port(0).to_port(0).protocol("-1"))
            .ignore_changes(["tags[\"Owner\"]", "description"])
            .create_before_destroy(true)
            .precondition(raw::<bool>("var.ports[\"https\"] == 443"), "It has to be ${443}."),
    );
    let disks = stack.add(Local::<iac_core::List<String>>::new("disks", ["f", "g"]));
    let instances = stack.add(
        ec2::Instance::builder("web")
            .ami("ami-12345678")
            .instance_type("t3.micro")
            .user_data("#!/bin/sh\necho ${HOME} $${x} %{y}\n")
            .ebs_block_device(|disk| disk.device_name("/dev/sde").volume_size(1))
            .dynamic(&disks, |instance, each| {
                instance.ebs_block_device(|disk| {
                    disk.device_name(iac_core::tf!("/dev/sd{}", each.value)).volume_size(2)
                })
            })
            .ebs_block_device(|disk| disk.device_name("/dev/sdh").volume_size(3))
            .vpc_security_group_ids([group.id()])
            .replace_triggered_by(group.name())
            .depends_on(&group)
            .connection(|connection| connection.argument("host", raw::<Any>("self.public_ip")))
            .provisioner("local-exec", |run| run.argument("command", "echo ${x}"))
            .provisioner("local-exec", |run| run.argument("command", raw::<Any>("self.id")))
            .provider(&west)
            .count(2, |instance, index| instance.private_ip(iac_core::tf!("10.0.0.{}", index))),
    );
    stack.add(Moved::new("aws_security_group.old", &group));
    let module = stack.add(Module::new("child", "./child").input("text", &name).provider("aws", &west));
    stack.add(Check::new("named").assert(group.name().equals("x"), "It is not ${x}."));
    let output = Output::new("ids", instances.all(|instance| instance.id())).description("${as} it is");
    stack.add(output.depends_on(&module).precondition(group.name().differs("y"), "%{never}"));
    stack.add(Output::new("child", module.output("text")));
    stack
}

/// Returns the plan without parts that differ from run to run.
fn plan(name: &str, file: &str, text: &str) -> Value {
    let terraform = Terraform::new(name);
    terraform.write(file, text);
    terraform.write(
        "child/main.tf",
        "terraform {\n  required_providers {\n    aws = {\n      source = \"hashicorp/aws\"\n    }\n  }\n}\n\n\
         variable \"text\" {}\n\noutput \"text\" {\n  value = var.text\n}\n",
    );
    terraform.run(&["init", "-no-color"]);
    terraform.run(&["plan", "-no-color", "-out=plan"]);
    let mut plan: Value = serde_json::from_str(&terraform.run(&["show", "-json", "plan"])).unwrap();
    plan["timestamp"].take();
    remove_what_differs(&mut plan["configuration"]);
    plan
}

/// Removes parts of a plan's configuration section that depend on the syntax: constant values, and which blocks are
/// dynamic. Their results are in the other sections.
fn remove_what_differs(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for name in ["constant_value", "ebs_block_device", "ingress"] {
                members.remove(name);
            }
            members.values_mut().for_each(remove_what_differs);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_what_differs),
        _ => {}
    }
}

#[test]
fn both_syntaxes_make_the_same_plan() {
    let stack = stack();
    let hcl = plan("blocks-hcl", "main.tf", &stack.render_hcl().unwrap());
    let json = plan("blocks-json", "main.tf.json", &stack.render_json().unwrap());
    for part in ["planned_values", "resource_changes", "configuration", "checks"] {
        assert_eq!(hcl[part], json[part], "{part}");
    }
    assert_eq!(hcl, json);
}
