// The page: three texts, the findings in them, their fixes, and a link that holds all of it.
const FILES = ["Dockerfile", "compose.yaml", ".dockerignore"];
const EXAMPLE = {
  Dockerfile:
    "FROM python\nMAINTAINER shop@example.org\nWORKDIR app\nRUN apt-get update\nRUN apt-get install curl\n" +
    "COPY . /app\nRUN cd /app && curl https://example.org/setup.sh | sh\nCMD flask run\n",
  "compose.yaml": "services:\n  web:\n    build: .\n    ports:\n      - 8000:8000\n    privileged: true\n",
  ".dockerignore": "",
};
const root = document.getElementById("dl-playground");
const part = (name) => root.querySelector(`[data-part="${name}"]`);
const [list, status, preset, fixAll] = ["findings", "status", "preset", "fix-all"].map(part);
const editors = new Map(FILES.map((path) => [path, root.querySelector(`[data-path="${path}"]`)]));
const area = (path) => editors.get(path).querySelector("textarea");

// The worker

const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
const waiting = new Map();
let asked = 0;
const ask = (call, ...values) =>
  new Promise((resolve, reject) => {
    waiting.set(++asked, { resolve, reject });
    worker.postMessage({ id: asked, call, values });
  });
worker.onmessage = ({ data }) => {
  if (data.failed) return say(`dlint could not be loaded: ${data.failed}`);
  if (data.ready) {
    root.dataset.ready = "true";
    return lint();
  }
  const { resolve, reject } = waiting.get(data.id);
  waiting.delete(data.id);
  return data.error ? reject(new Error(data.error)) : resolve(data.answer);
};
worker.onerror = (event) => say(`dlint could not be loaded: ${event.message}`);

// Texts

const texts = () => Object.fromEntries(FILES.map((path) => [path, area(path).value]));
const say = (text) => {
  status.textContent = text;
};
function setTexts(files) {
  for (const path of FILES) area(path).value = files[path] ?? "";
  for (const path of FILES) draw(path, []);
}

// Findings

let turn = 0;
async function lint() {
  if (!root.dataset.ready) return;
  const mine = ++turn;
  root.dataset.busy = "true";
  try {
    const { findings, errors } = await ask("lint", JSON.stringify(texts()), preset.value);
    if (mine !== turn) return;
    show(findings, errors);
  } catch (error) {
    if (mine === turn) say(`dlint failed here: ${error.message}`);
  }
  if (mine === turn) delete root.dataset.busy;
}

const RANK = ["error", "warning", "info", "style"];
function show(findings, errors) {
  for (const path of FILES) draw(path, findings.filter((finding) => finding.path === path));
  findings.sort((a, b) => RANK.indexOf(a.severity) - RANK.indexOf(b.severity));
  list.replaceChildren(...findings.map(item));
  const safe = findings.filter((finding) => finding.fix?.safe).length;
  fixAll.disabled = !safe;
  fixAll.textContent = safe ? `Fix all that is safe (${safe})` : "Fix all that is safe";
  const counts = RANK.map((word) => [findings.filter((finding) => finding.severity === word).length, word]);
  const parts = counts.filter(([count]) => count).map(([count, word]) => `${count} ${word}`);
  const empty = Object.values(texts()).every((text) => !text.trim());
  const total = `${findings.length} ${findings.length === 1 ? "finding" : "findings"}: ${parts.join(", ")}`;
  say([findings.length ? total : empty ? "Paste a file." : "No findings.", ...errors].join(" "));
}

const make = (tag, values, ...children) => {
  const made = Object.assign(document.createElement(tag), values);
  made.append(...children);
  return made;
};

