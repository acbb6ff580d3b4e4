import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { credentialsSecret } from "../database/credentials-secret";
import { DEFAULTS } from "../defaults";
import { immutableImageFault } from "../image";
import { dnsLabelFault, hostFault, subdomainFault } from "../names";
import { portFault, userIdFault } from "../numbers";
import { type ComputeResourcesArgs, resourceRequirements } from "../resources";
import type { Validation } from "../validation";
import { AllowedFlow } from "./allowed-flow";
import { bastionEnvironment, bastionPodSpec } from "./bastion-pod";
import type { ApiServerEndpoint } from "./kubernetes-endpoint";
import { podLabelsFault } from "./network-policy";
import { sessionRules } from "./operator-rules";

/** The database that the bastion reaches, as a role that can only read. */
export interface BastionDatabaseArgs {
    /** Namespace of the server's pods. */
    namespaceName: pulumi.Input<string>;
    /** Labels of the server's pods. */
    podLabels: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** DNS name of the server, one that its certificate holds. */
    host: pulumi.Input<string>;
    /** Port of the server. Defaults to 5432. */
    port?: pulumi.Input<number> | undefined;
    /** Name of the database. */
    databaseName: pulumi.Input<string>;
    /** Role that can only read. */
    username: pulumi.Input<string>;
    /** The role's password, a secret. */
    password: pulumi.Input<string>;
    /** Certificate of the authority behind the server's certificate, in PEM. */
    caCertificate: pulumi.Input<string>;
}

/** The pod of a bastion, and who may work in it. */
export interface BastionPodArgs {
    /** Image with a shell and the tools that operators need, such as kubectl and psql; with a version or a digest. */
    image: pulumi.Input<string>;
    /** Groups, as the API server knows them, whose members may open a session in the bastion. Defaults to administrators alone. Plain by presence. */
    userGroups?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** User that the bastion runs as; never 0, which is root. Defaults to 1001. */
    userId?: pulumi.Input<number> | undefined;
    /** Group that the bastion runs as; never 0. Defaults to 1001. */
    groupId?: pulumi.Input<number> | undefined;
    /** Compute resources of the pod. Defaults to 64Mi of memory requested and 256Mi at most. */
    resources?: ComputeResourcesArgs | undefined;
    /** Secrets in the bastion's namespace with the credentials of image registries. Defaults to none. */
    imagePullSecretNames?: pulumi.Input<pulumi.Input<string>[]> | undefined;
}

/** A pod to work from, in place of SSH and of an administrator's kubeconfig. */
export interface BastionArgs extends BastionPodArgs {
    /** The database that the bastion reaches. Defaults to none. Plain by presence. */
    database?: BastionDatabaseArgs | undefined;
}

