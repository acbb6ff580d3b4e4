import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import { DEFAULTS } from "../defaults";
import { standardLabels } from "../labels";
import { sqlNameFault } from "../names";
import { portFault, unprivilegedPortFault } from "../numbers";
import { Validation } from "../validation";
import { withDefaults } from "../with-defaults";
import { credentialsSecret } from "./credentials-secret";
import {
    type DatabaseDirectArgs,
    type DatabaseServerArgs,
    type DatabaseTunnelArgs,
    databaseConnection,
} from "./database-connection";
import { type Privilege, readOnlyPrivileges, readWritePrivileges } from "./grants";
import { checkLogin, loginRole } from "./login-role";
import { POSTGRES_PORT } from "./postgresql-values";
import { serverRelease } from "./server-release";

/** Roles in the database. */
export interface DatabaseRolesArgs {
    /** Database to make. Defaults to `mydb`. */
    databaseName?: pulumi.Input<string> | undefined;
    /** Role that owns the database and runs migrations; never for the application. Defaults to `app_owner`. */
    ownerRole?: pulumi.Input<string> | undefined;
    /** Role that can log in and read, nothing else. Defaults to `readonly`. */
    readonlyRole?: pulumi.Input<string> | undefined;
    /** How long a statement of the read-only role may run. Defaults to `10min`. */
    statementTimeout?: pulumi.Input<string> | undefined;
    /** How long a transaction of the read-only role may lie idle before its session ends. Defaults to `15min`. */
    idleInTransactionSessionTimeout?: pulumi.Input<string> | undefined;
    /** How many connections the read-only role may hold at once. Defaults to 20. */
    connectionLimit?: pulumi.Input<number> | undefined;
    /** Secret for the application with the read-only role's credentials. Defaults to `app-db-creds`. */
    credentialsSecretName?: pulumi.Input<string> | undefined;
    /** A role that can write too. Plain by presence. Defaults to none. */
    readwrite?: ReadWriteRoleArgs | undefined;
}

/** A role that can read and change rows, and nothing about tables themselves. */
export interface ReadWriteRoleArgs {
    /** Name of the role. Defaults to `readwrite`. */
    roleName?: pulumi.Input<string> | undefined;
    /** How long a statement of the role may run. Defaults to `10min`. */
    statementTimeout?: pulumi.Input<string> | undefined;
    /** How long a transaction of the role may lie idle before its session ends. Defaults to `15min`. */
    idleInTransactionSessionTimeout?: pulumi.Input<string> | undefined;
    /** How many connections the role may hold at once. Defaults to 20. */
    connectionLimit?: pulumi.Input<number> | undefined;
    /** Secret with the role's credentials. Defaults to `app-db-write-creds`. */
    credentialsSecretName?: pulumi.Input<string> | undefined;
    /** Namespace of the Secret: that of the pods that write. Defaults to `clientNamespaceName`. */
    clientNamespaceName?: pulumi.Input<string> | undefined;
}

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
    /** Secret with the read-only role's credentials, in the application's namespace. */
    public readonly credentialsSecretName: pulumi.Output<string>;
    /** Changes with the credentials; give it to a workload as the version of its binding. */
    public readonly credentialsVersion: pulumi.Output<string>;
    /** Secret with the owner's credentials, in the server's namespace. */
    public readonly ownerSecretName: pulumi.Output<string>;
    /** Role that can read and write, when there is one. */
    public readonly readwriteRole?: pulumi.Output<string>;
    /** Secret with the read-write role's credentials, when there is one. */
    public readonly readwriteSecretName?: pulumi.Output<string>;
    /** Changes with the read-write role's credentials. */
    public readonly readwriteVersion?: pulumi.Output<string>;

    constructor(name: string, args: DatabaseAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        super("bulwark:index:DatabaseAccess", name, {}, opts);
        const checked = check(name, args);
        const child = { parent: this };

        const provider = new postgresql.Provider(`${name}-provider`, databaseConnection(args), child);
        const release = serverRelease(args.server.releaseUrn);
        const inDatabase = { parent: this, provider, ...(release && { deletedWith: release }) };
        const after = (last: pulumi.Resource | undefined) => ({
            role: { ...inDatabase, dependsOn: last ? [last] : [] },
            password: child,
        });
        const owner = loginRole(`${name}-owner`, { roleName: checked.ownerRole, schema: SCHEMA }, after(release));
        const reader = loginRole(
            `${name}-readonly`,
            { roleName: checked.readonlyRole, schema: SCHEMA, limits: checked.readonly },
            after(owner.role),
        );
        const writer =
            checked.readwrite &&
            loginRole(
                `${name}-readwrite`,
                { ...checked.readwrite, schema: SCHEMA, limits: checked.readwrite },
                after(reader.role),
            );
        const database = new postgresql.Database(
            `${name}-database`,
            { name: checked.databaseName, owner: owner.role.name, encoding: "UTF8", template: "template0" },
            { ...inDatabase, ...(args.protectData && { protect: true }), dependsOn: [(writer ?? reader).role] },
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
        const forReader = credentialsSecret(
            `${name}-readonly-credentials`,
            { name: checked.readonly.credentialsSecretName, namespace: args.clientNamespaceName, labels },
            { ...client, username: reader.role.name, password: reader.password },
            child,
        );
        const forOwner = credentialsSecret(
            `${name}-owner-credentials`,
            { name: checked.databaseName.apply(ownerSecretName), namespace: args.server.namespaceName, labels },
            { ...client, username: owner.role.name, password: owner.password },
            child,
        );

        this.databaseName = settled;
        this.ownerRole = owner.role.name;
        this.readonlyRole = reader.role.name;
        this.credentialsSecretName = forReader.secretName;
        this.credentialsVersion = forReader.version;
        this.ownerSecretName = forOwner.secretName;
        if (writer && checked.readwrite) {
            const forWriter = credentialsSecret(
                `${name}-readwrite-credentials`,
                {
                    name: checked.readwrite.credentialsSecretName,
                    namespace: args.readwrite?.clientNamespaceName ?? args.clientNamespaceName,
                    labels,
                },
                { ...client, username: writer.role.name, password: writer.password },
                child,
            );
            this.readwriteRole = writer.role.name;
            this.readwriteSecretName = forWriter.secretName;
            this.readwriteVersion = forWriter.version;
        }
        this.registerOutputs({
            databaseName: this.databaseName,
            ownerRole: this.ownerRole,
            readonlyRole: this.readonlyRole,
            credentialsSecretName: this.credentialsSecretName,
            credentialsVersion: this.credentialsVersion,
            ownerSecretName: this.ownerSecretName,
            ...(writer && {
                readwriteRole: this.readwriteRole,
                readwriteSecretName: this.readwriteSecretName,
                readwriteVersion: this.readwriteVersion,
            }),
        });
    }
}

