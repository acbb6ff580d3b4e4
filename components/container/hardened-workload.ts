import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../child-options";
import { DEFAULTS } from "../defaults";
import { imageFault, immutableImageFault } from "../image";
import { checkLabels, standardLabels } from "../labels";
import { dnsLabelFault, subdomainFault } from "../names";
import { portFault, unprivilegedPortFault, userIdFault, wholeNumber } from "../numbers";
import { bytesFault } from "../quantity";
import { type ComputeResourcesArgs, resourceRequirements } from "../resources";
import { validationOf } from "../structure";
import { BINDING_ROOT, BINDING_ROOT_VARIABLE, hardenedPodSpec, PORT_NAME } from "./pod-spec";
import {
    bindingVersions,
    boundSecret,
    checkBindings,
    environmentSources,
    type ServiceBindingArgs,
} from "./service-bindings";
import {
    disruptionBudget,
    environmentFault,
    environmentVariables,
    probePathFault,
    pullPolicy,
    secretFault,
} from "./workload-rules";

/** The workload: what can be said of it wherever it runs. */
export interface WorkloadSettingsArgs {
    /** Container image, such as `ghcr.io/example/app:1.4.2`. */
    image: pulumi.Input<string>;
    /** Whether an image without a digest or a fixed tag is refused. Plain. Defaults to false. */
    requireImmutableImage?: boolean | undefined;
    /** Name of Deployment, ServiceAccount and PodDisruptionBudget. Defaults to `secure-app`. */
    workloadName?: pulumi.Input<string> | undefined;
    /** Name of the Service. Defaults to `app-service`. */
    serviceName?: pulumi.Input<string> | undefined;
    /** Port of the Service. Defaults to 80. */
    servicePort?: pulumi.Input<number> | undefined;
    /** Port on which the application listens; at least 1024. Defaults to 8000. */
    port?: pulumi.Input<number> | undefined;
    /** Number of pods. Defaults to 2. */
    replicas?: pulumi.Input<number> | undefined;
    /** User that the application runs as; never 0, which is root. Defaults to 1001. */
    userId?: pulumi.Input<number> | undefined;
    /** Group that the application runs as; never 0. Defaults to 1001. */
    groupId?: pulumi.Input<number> | undefined;
    /** Program that the container runs. Defaults to the image's. */
    command?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** Arguments of the program. Defaults to the image's. */
    arguments?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** Environment variables, without secrets: those come by service bindings. Defaults to none. */
    environment?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
    /** Compute resources of a pod. Defaults to 128Mi of memory requested and 256Mi at most. */
    resources?: ComputeResourcesArgs | undefined;
    /** Size of `/tmp`, which lies in memory and counts towards the memory limit. Defaults to `64Mi`. */
    temporaryStorage?: pulumi.Input<string> | undefined;
    /** Path that answers with success once the application has started. Defaults to `/healthz`. */
    startupPath?: pulumi.Input<string> | undefined;
    /** Path that fails when only a restart helps. Defaults to `/healthz`. */
    livenessPath?: pulumi.Input<string> | undefined;
    /** Path that fails while the application can't serve requests. Defaults to `/healthz`. */
    readinessPath?: pulumi.Input<string> | undefined;
    /** Seconds that a stopping pod has until it is killed; in the first 5 it still serves. At least 10. Defaults to 30. */
    gracePeriodSeconds?: pulumi.Input<number> | undefined;
    /** Secrets in the workload's namespace with the credentials of image registries. Defaults to none. */
    imagePullSecretNames?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** Credentials for the application, mounted as files. Plain list. Defaults to none. */
    serviceBindings?: ServiceBindingArgs[] | undefined;
}

/** Arguments of HardenedWorkload. */
export interface HardenedWorkloadArgs extends WorkloadSettingsArgs {
    /** Namespace, best that of a SecureNamespace. */
    namespaceName: pulumi.Input<string>;
    /** Labels for every object made here and for the pods. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * An application as a Deployment with a Service: without root, capabilities, token or a writable file system, rolled out
 * and drained without downtime, with its credentials as files in memory.
 */
export class HardenedWorkload extends pulumi.ComponentResource {
    /** Name of the Deployment, known once it is rolled out. */
    public readonly deploymentName: pulumi.Output<string>;
    /** Name of the Service, known once pods answer behind it. */
    public readonly serviceName: pulumi.Output<string>;
    /** Port of the Service. */
    public readonly servicePort: pulumi.Output<number>;
    /** Labels that select the pods in a NetworkPolicy. */
    public readonly podLabels: pulumi.Output<Record<string, string>>;
    /** Port of the pods, the one that a NetworkPolicy names. */
    public readonly podPort: pulumi.Output<number>;

