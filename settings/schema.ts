/** The schema of all stack settings and the rules between them. Pure; no Pulumi import. */
import { z } from "zod";
import { cluster, clusterRules, labels } from "./cluster";
import { database, databaseRules } from "./database";
import { fieldsOf } from "./field";
import { ingress, ingressRules } from "./ingress";
import { monitoring, monitoringRules } from "./monitoring";
import { at, type Rule } from "./reader";
import { threatDetection, threatDetectionRules } from "./threat-detection";
import { workload, workloadRules } from "./workload";

export const schema = z.strictObject({
    labels,
    cluster,
    workload,
    ingress,
    database,
    threatDetection,
    monitoring,
});

/** Every setting of the schema. */
export const fields = fieldsOf(schema);

/** The stack's settings, sound and complete. */
export type Settings = z.output<typeof schema>;

/** The namespaces that are made, each with the setting on which that depends. */
const NAMESPACES: Record<string, string | undefined> = {
    "workload.namespaceName": undefined,
    "ingress.controller.namespaceName": "ingress.controller.install",
    "database.namespaceName": undefined,
    "threatDetection.namespaceName": "threatDetection.install",
    "cluster.operators.namespaceName": "cluster.operators.install",
    "monitoring.vulnerabilityScanning.namespaceName": undefined,
};

/** Namespaces that come with every cluster; their pods must not come under the policies of a layer. */
const BUILT_IN = ["default", "kube-system", "kube-public", "kube-node-lease"];

const namespaceRules: Rule = function* (read) {
    const layers = Object.entries(NAMESPACES)
        .filter(([, install]) => install === undefined || read.isOn(install))
        .map(([path]) => path);
    const users = new Map<string, string>();
    for (const path of layers) {
        const name = read.text(path);
        if (name === undefined) {
            continue;
        }
        const user = users.get(name);
        if (user !== undefined) {
            yield at(
                path,
                `must not be the namespace of ${user}, is ${read.shown(path)}; each layer has a namespace of its own`,
            );
        }
        if (BUILT_IN.includes(name) || name === read.text("cluster.dns.namespaceName")) {
            yield at(
                path,
                `must not be a namespace of the cluster itself, is ${read.shown(path)}; choose another name`,
            );
        }
        users.set(name, user ?? path);
    }
};

export const rules: Rule[] = [
    clusterRules,
    workloadRules,
    ingressRules,
    databaseRules,
    threatDetectionRules,
    monitoringRules,
    namespaceRules,
];
