//! A server that answers when the test says so: what replaces waiting.

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
};

/// A server whose requests wait.
pub(crate) struct Gate {
    pub(crate) url: String,
    arrivals: Receiver<Waiting>,
}

/// A request that waits.
pub(crate) struct Waiting(TcpStream);

impl Gate {
    pub(crate) fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let (sender, arrivals) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                // A whole request, so that whoever sent it has nothing to do now but wait.
                if sender.send(Waiting(read_head(stream.unwrap()))).is_err() {
                    return;
                }
            }
        });
        Self { url, arrivals }
    }

    /// Waits for the next request.
    pub(crate) fn next(&self) -> Waiting {
        self.arrivals.recv().unwrap()
    }
}

impl Waiting {
    /// Answers it.
    pub(crate) fn release(mut self) {
        self.0.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\ndone").unwrap();
    }
}

fn read_head(mut stream: TcpStream) -> TcpStream {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        assert_eq!(stream.read(&mut byte).unwrap(), 1);
        head.extend(byte);
    }
    stream
}
