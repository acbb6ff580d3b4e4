import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { BINDING_SECRET_TYPE, bindingVersion, type DatabaseCredentials, serviceBinding } from "./service-binding";

/** A Secret with credentials, and a text that changes with them. */
export interface CredentialsSecret {
    secret: k8s.core.v1.Secret;
    secretName: pulumi.Output<string>;
    version: pulumi.Output<string>;
}

/** Puts credentials into a Secret in the Service Binding layout. */
export function credentialsSecret(
    name: string,
    metadata: {
        name: pulumi.Input<string>;
        namespace: pulumi.Input<string>;
        labels: pulumi.Output<Record<string, string>>;
    },
    credentials: { [K in keyof DatabaseCredentials]: pulumi.Input<DatabaseCredentials[K]> },
    opts: pulumi.CustomResourceOptions,
    more: Record<string, pulumi.Input<string>> = {},
): CredentialsSecret {
    const binding = pulumi.secret(
        pulumi
            .all([pulumi.output(credentials), more])
            .apply(([known, others]) => ({ ...serviceBinding(known), ...others })),
    );
    const secret = new k8s.core.v1.Secret(name, { metadata, type: BINDING_SECRET_TYPE, stringData: binding }, opts);
    return { secret, secretName: secret.metadata.name, version: pulumi.unsecret(binding.apply(bindingVersion)) };
}
