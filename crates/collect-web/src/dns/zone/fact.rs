//! The fact about the zone that holds a domain, and what follows from its servers' answers.

use hickory_proto::rr::Name;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The zone that holds a domain, and what each of its authoritative servers says of the domain when
/// it is asked by itself. What could not be looked at is left out and named among the fact's
/// unknown fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Zone {
    /// The domain's name in lower-case ASCII.
    pub(super) name: String,
    /// The zone: the domain itself, or the nearest ancestor with name servers of its own.
    pub(super) apex: String,
    /// The names of its servers (NS), sorted.
    pub(super) name_servers: Vec<String>,
    /// Those of them that have no address: nobody can ask them, and whoever registers a name that
    /// has lapsed answers for the zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dangling: Option<Vec<String>>,
    /// Those of them whose names are aliases, which they must not be (RFC 2181 §10.3):
    /// `ns1.example.com (CNAME a.example.net)`. Left out where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(super) aliased: Vec<String>,
    /// The networks that the public addresses of the servers are in, `192.0.2.0/24` or `2001:db8::/48`,
    /// sorted. Left out where no server has a public address: nobody outside asks such a zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) networks: Option<Vec<String>>,
    /// How long resolvers keep that a name or a record is not there, in seconds: the smaller one of the
    /// SOA's MINIMUM and its own time to live (RFC 2308 §5), the longest of any server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) negative_ttl: Option<i64>,
    /// How the zone above delegates this one. Unknown where its servers could not be asked or do
    /// not show it, because they serve this zone too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) delegation: Option<Delegation>,
    /// Each address of each server, those that only the zone above names too, sorted.
    pub(super) servers: Vec<Server>,
    /// The servers that answer and do not serve the zone (RFC 9499 §7, lame). Unknown where one
    /// could not be asked and none was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lame: Option<Vec<String>>,
    /// Record sets that are not the same at each server. Unknown likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) differing: Option<Vec<Differing>>,
    /// Whether the servers hold versions of the zone with different serials. A moment after a
    /// change that is no fault.
    #[schemars(extend("x-volatile" = true))]
    pub(super) serials_differ: bool,
}

/// One address of one authoritative server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(super) struct Server {
    /// The server's name.
    pub(super) name: String,
    /// The address that was asked, `192.0.2.1:53`.
    pub(super) address: String,
    /// What it makes of the zone.
    pub(super) state: State,
    /// More about it, for a person; absent where it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) detail: Option<String>,
    /// The serial of the zone that it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-volatile" = true))]
    pub(super) serial: Option<i64>,
    /// How long it lets resolvers keep that something is not there, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) negative_ttl: Option<i64>,
    /// What it says of the domain by type of record (`A`, `AAAA`, `CAA`, `TXT`; `NS` of the zone):
    /// the records, sorted, `CNAME …` for an alias, `NXDOMAIN` where it says that there is no such
    /// name.
    pub(super) answers: BTreeMap<String, Vec<String>>,
}

/// What a server makes of the zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// It answers with authority.
    Answers,
    /// It answers, and not with authority, or knows of no such zone.
    Lame,
    /// It refuses to answer this client, or fails.
    Refuses,
    /// It does not answer.
    Silent,
    /// This machine has no way to such an address (no IPv6, for example).
    NoRoute,
}

/// A record set that is not the same everywhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub(super) struct Differing {
    /// The type of record.
    pub(super) record: String,
    /// Who says what, for a person: `ns1.example.com [192.0.2.1:53]: 192.0.2.7`.
    pub(super) answers: Vec<String>,
}

/// What the zone above says of the zone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Delegation {
    /// The zone above; `.` for the root.
    pub(super) parent: String,
    /// Its server that was asked, `a.gtld-servers.net [192.5.6.30:53]`.
    pub(super) asked: String,
    /// The servers that it names (NS), sorted.
    pub(super) name_servers: Vec<String>,
    /// Those of them that the zone itself does not name.
    pub(super) only_parent: Vec<String>,
    /// Servers that the zone names and the zone above does not: hardly anybody asks them.
    pub(super) only_zone: Vec<String>,
    /// Servers within the zone whose addresses do not come along (RFC 9471 §2.1): nobody finds them
    /// without having found them before.
    pub(super) missing_glue: Vec<String>,
    /// Servers whose addresses are others at the zone above, for a person: `ns1.example.com:
    /// 192.0.2.1 at the parent, 192.0.2.2 in the zone`.
    pub(super) differing_glue: Vec<String>,
}

impl Server {
    pub(super) fn shown(&self) -> String {
        format!("{} [{}]", self.name, self.address)
    }

    fn answered(&self) -> bool {
        matches!(self.state, State::Answers | State::Lame)
    }
}

