"""What sslyze finds at servers on loopback.

Reads a JSON list of [name, port] and writes an object: port to what it accepts.
"""

import json
import sys

from sslyze import (
    ScanCommand,
    Scanner,
    ServerNetworkLocation,
    ServerScanRequest,
)

VERSIONS = {
    "SSL 2.0": "ssl_2_0_cipher_suites",
    "SSL 3.0": "ssl_3_0_cipher_suites",
    "TLS 1.0": "tls_1_0_cipher_suites",
    "TLS 1.1": "tls_1_1_cipher_suites",
    "TLS 1.2": "tls_1_2_cipher_suites",
    "TLS 1.3": "tls_1_3_cipher_suites",
}
COMMANDS = {ScanCommand(command) for command in VERSIONS.values()} | {
    ScanCommand.ELLIPTIC_CURVES,
    ScanCommand.TLS_COMPRESSION,
    ScanCommand.TLS_FALLBACK_SCSV,
    ScanCommand.SESSION_RENEGOTIATION,
    ScanCommand.TLS_EXTENDED_MASTER_SECRET,
}


def found(scan):
    """The versions, suites, curves and compression of one server."""
    suites = {}
    for version, command in VERSIONS.items():
        result = getattr(scan, command).result
        # A scan that broke off says nothing.
        if result is None:
            continue
        names = sorted(one.cipher_suite.name for one in result.accepted_cipher_suites)
        if names:
            suites[version] = names
    curves = scan.elliptic_curves.result
    compression = scan.tls_compression.result
    fallback = scan.tls_fallback_scsv.result
    renegotiation = scan.session_renegotiation.result
    secret = scan.tls_extended_master_secret.result
    return {
        "protocols": list(suites),
        "suites": suites,
        "curves": curves and sorted(curve.name for curve in curves.supported_curves or []),
        "compression": compression and compression.supports_compression,
        "fallback": fallback and fallback.supports_fallback_scsv,
        "renegotiation": renegotiation and renegotiation.supports_secure_renegotiation,
        "master_secret": secret and secret.supports_ems_extension,
    }


def main():
    scanner = Scanner(per_server_concurrent_connections_limit=3)
    requests = []
    for name, port in json.load(sys.stdin):
        location = ServerNetworkLocation(name, port, ip_address="127.0.0.1")
        requests.append(ServerScanRequest(server_location=location, scan_commands=COMMANDS))
    scanner.queue_scans(requests)
    told = {}
    for result in scanner.get_results():
        key = str(result.server_location.port)
        told[key] = found(result.scan_result) if result.scan_result else None
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
