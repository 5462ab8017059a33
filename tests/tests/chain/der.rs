//! Writing DER (X.690 §10), as much of it as certificates need, wrong forms included.

/// An element.
pub(crate) fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut bytes = vec![tag];
    match length {
        0..128 => bytes.push(u8::try_from(length).unwrap_or_default()),
        128..256 => bytes.extend([0x81, u8::try_from(length).unwrap_or_default()]),
        _ => {
            bytes.push(0x82);
            bytes.extend(u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    bytes.extend(content);
    bytes
}

/// SEQUENCE.
pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    der(0x30, &parts.concat())
}

/// SET.
pub(crate) fn set(parts: &[Vec<u8>]) -> Vec<u8> {
    der(0x31, &parts.concat())
}

/// BOOLEAN TRUE.
pub(crate) fn yes() -> Vec<u8> {
    vec![1, 1, 0xff]
}

/// INTEGER by its octets.
pub(crate) fn integer(octets: &[u8]) -> Vec<u8> {
    der(2, octets)
}

/// BIT STRING without unused bits.
pub(crate) fn bits(octets: &[u8]) -> Vec<u8> {
    der(3, &[&[0], octets].concat())
}

/// OCTET STRING.
pub(crate) fn octets(octets: &[u8]) -> Vec<u8> {
    der(4, octets)
}

/// OBJECT IDENTIFIER.
pub(crate) fn oid(dotted: &str) -> Vec<u8> {
    let arcs: Vec<u64> = dotted
        .split('.')
        .filter_map(|arc| arc.parse().ok())
        .collect();
    let first = arcs.first().copied().unwrap_or_default() * 40;
    let second = arcs.get(1).copied().unwrap_or_default();
    let mut content = Vec::new();
    for arc in [first + second].iter().chain(arcs.iter().skip(2)) {
        let mut groups = vec![u8::try_from(arc & 0x7f).unwrap_or_default()];
        let mut rest = arc >> 7;
        while rest > 0 {
            groups.insert(0, 0x80 | u8::try_from(rest & 0x7f).unwrap_or_default());
            rest >>= 7;
        }
        content.extend(groups);
    }
    der(6, &content)
}

/// A time: `20260401000000Z` as GeneralizedTime, `260401000000Z` as UTCTime.
pub(crate) fn time(text: &str) -> Vec<u8> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    der(if digits > 12 { 0x18 } else { 0x17 }, text.as_bytes())
}

/// A distinguished name of `O=…/CN=…`, in UTF8String.
pub(crate) fn name(text: &str) -> Vec<u8> {
    name_of(text, 0x0c)
}

/// The same in strings of this tag.
pub(crate) fn name_of(text: &str, tag: u8) -> Vec<u8> {
    let parts = text.split('/').filter_map(|part| part.split_once('='));
    let attributes: Vec<Vec<u8>> = parts
        .map(|(kind, value)| {
            // A country and a number are PrintableString, whatever the others are.
            let tag = if ["C", "2.5.4.5"].contains(&kind) {
                0x13
            } else {
                tag
            };
            let kind = match kind {
                "C" => "2.5.4.6",
                "L" => "2.5.4.7",
                "O" => "2.5.4.10",
                "OU" => "2.5.4.11",
                "CN" => "2.5.4.3",
                other => other,
            };
            set(&[sequence(&[oid(kind), der(tag, value.as_bytes())])])
        })
        .collect();
    sequence(&attributes)
}
