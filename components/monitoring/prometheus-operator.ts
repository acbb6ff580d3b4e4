/** Whether the cluster takes rules and monitors: asked before any is made. */
import * as pulumi from "@pulumi/pulumi";
import { type KubeConfigChoice, loadKubeConfig } from "../kube-config";
import { withoutStack } from "../without-stack";

export const MONITORING_API = "monitoring.coreos.com/v1";
const NEEDED = ["podmonitors", "prometheusrules"];
const PATIENCE_MILLISECONDS = 20_000;
const OTHERWISE =
    "install the Prometheus operator first, leave alerts out, or say `operatorInstalled: true` when the same program installs it";

/**
 * Resolves when the cluster knows the kinds that rules and monitors are of.
 *
 * It asks what the API offers, which everybody with access may, unlike reading CustomResourceDefinitions; and it asks in
 * previews too, so that a missing operator is seen before anything is created.
 *
 * @throws pulumi.RunError that says what is missing and what to do.
 */
export async function prometheusOperator(choice: KubeConfigChoice): Promise<void> {
    const [group, version] = MONITORING_API.split("/") as [string, string];
    const { config, library } = await loadKubeConfig(choice);
    const api = config.makeApiClient(library.CustomObjectsApi);
    let offered: string[];
    try {
        const { resources } = await inTime(api.getAPIResources({ group, version }));
        offered = resources.map(({ name }) => name);
    } catch (error) {
        if ((error as { code?: unknown }).code !== 404) {
            throw fault(`The cluster can't be asked for the Prometheus operator: ${reason(error)}`);
        }
        offered = [];
    }
    const missing = NEEDED.filter((kind) => !offered.includes(kind));
    if (missing.length > 0) {
        throw fault(`The cluster has no ${missing.map((kind) => `${kind}.${group}`).join(" and no ")}; ${OTHERWISE}.`);
    }
}

function inTime<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error("no answer in time")), PATIENCE_MILLISECONDS);
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** Without the answer's body and headers, which the client's own message repeats. */
function reason(error: unknown): string {
    const { code, message } = error as { code?: unknown; message?: string };
    return typeof code === "number" ? `it answered ${code}` : (message ?? "unknown error");
}

function fault(message: string): pulumi.RunError {
    return withoutStack(new pulumi.RunError(message));
}