/** The schema whose tables the read-only role reads: the one that every database begins with. */
const SCHEMA = "public";

function check(name: string, args: DatabaseAccessArgs) {
    const defaults = DEFAULTS.database.access;
    const validation = new Validation(`DatabaseAccess "${name}"`);
    if (args.tunnel && args.direct) {
        validation.fault("direct", "excludes `tunnel`; give the one way by which this machine reaches the database");
    }
    const localPort = unprivilegedPortFault(args.tunnel?.localPort ?? DEFAULTS.database.tunnel.localPort);
    if (localPort) {
        validation.fault("tunnel.localPort", localPort);
    }
    const ownerRole = args.ownerRole ?? defaults.ownerRole;
    const readonlyRole = args.readonlyRole ?? defaults.readonlyRole;
    const checked = {
        databaseName: validation.value(
            "databaseName",
            args.databaseName ?? DEFAULTS.database.databaseName,
            sqlNameFault,
        ),
        ownerRole: validation.value("ownerRole", ownerRole, sqlNameFault),
        readonlyRole: validation.value("readonlyRole", readonlyRole, sqlNameFault, differsFrom({ ownerRole })),
        readonly: checkLogin(validation, "", {
            statementTimeout: args.statementTimeout ?? defaults.statementTimeout,
            idleInTransactionSessionTimeout:
                args.idleInTransactionSessionTimeout ?? defaults.idleInTransactionSessionTimeout,
            connectionLimit: args.connectionLimit ?? defaults.connectionLimit,
            credentialsSecretName: args.credentialsSecretName ?? defaults.credentialsSecretName,
        }),
        readwrite: args.readwrite && checkReadWrite(validation, args.readwrite, { ownerRole, readonlyRole }),
    };
    validation.optional("server.port", args.server.port, portFault);
    validation.optional("direct.port", args.direct?.port, portFault);
    validation.done();
    return checked;
}

function checkReadWrite(validation: Validation, args: ReadWriteRoleArgs, others: Record<string, pulumi.Input<string>>) {
    const settings = withDefaults({ ...DEFAULTS.database.access, ...DEFAULTS.database.readwrite }, args);
    return {
        roleName: validation.value("readwrite.roleName", settings.roleName, sqlNameFault, differsFrom(others)),
        ...checkLogin(validation, "readwrite.", settings),
    };
}

/** Two roles of one name would be one role with the privileges of both. */
function differsFrom(others: Record<string, pulumi.Input<string>>) {
    return (role: string) => {
        const [twin] = Object.entries(others).find(([, other]) => other === role) ?? [];
        return twin && `must differ from \`${twin}\`, both are ${JSON.stringify(role)}`;
    };
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
    const { role, database, objectType, schema, privileges, futureObjectsOf: owner } = privilege;
    const common = { role, database, objectType, schema, privileges };
    return owner === undefined
        ? new postgresql.Grant(name, common, opts)
        : new postgresql.DefaultPrivileges(name, { ...common, owner }, opts);
}
