//! Name servers that answer as a script says, right or wrong: `seaworthy_tests::servers::Nameserver` has
//! its words. The first server is the one that is asked, at 127.0.0.1; the others are at 127.0.0.2 and on.

use crate::group::Template;
use crate::zones::family;
use crate::{check, said};
use anyhow::{Context, Result};
use seaworthy_tests::edge::collect_within;
use seaworthy_tests::judging::Probes;
use seaworthy_tests::servers::Nameserver;
use serde_json::json;
use std::time::Duration;

const NAME: &str = "www.shop.test";

/// Who is silent is silent for that long.
const PATIENCE: Duration = Duration::from_millis(700);

#[test]
fn each_doubt_about_what_name_servers_say_is_decided() -> Result<()> {
    let probes = Probes::built_in()?;
    let number = check(
        |group| matches!(group.template, Template::Answers(_)),
        |group, fragment| {
            let Template::Answers(template) = &group.template else {
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
            let collected = collect_within(family, spec, PATIENCE)?;
            Ok(Some(said(&probes, group, &collected)?))
        },
    )?;
    assert!(number > 120, "{number} cases");
    Ok(())
}
