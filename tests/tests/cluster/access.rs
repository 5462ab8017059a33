//! A kubeconfig that is of no use, a cluster that cannot be reached, credentials that do not come:
//! each is told for what it is, and no secret is told with it.

use super::{look, look_within, now, shop, written};
use anyhow::Result;
use seaworthy_collect::Budgets;
use seaworthy_model::ReasonCode;
use seaworthy_tests::command::Ran;
use seaworthy_tests::servers::{ADMIN, ApiServer, Authority, Leaf, NOBODY, kubeconfig};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

const SECRET: &str = "hunter2-hunter2";

fn with_user(url: &str, user: &str) -> String {
    kubeconfig(url, None, "x").replace("{ token: x }", user)
}

/// A user with a client certificate that ended long ago.
fn expired() -> Result<String> {
    let authority = Authority::new("Old")?;
    let expired = authority.issue(&Leaf::new(["old"]).valid((2020, 1, 1), (2021, 1, 1)))?;
    let pem = |text: &str| {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(text)
    };
    Ok(format!(
        "{{ client-certificate-data: {}, client-key-data: {} }}",
        pem(&expired.leaf_pem),
        pem(&expired.key_pem)
    ))
}

#[test]
fn a_kubeconfig_that_is_of_no_use_is_told_for_what_it_is() -> Result<()> {
    let old = expired()?;
    let url = "https://127.0.0.1:1";
    let cases = [
        (
            String::new(),
            ReasonCode::Unparsed,
            "sets no current-context",
        ),
        (
            format!("users: [{{name: a, user: {{token: {SECRET}]"),
            ReasonCode::Unparsed,
            "it is no kubeconfig: wrong YAML",
        ),
        (
            format!("users: {SECRET}"),
            ReasonCode::Unparsed,
            "a wrong type",
        ),
        (
            kubeconfig(url, None, SECRET).replace("current-context: test", "current-context: gone"),
            ReasonCode::Unparsed,
            "it has no context `gone`",
        ),
        (
            kubeconfig(url, None, SECRET).replace("cluster: test", "cluster: gone"),
            ReasonCode::Unparsed,
            "a cluster `gone`",
        ),
        (
            with_user(url, &old),
            ReasonCode::Denied,
            "ended 2021-01-01T00:00:00Z",
        ),
        (
            kubeconfig(
                &format!("{url}\", proxy-url: \"socks5://u:{SECRET}@127.0.0.1:1"),
                None,
                "x",
            ),
            ReasonCode::Unparsed,
            "is neither http nor https",
        ),
        (
            with_user(url, "{ auth-provider: { name: oidc } }"),
            ReasonCode::Denied,
            "auth-provider oidc",
        ),
        (
            with_user(
                url,
                "{ exec: { command: seaworthy-no-such-plugin, installHint: install it, apiVersion: client.authentication.k8s.io/v1 } }",
            ),
            ReasonCode::Denied,
            "failed to start the exec plugin seaworthy-no-such-plugin",
        ),
    ];
    for (text, reason, words) in cases {
        let (_folder, path) = written(&text)?;
        let seen = look(&path, json!({}))?;
        let missed = seen.unread("");
        assert!(missed.detail.contains(words), "{words}: {}", missed.detail);
        assert_eq!(missed.reason, reason, "{}", missed.detail);
        assert!(!missed.detail.contains(SECRET), "{}", missed.detail);
        assert!(missed.kinds.contains(&"workload".to_owned()));
        assert_eq!(seen.0.facts, [], "nothing seen is no fact");
    }
    let seen = look(std::path::Path::new("/nowhere/kubeconfig"), json!({}))?;
    assert!(
        seen.unread("failed to read")
            .detail
            .contains("/nowhere/kubeconfig")
    );
    Ok(())
}

#[test]
fn exec_plugins_are_bounded_and_their_output_is_never_told() -> Result<()> {
    let Some(server) = ApiServer::shared()? else {
        return Ok(());
    };
    server.admin().apply(&shop("exec"))?;
    let plugin = |script: &str| {
        let user = format!(
            "{{ exec: {{ apiVersion: client.authentication.k8s.io/v1, command: sh, args: [-c, '{script}'], interactiveMode: Never }} }}"
        );
        kubeconfig(server.url(), Some(server.authority()), "x").replace("{ token: x }", &user)
    };
    let credential = |status: &str| {
        format!("echo \"{{\\\"kind\\\":\\\"ExecCredential\\\",\\\"status\\\":{status}}}\"")
    };
    let cases = [
        (
            plugin("exec sleep 600"),
            ReasonCode::Timeout,
            "gave no credential within 2 s",
        ),
        (
            plugin(&format!("echo {SECRET}")),
            ReasonCode::Unparsed,
            "printed no JSON",
        ),
        (
            plugin(&credential("{}")),
            ReasonCode::Unparsed,
            "neither a token nor a certificate",
        ),
        (
            plugin(&format!("echo {SECRET} >&2; exit 3")),
            ReasonCode::Denied,
            "exit status: 3",
        ),
        (
            plugin("while :; do echo 0123456789012345678901234567890; done"),
            ReasonCode::Denied,
            "more than 1048576 bytes",
        ),
    ];
    for (text, reason, words) in cases {
        let (_folder, path) = written(&text)?;
        let budgets = Budgets {
            request: Duration::from_secs(if reason == ReasonCode::Timeout { 2 } else { 60 }),
            ..Budgets::default()
        };
        let seen = look_within(&path, json!({}), budgets)?;
        let missed = seen.unread("");
        assert!(missed.detail.contains(words), "{words}: {}", missed.detail);
        assert_eq!(missed.reason, reason, "{}", missed.detail);
        assert!(!missed.detail.contains(SECRET), "{}", missed.detail);
    }
    let token = format!("{{\\\"token\\\":\\\"{ADMIN}\\\"}}");
    let (_folder, path) = written(&plugin(&credential(&token)))?;
    let seen = look(&path, json!({"namespaces": ["exec"]}))?;
    assert!(
        seen.has("workload", "exec/Deployment/api"),
        "{:?}",
        seen.0.unassessed
    );
    Ok(())
}

