// Random conversations by npm's `ws`: ws.mjs MODULES ADDRESS ORIGIN COOKIE COUNT; says what it counted as JSON.
import { createRequire } from "node:module";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";

const [modules, address, origin, cookie, count] = process.argv.slice(2);
const require = createRequire(modules + "/");
const WebSocket = require("ws");
let bytes = 0;

function lookup(_host, options, done) {
  return options.all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4);
}

async function heard(socket, event) {
  return Promise.race([
    once(socket, event),
    new Promise((_, no) => setTimeout(() => no(new Error(`no ${event} in 20 s`)), 20_000).unref()),
  ]);
}

async function converse() {
  const socket = new WebSocket(address, { origin, headers: { Cookie: cookie }, lookup, perMessageDeflate: randomInt(2) === 1 });
  await heard(socket, "open");
  for (let left = 1 + randomInt(6); left > 0; left--) {
    const length = [0, 1, 125, 126, 65535, 65536, randomInt(200_000)][randomInt(7)];
    const binary = randomInt(2) === 1;
    const whole = binary ? randomBytes(length) : Buffer.from("é🦀x".repeat(Math.ceil(length / 7)));
    if (randomInt(3) === 0) {
      const word = randomBytes(randomInt(126));
      const pong = heard(socket, "pong");
      socket.ping(word);
      const [came] = await pong;
      if (!came.equals(word)) throw new Error("another pong came");
    }
    const echoed = heard(socket, "message");
    const cut = binary ? randomInt(length + 1) : whole.length;
    if (cut > 0 && cut < whole.length) {
      socket.send(whole.subarray(0, cut), { binary, fin: false });
      socket.send(whole.subarray(cut), { binary, fin: true });
    } else {
      socket.send(whole, { binary });
    }
    const [came, isBinary] = await echoed;
    if (!came.equals(whole) || isBinary !== binary) throw new Error(`${whole.length} bytes went, ${came.length} came`);
    bytes += whole.length;
  }
  const code = [1000, 3000, 4999][randomInt(3)];
  const closed = heard(socket, "close");
  if (randomInt(2)) socket.close(code, "enough");
  else socket.send(`close ${code} enough`);
  const [came, reason] = await closed;
  if (came !== code) throw new Error(`closed with ${code}, but ${came} ${reason} came back`);
}

let left = Number(count), done = 0;
await Promise.all(Array.from({ length: 20 }, async () => {
  while (left-- > 0) {
    await converse();
    done++;
  }
}));
console.log(JSON.stringify({ version: require("ws/package.json").version, conversations: done, bytes }));
