/** What the diagrams have in common: a frame, a look for light and dark, text as text. Pure. */
import { escapeHtml } from "../verify/report/escape";

export interface Point {
    x: number;
    y: number;
}

export interface Box extends Point {
    width: number;
    height: number;
}

/**
 * An image of its own, which pages show by `<img>`: it has no access to their style, so it brings one, and a ground to stand
 * on whatever is around it. The title is short, the description tells the whole to those who can't see it.
 */
export function image(size: { width: number; height: number }, title: string, description: string, body: string[]) {
    const { width, height } = size;
    return `${[
        "<!-- Written by docs/generate.ts; change docs/diagram*.ts. -->",
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">`,
        `<title id="title">${escapeHtml(title)}</title>`,
        `<desc id="desc">${escapeHtml(description)}</desc>`,
        `<style>${STYLE}</style>`,
        `<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="11" markerHeight="11" orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker>`,
        `<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
        ...body,
        "</svg>",
    ].join("\n")}\n`;
}

export function rectangle(kind: string, { x, y, width, height }: Box): string {
    return `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`;
}

export function text(kind: string, { x, y }: Point, content: string): string {
    return `<text class="${kind}" x="${x}" y="${y}">${escapeHtml(content)}</text>`;
}

/** An arrow along a path; its title shows when somebody points at it. */
export function arrow(kind: string, path: string, title: string): string {
    return `<path class="way ${kind}" d="${path}" marker-end="url(#tip)"><title>${escapeHtml(title)}</title></path>`;
}

/** Colours by what they are for; the same names in light and dark. */
export const LIGHT = {
    ink: "#1d2430",
    quiet: "#566171",
    ground: "#ffffff",
    card: "#f3f6fa",
    line: "#b9c3d0",
    way: "#2467ab",
};
export const DARK: typeof LIGHT = {
    ink: "#e6eaf0",
    quiet: "#a5b0bf",
    ground: "#14181f",
    card: "#212834",
    line: "#4a5567",
    way: "#85baf0",
};

function colours({ ink, quiet, ground, card, line, way }: typeof LIGHT): string {
    return [
        `.ground { fill: ${ground}; stroke: ${line}; }`,
        `text { fill: ${ink}; }`,
        `.quiet { fill: ${quiet}; }`,
        `.card { fill: ${card}; stroke: ${line}; }`,
        `.frame { fill: none; stroke: ${line}; }`,
        `.way { stroke: ${way}; }`,
        `.tip, .port { fill: ${way}; }`,
        `.port { stroke: ${ground}; }`,
    ].join("\n");
}

// Colours as they are: not every program that shows SVG knows variables.
const STYLE = `
text { font: 13px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; text-anchor: middle; }
.start { text-anchor: start; }
.heading { font-size: 15px; font-weight: 600; }
.name { font-weight: 600; }
.quiet, .port { font-size: 11.5px; }
.port { paint-order: stroke; stroke-width: 4px; stroke-linejoin: round; }
.card, .frame { stroke-width: 1.3; }
.dashed { stroke-dasharray: 5 4; }
.way { fill: none; stroke-width: 1.7; }
${colours(LIGHT)}
@media (prefers-color-scheme: dark) {
${colours(DARK)}
}
`;
