//! The fixture answers for the zones it was given, over UDP and TCP, and for nothing else.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::*;

/// A query for the A records of a name (RFC 1035 §4.1).
fn query(name: &str) -> Vec<u8> {
    let mut message = vec![0xab, 0xcd, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.split('.') {
        message.push(u8::try_from(label.len()).unwrap());
        message.extend(label.bytes());
    }
    message.extend([0, 0, 1, 0, 1]);
    message
}

/// Whether the answer is authoritative, its response code, and its bytes.
fn read(answer: &[u8]) -> (bool, u8, Vec<u8>) {
    assert_eq!(answer[..2], [0xab, 0xcd]);
    (answer[2] & 4 != 0, answer[3] & 15, answer.to_vec())
}

fn ask_udp(address: SocketAddr, name: &str) -> (bool, u8, Vec<u8>) {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    socket.send_to(&query(name), address).unwrap();
    let mut answer = [0; 512];
    let length = socket.recv(&mut answer).unwrap();
    read(&answer[..length])
}

fn ask_tcp(address: SocketAddr, name: &str) -> (bool, u8, Vec<u8>) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let query = query(name);
    stream
        .write_all(&u16::try_from(query.len()).unwrap().to_be_bytes())
        .unwrap();
    stream.write_all(&query).unwrap();
    let mut length = [0; 2];
    stream.read_exact(&mut length).unwrap();
    let mut answer = vec![0; u16::from_be_bytes(length).into()];
    stream.read_exact(&mut answer).unwrap();
    read(&answer)
}

#[test]
fn answers_for_its_zones_over_udp_and_tcp() {
    let setup = Named::setup()
        .zone(
            "example.test",
            &apex("www A 192.0.2.1\n@ CAA 0 issue \"ca.test\""),
        )
        .zone("other.test", &apex("www A 192.0.2.2"));
    let Some(named) = setup.start().unwrap() else {
        return;
    };
    for (name, last) in [("www.example.test", 1), ("www.other.test", 2)] {
        for ask in [ask_udp, ask_tcp] {
            let (authoritative, code, answer) = ask(named.address(), name);
            assert!(authoritative && code == 0, "{name}: {code}");
            let address = [192, 0, 2, last];
            assert!(answer.windows(4).any(|bytes| bytes == address), "{name}");
        }
    }
    let (authoritative, code, _) = ask_udp(named.address(), "gone.example.test");
    assert!(
        authoritative && code == 3,
        "a name that is not there: {code}"
    );
    let (authoritative, code, _) = ask_udp(named.address(), "www.elsewhere.test");
    assert!(
        !authoritative && code == 5,
        "a zone that is not its own: {code}"
    );
}

#[test]
fn a_zone_that_named_refuses_is_an_error_with_its_words() {
    let error = match Named::setup().zone("bad.test", "nothing of a zone").start() {
        Ok(None) => return,
        Ok(Some(_)) => panic!("named took a zone that is none"),
        Err(error) => format!("{error:#}"),
    };
    assert!(error.contains("named refuses a zone"), "{error}");
    assert!(
        error.contains("zone bad.test/IN: not loaded due to errors"),
        "{error}"
    );
}
