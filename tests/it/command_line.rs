//! The program itself, as operators start and stop it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use augno_api_keys::domain::id::RequestId;
use sqlx::PgPool;

use crate::app::{EMAIL, TestApp, database_url};

/// Longest wait for a process to say or do something.
const PATIENCE: Duration = Duration::from_secs(30);

#[sqlx::test]
async fn sigterm_finishes_running_requests_and_ends_well(db: PgPool) {
    let mut server = Running::start(&db).await;
    let mut running = server.connect();
    running
        .write_all(b"POST /login HTTP/1.1\r\nhost: keys.example\r\nconnection: close\r\ncontent-length: 17\r\ncontent-type: application/x-www-form-urlencoded\r\n\r\nemail=a")
        .unwrap();
    // An answer on another connection, made later, tells that the first one was accepted.
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    server.signal("TERM");
    server.said("finishing running requests");
    running.write_all(b"&password=").unwrap();
    let mut answer = String::new();
    running.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(server.ended().success());
}

#[sqlx::test]
async fn an_idle_connection_keeps_nobody_from_stopping(db: PgPool) {
    let mut server = Running::start(&db).await;
    let mut idle = server.connect();
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    server.signal("INT");
    assert!(server.ended().success());
    assert_eq!(idle.read(&mut [0; 1]).unwrap(), 0);
}

#[sqlx::test]
async fn the_first_start_prints_a_link_that_opens_setup(db: PgPool) {
    let server = Running::start(&db).await;
    let link = server.said("/setup?token=");
    let path = link.trim().split_once(&server.address).unwrap().1.to_owned();
    assert!(server.get(&path).starts_with("HTTP/1.1 200"));
    // A link made later replaces it.
    let another = program(&db).args(["setup-link"]).output().unwrap();
    assert!(another.status.success(), "{another:?}");
    assert!(server.get(&path).starts_with("HTTP/1.1 410"));
}

#[sqlx::test]
async fn a_member_added_on_the_command_line_signs_in(db: PgPool) {
    let (app, _) = TestApp::with_admin(&db).await;
    let add = |email: &str, role: &str| {
        let args = ["member", "add", "--email", email, "--role", role];
        with_input(program(&db).args(args), "a password of bob\n")
    };
    let added = add("bob@acme.example", "viewer");
    assert!(added.status.success(), "{added:?}");
    let bob = app.browser();
    assert_eq!(bob.try_sign_in("bob@acme.example", "a password of bob").await.status, 303);

    fails(&add(EMAIL, "Viewer"), "A member with this email address exists already.");
    fails(&add("eve@acme.example", "Owner"), "There is no role named Owner.");
    let short = with_input(program(&db).args(["member", "add", "--email", "x@y.z"]), "short\n");
    fails(&short, "Choose a password of at least 12 characters.");
    fails(&program(&db).arg("setup-link").output().unwrap(), "There is an account already.");
}

#[sqlx::test]
async fn what_keeps_it_from_starting_is_one_sentence(db: PgPool) {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    fails(
        &program(&db).args(["serve", "--listen", &address]).output().unwrap(),
        "is taken by another program.",
    );

    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let unreachable = "postgres://augno@127.0.0.1:9/augno";
    fails(
        &program(&db).arg("migrate").env("DATABASE_URL", unreachable).output().unwrap(),
        "The database at 127.0.0.1:9 cannot be reached",
    );
    fails(
        &program(&db).args(serve).env("DATABASE_URL", "mysql://x").output().unwrap(),
        "DATABASE_URL is not a PostgreSQL address.",
    );

    sqlx::query(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (9999, 'of a later version', true, '\\x00', 0)",
    )
    .execute(&db)
    .await
    .unwrap();
    fails(&program(&db).args(serve).output().unwrap(), "another or newer version of this program");
}

#[sqlx::test]
async fn a_mistake_in_the_upstreams_description_is_named_and_stops_the_start(db: PgPool) {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), r#"{"openapi": "3.0.0", "paths": {"/v1/a": {"get": {}}}}"#).unwrap();
    let flags =
        ["serve", "--listen", "127.0.0.1:0", "--upstream", "http://127.0.0.1:9", "--upstream-openapi"];
    let output = program(&db).args(flags).arg(file.path()).output().unwrap();
    fails(&output, "paths./v1/a.get");
    fails(&output, &file.path().display().to_string());
    let missing = program(&db).args(flags).arg("/nowhere.json").output().unwrap();
    fails(&missing, "/nowhere.json cannot be used");
}

