use std::path::Path;

/// What a cluster is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Data that must outlive a power cut.
    Keep,
    /// Databases that tests make and throw away: fast, and lost when the machine goes down.
    Tests,
}

/// The settings of a small private server, in the form of postgresql.conf.
///
/// Its log holds starts, stops and failures of PostgreSQL itself. Errors of statements go to the
/// caller only, since their texts and details repeat what the statement held.
pub(crate) fn conf(socket_dir: &Path, purpose: Purpose) -> String {
    let socket_dir = socket_dir.display().to_string().replace('\'', "''");
    let mut conf = format!(
        "# Written anew at each start.
listen_addresses = ''
port = 5432
unix_socket_directories = '{socket_dir}'
unix_socket_permissions = 0700
shared_buffers = 128MB
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = none
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"
    );
    conf.push_str(match purpose {
        Purpose::Keep => "max_connections = 100\n",
        Purpose::Tests => {
            "max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
"
        }
    });
    conf
}
