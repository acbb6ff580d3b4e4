import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../child-options";
import { DEFAULTS } from "../defaults";
import { checkLabels, standardLabels } from "../labels";
import { dnsLabelFault } from "../names";
import { validationOf } from "../structure";
import { type ApiServerArgs, apiServerEndpoint, checkApiServer } from "./api-server";
import { type BastionArgs, bastion, checkBastion } from "./bastion";
import { kubeconfig, serverUrl, serverUrlFault } from "./kubeconfig";
import { emptyListFault } from "./network-policy";
import { apiGroupFault, lifetimeFault, operatorRules, readableFault } from "./operator-rules";
import { requestToken } from "./operator-token";
import { type DnsArgs, SecureNamespace } from "./secure-namespace";

/** Resources that operators read beyond those of Kubernetes itself. */
export interface ReadableResourcesArgs {
    /** API group, such as `cert-manager.io`. */
    apiGroup: pulumi.Input<string>;
    /** Resources by their plural, such as `certificates`. Never `secrets`, subresources or `*`. */
    resources: pulumi.Input<pulumi.Input<string>[]>;
}

/** A short-lived token in the kubeconfig. Each update asks for a new one. */
export interface OperatorTokenArgs {
    /** How long the token is good, from `10min` to `24h`; the API server may shorten it. Defaults to `1h`. */
    lifetime?: pulumi.Input<string> | undefined;
    /** Content or path of the kubeconfig with which it is asked for. Defaults to `KUBECONFIG` or the one in the home folder. */
    kubeconfig?: pulumi.Input<string> | undefined;
    /** Context within that kubeconfig. Defaults to its current one. */
    context?: pulumi.Input<string> | undefined;
}

/** The operators' access: what can be said of it on any cluster. */
export interface OperatorSettingsArgs {
    /** Namespace of the account and the bastion; it is made, isolated and holds nothing else. Defaults to `operators`. */
    namespaceName?: pulumi.Input<string> | undefined;
    /** Name of the ServiceAccount. Defaults to `operator`. */
    accountName?: pulumi.Input<string> | undefined;
    /** What operators read beyond the resources of Kubernetes itself. Plain list. Defaults to none. */
    furtherResources?: ReadableResourcesArgs[] | undefined;
    /** Address of the API server in the kubeconfig. Defaults to the first that the cluster itself tells. */
    apiServerUrl?: pulumi.Input<string> | undefined;
    /** A token in the kubeconfig. Without it kubectl takes one by `--token`. Defaults to none. Plain by presence. */
    token?: OperatorTokenArgs | undefined;
}

/** Arguments of OperatorAccess. */
export interface OperatorAccessArgs extends OperatorSettingsArgs {
    /** A pod to work from. Defaults to none. Plain by presence. */
    bastion?: BastionArgs | undefined;
    /** Where the API server is, for the bastion's way to it. Defaults to the addresses that the cluster itself tells. */
    apiServer?: ApiServerArgs | undefined;
    /** Pod Security Standards version that the namespace pins. Defaults to `v1.35`. */
    podSecurityVersion?: pulumi.Input<string> | undefined;
    /** Where DNS is found in the cluster. Defaults to `kube-dns` in `kube-system`. */
    dns?: DnsArgs | undefined;
    /** Labels for every object made here. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * An identity for operators that reads what runs in the cluster, and nothing else: no Secret, no command in a container,
 * no port-forward, no change. Its kubeconfig is good for an hour, or holds no token at all; a bastion pod, when asked for,
 * stands in for SSH.
 *
 * It reads ConfigMaps, pods with their environment, and logs: secrets that somebody left there are seen.
 */
export class OperatorAccess extends pulumi.ComponentResource {
    /** Namespace of the account. */
    public readonly namespaceName: pulumi.Output<string>;
    /** Name of the ServiceAccount. */
    public readonly accountName: pulumi.Output<string>;
    /** Name of the ClusterRole, known once the account has it. */
    public readonly clusterRoleName: pulumi.Output<string>;
    /** The kubeconfig, a secret. */
    public readonly kubeconfig: pulumi.Output<string>;
    /** Deployment of the bastion, when there is one, known once its pod runs. */
    public readonly bastionName?: pulumi.Output<string>;

