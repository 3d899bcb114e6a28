// npm's openid-client, a certified relying party, driven line by line: each line in is {do, …} as JSON, each line out the
// answer, or {error, code}.
// openid_client.mjs ISSUER CLIENT_ID SECRET REDIRECT_URI

import { createInterface } from "node:readline";

import * as client from "openid-client";

const [issuer, id, secret, redirectUri] = process.argv.slice(2);
let config;
const begun = {};

const shown = (tokens) => ({ ...tokens, claims: tokens.claims() });

const deeds = {
  async discover({ method }) {
    const ways = { basic: client.ClientSecretBasic, post: client.ClientSecretPost };
    config = await client.discovery(new URL(issuer), id, undefined, ways[method ?? "basic"](secret));
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
