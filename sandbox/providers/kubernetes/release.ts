/** The resource type helm.sh/v3:Release, by the helm program. */
import { randomBytes } from "node:crypto";
import { parse, parseAllDocuments } from "yaml";
import { checkProperties, type Properties } from "../properties";
import { type CreateContext, PartialFailure, type ResourceType } from "../resource-type";
import { changedKeys, containsUnknown, isUnknown, type Props, UNKNOWN } from "../wire";
import { podReasons, Warnings } from "./diagnosis";
import { integer, isObject, map, text } from "./fields";
import { HelmError, helm, helmMajor } from "./helm";
import * as line from "./helm-arguments";
import type { Session } from "./session";

/** What is implemented; every other property of the real resource is refused by name. */
const PROPERTIES: Properties = {
    name: { kind: "string", required: true },
    namespace: { kind: "string", required: true },
    chart: { kind: "string", required: true },
    version: { kind: "string" },
    repositoryOpts: { kind: "object" },
    values: { kind: "object", default: {} },
    atomic: { kind: "boolean" },
    cleanupOnFail: { kind: "boolean" },
    createNamespace: { kind: "boolean" },
    dependencyUpdate: { kind: "boolean" },
    description: { kind: "string" },
    devel: { kind: "boolean" },
    disableCRDHooks: { kind: "boolean" },
    disableOpenapiValidation: { kind: "boolean" },
    disableWebhooks: { kind: "boolean" },
    forceUpdate: { kind: "boolean" },
    maxHistory: { kind: "integer", minimum: 0 },
    renderSubchartNotes: { kind: "boolean" },
    replace: { kind: "boolean" },
    resetValues: { kind: "boolean" },
    reuseValues: { kind: "boolean" },
    skipAwait: { kind: "boolean" },
    skipCrds: { kind: "boolean" },
    timeout: { kind: "integer", minimum: 1 },
    waitForJobs: { kind: "boolean" },
};

/** A repository's password would have to be an argument of helm, for everybody to see. */
const REPOSITORY_OPTIONS = ["repo", "caFile", "certFile", "keyFile"];

const NAME_TAKEN = /cannot re-?use a name/;

export function releaseType(session: Session): ResourceType {
    return {
        async check(news, olds, { name }) {
            const { compat: _, ...given } = news;
            const settings = {
                ...given,
                name: given.name || olds?.name || `${name}-${randomBytes(4).toString("hex")}`,
                namespace: given.namespace || (await session.defaultNamespace()),
                ...(!given.skipAwait && { timeout: given.timeout ?? line.DEFAULT_TIMEOUT_SECONDS }),
            };
            const { inputs, failures } = checkProperties(PROPERTIES, settings);
            for (const option of Object.keys(map(inputs, "repositoryOpts"))) {
                if (!REPOSITORY_OPTIONS.includes(option)) {
                    const reason = "the offline stand-in does not implement this property";
                    failures.push({ property: `repositoryOpts.${option}`, reason });
                }
            }
            if (failures.length === 0 && !containsUnknown(inputs)) {
                try {
                    // The exact version, so that a new one of a range is an update.
                    inputs.version = text(await describeChart(settingsOf(inputs)), "version");
                } catch (error) {
                    const reason = `${messageOf(error)}; check the chart name and repository configuration.`;
                    failures.push({ property: "chart", reason });
                }
            }
            return { inputs, failures };
        },
        async diff(_id, _state, olds, news) {
            const changed = changedKeys(olds, news);
            return { changed, replace: changed.filter((key) => key === "name" || key === "namespace") };
        },
        async create(inputs, context) {
            const release = settingsOf(inputs);
            if (context.preview) {
                await render(inputs);
                return { id: "", outputs: { ...inputs, status: UNKNOWN, resourceNames: UNKNOWN } };
            }
            const install = line.installArguments(release, await helmMajor());
            const outputs = await change(session, inputs, install, "was not installed", context);
            return { id: `${release.namespace}/${release.name}`, outputs };
        },
        async read(id, state, inputs) {
            const slash = id.indexOf("/");
            const namespace = slash < 0 ? await session.defaultNamespace() : id.slice(0, slash);
            const found = await lookUp(session, id.slice(slash + 1), namespace);
            if (!found) {
                return undefined;
            }
            const known = inputs ?? importedInputs(found);
            return { id, inputs: known, outputs: { ...(state ?? known), ...attributes(found) } };
        },
        async update(_id, state, news, context) {
            if (context.preview) {
                await render(news);
                return { ...news, status: UNKNOWN, resourceNames: UNKNOWN };
            }
            const release = settingsOf(news);
            const upgrade = line.upgradeArguments(release, await helmMajor());
            return change(session, { ...news }, upgrade, `was not updated from revision ${revisionOf(state)}`, context);
        },
        async delete(_id, state, context) {
            const cluster = await session.cluster();
            const uninstall = line.uninstallArguments(settingsOf(state), await helmMajor());
            await helm(uninstall, { cluster, signal: context.signal });
        },
    };
}

