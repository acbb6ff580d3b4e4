/** An API server that answers one question: which kinds a group has. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";

export interface ApiServer {
    /** A kubeconfig for it. */
    kubeconfig: string;
    /** Paths that were asked for. */
    asked: string[];
    close(): void;
}

/** @param kinds plural names by group and version; every other group is unknown */
export async function apiServer(kinds: Record<string, string[]>, refusal?: number): Promise<ApiServer> {
    const asked: string[] = [];
    const server = http.createServer((request, response) => {
        const path = request.url ?? "";
        asked.push(path);
        const names = kinds[path.replace(/^\/apis\//, "").replace(/\/$/, "")];
        response.setHeader("content-type", "application/json");
        response.statusCode = refusal ?? (names ? 200 : 404);
        const resources = (names ?? []).map((name) => ({
            name,
            singularName: "",
            namespaced: true,
            kind: name,
            verbs: [],
        }));
        response.end(JSON.stringify({ kind: "APIResourceList", apiVersion: "v1", groupVersion: "x", resources }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const kubeconfig = JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "fake", cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
        users: [{ name: "somebody", user: { token: "TOKEN-OF-THE-TEST" } }],
        contexts: [{ name: "fake", context: { cluster: "fake", user: "somebody" } }],
        "current-context": "fake",
    });
    return { kubeconfig, asked, close: () => server.close().closeAllConnections() };
}

/** What the Prometheus operator brings. */
export const MONITORING_KINDS = {
    "monitoring.coreos.com/v1": ["podmonitors", "prometheusrules", "servicemonitors"],
};
