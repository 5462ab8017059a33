//! A time stamp through the proxy that the environment names.

use super::authority::{Authority, USUAL, serve};
use super::{Stage, honest};
use seaworthy_tests::command::Ran;
use seaworthy_tests::servers::{self, Leaf, Nginx, Proxy, ProxyManner, Site};
use std::path::Path;

const PASSWORD: &str = "open-sesame";

/// Asks for a stamp through a proxy of one manner; what the command said, and the heads that the
/// proxy was sent. `roots` are those of the machine.
fn asked(
    stage: &Stage,
    url: &str,
    manner: ProxyManner,
    roots: Option<&Path>,
) -> (Ran, Vec<String>) {
    let proxy = Proxy::start(manner).unwrap();
    let arguments = ["timestamp", &stage.dir, "--from", url];
    let mut command = stage.sealed.scene.command(&arguments).unwrap();
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let scheme = url.split(':').next().unwrap();
    let address = format!("http://ada:{PASSWORD}@{}", proxy.address());
    command.env(format!("{scheme}_proxy"), address);
    if let Some(roots) = roots {
        command.env("SSL_CERT_FILE", roots);
    }
    let ran = Ran::from_output(&command.output().unwrap()).unwrap();
    assert!(!ran.stderr.contains(PASSWORD), "the password is shown");
    (ran, proxy.heads())
}

#[test]
fn a_stamp_is_asked_for_through_a_proxy() {
    let stage = Stage::new(USUAL);
    let copy = Authority::new(stage.sealed.scene.path("copy"), USUAL);
    let url = serve(honest(copy)).replace("127.0.0.1", "localhost");
    for (manner, code) in [(ProxyManner::Refusing, 74), (ProxyManner::Helpful, 0)] {
        let (ran, heads) = asked(&stage, &url, manner, None);
        assert_eq!(ran.code, code, "{}", ran.stderr);
        let [head] = &heads[..] else {
            panic!("{heads:?}");
        };
        assert!(
            head.starts_with(&format!("POST {url} HTTP/1.1\r\n")),
            "{head}"
        );
        assert!(head.contains("proxy-authorization: Basic "), "{head}");
    }
    assert!(stage.stamped());
}

/// The proxy sees the tunnel's end and no request; the authority's own certificate is verified
/// within it.
#[test]
fn an_authority_over_tls_is_asked_through_a_tunnel() {
    let stage = Stage::new(USUAL);
    let copy = Authority::new(stage.sealed.scene.path("copy"), USUAL);
    let behind = serve(honest(copy));
    let ours = servers::Authority::new("ours").unwrap();
    let identity = ours.issue(&Leaf::new(["localhost"])).unwrap();
    let site = Site::tls("tsa", &identity).with(&format!("location / {{ proxy_pass {behind}; }}"));
    let Some(nginx) = Nginx::setup().site(site).start().unwrap() else {
        return;
    };
    let authority = format!("localhost:{}", nginx.port("tsa"));
    let url = format!("https://{authority}/stamp");
    let roots = stage.sealed.scene.path("roots.pem");
    let other = servers::Authority::new("other").unwrap();
    for (manner, root, code) in [
        (ProxyManner::Refusing, &ours, 74),
        (ProxyManner::Helpful, &other, 74),
        (ProxyManner::Helpful, &ours, 0),
    ] {
        std::fs::write(&roots, root.root_pem()).unwrap();
        assert!(!stage.stamped());
        let (ran, heads) = asked(&stage, &url, manner, Some(&roots));
        assert_eq!(ran.code, code, "{}", ran.stderr);
        let [head] = &heads[..] else {
            panic!("{heads:?}");
        };
        assert!(
            head.starts_with(&format!("CONNECT {authority} HTTP/1.1\r\n")),
            "{head}"
        );
        assert!(
            head.to_lowercase().contains("proxy-authorization: basic "),
            "{head}"
        );
    }
    assert!(stage.stamped());
}
