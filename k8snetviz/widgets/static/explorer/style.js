// The one style sheet, adopted by the shadow root. Colours are those of views/theme.py; grounds follow JupyterLab.

import { STATES } from "./state.js";

const LIGHT = `
--text:#1f2328;--muted:#59636e;--ground:var(--jp-layout-color0,#fff);--panel:#f6f8fa;--chosen:#e6f2ff;--border:#d0d7de;--edge:#b3bac2;
--accent:#0969da;--serving:#0b7a75;--degraded:#9a5b00;--down:#c2371e;--empty:#5f6672;--unknown:#5f6672;--external:#6a51a3;color-scheme:light;`;
const DARK = `
--text:#e6e9ed;--muted:#9aa3b2;--ground:var(--jp-layout-color0,#0f1216);--panel:#191e24;--chosen:#1c3557;--border:#343b44;--edge:#59616b;
--accent:#6cb6ff;--serving:#3fb8b0;--degraded:#f0a830;--down:#ff7a5c;--empty:#9aa3b2;--unknown:#9aa3b2;--external:#b39ddb;color-scheme:dark;`;
const FORCED = ["text", "muted", "border", "edge", ...STATES].map((name) => `--${name}:CanvasText;`).join("") +
  "--ground:Canvas;--panel:Canvas;--chosen:Canvas;--accent:Highlight";
const FONT = "system-ui,'Segoe UI','Helvetica Neue','DejaVu Sans',Arial,sans-serif";

const COLUMNS = "var(--w-state) var(--w-service) var(--w-port) var(--w-pod)";

const TIME = globalThis.KX_ONE ? "" : `
.time{display:flex;align-items:flex-end;gap:8px;flex-wrap:wrap;border:var(--line);border-radius:6px;padding:4px 10px 6px;margin-bottom:6px}
.track{flex:3 1 260px;min-width:160px;max-width:820px}
.ticks{position:relative;height:40px;margin:0 8px;border-bottom:1px solid var(--edge);cursor:pointer}
.ticks.many{height:27px}
.tick{position:absolute;bottom:0;width:14px;margin-left:-7px;display:flex;flex-direction:column;align-items:stretch;opacity:.75}
.many .tick{width:4px;margin-left:-2px}
.tick i{background:var(--muted);border-style:none}
.tick i.b-down{background:var(--down)}
.tick i.b-degraded{background:repeating-linear-gradient(135deg,var(--degraded) 0 2px,transparent 2px 4px);box-shadow:inset 0 0 0 1px var(--degraded)}
.tick b{order:-1;font-size:11px;line-height:14px;text-align:center;font-weight:400;color:var(--muted)}
.tick.now{opacity:1}
.tick.now b{font-weight:700;color:var(--text)}
input[type=range]{display:block;width:100%;margin:0;padding:0;min-height:20px;accent-color:var(--accent)}
.when{flex:1 1 200px;display:flex;flex-wrap:wrap;gap:0 8px;align-items:baseline;align-self:center;min-width:0}
.when b{overflow-wrap:anywhere}
.missing{color:var(--degraded);font-weight:600;overflow-wrap:anywhere}
.c-change{font-weight:600}
.tr.gone{color:var(--muted);border-bottom-style:dashed}
.away{border-style:dashed}
`;

