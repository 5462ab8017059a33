//! The API through a proxy that the environment names: by a tunnel, with its password, never for the hosts
//! of NO_PROXY, and inconclusive where it refuses.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use seaworthy_tests::report::item;
use seaworthy_tests::scene::{Scene, finish};
use seaworthy_tests::servers::github::world::good;
use seaworthy_tests::servers::{Authority, GitHubApi, Leaf, Proxy, ProxyManner};
use serde_json::Value;
use std::process::Stdio;

const CHECKLIST: &str =
    "# Launch\n\n## CI/CD Pipeline\n\n- [ ] Quality gates enforced\n  - [ ] Tests must pass\n";
const ITEM: &str = "ci-cd-pipeline/quality-gates-enforced/tests-must-pass";
const PASSWORD: &str = "open-sesame";

/// What a sweep over the API on `localhost` says, through `proxy` with more of the environment.
fn swept(proxy: &str, more: &[(&str, &str)]) -> (Value, u16) {
    let authority = Authority::new("ours").unwrap();
    let identity = authority.issue(&Leaf::new(["localhost"])).unwrap();
    let api = GitHubApi::start_tls(good(), &identity).unwrap();
    let port = api.url().rsplit(':').next().unwrap().parse().unwrap();
    let scene = Scene::new().unwrap();
    scene.write("list.md", CHECKLIST).unwrap();
    scene.write("ca.pem", &authority.root_pem()).unwrap();
    let target = format!(
        "  github:\n    - {{ repository: octo/shop, api: \"https://localhost:{port}\", ca_file: ca.pem }}\n"
    );
    scene.configure(&target).unwrap();
    let mut command = scene
        .command(&["sweep", "list.md", "--format", "json"])
        .unwrap();
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command
        .env("HTTPS_PROXY", proxy)
        .envs(more.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let output = finish(command.spawn().unwrap()).unwrap();
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(
        !stdout.contains(PASSWORD) && !stderr.contains(PASSWORD),
        "the password is shown"
    );
    (
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}{stderr}")),
        port,
    )
}

#[test]
fn the_api_is_asked_through_a_tunnel() {
    let proxy = Proxy::start(ProxyManner::Helpful).unwrap();
    let (report, port) = swept(&format!("http://ada:{PASSWORD}@{}", proxy.address()), &[]);
    assert_eq!(
        item(&report, ITEM)["result"],
        "pass",
        "{}",
        item(&report, ITEM)
    );
    let heads = proxy.heads();
    assert!(!heads.is_empty());
    for head in heads {
        assert!(
            head.starts_with(&format!("CONNECT localhost:{port} HTTP/1.1\r\n")),
            "{head}"
        );
        let login = STANDARD.encode(format!("ada:{PASSWORD}"));
        assert!(head.contains(&format!("Basic {login}")), "{head}");
    }
}

#[test]
fn a_host_of_no_proxy_is_asked_directly() {
    let proxy = Proxy::start(ProxyManner::Helpful).unwrap();
    let url = format!("http://{}", proxy.address());
    let (report, _) = swept(&url, &[("NO_PROXY", "other.test,localhost")]);
    assert_eq!(
        item(&report, ITEM)["result"],
        "pass",
        "{}",
        item(&report, ITEM)
    );
    assert_eq!(proxy.heads(), [""; 0]);
}

#[test]
fn a_proxy_that_refuses_or_is_none_leaves_it_open() {
    let proxy = Proxy::start(ProxyManner::Refusing).unwrap();
    let refusing = format!("http://ada:{PASSWORD}@{}", proxy.address());
    for (url, why) in [
        (refusing.as_str(), "proxy"),
        (
            &format!("socks5://ada:{PASSWORD}@127.0.0.1:9"),
            "is not of the form http://host:port",
        ),
        ("http://127.0.0.1:9", "refused"),
    ] {
        let (report, _) = swept(url, &[]);
        let item = item(&report, ITEM);
        assert_eq!(item["result"], "inconclusive", "{url}: {item}");
        let told = item["message"].as_str().unwrap().to_lowercase();
        assert!(told.contains(why), "{url}: {told}");
    }
}
