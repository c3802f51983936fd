use std::fs;
use std::path::Path;

use iac_core::body::Body;
use iac_core::expression::Expression;
use tempfile::TempDir;

use super::backend::Backend;
use super::*;

fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

fn message(error: &CommandError) -> String {
    format!("{}; {}", error.kind, error.hints.join("; "))
}

fn backend(kind: &str, settings: &[(&str, &str)]) -> Backend {
    let mut body = Body::new();
    for (name, value) in settings {
        body.set(*name, Expression::String((*value).into()));
    }
    Backend::of_block(Some(kind), &body)
}

#[test]
fn what_state_names_is_told_apart() {
    let remote = |url: &str| {
        StateSource::Remote(Remote { url: url.to_owned(), settings: Vec::new(), may_be_missing: false })
    };
    for (name, expected) in [
        ("-", StateSource::Stdin),
        ("a.tfstate", StateSource::File("a.tfstate".into())),
        ("s3:a", StateSource::File("s3:a".into())),
        ("s3://bucket/a", remote("s3://bucket/a")),
        ("https://host/a?b", remote("https://host/a?b")),
    ] {
        assert_eq!(StateSource::named(Path::new(name)), expected);
    }
}

#[test]
fn no_secret_of_an_address_is_shown() {
    let source = StateSource::named(Path::new("https://user:hunter2@host:8080/a/b?token=hunter2#hunter2"));
    assert_eq!(source.to_string(), "https://host:8080/a/b");
    assert!(!format!("{source:?}").contains("hunter2"));
}

#[test]
fn a_file_is_read_and_a_missing_one_is_an_error() {
    let directory = directory(&[("a.tfstate", "{}")]);
    assert_eq!(StateSource::named(&directory.path().join("a.tfstate")).read().unwrap(), b"{}");
    let error = StateSource::named(&directory.path().join("b.tfstate")).read().unwrap_err();
    assert!(error.kind.to_string().starts_with("cannot read `"), "{}", error.kind);
    // A stack that was never applied has no state.
    assert_eq!(StateSource::Local(directory.path().join("b.tfstate")).read().unwrap(), b"");
}

#[test]
fn a_state_that_is_too_large_is_not_read() {
    let directory = directory(&[]);
    let path = directory.path().join("large.tfstate");
    fs::File::create(&path).unwrap().set_len(LIMIT + 1).unwrap();
    let error = StateSource::named(&path).read().unwrap_err();
    assert!(error.kind.to_string().contains("larger than 2 GiB"), "{}", error.kind);
}

#[test]
fn the_state_of_a_stack_is_where_its_backend_keeps_it() {
    let source = |directory: &TempDir, backend, workspace: &str| {
        StateSource::of_workspace(directory.path(), backend, workspace)
    };
    let local = |directory: &TempDir, path: &str| StateSource::Local(directory.path().join(path));
    let plain = directory(&[]);
    assert_eq!(source(&plain, None, "default"), local(&plain, "terraform.tfstate"));
    assert_eq!(source(&plain, None, "dev"), local(&plain, "terraform.tfstate.d/dev/terraform.tfstate"));
    assert_eq!(source(&plain, None, "default"), local(&plain, "terraform.tfstate"));
    let path = backend("local", &[("path", "states/a.tfstate")]);
    assert_eq!(source(&plain, Some(path), "default"), local(&plain, "states/a.tfstate"));
    for kind in ["remote", "cloud", "consul", "pg"] {
        assert_eq!(
            source(&plain, Some(backend(kind, &[])), "default"),
            StateSource::Pull(plain.path().into())
        );
    }

    // What `terraform init` and `terraform workspace select` left counts more.
    let initialised = directory(&[
        (".terraform/environment", "dev\n"),
        (
            ".terraform/terraform.tfstate",
            r#"{"version": 3, "backend": {"type": "local", "config": {"path": null, "workspace_dir": "w"}}}"#,
        ),
    ]);
    let s3 = backend("s3", &[("bucket", "b"), ("key", "k")]);
    assert_eq!(workspace(initialised.path()), "dev");
    assert_eq!(source(&initialised, Some(s3), "dev"), local(&initialised, "w/dev/terraform.tfstate"));
}

#[cfg(unix)]
mod pulling {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::state_source::pull;

