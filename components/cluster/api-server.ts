import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { cidrFault } from "../cidr";
import { portFault } from "../numbers";
import type { Validation } from "../validation";
import { type ApiServerEndpoint, endpointOf } from "./kubernetes-endpoint";
import { emptyListFault } from "./network-policy";

/** Where the API server is reached. A policy sees these addresses, not that of the Service `kubernetes`. */
export interface ApiServerArgs {
    /** Addresses of the API server. Defaults to what the EndpointSlice `default/kubernetes` says. Plain by presence. */
    cidrs?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** Port of the API server. Defaults to what the EndpointSlice `default/kubernetes` says. Plain by presence. */
    port?: pulumi.Input<number> | undefined;
}

/**
 * Addresses and port of the API server, for an AllowedFlow. What isn't given is read from the cluster, also in previews.
 *
 * @param name unique name in the stack; the component's with a suffix
 * @param opts the reading component as the `parent`
 */
export function apiServerEndpoint(
    name: string,
    args: ApiServerArgs | undefined,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<ApiServerEndpoint> {
    const { cidrs, port } = args ?? {};
    if (cidrs !== undefined && port !== undefined) {
        return pulumi.output({ cidrs, port });
    }
    const slice = k8s.discovery.v1.EndpointSlice.get(name, "default/kubernetes", opts);
    const published = pulumi
        .all([slice.endpoints, slice.ports])
        .apply(([endpoints, ports]) => endpointOf({ endpoints, ports }));
    return pulumi.output({ cidrs: cidrs ?? published.cidrs, port: port ?? published.port });
}

/** Checks the arguments for a component that takes them as `apiServer`. */
export function checkApiServer(validation: Validation, args: ApiServerArgs | undefined): void {
    if (args?.cidrs !== undefined) {
        validation.value("apiServer.cidrs", args.cidrs, emptyListFault);
        validation.list("apiServer.cidrs", args.cidrs, cidrFault);
    }
    validation.optional("apiServer.port", args?.port, portFault);
}
