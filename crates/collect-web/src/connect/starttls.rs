//! From a plain connection to the point where TLS begins, for protocols that begin without it:
//! PostgreSQL (Frontend/Backend Protocol, SSL Session Encryption), SMTP (RFC 3207) and IMAP
//! (RFC 9051 §6.2.1).
//!
//! What stands behind the server's consent is never read as TLS and never dropped in silence:
//! whoever is in between may have put it there.

use schemars::JsonSchema;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// More than any greeting, list of capabilities and consent.
const LARGEST: usize = 64 * 1024;

/// More than any reply has.
const MOST_LINES: usize = 256;

/// A protocol that begins without TLS, or with TLS in a way of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum StartTls {
    /// PostgreSQL: an SSLRequest before the handshake.
    Postgres,
    /// PostgreSQL 17 and later: TLS from the first octet, with the ALPN protocol `postgresql`.
    PostgresDirect,
    /// SMTP: EHLO and STARTTLS.
    Smtp,
    /// IMAP: CAPABILITY and STARTTLS.
    Imap,
}

/// Whether a command that changes nothing goes with the request for TLS, before TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stowaway {
    /// No, as clients do.
    None,
    /// Yes, to see whether the server takes it over.
    Aboard,
}

/// How far the server went along.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    /// TLS may begin.
    Given,
    /// The server says that it offers no TLS; its words, for a person.
    Declined(String),
}

impl StartTls {
    /// As the configuration writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::PostgresDirect => "postgres-direct",
            Self::Smtp => "smtp",
            Self::Imap => "imap",
        }
    }

    /// The port at which it is spoken where nothing else is said (IANA).
    pub(crate) fn port(self) -> u16 {
        match self {
            Self::Postgres | Self::PostgresDirect => 5432,
            Self::Smtp => 25,
            Self::Imap => 143,
        }
    }

    /// The protocols to offer by ALPN.
    pub(crate) fn alpn(self) -> &'static [&'static [u8]] {
        match self {
            Self::PostgresDirect => &[b"postgresql"],
            Self::Postgres | Self::Smtp | Self::Imap => &[],
        }
    }

    /// A command that changes nothing and that a server must not take over into TLS where it came
    /// before; none where the protocol has no such thing.
    fn stowaway(self) -> &'static [u8] {
        match self {
            Self::Smtp => b"NOOP\r\n",
            Self::Imap => b"x NOOP\r\n",
            // A start with version 9999.0, which is refused before anybody is asked who they are.
            Self::Postgres => &[0, 0, 0, 8, 0x27, 0x0f, 0, 0],
            Self::PostgresDirect => b"",
        }
    }
}

/// Speaks to the server until TLS may begin.
///
/// # Errors
///
/// When the connection is cut, or the server does not speak the protocol, sends us away, or says
/// more than is its turn.
pub(crate) async fn ask(
    stream: &mut TcpStream,
    protocol: StartTls,
    place: &str,
    stowaway: Stowaway,
) -> Result<Consent, Trouble> {
    let extra = match stowaway {
        Stowaway::None => b"",
        Stowaway::Aboard => protocol.stowaway(),
    };
    let mut talk = Talk {
        stream,
        place,
        protocol,
        seen: Vec::new(),
    };
    let consent = match protocol {
        StartTls::PostgresDirect => return Ok(Consent::Given),
        StartTls::Postgres => talk.postgres(extra).await?,
        StartTls::Smtp => talk.smtp(extra).await?,
        StartTls::Imap => talk.imap(extra).await?,
    };
    if consent == Consent::Given && !talk.seen.is_empty() {
        let count = talk.seen.len();
        return Err(talk.strange(&format!(
            "{count} octets stand behind the server's consent before TLS begins; somebody in between may have put them there"
        )));
    }
    Ok(consent)
}

struct Talk<'a> {
    stream: &'a mut TcpStream,
    place: &'a str,
    protocol: StartTls,
    /// What came and is not read yet.
    seen: Vec<u8>,
}

/// A reply of SMTP: its code and its lines, without the code.
struct Reply {
    code: u16,
    lines: Vec<String>,
}

impl Reply {
    fn shown(&self) -> String {
        let text = self.lines.last().map(String::as_str).unwrap_or_default();
        format!("{} {text}", self.code)
    }
}

