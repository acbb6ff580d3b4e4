/** The look of the HTML report: light and dark, for a phone, a screen and paper. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1d2430; --quiet: #5b6675; --page: #ffffff; --card: #f5f7fa; --line: #d6dce5;
    --held: #14703f; --through: #b3261e; --unproven: #8a5a00; --way: #2f6fb3; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --quiet: #9aa6b6; --page: #14181f; --card: #1d232d;
    --line: #343d4b; --held: #5fd397; --through: #ff8a80; --unproven: #f0bf5c; --way: #7fb5ee; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--page); color: var(--ink);
    font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: .5rem 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; }
h2::first-letter { text-transform: uppercase; }
.about, .legend, footer { color: var(--quiet); font-size: .9rem; }
.figures { display: grid; grid-template-columns: repeat(3, 1fr); gap: .5rem; margin: 1rem 0; padding: 0; list-style: none; }
.figures li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem; text-align: center; }
.figures b { display: block; font-size: 1.8rem; line-height: 1.2; }
.held b, .held .verdict { color: var(--held); }
.through b, .through .verdict { color: var(--through); }
.unproven b, .unproven .verdict { color: var(--unproven); }
details { border: 1px solid var(--line); border-left-width: .3rem; border-radius: .4rem; margin: .4rem 0; padding: 0 .7rem; }
details.held { border-left-color: var(--held); }
details.through { border-left-color: var(--through); }
details.unproven { border-left-color: var(--unproven); }
summary { cursor: pointer; padding: .45rem 0; display: flex; gap: .5rem; justify-content: space-between; flex-wrap: wrap; }
summary .name { font-weight: 600; }
summary .tried { order: 3; flex-basis: 100%; color: var(--quiet); font-size: .9rem; line-height: 1.35; }
summary .verdict { font-weight: 600; white-space: nowrap; }
dl { display: grid; grid-template-columns: 6.5rem 1fr; gap: .2rem .6rem; margin: 0 0 .7rem; }
dt { color: var(--quiet); }
dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; }
.scroll { overflow-x: auto; }
th, td { border: 1px solid var(--line); padding: .3rem .4rem; text-align: center; overflow-wrap: normal; }
th { font-weight: 600; background: var(--card); }
th[scope=row] { text-align: left; }
td.undeclared, td.broken { background: var(--through); color: var(--page); font-weight: 700; }
td.open { color: var(--way); font-weight: 700; }
td.unknown { color: var(--quiet); }
.map { width: 100%; height: auto; display: block; }
.map text { fill: var(--ink); font: 13px system-ui, sans-serif; text-anchor: middle; }
.map .column, .map .namespace { fill: var(--quiet); font-size: 11px; }
.map .node rect { fill: var(--card); stroke: var(--line); stroke-width: 1.5; }
.map .stranger rect, .map .outside rect { stroke-dasharray: 4 3; }
.map .way path { fill: none; stroke: var(--way); stroke-width: 1.8; }
.map .way text { font-size: 11px; fill: var(--way); paint-order: stroke; stroke: var(--page); stroke-width: 4px; }
.map marker path { fill: var(--way); }
.map .way.undeclared path, .map .way.broken path { stroke: var(--through); stroke-width: 3; }
.map .way.broken path { stroke-dasharray: 6 4; }
.map .way.undeclared text, .map .way.broken text { fill: var(--through); }
.map marker.undeclared path, .map marker.broken path { fill: var(--through); }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; } dt { font-size: .85rem; margin-top: .3rem; } .figures b { font-size: 1.4rem; } }
@media print { :root { --ink: #000; --quiet: #444; --page: #fff; --card: #fff; --line: #999; --held: #14703f;
    --through: #b3261e; --unproven: #8a5a00; --way: #2f6fb3; } body { max-width: none; padding: 0; font-size: .8rem; }
    details, .map, tr { break-inside: avoid; } details::details-content { content-visibility: visible; } }
`;