    constructor(name: string, args: OperatorAccessArgs = {}, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:OperatorAccess", name, {}, opts);
        const checked = checkOperatorAccess(name, args);
        const child = childOptions(this, opts);
        const labels = standardLabels(
            { name: "operator-access", instance: checked.accountName, component: "cluster" },
            args.labels,
        );

        const namespace = new SecureNamespace(
            `${name}-namespace`,
            {
                namespaceName: checked.namespaceName,
                podSecurityVersion: args.podSecurityVersion,
                quota: { pods: 4, services: 0 },
                dns: args.dns,
                labels: args.labels,
            },
            child,
        );
        const account = new k8s.core.v1.ServiceAccount(
            `${name}-account`,
            {
                metadata: { name: checked.accountName, namespace: namespace.namespaceName, labels },
                automountServiceAccountToken: false,
            },
            child,
        );
        // The namespace's name keeps apart what two stacks make in one cluster.
        const metadata = { name: pulumi.interpolate`${checked.namespaceName}-${checked.accountName}`, labels };
        const role = new k8s.rbac.v1.ClusterRole(
            `${name}-role`,
            { metadata, rules: checked.furtherResources.apply(operatorRules) },
            child,
        );
        const binding = new k8s.rbac.v1.ClusterRoleBinding(
            `${name}-role-binding`,
            {
                metadata,
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role.metadata.name },
                subjects: [
                    { kind: "ServiceAccount", name: account.metadata.name, namespace: account.metadata.namespace },
                ],
            },
            child,
        );
        if (checked.bastion) {
            const place = {
                namespaceName: namespace.namespaceName,
                accountName: account.metadata.name,
                apiServer: apiServerEndpoint(`${name}-api-server`, args.apiServer, child),
                labels,
                userLabels: args.labels,
            };
            this.bastionName = bastion(`${name}-bastion`, checked.bastion, place, child).metadata.name;
        }

        this.namespaceName = namespace.namespaceName;
        this.accountName = account.metadata.name;
        this.clusterRoleName = pulumi.all([role.metadata.name, binding.id]).apply(([roleName]) => roleName);
        this.kubeconfig = pulumi.secret(
            pulumi
                .output({
                    server: checked.apiServerUrl ?? publishedUrl(name, child),
                    caCertificate: clusterCertificate(name, child),
                    accountName: this.accountName,
                    namespaceName: this.namespaceName,
                    token: checked.token && token(checked.token, this.namespaceName, this.accountName),
                })
                .apply(kubeconfig),
        );
        this.registerOutputs({
            namespaceName: this.namespaceName,
            accountName: this.accountName,
            clusterRoleName: this.clusterRoleName,
            kubeconfig: this.kubeconfig,
            ...(this.bastionName && { bastionName: this.bastionName }),
        });
    }
}

/** Checks all arguments; with a validation that is a part of another one, that one reports. */
export function checkOperatorAccess(
    name: string,
    args: OperatorAccessArgs,
    validation = validationOf("OperatorAccess", name, args),
) {
    const defaults = DEFAULTS.operators;
    const { token: wish } = args;
    const checked = {
        namespaceName: validation.value("namespaceName", args.namespaceName ?? defaults.namespaceName, dnsLabelFault),
        accountName: validation.value("accountName", args.accountName ?? defaults.accountName, dnsLabelFault),
        furtherResources: pulumi.all(
            (args.furtherResources ?? []).map(({ apiGroup, resources }, index) => {
                const path = `furtherResources[${index}]`;
                validation.value(`${path}.resources`, resources, emptyListFault);
                return pulumi.output({
                    apiGroup: validation.value(`${path}.apiGroup`, apiGroup, apiGroupFault),
                    resources: validation.list(`${path}.resources`, resources, readableFault),
                });
            }),
        ),
        apiServerUrl: validation.optional("apiServerUrl", args.apiServerUrl, serverUrlFault),
        token: wish && {
            lifetime: validation.value("token.lifetime", wish.lifetime ?? defaults.tokenLifetime, lifetimeFault),
            kubeconfig: validation.optional("token.kubeconfig", wish.kubeconfig),
            context: validation.optional("token.context", wish.context),
        },
        bastion: args.bastion && checkBastion(validation, args.bastion),
    };
    checkApiServer(validation, args.apiServer);
    checkLabels(validation, args.labels);
    validation.done();
    return checked;
}

function publishedUrl(name: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
    return apiServerEndpoint(`${name}-published-api-server`, undefined, opts).apply(serverUrl);
}

/** Kubernetes puts it into every namespace; this one is there before any of ours. */
function clusterCertificate(name: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
    const published = k8s.core.v1.ConfigMap.get(`${name}-cluster-certificate`, "kube-system/kube-root-ca.crt", opts);
    return published.data.apply((data) => data["ca.crt"] ?? "");
}

function token(
    wish: NonNullable<ReturnType<typeof checkOperatorAccess>["token"]>,
    namespaceName: pulumi.Output<string>,
    accountName: pulumi.Output<string>,
): pulumi.Output<string> {
    return pulumi.secret(pulumi.output({ ...wish, namespaceName, accountName }).apply(requestToken));
}
