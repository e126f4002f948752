use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;

use super::nginx::LARGE;
use crate::bench::benches::memory;
use crate::bench::benches::server::Server;

/// Prints how much more memory the server takes while 1 GB goes through.
pub(super) fn report(server: &Server, secret: &str) -> anyhow::Result<()> {
    println!("\nMemory of the server while 1 GB is streamed through the gateway");
    let at_rest = memory::resident_mb(server)?;
    let done = AtomicBool::new(false);
    let (highest, took) = thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut highest = 0.0_f64;
            while !done.load(Ordering::Relaxed) {
                highest = highest.max(memory::resident_mb(server).unwrap_or_default());
                thread::sleep(Duration::from_millis(20));
            }
            highest
        });
        let begun = Instant::now();
        let read = download(server, secret);
        done.store(true, Ordering::Relaxed);
        let highest = watch.join().unwrap_or_default();
        ensure!(read? == LARGE, "the answer was cut short");
        Ok((highest, begun.elapsed()))
    })?;
    println!("  {:<26}{at_rest:.1} MB", "at rest");
    println!("  {:<26}{:.1} MB (at most 30)", "more while streaming", highest - at_rest);
    println!("  {:<26}{:.0} MB a second", "speed", LARGE as f64 / 1e6 / took.as_secs_f64());
    Ok(())
}

/// How many bytes the body had.
fn download(server: &Server, secret: &str) -> anyhow::Result<u64> {
    let mut stream = TcpStream::connect(server.address)?;
    write!(
        stream,
        "GET /v1/bench/large HTTP/1.1\r\nhost: bench\r\nconnection: close\r\nauthorization: Bearer {secret}\r\n\r\n"
    )?;
    let (mut head, mut piece) = (Vec::new(), vec![0; 1 << 18]);
    let mut read = 0;
    loop {
        let length = stream.read(&mut piece)?;
        if length == 0 {
            return Ok(read);
        }
        if read > 0 {
            read += length as u64;
            continue;
        }
        head.extend_from_slice(&piece[..length]);
        if let Some(end) = head.windows(4).position(|window| window == b"\r\n\r\n") {
            ensure!(head.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head[..end]));
            read += (head.len() - end - 4) as u64;
        }
    }
}
