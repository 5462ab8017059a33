//! A time-stamping authority of openssl's, and a server that answers with what it, or a test, says.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Keys and certificates of an authority in a folder: a root, one between, and who stamps.
pub(crate) struct Authority {
    folder: PathBuf,
}

/// What an authority is like, as openssl's options and lines have it.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) key: &'static str,
    pub(crate) usage: &'static str,
    /// The digest of the signature, and that of the certificate's identifier.
    pub(crate) digest: &'static str,
    pub(crate) identifier: &'static str,
    /// When the certificate that stamps ends.
    pub(crate) until: &'static str,
}

pub(crate) const USUAL: Kind = Kind {
    key: "ec -pkeyopt ec_paramgen_curve:P-256",
    usage: "critical,timeStamping",
    digest: "sha256",
    identifier: "sha256",
    until: "20991231235959Z",
};

/// What an answer says, signed by whoever stands there: openssl stamps with no certificate that is not
/// for time stamps, and signs with any.
const SIGN: &str = "\
set -eu; cd \"$1\"
openssl ts -reply -in said -token_out -out token
openssl cms -verify -noverify -inform DER -in token -out info
openssl cms -sign -cades -binary -nodetach -econtent_type 1.2.840.113549.1.9.16.1.4 -md sha256 \
    -in info -outform DER -signer stamper.pem -inkey stamper.key -out signed
";

const MAKE: &str = r#"
set -eu; cd "$1"
cat >ca.cnf <<END
[ca]
default_ca = own
[own]
database = index
new_certs_dir = .
rand_serial = yes
policy = any
default_md = sha256
unique_subject = no
[any]
commonName = supplied
[between]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
[stamper]
keyUsage = critical,digitalSignature
$3
END
: >index
new() { openssl req -new -newkey $2 -nodes -keyout $1.key -out $1.csr -subj "/CN=$1"; }
issue() { openssl ca -batch -config ca.cnf -cert $1.pem -keyfile $1.key -in $2.csr -out $2.pem -notext -extensions $2 -startdate 20200101000000Z -enddate $3; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -subj /CN=root -days 36500
new between 'ec -pkeyopt ec_paramgen_curve:P-256'
issue root between 20991231235959Z
new stamper "$2"
issue between stamper "$4"
cat >tsa.cnf <<END
[tsa]
default_tsa = one
[one]
serial = serial
default_policy = 1.2.3.4
digests = sha256,sha512
signer_digest = $5
ess_cert_id_alg = $6
END
"#;

impl Authority {
    pub(crate) fn new(folder: PathBuf, kind: Kind) -> Self {
        fs::create_dir(&folder).unwrap();
        let usage = match kind.usage {
            "" => String::new(),
            usage => format!("extendedKeyUsage = {usage}"),
        };
        let mut command = Command::new("sh");
        command.args(["-c", MAKE, "sh"]).arg(&folder);
        run(command.args([kind.key, &usage, kind.until, kind.digest, kind.identifier]));
        Self { folder }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.join("root.pem")
    }

    /// Its answer to a request.
    pub(crate) fn answer(&self, request: &[u8]) -> Vec<u8> {
        fs::write(self.folder.join("query"), request).unwrap();
        let usual = ["ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query"];
        let signer = ["-signer", "stamper.pem", "-inkey", "stamper.key"];
        let chain = ["-chain", "between.pem", "-out", "answer"];
        let mut command = Command::new("openssl");
        command.current_dir(&self.folder).args(usual);
        run(command.args(signer).args(chain));
        fs::read(self.folder.join("answer")).unwrap()
    }

    /// An answer that says what another one says, signed with its own key.
    pub(crate) fn signs_itself(&self, said: &[u8]) -> Vec<u8> {
        fs::write(self.folder.join("said"), said).unwrap();
        run(Command::new("sh")
            .args(["-c", SIGN, "sh"])
            .arg(&self.folder));
        let token = fs::read(self.folder.join("signed")).unwrap();
        // TimeStampResp: the status "granted", and the token.
        let content = [&[0x30, 0x03, 0x02, 0x01, 0x00], &token[..]].concat();
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[0x30, 0x82, length[0], length[1]], &content[..]].concat()
    }
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {told}");
}

/// What a server says to one request.
pub(crate) struct Said {
    pub(crate) head: &'static str,
    pub(crate) body: Vec<u8>,
}

pub(crate) const STAMPED: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n";

/// A server on loopback that answers each request in the same way; its address.
pub(crate) fn serve(answer: impl Fn(&[u8]) -> Said + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            // A client that goes away early is the client's affair.
            let _ = one(&stream, &answer);
        }
    });
    format!("http://{address}/stamp")
}

fn one(mut stream: &TcpStream, answer: impl Fn(&[u8]) -> Said) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line)? > 2 {
        let lower = line.to_ascii_lowercase();
        if let Some(told) = lower.strip_prefix("content-length:") {
            length = told.trim().parse().unwrap();
        }
        line.clear();
    }
    let mut request = vec![0; length];
    reader.read_exact(&mut request)?;
    let Said { head, body } = answer(&request);
    let length = body.len();
    write!(
        stream,
        "{head}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(&body)
}

/// openssl's own word on an answer.
pub(crate) fn openssl_verifies(data: &Path, answer: &Path, root: &Path) -> bool {
    let mut command = Command::new("openssl");
    command.args(["ts", "-verify", "-data"]).arg(data);
    command.arg("-in").arg(answer).arg("-CAfile").arg(root);
    command.output().unwrap().status.success()
}
