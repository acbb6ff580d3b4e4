import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { childOptions } from "../child-options";
import { DEFAULTS } from "../defaults";
import { checkLabels, standardLabels } from "../labels";
import { portFault, unprivilegedPortFault } from "../numbers";
import { validationOf } from "../structure";
import { credentialsSecret } from "./credentials-secret";
import {
    type DatabaseDirectArgs,
    type DatabaseServerArgs,
    type DatabaseTunnelArgs,
    databaseConnection,
} from "./database-connection";
import { checkRoles, type DatabaseRolesArgs } from "./database-roles";
import { type Privilege, readOnlyPrivileges, readWritePrivileges } from "./grants";
import { accessByNames } from "./guarded-settings";
import { type RotatedRole, rotatedRole } from "./login-role";
import { POSTGRES_PORT } from "./postgresql-values";
import { serverRelease } from "./server-release";
import { checkServer } from "./superuser-sql";

/** Arguments of DatabaseAccess. */
export interface DatabaseAccessArgs extends DatabaseRolesArgs {
    /** The server. */
    server: DatabaseServerArgs;
    /** The way by port-forward, which is the default. Plain by presence. */
    tunnel?: DatabaseTunnelArgs | undefined;
    /** The way by address instead. Plain by presence. */
    direct?: DatabaseDirectArgs | undefined;
    /** Namespace of the application, where its credentials are put. */
    clientNamespaceName: pulumi.Input<string>;
    /** Whether Pulumi refuses to delete the database. Plain. Defaults to false. */
    protectData?: boolean | undefined;
    /** Labels for every Kubernetes object made here. */
    labels?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * A database with its owner and a role that can only read: what is there now, and what the owner makes later. A role
 * that writes comes with `readwrite`.
 *
 * PUBLIC loses every privilege. The credentials of the read-only role become a Secret in the Service Binding layout in
 * the application's namespace, those of the owner one in the server's namespace.
 *
 * `pulumi refresh` and `preview --refresh` need `--run-program`: the way to the database is opened by the program.
 */
export class DatabaseAccess extends pulumi.ComponentResource {
    /** Name of the database, once everybody's privileges are settled. */
    public readonly databaseName: pulumi.Output<string>;
    /** Role that owns the database. */
    public readonly ownerRole: pulumi.Output<string>;
    /** Role that can only read. */
    public readonly readonlyRole: pulumi.Output<string>;
    /** The read-only role and its second login, when there is one: what must hold for each session holds for these. */
    public readonly readonlyLogins: pulumi.Output<string[]>;
    /** Login of the read-only role that is to be used now. */
    public readonly readonlyUsername: pulumi.Output<string>;
    /** Password of that login, a secret. */
    public readonly readonlyPassword: pulumi.Output<string>;
    /** Secret with the read-only role's credentials, in the application's namespace. */
    public readonly credentialsSecretName: pulumi.Output<string>;
    /** Changes with the credentials; give it to a workload as the version of its binding. */
    public readonly credentialsVersion: pulumi.Output<string>;
    /** Secret with the owner's credentials, in the server's namespace. */
    public readonly ownerSecretName: pulumi.Output<string>;
    /** Role that can read and write, when there is one. */
    public readonly readwriteRole?: pulumi.Output<string>;
    /** The read-write role and its second login, as far as there are any. */
    public readonly readwriteLogins?: pulumi.Output<string[]>;
    /** Secret with the read-write role's credentials, when there is one. */
    public readonly readwriteSecretName?: pulumi.Output<string>;
    /** Changes with the read-write role's credentials. */
    public readonly readwriteVersion?: pulumi.Output<string>;
    /** Logins that the last rotation retired, for RetiredCredentials to close; none before the first. */
    public readonly retiredLogins: pulumi.Output<string[]>;

