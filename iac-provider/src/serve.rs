//! A provider that answers from knowledge, in place of the provider's binary: for tests of configurations with Terraform
//! itself, offline.
//!
//! Terraform connects to it if the environment variable [`REATTACH`] says so, and then needs neither `terraform init` nor the
//! binary. It checks a configuration against the schemas, calls the validation of the knowledge, and plans.

mod answers;
mod encode;

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{env, fs, io, process};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::combinators::WithTrailers;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use iac_plan::plan::Table;
use tokio::net::UnixListener;
use tokio::runtime::Runtime;

use self::answers::{Answers, Refusal};

/// The environment variable that makes Terraform connect to running providers.
pub const REATTACH: &str = "TF_REATTACH_PROVIDERS";

/// The version of the plugin protocol, which has nested attributes.
const PROTOCOL: u8 = 6;
/// Schemas are nested deeply.
const STACK: usize = 32 * 1024 * 1024;

/// A running provider that answers from a table. It ends when the value is dropped.
///
/// ```no_run
/// use std::process::Command;
///
/// use iac_plan::plan::Table;
/// use iac_plan::schema::KnowledgeFiles;
/// use iac_provider::serve::{REATTACH, Stub, reattach};
///
/// # fn knowledge() -> KnowledgeFiles { unimplemented!() }
/// let stub = Stub::start(Table::new(knowledge()))?;
/// Command::new("terraform").arg("validate").env(REATTACH, reattach([&stub])).status()?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Stub {
    source: String,
    socket: PathBuf,
    _runtime: Runtime,
}

impl Stub {
    /// Starts a provider in this process.
    ///
    /// # Errors
    ///
    /// Returns the error of creating its socket or its threads.
    pub fn start(table: Table) -> io::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);

        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let socket = env::temp_dir().join(format!("iac-stub-{}-{number}", process::id()));
        // An earlier process may have had the same number.
        let _ = fs::remove_file(&socket);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_stack_size(STACK)
            .enable_all()
            .build()?;
        let listener = {
            let _context = runtime.enter();
            UnixListener::bind(&socket)?
        };
        let source = table.knowledge().source().to_owned();
        runtime.spawn(accept(listener, Arc::new(Answers::new(table))));
        Ok(Self { source, socket, _runtime: runtime })
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.socket);
    }
}

/// Returns the value of [`REATTACH`] for running providers.
#[must_use]
pub fn reattach<'a>(stubs: impl IntoIterator<Item = &'a Stub>) -> String {
    let each = |stub: &Stub| {
        let description = serde_json::json!({
            "Protocol": "grpc",
            "ProtocolVersion": PROTOCOL,
            "Pid": process::id(),
            // Terraform then does not end this process.
            "Test": true,
            "Addr": { "Network": "unix", "String": stub.socket },
        });
        (stub.source.clone(), description)
    };
    serde_json::Value::Object(stubs.into_iter().map(each).collect()).to_string()
}

/// Serves each connection, which has a configuration of its own.
async fn accept(listener: UnixListener, answers: Arc<Answers>) {
    for connection in 0_u64.. {
        let Ok((stream, _)) = listener.accept().await else { return };
        let answers = Arc::clone(&answers);
        let service = service_fn(move |request| answer(request, Arc::clone(&answers), connection));
        tokio::spawn(
            http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service),
        );
    }
}

type Body = WithTrailers<Full<Bytes>, std::future::Ready<Option<Result<HeaderMap, Infallible>>>>;

/// Answers a call. Each message has a prefix of five bytes, four of which are the length.
async fn answer(
    request: Request<Incoming>,
    answers: Arc<Answers>,
    connection: u64,
) -> Result<Response<Body>, Infallible> {
    let path = request.uri().path().to_owned();
    let body = request.into_body().collect().await.map(http_body_util::Collected::to_bytes);
    let (_, method) = path.rsplit_once('/').unwrap_or_default();
    let message = body.unwrap_or_default();
    let answered = answers.answer(method, message.get(5..).unwrap_or_default(), connection);
    let (status, content) = match answered {
        Ok(content) => ("0", content),
        Err(Refusal::Invalid) => ("3", Bytes::new()),
        Err(Refusal::Unimplemented) => ("12", Bytes::new()),
    };
    let mut framed = Vec::with_capacity(content.len() + 5);
    if status == "0" {
        framed.push(0);
        framed.extend(u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes());
        framed.extend(content);
    }
    let trailers = HeaderMap::from_iter([(
        http::HeaderName::from_static("grpc-status"),
        HeaderValue::from_static(status),
    )]);
    let body = Full::new(Bytes::from(framed)).with_trailers(std::future::ready(Some(Ok(trailers))));
    let mut response = Response::new(body);
    let content_type = HeaderValue::from_static("application/grpc");
    response.headers_mut().insert(http::header::CONTENT_TYPE, content_type);
    Ok(response)
}