    constructor(name: string, args: HardenedWorkloadArgs, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:HardenedWorkload", name, {}, opts);
        const checked = checkHardenedWorkload(name, args);
        const child = childOptions(this, opts);
        const podLabels = workloadPodLabels(checked.workloadName);
        const labels = standardLabels(
            { name: checked.workloadName, instance: checked.workloadName, component: COMPONENT },
            args.labels,
        );
        const metadata = (objectName: pulumi.Input<string>) => ({
            name: objectName,
            namespace: checked.namespaceName,
            labels,
        });

        const account = new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            { metadata: metadata(checked.workloadName), automountServiceAccountToken: false },
            child,
        );
        new k8s.policy.v1.PodDisruptionBudget(
            `${name}-budget`,
            {
                metadata: metadata(checked.workloadName),
                spec: checked.replicas.apply((replicas) => ({
                    ...disruptionBudget(replicas),
                    selector: { matchLabels: podLabels },
                })),
            },
            child,
        );
        const deployment = new k8s.apps.v1.Deployment(
            `${name}-deployment`,
            {
                metadata: metadata(checked.workloadName),
                spec: {
                    replicas: checked.replicas,
                    selector: { matchLabels: podLabels },
                    // A new pod serves before an old one goes.
                    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
                    minReadySeconds: 5,
                    progressDeadlineSeconds: 300,
                    revisionHistoryLimit: 3,
                    template: {
                        metadata: { labels, annotations: bindingVersions(checked.bindings) },
                        spec: hardenedPodSpec({
                            ...checked,
                            serviceAccountName: account.metadata.name,
                            imagePullPolicy: checked.image.apply(pullPolicy),
                            podLabels,
                            bindings: checked.bindings.map(boundSecret),
                            environmentSources: environmentSources(checked.bindings),
                        }),
                    },
                },
            },
            // A component's children don't wait for what it depends on by themselves.
            { ...child, ...(opts?.dependsOn && { dependsOn: opts.dependsOn }) },
        );
        const service = new k8s.core.v1.Service(
            `${name}-service`,
            {
                metadata: metadata(checked.serviceName),
                spec: {
                    type: "ClusterIP",
                    selector: podLabels,
                    ports: [{ name: PORT_NAME, port: checked.servicePort, targetPort: PORT_NAME, protocol: "TCP" }],
                },
            },
            child,
        );

        this.deploymentName = deployment.metadata.name;
        this.serviceName = service.metadata.name;
        this.servicePort = checked.servicePort;
        this.podLabels = podLabels;
        this.podPort = checked.port;
        this.registerOutputs({
            deploymentName: this.deploymentName,
            serviceName: this.serviceName,
            servicePort: this.servicePort,
            podLabels: this.podLabels,
            podPort: this.podPort,
        });
    }
}

const COMPONENT = "workload";

/** Labels that select the pods of a workload, also before it exists. */
export function workloadPodLabels(workloadName: pulumi.Input<string>): pulumi.Output<Record<string, string>> {
    return pulumi.output(workloadName).apply(
        (known): Record<string, string> => ({
            "app.kubernetes.io/name": known,
            "app.kubernetes.io/component": COMPONENT,
        }),
    );
}

function environment(args: HardenedWorkloadArgs, checked: pulumi.Output<Record<string, string>>) {
    const isBound = (args.serviceBindings ?? []).length > 0;
    const bound: Record<string, string> = isBound ? { [BINDING_ROOT_VARIABLE]: BINDING_ROOT } : {};
    return args.environment || isBound ? checked.apply((own) => environmentVariables({ ...own, ...bound })) : undefined;
}

/** Checks all arguments; with a validation that is a part of another one, that one reports. */
export function checkHardenedWorkload(
    name: string,
    args: HardenedWorkloadArgs,
    validation = validationOf("HardenedWorkload", name, args),
) {
    const defaults = DEFAULTS.workload;
    const path = (which: "startupPath" | "livenessPath" | "readinessPath") =>
        validation.value(which, args[which] ?? defaults.probePath, probePathFault);
    const variables = validation.value(
        "environment",
        (args.environment ?? {}) as pulumi.Input<Record<string, string>>,
        environmentFault,
    );
    for (const shown of ["environment", "command", "arguments"] as const) {
        validation.value(shown, pulumi.isSecret(pulumi.output(args[shown])), secretFault);
    }
    const checked = {
        namespaceName: validation.value("namespaceName", args.namespaceName, dnsLabelFault),
        image: validation.value("image", args.image, args.requireImmutableImage ? immutableImageFault : imageFault),
        workloadName: validation.value("workloadName", args.workloadName ?? defaults.workloadName, dnsLabelFault),
        serviceName: validation.value("serviceName", args.serviceName ?? defaults.serviceName, dnsLabelFault),
        servicePort: validation.value("servicePort", args.servicePort ?? defaults.servicePort, portFault),
        port: validation.value("port", args.port ?? defaults.port, unprivilegedPortFault),
        replicas: validation.value("replicas", args.replicas ?? defaults.replicas, wholeNumber(1, 1_000)),
        userId: validation.value("userId", args.userId ?? defaults.userId, userIdFault),
        groupId: validation.value("groupId", args.groupId ?? defaults.groupId, userIdFault),
        command: args.command && validation.list("command", args.command),
        arguments: args.arguments && validation.list("arguments", args.arguments),
        environment: environment(args, variables),
        resources: resourceRequirements(validation, "resources", args.resources, defaults.resources),
        temporaryStorage: validation.value(
            "temporaryStorage",
            args.temporaryStorage ?? defaults.temporaryStorage,
            bytesFault,
        ),
        startupPath: path("startupPath"),
        livenessPath: path("livenessPath"),
        readinessPath: path("readinessPath"),
        gracePeriodSeconds: validation.value(
            "gracePeriodSeconds",
            args.gracePeriodSeconds ?? defaults.gracePeriodSeconds,
            wholeNumber(10, 3_600),
        ),
        imagePullSecrets:
            args.imagePullSecretNames &&
            validation
                .list("imagePullSecretNames", args.imagePullSecretNames, subdomainFault)
                .apply((names) => names.map((secretName) => ({ name: secretName }))),
        bindings: checkBindings(validation, args.serviceBindings ?? []),
    };
    checkLabels(validation, args.labels);
    validation.done();
    return checked;
}
