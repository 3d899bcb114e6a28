// Visible texts whose contrast is below WCAG 2.2 (1.4.3), and the luminance of the page's ground.
() => {
  const colour = text => {
    const [red, green, blue, alpha = 1] = text.match(/[\d.]+/g).map(Number);
    return {red, green, blue, alpha};
  };
  const over = (top, below) => {
    const mix = (one, two) => one * top.alpha + two * (1 - top.alpha);
    return {red: mix(top.red, below.red), green: mix(top.green, below.green), blue: mix(top.blue, below.blue), alpha: 1};
  };
  const luminance = ({red, green, blue}) => {
    const linear = channel => (channel /= 255) <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? colour("rgb(18 18 18)") : colour("rgb(255 255 255)");
  const ground = element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const layer = colour(getComputedStyle(at).backgroundColor);
      if (layer.alpha > 0) layers.unshift(layer);
    }
    return layers.reduce((below, layer) => over(layer, below), canvas);
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.trim(), element = walker.currentNode.parentElement;
    const box = element.getBoundingClientRect();
    if (!text || box.width < 2 || box.height < 2 || !element.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    if (element.closest(".skip, .visually-hidden, script, style")) continue;
    const style = getComputedStyle(element), below = ground(element);
    const [one, two] = [luminance(over(colour(style.color), below)), luminance(below)];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faint.push(`${ratio.toFixed(2)} “${text.slice(0, 40)}” ${style.color}`);
  }
  return {faint, ground: luminance(ground(document.body))};
}
