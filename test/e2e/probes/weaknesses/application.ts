import { soundPodSpec } from "../../../../verify/attackers";
import { isReady, type Labels, type Pod } from "../../../../verify/cluster/objects";
import { CARELESS_SERVER } from "../careless-server";
import { all, type Ground, make, patch, type Undo, type Weakness } from "../weakness";

interface Named {
    metadata: { name: string; annotations?: Record<string, string> };
}

interface ControllerService extends Named {
    spec: { selector: Labels; ports: { port: number }[] };
}

const ANNOTATIONS = "nginx.ingress.kubernetes.io";

async function theIngress({ api, outputs }: Ground) {
    const path = `/apis/networking.k8s.io/v1/namespaces/${outputs.namespace}/ingresses`;
    const [ingress] = await api.list<Named & { spec: { tls: { secretName: string }[] } }>(path);
    if (ingress === undefined) {
        throw new Error("there is no Ingress");
    }
    return { ...ingress, path: `${path}/${ingress.metadata.name}` };
}

/** Changes what the Ingress asks the controller for; null: no longer. */
async function askFor(ground: Ground, change: Record<string, string | null>): Promise<Undo> {
    const { path, metadata } = await theIngress(ground);
    const full = Object.entries(change).map(([name, value]) => [`${ANNOTATIONS}/${name}`, value] as const);
    const before = full.map(([name]) => [name, metadata.annotations?.[name] ?? null] as const);
    const annotations = (entries: (readonly [string, string | null])[]) => ({
        metadata: { annotations: Object.fromEntries(entries) },
    });
    return patch(ground.api, path, annotations(full), annotations([...before]));
}

/** Changes the controller's own settings. */
async function configure({ api, outputs }: Ground, change: Record<string, string>): Promise<Undo> {
    const path = `/api/v1/namespaces/${outputs.ingressNamespace}/configmaps`;
    const maps = await api.list<Named & { data?: Record<string, string> }>(path);
    const map = maps.find(({ data }) => data?.["limit-req-status-code"] !== undefined);
    const before = Object.fromEntries(Object.keys(change).map((key) => [key, map?.data?.[key] ?? null]));
    return patch(api, `${path}/${map?.metadata.name}`, { data: change }, { data: before });
}

const CARELESS = { name: "careless", labels: { careless: "true" } };

/** Puts a careless server where the controller and the application were. */
async function replaceFront(ground: Ground): Promise<Undo> {
    const { api, image, outputs } = ground;
    const core = `/api/v1/namespaces/${outputs.ingressNamespace}`;
    const services = await api.list<ControllerService>(`${core}/services`);
    const service = services.find(({ spec }) =>
        [80, 443].every((port) => spec.ports.some((each) => each.port === port)),
    );
    const [tls] = (await theIngress(ground)).spec.tls;
    const { data } = await api.get<{ data: Labels }>(
        `/api/v1/namespaces/${outputs.namespace}/secrets/${tls?.secretName}`,
    );
    const metadata = { name: CARELESS.name, labels: { ...service?.spec.selector, ...CARELESS.labels } };
    const spec = soundPodSpec(image);
    const containers = spec.containers.map((container) => ({
        ...container,
        command: ["node", "-e", CARELESS_SERVER],
        ports: [
            { name: "http", containerPort: 80 },
            { name: "https", containerPort: 443 },
        ],
        readinessProbe: { tcpSocket: { port: 443 }, periodSeconds: 1 },
        volumeMounts: [{ name: "tls", mountPath: "/tls" }],
    }));
    const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata,
        spec: {
            ...spec,
            containers,
            securityContext: {
                ...spec.securityContext,
                sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
            },
            volumes: [{ name: "tls", secret: { secretName: CARELESS.name } }],
        },
    };
    const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: CARELESS.name }, data };
    const selector = (careless: string | null) => ({ spec: { selector: { careless } } });
    return all(
        () => make(api, `${core}/secrets`, secret),
        () => make(api, `${core}/pods`, pod),
        async () => {
            for (const end = Date.now() + 60_000; !isReady(await api.get<Pod>(`${core}/pods/${CARELESS.name}`)); ) {
                if (Date.now() > end) {
                    throw new Error("the careless server isn't ready");
                }
                await new Promise((resolve) => setTimeout(resolve, 500));
            }
            return patch(api, `${core}/services/${service?.metadata.name}`, selector("true"), selector(null));
        },
    );
}

export const APPLICATION: Weakness[] = [
    {
        what: "the limits, the redirect and the headers that the Ingress asks for, and the controller's timeouts",
        probes: [
            "application/request-flood",
            "application/open-connections",
            "application/slow-header",
            "application/slow-body",
            "application/huge-body",
            "application/plain-http",
            "application/security-headers",
        ],
        switchOff: (ground) =>
            all(
                () =>
                    askFor(ground, {
                        "limit-rps": null,
                        "limit-burst-multiplier": null,
                        "limit-connections": null,
                        "proxy-body-size": "0",
                        "ssl-redirect": "false",
                        "custom-headers": null,
                    }),
                () => configure(ground, { "client-header-timeout": "60", "client-body-timeout": "60" }),
            ),
    },
    {
        what: "the controller's doubts about what clients say of themselves",
        probes: ["application/spoofed-client"],
        switchOff: (ground) =>
            configure(ground, {
                "use-forwarded-headers": "true",
                "forwarded-for-header": "X-Forwarded-For",
                "proxy-real-ip-cidr": "0.0.0.0/0",
            }),
    },
    {
        what: "the ingress controller and the application, in whose place a careless server answers",
        probes: [
            "application/old-tls",
            "application/unknown-host",
            "application/version-disclosure",
            "application/inline-script",
            "application/cookies",
            "application/forged-form",
            "application/reflected-script",
            "application/stored-script",
            "application/path-tricks",
        ],
        switchOff: replaceFront,
    },
];
