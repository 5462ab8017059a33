//! Of which certificates a list speaks, and whether all that it says is the whole story (RFC 5280 §5.2.4,
//! §5.2.5 and §6.3.3).

use super::points::points;
use super::signed::content;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{
    DistributionPointName, GeneralName, IssuingDistributionPoint, ParsedExtension,
};
use x509_parser::oid_registry::OID_X509_EXT_ISSUER_DISTRIBUTION_POINT;
use x509_parser::revocation_list::CertificateRevocationList;

const DELTA: &str = "2.5.29.27";

/// The scope of a list.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scope<'a> {
    point: Option<&'a IssuingDistributionPoint<'a>>,
    /// Why it tells only who is revoked, and not who is not.
    pub(super) part: Option<&'static str>,
}

impl<'a> Scope<'a> {
    /// # Errors
    ///
    /// Why the list tells of no certificate.
    pub(super) fn of(crl: &'a CertificateRevocationList<'_>) -> Result<Self, String> {
        let mut scope = Self::default();
        for extension in crl.extensions() {
            let oid = extension.oid.to_id_string();
            if oid == DELTA {
                scope.part =
                    Some("it holds only what is new since another list (deltaCRLIndicator)");
            } else if let ParsedExtension::IssuingDistributionPoint(point) =
                extension.parsed_extension()
                && is_whole(extension.value, point)
            {
                scope.point = Some(point);
            } else if extension.oid == OID_X509_EXT_ISSUER_DISTRIBUTION_POINT {
                return Err("its issuingDistributionPoint cannot be read".to_owned());
            } else if extension.critical {
                return Err(format!(
                    "it has the critical extension {oid}, which is not known here"
                ));
            }
        }
        if scope
            .point
            .is_some_and(|point| point.only_some_reasons.is_some())
        {
            scope.part = Some("it names some reasons only (onlySomeReasons)");
        }
        Ok(scope)
    }

    /// Whether it may list certificates of other issuers than its own (indirectCRL).
    pub(super) fn is_indirect(&self) -> bool {
        self.point.is_some_and(|point| point.indirect_crl)
    }

    /// Whether it speaks of this certificate.
    pub(super) fn holds(&self, certificate: &X509Certificate<'_>) -> bool {
        let Some(point) = self.point else {
            return true;
        };
        let kind = !point.only_contains_attribute_certs
            && (!point.only_contains_user_certs || !certificate.is_ca())
            && (!point.only_contains_ca_certs || certificate.is_ca());
        let named = match &point.distribution_point {
            None => true,
            Some(DistributionPointName::FullName(names)) => {
                let own = points(certificate);
                names.iter().any(
                    |name| matches!(name, GeneralName::URI(uri) if own.iter().any(|one| one == uri)),
                )
            }
            Some(DistributionPointName::NameRelativeToCRLIssuer(_)) => false,
        };
        kind && named
    }
}

/// Whether all that the value of an issuingDistributionPoint says was read: what is out of its order, or of
/// another form, is passed over by the parser.
fn is_whole(value: &[u8], point: &IssuingDistributionPoint<'_>) -> bool {
    let Some((mut rest, _)) = content(value) else {
        return false;
    };
    let mut before = 0;
    while let Some(tag) = rest.first().copied() {
        let Some((data, behind)) = content(rest) else {
            return false;
        };
        let flag = data == [0xff];
        let read = match tag {
            0xa0 => point.distribution_point.is_some(),
            0x81 => point.only_contains_user_certs == flag,
            0x82 => point.only_contains_ca_certs == flag,
            0x83 => point.only_some_reasons.is_some(),
            0x84 => point.indirect_crl == flag,
            0x85 => point.only_contains_attribute_certs == flag,
            _ => false,
        };
        let place = tag & 0x0f;
        if !read || before > place {
            return false;
        }
        before = place;
        rest = behind;
    }
    true
}
