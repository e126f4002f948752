//! The URL of the database as libpq takes it (PostgreSQL's manual, "Connection URIs"): several hosts, sockets,
//! percent-encoding, parameters. What cannot be read is told without any part of it, for any part may be of the password.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use sqlx::postgres::PgConnectOptions;

/// Longest wait for one host to take a connection, unless the URL says otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Shortest and longest that the URL can say.
const CONNECT_TIMEOUTS: std::ops::RangeInclusive<u64> = 1..=60;

/// Where a PostgreSQL may be.
#[derive(Clone)]
pub struct Target {
    /// `db.internal:5432`, or the folder of a socket.
    pub name: String,
    pub options: PgConnectOptions,
    pub encryption: Encryption,
}

/// Whether what is said to a host is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// A socket of this machine.
    NotNeeded,
    Off,
    /// Where the host offers it.
    Offered,
    Required,
}

/// Options hold the password.
impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

/// What the URL says.
#[derive(Clone, Debug)]
pub struct DatabaseUrl {
    /// At least one, in the order in which they are tried.
    pub targets: Vec<Target>,
    /// Longest wait for one of them.
    pub connect_timeout: Duration,
}

/// Why a URL cannot be taken. One sentence each, for the terminal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    #[error("DATABASE_URL is not a PostgreSQL address. It looks like postgres://user@host/database.")]
    NotPostgres,
    #[error(
        "DATABASE_URL cannot be read: {0}. Percent-encode signs in the user and the password: @ as %40, : as %3A, \
         / as %2F, ? as %3F, # as %23, % as %25."
    )]
    Unreadable(&'static str),
    #[error("DATABASE_URL has the parameter {0}, which this program does not know. Take it out.")]
    UnknownParameter(String),
    #[error("DATABASE_URL or the environment asks for {0}, which this program does not do. Take it out.")]
    NotDone(String),
    #[error("{0} must be {1}.")]
    BadValue(&'static str, &'static str),
}

/// One host of a row, as it is written.
#[derive(Clone, Debug, Default)]
struct Host {
    host: Option<String>,
    port: Option<String>,
}

/// What is read before targets are made of it.
#[derive(Default)]
struct Said {
    user: Option<String>,
    password: Option<String>,
    hosts: Vec<Host>,
    hostaddr: Option<String>,
    database: Option<String>,
    sslmode: Option<String>,
    connect_timeout: Option<String>,
    /// Those that sqlx takes as they are.
    passed_on: Vec<(&'static str, String)>,
}

impl DatabaseUrl {
    /// Reads a URL. `env` looks up libpq's variables, for what the URL leaves open.
    pub fn parse(url: &str, env: impl Fn(&str) -> Option<String>) -> Result<Self, UrlError> {
        let scheme = ["postgres://", "postgresql://"].into_iter().find_map(|scheme| url.strip_prefix(scheme));
        let rest = scheme.ok_or(UrlError::NotPostgres)?;
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = place.split_once('/').unwrap_or((place, ""));
        let mut said = Said::default();
        said.read_authority(authority)?;
        if database.contains(['/', '@']) {
            return Err(UrlError::Unreadable("the name of the database holds a / or @"));
        }
        said.database = decoded(database)?.filter(|name| !name.is_empty());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            // An @ that stands raw behind the host may be the one before the host, after a password with a ? in it.
            let known = said.read_parameter(pair);
            known.map_err(|error| if query.contains('@') { misplaced_at() } else { error })?;
        }
        said.look_up(&env)?;
        said.targets()
    }

    /// All names, for people.
    pub fn names(&self) -> String {
        self.targets.iter().map(|target| target.name.as_str()).collect::<Vec<_>>().join(", ")
    }
}

fn misplaced_at() -> UrlError {
    UrlError::Unreadable("an @ stands behind the host")
}

/// Text with its percent-encoding taken away.
fn decoded(text: &str) -> Result<Option<String>, UrlError> {
    let bytes = text.as_bytes();
    let is_escape = |at: usize| {
        let digits = bytes.get(at + 1..at + 3).unwrap_or_default();
        digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit)
    };
    if bytes.iter().enumerate().any(|(at, byte)| *byte == b'%' && !is_escape(at)) {
        return Err(UrlError::Unreadable("a % stands by itself"));
    }
    let text = percent_decode_str(text).decode_utf8();
    let text = text.map_err(|_| UrlError::Unreadable("what it percent-encodes is not UTF-8"))?;
    if text.contains('\0') {
        return Err(UrlError::Unreadable("it holds a zero byte"));
    }
    Ok(Some(text.into_owned()))
}

