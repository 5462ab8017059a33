//! Name servers that answer as a script says, right or wrong: `seaworthy_tests::servers::Nameserver` has
//! its words. The first server is the one that is asked, at 127.0.0.1; the others are at 127.0.0.2 and on.

use crate::group::Template;
use crate::zones::family;
use crate::{check, said};
use anyhow::{Context, Result};
use seaworthy_model::Outcome;
use seaworthy_tests::edge::collect_within;
use seaworthy_tests::judging::Probes;
use seaworthy_tests::servers::{Authority, Identity, Leaf, Nameserver, Scripted};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

const NAME: &str = "www.shop.test";
const POLICY_HOST: &str = "mta-sts.www.shop.test";

/// How long who says nothing is waited for.
const OF_SILENCE: Duration = Duration::from_millis(900);

/// How long all others are, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(10);

/// The words of scripts by which a question gets no answer.
const SILENT: [&str; 6] = [
    "silence",
    "silent-over-tcp",
    "other-id",
    "other-question",
    "no-question",
    "a-query",
];

/// How long to wait where a script says this.
fn patience(script: &str) -> Duration {
    if SILENT.iter().any(|word| script.contains(word)) {
        OF_SILENCE
    } else {
        PATIENCE
    }
}

#[test]
fn each_doubt_about_what_name_servers_say_is_decided() -> Result<()> {
    let probes = Probes::built_in()?;
    let hosts = PolicyHosts::new()?;
    let number = check(
        |group| matches!(group.template, Template::Answers(..)),
        |group, fragment| {
            let Template::Answers(template, policy) = &group.template else {
                return Ok(None);
            };
            let text = template.replace("<>", fragment);
            let texts: Vec<&str> = text.split("---\n").collect();
            let server = Nameserver::start(&texts)?;
            let domain = group.target["domain"].as_str().unwrap_or(NAME);
            let mut spec = json!({ "domain": domain, "nameserver": server.address().to_string() });
            let entry = spec.as_object_mut().context("an entry")?;
            entry.extend(group.target.as_object().cloned().unwrap_or_default());
            let family = family(&group.probe);
            if family == "web/zone" {
                entry.insert("authority_port".to_owned(), json!(server.address().port()));
            }
            let policy = policy.as_ref().map(|text| text.replace("<>", fragment));
            let host = policy.map(|text| hosts.start(text)).transpose()?;
            if let Some(host) = &host {
                let (secure, _) = host.ports();
                entry.insert(
                    "mta_sts_addresses".to_owned(),
                    json!([format!("127.0.0.1:{secure}")]),
                );
                entry.insert("ca_file".to_owned(), json!(hosts.roots));
            }
            let collected = collect_within(family, spec, patience(&text))?;
            Ok(Some(said(&probes, group, &collected)?))
        },
    )?;
    assert!(number > 400, "{number} cases");
    Ok(())
}

#[test]
fn a_policy_behind_a_certificate_that_is_not_trusted_counts_for_nothing() -> Result<()> {
    const POLICY: &str = "HTTP/1.1 200 OK\nContent-Type: text/plain\n\n\
        version: STSv1\nmode: enforce\nmx: mail.shop.test\nmax_age: 604800\n";
    const ZONE: &str = "www.shop.test MX 10 mail.shop.test.\nmail.shop.test A 1.1.1.1\n\
        _mta-sts.www.shop.test TXT \"v=STSv1; id=1\"";
    let probes = Probes::built_in()?;
    let (good, stranger) = (PolicyHosts::new()?, PolicyHosts::new()?);
    let elsewhere = PolicyHosts::of("www.shop.test")?;
    let below = PolicyHosts::of("*.www.shop.test")?;
    for (host, roots, wanted, words) in [
        (&good, &good.roots, Outcome::Pass, ""),
        (&below, &below.roots, Outcome::Pass, ""),
        (
            &good,
            &stranger.roots,
            Outcome::Fail,
            "senders take no notice",
        ),
        (
            &elsewhere,
            &elsewhere.roots,
            Outcome::Fail,
            "the certificate is not for mta-sts.www.shop.test",
        ),
    ] {
        let (server, serving) = (Nameserver::start(&[ZONE])?, host.start(POLICY.to_owned())?);
        let spec = json!({
            "domain": NAME,
            "nameserver": server.address().to_string(),
            "mta_sts_addresses": [format!("127.0.0.1:{}", serving.ports().0)],
            "ca_file": roots,
        });
        let collected = collect_within("web/mail", spec, PATIENCE)?;
        let judged = probes.judge("dns/mta-sts-sound", &BTreeMap::new(), &collected)?;
        let (_, said) = judged.first().context("a domain")?;
        let message = said.message.clone().unwrap_or_default();
        assert!(
            said.outcome == wanted && message.contains(words),
            "{wanted:?}: {said:?}"
        );
    }
    Ok(())
}

/// Who serves policies of MTA-STS, with a certificate of an authority of its own.
struct PolicyHosts {
    identity: Identity,
    _folder: TempDir,
    roots: PathBuf,
}

impl PolicyHosts {
    fn new() -> Result<Self> {
        Self::of(POLICY_HOST)
    }

    /// With a certificate for this name.
    fn of(name: &str) -> Result<Self> {
        let authority = Authority::new("Test")?;
        let folder = tempfile::tempdir()?;
        let roots = folder.path().join("ca.pem");
        std::fs::write(&roots, authority.root_pem())?;
        Ok(Self {
            identity: authority.issue(&Leaf::new([name]))?,
            _folder: folder,
            roots,
        })
    }

    /// One that gives this answer at the place of policies, and none elsewhere.
    fn start(&self, answer: String) -> Result<Scripted> {
        Scripted::start(&self.identity, move |asked| {
            if asked.path == "/.well-known/mta-sts.txt" {
                answer.replace(
                    "{https}",
                    &format!("https://{POLICY_HOST}:{}", asked.ports.0),
                )
            } else {
                "HTTP/1.1 404 Not Found\n\nnothing".to_owned()
            }
        })
    }
}
