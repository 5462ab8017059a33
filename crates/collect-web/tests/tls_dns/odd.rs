//! Servers that speak TLS in ways of their own: each hello of TLS 1.2 or before is answered by hand, what
//! offers TLS 1.3 by a good server, or not at all.

use super::estate::Estate;
use super::hello::{OpenSsl, fact, openssl_with};
use super::support::says;
use super::tls::look;
use super::tls_server::{acceptor, each, serve};
use seaworthy_model::{Fact, ReasonCode};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const NAME: &str = "api.example.com";

/// supported_versions with TLS 1.3, as our own hellos have it and as rustls has it.
const OFFERS_THE_NEWEST: [&[u8]; 2] = [&[0, 43, 0, 5, 4, 3, 4, 3, 3], &[0, 43, 0, 5, 4, 3, 4]];

fn offers_the_newest(hello: &[u8]) -> bool {
    let has = |wanted: &[u8]| hello.windows(wanted.len()).any(|part| part == wanted);
    OFFERS_THE_NEWEST.into_iter().any(has)
}

/// What an odd server says to a hello of an old version.
#[derive(Clone, Copy)]
struct Says {
    /// The last octets of its random ones.
    mark: &'static [u8; 8],
    extensions: &'static [u8],
    /// The suite, where it is not the first that it takes of those offered.
    suite: Option<[u8; 2]>,
    compression: u8,
    /// What stands before its hello.
    before: &'static [u8],
    /// How many octets of its hello are in a record.
    most: usize,
}

/// The suites that it takes: two of ECDHE, one of RSA.
const TAKEN: [&[u8]; 3] = [&[0xc0, 0x2b], &[0xc0, 0x2f], &[0, 0x9c]];

const GOOD: Says = Says {
    mark: b"DOWNGRD\x01",
    extensions: &[0xff, 1, 0, 1, 0, 0, 23, 0, 0],
    suite: None,
    compression: 0,
    before: &[],
    most: 4096,
};

impl Says {
    /// The answer to a hello; an alert where that is of another version than TLS 1.2, or offers nothing that
    /// it takes.
    fn answer(&self, hello: &[u8]) -> Vec<u8> {
        if hello.get(9..11) != Some(&[3, 3]) {
            return vec![21, 3, 1, 0, 2, 2, 70];
        }
        let count = usize::from(hello[45]) / 2 + usize::from(hello[44]) * 128;
        let mut suites = hello[46..].chunks(2).take(count);
        let Some(offered) = suites.find(|suite| TAKEN.contains(suite)) else {
            return vec![21, 3, 3, 0, 2, 2, 40];
        };
        let mut body = [&[3, 3][..], &[9; 24], self.mark, &[0]].concat();
        body.extend(self.suite.as_ref().map_or(offered, |suite| &suite[..]));
        body.push(self.compression);
        body.extend(u16::try_from(self.extensions.len()).unwrap().to_be_bytes());
        body.extend(self.extensions);
        let length = u8::try_from(body.len()).unwrap();
        let message = [&[2, 0, 0, length][..], &body].concat();
        let records = message.chunks(self.most).flat_map(|part| {
            let length = u16::try_from(part.len()).unwrap().to_be_bytes();
            [&[22, 3, 3][..], &length, part].concat()
        });
        self.before.iter().copied().chain(records).collect()
    }

    /// A server of TLS 1.3 before which something else answers in TLS 1.2.
    async fn serve(self, estate: &Estate) -> SocketAddr {
        let acceptor = acceptor(estate.good(NAME), &[]);
        let address = each("127.0.0.1:0", move |mut stream| {
            let acceptor = acceptor.clone();
            async move {
                let mut seen = vec![0; 16 * 1024];
                let length = stream.peek(&mut seen).await.unwrap_or_default();
                if offers_the_newest(&seen[..length]) {
                    if let Ok(mut stream) = acceptor.accept(stream).await {
                        let _ = stream.read(&mut [0]).await;
                    }
                    return;
                }
                let _ = stream.read(&mut seen).await;
                let _ = stream.write_all(&self.answer(&seen[..length])).await;
            }
        });
        address.await.unwrap()
    }
}

