/**
 * The kubernetes provider's schema, as far as Bulwark's refers to it: SDKs are generated from both. The provider itself
 * is no part of any package registry.
 */
import { main } from "@pulumi/pulumi/provider";
import { dependencies } from "../../../components/package.json";

const version = dependencies["@pulumi/kubernetes"];
const names = { "helm.sh/v3": "helm/v3" };
const goPackage = "github.com/pulumi/pulumi-kubernetes/sdk/v4/go/kubernetes";
const schema = {
    name: "kubernetes",
    version,
    resources: { "kubernetes:helm.sh/v3:Release": {} },
    language: {
        go: {
            importBasePath: goPackage,
            moduleToPackage: names,
            packageImportAliases: { [`${goPackage}/helm/v3`]: "helmv3" },
        },
        nodejs: { compatibility: "kubernetes20", moduleToPackage: names },
        python: { compatibility: "kubernetes20", moduleNameOverrides: names },
    },
};

main({ version, schema: JSON.stringify(schema) }, process.argv.slice(2));
