//! A PostgreSQL of the test's own, reached over TCP with TLS alone.

use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use private_postgres::{Cluster, Purpose};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, SanType};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Stops when it is dropped.
pub struct TlsServer {
    /// The address that its certificate names, and another one.
    pub named: Ipv4Addr,
    pub unnamed: Ipv4Addr,
    /// The authority that signed its certificate, and one that signed nothing.
    pub authority: PathBuf,
    pub stranger: PathBuf,
    _cluster: Cluster,
    _folder: tempfile::TempDir,
}

impl TlsServer {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // The user that runs PostgreSQL has to get in.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let data = folder.path().join("data");
        let cluster = Cluster::start_for(&data, Purpose::Tests, &mut |_| {}).unwrap();
        // An address of this machine that no other server listens at.
        let [_, _, one, other] = std::process::id().to_be_bytes();
        let (named, unnamed) = (Ipv4Addr::new(127, 77, one, other), Ipv4Addr::new(127, 78, one, other));

        let (authority, issuer) = make_authority();
        let (stranger, _) = make_authority();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.subject_alt_names.push(SanType::IpAddress(named.into()));
        let certificate = params.signed_by(&key, &issuer).unwrap();

        let mut sql = PgConnection::connect(cluster.url()).await.unwrap();
        let hba = "local all all trust\nhostssl all all 127.0.0.0/8 trust\n";
        for (name, text) in [
            ("server.crt", certificate.pem()),
            ("server.key", key.serialize_pem()),
            ("pg_hba.conf", hba.to_owned()),
        ] {
            let kept: sqlx::postgres::types::Oid = sqlx::query_scalar("select lo_from_bytea(0, $1)")
                .bind(text.into_bytes())
                .fetch_one(&mut sql)
                .await
                .unwrap();
            let write = format!("select lo_export($1, current_setting('data_directory') || '/{name}')");
            sqlx::query(AssertSqlSafe(write)).bind(kept).execute(&mut sql).await.unwrap();
        }
        let set = format!(
            "copy (select) to program 'chmod 600 server.key';
            alter system set listen_addresses = '{named},{unnamed}';
            alter system set ssl = on"
        );
        for statement in set.split(';') {
            sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut sql).await.unwrap();
        }
        sql.close().await.unwrap();
        cluster.stop().unwrap();
        let cluster = Cluster::start_for(&data, Purpose::Tests, &mut |_| {}).unwrap();

        let write = |name: &str, pem: String| {
            let file = folder.path().join(name);
            std::fs::write(&file, pem).unwrap();
            file
        };
        let (authority, stranger) = (write("authority.pem", authority), write("stranger.pem", stranger));
        Self { named, unnamed, authority, stranger, _cluster: cluster, _folder: folder }
    }
}

fn make_authority() -> (String, Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    (pem, Issuer::new(params, key))
}
