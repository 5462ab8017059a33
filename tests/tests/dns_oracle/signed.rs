//! Zones that are signed in every way that a validating resolver tells apart, behind an authority and such a
//! resolver, all of them named: what is said of the state of DNSSEC (RFC 4033 §5).

use super::seen;
use super::tools::key_in;
use anyhow::{Context, Result, ensure};
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Named, apex, find};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// How a zone is signed, and how its parent vouches for it.
struct Zone {
    name: &'static str,
    records: &'static str,
    /// Words for `dnssec-signzone`.
    signing: &'static [&'static str],
    link: Link,
    harm: Harm,
}

/// What the parent has of the zone's key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    /// Its digest.
    Whole,
    /// None.
    Missing,
    /// That of another key.
    OfAnother,
    /// A digest by an algorithm that nobody knows, or for a key of such an algorithm.
    Unheard(&'static str),
    /// One that nobody knows, beside the right one.
    Beside(&'static str),
}

/// What becomes of the signed zone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Harm {
    None,
    /// It is served without signatures.
    Unsigned,
    /// The signatures of `www` are taken out.
    Stripped,
    /// The address of `www` is another one than was signed.
    Changed,
}

const fn zone(name: &'static str, signing: &'static [&'static str], link: Link) -> Zone {
    Zone {
        name,
        records: "www A 192.0.2.1",
        signing,
        link,
        harm: Harm::None,
    }
}

const fn harmed(name: &'static str, harm: Harm, link: Link) -> Zone {
    Zone {
        harm,
        ..zone(name, &[], link)
    }
}

const fn holding(name: &'static str, records: &'static str) -> Zone {
    Zone {
        records,
        ..zone(name, &[], Link::Whole)
    }
}

const UNHEARD_ALGORITHM: &str =
    "12345 200 2 0000000000000000000000000000000000000000000000000000000000000000";
const UNHEARD_DIGEST: &str = "12345 13 200 00000000000000000000";

const ZONES: &[Zone] = &[
    zone("good", &[], Link::Whole),
    zone("third", &["-3", "-", "-H", "0"], Link::Whole),
    zone("optout", &["-3", "-", "-H", "0", "-A"], Link::Whole),
    zone(
        "expired",
        &["-s", "20200101000000", "-e", "20200201000000"],
        Link::Whole,
    ),
    zone(
        "early",
        &["-s", "20400101000000", "-e", "20400201000000"],
        Link::Whole,
    ),
    zone("another", &[], Link::OfAnother),
    zone("island", &[], Link::Missing),
    harmed("plain", Harm::Unsigned, Link::Missing),
    harmed("stripped", Harm::Unsigned, Link::Whole),
    harmed("half", Harm::Stripped, Link::Whole),
    harmed("changed", Harm::Changed, Link::Whole),
    // RFC 4035 §5.2, RFC 6840 §5.2: as if it were not signed.
    harmed("odd", Harm::Unsigned, Link::Unheard(UNHEARD_ALGORITHM)),
    harmed("digest", Harm::Unsigned, Link::Unheard(UNHEARD_DIGEST)),
    zone("both", &[], Link::Beside(UNHEARD_DIGEST)),
    holding("wild", "*.any A 192.0.2.7"),
    holding(
        "alias",
        "in CNAME www.good.\nout CNAME www.plain.\nbad CNAME www.expired.\ngone CNAME no.good.",
    ),
    holding("move", "d DNAME good.\ne DNAME plain."),
];

/// Names and what is said of them.
const NAMES: &[(&str, &str)] = &[
    ("good", "secure"),
    ("www.good", "secure"),
    ("no.good", "secure"),
    ("www.third", "secure"),
    ("no.third", "secure"),
    ("www.optout", "secure"),
    // What is not signed may be there (RFC 5155 §6).
    ("no.optout", "insecure"),
    ("www.expired", "bogus"),
    ("no.expired", "bogus"),
    ("www.early", "bogus"),
    ("www.another", "bogus"),
    ("www.island", "insecure"),
    ("www.plain", "insecure"),
    ("no.plain", "insecure"),
    ("www.stripped", "bogus"),
    ("no.stripped", "bogus"),
    ("www.half", "bogus"),
    ("half", "secure"),
    ("www.changed", "bogus"),
    ("changed", "secure"),
    ("www.odd", "insecure"),
    ("www.digest", "insecure"),
    ("www.both", "secure"),
    ("x.any.wild", "secure"),
    ("x.y.any.wild", "secure"),
    ("no.wild", "secure"),
    ("in.alias", "secure"),
    ("out.alias", "insecure"),
    ("bad.alias", "bogus"),
    ("gone.alias", "secure"),
    ("www.d.move", "secure"),
    ("www.e.move", "insecure"),
];

#[test]
fn the_state_of_dnssec_in_every_way_of_signing() -> Result<()> {
    let (Some(_), Some(_)) = (
        find("dnssec-signzone", "bind9-utils")?,
        find("named", "bind9")?,
    ) else {
        return Ok(());
    };
    let scene = Scene::new()?;
    let mut setup = Named::setup().options("check-integrity no;");
    let mut root = apex("");
    for zone in ZONES {
        let (text, links) = zone.signed(&scene.path(zone.name))?;
        setup = setup.zone(zone.name, &text);
        root.push_str(&format!("{} NS ns.\n{links}", zone.name));
    }
    let made = sign(".", &root, &[], &scene.path("root"))?;
    let authority = setup.zone(".", &made.text).start()?.context("named")?;
    let resolver = Named::setup()
        .resolver(authority.address(), &made.key)
        .start()?;
    let resolver = resolver.context("named")?;
    let mut wrong = Vec::new();
    for (name, wanted) in NAMES {
        let fact = seen(&scene, name, resolver.address())?;
        let said = fact
            .get("dnssec")
            .and_then(Value::as_str)
            .unwrap_or("unknown");
        if said != *wanted {
            wrong.push(format!("{name}: {said}, wanted {wanted}"));
        }
        // The authority itself validates nothing.
        let fact = seen(&scene, name, authority.address())?;
        let said = fact
            .get("dnssec")
            .and_then(Value::as_str)
            .unwrap_or("unknown");
        if said != "indeterminate" {
            wrong.push(format!("{name} at its authority: {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), resolver.log());
    Ok(())
}

/// A signed zone.
struct Made {
    text: String,
    /// The data of its key.
    key: String,
    /// The records for its parent.
    links: String,
}

impl Zone {
    /// The text of the zone, and what its parent has of it.
    fn signed(&self, folder: &Path) -> Result<(String, String)> {
        let start = "$TTL 60\n@ SOA ns. hostmaster. 1 3600 600 86400 60\n@ NS ns.";
        let text = format!("{start}\n{}\n", self.records);
        let made = sign(self.name, &text, self.signing, folder)?;
        let own = |line: &&str| {
            let signature = line.contains("RRSIG\tA ") && line.starts_with("www.");
            !signature
        };
        let served = match self.harm {
            Harm::None => made.text.clone(),
            Harm::Unsigned => text.clone(),
            Harm::Stripped => made.text.lines().filter(own).collect::<Vec<_>>().join("\n"),
            Harm::Changed => made.text.replace("192.0.2.1", "192.0.2.66"),
        };
        let unheard = |data: &str| format!("{} DS {data}\n", self.name);
        let links = match self.link {
            Link::Whole => made.links,
            Link::Missing => String::new(),
            Link::OfAnother => sign(self.name, &text, &[], &folder.join("other"))?.links,
            Link::Unheard(data) => unheard(data),
            Link::Beside(data) => made.links + &unheard(data),
        };
        Ok((served + "\n", links))
    }
}

/// Signs a zone with a key of its own.
fn sign(name: &str, text: &str, more: &[&str], folder: &Path) -> Result<Made> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("zone"), text)?;
    let run = |program: &str, words: &[&str]| -> Result<String> {
        let ran = Command::new(program)
            .args(words)
            .current_dir(folder)
            .output()?;
        let told = String::from_utf8_lossy(&ran.stderr).into_owned();
        ensure!(ran.status.success(), "{program} {words:?}: {told}");
        Ok(String::from_utf8_lossy(&ran.stdout).trim().to_owned())
    };
    let key = run(
        "dnssec-keygen",
        &["-q", "-a", "ECDSAP256SHA256", "-f", "KSK", name],
    )?;
    let public = std::fs::read_to_string(folder.join(format!("{key}.key")))?;
    std::fs::write(folder.join("zone"), format!("{text}\n{public}"))?;
    let mut words = vec!["-q", "-z", "-P", "-O", "full", "-o", name, "-f", "signed"];
    words.extend(more);
    words.extend(["zone", &key]);
    run("dnssec-signzone", &words)?;
    let links = std::fs::read_to_string(folder.join(format!("dsset-{}.", name.trim_matches('.'))));
    Ok(Made {
        text: std::fs::read_to_string(folder.join("signed"))?,
        key: key_in(&public)?,
        links: links.unwrap_or_default(),
    })
}
