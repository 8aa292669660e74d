//! Bodies that are read or handed over whole.

use spin_sdk::wasip3::http::types::{ErrorCode, Trailers};
use spin_sdk::wasip3::wit_stream;
use spin_sdk::wit_bindgen::{self, FutureReader, StreamReader, StreamResult};

const PIECE: usize = 64 * 1024;

/// Why a body is not there whole.
pub(super) enum Unread {
    /// It is larger than the limit: the rest of it.
    TooLarge(StreamReader<u8>),
    /// It broke off.
    BrokeOff(ErrorCode),
}

/// Reads a body of at most `limit` bytes.
pub(super) async fn whole(
    mut stream: StreamReader<u8>,
    trailers: FutureReader<Result<Option<Trailers>, ErrorCode>>,
    limit: usize,
) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    loop {
        let (result, piece) = stream.read(Vec::with_capacity(PIECE)).await;
        bytes.extend_from_slice(&piece);
        if bytes.len() > limit {
            return Err(Unread::TooLarge(stream));
        }
        if matches!(result, StreamResult::Dropped | StreamResult::Cancelled) {
            break;
        }
    }
    drop(stream);
    trailers.await.map_err(Unread::BrokeOff)?;
    Ok(bytes)
}

/// Reads on, at most so many bytes, and throws them away.
pub(super) async fn exhaust(mut stream: StreamReader<u8>, most: usize) {
    let mut read = 0;
    while read < most {
        let (result, piece) = stream.read(Vec::with_capacity(PIECE)).await;
        if matches!(result, StreamResult::Dropped | StreamResult::Cancelled) {
            break;
        }
        read += piece.len();
    }
}

/// A stream of these bytes.
///
/// They are offered in the turn that returns the answer, which then ends by waiting: the host finds head and body and
/// sends them together. Did it end by giving way, Spin would send the head alone, and the body some 40 ms later, when
/// the client has acknowledged the head.
pub(super) fn stream_of(bytes: Vec<u8>) -> StreamReader<u8> {
    let (mut writer, reader) = wit_stream::new();
    wit_bindgen::spawn(async move {
        // What is left over belongs to somebody who did not want to read all of it.
        drop(writer.write_all(bytes).await);
    });
    // A request gives way when all of its tasks were polled and none is done. This one is.
    wit_bindgen::spawn(async {});
    reader
}
