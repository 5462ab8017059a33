//! Endpoints that refuse, do not resolve or never answer, and an impatient person.

use super::{CHECKLIST, HTTPS, MEMORY, assert_sound, deployment};
use anyhow::{Context, Result};
use seaworthy_tests::command::{Ran, bundle};
use seaworthy_tests::report::{item, texts, verdicts_of};
use seaworthy_tests::scene::{Scene, finish, signal};
use seaworthy_tests::servers::{Authority, Leaf, Named, Nginx, Site, apex};
use serde_json::Value;
use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant};

/// A port at which nothing listens: it was free a moment ago, and ephemeral ports go round.
fn refused_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

#[test]
fn what_never_answered_carries_its_attempts() -> Result<()> {
    let scene = Scene::new()?;
    scene.write("list.md", CHECKLIST)?;
    let port = refused_port()?;
    scene.configure(&format!(
        "  endpoints:
    - name: refused
      url: https://refused.shop.test:{port}/
      addresses: [\"127.0.0.1\"]
"
    ))?;
    let arguments = ["sweep", "list.md", "--deadline", "60", "--format", "json"];
    let ran = scene.run(&arguments)?;
    assert_sound(&ran);
    let report = ran.json()?;
    let missed = report["unassessed"].as_array().context("a list")?;
    assert!(!missed.is_empty());
    let place = format!("127.0.0.1:{port}");
    for one in missed {
        let attempts = one["attempts"].as_array().context("attempts")?;
        assert!(attempts.len() > 1, "silence is tried again: {one}");
        for attempt in attempts {
            assert_eq!(attempt["address"], *place, "{one}");
            assert_eq!(attempt["outcome"], "unreachable", "{one}");
            let error = attempt["error"].as_str().context("an error")?;
            assert!(error.contains("refused"), "{error}");
            assert!(attempt["at"].as_str().is_some_and(|at| at.ends_with('Z')));
        }
    }
    // The bundle holds the same, a replay finds the same, and a person is told.
    let dir = bundle(&scene.path("runs"))?;
    let kept = std::fs::read_to_string(dir.join("content/unassessed.jsonl"))?;
    let kept: Vec<Value> = kept
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let attempts = |of: &[Value]| -> Vec<Value> {
        let attempts = of.iter().map(|one| one["attempts"].clone());
        attempts.collect()
    };
    assert_eq!(attempts(&kept), attempts(missed));
    let run = dir.to_str().context("a path")?;
    let replayed = scene.run(&["replay", run])?;
    assert!(
        replayed.stdout.starts_with("identical: "),
        "{}",
        replayed.stderr
    );
    let told = scene.run(&["report", run, "--all"])?.stdout;
    let times = missed[0]["attempts"].as_array().map_or(0, Vec::len);
    assert!(told.contains(&format!("asked {times} times:")), "{told}");
    assert!(
        told.contains(&format!("{place}, unreachable after ")),
        "{told}"
    );
    Ok(())
}

#[test]
fn targets_out_of_reach_are_undecided_and_the_sound_one_is_judged() -> Result<()> {
    let authority = Authority::new("Test")?;
    let good = authority.issue(&Leaf::new(["sound.shop.test"]))?;
    let hsts = "add_header Strict-Transport-Security \"max-age=63072000; includeSubDomains\" always;\n\
                location / { return 200 ok; }";
    let https = Site::tls("sound", &good)
        .named("sound.shop.test")
        .with(hsts);
    let plain = Site::http("plain").with("return 301 https://sound.shop.test:@port:sound@/;");
    let Some(nginx) = Nginx::setup().site(https).site(plain).start()? else {
        return Ok(());
    };
    let Some(named) = Named::setup().zone("shop.test", &apex("")).start()? else {
        return Ok(());
    };
    let scene = Scene::new()?;
    scene.write("list.md", CHECKLIST)?;
    scene.write("ca.pem", &authority.root_pem())?;
    let (sound, plain) = (nginx.port("sound"), nginx.port("plain"));
    let (refused, resolver) = (refused_port()?, named.address());
    scene.configure(&format!(
        "  endpoints:
    - name: sound
      url: https://sound.shop.test:{sound}/
      addresses: [\"127.0.0.1\"]
      ca_file: ca.pem
      plain_http: http://sound.shop.test:{plain}/
    - name: refused
      url: https://refused.shop.test:{refused}/
      addresses: [\"127.0.0.1\"]
    - name: nowhere
      url: https://nowhere.shop.test/
      resolver: \"{resolver}\"
"
    ))?;
    let arguments = ["sweep", "list.md", "--deadline", "60", "--format", "json"];
    let ran = scene.run(&arguments)?;
    assert_sound(&ran);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let report = ran.json()?;
    let found = item(&report, HTTPS);
    assert_eq!(found["result"], "inconclusive");
    for probe in ["http/hsts", "http/https-enforced"] {
        let verdicts = verdicts_of(&report, probe);
        let of = |target: &str| -> Vec<_> {
            let mut found = verdicts.clone();
            found.retain(|verdict| verdict["target"] == target);
            found
        };
        assert_eq!(texts(&of("sound"), "verdict"), ["pass"], "{probe}");
        for (target, reason, words) in [
            ("refused", "unreachable", "refused"),
            ("nowhere", "unresolved", "nowhere.shop.test"),
        ] {
            let verdicts = of(target);
            assert_eq!(texts(&verdicts, "verdict"), ["inconclusive"], "{target}");
            assert_eq!(texts(&verdicts, "reason"), [reason], "{target}");
            let message = texts(&verdicts, "message").concat();
            assert!(message.contains(words), "{target}: {message}");
        }
    }
    let missed = report["unassessed"].as_array().context("a list")?;
    let mut missed: Vec<_> = missed.iter().filter_map(|m| m["target"].as_str()).collect();
    // They stand in the order in which the answers failed to come.
    missed.sort_unstable();
    assert_eq!(missed, ["nowhere", "refused"], "what was missed is told");
    Ok(())
}

/// A listener that takes connections and says nothing, with a configuration that asks it, and
/// sound manifests beside it.
fn silent() -> Result<(Scene, TcpListener)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let scene = Scene::new()?;
    scene.write("list.md", CHECKLIST)?;
    scene.write("k8s/web.yaml", &deployment("web"))?;
    scene.configure(&format!(
        "  endpoints:
    - name: silent
      url: https://silent.test:{port}/
      addresses: [\"127.0.0.1\"]
  kubernetes:
    - name: manifests
      manifests: k8s
budgets: {{ connect: 600, request: 600, target: 600, sweep: 600 }}
"
    ))?;
    Ok((scene, listener))
}

/// The sweep ended early, says so, sealed what it had, and lost nothing of it.
fn assert_cut_short(scene: &Scene, ran: &Ran, words: &str) -> Result<()> {
    assert_sound(ran);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let report = ran.json()?;
    let decision = report.pointer("/gate/decision");
    assert_eq!(decision.and_then(Value::as_str), Some("INCOMPLETE"));
    let found = item(&report, HTTPS);
    assert_eq!(found["result"], "inconclusive");
    assert_eq!(found["reason"], "interrupted");
    let verdicts = verdicts_of(&report, "http/hsts");
    assert_eq!(texts(&verdicts, "reason"), ["interrupted"]);
    let message = texts(&verdicts, "message").concat();
    assert!(message.contains(words), "{message}");

    let path = bundle(&scene.path("runs"))?;
    assert!(path.join("SHA256SUMS").is_file(), "the bundle is sealed");
    let path = path.to_str().context("the path is text")?;
    let replayed = scene.run(&["replay", path])?;
    assert_eq!(replayed.code, 2, "{}", replayed.stderr);
    assert!(replayed.stdout.starts_with("identical:"));
    Ok(())
}

#[test]
fn a_sweep_ends_at_its_deadline_before_an_endpoint_that_never_answers() -> Result<()> {
    let (scene, _listener) = silent()?;
    let start = Instant::now();
    let ran = scene.run(&["sweep", "list.md", "--deadline", "1", "--format", "json"])?;
    let took = start.elapsed();
    assert!(took < Duration::from_secs(60), "it took {took:?}");
    assert_cut_short(&scene, &ran, "deadline of 1 s")
}

#[test]
fn ctrl_c_in_the_middle_seals_what_was_seen() -> Result<()> {
    let (scene, listener) = silent()?;
    let child = scene.start(&["sweep", "list.md", "--format", "json"])?;
    // Once the silent endpoint has a connection the sweep is in its middle, and would stay there.
    let (_connection, _) = listener.accept()?;
    let start = Instant::now();
    signal(child.id(), "INT")?;
    let ran = Ran::from_output(&finish(child)?)?;
    let took = start.elapsed();
    assert!(took < Duration::from_secs(60), "it took {took:?}");
    assert!(ran.stderr.contains("interrupted"), "{}", ran.stderr);
    assert_cut_short(&scene, &ran, "interrupted")?;
    // Whether the manifests were read before is a race; that they did not pass unread is none.
    let report = ran.json()?;
    let manifests = item(&report, MEMORY);
    let read = report["unassessed"].as_array().context("a list")?;
    let read = !read.iter().any(|missed| missed["target"] == "manifests");
    let wanted = if read { "pass" } else { "inconclusive" };
    assert_eq!(manifests["result"], wanted);
    Ok(())
}
