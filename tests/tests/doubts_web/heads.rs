//! Heads that were saved in a file.

use crate::group::Template;
use crate::{check, said};
use anyhow::Result;
use seaworthy_collect::Sink;
use seaworthy_collect_web::{HeadFile, fact_from_head};
use seaworthy_model::Outcome;
use seaworthy_tests::edge::AS_OF;
use seaworthy_tests::judging::Probes;

#[test]
fn each_doubt_about_a_head_is_decided() -> Result<()> {
    let probes = Probes::built_in()?;
    let number = check(
        |group| matches!(group.template, Template::Head { .. }),
        |group, fragment| {
            let Template::Head { text, scheme, url } = &group.template else {
                return Ok(None);
            };
            let head = text.replace("<>", fragment);
            let file = HeadFile {
                bytes: head.as_bytes(),
                scheme,
                url: url.as_ref(),
                status: 200,
                source: "head.txt",
            };
            match fact_from_head(&file, AS_OF.parse()?) {
                Ok(fact) => {
                    let sink = Sink::new();
                    sink.fact(fact);
                    Ok(Some(said(&probes, group, &sink.take())?))
                }
                Err(trouble) => Ok(Some((Outcome::Inconclusive, trouble.detail))),
            }
        },
    )?;
    assert!(number > 1100, "{number} cases");
    Ok(())
}
