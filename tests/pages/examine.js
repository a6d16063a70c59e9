// What is wrong with the page as it is now, a line each.
const wrong = [];
const visible = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility === "visible";
const name = (element) => `${element.tagName.toLowerCase()}${element.id ? "#" + element.id : ""}${element.className && element.className.baseVal === undefined ? "." + [...element.classList].join(".") : ""}`;

const parse = (text) => {
  const numbers = (text.match(/-?[\d.]+(e-?\d+)?/g) || []).map(Number);
  if (text.startsWith("color(srgb")) return [numbers[0] * 255, numbers[1] * 255, numbers[2] * 255, numbers[3] ?? 1];
  if (text.startsWith("rgb")) return [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1];
  if (text === "none" || text === "transparent") return [0, 0, 0, 0];
  throw new Error(`a colour that is not understood: ${text}`);
};
const over = (top, below) => top.slice(0, 3).map((part, at) => part * top[3] + below[at] * (1 - top[3])).concat(1);
const background = (element) => {
  if (!element) return [255, 255, 255, 1];
  const own = parse(getComputedStyle(element).backgroundColor);
  return own[3] === 1 ? own : over(own, background(element.parentElement));
};
const fill = (element) => parse(getComputedStyle(element).fill);
const behind = (text) => {
  const table = text.closest(".table");
  const row = text.closest(".row");
  const wash = row ? fill(row.querySelector(".wash")) : fill(table.querySelector(".head"));
  return wash[3] === 1 ? wash : fill(table.querySelector(".box"));
};
const light = (colour) => {
  const [r, g, b] = colour.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, other) => {
  const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
};
let texts = 0;
const seen = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || seen.has(element) || !visible(element)) continue;
  if (element.closest("script, style, title, option")) continue;
  seen.add(element);
  texts += 1;
  const inPicture = element.closest("svg.er");
  const back = inPicture ? behind(element) : background(element);
  const front = over(inPicture ? fill(element) : parse(getComputedStyle(element).color), back);
  const ratio = contrast(front, back);
  if (ratio < 4.5) wrong.push(`contrast ${ratio.toFixed(2)} of ${name(element)} in ${name(element.parentElement)}: ${element.textContent.trim().slice(0, 40)}`);
}
if (texts < 20) wrong.push(`only ${texts} texts were looked at`);

for (const control of document.querySelectorAll("a[href], button, input, select, textarea, summary, dialog, [role=region], nav")) {
  const labels = control.labels ? [...control.labels].map((label) => label.textContent).join("") : "";
  const titled = (control.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.textContent || "").join("");
  const own = control.matches("input, select, textarea, dialog, nav, [role=region]") ? "" : control.textContent;
  if (!(control.getAttribute("aria-label") || titled || labels || own).trim()) wrong.push(`no label: ${name(control)}`);
}
const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) wrong.push(`an id twice: ${id}`);
for (const link of document.querySelectorAll("a[href]")) {
  const href = link.getAttribute("href");
  if (!href.startsWith("#")) wrong.push(`a link that leads away: ${href}`);
  else if (!document.getElementById(href.slice(1))) wrong.push(`a link to nothing: ${href}`);
}

const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth > width) wrong.push(`the page is ${document.documentElement.scrollWidth} wide on ${width}`);
for (const element of document.body.querySelectorAll("*")) {
  if (!visible(element) || element.closest(".picture svg, pre > *, .skip, svg.lanes")) continue;
  const { right, left } = element.getBoundingClientRect();
  if (right > width + 1 || left < -1) wrong.push(`${name(element)} reaches from ${left} to ${right} on ${width}`);
}
const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
if (loaded.length > 0) wrong.push(`something was fetched: ${loaded}`);
return wrong;
