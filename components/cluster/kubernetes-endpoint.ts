/** Addresses of the API server as the cluster publishes them. Pure; no Pulumi import. */
import { singleAddress } from "../cidr";
import { withoutStack } from "../without-stack";

/** What of the EndpointSlice `default/kubernetes` is read. */
export interface EndpointSliceContent {
    endpoints?: { addresses?: string[]; conditions?: { ready?: boolean } }[];
    ports?: { name?: string; port?: number }[];
}

/** Addresses and port of the API server. */
export interface ApiServerEndpoint {
    cidrs: string[];
    port: number;
}

/**
 * The endpoint in an EndpointSlice. Addresses are sorted, since the cluster's order changes without meaning.
 *
 * @throws RangeError when the slice names none.
 */
export function endpointOf(slice: EndpointSliceContent): ApiServerEndpoint {
    const addresses = (slice.endpoints ?? [])
        .filter(({ conditions }) => conditions?.ready !== false)
        .flatMap((endpoint) => endpoint.addresses ?? []);
    const ports = slice.ports ?? [];
    const port = (ports.find(({ name }) => name === "https") ?? ports[0])?.port;
    if (addresses.length === 0 || port === undefined) {
        throw withoutStack(
            new RangeError(
                'the EndpointSlice "default/kubernetes" names no address or port of the API server; give both as `apiServer`',
            ),
        );
    }
    return { cidrs: [...new Set(addresses)].sort().map(singleAddress), port };
}