impl Said {
    fn read_authority(&mut self, authority: &str) -> Result<(), UrlError> {
        let (who, hosts) = match authority.split_once('@') {
            Some((_, hosts)) if hosts.contains('@') => {
                return Err(UrlError::Unreadable("there is more than one @ before the host"));
            }
            Some((who, hosts)) => (Some(who), hosts),
            None => (None, authority),
        };
        if let Some(who) = who {
            let (user, password) = who.split_once(':').map_or((who, None), |(user, pw)| (user, Some(pw)));
            if password.is_some_and(|password| password.contains(':')) {
                return Err(UrlError::Unreadable("the password holds a :"));
            }
            self.user = decoded(user)?.filter(|user| !user.is_empty());
            self.password = password.map(decoded).transpose()?.flatten();
        }
        if hosts.is_empty() {
            return Ok(());
        }
        for host in hosts.split(',') {
            let wrong = || UrlError::Unreadable("a host is not a name or an address, with a port or without");
            let (host, port) = match host.strip_prefix('[') {
                Some(address) => {
                    let (address, port) = address.split_once(']').ok_or_else(wrong)?;
                    let port =
                        if port.is_empty() { None } else { Some(port.strip_prefix(':').ok_or_else(wrong)?) };
                    (address, port)
                }
                None => host.split_once(':').map_or((host, None), |(host, port)| (host, Some(port))),
            };
            let host = decoded(host)?.filter(|host| !host.is_empty());
            self.hosts.push(Host { host, port: port.map(str::to_owned) });
        }
        Ok(())
    }

    fn read_parameter(&mut self, pair: &str) -> Result<(), UrlError> {
        let (name, value) = pair.split_once('=').ok_or(UrlError::Unreadable("a parameter has no ="))?;
        let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let name = decoded(name)?.filter(|name| is_name(name));
        let name = name.ok_or(UrlError::Unreadable("a parameter's name is not one"))?;
        let value = decoded(value)?.unwrap_or_default();
        let one_of = |known: &[&str]| {
            if known.contains(&value.as_str()) { Ok(()) } else { Err(UrlError::NotDone(name.clone())) }
        };
        match name.as_str() {
            "user" => self.user = Some(value),
            "password" => self.password = Some(value),
            "dbname" => self.database = Some(value),
            "host" => self.set_hosts(&value),
            "hostaddr" => self.hostaddr = Some(value),
            "port" => self.set_ports(&value),
            "sslmode" => self.sslmode = Some(value),
            "sslrootcert" => self.passed_on.push(("sslrootcert", value)),
            "sslcert" => self.passed_on.push(("sslcert", value)),
            "sslkey" => self.passed_on.push(("sslkey", value)),
            "options" => self.passed_on.push(("options", value)),
            "application_name" | "fallback_application_name" => {
                self.passed_on.push(("application_name", value));
            }
            "connect_timeout" => self.connect_timeout = Some(value),
            // The server writes, so it looks for the host that can be written to, whichever of these is said.
            "target_session_attrs" => one_of(&["any", "read-write", "primary"])?,
            // What this program does anyway, or need not do.
            "load_balance_hosts" => one_of(&["disable"])?,
            "ssl_min_protocol_version" => one_of(&["TLSv1", "TLSv1.1", "TLSv1.2"])?,
            "sslsni" => one_of(&["1"])?,
            "sslcompression" => one_of(&["0"])?,
            "channel_binding" | "gssencmode" => one_of(&["disable", "prefer"])?,
            "client_encoding" => one_of(&["auto", "UTF8", "utf8", "UTF-8", "utf-8"])?,
            "keepalives"
            | "keepalives_idle"
            | "keepalives_interval"
            | "keepalives_count"
            | "tcp_user_timeout" => {}
            "passfile"
            | "service"
            | "require_auth"
            | "requirepeer"
            | "krbsrvname"
            | "gsslib"
            | "gssdelegation"
            | "sslcrl"
            | "sslcrldir"
            | "sslpassword"
            | "sslcertmode"
            | "sslnegotiation"
            | "ssl_max_protocol_version"
            | "replication" => return Err(UrlError::NotDone(name)),
            _ => return Err(UrlError::UnknownParameter(name)),
        }
        Ok(())
    }

