//! A fake provider with one resource type, which plans the proposed value.

use std::convert::Infallible;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};

/// Runs until it is terminated.
pub(crate) fn run() {
    let own = PathBuf::from(std::env::args().next().expect("a program has a name"));
    let directory = own.parent().expect("it lies in a directory").to_owned();
    let word = own.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let started = OpenOptions::new().append(true).create(true).open(directory.join("started"));
    writeln!(started.unwrap(), "{}", std::process::id()).unwrap();
    match word.as_str() {
        "ends" => return eprintln!("no license"),
        "prints" => return println!("usage: something else"),
        _ => {}
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(serve(&directory, word));
}

async fn serve(directory: &Path, word: String) {
    let socket = directory.join("socket");
    drop(std::fs::remove_file(&socket));
    let listener = tokio::net::UnixListener::bind(&socket).unwrap();
    let version = if word == "version-6" { 6 } else { 5 };
    println!("1|{version}|unix|{}|grpc|", socket.display());
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let word = word.clone();
        let service = service_fn(move |request| answer(request, word.clone(), version));
        tokio::spawn(
            http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service),
        );
    }
}

/// Answers a call. Each message has a prefix of five bytes, four of which are the length.
async fn answer(
    request: Request<Incoming>,
    word: String,
    version: u8,
) -> Result<Response<http_body_util::combinators::WithTrailers<Full<Bytes>, Trailers>>, Infallible> {
    let path = request.uri().path().to_owned();
    let message =
        request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    if word == "flood" {
        eprintln!("{}", "flood ".repeat(100_000));
    }
    let (service, method) = path.trim_start_matches('/').split_once('/').unwrap_or_default();
    assert_eq!(service, format!("tfplugin{version}.Provider"));
    let content = match method {
        "GetSchema" if version == 5 => schema(),
        "GetProviderSchema" if version == 6 => schema(),
        "PlanResourceChange" => plan(&message).await,
        _ => Vec::new(),
    };
    let mut framed = vec![0];
    framed.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
    framed.extend(content);
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", "0".parse().unwrap());
    let trailers: Trailers = std::future::ready(Some(Ok(trailers)));
    let body = Full::new(Bytes::from(framed)).with_trailers(trailers);
    Ok(Response::builder().header("content-type", "application/grpc").body(body).unwrap())
}

type Trailers = std::future::Ready<Option<Result<HeaderMap, Infallible>>>;

/// Encodes a field of bytes.
fn field(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag << 3 | 2];
    let mut length = content.len();
    while length > 0x7f {
        bytes.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    bytes.push(u8::try_from(length).unwrap());
    bytes.extend(content);
    bytes
}

fn attribute(name: &str, flag: u8) -> Vec<u8> {
    field(2, &[field(1, name.as_bytes()), field(2, br#""string""#), vec![flag << 3, 1]].concat())
}

fn schema() -> Vec<u8> {
    let optional =
        field(2, &[field(1, b"secret"), field(2, br#""string""#), vec![5 << 3, 1, 7 << 3, 1]].concat());
    let block = [attribute("id", 6), attribute("name", 4), optional].concat();
    let thing = [field(1, b"fake_thing"), field(2, &field(2, &block))].concat();
    [field(1, &field(2, b"")), field(2, &thing)].concat()
}

/// Plans the proposed value, with an unknown ID.
async fn plan(message: &[u8]) -> Vec<u8> {
    let says = |word: &str| message.windows(word.len()).any(|part| part == word.as_bytes());
    if says("panic") {
        eprintln!("panic: it was told to\n\ngoroutine 1 [running]:");
        std::process::exit(2);
    }
    if says("slow") {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    // The proposed value is field 3, a message with a field of its own.
    let start = message.windows(2).position(|part| part[0] == 3 << 3 | 2).expect("something is proposed") + 2;
    let value = &message[start + 2..start + 2 + usize::from(message[start + 1])];
    let id = value.windows(4).position(|part| part == b"\xa2id\xc0").expect("the id is null") + 3;
    let planned = [&value[..id], &[0xd4, 0, 0], &value[id + 1..]].concat();
    let path = field(1, &field(1, b"name"));
    [field(1, &field(1, &planned)), field(2, &path)].concat()
}
