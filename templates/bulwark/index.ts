import * as pulumi from "@pulumi/pulumi";
import { SecureApplication } from "bulwark";

const config = new pulumi.Config();

const application = new SecureApplication("app", {
    workload: { image: config.require("image") },
    ingress: {
        host: config.require("host"),
        // Without cert-manager, to try it out: { allowSelfSignedCertificate: true }
        tls: { clusterIssuer: config.require("clusterIssuer") },
    },
});

export const url = application.url;
export const credentialsSecretName = application.credentialsSecretName;
