//! What every answer and every request has, whoever answers: headers, the client's address.

pub mod client_ip;
pub mod headers;
