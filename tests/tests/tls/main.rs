//! The TLS probes over servers of every kind, beside independent scanners: where they differ,
//! `tests/oracles/tls/disputes.yaml` says why, and `docs/accuracy.md` counts it.
//!
//! sslyze and pkilint come from PyPI, sslscan and testssl.sh from Debian; they are never linked, and skipped by name
//! where they are missing. `SEAWORTHY_UPDATE_ACCURACY=1` writes the section anew.

#[cfg(test)]
mod certificates;
#[cfg(test)]
mod decided;
#[cfg(test)]
mod scanners;
#[cfg(test)]
mod servers;
#[cfg(test)]
mod services;
#[cfg(test)]
mod testssl;
#[cfg(test)]
mod timestamps;
#[cfg(test)]
mod unseen;

use anyhow::{Context, Result, ensure};
use scanners::{Said, disputes, sslscan, sslyze};
use seaworthy_tests::accuracy::keep;
use seaworthy_tests::report::fact_of;
use seaworthy_tests::scene::Scene;
use servers::{NAME, Running, start};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use testssl::testssl;

/// How many servers are looked at at a time.
const AT_A_TIME: usize = 4;

/// What `probe tls` says of one server.
fn ours(scene: &Scene, running: &Running) -> Result<Said> {
    let place = format!("{NAME}:{}", running.port);
    let ran = scene.run(&[
        "probe",
        "tls",
        &place,
        "--resolve",
        &format!("{place}:127.0.0.1"),
        "--ca-file",
        "root.pem",
        "--format",
        "json",
    ])?;
    let report = ran.json().with_context(|| ran.stderr.clone())?;
    let fact = fact_of(&report).with_context(|| format!("{}: {report:#}", running.name))?;
    let list = |field: &str, key: &str, of: &str| -> BTreeSet<String> {
        let all = fact[field].as_array().into_iter().flatten();
        all.filter(|one| of.is_empty() || one["protocol"] == of)
            .filter_map(|one| {
                Some(
                    if key.is_empty() {
                        one.as_str()?
                    } else {
                        one[key].as_str()?
                    }
                    .to_owned(),
                )
            })
            .collect()
    };
    let protocols = list("protocols_accepted", "", "");
    let newest = ["TLS 1.2", "TLS 1.1", "TLS 1.0"]
        .into_iter()
        .find(|one| protocols.contains(*one));
    let suites = |version: &str| list("cipher_suites", "name", version);
    Ok(Said {
        suites: ["TLS 1.3"]
            .into_iter()
            .chain(newest)
            .map(|version| (version.to_owned(), suites(version)))
            .filter(|(_, suites)| !suites.is_empty())
            .collect(),
        protocols,
        curves: Some(list("groups", "name", "")),
        dh_bits: Some(fact["dh_bits"].as_i64()),
        compression: fact["compression"].as_bool(),
        fallback: fact["fallback_refused"].as_bool(),
        renegotiation: fact["secure_renegotiation"].as_bool(),
        master_secret: fact["extended_master_secret"].as_bool(),
    })
}

/// The properties in which two differ, with what each says; and how many were compared.
fn compare(ours: &Said, theirs: &Said) -> Vec<(&'static str, String, String)> {
    let mut all = vec![(
        "protocols",
        shown(&ours.protocols),
        shown(&theirs.protocols),
    )];
    for (version, suites) in &ours.suites {
        let property = if version == "TLS 1.3" {
            "suites of TLS 1.3"
        } else {
            "suites before"
        };
        let none = BTreeSet::new();
        all.push((
            property,
            shown(suites),
            shown(theirs.suites.get(version).unwrap_or(&none)),
        ));
    }
    if let (Some(own), Some(curves)) = (&ours.curves, &theirs.curves) {
        // They know elliptic curves alone.
        let curve = |name: &&String| !name.starts_with("ffdhe") && !name.contains("MLKEM");
        all.push((
            "curves",
            shown(&own.iter().filter(curve).cloned().collect()),
            shown(curves),
        ));
    }
    if let (Some(own), Some(bits)) = (ours.dh_bits, theirs.dh_bits) {
        all.push(("bits of DHE", format!("{own:?}"), format!("{bits:?}")));
    }
    let both = [
        ("compression", ours.compression, theirs.compression),
        ("fallback", ours.fallback, theirs.fallback),
        ("renegotiation", ours.renegotiation, theirs.renegotiation),
        ("master secret", ours.master_secret, theirs.master_secret),
    ];
    for (property, own, other) in both {
        if let (Some(own), Some(other)) = (own, other) {
            all.push((property, own.to_string(), other.to_string()));
        }
    }
    all
}

fn shown(all: &BTreeSet<String>) -> String {
    all.iter().cloned().collect::<Vec<_>>().join(", ")
}

/// What is on one side alone, for a table.
fn difference(one: &str, other: &str) -> String {
    let other: BTreeSet<&str> = other.split(", ").collect();
    let only: Vec<&str> = one
        .split(", ")
        .filter(|part| !part.is_empty() && !other.contains(part))
        .collect();
    if only.is_empty() {
        "–".to_owned()
    } else {
        only.join(", ")
    }
}

/// What each server is said to take by us, four at a time.
fn all_ours(scene: &Scene, running: &[Running]) -> Result<Vec<Said>> {
    let mut all = Vec::new();
    for chunk in running.chunks(AT_A_TIME) {
        let said: Result<Vec<Said>> = std::thread::scope(|threads| {
            let started: Vec<_> = chunk
                .iter()
                .map(|one| threads.spawn(|| ours(scene, one)))
                .collect();
            started
                .into_iter()
                .map(|one| one.join().map_err(|_| anyhow::anyhow!("a thread failed"))?)
                .collect()
        });
        all.extend(said?);
    }
    Ok(all)
}