impl Talk<'_> {
    async fn postgres(&mut self, extra: &[u8]) -> Result<Consent, Trouble> {
        // Its length, and the number that asks for TLS in place of a version (1234.5679).
        let request = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
        self.send(&[&request[..], extra].concat()).await?;
        self.more().await?;
        match self.seen.first() {
            Some(b'S') => {
                self.seen.remove(0);
                Ok(Consent::Given)
            }
            // With more behind it, it is no answer to an SSLRequest.
            Some(b'N') if self.seen.len() == 1 => Ok(Consent::Declined(
                "the answer to an SSLRequest is N: the server has ssl off".to_owned(),
            )),
            // An error that nobody has vouched for: its words are not repeated.
            Some(b'E') => Err(self.away("the server answers an SSLRequest by an error; it may have too many connections, or know no TLS at all")),
            _ => Err(self.strange("the answer to an SSLRequest is neither S nor N; is it PostgreSQL?")),
        }
    }

    async fn smtp(&mut self, extra: &[u8]) -> Result<Consent, Trouble> {
        let greeting = self.reply().await?;
        if greeting.code != 220 {
            return Err(self.away(&format!("the server greets by {}", greeting.shown())));
        }
        // By our address, which needs no name that resolves (RFC 5321 §4.1.3).
        let own = self.stream.local_addr().ok().map(|address| address.ip());
        let literal = match own {
            Some(std::net::IpAddr::V6(ip)) => format!("[IPv6:{ip}]"),
            Some(std::net::IpAddr::V4(ip)) => format!("[{ip}]"),
            None => "[127.0.0.1]".to_owned(),
        };
        self.send(format!("EHLO {literal}\r\n").as_bytes()).await?;
        let hello = self.reply().await?;
        match hello.code {
            250 => {}
            500 | 502 => {
                let told = format!(
                    "the server knows no EHLO ({}), and so no STARTTLS",
                    hello.shown()
                );
                return Ok(Consent::Declined(told));
            }
            _ => return Err(self.away(&format!("the server answers EHLO by {}", hello.shown()))),
        }
        self.its_turn()?;
        // The first line is the server's name.
        let words = hello.lines.iter().skip(1);
        let mut words = words.map(|line| line.split(' ').next().unwrap_or_default());
        if !words
            .clone()
            .any(|word| word.eq_ignore_ascii_case("STARTTLS"))
        {
            if words.any(|word| word.len() > 3 && word.bytes().all(|byte| byte == b'X')) {
                return Err(self.strange("an extension in the answer to EHLO is crossed out by X; a firewall in between takes STARTTLS away"));
            }
            let told = "the answer to EHLO lists no STARTTLS";
            return Ok(Consent::Declined(told.to_owned()));
        }
        self.send(&[b"STARTTLS\r\n", extra].concat()).await?;
        let consent = self.reply().await?;
        match consent.code {
            220 => Ok(Consent::Given),
            500..=599 => Ok(Consent::Declined(format!(
                "the server answers STARTTLS by {}",
                consent.shown()
            ))),
            _ => Err(self.away(&format!(
                "the server answers STARTTLS by {}",
                consent.shown()
            ))),
        }
    }

    async fn imap(&mut self, extra: &[u8]) -> Result<Consent, Trouble> {
        let greeting = self.line().await?;
        let word = greeting
            .split(' ')
            .nth(1)
            .unwrap_or_default()
            .to_ascii_uppercase();
        match (greeting.starts_with("* "), word.as_str()) {
            (true, "OK") => {}
            (true, "PREAUTH") => {
                let told = "the server greets by PREAUTH, after which no STARTTLS may follow (RFC 9051 §7.1.4)";
                return Ok(Consent::Declined(told.to_owned()));
            }
            (true, "BYE") => return Err(self.away(&format!("the server greets by {greeting}"))),
            _ => return Err(self.strange("the greeting is none of IMAP")),
        }
        self.send(b"a CAPABILITY\r\n").await?;
        let mut capabilities = None;
        let done = loop {
            let line = self.line().await?;
            if let Some(done) = line.strip_prefix("a ") {
                break done.to_owned();
            }
            let mut words = line.split(' ').skip(1);
            if words
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case("CAPABILITY"))
            {
                capabilities = Some(words.any(|word| word.eq_ignore_ascii_case("STARTTLS")));
            }
        };
        self.its_turn()?;
        match (is_ok(&done), capabilities) {
            (true, Some(true)) => {}
            (true, Some(false)) => {
                return Ok(Consent::Declined(
                    "the server's CAPABILITY lists no STARTTLS".to_owned(),
                ));
            }
            _ => return Err(self.strange(&format!("the server answers CAPABILITY by {done}"))),
        }
        self.send(&[b"b STARTTLS\r\n", extra].concat()).await?;
        loop {
            let line = self.line().await?;
            if let Some(done) = line.strip_prefix("b ") {
                return Ok(if is_ok(done) {
                    Consent::Given
                } else {
                    Consent::Declined(format!("the server answers STARTTLS by {done}"))
                });
            }
        }
    }

    /// Nothing stands behind an answer, as we have asked for nothing more.
    fn its_turn(&self) -> Result<(), Trouble> {
        if self.seen.is_empty() {
            Ok(())
        } else {
            Err(self.strange("the server speaks out of turn"))
        }
    }

    /// A reply of SMTP, all its lines (RFC 5321 §4.2).
    async fn reply(&mut self) -> Result<Reply, Trouble> {
        let mut lines = Vec::new();
        let mut code = None;
        loop {
            let line = self.line().await?;
            let (digits, rest) = line.split_at_checked(3).unwrap_or((&line, ""));
            let number = digits
                .parse::<u16>()
                .ok()
                .filter(|code| (200..600).contains(code));
            let last = match (rest.bytes().next(), number) {
                (None | Some(b' '), Some(_)) => true,
                (Some(b'-'), Some(_)) => false,
                _ => return Err(self.strange("what it says is no reply of SMTP")),
            };
            if code.is_some() && code != number {
                return Err(self.strange("one reply of SMTP has two codes"));
            }
            if lines.len() == MOST_LINES {
                return Err(self.strange("it speaks without end"));
            }
            code = number;
            lines.push(rest.get(1..).unwrap_or_default().to_owned());
            if let (true, Some(code)) = (last, code) {
                return Ok(Reply { code, lines });
            }
        }
    }

    /// A line without its end; what is not printable is shown as `?`.
    async fn line(&mut self) -> Result<String, Trouble> {
        let mut searched = 0;
        loop {
            let end = self
                .seen
                .iter()
                .skip(searched)
                .position(|byte| *byte == b'\n');
            if let Some(end) = end {
                let rest = self.seen.split_off(searched + end + 1);
                let line = std::mem::replace(&mut self.seen, rest);
                let shown = |byte: &u8| match byte {
                    b' '..=b'~' => char::from(*byte),
                    _ => '?',
                };
                let line = line.strip_suffix(b"\n").unwrap_or(&line);
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                return Ok(line.iter().map(shown).collect());
            }
            searched = self.seen.len();
            self.more().await?;
        }
    }

    async fn more(&mut self) -> Result<(), Trouble> {
        if self.seen.len() > LARGEST {
            return Err(self.strange("it speaks without end"));
        }
        match self.stream.read_buf(&mut self.seen).await {
            Ok(0) => Err(self.cut("the server closed it")),
            Ok(_) => Ok(()),
            Err(error) => Err(self.cut(&error.to_string())),
        }
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let sent = self.stream.write_all(bytes).await;
        sent.map_err(|error| self.cut(&error.to_string()))
    }

    fn step(&self) -> String {
        format!(
            "failed to ask for TLS by {} at {}",
            self.protocol.name(),
            self.place
        )
    }

    fn cut(&self, why: &str) -> Trouble {
        let told = format!(
            "{}: the connection was cut ({why}); look at the server's log",
            self.step()
        );
        Trouble::new(ReasonCode::Unreachable, told)
    }

    fn away(&self, why: &str) -> Trouble {
        Trouble::new(ReasonCode::Denied, format!("{}: {why}", self.step()))
    }

    fn strange(&self, why: &str) -> Trouble {
        Trouble::new(ReasonCode::Unparsed, format!("{}: {why}", self.step()))
    }
}

fn is_ok(answer: &str) -> bool {
    answer
        .split(' ')
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case("OK"))
}
