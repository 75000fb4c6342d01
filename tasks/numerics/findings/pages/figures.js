"use strict";
const specs = JSON.parse(document.getElementById("specs").textContent);
const touch = window.matchMedia("(pointer: coarse)").matches;
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const figures = document.querySelectorAll("[data-figure]");
let printing = false;

// What is dark on light paper is light on dark paper; areas of either stay see-through.
const NIGHT = {
  "#111111": "#e9e9e9",
  "#1f5fa8": "#82b6f2",
  "#777777": "#a9adb5",
  "#e4e4e4": "#31353c",
  "#b3261e": "#ff9a90",
  '"#000"': '"#fff"',
  '"white"': '"#14161a"',
  "rgba(31,95,168,": "rgba(130,182,242,",
  "rgba(0,0,0,": "rgba(255,255,255,",
  "rgba(255,255,255,0.75)": "rgba(20,22,26,0.75)",
};
const night = new RegExp(Object.keys(NIGHT).map((one) => one.replace(/[()."#,]/g, "\\$&")).join("|"), "g");

function unshare(values) {
  return values && values.shared !== undefined ? specs.shared[values.shared] : values;
}

// The last of the first figures takes what the first screen has left, from two thirds of its height on: a long answer does not push it out.
const last = [...document.querySelectorAll(".first [data-figure]")].at(-1);
function fit() {
  const own = specs.figures[last.dataset.figure].layout.height;
  const left = window.innerHeight - (last.getBoundingClientRect().top + window.scrollY) - 4;
  last.dataset.height = Math.round(Math.min(own, Math.max(left, (own * 2) / 3)));
  last.style.minHeight = `${last.dataset.height}px`;
}
if (last && specs.figures[last.dataset.figure]) fit();

function parts(element) {
  const spec = specs.figures[element.dataset.figure];
  const whole = { data: spec.data, layout: { ...spec.layout, template: unshare(spec.layout.template) } };
  const shown = dark.matches && !printing ? JSON.parse(JSON.stringify(whole).replace(night, (one) => NIGHT[one])) : whole;
  const data = shown.data.map((trace) => ({ ...trace, x: unshare(trace.x), y: unshare(trace.y) }));
  // The page has its own legends where lines mean the same in every panel; on a touch screen a finger scrolls the page, not the axes.
  const layout = { ...shown.layout, showlegend: shown.layout.showlegend === true, dragmode: touch ? false : "zoom" };
  if (element.dataset.height) layout.height = Number(element.dataset.height);
  return { data, layout };
}

// Plotly itself is inside the page, compressed: unpacked once, when the first figure is drawn.
let unpacked;
function unpack() {
  unpacked ??= (async () => {
    const packed = Uint8Array.from(atob(document.getElementById("plotly").textContent.trim()), (one) => one.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    document.head.append(script);
  })();
  return unpacked;
}

async function draw(element) {
  if (!specs.figures[element.dataset.figure] || element.dataset.drawn) return;
  element.dataset.drawn = "yes";
  await unpack();
  const { data, layout } = parts(element);
  await Plotly.newPlot(element, data, layout, { responsive: true, displaylogo: false, displayModeBar: false });
}

function redraw() {
  figures.forEach((element) => {
    if (!element.dataset.drawn || !window.Plotly) return;
    const { data, layout } = parts(element);
    Plotly.react(element, data, layout);
  });
}

// What is seen first is drawn first; the rest follows in quiet moments, so that a print holds every figure.
const seen = new IntersectionObserver(
  (entries) =>
    entries
      .filter((entry) => entry.isIntersecting)
      .forEach((entry) => {
        seen.unobserve(entry.target);
        draw(entry.target);
      }),
  { rootMargin: "300px" },
);
figures.forEach((element) => seen.observe(element));

const waiting = [...figures];
function drawNext() {
  const element = waiting.find((one) => !one.dataset.drawn && one.offsetParent);
  if (!element) return;
  draw(element).then(() => (window.requestIdleCallback ?? setTimeout)(drawNext));
}
window.addEventListener("load", () => (window.requestIdleCallback ?? setTimeout)(drawNext));

dark.addEventListener("change", redraw);
window.addEventListener("beforeprint", () => {
  document.querySelectorAll("details").forEach((one) => {
    if (one.querySelector("[data-figure]")) one.open = true;
  });
  printing = true;
  figures.forEach(draw);
  redraw();
});
window.addEventListener("afterprint", () => {
  printing = false;
  redraw();
});