/// What scanners say by port, for each that is there, and what we say of each server.
type Words = (Vec<(&'static str, BTreeMap<u16, Said>)>, Vec<Said>);

/// Asks every scanner, and us.
fn asked(scene: &Scene, running: &[Running]) -> Result<Words> {
    let tools = [
        ("sslyze", sslyze(running)?),
        ("sslscan", sslscan(running)?),
        ("testssl.sh", testssl(scene, running)?),
    ];
    let there = tools
        .into_iter()
        .filter_map(|(tool, said)| Some((tool, said?)));
    Ok((there.collect(), all_ours(scene, running)?))
}

/// Whether a scanner and we differ about a server and no dispute says why.
fn differ(
    running: &Running,
    ours: &Said,
    tools: &[(&str, BTreeMap<u16, Said>)],
    disputes: &BTreeMap<(String, String, String), String>,
) -> bool {
    let key = |tool: &str, property: &str| {
        (
            tool.to_owned(),
            running.name.to_owned(),
            property.to_owned(),
        )
    };
    tools.iter().any(|(tool, said)| {
        let theirs = said.get(&running.port).into_iter();
        theirs
            .flat_map(|theirs| compare(ours, theirs))
            .any(|(property, own, other)| {
                own != other && !disputes.contains_key(&key(tool, property))
            })
    })
}

#[test]
fn independent_scanners_agree_or_the_rule_says_why_not() -> Result<()> {
    let scene = Scene::new()?;
    let Some(running) = start(&scene)? else {
        return Ok(());
    };
    let (mut tools, mut said) = asked(&scene, &running)?;
    let mut disputes = disputes(&["sslyze", "sslscan", "testssl.sh"])?;
    // A loaded machine loses answers: where they differ for no known reason, all are asked again, about
    // this server alone.
    for (place, one) in running.iter().enumerate() {
        if said
            .get(place)
            .is_some_and(|ours| differ(one, ours, &tools, &disputes))
        {
            let (again, ours) = asked(&scene, std::slice::from_ref(one))?;
            for ((_, all), (_, anew)) in tools.iter_mut().zip(again) {
                all.extend(anew);
            }
            said.splice(place..=place, ours);
        }
    }
    let whole = tools.len() == 3 && running.iter().any(|one| one.name == "nginx");
    let mut counts: BTreeMap<(String, &str), (usize, usize)> = BTreeMap::new();
    let (mut open, mut told) = (Vec::new(), String::new());
    for (running, ours) in running.iter().zip(&said) {
        for (tool, said) in &tools {
            let Some(theirs) = said.get(&running.port) else {
                // The slow one is not asked about every server.
                ensure!(
                    *tool == "testssl.sh",
                    "{tool} says nothing of {}",
                    running.name
                );
                continue;
            };
            for (property, own, other) in compare(ours, theirs) {
                let count = counts.entry(((*tool).to_owned(), property)).or_default();
                count.1 += 1;
                if own == other {
                    count.0 += 1;
                    continue;
                }
                let key = (
                    (*tool).to_owned(),
                    running.name.to_owned(),
                    property.to_owned(),
                );
                let (own, other) = (difference(&own, &other), difference(&other, &own));
                match disputes.remove(&key) {
                    Some(why) => writeln!(
                        told,
                        "| `{}` | {tool} | {property} | {own} | {other} | {why} |",
                        running.name
                    )?,
                    None => open.push(format!(
                        "{tool}, {}, {property}: ours alone {own}; theirs alone {other}",
                        running.name
                    )),
                }
            }
        }
    }
    assert!(open.is_empty(), "not explained:\n{}", open.join("\n"));
    if !whole {
        return Ok(());
    }
    assert!(
        disputes.is_empty(),
        "they agree by now: {:?}",
        disputes.keys()
    );
    let mut section = "| tool | property | servers | agree |\n|---|---|---|---|\n".to_owned();
    for ((tool, property), (agree, all)) in &counts {
        writeln!(section, "| {tool} | {property} | {all} | {agree} |")?;
    }
    write!(
        section,
        "\n| server | tool | property | ours alone | theirs alone | why |\n|---|---|---|---|---|---|\n{told}"
    )?;
    keep("tls", &section)
}

/// The servers differ from each other: a scan that finds the same everywhere sees nothing.
#[test]
fn each_server_is_told_from_the_others() -> Result<()> {
    let scene = Scene::new()?;
    let Some(running) = start(&scene)? else {
        return Ok(());
    };
    let picked: Vec<Running> = running
        .into_iter()
        .filter(|one| ["tls-1.3", "tls-1.0", "null", "prime-1024"].contains(&one.name))
        .collect();
    let said = all_ours(&scene, &picked)?;
    let of = |name: &str| {
        picked
            .iter()
            .position(|one| one.name == name)
            .and_then(|place| said.get(place))
            .context("a server")
    };
    assert_eq!(shown(&of("tls-1.3")?.protocols), "TLS 1.3");
    assert_eq!(shown(&of("tls-1.0")?.protocols), "TLS 1.0");
    assert!(
        of("null")?.suites["TLS 1.2"]
            .iter()
            .all(|suite| suite.contains("NULL"))
    );
    assert_eq!(of("prime-1024")?.dh_bits, Some(Some(1024)));
    Ok(())
}