    fn set_hosts(&mut self, list: &str) {
        let ports: Vec<_> = self.hosts.iter().map(|host| host.port.clone()).collect();
        let hosts = list.split(',').enumerate().map(|(at, host)| Host {
            host: Some(host.to_owned()).filter(|host| !host.is_empty()),
            port: ports.get(at).or(ports.first()).cloned().flatten(),
        });
        self.hosts = hosts.collect();
    }

    /// One for all, or one for each host.
    fn set_ports(&mut self, list: &str) {
        let ports: Vec<&str> = list.split(',').collect();
        if self.hosts.is_empty() {
            self.hosts.push(Host::default());
        }
        for (at, host) in self.hosts.iter_mut().enumerate() {
            host.port = ports.get(at).or(ports.first()).map(|port| (*port).to_owned());
        }
    }

    /// Fills in what the environment says. sqlx looks up the user, the password and the database by itself.
    fn look_up(&mut self, env: &impl Fn(&str) -> Option<String>) -> Result<(), UrlError> {
        let env = |name: &str| env(name).filter(|value| !value.is_empty());
        if self.hosts.iter().all(|host| host.host.is_none())
            && let Some(hosts) = env("PGHOST")
        {
            self.set_hosts(&hosts);
        }
        if self.hosts.iter().all(|host| host.port.is_none())
            && let Some(ports) = env("PGPORT")
        {
            self.set_ports(&ports);
        }
        self.hostaddr = self.hostaddr.take().or_else(|| env("PGHOSTADDR"));
        self.sslmode = self.sslmode.take().or_else(|| env("PGSSLMODE"));
        self.connect_timeout = self.connect_timeout.take().or_else(|| env("PGCONNECT_TIMEOUT"));
        if !self.passes_on("sslrootcert")
            && let Some(file) = env("PGSSLROOTCERT")
        {
            self.passed_on.push(("sslrootcert", file));
        }
        let not_done = ["PGREQUIREAUTH", "PGSSLCRL", "PGSSLCRLDIR", "PGSERVICE", "PGSSLNEGOTIATION"];
        if let Some(name) = not_done.into_iter().find(|name| env(name).is_some()) {
            return Err(UrlError::NotDone(name.to_owned()));
        }
        if let Some(attributes) = env("PGTARGETSESSIONATTRS") {
            let known = ["any", "read-write", "primary"].contains(&attributes.as_str());
            known
                .then_some(())
                .ok_or(UrlError::BadValue("PGTARGETSESSIONATTRS", "any, read-write or primary"))?;
        }
        Ok(())
    }

    fn passes_on(&self, name: &str) -> bool {
        self.passed_on.iter().any(|(known, _)| *known == name)
    }

    fn targets(mut self) -> Result<DatabaseUrl, UrlError> {
        let connect_timeout = match self.connect_timeout.take() {
            None => CONNECT_TIMEOUT,
            Some(text) => {
                let wrong = UrlError::BadValue("connect_timeout", "a number of seconds");
                let seconds: u64 = text.trim().parse().map_err(|_| wrong)?;
                // Libpq waits for ever at 0, which nobody who waits for a page can.
                let seconds = if seconds == 0 { *CONNECT_TIMEOUTS.end() } else { seconds };
                Duration::from_secs(seconds.clamp(*CONNECT_TIMEOUTS.start(), *CONNECT_TIMEOUTS.end()))
            }
        };
        if self.hosts.is_empty() {
            self.hosts.push(Host::default());
        }
        if let Some(addresses) = self.hostaddr.take() {
            self.set_hosts(&addresses);
        }
        let targets = self.hosts.iter().map(|host| self.target(host)).collect::<Result<_, _>>()?;
        Ok(DatabaseUrl { targets, connect_timeout })
    }

