//! One hello at a time to one address: what is offered, and what is answered. A bad answer is asked
//! for again in a plainer way; how many hellos there may be is the target's to say.

use super::answer::{self, Answer, Chosen, Progress};
use super::client::{Extensions, Offer, Share, Version};
use super::exchange::{self, Exchange, Kind};
use super::groups;
use super::question::{Outcome, Question};
use super::suites::{self, SOUND};
use crate::connect::{StartTls, Stowaway, declined, dial, provider};
use crate::target::Endpoint;
use rustls_pki_types::ServerName;
use seaworthy_collect::{Context, Permit, Trouble};
use seaworthy_model::ReasonCode;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Alerts by which a server says that it takes nothing of what was offered: unexpected_message,
/// handshake_failure, illegal_parameter, decode_error, protocol_version, insufficient_security and
/// missing_extension. Others (a name that is not known,
/// a fault inside) say nothing about what was offered.
const REFUSALS: [u8; 7] = [10, 40, 47, 50, 70, 71, 109];

/// internal_error, by which OpenSSL refuses what its own security level forbids. One that comes twice
/// is no accident.
const INTERNAL: u8 = 80;

/// inappropriate_fallback, and what it answers (RFC 7507 §2).
const INAPPROPRIATE_FALLBACK: u8 = 86;
const FALLBACK_SCSV: u16 = 0x5600;

/// How a story begins of what the target does not let us ask.
pub(super) const NOT_ASKED: &str = "not asked: ";

/// What is said of who closes or resets the connection in the place of any answer.
pub(super) const CUT: &str = "the server cut the connection before its hello";

pub(super) struct Asker<'a> {
    endpoint: &'a Endpoint,
    address: SocketAddr,
    context: &'a Context,
    /// How many hellos may still be sent.
    left: AtomicU32,
    most: u32,
}

impl<'a> Asker<'a> {
    pub(super) fn new(endpoint: &'a Endpoint, address: SocketAddr, context: &'a Context) -> Self {
        let most = endpoint.hellos();
        Self {
            endpoint,
            address,
            context,
            left: AtomicU32::new(most),
            most,
        }
    }

    /// Which version a server chooses that is asked for what is sound.
    ///
    /// # Errors
    ///
    /// Why it chooses none.
    pub(super) async fn control(&self) -> Result<Chosen, String> {
        let question = Question::new(Version::TLS_1_3, SOUND);
        match self.once(&question, Extensions::Fitting).await {
            Ok(Answer::Hello(chosen)) => question.holds(&chosen).map(|()| chosen),
            Ok(Answer::Alert(alert)) => Err(format!("it sends the alert {alert}")),
            Ok(Answer::Other(what)) => Err(format!("it sends {what}")),
            Err(trouble) => Err(trouble.detail),
        }
    }

    /// Asks with extensions, and without where that brought no answer.
    pub(super) async fn ask(&self, question: &Question<'_>) -> Outcome {
        let first = self.once(question, Extensions::Fitting).await;
        // Where extensions are what is asked for, nothing is asked without.
        let plain = question.version <= Version::SSL_3 || question.share == Share::None;
        let internal = matches!(first, Ok(Answer::Alert(INTERNAL)));
        let answer = match first {
            Ok(Answer::Hello(_)) => first,
            Ok(Answer::Alert(alert)) if REFUSALS.contains(&alert) => first,
            answer if plain && !internal => answer,
            _ if plain => self.once(question, Extensions::Fitting).await,
            _ => self.once(question, Extensions::None).await,
        };
        match answer {
            Ok(Answer::Hello(chosen)) => question.taken(chosen),
            Ok(Answer::Alert(alert)) if REFUSALS.contains(&alert) => Outcome::Refused(alert),
            Ok(Answer::Alert(INTERNAL)) if internal => Outcome::Refused(INTERNAL),
            Ok(Answer::Alert(alert)) => {
                Outcome::Unknown(format!("the server sent the alert {alert}"))
            }
            Ok(Answer::Other(what)) => Outcome::Unknown(format!("the server sent {what}")),
            Err(trouble) => Outcome::Unknown(trouble.detail),
        }
    }

