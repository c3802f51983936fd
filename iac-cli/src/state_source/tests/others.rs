//! States of other configurations.

use iac_lang::Value;
use iac_plan::plan::RemoteStates as _;

use super::directory;
use crate::state_source::other::{OtherStates, PlannedOutputs};

const STATE: &str = r#"{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l",
    "outputs": {"id": {"value": "vpc-1", "type": "string"}}, "resources": []}"#;

fn config(settings: &[(&str, &str)]) -> Value {
    let members = settings.iter().map(|(name, value)| ((*name).into(), Value::String((*value).into())));
    Value::Object(members.collect())
}

#[test]
fn local_states_are_read_relative_to_the_stack() {
    let directory = directory(&[("a/terraform.tfstate", STATE), ("b/dev/terraform.tfstate", STATE)]);
    let others = OtherStates {
        directory: directory.path().to_owned(),
        planned: &PlannedOutputs::default(),
        in_doubt: false,
    };
    let outputs = |settings: &[(&str, &str)], workspace: &str| {
        let outputs = others.outputs("local", &config(settings), workspace)?;
        Ok::<_, String>(outputs.map(|outputs| format!("{:?}", outputs[0].value)))
    };
    let id = Ok(Some("\"vpc-1\"".to_owned()));
    assert_eq!(outputs(&[("path", "a/terraform.tfstate")], "default"), id);
    assert_eq!(outputs(&[("workspace_dir", "b")], "dev"), id);
    let error = outputs(&[("path", "none.tfstate")], "default").unwrap_err();
    assert!(error.contains("there is no state"), "{error}");
    assert!(
        outputs(&[("workspace_dir", "b")], "prod").unwrap_err().contains("workspace `prod` does not exist")
    );
}

#[test]
fn state_that_only_terraform_reads_is_left_to_it() {
    let others = OtherStates {
        directory: directory(&[]).path().to_owned(),
        planned: &PlannedOutputs::default(),
        in_doubt: false,
    };
    assert!(others.outputs("pg", &config(&[("conn_str", "x")]), "default").unwrap().is_none());
}

#[cfg(feature = "remote-state")]
#[test]
fn state_behind_http_is_read() {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::thread;

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/state", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).unwrap();
        let length = STATE.len();
        write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{STATE}")
            .unwrap();
    });
    let others = OtherStates {
        directory: directory(&[]).path().to_owned(),
        planned: &PlannedOutputs::default(),
        in_doubt: false,
    };
    let outputs = others.outputs("http", &config(&[("address", &address)]), "default").unwrap().unwrap();
    server.join().unwrap();
    assert_eq!(format!("{:?}", outputs[0].value), "\"vpc-1\"");
}
