import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { DEFAULTS } from "../defaults";
import { durationFault, parseDuration } from "../duration";
import { standardLabels } from "../labels";
import { dnsLabelFault, sqlNameFault } from "../names";
import { portFault, unprivilegedPortFault, wholeNumber } from "../numbers";
import { Validation } from "../validation";
import { credentialsSecret } from "./credentials-secret";
import {
    type DatabaseDirectArgs,
    type DatabaseServerArgs,
    type DatabaseTunnelArgs,
    databaseConnection,
} from "./database-connection";
import { type Privilege, readOnlyPrivileges } from "./grants";
import { POSTGRES_PORT } from "./postgresql-values";

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
 * A database with its owner and a role that can only read: what is there now, and what the owner makes later.
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

    constructor(name: string, args: DatabaseAccessArgs, opts?: pulumi.ComponentResourceOptions) {
        // The arguments hold passwords and stay out of the state.
        super("bulwark:index:DatabaseAccess", name, {}, opts);
        const checked = check(name, args);
        const child = { parent: this };

        const provider = new postgresql.Provider(`${name}-provider`, databaseConnection(args), child);
        const { release } = args.server;
        const inDatabase = { parent: this, provider, ...(release && { deletedWith: release }) };
        const ownerPassword = password(`${name}-owner-password`, child);
        const owner = new postgresql.Role(
            `${name}-owner`,
            { name: checked.ownerRole, login: true, password: ownerPassword },
            { ...inDatabase, dependsOn: release ? [release] : [] },
        );
        const readerPassword = password(`${name}-readonly-password`, child);
        const reader = new postgresql.Role(
            `${name}-readonly`,
            {
                name: checked.readonlyRole,
                login: true,
                password: readerPassword,
                connectionLimit: checked.connectionLimit,
                // The provider's timeouts are milliseconds.
                statementTimeout: checked.statementTimeout.apply(parseDuration),
                idleInTransactionSessionTimeout: checked.idleInTransactionSessionTimeout.apply(parseDuration),
                searchPaths: [SCHEMA],
            },
            { ...inDatabase, dependsOn: [owner] },
        );
        const database = new postgresql.Database(
            `${name}-database`,
            { name: checked.databaseName, owner: owner.name, encoding: "UTF8", template: "template0" },
            { ...inDatabase, ...(args.protectData && { protect: true }), dependsOn: [reader] },
        );
        const names = { database: database.name, owner: owner.name, reader: reader.name };
        let last: pulumi.CustomResource = database;
        for (const privilege of readOnlyPrivileges(names, SCHEMA)) {
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
            { name: checked.credentialsSecretName, namespace: args.clientNamespaceName, labels },
            { ...client, username: reader.name, password: readerPassword },
            child,
        );
        const forOwner = credentialsSecret(
            `${name}-owner-credentials`,
            { name: checked.databaseName.apply(ownerSecretName), namespace: args.server.namespaceName, labels },
            { ...client, username: owner.name, password: ownerPassword },
            child,
        );

        this.databaseName = settled;
        this.ownerRole = owner.name;
        this.readonlyRole = reader.name;
        this.credentialsSecretName = forReader.secretName;
        this.credentialsVersion = forReader.version;
        this.ownerSecretName = forOwner.secretName;
        this.registerOutputs({
            databaseName: this.databaseName,
            ownerRole: this.ownerRole,
            readonlyRole: this.readonlyRole,
            credentialsSecretName: this.credentialsSecretName,
            credentialsVersion: this.credentialsVersion,
            ownerSecretName: this.ownerSecretName,
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
    const differs = (role: string) =>
        role === ownerRole ? `must differ from \`ownerRole\`, both are ${JSON.stringify(role)}` : undefined;
    const checked = {
        databaseName: validation.value(
            "databaseName",
            args.databaseName ?? DEFAULTS.database.databaseName,
            sqlNameFault,
        ),
        ownerRole: validation.value("ownerRole", ownerRole, sqlNameFault),
        readonlyRole: validation.value(
            "readonlyRole",
            args.readonlyRole ?? defaults.readonlyRole,
            sqlNameFault,
            differs,
        ),
        statementTimeout: validation.value(
            "statementTimeout",
            args.statementTimeout ?? defaults.statementTimeout,
            durationFault,
        ),
        idleInTransactionSessionTimeout: validation.value(
            "idleInTransactionSessionTimeout",
            args.idleInTransactionSessionTimeout ?? defaults.idleInTransactionSessionTimeout,
            durationFault,
        ),
        connectionLimit: validation.value(
            "connectionLimit",
            args.connectionLimit ?? defaults.connectionLimit,
            wholeNumber(1, 10_000),
        ),
        credentialsSecretName: validation.value(
            "credentialsSecretName",
            args.credentialsSecretName ?? defaults.credentialsSecretName,
            dnsLabelFault,
        ),
    };
    validation.optional("server.port", args.server.port, portFault);
    validation.optional("direct.port", args.direct?.port, portFault);
    validation.done();
    return checked;
}

function password(name: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
    // Letters and digits alone: every shell, URI and connection string takes them as they are.
    return pulumi.secret(new random.RandomPassword(name, { length: 32, special: false }, opts).result);
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
