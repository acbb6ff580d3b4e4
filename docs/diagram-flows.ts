/** docs/images/flows.svg: who may talk to whom, drawn from what docs/exposed-ports.ts finds in the policies. Pure. */
import { arrow, type Box, image, rectangle, text } from "./diagram";
import type { Exit, Exposure } from "./exposed-ports";

const COLUMN = 220;
const ROW = 104;
const BOX = { width: 170, height: 60 };
const LEFT = 18;
const TOP = 20;
const SIZE = { width: LEFT * 2 + 3 * COLUMN + BOX.width, height: TOP * 2 + 3 * ROW + BOX.height + 48 };

/** Where somebody stands, by name and namespace as the policies say them. */
interface Place {
    column: number;
    row: number;
    /** What to call it, where its name in the policies says too little. */
    title?: string;
    /** Columns that it spans. Defaults to one. */
    span?: number;
}

const PLACES: Record<string, Place> = {
    "bastion in operators": { column: 0, row: 0 },
    "acme.cert-manager.io/http01-solver in secure-app": { column: 1, row: 0, title: "cert-manager's solver" },
    "sql-job in database": { column: 2, row: 0 },
    "database-backup in database": { column: 3, row: 0 },
    anyone: { column: 0, row: 1 },
    "ingress-nginx in ingress-nginx": { column: 1, row: 1 },
    "secure-app in secure-app": { column: 2, row: 1 },
    "postgresql in database": { column: 3, row: 1 },
    "prometheus in monitoring": { column: 1, row: 2, span: 3 },
    "the API server": { column: 0, row: 3 },
    "falco in falco": { column: 1, row: 3 },
    "falcosidekick in falco": { column: 2, row: 3 },
    "trivy-operator in trivy-system": { column: 3, row: 3 },
};

/** Those who stand at another's place. */
const ALIASES: Record<string, string> = { "made by trivy-operator in trivy-system": "trivy-operator in trivy-system" };

/** In the boxes there is little room. */
const SHORT: Record<string, string> = { "the API server": "API server", "any address": "any" };

interface Node extends Box {
    name: string;
    title: string;
    namespace: string | undefined;
    row: number;
    optional: boolean;
    exits: string[];
}

interface Edge {
    from: Node;
    to: Node;
    ports: string[];
    optional: boolean;
}

/**
 * The image.
 *
 * @throws Error for somebody who has no place, and for a place that nobody takes.
 */
export function flowsDiagram(exposures: Exposure[], exits: Exit[], places: Record<string, Place> = PLACES): string {
    const flows = exposures.flatMap(({ listener, namespace, callers, when }) => {
        const [name = "", port = ""] = listener.split(/:(?=\d+$)/);
        return callers.map((caller) => ({ from: plain(caller), to: known(`${name} in ${namespace}`), port, when }));
    });
    const ways = exits.map((exit) => ({ ...exit, name: known(`${exit.caller} in ${exit.namespace}`) }));
    const names = new Set([...flows.flatMap(({ from, to }) => [from, to]), ...ways.map(({ name }) => name)]);
    const faults = [
        ...[...names].filter((name) => !(name in places)).map((name) => `give "${name}" a place`),
        ...Object.keys(places)
            .filter((name) => !names.has(name))
            .map((name) => `"${name}" isn't there any more`),
    ];
    if (faults.length > 0) {
        throw new Error(`docs/diagram-flows.ts: ${faults.join("; ")}`);
    }
    const always = new Set(
        [...flows, ...ways.map(({ name, when }) => ({ from: name, to: name, when }))]
            .filter(({ when }) => when === "")
            .flatMap(({ from, to }) => [from, to]),
    );
    const nodes = new Map(
        Object.entries(places).map(([name, place]) => {
            const own = ways.filter((way) => way.name === name).map(({ to, port }) => `${SHORT[to] ?? to}:${port}`);
            return [name, nodeAt(name, place, !always.has(name), own)];
        }),
    );
    const edges = new Map<string, Edge>();
    for (const { from, to, port, when } of flows) {
        const key = `${from}, ${to}, ${when === ""}`;
        const edge = edges.get(key) ?? { from: at(nodes, from), to: at(nodes, to), ports: [], optional: when !== "" };
        edges.set(key, { ...edge, ports: [...edge.ports, port] });
    }
    return draw([...nodes.values()], [...edges.values()]);
}

