//! TLS after the words of another protocol: services that offer it, that say they do not, and that
//! say something else.

use super::estate::Estate;
use super::support::{collect, says};
use super::tls_server::{acceptor, each};
use seaworthy_collect::Collected;
use seaworthy_model::ReasonCode;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const NAME: &str = "db.example.com";

/// What a server says: to begin with, and to each request; then it goes on by TLS if the last
/// answer is followed by `TLS`.
type Script = &'static [&'static str];

const POSTGRES: Script = &["", "S", "TLS"];
const SMTP: Script = &[
    "220 mx ESMTP\r\n",
    "250-mx\r\n250-SIZE 1000\r\n250 starttls\r\n",
    "220 go\r\n",
    "TLS",
];
const IMAP: Script = &[
    "* OK [CAPABILITY IMAP4rev1] hello\r\n",
    "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\na OK done\r\n",
    "b OK begin\r\n",
    "TLS",
];

/// Whether a server answers within TLS what it read before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Buffer {
    Dropped,
    CarriedOver,
}

async fn serve(estate: &Estate, script: Script, buffer: Buffer) -> SocketAddr {
    let acceptor = acceptor(estate.good(NAME), &[b"postgresql"]);
    let handle = move |mut stream: TcpStream| {
        let acceptor = acceptor.clone();
        async move {
            let mut seen = Vec::new();
            for (place, words) in script.iter().enumerate() {
                if let Some(words) = words.strip_prefix("LATE ") {
                    // The consent is read already: this stands where a ServerHello is awaited.
                    let _ = stream.read(&mut [0; 4096]).await;
                    let _ = stream.write_all(words.as_bytes()).await;
                    return;
                }
                if *words == "TLS" {
                    let Ok(mut stream) = acceptor.accept(stream).await else {
                        return;
                    };
                    let carried = seen.windows(4).position(|part| part == b"NOOP");
                    if buffer == Buffer::CarriedOver && carried.is_some() {
                        let tagged = seen.windows(6).any(|part| part == b"x NOOP");
                        let answer = if tagged { "x OK\r\n" } else { "250 OK\r\n" };
                        let _ = stream.write_all(answer.as_bytes()).await;
                    }
                    let started = seen.ends_with(&[0x27, 0x0f, 0, 0]);
                    if started {
                        if buffer == Buffer::CarriedOver {
                            let error = b"E\0\0\0\x20SFATAL\0C0A000\0Mno such version\0\0";
                            let _ = stream.write_all(error).await;
                        }
                        let _ = stream.shutdown().await;
                        return;
                    }
                    let _ = stream.read(&mut [0; 64]).await;
                    let _ = stream.write_all(b"221 bye\r\n* BYE\r\n").await;
                    return;
                }
                if place > 0 {
                    seen = vec![0; 512];
                    let count = stream.read(&mut seen).await.unwrap_or_default();
                    seen.truncate(count);
                }
                let _ = stream.write_all(words.as_bytes()).await;
            }
        }
    };
    each("127.0.0.1:0", handle).await.unwrap()
}

async fn look(address: SocketAddr, estate: &Estate, protocol: &str) -> Collected {
    let spec = json!({
        "host": NAME,
        "starttls": protocol,
        "addresses": [address.to_string()],
        "ca_file": estate.ca_file(),
    });
    collect("web/tls-service", "tls_service", spec).await
}

