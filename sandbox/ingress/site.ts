/** What NGINX is to serve, made from the objects of the cluster. Pure. */
import { type Protection, readAnnotations } from "./annotations";
import { type EndpointSlice, type Ingress, type IngressPath, nameOf, type Service } from "./objects";
import { listOf, type Options } from "./options";

/** The objects, and what is known of those that Ingresses name. */
export interface ClusterState {
    ingresses: Ingress[];
    services: Service[];
    slices: EndpointSlice[];
    /** Files with a certificate and its key, by `namespace/name` of their Secret. */
    certificates: Map<string, string>;
    /** Data of ConfigMaps with response headers, by `namespace/name`. */
    headers: Map<string, Record<string, string>>;
}

/** A path of a host. */
export interface Location {
    ingress: Ingress;
    path: string;
    exact: boolean;
    protection: Protection;
    redirect: boolean;
    headers: [name: string, value: string][];
    /** Name of the group of pods, and the addresses of those that are ready. */
    upstream: string;
    endpoints: string[];
    /** Why it answers 503 without asking a pod. */
    denied?: string;
}

export interface Server {
    host: string;
    /** File with the certificate and its key. Without one, TLS is refused. */
    certificate?: string;
    locations: Location[];
}

export interface Site {
    servers: Server[];
    /** Ingresses that are not served, and why. */
    refused: { ingress: Ingress; faults: string[] }[];
    /** What keeps parts of the others from being served. */
    warnings: { ingress: Ingress; text: string }[];
}

const HOST = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const PATH = /^\/[A-Za-z0-9._\-/]*$/;
/** A dollar sign would be the beginning of a variable of NGINX. */
const HEADER_VALUE = /^[a-zA-Z\d_ :;.,\\/"'?!(){}[\]@<>=\-+*#&`|~^%]+$/;

/** The older of two Ingresses keeps a path that both want. */
export function siteOf(state: ClusterState, options: Options): Site {
    const site: Site = { servers: [], refused: [], warnings: [] };
    const taken = new Map<string, Ingress>();
    for (const ingress of [...state.ingresses].sort(byAge)) {
        const { protection, faults } = readAnnotations(
            ingress.metadata.annotations ?? {},
            ingress.metadata.namespace,
            options,
        );
        const paths = (ingress.spec.rules ?? []).flatMap(({ host = "", http }) =>
            (http?.paths ?? []).map((path) => ({ host, path, key: `${host}${path.path} (${path.pathType})` })),
        );
        faults.push(
            ...(ingress.spec.defaultBackend ? ["spec.defaultBackend: the stand-in does not implement it"] : []),
        );
        faults.push(...paths.flatMap(({ host, path }) => pathFaults(host, path)));
        for (const { key } of paths) {
            const other = taken.get(key);
            faults.push(...(other ? [`${key}: already defined in ingress ${nameOf(other)}`] : []));
        }
        if (faults.length > 0) {
            site.refused.push({ ingress, faults });
            continue;
        }
        for (const { host, path, key } of paths) {
            taken.set(key, ingress);
            const server = serverOf(site, state, ingress, host);
            server.locations.push(locationOf(state, options, { ingress, host, path, protection }));
        }
    }
    for (const { locations } of site.servers) {
        const denied = locations.flatMap(({ ingress, denied: text }) =>
            text === undefined ? [] : [{ ingress, text }],
        );
        site.warnings.push(...denied);
    }
    return site;
}

function byAge(one: Ingress, other: Ingress): number {
    // One that has no time yet is only about to be made.
    const [a, b] = [one, other].map(({ metadata }) => `${metadata.creationTimestamp ?? "~"} ${metadata.uid}`);
    return a === b ? 0 : (a ?? "") < (b ?? "") ? -1 : 1;
}

function pathFaults(host: string, { path = "", pathType, backend }: IngressPath): string[] {
    return [
        ...(HOST.test(host) ? [] : [`host ${JSON.stringify(host)}: the stand-in serves whole host names alone`]),
        ...(PATH.test(path) ? [] : [`path ${JSON.stringify(path)}: not allowed by strict-validate-path-type`]),
        ...(["Prefix", "Exact"].includes(pathType) ? [] : [`pathType ${pathType}: the stand-in does not implement it`]),
        ...(backend.service ? [] : [`path ${JSON.stringify(path)}: its backend must be a Service`]),
    ];
}

function serverOf(site: Site, { certificates }: ClusterState, ingress: Ingress, host: string): Server {
    let server = site.servers.find((each) => each.host === host);
    if (server === undefined) {
        server = { host, locations: [] };
        site.servers.push(server);
    }
    const secret = ingress.spec.tls?.find(({ hosts }) => hosts?.includes(host))?.secretName;
    if (secret !== undefined && server.certificate === undefined) {
        const certificate = certificates.get(`${ingress.metadata.namespace}/${secret}`);
        if (certificate === undefined) {
            site.warnings.push({ ingress, text: `Secret ${secret} holds no certificate with its key: TLS is refused` });
        } else {
            server.certificate = certificate;
        }
    }
    return server;
}

function locationOf(
    state: ClusterState,
    options: Options,
    { ingress, host, path, protection }: { ingress: Ingress; host: string; path: IngressPath; protection: Protection },
): Location {
    const hasTls = ingress.spec.tls?.some(({ hosts }) => hosts?.includes(host)) ?? false;
    const { headers, fault } = responseHeaders(protection.headers, state, options);
    return {
        ingress,
        path: path.path ?? "/",
        exact: path.pathType === "Exact",
        protection,
        redirect: protection.redirect === "always" || (protection.redirect === "with-tls" && hasTls),
        headers,
        ...backendOf(state, ingress.metadata.namespace, path),
        ...(fault === undefined ? {} : { denied: fault }),
    };
}

/** Any fault closes the location, since a browser would miss a protection. */
function responseHeaders(name: string | undefined, state: ClusterState, options: Options) {
    const data = name === undefined ? {} : state.headers.get(name);
    if (data === undefined) {
        return { headers: [], fault: `ConfigMap ${name} with the response headers is missing` };
    }
    const allowed = listOf(options["global-allowed-response-headers"]);
    const wrong = Object.entries(data).find(
        ([header, value]) => !allowed.includes(header) || !HEADER_VALUE.test(value),
    );
    return wrong === undefined
        ? { headers: Object.entries(data) }
        : {
              headers: [],
              fault: `ConfigMap ${name}: ${wrong[0]} is not in global-allowed-response-headers, or its value not allowed`,
          };
}

function backendOf({ services, slices }: ClusterState, namespace: string, { backend }: IngressPath) {
    const { name = "", port = {} } = backend.service ?? {};
    const service = services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    const found = service?.spec.ports?.find((each) =>
        port.number === undefined ? each.name === port.name : each.port === port.number,
    );
    const own = slices.filter(
        ({ metadata, addressType }) =>
            addressType === "IPv4" &&
            metadata.namespace === namespace &&
            metadata.labels?.["kubernetes.io/service-name"] === name,
    );
    const endpoints = own.flatMap(({ endpoints: pods, ports }) => {
        const target = ports?.find((each) => found !== undefined && (each.name ?? "") === (found.name ?? ""))?.port;
        const ready = (pods ?? []).filter(({ conditions }) => conditions?.ready !== false);
        return target === undefined ? [] : ready.flatMap(({ addresses }) => addresses.map((ip) => `${ip}:${target}`));
    });
    return { upstream: `${namespace}-${name}-${port.number ?? port.name}`, endpoints: [...new Set(endpoints)].sort() };
}
