//! What programs get.

mod errors;
mod list_keys;
mod whoami;
