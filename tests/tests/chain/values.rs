//! Values of extensions.

use super::der::{der, oid, sequence};

/// extendedKeyUsage.
pub(crate) fn purposes(ids: &[&str]) -> Vec<u8> {
    sequence(&ids.iter().map(|id| oid(id)).collect::<Vec<_>>())
}

/// subjectAltName of DNS names.
pub(crate) fn dns(names: &[&str]) -> Vec<u8> {
    sequence(
        &names
            .iter()
            .map(|name| der(0x82, name.as_bytes()))
            .collect::<Vec<_>>(),
    )
}

/// subjectAltName of an IP address.
pub(crate) fn ip(octets: &[u8]) -> Vec<u8> {
    sequence(&[der(0x87, octets)])
}

/// certificatePolicies.
pub(crate) fn policies(ids: &[&str]) -> Vec<u8> {
    sequence(
        &ids.iter()
            .map(|id| sequence(&[oid(id)]))
            .collect::<Vec<_>>(),
    )
}

/// authorityInfoAccess with caIssuers.
pub(crate) fn access(url: &str) -> Vec<u8> {
    sequence(&[sequence(&[
        oid("1.3.6.1.5.5.7.48.2"),
        der(0x86, url.as_bytes()),
    ])])
}

/// cRLDistributionPoints.
pub(crate) fn lists(url: &str) -> Vec<u8> {
    sequence(&[sequence(&[der(
        0xa0,
        &der(0xa0, &der(0x86, url.as_bytes())),
    )])])
}

/// nameConstraints of GeneralNames: permitted, excluded.
pub(crate) fn constraints(permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Vec<u8> {
    let trees = |tag: u8, bases: &[Vec<u8>]| {
        let all: Vec<u8> = bases
            .iter()
            .flat_map(|base| sequence(std::slice::from_ref(base)))
            .collect();
        if all.is_empty() {
            Vec::new()
        } else {
            der(tag, &all)
        }
    };
    sequence(&[trees(0xa0, permitted), trees(0xa1, excluded)])
}
