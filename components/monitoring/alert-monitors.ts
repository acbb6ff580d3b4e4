/** Monitors for Prometheus: what is scraped, and where. Pure; no Pulumi import. */

/** A port that answers with metrics. */
export interface MetricsEndpoint {
    /** Number of the port of the pods, for policies. */
    port: number;
    /** Name of that port, for Prometheus. */
    portName: string;
    path: string;
}

/** Where the charts' pods answer with metrics. */
export const METRICS_ENDPOINTS = {
    ingressController: { port: 10_254, portName: "metrics", path: "/metrics" },
    database: { port: 9187, portName: "http-metrics", path: "/metrics" },
    threatDetection: { port: 8765, portName: "web", path: "/metrics" },
    vulnerabilityScanning: { port: 8080, portName: "metrics", path: "/metrics" },
} satisfies Record<string, MetricsEndpoint>;

/** A PodMonitor's `spec`: all pods with the labels in the monitor's own namespace. */
export function podMonitorSpec(podLabels: Record<string, string>, endpoint: MetricsEndpoint, intervalSeconds: number) {
    const { portName, path } = endpoint;
    return {
        selector: { matchLabels: podLabels },
        podMetricsEndpoints: [
            // What a pod says of itself never passes for what Prometheus knows: labels that clash are renamed.
            { port: portName, path, interval: `${intervalSeconds}s`, honorLabels: false },
        ],
    };
}

/** The name that Prometheus gives to the scrape job of a monitor. */
export function scrapeJob(namespaceName: string, monitorName: string): string {
    return `${namespaceName}/${monitorName}`;
}

/** What is wrong with a path of metrics, or undefined. */
export function metricsPathFault(path: string): string | undefined {
    return typeof path === "string" && /^\/[A-Za-z0-9._~/-]*$/.test(path)
        ? undefined
        : `must be a path that begins with "/", is ${JSON.stringify(path)}; write for example "/metrics"`;
}

/** What is wrong with the name of a container's port (RFC 6335), or undefined. */
export function portNameFault(name: string): string | undefined {
    return typeof name === "string" && name.length <= 15 && /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(name)
        ? undefined
        : `must be the name of a container's port, 1 to 15 lower-case letters, digits or "-", is ${JSON.stringify(name)}; write for example "http"`;
}