    fn target(&self, host: &Host) -> Result<Target, UrlError> {
        let port: u16 = match host.port.as_deref().filter(|port| !port.is_empty()) {
            None => 5432,
            Some(port) => port.parse().map_err(|_| UrlError::Unreadable("a port is not a number"))?,
        };
        let mut url = SafeUrl::of_port(port);
        if let Some(host) = &host.host {
            let is_a_place = !host.contains('@')
                && !host.contains(char::is_whitespace)
                && (host.starts_with('/') || !host.contains('/'));
            is_a_place
                .then_some(())
                .ok_or(UrlError::Unreadable("a host is not a name, an address or a folder"))?;
            url.push("host", host);
        }
        for (name, value) in [("user", &self.user), ("password", &self.password), ("dbname", &self.database)]
        {
            if let Some(value) = value {
                url.push(name, value);
            }
        }
        let system_roots_only = self.passed_on.contains(&("sslrootcert", "system".to_owned()));
        for (name, value) in &self.passed_on {
            if !(system_roots_only && *name == "sslrootcert") {
                url.push(name, value);
            }
        }
        let options = url.options()?;
        let is_socket = options.get_socket().is_some() || options.get_host().starts_with('/');
        let mode =
            self.sslmode.as_deref().unwrap_or(if system_roots_only { "verify-full" } else { "prefer" });
        if system_roots_only && !is_socket && mode != "verify-full" {
            // What is checked by authorities that anybody can ask says nothing without the name.
            return Err(UrlError::BadValue("sslmode", "verify-full where sslrootcert is system"));
        }
        if mode == "verify-ca" && !is_socket && !self.passes_on("sslrootcert") {
            return Err(UrlError::BadValue(
                "sslrootcert",
                "the file of an authority where sslmode is verify-ca",
            ));
        }
        let (mode, encryption) = match mode {
            "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full" if is_socket => {
                ("disable", Encryption::NotNeeded)
            }
            "disable" => ("disable", Encryption::Off),
            // Encrypted wherever the host offers it.
            "allow" | "prefer" => ("prefer", Encryption::Offered),
            // Libpq checks the certificate where it was told by what.
            "require" if self.passes_on("sslrootcert") => ("verify-ca", Encryption::Required),
            "require" => ("require", Encryption::Required),
            "verify-ca" => ("verify-ca", Encryption::Required),
            "verify-full" => ("verify-full", Encryption::Required),
            _ => {
                let modes = "disable, allow, prefer, require, verify-ca or verify-full";
                return Err(UrlError::BadValue("sslmode", modes));
            }
        };
        url.push("sslmode", mode);
        let mut options = url.options()?;
        if system_roots_only {
            // Or else the variable's file would be taken.
            options = options.ssl_root_cert_from_pem(Vec::new());
        }
        if options.get_application_name().is_none() {
            options = options.application_name("augno-api-keys");
        }
        let name = match options.get_socket() {
            Some(folder) => folder.display().to_string(),
            None => format!("{}:{port}", options.get_host()),
        };
        // Poolers refuse the parameter, and no number of ours has digits to spare.
        Ok(Target { name, options: options.extra_float_digits(None), encryption })
    }
}

/// A URL that any parser reads alike.
struct SafeUrl(String);

impl SafeUrl {
    fn of_port(port: u16) -> Self {
        Self(format!("postgres:///?port={port}"))
    }