    fn program(directory: &TempDir, name: &str, script: &str) {
        let path = directory.path().join("bin").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn read(directory: &TempDir) -> Result<String, String> {
        let text = pull::read(directory.path(), directory.path().join("bin").as_os_str());
        text.map(|text| String::from_utf8(text).unwrap()).map_err(|error| message(&error))
    }

    #[test]
    fn terraform_reads_the_state_in_the_directory_of_the_stack() {
        let directory = directory(&[("name", "network")]);
        program(&directory, "tofu", "echo tofu");
        assert_eq!(read(&directory).unwrap(), "tofu\n");
        program(&directory, "terraform", "read name < name; echo \"$name: $*\"");
        assert_eq!(read(&directory).unwrap(), "network: state pull\n");
        fs::write(
            directory.path().join(".terraform.lock.hcl"),
            "provider \"registry.opentofu.org/hashicorp/aws\" {}",
        )
        .unwrap();
        assert_eq!(read(&directory).unwrap(), "tofu\n");
    }

    #[test]
    fn when_terraform_fails_the_message_says_what_to_do() {
        let directory = directory(&[]);
        assert_eq!(
            read(&directory).unwrap_err(),
            "cannot read the state: neither `terraform` nor `tofu` is installed; give a file with `--state FILE`"
        );
        program(&directory, "terraform", "echo half; exit 3");
        let expected = format!(
            "`terraform state pull` failed in `{}`; run `terraform init` there first, with credentials for the \
             backend; or give a file with `--state FILE`",
            directory.path().display()
        );
        assert_eq!(read(&directory).unwrap_err(), expected);
    }
}

#[cfg(not(feature = "remote-state"))]
#[test]
fn without_the_feature_the_message_says_how_to_have_it() {
    let error = StateSource::named(Path::new("s3://bucket/key")).read().unwrap_err();
    assert_eq!(
        message(&error),
        "cannot read `s3://bucket/key`: this `iac` was built without it; run `cargo install iac-cli --features \
         remote-state`; or let Terraform read it: `terraform state pull | iac plan --state -`"
    );
    let s3 = backend("s3", &[("bucket", "b"), ("key", "k"), ("access_key", "a")]);
    let directory = directory(&[]);
    let source = StateSource::of_workspace(directory.path(), Some(s3), "default");
    assert_eq!(source, StateSource::Pull(directory.path().into()));
}

#[cfg(feature = "remote-state")]
mod on_the_network {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// A server that gives one answer, and what it was asked.
    fn server(status: &'static str, body: &'static str) -> (String, thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
            let request = lines.take_while(|line| !line.is_empty()).collect();
            let headers = "Content-Type: application/json\r\nLast-Modified: Tue, 01 Jan 2030 00:00:00 GMT\r\nETag: \"a\"";
            write!(stream, "HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
                .unwrap();
            request
        });
        (address, asked)
    }

    fn remote(url: String, settings: &[(&str, &str)]) -> Remote {
        let settings =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Remote { url, settings, may_be_missing: false }
    }

    #[test]
    fn a_state_is_read_over_http() {
        let (address, asked) = server("200 OK", "{\"version\": 4}");
        let url = format!("http://user:hunter2@{address}/states/a%20b?ref=main");
        let text = StateSource::Remote(remote(url, &[])).read().unwrap();
        assert_eq!(text, b"{\"version\": 4}");
        let asked = asked.join().unwrap();
        assert_eq!(asked[0], "GET /states/a%20b?ref=main HTTP/1.1");
        // `user:hunter2`
        let is_header = |line: &String| line.eq_ignore_ascii_case("authorization: Basic dXNlcjpodW50ZXIy");
        assert!(asked.iter().any(is_header), "{asked:?}");
    }

    #[test]
    fn a_state_is_read_from_s3_as_the_backend_says() {
        let (address, asked) = server("200 OK", "{}");
        let endpoint = format!("http://{address}");
        let s3 = backend(
            "s3",
            &[
                ("bucket", "acme"),
                ("key", "a/b.tfstate"),
                ("region", "eu-west-1"),
                ("access_key", "AKIA"),
                ("secret_key", "hunter2"),
                ("endpoint", &endpoint),
            ],
        );
        let directory = directory(&[]);
        let source = StateSource::of_workspace(directory.path(), Some(s3), "dev");
        assert_eq!(source.to_string(), "s3://acme/env:/dev/a/b.tfstate");
        assert_eq!(source.read().unwrap(), b"{}");
        let asked = asked.join().unwrap();
        assert_eq!(asked[0], "GET /acme/env%3A/dev/a/b.tfstate HTTP/1.1");
        assert!(asked.iter().any(|line| line.contains("Credential=AKIA/")), "{asked:?}");
    }

    #[test]
    fn what_goes_wrong_is_said_without_secrets() {
        for (status, expected) in [
            ("404 Not Found", "there is nothing at `http://ADDRESS/a`"),
            ("401 Unauthorized", "`http://ADDRESS/a` asks for credentials"),
            ("403 Forbidden", "the credentials may not read `http://ADDRESS/a`"),
            ("400 Bad Request", "cannot read `http://ADDRESS/a`"),
        ] {
            let (address, asked) = server(status, "hunter2");
            let settings = [("username", "me"), ("password", "hunter2")];
            let remote = remote(format!("http://{address}/a?token=hunter2"), &settings);
            let error = StateSource::Remote(remote).read().unwrap_err();
            assert_eq!(error.kind.to_string(), expected.replace("ADDRESS", &address));
            assert!(!message(&error).contains("hunter2"));
            asked.join().unwrap();
        }
        let (address, asked) = server("404 Not Found", "");
        let missing = Remote { may_be_missing: true, ..remote(format!("http://{address}/a"), &[]) };
        assert_eq!(StateSource::Remote(missing).read().unwrap(), b"");
        asked.join().unwrap();
        for url in ["s3://bucket", "s3:///a", "gs://", "http://host"] {
            let error = StateSource::Remote(remote(url.to_owned(), &[])).read().unwrap_err();
            assert_eq!(error.kind.to_string(), format!("`{url}` does not name a state"));
        }
    }

    #[test]
    fn what_only_terraform_can_read_it_reads() {
        let directory = directory(&[]);
        let role = [("bucket", "b"), ("key", "k"), ("access_key", "a"), ("assume_role.role_arn", "r")];
        let source = StateSource::of_workspace(directory.path(), Some(backend("s3", &role)), "default");
        assert_eq!(source, StateSource::Pull(directory.path().into()));
    }
}
