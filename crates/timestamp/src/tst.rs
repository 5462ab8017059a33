//! What a stamp says: `TSTInfo` (RFC 3161 section 2.4.2).

use crate::der::{Elements, dotted, tag};
use crate::error::StampError;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The content of a token.
pub(crate) struct TstInfo<'a> {
    pub(crate) policy: String,
    /// The algorithm's object identifier, and the digest.
    pub(crate) algorithm: &'a [u8],
    pub(crate) digest: &'a [u8],
    pub(crate) serial: &'a [u8],
    pub(crate) time: Timestamp,
    pub(crate) nonce: Option<&'a [u8]>,
}

pub(crate) fn read(bytes: &[u8]) -> Result<TstInfo<'_>, StampError> {
    let mut outer = Elements::new(bytes);
    let mut info = outer.wanted("TSTInfo", tag::SEQUENCE)?.inner();
    outer.end("TSTInfo")?;
    let version = info.wanted("TSTInfo.version", tag::INTEGER)?;
    if version.value != [1] {
        return Err(info.bad("TSTInfo.version", "it is not 1"));
    }
    let policy = dotted(info.wanted("TSTInfo.policy", tag::OID)?.value);
    let mut imprint = info.wanted("messageImprint", tag::SEQUENCE)?.inner();
    let mut algorithm = imprint.wanted("hashAlgorithm", tag::SEQUENCE)?.inner();
    let algorithm = algorithm.wanted("hashAlgorithm", tag::OID)?.value;
    let digest = imprint.wanted("hashedMessage", tag::OCTET_STRING)?.value;
    let serial = info.wanted("serialNumber", tag::INTEGER)?.value;
    let before = info;
    let time = info.wanted("genTime", tag::GENERALIZED_TIME)?.value;
    let time = moment(time).ok_or_else(|| before.bad("genTime", "it is no time in UTC"))?;
    info.optional("accuracy", tag::SEQUENCE)?;
    info.optional("ordering", tag::BOOLEAN)?;
    let nonce = info.optional("nonce", tag::INTEGER)?;
    info.optional("tsa", tag::CONTEXT_0)?;
    info.optional("extensions", tag::CONTEXT_1)?;
    info.end("TSTInfo")?;
    Ok(TstInfo {
        policy,
        algorithm,
        digest,
        serial,
        time,
        nonce: nonce.map(|nonce| nonce.value),
    })
}

/// A GeneralizedTime as RFC 3161 has it: UTC, seconds, and a fraction where it has one.
fn moment(value: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(value).ok()?;
    let time = DateTime::strptime("%Y%m%d%H%M%S%.fZ", text).ok()?;
    TimeZone::UTC.to_timestamp(time).ok()
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn times_are_utc_to_the_second_or_finer() {
        let told = |text: &str| moment(text.as_bytes()).map(|time| time.to_string());
        assert_eq!(
            told("20261127081500Z").as_deref(),
            Some("2026-11-27T08:15:00Z")
        );
        assert_eq!(
            told("20261127081500.25Z").as_deref(),
            Some("2026-11-27T08:15:00.25Z")
        );
        for bad in [
            "",
            "Z",
            "20261127081500",
            "20261127081500+0100",
            "20261327081500Z",
            "202611270815Z",
            "20261127081500Z ",
        ] {
            assert_eq!(told(bad), None, "{bad:?}");
        }
    }
}
