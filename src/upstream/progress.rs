//! Bodies that tell when they last moved, or insist on moving.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep};

/// When a body last moved.
#[derive(Clone, Debug)]
pub struct Progress {
    begun: Instant,
    /// Since it began.
    moved_ms: Arc<AtomicU64>,
    failed: Arc<AtomicBool>,
}

impl Progress {
    pub fn begin() -> Self {
        Self { begun: Instant::now(), moved_ms: Arc::default(), failed: Arc::default() }
    }

    /// Whether the body broke off on its way to us.
    pub fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    pub fn last(&self) -> Instant {
        self.begun + Duration::from_millis(self.moved_ms.load(Ordering::Relaxed))
    }

    fn note(&self) {
        let ms = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.moved_ms.store(ms, Ordering::Relaxed);
    }
}

/// Passes a body on and notes each piece.
pub struct ProgressBody {
    pub inner: Body,
    pub progress: Progress,
}

impl HttpBody for ProgressBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Err(_))) => self.progress.failed.store(true, Ordering::Relaxed),
            Poll::Ready(_) => self.progress.note(),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// An answer of known length, which breaks off where it does not move for too long.
pub struct SteadyBody {
    first: Option<Frame<Bytes>>,
    inner: Incoming,
    longest_wait: Duration,
    /// Runs while nothing comes.
    patience: Option<Pin<Box<Sleep>>>,
}

impl SteadyBody {
    pub fn new(first: Frame<Bytes>, inner: Incoming, longest_wait: Duration) -> Self {
        Self { first: Some(first), inner, longest_wait, patience: None }
    }
}

impl HttpBody for SteadyBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        if let Some(first) = this.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        if let Poll::Ready(next) = Pin::new(&mut this.inner).poll_frame(cx) {
            this.patience = None;
            return Poll::Ready(next.map(|next| next.map_err(Into::into)));
        }
        let patience = this.patience.get_or_insert_with(|| Box::pin(tokio::time::sleep(this.longest_wait)));
        ready!(patience.as_mut().poll(cx));
        Poll::Ready(Some(Err("the upstream stopped in the middle of its answer".into())))
    }
}

/// The body of an answer that has none, which says nothing of a length: an answer to HEAD is not empty.
pub struct NoBody;

impl HttpBody for NoBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }
}
