/** Keeps NGINX in line with the cluster's Ingresses. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { api, apiGet, Watched } from "./kubernetes";
import { Nginx, PATHS } from "./nginx";
import { nginxConf } from "./nginx-conf";
import { type EndpointSlice, type Ingress, nameOf, type Service } from "./objects";
import { type Options, readOptions } from "./options";
import { type ClusterState, type Site, siteOf } from "./site";

/** How the chart starts the controller. */
export interface ControllerSettings {
    ingressClass: string;
    /** ConfigMap with the options, `namespace/name`. */
    configMap: string;
    /** Service whose address is that of every Ingress, `namespace/name`. */
    publishService: string;
    statusUpdateSeconds: number;
}

export class Controller {
    private readonly nginx = new Nginx();
    private readonly ingresses = new Watched<Ingress>("/apis/networking.k8s.io/v1/ingresses");
    private readonly services = new Watched<Service>("/api/v1/services");
    private readonly slices = new Watched<EndpointSlice>("/apis/discovery.k8s.io/v1/endpointslices");
    private readonly told = new Map<string, string>();
    private version = "";
    private wanted = false;
    private running: Promise<void> | undefined;
    /** Whether the last configuration is in force. */
    healthy = false;

    constructor(private readonly settings: ControllerSettings) {}

    async start(): Promise<void> {
        const changed = () => this.sync();
        await Promise.all([this.ingresses, this.services, this.slices].map((kind) => kind.follow(changed)));
        // Secrets and ConfigMaps are read, not watched: this also finds renewed certificates.
        setInterval(changed, this.settings.statusUpdateSeconds * 1000);
        await this.sync();
    }

    async stop(): Promise<void> {
        this.healthy = false;
        await this.nginx.quit();
    }

    /** What would be wrong with the site if this Ingress were in it, or undefined. */
    async faultOf(candidate: Ingress): Promise<string | undefined> {
        const others = this.ownIngresses().filter((each) => nameOf(each) !== nameOf(candidate));
        const options = await this.options();
        const site = siteOf(await this.state([...others, candidate]), options);
        const refusal = site.refused.find(({ ingress }) => ingress === candidate);
        return refusal ? refusal.faults.join("; ") : this.nginx.fault(nginxConf(site, options, PATHS, "candidate"));
    }

    /** One at a time, and once more when something has changed meanwhile. */
    private sync(): Promise<void> {
        this.wanted = true;
        this.running ??= (async () => {
            while (this.wanted) {
                this.wanted = false;
                await this.apply().catch((error: Error) => {
                    this.healthy = false;
                    console.error(error.message);
                });
            }
            this.running = undefined;
        })();
        return this.running;
    }

    private async apply(): Promise<void> {
        const options = await this.options();
        const site = siteOf(await this.state(this.ownIngresses()), options);
        const text = nginxConf(site, options, PATHS, "VERSION");
        const version = createHash("sha256").update(text).digest("hex").slice(0, 16);
        await this.tell(site);
        if (version !== this.version) {
            const served = text.replace("return 200 VERSION;", `return 200 ${version};`);
            const fault = await this.nginx.fault(served);
            if (fault !== undefined) {
                throw new Error(`NGINX refuses the configuration, the last one stays: ${fault}`);
            }
            await this.nginx.serve(served, version, (code) => process.exit(code ?? 1));
            this.version = version;
            console.log(`serving ${site.servers.length} hosts, configuration ${version}`);
        }
        this.healthy = true;
        await this.publishAddress(site);
    }

    private ownIngresses(): Ingress[] {
        return this.ingresses.list().filter(({ spec }) => spec.ingressClassName === this.settings.ingressClass);
    }

    private async options(): Promise<Options> {
        const [namespace, name] = this.settings.configMap.split("/");
        const { data = {} } = await api<{ data?: Record<string, string> }>(
            "GET",
            `/api/v1/namespaces/${namespace}/configmaps/${name}`,
        );
        const { options, faults } = readOptions(data);
        if (faults.length > 0) {
            throw new Error(`ConfigMap ${this.settings.configMap} is refused: ${faults.join("; ")}`);
        }
        return options;
    }

