//! States on the network, in builds that read them.
#![cfg(feature = "remote-state")]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

use crate::process::Iac;

/// Starts an object store with one state, and returns its address and the lines of the request that it gets.
fn store(state: &'static str) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let asked = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
        let request: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
        let head = "HTTP/1.1 200 OK\r\nLast-Modified: Tue, 01 Jan 2030 00:00:00 GMT\r\nETag: \"a\"";
        write!(stream, "{head}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{state}", state.len())
            .unwrap();
        request
    });
    (endpoint, asked)
}

const NETWORK: &str = r#"{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l",
    "outputs": {"id": {"value": "vpc-1", "type": "string"}}, "resources": []}"#;

/// Plans an output that is read from the state of another stack. `config` gets the address of its object store.
#[track_caller]
fn check_remote_state(
    backend: &str,
    workspace: &str,
    config: impl Fn(&str) -> String,
    variable: Option<&str>,
    expected: &str,
) {
    let (endpoint, asked) = store(NETWORK);
    let directory = tempfile::tempdir().unwrap();
    let text = format!(
        "data \"terraform_remote_state\" \"network\" {{\n  backend = \"{backend}\"\n  workspace = \"{workspace}\"\n  config = {{\n{}\n  }}\n}}\n\noutput \"id\" {{\n  value = data.terraform_remote_state.network.outputs.id\n}}\n",
        config(&endpoint)
    );
    fs::write(directory.path().join("main.tf"), text).unwrap();
    let mut iac = Iac::new(&["plan", "--config", ".", "--no-state"]).directory(directory.path());
    if let Some(variable) = variable {
        iac = iac.env(variable, &endpoint);
    }
    let seen = iac.run();
    assert!(seen.contains("+ id = \"vpc-1\"") && !seen.contains("ncertain"), "{seen}");
    assert_eq!(asked.join().unwrap()[0], expected);
}

#[test]
fn state_of_another_stack_is_read_from_s3() {
    let config = |_: &str| {
        "bucket = \"acme\"\nkey = \"network.tfstate\"\nregion = \"eu-west-1\"\naccess_key = \"AKIA\"\nsecret_key = \"hunter2\"".to_owned()
    };
    let variable = Some("AWS_ENDPOINT_URL_S3");
    check_remote_state("s3", "default", config, variable, "GET /acme/network.tfstate HTTP/1.1");
    check_remote_state("s3", "dev", config, variable, "GET /acme/env%3A/dev/network.tfstate HTTP/1.1");
}

#[test]
fn state_of_another_stack_is_read_from_google_cloud_storage() {
    let config = |endpoint: &str| {
        format!(
            "bucket = \"acme\"\nprefix = \"network\"\ncredentials = jsonencode({{\n  gcs_base_url = \"{endpoint}\"\n  disable_oauth = true\n  client_email = \"\"\n  private_key = \"\"\n  private_key_id = \"\"\n}})"
        )
    };
    check_remote_state("gcs", "default", config, None, "GET /acme/network%2Fdefault%2Etfstate HTTP/1.1");
    check_remote_state("gcs", "dev", config, None, "GET /acme/network%2Fdev%2Etfstate HTTP/1.1");
}

#[test]
fn state_of_another_stack_is_read_from_azure() {
    let config = |_: &str| {
        "storage_account_name = \"acme\"\ncontainer_name = \"states\"\nkey = \"network.tfstate\"\naccess_key = \"aHVudGVyMg==\"".to_owned()
    };
    let variable = Some("AZURE_STORAGE_ENDPOINT");
    check_remote_state("azurerm", "default", config, variable, "GET /states/network.tfstate HTTP/1.1");
    check_remote_state("azurerm", "dev", config, variable, "GET /states/network.tfstateenv:dev HTTP/1.1");
}

#[test]
fn region_of_the_backend_wins_over_the_environment() {
    let (endpoint, asked) = store(r#"{"version": 4, "serial": 2, "lineage": "5a7f"}"#);
    let directory = tempfile::tempdir().unwrap();
    let backend = "bucket = \"acme\"\nkey = \"a.tfstate\"\nregion = \"eu-west-1\"";
    fs::write(
        directory.path().join("main.tf"),
        format!("terraform {{\n  backend \"s3\" {{\n{backend}\n}}\n}}\n"),
    )
    .unwrap();
    let seen = Iac::new(&["plan", "--config", "."])
        .directory(directory.path())
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL_S3", endpoint)
        .env("AWS_ACCESS_KEY_ID", "AKIA")
        .env("AWS_SECRET_ACCESS_KEY", "hunter2")
        .run();
    insta::assert_snapshot!(seen, @"
    exit: 0
    stdout:
    State: s3://acme/a.tfstate (serial 2, lineage 5a7f, last modified TIME)
    No changes. The state matches the configuration.
    ");
    let asked = asked.join().unwrap();
    assert!(asked.iter().any(|line| line.contains("/eu-west-1/s3/aws4_request")), "{asked:?}");
}
