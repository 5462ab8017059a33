//! The collector `web/mail`: MX, SPF and DMARC of a domain, and what it says of the encryption of mail.

mod discovery;
mod dmarc;
mod fact;
pub(super) mod fuzz;
mod look;
mod policy;
mod spf;
mod sts;
mod transport;
mod walk;

use super::ask::{Ask, Told, in_order};
use super::client::Client;
use crate::target::Domain;
use fact::MailDomain;
use hickory_proto::rr::RecordType;
use look::Look;
use seaworthy_collect::{BoxFuture, Context, Trouble};
use seaworthy_model::Target;

/// See the module.
#[derive(Debug)]
pub(crate) struct Mail;

impl Ask for Mail {
    const ID: &'static str = "web/mail";
    const KIND: &'static str = "mail_domain";
    type Fact = MailDomain;

    fn plan(domain: &Domain) -> Vec<String> {
        let (name, server) = (&domain.name, super::place(domain.nameserver));
        vec![
            format!("DNS: MX of {name} and the addresses of its hosts at {server}"),
            format!(
                "DNS: TXT of {name}, what its SPF record includes and names, and _dmarc of {name} and, where it has no record, of its parents (eight names at most) at {server}"
            ),
            format!(
                "GET https://mta-sts.{name}/.well-known/mta-sts.txt, where a record of MTA-STS announces it"
            ),
            format!(
                "DNS: TXT of _mta-sts.{name}, _smtp._tls.{name}, and what other domains say of DMARC's reports at {server}"
            ),
        ]
    }

    fn ask<'a>(
        target: &'a Target,
        domain: &'a Domain,
        context: &'a Context,
    ) -> BoxFuture<'a, Result<Told<MailDomain>, Trouble>> {
        Box::pin(ask(target, domain, context))
    }
}

/// # Errors
///
/// When nothing at all was answered.
async fn ask(
    target: &Target,
    domain: &Domain,
    context: &Context,
) -> Result<Told<MailDomain>, Trouble> {
    let client = Client::new(domain.nameserver, context)?;
    let mut look = Look::new(&client, &domain.name);
    let (mx, spf, dmarc) = (look.mx().await, look.spf().await, look.dmarc().await);
    if let (Err(trouble), Err(_), Err(_)) = (&mx, &spf, &dmarc) {
        return Err(trouble.clone());
    }
    look.miss(&["mx", "null_mx", "mx_unresolved", "mx_private"], mx);
    look.miss(
        &[
            "spf",
            "spf_error",
            "spf_lookups",
            "spf_void_lookups",
            "spf_all",
            "spf_open",
        ],
        spf,
    );
    let mta_sts = look.mta_sts().await;
    let read = match &mta_sts {
        Ok(()) => sts::look(&mut look, target, domain, context).await,
        Err(trouble) => Err(trouble.clone()),
    };
    look.miss(&["mta_sts", "mta_sts_error"], mta_sts);
    let beside = match read {
        Ok(beside) => beside,
        Err(trouble) => {
            look.miss(&sts::FIELDS, Err(trouble));
            sts::Beside::default()
        }
    };
    let tls_rpt = look.tls_rpt().await;
    look.miss(&["tls_rpt", "tls_rpt_error", "tls_rpt_reports"], tls_rpt);
    let fields = [
        "dmarc",
        "dmarc_at",
        "dmarc_error",
        "dmarc_policy",
        "dmarc_organisation",
        "dmarc_subdomain_policy",
        "dmarc_nonexistent_policy",
        "dmarc_testing",
        "dmarc_percent",
        "dmarc_strict_dkim",
        "dmarc_strict_spf",
        "dmarc_reports",
    ];
    look.miss(&fields, dmarc);
    let Look { fact, unknown, .. } = look;
    let (mut attempts, mut transcript) = client.into_log();
    attempts.extend(beside.attempts);
    transcript.push_str(&beside.transcript);
    Ok(Told {
        value: fact,
        unknown,
        attempts: in_order(attempts),
        transcript,
        reproduce: reproduce(domain, beside.reproduce),
    })
}

/// The TXT records of `name` that are meant so.
async fn records(
    client: &Client<'_>,
    name: &str,
    meant: fn(&str) -> bool,
) -> Result<Vec<String>, Trouble> {
    let found = client
        .lookup(&super::absolute(name)?, RecordType::TXT)
        .await?;
    let texts = super::texts(&found);
    Ok(texts.into_iter().filter(|text| meant(text)).collect())
}

fn reproduce(domain: &Domain, beside: Option<String>) -> String {
    let (name, server) = (&domain.name, super::dig_server(domain.nameserver));
    let places = discovery::targets(name).into_iter();
    let dmarc: Vec<String> = places.map(|at| format!("_dmarc.{at} TXT")).collect();
    let asked = format!(
        "dig {server}{name} MX {name} TXT {} _mta-sts.{name} TXT _smtp._tls.{name} TXT",
        dmarc.join(" ")
    );
    beside
        .into_iter()
        .fold(asked, |asked, more| format!("{asked}; {more}"))
}
