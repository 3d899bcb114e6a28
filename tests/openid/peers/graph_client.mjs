// Microsoft's own client for Node, unmodified: @microsoft/microsoft-graph-client, with a token by client credentials.
import { BatchRequestContent, BatchResponseContent, Client, PageIterator, GraphError } from "@microsoft/microsoft-graph-client";

const [origin, wiki, users, client, secret] = process.argv.slice(2);
const base = new URL(origin);
const answer = await fetch(`${origin}/acme.example/oauth2/v2.0/token`, {
  method: "POST",
  body: new URLSearchParams({
    grant_type: "client_credentials", client_id: client, client_secret: secret,
    scope: "https://graph.microsoft.com/.default",
  }),
});
const { access_token: token } = await answer.json();
const graph = Client.initWithMiddleware({
  baseUrl: origin, defaultVersion: "v1.0", customHosts: new Set([base.hostname]),
  authProvider: { getAccessToken: async () => token },
});
let passed = 0;
const check = (words, truth, seen) => {
  if (!truth) throw new Error(`${words}: ${JSON.stringify(seen)}`);
  console.log(`ok ${words}`);
  passed += 1;
};
try {
  const made = await graph.api("/invitations").post({
    invitedUserEmailAddress: "node@fabrikam.example", inviteRedirectUrl: wiki, sendInvitationMessage: true,
  });
  check("an invitation is made", made.status === "PendingAcceptance", made);
  const found = await graph.api("/users").header("ConsistencyLevel", "eventual").count(true)
    .filter("externalUserState eq 'PendingAcceptance' and mail eq 'node@fabrikam.example'").select(["id", "mail"]).get();
  check("it is found by its state", found["@odata.count"] === 1 && found.value[0].id === made.invitedUser.id, found);
  const reset = await graph.api("/invitations").post({
    invitedUserEmailAddress: "node@fabrikam.example", inviteRedirectUrl: wiki, resetRedemption: true,
    invitedUser: { id: made.invitedUser.id },
  });
  check("its redemption is reset", reset.invitedUser.id === made.invitedUser.id, reset);
  const seen = new Set();
  const first = await graph.api("/users").top(999).select("id").get();
  await new PageIterator(graph, first, (user) => { seen.add(user.id); return true; }).iterate();
  check(`${seen.size} users are paged through`, seen.size >= Number(users ?? 0), seen.size);
  const steps = new BatchRequestContent([
    { id: "1", request: new Request(`${origin}/v1.0/users/${made.invitedUser.id}`) },
    {
      id: "2", dependsOn: ["1"],
      request: new Request(`${origin}/v1.0/users/${made.invitedUser.id}`, {
        method: "PATCH", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ displayName: "Nodina" }),
      }),
    },
  ]);
  const told = new BatchResponseContent(await graph.api("/$batch").post(await steps.getContent()));
  const read = await told.getResponseById("1").json();
  check("two requests go in one", read.id === made.invitedUser.id && told.getResponseById("2").status === 204, read);
  await graph.api(`/users/${made.invitedUser.id}`).delete();
  try {
    await graph.api(`/users/${made.invitedUser.id}`).get();
    check("a deleted guest is gone", false);
  } catch (error) {
    check("a deleted guest is gone", error instanceof GraphError && error.statusCode === 404, error);
    check("errors are read as the client reads them", error.code === "Request_ResourceNotFound" && error.requestId, error);
  }
  console.log(`${passed} passed, 0 failed`);
} catch (error) {
  console.error(error);
  console.log("0 passed, 1 failed");
  process.exit(1);
}
