//! Zones that BIND serves: each case has one of its own, all of them behind one server. In a template
//! `{zone}` is the name of the zone itself.

use crate::group::{Template, groups};
use crate::{check, said};
use anyhow::{Context, Result};
use seaworthy_tests::edge::collect;
use seaworthy_tests::judging::Probes;
use seaworthy_tests::servers::{Named, apex};
use serde_json::json;
use std::collections::BTreeMap;

/// BIND is to serve what a careful person would not publish.
const CARELESS: &str = "check-names primary ignore; check-integrity no; check-mx ignore; \
    check-mx-cname ignore; check-spf ignore; check-dup-records ignore;";

/// Who collects what a probe is about.
pub(crate) fn family(probe: &str) -> &'static str {
    let about = |words: &[&str]| words.iter().any(|word| probe.contains(word));
    if about(&["spf", "dmarc", "mx", "mta-sts"]) {
        "web/mail"
    } else if about(&["name-servers", "authorities", "delegation", "negative-ttl"]) {
        "web/zone"
    } else {
        "web/dns"
    }
}

#[test]
fn each_doubt_about_a_zone_is_decided() -> Result<()> {
    let probes = Probes::built_in()?;
    let mut setup = Named::setup().options(CARELESS).zone(".", &apex(""));
    let mut names: BTreeMap<(String, String), String> = BTreeMap::new();
    for group in groups()? {
        let Template::Zone(template) = &group.template else {
            continue;
        };
        for case in &group.cases {
            let name = format!("d{}.test", names.len());
            let records = template
                .replace("<>", &case.fragment)
                .replace("{zone}", &name);
            setup = setup.zone(&name, &apex(&records));
            names.insert((group.about.clone(), case.fragment.clone()), name);
        }
    }
    let Some(named) = setup.start()? else {
        return Ok(());
    };
    let server = named.address().to_string();
    let number = check(
        |group| matches!(group.template, Template::Zone(_)),
        |group, fragment| {
            let key = (group.about.clone(), fragment.to_owned());
            let zone = names.get(&key).context("a zone of its own")?;
            let below = group.target["below"].as_str();
            let domain = below.map_or_else(|| zone.clone(), |label| format!("{label}.{zone}"));
            let mut spec = json!({ "domain": domain, "nameserver": server });
            let entry = spec.as_object_mut().context("an entry")?;
            let more = group.target.as_object().cloned().unwrap_or_default();
            entry.extend(more.into_iter().filter(|(field, _)| field != "below"));
            let family = family(&group.probe);
            if family == "web/zone" {
                entry.insert("authority_port".to_owned(), json!(named.address().port()));
            }
            let collected = collect(family, spec)?;
            Ok(Some(said(&probes, group, &collected)?))
        },
    )?;
    assert!(number > 100, "{number} cases");
    Ok(())
}