/** Installs or upgrades. A release that is there but failed stays in the state, so that the next update mends it. */
async function change(session: Session, inputs: Props, args: string[], failure: string, context: CreateContext) {
    const { name, namespace, values = {} } = settingsOf(inputs);
    const id = `${namespace}/${name}`;
    const cluster = await session.cluster();
    // helm says only that the time is over, and what it rolls back takes the reasons along.
    const pods = new Warnings(context, () => podReasons(cluster, namespace, { "app.kubernetes.io/instance": name }));
    try {
        await pods.during(helm(args, { cluster, values, signal: context.signal }));
    } catch (error) {
        const said = [`Helm release ${id} ${failure}: ${messageOf(error)}`, ...pods.latest].join("\n    - ");
        // A name that is taken belongs to a release of somebody else's.
        const left = NAME_TAKEN.test(said) ? undefined : await lookUp(session, name, namespace).catch(() => undefined);
        throw left ? new PartialFailure(id, { ...inputs, ...attributes(left) }, [said]) : new Error(said);
    }
    try {
        return { ...inputs, ...attributes((await lookUp(session, name, namespace)) ?? {}) };
    } catch (error) {
        throw new PartialFailure(id, inputs, [`Helm release ${id} can't be looked up: ${messageOf(error)}`]);
    }
}

async function render(inputs: Props): Promise<void> {
    if (!containsUnknown(inputs)) {
        const release = settingsOf(inputs);
        await helm(line.templateArguments(release), { values: release.values });
    }
}

async function describeChart(release: line.ReleaseSettings): Promise<unknown> {
    return parse(await helm(line.showArguments(release)));
}

/** The release as helm has it in the cluster. */
async function lookUp(session: Session, name: string, namespace: string): Promise<Props | undefined> {
    const cluster = await session.cluster();
    try {
        const status: unknown = JSON.parse(await helm(line.statusArguments(name, namespace), { cluster }));
        const metadata: unknown = JSON.parse(
            await helm(["get", "metadata", name, `--namespace=${namespace}`, "--output=json"], { cluster }),
        );
        return { ...map(status), chartMetadata: metadata };
    } catch (error) {
        if (error instanceof HelmError && /release: not found/.test(error.message)) {
            return undefined;
        }
        throw error;
    }
}

/** The outputs that only the cluster knows. */
function attributes(found: Props): Props {
    const chart = found.chartMetadata;
    return {
        status: {
            name: text(found, "name"),
            namespace: text(found, "namespace"),
            revision: integer(found, "version"),
            status: text(found, "info", "status"),
            chart: text(chart, "chart"),
            version: text(chart, "version"),
            appVersion: text(chart, "appVersion"),
        },
        resourceNames: resourceNames(text(found, "manifest")),
    };
}

/** The names of a manifest's objects by kind, group and version, as the real provider writes them. */
export function resourceNames(manifest: string): Record<string, string[]> {
    const names: Record<string, string[]> = {};
    for (const document of parseAllDocuments(manifest)) {
        const object: unknown = document.toJS();
        if (!isObject(object) || !text(object, "kind")) {
            continue;
        }
        const apiVersion = text(object, "apiVersion");
        const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
        const key = `${text(object, "kind")}${group}/${apiVersion}`;
        const namespace = text(object, "metadata", "namespace");
        const name = text(object, "metadata", "name");
        names[key] = [...(names[key] ?? []), namespace ? `${namespace}/${name}` : name].sort();
    }
    return names;
}

/** What a program would have to say to get this release, as far as the cluster knows it. */
function importedInputs(found: Props): Props {
    return {
        name: found.name,
        namespace: found.namespace,
        chart: text(found.chartMetadata, "chart"),
        version: text(found.chartMetadata, "version"),
        values: map(found, "config"),
        timeout: line.DEFAULT_TIMEOUT_SECONDS,
    };
}

/** The inputs have been checked, or are those of a preview that looks at known ones alone. */
function settingsOf(inputs: Props): line.ReleaseSettings {
    const known = Object.entries(inputs).filter(([, value]) => !isUnknown(value));
    return Object.fromEntries(known) as unknown as line.ReleaseSettings;
}

function revisionOf(state: Props): number {
    return integer(state, "status", "revision");
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
