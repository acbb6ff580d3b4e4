/** The application as its visitors reach it, through the ingress controller. */
import { labelQuery, type Pod, type Service } from "../../cluster/objects";
import type { Field } from "../../field";
import { Unproven } from "../../probe";
import { CLIENT } from "./client";

/** The limits are for each client: what asks much must be alone. */
export const EXCLUSIVE = ["front"];

/** Where the attacks go, and from where. */
export interface Front {
    /** For people: where the client is. */
    from: string;
    address: string;
    host: string;
    /** Path of the application on its host. */
    path: string;
    /** What the Ingress asks the controller for. */
    limits: Limits;
    /** Pods of the controller, each with limits of its own. */
    replicas: number;
    /** Runs a program of Node.js there, which has `given` and the functions of the client; returns what it prints as JSON. */
    run<T>(program: string, given?: object): Promise<T>;
}

/** Undefined: the Ingress asks for no such limit. */
export interface Limits {
    requestsPerSecond: number | undefined;
    burst: number;
    connections: number | undefined;
    /** In bytes. */
    bodySize: number | undefined;
}

interface Ingress {
    metadata: { annotations?: Record<string, string> };
    spec: { rules?: { host?: string }[] };
    status: { loadBalancer?: { ingress?: { ip?: string; hostname?: string }[] } };
}

/** Finds the way in, once for all probes: from outside where the user has named such a place, else from a stranger's pod. */
export function front(field: Field): Promise<Front> {
    return field.shared("front", () => find(field));
}

async function find(field: Field): Promise<Front> {
    const { application, ingressNamespace } = field.target;
    if (application.url === undefined || ingressNamespace === undefined) {
        throw new Unproven("the stack doesn't tell the application's URL, or where its ingress controller is");
    }
    const { hostname: host, pathname: path } = new URL(application.url);
    const ingresses = await field.api.list<Ingress>(
        `/apis/networking.k8s.io/v1/namespaces/${application.namespace}/ingresses`,
    );
    const ingress = ingresses.find(({ spec }) => spec.rules?.some((rule) => rule.host === host));
    if (ingress === undefined) {
        throw new Unproven(`there is no Ingress for ${host}`);
    }
    const service = await controllerService(field, ingressNamespace);
    const pods = await field.api.list<Pod>(
        `/api/v1/namespaces/${ingressNamespace}/pods?${labelQuery(service.spec.selector ?? {})}`,
    );
    const replicas = pods.filter(({ status }) => status.phase === "Running").length;
    if (replicas === 0) {
        throw new Unproven(`no pod of the ingress controller runs in ${ingressNamespace}`);
    }
    const [published] = ingress.status.loadBalancer?.ingress ?? [];
    const outside = field.surroundings.outside.length > 0 ? (published?.ip ?? published?.hostname) : undefined;
    const address = outside ?? service.spec.clusterIP ?? "";
    const limits = readLimits(ingress.metadata.annotations ?? {});
    return {
        from: outside === undefined ? "from a pod of another namespace" : "from outside the cluster",
        address,
        host,
        path,
        limits,
        replicas,
        async run<T>(program: string, given: object = {}): Promise<T> {
            const all = JSON.stringify({ address, host, path, ...given });
            const script = `command -v node >/dev/null 2>&1 || exit 1\nnode - <<'END_OF_PROGRAM'\nconst given = ${all};\n${CLIENT}\n(async () => {\n${program}\n})().then(tell, fail);\nEND_OF_PROGRAM`;
            const stdout =
                outside === undefined
                    ? (await field.run(field.attacker("stranger").place, script)).stdout
                    : await field.runOutside(script);
            return readAnswer<T>(stdout);
        },
    };
}

async function controllerService(field: Field, namespace: string): Promise<Service> {
    const services = await field.api.list<Service>(`/api/v1/namespaces/${namespace}/services`);
    const found = services.find(({ spec }) =>
        [80, 443].every((port) => spec.ports?.some((each) => each.port === port)),
    );
    if (found === undefined) {
        throw new Unproven(`no Service in ${namespace} has the ports 80 and 443`);
    }
    return found;
}

function readAnswer<T>(stdout: string): T {
    const line = stdout.trim().split("\n").at(-1) ?? "";
    const { value, failed } = (line.startsWith("{") ? JSON.parse(line) : {}) as { value?: T; failed?: string };
    if (value === undefined) {
        throw new Unproven(failed ?? "the client needs node, where it runs");
    }
    return value;
}

/** What the annotations of ingress-nginx mean. */
export function readLimits(annotations: Record<string, string>): Limits {
    const value = (name: string) => annotations[`nginx.ingress.kubernetes.io/${name}`];
    const number = (name: string) => (value(name) === undefined ? undefined : Number(value(name)));
    const requestsPerSecond = number("limit-rps");
    return {
        requestsPerSecond,
        burst: (requestsPerSecond ?? 0) * (number("limit-burst-multiplier") ?? 5),
        connections: number("limit-connections"),
        bodySize: bytes(value("proxy-body-size") ?? ""),
    };
}

function bytes(size: string): number | undefined {
    const [, number, unit = ""] = /^(\d+)([kmg]?)$/i.exec(size) ?? [];
    const factor = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[unit.toLowerCase()];
    return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
