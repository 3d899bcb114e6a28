// npm's openid-client, a certified relying party, driven line by line: each line in is {do, …} as JSON, each line out the
// answer, or {error, code}.
// openid_client.mjs ISSUER CLIENT_ID SECRET REDIRECT_URI [KEY]: with the file of a private JWK, it stands in place of the secret.

import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { createInterface } from "node:readline";

import { createRemoteJWKSet, jwtVerify } from "jose";
import * as client from "openid-client";

const [issuer, id, secret, redirectUri, keyFile] = process.argv.slice(2);
let config;
const begun = {};
// Logout tokens that arrived, and who waits for the next one.
const logouts = [];
let arrived = () => {};

async function byKey() {
  const jwk = JSON.parse(readFileSync(keyFile));
  const key = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  return client.PrivateKeyJwt({ key, kid: jwk.kid });
}

const shown = (tokens) => ({ ...tokens, claims: tokens.claims() });

const deeds = {
  async discover({ method }) {
    const ways = { basic: client.ClientSecretBasic, post: client.ClientSecretPost };
    config = await client.discovery(new URL(issuer), id, undefined, keyFile ? await byKey() : ways[method ?? "basic"](secret));
    // Not only TLS vouches for an ID token: its signature is checked as well.
    client.enableNonRepudiationChecks(config);
    return config.serverMetadata();
  },
  async begin({ parameters }) {
    const verifier = client.randomPKCECodeVerifier();
    Object.assign(begun, { verifier, state: client.randomState(), nonce: client.randomNonce() });
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: "openid profile email offline_access",
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state: begun.state,
      nonce: begun.nonce,
      ...parameters,
    });
    return { url: url.href };
  },
  async finish({ url }) {
    return shown(
      await client.authorizationCodeGrant(config, new URL(url), {
        pkceCodeVerifier: begun.verifier,
        expectedState: begun.state,
        expectedNonce: begun.nonce,
        idTokenExpected: true,
      }),
    );
  },
  refresh: async ({ token }) => shown(await client.refreshTokenGrant(config, token)),
  userinfo: ({ token, subject }) => client.fetchUserInfo(config, token, subject),
  introspect: ({ token }) => client.tokenIntrospection(config, token),
  async revoke({ token }) {
    await client.tokenRevocation(config, token);
    return {};
  },
  machine: ({ scope }) => client.clientCredentialsGrant(config, { scope }),
  leave: ({ parameters }) => ({ url: client.buildEndSessionUrl(config, parameters).href }),
  async listen({ port, certificate, key }) {
    const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, async (request, response) => {
      const body = (await request.toArray()).join("");
      logouts.push(new URLSearchParams(body).get("logout_token"));
      arrived();
      response.end();
    });
    await new Promise((listening) => server.listen(port, "127.0.0.1", listening));
    return {};
  },
  // The logout token about this session, checked; what is told of other sessions is none of this story.
  async told({ session }) {
    const keys = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));
    const end = Date.now() + 15_000;
    while (Date.now() < end) {
      if (logouts.length === 0) {
        await Promise.race([new Promise((wakes) => (arrived = wakes)), new Promise((wakes) => setTimeout(wakes, 500))]);
        continue;
      }
      const expected = { issuer, audience: id, typ: "logout+jwt", maxTokenAge: "2m", requiredClaims: ["jti", "events", "exp"] };
      const { payload } = await jwtVerify(logouts.shift(), keys, expected);
      if (payload.sid === session) return { claims: payload };
    }
    throw new Error("nothing was told");
  },
  device: ({ scope }) => client.initiateDeviceAuthorization(config, { scope }),
  async poll({ device }) {
    return shown(await client.pollDeviceAuthorizationGrant(config, device));
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const wanted = JSON.parse(line);
  try {
    console.log(JSON.stringify(await deeds[wanted.do](wanted)));
  } catch (fault) {
    const said = { error: fault.error ?? fault.code ?? "fault", message: `${fault.message} ${fault.cause ? JSON.stringify(fault.cause) : ""}` };
    console.log(JSON.stringify(said));
  }
}
// The server for logout tokens would keep the program alive.
process.exit(0);