async fn told(says: Says) -> Fact {
    let estate = Estate::new();
    let address = says.serve(&estate).await;
    let collected = look(&[address], &estate).await;
    collected.facts.into_iter().next().unwrap()
}

#[tokio::test]
async fn what_a_hello_says_beside_its_choice_is_told() {
    let unmarked = Says {
        mark: &[9; 8],
        ..GOOD
    };
    let of_another = Says {
        mark: b"DOWNGRD\x00",
        ..GOOD
    };
    let nothing = Says {
        extensions: &[],
        ..GOOD
    };
    let heartbeat = Says {
        extensions: &[0xff, 1, 0, 1, 0, 0, 23, 0, 0, 0, 15, 0, 1, 1],
        ..GOOD
    };
    for (answer, marked, renegotiation, secret, heartbeat) in [
        (GOOD, true, true, true, false),
        (unmarked, false, true, true, false),
        (of_another, false, true, true, false),
        (nothing, true, false, false, false),
        (heartbeat, true, true, true, true),
    ] {
        let fact = told(answer).await;
        says(
            &fact,
            &[
                ("/protocols_accepted", json!(["TLS 1.2", "TLS 1.3"])),
                ("/downgrade_marked", json!(marked)),
                ("/secure_renegotiation", json!(renegotiation)),
                ("/extended_master_secret", json!(secret)),
                ("/heartbeat", json!(heartbeat)),
                ("/fallback_refused", json!(false)),
                ("/compression", json!(false)),
            ],
        );
        let notes = fact.value["notes"].to_string();
        assert_eq!(notes.contains("RFC 7627"), !secret, "{notes}");
        assert_eq!(notes.contains("RFC 6520"), heartbeat, "{notes}");
    }
}

#[tokio::test]
async fn a_hello_is_read_however_it_is_cut() {
    for answer in [
        Says { most: 1, ..GOOD },
        Says { most: 5, ..GOOD },
        // unrecognized_name, as a warning.
        Says {
            before: &[21, 3, 3, 0, 2, 1, 112],
            ..GOOD
        },
        // hello_request.
        Says {
            before: &[22, 3, 3, 0, 4, 0, 0, 0, 0],
            ..GOOD
        },
    ] {
        let fact = told(answer).await;
        says(
            &fact,
            &[
                ("/downgrade_marked", json!(true)),
                ("/secure_renegotiation", json!(true)),
                ("/static_rsa", json!(true)),
            ],
        );
    }
}

#[tokio::test]
async fn what_is_no_answer_decides_nothing() {
    let strange = "something that is no TLS record";
    for (answer, why) in [
        // An empty record, one that is too long, a change of cipher, application data.
        (
            Says {
                before: &[22, 3, 3, 0, 0],
                ..GOOD
            },
            "a length that none may have",
        ),
        (
            Says {
                before: &[22, 3, 3, 0xff, 0xff],
                ..GOOD
            },
            "a length that none may have",
        ),
        (
            Says {
                before: &[20, 3, 3, 0, 1, 1],
                ..GOOD
            },
            strange,
        ),
        (
            Says {
                before: &[23, 3, 3, 0, 1, 1],
                ..GOOD
            },
            strange,
        ),
        // close_notify.
        (
            Says {
                before: &[21, 3, 3, 0, 2, 1, 0],
                ..GOOD
            },
            "the alert 0",
        ),
        (
            Says {
                suite: Some([0x13, 0x01]),
                ..GOOD
            },
            "a suite that was not offered",
        ),
        (
            Says {
                compression: 1,
                ..GOOD
            },
            "a compression that was not offered",
        ),
    ] {
        let fact = told(answer).await;
        says(
            &fact,
            &[
                ("/static_rsa", Value::Null),
                ("/cipher_suites", Value::Null),
            ],
        );
        for field in ["static_rsa", "cipher_suites"] {
            let told = fact.unknown.get(field).map_or("", String::as_str);
            assert!(told.contains(why), "{field}: {why} wanted: {told:?}");
        }
    }
}