/** Where the bastion goes and whom it acts for. */
export interface BastionPlace {
    namespaceName: pulumi.Output<string>;
    accountName: pulumi.Output<string>;
    apiServer: pulumi.Output<ApiServerEndpoint>;
    labels: pulumi.Output<Record<string, string>>;
    userLabels: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/** The bastion's arguments, every value checked. */
export type CheckedBastion = ReturnType<typeof checkBastion>;

/** Checks the bastion's arguments for the component that takes them as `bastion`. */
export function checkBastion(validation: Validation, args: BastionArgs) {
    const defaults = DEFAULTS.operators.bastion;
    const { database, userGroups, imagePullSecretNames } = args;
    return {
        image: validation.value("bastion.image", args.image, immutableImageFault),
        userGroups: userGroups && validation.list("bastion.userGroups", userGroups, groupFault),
        userId: validation.value("bastion.userId", args.userId ?? defaults.userId, userIdFault),
        groupId: validation.value("bastion.groupId", args.groupId ?? defaults.groupId, userIdFault),
        resources: resourceRequirements(validation, "bastion.resources", args.resources, defaults.resources),
        imagePullSecrets:
            imagePullSecretNames &&
            validation
                .list("bastion.imagePullSecretNames", imagePullSecretNames, subdomainFault)
                .apply((names) => names.map((name) => ({ name }))),
        database: database && {
            namespaceName: validation.value("bastion.database.namespaceName", database.namespaceName, dnsLabelFault),
            podLabels: validation.value(
                "bastion.database.podLabels",
                database.podLabels as pulumi.Input<Record<string, string>>,
                podLabelsFault,
            ),
            host: validation.value("bastion.database.host", database.host, hostFault),
            port: validation.value("bastion.database.port", database.port ?? 5432, portFault),
            database: pulumi.output(database.databaseName),
            username: pulumi.output(database.username),
            password: pulumi.secret(database.password),
            caCertificate: pulumi.output(database.caCertificate),
        },
    };
}

/** Makes the bastion, its ways out, and the right to open a session in it. */
export function bastion(
    name: string,
    checked: CheckedBastion,
    place: BastionPlace,
    opts: pulumi.CustomResourceOptions,
): k8s.apps.v1.Deployment {
    const defaults = DEFAULTS.operators.bastion;
    const { namespaceName, labels } = place;
    const podLabels = { "app.kubernetes.io/name": "bastion" };
    const ownLabels = labels.apply((known): Record<string, string> => ({ ...known, ...podLabels }));
    const metadata = (objectName: string) => ({ name: objectName, namespace: namespaceName, labels: ownLabels });

    const flow = new AllowedFlow(
        `${name}-to-api-server`,
        {
            from: { namespaceName, podLabels },
            to: { cidrs: place.apiServer.cidrs },
            ports: [{ port: place.apiServer.port }],
            labels: place.userLabels,
        },
        opts,
    );
    const database = checked.database && databaseAccess(name, checked.database, place, podLabels, opts);
    const deployment = new k8s.apps.v1.Deployment(
        name,
        {
            metadata: metadata(defaults.deploymentName),
            spec: {
                replicas: 1,
                selector: { matchLabels: podLabels },
                template: {
                    metadata: {
                        labels: ownLabels,
                        annotations: database && { "bulwark.dev/binding-database": database.version },
                    },
                    spec: bastionPodSpec({
                        ...checked,
                        serviceAccountName: place.accountName,
                        temporaryStorage: defaults.temporaryStorage,
                        environment: database?.environment ?? bastionEnvironment(undefined),
                        credentialsSecretName: database?.secretName,
                    }),
                },
            },
        },
        { ...opts, dependsOn: [flow] },
    );
    if (checked.userGroups) {
        session(name, checked.userGroups, metadata(`${defaults.deploymentName}-session`), opts);
    }
    return deployment;
}

function databaseAccess(
    name: string,
    { namespaceName, podLabels: serverPodLabels, ...login }: NonNullable<CheckedBastion["database"]>,
    place: BastionPlace,
    podLabels: Record<string, string>,
    opts: pulumi.CustomResourceOptions,
) {
    new AllowedFlow(
        `${name}-to-database`,
        {
            from: { namespaceName: place.namespaceName, podLabels },
            to: { namespaceName, podLabels: serverPodLabels },
            ports: [{ port: login.port }],
            labels: place.userLabels,
        },
        opts,
    );
    const { host, port, database, username } = login;
    return {
        ...credentialsSecret(
            `${name}-credentials`,
            {
                name: DEFAULTS.operators.bastion.credentialsSecretName,
                namespace: place.namespaceName,
                labels: place.labels,
            },
            login,
            opts,
        ),
        environment: pulumi.output({ host, port, database, username }).apply(bastionEnvironment),
    };
}

/** Only the bastion runs in its namespace: whoever may run commands there may do so in it alone. */
function session(
    name: string,
    userGroups: pulumi.Output<string[]>,
    metadata: { name: string; namespace: pulumi.Output<string>; labels: pulumi.Output<Record<string, string>> },
    opts: pulumi.CustomResourceOptions,
): void {
    const role = new k8s.rbac.v1.Role(`${name}-session`, { metadata, rules: sessionRules() }, opts);
    new k8s.rbac.v1.RoleBinding(
        `${name}-session-binding`,
        {
            metadata,
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
            subjects: userGroups.apply((groups) =>
                groups.map((group) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group })),
            ),
        },
        opts,
    );
}

/** Kubernetes puts everybody into its own groups: a session for those would be one for every pod of the cluster. */
function groupFault(group: string): string | undefined {
    return typeof group === "string" && group !== "" && !group.startsWith("system:")
        ? undefined
        : `must be a group of people, not one of Kubernetes' own, is ${JSON.stringify(group)}; write for example "oncall"`;
}
