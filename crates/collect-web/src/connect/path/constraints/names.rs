//! The names of a certificate, and what they are limited to, form by form.

use super::{Refused, Subtrees, host, mailbox, range, uri};
use crate::connect::name;
use crate::connect::octets::element;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;

/// SmtpUTF8Mailbox (RFC 9598 §3).
const SMTP_UTF8_MAILBOX: &str = "1.3.6.1.5.5.7.8.9";

/// A name, or what names of its form are limited to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Form<'a> {
    /// A DNS name.
    Host(&'a str),
    /// An address; for a limit, a range of them.
    Address(&'a [u8]),
    /// A distinguished name, in DER.
    Subject(&'a [u8]),
    /// A mailbox; for a limit, a host or a domain too.
    Mailbox(&'a str),
    /// A mailbox whose local part is UTF-8, which is limited as mailboxes are (RFC 9598 §6).
    Utf8Mailbox(&'a str),
    /// A URI; for a limit, a host or a domain.
    Uri(&'a str),
    /// A form of which nobody has said what lies within what; of otherName, one type.
    Strange(String),
}

impl<'a> Form<'a> {
    /// # Errors
    ///
    /// When the name cannot be read.
    pub(super) fn of(name: &GeneralName<'a>) -> Result<Self, Refused> {
        Ok(match name {
            GeneralName::DNSName(name) => Self::Host(name),
            GeneralName::IPAddress(octets) => Self::Address(octets),
            GeneralName::DirectoryName(name) => Self::Subject(name.as_raw()),
            GeneralName::RFC822Name(mailbox) => Self::Mailbox(mailbox),
            GeneralName::URI(uri) => Self::Uri(uri),
            GeneralName::OtherName(kind, value) => {
                let kind = kind.to_id_string();
                if kind == SMTP_UTF8_MAILBOX {
                    Self::Utf8Mailbox(utf8(value).ok_or(Refused::Malformed)?)
                } else {
                    Self::Strange(format!("otherName {kind}"))
                }
            }
            GeneralName::X400Address(_) => Self::Strange("x400Address".to_owned()),
            GeneralName::EDIPartyName(_) => Self::Strange("ediPartyName".to_owned()),
            GeneralName::RegisteredID(_) => Self::Strange("registeredID".to_owned()),
            GeneralName::Invalid(..) => return Err(Refused::Malformed),
        })
    }

    /// Whether the name lies within `base`; nothing where that is about names of another form.
    ///
    /// # Errors
    ///
    /// When that cannot be told: then the certificate is to be refused.
    pub(super) fn is_within(
        &self,
        base: &Self,
        subtrees: Subtrees,
    ) -> Result<Option<bool>, Refused> {
        let known = |within: Option<bool>| within.ok_or(Refused::Names).map(Some);
        match (self, base) {
            (Self::Host(name), Self::Host(base)) => host::is_within(name, base, subtrees).map(Some),
            (Self::Address(name), Self::Address(base)) => range::is_within(name, base).map(Some),
            (Self::Subject(name), Self::Subject(base)) => Ok(Some(name::is_within(name, base))),
            (Self::Mailbox(name), Self::Mailbox(base)) => known(mailbox::is_within(name, base)),
            (Self::Utf8Mailbox(name), Self::Mailbox(base)) => {
                known(mailbox::utf8_is_within(name, base))
            }
            (Self::Uri(name), Self::Uri(base)) => known(uri::is_within(name, base)),
            (Self::Utf8Mailbox(_), Self::Utf8Mailbox(_)) => known(None),
            (Self::Strange(form), Self::Strange(limited)) if form == limited => known(None),
            (
                Self::Host(_)
                | Self::Address(_)
                | Self::Subject(_)
                | Self::Mailbox(_)
                | Self::Utf8Mailbox(_)
                | Self::Uri(_)
                | Self::Strange(_),
                _,
            ) => Ok(None),
        }
    }
}

/// The subject, where it is not empty, and every name of subjectAltName. Where there is no subjectAltName, mailboxes within the subject count (RFC 5280 §4.2.1.10).
///
/// # Errors
///
/// When they cannot be read.
pub(super) fn named<'a>(certificate: &'a X509Certificate<'_>) -> Result<Vec<Form<'a>>, Refused> {
    let subject = certificate.subject();
    let mut all = Vec::new();
    if subject.iter().next().is_some() {
        all.push(Form::Subject(subject.as_raw()));
    }
    let others = certificate
        .subject_alternative_name()
        .map_err(|_| Refused::Malformed)?;
    match others {
        Some(others) => {
            for name in &others.value.general_names {
                all.push(Form::of(name)?);
            }
        }
        None => {
            for mailbox in subject.iter_email() {
                let mailbox = mailbox.as_str().map_err(|_| Refused::Malformed)?;
                all.push(Form::Mailbox(mailbox));
            }
        }
    }
    Ok(all)
}

/// The text of an otherName's value: `[0] EXPLICIT UTF8String`.
fn utf8(value: &[u8]) -> Option<&str> {
    let (0xa0, outer) = element(value, 0)? else {
        return None;
    };
    let (0x0c, text) = element(value, outer.start)? else {
        return None;
    };
    std::str::from_utf8(value.get(text)?).ok()
}
