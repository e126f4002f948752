use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::run::{command, run_quietly};
use crate::workspace;

const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of the small answer.
const SMALL: usize = 1024;
/// Bytes of the large one. A file with nothing in it: it takes no room.
pub(super) const LARGE: u64 = 1 << 30;

/// nginx as the upstream, and as the peer: a proxy before it without any check. Stops when this is dropped.
#[derive(Debug)]
pub(super) struct Nginx {
    upstream: u16,
    proxy: u16,
    child: Child,
}

impl Nginx {
    pub(super) fn start(program: &Path) -> anyhow::Result<Nginx> {
        let dir = workspace::scratch().join("bench/nginx");
        fs::create_dir_all(&dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
        File::create(dir.join("large"))?.set_len(LARGE)?;
        let (upstream, proxy) = (free_port()?, free_port()?);
        let config = dir.join("nginx.conf");
        fs::write(&config, settings(&dir, upstream, proxy))?;
        let log = dir.join("error.log");
        let mut nginx = command(program);
        nginx.arg("-c").arg(&config).arg("-e").arg(&log);
        let child = nginx.stdin(Stdio::null()).spawn().context("cannot run nginx")?;
        let nginx = Nginx { upstream, proxy, child };
        nginx.wait(&log)?;
        Ok(nginx)
    }

    fn wait(&self, log: &PathBuf) -> anyhow::Result<()> {
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.proxy)).is_err() {
            if begun.elapsed() > PATIENCE {
                bail!("nginx did not start:\n{}", fs::read_to_string(log).unwrap_or_default());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    pub(super) fn upstream_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.upstream)
    }

    pub(super) fn proxy_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.proxy)
    }

    pub(super) fn stop(mut self) -> anyhow::Result<()> {
        self.shut_down()
    }

    fn shut_down(&mut self) -> anyhow::Result<()> {
        if self.child.try_wait()?.is_none() {
            run_quietly(command("kill").arg("-TERM").arg(self.child.id().to_string()))?;
            self.child.wait()?;
        }
        Ok(())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Whatever went wrong before is told already.
        let _ = self.shut_down();
    }
}

fn settings(dir: &Path, upstream: u16, proxy: u16) -> String {
    let (dir, small) = (dir.display(), "x".repeat(SMALL));
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {dir}/{kind};"))
        .join(" ");
    format!(
        "daemon off; pid {dir}/pid; worker_processes 2;
        events {{ worker_connections 1024; }}
        http {{
            access_log off; keepalive_requests 100000000; {temporary}
            upstream bench {{ server 127.0.0.1:{upstream}; keepalive 128; keepalive_requests 100000000; }}
            server {{
                listen 127.0.0.1:{upstream};
                location = /v1/bench/small {{ default_type application/json; return 200 '{small}'; }}
                location = /v1/bench/large {{ alias {dir}/large; }}
            }}
            server {{
                listen 127.0.0.1:{proxy};
                location / {{
                    proxy_pass http://bench; proxy_http_version 1.1; proxy_set_header Connection '';
                }}
            }}
        }}"
    )
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}
