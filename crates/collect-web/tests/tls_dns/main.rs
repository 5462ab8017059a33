//! TLS and DNS collectors against real servers on loopback: what a sweep says of good, bad and
//! silent ones. HTTP and CORS have tests of their own.

#[cfg(test)]
mod caa;
#[cfg(test)]
mod chain_file;
#[cfg(test)]
mod depth;
#[cfg(test)]
mod dns;
#[cfg(test)]
mod estate;
#[cfg(test)]
mod hello;
#[cfg(test)]
mod issuance;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod mutual;
#[cfg(test)]
mod odd;
#[cfg(test)]
mod ports;
#[cfg(test)]
mod responder;
#[cfg(test)]
mod revocation;
#[cfg(test)]
mod staple;
#[cfg(test)]
mod starttls;
#[cfg(test)]
mod support;
#[cfg(test)]
mod targets;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod tls_clear;
#[cfg(test)]
mod tls_faults;
#[cfg(test)]
mod tls_paths;
#[cfg(test)]
mod tls_second;
#[cfg(test)]
mod tls_server;
#[cfg(test)]
mod zone;
