#[cfg(not(feature = "remote-state"))]
#[test]
fn missing_feature_is_explained() {
    use super::*;

    let error = StateSource::named(Path::new("s3://bucket/key")).read().unwrap_err();
    assert_eq!(
        message(&error),
        "cannot read `s3://bucket/key`: this `iac` was built without remote states; install it with `cargo install iac-cli \
         --features remote-state`; or read it with Terraform: `terraform state pull | iac plan --state -`"
    );
    let s3 = backend("s3", &[("bucket", "b"), ("key", "k"), ("access_key", "a")]);
    assert!(StateSource::find(directory(&[]).path(), Some(s3), "default", &|_| None).unwrap().is_pulled());
}

#[cfg(feature = "remote-state")]
mod with_the_feature {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::thread;

    use object_store::Error;

    use super::super::*;

    /// Starts a server with these responses, and returns its address and the requests.
    fn server(answers: Vec<Vec<u8>>) -> (String, thread::JoinHandle<Vec<Vec<String>>>) {
        serve(
            answers
                .into_iter()
                .map(|answer| move |mut stream: TcpStream| stream.write_all(&answer))
                .collect(),
        )
    }

    fn serve<A: FnOnce(TcpStream) -> io::Result<()> + Send + 'static>(
        answers: Vec<A>,
    ) -> (String, thread::JoinHandle<Vec<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = thread::spawn(move || {
            let answer = |answer: A| {
                let (stream, _) = listener.accept().unwrap();
                let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
                let request = lines.take_while(|line| !line.is_empty()).collect();
                // The client may close the connection early.
                let _ = answer(stream);
                request
            };
            answers.into_iter().map(answer).collect()
        });
        (address, asked)
    }

    fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
        let body = body.as_ref();
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n");
        [head.as_bytes(), body].concat()
    }

    /// Returns the response of an object store with an object.
    fn object(body: &str) -> Vec<u8> {
        answer("200 OK", "Last-Modified: Tue, 01 Jan 2030 00:00:00 GMT\r\nETag: \"a\"\r\n", body)
    }

    /// Returns the response of an object store if something is missing.
    fn missing(code: &str) -> Vec<u8> {
        answer("404 Not Found", "", format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code></Error>"))
    }

    fn with(url: String, settings: &[(&str, &str)], workspace: Option<&str>) -> Remote {
        let settings =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Remote { url, settings, workspace: workspace.map(str::to_owned), leftover: None }
    }

    const NO_RETRY: (&str, &str) = ("retry_max", "0");

    #[test]
    fn state_is_read_over_http() {
        let (address, asked) = server(vec![answer("200 OK", "", "{\"version\": 4}")]);
        let url = format!("http://user:hunter2@{address}/states/a%20b%2Fc?ref=main");
        let found = with(url, &[], None).read().unwrap();
        assert_eq!(found.text, b"{\"version\": 4}");
        assert_eq!(found.modified, None);
        let asked = asked.join().unwrap();
        assert_eq!(asked[0][0], "GET /states/a%20b%2Fc?ref=main HTTP/1.1");
        // `user:hunter2`
        let is_header = |line: &String| line.eq_ignore_ascii_case("authorization: Basic dXNlcjpodW50ZXIy");
        assert!(asked[0].iter().any(is_header), "{asked:?}");
    }

    #[test]
    fn settings_and_variables_of_the_http_backend() {
        let (address, asked) = server(vec![object("{}")]);
        let directory = directory(&[]);
        let variable = |name: &str| match name {
            "TF_HTTP_ADDRESS" => Some(format!("http://{address}/a")),
            "TF_HTTP_USERNAME" => Some("other".to_owned()),
            "TF_HTTP_PASSWORD" => Some("hunter2".to_owned()),
            _ => None,
        };
        let block = backend("http", &[("username", "user")]);
        let source = StateSource::find(directory.path(), Some(block), "default", &variable).unwrap();
        let found = source.read().unwrap();
        let expected = format!("http://{address}/a (last modified 2030-01-01 00:00:00 UTC)");
        assert_eq!(found.record(&source, None, None).to_string(), expected);
        let asked = asked.join().unwrap();
        let is_header = |line: &String| line.eq_ignore_ascii_case("authorization: Basic dXNlcjpodW50ZXIy");
        assert!(asked[0].iter().any(is_header), "{asked:?}");
    }

    #[test]
    fn every_way_to_send_a_body_over_http() {
        // `{}` and a newline.
        let gzip =
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\xae\xe5\x02\x00\x06\xb0\xa1\xdd\x03\x00\x00\x00";
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n2\r\n}\n\r\n0\r\n\r\n";
        let until_the_end = "HTTP/1.0 200 OK\r\n\r\n{}\n";
        for bytes in [
            answer("200 OK", "Content-Encoding: gzip\r\n", gzip),
            chunked.as_bytes().to_vec(),
            until_the_end.as_bytes().to_vec(),
        ] {
            let (address, asked) = server(vec![bytes]);
            assert_eq!(with(format!("http://{address}/a"), &[], None).read().unwrap().text, b"{}\n");
            asked.join().unwrap();
        }
    }

    #[test]
    fn empty_response_is_an_absent_state() {
        for (status, body, expected) in [
            ("204 No Content", "", "`http://ADDRESS/a` responds with 204 No Content"),
            ("404 Not Found", "no", "`http://ADDRESS/a` responds with 404 Not Found"),
            ("200 OK", "", "`http://ADDRESS/a` is empty"),
        ] {
            let bytes = || answer(status, "", if status.starts_with("204") { "" } else { body });
            let (address, asked) = server(vec![bytes(), bytes()]);
            let url = format!("http://{address}/a");
            let found = with(url.clone(), &[], Some("default")).read().unwrap();
            assert_eq!(found.absent.unwrap(), expected.replace("ADDRESS", &address));
            // A state given by the user must exist.
            assert!(with(url, &[], None).read().is_err(), "{status}");
            asked.join().unwrap();
        }
    }

    #[test]
    fn failed_requests_are_retried() {
        let (address, asked) = server(vec![answer("503 Service Unavailable", "", ""), object("{}")]);
        let remote = with(format!("http://{address}/a"), &[("retry_wait_min", "0")], None);
        assert_eq!(remote.read().unwrap().text, b"{}");
        assert_eq!(asked.join().unwrap().len(), 2);
    }

    #[test]
    fn download_may_take_long_while_it_progresses() {
        let pieces = |mut stream: TcpStream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")?;
            for byte in *b"{ }\n" {
                thread::sleep(Duration::from_millis(500));
                stream.write_all(&[byte])?;
            }
            Ok(())
        };
        let (address, asked) = serve(vec![pieces]);
        let found = with(format!("http://{address}/a"), &[NO_RETRY], None).read().unwrap();
        assert_eq!(found.text, b"{ }\n");
        asked.join().unwrap();
    }

    #[test]
    fn state_is_read_from_s3_as_the_backend_says() {
        let (address, asked) = server(vec![object("{}"), object("{}")]);
        let endpoint = format!("http://{address}");
        let settings = [
            ("bucket", "acme"),
            ("key", "a/b.tfstate"),
            ("region", "eu-west-1"),
            ("access_key", "AKIA"),
            ("secret_key", "hunter2"),
            ("endpoint", &*endpoint),
        ];
        let directory = directory(&[]);
        let find = |settings: &[(&str, &str)]| {
            StateSource::find(directory.path(), Some(backend("s3", settings)), "dev", &|_| None).unwrap()
        };
        let source = find(&settings);
        let found = source.read().unwrap();
        let expected = "s3://acme/env:/dev/a/b.tfstate (last modified 2030-01-01 00:00:00 UTC)";
        assert_eq!(found.record(&source, None, None).to_string(), expected);
        let source = find(&[&settings[..], &[("workspace_key_prefix", "")]].concat());
        assert_eq!(source.to_string(), "s3://acme/dev/a/b.tfstate");
        assert_eq!(source.read().unwrap().text, b"{}");
        let asked = asked.join().unwrap();
        assert_eq!(asked[0][0], "GET /acme/env%3A/dev/a/b.tfstate HTTP/1.1");
        assert!(asked[0].iter().any(|line| line.contains("Credential=AKIA/")), "{asked:?}");
        assert_eq!(asked[1][0], "GET /acme/dev/a/b.tfstate HTTP/1.1");
    }

    #[test]
    fn missing_object_is_not_a_missing_bucket() {
        let read = |bytes: Vec<u8>, workspace: Option<&str>| {
            let (address, asked) = server(vec![bytes]);
            let endpoint = format!("http://{address}");
            let settings = [("endpoint", &*endpoint), ("access_key", "a"), ("secret_key", "hunter2")];
            let read = with("s3://acme/k".to_owned(), &settings, workspace).read();
            asked.join().unwrap();
            read.map(|found| found.absent.unwrap()).map_err(|error| error.kind.to_string())
        };
        assert_eq!(read(missing("NoSuchKey"), Some("default")).unwrap(), "bucket `acme` has no object `k`");
        let error = read(missing("NoSuchKey"), None).unwrap_err();
        assert_eq!(error, "no state at `s3://acme/k`: bucket `acme` has no object `k`");
        assert_eq!(read(missing("NoSuchKey"), Some("dev")).unwrap_err(), "workspace `dev` does not exist");
        for workspace in [None, Some("default"), Some("dev")] {
            let error = read(missing("NoSuchBucket"), workspace).unwrap_err();
            assert_eq!(error, "bucket `acme` does not exist");
            // The response of a proxy or another service.
            let error = read(answer("404 Not Found", "", "not here"), workspace).unwrap_err();
            assert_eq!(error, "cannot read `s3://acme/k`: the server responded with 404");
        }
        let denied = answer("403 Forbidden", "", "<Error><Code>AccessDenied</Code></Error>");
        assert_eq!(read(denied, Some("default")).unwrap_err(), "access to `s3://acme/k` is denied");
        let elsewhere = answer("301 Moved Permanently", "", "<Error><Code>PermanentRedirect</Code></Error>");
        assert_eq!(
            read(elsewhere, Some("default")).unwrap_err(),
            "cannot read `s3://acme/k`: the bucket is in another region"
        );
    }

    #[test]
    fn missing_container_is_an_error() {
        let read = |code: &str| {
            let source = format!("Server returned non-2xx status code: 404 Not Found: <Code>{code}</Code>");
            let error = Error::NotFound { path: "k".to_owned(), source: source.into() };
            let remote = with("az://acme/k".to_owned(), &[], Some("default"));
            let found = remote.object_error(&error, "acme", "k");
            found.map(|found| found.absent.unwrap()).map_err(|error| error.kind.to_string())
        };
        assert_eq!(read("BlobNotFound").unwrap(), "container `acme` has no object `k`");
        assert_eq!(read("ContainerNotFound").unwrap_err(), "container `acme` does not exist");
    }

    #[test]
    fn state_that_was_not_moved_to_a_remote_backend_is_an_error() {
        let directory = directory(&[("terraform.tfstate", "{}")]);
        let (address, asked) = server(vec![answer("404 Not Found", "", "")]);
        let block = backend("http", &[("address", &format!("http://{address}/a"))]);
        let source = StateSource::find(directory.path(), Some(block), "default", &|_| None).unwrap();
        let text = message(&source.read().unwrap_err());
        assert!(text.starts_with("the backend has no state, but `"), "{text}");
        asked.join().unwrap();
    }

    #[test]
    fn causes_are_named_without_secrets() {
        for (status, expected) in [
            ("401 Unauthorized", "`http://ADDRESS/a` requires credentials"),
            ("403 Forbidden", "access to `http://ADDRESS/a` is denied"),
            ("400 Bad Request", "cannot read `http://ADDRESS/a`: the server responded with 400 Bad Request"),
            ("500 Oh", "cannot read `http://ADDRESS/a`: the server responded with 500 Internal Server Error"),
        ] {
            let (address, asked) = server(vec![answer(status, "", "hunter2")]);
            let settings = [("username", "me"), ("password", "hunter2"), NO_RETRY];
            let error =
                with(format!("http://{address}/a?token=hunter2"), &settings, None).read().unwrap_err();
            assert_eq!(error.kind.to_string(), expected.replace("ADDRESS", &address));
            assert!(!message(&error).contains("hunter2"));
            asked.join().unwrap();
        }
        let said = |url: &str| {
            let error = with(url.to_owned(), &[NO_RETRY], Some("default")).read().unwrap_err();
            assert!(!message(&error).contains("hunter2"));
            error.kind.to_string().rsplit_once("`: ").unwrap().1.to_owned()
        };
        assert_eq!(said("http://user:hunter2@host.invalid/a"), "the host name cannot be resolved");
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert_eq!(said(&format!("http://{closed}/a?token=hunter2")), "the connection was refused");

        let (address, asked) = server(vec![answer("200 OK", "", "")]);
        assert_eq!(said(&format!("https://{address}/a")), "TLS: the handshake failed");
        drop(asked);
        let (address, asked) = server(vec![b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec()]);
        assert_eq!(said(&format!("http://{address}/a")), "the connection was closed prematurely");
        asked.join().unwrap();
        let (address, asked) = serve(vec![|_stream| {
            thread::sleep(Duration::from_secs(2));
            Ok(())
        }]);
        assert_eq!(said(&format!("http://{address}/a")), "the server did not respond within the time limit");
        asked.join().unwrap();
    }

    #[test]
    fn object_urls_need_a_bucket_and_a_key() {
        for url in ["s3://bucket", "s3:///a", "gs://", "http://host", "http:///", "az://a/"] {
            let error = with(url.to_owned(), &[], None).read().unwrap_err();
            assert_eq!(error.kind.to_string(), format!("invalid state URL `{url}`"));
        }
    }
}
