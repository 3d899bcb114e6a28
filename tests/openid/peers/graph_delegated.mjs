// @microsoft/microsoft-graph-client on behalf of somebody: graph_delegated.mjs ORIGIN REDIRECT TOKEN_OF_ADMINISTRATOR TOKEN_OF_MEMBER
import { strictEqual } from "node:assert";

import { Client, GraphError } from "@microsoft/microsoft-graph-client";

const [origin, redirect, ofAdministrator, ofMember] = process.argv.slice(2);
const client = (token) =>
  Client.initWithMiddleware({
    baseUrl: origin,
    defaultVersion: "v1.0",
    customHosts: new Set([new URL(origin).hostname]),
    authProvider: { getAccessToken: async () => token },
  });
const administrator = client(ofAdministrator);
const member = client(ofMember);
const invitation = { invitedUserEmailAddress: "delegated-node@fabrikam.example", inviteRedirectUrl: redirect };

const me = await administrator.api("/me").get();
console.log(`ok /me is ${me.userPrincipalName}`);
const made = await administrator.api("/invitations").post(invitation);
strictEqual(made.status, "PendingAcceptance");
const found = await administrator.api(`/users/${made.invitedUser.id}`).get();
strictEqual(found.mail, invitation.invitedUserEmailAddress);
console.log("ok an administrator invites and reads");

const self = await member.api("/me").get();
if (self.id === me.id) throw new Error("two people are one");
await member.api(`/users/${made.invitedUser.id}`).get().then(
  () => { throw new Error("a member read somebody else"); },
  (error) => strictEqual(error instanceof GraphError && error.statusCode, 403),
);
console.log("ok a member reads nobody else, whatever the program may");
