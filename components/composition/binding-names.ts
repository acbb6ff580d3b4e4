/** Bindings that the application has in any case. Pure; no Pulumi import. */
import { duplicateBindingFault } from "../container/workload-rules";

/** Names of the bindings with the database's credentials. */
export const DATABASE_BINDINGS = { reading: "database", writing: "database-write" };

/** What is wrong with the names of further bindings, or undefined. */
export function furtherBindingsFault(names: string[]): string | undefined {
    const taken = Object.values(DATABASE_BINDINGS).find((name) => names.includes(name));
    return taken === undefined
        ? duplicateBindingFault(names.map((bindingName) => ({ bindingName })))
        : `must not be called "${taken}", as the binding with the database's credentials is`;
}
