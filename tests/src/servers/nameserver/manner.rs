//! What is wrong with the answers of a name server.

use super::{absolute, record, start_of};
use anyhow::{Context, Result, ensure};
use hickory_proto::op::{Edns, Message, MessageType, ResponseCode};
use hickory_proto::rr::rdata::opt::EdnsOption;
use hickory_proto::rr::{DNSClass, Name, RecordType};

/// Every word that means something; `%` stands for a quotation mark in the records behind some of them.
const WORDS: &[&str] = &[
    // Flags.
    "no-aa",
    "resolver",
    "validated",
    "ad",
    "copies-ad",
    // Codes.
    "servfail",
    "refused",
    "notimp",
    "formerr",
    "notauth",
    "nxdomain",
    "empty",
    "bogus",
    "old",
    "bad-version",
    "extended",
    // Records.
    "refers",
    "soa-of",
    "answer",
    "authority",
    "additional",
    "chaos",
    // The way of the answer.
    "silence",
    "silent-over-tcp",
    "deaf",
    "cut",
    "cut-bare",
    "cut-always",
    "garbage",
    "other-id",
    "other-question",
    "no-question",
    "a-query",
    "in-capitals",
    "forged-id",
    "forged-question",
    "forged-query",
];

/// What happens to the answers to some questions.
#[derive(Debug)]
pub(super) struct Manner {
    name: Option<Name>,
    kind: Option<RecordType>,
    words: Vec<String>,
}

/// An answer in the making.
#[derive(Debug)]
pub(super) struct Outcome<'a> {
    reply: Message,
    query: &'a Message,
    udp: bool,
    /// What is sent before the answer.
    before: Vec<Vec<u8>>,
    /// In place of it; nothing where it is empty.
    instead: Option<Vec<Vec<u8>>>,
}

impl<'a> Outcome<'a> {
    pub(super) fn new(reply: Message, query: &'a Message, udp: bool) -> Self {
        Self {
            reply,
            query,
            udp,
            before: Vec::new(),
            instead: None,
        }
    }

    pub(super) fn into_messages(self) -> Vec<Vec<u8>> {
        let own = || self.reply.to_vec().into_iter().collect();
        let mut all = self.before;
        all.extend(self.instead.unwrap_or_else(own));
        all
    }

    /// A copy of the answer that has been changed, ahead of it.
    fn forge(&mut self, change: impl FnOnce(&mut Message)) {
        let mut forged = self.reply.clone();
        change(&mut forged);
        self.before.extend(forged.to_vec());
    }

    fn bare(&mut self, code: ResponseCode) {
        self.reply.answers.clear();
        self.reply.authorities.clear();
        self.reply.metadata.response_code = code;
    }
}

impl Manner {
    pub(super) fn parse(line: &str) -> Result<Self> {
        let mut parts = line.splitn(3, ' ');
        let mut part = || parts.next().context("a name, a type and words are wanted");
        let (name, kind, words) = (part()?, part()?, part()?);
        let known = |text: &str| text != "*";
        let words: Vec<String> = words
            .split(',')
            .map(|word| word.trim().to_owned())
            .collect();
        for word in &words {
            let first = word.split(' ').next().unwrap_or_default();
            ensure!(WORDS.contains(&first), "{word:?} means nothing");
        }
        Ok(Self {
            name: known(name).then(|| absolute(name)).transpose()?,
            kind: known(kind).then(|| kind.parse()).transpose()?,
            words,
        })
    }

    pub(super) fn says(&self, word: &str) -> bool {
        self.words.iter().any(|own| own == word)
    }

    pub(super) fn is_for(&self, name: &Name, kind: RecordType) -> bool {
        let same = |own: &Name| own == name;
        self.name.as_ref().is_none_or(same) && self.kind.is_none_or(|own| own == kind)
    }

    pub(super) fn apply(&self, to: &mut Outcome<'_>) {
        for word in &self.words {
            let (word, about) = word.split_once(' ').unwrap_or((word, ""));
            flags(word, to);
            codes(word, about, to);
            sections(word, about, to);
            transport(word, to);
        }
    }
}