    /// What becomes of a hello of TLS 1.3 that offers all else that is taken in TLS 1.2; nothing where it is
    /// answered, as RFC 8446 §D.2 wants.
    ///
    /// # Errors
    ///
    /// Why that is not known.
    pub(super) async fn intolerance(&self) -> Result<Option<String>, String> {
        let groups = [groups::TLS_1_3, groups::CURVES].concat();
        let newest = Question {
            groups: &groups,
            ..Question::new(Version::TLS_1_3, SOUND)
        };
        let why = match self.once(&newest, Extensions::Fitting).await {
            Ok(Answer::Hello(_)) => return Ok(None),
            Ok(Answer::Alert(alert)) => format!("refused by the alert {alert}"),
            Ok(Answer::Other(what)) => format!("answered by {what}"),
            Err(trouble) if trouble.detail.starts_with(NOT_ASKED) => return Err(trouble.detail),
            Err(_) => "cut or not answered at all".to_owned(),
        };
        // It is there still, so that the hello is to blame.
        match self.ask(&Question::new(Version::TLS_1_2, SOUND)).await {
            Outcome::Taken(_) => Ok(Some(why)),
            Outcome::Refused(_) | Outcome::Unknown(_) => Err(format!(
                "a hello of TLS 1.3 was {why}, and so was what was taken before"
            )),
        }
    }

    /// Whether a server refuses an older version than its newest to who says that it fell back to it
    /// (RFC 7507 §3).
    ///
    /// # Errors
    ///
    /// Why that is not known.
    pub(super) async fn refuses_fallback(&self, version: Version) -> Result<bool, String> {
        let suites = [suites::OLD_AND_SOUND, suites::OLD, &[FALLBACK_SCSV]].concat();
        let question = Question::new(version, &suites);
        match self.once(&question, Extensions::Fitting).await {
            Ok(Answer::Alert(INAPPROPRIATE_FALLBACK)) => Ok(true),
            Ok(Answer::Hello(_)) => Ok(false),
            Ok(Answer::Alert(alert)) => Err(format!("the server sent the alert {alert}")),
            Ok(Answer::Other(what)) => Err(format!("the server sent {what}")),
            Err(trouble) => Err(trouble.detail),
        }
    }

    /// Asks for suites of one kind of key exchange, and how it would be done.
    pub(super) async fn exchange(
        &self,
        question: &Question<'_>,
        kind: Kind,
    ) -> (Outcome, Option<Exchange>) {
        match self.exchange_once(question, kind).await {
            (Outcome::Refused(INTERNAL), _) => self.exchange_once(question, kind).await,
            told => told,
        }
    }

    async fn exchange_once(
        &self,
        question: &Question<'_>,
        kind: Kind,
    ) -> (Outcome, Option<Exchange>) {
        let read = |seen: &[u8]| exchange::read(seen, kind);
        let (outcome, turn) = self.turn(question, Extensions::Fitting, read).await;
        (outcome, turn.map(|(exchange, _)| exchange))
    }

    /// Sends a hello and reads the server's turn after its own, as far as `read` wants; gives with it
    /// the random octets of the hello.
    pub(super) async fn turn<T>(
        &self,
        question: &Question<'_>,
        extensions: Extensions,
        read: impl Fn(&[u8]) -> Result<Option<T>, &'static str>,
    ) -> (Outcome, Option<(T, [u8; 32])>) {
        let (mut stream, _permit, random) = match self.open(question, extensions).await {
            Ok(opened) => opened,
            Err(trouble) => return (Outcome::Unknown(trouble.detail), None),
        };
        let mut seen = Vec::new();
        let reading = async {
            loop {
                if stream.read_buf(&mut seen).await? == 0 {
                    return Ok(None);
                }
                match answer::read(&seen) {
                    Progress::Done(Answer::Hello(_)) => match read(&seen) {
                        Ok(None) => {}
                        Ok(Some(turn)) => return Ok(Some((turn, random))),
                        Err(what) => return Err(std::io::Error::other(what)),
                    },
                    Progress::Done(_) => return Ok(None),
                    Progress::More => {}
                }
            }
        };
        let read = tokio::time::timeout(self.context.budgets.connect, reading).await;
        let outcome = begun(question, &seen);
        match read {
            Ok(Ok(turn)) => (outcome, turn),
            Ok(Err(error)) if error.kind() == ErrorKind::ConnectionReset && seen.is_empty() => {
                (Outcome::Unknown(CUT.to_owned()), None)
            }
            Ok(Err(error)) => (Outcome::Unknown(error.to_string()), None),
            Err(_) => (Outcome::Unknown("the server fell silent".to_owned()), None),
        }
    }

