/** What the judges are shown: the objects of a stack, those of its charts among them, without a cluster. */
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import { repositoryFolder } from "../sandbox/paths";
import { clientPrograms } from "../sandbox/programs/clients";
import { type ReleaseSettings, templateArguments } from "../sandbox/providers/kubernetes/helm-arguments";
import { runWithin, SandboxError } from "../sandbox/shell";
import { chartHost } from "../sandbox/sources/planned";
import { assertReachable } from "../sandbox/sources/reach";
import { renderedManifests } from "../scripts/rendered";
import { stackProgram } from "../test/unit/support/stack-program";
import { objectName } from "./result";
import type { JudgedStack } from "./stacks";

/** An object as it would be applied. */
export interface Manifest {
    apiVersion: string;
    kind: string;
    metadata: {
        name: string;
        namespace?: string;
        labels?: Record<string, string>;
        annotations?: Record<string, string>;
    };
    [member: string]: unknown;
}

/** A chart, and what stands for it here. */
export interface RenderedChart {
    release: string;
    /** The chart itself, the sandbox's small chart in its place, or neither. */
    origin: "chart" | "stand-in" | "none";
    /** Why it isn't the real one. */
    why: string;
}

/** A stack as judges see it. */
export interface Rendered {
    stack: string;
    objects: Manifest[];
    charts: RenderedChart[];
}

const HELM_SECONDS = 120;
/** The sandbox's charts, by the release's name in the stacks of this repository, with their images: any will do. */
const STAND_INS: Record<string, { chart: string; images: Record<string, string> }> = {
    "ingress-nginx": {
        chart: "ingress-nginx",
        images: { "controller.image": "image", "controller.admissionWebhooks.patch.image": "image" },
    },
    pgdb: { chart: "postgresql", images: { image: "repository", "metrics.image": "repository" } },
};
const DIGEST = `sha256:${"0".repeat(64)}`;
const CLUSTER_WIDE =
    /^(Namespace|CustomResourceDefinition|IngressClass|PriorityClass|Cluster.*|Validating.*|Mutating.*|.*StorageClass)$/;

/** A stack with its charts: the real ones where they can be had, else the sandbox's, else none. */
export async function rendered({ name, settings, changes }: JudgedStack): Promise<Rendered> {
    const releases = (await stackProgram(settings, changes))
        .filter(({ type }) => type === "kubernetes:helm.sh/v3:Release")
        .map(({ inputs }) => inputs as unknown as ReleaseSettings);
    const charts = await Promise.all(releases.map(renderedChart));
    const own = (await renderedManifests(settings, changes)) as unknown as Manifest[];
    return {
        stack: name,
        objects: [...own, ...charts.flatMap(({ objects }) => objects)],
        charts: charts.map(({ chart }) => chart),
    };
}

/** An object's name as findings say it. */
export function nameOfObject({ kind, metadata }: Manifest): string {
    return objectName(kind, metadata.namespace, metadata.name);
}

async function renderedChart(release: ReleaseSettings): Promise<{ chart: RenderedChart; objects: Manifest[] }> {
    const { name } = release;
    try {
        const host = chartHost(release);
        await assertReachable(host === undefined ? [] : [host.host]);
        return { chart: { release: name, origin: "chart", why: "" }, objects: await template(release) };
    } catch (error) {
        if (!(error instanceof SandboxError)) {
            throw error;
        }
        const why = error.message.replace(/\s+/g, " ");
        const standIn = STAND_INS[name];
        if (standIn === undefined) {
            return { chart: { release: name, origin: "none", why }, objects: [] };
        }
        const chart = path.join(repositoryFolder, "sandbox", "charts", standIn.chart);
        const images = Object.entries(standIn.images).map(
            ([value, path]) =>
                `--set=${value}.registry=registry.example.com,${value}.${path}=stand-in,${value}.digest=${DIGEST}`,
        );
        const objects = await template({ ...release, chart, version: undefined, repositoryOpts: {} }, images);
        return { chart: { release: name, origin: "stand-in", why }, objects };
    }
}

/** Templates may leave out the namespace, which Helm adds when it installs. */
async function template(release: ReleaseSettings, further: string[] = []): Promise<Manifest[]> {
    const { helm } = await clientPrograms();
    const input = JSON.stringify(release.values ?? {});
    const args = [...templateArguments(release), "--skip-tests", ...further];
    return parseAllDocuments(await runWithin(HELM_SECONDS, helm, args, { input }))
        .map((document) => document.toJS() as Manifest | null)
        .filter((object) => object !== null)
        .map((object) =>
            CLUSTER_WIDE.test(object.kind)
                ? object
                : { ...object, metadata: { namespace: release.namespace, ...object.metadata } },
        );
}