#[sqlx::test]
async fn every_request_that_was_answered_has_its_row_when_the_server_is_killed(db: PgPool) {
    let (_, admin) = TestApp::with_admin(&db).await;
    let secret = admin.create_key().await.secret;
    let server = Running::start(&db).await;
    let answered = Arc::new(Mutex::new(Vec::<String>::new()));
    let load: Vec<_> = (0..8)
        .map(|_| {
            let (address, secret, answered) = (server.address.clone(), secret.clone(), answered.clone());
            thread::spawn(move || keep_asking(&address, &secret, &answered))
        })
        .collect();
    let begun = Instant::now();
    while answered.lock().unwrap().len() < 200 {
        assert!(begun.elapsed() < PATIENCE, "no answers");
        thread::sleep(Duration::from_millis(5));
    }
    server.signal("KILL");
    load.into_iter().for_each(|asking| asking.join().unwrap());
    let answered = answered.lock().unwrap().clone();
    let ids: Vec<_> = answered.iter().map(|id| id.parse::<RequestId>().unwrap().uuid()).collect();
    let rows: i64 =
        sqlx::query_scalar("select count(*) from request_log where id = any($1) and status_code = 200")
            .bind(&ids)
            .fetch_one(&db)
            .await
            .unwrap();
    assert_eq!(rows, i64::try_from(ids.len()).unwrap());
}

#[sqlx::test]
async fn a_server_that_slept_through_a_revocation_does_not_go_by_what_it_knew(db: PgPool) {
    let (app, admin) = TestApp::with_admin(&db).await;
    app.state.secrets.forget().await;
    let key = admin.create_key().await;
    let server = Running::start(&db).await;
    assert!(server.whoami(&key.secret).starts_with("HTTP/1.1 200"));
    let begun = Instant::now();
    while app.count("lease where until > now() and revision >= 0").await < 1 {
        assert!(begun.elapsed() < PATIENCE, "no lease");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(server.whoami(&key.secret).starts_with("HTTP/1.1 200"));
    server.signal("STOP");
    let begun = Instant::now();
    assert_eq!(admin.revoke(&key, "").await.status, 200);
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    server.signal("CONT");
    let answer = server.whoami(&key.secret);
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("api_key_revoked"), "{answer}");
}

/// Asks on one connection until it breaks, and notes the id of each answer that came whole.
fn keep_asking(address: &str, secret: &str, answered: &Mutex<Vec<String>>) {
    let Ok(mut stream) = TcpStream::connect(address) else { return };
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    loop {
        let request =
            format!("GET /v1/auth/whoami HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {secret}\r\n\r\n");
        if stream.write_all(request.as_bytes()).is_err() {
            return;
        }
        let (mut id, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if !matches!(answers.read_line(&mut line), Ok(1..)) {
                return;
            }
            let line = line.trim_end().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("x-request-id: ") {
                id = value.to_owned();
            } else if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().unwrap();
            } else if line.is_empty() {
                break;
            }
        }
        if answers.read_exact(&mut vec![0; length]).is_err() {
            return;
        }
        answered.lock().unwrap().push(id);
    }
}

/// It ends with an error that is one line and holds this.
fn fails(output: &Output, sentence: &str) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.trim_end().lines().count() == 1 && said.contains(sentence), "{said}");
}

/// The program, on the test's own database.
fn program(db: &PgPool) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_augno-api-keys"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AUGNO_")) {
        command.env_remove(name);
    }
    command.env("DATABASE_URL", database_url(db)).stdin(Stdio::null());
    command
}

fn with_input(command: &mut Command, input: &str) -> Output {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// A server that was started, and what it has said.
struct Running {
    process: Child,
    address: String,
    output: Arc<Mutex<String>>,
}

impl Running {
    async fn start(db: &PgPool) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let mut process = program(db)
            .args(["serve", "--listen", &address])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = Arc::default();
        keep(process.stdout.take().unwrap(), &output);
        keep(process.stderr.take().unwrap(), &output);
        let server = Self { process, address, output };
        server.said("listening");
        server
    }

    fn whoami(&self, secret: &str) -> String {
        let mut stream = self.connect();
        let request = format!(
            "GET /v1/auth/whoami HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {secret}\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn connect(&self) -> TcpStream {
        let begun = Instant::now();
        loop {
            match TcpStream::connect(&self.address) {
                Ok(stream) => {
                    stream.set_read_timeout(Some(PATIENCE)).unwrap();
                    return stream;
                }
                Err(error) => assert!(begun.elapsed() < PATIENCE, "{error}"),
            }
        }
    }

    /// The whole answer.
    fn get(&self, path: &str) -> String {
        let mut stream = self.connect();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: keys.example\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// The line that holds `what`, once it has been said.
    fn said(&self, what: &str) -> String {
        let begun = Instant::now();
        loop {
            let output = self.output.lock().unwrap().clone();
            if let Some(line) = output.lines().find(|line| line.contains(what)) {
                return line.to_owned();
            }
            assert!(begun.elapsed() < PATIENCE, "{output}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.process.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    fn ended(&mut self) -> std::process::ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Keeps what a stream says.
fn keep(stream: impl Read + Send + 'static, output: &Arc<Mutex<String>>) {
    let output = output.clone();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut output = output.lock().unwrap();
            output.push_str(&line);
            output.push('\n');
        }
    });
}
