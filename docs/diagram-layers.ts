/** docs/images/layers.svg: the five layers, and the way of a request through them. Pure. */
import type { Layer } from "../verify/probe";
import { arrow, type Box, image, rectangle, text } from "./diagram";

/** What a layer is about, and what it makes true, in as few words as fit. */
const WORDS: Record<Layer, { title: string; lines: string[] }> = {
    cluster: {
        title: "cluster",
        lines: [
            "every namespace isolated · declared flows only · Pod Security · guardrails · quotas · operators who only read",
        ],
    },
    application: {
        title: "application",
        lines: [
            "ingress-nginx",
            "TLS only, HSTS",
            "limits for each client",
            "security headers",
            "forged addresses ignored",
        ],
    },
    container: {
        title: "container",
        lines: [
            "your program",
            "no root, no capability",
            "read-only file system",
            "no token, no way out",
            "credentials as files",
        ],
    },
    database: {
        title: "database",
        lines: [
            "PostgreSQL",
            "TLS 1.3 and SCRAM only",
            "a role that only reads",
            "tenants kept apart",
            "rotation, backups",
        ],
    },
    monitoring: {
        title: "monitoring",
        lines: ["Falco · audit policy · the database's audit log · alerts with a runbook · scans of images"],
    },
};

const SIZE = { width: 860, height: 330 };
const CLUSTER: Box = { x: 130, y: 16, width: 714, height: 298 };
const MONITORING: Box = { x: 146, y: 248, width: 682, height: 52 };
const INNER: Record<"application" | "container" | "database", Box> = {
    application: { x: 146, y: 72, width: 196, height: 160 },
    container: { x: 389, y: 72, width: 196, height: 160 },
    database: { x: 632, y: 72, width: 196, height: 160 },
};

/** The image. */
export function layersDiagram(): string {
    const said = Object.values(WORDS).map(({ title, lines }) => `${title}: ${lines.join(", ")}`);
    const description = [
        "A request goes from a client through the ingress controller to the application, and from there to the database.",
        "The cluster's isolation is around all three, and monitoring watches them.",
        `${said.join("; ")}.`,
    ].join(" ");
    const { application, container, database } = INNER;
    return image(SIZE, "Bulwark's five layers", description, [
        rectangle("frame", CLUSTER),
        text("heading", { x: middle(CLUSTER), y: 38 }, WORDS.cluster.title),
        ...WORDS.cluster.lines.map((line) => text("quiet", { x: middle(CLUSTER), y: 57 }, line)),
        ...(["application", "container", "database"] as const).flatMap((layer) => card(layer, INNER[layer])),
        rectangle("card", MONITORING),
        text("heading", { x: middle(MONITORING), y: MONITORING.y + 21 }, WORDS.monitoring.title),
        ...WORDS.monitoring.lines.map((line) => text("quiet", { x: middle(MONITORING), y: MONITORING.y + 40 }, line)),
        text("name", { x: 60, y: 148 }, "client"),
        text("quiet", { x: 60, y: 165 }, "or attacker"),
        across(104, application, "A client's request"),
        across(application.x + application.width, container, "A request that passed"),
        across(container.x + container.width, database, "A query"),
    ]);
}

function card(layer: Layer, box: Box): string[] {
    const { title, lines } = WORDS[layer];
    const x = middle(box);
    return [
        rectangle("card", box),
        text("heading", { x, y: box.y + 26 }, title),
        ...lines.map((line, index) => text(index === 0 ? "name" : "line", { x, y: box.y + 52 + index * 22 }, line)),
    ];
}

function across(from: number, to: Box, title: string): string {
    const y = to.y + to.height / 2;
    return arrow("", `M${from} ${y}H${to.x}`, title);
}

function middle({ x, width }: Box): number {
    return x + width / 2;
}
