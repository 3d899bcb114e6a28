// Conversations of a page: what went must come back.
async () => {
  const address = `wss://${location.host}/echo`;
  const told = { conversations: 0, bytes: 0, wrong: 0, codes: [] };
  const open = () => new Promise((yes, no) => {
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => yes(socket);
    socket.onerror = () => no(new Error("no WebSocket"));
  });
  const heard = (socket) => new Promise((yes, no) => {
    socket.onmessage = (event) => yes(event.data);
    socket.onclose = (event) => no(new Error(`closed with ${event.code}`));
  });
  for (let round = 0; round < 20; round++) {
    const socket = await open();
    for (const length of [0, 1, 125, 126, 65536, Math.floor(Math.random() * 200000)]) {
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; at += 65536) crypto.getRandomValues(bytes.subarray(at, Math.min(length, at + 65536)));
      let came = heard(socket);
      socket.send(bytes);
      const back = new Uint8Array(await came);
      if (back.length !== length || back.some((byte, at) => byte !== bytes[at])) told.wrong++;
      const text = "ž🦀".repeat(length % 1000);
      came = heard(socket);
      socket.send(text);
      if ((await came) !== text) told.wrong++;
      told.bytes += length + text.length;
    }
    socket.onclose = null;
    socket.close();
    told.conversations++;
  }
  for (const code of [1000, 3000, 4001]) {
    const socket = await open();
    const closed = new Promise((yes) => (socket.onclose = (event) => yes(event.code)));
    socket.send(`close ${code} enough`);
    told.codes.push(await closed);
  }
  return told;
}
