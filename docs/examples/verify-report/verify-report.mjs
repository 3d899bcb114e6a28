// Checks a signed report of answers to terms without Vestibule: node verify-report.mjs REPORT JWKS, beside `npm install jose`.

import { readFileSync } from "node:fs";

import { createLocalJWKSet, flattenedVerify } from "jose";

const [report, keys] = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, "utf8")));
// RFC 8785: members in order, nothing between them.
const canonical = (value) =>
  value === null || typeof value !== "object" ? JSON.stringify(value)
  : Array.isArray(value) ? `[${value.map(canonical).join(",")}]`
  : `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
const [header, signature] = report.signature.split("..");
const payload = Buffer.from(canonical(report.report)).toString("base64url");
const jws = { protected: header, payload, signature };
const { protectedHeader } = await flattenedVerify(jws, createLocalJWKSet(keys), { algorithms: ["ES256"] });
if (protectedHeader.typ !== "vestibule-terms-report+json") throw new Error(`a signature of ${protectedHeader.typ}`);
console.log(`${report.report.answers.length} answers, signed by ${report.report.tenant}`);
