//! A small HTTP/1.1 client that keeps its connection. It shares the machine with what it measures, so it does
//! as little as it can: it writes bytes that are ready and reads a status and a length.

use anyhow::{Context as _, Result, bail};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// More headers than any answer here has.
const MOST_HEADERS: usize = 32;

/// One connection.
pub(crate) struct Client {
    stream: TcpStream,
    received: Vec<u8>,
}

/// What matters of an answer's head.
struct Head {
    status: u16,
    /// Of the head itself.
    length: usize,
    body: usize,
}

impl Client {
    /// Connects.
    pub(crate) async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await.context("the app does not listen")?;
        // A client that waits for more to send would be measured instead of the app.
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and reads all of its answer; gives the status.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Result<u16> {
        self.received.clear();
        self.stream.write_all(request).await?;
        let head = loop {
            self.read().await?;
            if let Some(head) = head(&self.received)? {
                break head;
            }
        };
        while self.received.len() < head.length + head.body {
            self.read().await?;
        }
        Ok(head.status)
    }

    /// How large the answer was, in KB.
    pub(crate) fn weight(&self) -> f64 {
        u32::try_from(self.received.len()).map_or(f64::INFINITY, |bytes| f64::from(bytes) / 1_000.0)
    }

    /// Whether the answer holds this text, in its head or body.
    pub(crate) fn holds(&self, text: &str) -> bool {
        text.is_empty() || self.received.windows(text.len()).any(|window| window == text.as_bytes())
    }

    async fn read(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.received).await? == 0 {
            bail!("the app closed the connection in the middle of an answer");
        }
        Ok(())
    }
}

fn head(received: &[u8]) -> Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = response.parse(received)? else {
        return Ok(None);
    };
    let status = response.code.context("an answer without a status")?;
    let body = response
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .map(|header| std::str::from_utf8(header.value)?.parse().context("a wrong content-length"))
        .transpose()?;
    let body = match body {
        Some(body) => body,
        None if status == 204 || status == 304 => 0,
        None => bail!("an answer without content-length: {}", String::from_utf8_lossy(received)),
    };
    Ok(Some(Head { status, length, body }))
}
