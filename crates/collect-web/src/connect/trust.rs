//! Whether a peer may be told a secret: its certificate leads to a trusted root, is in its
//! validity, is for the name, and the server has the key.

use super::{Connection, Peer, Roots, When, is_for_name, verified};
use crate::target::Endpoint;
use jiff::Timestamp;
use rustls_pki_types::ServerName;

impl Connection {
    /// Whether the peer is the one that `endpoint` names, by `roots` at the instant `as_of`;
    /// never over plain HTTP.
    ///
    /// # Errors
    ///
    /// Why not, for a person.
    pub(crate) fn trusted(
        &self,
        endpoint: &Endpoint,
        roots: &Roots,
        as_of: Timestamp,
    ) -> Result<(), String> {
        match &self.peer {
            Some(peer) => trusted(peer, &endpoint.server_name, roots, as_of),
            None => Err("the connection is not encrypted".to_owned()),
        }
    }
}

fn trusted(
    peer: &Peer,
    name: &ServerName<'_>,
    roots: &Roots,
    as_of: Timestamp,
) -> Result<(), String> {
    if let Some(why) = &peer.unproven_key {
        return Err(format!(
            "the server did not prove that it has its key: {why}"
        ));
    }
    let Some(own) = peer.chain.first() else {
        return Err("the server showed no certificate".to_owned());
    };
    if !is_for_name(own, name).map_err(|error| error.to_string())? {
        return Err(format!("the certificate is not for {}", name.to_str()));
    }
    verified(&peer.chain, roots, When::at(as_of.as_second()))
        .map(|_| ())
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Peer, Roots, trusted};
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
    use rustls_pki_types::ServerName;

    /// Whether a server below a root with these limits may be told a secret in 2027: the root's last
    /// year, and how many CAs may stand below it, of which one does.
    fn told(last_year: i32, most: Option<u8>) -> Result<(), String> {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        let name = rcgen::DnType::CommonName;
        params.distinguished_name.push(name.clone(), "root");
        params.is_ca = IsCa::Ca(most.map_or(
            BasicConstraints::Unconstrained,
            BasicConstraints::Constrained,
        ));
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(last_year, 1, 1);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let root = Issuer::new(params, key);
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(name, "intermediate");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let intermediate = params.signed_by(&key, &root).unwrap();
        let issuer = Issuer::new(params, key);
        let own = CertificateParams::new(vec!["a.example.com".to_owned()]).unwrap();
        let own = own
            .signed_by(&KeyPair::generate().unwrap(), &issuer)
            .unwrap();
        let peer = Peer {
            chain: vec![own.der().clone(), intermediate.der().clone()],
            ..Peer::default()
        };
        let roots = Roots::from_pem(pem.as_bytes(), "a test").unwrap();
        let name = ServerName::try_from("a.example.com").unwrap();
        trusted(
            &peer,
            &name,
            &roots,
            "2027-06-01T00:00:00Z".parse().unwrap(),
        )
    }

    #[test]
    fn no_secret_goes_where_the_root_is_over_or_allows_no_such_path() {
        assert_eq!(told(2035, None), Ok(()));
        assert_eq!(told(2035, Some(1)), Ok(()));
        assert!(told(2026, None).unwrap_err().contains("RootOutOfTime"));
        assert!(told(2035, Some(0)).unwrap_err().contains("Depth"));
    }
}
