//! What webpki is shown of a certificate. It refuses what it does not know: constraints on names that are
//! neither DNS names nor addresses, policies that are critical, and CAs that issued themselves below a
//! `pathLenConstraint`. That is hidden from it in a copy of the certificate, and judged here once there
//! is a path.
//!
//! Who would serve a certificate that is what another one is shown as, with that one's signature, would
//! have it taken for signed: such a one is left out.
//!
//! Hidden is the tag of each such constraint, which becomes one of ediPartyName, which no server's
//! certificate has; that an extension of policies is critical; and the number of CAs. Signatures are still
//! checked over the octets that were signed.

use super::constraints::hide;
use super::octets::{element, elements};
use rustls_pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, SignatureVerificationAlgorithm,
};
use std::ops::Range;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{ParsedExtension, X509Extension};
use x509_parser::prelude::FromDer as _;

/// certificatePolicies, policyMappings, policyConstraints and inhibitAnyPolicy.
const OF_POLICIES: [&str; 4] = ["2.5.29.32", "2.5.29.33", "2.5.29.36", "2.5.29.54"];

/// More CAs than webpki ever counts.
const MANY: u8 = 0x7f;

/// A certificate as it is, with what webpki is not shown of it.
#[derive(Clone, Debug)]
pub(super) struct Known<'a> {
    pub(super) original: &'a CertificateDer<'a>,
    mask: Option<Mask>,
    /// Whether its key may sign certificates (keyUsage), as far as it says.
    pub(super) may_issue: bool,
    /// How many CAs may stand below it.
    pub(super) most_below: Option<u32>,
    /// Whether it issued itself.
    pub(super) itself: bool,
    /// Whether it limits or maps policies.
    pub(super) limits_policies: bool,
}

/// A certificate as webpki is shown it.
#[derive(Clone, Debug)]
pub(super) struct Mask {
    shown: CertificateDer<'static>,
    /// What stands in its place: what was signed.
    original: Vec<u8>,
    /// Where that is.
    signed: Range<usize>,
}

impl<'a> Known<'a> {
    pub(super) fn of(certificate: &'a CertificateDer<'a>) -> Self {
        let mut known = Self::plain(certificate);
        let Ok((_, parsed)) = X509Certificate::from_der(certificate) else {
            return known;
        };
        known.itself = parsed.subject().as_raw() == parsed.issuer().as_raw();
        let mut hidden: Vec<(Range<usize>, Hide)> = Vec::new();
        for extension in parsed.extensions() {
            known.extension(extension, &mut hidden);
        }
        known.mask = Mask::of(certificate, &parsed, &hidden);
        known
    }

    /// The same for a server's own certificate, of which nothing is asked but what it says of policies:
    /// most say nothing that is hidden, and need not be taken apart for that.
    pub(super) fn of_server(certificate: &'a CertificateDer<'a>) -> Self {
        let says = |identifier: &[u8; 3]| {
            let mut places = certificate.windows(identifier.len());
            places.any(|octets| octets == identifier)
        };
        let critical = certificate
            .windows(6)
            .any(|octets| octets == [0x55, 0x1d, 32, 1, 1, 0xff]);
        if critical || [33, 36, 54].iter().any(|last| says(&[0x55, 0x1d, *last])) {
            return Self::of(certificate);
        }
        Self::plain(certificate)
    }

    fn plain(certificate: &'a CertificateDer<'a>) -> Self {
        Self {
            original: certificate,
            mask: None,
            may_issue: true,
            most_below: None,
            itself: false,
            limits_policies: false,
        }
    }

    fn extension(&mut self, extension: &X509Extension<'_>, hidden: &mut Vec<(Range<usize>, Hide)>) {
        let value = within(self.original, extension.value);
        let mut add = |place: Option<Range<usize>>, what| {
            hidden.extend(place.map(|place| (place, what)));
        };
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the others are webpki's to know"
        )]
        match extension.parsed_extension() {
            ParsedExtension::NameConstraints(_) => add(value, Hide::Names),
            ParsedExtension::KeyUsage(usage) => self.may_issue = usage.key_cert_sign(),
            ParsedExtension::BasicConstraints(basic) => {
                self.most_below = basic.path_len_constraint;
                if self.most_below.is_some() {
                    add(value, Hide::Number);
                }
            }
            ParsedExtension::PolicyMappings(_)
            | ParsedExtension::PolicyConstraints(_)
            | ParsedExtension::InhibitAnyPolicy(_) => self.limits_policies = true,
            _ => {}
        }
        let read = !matches!(
            extension.parsed_extension(),
            ParsedExtension::ParseError { .. }
        );
        let oid = extension.oid.to_id_string();
        if extension.critical && read && OF_POLICIES.contains(&oid.as_str()) {
            add(
                within(self.original, extension.oid.as_bytes()),
                Hide::Critical,
            );
        }
    }

    /// What webpki is shown.
    pub(super) fn shown(&self) -> CertificateDer<'_> {
        CertificateDer::from(self.shown_octets())
    }

    /// Whether this is what webpki was shown of it.
    pub(super) fn is_shown_as(&self, der: &[u8]) -> bool {
        self.shown_octets() == der
    }

    fn shown_octets(&self) -> &[u8] {
        let mask = self.mask.as_ref().map(|mask| mask.shown.as_ref());
        mask.unwrap_or(self.original)
    }

    pub(super) fn mask(&self) -> Option<&Mask> {
        self.mask.as_ref()
    }

    /// Whether its own octets are what one of these masks shows: its signature, if it is right, is over
    /// other octets.
    pub(super) fn is_a_mask(&self, masks: &[&Mask]) -> bool {
        let own = signed_part(self.original);
        own.is_some_and(|own| masks.iter().any(|mask| mask.signed(own).is_some()))
    }
}