function item(finding) {
  const place = make("button", { type: "button", className: "dl-place", onclick: () => go(finding) });
  place.textContent = `${finding.path}:${finding.line}:${finding.column}`;
  const rule = /^SC\d/.test(finding.rule)
    ? make("code", {}, finding.rule)
    : make("a", { href: `../rules/${finding.kind}/${finding.rule}/` }, finding.rule);
  const made = make(
    "li",
    { className: `dl-${finding.severity}` },
    make("span", { className: "dl-severity" }, finding.severity),
    " ",
    place,
    make("p", {}, finding.message, " (", rule, ")"),
  );
  if (finding.fix) {
    const unsafe = finding.fix.safe ? "" : " (may change the result)";
    const button = make("button", { type: "button", className: "md-button dl-fix" }, `Fix: ${finding.fix.title}${unsafe}`);
    button.onclick = () => fix(finding.key);
    made.append(button);
  }
  return made;
}

function go(finding) {
  const text = area(finding.path);
  text.focus();
  text.setSelectionRange(finding.start, finding.end);
  editors.get(finding.path).scrollIntoView({ block: "nearest" });
}

async function fix(key) {
  const before = texts();
  try {
    const after = await ask("fix", JSON.stringify(before), preset.value, key);
    if (JSON.stringify(before) !== JSON.stringify(texts())) return;
    setTexts(after);
    keep();
    await lint();
    if (JSON.stringify(before) === JSON.stringify(after)) say("The fix was taken back: the result would not be better.");
    else list.focus();
  } catch (error) {
    say(`The fix failed: ${error.message}`);
  }
}

// The text again, below the transparent one, with what is found marked.
function draw(path, findings) {
  const backdrop = editors.get(path).querySelector("pre");
  const text = area(path).value;
  const marks = [...findings].sort((a, b) => a.start - b.start || b.end - a.end);
  const made = [];
  let at = 0;
  for (const mark of marks) {
    const start = Math.max(mark.start, at);
    const end = Math.max(mark.end, start);
    if (end <= at) continue;
    made.push(text.slice(at, start), make("mark", { className: `dl-${mark.severity}` }, text.slice(start, end)));
    at = end;
  }
  backdrop.replaceChildren(...made, `${text.slice(at)}\n`);
  scroll(path);
}
function scroll(path) {
  const backdrop = editors.get(path).querySelector("pre");
  backdrop.scrollTop = area(path).scrollTop;
  backdrop.scrollLeft = area(path).scrollLeft;
}

// The link: what stands behind # never leaves the browser.

async function through(stream, data) {
  return new Uint8Array(await new Response(new Blob([data]).stream().pipeThrough(stream)).arrayBuffer());
}
async function packed() {
  const state = JSON.stringify({ files: texts(), preset: preset.value });
  const data = await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(state));
  const letters = btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(""));
  return letters.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
async function unpacked(word) {
  const letters = atob(word.replaceAll("-", "+").replaceAll("_", "/"));
  const data = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(await through(new DecompressionStream("deflate-raw"), data)));
}
async function keep() {
  history.replaceState(null, "", `#p=${await packed()}`);
}
async function restore() {
  const word = /^#p=([\w-]+)$/.exec(location.hash)?.[1];
  if (!word) return setTexts(EXAMPLE);
  try {
    const { files, preset: chosen } = await unpacked(word);
    if ([...preset.options].some((option) => option.value === chosen)) preset.value = chosen;
    setTexts(files);
  } catch {
    setTexts(EXAMPLE);
    say("The link is damaged; this is the example.");
  }
}
async function share() {
  await keep();
  try {
    await navigator.clipboard.writeText(location.href);
    say("The link is copied. It holds the texts themselves.");
  } catch {
    say("The link stands in the address bar. It holds the texts themselves.");
  }
}

// Events

let timer = 0;
function changed() {
  clearTimeout(timer);
  timer = setTimeout(lint, 250);
}
for (const path of FILES) {
  area(path).addEventListener("input", () => {
    draw(path, []);
    changed();
  });
  area(path).addEventListener("scroll", () => scroll(path));
}
preset.addEventListener("change", lint);
fixAll.addEventListener("click", () => fix(""));
part("share").addEventListener("click", share);
part("example").addEventListener("click", () => {
  setTexts(EXAMPLE);
  lint();
});
part("clear").addEventListener("click", () => {
  setTexts({});
  area(FILES[0]).focus();
  lint();
});
window.addEventListener("hashchange", () => restore().then(lint));
await restore();
lint();
