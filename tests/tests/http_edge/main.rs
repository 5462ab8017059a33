//! The hard cases of HTTP and CORS against real servers, nginx and Caddy, by the command that
//! probes one URL: where scanners are known to go wrong.

mod caddy;
mod cookies;
mod cors;
mod csp;
mod estate;
mod evidence;
mod faults;
mod framing;
mod hsts;
mod list;
mod mended;
mod places;
mod redirects;
mod security_txt;
