//! PgBouncer in front of the database: in session mode all works, in transaction mode the start is refused.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use augno_api_keys::store::{self, DatabaseUrl, OpenError, PoolSizes};
use sqlx::PgPool;

use crate::app::{TestApp, config};

/// Stops when it is dropped.
struct PgBouncer {
    process: Child,
    url: DatabaseUrl,
    _folder: tempfile::TempDir,
}

impl PgBouncer {
    async fn before(db: &PgPool, pool_mode: &str) -> Self {
        let options = db.connect_options();
        let socket = options.get_socket().cloned().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        // As root it changes to the user who may enter the folder of the socket.
        let owner = Command::new("stat").args(["-c", "%U"]).arg(&socket).output().unwrap().stdout;
        let owner = String::from_utf8(owner).unwrap();
        let user = if is_root() { format!("user = {owner}") } else { String::new() };
        let (database, role) = (options.get_database().unwrap(), options.get_username());
        let settings = format!(
            "[databases]\n{database} = host={} port={} user={role}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {pool_mode}\n\
             default_pool_size = 40\n{user}\n",
            socket.display(),
            options.get_port(),
        );
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, settings).unwrap();
        // Debian keeps it off the path of ordinary users.
        let start = |program| {
            let mut pgbouncer = Command::new(program);
            pgbouncer.arg("--quiet").arg(&file).stdin(Stdio::null()).stderr(Stdio::null()).spawn()
        };
        let process = start("pgbouncer").or_else(|_| start("/usr/sbin/pgbouncer"));
        let process = process.expect("pgbouncer is missing: on Debian, apt-get install pgbouncer");
        let begun = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(begun.elapsed() < Duration::from_secs(10), "pgbouncer does not listen");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let url = format!("postgres://{role}@127.0.0.1:{port}/{database}");
        Self { process, url: DatabaseUrl::parse(&url, |_| None).unwrap(), _folder: folder }
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn is_root() -> bool {
    String::from_utf8_lossy(&Command::new("id").arg("-u").output().unwrap().stdout).trim() == "0"
}

const SIZES: PoolSizes = PoolSizes { requests: 8, workers: 2 };

#[sqlx::test]
async fn where_sessions_are_kept_everything_works_as_it_comes(db: PgPool) {
    let pooler = PgBouncer::before(&db, "session").await;
    let pools = store::open(pooler.url.clone(), SIZES).await.unwrap();
    let app = TestApp::over(&db, pools, config("http://keys.example"), None);
    let admin = app.sign_up().await;
    let key = admin.create_key().await;
    for _ in 0..20 {
        assert_eq!(app.whoami(&key.secret).await.0, 200);
    }
    assert_eq!(admin.revoke(&key, "").await.status, 200);
    assert_eq!(app.whoami(&key.secret).await, (401, "api_key_revoked".to_owned()));
    assert_eq!(app.count("request_log").await, 21);
}

#[sqlx::test]
async fn where_sessions_change_hands_the_start_is_refused(db: PgPool) {
    for mode in ["transaction", "statement"] {
        let pooler = PgBouncer::before(&db, mode).await;
        let refused = store::open(pooler.url.clone(), SIZES).await.unwrap_err();
        assert!(!refused.may_pass(), "{mode}: {refused}");
        if mode == "transaction" {
            assert!(matches!(refused, OpenError::SharedSessions), "{refused}");
        }
    }
}
