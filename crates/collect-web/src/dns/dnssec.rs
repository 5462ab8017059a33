//! The state of DNSSEC for a name, as the resolver that is asked sees it (RFC 4033 §5).
//!
//! Nothing is validated here: a validating resolver says so by the AD bit (RFC 6840 §5.7), and by
//! failing where the same question succeeds with checking disabled (RFC 4035 §3.2.2). Whether it
//! validates at all is learnt from the root, which is signed. Its word is worth what the way to it
//! is worth: on this machine or over a network that is one's own.
//!
//! Not every AD bit is a validator's word. An authority may set it on what it holds itself (RFC 4035
//! §3.1.6), and a server that copies the query's flags sends back the one that it was sent: so it has to
//! come without having been sent, too, to a query that asks for proofs (DO).

use super::client::Client;
use super::wire::{Flags, Reply};
use hickory_proto::op::ResponseCode;
use hickory_proto::rr::{Name, RecordType};
use schemars::JsonSchema;
use seaworthy_collect::Trouble;
use seaworthy_model::ReasonCode;
use serde::Serialize;

/// What a validating resolver makes of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Dnssec {
    /// Signed, and every signature up to the root is good.
    Secure,
    /// Not signed, which is proven.
    Insecure,
    /// Signed, and something about it is wrong: validating resolvers do not answer.
    Bogus,
    /// The server that was asked validates nothing, so that nothing can be said.
    Indeterminate,
}

/// The state of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) state: Dnssec,
    /// Why it is bogus, where the resolver says so.
    pub(super) why: Option<&'static str>,
}

impl From<Dnssec> for Seen {
    fn from(state: Dnssec) -> Self {
        Self { state, why: None }
    }
}

/// What an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// It was validated.
    Good,
    /// It was not, whyever.
    Nothing,
    /// It failed, and does not where nothing is checked; and why, where it says so.
    Bad(Option<&'static str>),
    /// It is an authority's own.
    OfAuthority,
}

/// The state of the name: of its zone's start, and of its addresses, each of which may be signed wrongly by
/// itself.
///
/// # Errors
///
/// When the server does not answer, or fails with checking disabled too.
pub(super) async fn state(client: &Client<'_>, name: &Name) -> Result<Seen, Trouble> {
    let (start, four, six) = tokio::join!(
        word(client, name, RecordType::SOA),
        word(client, name, RecordType::A),
        word(client, name, RecordType::AAAA),
    );
    let words = [start, four, six];
    // One that is wrong is wrong, whatever could not be learnt beside it.
    let bad = |word: &Result<Word, Trouble>| match word {
        Ok(Word::Bad(why)) => Some(*why),
        Ok(Word::Good | Word::Nothing | Word::OfAuthority) | Err(_) => None,
    };
    let reasons: Vec<Option<&'static str>> = words.iter().filter_map(bad).collect();
    if !reasons.is_empty() {
        return Ok(Seen {
            state: Dnssec::Bogus,
            why: reasons.into_iter().flatten().next(),
        });
    }
    let words = words.into_iter().collect::<Result<Vec<_>, _>>()?;
    if words.contains(&Word::OfAuthority) {
        return Ok(Dnssec::Indeterminate.into());
    }
    if words.iter().all(|word| *word == Word::Good) {
        return Ok(Dnssec::Secure.into());
    }
    // The root is signed: who does not vouch for it validates nothing.
    let root = word(client, &Name::root(), RecordType::SOA).await;
    Ok(match root {
        Ok(Word::Good) => Dnssec::Insecure.into(),
        _ => Dnssec::Indeterminate.into(),
    })
}

const ASKING: Flags = Flags {
    authentic_data: true,
    dnssec_ok: false,
    checking_disabled: false,
    direct: false,
};

async fn word(client: &Client<'_>, name: &Name, kind: RecordType) -> Result<Word, Trouble> {
    let reply = client.bare(name, kind, ASKING).await?;
    if vouched(&reply) {
        let proving = Flags {
            dnssec_ok: true,
            ..Flags::default()
        };
        let again = client.bare(name, kind, proving).await?;
        return Ok(if vouched(&again) {
            Word::Good
        } else {
            Word::Nothing
        });
    }
    if answered(&reply) {
        return Ok(if reply.message.authoritative {
            Word::OfAuthority
        } else {
            Word::Nothing
        });
    }
    if reply.message.response_code == ResponseCode::ServFail {
        let unchecked = Flags {
            checking_disabled: true,
            ..ASKING
        };
        let why = extended(&reply);
        let reply = client.bare(name, kind, unchecked).await?;
        if answered(&reply) {
            return Ok(Word::Bad(why));
        }
    }
    Err(failed(name, reply.message.response_code))
}

/// Whether somebody who is not the authority says that the answer was validated.
fn vouched(reply: &Reply) -> bool {
    let message = &reply.message;
    answered(reply) && message.authentic_data && !message.authoritative
}

/// Whether the reply says something about the name.
fn answered(reply: &Reply) -> bool {
    let code = reply.message.response_code;
    matches!(code, ResponseCode::NoError | ResponseCode::NXDomain)
}

/// What is wrong with the signatures, by the extended error that came along (RFC 8914 §4). The one that says
/// no more than that it is bogus gives way.
fn extended(reply: &Reply) -> Option<&'static str> {
    let name = |code: u16| match code {
        7 => Some("a signature has expired"),
        8 => Some("a signature is not yet valid"),
        9 => Some("no key (DNSKEY) fits the digest at the parent (DS)"),
        10 => Some("signatures (RRSIG) are missing"),
        11 => Some("no key is one of the zone"),
        12 => Some("the proof that something is not there (NSEC) is missing"),
        25 => Some("a signature expires before it begins"),
        _ => None,
    };
    reply.extended_errors().into_iter().find_map(name)
}

fn failed(name: &Name, code: ResponseCode) -> Trouble {
    Trouble::new(
        ReasonCode::Unresolved,
        format!("failed to learn the state of DNSSEC of {name}: the name server answered {code}"),
    )
}
