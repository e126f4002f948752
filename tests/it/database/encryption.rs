//! TLS as libpq's sslmode says, by rustls.

use augno_api_keys::store::{self, Concern, DatabaseUrl, OpenError, PoolSizes, Pools};

use super::server::TlsServer;

const SIZES: PoolSizes = PoolSizes { requests: 2, workers: 1 };

async fn open(url: &str, environment: &[(&str, &str)]) -> Result<Pools, OpenError> {
    let env = |name: &str| {
        environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    store::open(DatabaseUrl::parse(url, env).unwrap(), SIZES).await
}

#[tokio::test]
async fn each_mode_asks_for_what_it_says() {
    let server = TlsServer::start().await;
    let (authority, stranger) = (server.authority.display(), server.stranger.display());
    let by = |address: std::net::Ipv4Addr, more: &str| format!("postgres://augno@{address}/augno?{more}");
    let named = |more: &str| by(server.named, more);

    // The server takes nothing in clear.
    let refused = open(&named("sslmode=disable"), &[]).await.unwrap_err();
    assert!(matches!(refused, OpenError::Refused { .. }), "{refused}");
    for url in [
        named(""),
        named("sslmode=allow"),
        named("sslmode=require"),
        named(&format!("sslmode=require&sslrootcert={authority}")),
        named(&format!("sslmode=verify-ca&sslrootcert={authority}")),
        named(&format!("sslmode=verify-full&sslrootcert={authority}")),
        by(server.unnamed, &format!("sslmode=verify-ca&sslrootcert={authority}")),
    ] {
        let pools = open(&url, &[]).await.unwrap_or_else(|error| panic!("{url}: {error}"));
        let encrypted: bool = sqlx::query_scalar("select ssl from pg_stat_ssl where pid = pg_backend_pid()")
            .fetch_one(&pools.requests)
            .await
            .unwrap();
        assert!(encrypted, "{url}");
        assert_eq!(pools.concerns, [Concern::NoFsync], "{url}");
    }
    for url in [
        named("sslmode=verify-full"),
        named("sslrootcert=system"),
        named(&format!("sslmode=verify-ca&sslrootcert={stranger}")),
        named(&format!("sslmode=require&sslrootcert={stranger}")),
        named(&format!("sslmode=verify-full&sslrootcert={stranger}")),
        by(server.unnamed, &format!("sslmode=verify-full&sslrootcert={authority}")),
    ] {
        let refused = open(&url, &[]).await.unwrap_err();
        assert!(matches!(refused, OpenError::Unencrypted { .. }) && !refused.may_pass(), "{url}: {refused}");
    }

    let authority = authority.to_string();
    let in_environment = [("PGSSLMODE", "verify-full"), ("PGSSLROOTCERT", authority.as_str())];
    assert!(open(&named(""), &in_environment).await.is_ok());
    assert!(open(&named(""), &in_environment[..1]).await.is_err());
    assert!(open(&named("sslmode=require"), &in_environment[..1]).await.is_ok(), "the URL goes first");
}
