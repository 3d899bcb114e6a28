// Checks an assertion as an app would, with a library that is not ours: verify.mjs JWKS ISSUER AUDIENCE, the token on standard input.

import { readFileSync } from "node:fs";

import { createLocalJWKSet, jwtVerify } from "jose";

const [keys, issuer, audience] = process.argv.slice(2);
const token = readFileSync(0, "utf8").trim();
const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(JSON.parse(readFileSync(keys, "utf8"))), {
  issuer,
  audience,
  algorithms: ["ES256"],
  typ: "vestibule-assertion+jwt",
  requiredClaims: ["sub", "exp", "iat"],
});
console.log(JSON.stringify({ payload, protectedHeader }));
