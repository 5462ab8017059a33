//! Time stamps (RFC 3161) of authorities of openssl's: asked for, kept, verified, and refused where
//! they are not what they should be.

mod authority;
mod proxied;
mod tokens;

use crate::sealed::Sealed;
use authority::{Authority, Kind, STAMPED, Said, USUAL, openssl_verifies, serve};
use seaworthy_tests::command::Ran;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A scene with a swept bundle, an authority, and a server of it.
struct Stage {
    sealed: Sealed,
    dir: String,
    authority: Authority,
}

impl Stage {
    fn new(kind: Kind) -> Self {
        let sealed = Sealed::new();
        let dir = sealed.sweep("runs", &[]).to_str().unwrap().to_owned();
        let authority = Authority::new(sealed.scene.path("authority"), kind);
        Self {
            sealed,
            dir,
            authority,
        }
    }

    /// Asks the server at `url`, trusting the authority's root.
    fn ask(&self, url: &str) -> Ran {
        let root = self.authority.root();
        let root = root.to_str().unwrap();
        let arguments = [
            "timestamp",
            &self.dir,
            "--from",
            url,
            "--timestamp-ca",
            root,
        ];
        self.sealed.scene.run(&arguments).unwrap()
    }

    fn verify(&self, root: &Path, more: &[&str]) -> Ran {
        let (root, key) = (root.to_str().unwrap(), "key.pub.pem");
        let arguments = [
            "verify",
            &self.dir,
            "--trusted-key",
            key,
            "--timestamp-ca",
            root,
        ];
        self.sealed
            .scene
            .run(&[&arguments[..], more].concat())
            .unwrap()
    }

    fn stamped(&self) -> bool {
        Path::new(&self.dir).join("run.tsr").exists()
    }
}

fn honest(authority: Authority) -> impl Fn(&[u8]) -> Said {
    move |request| Said {
        head: STAMPED,
        body: authority.answer(request),
    }
}

#[test]
fn a_stamp_is_asked_for_and_kept_where_it_is_wanted() {
    let stage = Stage::new(USUAL);
    let root = stage.authority.root();
    let wanted = stage.verify(&root, &[]);
    assert_eq!(wanted.code, 2, "{}", wanted.stdout);
    assert!(
        wanted.stdout.starts_with("unstamped: "),
        "{}",
        wanted.stdout
    );

    let server = Authority::new(stage.sealed.scene.path("served"), USUAL);
    let other = serve(honest(server));
    let foreign = stage.ask(&other);
    assert_eq!(foreign.code, 74, "{}", foreign.stderr);
    assert!(
        foreign.stderr.contains("no trusted authority vouches"),
        "{}",
        foreign.stderr
    );
    assert!(!stage.stamped());

    let copy = Authority::new(stage.sealed.scene.path("copy"), USUAL);
    let url = serve(honest(copy));
    let arguments = ["timestamp", &stage.dir, "--from", &url];
    let ran = stage.sealed.scene.run(&arguments).unwrap();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("is stamped 20") && ran.stderr.contains("by CN=stamper"));

    // A run is stamped once.
    let again = stage.sealed.scene.run(&arguments).unwrap();
    assert_eq!(again.code, 78, "{}", again.stderr);
    assert!(
        again.stderr.contains("is there already"),
        "{}",
        again.stderr
    );
}

