import type { ServiceBindingArgs } from "../container/service-bindings";
import type { DatabaseAccess } from "../database/database-access";
import type { SecureApplicationArgs } from "../secure-application-args";
import { DATABASE_BINDINGS } from "./binding-names";

/** The workload's credentials: those for the database, then the user's own. */
export function workloadBindings(
    { workload, database }: SecureApplicationArgs,
    access: DatabaseAccess,
): ServiceBindingArgs[] {
    const { credentialsSecretName, credentialsVersion, readwriteSecretName, readwriteVersion } = access;
    const isWriter = !database?.access?.readwrite?.clientNamespaceName;
    return [
        { bindingName: DATABASE_BINDINGS.reading, secretName: credentialsSecretName, version: credentialsVersion },
        ...(readwriteSecretName && readwriteVersion && isWriter
            ? [{ bindingName: DATABASE_BINDINGS.writing, secretName: readwriteSecretName, version: readwriteVersion }]
            : []),
        ...(workload.serviceBindings ?? []),
    ];
}
