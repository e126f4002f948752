//! What the operator decides: flags, each with an environment variable.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};

use crate::domain::catalogue::Catalogue;
use crate::store::{DatabaseUrl, PoolSizes, UrlError};
use crate::upstream::UpstreamUrl;

/// Flags of `serve`.
#[derive(Args, Clone, Debug)]
pub struct ServeArgs {
    /// Address and port to listen on.
    #[arg(long, env = "AUGNO_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,
    /// The URL that people and programs reach this server at, without a path. With https, cookies are
    /// marked secure and browsers are told to insist on https. [default: http:// and the listen address]
    #[arg(long, env = "AUGNO_PUBLIC_URL")]
    pub public_url: Option<PublicUrl>,
    /// A reverse proxy, or a network of them, whose X-Forwarded-For is believed. May be repeated.
    #[arg(long = "trusted-proxy", env = "AUGNO_TRUSTED_PROXIES", value_delimiter = ',', value_parser = parse_network)]
    pub trusted_proxies: Vec<IpNet>,
    /// The API behind this server, such as http://10.0.0.5:8080, to which requests with a good key are passed on.
    #[arg(long, env = "AUGNO_UPSTREAM", requires = "upstream_openapi")]
    pub upstream: Option<UpstreamUrl>,
    /// OpenAPI file (3.0 or 3.1, JSON or YAML) that describes the upstream's operations.
    #[arg(long, env = "AUGNO_UPSTREAM_OPENAPI", requires = "upstream")]
    pub upstream_openapi: Option<PathBuf>,
    /// Longest wait for the upstream to begin its answer, in seconds.
    #[arg(long, env = "AUGNO_UPSTREAM_TIMEOUT", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub upstream_timeout: u64,
    /// How long request logs are kept, in days.
    #[arg(long, env = "AUGNO_LOG_DAYS", default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub log_days: u16,
    #[command(flatten)]
    pub database: DatabaseArgs,
}

/// Where the data lies; shared by every command.
#[derive(Args, Clone, Debug)]
pub struct DatabaseArgs {
    /// PostgreSQL to use (postgres://user@host/database). Without it, a private PostgreSQL is kept under the
    /// data directory.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<SecretString>,
    /// Most connections to PostgreSQL at a time, of this copy of the server.
    #[arg(long, env = "AUGNO_DATABASE_CONNECTIONS", default_value_t = 24,
        value_parser = clap::value_parser!(u16).range(i64::from(PoolSizes::MIN)..=1000))]
    pub database_connections: u16,
    /// Directory of the private PostgreSQL.
    #[arg(long, env = "AUGNO_DATA_DIR", default_value = ".data")]
    pub data_dir: PathBuf,
}

impl DatabaseArgs {
    /// The URL, unless it is empty, as an unset variable often is.
    pub fn given_url(&self) -> Option<Result<DatabaseUrl, UrlError>> {
        let url =
            self.database_url.as_ref().map(ExposeSecret::expose_secret).filter(|url| !url.is_empty())?;
        Some(DatabaseUrl::parse(url, |name| std::env::var(name).ok()))
    }

    pub fn pool_sizes(&self) -> PoolSizes {
        PoolSizes::of(self.database_connections)
    }
}

/// What requests need to know of the configuration.
#[derive(Clone, Debug)]
pub struct Config {
    pub public_url: PublicUrl,
    pub trusted_proxies: Vec<IpNet>,
    pub catalogue: Catalogue,
}

impl Config {
    /// `listening` is the address in use, which tells the port where any was asked for.
    pub fn new(args: &ServeArgs, listening: SocketAddr, catalogue: Catalogue) -> Self {
        let public_url = args
            .public_url
            .clone()
            .unwrap_or_else(|| PublicUrl { secure: false, origin: format!("http://{listening}") });
        Self { public_url, trusted_proxies: args.trusted_proxies.clone(), catalogue }
    }
}

/// Scheme, host and port that the server is reached at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    secure: bool,
    origin: String,
}

impl PublicUrl {
    /// `https://keys.example.com`, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// `keys.example.com`
    pub fn authority(&self) -> &str {
        self.origin.split_once("://").map_or("", |(_, authority)| authority)
    }

    pub fn is_secure(&self) -> bool {
        self.secure
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected a URL without a path, such as https://keys.example.com".to_owned();
        let uri: http::Uri = text.parse().map_err(|_| wrong())?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(wrong()),
        };
        let authority = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
        // As browsers write it in Origin: without the scheme's own port.
        let authority = authority.strip_suffix(if secure { ":443" } else { ":80" }).unwrap_or(authority);
        if authority.is_empty()
            || !authority.is_ascii()
            || authority.contains('@')
            || uri.path() != "/"
            || uri.query().is_some()
        {
            return Err(wrong());
        }
        let scheme = if secure { "https" } else { "http" };
        Ok(Self { secure, origin: format!("{scheme}://{}", authority.to_lowercase()) })
    }
}

fn parse_network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "expected an address or a network, such as 10.0.0.5 or 10.0.0.0/8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_urls_are_origins() {
        let url: PublicUrl = "https://Keys.Example.com".parse().unwrap();
        assert_eq!((url.origin(), url.is_secure()), ("https://keys.example.com", true));
        assert_eq!("http://127.0.0.1:3000/".parse::<PublicUrl>().unwrap().origin(), "http://127.0.0.1:3000");
        for text in ["", "keys.example.com", "ftp://x", "https://x/path", "https://x/?q", "https://u:p@x"] {
            assert!(text.parse::<PublicUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn networks_are_addresses_or_ranges() {
        assert!(parse_network("10.0.0.5").is_ok() && parse_network("10.0.0.0/8").is_ok());
        assert!(parse_network("proxy").is_err());
    }
}
