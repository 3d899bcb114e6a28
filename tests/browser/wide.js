// What does not fit the width of the window: also what is cut off where it would otherwise scroll.
() => {
  const scrolls = element => {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(at).overflowX)) return true;
    }
    return false;
  };
  const wide = [];
  if (document.documentElement.scrollWidth > innerWidth) wide.push(`the page: ${document.documentElement.scrollWidth}`);
  for (const element of document.body.querySelectorAll("*")) {
    const box = element.getBoundingClientRect();
    const seen = box.width > 1 && box.height > 1 && element.checkVisibility({visibilityProperty: true});
    if (!seen || element.closest(".skip, .visually-hidden, [aria-hidden=true]") || scrolls(element)) continue;
    if (box.right > innerWidth + 1 || box.left < -1) wide.push(`${element.tagName} “${element.innerText?.slice(0, 30)}”: ${box.left}–${box.right}`);
  }
  return wide;
}