const SHEET = `
:host{display:block;all:initial}
.kx{${LIGHT}--line:1px solid var(--border);font:13px/1.45 ${FONT};color:var(--text);background:var(--ground);box-sizing:border-box;padding:6px 0;container-type:inline-size}
.kx.dark{${DARK}}
.kx *{box-sizing:border-box}
.head,.bar1,.path,.confirm{display:flex;flex-wrap:wrap;gap:6px 12px;align-items:baseline}
.head b{font-size:15px;overflow-wrap:anywhere}
.quiet{color:var(--muted)}
button,input,select{font:inherit;color:inherit;background:var(--panel);border:var(--line);border-radius:6px;padding:2px 8px;min-height:26px;max-width:100%}
button{cursor:pointer}
button:disabled{color:var(--muted);cursor:default}
.gaps,.chip,.td span{overflow:hidden;text-overflow:ellipsis;white-space:pre}
.age{color:var(--serving);font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.age:empty{display:none}
.age.lost{color:var(--degraded);font-weight:600}
.gaps{margin-left:auto;max-width:45%}
.gaps.some{border:1px dashed var(--degraded)}
.bar1{align-items:center;gap:6px;margin:6px 0 4px}
.path{align-items:center;margin-bottom:4px;min-height:24px;font-size:12px}
.path .chip{min-height:24px;padding:0 8px}
.chip{font-variant-numeric:tabular-nums}
.chip,.fade button{border-radius:13px}
[aria-pressed=true],.path .chip{background:var(--chosen);border-color:var(--accent)}
input{width:136px}
input[type=search]{flex:1 1 150px;min-width:110px;width:auto}
[aria-invalid=true]{border-color:var(--down)}
select{width:auto;max-width:150px;padding:2px 2px 2px 6px}
[aria-label=Picture]{margin-left:auto}
${TIME}:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.scene{position:relative}
.fade{position:absolute;left:1px;right:18px;height:56px;padding-top:22px;text-align:right;pointer-events:none;background:linear-gradient(transparent,var(--ground) 90%)}
.fade button{pointer-events:auto}
.stage{border:var(--line);border-radius:6px;max-height:442px;overflow:auto}
canvas{display:block;position:sticky;top:0}
.below{display:grid;grid-template-columns:minmax(0,1fr) minmax(260px,26%);gap:10px;margin-top:10px;height:400px}
.pane{border:var(--line);border-radius:6px;min-width:0;overflow:hidden;display:flex;flex-direction:column;background:var(--ground)}
.grid{flex:1;overflow:auto;position:relative;min-height:0}
.sticky{position:sticky;top:0;z-index:1}
.thead,.tr{display:grid;grid-template-columns:var(--w-change,) ${COLUMNS} var(--w-address) 56px var(--w-reason);font-size:12px}
.thead{background:var(--panel);border-bottom:var(--line)}
.th button{font-weight:600;color:var(--muted);border-radius:0;white-space:nowrap}
.th button,.trouble{width:100%}
.th button,.trouble,.link{border:0;background:none;text-align:left}
.tbody{position:relative}
.tr{position:absolute;left:0;right:0;height:26px;border-bottom:var(--line);cursor:pointer;font-variant-numeric:tabular-nums}
.td{display:flex;padding:4px 8px;overflow:hidden}
.c-service span+span+span,.c-port span+span,.c-pod span+span,.c-address span+span{flex:none}
.td.c-reason_text{flex-wrap:wrap;height:25px;padding-top:2px;line-height:21px}
.c-reason_text span{max-width:100%}
.narrow .c-service .quiet{display:none}
.tr.lit{background:var(--chosen)}
.tr.cursor{box-shadow:inset 3px 0 0 var(--accent)}
.caption{border-top:var(--line);padding:4px 8px;color:var(--muted);font-size:12px}
.details{display:block;padding:10px 12px;overflow:auto;overflow-wrap:anywhere}
h3{font-size:14px;margin:0 0 2px}
h3:not(:first-child){margin-top:8px}
p{margin:4px 0}
ul{margin:4px 0;padding:0;list-style:none}
.bar{border-left:3px solid var(--muted);padding:1px 0 1px 9px;margin:8px 0}
.bar.gap{border-left-style:dashed}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 12px;margin:8px 0}
dt{color:var(--muted)}
dd{margin:0}
.confirm{justify-content:space-between;margin-top:8px}
.copy{font-size:12px;min-height:22px;padding:0 8px}
pre{font:12px/1.5 ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;background:var(--panel);border:var(--line);border-radius:6px;padding:6px 9px;margin:3px 0 0;white-space:pre-wrap}
.trouble{padding:3px 0}
.trouble:hover{background:var(--panel)}
.trouble .quiet{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden;font-size:12px;line-height:1.35}
.link{padding:0;min-height:0;color:var(--accent);text-decoration:underline;font-size:inherit;overflow-wrap:anywhere}
.said{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
${STATES.map((state) => `.s-${state}{color:var(--${state})}.b-${state}{border-color:var(--${state})}`).join("")}
@container (max-width:940px){.bar1 select{max-width:124px}.bar1 span input{width:116px}.below{grid-template-columns:minmax(0,1fr) 250px}.thead,.tr{grid-template-columns:var(--w-change,) ${COLUMNS} var(--w-reason)}.c-address,.c-target_port{display:none}}
@container (max-width:720px){.below{grid-template-columns:minmax(0,1fr);height:auto}.pane{height:340px}.details{height:auto;max-height:400px}}
@container (max-width:480px){.thead,.tr{grid-template-columns:var(--w-change,) var(--w-state) minmax(100px,1fr) minmax(110px,1.4fr)}.c-port,.c-pod{display:none}.gaps{margin:0;max-width:100%}}
@media (forced-colors:active){.kx{${FORCED}}.tr.lit,[aria-pressed=true]{forced-color-adjust:none;background:Highlight;color:HighlightText}.lit *,[aria-pressed=true] *{color:HighlightText}}
`;

const PAGE = `
[data-kx-on="yes"]>[data-kx-static]{display:none}
@media print{[data-kx-on="yes"]>[data-kx-static]{display:block}[data-kx-on="yes"]>[data-kx-live]{display:none}}`;

/** Adopt the sheet of the explorer in `root`. @param {ShadowRoot} root */
export function adopt(root) {
  root.adoptedStyleSheets = [sheetOf(SHEET)];
}

/** Adopt, once, the rules that show either the static part or the explorer. */
export function adoptPage() {
  const page = /** @type {any} */ (document);
  if (page.k8snetvizPage) return;
  page.k8snetvizPage = true;
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheetOf(PAGE)];
}

function sheetOf(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}