#[tokio::test]
async fn a_service_is_seen_as_whole_as_an_endpoint() {
    let estate = Estate::new();
    for (protocol, script, port, injected, shown) in [
        (
            "postgres",
            POSTGRES,
            5432,
            json!(false),
            "-starttls postgres",
        ),
        (
            "postgres-direct",
            &["TLS"],
            5432,
            Value::Null,
            "-alpn postgresql",
        ),
        ("smtp", SMTP, 25, json!(false), "-starttls smtp"),
        ("imap", IMAP, 143, json!(false), "-starttls imap"),
    ] {
        let address = serve(&estate, script, Buffer::Dropped).await;
        let collected = look(address, &estate, protocol).await;
        assert_eq!(collected.unassessed, [], "{protocol}");
        let fact = &collected.facts[0];
        assert_eq!(fact.unknown, Default::default(), "{protocol}");
        assert_eq!(fact.subject.name, format!("{NAME}:{port} [{address}]"));
        let direct = protocol == "postgres-direct";
        says(
            fact,
            &[
                ("/starttls", json!(protocol)),
                ("/tls_offered", json!(true)),
                ("/protocol", json!("TLS 1.3")),
                (
                    "/alpn",
                    if direct {
                        json!("postgresql")
                    } else {
                        Value::Null
                    },
                ),
                ("/name_matches", json!(true)),
                ("/path_valid", json!(true)),
                ("/protocols_accepted", json!(["TLS 1.2", "TLS 1.3"])),
                ("/weak_suites", json!([])),
                ("/starttls_injection", injected),
            ],
        );
        let command = fact.provenance.reproduce.as_deref().unwrap();
        assert!(command.contains(shown), "{command}");
        assert_eq!(fact.provenance.collector, "web/tls-service");
    }
}

#[tokio::test]
async fn what_came_before_tls_must_not_be_answered_within_it() {
    let estate = Estate::new();
    for (protocol, script) in [("smtp", SMTP), ("imap", IMAP), ("postgres", POSTGRES)] {
        let address = serve(&estate, script, Buffer::CarriedOver).await;
        let collected = look(address, &estate, protocol).await;
        says(&collected.facts[0], &[("/starttls_injection", json!(true))]);
    }
}

#[tokio::test]
async fn a_service_that_offers_no_tls_says_so() {
    let estate = Estate::new();
    let scripts: [(&str, Script, &str); 7] = [
        ("postgres", &["", "N"], "ssl off"),
        (
            "smtp",
            &["220 mx\r\n", "250-mx\r\n250 SIZE\r\n"],
            "lists no STARTTLS",
        ),
        ("smtp", &["220 mx\r\n", "502 what?\r\n"], "knows no EHLO"),
        (
            "smtp",
            &[
                "220 mx\r\n",
                "250-mx\r\n250 STARTTLS\r\n",
                "502 not here\r\n",
            ],
            "502 not here",
        ),
        (
            "imap",
            &["* OK hi\r\n", "* CAPABILITY IMAP4rev1\r\na OK\r\n"],
            "lists no STARTTLS",
        ),
        (
            "imap",
            &[
                "* OK hi\r\n",
                "* CAPABILITY STARTTLS\r\na OK\r\n",
                "b NO not today\r\n",
            ],
            "NO not today",
        ),
        ("imap", &["* PREAUTH hi\r\n"], "PREAUTH"),
    ];
    for (protocol, script, wanted) in scripts {
        let address = serve(&estate, script, Buffer::Dropped).await;
        let collected = look(address, &estate, protocol).await;
        assert_eq!(collected.unassessed, [], "{script:?}");
        let fact = &collected.facts[0];
        says(
            fact,
            &[("/tls_offered", json!(false)), ("/path_valid", Value::Null)],
        );
        let told = fact.value["tls_declined"].as_str().unwrap();
        assert!(told.contains(wanted), "{told}");
        for field in [
            "path_valid",
            "protocol",
            "old_protocols",
            "weak_suites",
            "lints",
        ] {
            assert!(fact.unknown[field].contains("offers no TLS"), "{field}");
        }
    }
}