function draw(nodes: Node[], edges: Edge[]): string {
    const callers = nodes.filter(({ exits }) => exits.length > 0);
    const said = [...edges.map(tell), ...callers.map(({ title, exits }) => `${title} out to ${exits.join(" and ")}`)];
    const description = `${said.join("; ")}. Everything else is refused, but questions to the cluster's DNS.`;
    const foot = SIZE.height - 38;
    return image(SIZE, "Who may talk to whom in a stack of Bulwark's", description, [
        ...edges.map((edge) => way(edge, edges)),
        ...nodes.map(box),
        ...edges.map((edge) => label(edge, edges)),
        text(
            "quiet start",
            { x: LEFT, y: foot },
            "Dashed: only with the setting that asks for it. Numbers are ports of pods. →: a way out, to the API server or to any address.",
        ),
        text(
            "quiet start",
            { x: LEFT, y: foot + 18 },
            "Everything else is refused. Besides, every pod may ask the cluster's DNS.",
        ),
    ]);
}

/** `who` (component) in `where`, without the marks. */
function plain(caller: string): string {
    return known(caller.replace(/ \(\w+\)/, "").replaceAll("`", ""));
}

function known(name: string): string {
    return ALIASES[name] ?? name;
}

function at(nodes: Map<string, Node>, name: string): Node {
    return nodes.get(name) as Node;
}

function nodeAt(name: string, { column, row, title, span = 1 }: Place, optional: boolean, exits: string[]): Node {
    const [own = "", namespace] = name.split(" in ");
    const width = BOX.width + (span - 1) * COLUMN;
    const corner = { x: LEFT + column * COLUMN, y: TOP + row * ROW };
    return { ...corner, width, height: BOX.height, name, title: title ?? own, namespace, row, optional, exits };
}

function box({ x, y, width, height, title, namespace, optional, exits }: Node): string {
    const middle = x + width / 2;
    const lines = [namespace, exits.length > 0 ? `→ ${exits.join(", ")}` : undefined];
    const shown = lines.filter((line) => line !== undefined);
    const top = y + 34 - shown.length * 8;
    return [
        rectangle(`card${optional ? " dashed" : ""}`, { x, y, width, height }),
        text("name", { x: middle, y: top }, title),
        ...shown.map((line, index) => text("quiet", { x: middle, y: top + 17 * (index + 1) }, line)),
    ].join("");
}

function tell({ from, to, ports, optional }: Edge): string {
    return `${from.title} to ${to.title}: ${ports.join(", ")}${optional ? ", on demand" : ""}`;
}

/** Start and end. Who stands in the same row is reached from the side, who stands elsewhere from above or below. */
function ends(edge: Edge, edges: Edge[]) {
    const { from, to } = edge;
    if (from.row === to.row) {
        const y = to.y + to.height / 2;
        const right = from.x < to.x;
        return { start: { x: from.x + (right ? from.width : 0), y }, end: { x: to.x + (right ? 0 : to.width), y } };
    }
    const down = from.row < to.row;
    const beside = edges
        .filter((other) => other.to === to && other.from.row !== to.row && other.from.row < to.row === down)
        .sort((one, other) => one.from.x - other.from.x);
    const x = to.x + (to.width * (beside.indexOf(edge) + 1)) / (beside.length + 1);
    const isOver = from.x < x && x < from.x + from.width;
    return {
        start: { x: isOver ? x : from.x + from.width / 2, y: from.y + (down ? from.height : 0) },
        end: { x, y: to.y + (down ? 0 : to.height) },
    };
}

function way(edge: Edge, edges: Edge[]): string {
    const { start, end } = ends(edge, edges);
    const half = (start.y + end.y) / 2;
    const straight = start.x === end.x || start.y === end.y;
    const path = straight ? `L${end.x} ${end.y}` : `C${start.x} ${half} ${end.x} ${half} ${end.x} ${end.y}`;
    return arrow(edge.optional ? "dashed" : "", `M${start.x} ${start.y}${path}`, tell(edge));
}

/** Over the ways, so that none crosses a number. Beside a short way there is room for two numbers above and two below. */
function label(edge: Edge, edges: Edge[]): string {
    const { start, end } = ends(edge, edges);
    const { ports } = edge;
    if (start.y !== end.y) {
        return text("port start", { x: end.x + 5, y: end.y + (end.y > start.y ? -12 : 18) }, ports.join(", "));
    }
    const x = (start.x + end.x) / 2;
    const lines = [ports.slice(0, 2), ports.slice(2)].filter((line) => line.length > 0);
    return lines.map((line, index) => text("port", { x, y: end.y - 8 + index * 26 }, line.join(", "))).join("");
}
