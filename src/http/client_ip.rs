//! The address a request comes from.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;
use ipnet::IpNet;

/// The socket's address; behind proxies that the operator named, the last address in X-Forwarded-For that
/// is not itself such a proxy. What anybody else wrote there is not believed.
pub fn client_ip(socket: Option<SocketAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|network| network.contains(ip));
    let mut client = socket?.ip().to_canonical();
    // A line that is not text is kept, so that it ends the walk rather than hides what a proxy added to it.
    let lines: Vec<_> = headers
        .get_all("x-forwarded-for")
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    for hop in lines.iter().flat_map(|line| line.split(',')).rev() {
        if !is_trusted(&client) {
            break;
        }
        let Ok(ip) = hop.trim().parse::<IpAddr>() else { break };
        client = ip.to_canonical();
    }
    Some(client)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(socket: &str, forwarded: &[&str], trusted: &[&str], expected: &str) {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let ip = client_ip(Some(SocketAddr::new(socket.parse().unwrap(), 1)), &headers, &trusted);
        assert_eq!(ip, Some(expected.parse().unwrap()));
    }

    #[test]
    fn only_named_proxies_are_believed() {
        let proxies = &["10.0.0.0/8"];
        check("192.0.2.1", &["198.51.100.7"], &[], "192.0.2.1");
        check("192.0.2.1", &["198.51.100.7"], proxies, "192.0.2.1");
        check("10.0.0.1", &["198.51.100.7"], proxies, "198.51.100.7");
        check("10.0.0.1", &["203.0.113.66, 198.51.100.7"], proxies, "198.51.100.7");
        check("10.0.0.1", &["203.0.113.66", "198.51.100.7, 10.0.0.2"], proxies, "198.51.100.7");
        check("10.0.0.1", &["198.51.100.7, nonsense"], proxies, "10.0.0.1");
        check("10.0.0.1", &[], proxies, "10.0.0.1");
        check("::ffff:10.0.0.1", &["198.51.100.7"], proxies, "198.51.100.7");
    }
}