#[test]
fn a_stamp_is_verified_with_the_authorities_that_are_trusted() {
    let stage = Stage::new(USUAL);
    let copy = Authority::new(stage.sealed.scene.path("copy"), USUAL);
    let (root, url) = (copy.root(), serve(honest(copy)));
    let arguments = ["timestamp", &stage.dir, "--from", &url];
    assert_eq!(stage.sealed.scene.run(&arguments).unwrap().code, 0);
    let ran = stage.verify(&root, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(ran.stdout.contains("\n  stamped 20"), "{}", ran.stdout);
    let ran = stage.verify(&root, &["--format", "json"]);
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    let stamp = &document["runs"][0]["time_stamp"];
    assert_eq!(
        (&stamp["trusted"], &stamp["policy"]),
        (&true.into(), &"1.2.3.4".into())
    );

    // Without a word on whom to trust it is told and not believed; with another root it is neither.
    let ran = stage.sealed.verify(Path::new(&stage.dir));
    assert!(
        ran.code == 0 && ran.stdout.contains("says to be stamped"),
        "{}",
        ran.stdout
    );
    let ran = stage.verify(&stage.authority.root(), &[]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stdout.contains("the time stamp does not count"),
        "{}",
        ran.stdout
    );

    // The auditor's script comes to the same, by openssl.
    let dir = Path::new(&stage.dir);
    assert!(openssl_verifies(
        &dir.join("SHA256SUMS"),
        &dir.join("run.tsr"),
        &root
    ));
    fs::copy(&root, stage.sealed.scene.path("tsa.pem")).unwrap();
    let audited = stage.sealed.audit(dir, &[]);
    assert_eq!(audited.code, 0, "{}", audited.stderr);

    // The stamp is about SHA256SUMS, which a subset has too.
    let export = [
        "export",
        &stage.dir,
        "--only",
        "kubernetes",
        "--out",
        "subset",
    ];
    let ran = stage.sealed.scene.run(&export).unwrap();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ca = ["--timestamp-ca", root.to_str().unwrap()];
    let verify = ["verify", "subset", "--trusted-key", "key.pub.pem"];
    let ran = stage
        .sealed
        .scene
        .run(&[&verify[..], &ca].concat())
        .unwrap();
    assert!(
        ran.code == 0 && ran.stdout.contains("\n  stamped 20"),
        "{}",
        ran.stdout
    );
}

#[test]
fn sweep_and_sign_ask_too_and_tell_what_they_found_when_nobody_answers() {
    let sealed = Sealed::new();
    let authority = Authority::new(sealed.scene.path("authority"), USUAL);
    let root = authority.root().to_str().unwrap().to_owned();
    let url = serve(honest(authority));
    let sweep = [
        "sweep",
        "checklist.md",
        "--out",
        "runs",
        "--timestamp",
        &url,
    ];
    let ran = sealed
        .scene
        .run(&[&sweep[..], &["--timestamp-ca", &root]].concat())
        .unwrap();
    assert!(
        ran.code < 4 && ran.stderr.contains("is stamped 20"),
        "{}",
        ran.stderr
    );

    let gone = "http://127.0.0.1:1/";
    let sweep = [
        "sweep",
        "checklist.md",
        "--out",
        "other",
        "--timestamp",
        gone,
    ];
    let ran = sealed.scene.run(&sweep).unwrap();
    assert_eq!(ran.code, 74, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("Memory requests/limits"),
        "the report is shown: {}",
        ran.stdout
    );
    assert!(
        ran.stderr.contains("it is sealed without"),
        "{}",
        ran.stderr
    );

    let ran = sealed
        .scene
        .run(&["sweep", "checklist.md", "--timestamp-ca", &root])
        .unwrap();
    assert_eq!(ran.code, 64, "{}", ran.stderr);
    for (bad, wanted) in [
        ("ftp://127.0.0.1/", "wanted http://HOST/"),
        ("https://me:secret@127.0.0.1/", "holds a name or a password"),
        ("not an address", "is none"),
    ] {
        let ran = sealed
            .scene
            .run(&["sweep", "checklist.md", "--timestamp", bad])
            .unwrap();
        assert_eq!(ran.code, 64, "{bad}: {}", ran.stderr);
        assert!(
            ran.stderr.contains(wanted) && !ran.stderr.contains("secret"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn an_authority_that_behaves_badly_leaves_no_stamp() {
    let stage = Stage::new(USUAL);
    let ask = |answer: fn() -> Said, wanted: &str| {
        let ran = stage.ask(&serve(move |_| answer()));
        assert_eq!(ran.code, 74, "{wanted}: {}", ran.stderr);
        assert!(
            ran.stderr.contains(wanted),
            "wanted {wanted}: {}",
            ran.stderr
        );
        assert!(!stage.stamped(), "{wanted}");
    };
    ask(
        || Said {
            head: "HTTP/1.1 503 Busy\r\n",
            body: b"later".to_vec(),
        },
        "503",
    );
    ask(
        || Said {
            head: "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:2/\r\n",
            body: Vec::new(),
        },
        "name that address",
    );
    ask(
        || Said {
            head: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n",
            body: b"<p>".to_vec(),
        },
        "the type text/html",
    );
    ask(
        || Said {
            head: STAMPED,
            body: Vec::new(),
        },
        "it is missing",
    );
    ask(
        || Said {
            head: STAMPED,
            body: vec![0x30; 100],
        },
        "is not a time stamp response",
    );
    ask(
        || Said {
            head: STAMPED,
            body: vec![0; 1 << 20],
        },
        "the answer broke off",
    );
    ask(
        || Said {
            head: "nonsense\r\n",
            body: Vec::new(),
        },
        "did not stamp",
    );
    // A rejection in the authority's own words, with what would steer a terminal made harmless.
    ask(
        || Said {
            head: STAMPED,
            body: b"\x30\x0f\x30\x0d\x02\x01\x02\x30\x08\x0c\x06no\x1b[2J".to_vec(),
        },
        "the authority refused: rejection: no\\u{1b}[2J",
    );
}

#[test]
fn an_answer_to_another_request_is_none() {
    let stage = Stage::new(USUAL);
    let other = stage.sealed.sweep("other", &[]);
    let kept = stage.sealed.scene.path("kept");
    let (authority, place) = (
        Authority::new(stage.sealed.scene.path("a"), USUAL),
        kept.clone(),
    );
    let url = serve(move |request| {
        let body = authority.answer(request);
        fs::write(&place, &body).unwrap();
        Said {
            head: STAMPED,
            body,
        }
    });
    let run = |dir: &str, url: &str| {
        stage
            .sealed
            .scene
            .run(&["timestamp", dir, "--from", url])
            .unwrap()
    };
    assert_eq!(run(&stage.dir, &url).code, 0);
    let old = fs::read(&kept).unwrap();
    let replay = serve(move |_| Said {
        head: STAMPED,
        body: old.clone(),
    });
    let ran = run(other.to_str().unwrap(), &replay);
    assert!(
        ran.stderr.contains("is about other bytes"),
        "{}",
        ran.stderr
    );
    fs::remove_file(Path::new(&stage.dir).join("run.tsr")).unwrap();
    let ran = run(&stage.dir, &replay);
    assert!(
        ran.stderr.contains("answers another request"),
        "{}",
        ran.stderr
    );
    assert!(!stage.stamped());
}