    constructor(name: string, args: DatabaseAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:DatabaseAccess", name, {}, opts);
        const child = childOptions(this, opts);
        const checked = accessByNames(name, checkDatabaseAccess(name, args), args.rotation, child);

        const provider = new postgresql.Provider(`${name}-provider`, databaseConnection(args), child);
        const release = serverRelease(args.server.releaseUrn);
        const inDatabase = { ...child, provider, ...(release && { deletedWith: release }) };
        const after = (last: pulumi.Resource | undefined) => ({
            role: { ...inDatabase, dependsOn: last ? [last] : [] },
            password: child,
        });
        const common = { schema: SCHEMA, rotation: args.rotation ?? 0 };
        const owner = rotatedRole(
            `${name}-owner`,
            { ...common, roleName: checked.ownerRole, limits: { connectionLimit: checked.ownerConnectionLimit } },
            after(release),
        );
        const reader = rotatedRole(
            `${name}-readonly`,
            { ...common, roleName: checked.readonlyRole, limits: checked.readonly },
            after(owner.last),
        );
        const writer =
            checked.readwrite &&
            rotatedRole(
                `${name}-readwrite`,
                { ...common, roleName: checked.readwrite.roleName, limits: checked.readwrite },
                after(reader.last),
            );
        const database = new postgresql.Database(
            `${name}-database`,
            { name: checked.databaseName, owner: owner.role.name, encoding: "UTF8", template: "template0" },
            { ...inDatabase, ...(args.protectData && { protect: true }), dependsOn: [(writer ?? reader).last] },
        );
        const names = { database: database.name, owner: owner.role.name };
        const privileges = [
            ...readOnlyPrivileges({ ...names, reader: reader.role.name }, SCHEMA),
            ...(writer ? readWritePrivileges({ ...names, writer: writer.role.name }, SCHEMA) : []),
        ];
        let last: pulumi.CustomResource = database;
        for (const privilege of privileges) {
            last = grant(`${name}-${privilege.name}`, privilege, { ...inDatabase, dependsOn: [last] });
        }
        const settled = pulumi.all([database.name, last.id]).apply(([databaseName]) => databaseName);

        const client = {
            host: args.server.host,
            port: args.server.port ?? POSTGRES_PORT,
            database: settled,
            caCertificate: args.server.caCertificate,
        };
        const labels = standardLabels(
            { name: "postgresql", instance: checked.databaseName, component: "database" },
            args.labels,
        );
        const forClients = (
            part: string,
            { active }: RotatedRole,
            secretName: pulumi.Output<string>,
            namespace: pulumi.Input<string>,
        ) => {
            const suffix = active.isSecond ? "-b" : "";
            return credentialsSecret(
                `${name}-${part}${suffix}-credentials`,
                { name: pulumi.interpolate`${secretName}${suffix}`, namespace, labels },
                { ...client, username: active.username, password: active.password },
                child,
            );
        };
        const forReader = forClients(
            "readonly",
            reader,
            checked.readonly.credentialsSecretName,
            args.clientNamespaceName,
        );
        // One name for ever: a job with another Secret would be another job, and run its migration again.
        const ownerSecret = checked.databaseName.apply(ownerSecretName);
        credentialsSecret(
            `${name}-owner-credentials`,
            { name: ownerSecret, namespace: args.server.namespaceName, labels },
            { ...client, username: owner.active.username, password: owner.active.password },
            child,
        );

        this.databaseName = settled;
        this.ownerRole = owner.role.name;
        this.readonlyRole = reader.role.name;
        this.readonlyLogins = pulumi.all(reader.logins);
        this.readonlyUsername = reader.active.username;
        this.readonlyPassword = reader.active.password;
        this.credentialsSecretName = forReader.secretName;
        this.credentialsVersion = forReader.version;
        // Not the Secret's output: what takes that is replaced with the Secret. A pod waits for its Secrets anyway.
        this.ownerSecretName = pulumi.all([ownerSecret, settled]).apply(([secretName]) => secretName);
        this.retiredLogins = pulumi.all([owner, reader, writer].flatMap((role) => role?.retired ?? []));
        if (writer && checked.readwrite) {
            const forWriter = forClients(
                "readwrite",
                writer,
                checked.readwrite.credentialsSecretName,
                args.readwrite?.clientNamespaceName ?? args.clientNamespaceName,
            );
            this.readwriteRole = writer.role.name;
            this.readwriteLogins = pulumi.all(writer.logins);
            this.readwriteSecretName = forWriter.secretName;
            this.readwriteVersion = forWriter.version;
        }
        this.registerOutputs({
            databaseName: this.databaseName,
            ownerRole: this.ownerRole,
            readonlyRole: this.readonlyRole,
            readonlyLogins: this.readonlyLogins,
            readonlyUsername: this.readonlyUsername,
            readonlyPassword: this.readonlyPassword,
            credentialsSecretName: this.credentialsSecretName,
            credentialsVersion: this.credentialsVersion,
            ownerSecretName: this.ownerSecretName,
            retiredLogins: this.retiredLogins,
            ...(writer && {
                readwriteRole: this.readwriteRole,
                readwriteLogins: this.readwriteLogins,
                readwriteSecretName: this.readwriteSecretName,
                readwriteVersion: this.readwriteVersion,
            }),
        });
    }
}

/** The schema whose tables the read-only role reads: the one that every database begins with. */
const SCHEMA = "public";

/** Checks all arguments; with a validation that is a part of another one, that one reports. */
export function checkDatabaseAccess(
    name: string,
    args: DatabaseAccessArgs,
    validation = validationOf("DatabaseAccess", name, args),
) {
    if (args.tunnel && args.direct) {
        validation.fault("direct", "excludes `tunnel`; give the one way by which this machine reaches the database");
    }
    const localPort = unprivilegedPortFault(args.tunnel?.localPort ?? DEFAULTS.database.tunnel.localPort);
    if (localPort) {
        validation.fault("tunnel.localPort", localPort);
    }
    const roles = checkRoles(validation, args);
    checkServer(validation, args.server);
    validation.optional("direct.port", args.direct?.port, portFault);
    checkLabels(validation, args.labels);
    validation.done();
    return roles;
}

/** A database's name may hold what an object's name may not. */
function ownerSecretName(databaseName: string): string {
    return `${databaseName.replaceAll("_", "-")}-owner`;
}

function grant(
    name: string,
    privilege: Privilege<pulumi.Output<string>>,
    opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
    const { role, database, objectType, schema, objects, privileges, futureObjectsOf: owner } = privilege;
    const common = { role, database, objectType, schema, privileges };
    return owner === undefined
        ? new postgresql.Grant(name, { ...common, objects }, opts)
        : new postgresql.DefaultPrivileges(name, { ...common, owner }, opts);
}
