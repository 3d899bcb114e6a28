// What a page does with its own server.
async () => {
  const page = await (await fetch("/page")).text();
  const all = await Promise.all(Array.from({ length: 40 }, async () => (await fetch("/page", { cache: "no-store" })).text()));
  const sent = "ž🦀".repeat(20000);
  const echoed = await (await fetch("/echo", { method: "POST", body: sent })).text();
  const events = await new Promise((yes, no) => {
    const source = new EventSource("/events?n=5&every=0.02&hold=1");
    let count = 0;
    source.onmessage = () => {
      if (++count === 5) {
        source.close();
        yes(count);
      }
    };
    source.onerror = () => no(new Error("EventSource broke"));
  });
  return {
    protocol: performance.getEntriesByType("navigation")[0].nextHopProtocol,
    same: all.filter((each) => each === page).length,
    echoed: echoed === sent,
    events,
  };
}
