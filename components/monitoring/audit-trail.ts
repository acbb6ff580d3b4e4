import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../child-options";
import { DEFAULTS } from "../defaults";
import { checkLabels, standardLabels } from "../labels";
import { dnsLabelFault, subdomainFault } from "../names";
import { validationOf } from "../structure";
import { auditPolicyText, userNameFault } from "./audit-policy";

/** Where the policy is put for whoever sets up the API server. */
export interface AuditConfigMapArgs {
    /** Namespace of the ConfigMap; it must be there. */
    namespaceName: pulumi.Input<string>;
    /** Name of the ConfigMap; the policy is under its key `policy`. Defaults to `audit-policy`. */
    configMapName?: pulumi.Input<string> | undefined;
}

/** The audit policy for the API server. */
export interface AuditTrailSettingsArgs {
    /**
     * Users, beside those of Kubernetes itself, that read the whole cluster all the time, such as a network plugin. What
     * they read isn't logged, except Secrets, ConfigMaps and tokens. Defaults to none.
     */
    quietUserNames?: pulumi.Input<pulumi.Input<string>[]> | undefined;
    /** ConfigMap for the policy. Plain by presence. Defaults to none: the policy is an output only. */
    configMap?: AuditConfigMapArgs | undefined;
}

/** Arguments of AuditTrail. */
export interface AuditTrailArgs extends AuditTrailSettingsArgs {
    /** Labels for every object made here. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * An audit policy for the API server: who did what, where, and how it ended. Commands that are run in pods and changes of
 * the defences are logged with what they say, Secrets and tokens never.
 *
 * No object of Kubernetes can switch auditing on: whoever runs the API server gives it the policy, as `docs/audit.md` says
 * for each kind of cluster.
 */
export class AuditTrail extends pulumi.ComponentResource {
    /** The policy, for the API server's `--audit-policy-file`. */
    public readonly policy: pulumi.Output<string>;
    /** Name of the ConfigMap with the policy, when one was asked for. */
    public readonly configMapName: pulumi.Output<string> | undefined;

    constructor(name: string, args: AuditTrailArgs, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:AuditTrail", name, {}, opts);
        const { quietUserNames, metadata } = checkAuditTrail(name, args);

        this.policy = quietUserNames.apply(auditPolicyText);
        this.configMapName =
            metadata &&
            new k8s.core.v1.ConfigMap(
                `${name}-policy`,
                {
                    metadata: {
                        ...metadata,
                        labels: standardLabels(
                            { name: "audit-trail", instance: name, component: "monitoring" },
                            args.labels,
                        ),
                    },
                    data: { policy: this.policy },
                },
                childOptions(this, opts),
            ).metadata.name;
        this.registerOutputs({ policy: this.policy, configMapName: this.configMapName });
    }
}

/** Checks all arguments; with a validation that is a part of another one, that one reports. */
export function checkAuditTrail(
    name: string,
    args: AuditTrailArgs,
    validation = validationOf("AuditTrail", name, args),
) {
    const { configMap } = args;
    const checked = {
        quietUserNames: validation.list("quietUserNames", args.quietUserNames ?? [], userNameFault),
        metadata: configMap && {
            namespace: validation.value("configMap.namespaceName", configMap.namespaceName, dnsLabelFault),
            name: validation.value(
                "configMap.configMapName",
                configMap.configMapName ?? DEFAULTS.auditTrail.configMapName,
                subdomainFault,
            ),
        },
    };
    checkLabels(validation, args.labels);
    validation.done();
    return checked;
}
