// What two independent tools say of heads of answers: Google's CSP Evaluator and MDN's HTTP
// Observatory, both from npm. Reads a JSON list of { name, scheme, lines: [[name, value]] } from
// standard input, and prints a JSON object: name to { tool: { probe: "pass" | "fail" } }.
// The folder that holds node_modules is the only argument.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";
import fs from "node:fs";

const folder = path.resolve(process.argv[2]);
const require = createRequire(path.join(folder, "package.json"));
const { CspParser } = require("csp_evaluator/dist/parser.js");
const { CspEvaluator } = require("csp_evaluator/dist/evaluator.js");
const { Severity } = require("csp_evaluator/dist/finding.js");
const { Version } = require("csp_evaluator/dist/csp.js");

const observatory_folder = path.join(folder, "node_modules/@mdn/mdn-http-observatory");
// It reads a list that its own set-up fetches from outside; an empty one serves here.
const preload = path.join(observatory_folder, "conf/hsts-preload.json");
if (!fs.existsSync(preload)) {
  fs.mkdirSync(path.dirname(preload), { recursive: true });
  fs.writeFileSync(preload, "{}");
}
const source = path.join(observatory_folder, "src");
const load = (file) => import(pathToFileURL(path.join(source, file)));
const { Requests } = await load("types.js");
const { Session } = await load("retriever/session.js");
const hsts = await load("analyzer/tests/strict-transport-security.js");
const csp = await load("analyzer/tests/csp.js");
const framing = await load("analyzer/tests/x-frame-options.js");
const nosniff = await load("analyzer/tests/x-content-type-options.js");
const referrer = await load("analyzer/tests/referrer-policy.js");
const { AxiosHeaders } = require("axios");

const word = (pass) => (pass ? "pass" : "fail");

function cspEvaluator(lines) {
  const policies = lines.filter(([name]) => name === "content-security-policy");
  // It reads one policy; several are not for it.
  if (policies.length !== 1 || policies[0][1].includes(",")) return {};
  const parsed = new CspParser(policies[0][1]).csp;
  const findings = new CspEvaluator(parsed, Version.CSP3).evaluate();
  return { "http/csp": word(!findings.some((found) => found.severity === Severity.HIGH)) };
}

function observatory(lines, scheme) {
  const requests = new Requests("shop.example");
  const headers = new AxiosHeaders();
  for (const [name, value] of lines) {
    const before = headers.get(name);
    headers.set(name, before ? [].concat(before, value) : value);
  }
  const response = { headers, status: 200, verified: true, data: "", request: {}, config: {} };
  requests.responses.auto = response;
  requests.responses.https = scheme === "https" ? response : null;
  requests.responses.http = response;
  requests.session = new Session(new URL("https://shop.example/"));
  const of = (test) => {
    try {
      return word(test(requests).pass);
    } catch (error) {
      return `error: ${error.message}`;
    }
  };
  return {
    "http/hsts": of(hsts.strictTransportSecurityTest),
    "http/csp": of(csp.contentSecurityPolicyTest),
    "http/framing": of(framing.xFrameOptionsTest),
    "http/nosniff": of(nosniff.xContentTypeOptionsTest),
    "http/referrer-policy": of(referrer.referrerPolicyTest),
  };
}

const cases = JSON.parse(fs.readFileSync(0, "utf8"));
const said = {};
for (const { name, scheme, lines } of cases) {
  said[name] = { csp_evaluator: cspEvaluator(lines), observatory: observatory(lines, scheme) };
}
console.log(JSON.stringify(said));
