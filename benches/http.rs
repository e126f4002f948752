use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

const PATIENCE: Duration = Duration::from_secs(10);

/// A connection that is kept open from request to request, as browsers keep theirs.
#[derive(Debug)]
pub(super) struct Connection {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// From the first byte sent to the first byte received.
    pub(super) first_byte: Duration,
}

impl Connection {
    pub(super) fn open(address: SocketAddr) -> anyhow::Result<Connection> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE).context("the server does not answer")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Connection { address, stream: BufReader::new(stream) })
    }

    pub(super) fn get(&mut self, path: &str, headers: &[(&str, &str)]) -> anyhow::Result<Answer> {
        self.send("GET", path, headers, "")
    }

    /// Posts form fields, which must need no encoding.
    pub(super) fn post(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> anyhow::Result<Answer> {
        let form: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let origin = format!("http://{}", self.address);
        let own = [("content-type", "application/x-www-form-urlencoded"), ("origin", &origin)];
        self.send("POST", path, &[&own, headers].concat(), &form.join("&"))
    }

    fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> anyhow::Result<Answer> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.address);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
        let begun = Instant::now();
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.stream.fill_buf().with_context(|| format!("{method} {path} was not answered"))?;
        let first_byte = begun.elapsed();
        let line = self.line()?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.with_context(|| format!("{method} {path} was answered with {line:?}"))?;
        let mut answer = Answer { status, headers: self.headers()?, body: Vec::new(), first_byte };
        answer.body = self.body(&answer)?;
        Ok(answer)
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    fn headers(&mut self) -> anyhow::Result<Vec<(String, String)>> {
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { return Ok(headers) };
            headers.push((name.to_lowercase(), value.trim().to_owned()));
        }
    }

    fn body(&mut self, answer: &Answer) -> anyhow::Result<Vec<u8>> {
        let mut body = Vec::new();
        if answer.header("transfer-encoding").is_some() {
            loop {
                let size = u64::from_str_radix(&self.line()?, 16).context("a chunk has no size")?;
                self.read_exactly(size, &mut body)?;
                self.line()?;
                if size == 0 {
                    return Ok(body);
                }
            }
        }
        let length = answer.header("content-length").unwrap_or("0").parse()?;
        self.read_exactly(length, &mut body)?;
        Ok(body)
    }

    fn read_exactly(&mut self, length: u64, body: &mut Vec<u8>) -> anyhow::Result<()> {
        if (&mut self.stream).take(length).read_to_end(body)? as u64 != length {
            bail!("an answer was cut short");
        }
        Ok(())
    }
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body, which must not be packed.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
