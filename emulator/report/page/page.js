"use strict";
// Probes: what one says is shown below its ribbon, at the pointer's and the keyboard's asking. One probe of a ribbon is in the order of
// the Tab key; the arrow keys move to its neighbours.
for (const ribbon of document.querySelectorAll(".ribbon")) {
  const probes = [...ribbon.querySelectorAll(".probe")];
  const detail = ribbon.parentElement.querySelector(".probe-detail");
  const show = (probe) => { detail.textContent = probe.getAttribute("aria-label"); };
  probes.forEach((probe, i) => {
    probe.tabIndex = i === 0 ? 0 : -1;
    probe.addEventListener("mouseenter", () => show(probe));
    probe.addEventListener("focus", () => show(probe));
    probe.addEventListener("keydown", (event) => {
      const to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: probes.length - 1 }[event.key];
      if (to === undefined || !probes[to]) return;
      event.preventDefault();
      probe.tabIndex = -1;
      probes[to].tabIndex = 0;
      probes[to].focus();
    });
  });
  const failed = probes.filter((p) => p.classList.contains("fail"));
  show(failed.at(-1) ?? probes.at(-1));
}

// Search: lines that do not match are taken away, what matches is marked.
const form = document.querySelector(".search");
const query = document.getElementById("query");
const onlyStderr = document.getElementById("only-stderr");
const hits = document.getElementById("hits");
const mostMarks = 5000;
let lines;

const read = () => {
  lines ??= [...document.querySelectorAll(".l")].map((element) => {
    const node = element.lastChild; // the time is an element before the text
    return { element, node, text: node.nodeType === Node.TEXT_NODE ? node.data : "", stderr: element.classList.contains("e"), gone: false };
  });
};

const matcher = (wanted) => {
  const pattern = /^\/(.+)\/(i?)$/.exec(wanted);
  if (pattern) {
    try {
      return new RegExp(pattern[1], "g" + pattern[2]);
    } catch {
      return null;
    }
  }
  return new RegExp(wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi");
};

const search = () => {
  read();
  const wanted = query.value;
  const found = wanted && matcher(wanted);
  query.setAttribute("aria-invalid", String(found === null));
  const ranges = [];
  let count = 0;
  for (const line of lines) {
    let matches = !(onlyStderr.checked && !line.stderr);
    if (matches && found) {
      found.lastIndex = 0;
      let match = found.exec(line.text);
      matches = match !== null;
      while (match && match[0] && ranges.length < mostMarks) {
        const range = new Range();
        range.setStart(line.node, match.index);
        range.setEnd(line.node, match.index + match[0].length);
        ranges.push(range);
        match = found.exec(line.text);
      }
    }
    if (matches) count++;
    if (line.gone === !matches) continue;
    line.gone = !matches;
    line.element.classList.toggle("gone", line.gone);
  }
  if (globalThis.CSS?.highlights) CSS.highlights.set("found", new Highlight(...ranges));
  hits.textContent = found === null ? "this is no pattern" : wanted || onlyStderr.checked ? `${count} of ${lines.length} lines` : "";
};

if (form) {
  form.hidden = false;
  let timer;
  const soon = () => { clearTimeout(timer); timer = setTimeout(search, 120); };
  query.addEventListener("input", soon);
  onlyStderr.addEventListener("change", search);
  form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
}
for (const log of document.querySelectorAll(".log")) log.scrollTop = log.scrollHeight;
