(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const opened = performance.now();
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const read = (form) => {
    const options = JSON.parse(form.dataset.options);
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const known of [...(options.allowCredentials ?? []), ...(options.excludeCredentials ?? [])]) known.id = bytes(known.id);
    return options;
  };
  const written = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
  };
  let waiting;
  for (const part of document.querySelectorAll("[data-passkeys]")) part.hidden = false;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const create = form.dataset.passkey === "create";
    const beside = form.dataset.name && document.getElementById(form.dataset.name);
    const failed = form.querySelector("[data-failed]");
    const send = (credential) => {
      form.elements.credential.value = credential ? written(credential) : "";
      if (beside) form.elements.name.value = beside.value;
      form.submit();
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      waiting?.abort();
      failed.hidden = true;
      if (beside && !beside.reportValidity()) return;
      if (performance.now() - opened > 285000) return send(null);
      try {
        const publicKey = read(form);
        send(await (create ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey })));
      } catch {
        failed.hidden = false;
      }
    });
    if ("conditional" in form.dataset && PublicKeyCredential.isConditionalMediationAvailable) {
      PublicKeyCredential.isConditionalMediationAvailable().then(async (available) => {
        if (!available) return;
        waiting = new AbortController();
        try {
          send(await navigator.credentials.get({ publicKey: read(form), mediation: "conditional", signal: waiting.signal }));
        } catch {
          waiting = undefined;
        }
      });
    }
  }
})();