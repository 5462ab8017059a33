//! What a verdict prints beside itself: the command that shows the same, and the records to copy into the
//! zone, which mend it.

use anyhow::{Context, Result, ensure};
use seaworthy_tests::report::verdicts_of;
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Authority, Leaf, Named, Nginx, Site, apex};
use serde_json::Value;
use std::process::Command;

const ZONE: &str = "\
@ A 192.0.2.1
@ AAAA 2001:db8::1
@ TXT \"verify=1\"
@ TXT \"v=spf1 mx -all\"
@ CAA 0 issue \"ca.test\"
@ MX 10 mail
mail A 192.0.2.25
_dmarc TXT \"v=DMARC1; p=none\"
_mta-sts TXT \"v=STSv1; id=7\"
_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@shop.test\"";

/// What a shell prints for the first verdict's command.
fn shown(scene: &Scene, report: &Value) -> Result<String> {
    let command = report
        .pointer("/verdicts/0/reproduce")
        .and_then(Value::as_str);
    let command = command.with_context(|| report.to_string())?;
    let mut shell = Command::new("sh");
    let ran = shell
        .args(["-c", command])
        .current_dir(scene.folder())
        .output()?;
    ensure!(ran.status.success(), "{command}: {ran:?}");
    Ok(String::from_utf8_lossy(&ran.stdout).into_owned())
}

#[test]
fn the_commands_beside_verdicts_on_domains_show_the_same() -> Result<()> {
    let setup = Named::setup().zone(".", &apex("ns.shop.test. A 127.0.0.1"));
    let Some(named) = setup.zone("shop.test", &apex(ZONE)).start()? else {
        return Ok(());
    };
    let authority = Authority::new("Test")?;
    let identity = authority.issue(&Leaf::new(["mta-sts.shop.test"]))?;
    let policy = "default_type text/plain;\nlocation / { return 200 \
        'version: STSv1\\nmode: enforce\\nmx: mail.shop.test\\nmax_age: 604800\\n'; }";
    let site = Site::tls("site", &identity).with(policy);
    let Some(nginx) = Nginx::setup().site(site).start()? else {
        return Ok(());
    };
    let scene = Scene::new()?;
    scene.write("ca.pem", &authority.root_pem())?;
    let at = named.address().to_string();
    let port = named.address().port().to_string();
    let policy = format!("mta-sts.shop.test:443:127.0.0.1:{}", nginx.port("site"));
    let look = |words: &[&str]| {
        let common = ["--nameserver", &at, "--format", "json"];
        let words: Vec<&str> = words.iter().chain(&common).copied().collect();
        scene.run(&[&["probe"], words.as_slice()].concat())?.json()
    };
    for (words, wanted) in [
        (
            &["dns", "shop.test"][..],
            &[
                "192.0.2.1",
                "2001:db8::1",
                "\"verify=1\"",
                "0 issue \"ca.test\"",
                "seaworthy-does-not-exist.shop.test",
                "SOA\tns.shop.test.",
            ][..],
        ),
        (
            &[
                "mail",
                "shop.test",
                "--resolve",
                &policy,
                "--ca-file",
                "ca.pem",
            ],
            &[
                "10 mail.shop.test.",
                "v=spf1 mx -all",
                "v=DMARC1; p=none",
                "v=STSv1; id=7",
                "v=TLSRPTv1",
                "mode: enforce",
                "mx: mail.shop.test",
            ],
        ),
        (
            &["zone", "shop.test", "--authority-port", &port],
            &["ns.shop.test.", "SOA", "192.0.2.1", "0 issue \"ca.test\""],
        ),
    ] {
        let text = shown(&scene, &look(words)?)?;
        for one in wanted {
            assert!(text.contains(one), "{words:?}: no {one} in {text}");
        }
    }
    Ok(())
}

#[test]
fn records_as_they_are_given_to_copy_mend_the_zone() -> Result<()> {
    let scene = Scene::new()?;
    for (words, probe, before) in [
        (&["caa"][..], "dns/caa-present", "@ A 192.0.2.1"),
        (
            &["caa", "--issuer", "ca.test"],
            "dns/caa-present",
            "@ A 192.0.2.1",
        ),
        (
            &["caa", "--issuer", "ca.test", "--issuer", "b.test"],
            "dns/caa-allows-issuer",
            "@ CAA 0 issue \";\"",
        ),
        (
            &["caa", "--issuer", "ca.test", "--wildcard"],
            "dns/caa-allows-issuer",
            "@ CAA 0 issue \"ca.test\"\n@ CAA 0 issuewild \";\"",
        ),
        (
            &["mail"],
            "dns/spf-sound",
            "@ MX 10 mail\nmail A 192.0.2.25",
        ),
        (
            &["mail"],
            "dns/dmarc-sound",
            "@ MX 10 mail\nmail A 192.0.2.25\n@ TXT \"v=spf1 mx -all\"",
        ),
    ] {
        let ask = |records: &str| -> Result<Option<(String, String)>> {
            let setup = Named::setup().zone(".", &apex(""));
            let Some(named) = setup.zone("shop.test", &apex(records)).start()? else {
                return Ok(None);
            };
            let at = named.address().to_string();
            let mut all = vec!["probe", words[0], "shop.test", "--nameserver", &at];
            all.extend(&words[1..]);
            all.extend(["--probes", probe, "--format", "json"]);
            let report = scene.run(&all)?.json()?;
            let said = verdicts_of(&report, probe);
            let said = said.first().with_context(|| report.to_string())?;
            let text = |field: &str| said[field].as_str().unwrap_or_default().to_owned();
            Ok(Some((text("verdict"), text("patch"))))
        };
        let Some((verdict, patch)) = ask(before)? else {
            return Ok(());
        };
        assert_eq!(verdict, "fail", "{probe}");
        let mended = ask(&format!("{before}\n{patch}"))?.context("named")?;
        assert_eq!(mended.0, "pass", "{probe} by {patch}");
    }
    Ok(())
}
