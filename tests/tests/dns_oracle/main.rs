//! What is seen of names, held against `dig` and `delv`, over zones of named: addresses, TXT, CAA found
//! by climbing, times to live, and the state of DNSSEC by a validating resolver.

mod commands;
mod evidence;
mod signed;
mod tools;

use anyhow::{Context, Result};
use seaworthy_tests::accuracy::keep;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Named, apex};
use serde_json::Value;
use std::net::SocketAddr;
use tools::{caa_by_climbing, delv, dig, installed, key_of_the_root, status};

/// A zone with what names may have.
const ZONE: &str = "
@ A 192.0.2.1
@ TXT \"v=spf1 -all\"
@ CAA 0 issue \"ca.example; validationmethods=dns-01\"
@ CAA 0 iodef \"mailto:security@lab.test\"
www CNAME edge
edge A 192.0.2.2
edge 30 AAAA 2001:db8::2
twice CNAME www
six AAAA 2001:db8::6
many A 192.0.2.11
many A 192.0.2.12
many A 192.0.2.13
text TXT \"one\" \"two\"
text TXT \"with \\\"quotes\\\" and \\\\\"
text TXT \"\\195\\188\"
own CAA 0 issue \";\"
own CAA 128 issuewild \"wild.example\"
below.own A 192.0.2.3
alias CNAME caa.elsewhere
caa.elsewhere CAA 0 issue \"elsewhere.example\"
odd CAA 0 unheardof \"x\"
Upper A 192.0.2.4
a.b.c.d A 192.0.2.5
*.wild A 192.0.2.6
_under.score TXT \"x\"
dead CNAME nowhere
short 1 A 192.0.2.7
";

const NAMES: [&str; 24] = [
    "lab.test",
    "www.lab.test",
    "edge.lab.test",
    "twice.lab.test",
    "six.lab.test",
    "many.lab.test",
    "text.lab.test",
    "own.lab.test",
    "below.own.lab.test",
    "deep.er.own.lab.test",
    "alias.lab.test",
    "below.alias.lab.test",
    "caa.elsewhere.lab.test",
    "odd.lab.test",
    "upper.lab.test",
    "a.b.c.d.lab.test",
    "b.c.d.lab.test",
    "c.d.lab.test",
    "any.wild.lab.test",
    "wild.lab.test",
    "_under.score.lab.test",
    "dead.lab.test",
    "short.lab.test",
    "nothing.lab.test",
];

/// The fact about a domain, as `probe caa` shows it.
fn seen(scene: &Scene, name: &str, server: SocketAddr) -> Result<Value> {
    let at = server.to_string();
    let ran = scene.run(&[
        "probe",
        "caa",
        name,
        "--nameserver",
        &at,
        "--format",
        "json",
    ])?;
    let report = ran.json()?;
    let fact = report.pointer("/facts/0/value");
    fact.cloned().with_context(|| report.to_string())
}

fn texts(value: &Value) -> Vec<String> {
    let all = value.as_array().into_iter().flatten();
    let mut texts: Vec<String> = all
        .filter_map(|text| Some(text.as_str()?.to_owned()))
        .collect();
    texts.sort();
    texts
}

/// One line of the table: what was compared, over how many names, and how many agree.
struct Tally {
    what: &'static str,
    tool: &'static str,
    names: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn new(tool: &'static str, what: &'static str) -> Self {
        Self {
            what,
            tool,
            names: 0,
            wrong: Vec::new(),
        }
    }

    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, name: &str, ours: &T, theirs: &T) {
        self.names += 1;
        if ours != theirs {
            self.wrong
                .push(format!("{name}: ours {ours:?}, {} {theirs:?}", self.tool));
        }
    }
}

#[test]
fn dns_oracle() -> Result<()> {
    if !installed()? {
        return Ok(());
    }
    let Some(named) = Named::setup().zone("lab.test", &apex(ZONE)).start()? else {
        return Ok(());
    };
    let (scene, at) = (Scene::new()?, named.address());
    let mut tallies = [
        "A",
        "AAAA",
        "TXT",
        "CAA by climbing",
        "whether the name exists",
        "time to live of A",
    ]
    .map(|what| Tally::new("dig", what));
    for name in NAMES {
        let ours = seen(&scene, name, at)?;
        let [a, aaaa, txt, caa, exists, ttl] = &mut tallies;
        for (tally, kind, field) in [(a, "A", "a"), (aaaa, "AAAA", "aaaa"), (txt, "TXT", "txt")] {
            tally.compare(name, &texts(&ours[field]), &dig(at, name, kind)?.data(kind));
        }
        let records = ours
            .pointer("/caa/records")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let shown = |record: &Value| {
            format!(
                "{} {}",
                record["tag"].as_str().unwrap_or_default(),
                record["value"].as_str().unwrap_or_default()
            )
        };
        let mut records: Vec<String> = records.map(shown).collect();
        records.sort();
        caa.compare(name, &records, &caa_by_climbing(at, name)?);
        exists.compare(
            name,
            &ours["exists"].as_bool(),
            &Some(status(at, name)? != "NXDOMAIN"),
        );
        let answer = dig(at, name, "A")?;
        ttl.compare(
            name,
            &ours.pointer("/ttls/A").and_then(Value::as_i64),
            &answer.ttl("A"),
        );
    }
    let mut validated = Tally::new("delv", "state of DNSSEC");
    dnssec(&scene, &mut validated)?;
    let mut table = "| tool | what | names | agree |\n|---|---|---|---|\n".to_owned();
    for tally in tallies.iter().chain([&validated]) {
        let Tally {
            tool,
            what,
            names,
            wrong,
        } = tally;
        assert!(wrong.is_empty(), "{what}: {}", wrong.join("\n"));
        table.push_str(&format!("| {tool} | {what} | {names} | {names} |\n"));
    }
    keep("dns_oracle", &table)
}

/// A signed root, with one child that is not signed for its parent, and one that is signed wrongly.
fn dnssec(scene: &Scene, tally: &mut Tally) -> Result<()> {
    let root = apex(
        "www.good A 192.0.2.1\nopen NS ns\nbogus NS ns\n\
         bogus DS 12345 13 2 0000000000000000000000000000000000000000000000000000000000000000",
    );
    let child = "$TTL 60\n@ SOA ns. hostmaster. 1 3600 600 86400 60\n@ NS ns.\nwww A 192.0.2.9\n";
    let signing = "dnssec-policy default;\nallow-update { localhost; };\nkey-directory \".\";";
    let setup = Named::setup().options(signing).zone(".", &root);
    let authority = setup.zone("open", child).zone("bogus", child).start()?;
    let authority = authority.context("named")?;
    let key = key_of_the_root(authority.address())?;
    let resolver = Named::setup().resolver(authority.address(), &key).start()?;
    let resolver = resolver.context("named")?;
    for (name, wanted) in [
        ("www.good", "secure"),
        ("www.open", "insecure"),
        ("www.bogus", "bogus"),
    ] {
        let ours = seen(scene, name, resolver.address())?;
        let state = ours.get("dnssec").and_then(Value::as_str);
        let ours = state.unwrap_or("unknown").to_owned();
        tally.compare(name, &ours, &delv(scene, authority.address(), name, &key)?);
        assert_eq!(ours, wanted, "{name}: {}", resolver.log());
    }
    Ok(())
}
