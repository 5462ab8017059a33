"""Reads a report with a program of somebody else, and prints what it found as JSON.

Called as `read.py KIND FILE`, and `read.py dsse FILE KEY` with the public key in PEM. Ends with 1,
and the reader's complaint, where the file is not what it claims to be.
"""

import base64
import csv
import hashlib
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent


def junit(path):
    """xunit-plugin's schema, by libxml2."""
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(str(HERE.parent / "schemas" / "junit-10.xsd")))
    document = etree.parse(str(path))
    schema.assertValid(document)
    cases = document.findall(".//testcase")
    return {
        "names": [[case.get("classname"), case.get("name")] for case in cases],
        "failures": len(document.findall(".//failure")),
        "errors": len(document.findall(".//error")),
        "skipped": len(document.findall(".//skipped")),
        "declared": {key: document.getroot().get(key) for key in ("tests", "failures", "errors")},
        "suites": [dict(suite.attrib) for suite in document.findall(".//testsuite")],
        "output": [case.findtext("system-out") for case in cases],
    }


def openmetrics(path):
    """Prometheus' own client."""
    from prometheus_client.openmetrics.parser import text_string_to_metric_families

    families = list(text_string_to_metric_families(path.read_text(encoding="utf-8")))
    return {
        family.name: {
            "type": family.type,
            "unit": family.unit,
            "samples": [[sample.name, sample.labels, sample.value] for sample in family.samples],
        }
        for family in families
    }


def table(path):
    """Python's csv module, strictly."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, strict=True))


def sigstore(path):
    """Sigstore's models of its bundle, and the signature by pyca/cryptography over OpenSSL. The key is
    the file key.pub.pem beside the bundle."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from sigstore_models.bundle.v1 import Bundle

    bundle = Bundle.from_json(path.read_bytes())
    envelope, material = bundle.dsse_envelope, bundle.verification_material
    kind, payload = envelope.payload_type, envelope.payload
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    pem = (path.parent / "key.pub.pem").read_bytes()
    key = serialization.load_pem_public_key(pem)
    for signature in envelope.signatures:
        key.verify(signature.sig, signed, ec.ECDSA(hashes.SHA256()))
    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    hint = base64.b64encode(hashlib.sha256(der).digest()).decode()
    return {
        "media_type": bundle.media_type,
        "hint_is_the_key": material.public_key.hint == hint,
        "log_entries": len(material.tlog_entries or []),
        "signatures": len(envelope.signatures),
        "statement": json.loads(payload),
    }


def oscal(path):
    """IBM's compliance-trestle, whose models are made from NIST's schemas."""
    from trestle.oscal.assessment_results import AssessmentResults

    results = AssessmentResults.oscal_read(path)
    result = results.results[0]
    return {
        "title": results.metadata.title,
        "findings": {
            finding.target.target_id: finding.target.status.state.value
            if hasattr(finding.target.status.state, "value")
            else finding.target.status.state
            for finding in result.findings or []
        },
        "observations": [str(observation.uuid) for observation in result.observations or []],
        "related": [
            str(related.observation_uuid)
            for finding in result.findings or []
            for related in finding.related_observations or []
        ],
    }


def statement(path):
    """in-toto's own library: Statement v1, and its predicate for test results."""
    return checked(path.read_text(encoding="utf-8"))


def checked(text):
    from google.protobuf.json_format import MessageToDict, Parse
    from in_toto_attestation.predicates.test_result.v0.test_result_pb2 import TestResult
    from in_toto_attestation.v1.statement import Statement
    from in_toto_attestation.v1.statement_pb2 import Statement as Message

    message = Parse(text, Message())
    found = Statement(list(message.subject), message.predicate_type, MessageToDict(message.predicate))
    found.validate()
    predicate = json.loads(text)["predicate"]
    if message.predicate_type == "https://in-toto.io/attestation/test-result/v0.1":
        Parse(json.dumps(predicate), TestResult())
    return {
        "type": message.predicate_type,
        "subject": {one.name: one.digest["sha256"] for one in message.subject},
        "predicate": predicate,
    }


def dsse(path, key):
    """A DSSE envelope: the signature by pyca/cryptography, the statement by in-toto's library."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    envelope = json.loads(path.read_text(encoding="utf-8"))
    kind = envelope["payloadType"].encode()
    payload = base64.b64decode(envelope["payload"], validate=True)
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    public = serialization.load_pem_public_key(pathlib.Path(key).read_bytes())
    for signature in envelope["signatures"]:
        public.verify(base64.b64decode(signature["sig"]), signed, ec.ECDSA(hashes.SHA256()))
    return {"kind": envelope["payloadType"], "signatures": len(envelope["signatures"])} | checked(payload)


def markdown(path):
    """GitHub's own cmark-gfm, and what libxml2 finds in the page that it makes."""
    import cmarkgfm
    from cmarkgfm.cmark import Options
    from lxml import html

    text = path.read_text(encoding="utf-8")
    page = cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)
    nodes = list(html.fragment_fromstring(page, create_parent="body").iter())
    return {
        "tags": sorted({str(node.tag) for node in nodes}),
        "attributes": sorted({name for node in nodes for name in node.attrib}),
        "links": sorted({node.get("href") for node in nodes if node.get("href")}),
        "boxes": len([node for node in nodes if node.get("type") == "checkbox"]),
        "text": "".join(nodes[0].itertext()),
    }


def page(path):
    """libxml2's parser of HTML."""
    from lxml import html

    document = html.parse(str(path), html.HTMLParser(encoding="utf-8", recover=False)).getroot()
    return {"title": document.findtext(".//title"), "h1": document.findtext(".//h1") is not None}


def document(path):
    """Python's own reader of JSON, which takes no key twice and no number that is none."""

    def once(pairs):
        keys = [key for key, _ in pairs]
        if len(keys) != len(set(keys)):
            raise ValueError("a key stands there twice")
        return dict(pairs)

    def none(word):
        raise ValueError(f"{word} is no JSON")

    text = path.read_text(encoding="utf-8")
    found = json.loads(text, object_pairs_hook=once, parse_constant=none)
    return {
        "items": len(found["items"]),
        "verdicts": sum(len(item["verdicts"]) for item in found["items"]),
    }


KINDS = {
    "html": page,
    "json": document,
    "junit": junit,
    "markdown": markdown,
    "openmetrics": openmetrics,
    "csv": table,
    "oscal": oscal,
    "in-toto": statement,
    "dsse": dsse,
    "sigstore": sigstore,
}

if __name__ == "__main__":
    kind, name, *more = sys.argv[1:]
    try:
        found = KINDS[kind](pathlib.Path(name), *more)
    except Exception as error:  # whatever a reader throws is its complaint
        sys.exit(f"{type(error).__name__}: {error}")
    json.dump(found, sys.stdout)
