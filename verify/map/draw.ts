/** Draws who can talk to whom. Pure. */
import { escapeHtml } from "../report/escape";
import { compare, type MapEdge, type MapNode, type MeasuredMap } from "./measure";

const WIDTH = 720;
const BOX = { width: 190, height: 44 };
const ROW = 84;
const TOP = 40;
/** Left edges of the three columns: who comes from elsewhere, the product, and what lies behind and around it. */
const COLUMNS = [8, (WIDTH - BOX.width) / 2, WIDTH - BOX.width - 8];

interface Placed extends MapNode {
    x: number;
    y: number;
    column: number;
}

/** An SVG whose colours come from the page: every way that is open, and every one that differs from what is declared. */
export function drawMap(map: MeasuredMap): string {
    const placed = place(map);
    const height =
        TOP + ROW * Math.max(...[0, 1, 2].map((column) => placed.filter((node) => node.column === column).length));
    const at = new Map(placed.map((node) => [node.id, node]));
    const drawn = map.edges.filter((edge) => edge.measured === "open" || compare(edge) === "broken");
    const ways = together(drawn).map((edges) => {
        const [first] = edges;
        const from = first && at.get(first.from);
        const to = first && at.get(first.to);
        return from && to ? way(from, to, edges) : "";
    });
    const titles = ["from elsewhere", "the product", "around it"].map(
        (title, index) => `<text class="column" x="${(COLUMNS[index] ?? 0) + BOX.width / 2}" y="20">${title}</text>`,
    );
    return [
        `<svg class="map" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Who can talk to whom, measured">`,
        ...["open", "undeclared", "broken"].map(
            (kind) =>
                `<marker id="tip-${kind}" class="${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerUnits="userSpaceOnUse" markerWidth="12" markerHeight="12" orient="auto"><path d="M0 0 8 4 0 8z"/></marker>`,
        ),
        ...titles,
        // Boxes over ways: one that leads past a box must not cross its name.
        ...ways,
        ...placed.map(box),
        "</svg>",
    ].join("\n");
}

/** Ways between the same two, in one arrow. */
function together(edges: MapEdge[]): MapEdge[][] {
    const groups = new Map<string, MapEdge[]>();
    for (const edge of edges) {
        const key = `${edge.from} ${edge.to} ${kindOf(edge)}`;
        groups.set(key, [...(groups.get(key) ?? []), edge]);
    }
    return [...groups.values()];
}

function kindOf(edge: MapEdge): "open" | "undeclared" | "broken" {
    const comparison = compare(edge);
    return comparison === "undeclared" || comparison === "broken" ? comparison : "open";
}

function place({ nodes, edges }: MeasuredMap): Placed[] {
    const counts = [0, 0, 0];
    return nodes.map((node) => {
        const talks = edges.some(({ from }) => from === node.id);
        const column = node.kind === "product" ? 1 : talks ? 0 : 2;
        const row = counts[column] ?? 0;
        counts[column] = row + 1;
        return { ...node, column, x: COLUMNS[column] ?? 0, y: TOP + row * ROW };
    });
}

function box({ kind, title, namespace, x, y }: Placed): string {
    const middle = x + BOX.width / 2;
    return [
        `<g class="node ${kind}"><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6"/>`,
        `<text x="${middle}" y="${y + (namespace ? 19 : 27)}">${escapeHtml(short(title))}</text>`,
        namespace && `<text class="namespace" x="${middle}" y="${y + 35}">${escapeHtml(short(namespace))}</text>`,
        "</g>",
    ]
        .filter(Boolean)
        .join("");
}

function way(from: Placed, to: Placed, edges: MapEdge[]): string {
    const kind = kindOf(edges[0] as MapEdge);
    const ports = edges.map(({ port }) => port).join(", ");
    const { path, label } = from.column === to.column ? around(from, to) : across(from, to);
    const title = `${from.id} to ${to.id}: ${ports}, ${kind === "open" ? "open as declared" : kind}`;
    return [
        `<g class="way ${kind}"><title>${escapeHtml(title)}</title>`,
        `<path d="${path}" marker-end="url(#tip-${kind})"/>`,
        `<text x="${label.x}" y="${label.y}">${ports}</text></g>`,
    ].join("");
}

function across(from: Placed, to: Placed) {
    const right = from.column < to.column;
    const start = { x: from.x + (right ? BOX.width : 0), y: from.y + BOX.height / 2 };
    const end = { x: to.x + (right ? 0 : BOX.width), y: to.y + BOX.height / 2 + (right ? -6 : 6) };
    const middle = (start.x + end.x) / 2;
    return {
        path: `M${start.x} ${start.y}C${middle} ${start.y} ${middle} ${end.y} ${end.x} ${end.y}`,
        label: { x: end.x + (right ? -26 : 26), y: end.y - 6 },
    };
}

/** A bow at the side of the column. */
function around(from: Placed, to: Placed) {
    const x = from.x + BOX.width;
    const start = from.y + BOX.height / 2;
    const end = to.y + BOX.height / 2;
    const bow = x + 36;
    return {
        path: `M${x} ${start}C${bow} ${start} ${bow} ${end} ${x} ${end}`,
        label: { x: bow, y: (start + end) / 2 + 4 },
    };
}

function short(text: string): string {
    return text.length > 26 ? `${text.slice(0, 25)}…` : text;
}