    async fn once(
        &self,
        question: &Question<'_>,
        extensions: Extensions,
    ) -> Result<Answer, Trouble> {
        let (mut stream, _permit, _) = self.open(question, extensions).await?;
        let limit = self.context.budgets.connect;
        let exchange = async {
            let mut seen = Vec::new();
            loop {
                if stream.read_buf(&mut seen).await? == 0 {
                    return Ok(Answer::Other(
                        "nothing and closed the connection".to_owned(),
                    ));
                }
                if let Progress::Done(answer) = answer::read(&seen) {
                    return Ok(answer);
                }
            }
        };
        match tokio::time::timeout(limit, exchange).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.silent(question, &std::io::Error::to_string(&error))),
            Err(_) => Err(self.silent(question, &format!("silence for {limit:?}"))),
        }
    }

    /// Sends a hello; gives its random octets.
    async fn open(
        &self,
        question: &Question<'_>,
        extensions: Extensions,
    ) -> Result<(TcpStream, Permit, [u8; 32]), Trouble> {
        let less = |left: u32| left.checked_sub(1);
        if self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less)
            .is_err()
        {
            let told = format!(
                "{NOT_ASKED}the target allows {} hellos beside the handshake (tls.hellos)",
                self.most
            );
            return Err(Trouble::new(ReasonCode::CollectorFailed, told));
        }
        let host = &self.endpoint.host;
        let permit = self.context.connection(host, Some(self.address)).await;
        let mut random = [0; 32];
        // Nothing is kept secret by them, so that a failing source does not matter.
        let _ = provider().secure_random.fill(&mut random);
        let server_name = if let ServerName::DnsName(name) = &self.endpoint.server_name {
            Some(name.as_ref())
        } else {
            None
        };
        let offer = Offer {
            version: question.version,
            suites: question.suites,
            server_name,
            extensions,
            random,
            groups: question.groups,
            share: question.share,
            rare: question.rare,
            staple: question.staple,
            alpn: self.endpoint.starttls.map_or(&[], StartTls::alpn),
        };
        let mut stream = dial(self.endpoint, self.address, Stowaway::None, self.context)
            .await?
            .map_err(|why| declined(self.endpoint, self.address, &why))?;
        let sent = stream.write_all(&offer.bytes()).await;
        sent.map_err(|error| self.silent(question, &error.to_string()))?;
        Ok((stream, permit, random))
    }

    fn silent(&self, question: &Question<'_>, why: &str) -> Trouble {
        let place = format!("{} at {}", self.endpoint.host, self.address);
        let version = question.version.name();
        let told = format!("no answer to a hello of {version} from {place}: {why}");
        Trouble::new(ReasonCode::Unreachable, told)
    }
}

/// What a turn began with.
fn begun(question: &Question<'_>, seen: &[u8]) -> Outcome {
    match answer::read(seen) {
        Progress::Done(Answer::Hello(chosen)) => question.taken(chosen),
        Progress::Done(Answer::Alert(alert)) if REFUSALS.contains(&alert) || alert == INTERNAL => {
            Outcome::Refused(alert)
        }
        Progress::Done(Answer::Alert(alert)) => {
            Outcome::Unknown(format!("the server sent the alert {alert}"))
        }
        Progress::Done(Answer::Other(what)) => Outcome::Unknown(format!("the server sent {what}")),
        Progress::More if seen.is_empty() => Outcome::Unknown(CUT.to_owned()),
        Progress::More => Outcome::Unknown("the server closed within its hello".to_owned()),
    }
}