/// What is no answer to a request for TLS.
fn garbled(long: Script) -> [(&'static str, Script, ReasonCode, &'static str); 13] {
    [
        (
            "postgres",
            &["", "E\0\0\0\x08oops"],
            ReasonCode::Denied,
            "by an error",
        ),
        (
            "postgres",
            &["", "HTTP/1.1 400"],
            ReasonCode::Unparsed,
            "neither S nor N",
        ),
        (
            "postgres",
            &["", "S\x16\x03"],
            ReasonCode::Unparsed,
            "2 octets stand behind",
        ),
        (
            "postgres",
            &["", "N\x16"],
            ReasonCode::Unparsed,
            "neither S nor N",
        ),
        ("postgres", &["", ""], ReasonCode::Unreachable, "was cut"),
        (
            "smtp",
            &["554 go away\r\n"],
            ReasonCode::Denied,
            "554 go away",
        ),
        (
            "smtp",
            &["220 mx\r\n", "250-mx\r\n250-XXXXXXXX\r\n250 SIZE\r\n"],
            ReasonCode::Unparsed,
            "crossed out",
        ),
        (
            "smtp",
            &["220 mx\r\n", "250-mx\r\n250 STARTTLS\r\n", "454 later\r\n"],
            ReasonCode::Denied,
            "454 later",
        ),
        (
            "smtp",
            &[
                "220 mx\r\n",
                "250 mx\r\n250 STARTTLS\r\n",
                "220 go\r\n250 OK\r\n",
            ],
            ReasonCode::Unparsed,
            "out of turn",
        ),
        (
            "smtp",
            &["* OK imap\r\n"],
            ReasonCode::Unparsed,
            "no reply of SMTP",
        ),
        ("smtp", long, ReasonCode::Unparsed, "without end"),
        ("imap", &["* BYE busy\r\n"], ReasonCode::Denied, "BYE busy"),
        (
            "imap",
            &["* OK hi\r\n", "a OK done\r\n"],
            ReasonCode::Unparsed,
            "CAPABILITY by OK",
        ),
    ]
}

/// What stands in the clear behind a consent, in one piece with it.
fn behind() -> [(&'static str, Script, ReasonCode, &'static str); 2] {
    [
        (
            "smtp",
            &[
                "220 mx\r\n",
                "250-mx\r\n250 STARTTLS\r\n",
                "220 go\r\n250 OK\r\n",
            ],
            ReasonCode::Unparsed,
            "8 octets stand behind",
        ),
        (
            "imap",
            &[
                "* OK hi\r\n",
                "* CAPABILITY STARTTLS\r\na OK\r\n",
                "b OK begin\r\n* CAPABILITY AUTH=PLAIN\r\n",
            ],
            ReasonCode::Unparsed,
            "octets stand behind",
        ),
    ]
}

#[tokio::test]
async fn what_is_stripped_or_garbled_is_no_answer() {
    let estate = Estate::new();
    let long: &'static str = Box::leak("220-x\r\n".repeat(20_000).into_boxed_str());
    let long: Script = Box::leak(Box::new([long]));
    for (protocol, script, reason, wanted) in garbled(long).into_iter().chain(behind()) {
        let address = serve(&estate, script, Buffer::Dropped).await;
        let collected = look(address, &estate, protocol).await;
        assert_eq!(
            collected.facts.len(),
            0,
            "{script:?}: {:?}",
            collected.facts
        );
        let told = &collected.unassessed[0];
        assert_eq!(told.reason, reason, "{told:?}");
        assert!(told.detail.contains(wanted), "{}", told.detail);
        assert!(
            told.detail.contains(&address.to_string()),
            "{}",
            told.detail
        );
    }
}

/// CVE-2021-23222 and its kin: what comes in the clear after the consent is no part of TLS, be it ever
/// so late, and nothing is concluded from it.
#[tokio::test]
async fn what_comes_in_the_clear_after_the_consent_is_no_answer() {
    let estate = Estate::new();
    let scripts: [(&str, Script); 3] = [
        ("postgres", &["", "S", "LATE R\0\0\0\x08\0\0\0\0"]),
        (
            "smtp",
            &[
                "220 mx\r\n",
                "250-mx\r\n250 STARTTLS\r\n",
                "220 go\r\n",
                "LATE 250 OK\r\n",
            ],
        ),
        (
            "imap",
            &[
                "* OK hi\r\n",
                "* CAPABILITY STARTTLS\r\na OK\r\n",
                "b OK begin\r\n",
                "LATE * PREAUTH you are in\r\n",
            ],
        ),
    ];
    for (protocol, script) in scripts {
        let address = serve(&estate, script, Buffer::Dropped).await;
        let collected = look(address, &estate, protocol).await;
        assert_eq!(collected.facts.len(), 0, "{:?}", collected.facts);
        let told = &collected.unassessed[0];
        let wanted = [ReasonCode::Unparsed, ReasonCode::Unreachable];
        assert!(wanted.contains(&told.reason), "{protocol}: {told:?}");
    }
}
