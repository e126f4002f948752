//! What `cargo xtask tidy` goes by, to be edited here: who may import whom, and what stands in one place only.

/// The order of the files and folders in one folder.
#[derive(Debug)]
pub(super) struct Table {
    /// The folder under `src`; empty for `src` itself.
    pub(super) folder: &'static str,
    /// Its modules, top first. Each imports only from those below it. The folder's own `mod.rs` (of `src`: `main.rs`
    /// and `lib.rs`) stands above them all.
    pub(super) order: &'static [&'static str],
    /// Those that never import each other, whichever stands lower.
    pub(super) apart: &'static [&'static str],
}

pub(super) const TABLES: &[Table] = &[
    Table {
        folder: "",
        order: &[
            "server",
            "console",
            "api",
            "state",
            "sign_in",
            "limits",
            "metrics",
            "assets",
            "config",
            "upstream",
            "request_log",
            "http",
            "verify",
            "batches",
            "paced",
            "store",
            "domain",
        ],
        apart: &[],
    },
    Table {
        folder: "console",
        order: &[
            "routes",
            "keys",
            "roles",
            "request_logs",
            "audit_log",
            "team",
            "profile",
            "sign_in",
            "setup",
            "docs",
            "form",
            "list",
            "island",
            "authenticate",
            "session",
            "shell",
            "flash",
            "caller",
            "ui",
            "browser",
            "error",
            "paths",
            "viewer",
        ],
        apart: TABS,
    },
];

/// What two tabs share lies below both, or the second could not change without the first.
const TABS: &[&str] =
    &["keys", "roles", "request_logs", "audit_log", "team", "profile", "sign_in", "setup", "docs"];

/// Names that do not stand in some part of `src`.
#[derive(Debug)]
pub(super) struct Ban {
    /// Each a name, or several in a row of a path. A `*` stands for the rest of a name.
    pub(super) names: &'static [&'static str],
    /// The folder they do not stand in.
    pub(super) within: &'static str,
    /// Files and folders in it where they may, each with the reason.
    pub(super) except: &'static [(&'static str, &'static str)],
    /// Whether code that only tests have may hold them.
    pub(super) tests_may: bool,
    /// Why, and what to do instead.
    pub(super) instead: &'static str,
}

pub(super) const BANS: &[Ban] = &[
    Ban {
        names: &["sqlx::query*", "sqlx::raw_sql", "sqlx::Executor", "QueryBuilder"],
        within: "src/",
        except: &[("src/store/", "the place for it")],
        tests_may: false,
        instead: "SQL stands in src/store only: move the query there and call it",
    },
    Ban {
        names: &["now_utc", "now_local", "SystemTime", "Instant"],
        within: "src/domain/",
        except: &[],
        tests_may: true,
        instead: "domain knows no clock: take the time as an argument",
    },
    Ban {
        names: &[
            "SysRng",
            "OsRng",
            "thread_rng",
            "rand::rng",
            "rand::random*",
            "getrandom*",
            "Uuid::now_v7",
            "Uuid::new_v4",
        ],
        within: "src/domain/",
        except: &[],
        tests_may: true,
        instead: "domain knows no chance: take the generator or the id as an argument",
    },
    Ban {
        names: &[
            "std::fs",
            "std::env",
            "std::process",
            "std::thread",
            "std::net::Tcp*",
            "std::net::Udp*",
            "std::os",
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "tokio::*",
            "sqlx::*",
            "axum::*",
        ],
        within: "src/domain/",
        except: &[],
        tests_may: true,
        instead: "domain does no I/O: read before, and hand over what was read",
    },
    Ban {
        names: &["expose", "expose_secret"],
        within: "src/",
        except: &[
            ("src/domain/secret.rs", "the secret's own type"),
            ("src/domain/member.rs", "the password's own type"),
            ("src/config.rs", "reads the database's URL, which holds a password"),
            ("src/sign_in/passwords.rs", "hashes a password and compares it with a hash"),
            ("src/api/keys/mod.rs", "the answer of the API that carries a new secret out"),
            ("src/console/keys/reveal/issue.rs", "the answer that shows a new secret once"),
        ],
        // A test's secret opens nothing.
        tests_may: true,
        instead: "a plain secret stays in its type: give the type a method that does what is needed, or list the file \
                  with its reason in xtask/src/tidy/tables.rs",
    },
];
