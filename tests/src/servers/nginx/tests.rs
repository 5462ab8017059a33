//! The fixture serves what it was told, over the ports, addresses and names it was told.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};

use super::*;
use crate::servers::{Authority, Leaf};

fn get(mut stream: impl Read + Write, host: &str) -> String {
    write!(
        stream,
        "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    // A server may close without a farewell; what came before it counts.
    drop(stream.read_to_end(&mut answer));
    String::from_utf8(answer).unwrap()
}

/// The body, or the TLS error, of a request that trusts `root_pem` alone.
fn get_tls(address: (&str, u16), name: &str, root_pem: &str) -> Result<String, String> {
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(root_pem.as_bytes()).unwrap())
        .unwrap();
    let config = rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let server = ServerName::try_from(name.to_owned()).unwrap();
    let mut tls = rustls::ClientConnection::new(Arc::new(config), server).unwrap();
    let mut tcp = TcpStream::connect(address).unwrap();
    tls.complete_io(&mut tcp)
        .map_err(|error| error.to_string())?;
    Ok(get(rustls::Stream::new(&mut tls, &mut tcp), name))
}

#[test]
fn serves_plain_http_and_points_to_another_port() {
    let setup = Nginx::setup()
        .site(Site::http("one").with("return 301 http://a.test:@port:two@/;"))
        .site(Site::http("two").with("add_header X-Test yes always;\nreturn 404 gone;"));
    let Some(nginx) = setup.start().unwrap() else {
        return;
    };
    let connect = |label| TcpStream::connect(("127.0.0.1", nginx.port(label))).unwrap();
    let location = format!("Location: http://a.test:{}/\r\n", nginx.port("two"));
    let answer = get(connect("one"), "a.test");
    assert!(answer.contains(&location), "{answer}");
    let answer = get(connect("two"), "a.test");
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert!(
        answer.contains("X-Test: yes\r\n") && answer.ends_with("gone"),
        "{answer}"
    );
}

#[test]
fn serves_tls_by_address_and_by_name() {
    let authority = Authority::new("Test").unwrap();
    let good = authority
        .issue(&Leaf::new(["a.test", "127.0.0.1"]))
        .unwrap();
    let other = authority.issue(&Leaf::new(["b.test"])).unwrap();
    let past = Leaf::new(["a.test"]).valid((2020, 1, 1), (2020, 4, 1));
    let past = authority.issue(&past).unwrap();
    let alone = authority.issue(&Leaf::new(["a.test"])).unwrap();
    let setup = Nginx::setup()
        .site(Site::tls("edge", &good).with("return 200 good;"))
        .site(
            Site::tls("edge", &other)
                .named("b.test")
                .with("return 200 other;"),
        )
        .site(Site::tls("edge", &past).at([127, 0, 0, 2]))
        .site(Site::tls_with("bare", &alone.leaf_pem, &alone.key_pem));
    let Some(nginx) = setup.start().unwrap() else {
        return;
    };
    let root = authority.root_pem();
    let ask = |host, label, name| get_tls((host, nginx.port(label)), name, &root);
    for (name, body) in [
        ("a.test", "good"),
        ("127.0.0.1", "good"),
        ("b.test", "other"),
    ] {
        let answer = ask("127.0.0.1", "edge", name).unwrap();
        assert!(answer.ends_with(body), "{name}: {answer}");
    }
    for (host, label, name, error) in [
        ("127.0.0.2", "edge", "a.test", "certificate expired"),
        ("127.0.0.1", "edge", "c.test", "not valid for name"),
        ("127.0.0.1", "bare", "a.test", "UnknownIssuer"),
    ] {
        let found = ask(host, label, name).unwrap_err();
        assert!(found.contains(error), "{host} {label} {name}: {found}");
    }
    let stranger = Authority::new("Stranger").unwrap().root_pem();
    assert!(get_tls(("127.0.0.1", nginx.port("edge")), "a.test", &stranger).is_err());
}

#[test]
fn a_directive_that_nginx_refuses_is_an_error_with_its_words() {
    let error = match Nginx::setup()
        .site(Site::http("a").with("no_such_thing;"))
        .start()
    {
        Ok(None) => return,
        Ok(Some(_)) => panic!("nginx took a directive that does not exist"),
        Err(error) => format!("{error:#}"),
    };
    assert!(
        error.contains("unknown directive \"no_such_thing\""),
        "{error}"
    );
}