impl Zone {
    /// Concludes from the servers' answers; `missed` is a record set that one of them did not give.
    /// Gives the fields that stay unknown, with the reason.
    pub(super) fn conclude(&mut self, missed: Option<String>) -> Vec<(&'static str, String)> {
        self.servers.sort();
        let lame: Vec<String> = self
            .servers
            .iter()
            .filter(|server| server.state == State::Lame)
            .map(Server::shown)
            .collect();
        let serials: BTreeSet<i64> = self
            .servers
            .iter()
            .filter_map(|server| server.serial)
            .collect();
        self.serials_differ = serials.len() > 1;
        self.negative_ttl = self
            .servers
            .iter()
            .filter_map(|server| server.negative_ttl)
            .max();
        let differing = self.compare();
        let unasked = self.unasked();
        let mut unknown = Vec::new();
        if let (None, Some(why)) = (self.negative_ttl, &unasked) {
            unknown.push(("negative_ttl", why.clone()));
        }
        match &unasked {
            Some(why) if lame.is_empty() => unknown.push(("lame", why.clone())),
            _ => self.lame = Some(lame),
        }
        match unasked.or(missed) {
            Some(why) if differing.is_empty() => unknown.push(("differing", why)),
            _ => self.differing = Some(differing),
        }
        unknown
    }

    /// The servers that the zone's own servers name, all of them together; none where none told.
    pub(super) fn own_servers(&self) -> Option<BTreeSet<Name>> {
        let told = self.servers.iter().filter_map(|one| one.answers.get("NS"));
        let names = told.flatten().filter_map(|name| {
            let name = Name::from_ascii(name).ok()?;
            Some(name.to_lowercase())
        });
        Some(names.collect()).filter(|names: &BTreeSet<Name>| !names.is_empty())
    }

    /// Why not every server was heard, if so. An address that this machine has no way to is no
    /// matter where the same server answered at another.
    fn unasked(&self) -> Option<String> {
        let heard = |name: &str| {
            self.servers
                .iter()
                .any(|server| server.name == name && server.answered())
        };
        let unheard = |server: &&Server| match server.state {
            State::Answers | State::Lame => false,
            State::Refuses | State::Silent => true,
            State::NoRoute => !heard(&server.name),
        };
        let server = self.servers.iter().find(unheard)?;
        let detail = server.detail.as_deref().unwrap_or("it said nothing");
        Some(format!("{}: {detail}", server.shown()))
    }

    fn compare(&self) -> Vec<Differing> {
        let serving = || {
            self.servers
                .iter()
                .filter(|server| server.state == State::Answers)
        };
        let records: BTreeSet<&String> =
            serving().flat_map(|server| server.answers.keys()).collect();
        let mut differing = Vec::new();
        for record in records {
            let said: Vec<(String, &Vec<String>)> = serving()
                .filter_map(|server| Some((server.shown(), server.answers.get(record)?)))
                .collect();
            let variants: BTreeSet<&Vec<String>> = said.iter().map(|(_, answer)| *answer).collect();
            if variants.len() > 1 {
                let line = |(who, answer): &(String, &Vec<String>)| match answer.as_slice() {
                    [] => format!("{who}: none"),
                    records => format!("{who}: {}", records.join(", ")),
                };
                differing.push(Differing {
                    record: record.clone(),
                    answers: said.iter().map(line).collect(),
                });
            }
        }
        differing
    }
}

#[cfg(test)]
mod tests {
    use super::{Server, State, Zone};

    fn server(name: &str, state: State, a: &[&str]) -> Server {
        Server {
            name: name.into(),
            address: format!("{name}:53"),
            state,
            detail: Some("told".into()),
            serial: None,
            negative_ttl: Some(300),
            answers: [(
                "A".to_owned(),
                a.iter().map(|&one| one.to_owned()).collect(),
            )]
            .into(),
        }
    }

    /// The number of lame servers and of record sets that differ; `None` where that is unknown.
    fn conclude(servers: Vec<Server>) -> (Option<usize>, Option<usize>) {
        let mut zone = Zone {
            servers,
            ..Zone::default()
        };
        let unknown = zone.conclude(None);
        let told = (
            zone.lame.map(|all| all.len()),
            zone.differing.map(|all| all.len()),
        );
        assert_eq!(
            unknown.len(),
            usize::from(told.0.is_none()) + usize::from(told.1.is_none())
        );
        told
    }

    #[test]
    fn servers_are_compared_and_who_is_not_heard_leaves_it_open() {
        use State::{Answers, Lame, NoRoute, Refuses, Silent};
        let one = || server("a", Answers, &["192.0.2.1"]);
        assert_eq!(
            conclude(vec![one(), server("b", Answers, &["192.0.2.1"])]),
            (Some(0), Some(0))
        );
        assert_eq!(
            conclude(vec![one(), server("b", Answers, &["192.0.2.2"])]),
            (Some(0), Some(1))
        );
        assert_eq!(
            conclude(vec![one(), server("b", Lame, &[])]),
            (Some(1), Some(0))
        );
        for state in [Refuses, Silent, NoRoute] {
            assert_eq!(
                conclude(vec![one(), server("b", state, &[])]),
                (None, None),
                "{state:?}"
            );
            // What was seen counts, whatever was not.
            let seen = vec![
                one(),
                server("b", Lame, &[]),
                server("c", Answers, &[]),
                server("d", state, &[]),
            ];
            assert_eq!(conclude(seen), (Some(1), Some(1)), "{state:?}");
        }
        // Another address of the same server, of a kind that this machine does not speak.
        assert_eq!(
            conclude(vec![one(), server("a", NoRoute, &[])]),
            (Some(0), Some(0))
        );
        assert_eq!(
            conclude(vec![one(), server("a", Silent, &[])]),
            (None, None)
        );
    }
}
