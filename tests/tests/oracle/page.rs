//! The HTML page of a plan in a browser: it renders immediately, even with ten thousand changes, and can be searched,
//! filtered and expanded.

use std::process::Command;
use std::sync::Arc;
use std::{env, fs};

use iac_lang::value::Value;
use iac_plan::plan::{Action, Plan, ResourceChange};
use iac_review::report::{Planned, html};
use iac_review::review::{Hazards, Options, review};

/// A script that operates the page and reports its observations in the title.
const VISIT: &str = r"
<script>
{
  const seen = [];
  const rows = () => document.querySelectorAll('.change').length;
  const search = document.getElementById('search');
  const type = text => { search.value = text; search.dispatchEvent(new Event('input')); };
  seen.push('ready ' + (document.documentElement.dataset.ready < 1000 ? 'at once' : document.documentElement.dataset.ready));
  seen.push('first ' + document.querySelector('.change .address').textContent);
  seen.push('rows ' + (rows() > 0 && rows() < 1000 ? 'some' : rows()));
  type('thing.t7777');
  seen.push('found ' + rows());
  document.querySelector('.change').open = true;
  setTimeout(() => {
    seen.push('unfolded ' + document.querySelectorAll('.change .diff div').length);
    document.getElementById('side').click();
    document.getElementById('unfold').click();
    seen.push('sides ' + document.querySelectorAll('.sides .diff').length);
    type('nothing is called like this');
    seen.push('none ' + rows());
    type('');
    document.querySelectorAll('#dangers input').forEach(box => { if (box.parentNode.textContent.includes('Added')) box.click(); });
    seen.push('filtered ' + rows());
    document.title = seen.join('; ');
  });
}
</script></body>";

#[test]
fn ten_thousand_changes_render_immediately() {
    let change = |number: usize, action: Action| {
        let value = |size: usize| {
            let text = format!(r#"{{"id": "t{number}", "name": "</script><b>{number}", "size": {size}}}"#);
            Arc::new(Value::parse_json(&text).expect("valid JSON"))
        };
        let nothing = || Arc::new(Value::Null);
        ResourceChange {
            address: format!("test_thing.t{number}").parse().expect("it is an address"),
            before: if action == Action::Create { nothing() } else { value(number) },
            after: if action == Action::Delete { nothing() } else { value(number + 1) },
            action,
            ..blank()
        }
    };
    let mut changes: Vec<ResourceChange> = (0..9_990).map(|number| change(number, Action::Create)).collect();
    changes.extend((9_990..10_000).map(|number| change(number, Action::Delete)));
    let plan = Plan { changes, ..Plan::default() };
    let hazards = Hazards::parse("test_thing: loses the thing").expect("it is understood");
    let review = review(&plan, &Options { hazards: Some(&hazards), ..Options::default() });
    let page = html(&[Planned {
        name: None,
        environment: None,
        plan: &plan,
        review: Some(&review),
        file: None,
        source_url: None,
    }]);
    assert_eq!(page.matches("</script>").count(), 2, "no string closes the script element");

    let directory = tempfile::tempdir().expect("the temporary directory can be written");
    let file = directory.path().join("plan.html");
    fs::write(&file, page.replace("</body>", VISIT)).expect("it can be written");
    let browser = env::var_os("IAC_CHROMIUM").expect("`. .ci/chromium.sh` first");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", directory.path().join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("the browser starts");
    let page = String::from_utf8_lossy(&output.stdout);
    let title = page.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
    assert_eq!(
        title.map(|(title, _)| title),
        Some(
            "ready at once; first test_thing.t9990; rows some; found 1; unfolded 3; sides 2; none 0; filtered 10"
        ),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn blank() -> ResourceChange {
    let address = "test_thing.a".parse().expect("it is an address");
    let provider = "registry.terraform.io/hashicorp/test".into();
    ResourceChange::new(address, provider, Action::NoOp, Arc::new(Value::Null), Arc::new(Value::Null))
}