    fn push(&mut self, name: &str, value: &str) {
        self.0.push_str(&format!("&{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
    }

    fn options(&self) -> Result<PgConnectOptions, UrlError> {
        self.0.parse().map_err(|_| UrlError::Unreadable("a parameter has a value that it cannot have"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<DatabaseUrl, UrlError> {
        DatabaseUrl::parse(url, |_| None)
    }

    /// Host and port of each, whose user and database are these.
    #[track_caller]
    fn check(url: &str, names: &str, user: &str, database: Option<&str>) {
        let parsed = parse(url).unwrap();
        assert_eq!(parsed.names(), names, "{url}");
        for target in parsed.targets {
            assert_eq!(
                (target.options.get_username(), target.options.get_database()),
                (user, database),
                "{url}"
            );
        }
    }

    #[test]
    fn urls_are_taken_as_libpq_takes_them() {
        check("postgres://ada@db.internal/keys", "db.internal:5432", "ada", Some("keys"));
        check("postgresql://ada:pw@db:6432/keys", "db:6432", "ada", Some("keys"));
        check("postgres://ada@a,b:5433,[::1]:5434/keys", "a:5432, b:5433, ::1:5434", "ada", Some("keys"));
        check("postgres://ada@a,b/k?target_session_attrs=read-write", "a:5432, b:5432", "ada", Some("k"));
        check("postgres://ada:pw@/keys?host=/run/pg", "/run/pg", "ada", Some("keys"));
        check("postgres://ada@%2Frun%2Fpg/keys", "/run/pg", "ada", Some("keys"));
        check("postgres:///keys?host=a,b&port=1,2&user=ada", "a:1, b:2", "ada", Some("keys"));
        check("postgres:///keys?port=7&host=a,b&user=ada", "a:7, b:7", "ada", Some("keys"));
        check("postgres://a%40b:p%40%2F%3A@db/k%20eys", "db:5432", "a@b", Some("k eys"));
        check("postgres://ada@db?dbname=keys&connect_timeout=2", "db:5432", "ada", Some("keys"));
        check("postgres://db/?user=ada@server", "db:5432", "ada@server", None);
        check("postgres://ada@db?hostaddr=192.0.2.1", "192.0.2.1:5432", "ada", None);
    }

    #[test]
    fn encryption_is_what_the_mode_and_the_place_ask_for() {
        use Encryption::{NotNeeded, Off, Offered, Required};
        for (url, encryption) in [
            ("postgres://db", Offered),
            ("postgres://db?sslmode=allow", Offered),
            ("postgres://db?sslmode=disable", Off),
            ("postgres://db?sslmode=require", Required),
            ("postgres://db?sslmode=verify-full&sslrootcert=/ca.pem", Required),
            ("postgres://db?sslrootcert=system", Required),
            ("postgres:///?host=/run/pg&sslmode=verify-full", NotNeeded),
        ] {
            assert_eq!(parse(url).unwrap().targets[0].encryption, encryption, "{url}");
        }
        let mode = |url: &str| format!("{:?}", parse(url).unwrap().targets[0].options.get_ssl_mode());
        assert_eq!(mode("postgres://db?sslmode=require&sslrootcert=/ca.pem"), "VerifyCa");
        assert_eq!(mode("postgres://db?sslmode=allow"), "Prefer");
        let env = |name: &str| (name == "PGSSLMODE").then(|| "verify-full".to_owned());
        let found = DatabaseUrl::parse("postgres://db", env).unwrap();
        assert_eq!(found.targets[0].encryption, Required);
        let env = |name: &str| (name == "PGSSLMODE").then(|| "verfy-full".to_owned());
        assert!(DatabaseUrl::parse("postgres://db", env).is_err());
    }

    #[test]
    fn what_is_not_known_is_refused_by_name() {
        let refused = |url: &str| parse(url).unwrap_err().to_string();
        assert!(refused("postgres://db?sslmod=require").contains("parameter sslmod,"));
        assert!(refused("postgres://db?target_session_attrs=standby").contains("target_session_attrs"));
        assert!(refused("postgres://db?sslmode=on").contains("sslmode"));
        assert!(refused("postgres://db?connect_timeout=soon").contains("connect_timeout"));
        assert!(refused("postgres://db?service=x").contains("service"));
        assert!(refused("mysql://db").contains("postgres://"));
    }

    #[test]
    fn no_part_of_a_password_is_told_whatever_stands_in_it() {
        for password in [
            "se@cret",
            "se/cret",
            "se:cret",
            "se?cret",
            "se#cret@x",
            "se%cret",
            "secr?et=secret",
            "12?se=cret",
            "1/cret",
            "1?cret",
            "12?host=cret",
            "se?sslmode=cret",
            "se?host=cret&secret=x",
            "%cret",
            "%zzcret",
            "s[cret]@",
        ] {
            let url = format!("postgres://ada:{password}@db.internal/keys");
            let error = match parse(&url) {
                Err(error) => error,
                // What libpq takes as it stands.
                Ok(parsed) => panic!("{url} is {parsed:?}"),
            };
            let said = format!("{error} {error:?}");
            assert!(!said.contains("cret") && !said.contains("se@") && said.contains("%40"), "{url}: {said}");
        }
        let parsed = parse("postgres://ada:se#cret@db/keys").unwrap();
        assert!(!format!("{parsed:?}").contains("cret"));
    }
}
