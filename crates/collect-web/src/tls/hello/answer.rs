//! Reading what a server answers to a hello: a ServerHello of TLS or SSL 3.0 (RFC 8446 §4.1.3),
//! one of SSL 2.0, or an alert (RFC 8446 §6). Nothing behind it is read.

use super::client::Version;

/// More than any ServerHello that begins with what is read here.
pub(super) const LARGEST: usize = 64 * 1024;

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It takes something of what was offered.
    Hello(Chosen),
    /// It ends the connection by an alert that is fatal, or by closing.
    Alert(u8),
    /// It says something else.
    Other(String),
}

/// What a server chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) version: Version,
    /// SSL 2.0 names suites of its own: none is told.
    pub(super) suite: Option<u16>,
    /// The group of its key share, or the one that it would take (RFC 8446 §4.1.4).
    pub(super) group: Option<u16>,
    /// Whether it compresses.
    pub(super) compressed: bool,
    pub(super) marks: Marks,
}

/// What a ServerHello says beside the choice: the extensions that it answers, by their numbers in the order
/// of the hello, and a mark in its random octets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Renegotiation is safe with it (renegotiation_info, RFC 5746 §3.6).
    pub(super) renegotiation: bool,
    /// Keys are made of the whole handshake (extended_master_secret, RFC 7627 §5.2).
    pub(super) master_secret: bool,
    /// It takes heartbeats (RFC 6520 §2).
    pub(super) heartbeat: bool,
    /// It names a session, which in TLS 1.3 is the one that it was sent (RFC 8446 §4.1.3).
    pub(super) session: bool,
    /// The newest version that it says it would not have chosen, had it been offered more: TLS 1.2, or 1.1
    /// for that and all before (RFC 8446 §4.1.3).
    pub(super) downgrade: Option<Version>,
}

impl Marks {
    fn of(random: &[u8]) -> Self {
        let downgrade = match random.get(24..) {
            Some(b"DOWNGRD\x01") => Some(Version::TLS_1_2),
            Some(b"DOWNGRD\x00") => Some(Version::TLS_1_1),
            _ => None,
        };
        Self {
            downgrade,
            ..Self::default()
        }
    }
}

/// How far the octets so far lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// More is needed.
    More,
    /// This is the answer.
    Done(Answer),
}

/// Reads all octets that a server has sent so far.
pub(super) fn read(bytes: &[u8]) -> Progress {
    match read_answer(bytes) {
        Ok(answer) => Progress::Done(answer),
        Err(Stop::More) if bytes.len() < LARGEST => Progress::More,
        Err(Stop::More) => other("an answer without end"),
        Err(Stop::Strange(what)) => other(what),
    }
}

