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

/// # Errors
///
/// When the server does not answer, or fails with checking disabled too.
pub(super) async fn state(client: &Client<'_>, name: &Name) -> Result<Dnssec, Trouble> {
    let asking = Flags {
        authentic_data: true,
        ..Flags::default()
    };
    let reply = client.bare(name, RecordType::SOA, asking).await?;
    if vouched(&reply) {
        let proving = Flags {
            dnssec_ok: true,
            ..Flags::default()
        };
        let again = client.bare(name, RecordType::SOA, proving).await?;
        return Ok(if vouched(&again) {
            Dnssec::Secure
        } else {
            Dnssec::Indeterminate
        });
    }
    // An authority's own data is validated by nobody.
    if answered(&reply) && reply.message.authoritative {
        return Ok(Dnssec::Indeterminate);
    }
    if answered(&reply) {
        // The root is signed: who does not vouch for it validates nothing.
        let root = client.bare(&Name::root(), RecordType::SOA, asking).await;
        let validates = root.is_ok_and(|reply| vouched(&reply));
        return Ok(if validates {
            Dnssec::Insecure
        } else {
            Dnssec::Indeterminate
        });
    }
    if reply.message.response_code == ResponseCode::ServFail {
        let unchecked = Flags {
            checking_disabled: true,
            ..asking
        };
        let reply = client.bare(name, RecordType::SOA, unchecked).await?;
        if answered(&reply) {
            return Ok(Dnssec::Bogus);
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

fn failed(name: &Name, code: ResponseCode) -> Trouble {
    Trouble::new(
        ReasonCode::Unresolved,
        format!("failed to learn the state of DNSSEC of {name}: the name server answered {code}"),
    )
}
