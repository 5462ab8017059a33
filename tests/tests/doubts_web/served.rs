//! Sites that answer as a script says. In it `{https}` and `{http}` are the site's own places, and
//! `{origin}`, `{method}` and `{headers}` what a request with an origin asked for. A line of a head that
//! begins with `~PATTERN~` is sent to origins that the pattern finds, and to no others.

use crate::group::Template;
use crate::{Said, check, said};
use anyhow::{Context, Result};
use regex::Regex;
use seaworthy_tests::edge::collect;
use seaworthy_tests::judging::Probes;
use seaworthy_tests::servers::{Asked, Authority, Identity, Leaf, Scripted};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const NAME: &str = "shop.test";
const NOTHING: &str = "HTTP/1.1 404 Not Found\nContent-Type: text/plain\n\nnothing";

#[test]
fn each_doubt_about_a_site_is_decided() -> Result<()> {
    let probes = Probes::built_in()?;
    let authority = Authority::new("Test")?;
    let identity = authority.issue(&Leaf::new([NAME]))?;
    let folder = tempfile::tempdir()?;
    let roots = folder.path().join("ca.pem");
    std::fs::write(&roots, authority.root_pem())?;
    let number = check(
        |group| matches!(group.template, Template::Serve(_)),
        |group, fragment| {
            let Template::Serve(script) = &group.template else {
                return Ok(None);
            };
            let filled: BTreeMap<String, String> = script
                .iter()
                .map(|(place, text)| (place.clone(), text.replace("<>", fragment)))
                .collect();
            let family = group.probe.split('/').next().unwrap_or_default();
            let collected = ask(family, filled, &identity, &roots, &group.target)?;
            Ok::<Option<Said>, _>(Some(said(&probes, group, &collected)?))
        },
    )?;
    assert!(number > 50, "{number} cases");
    Ok(())
}

fn ask(
    family: &str,
    script: BTreeMap<String, String>,
    identity: &Identity,
    roots: &Path,
    more: &Value,
) -> Result<seaworthy_collect::Collected> {
    let server = Scripted::start(identity, move |asked| answer(&script, asked))?;
    let (secure, plain) = server.ports();
    let mut spec = json!({
        "url": format!("https://{NAME}:{secure}/"),
        "plain_http": format!("http://{NAME}:{plain}/"),
        "addresses": ["127.0.0.1"],
        "ca_file": roots,
    });
    let entry = spec.as_object_mut().context("an entry")?;
    entry.extend(more.as_object().cloned().unwrap_or_default());
    collect(&format!("web/{family}"), spec)
}

/// The answer of the script to this very path, to every path (`*`), or none.
fn answer(script: &BTreeMap<String, String>, asked: &Asked) -> String {
    let of = |path: &str| script.get(&format!("{} {path}", asked.scheme));
    let text = of(&asked.path)
        .or_else(|| of("*"))
        .map_or(NOTHING, String::as_str);
    let header = |name: &str| asked.headers.get(name).cloned().unwrap_or_default();
    let (secure, plain) = asked.ports;
    let origin = header("origin");
    let sent = text
        .split('\n')
        .filter_map(|line| for_origin(line, &origin));
    let text = sent.collect::<Vec<_>>().join("\n");
    text.replace("{https}", &format!("https://{NAME}:{secure}"))
        .replace("{http}", &format!("http://{NAME}:{plain}"))
        .replace("{origin}", &header("origin"))
        .replace("{method}", &header("access-control-request-method"))
        .replace("{headers}", &header("access-control-request-headers"))
}

/// A line as this origin is sent it.
fn for_origin<'l>(line: &'l str, origin: &str) -> Option<&'l str> {
    let Some((pattern, line)) = line.strip_prefix('~').and_then(|rest| rest.split_once('~')) else {
        return Some(line);
    };
    let pattern = Regex::new(pattern).ok()?;
    pattern.is_match(origin).then_some(line)
}
