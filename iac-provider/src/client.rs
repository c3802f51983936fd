//! Provider calls over gRPC.

use std::io;
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes};
use http::uri::PathAndQuery;
use hyper_util::rt::TokioIo;
use prost::Message;
use tonic::Status;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::{Channel, Endpoint, Uri};
use tower::service_fn;

use crate::error::ClientError;
use crate::handshake::{Address, Handshake};
use crate::process::Process;

/// The time a provider gets to exit after its connection broke.
const EXIT_TIMEOUT: Duration = Duration::from_secs(2);

/// The calls of the protocol; their names differ between its two versions.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Method {
    Schema,
    Configure,
    ValidateResource,
    ValidateData,
    Upgrade,
    Move,
    Plan,
    Read,
    Call,
}

impl Method {
    pub(crate) fn name(self, protocol: u8) -> &'static str {
        match (self, protocol) {
            (Self::Schema, 5) => "GetSchema",
            (Self::Schema, _) => "GetProviderSchema",
            (Self::Configure, 5) => "Configure",
            (Self::Configure, _) => "ConfigureProvider",
            (Self::ValidateResource, 5) => "ValidateResourceTypeConfig",
            (Self::ValidateResource, _) => "ValidateResourceConfig",
            (Self::ValidateData, 5) => "ValidateDataSourceConfig",
            (Self::ValidateData, _) => "ValidateDataResourceConfig",
            (Self::Upgrade, _) => "UpgradeResourceState",
            (Self::Move, _) => "MoveResourceState",
            (Self::Plan, _) => "PlanResourceChange",
            (Self::Read, _) => "ReadDataSource",
            (Self::Call, _) => "CallFunction",
        }
    }
}

/// A running provider.
pub(crate) struct Client {
    process: Process,
    grpc: Grpc<Channel>,
    pub(crate) protocol: u8,
}

impl Client {
    /// Connects to a provider that has just started.
    pub(crate) async fn connect(process: Process, handshake: Handshake) -> Result<Self, ClientError> {
        // The address is not used: the connector below opens the connection.
        let endpoint = Endpoint::from_static("http://provider")
            .initial_connection_window_size(8 * 1024 * 1024)
            .initial_stream_window_size(8 * 1024 * 1024);
        let channel =
            match handshake.address {
                #[cfg(unix)]
                Address::Unix(path) => {
                    endpoint
                        .connect_with_connector(service_fn(move |_: Uri| {
                            let path = path.clone();
                            async move {
                                io::Result::Ok(TokioIo::new(tokio::net::UnixStream::connect(path).await?))
                            }
                        }))
                        .await
                }
                #[cfg(not(unix))]
                Address::Unix(_) => {
                    return Err(ClientError::Connect(
                        "this platform does not support Unix domain sockets".to_owned(),
                    ));
                }
                Address::Tcp(address) => {
                    endpoint
                        .connect_with_connector(service_fn(move |_: Uri| {
                            let address = address.clone();
                            async move {
                                io::Result::Ok(TokioIo::new(tokio::net::TcpStream::connect(address).await?))
                            }
                        }))
                        .await
                }
            };
        let channel = channel.map_err(|error| ClientError::Connect(chain(&error)))?;
        let grpc = Grpc::new(channel).max_decoding_message_size(usize::MAX);
        Ok(Self { process, grpc, protocol: handshake.protocol })
    }

    /// Decodes the answer to a call.
    pub(crate) fn answer<Answer: Message + Default>(
        &self,
        method: Method,
        answer: Bytes,
    ) -> Result<Answer, ClientError> {
        let method = method.name(self.protocol);
        Answer::decode(answer).map_err(|error| ClientError::Answer { method, reason: error.to_string() })
    }

    /// Makes a call with encoded messages.
    pub(crate) async fn call_raw(
        &self,
        method: Method,
        request: Bytes,
        limit: Duration,
    ) -> Result<Bytes, ClientError> {
        let name = method.name(self.protocol);
        let path = format!("/tfplugin{}.Provider/{name}", self.protocol);
        let path = PathAndQuery::try_from(path).expect("a valid path");
        let mut grpc = self.grpc.clone();
        let call = async {
            grpc.ready().await.map_err(|error| Status::unavailable(chain(&error)))?;
            grpc.unary(tonic::Request::new(request), path, BytesCodec).await
        };
        match tokio::time::timeout(limit, call).await {
            Ok(Ok(response)) => Ok(response.into_inner()),
            Ok(Err(status)) => {
                // A status sent by the provider has no source; one created by the transport does.
                let broken =
                    std::error::Error::source(&status).is_some() || status.code() == tonic::Code::Unavailable;
                if broken && self.process.has_ended(EXIT_TIMEOUT).await {
                    return Err(ClientError::Crashed { stderr: self.process.last_output() });
                }
                Err(ClientError::Refused { method: name, message: status.message().to_owned() })
            }
            Err(_) => Err(ClientError::Deadline(limit)),
        }
    }
}

/// Formats an error with its sources.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}

/// A codec that passes messages as bytes: callers encode and decode them, and the cache stores them as they are.
#[derive(Clone, Copy, Default)]
struct BytesCodec;

impl Codec for BytesCodec {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for BytesCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for BytesCodec {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}
