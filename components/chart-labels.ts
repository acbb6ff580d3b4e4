/** Names and labels that charts put on their objects. Pure; no Pulumi import. */

/** What most charts call their objects: the release, with the chart's own name unless the release already holds it. */
export function helmFullName(releaseName: string, chartName: string): string {
    const full = releaseName.includes(chartName) ? releaseName : `${releaseName}-${chartName}`;
    return full.slice(0, 63).replace(/-$/, "");
}

/** Every chart writes these itself; given twice, a key makes invalid YAML or a selector that no longer matches. */
const WRITTEN_BY_CHARTS = new Set([
    "helm.sh/chart",
    "app.kubernetes.io/name",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/component",
    "app.kubernetes.io/part-of",
    "app.kubernetes.io/managed-by",
    "app.kubernetes.io/version",
]);

/** The user's labels, without those that a chart writes itself. */
export function chartLabels(labels: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(labels).filter(([key]) => !WRITTEN_BY_CHARTS.has(key)));
}
