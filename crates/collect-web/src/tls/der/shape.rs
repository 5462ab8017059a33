//! What is wrong with a certificate that cannot be read: field by field (RFC 5280 §4.1).

use super::element::{
    BITS, CONSTRUCTED, Element, GENERALIZED_TIME, IDENTIFIER, INTEGER, SEQUENCE, SET, UTC_TIME,
    elements, read,
};
use super::{Fault, fault};

const FORM: &str = "RFC 5280 §4.1";

/// Why octets that are a certificate's cannot be read as one; nothing where they are no certificate's, or
/// where some of them are missing.
pub(in crate::tls) fn unreadable(der: &[u8]) -> Option<Fault> {
    if !is_meant(der) {
        return None;
    }
    let broken = fault(der).or_else(|| fields(der).err());
    Some(broken.unwrap_or_else(|| Fault::new(FORM, "it cannot be read")))
}

/// Whether the octets are all there and begin as a certificate does: with a SEQUENCE of a SEQUENCE, in
/// which a version or a number stands first, or beside which an algorithm and a signature stand.
fn is_meant(der: &[u8]) -> bool {
    let header = |bytes: &[u8]| -> Option<usize> {
        let (SEQUENCE, length) = (*bytes.first()?, *bytes.get(1)?) else {
            return None;
        };
        let octets = usize::from(length & 0x7f);
        Some(if length < 0x80 { 2 } else { 2 + octets })
    };
    let all_there = || {
        let length = *der.get(1)?;
        let octets = der.get(2..2 + usize::from(length & 0x7f));
        match length {
            0..=0x7f => Some(usize::from(length) + 2 <= der.len()),
            0x80 => Some(der.ends_with(&[0, 0])),
            _ => {
                let octets = octets?;
                let add = |sum: usize, octet: &u8| {
                    sum.saturating_mul(256).saturating_add(usize::from(*octet))
                };
                Some(octets.iter().fold(0, add) <= der.len() - 2 - octets.len())
            }
        }
    };
    let first = || {
        let within = der.get(header(der)?..)?;
        within.get(header(within)?).copied()
    };
    let is_signed = || {
        let (whole, _) = read(der).ok()?;
        let tags: Vec<u8> = elements(whole.content)
            .ok()?
            .iter()
            .map(|part| part.tag)
            .collect();
        Some(tags == [SEQUENCE, SEQUENCE, BITS])
    };
    let begins = matches!(first(), Some(0xa0 | INTEGER));
    all_there() == Some(true) && (begins || is_signed() == Some(true))
}

/// The fields in their order.
///
/// # Errors
///
/// The first that is not there, or is not what it has to be.
pub(in crate::tls) fn fields(der: &[u8]) -> Result<(), Fault> {
    let (certificate, behind) = read(der)?;
    if !behind.is_empty() {
        return Err(Fault::new(FORM, "octets stand behind it"));
    }
    let parts = elements(certificate.content)?;
    let tags: Vec<u8> = parts.iter().map(|part| part.tag).collect();
    let [signed, ..] = parts.as_slice() else {
        return Err(Fault::new(FORM, "it is empty"));
    };
    if tags != [SEQUENCE, SEQUENCE, BITS] {
        let wanted = "it is not what is signed, an algorithm and a signature (BIT STRING)";
        return Err(Fault::new(FORM, wanted));
    }
    let parts = elements(signed.content)?;
    let mut fields = parts.iter().peekable();
    if let Some(version) = fields.next_if(|field| field.tag == 0xa0) {
        let number = elements(version.content)?;
        let known = matches!(number.as_slice(), [one] if one.tag == INTEGER
            && matches!(one.content, [0..=2]));
        wanted(known, "RFC 5280 §4.1.2.1", "its version is none")?;
    }
    let mut next = |tag: u8, rule, name: &str| {
        let field = fields.next().filter(|field| field.tag == tag);
        field.ok_or_else(|| Fault::new(rule, format!("its {name} is missing or is none")))
    };
    next(INTEGER, "RFC 5280 §4.1.2.2", "serial number")?;
    algorithm(next(SEQUENCE, "RFC 5280 §4.1.2.3", "signature algorithm")?)?;
    name(next(SEQUENCE, "RFC 5280 §4.1.2.4", "issuer")?, "issuer")?;
    validity(next(SEQUENCE, "RFC 5280 §4.1.2.5", "validity")?)?;
    name(next(SEQUENCE, "RFC 5280 §4.1.2.6", "subject")?, "subject")?;
    key(next(SEQUENCE, "RFC 5280 §4.1.2.7", "public key")?)?;
    for identifier in [0x81, 0x82] {
        let _ = fields.next_if(|field| field.tag == identifier);
    }
    if let Some(all) = fields.next_if(|field| field.tag == 0xa3) {
        extensions(all)?;
    }
    let rest = fields.next().is_none();
    wanted(rest, FORM, "it has a field that no certificate has")
}

