//! A time stamp through the proxy that the environment names.

use super::authority::{Authority, USUAL, serve};
use super::{Stage, honest};
use seaworthy_tests::command::Ran;
use seaworthy_tests::servers::{Proxy, ProxyManner};

#[test]
fn a_stamp_is_asked_for_through_a_proxy() {
    let stage = Stage::new(USUAL);
    let copy = Authority::new(stage.sealed.scene.path("copy"), USUAL);
    let url = serve(honest(copy)).replace("127.0.0.1", "localhost");
    let arguments = ["timestamp", &stage.dir, "--from", &url];
    for (manner, asked, code) in [(ProxyManner::Refusing, 1, 74), (ProxyManner::Helpful, 1, 0)] {
        let proxy = Proxy::start(manner).unwrap();
        let mut command = stage.sealed.scene.command(&arguments).unwrap();
        for name in ["HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] {
            command.env_remove(name).env_remove(name.to_lowercase());
        }
        let address = format!("http://ada:open-sesame@{}", proxy.address());
        let output = command.env("http_proxy", address).output().unwrap();
        let ran = Ran::from_output(&output).unwrap();
        assert_eq!(ran.code, code, "{}", ran.stderr);
        assert!(!ran.stderr.contains("open-sesame"), "the password is shown");
        let heads = proxy.heads();
        assert_eq!(heads.len(), asked);
        assert!(
            heads[0].starts_with(&format!("POST {url} HTTP/1.1\r\n")),
            "{}",
            heads[0]
        );
        assert!(
            heads[0].contains("proxy-authorization: Basic "),
            "{}",
            heads[0]
        );
    }
    assert!(stage.stamped());
}
