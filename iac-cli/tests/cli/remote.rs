//! States on the network, in builds that read them.
#![cfg(feature = "remote-state")]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

use crate::process::Iac;

#[test]
fn region_of_the_backend_wins_over_the_environment() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let asked = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
        let request: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
        let state = r#"{"version": 4, "serial": 2, "lineage": "5a7f"}"#;
        let head = "HTTP/1.1 200 OK\r\nLast-Modified: Tue, 01 Jan 2030 00:00:00 GMT\r\nETag: \"a\"";
        write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{state}", state.len()).unwrap();
        request
    });
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
