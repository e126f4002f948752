//! A way to the test's database over TCP that can be stopped, cut and opened again.

use std::net::SocketAddr;
use std::path::PathBuf;

use augno_api_keys::store::{DatabaseUrl, PoolSizes, Pools};
use sqlx::PgPool;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

/// What becomes of what is sent over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Open,
    /// Nothing gets through, and nobody is told: a network that swallows everything.
    Stalled,
    /// Connections end at once, and no other lasts.
    Cut,
}

/// Runs until it is dropped.
pub struct Proxy {
    address: SocketAddr,
    way: watch::Sender<Way>,
    user: String,
    database: String,
}

impl Proxy {
    pub async fn before(db: &PgPool) -> Self {
        let options = db.connect_options();
        let folder = options.get_socket().cloned().unwrap_or_else(|| PathBuf::from(options.get_host()));
        let socket = folder.join(format!(".s.PGSQL.{}", options.get_port()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (way, seen) = watch::channel(Way::Open);
        tokio::spawn(async move {
            let mut ended = seen.clone();
            loop {
                let client = tokio::select! {
                    accepted = listener.accept() => accepted.unwrap().0,
                    () = dropped(&mut ended) => return,
                };
                tokio::spawn(pass(client, socket.clone(), seen.clone()));
            }
        });
        let database = options.get_database().unwrap().to_owned();
        Self { address, way, user: options.get_username().to_owned(), database }
    }

    pub fn set(&self, way: Way) {
        self.way.send_replace(way);
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn url(&self) -> String {
        format!("postgres://{}@{}/{}?sslmode=disable", self.user, self.address, self.database)
    }

    /// A server's connections over it.
    pub fn pools(&self) -> Pools {
        let url = DatabaseUrl::parse(&self.url(), |_| None).unwrap();
        Pools::new(url, PoolSizes { requests: 10, workers: 4 })
    }
}

async fn dropped(way: &mut watch::Receiver<Way>) {
    while way.changed().await.is_ok() {}
}

async fn pass(client: TcpStream, socket: PathBuf, way: watch::Receiver<Way>) {
    if *way.borrow() == Way::Cut {
        return;
    }
    client.set_nodelay(true).unwrap();
    let Ok(server) = UnixStream::connect(socket).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    tokio::select! {
        () = pump(&mut from_client, &mut to_server, way.clone()) => {}
        () = pump(&mut from_server, &mut to_client, way) => {}
    }
}

/// Ends with either side, with the proxy, or when the way is cut.
async fn pump(
    from: &mut (impl AsyncReadExt + Unpin),
    to: &mut (impl AsyncWriteExt + Unpin),
    mut way: watch::Receiver<Way>,
) {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        if way.wait_for(|way| *way != Way::Stalled).await.is_err() || *way.borrow() == Way::Cut {
            return;
        }
        let read = tokio::select! {
            read = from.read(&mut buffer) => read,
            changed = way.changed() => if changed.is_ok() { continue } else { return },
        };
        match read {
            Ok(read) if read > 0 => {
                // What came while it was being stalled is held back.
                if way.wait_for(|way| *way != Way::Stalled).await.is_err()
                    || to.write_all(&buffer[..read]).await.is_err()
                {
                    return;
                }
            }
            _ => return,
        }
    }
}
