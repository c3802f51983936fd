//! A configured provider, whose process is started on first use and restarted after a crash.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Mutex;

use crate::client::{Client, Method};
use crate::error::ClientError;
use crate::messages::{Diagnostic, DiagnosticsResponse};
use crate::process::Process;

/// The time a provider gets to start; a large binary may have to be read from a slow disk.
const START_LIMIT: Duration = Duration::from_secs(60);

/// Everything needed to start a provider.
#[derive(Clone)]
pub(crate) struct Launcher {
    pub(crate) path: PathBuf,
    pub(crate) environment: Vec<(OsString, OsString)>,
}

impl Launcher {
    /// Starts an unconfigured provider.
    pub(crate) async fn start(&self) -> Result<Client, ClientError> {
        let (process, handshake) = Process::start(&self.path, &self.environment, START_LIMIT).await?;
        Client::connect(process, handshake).await
    }
}

/// A provider with a configuration.
pub(crate) struct Instance {
    launcher: Launcher,
    /// The request that configures it.
    pub(crate) configure: Bytes,
    state: Mutex<State>,
}

enum State {
    Idle,
    Running(Arc<Client>),
    /// It failed to start, and would fail again.
    Failed(Arc<ClientError>),
}

impl Instance {
    pub(crate) fn new(launcher: Launcher, configure: Bytes) -> Self {
        Self { launcher, configure, state: Mutex::new(State::Idle) }
    }

    /// Returns the running provider, and starts it if necessary. `spare` is a running, unconfigured one.
    pub(crate) async fn client(
        &self,
        spare: impl FnOnce() -> Option<Client>,
    ) -> Result<Arc<Client>, Arc<ClientError>> {
        let mut state = self.state.lock().await;
        match &*state {
            State::Running(client) => Ok(Arc::clone(client)),
            State::Failed(error) => Err(Arc::clone(error)),
            State::Idle => match self.start(spare()).await {
                Ok(client) => {
                    let client = Arc::new(client);
                    *state = State::Running(Arc::clone(&client));
                    Ok(client)
                }
                Err(error) => {
                    let error = Arc::new(error);
                    *state = State::Failed(Arc::clone(&error));
                    Err(error)
                }
            },
        }
    }

    async fn start(&self, spare: Option<Client>) -> Result<Client, ClientError> {
        let client = match spare {
            Some(client) => client,
            None => self.launcher.start().await?,
        };
        let answer = client.call_raw(Method::Configure, self.configure.clone(), START_LIMIT).await?;
        let answer: DiagnosticsResponse = client.answer(Method::Configure, answer)?;
        match first_error(&answer.diagnostics) {
            Some(error) => Err(ClientError::Provider {
                summary: format!("the provider rejected its configuration: {}", error.summary),
                detail: error.detail.clone(),
            }),
            None => Ok(client),
        }
    }

    /// Forgets a crashed provider, unless it has been restarted already.
    pub(crate) async fn forget(&self, crashed: &Arc<Client>) {
        let mut state = self.state.lock().await;
        if matches!(&*state, State::Running(client) if Arc::ptr_eq(client, crashed)) {
            *state = State::Idle;
        }
    }
}

/// Returns the first diagnostic that is an error.
pub(crate) fn first_error(diagnostics: &[Diagnostic]) -> Option<&Diagnostic> {
    diagnostics.iter().find(|diagnostic| diagnostic.severity != 2)
}
