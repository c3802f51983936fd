//! A minimal server for Terraform's `http` backend: it serves a state and records the requests.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A server with a state.
pub(crate) struct Server {
    pub(crate) address: String,
    /// The methods of the requests, in order.
    methods: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn new(state: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/state", listener.local_addr().unwrap());
        let methods = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&methods);
        // It runs until the process ends.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let method = answer(&stream.unwrap(), &state);
                seen.lock().unwrap().extend(method);
            }
        });
        Self { address, methods }
    }

    /// Returns `true` if there were requests other than reads.
    pub(crate) fn was_written(&self) -> bool {
        self.methods.lock().unwrap().iter().any(|method| method != "GET")
    }
}

fn answer(mut stream: &TcpStream, state: &str) -> Option<String> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let method = line.split(' ').next()?.to_owned();
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = if method == "GET" { state } else { "" };
    let size = body.len();
    write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n{body}").ok()?;
    Some(method)
}
