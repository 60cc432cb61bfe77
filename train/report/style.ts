/**
 * How a report looks: the colors and type of the served page, light and dark.
 */
export const style = `
:root {
  color-scheme: light dark;
  --ground: #fbfaf8; --raised: #fff; --text: #211f1c; --muted: #6c665d; --line: #e6e1d9;
  --own: #b13a22; --trained: #4d7a97; --baseline: #c9c2b6; --better: #2f7d4f; --worse: #b13a22;
  font: 16px/1.55 ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #171614; --raised: #23211e; --text: #ece8e1; --muted: #a59e93; --line: #37332e;
    --own: #ff9f87; --trained: #86b4d1; --baseline: #6a645b; --better: #7fcf9f; --worse: #ff9f87;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); }
header, main { max-width: 1120px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 56px; }
.eyebrow { margin: 0; color: var(--muted); font-size: .875rem; }
h1 { margin: 4px 0 8px; font-size: clamp(1.9rem, 5vw, 2.75rem); line-height: 1.1; letter-spacing: -.02em; overflow-wrap: anywhere; }
h2 { margin: 0 0 8px; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; }
h3 { margin: 0 0 8px; font-size: 1rem; }
p { margin: 0 0 12px; }
.lead { max-width: 68ch; color: var(--muted); }
.note, figcaption { color: var(--muted); font-size: .875rem; }
.summary { max-width: 76ch; margin: 24px 0; padding: 0; list-style: none; display: grid; gap: 10px; }
nav { display: flex; flex-wrap: wrap; gap: 8px; margin: 24px 0 0; }
nav a { padding: 5px 14px; border: 1px solid var(--line); border-radius: 999px; background: var(--raised); color: var(--text); font-size: .875rem; text-decoration: none; }
nav a:hover { border-color: var(--muted); }
a:focus-visible, summary:focus-visible, .scroll:focus-visible { outline: 2px solid var(--own); outline-offset: 2px; }
section { margin: 56px 0 0; }
section:last-child { padding-bottom: 72px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 20px; margin: 20px 0; align-items: start; }
figure, .charts > div { margin: 0; padding: 20px; border: 1px solid var(--line); border-radius: 14px; background: var(--raised); }
figure > div { max-width: 520px; }
figure svg { display: block; width: 100%; height: auto; }
figcaption { margin-top: 8px; }
.tests { margin: 0; padding: 0; list-style: none; display: grid; gap: 8px; font-size: .9375rem; }
.tests li { padding-left: 14px; border-left: 3px solid var(--line); }
.tests .better { border-color: var(--better); }
.tests .worse { border-color: var(--worse); }
.scroll { overflow-x: auto; margin: 12px 0; border: 1px solid var(--line); border-radius: 14px; background: var(--raised); }
#facts .scroll { max-width: 600px; }
figure .scroll { border: 0; margin: 8px 0 0; max-height: 320px; overflow: auto; }
table { width: 100%; border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { padding: 12px 14px 4px; color: var(--muted); text-align: left; }
caption span { position: sticky; left: 14px; display: inline-block; max-width: min(100%, calc(100vw - 84px)); }
th, td { padding: 8px 7px; text-align: right; white-space: nowrap; }
th:first-child { padding-left: 14px; }
th:last-child, td:last-child { padding-right: 14px; }
th:first-child { text-align: left; }
thead th { color: var(--muted); font-weight: 500; }
tbody tr { border-top: 1px solid var(--line); }
tbody th { position: sticky; left: 0; background: var(--raised); font-weight: 600; white-space: normal; min-width: 12ch; }
tbody th small { display: block; color: var(--muted); font-weight: 400; }
details { margin-top: 12px; }
summary { color: var(--muted); font-size: .875rem; cursor: pointer; }
pre { overflow-x: auto; margin: 12px 0; padding: 14px 16px; border: 1px solid var(--line); border-radius: 14px; background: var(--raised); font: .8125rem/1.5 ui-monospace, monospace; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 6px 20px; margin: 20px 0; font-size: .9375rem; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
code { overflow-wrap: anywhere; }
.hash { color: var(--muted); font: .75rem ui-monospace, monospace; }
.example { display: grid; grid-template-columns: 108px 1fr; gap: 20px; padding: 16px 0; border-top: 1px solid var(--line); }
.example ol { display: grid; grid-template-columns: repeat(8, 1fr); gap: 12px; margin: 0; padding: 0; list-style: none; }
.pin { display: block; font-size: .75rem; line-height: 1.35; overflow-wrap: anywhere; }
.pin img { display: block; width: 64px; height: 64px; margin-bottom: 6px; padding: 8px; border-radius: 12px; background: #f1ede6; object-fit: contain; }
.asked .pin { font-weight: 600; font-size: .875rem; }
.asked img { width: 88px; height: 88px; outline: 2px solid var(--own); }
@media (max-width: 640px) {
  header, main { padding-left: 16px; padding-right: 16px; }
  header { padding-top: 32px; }
  section { margin-top: 44px; }
  figure, .charts > div { padding: 16px 14px; }
  .example { grid-template-columns: 1fr; gap: 14px; }
  .example ol { grid-template-columns: repeat(4, 1fr); gap: 12px 8px; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 10px; }
}
@media print { nav { display: none; } section { break-inside: avoid; } }
`;