#[test]
fn a_cluster_that_cannot_be_reached_or_trusted() -> Result<()> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port();
    let (_folder, path) = written(&kubeconfig(
        &format!("https://127.0.0.1:{free}"),
        None,
        SECRET,
    ))?;
    let seen = look(&path, json!({}))?;
    let missed = seen.unread("refused");
    assert_eq!(missed.reason, ReasonCode::Unreachable);

    let Some(server) = ApiServer::shared()? else {
        return Ok(());
    };
    let foreign = Authority::new("Foreign")?.root_pem();
    let (_folder, path) = written(&kubeconfig(server.url(), Some(&foreign), SECRET))?;
    let seen = look(&path, json!({}))?;
    let missed = seen.unread("certificate");
    assert!(!missed.detail.contains(SECRET), "{}", missed.detail);

    let (_folder, path) = written(&server.kubeconfig(SECRET))?;
    let seen = look(&path, json!({}))?;
    let missed = seen.unread("401");
    assert_eq!(missed.reason, ReasonCode::Denied);
    assert!(missed.detail.contains("the credentials are not accepted"));
    Ok(())
}

/// A proxy for one connection, by CONNECT; gives its address and the host that was asked for.
fn tunnel() -> Result<(SocketAddr, JoinHandle<Result<String>>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    let serving = std::thread::spawn(move || {
        let (mut client, _) = listener.accept()?;
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte)? == 1 {
            head.extend(byte);
        }
        let head = String::from_utf8(head)?;
        let host = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut server = TcpStream::connect(&host)?;
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
        std::thread::spawn(move || {
            drop(std::io::copy(&mut from, &mut to));
            to.shutdown(Shutdown::Both)
        });
        drop(std::io::copy(&mut server, &mut client));
        Ok(head)
    });
    Ok((address, serving))
}

#[test]
fn a_cluster_behind_a_proxy_of_its_own() -> Result<()> {
    let Some(server) = ApiServer::shared()? else {
        return Ok(());
    };
    let (address, serving) = tunnel()?;
    let url = format!(
        "{}\", proxy-url: \"http://me:{SECRET}@{address}",
        server.url()
    );
    // The tunnel serves one connection: one list at a time, of which the first one shows enough.
    let (_folder, path) = written(&kubeconfig(&url, Some(server.authority()), ADMIN))?;
    let budgets = Budgets {
        per_host: 1,
        attempts: 1,
        request: Duration::from_secs(60),
        target: Duration::from_secs(300),
        ..Budgets::default()
    };
    let seen = look_within(&path, json!({"namespaces": ["default"]}), budgets)?;
    assert!(seen.has("namespace", "default"), "{:?}", seen.0.unassessed);
    drop(seen);
    let head = serving.join().expect("the proxy ends")?;
    assert!(head.starts_with("CONNECT 127.0.0.1:"), "{head}");
    assert!(
        head.contains("proxy-authorization: Basic") || head.contains("Proxy-Authorization: Basic"),
        "{head}"
    );
    Ok(())
}

#[test]
fn an_account_without_rights_leaves_everything_unknown_and_nothing_absent() -> Result<()> {
    let Some(server) = ApiServer::shared()? else {
        return Ok(());
    };
    let (_folder, path) = written(&server.kubeconfig(NOBODY))?;
    let seen = look(&path, json!({}))?;
    let subjects = seen.0.facts.iter().map(|fact| fact.subject.kind.as_str());
    assert_eq!(subjects.collect::<Vec<_>>(), ["cluster"]);
    for missed in &seen.0.unassessed {
        assert_eq!(missed.reason, ReasonCode::Denied, "{}", missed.detail);
        assert!(
            missed.detail.contains("cannot list resource"),
            "{}",
            missed.detail
        );
    }
    assert!(seen.0.unassessed.len() > 20);

    // As somebody who may: the right to impersonate comes with all others.
    server.admin().apply(&shop("other"))?;
    let (_folder, path) = written(&server.kubeconfig(ADMIN))?;
    let as_nobody = json!({"namespaces": ["other"], "impersonate": "nobody"});
    let seen = look(&path, as_nobody)?;
    assert!(!seen.has("workload", "other/Deployment/api"));
    assert!(
        seen.unread("deployments").detail.contains("\\\"nobody\\\"")
            || seen.unread("deployments").detail.contains("\"nobody\"")
    );
    Ok(())
}

#[test]
fn the_command_says_what_is_wrong_and_ends_with_its_code() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let ran = Ran::of(folder.path(), &["probe", "k8s", "--kubeconfig", "gone"])?;
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (74, "error: there is no gone\n")
    );
    std::fs::write(folder.path().join("bad"), format!("users: {SECRET}"))?;
    let arguments = [
        "probe",
        "k8s",
        "--kubeconfig",
        "bad",
        "--probes",
        "k8s/hpa-min-replicas",
    ];
    let ran = Ran::of(folder.path(), &arguments)?;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("bad: it is no kubeconfig"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains(SECRET) && now().as_second() > 0);
    Ok(())
}
