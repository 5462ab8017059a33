//! Values of DER, type by type (X.690 §8, §10 and §11, X.680 §41).

use super::Fault;
use super::element::{
    BITS, BOOLEAN, CONSTRUCTED, Element, GENERALIZED_TIME, IDENTIFIER, INTEGER, SEQUENCE, SET,
    UTC_TIME, elements,
};
use jiff::civil::DateTime;

const ENUMERATED: u8 = 0x0a;
const NULL: u8 = 5;
const UTF8: u8 = 0x0c;
const NUMERIC: u8 = 0x12;
const PRINTABLE: u8 = 0x13;
const IA5: u8 = 0x16;
const VISIBLE: u8 = 0x1a;
const UNIVERSAL: u8 = 0x1c;
const BMP: u8 = 0x1e;

/// What holds for one element by its tag; of what is within it nothing is said.
pub(super) fn check(element: &Element<'_>) -> Result<(), Fault> {
    let content = element.content;
    let fault = |broken: bool, rule, message: &str| {
        if broken {
            Err(Fault::new(rule, message))
        } else {
            Ok(())
        }
    };
    match element.tag {
        BOOLEAN => fault(
            !matches!(content, [0 | 0xff]),
            "X.690 §11.1",
            "a BOOLEAN is neither 00 nor FF",
        ),
        INTEGER | ENUMERATED => fault(
            !is_shortest(content),
            "X.690 §8.3.2",
            "an INTEGER is empty or takes more octets than it needs",
        ),
        BITS => fault(
            !are_bits(content),
            "X.690 §11.2.1",
            "a BIT STRING does not tell its unused bits, or they are not zero",
        ),
        NULL => fault(!content.is_empty(), "X.690 §8.8.2", "a NULL is not empty"),
        IDENTIFIER => fault(
            !is_identifier(content),
            "X.690 §8.19.2",
            "an OBJECT IDENTIFIER is cut, or a part of it takes more octets than it needs",
        ),
        UTC_TIME | GENERALIZED_TIME => time(element),
        tag if tag & 0xc0 == 0 && tag & CONSTRUCTED != 0 && !matches!(tag, SEQUENCE | SET) => {
            fault(true, "X.690 §10.2", "a value is written in pieces")
        }
        0x10 | 0x11 => fault(
            true,
            "X.690 §8.9.1",
            "a SEQUENCE or SET is written as octets",
        ),
        tag => fault(
            !are_characters(tag, content),
            "X.680 §41",
            "a text has characters that strings of its kind do not have",
        ),
    }
}

/// UTCTime as YYMMDDHHMMSSZ and GeneralizedTime as YYYYMMDDHHMMSSZ, and nothing else.
fn time(element: &Element<'_>) -> Result<(), Fault> {
    let (rule, kind, years) = if element.tag == UTC_TIME {
        ("RFC 5280 §4.1.2.5.1", "UTCTime YYMMDDHHMMSSZ", 2)
    } else {
        ("RFC 5280 §4.1.2.5.2", "GeneralizedTime YYYYMMDDHHMMSSZ", 4)
    };
    let text = String::from_utf8_lossy(element.content);
    if is_instant(&text, years) {
        return Ok(());
    }
    let shown = crate::dns::printable(&text);
    Err(Fault::new(rule, format!("the date {shown:?} is no {kind}")))
}

fn is_instant(text: &str, years: usize) -> bool {
    let Some(digits) = text.strip_suffix('Z') else {
        return false;
    };
    if digits.len() != years + 10 || !digits.bytes().all(|octet| octet.is_ascii_digit()) {
        return false;
    }
    let number = |from: usize, until: usize| digits.get(from..until)?.parse::<i8>().ok();
    let year = match (
        years,
        digits.get(..years).and_then(|year| year.parse().ok()),
    ) {
        (2, Some(year @ 50..)) => 1900 + year,
        (2, Some(year)) => 2000 + year,
        (_, Some(year)) => year,
        (_, None) => return false,
    };
    let part = |place: usize| number(years + 2 * place, years + 2 * place + 2);
    let (Some(month), Some(day), Some(hour), Some(minute), Some(second)) =
        (part(0), part(1), part(2), part(3), part(4))
    else {
        return false;
    };
    DateTime::new(year, month, day, hour, minute, second, 0).is_ok()
}

/// The elements of a SET OF stand in the order of their octets (X.690 §11.6).
pub(super) fn in_order(content: &[u8]) -> Result<(), Fault> {
    let all = elements(content)?;
    if all.is_sorted_by(|one, two| one.whole <= two.whole) {
        return Ok(());
    }
    Err(Fault::new(
        "X.690 §11.6",
        "the elements of a SET are not in their order",
    ))
}

/// What holds for the value of an extension that is known: a flag that says the default, and bits that
/// say nothing.
pub(super) fn of_extension(id: &[u8], value: &Element<'_>) -> Result<(), Fault> {
    match id {
        // keyUsage: a list of named bits ends with one that is set.
        [0x55, 0x1d, 15] if value.tag == BITS => match value.content {
            [unused, .., last] if last.trailing_zeros() > u32::from(*unused) => Err(Fault::new(
                "X.690 §11.2.2",
                "its keyUsage ends with bits that are not set",
            )),
            _ => Ok(()),
        },
        // basicConstraints: cA is false by default.
        [0x55, 0x1d, 19] if value.tag == SEQUENCE => match elements(value.content)?.first() {
            Some(flag) if flag.tag == BOOLEAN && flag.content == [0] => Err(Fault::new(
                "X.690 §11.5",
                "its basicConstraints says in so many words that it is no CA's, which is the default",
            )),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

fn is_shortest(integer: &[u8]) -> bool {
    match integer {
        [] => false,
        [0, second, ..] => second & 0x80 != 0,
        [0xff, second, ..] => second & 0x80 == 0,
        _ => true,
    }
}

fn are_bits(content: &[u8]) -> bool {
    match content {
        [0] => true,
        [unused @ 0..=7, .., last] => last.trailing_zeros() >= u32::from(*unused),
        _ => false,
    }
}

fn is_identifier(content: &[u8]) -> bool {
    let ends = content.last().is_some_and(|last| last & 0x80 == 0);
    let mut begins = true;
    let padded = content.iter().any(|octet| {
        let padded = begins && *octet == 0x80;
        begins = octet & 0x80 == 0;
        padded
    });
    ends && !padded
}

fn are_characters(tag: u8, content: &[u8]) -> bool {
    let each = |allowed: fn(u8) -> bool| content.iter().all(|octet| allowed(*octet));
    match tag {
        UTF8 => std::str::from_utf8(content).is_ok(),
        NUMERIC => each(|octet| octet.is_ascii_digit() || octet == b' '),
        PRINTABLE => {
            each(|octet| octet.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&octet))
        }
        IA5 => each(|octet| octet.is_ascii()),
        VISIBLE => each(|octet| (0x20..0x7f).contains(&octet)),
        BMP => content.len().is_multiple_of(2),
        UNIVERSAL => content.len().is_multiple_of(4),
        // The characters of TeletexString are anybody's guess.
        _ => true,
    }
}

/// An identifier in dots.
pub(super) fn dotted(content: &[u8]) -> String {
    x509_parser::der_parser::oid::Oid::new(content.into()).to_id_string()
}
