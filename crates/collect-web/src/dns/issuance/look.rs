//! One handshake with one address, and the CAA records of one name of a certificate.

use super::fact::{Governed, Served};
use super::identifiers;
use crate::connect::{Roots, open};
use crate::dns::client::Client;
use crate::dns::climb;
use crate::dns::printable::printable;
use crate::dns::{caa_questions, dig_server};
use crate::target::{Domain, Endpoint};
use hickory_proto::rr::Name;
use seaworthy_collect::{Context, Trouble, with_retries};
use seaworthy_model::ReasonCode;
use std::net::SocketAddr;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer as _;

/// The certificate that `address` serves.
///
/// # Errors
///
/// When no handshake comes about, or what is shown is no certificate.
pub(super) async fn served(
    endpoint: &Endpoint,
    address: SocketAddr,
    roots: &Roots,
    context: &Context,
) -> Result<Served, Trouble> {
    let place = address.to_string();
    let (outcome, attempts) = with_retries(context, Some(&place), || {
        open(endpoint, address, &[], context)
    })
    .await;
    let connection = outcome.map_err(|mut trouble| {
        trouble.attempts = attempts;
        trouble
    })?;
    let unread = |why: &str| {
        Trouble::new(
            ReasonCode::Unparsed,
            format!(
                "failed to read the certificate of {} at {address}: {why}",
                endpoint.host
            ),
        )
    };
    let own = connection.peer.as_ref().and_then(|peer| peer.chain.first());
    let own = own.ok_or_else(|| unread("none was shown"))?;
    let (_, certificate) =
        X509Certificate::from_der(own).map_err(|error| unread(&error.to_string()))?;
    let organisation = certificate.issuer().iter_organization().next();
    let organisation = organisation
        .and_then(|value| value.as_str().ok())
        .map(printable);
    // Whoever signs for himself may call himself anything.
    let untrusted = connection.trusted(endpoint, roots, context.as_of).err();
    let identifiers = organisation
        .as_deref()
        .filter(|_| untrusted.is_none())
        .and_then(identifiers::of_organisation);
    Ok(Served {
        address: place,
        issuer: printable(&certificate.issuer().to_string()),
        organisation,
        identifiers,
        untrusted,
        names: names_for(&certificate, &endpoint.host),
    })
}

/// The certificate's DNS names that are for `host`: itself, and a wildcard over it.
fn names_for(certificate: &X509Certificate<'_>, host: &str) -> Vec<String> {
    let wildcard = host
        .split_once('.')
        .map(|(_, parent)| format!("*.{parent}"));
    let extension = certificate.subject_alternative_name().ok().flatten();
    let names = extension
        .iter()
        .flat_map(|extension| &extension.value.general_names);
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()),
        GeneralName::OtherName(..)
        | GeneralName::RFC822Name(_)
        | GeneralName::X400Address(_)
        | GeneralName::DirectoryName(_)
        | GeneralName::EDIPartyName(_)
        | GeneralName::URI(_)
        | GeneralName::IPAddress(_)
        | GeneralName::RegisteredID(_)
        | GeneralName::Invalid(..) => None,
    };
    let mut names: Vec<String> = names
        .filter_map(name)
        .filter(|name| name == host || Some(name) == wildcard.as_ref())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The CAA records that govern a certificate for `name`, which may be a wildcard: then those of the
/// name below it, by its wildcard rules (RFC 8659 §4.3).
pub(super) async fn governed(client: &Client<'_>, name: &str) -> Governed {
    let (bare, wildcard) = name
        .strip_prefix("*.")
        .map_or((name, false), |bare| (bare, true));
    let caa = match Name::from_ascii(format!("{bare}.")) {
        Ok(asked) => climb::relevant(client, &asked, wildcard)
            .await
            .map_err(|trouble| trouble.detail),
        Err(error) => Err(format!("failed to ask for {bare}: {error}")),
    };
    Governed {
        name: name.to_owned(),
        caa,
    }
}

/// The commands that show the same: who issued what is served, and what CAA says.
pub(super) fn reproduce(domain: &Domain, address: Option<&SocketAddr>) -> String {
    let name = &domain.name;
    let connect = address.map_or_else(|| format!("{name}:443"), ToString::to_string);
    format!(
        "openssl s_client -connect {connect} -servername {name} </dev/null | openssl x509 -noout -issuer -ext subjectAltName; dig {}{}",
        dig_server(domain.nameserver),
        caa_questions(name)
    )
}
