// Checks a Vestibule-Assertion with nothing but Node: node check-assertion.mjs < token
import { createPublicKey, verify } from "node:crypto";

const APP = "c0a70500-0000-4000-8000-0000000000b1";
const ISSUER = "https://vestibule.localhost:8443/c0a70500-0000-4000-8000-000000000001/v2.0";
const KEYS = "https://wiki.contoso.localhost:8443/.vestibule/jwks.json";

const json = (part) => JSON.parse(Buffer.from(part, "base64url"));
let keys = [];

async function keyOf(kid) {
  const find = () => keys.find((key) => key.kid === kid && key.kty === "EC" && key.crv === "P-256");
  if (!find()) keys = (await (await fetch(KEYS)).json()).keys;
  if (!find()) throw new Error("signed with an unknown key");
  return createPublicKey({ key: find(), format: "jwk" });
}

/** The claims of the assertion; throws unless every check holds. */
export async function guest(token) {
  const [head, body, signature, ...more] = token.split(".");
  const { typ, alg, kid } = json(head);
  if (more.length || typ !== "vestibule-assertion+jwt" || alg !== "ES256") throw new Error("another kind of token");
  const key = { key: await keyOf(kid), dsaEncoding: "ieee-p1363" };
  const signed = verify("sha256", Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url"));
  if (!signed) throw new Error("the signature does not hold");
  const claims = json(body);
  if (claims.iss !== ISSUER || claims.aud !== APP) throw new Error("for somebody else");
  if (!(claims.exp > Date.now() / 1000)) throw new Error("expired");
  return claims;
}

if (process.argv[1] === import.meta.filename) {
  let token = "";
  for await (const chunk of process.stdin) token += chunk;
  console.log(await guest(token.trim()));
}