fn wanted(met: bool, rule: &'static str, message: &str) -> Result<(), Fault> {
    if met {
        return Ok(());
    }
    Err(Fault::new(rule, message))
}

fn algorithm(element: &Element<'_>) -> Result<(), Fault> {
    let parts = elements(element.content)?;
    let named = parts.first().is_some_and(|first| first.tag == IDENTIFIER) && parts.len() <= 2;
    wanted(named, "RFC 5280 §4.1.1.2", "an algorithm has no identifier")
}

fn name(element: &Element<'_>, which: &str) -> Result<(), Fault> {
    let sound = |part: &Element<'_>| -> Result<bool, Fault> {
        if part.tag != SET {
            return Ok(false);
        }
        let attributes = elements(part.content)?;
        let each = attributes.iter().all(|one| {
            let parts = elements(one.content).unwrap_or_default();
            one.tag == SEQUENCE && matches!(parts.as_slice(), [id, _] if id.tag == IDENTIFIER)
        });
        Ok(!attributes.is_empty() && each)
    };
    for part in elements(element.content)? {
        let message = format!("its {which} is no list of attributes");
        wanted(sound(&part)?, "RFC 5280 §4.1.2.4", &message)?;
    }
    Ok(())
}

fn validity(element: &Element<'_>) -> Result<(), Fault> {
    let dates = elements(element.content)?;
    let two = dates.len() == 2
        && dates
            .iter()
            .all(|date| matches!(date.tag, UTC_TIME | GENERALIZED_TIME));
    wanted(two, "RFC 5280 §4.1.2.5", "its validity is not two dates")
}

fn key(element: &Element<'_>) -> Result<(), Fault> {
    let parts = elements(element.content)?;
    let [named, bits] = parts.as_slice() else {
        return Err(Fault::new(
            "RFC 5280 §4.1.2.7",
            "its public key is not an algorithm and bits",
        ));
    };
    algorithm(named)?;
    let both = named.tag == SEQUENCE && bits.tag == BITS;
    wanted(
        both,
        "RFC 5280 §4.1.2.7",
        "its public key is not an algorithm and bits",
    )
}

fn extensions(element: &Element<'_>) -> Result<(), Fault> {
    let rule = "RFC 5280 §4.1.2.9";
    let lists = elements(element.content)?;
    let [list] = lists.as_slice() else {
        return Err(Fault::new(rule, "its extensions are no list"));
    };
    let all = elements(list.content)?;
    wanted(!all.is_empty(), rule, "its list of extensions is empty")?;
    for one in all {
        let parts = elements(one.content)?;
        let tags: Vec<u8> = parts.iter().map(|part| part.tag).collect();
        let sound = one.tag & CONSTRUCTED != 0 && matches!(tags.as_slice(), [6, 4] | [6, 1, 4]);
        wanted(
            sound,
            rule,
            "an extension is not an identifier, a flag and a value",
        )?;
    }
    Ok(())
}
