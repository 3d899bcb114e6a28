(() => {
  const fragment = location.hash;
  if (fragment.length < 2 || fragment.length > 1024) return;
  for (const field of document.querySelectorAll("input[data-fragment]")) {
    field.value = fragment;
    if (field.dataset.fragment === "secret") {
      history.replaceState(null, "", location.pathname + location.search);
      field.closest("[data-hide]")?.setAttribute("hidden", "");
    }
  }
})();