    private async state(ingresses: Ingress[]): Promise<ClusterState> {
        const certificates = new Map<string, string>();
        const headers = new Map<string, Record<string, string>>();
        const read = async (ingress: Ingress) => {
            const { namespace } = ingress.metadata;
            const core = `/api/v1/namespaces/${namespace}`;
            for (const { secretName } of ingress.spec.tls ?? []) {
                const secret = secretName && (await apiGet<Data>(`${core}/secrets/${secretName}`));
                const file = secret && certificateFile(secret.data ?? {});
                file && certificates.set(`${namespace}/${secretName}`, file);
            }
            const name = ingress.metadata.annotations?.["nginx.ingress.kubernetes.io/custom-headers"]
                ?.split("/")
                .at(-1);
            const map = name && (await apiGet<Data>(`${core}/configmaps/${name}`));
            map && headers.set(`${namespace}/${name}`, map.data ?? {});
        };
        await Promise.all(ingresses.map(read));
        return { ingresses, services: this.services.list(), slices: this.slices.list(), certificates, headers };
    }

    /** Says in the log and by an Event what isn't served, and why; once for each new reason. */
    private async tell({ refused, warnings }: Site): Promise<void> {
        const all = [
            ...refused.map(({ ingress, faults }) => ({ ingress, reason: "Refused", text: faults.join("; ") })),
            ...warnings.map(({ ingress, text }) => ({ ingress, reason: "Incomplete", text })),
        ];
        for (const { ingress, reason, text } of all) {
            const { uid, namespace, name } = ingress.metadata;
            if (this.told.get(uid) !== text) {
                this.told.set(uid, text);
                console.error(`Ingress ${nameOf(ingress)} ${reason.toLowerCase()}: ${text}`);
                const now = new Date().toISOString();
                const event = {
                    metadata: { generateName: `${name}.`, namespace },
                    involvedObject: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name, namespace, uid },
                    ...{ type: "Warning", reason, message: text, firstTimestamp: now, lastTimestamp: now, count: 1 },
                    source: { component: "ingress-controller" },
                };
                await api("POST", `/api/v1/namespaces/${namespace}/events`, event).catch(logged);
            }
        }
    }

    private async publishAddress({ servers }: Site): Promise<void> {
        const service = this.services.list().find((each) => nameOf(each) === this.settings.publishService);
        const balancer = service?.status?.loadBalancer?.ingress ?? [];
        const address = service?.spec.type === "LoadBalancer" ? balancer : [{ ip: service?.spec.clusterIP ?? "" }];
        const served = new Set(servers.flatMap(({ locations }) => locations.map(({ ingress }) => ingress)));
        for (const ingress of served) {
            const wanted = address.map(({ ip, hostname }) => (ip ? { ip } : { hostname }));
            const shown = (ingress.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname);
            if (JSON.stringify(shown) !== JSON.stringify(wanted.map(({ ip, hostname }) => ip ?? hostname))) {
                const { namespace, name } = ingress.metadata;
                const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}/status`;
                await api("PATCH", path, { status: { loadBalancer: { ingress: wanted } } }).catch(logged);
            }
        }
    }
}

/** An Ingress that is being deleted must not keep the others from being served. */
function logged(error: Error): void {
    console.error(error.message);
}

interface Data {
    data?: Record<string, string>;
}

/** Writes certificate and key where NGINX finds them, under a name that changes with them. */
function certificateFile(data: Record<string, string>): string | undefined {
    const [certificate, key] = [data["tls.crt"], data["tls.key"]].map((each) => Buffer.from(each ?? "", "base64"));
    if (!certificate?.length || !key?.length) {
        return undefined;
    }
    const content = Buffer.concat([certificate, Buffer.from("\n"), key]);
    const file = `${PATHS.folder}/${createHash("sha256").update(content).digest("hex").slice(0, 32)}.pem`;
    if (!fs.existsSync(file)) {
        fs.writeFileSync(file, content, { mode: 0o600 });
    }
    return file;
}
