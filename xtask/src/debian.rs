//! The servers that tests run against, and how to get them from Debian's packages.
//! Starting them is left to the tests.

use std::process::Command;

use anyhow::Result;

use crate::run;

/// A program that some tests need.
#[derive(Debug)]
pub(crate) struct Needed {
    /// What is looked for.
    pub(crate) program: &'static str,
    /// Debian's package that has it.
    pub(crate) package: &'static str,
    /// What is tested with it.
    pub(crate) why: &'static str,
}

impl Needed {
    /// Whether tests of servers need it. The others read reports, and their tests have a demand of
    /// their own.
    pub(crate) fn serves(&self) -> bool {
        !matches!(self.program, "chromium" | "npm" | "python3" | "git")
    }
}

/// All that the tests need beyond Rust and Debian's base.
const NEEDED: &[Needed] = &[
    Needed {
        program: "chromium",
        package: "chromium",
        why: "the HTML report is tested in a real browser",
    },
    Needed {
        program: "npm",
        package: "npm",
        why: "the driver of the browser and the rules of axe-core come from npm",
    },
    Needed {
        program: "python3",
        package: "python3-venv",
        why: "outside readers of the report formats come from PyPI",
    },
    Needed {
        program: "git",
        package: "git",
        why: "the history of a checkout is read from repositories that git made",
    },
    Needed {
        program: "nginx",
        package: "nginx-light",
        why: "the TLS, HTTP and CORS probes are tested over a real web server",
    },
    Needed {
        program: "caddy",
        package: "caddy",
        why: "the HTTP probes are tested over a second real web server, with HTTP/2 and HTTP/3",
    },
    Needed {
        program: "named",
        package: "bind9",
        why: "the DNS probes are tested over a real authoritative server",
    },
    Needed {
        program: "dig",
        package: "bind9-dnsutils",
        why: "what the DNS probes see is held against what dig and delv see",
    },
    Needed {
        program: "curl",
        package: "curl",
        why: "the commands that reports print are run, and show the same",
    },
    Needed {
        program: "nmap",
        package: "nmap",
        why: "the command that a report prints of open ports is run, and shows the same",
    },
    Needed {
        program: "etcd",
        package: "etcd-server",
        why: "live clusters are tested over a real API server, which keeps its objects there",
    },
    Needed {
        program: "exim4",
        package: "exim4-daemon-light",
        why: "TLS after STARTTLS is tested over a real SMTP server",
    },
    Needed {
        program: "dovecot",
        package: "dovecot-imapd",
        why: "TLS after STARTTLS is tested over a real IMAP server",
    },
    Needed {
        program: "postgres",
        package: "postgresql",
        why: "TLS after an SSLRequest is tested over a real PostgreSQL",
    },
    Needed {
        program: "sslscan",
        package: "sslscan",
        why: "what the TLS probes find is held against another scanner",
    },
    Needed {
        program: "testssl",
        package: "testssl.sh",
        why: "the same, against a third scanner",
    },
    Needed {
        program: "openssl",
        package: "openssl",
        why: "keys and signatures are tested to be what openssl reads and writes",
    },
];

/// Installs what is missing where that is possible, and returns what is missing still.
pub(crate) fn install_missing() -> Vec<&'static Needed> {
    let missing = missing();
    if missing.is_empty() {
        return missing;
    }
    for needed in &missing {
        println!(
            "missing: {} (Debian's package {}): {}",
            needed.program, needed.package, needed.why
        );
    }
    let packages: Vec<_> = missing.iter().map(|needed| needed.package).collect();
    match apt_get() {
        Ok(apt) => {
            println!(
                "installing {}; Debian starts such services once they are installed: `systemctl disable --now nginx caddy named etcd postgresql` stops them",
                packages.join(" and ")
            );
            if let Err(error) = install(&apt, &packages) {
                println!("not installed: {error:#}");
            }
        }
        Err(reason) => println!("not installed: {reason}"),
    }
    self::missing()
}

fn missing() -> Vec<&'static Needed> {
    NEEDED
        .iter()
        .filter(|needed| run::find_program(needed.program).is_none() && !versioned(needed.program))
        .collect()
}

/// Whether Debian keeps a program where no PATH looks, in a folder for each version.
fn versioned(program: &str) -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter();
    let mut versions = versions.flatten().flatten();
    versions.any(|version| version.path().join("bin").join(program).is_file())
}

/// The words that start `apt-get` with the right to install, or the reason why there are none.
fn apt_get() -> Result<Vec<&'static str>, &'static str> {
    if run::find_program("apt-get").is_none() {
        return Err("this machine has no apt-get; install the programs by its own means");
    }
    let user = Command::new("id").arg("-u").output();
    if user.is_ok_and(|output| output.stdout.trim_ascii() == b"0") {
        return Ok(vec!["apt-get"]);
    }
    if run::quietly(Command::new("sudo").args(["-n", "true"])) {
        return Ok(vec!["sudo", "-n", "apt-get"]);
    }
    Err("only root may install packages, and sudo wants a password")
}

/// The package lists are fetched only when the packages cannot be had without.
fn install(apt: &[&str], packages: &[&str]) -> Result<()> {
    let command = |arguments: &[&str]| {
        let mut words = apt.iter().chain(arguments);
        let mut command = Command::new(words.next().unwrap_or(&"apt-get"));
        command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(packages);
    if run::check(&mut command(&arguments)).is_ok() {
        return Ok(());
    }
    run::check(&mut command(&["update"]))?;
    run::check(&mut command(&arguments))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_program_is_listed_once_and_says_why() {
        for (place, needed) in NEEDED.iter().enumerate() {
            assert!(!needed.why.is_empty());
            let twins = NEEDED
                .iter()
                .filter(|other| other.program == needed.program);
            assert_eq!(twins.count(), 1, "entry {place}: {}", needed.program);
        }
    }

    #[test]
    fn a_failed_install_fetches_the_lists_and_tries_again() {
        // `false` stands for an apt-get that refuses everything.
        let error = install(&["false"], &["nginx-light"]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`false update` ended with exit status: 1"
        );
        install(&["true"], &["nginx-light"]).unwrap();
    }
}
