//! What must be true of any input to the parsers of this folder; called by fuzz targets and by
//! the test that replays their corpus.

use super::caa::Caa;
use super::mail::fuzz as mail;
use super::wire::{self, Flags};
use super::{client::plain, raw};
use hickory_proto::rr::{Name, RecordType};

/// The data of a CAA record is read or refused. What is malformed, or critical and unknown, lets
/// nobody issue, and the issuer that a value names is a name that DNS can hold.
pub(crate) fn caa(bytes: &[u8]) {
    let Ok(record) = raw::record(bytes) else {
        return;
    };
    if let Some(issuer) = &record.issuer {
        assert!(!record.malformed && issuer.is_ascii() && !issuer.contains([';', ' ']));
    }
    let governs = matches!(record.tag.as_str(), "issue" | "issuewild");
    let unheard = record.critical && !governs && record.tag != "iodef";
    let (malformed, tag) = (record.malformed, record.tag.clone());
    let good = raw::record(b"\x00\x05issuegood.example");
    let beside: Vec<_> = good.into_iter().chain([record.clone()]).collect();
    for wildcard in [false, true] {
        let alone = Caa::new("x".to_owned(), Vec::new(), vec![record.clone()], wildcard);
        let governed = tag == "issue" || (wildcard && tag == "issuewild");
        assert!(!(governed && malformed) || alone.forbids_all);
        assert!(!unheard || !alone.allows("good.example"));
        assert!(alone.restricts || alone.allowed.is_empty());
        let both = Caa::new("x".to_owned(), Vec::new(), beside.clone(), wildcard);
        assert!(!unheard || !both.allows("good.example"));
        assert!(both.restricts && (governs || unheard || both.allows("good.example")));
    }
}

/// An SPF record is read or refused, and each term is counted by itself.
pub(crate) fn spf(bytes: &[u8]) {
    mail::spf(&String::from_utf8_lossy(bytes));
}

/// A DMARC record is read or refused, and what is read is a policy that there is.
pub(crate) fn dmarc(bytes: &[u8]) {
    mail::dmarc(&String::from_utf8_lossy(bytes));
}

/// A policy of MTA-STS is read or refused, and what is read can be kept to.
pub(crate) fn mta_sts(bytes: &[u8]) {
    mail::mta_sts(&String::from_utf8_lossy(bytes));
}

/// A name server's answer is read or refused, and only an answer to the question is taken for one.
pub(crate) fn answer(bytes: &[u8]) {
    let Ok(name) = Name::from_ascii("a.example.") else {
        return;
    };
    let query = wire::query(&name, RecordType::CAA, true, Flags::default());
    let whole = [&query.id.to_be_bytes()[..], bytes].concat();
    if let Ok(message) = wire::read(&whole, &query) {
        let named = message.queries.iter().map(|asked| plain(asked.name()));
        assert!(named.into_iter().all(|name| name == "a.example"));
    }
}
