//! What goes wrong with WebSocket behind nginx, from the server's fault to the item's result and its
//! reason: nothing that was not seen is a pass.

use crate::estate::upgrade;
use crate::{run, tools_are_there};
use anyhow::{Context, Result};
use seaworthy_tests::report::{item, texts, verdicts_of};
use seaworthy_tests::scene::Scene;
use seaworthy_tests::servers::{Authority, Identity, Leaf, Manner, Nginx, Site, Sockets};
use serde_json::Value;
use std::net::{Ipv6Addr, TcpListener};
use std::time::Duration;

const ITEM: &str = "deployment-t-0/smoke-tests/websocket-notifications-work";

const OWN: &str = "https://app.shop.test";

/// The item's result and the messages of its verdicts over a server of this manner; `None` where
/// nginx is not installed.
fn decided(manner: Manner, identity: &Identity, root: &str) -> Result<Option<(String, String)>> {
    let sockets = Sockets::start(manner, Some(OWN))?;
    let site = Site::tls("api", identity).with(&upgrade(&sockets));
    let Some(nginx) = Nginx::setup().site(site).start()? else {
        return Ok(None);
    };
    let scene = Scene::new()?;
    scene.write("ca.pem", root)?;
    scene.configure(&format!(
        "  endpoints:
    - name: api
      url: https://api.shop.test:{}/
      addresses: [\"127.0.0.1\"]
      ca_file: ca.pem
      own_origin: {OWN}
      websocket:
        paths: [/ws]
        message: {{ send: subscribe, expect: '\"event\":\"order\"', wait_seconds: 1 }}
budgets: {{ request: 2, attempts: 1 }}
",
        nginx.port("api")
    ))?;
    let ran = scene.run(&["sweep", "--phase", "t0", "--format", "json"])?;
    let report = ran.json()?;
    let found = item(&report, ITEM);
    let verdicts: Vec<&Value> = found["verdicts"].as_array().into_iter().flatten().collect();
    let unassessed = report.get("unassessed").and_then(Value::as_array);
    let unassessed = unassessed.into_iter().flatten();
    let unassessed: Vec<&Value> = unassessed
        .filter(|one| one["request"] == "web/ws")
        .collect();
    let told = [
        texts(&verdicts, "message").join("\n"),
        texts(&unassessed, "detail").join("\n"),
        found["reason"].to_string(),
    ];
    let result = found["result"].as_str().context("a result")?;
    Ok(Some((result.to_owned(), told.join("\n"))))
}

#[test]
fn every_fault_is_told_with_its_reason() -> Result<()> {
    let authority = Authority::new("Test")?;
    let identity = authority.issue(&Leaf::new(["api.shop.test"]))?;
    let wrong = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                 Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    let forbidden = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n";
    for (manner, result, told) in [
        (Manner::Notifies(Duration::ZERO), "pass", ""),
        (
            Manner::Notifies(Duration::from_secs(3)),
            "fail",
            "did not send the awaited message within 1000 ms",
        ),
        (
            Manner::Silent,
            "fail",
            "did not send the awaited message within 1000 ms",
        ),
        (
            Manner::HangsUp,
            "inconclusive",
            "the server closed the connection",
        ),
        (Manner::Answers(wrong), "fail", "does not answer the key"),
        (Manner::Answers(forbidden), "inconclusive", "403"),
        (Manner::Answers(""), "fail", "status 502"),
        (Manner::NeverAnswers, "inconclusive", "no answer from"),
    ] {
        let shown = format!("{manner:?}");
        let Some((found, why)) = decided(manner, &identity, &authority.root_pem())? else {
            return Ok(());
        };
        assert_eq!(found, result, "{shown}: {why}");
        assert!(why.contains(told), "{shown}: {why}");
    }
    Ok(())
}

/// The verdict of a probe in the JSON of `seaworthy probe` or of a sweep, and its command.
fn command(verdicts: &[&Value], probe: &str) -> Result<String> {
    let mut all = verdicts.iter();
    let verdict = all
        .find(|verdict| verdict["probe"] == probe && verdict["verdict"] == "pass")
        .with_context(|| format!("{probe} passes: {verdicts:?}"))?;
    let command = verdict["reproduce"].as_str().context("a command")?;
    Ok(command.to_owned())
}

/// Without TLS the message goes by curl's telnet.
#[test]
fn the_command_of_a_plain_websocket_shows_the_same() -> Result<()> {
    if !tools_are_there()? {
        return Ok(());
    }
    let sockets = Sockets::start(Manner::Notifies(Duration::ZERO), Some(OWN))?;
    let scene = Scene::new()?;
    scene.configure(&format!(
        "  endpoints:
    - name: api
      url: http://api.shop.test:{}/
      addresses: [\"127.0.0.1\"]
      own_origin: {OWN}
      websocket:
        paths: [/ws]
        message: {{ send: subscribe, expect: '\"event\":\"order\"', wait_seconds: 1 }}
",
        sockets.address().port()
    ))?;
    let ran = scene.run(&["sweep", "--phase", "t0", "--format", "json"])?;
    let report = ran.json()?;
    let verdicts = verdicts_of(&report, "ws/message-in-time");
    let command = command(&verdicts, "ws/message-in-time")?;
    assert!(command.contains(" telnet://127.0.0.1:"), "{command}");
    let (_, shown) = run(&command, Some(scene.folder()))?;
    for word in [
        "101 switching protocols",
        "403 forbidden",
        "subscribed",
        "\"event\":\"order\"",
    ] {
        assert!(
            shown.contains(word),
            "{word:?} is not shown by {command}: {shown}"
        );
    }
    Ok(())
}

#[test]
fn the_command_of_ports_over_ipv6_shows_the_same() -> Result<()> {
    // Not every machine has IPv6.
    let Ok(listener) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) else {
        return Ok(());
    };
    if !tools_are_there()? {
        return Ok(());
    }
    let port = listener.local_addr()?.port().to_string();
    let scene = Scene::new()?;
    let ran = scene.run(&[
        "probe", "ports", "::1", "--allow", &port, "--sweep", &port, "--format", "json",
    ])?;
    let report = ran.json()?;
    let verdicts = report["verdicts"].as_array().into_iter().flatten();
    let verdicts: Vec<&Value> = verdicts.collect();
    let command = command(&verdicts, "port/only-allowed")?;
    assert!(command.starts_with("nmap -6 "), "{command}");
    let (_, shown) = run(&command, None)?;
    assert!(
        shown.contains(&format!("{port}/tcp open")),
        "{command}: {shown}"
    );
    Ok(())
}