pub(super) enum Stop {
    More,
    Strange(&'static str),
}

fn other(what: &str) -> Progress {
    Progress::Done(Answer::Other(what.to_owned()))
}

fn read_answer(bytes: &[u8]) -> Result<Answer, Stop> {
    let first = *bytes.first().ok_or(Stop::More)?;
    if first & 0x80 != 0 {
        return ssl_2(bytes);
    }
    let mut reader = Reader(bytes);
    let mut handshake: Vec<u8> = Vec::new();
    loop {
        let kind = reader.octet()?;
        let version = reader.word()?;
        if version >> 8 != 3 || !matches!(kind, 21 | 22) {
            return Err(Stop::Strange("something that is no TLS record"));
        }
        let length = reader.word()?;
        if length == 0 || length > (1 << 14) + 2048 {
            return Err(Stop::Strange("a record of a length that none may have"));
        }
        if kind == 21 {
            let mut alert = reader.take(length.into())?;
            let (level, description) = (alert.octet()?, alert.octet()?);
            // A warning goes before the hello; "close" ends the connection at any level.
            if level == 1 && description != 0 {
                continue;
            }
            return Ok(Answer::Alert(description));
        }
        // The hello may be there before its record is.
        let have = reader.0.len().min(length.into());
        handshake.extend(reader.0.get(..have).unwrap_or_default());
        match server_hello(&handshake) {
            Err(Stop::More) => {}
            done => return done,
        }
        reader.take(length.into())?;
    }
}

fn server_hello(handshake: &[u8]) -> Result<Answer, Stop> {
    let mut reader = Reader(handshake);
    loop {
        let kind = reader.octet()?;
        let length = reader.triple()?;
        // hello_request, which a server may send at any time and which is empty.
        if kind == 0 && length == 0 {
            continue;
        }
        if kind != 2 || length > LARGEST {
            return Err(Stop::Strange("a handshake message that is no ServerHello"));
        }
        let mut body = reader.take(length)?;
        // The body is whole: what it lacks will not come.
        return hello_body(&mut body).map_err(|stop| match stop {
            Stop::More => Stop::Strange("a ServerHello that is cut off"),
            strange @ Stop::Strange(_) => strange,
        });
    }
}

pub(super) fn hello_body(body: &mut Reader<'_>) -> Result<Answer, Stop> {
    let mut version = Version(body.word()?);
    let mut marks = Marks::of(body.take(32)?.0);
    let session = body.octet()?;
    body.take(session.into())?;
    marks.session = session > 0;
    let suite = body.word()?;
    let compressed = body.octet()? != 0;
    let mut group = None;
    if !body.0.is_empty() {
        let length = body.word()?;
        let mut extensions = body.take(length.into())?;
        while !extensions.0.is_empty() {
            let kind = extensions.word()?;
            let length = extensions.word()?;
            let mut content = extensions.take(length.into())?;
            match kind {
                15 => marks.heartbeat = true,
                23 => marks.master_secret = true,
                // supported_versions holds the true version of TLS 1.3.
                43 => version = Version(content.word()?),
                51 => group = Some(content.word()?),
                0xff01 => marks.renegotiation = content.0 == [0],
                _ => {}
            }
        }
    }
    // What names SSL 2.0, or no version at all, in a hello of TLS has agreed to nothing.
    if version.0 >> 8 != 3 {
        return Err(Stop::Strange("a ServerHello of a version that TLS has not"));
    }
    Ok(Answer::Hello(Chosen {
        version,
        suite: Some(suite),
        group,
        compressed,
        marks,
    }))
}

/// `SERVER-HELLO` is of kind 4, an error of kind 0; a hello without a suite agrees to nothing.
fn ssl_2(bytes: &[u8]) -> Result<Answer, Stop> {
    let mut reader = Reader(bytes);
    reader.word()?;
    match reader.octet()? {
        0 => Ok(Answer::Alert(40)),
        4 => {
            reader.take(2)?;
            let version = Version(reader.word()?);
            reader.word()?;
            let suites = reader.word()?;
            if version != Version::SSL_2 {
                return Err(Stop::Strange("a hello of SSL 2.0 with another version"));
            }
            if suites == 0 {
                return Err(Stop::Strange("a hello of SSL 2.0 without a cipher suite"));
            }
            Ok(Answer::Hello(Chosen {
                version,
                suite: None,
                group: None,
                compressed: false,
                marks: Marks::default(),
            }))
        }
        _ => Err(Stop::Strange("something that is neither TLS nor SSL")),
    }
}

/// Octets yet to be read.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, length: usize) -> Result<Self, Stop> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Stop::More)?;
        self.0 = rest;
        Ok(Reader(taken))
    }

    pub(super) fn octet(&mut self) -> Result<u8, Stop> {
        let (first, rest) = self.0.split_first().ok_or(Stop::More)?;
        self.0 = rest;
        Ok(*first)
    }

    /// A number of three octets.
    pub(super) fn triple(&mut self) -> Result<usize, Stop> {
        Ok(usize::from(self.octet()?) << 16 | usize::from(self.word()?))
    }

    pub(super) fn word(&mut self) -> Result<u16, Stop> {
        Ok(u16::from(self.octet()?) << 8 | u16::from(self.octet()?))
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Chosen, Marks, Progress, Version, read};
    use proptest::prelude::*;

    /// A ServerHello with a session of 32 octets, in records of at most `most` octets.
    fn hello(version: u16, suite: u16, selected: Option<u16>, most: usize) -> Vec<u8> {
        let mut body = version.to_be_bytes().to_vec();
        body.extend([9; 32]);
        body.push(32);
        body.extend([8; 32]);
        body.extend(suite.to_be_bytes());
        body.push(0);
        if let Some(selected) = selected {
            body.extend([0, 11, 0xff, 1, 0, 1, 0, 0, 43, 0, 2]);
            body.extend(selected.to_be_bytes());
        }
        let mut message = vec![2, 0, 0, u8::try_from(body.len()).unwrap()];
        message.extend(body);
        let mut bytes = Vec::new();
        for part in message.chunks(most) {
            bytes.extend([22, 3, 3]);
            bytes.extend(u16::try_from(part.len()).unwrap().to_be_bytes());
            bytes.extend(part);
        }
        bytes
    }

    fn done(version: u16, suite: u16) -> Progress {
        let marks = Marks {
            renegotiation: version == 0x0304,
            session: true,
            ..Marks::default()
        };
        Progress::Done(Answer::Hello(Chosen {
            marks,
            version: Version(version),
            suite: Some(suite),
            group: None,
            compressed: false,
        }))
    }

    #[test]
    fn hellos_and_alerts() {
        assert_eq!(read(&hello(0x0301, 5, None, 999)), done(0x0301, 5));
        assert_eq!(
            read(&hello(0x0303, 0x1301, Some(0x0304), 999)),
            done(0x0304, 0x1301)
        );
        let alert = |level, description| vec![21, 3, 1, 0, 2, level, description];
        assert_eq!(read(&alert(2, 70)), Progress::Done(Answer::Alert(70)));
        assert_eq!(read(&alert(1, 0)), Progress::Done(Answer::Alert(0)));
        // unrecognized_name as a warning goes before the hello.
        let warned = [alert(1, 112), hello(0x0302, 47, None, 999)].concat();
        assert_eq!(read(&warned), done(0x0302, 47));
        assert_eq!(read(&alert(1, 112)), Progress::More);
        let ssl_2 = [0x80, 40, 4, 0, 1, 0, 2, 0, 9, 0, 3, 0, 16];
        let told = Answer::Hello(Chosen {
            version: Version::SSL_2,
            suite: None,
            group: None,
            compressed: false,
            marks: Marks::default(),
        });
        assert_eq!(read(&ssl_2), Progress::Done(told));
    }

    #[test]
    fn what_a_hello_says_beside_its_choice() {
        let hello = |random: &[u8], extensions: &[u8]| {
            let mut body = [&[3, 3][..], &[9; 24], random, &[0, 0xc0, 0x2f, 0]].concat();
            body.extend(u16::try_from(extensions.len()).unwrap().to_be_bytes());
            body.extend(extensions);
            let length = u8::try_from(body.len()).unwrap();
            let head = [22, 3, 3, 0, length + 4, 2, 0, 0, length];
            let read = read(&[&head[..], &body].concat());
            let Progress::Done(Answer::Hello(chosen)) = read else {
                panic!("{read:?}");
            };
            chosen.marks
        };
        let nothing = Marks::default();
        assert_eq!(hello(&[9; 8], &[]), nothing);
        assert_eq!(hello(&[9; 8], &[0, 11, 0, 2, 1, 0]), nothing);
        let all = [
            0xff, 1, 0, 1, 0, // renegotiation_info, empty
            0, 23, 0, 0, // extended_master_secret
            0, 15, 0, 1, 1, // heartbeat
        ];
        let wanted = Marks {
            renegotiation: true,
            master_secret: true,
            heartbeat: true,
            session: false,
            downgrade: Some(Version::TLS_1_2),
        };
        assert_eq!(hello(b"DOWNGRD\x01", &all), wanted);
        assert_eq!(hello(b"DOWNGRD\x00", &[]).downgrade, Some(Version::TLS_1_1));
        assert_eq!(hello(b"DOWNGRD\x02", &[]).downgrade, None);
        // It names a handshake before this one, and there is none.
        assert!(!hello(&[9; 8], &[0xff, 1, 0, 3, 2, 7, 7]).renegotiation);
    }

    #[test]
    fn anything_else_is_neither() {
        for strange in [
            &b"HTTP/1.1 400 Bad Request\r\n"[..],
            b"220 mail.example.com ESMTP\r\n",
            &[22, 3, 1, 0, 0],
            &[22, 3, 1, 0xff, 0xff],
            &[22, 3, 1, 0, 4, 1, 0, 0, 0],
            &[22, 3, 1, 0, 6, 2, 0, 0, 2, 3, 3],
            &[0x80, 40, 4, 0, 1, 0, 2, 0, 9, 0, 0, 0, 16],
            &[0x80, 40, 9],
            &hello(0x0002, 5, None, 999),
            &hello(0x0303, 0x1301, Some(0x7f1c), 999),
        ] {
            let read = read(strange);
            assert!(
                matches!(read, Progress::Done(Answer::Other(_))),
                "{strange:?}: {read:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_octets_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&bytes);
            let _ = read(&[&[22, 3, 3, 0, 190, 2, 0, 0, 180], bytes.as_slice()].concat());
        }

        /// However it is cut into records and however much is there, a part is never an answer,
        /// and the whole is the one that was written.
        #[test]
        fn a_part_is_no_answer(version in 0x0300_u16..0x0304, suite in any::<u16>(), thirteen in any::<bool>(), most in 1_usize..90) {
            let selected = thirteen.then_some(0x0304);
            let bytes = hello(version, suite, selected, most);
            for length in 0..bytes.len() {
                prop_assert_eq!(read(&bytes[..length]), Progress::More);
            }
            prop_assert_eq!(read(&bytes), done(selected.unwrap_or(version), suite));
        }
    }
}
