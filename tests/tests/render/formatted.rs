//! Invariant 2, first half: `terraform fmt` changes nothing.

use crate::syntax::configuration;
use crate::terraform::Terraform;

#[test]
fn rendered_hcl_is_a_fixed_point_of_terraform_fmt() {
    let terraform = Terraform::new("fmt");
    for seed in 0..400 {
        let text = configuration(seed, 10).stack.render_hcl().unwrap();
        terraform.write(format!("{seed}.tf"), &text);
    }
    let changed = terraform.run(&["fmt", "-list=false", "-diff", "-no-color"]);
    let changed: Vec<&str> = changed.lines().take(40).collect();
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}
