// The page by Node's https and http2: fetch.mjs HOST PORT COOKIE; says status and SHA-256 of each as JSON.
import https from "node:https";
import http2 from "node:http2";
import tls from "node:tls";
import { createHash } from "node:crypto";

const [host, port, cookie] = process.argv.slice(2);
const digest = (chunks) => createHash("sha256").update(Buffer.concat(chunks)).digest("hex");

function plain() {
  return new Promise((yes, no) => {
    https.get({ host: "127.0.0.1", servername: host, port, path: "/page", headers: { Cookie: cookie, Host: `${host}:${port}` } }, async (answer) => {
      const chunks = [];
      for await (const chunk of answer) chunks.push(chunk);
      yes([answer.statusCode, digest(chunks)]);
    }).on("error", no);
  });
}

async function multiplexed() {
  const session = http2.connect(`https://${host}:${port}`, {
    createConnection: () => tls.connect({ host: "127.0.0.1", port, servername: host, ALPNProtocols: ["h2"] }),
  });
  const stream = session.request({ ":path": "/page", cookie });
  let status;
  stream.on("response", (fields) => (status = fields[":status"]));
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  session.close();
  return [status, digest(chunks)];
}

console.log(JSON.stringify({ plain: await plain(), multiplexed: await multiplexed() }));
