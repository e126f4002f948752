//! An answer whose last byte waits for its row.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use hyper::body::Frame;

use super::{Entry, Unwritten};

type Error = Box<dyn std::error::Error + Send + Sync>;
type Commit = Pin<Box<dyn Future<Output = Result<(), Unwritten>> + Send>>;

/// Passes an answer on as it comes. Where the head told its length, the piece with the last byte is held back until
/// the row is committed; else the end is, which has bytes of its own on the wire. Where it has none, the last piece is.
pub struct LoggedBody {
    inner: Body,
    /// A piece that was taken already.
    first: Option<Frame<Bytes>>,
    /// Bytes still to come, where that is known.
    remaining: Option<u64>,
    /// Whether each piece waits for the next: any may be the last.
    holds_one: bool,
    /// `None` once its row is on its way.
    entry: Option<Entry>,
    commit: Option<Commit>,
    held: Option<Frame<Bytes>>,
    ended: bool,
}

impl LoggedBody {
    /// An answer that comes in one piece is logged before its head; then both leave together.
    pub async fn begin(mut entry: Entry, mut inner: Body, headers: &HeaderMap) -> Result<Body, Unwritten> {
        let length =
            headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let Some(length): Option<u64> = length else {
            return Ok(Body::new(Self::of(entry, inner, None, None)));
        };
        let first = match inner.frame().await {
            Some(Ok(first)) => first,
            Some(Err(error)) => {
                entry.broken();
                return Ok(Body::new(Broken(Some(error.into()))));
            }
            None => {
                entry.commit().await?;
                return Ok(Body::empty());
            }
        };
        match first.into_data() {
            Ok(data) if data.len() as u64 == length => {
                entry.commit().await?;
                Ok(Body::from(data))
            }
            Ok(data) => Ok(Body::new(Self::of(entry, inner, Some(Frame::data(data)), Some(length)))),
            Err(frame) => Ok(Body::new(Self::of(entry, inner, Some(frame), Some(length)))),
        }
    }

    fn of(entry: Entry, inner: Body, first: Option<Frame<Bytes>>, remaining: Option<u64>) -> Self {
        let holds_one = remaining.is_none() && entry.ends_with_connection();
        let entry = Some(entry);
        Self { inner, first, remaining, holds_one, entry, commit: None, held: None, ended: false }
    }

    /// Holds this back, begins to commit.
    fn finish(&mut self, held: Option<Frame<Bytes>>) {
        self.held = held;
        if let Some(mut entry) = self.entry.take() {
            self.commit = Some(Box::pin(async move { entry.commit().await }));
        }
    }

    /// Whether this piece has the last byte.
    fn is_last(&mut self, frame: &Frame<Bytes>) -> bool {
        let Some(data) = frame.data_ref() else { return true };
        let Some(remaining) = &mut self.remaining else { return false };
        *remaining = remaining.saturating_sub(data.len() as u64);
        *remaining == 0
    }
}

impl HttpBody for LoggedBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        loop {
            if let Some(commit) = &mut this.commit {
                let committed = ready!(commit.as_mut().poll(cx));
                this.commit = None;
                this.ended = true;
                return Poll::Ready(match committed {
                    Ok(()) => this.held.take().map(Ok),
                    // The connection breaks off: the client can tell that the answer is not whole.
                    Err(_) => Some(Err("the request log cannot be written".into())),
                });
            }
            if this.ended {
                return Poll::Ready(None);
            }
            let next = match this.first.take() {
                Some(first) => Some(Ok(first)),
                None => ready!(Pin::new(&mut this.inner).poll_frame(cx)),
            };
            match next {
                Some(Ok(frame)) if this.is_last(&frame) => {
                    // Only trailers come last where each piece is held, and a connection that ends has none.
                    let last = if this.holds_one { this.held.take() } else { Some(frame) };
                    this.finish(last);
                }
                Some(Ok(frame)) => {
                    let passed = if this.holds_one { this.held.replace(frame) } else { Some(frame) };
                    if let Some(frame) = passed {
                        return Poll::Ready(Some(Ok(frame)));
                    }
                }
                None => {
                    let held = this.held.take();
                    this.finish(held);
                }
                Some(Err(error)) => {
                    this.ended = true;
                    if let Some(mut entry) = this.entry.take() {
                        entry.broken();
                    }
                    return Poll::Ready(Some(Err(error.into())));
                }
            }
        }
    }
}

/// An answer that broke off before its first byte.
struct Broken(Option<Error>);

impl HttpBody for Broken {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Poll::Ready(self.0.take().map(Err))
    }
}
