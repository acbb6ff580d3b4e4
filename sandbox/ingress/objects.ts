/** The Kubernetes objects that the controller reads, as far as it reads them. */

export interface Metadata {
    name: string;
    namespace: string;
    uid: string;
    creationTimestamp?: string;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
}

export interface IngressPath {
    path?: string;
    pathType: string;
    backend: { service?: { name: string; port: { name?: string; number?: number } }; resource?: object };
}

export interface Ingress {
    metadata: Metadata;
    spec: {
        ingressClassName?: string;
        defaultBackend?: object;
        tls?: { hosts?: string[]; secretName?: string }[];
        rules?: { host?: string; http?: { paths: IngressPath[] } }[];
    };
    status?: { loadBalancer?: { ingress?: Address[] } };
}

export interface Address {
    ip?: string;
    hostname?: string;
}

export interface Service {
    metadata: Metadata;
    spec: { type: string; clusterIP?: string; ports?: { name?: string; port: number }[] };
    status?: { loadBalancer?: { ingress?: Address[] } };
}

export interface EndpointSlice {
    metadata: Metadata;
    addressType: string;
    endpoints?: { addresses: string[]; conditions?: { ready?: boolean } }[] | null;
    ports?: { name?: string; port?: number }[] | null;
}

/** Name of an object with its namespace. */
export function nameOf({ metadata }: { metadata: Metadata }): string {
    return `${metadata.namespace}/${metadata.name}`;
}
