//! Connections: accepted, answered, let go when they dawdle, and finished when the server stops.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::Front;

/// Longest wait for the head of a request, from when the connection is ready for it. Longer than proxies keep an
/// idle connection (nginx 60 s), so that it is the proxy that closes it and no request meets a closed one.
const LONGEST_HEAD: Duration = Duration::from_secs(75);

/// Largest head of a request, in bytes.
const MAX_HEAD: usize = 64 * 1024;

/// Rest after a connection could not be accepted, as when there are too many open files.
const REST: Duration = Duration::from_secs(1);

/// Answers until `stop` resolves, then finishes the requests that are under way, for at most `grace` or
/// until `stop` resolves again. What is left then is given up, and has been when this resolves.
pub async fn serve(listener: TcpListener, front: Front, grace: Duration, mut stop: impl AsyncFnMut()) {
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            // One that has ended leaves the set.
            Some(_) = connections.join_next() => continue,
            () = stop() => break,
        };
        match accepted {
            Ok((stream, peer)) => answer(stream, peer, front.clone(), &graceful, &mut connections),
            // One that left before it was accepted harms nobody else.
            Err(error) if is_of_the_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "connections cannot be accepted");
                tokio::time::sleep(REST).await;
            }
        }
    }
    tracing::info!("stopping: finishing running requests");
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(grace) => tracing::warn!("some requests did not finish in time"),
        () = stop() => tracing::warn!("stopping at once"),
    }
    connections.shutdown().await;
}

fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    front: Front,
    graceful: &GracefulShutdown,
    connections: &mut JoinSet<()>,
) {
    // Without it the last packet of an answer waits 40 ms for an acknowledgement.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "nodelay could not be set");
    }
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let front = front.clone();
        async move { Ok::<_, Infallible>(front.answer(request.map(Body::new)).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(LONGEST_HEAD)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    connections.spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection ended early");
        }
    });
}

fn is_of_the_connection(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
