// An independent home organization: npm's oidc-provider on TLS, with its own sign-in and consent pages.
// provider.mjs ISSUER PORT CERTIFICATE KEY CLIENTS: clients are a JSON list of {client_id, client_secret, redirect_uris}.

import { readFileSync } from "node:fs";
import { createServer } from "node:https";

import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

// SIGUSR2 puts its clock fourteen minutes ahead, and back.
let ahead = 0;
const rightly = Date.now;
Date.now = () => rightly() + ahead;
process.on("SIGUSR2", () => {
  ahead = ahead ? 0 : 14 * 60 * 1000;
  console.log(`clock ${ahead} ahead`);
});

const [issuer, port, certificate, key, clients] = process.argv.slice(2);

const keys = [];
for (const alg of ["RS256", "ES256"]) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  keys.push({ ...(await exportJWK(privateKey)), alg, use: "sig", kid: `${alg}-1` });
}

// Whoever signs in is called as they typed; the address of somebody called unverified… is not verified.
const findAccount = (_, id) => ({
  accountId: id,
  claims: () => ({
    sub: `employee-${Buffer.from(id).toString("hex")}`,
    name: id.split("@")[0],
    email: id,
    email_verified: !id.startsWith("unverified"),
  }),
});

const provider = new Provider(issuer, {
  clients: JSON.parse(clients),
  jwks: { keys },
  findAccount,
  claims: { openid: ["sub"], profile: ["name"], email: ["email", "email_verified"] },
  // Scopes' claims also stand in the ID token, as with the large providers.
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  features: { backchannelLogout: { enabled: true } },
  // It does not call back to loopback by itself, where all of this runs.
  fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }),
  cookies: { keys: ["for one story"] },
});
provider.on("server_error", (_, error) => console.error(error));
provider.on("backchannel.error", (_, error) => console.error("back-channel", error));

createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, provider.callback())
  .listen(Number(port), "127.0.0.1", () => console.log("listening"));
