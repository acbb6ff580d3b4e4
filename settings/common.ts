/** Groups of settings that several layers have, with their rules. Pure; no Pulumi import. */
import { parseQuantity } from "../components/quantity";
import type { Fault } from "./faults";
import { field, group, optional } from "./field";
import * as kinds from "./kinds";
import { at, type Reader, type SettingPath } from "./reader";
import { code } from "./show";

interface Resources {
    cpuRequest: string;
    cpuLimit: string;
    memoryRequest: string;
    memoryLimit: string;
    ephemeralStorageRequest: string;
    ephemeralStorageLimit: string;
}

interface Chart {
    chart: string;
    repository?: string;
    version: string;
    timeoutSeconds: number;
}

interface Image {
    registry?: string;
    repository?: string;
    tag?: string;
    digest?: string;
}

/** Compute resources of one container. */
export const computeResources = (whose: string, defaults: Resources) =>
    group({
        cpuRequest: field(kinds.quantity, `CPU reserved for ${whose}`, defaults.cpuRequest),
        cpuLimit: field(kinds.quantity, `CPU that ${whose} may use at most`, defaults.cpuLimit),
        memoryRequest: field(kinds.bytes, `Memory reserved for ${whose}`, defaults.memoryRequest),
        memoryLimit: field(kinds.bytes, `Memory above which ${whose} is killed`, defaults.memoryLimit),
        ephemeralStorageRequest: field(
            kinds.bytes,
            `Disk space outside volumes reserved for ${whose}`,
            defaults.ephemeralStorageRequest,
        ),
        ephemeralStorageLimit: field(
            kinds.bytes,
            `Disk space outside volumes above which ${whose} is evicted`,
            defaults.ephemeralStorageLimit,
        ),
    });

/**
 * Where a chart comes from. The defaults only document: a chart of one's own takes neither the default repository nor
 * the default version along.
 */
export const chartSource = (defaults: Chart) =>
    group({
        chart: optional(
            kinds.chart,
            "Chart: a name in `repository`, an `oci://` reference, or the path of a folder or archive",
            code(defaults.chart),
        ),
        repository: optional(
            kinds.chartRepository,
            "Address of the chart repository that holds `chart`",
            defaults.repository ? code(defaults.repository) : "none",
        ),
        version: optional(kinds.chartVersion, "Exact version of the chart", code(defaults.version)),
        timeoutSeconds: optional(
            kinds.count(30, 7200),
            "Seconds that Helm waits until everything is ready",
            code(defaults.timeoutSeconds),
        ),
    });

/** Parts of an image that replace the chart's own. */
export const containerImage = (whose: string, defaults: Image = {}) => {
    const otherwise = (part: keyof Image) => (defaults[part] ? code(defaults[part]) : "the chart's own");
    return group({
        registry: optional(kinds.registry, `Registry of the image of ${whose}`, otherwise("registry")),
        repository: optional(
            kinds.repository,
            `Path within the registry of the image of ${whose}`,
            otherwise("repository"),
        ),
        tag: optional(kinds.tag, `Tag of the image of ${whose}`, otherwise("tag")),
        digest: optional(kinds.digest, `Digest of the image of ${whose}; it wins over the tag`, otherwise("digest")),
    });
};

/** A range of values must not end below its start. */
export function* orderedFaults(read: Reader, lower: SettingPath, upper: SettingPath): Generator<Fault> {
    const [least, most] = [read.text(lower), read.text(upper)];
    if (least !== undefined && most !== undefined && parseQuantity(least) > parseQuantity(most)) {
        yield at(
            lower,
            `must not be greater than ${upper}, is ${read.shown(lower)} over ${read.shown(upper)}; lower it or raise the other`,
        );
    }
}

/** Requests must not be greater than limits. */
export function* resourcesFaults(read: Reader, path: SettingPath): Generator<Fault> {
    for (const resource of ["cpu", "memory", "ephemeralStorage"]) {
        yield* orderedFaults(read, `${path}.${resource}Request`, `${path}.${resource}Limit`);
    }
}

/** A chart's repository belongs to a chart's name, and to nothing else. */
export function* chartFaults(read: Reader, path: SettingPath): Generator<Fault> {
    const chart = read.text(`${path}.chart`);
    if (chart === undefined) {
        return;
    }
    const isName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(chart) && !/\.tgz$/.test(chart);
    if (isName && !read.given(`${path}.repository`)) {
        yield at(
            `${path}.repository`,
            `is missing, since ${path}.chart is the name ${read.shown(`${path}.chart`)}; give the repository that holds the chart, or an oci:// reference or a path as the chart`,
        );
    }
    if (!isName && read.given(`${path}.repository`)) {
        yield at(
            `${path}.repository`,
            `must be left out, since ${path}.chart is ${read.shown(`${path}.chart`)}, which says where the chart is; remove it`,
        );
    }
}

/** Where only immutable images are allowed, a part that may mean another image tomorrow is not. */
export function* mutableImageFaults(read: Reader, path: SettingPath): Generator<Fault> {
    if (
        read.isOn("cluster.requireImmutableImages") &&
        read.text(`${path}.tag`) === "latest" &&
        !read.given(`${path}.digest`)
    ) {
        yield at(
            `${path}.tag`,
            `must name a version while cluster.requireImmutableImages is on, is ${read.shown(`${path}.tag`)}; write a version, or give ${path}.digest`,
        );
    }
}