/// Answers in TLS 1.2 and in nothing newer; what offers TLS 1.3 gets this, and the connection is closed.
async fn intolerant(estate: &Estate, answer: &'static [u8]) -> Option<(OpenSsl, SocketAddr)> {
    let options = ["-max_protocol", "TLSv1.2", "-min_protocol", "TLSv1.2"];
    let behind = openssl_with(estate, estate.good(NAME), &options)?;
    let server = behind.address;
    let front = each("127.0.0.1:0", move |mut stream| async move {
        let mut seen = vec![0; 16 * 1024];
        let length = stream.read(&mut seen).await.unwrap_or_default();
        if offers_the_newest(&seen[..length]) {
            let _ = stream.write_all(answer).await;
            return;
        }
        let Ok(mut behind) = tokio::net::TcpStream::connect(server).await else {
            return;
        };
        let _ = behind.write_all(&seen[..length]).await;
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut behind).await;
    });
    Some((behind, front.await.unwrap()))
}

#[tokio::test]
async fn who_breaks_off_over_the_newest_version_is_told() {
    let estate = Estate::new();
    let protocol_version: &[u8] = &[21, 3, 1, 0, 2, 2, 70];
    for (answer, wanted) in [
        (&[][..], "answered by nothing and closed the connection"),
        (protocol_version, "refused by the alert 70"),
    ] {
        let Some((_behind, address)) = intolerant(&estate, answer).await else {
            return;
        };
        let fact = fact(address, &estate).await;
        says(
            &fact,
            &[
                ("/protocol", json!("TLS 1.2")),
                ("/version_intolerance", json!(wanted)),
                ("/path_valid", json!(true)),
                ("/downgrade_marked", Value::Null),
                ("/secure_renegotiation", json!(true)),
            ],
        );
    }
}

#[tokio::test]
async fn who_takes_no_suite_of_ours_is_not_intolerant() {
    let estate = Estate::new();
    let options = [
        "-max_protocol",
        "TLSv1.2",
        "-cipher",
        "ECDHE-ECDSA-CAMELLIA256-SHA384",
    ];
    let Some(server) = openssl_with(&estate, estate.good(NAME), &options) else {
        return;
    };
    let fact = fact(server.address, &estate).await;
    says(
        &fact,
        &[
            ("/protocol", json!("TLS 1.2")),
            ("/version_intolerance", Value::Null),
            ("/secure_renegotiation", json!(true)),
        ],
    );
}

#[tokio::test]
async fn who_closes_on_everybody_is_not_assessed() {
    let estate = Estate::new();
    let address = each("127.0.0.1:0", |mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
    });
    let collected = look(&[address.await.unwrap()], &estate).await;
    assert_eq!(collected.facts.len(), 0);
    assert_eq!(collected.unassessed[0].reason, ReasonCode::Unreachable);
}

#[tokio::test]
async fn tickets_for_early_data_are_told() {
    let estate = Estate::new();
    for (options, early) in [
        (&["-max_early_data", "16384"][..], json!(true)),
        (&[][..], json!(false)),
        (&["-no_ticket", "-max_early_data", "0"], json!(false)),
        (&["-max_protocol", "TLSv1.2"], Value::Null),
    ] {
        let Some(server) = openssl_with(&estate, estate.good(NAME), options) else {
            return;
        };
        let fact = fact(server.address, &estate).await;
        says(&fact, &[("/early_data", early.clone())]);
        let told = fact.value["notes"].to_string().contains("0-RTT");
        assert_eq!(told, early == json!(true), "{options:?}");
    }
}

#[tokio::test]
async fn a_server_of_today_is_told_whole() {
    let estate = Estate::new();
    let options = ["-serverpref", "-min_protocol", "TLSv1.2"];
    if let Some(server) = openssl_with(&estate, estate.good(NAME), &options) {
        says(
            &fact(server.address, &estate).await,
            &[
                ("/secure_renegotiation", json!(true)),
                ("/extended_master_secret", json!(true)),
                ("/downgrade_marked", json!(true)),
                ("/fallback_refused", json!(true)),
                ("/heartbeat", json!(false)),
                ("/own_suite_order", json!(true)),
            ],
        );
    }
    let by_rustls = serve(estate.good(NAME)).await;
    says(
        &fact(by_rustls, &estate).await,
        &[
            ("/secure_renegotiation", json!(true)),
            ("/extended_master_secret", json!(true)),
            ("/downgrade_marked", json!(true)),
            ("/own_suite_order", json!(false)),
        ],
    );
}
