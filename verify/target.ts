/** What is attacked, as the cluster has it. */
import type { Api } from "./cluster/api";
import { type Deployment, isRunning, type Labels, labelQuery, type Pod, type Service } from "./cluster/objects";
import type { StackOutputs } from "./outputs";
import type { Endpoint } from "./toolbox";

/** A Service and the pods behind it. */
export interface Served {
    namespace: string;
    /** Name of the Service. */
    service: string;
    podLabels: Labels;
    /** The Service's own address and port. */
    address: Endpoint;
    /** Port of the pods. */
    podPort: number;
}

/** What a stack of the program made. */
export interface Target {
    application: Served & { deployment: Deployment; url: string | undefined; credentialsSecret: string | undefined };
    database: Served & { name: string | undefined; ownerSecret: string | undefined };
    /** How rows of tenants are kept apart, where they are. */
    tenants: { column: string; setting: string } | undefined;
    /** Every namespace of the program. */
    namespaces: string[];
    ingressNamespace: string | undefined;
    operator: { namespace: string; account: string } | undefined;
    /** Names of the guardrails' policies, where the stack tells them. */
    guardrailPolicies: string[] | undefined;
}

export async function readTarget(api: Api, outputs: StackOutputs): Promise<Target> {
    const { namespace, databaseNamespace, operatorNamespace, operatorAccount, tenantColumn, tenantSetting } = outputs;
    const [databaseService = ""] = outputs.databaseHost.split(".");
    const [deployment, application, database] = await Promise.all([
        api.get<Deployment>(`/apis/apps/v1/namespaces/${namespace}/deployments/${outputs.deployment}`),
        readServed(api, namespace, outputs.service),
        readServed(api, databaseNamespace, databaseService),
    ]);
    return {
        application: { ...application, deployment, url: outputs.url, credentialsSecret: outputs.credentialsSecret },
        database: { ...database, name: outputs.database, ownerSecret: outputs.ownerSecret },
        tenants: tenantColumn && tenantSetting ? { column: tenantColumn, setting: tenantSetting } : undefined,
        namespaces: outputs.namespaces ?? [namespace, databaseNamespace],
        ingressNamespace: outputs.ingressNamespace,
        operator:
            operatorNamespace && operatorAccount
                ? { namespace: operatorNamespace, account: operatorAccount }
                : undefined,
        guardrailPolicies: outputs.guardrailPolicies,
    };
}

/** The pods of a namespace that run, those with the labels. */
export async function podsOf(api: Api, namespace: string, labels: Labels = {}): Promise<Pod[]> {
    return (await api.list<Pod>(`/api/v1/namespaces/${namespace}/pods?${labelQuery(labels)}`)).filter(isRunning);
}

async function readServed(api: Api, namespace: string, name: string): Promise<Served> {
    const { spec } = await api.get<Service>(`/api/v1/namespaces/${namespace}/services/${name}`);
    const [port] = spec.ports ?? [];
    if (port === undefined || spec.clusterIP === undefined || spec.selector === undefined) {
        throw new Error(`the Service ${namespace}/${name} has no port, address or selector`);
    }
    return {
        namespace,
        service: name,
        podLabels: spec.selector,
        address: { host: spec.clusterIP, port: port.port },
        podPort: await podPort(api, namespace, spec.selector, port.targetPort ?? port.port),
    };
}

async function podPort(api: Api, namespace: string, labels: Labels, target: number | string): Promise<number> {
    if (typeof target === "number") {
        return target;
    }
    const pods = await podsOf(api, namespace, labels);
    const ports = pods.flatMap(({ spec }) => spec.containers.flatMap((container) => container.ports ?? []));
    const found = ports.find(({ name }) => name === target);
    if (found === undefined) {
        throw new Error(`no running pod in ${namespace} has the port "${target}"`);
    }
    return found.containerPort;
}