fn flags(word: &str, to: &mut Outcome<'_>) {
    let proofs = to
        .query
        .edns
        .as_ref()
        .is_some_and(|edns| edns.flags().dnssec_ok);
    let flags = &mut to.reply.metadata;
    match word {
        "no-aa" => flags.authoritative = false,
        // As a resolver answers that validates nothing.
        "resolver" => {
            flags.authoritative = false;
            flags.authentic_data = false;
            flags.recursion_available = true;
        }
        // As one that does, where it has found the answer good.
        "validated" => {
            flags.authoritative = false;
            flags.recursion_available = true;
            flags.authentic_data = to.query.authentic_data || proofs;
        }
        "ad" => flags.authentic_data = true,
        "copies-ad" => flags.authentic_data = to.query.authentic_data,
        _ => {}
    }
}

fn codes(word: &str, about: &str, to: &mut Outcome<'_>) {
    match word {
        "servfail" => to.bare(ResponseCode::ServFail),
        "refused" => to.bare(ResponseCode::Refused),
        "notimp" => to.bare(ResponseCode::NotImp),
        "formerr" => to.bare(ResponseCode::FormErr),
        "notauth" => to.bare(ResponseCode::NotAuth),
        "nxdomain" => to.bare(ResponseCode::NXDomain),
        "empty" => to.bare(ResponseCode::NoError),
        // As a validating resolver answers what is signed wrongly.
        "bogus" if !to.query.checking_disabled => to.bare(ResponseCode::ServFail),
        "old" if to.query.edns.is_some() => to.bare(ResponseCode::FormErr),
        "bad-version" if to.query.edns.is_some() => {
            to.bare(ResponseCode::BADVERS);
            to.reply.set_edns(Edns::new());
        }
        "extended" => {
            let code: u16 = about.parse().unwrap_or_default();
            let mut edns = Edns::new();
            let option = EdnsOption::Unknown(15, code.to_be_bytes().to_vec());
            edns.options_mut().insert(option);
            to.reply.set_edns(edns);
        }
        _ => {}
    }
}

fn sections(word: &str, about: &str, to: &mut Outcome<'_>) {
    let about = about.replace('%', "\"");
    match word {
        "refers" => {
            to.bare(ResponseCode::NoError);
            to.reply.authorities.extend(record(&about).ok());
        }
        "soa-of" => {
            to.reply.authorities.clear();
            to.reply
                .authorities
                .extend(absolute(&about).ok().map(|name| start_of(&name)));
        }
        "answer" => to.reply.answers.extend(record(&about).ok()),
        "authority" => to.reply.authorities.extend(record(&about).ok()),
        "additional" => to.reply.additionals.extend(record(&about).ok()),
        "chaos" => {
            for record in &mut to.reply.answers {
                record.dns_class = DNSClass::CH;
            }
        }
        _ => {}
    }
}

fn transport(word: &str, to: &mut Outcome<'_>) {
    let other = |message: &mut Message| {
        if let Some(query) = message.queries.first_mut() {
            query.set_name(Name::root());
        }
    };
    match word {
        "silence" => to.instead = Some(Vec::new()),
        "silent-over-tcp" if !to.udp => to.instead = Some(Vec::new()),
        "cut" if to.udp => to.reply.metadata.truncation = true,
        "cut-bare" if to.udp => {
            to.reply.answers.clear();
            to.reply.metadata.truncation = true;
        }
        "cut-always" => to.reply.metadata.truncation = true,
        "garbage" => {
            let id = to.query.id.to_be_bytes();
            to.instead = Some(vec![[&id[..], b"no message"].concat()]);
        }
        "other-id" => to.reply.metadata.id = to.query.id.wrapping_add(1),
        "other-question" => other(&mut to.reply),
        "no-question" => to.reply.queries.clear(),
        "a-query" => to.reply.metadata.message_type = MessageType::Query,
        "in-capitals" => {
            for query in &mut to.reply.queries {
                let capitals = query.name().to_string().to_ascii_uppercase();
                if let Ok(name) = Name::from_ascii(capitals) {
                    query.set_name(name);
                }
            }
        }
        // Forged answers without records arrive first.
        "forged-id" => to.forge(|message| {
            message.answers.clear();
            message.metadata.id = message.id.wrapping_add(7);
        }),
        "forged-question" => to.forge(|message| {
            message.answers.clear();
            other(message);
        }),
        "forged-query" => to.forge(|message| {
            message.metadata.message_type = MessageType::Query;
        }),
        _ => {}
    }
}