/// What is hidden at a place.
#[derive(Clone, Copy, Debug)]
enum Hide {
    /// The subtrees of names that are not webpki's in the value of nameConstraints.
    Names,
    /// The number in the value of basicConstraints.
    Number,
    /// That the extension of the identifier there is critical.
    Critical,
}

impl Mask {
    fn of(
        certificate: &CertificateDer<'_>,
        parsed: &X509Certificate<'_>,
        hidden: &[(Range<usize>, Hide)],
    ) -> Option<Self> {
        if hidden.is_empty() {
            return None;
        }
        let signed = within(certificate, parsed.tbs_certificate.as_ref())?;
        let mut shown = certificate.to_vec();
        for (place, what) in hidden {
            match what {
                Hide::Names => {
                    let value = shown.get_mut(place.clone())?;
                    let (_, content) = element(value, 0)?;
                    hide(value.get_mut(content)?);
                }
                Hide::Number => number(shown.get_mut(place.clone())?),
                // BOOLEAN TRUE behind the identifier.
                Hide::Critical => {
                    let flag = shown.get_mut(place.end..place.end.checked_add(3)?)?;
                    if flag == [1, 1, 0xff] {
                        flag.copy_from_slice(&[1, 1, 0]);
                    }
                }
            }
        }
        let differs = shown.as_slice() != certificate.as_ref();
        differs.then(|| Self {
            original: certificate.get(signed.clone()).unwrap_or_default().to_vec(),
            shown: CertificateDer::from(shown),
            signed,
        })
    }

    /// What was signed, where this is what is shown in its place.
    fn signed(&self, message: &[u8]) -> Option<&[u8]> {
        (self.shown.get(self.signed.clone()) == Some(message)).then_some(&self.original)
    }
}

/// Sets the number in a BasicConstraints to one that limits nothing.
fn number(value: &mut [u8]) {
    let Some((_, content)) = element(value, 0) else {
        return;
    };
    // The flag goes before the number, and is one octet too.
    let last = elements(value, content).pop();
    let place = last.filter(|place| place.len() == 1 && value.get(place.start - 2) == Some(&2));
    if let Some(octet) = place.and_then(|place| value.get_mut(place.start)) {
        *octet = MANY;
    }
}

/// What is signed of a certificate: the first element within it.
fn signed_part(der: &[u8]) -> Option<&[u8]> {
    let (_, content) = element(der, 0)?;
    let (_, first) = element(der, content.start)?;
    der.get(content.start..first.end)
}

/// Where a part of `whole` stands in it.
fn within(whole: &[u8], part: &[u8]) -> Option<Range<usize>> {
    let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    let end = start.checked_add(part.len())?;
    (end <= whole.len()).then_some(start..end)
}

/// An algorithm that checks what was signed where it is given what is shown.
#[derive(Debug)]
pub(super) struct Unmasking<'a> {
    pub(super) inner: &'static dyn SignatureVerificationAlgorithm,
    pub(super) masks: &'a [&'a Mask],
}

impl SignatureVerificationAlgorithm for Unmasking<'_> {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let signed = self.masks.iter().find_map(|mask| mask.signed(message));
        self.inner
            .verify_signature(public_key, signed.unwrap_or(message), signature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.inner.public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.inner.signature_alg_id()
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, number};
    use proptest::prelude::*;
    use rustls_pki_types::CertificateDer;

    #[test]
    fn the_number_of_cas_alone_is_changed() {
        for (value, wanted) in [
            (
                vec![0x30, 6, 1, 1, 0xff, 2, 1, 0],
                vec![0x30, 6, 1, 1, 0xff, 2, 1, 0x7f],
            ),
            (vec![0x30, 3, 1, 1, 0xff], vec![0x30, 3, 1, 1, 0xff]),
            (vec![0x30, 3, 2, 1, 5], vec![0x30, 3, 2, 1, 0x7f]),
            (vec![0x30, 0], vec![0x30, 0]),
            (vec![], vec![]),
        ] {
            let mut changed = value.clone();
            number(&mut changed);
            assert_eq!(changed, wanted, "{value:?}");
        }
    }

    proptest! {
        #[test]
        fn no_octets_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let der = CertificateDer::from(bytes.clone());
            let _ = Known::of(&der).shown();
            number(&mut bytes);
        }
    }
}
